"""Plain Excel workbooks: one table, over several sheets where one cannot hold its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa

from abmkit.errors import OutputError
from abmkit.io.writers.excel import (
    CELL_CHARACTERS,
    SHEET_ROWS,
    Book,
    Cells,
    cell_values,
    characters,
    checked_columns,
    new_book,
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
    with new_book(target) as book:
        sheet, row = _new_sheet(book, 1, schema.names), 0
        sheets = 1
        for batch in batches:
            columns = [
                _values(name, values)
                for name, values in zip(schema.names, batch.columns, strict=True)
            ]
            for line in zip(*columns, strict=True):
                if row == sheet_rows:
                    sheets += 1
                    sheet, row = _new_sheet(book, sheets, schema.names), 0
                row += 1
                for column, value in enumerate(line):
                    sheet.put(row, column, value)


def _new_sheet(book: Book, number: int, names: list[str]) -> Cells:
    cells = book.sheet("Accounts" if number == 1 else f"Accounts {number}")
    cells.sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        cells.put(0, column, name)
    return cells


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
