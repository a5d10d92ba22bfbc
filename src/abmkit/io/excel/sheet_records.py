"""Sheets of binary workbooks (xls and xlsb): what calamine does not tell, and wide gaps closed.

Records by [MS-XLS] 2.4 and [MS-XLSB] 2.4.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.io.excel.compound import Container
from abmkit.io.excel.parts import Extras
from abmkit.io.excel.reach import Reach, closed, too_sparse

_U16, _U32 = struct.Struct("<H"), struct.Struct("<I")
_TWO, _TWO_LONG = struct.Struct("<HH"), struct.Struct("<II")
_BOUND_SHEET, _PASSWORD, _BOF, _EOF, _DIMENSIONS = 0x85, 0x2F, 0x809, 0x0A, 0x200
_XLS_ROW, _XLS_COLUMNS, _MULTIPLE, _FORMULA, _ERROR = 0x208, 0x7D, 0xBD, 0x06, 0x205
# Number, label, rich label, error or truth value, formula, RK, shared string, several RK.
_XLS_CELLS = frozenset((0x203, 0x204, 0xD6, _ERROR, _FORMULA, 0x27E, 0xFD, _MULTIPLE))
_XLSB_ROW, _XLSB_COLUMNS, _MERGED, _SHEET_END = 0, 60, 176, 0x92
_XLSB_SHEET = 156
_XLSB_ERRORS = (3, 11)
_LAST_CELL = 11


@dataclass
class Sheet:
    """What the records of one sheet say beside its cells."""

    extras: Extras = field(default_factory=Extras)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    filled: int = 0
    reach: Reach | None = None

    def finish(self, name: str) -> None:
        """Count what is hidden, and see whether cells stand too far apart."""
        self.extras.hidden_rows = len(self.hidden & self.rows)
        self.reach = closed(self.rows, self.columns, self.filled, name)


# xls ---------------------------------------------------------------------------------------------


def excel_97(data: bytes, name: str) -> tuple[bytes | None, list[Sheet]]:
    """The sheets of an xls file in order, and the file with wide gaps closed where there are any.

    Raises BrokenContainerError for a container that cannot be followed, InputError where cells are
    scattered all over a sheet.
    """
    places = Container(data).workbook()
    if places is None:
        return None, []
    stream = bytearray(b"".join(data[at : at + size] for at, size in places))
    sheets = []
    changed = False
    for kind, at, size in _xls(stream, 0):
        if kind == _BOUND_SHEET and size >= 6:
            start = _U32.unpack_from(stream, at)[0]
            sheet = _xls_sheet(stream, start)
            sheet.finish(name)
            changed |= _xls_moved(stream, start, sheet)
            sheets.append(sheet)
        elif kind == _EOF:
            break
        elif kind == _PASSWORD:
            return None, []
    if not changed:
        return None, sheets
    whole = bytearray(data)
    done = 0
    for at, size in places:
        size = min(size, len(data) - at)
        whole[at : at + size] = stream[done : done + size]
        done += size
    return bytes(whole), sheets


def _xls(stream: bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """Records: their kind, and where and how long their data is."""
    end = len(stream) - 3
    unpack = _TWO.unpack_from
    while at < end:
        kind, size = unpack(stream, at)
        yield kind, at + 4, size
        at += 4 + size


def _xls_own(stream: bytearray, start: int) -> Iterator[tuple[int, int, int]]:
    """The records of a sheet without those of charts and the like within it."""
    depth = 0
    for record in _xls(stream, start):
        kind = record[0]
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1 and record[1] + record[2] <= len(stream):
            yield record


def _xls_sheet(stream: bytearray, start: int) -> Sheet:
    sheet = Sheet()
    found = sheet.extras
    for kind, at, size in _xls_own(stream, start):
        if kind in _XLS_CELLS and size >= 6:
            row, column = _TWO.unpack_from(stream, at)
            sheet.rows.add(row)
            sheet.columns.add(column)
            sheet.filled += 1
            if kind == _MULTIPLE:
                last = _U16.unpack_from(stream, at + size - 2)[0]
                sheet.columns.update(range(column, min(last, column + size // 6) + 1))
                sheet.filled += max(size // 6 - 2, 0)
            elif kind == _ERROR and size >= 8:
                found.errors += stream[at + 7] == 1
            elif kind == _FORMULA and size >= 14:
                found.errors += stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2
        elif kind == _XLS_ROW and size >= 16 and stream[at + 12] & 0x20:
            sheet.hidden.add(_U16.unpack_from(stream, at)[0])
        elif kind == _XLS_COLUMNS and size >= 10 and stream[at + 8] & 1:
            found.hidden_columns.append(_TWO.unpack_from(stream, at))
    return sheet


def _xls_moved(stream: bytearray, start: int, sheet: Sheet) -> bool:
    """Move the cells of a sheet to where they shall be; whether anything was changed."""
    changed = False
    reach = sheet.reach
    for kind, at, size in _xls_own(stream, start):
        if kind == _DIMENSIONS and size in (10, 14):
            changed |= _xls_dimensions(stream, at, size, sheet)
        elif reach is not None and kind in _XLS_CELLS and size >= 6:
            row, column = _TWO.unpack_from(stream, at)
            _TWO.pack_into(stream, at, reach.rows.new(row), reach.columns.new(column))
            if kind == _MULTIPLE:
                last = _U16.unpack_from(stream, at + size - 2)[0]
                moved = reach.columns.new(column) + last - column
                _U16.pack_into(stream, at + size - 2, max(moved, 0) & 0xFFFF)
            changed = True
    return changed


def _xls_dimensions(stream: bytearray, at: int, size: int, sheet: Sheet) -> bool:
    """Make a sheet claim no more cells than it may have: calamine takes memory for the claim."""
    form = "<4H" if size == 10 else "<IIHH"
    top, bottom, _, right = struct.unpack_from(form, stream, at)
    # Ends are past the last, a reversed pair counts from 0, and a difference below 0 panics.
    if top <= bottom and not too_sparse(bottom - top + 1, right + 1, sheet.filled):
        return False
    struct.pack_into(form, stream, at, 0, 1, 0, 1)
    return True


# xlsb --------------------------------------------------------------------------------------------


def binary_part(archive: zipfile.ZipFile, part: str, name: str) -> tuple[bytes | None, Sheet]:
    """A sheet of an xlsb file, and its records with wide gaps closed where there are any.

    Raises InputError where cells are scattered all over the sheet.
    """
    data = bytearray(archive.read(part))
    sheet = Sheet()
    found = sheet.extras
    row = 0
    for kind, at, size in _xlsb(data):
        if kind == _XLSB_ROW and size >= 12:
            row = _U32.unpack_from(data, at)[0]
            if data[at + 11] & 0x10:
                sheet.hidden.add(row)
        elif 2 <= kind <= _LAST_CELL and size >= 8:
            sheet.rows.add(row)
            sheet.columns.add(_U32.unpack_from(data, at)[0])
            sheet.filled += 1
            found.errors += kind in _XLSB_ERRORS
        elif kind == _XLSB_COLUMNS and size >= 18 and data[at + 16] & 1:
            found.hidden_columns.append(_TWO_LONG.unpack_from(data, at))
        elif kind == _MERGED and size >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", data, at)
            found.merged.append(Area(top, left, bottom, right))
    sheet.finish(name)
    if sheet.reach is None:
        return None, sheet
    rows, columns = sheet.reach.rows, sheet.reach.columns
    for kind, at, size in _xlsb(data):
        if kind == _XLSB_ROW and size >= 12:
            _U32.pack_into(data, at, rows.new(_U32.unpack_from(data, at)[0]))
        elif 1 <= kind <= _LAST_CELL and size >= 8:
            _U32.pack_into(data, at, columns.new(_U32.unpack_from(data, at)[0]))
    return bytes(data), sheet


def _xlsb(data: bytearray) -> Iterator[tuple[int, int, int]]:
    """Records: their kind, where and how long their data is; numbers come 7 bits a byte."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > end:
            return
        yield kind, at, size
        at += size


def binary_sheets(book: bytes) -> dict[str, str]:
    """The sheets that an xlsb workbook's own part names, with the ids of their links."""
    found: dict[str, str] = {}
    data = bytearray(book)
    for kind, at, size in _xlsb(data):
        if kind == _XLSB_SHEET and size >= 16:
            texts = []
            start = at + 8
            for _ in range(2):
                length = min(_U32.unpack_from(data, start)[0], size)
                text = data[start + 4 : min(start + 4 + 2 * length, at + size)]
                texts.append(text.decode("utf-16-le", errors="replace"))
                start = min(start + 4 + 2 * length, at + size - 4)
            found.setdefault(texts[1], texts[0])
    return found
