"""What Excel can hold: values as cells where data is never a formula, and workbooks as files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
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
_FIRST_MADE = datetime(1980, 1, 1)
"""When a workbook was made that says of no day: archives begin here."""
# `#` begins an error value; the rest a formula, at once or when the cell is edited.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "#")
_NO_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_RICH = "<r>"
"""How a text begins that XlsxWriter would take for parts with looks of their own."""


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


class Styles:
    """The looks of cells, each made once: a workbook has as many as there are, not as cells."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **look: Any) -> Any:
        """The look with these properties, as XlsxWriter calls them."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


class Cells:
    """Puts values into the cells of a sheet, row by row: text stays text, whatever it begins with.

    What is guarded is marked as text for good, so that editing the cell makes no formula of it.
    """

    def __init__(self, sheet: Any, styles: Styles, book: Any) -> None:
        self.sheet = sheet
        self.styles = styles
        self._book = book

    def bar_chart(self) -> Any:
        """A new chart of bars that lie, for this sheet."""
        return self._book.add_chart({"type": "bar"})

    def put(self, row: int, column: int, value: Any, **look: Any) -> None:
        """A value in a cell, both from 0; nothing is an empty cell, of some look or none."""
        if value is None:
            if look:
                self.sheet.write_blank(row, column, None, self.styles(**look))
        elif isinstance(value, str):
            if is_guarded(value):
                look["quote_prefix"] = True
            self.text(row, column, value, self.styles(**look) if look else None)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, self.styles(**look) if look else None)
        elif isinstance(value, date):
            look.setdefault("num_format", "yyyy-mm-dd")
            self.sheet.write_datetime(row, column, value, self.styles(**look))
        else:
            self.sheet.write_number(row, column, value, self.styles(**look) if look else None)

    def text(self, row: int, column: int, value: str, style: Any = None) -> None:
        """A text in a cell, as it is."""
        if not value.isascii():
            value = value.translate(_NO_XML)
        self.sheet.write_string(row, column, value, style)


def _sheet_class() -> type:
    """A worksheet whose cells are what they are given: numbers to the digit, texts as they are."""
    from xlsxwriter.worksheet import Worksheet

    class Exact(Worksheet):  # type: ignore[misc]
        def _xml_number_element(self, number: Any, attributes: Any = ()) -> None:
            about = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{about}><v>{number!r}</v></c>")

        def _xml_rich_inline_string(self, string: Any, attributes: Any = ()) -> None:
            self._xml_inline_string(string, True, attributes)

    return Exact


class Book:
    """A workbook that is written row by row; what was written is on disk."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.styles = Styles(book)
        self._sheets = _sheet_class()

    @property
    def names(self) -> list[str]:
        """What its sheets are called, in order."""
        return [sheet.get_name() for sheet in self.book.worksheets()]

    def sheet(self, title: str) -> Cells:
        """One more sheet of this name."""
        return Cells(self.book.add_worksheet(title, self._sheets), self.styles, self.book)


@contextmanager
def new_book(target: BinaryIO, day: date | None = None) -> Iterator[Book]:
    """A workbook, written to a stream when the block ends, and not at all where it fails.

    It bears a day and not the present: the same book, the same bytes.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    made = _FIRST_MADE if day is None else datetime(day.year, day.month, day.day, 12)
    with (
        tempfile.TemporaryDirectory(prefix="abmkit-") as folder,
        # Through a file of our own: an archive cannot end well when the target is a closed pipe.
        tempfile.TemporaryFile(prefix="abmkit-") as whole,
    ):
        book = Workbook(whole, {"constant_memory": True, "tmpdir": folder})
        book.set_properties({"author": "abmkit", "created": made})
        try:
            yield Book(book)
            book.use_zip64()
            book.close()
        except XlsxWriterException as error:
            raise OutputError("the workbook cannot be written: {reason}", reason=error) from error
        finally:
            # A book left open complains when it is collected.
            book.fileclosed = 1
            for sheet in book.worksheets_objs:
                if getattr(sheet, "row_data_fh", None) is not None:
                    sheet.row_data_fh.close()
        whole.seek(0)
        shutil.copyfileobj(whole, target, 1 << 20)
