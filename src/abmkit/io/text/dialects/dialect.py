"""Delimiter, quote and escape, and the cells of a line that was written with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINES = 200
"""A cell with more lines than this is taken for a quote that was never closed."""

_USUAL = (",", ";", "\t", "|")
# Excel's own note of the delimiter, and what a program makes of it that saves the file again.
_DECLARED = re.compile(r"""\s*(["']?)sep=(?P<mark>\\t|[^\w"'])\1(?P<rest>.*)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated and quoted; no quote is `""`, doubled quotes are escape `""`."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""

    @property
    def plain(self) -> bool:
        """Whether Arrow's reader knows it: one ASCII delimiter and quotes that are doubled."""
        return (
            len(self.delimiter) == 1
            and self.delimiter.isascii()
            and self.quote in ('"', "'", "")
            and not self.escape
        )


@dataclass(slots=True)
class Split:
    """The raw cells of a line, quotes and all.

    `open` where the last quote is not closed; `stray` counts quotes that stand where none belongs.
    """

    cells: list[str]
    open: bool = False
    stray: int = 0


def split(line: str, dialect: Dialect) -> Split:
    """The cells of a line that ends without a line break."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if not quote or quote not in line:
        return Split(line.split(delimiter))
    cells: list[str] = []
    stray = 0
    at, end, step = 0, len(line), len(delimiter)
    padded = not delimiter.isspace()
    while True:
        begin = at
        if padded:
            while begin < end and line[begin] == " ":
                begin += 1
        # A text that a spreadsheet is to leave alone: `="00123"`.
        guarded = line.startswith(f"={quote}", begin) and quote == '"'
        if guarded:
            guarded = _ends_cell(line, _closing(line, begin + 2, dialect), delimiter)
            begin += guarded
        if not line.startswith(quote, begin):
            stop = line.find(delimiter, at)
            cell = line[at:] if stop < 0 else line[at:stop]
            # Within words it is an inch or an apostrophe, at the end it closes what is not open.
            stray += cell.rstrip().endswith(quote)
            cells.append(cell)
            if stop < 0:
                return Split(cells, stray=stray)
            at = stop + step
            continue
        closed = _closing(line, begin + 1, dialect)
        if closed < 0:
            cells.append(line[at:])
            return Split(cells, open=True, stray=stray)
        stop = closed + 1
        if padded:
            while stop < end and line[stop] == " ":
                stop += 1
        if stop == end:
            cells.append(line[at:])
            return Split(cells, stray=stray)
        if not line.startswith(delimiter, stop):
            stray += 1
            stop = line.find(delimiter, stop)
            if stop < 0:
                cells.append(line[at:])
                return Split(cells, stray=stray)
        cells.append(line[at:stop])
        at = stop + step


def _ends_cell(line: str, closed: int, delimiter: str) -> bool:
    """Whether a quote is the last of its cell."""
    return closed > 0 and (closed + 1 == len(line) or line.startswith(delimiter, closed + 1))


def declared(line: str) -> str | None:
    """The delimiter that Excel's line `sep=;` names; None for any other line."""
    found = _DECLARED.fullmatch(line)
    if found is None:
        return None
    mark = "\t" if found["mark"] == "\\t" else found["mark"]
    # Saved again with the delimiters of the columns behind it.
    return mark if not found["rest"].strip(f"{mark},;\t\"' ") else None


def separators(line: str, delimiter: str) -> int:
    """How many delimiters a line holds, quoted or not: the table's, or of another if more."""
    return max(line.count(mark) for mark in (delimiter, *_USUAL))


def _closing(line: str, at: int, dialect: Dialect) -> int:
    quote, escape = dialect.quote, dialect.escape
    while True:
        at = line.find(quote, at)
        if at < 0:
            return -1
        if escape:
            before = at
            while before and line[before - 1] == escape:
                before -= 1
            if (at - before) % 2 == 0:
                return at
            at += 1
        elif line.startswith(quote, at + 1):
            at += 2
        elif quote == "'" and line[at + 1 : at + 2].isalnum() and line[at - 1].isalnum():
            at += 1
        else:
            return at


def unquoted(raw: str, dialect: Dialect) -> str:
    """The text of a raw cell: without its quotes where it has two, else as it stands."""
    quote, escape = dialect.quote, dialect.escape
    if not quote or quote not in raw:
        return raw
    text = raw.strip(" ")
    if len(text) < 2 or text[0] != quote or text[-1] != quote:
        return raw.replace(escape + quote, quote) if escape else raw
    inner = text[1:-1]
    if escape:
        for each in (quote, dialect.delimiter, escape):
            inner = inner.replace(escape + each, each)
        return inner
    return inner.replace(quote * 2, quote)


def is_quoted(raw: str, dialect: Dialect) -> bool:
    """Whether a raw cell begins with a quote."""
    return bool(dialect.quote) and raw.lstrip(" ").startswith(dialect.quote)
