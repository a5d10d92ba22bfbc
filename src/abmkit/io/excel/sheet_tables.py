"""Several tables on one sheet: one below the other after blank rows, or side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from abmkit.domain.recognition.header_words import known_header
from abmkit.domain.recognition.sheet_layout import LOOKED_AT, Area, Layout, layout
from abmkit.io.text.dialects.cell_kinds import TYPED, kind, profiles
from abmkit.io.text.dialects.header_row import is_header
from abmkit.io.text.dialects.table_layout import chosen_table
from abmkit.io.text.dialects.table_reader import OtherTable

Rows = Callable[[], Iterator[list[str]]]
_LEAST_ROWS = 2
_PROFILED_ROWS = 8
# More stretches than these are records with blank rows between them.
_MOST_STRETCHES = 500
# A list beside the table is full to its end; a column of remarks is not.
_FULL = 0.9


@dataclass(frozen=True)
class Region:
    """The part of a sheet in which one table stands: rows and columns from 0, ends excluded."""

    top: int = 0
    bottom: int | None = None
    left: int = 0
    right: int | None = None

    def rows(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """The part's rows out of those of the sheet."""
        within = islice(rows, self.top, self.bottom)
        if self.left == 0 and self.right is None:
            return within
        return (row[self.left : self.right] for row in within)

    def areas(self, areas: Sequence[Area]) -> list[Area]:
        """The merged areas that begin within the part, by its own rows and columns."""
        bottom = float("inf") if self.bottom is None else self.bottom
        right = float("inf") if self.right is None else self.right
        return [
            Area(a.top - self.top, a.left - self.left, a.bottom - self.top, a.right - self.left)
            for a in areas
            if self.top <= a.top < bottom and self.left <= a.left < right
        ]


@dataclass(frozen=True)
class Chosen:
    """The table of a sheet that is read, and the others."""

    region: Region
    layout: Layout | None
    others: list[OtherTable]


def table_on(rows: Rows, areas: Sequence[Area], prefers: Callable[[Sequence[str]], bool]) -> Chosen:
    """Which table of a sheet to read: decided as among several tables of one text."""
    regions = [side for part in _stacked(rows) for side in _beside(rows, part)]
    if len(regions) == 1:
        grid = list(islice(regions[0].rows(rows()), LOOKED_AT))
        return Chosen(regions[0], layout(grid, regions[0].areas(areas)), [])
    found = []
    for region in regions:
        grid = list(islice(region.rows(rows()), LOOKED_AT))
        where = layout(grid, region.areas(areas))
        if where is not None:
            filled = sum(1 for row in region.rows(rows()) if _filled(row))
            skipped = sum(1 for row in grid[: where.body] if _filled(row))
            found.append((region, where, filled - skipped))
    if not found:
        return Chosen(Region(), None, [])
    headers = [_names(where) for _, where, _ in found]
    sizes = [
        max(count, 0) * len(names) for (_, _, count), names in zip(found, headers, strict=True)
    ]
    at = chosen_table(sizes, headers, prefers)
    others = [
        OtherTable(region.top + where.first + 1, headers[other], count)
        for other, (region, where, count) in enumerate(found)
        if other != at
    ]
    return Chosen(found[at][0], found[at][1], others)


def table_given(rows: Rows, areas: Sequence[Area], header_rows: int | None, skipped: int) -> Chosen:
    """The one table below the rows that are left out, its header as said where that is."""
    region = Region(top=skipped)
    grid = list(islice(region.rows(rows()), LOOKED_AT))
    return Chosen(region, layout(grid, region.areas(areas), header_rows), [])


def _names(where: Layout) -> list[str]:
    return [name for name in where.names if name] or where.names


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and not cell.isspace())


# One below the other -----------------------------------------------------------------------------


def _stacked(rows: Rows) -> list[Region]:
    heads: list[tuple[int, _Header]] = []
    for count, (at, first) in enumerate(_stretches(rows())):
        if count > _MOST_STRETCHES:
            return [Region()]
        found = _header_of(first)
        if found is not None and found.known + found.sure:
            heads.append((at, found))
    sure = [head.names for _, head in heads if head.sure]
    starts: list[int] = []
    before: _Header | None = None
    for at, head in heads:
        # A header less sure is one where the rows under it are of another width than the table.
        begins = head.sure or all(len(head.names) != len(names) for names in sure)
        if sure and begins and (before is None or head.names != before.names):
            starts.append(at)
            before = head
    return [
        Region(top, end) for top, end in zip([0, *starts[1:]], [*starts[1:], None], strict=True)
    ]


def _stretches(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[list[str]]]]:
    """Where rows begin that no blank row divides, and the first of them."""
    start = 0
    first: list[list[str]] = []
    for at, row in enumerate(rows):
        if not any(row) or not _filled(row):
            if first:
                yield start, first
            first = []
        elif not first:
            start, first = at, [row]
        elif len(first) <= _PROFILED_ROWS + 1:
            first.append(row)
    if first:
        yield start, first


@dataclass(frozen=True)
class _Header:
    names: list[str]
    known: int
    """How many of them recognition knows."""
    sure: bool
    """Whether nothing but a header would look like this."""


def _header_of(rows: list[list[str]]) -> _Header | None:
    """The header that rows begin with, after a title at most; None where they begin with none."""
    if len(rows) > 1 and _filled(rows[0]) == 1 < _filled(rows[1]):
        rows = rows[1:]
    used = [at for at, cell in enumerate(rows[0]) if cell.strip()]
    if len(used) < 2:
        return None
    left, right = used[0], used[-1] + 1
    cells = [cell.strip() for cell in rows[0][left:right]]
    body = [row[left:right] + [""] * (right - max(len(row), left)) for row in rows[1:]]
    alike = [row for row in body if 2 * _filled(row) > len(used)]
    known = sum(known_header(cell) for cell in set(cells) if cell)
    least = 1 if known >= 2 else _LEAST_ROWS
    if len(alike) < least or any(kind(cell) in TYPED for cell in cells):
        return None
    columns = profiles([[(cell, False) for cell in row] for row in alike], right - left)
    if known < 2 and not is_header(cells, columns):
        return None
    sure = known >= 2 or is_header(cells, columns, sure=True)
    return _Header([cell.casefold() for cell in cells], known, sure)


# Side by side ------------------------------------------------------------------------------------


def _beside(rows: Rows, part: Region) -> list[Region]:
    head = list(islice(part.rows(rows()), LOOKED_AT))
    blocks = _blocks({at for row in head for at, cell in enumerate(row) if cell.strip()})
    if len(blocks) < 2:
        return [part]
    # What is empty at the top may be filled further down.
    used = {at for row in part.rows(rows()) for at, cell in enumerate(row) if cell.strip()}
    blocks = [(left, right) for left, right in _blocks(used) if right - left > 1 or len(blocks) < 2]
    tables = [(left, right, _extent(rows, part, left, right)) for left, right in blocks]
    starts = [start for (*_, one), (start, _, other) in pairwise(tables) if _apart(one, other)]
    return [
        Region(part.top, part.bottom, left, right)
        for left, right in zip([0, *starts], [*starts, None], strict=True)
    ]


def _blocks(used: set[int]) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    for at in sorted(used):
        if blocks and blocks[-1][1] == at:
            blocks[-1] = (blocks[-1][0], at + 1)
        else:
            blocks.append((at, at + 1))
    return blocks


@dataclass(frozen=True)
class _Extent:
    """Some columns of a sheet: the rows in which they are filled, how well, and their header."""

    first: int
    last: int
    full: float
    header: _Header | None


def _extent(rows: Rows, part: Region, left: int, right: int) -> _Extent:
    first, last, cells = -1, -1, 0
    head: list[list[str]] = []
    for at, row in enumerate(part.rows(rows())):
        block = row[left:right]
        count = _filled(block)
        if not count:
            continue
        first, last = at if first < 0 else first, at
        cells += count
        if len(head) <= _PROFILED_ROWS + 1:
            head.append(block)
    share = cells / ((last - first + 1) * (right - left)) if last >= 0 else 0.0
    return _Extent(first, last, share, _header_of(head) if head else None)


def _apart(one: _Extent, other: _Extent) -> bool:
    """Whether columns with blank ones between are two tables and not one with a gap in it.

    Each has a header, and the headers repeat a name, begin in different rows, or head columns of
    which the shorter are full to their end and end well above the others.
    """
    if one.header is None or other.header is None:
        return False
    if set(one.header.names) & set(other.header.names) - {""}:
        return True
    short = min(one, other, key=lambda extent: extent.last)
    long = max(one, other, key=lambda extent: extent.last)
    ends_before = short.full >= _FULL and short.last + _LEAST_ROWS <= long.last
    return one.first != other.first or ends_before
