"""The records of a sheet: its rows without what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.sheet_layout import Area, Layout, is_note
from abmkit.domain.recognition.tables.asides import is_export_note, is_total, lacks_words
from abmkit.io.excel.reach import Moves
from abmkit.io.records import Records, Reject

_ROWS = 20_000
# Sparse rows at the end may be remarks; so many in a row are records with one cell filled.
_HELD = 50
_DAY_ZERO = date(1899, 12, 30)
# Day numbers of 1950 to 2100: in a column of dates, whole numbers among them are dates.
_SERIALS = (18_264, 73_415)
_DATE_HEADER = re.compile(r"\bdate\b|\bas[ _]of\b|\bupdated\b|\bmodified\b|日期|时间|時間", re.I)


@dataclass(frozen=True)
class Body:
    """Which part of a sheet holds the records."""

    layout: Layout
    areas: Sequence[Area]
    columns: Sequence[int]
    dated: set[int]
    """Columns in which whole numbers are days."""
    above: int = 0
    """The rows of the sheet above this part of it."""
    moved: Moves = field(default_factory=Moves)
    """How rows were moved before they were read: what is told are the rows of the file."""


def dated_columns(
    names: Sequence[str], columns: Sequence[int], rows: Sequence[Sequence[str]]
) -> set[int]:
    """Columns whose header speaks of dates and whose numbers all are day numbers of our time."""
    dated = set()
    for at in columns:
        if _DATE_HEADER.search(names[at].replace("_", " ")) is None:
            continue
        cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
        numbers = [cell for cell in cells if re.fullmatch(r"\d+", cell)]
        if numbers and all(_SERIALS[0] <= int(cell) <= _SERIALS[1] for cell in numbers):
            dated.add(at)
    return dated


def tables(records: Records, rows: Iterator[list[str]], body: Body) -> Iterator[pa.Table]:
    """The records as tables of text; totals, headings and notes go to the rejects.

    A lone text at the end, after a blank row or a total or worded like a remark, is a note.
    """
    schema = records.schema()
    waiting: list[list[str]] = []
    for row in _records(records, rows, body):
        waiting.append(row)
        if len(waiting) == _ROWS:
            yield _table(waiting, body, schema)
            waiting.clear()
    if waiting:
        yield _table(waiting, body, schema)


def _table(rows: list[list[str]], body: Body, schema: pa.Schema) -> pa.Table:

    columns = []
    for at in body.columns:
        cells = [(row[at] if at < len(row) else None) or None for row in rows]
        columns.append(strings(map(_day, cells) if at in body.dated else cells))
    return pa.Table.from_arrays(columns, schema=schema)


def _day(cell: str | None) -> str | None:
    if cell is None or not re.fullmatch(r"\d{5}", cell):
        return cell
    return (_DAY_ZERO + timedelta(days=int(cell))).isoformat()


def _records(records: Records, rows: Iterator[list[str]], body: Body) -> Iterator[list[str]]:
    header = [name.casefold() for name in body.layout.names]
    wide = len(body.columns) >= 3
    held: list[tuple[int, list[str], bool]] = []
    ended = False
    before: list[str] = []

    def reject(number: int, row: list[str], reason: str) -> None:
        text = "\t".join(cell for cell in row if cell)
        records.rejects.append(Reject(body.moved.old(body.above + number - 1) + 1, text, reason))

    for number, row, full, wide_cell in _spread(rows, body):
        if number <= body.layout.body:
            continue
        filled = sum(1 for cell in row if cell and not cell.isspace())
        if not filled:
            records.blank_rows += 1
            ended = True
        elif filled > 1 and [cell.strip().casefold() for cell in row[: len(header)]] == header:
            reject(number, row, "the header again")
        elif is_total(row, before, sure=not lacks_words(row, before)):
            reject(number, row, "a total, not a record")
            ended = True
        elif wide and filled == 1 and wide_cell > len(body.columns) / 2:
            reject(number, row, "a heading over rows, not a record")
        elif wide and filled == 1:
            held.append((number, full, ended))
            if len(held) > _HELD:
                yield from (full_row for _, full_row, _ in held)
                held.clear()
        else:
            for at, earlier, _ in held:
                if is_export_note("".join(earlier)):
                    reject(at, earlier, "a note, not a record")
                else:
                    yield earlier
            held.clear()
            ended = False
            before = full
            yield full
    below = False
    for number, row, after in held:
        below = below or after or is_note("".join(row))
        if below:
            reject(number, row, "a note below the table, not a record")
        else:
            yield row


def _spread(
    rows: Iterator[list[str]], body: Body
) -> Iterator[tuple[int, list[str], list[str], int]]:
    """Row numbers from 1, the rows with merged cells filled downward, then in full, widest merge.

    What begins in a row counts as one cell where rows are judged, whatever its width.
    """
    starting: dict[int, list[Area]] = {}
    for area in body.areas:
        starting.setdefault(area.top, []).append(area)
    merged: list[tuple[Area, str]] = []
    for at, row in enumerate(rows):
        if merged:
            merged = [(area, text) for area, text in merged if area.bottom >= at]
        down = _painted(row, merged)
        begun = [
            (area, row[area.left])
            for area in starting.get(at, ())
            if area.left < len(row) and row[area.left]
        ]
        merged += begun
        widest = max((area.right - area.left + 1 for area, _ in begun), default=1)
        yield at + 1, down, _painted(down, begun), widest


def _painted(row: list[str], merged: list[tuple[Area, str]]) -> list[str]:
    if not merged:
        return row
    full = list(row)
    for area, text in merged:
        full.extend([""] * (area.right + 1 - len(full)))
        full[area.left : area.right + 1] = [text] * (area.right + 1 - area.left)
    return full
