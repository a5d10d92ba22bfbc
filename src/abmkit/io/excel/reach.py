"""How far the cells of a sheet reach, and the gaps that are closed where they reach too far.

calamine lays a sheet out as a full grid of 32 bytes a cell and ends the process where there is no
memory for it: one stray cell in XFD1048576 asks for 550 GB. Where a grid would be large and nearly
empty, wide gaps between cells are closed before calamine sees the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.errors import InputError

# 256 MB as a grid.
_HARMLESS_CELLS = 8_000_000
# Tables fill most of their grid.
_MOST_EMPTY = 8
_GAP_ROWS, _GAP_COLUMNS = 1_000, 50
# Enough to keep apart what stood apart.
_KEPT = 3
_MOST_GAPS = 1_000


def too_sparse(rows: int, columns: int, filled: int) -> bool:
    """Whether a grid of so many rows and columns is large for the cells that are filled."""
    return rows * columns > max(_HARMLESS_CELLS, _MOST_EMPTY * filled)


@dataclass(frozen=True)
class Moves:
    """Where rows or columns stand once wide gaps between them are closed; counted from 0."""

    gaps: tuple[tuple[int, int], ...] = ()
    """The last used place before a gap and the first one after it."""

    def new(self, at: int) -> int:
        """The place of what stood at `at`."""
        moved = 0
        for last, first in self.gaps:
            if at <= last:
                break
            if at < first:
                return min(at, last + _KEPT) - moved
            moved += first - last - _KEPT
        return at - moved

    def old(self, at: int) -> int:
        """Where stood what is now at `at`."""
        for last, first in self.gaps:
            if at < last + _KEPT:
                break
            at += first - last - _KEPT
        return at


@dataclass(frozen=True)
class Reach:
    """What was moved on a sheet, and the furthest row and column that were filled, from 0."""

    rows: Moves = field(default_factory=Moves)
    columns: Moves = field(default_factory=Moves)
    furthest: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return bool(self.rows.gaps or self.columns.gaps)

    def area(self, area: Area) -> Area:
        """Where a merged area is now."""
        return Area(
            self.rows.new(area.top),
            self.columns.new(area.left),
            self.rows.new(area.bottom),
            self.columns.new(area.right),
        )

    def note(self) -> str | None:
        """One sentence for a sheet on which something was moved."""
        if not self:
            return None
        row, column = self.furthest
        return (
            f"cells far from the table, out to {letters(column)}{row + 1}: "
            "read without the empty rows and columns between"
        )


def closed(rows: Iterable[int], columns: Iterable[int], filled: int, name: str) -> Reach:
    """What has to move for a sheet to be held as a grid; nothing where it can be held as it is.

    Raises InputError where cells are so scattered that closing gaps does not help.
    """
    across, down = sorted(columns), sorted(rows)
    if not down or not too_sparse(down[-1] - down[0] + 1, across[-1] - across[0] + 1, filled):
        return Reach()
    reach = Reach(_moves(down, _GAP_ROWS), _moves(across, _GAP_COLUMNS), (down[-1], across[-1]))
    height = reach.rows.new(down[-1]) - reach.rows.new(down[0]) + 1
    width = reach.columns.new(across[-1]) - reach.columns.new(across[0]) + 1
    gaps = len(reach.rows.gaps) + len(reach.columns.gaps)
    if gaps > _MOST_GAPS or too_sparse(height, width, filled):
        raise InputError(
            "has {filled:,} cells scattered over {count:,} rows and {column}{down}, "
            "which is no table",
            where=name,
            remedy="copy the table into a workbook of its own",
            filled=filled,
            count=len(down),
            column=letters(across[-1]),
            down=down[-1] + 1,
        )
    return reach


def _moves(used: list[int], widest: int) -> Moves:
    return Moves(tuple((a, b) for a, b in pairwise(used) if b - a > widest))


def letters(column: int) -> str:
    """A column's name: `A` for 0, `XFD` for 16383."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def number(name: bytes) -> int:
    """A column from its letters, from 0."""
    column = 0
    for letter in name.upper():
        column = column * 26 + letter - 64
    return column - 1
