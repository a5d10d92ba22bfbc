"""What `notes` says: what was typed, and where it is kept."""

from __future__ import annotations

from pathlib import Path

from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words
from abmkit.runs.notes.merging import Merged
from abmkit.sources.notes.kept import TYPED


def notes_text(done: Merged, place: Path, decisions: tuple[str, int] | None, words: Words) -> str:
    """How much was typed, of what, and into which files it went."""
    lines = [words("notes.none", path=str(place))]
    if done.accounts:
        told = [
            words("notes.cells", count=count, what=words(f"notes.{name}", count=count))
            for name in TYPED
            if (count := done.changed[name])
        ]
        cleared = sum(done.cleared.values())
        told += [words("notes.cleared", count=cleared)] if cleared else []
        count = len(done.notes.by_account)
        lines = [
            words("notes.done", accounts=done.accounts, changed=told, path=str(place), count=count),
            words("notes.next"),
        ]
    if decisions is not None:
        path, count = decisions
        lines.append(words("notes.decided", path=path, count=count))
    return "\n".join(map(wrap, lines))
