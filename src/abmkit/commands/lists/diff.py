"""Diff: what changed from one list to another, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.domain.rules.tiers.stability import Previous
    from abmkit.runs.changes.moves import Changes
    from abmkit.runs.changes.replay import Listing

_FORMATS = ("csv", "json")


@verb(config="none", engine=True)
def diff(
    work: Work,
    old: Annotated[Place, Argument("OLD", "A run's folder, or a list of any format.")],
    new: Annotated[
        Place | None,
        Argument("[NEW]", "What it became; else, of a run, OLD itself against the run before."),
    ] = None,
    *,
    trial: Annotated[
        Path | None,
        Option("--try", "Another config, on the accounts of the run OLD.", metavar="CONFIG"),
    ] = None,
    to: Annotated[
        str | None,
        Option("--to", "csv, a row per account that moved, or json.", metavar="FORMAT"),
    ] = None,
    output: Annotated[
        Place | None,
        Option("-o/--output", "Where to write, CSV or JSON; else it is told.", metavar="FILE"),
    ] = None,
) -> None:
    """Say who came, who left and who moved between two lists, and what caused it.

    Between runs causes are computed: the rules of before are applied to the accounts of now, on
    the day of before and then of now; what that moves is caused by data or time, the rest by the
    config. Causes add up to the changes.
    """
    from abmkit.reports.console.diff import changes_json, changes_table, changes_text

    format = _format(to, output)
    found = _changes(work, old, new, trial)
    work.warn(map(work.words.of, found.doubts))
    if format is None:
        work.output.words(changes_text(found, work.words))
    elif format == "json":
        text = changes_json(found, work.words)
        if output is None:
            work.output.words(text)
        else:
            with work.files.replacing(output) as file:
                file.write(f"{text}\n".encode())
    elif output is None:
        table = changes_table(found, work.words)
        work.output.rows(table.schema, table.to_batches())
    else:
        work.keep(changes_table(found, work.words), output)


def _format(to: str | None, output: Place | None) -> str | None:
    format = to or ("csv" if output is not None else None)
    if to is None and output is not None and output.suffix == ".json":
        format = "json"
    if format not in (None, *_FORMATS):
        raise UsageError(
            "{to!r} is no format of diff", where="--to", remedy="say csv or json", to=to
        )
    return format


def _changes(work: Work, old: Place, new: Place | None, trial: Path | None) -> Changes:
    from abmkit.reports.reasons import tier_in_words
    from abmkit.runs.changes.moves import changes_between
    from abmkit.runs.changes.previous import followed
    from abmkit.runs.changes.trial import tried

    if trial is not None:
        if new is not None:
            raise UsageError("takes one run's folder", where="--try", remedy="leave NEW out")
        before = _listing(work, old)
        found = tried(before, trial, work.engine)
        assert found.config is not None
        told = tier_in_words(found.accounts, found.config.tier, work.words)
        found = replace(found, accounts=told)
        return changes_between(before, found, _list(before), work.engine.spool)
    if new is None:
        new, old = old, _before(old)
    then, now = _listing(work, old), _listing(work, new)
    was = followed(_list(then), now.accounts, _ledger(new, now))
    return changes_between(then, now, was, work.engine.spool)


def _list(listing: Listing) -> Previous:
    from abmkit.domain.rules.tiers.stability import Previous

    return Previous.of(listing.accounts, listing.as_of)


def _listing(work: Work, place: Place) -> Listing:
    """A run's folder or a list."""
    from abmkit.runs.changes.moves import TOLD
    from abmkit.runs.changes.previous import narrow_rows
    from abmkit.runs.changes.replay import Listing, listing_of_run

    if isinstance(place, Path) and place.is_dir():
        return listing_of_run(place, work.engine)
    if place.suffix == ".toml":
        raise UsageError(
            "is a config, not a list",
            where=str(place),
            remedy="try it: diff RUN --try {place}",
            place=place,
        )
    table = narrow_rows(place, TOLD)
    lacking = [name for name in ("account_id", "tier") if name not in table.column_names]
    if lacking:
        raise UsageError(
            "no column {name!r}",
            where=str(place),
            remedy="name a list that tier gave",
            name=lacking[0],
        )
    return Listing(table)


def _before(folder: Place) -> Path:
    """The folder of the run before one."""
    from abmkit.runs.folder import HISTORY, on_this_machine
    from abmkit.runs.reading import read_record

    place = on_this_machine(folder)
    before = read_record(place).get("before") or {}
    name = before.get("run") if isinstance(before, dict) else None
    for history in (place / HISTORY, place.parent):
        if name and (history / name).is_dir():
            return Path(history / name)
    raise UsageError("there is no run before it", where=str(folder), remedy="name two: OLD NEW")


def _ledger(place: Place, listing: Listing) -> Ledger | None:
    """The ids that accounts had until a run, or until a later one where it kept none."""
    from abmkit.runs.folder import HISTORY
    from abmkit.runs.ledger import LEDGER, read_ledger

    if listing.as_of is None or not isinstance(place, Path):
        return None
    kept = place.resolve()
    if not (kept / LEDGER).exists() and kept.parent.name == HISTORY:
        kept = kept.parent.parent
    return read_ledger(kept / LEDGER, listing.as_of)
