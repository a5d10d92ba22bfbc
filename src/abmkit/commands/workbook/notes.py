"""Notes: what people typed into the workbook, kept for the next run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.runs.notes.typed import Choice, Reading

_FROM_WORKBOOK = "from-workbook"
_DECISIONS = "decisions.csv"


@verb(sections=("output", "tier", "dedupe"), dated=True)
def notes(
    work: Work,
    what: Annotated[str, Argument("from-workbook", "Where the notes come from.")],
    workbook: Annotated[Place, Argument("FILE", "The workbook, .xlsx or .ods.")],
    *,
    output: Annotated[
        Place | None,
        Option("-o/--output", "The run's folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
) -> None:
    """Keep what people typed into the workbook: it comes back with the next run.

    Reads status, next step, date, note, changed owners and the tiers to keep accounts in into the
    project's notes.csv ([output] notes), by account_id: what was typed or cleared since the
    workbook was made counts, all else stays. Decisions go to the file of [dedupe] decisions. A
    workbook may be sorted, filtered, cut and saved by any program.
    """
    from abmkit.reports.console.workbook.notes import notes_text
    from abmkit.reports.excel.choices import STATUSES
    from abmkit.runs.notes.merging import merged
    from abmkit.runs.notes.typed import read_typed, worst_first
    from abmkit.sources.lists import notes_of
    from abmkit.sources.notes.kept import Notes, notes_table

    if what != _FROM_WORKBOOK:
        raise UsageError(
            "{asked!r} has no notes", where="notes", remedy="write notes {known} FILE",
            asked=what, known=_FROM_WORKBOOK,
        )  # fmt: skip
    place = work.project.resolve(work.config.output.notes)
    if not isinstance(place, Path) or place.suffix != ".csv":
        where = f"{work.project.path or 'config'}: output.notes"
        raise UsageError(
            "{place} is no CSV file here", where=where, remedy="write notes.csv", place=place
        )
    typed = read_typed(workbook, _reading(work))
    done = merged(
        notes_of(work.project) or Notes(str(place)), typed.rows, _ledger(work, workbook, output),
        work.as_of, statuses=STATUSES,
    )  # fmt: skip
    work.warn(map(work.words.of, worst_first([*typed.lost, *done.lost])))
    if done.accounts:
        work.keep(notes_table(done.notes.by_account.values()), place)
    decisions = _decided(work, typed.choices)
    work.output.words(notes_text(done, place, decisions, work.words))


def _reading(work: Work) -> Reading:
    """What the workbook's columns and choices may be called, in any language."""
    from abmkit.reports.excel.choices import STATUSES, statuses_read
    from abmkit.reports.excel.reading import titles, verdicts
    from abmkit.reports.words import every_language
    from abmkit.runs.notes.typed import Reading

    languages, own = every_language(), work.config.output.statuses
    return Reading(
        titles(languages),
        {name: title for title, name in titles([work.words], folded=False).items()},
        statuses_read(own, languages),
        own or [work.words(f"status.{code}") for code in STATUSES],
        {each.id.casefold(): each.id for each in work.config.tier.tiers},
        verdicts(languages),
    )


def _ledger(work: Work, workbook: Place, output: Place | None) -> Ledger | None:
    """The ids that the project's runs gave; None, which is said, where there was no run."""
    from abmkit.runs.folder import on_this_machine
    from abmkit.runs.ledger import LEDGER, read_ledger

    folder = on_this_machine(output or work.project.resolve(work.config.output.dir))
    if not (folder / LEDGER).exists():
        work.warn(work.words("notes.not_asked", path=str(workbook)))
        return None
    return read_ledger(folder / LEDGER, work.as_of)


def _decided(work: Work, choices: list[Choice]) -> tuple[str, int] | None:
    """Put decisions into the project's file of them; gives that file and how many are new."""
    from abmkit.runs.notes.merging import merged_decisions
    from abmkit.sources.tables import read_table

    if not choices:
        return None
    named = work.config.dedupe.decisions
    place = work.project.resolve(named or _DECISIONS)
    if not isinstance(place, Path) or place.suffix.lower() != ".csv":
        where = f"{work.project.path or 'config'}: dedupe.decisions"
        raise UsageError(
            "decisions are in {place}, which is no CSV file here", where=where,
            remedy="save it as decisions.csv and name that", place=place,
        )  # fmt: skip
    table = read_table(place, ("left", "right", "decision")) if place.exists() else None
    found, changed = merged_decisions(table, choices)
    if changed:
        work.keep(found, place)
    if named is None:
        work.warn(work.words("notes.decisions_unread", path=str(place), name=_DECISIONS))
    return str(place), changed
