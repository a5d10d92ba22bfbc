"""Regular stretches of delimited text by Arrow's reader, which is fast and strict."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import csv

from abmkit.domain.arrays import bools, scalar, strings
from abmkit.domain.recognition.tables.asides import (
    POSSIBLE,
    POSSIBLE_NOTE,
    is_export_note,
    is_total,
)
from abmkit.io.text.blocks import line_ends
from abmkit.io.text.dialects.dialect import Dialect
from abmkit.io.text.dialects.mojibake import mended_bytes


class Stretch(NamedTuple):
    """The rows of whole lines."""

    table: pa.Table
    lines: int
    mended: list[tuple[int, str, str]]
    """Lines that went through a wrong encoding once: their places, their texts, what was done."""


# The first rows, which tell what columns hold.
_SHOWN = 100


class Regular:
    """Reads bytes that are beyond doubt rows of one table; what is not, it leaves."""

    def __init__(self, dialect: Dialect, width: int, schema: pa.Schema, header: bytes) -> None:
        self.width = width
        self.schema = schema
        self._header = header
        self._delimiter = dialect.delimiter.encode()
        self._quote = dialect.quote.encode() if dialect.quote == '"' else b""
        self.usable = dialect.plain and dialect.quote in ('"', "")
        mark = re.escape(self._delimiter)
        # A quote that neither begins nor ends a cell nor is doubled, or an empty quoted cell that
        # goes on: Arrow would read on without a word.
        self._stray = re.compile(
            rb'"(?!['
            + mark
            + rb'\r\n"])(?:(?<!['
            + mark
            + rb'\n\r"]")|(?<=['
            + mark
            + rb'\n\r]""))'
        )
        places = [str(at) for at in range(width)]
        if not self.usable:
            return
        self._read = csv.ReadOptions(column_names=places, use_threads=False, block_size=1 << 30)
        self._parse = csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            newlines_in_values=bool(dialect.quote),
            # A blank line is a row of too few cells then, which is odd.
            ignore_empty_lines=False,
        )
        self._convert = csv.ConvertOptions(
            column_types={place: pa.string() for place in places},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )

    def table(self, data: bytes, closed: bool | None = None) -> Stretch | None:
        """The rows of whole lines; None where anything is odd.

        `closed` where it is known whether the quotes are even in number.
        """
        if not self.usable or closed is False or b"\0" in data:
            return None
        if self._header and self._header in data:
            return None
        as_meant = mended_bytes(data)
        if as_meant is None:
            return None
        data, mended = as_meant
        quoted = bool(self._quote) and self._quote in data
        if quoted and self._stray.search(data, 1):
            return None
        if quoted and closed is None and data.count(self._quote) % 2:
            return None
        try:
            table = csv.read_csv(pa.BufferReader(data), self._read, self._parse, self._convert)
        except pa.ArrowException:
            return None
        lines = table.num_rows
        if quoted:
            lines = line_ends(data) + (not data.endswith((b"\n", b"\r")))
            # Of cells of several lines it is not said here which row a line belongs to.
            if table.num_rows != lines and (mended or self._swallowed(table, lines)):
                return None
        if _has_blank_row(table) or _has_aside(table):
            return None
        return Stretch(pa.Table.from_arrays(table.columns, schema=self.schema), lines, mended)

    def _swallowed(self, table: pa.Table, lines: int) -> bool:
        """Whether cells with line breaks in them look like rows that stray quotes ran together."""
        within = 0
        mark = self._delimiter.decode()
        for column in table.columns:
            broken = column.filter(pc.match_substring_regex(column, pattern="[\r\n]"))
            if not len(broken):
                continue
            within += pc.sum(pc.count_substring_regex(broken, pattern="\r\n|\r|\n")).as_py()
            if self.width < 3:
                continue
            # Rows run together have the delimiters of at least one row in the cell; a delimiter
            # before a space is punctuation.
            marks = pc.subtract(
                pc.count_substring(broken, pattern=mark),
                pc.count_substring(broken, pattern=mark + " "),
            )
            for cell in broken.filter(pc.greater_equal(marks, self.width - 1)).to_pylist():
                if self._may_be_rows(cell, mark):
                    return True
        return bool(table.num_rows + within != lines)

    def _may_be_rows(self, cell: str, mark: str) -> bool:
        """Whether the lines of a cell, with what stands beside it, may each be a row."""
        parts = cell.splitlines()
        marks = cell.count(mark) - cell.count(mark + " ")
        whole = max(part.count(mark) for part in parts) >= self.width - 1
        return whole or marks >= (len(parts) - 1) * (self.width - 1)


def _has_aside(table: pa.Table) -> bool:
    """Whether totals or notes may stand among the rows."""
    first = table.column(0)
    if first.null_count and table.num_columns > 1:
        first = pc.coalesce(first, table.column(1))
    for column in table.columns[1:]:
        if pc.sum(_is_address(column.slice(0, _SHOWN)), min_count=0).as_py() * 2 > _SHOWN:
            # Beside a web address nothing is a note, and nothing adds up.
            first = pc.if_else(_is_address(column), strings([None])[0], first)
            break
    possible = pc.match_substring_regex(first, pattern=f"{POSSIBLE}|{POSSIBLE_NOTE}")
    for row in table.filter(pc.coalesce(possible, bools([False])[0])).to_pylist():
        cells = [cell or "" for cell in row.values()]
        lone = [cell for cell in cells if cell.strip()]
        if is_total(cells) or (len(lone) == 1 and is_export_note(lone[0])):
            return True
    return False


def _is_address(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where cells begin as web addresses do."""
    marked = [pc.starts_with(cells, pattern=start) for start in ("http", "www.")]
    return pc.fill_null(pc.or_(*marked), scalar(False))


def _has_blank_row(table: pa.Table) -> bool:

    if any(column.null_count == 0 for column in table.columns):
        return False
    filled: Any = None
    for column in table.columns:
        valid = pc.is_valid(column)
        filled = valid if filled is None else pc.or_(filled, valid)
        if pc.all(filled).as_py():
            return False
    return True
