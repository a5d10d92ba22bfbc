"""What `rollback` says: which list is in place again, what that changes, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from abmkit.reports.console.diff import changes_text
from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import Changes
from abmkit.runs.history.kept import Kept
from abmkit.runs.history.rollback import Rollback

_MOST_NAMED = 8


def rollback_text(
    planned: Rollback, changes: Changes | None, words: Words, *, dry_run: bool
) -> str:
    """The list that is put back, and what that changes, for a terminal of 80 columns."""
    told = "rollback.would" if dry_run else "rollback.done"
    lines = [_told(told, planned.run, words), ""]
    if changes is None:
        lines.append(wrap(words("rollback.unknown")))
    else:
        lines.append(changes_text(changes, words, more="rollback.more"))
    lines += ["", *map(wrap, _lacking(planned, words))]
    lines.append(wrap(words("moves.would") if dry_run else words("rollback.stays")))
    return "\n".join(lines)


def already_text(run: Kept, words: Words) -> str:
    """That there is nothing to do."""
    return _told("rollback.already", run, words)


def _told(sentence: str, run: Kept, words: Words) -> str:
    return wrap(words(sentence, day=run.day, run=run.id))


def _lacking(planned: Rollback, words: Words) -> Iterator[str]:
    if planned.removed:
        yield words("rollback.removed", files=planned.removed)
    lacking = planned.run.lacking
    if lacking is not None and lacking.columns:
        more = ["…"] if len(lacking.columns) > _MOST_NAMED else []
        named = [*lacking.columns[:_MOST_NAMED], *more]
        yield words("rollback.compact", count=len(lacking.columns), columns=named)
