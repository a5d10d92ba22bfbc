"""What is said of a command's work while it lasts, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abmkit.reports.words import Words

_AFTER_SECONDS = 1.0


def progress_text(
    words: Words, part: str, expected: float | None, later: float, seconds: float, rows: int
) -> str:
    """What is going on, for how long, how fast, and how long it may last still.

    `expected` is what the part took the last time, `later` what those after it did.
    """
    from abmkit.reports.console.width import WIDTH, measure

    told = [words("progress.begun", part=words(f"progress.{part}"))]
    if seconds >= _AFTER_SECONDS:
        told.append(words("progress.seconds", seconds=int(seconds)))
        if rows:
            told.append(words("progress.rows", rows=rows, rate=int(rows / seconds)))
        left = max((expected or 0.0) - seconds, 0.0) + later
        if expected is not None and left >= _AFTER_SECONDS:
            told.append(words("progress.left", seconds=round(left)))
    while len(told) > 1 and measure(words("progress.separator").join(told)) >= WIDTH:
        told.pop()
    return words("progress.separator").join(told)
