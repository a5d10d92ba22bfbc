"""Guards that exports put around texts, so that a spreadsheet leaves them as they are.

`="00123"`, or an apostrophe or backtick before the text: no part of what a person sees there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from abmkit.domain.arrays import bools, strings

_FORMULA = re.compile(r'=(?:T\()?"((?:[^"]|"")*)"\)?', re.DOTALL | re.IGNORECASE)
_AFTER_EQUALS = np.frombuffer(b'"Tt', dtype="uint8")
_FORMULA_RE2 = r'(?s)^\s*=(?:[Tt]\()?"(?:[^"]|"")*"\)?\s*$'
_MARKS = ("'", "`", "’", "‘")
_MARKED = f"^[{''.join(_MARKS)}]"
_LEAST_VALUES = 3
# What begins with an apostrophe of its own: 's-Hertogenbosch, 't Hooft, 'n Sync, '90s.
_ELISION = re.compile(r"['’](?:[a-z]{1,2}[\s-]|\d0s\b|tis\b|twas\b)", re.IGNORECASE)
_TOLD = re.compile(r"['`’‘]\s*[\d+]")
_BARE = re.compile(r"\+?\d[\d\s.()-]*")
_EMPTY = frozenset({"'", "`", "’", "‘"})


def header_without_guards(names: Sequence[str]) -> list[str]:
    """The names of columns without guards."""
    bare = [_of_formula(name) for name in names]
    filled = [name for name in bare if name.strip()]
    for mark in _MARKS:
        if len(filled) > 1 and all(n.startswith(mark) and not n.endswith(mark) for n in filled):
            return [name.removeprefix(mark) for name in bare]
    return bare


class Guards:
    """Takes the guards off a table's cells, batch by batch; which there are, its first rows say."""

    def __init__(self, first: pa.Table) -> None:
        sides = [_side(column) for column in first.columns]
        # One column of so marked names may be a matter of names; several are one of the export.
        several = sum(side is not None for side, _ in sides) > 1
        self._sides = [side if several or sure else None for side, sure in sides]

    def off(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """The tables without guards."""
        for table in tables:
            columns = [
                self._column(side, column)
                for side, column in zip(self._sides, table.columns, strict=True)
            ]
            yield pa.Table.from_arrays(columns, schema=table.schema)

    def _column(self, side: str | None, column: Any) -> Any:
        if side is not None:
            before, after = _pattern(side)
            column = pc.replace_substring_regex(column, before, "")
            if after:
                column = pc.replace_substring_regex(column, after, "")
            column = pc.if_else(pc.equal(column, _text("")), _text(None), column)
        return _without_formulas(column)


def _text(value: str | None) -> Any:
    return strings([value])[0]


def _pattern(side: str) -> tuple[str, str]:
    mark = side[0]
    return (f"^{mark}", f"{mark}$" if len(side) > 1 else "")


def _without_formulas(column: Any) -> Any:
    """A column of texts in which no cell is a formula that only gives a text."""
    if not any(_holds_formula(chunk) for chunk in getattr(column, "chunks", [column])):
        return column
    guarded = pc.match_substring_regex(column, pattern=_FORMULA_RE2)
    if not pc.any(guarded).as_py():
        return column
    bare = strings(
        (_of_formula(text) or None) if text is not None and "=" in text else text
        for text in column.to_pylist()
    )
    return pc.if_else(pc.coalesce(guarded, bools([False])[0]), bare, column)


def _holds_formula(chunk: Any) -> bool:
    if not pa.types.is_string(chunk.type):
        return False
    buffer = chunk.buffers()[2]
    signs = np.frombuffer(b"" if buffer is None else buffer, dtype="uint8")
    after = signs[1:][signs[:-1] == ord("=")]
    return bool(np.isin(after, _AFTER_EQUALS).any())


def _of_formula(text: str) -> str:
    found = _FORMULA.fullmatch(text.strip())
    return text if found is None else found[1].replace('""', '"')


def _side(column: Any) -> tuple[str | None, bool]:
    """The mark that stands before every filled cell, or around it, and whether that is sure."""
    if not pa.types.is_string(column.type):
        return None, False
    if not pc.any(pc.match_substring_regex(column, pattern=_MARKED)).as_py():
        return None, False
    filled = [text for text in pc.unique(column).to_pylist() if text and text.strip()]
    values = [text for text in filled if text not in _EMPTY]
    for mark in _MARKS:
        if not values or not all(text.startswith(mark) for text in filled):
            marked = [text for text in values if text.startswith(mark)]
            # Numbers of which some are kept as text: a name begins with none of these.
            if marked and all(_BARE.fullmatch(text.removeprefix(mark)) for text in values):
                return mark, True
            continue
        if all(len(text) > 1 and text.endswith(mark) for text in values):
            return mark * 2, len(values) >= _LEAST_VALUES
        if any(_ELISION.match(text) for text in values):
            continue
        told = all(_TOLD.match(text) for text in values)
        return mark, told or len(values) >= _LEAST_VALUES
    return None, False


def unguarded_table(table: pa.Table) -> pa.Table:
    """A whole table without guards, those of its header, too."""
    table = next(Guards(table).off(iter([table])))
    return table.rename_columns(header_without_guards(table.column_names))
