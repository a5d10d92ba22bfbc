"""The command that finds people or companies on a list: match."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abmkit.cli import options
from abmkit.cli.tables import check_format, emit, keep, project_or_default
from abmkit.errors import UsageError
from abmkit.io import diagnostics

if TYPE_CHECKING:
    from abmkit.planning.reach import MatchSummary


def match(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="People or companies, any table; - is stdin.")
    ],
    listed: Annotated[
        str, typer.Option("--list", metavar="LIST", help="A list of companies, or a run's folder.")
    ],
    config: options.Config = None,
    output: options.Output = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="WHAT=COLUMN", help="FILE's column for name, email, consent, domain …"
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", metavar="FILE", help="The counts, as JSON or (.txt) as text."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Rows not taken: file, line, why, text."),
    ] = None,
    read_as: options.From = None,
    write_as: options.To = None,
    as_of: options.AsOf = None,
) -> None:
    """Say which registrants, leads, visitors or companies are on a list, row by row and in sum.

    FILE's columns are kept; match_status, match_account_id … are added. A shared site, e-mail
    domain or registry id is certain; else name, place and phone decide, and free mail says nothing.
    People who said no (a column such as consent) are held back and counted.
    """
    from abmkit.cli.printing import say
    from abmkit.planning.reach import match_summary
    from abmkit.reports.console.match import match_text
    from abmkit.reports.words import words
    from abmkit.sources.matching import match_file

    check_format(output, write_as)
    diagnostics.progress("comparing …")
    matched = match_file(
        file,
        listed,
        project_or_default(config),
        mapping=dict(_pair(text) for text in columns or []),
        format=read_as,
        as_of=options.day(as_of),
    )
    diagnostics.current().done()
    table = matched.table
    emit(table.to_batches(), table.schema, output, write_as)
    keep(matched.rejects, rejects)
    if matched.rejects.num_rows and rejects is None:
        diagnostics.warn(
            f"{matched.rejects.num_rows:,} rows do not fit the header; keep them with --rejects"
        )
    counts = match_summary(matched)
    if summary is not None:
        _write(counts, summary)
    say(match_text(counts, words("en")), aside=output is None or str(output) == "-")


def _pair(text: str) -> tuple[str, str]:
    what, equals, column = text.partition("=")
    if not equals or not what.strip() or not column:
        raise UsageError(
            f"{text!r} maps nothing", where="--map", remedy="write it like name=Company"
        )
    return what.strip(), column


def _write(counts: MatchSummary, path: Path) -> None:
    from abmkit.io.atomic import replacing
    from abmkit.reports.console.match import match_data, match_text
    from abmkit.reports.words import words

    if path.suffix == ".txt":
        text = match_text(counts, words("en"))
    else:
        text = json.dumps(match_data(counts, words("en")), indent=2, ensure_ascii=False)
    with replacing(path) as file:
        file.write(f"{text}\n".encode())
