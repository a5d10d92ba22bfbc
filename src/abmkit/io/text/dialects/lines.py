"""Physical lines of a text, and the records they make up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from abmkit.io.text.dialects.dialect import (
    MOST_LINES,
    Dialect,
    Split,
    is_quoted,
    separators,
    split,
    unquoted,
)

_MOST_MISSING = 2


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
    doubtful: bool = False
    """Whether it may be several rows that two stray quotes ran together, or one of those."""

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
    apart: Callable[[Sequence[str], Sequence[str]], bool] | None = None,
) -> Iterator[Line]:
    """The records that physical lines make up; quoted cells may hold line breaks.

    Two stray quotes may run rows together. Where the lines of a record have cells enough to be rows
    themselves, `apart` says of them and the record's raw cells whether they are; then the first
    quote is astray and ends with its line. Without it, they are if the delimiters among them are no
    words' punctuation, and in either case doubtful.

    Where the text is not complete, a last record that may go on is left out: what was used up is
    the sum of the records' `lines`.
    """
    at, count = 0, len(lines)
    doubtful_to = 0
    while at < count:
        text = bare(lines[at])
        found = split(text, dialect)
        if not found.open:
            doubtful = at < doubtful_to
            yield _line(first + at, text, found.cells, dialect, not found.stray, doubtful=doubtful)
            at += 1
            continue
        joined, end, closed = _until_closed(lines, at, dialect)
        if closed is None and not complete and end == count:
            return
        whole = (
            closed is not None
            and closed.stray == found.stray
            and width in (None, 1, 2, len(closed.cells))
        )
        doubtful = at < doubtful_to
        if whole and closed is not None:
            columns = width or len(closed.cells)
            if may_be_rows(lines[at:end], dialect, columns):
                if apart is not None:
                    whole = not apart([bare(line) for line in lines[at:end]], closed.cells)
                else:
                    doubtful, doubtful_to = True, max(end, doubtful_to)
                    whole = not _delimited(closed.cells, dialect, columns)
        if whole and closed is not None:
            yield _line(
                first + at, bare(joined), closed.cells, dialect, not closed.stray, end - at,
                doubtful=doubtful,
            )  # fmt: skip
            at = end
        else:
            yield _line(first + at, text, found.cells, dialect, False, doubtful=doubtful)
            at += 1


def _until_closed(
    lines: Sequence[str], begin: int, dialect: Dialect
) -> tuple[str, int, Split | None]:
    """A line and those after it until its quotes are closed, where that ends, and its cells.

    No cells where the quotes stay open as far as a record may go.
    """
    joined, end = lines[begin], begin + 1
    limit = min(len(lines), begin + MOST_LINES)
    while end < limit:
        joined += lines[end]
        end += 1
        if dialect.quote in lines[end - 1]:
            closed = split(bare(joined), dialect)
            if not closed.open:
                return joined, end, closed
    return joined, end, None


def may_be_rows(lines: Sequence[str], dialect: Dialect, width: int) -> bool:
    """Whether the lines of one record have delimiters enough to be rows of this width each.

    Some may be missing, since rows with stray quotes often have other faults; or one of the lines
    that are whole within the record has them all. A table of two columns says nothing: any text of
    two lines with a comma in it would do.
    """
    if width < 3:
        return False
    each = [separators(line, dialect.delimiter) for line in lines]
    missing = min(_MOST_MISSING, (width - 1) // 2)
    return sum(each) >= len(lines) * (width - 1) - missing or max(each[1:]) >= width - 1


def _delimited(cells: Sequence[str], dialect: Dialect, width: int) -> bool:
    """Whether delimiters in a cell of several lines separate rather than punctuate words."""
    mark = dialect.delimiter
    return any(
        "\n" in cell.strip() and cell.count(mark) - cell.count(mark + " ") >= width - 1
        for cell in (cell.replace("\r", "\n") for cell in cells)
    )


def _line(
    number: int,
    text: str,
    raw: list[str],
    dialect: Dialect,
    clean: bool,
    lines: int = 1,
    *,
    doubtful: bool = False,
) -> Line:
    if not text.strip() and len(raw) == 1:
        return Line(number, text, raw, clean, lines, blank=True)
    if dialect.quote and dialect.quote in text:
        cells = [unquoted(cell, dialect) for cell in raw]
    else:
        cells = raw
    filled = sum(1 for cell in cells if cell.strip())
    return Line(number, text, raw, clean, lines, not filled and not any(cells), filled, doubtful)
