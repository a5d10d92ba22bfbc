"""Match: who is on a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.steps.load import Rejects, loaded_from
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place, place

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.planning.reach import MatchSummary
    from abmkit.sources.matching import Matched


def matched(
    work: Work, people: Any, listed: Any, mapping: Mapping[str, str] | None = None
) -> Matched:
    """The rows of a file or frame with what each is on a list, a run's folder or a frame."""
    from abmkit.sources.given import rows_given
    from abmkit.sources.matching import match_rows, rows_of_file

    accounts, whole_run = companies_listed(work, listed)
    if isinstance(people, str | Place):
        rows, rejects = rows_of_file(people, work.format)
        where = str(people)
    else:
        rows, told = rows_given(people, renamed=False)
        work.warn(map(work.words.of, told))
        rejects, where = None, "rows"
    return match_rows(
        rows, accounts, work.project, mapping=mapping, whole_run=whole_run, rejects=rejects,
        where=where, as_of=work.as_of,
    )  # fmt: skip


def companies_listed(work: Work, listed: Any, *, whole: bool = False) -> tuple[pa.Table, bool]:
    """The companies to match against, and whether they are all that a run has looked at.

    Of a run's accounts only what tells them apart, but for `whole` ones.
    """
    from abmkit.domain.frames import collected, opened
    from abmkit.runs.reading import accounts_to_match, doubts_of
    from abmkit.sources.canonical import with_known_types
    from abmkit.sources.matching import each_once, list_of, list_of_file

    if isinstance(listed, str | Place):
        path = place(listed)
        path = path.expanduser() if isinstance(path, Path) else path
        if isinstance(path, Path) and path.is_dir():
            work.warn(map(work.words.of, doubts_of(path)))
            return accounts_to_match(path, whole=whole), True
        return list_of_file(path, work.project, work.as_of), False
    accounts = collected(opened(with_known_types(listed)))
    if not {"account_id", "name_key"} <= set(accounts.column_names):
        return list_of(loaded_from(work, listed)), False
    return each_once(accounts.combine_chunks()), "excluded" in accounts.column_names


@verb(reads="any table", gives="table", config="if there", sections=("dedupe",), dated=True)
def match(
    work: Work,
    people: Annotated[
        Place, Argument("FILE", "People or companies, any table; - is stdin.", frames=True)
    ],
    listed: Annotated[
        Place,
        Option("--list", "A list of companies, or a run's folder.", metavar="LIST", frames=True),
    ],
    *,
    mapping: Annotated[
        dict[str, str] | None,
        Option(
            "--map",
            "FILE's column for name, email, crm_id, consent, objection …",
            metavar="WHAT=COLUMN",
        ),
    ] = None,
    summary: Annotated[
        Place | None,
        Option("--summary", "The counts, as JSON or (.txt) as text.", metavar="FILE"),
    ] = None,
    rejects: Rejects = None,
    company_only: Annotated[
        bool, Option("--company-only", "Leave out FILE's columns about people.")
    ] = False,
) -> None:
    """Say which registrants, leads, visitors or companies are on a list, row by row and in sum.

    FILE's columns are kept; match_status, match_account_id … are added. A shared account, CRM or
    registry id is certain, then a site or e-mail domain; else name, place and phone decide, and
    free mail says nothing.
    People who said no, or what nobody understands, in a column such as consent, unsubscribed or
    e-mail status are held back and counted, as are those whose consent is an empty cell; an empty
    objection says nothing.
    """
    from abmkit.domain.companies.listed import doubted
    from abmkit.planning.reach import match_summary
    from abmkit.reports.console.match import evidence_in_words, match_text, permission_warnings
    from abmkit.reports.trust import doubts

    work.progress("match")
    found = matched(work, people, listed, mapping)
    work.diagnostics.done()
    table = _without_people(work, found.table) if company_only else found.table
    table = evidence_in_words(table, work.words)
    work.output.rows(table.schema, table.to_batches())
    work.keep(found.rejects, rejects)
    work.warn(doubts(doubted(found.accounts), work.words))
    if found.rejects.num_rows and rejects is None:
        work.warn(work.words("match.rejected", count=found.rejects.num_rows))
    work.warn(permission_warnings(found.permission, work.words))
    counts = match_summary(found)
    if summary is not None:
        _write(work, counts, summary)
    aside = work.output.table_on_stdout
    work.output.words(match_text(counts, work.words), aside=aside, needed=False)


def _without_people(work: Work, table: pa.Table) -> pa.Table:
    """The rows without the columns that tell of people, told; what `match` says stays."""
    from abmkit.domain.recognition.people import personal_columns
    from abmkit.steps.match import PREFIX

    own = [name for name in table.column_names if not name.startswith(PREFIX)]
    personal = personal_columns(table.select(own))
    if personal:
        work.warn(work.words("consent.left_out", columns=personal))
    # To whom of an account the list gives it, says of people, too.
    return table.drop_columns([*personal, f"{PREFIX}owner"])


def _write(work: Work, counts: MatchSummary, path: Place) -> None:
    from abmkit.reports.console.match import match_data, match_text

    if path.suffix == ".txt":
        text = match_text(counts, work.words)
    else:
        text = json.dumps(match_data(counts, work.words), indent=2, ensure_ascii=False)
    with work.files.replacing(path) as file:
        file.write(f"{text}\n".encode())
