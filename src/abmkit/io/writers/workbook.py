"""Plain Excel workbooks: one table, over several sheets where one cannot hold its rows."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from abmkit.errors import OutputError
from abmkit.io.cells import plain, to_text

if TYPE_CHECKING:
    import pyarrow as pa

SHEET_ROWS = 1_048_575
SHEET_COLUMNS = 16_384
CELL_CHARACTERS = 32_767
# Excel keeps 15 digits of a number; longer ones are ids and stay whole as text.
_LARGEST_NUMBER = 10**15
# Before it, Excel counts a 29 February 1900 that never was.
_FIRST_DAY = date(1900, 3, 1)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(
    batches: Iterator[pa.RecordBatch],
    schema: pa.Schema,
    target: BinaryIO,
    *,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write a table as a workbook; what begins like a formula stays text.

    Raises OutputError for more columns, or longer text, than Excel can hold.
    """
    from openpyxl import Workbook

    if len(schema.names) > SHEET_COLUMNS:
        raise OutputError(
            f"Excel holds {SHEET_COLUMNS} columns, not {len(schema.names)}",
            remedy="write csv or parquet",
        )
    book = Workbook(write_only=True)
    try:
        sheet, left = _new_sheet(book, schema.names), sheet_rows
        for batch in batches:
            columns = [
                _values(name, values)
                for name, values in zip(schema.names, batch.columns, strict=True)
            ]
            for row in zip(*columns, strict=True):
                if not left:
                    sheet, left = _new_sheet(book, schema.names), sheet_rows
                sheet.append([_cell(sheet, value) for value in row])
                left -= 1
    except BaseException:
        # A sheet left open complains on stderr when it is collected.
        for sheet in book.worksheets:
            with suppress(Exception):
                sheet.close()
        raise
    # Through a file of our own: openpyxl cannot end well when the target is a pipe that closes.
    with tempfile.TemporaryFile(prefix="abmkit-") as whole:
        book.save(whole)
        whole.seek(0)
        shutil.copyfileobj(whole, target, 1 << 20)


def _new_sheet(book: Any, names: list[str]) -> Any:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("Accounts" if number == 1 else f"Accounts {number}")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name) for name in names])
    return sheet


def _values(name: str, column: pa.Array) -> list[Any]:
    import pyarrow as pa
    from pyarrow import compute as pc

    values = plain(column)
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
    texts = to_text(values)
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest > CELL_CHARACTERS:
        raise OutputError(
            f"column {name!r} has a text of {longest} characters; Excel holds {CELL_CHARACTERS}",
            remedy="write csv or parquet",
        )
    return list(texts.to_pylist())


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _CONTROL.search(value):
        value = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if value[:1] not in ("=", "#"):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    # Without this the text is a formula, or an error value.
    cell.data_type = "s"
    return cell
