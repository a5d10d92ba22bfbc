"""Physical lines of a text, and the records they make up."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from abmkit.io.dialects.dialect import MOST_LINES, Dialect, is_quoted, split, unquoted


@dataclass(slots=True)
class Line:
    """A record as it stands: the line it begins on, its text and raw cells.

    `clean` where no quote in it is astray.
    """

    number: int
    text: str
    raw: list[str]
    clean: bool = True
    lines: int = 1
    blank: bool = False
    """Whether it holds no value at all."""
    filled: int = 0
    """How many of its cells hold something."""

    def cells(self, dialect: Dialect) -> list[str]:
        """Its cells without their quotes."""
        return [unquoted(raw, dialect) for raw in self.raw]

    def evidence(self, dialect: Dialect) -> list[tuple[str, bool]]:
        """Its cells and whether each was quoted, as profiles take them."""
        return [(unquoted(raw, dialect), is_quoted(raw, dialect)) for raw in self.raw]


def physical(text: str) -> list[str]:
    """The lines of a text with their ends: LF, CR or CRLF, and nothing else ends one."""
    return list(io.StringIO(text, newline=""))


def bare(line: str) -> str:
    """A line without its end."""
    return line.rstrip("\r\n")


def logical(
    lines: Sequence[str],
    dialect: Dialect,
    first: int = 1,
    width: int | None = None,
    *,
    complete: bool = True,
) -> Iterator[Line]:
    """The records that physical lines make up; quoted cells may hold line breaks.

    A quote that would swallow lines which are rows of the table's width themselves is astray and
    ends with its line. Where the text is not complete, a last record that may go on is left out:
    what was used up is the sum of the records' `lines`.
    """
    at, count = 0, len(lines)
    quote = dialect.quote
    while at < count:
        text = bare(lines[at])
        found = split(text, dialect)
        if not found.open:
            yield _line(first + at, text, found.cells, dialect, not found.stray)
            at += 1
            continue
        joined = lines[at]
        end = at + 1
        closed = None
        limit = min(count, at + MOST_LINES)
        while end < limit:
            joined += lines[end]
            end += 1
            if quote in lines[end - 1]:
                again = split(bare(joined), dialect)
                if not again.open:
                    closed = again
                    break
        if closed is None and not complete and end == count:
            return
        if (
            closed is not None
            and closed.stray == found.stray
            and width in (None, 1, 2, len(closed.cells))
            and not _swallows(lines[at + 1 : end], dialect, width or len(closed.cells))
        ):
            yield _line(first + at, bare(joined), closed.cells, dialect, not closed.stray, end - at)
            at = end
        else:
            yield _line(first + at, text, found.cells, dialect, False)
            at += 1


def _line(
    number: int, text: str, raw: list[str], dialect: Dialect, clean: bool, lines: int = 1
) -> Line:
    if not text.strip() and len(raw) == 1:
        return Line(number, text, raw, clean, lines, blank=True)
    if dialect.quote and dialect.quote in text:
        cells = [unquoted(cell, dialect) for cell in raw]
    else:
        cells = raw
    filled = sum(1 for cell in cells if cell.strip())
    return Line(number, text, raw, clean, lines, not filled and not any(cells), filled)


def _swallows(lines: Sequence[str], dialect: Dialect, width: int) -> bool:
    if width < 3:
        return False
    for line in lines:
        found = split(bare(line), dialect)
        if not found.open and not found.stray and len(found.cells) == width:
            return True
    return False
