"""Headers: whether cells name columns, and the names a header row gives a table's columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from abmkit.domain.recognition.header_words import known_header
from abmkit.domain.recognition.tables import header_names
from abmkit.io.text.dialects.cell_kinds import TYPED, Profile, kind
from abmkit.io.text.dialects.dialect import Dialect, split
from abmkit.io.text.dialects.lines import Line
from abmkit.io.text.dialects.repair import Repairer, header_profile

_LONG = 30
TWO_NAMES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\w)(?=\")|(?<=\")(?=\w)")


def is_header(cells: Sequence[str], columns: Sequence[Profile], *, sure: bool = False) -> bool:
    """Whether cells name columns rather than being values of them.

    Where the columns say nothing either way the answer is yes, unless it has to be sure.
    """
    names, values = 0.0, 0.0
    typed = 0
    for cell, column in zip(cells, columns, strict=False):
        # A stray quote in a number makes no name of it.
        found, usual = kind(cell.replace('"', "")), column.main()
        wordy = found in ("word", "text")
        if usual in TYPED:
            typed += 1
            if found == usual:
                values += 1
            elif wordy and len(cell) <= 60:
                names += 1
            elif found in TYPED:
                values += 0.5
        elif usual == "code":
            names += 0.7 if wordy else 0.0
            values += 1.0 if found == "code" else 0.0
        elif found in TYPED - {"whole", "number", "range"}:
            values += 1
        elif wordy and column.count > 1 and column.length() > _LONG >= len(cell):
            names += 0.5
    if sure:
        return values == 0 and names >= 2 and names >= 0.6 * typed
    if not names and not values:
        said = [cell.strip().casefold() for cell in cells if cell.strip()]
        numbers = sum(kind(cell) in TYPED for cell in said)
        alone = len(set(said)) == len(said) or _names_twice(cells, columns)
        return alone and 2 * numbers <= len(said)
    return names >= values


def _names_twice(cells: Sequence[str], columns: Sequence[Profile]) -> bool:
    """Whether cells name columns though one name stands among them twice: City of two addresses.

    Two of the names are known, or the columns under a name differ and do not hold it themselves.
    """
    names = [cell.strip().casefold() for cell in cells]
    if sum(known_header(name) for name in set(names) if name) >= 2:
        return True
    for name in set(names) - {""}:
        under = [
            column.seen for at, column in enumerate(columns[: len(names)]) if names[at] == name
        ]
        if len(under) < 2:
            continue
        for values in under:
            if not values or any(value.strip().casefold() == name for value in values):
                return False
        rows = list(zip(*under, strict=False))
        if 2 * sum(len(set(row)) == 1 for row in rows) > len(rows):
            return False
    return True


def header_cells(record: Line, width: int, dialect: Dialect) -> tuple[list[str], str]:
    """A header row as cells of the table's width, and what was done to it, empty for nothing."""
    cells = record.cells(dialect)
    if record.clean and len(cells) == width:
        return cells, ""
    names = [cell for cell in cells if cell.strip()]
    if record.clean and len(names) == width:
        return names, "a delimiter too many"
    if record.clean and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width], "delimiters too many at its end"
    if len(cells) == 1 and width > 2:
        for other in (";", "\t", "|", ",", " "):
            parts = split(record.text, Dialect(other, dialect.quote)).cells
            bare = [part.strip().strip(dialect.quote or '"') for part in parts]
            if len(bare) == width and all(bare):
                return bare, f"separated by {other!r}"
        return cells + [""] * (width - 1), ""
    if len(cells) < width and record.clean:
        return _without_a_delimiter(cells, width)
    known = header_profile((names + ["name"] * width)[:width])
    found = Repairer(dialect, known).repair(record.text)
    if found is not None:
        return found.cells, found.reason
    return (cells + [""] * width)[:width], "cells missing at the end"


def _without_a_delimiter(cells: list[str], width: int) -> tuple[list[str], str]:
    """A header that lacks a delimiter, cut where only one place in it looks like two names."""
    cuts = [
        (at, match.start()) for at, cell in enumerate(cells) for match in TWO_NAMES.finditer(cell)
    ]
    changes = [
        (at, cut) for at, cut in cuts if cells[at][:cut].isupper() != cells[at][cut:].isupper()
    ]
    likely = changes if len(changes) == 1 else cuts
    if len(cells) == width - 1 and len(likely) == 1:
        at, cut = likely[0]
        return [
            *cells[:at],
            cells[at][:cut],
            cells[at][cut:],
            *cells[at + 1 :],
        ], "a delimiter too few"
    return cells + [""] * (width - len(cells)), "cells missing at the end"


def joined(heads: Sequence[Sequence[str]], width: int) -> list[str]:
    """One name per column from one or more header rows."""
    if not heads:
        return [""] * width
    if len(heads) == 1:
        return list(heads[0])
    if all(cell.strip() for row in heads for cell in row):
        alone = next(filter(_names_all, heads), None)
        if alone is not None and _names_all(heads[-1]):
            return list(alone)
        return [" ".join(row[at].strip() for row in heads) for at in range(width)]
    # What is merged over several columns stands in the first of them.
    return header_names.joined([list(row) for row in heads], own=True)


def _names_all(row: Sequence[str]) -> bool:
    """Whether a row is a header by itself: a name of its own over each column, most of them known.

    Above or below another one it is the same header: in two languages, or with a system's names.
    """
    names = [cell.strip().casefold() for cell in row]
    if not all(names) or len(set(names)) < len(names):
        return False
    return sum(map(known_header, names)) >= max(2, 0.6 * len(names))
