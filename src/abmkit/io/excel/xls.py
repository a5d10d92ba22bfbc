"""Old Excel workbooks (xls), read by xlrd."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.domain.values.numbers.formats import keeps_digits, shown
from abmkit.io.excel.book import Cells, Entry, areas_from, damaged, is_encrypted, protected
from abmkit.io.excel.extras import Extras
from abmkit.io.excel.reach import closed
from abmkit.io.input import Input

# xlrd's kinds of cells; the rest are empty.
_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = range(1, 6)
_FILLED = frozenset((_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR))
_DURATION = re.compile(r"\[[hms]+\]", re.I)


class OldBook:
    """An xls workbook. Raises InputError for one that is damaged or protected."""

    def __init__(self, source: Input) -> None:
        import xlrd
        from xlrd.compdoc import CompDocError

        self._source = source
        self._moment = xlrd.xldate_as_datetime
        try:
            self._book = xlrd.open_workbook(
                str(source.file()), io.StringIO(), formatting_info=True, ragged_rows=True
            )
        except Exception as error:
            if "encrypted" in str(error) or is_encrypted(source):
                raise protected(source.name) from error
            if isinstance(error, xlrd.XLRDError | CompDocError):
                raise damaged(source.name, error) from error
            # Of many kinds, and their texts say nothing of the file.
            reason = ValueError("its records contradict each other")
            raise damaged(source.name, reason) from error
        formats = self._book.format_map
        durations = {
            key for key, found in formats.items() if _DURATION.search(found.format_str or "")
        }
        styles = enumerate(self._book.xf_list)
        self._durations = {style for style, look in styles if look.format_key in durations}
        self._digits = {
            style: code
            for style, look in enumerate(self._book.xf_list)
            if look.format_key in formats
            and keeps_digits(code := formats[look.format_key].format_str or "")
        }
        self.entries = [Entry(sheet.name, bool(sheet.visibility)) for sheet in self._book.sheets()]

    def extras(self, name: str) -> Extras:
        """What stands beside the cells of a sheet."""
        sheet = self._book.sheet_by_name(name)
        kinds = [sheet.row_types(row) for row in range(sheet.nrows)]
        filled = {row for row, cells in enumerate(kinds) if not _FILLED.isdisjoint(cells)}
        hidden = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
        return Extras(
            hidden_rows=len(hidden & filled),
            hidden_columns=[(at, at) for at, info in sheet.colinfo_map.items() if info.hidden],
            errors=sum(row.count(_ERROR) for row in kinds),
        )

    def cells(self, name: str) -> Cells:
        """The cells of a sheet. Raises InputError where they are scattered all over it."""
        sheet = self._book.sheet_by_name(name)
        rows = [self._row(sheet, row) for row in range(sheet.nrows)]
        used = [[at for at, cell in enumerate(row) if cell is not None] for row in rows]
        down = [row for row, columns in enumerate(used) if columns]
        across = set().union(*used)
        reach = closed(down, across, sum(map(len, used)), self._source.name)
        if not down:
            return Cells(lambda: iter(()), 0, 0, [], reach)
        left, right = (reach.columns.new(at) for at in (min(across), max(across)))
        places = [reach.columns.old(at) for at in range(left, right + 1)]
        kept = [rows[reach.rows.old(row)] for row in range(reach.rows.new(down[-1]) + 1)]
        grid = [[row[at] if at < len(row) else None for at in places] for row in kept]
        areas = [
            reach.area(Area(top, first, below - 1, beside - 1))
            for top, below, first, beside in sheet.merged_cells
        ]
        return Cells(lambda: iter(grid), left, len(places), areas_from(left, areas), reach)

    def _row(self, sheet: Any, row: int) -> list[Any]:
        """The values of a row, None for what is empty or an error."""
        values: list[Any] = sheet.row_values(row)
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == _DATE:
                values[column] = self._date(values[column], sheet.cell_xf_index(row, column))
            elif kind == _TRUTH:
                values[column] = bool(values[column])
            elif kind == _NUMBER and self._digits:
                code = self._digits.get(sheet.cell_xf_index(row, column))
                text = shown(values[column], code) if code is not None else None
                values[column] = values[column] if text is None else text
            elif kind != _NUMBER and (kind != _TEXT or not values[column]):
                values[column] = None
        return values

    def _date(self, value: float, style: int) -> Any:
        """A day with or without its time, a time alone, or how long something takes."""
        if style in self._durations:
            return timedelta(days=value)
        try:
            moment = self._moment(value, self._book.datemode)
        except (OverflowError, ValueError):
            return value
        return moment.time() if value < 1 else moment
