"""Plain Excel workbooks: one table, over several sheets where one cannot hold its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa

from abmkit.errors import OutputError
from abmkit.io.writers.excel import (
    CELL_CHARACTERS,
    SHEET_ROWS,
    cell_values,
    characters,
    checked_columns,
    escaped,
    fill,
    guard,
    is_guarded,
    new_book,
    save,
)


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
    checked_columns(len(schema.names))
    with new_book() as book:
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
        save(book, target)


def _new_sheet(book: Any, names: list[str]) -> Any:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("Accounts" if number == 1 else f"Accounts {number}")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name) for name in names])
    return sheet


def _values(name: str, column: pa.Array) -> list[Any]:
    values = cell_values(column)
    longest = max((characters(value) for value in values if isinstance(value, str)), default=0)
    if longest > CELL_CHARACTERS:
        raise OutputError(
            "column {name!r} has a text of {longest} characters; Excel holds {cell_characters}",
            remedy="write csv or parquet",
            name=name,
            longest=longest,
            cell_characters=CELL_CHARACTERS,
        )
    return values


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not is_guarded(value):
        return escaped(value)
    from openpyxl.cell import WriteOnlyCell

    return guard(fill(WriteOnlyCell(sheet), value))
