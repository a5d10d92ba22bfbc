"""What a run holds still from, and what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.allowed import most_allowed
from abmkit.commands.verb import Option
from abmkit.commands.work import Work
from abmkit.errors import GuardError

if TYPE_CHECKING:
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.domain.rules.pins import Pinned
    from abmkit.domain.rules.tiers.stability import Previous
    from abmkit.runs.changes.moves import Changes
    from abmkit.runs.changes.replay import Listing

MAX_CHANGE = "--max-change"
MaxChange = Annotated[
    str | None,
    Option(
        MAX_CHANGE,
        "Fail (exit 4) where more of the list would change, a count or a share: 10%.",
        metavar="N",
    ),
]


@dataclass(frozen=True)
class Since:
    """The run before: its list by the ids that accounts have now, and all that is known of it."""

    previous: Previous
    before: Listing


def list_of_before(
    work: Work, folder: Path, record: dict[str, Any], accounts: Any, ledger: Ledger
) -> Since | None:
    """The list of the run before in a folder; None where there is none, or, which is said, none
    that can be read."""
    from pyarrow.parquet import read_schema

    from abmkit.domain.rules.tiers.stability import Previous
    from abmkit.runs.changes.previous import renamed
    from abmkit.runs.changes.replay import listing_recorded
    from abmkit.runs.folder import HISTORY
    from abmkit.runs.history.kept import history_of
    from abmkit.runs.reading import ACCOUNTS, let_go

    path = folder / ACCOUNTS
    if not path.exists():
        return None
    kept = folder / HISTORY / str(record.get("run"))
    if (kept / ACCOUNTS).exists():
        # In place there may be files of two runs, where a rollback or a run was cut off.
        path = kept / ACCOUNTS
        back = history_of(folder).rolled_back
        if back is not None:
            day, when = record["as_of"], back["when"][:10]
            work.warn(work.words("history.rolled_back", day=day, when=when))
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    try:
        names = read_schema(parts[0]).names
    except (OSError, ValueError, IndexError):
        names = []
    if not {"account_id", "tier", "fit_score"} <= set(names):
        work.warn(work.words("moves.unread", path=str(path)))
        return None
    lacking = let_go(path.parent, record)
    gone = lacking.columns if lacking is not None else ()
    before = listing_recorded(record, work.engine.from_parquet([path]), gone)
    previous = Previous.of(before.accounts, before.as_of)
    return Since(renamed(previous, accounts, ledger), before)


def changes_since(work: Work, since: Since, accounts: Any, pinned: Pinned) -> Changes:
    """What changed from the run before to tiered accounts, and why."""
    from abmkit.runs.changes.moves import changes_between
    from abmkit.runs.changes.replay import Listing

    new = Listing(
        accounts, work.as_of, work.config, pinned.accounts, before=since.before.run,
        capacities=work.lists.capacities,
    )  # fmt: skip
    found = changes_between(since.before, new, since.previous, work.engine.spool)
    work.warn(map(work.words.of, found.doubts))
    return found


def check_change(work: Work, changes: Changes | None, allowed: str | None) -> None:
    """Raise GuardError where more of the list changes than `100` or `10%` allows."""
    from abmkit.reports.console.diff import changes_in_short

    if allowed is None or changes is None or not changes.listed_before:
        return
    if len(changes.moves) > most_allowed(allowed, changes.listed_before, MAX_CHANGE):
        told, *_ = changes_in_short(changes, work.words)
        raise GuardError(
            "more would change than {allowed}: {told}",
            where=MAX_CHANGE,
            remedy="the list of before stays; see what would change with --dry-run",
            allowed=allowed,
            told=told.rstrip("."),
        )
