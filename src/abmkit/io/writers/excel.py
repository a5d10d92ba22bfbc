"""What Excel can hold: values as cells where data is never a formula, and workbooks as files."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from abmkit.domain.cells import plain, to_text
from abmkit.errors import OutputError

# Excel's own limits: support.microsoft.com, "Excel specifications and limits".
SHEET_ROWS = 1_048_575
"""Rows below the header."""
SHEET_COLUMNS = 16_384
CELL_CHARACTERS = 32_767
"""Counted as UTF-16 counts them: a character outside the basic plane is two."""
# Excel keeps 15 digits of a number; longer ones are ids and stay whole as text.
_LARGEST_NUMBER = 10**15
# Before it, Excel counts a 29 February 1900 that never was.
_FIRST_DAY = date(1900, 3, 1)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# `#` begins an error value; the rest a formula, at once or when the cell is edited.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "#")
_ZIP_FIRST_YEAR = 1980


def checked_columns(count: int) -> None:
    """Raise OutputError for more columns than a sheet holds."""
    if count > SHEET_COLUMNS:
        raise OutputError(
            "Excel holds {sheet_columns} columns, not {count}",
            remedy="write csv or parquet",
            sheet_columns=SHEET_COLUMNS,
            count=count,
        )


def cell_values(values: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Values as Excel holds them: numbers, flags, days; all else, and what it would bend, text."""
    values = plain(values)
    kind = values.type
    if pa.types.is_boolean(kind):
        return list(values.to_pylist())
    if pa.types.is_date32(kind):
        days = values.to_pylist()
        return [day.isoformat() if day and day < _FIRST_DAY else day for day in days]
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        texts = to_text(values).to_pylist()
        return [
            text if number is not None and not abs(number) < _LARGEST_NUMBER else number
            for number, text in zip(values.to_pylist(), texts, strict=True)
        ]
    return list(to_text(values).to_pylist())


def characters(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_guarded(value: Any) -> bool:
    """Whether a value is text that Excel could take for something else."""
    return isinstance(value, str) and value.startswith(_GUARDED)


def escaped(text: str) -> str:
    """Text with what XML cannot hold written as Excel writes it: `_x0001_`."""
    if not _CONTROL.search(text):
        return text
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def fill(cell: Any, value: Any) -> Any:
    """The cell with a value; text stays text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = escaped(value)
        # openpyxl takes text for a formula or an error value by its first character.
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def guard(cell: Any) -> Any:
    """The cell marked as text for good, so that editing it makes no formula of it."""
    cell.quotePrefix = True
    return cell


@contextmanager
def new_book() -> Iterator[Any]:
    """A workbook that is written row by row; its open sheets are closed when the block fails."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        # A sheet left open complains on stderr when it is collected.
        for sheet in book.worksheets:
            with suppress(Exception):
                sheet.close()
        raise


def save(book: Any, target: BinaryIO, day: date | None = None) -> None:
    """Write a workbook to a stream; with a day, as if made on it: the same book, the same bytes."""
    from openpyxl.writer.excel import ExcelWriter

    # Through a file of our own: a zip archive cannot end well when the target is a closed pipe.
    with tempfile.TemporaryFile(prefix="abmkit-") as whole:
        book.properties.creator = "abmkit"
        if day is None:
            book.save(whole)
        else:
            with _Dated(whole, book, day) as archive:
                ExcelWriter(book, archive).write_data()
        whole.seek(0)
        shutil.copyfileobj(whole, target, 1 << 20)


class _Dated(zipfile.ZipFile):
    """An archive whose every entry, and the workbook within, bear a day and not the present."""

    def __init__(self, file: Any, book: Any, day: date) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._book = book
        self._day = day

    def _entry(self, name: str) -> zipfile.ZipInfo:
        year = max(self._day.year, _ZIP_FIRST_YEAR)
        entry = zipfile.ZipInfo(name, (year, self._day.month, self._day.day, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        from openpyxl.xml.constants import ARC_CORE
        from openpyxl.xml.functions import tostring

        if zinfo_or_arcname == ARC_CORE:
            noon = datetime(self._day.year, self._day.month, self._day.day, 12)
            self._book.properties.created = self._book.properties.modified = noon
            data = tostring(self._book.properties.to_tree())
        super().writestr(self._entry(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        entry = self._entry(arcname)
        with Path(filename).open("rb") as part, self.open(entry, "w", force_zip64=True) as inside:
            shutil.copyfileobj(part, inside, 1 << 20)
