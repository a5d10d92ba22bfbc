"""Excel and OpenDocument workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count, islice
from typing import Any

import pyarrow as pa

from abmkit.domain.cells import number_text
from abmkit.domain.recognition.sheet_layout import LOOKED_AT, Area, Layout
from abmkit.domain.recognition.tables.accounts_value import accounts_value
from abmkit.errors import InputError, Message, instead
from abmkit.io.excel.book import Book, Cells, Entry
from abmkit.io.excel.calamine import CalamineBook
from abmkit.io.excel.sheet_rows import Body, dated_columns, tables
from abmkit.io.excel.sheet_tables import Chosen, Region, table_given, table_on
from abmkit.io.excel.xls import OldBook
from abmkit.io.input import Input
from abmkit.io.records import Records, unique_names, written_names
from abmkit.io.text.delimited import names_companies
from abmkit.io.text.dialects.settings import DETECTED, TextSettings
from abmkit.io.text.dialects.table_reader import OtherTable

_FEW = 5


@dataclass
class _Sheet:
    """One filled sheet, opened: where its table stands and how much it looks like accounts."""

    name: str
    hidden: bool
    cells: Cells
    areas: list[Area]
    layout: Layout
    region: Region
    other_tables: list[OtherTable]
    worth: float


def read(
    source: Input, format: str, sheet: str | None = None, settings: TextSettings = DETECTED
) -> Records:
    """The records of one sheet: the chosen one, else the one that looks most like accounts.

    Titles above the header, totals and notes below the records are no records; merged cells fill
    their area; hidden rows and sheets are read. The settings may say how many rows to leave out and
    how many the header has. Raises InputError where the workbook cannot be
    opened or the sheet is missing or empty.
    """
    book: Book = OldBook(source) if format == "xls" else CalamineBook(source, format)
    entries = book.entries
    empty: set[str] = set()
    chosen = _chosen(book, _wanted(entries, sheet, source), settings, empty)
    if chosen is None:
        what = (
            Message("the sheet {sheet!r} is empty", sheet=sheet)
            if sheet is not None
            else "is empty"
        )
        raise InputError(what, where=source.name, remedy="is it the right file?")
    beside = book.extras(chosen.name)
    reach = chosen.cells.reach
    columns = _columns(chosen)
    left = chosen.region.left + chosen.cells.left
    places = [reach.columns.old(left + at) for at in columns]
    names = [chosen.layout.names[at] for at in columns]

    def produce(records: Records) -> Iterator[pa.Table]:
        rows = chosen.region.rows(_texts(chosen.cells))
        dated = _dated(chosen, columns)
        body = Body(chosen.layout, chosen.areas, columns, dated, chosen.region.top, reach.rows)
        yield from tables(records, rows, body)

    hidden = [entry.name for entry in entries if entry.hidden and entry.name != chosen.name]
    return Records(
        source.name,
        format,
        unique_names(names),
        produce,
        source.close,
        written=written_names(names),
        sheet=chosen.name,
        other_sheets=[e.name for e in entries if e.name not in {chosen.name, *empty}],
        other_tables=[
            str(replace(other, line=reach.rows.old(other.line - 1) + 1))
            for other in chosen.other_tables
        ],
        notes=[*_notes(chosen, hidden), *beside.notes(places), *filter(None, [reach.note()])],
    )


def _notes(chosen: _Sheet, hidden: list[str]) -> Iterator[str]:
    if chosen.hidden:
        yield f"the sheet {chosen.name!r} is hidden"
    if hidden:
        yield f"hidden sheets: {', '.join(hidden)}"
    where = chosen.layout
    if where.titles:
        shown = "; ".join(where.titles[:3]) + ("; …" if len(where.titles) > 3 else "")
        yield f"above the table: {shown}"
    if where.header_rows == 0:
        yield "no row is a header: the columns are numbered"
    elif where.header_rows > 1:
        over = f": {', '.join(where.groups[:_FEW])}" if where.groups else ""
        yield f"the header takes {where.header_rows} rows{over}"


# Sheets ------------------------------------------------------------------------------------------


def _wanted(entries: list[Entry], sheet: str | None, source: Input) -> list[Entry]:
    """The sheets to choose from: the one that was named, else all."""
    wanted = [entry for entry in entries if sheet in (None, entry.name)]
    if wanted or sheet is None:
        return wanted
    names = [entry.name for entry in entries]
    raise InputError(
        "no sheet {sheet!r}", where=source.name, remedy=instead(sheet, names, "sheets"), sheet=sheet
    )


def _chosen(
    book: Book, entries: list[Entry], settings: TextSettings, empty: set[str]
) -> _Sheet | None:
    """The filled sheet most like a table of accounts, the first where several are alike.

    The names of those that hold nothing come into `empty`.
    """
    best: _Sheet | None = None
    for entry in entries:
        cells = book.cells(entry.name)
        table = _table_of(cells, settings)
        region, where = table.region, table.layout
        grid = list(islice(region.rows(_texts(cells)), LOOKED_AT))
        if where is None:
            grid = list(_texts(cells))
            first = next((at for at, row in enumerate(grid) if any(row)), None)
            if first is None:
                empty.add(entry.name)
                continue
            names = [cell.strip() for cell in grid[first]]
            where = Layout(first, 1, names, [], [])
        found = _Sheet(
            entry.name,
            entry.hidden,
            cells,
            region.areas(cells.merged),
            where,
            region,
            table.others,
            0.0,
        )
        if len(entries) == 1:
            return found
        rows = [row for row in grid[where.body :] if any(row)]
        found.worth = accounts_value(entry.name, where.names, rows, hidden=entry.hidden)
        if best is None or found.worth > best.worth:
            best = found
    return best


def _table_of(cells: Cells, settings: TextSettings) -> Chosen:
    """The table of a sheet, as far as the user says where it stands."""
    rows = partial(_texts, cells)
    if settings.header_rows is None and not settings.skip_rows:
        return table_on(rows, cells.merged, names_companies)
    moved = cells.reach.rows
    skipped = next(at for at in count() if moved.old(at) >= settings.skip_rows)
    return table_given(rows, cells.merged, settings.header_rows, skipped)


def _texts(cells: Cells) -> Iterator[list[str]]:
    for row in cells.rows():
        yield [_cell(value) for value in row]


def _columns(sheet: _Sheet) -> list[int]:
    """The columns in use: those with a name or with values."""
    names = sheet.layout.names
    used = {at for at, name in enumerate(names) if name}
    right = sheet.cells.width if sheet.region.right is None else sheet.region.right
    unnamed = set(range(max(len(names), right - sheet.region.left))) - used
    if unnamed:
        for at, row in enumerate(sheet.region.rows(_texts(sheet.cells))):
            if at < sheet.layout.body:
                continue
            found = {column for column in unnamed if column < len(row) and row[column].strip()}
            used |= found
            unnamed -= found
            if not unnamed:
                break
    sheet.layout.names.extend([""] * (max(used, default=0) + 1 - len(names)))
    return sorted(used)


def _dated(sheet: _Sheet, columns: list[int]) -> set[int]:
    within = sheet.region.rows(_texts(sheet.cells))
    rows = islice(within, sheet.layout.body, sheet.layout.body + 1_000)
    return dated_columns(sheet.layout.names, columns, list(rows))


def _cell(value: Any) -> str:
    if isinstance(value, str):
        # Some old writers store 16-bit text where 8-bit text belongs.
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value) or ""
    if isinstance(value, datetime):
        if value.time() == time(0):
            return value.date().isoformat()
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value or "")
