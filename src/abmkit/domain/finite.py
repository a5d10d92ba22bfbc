"""Numbers of abmkit's own columns that are numbers: neither without end nor beyond all amounts."""

from __future__ import annotations

import sys

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import scalar, whole
from abmkit.domain.frames import Frame, collected
from abmkit.errors import InputError
from abmkit.schema.accounts import STEP, kind_of

MOST_SCORE = 1e9
"""Beyond it a score is none: scores are counted in whole hundredths."""
_AMOUNTS = ("group_revenue",)


def check_numbers(frame: Frame) -> None:
    """Raise `InputError` for a number of a column of abmkit's own that is none, or beyond all."""
    schema = frame.collect_schema()
    names = [n for n, dtype in schema.items() if kind_of(n) == "double" and dtype.is_float()]
    if not names:
        return
    beyond = nw.any_horizontal(*(_beyond(name) for name in names), ignore_nulls=True)
    if collected(frame.filter(beyond).select(names).head(1)).num_rows:
        check_table_numbers(collected(frame.select(names)))


def _beyond(name: str) -> nw.Expr:
    most = MOST_SCORE if name in STEP and name not in _AMOUNTS else sys.float_info.max
    return nw.col(name).fill_nan(None).abs() > most


def check_table_numbers(table: pa.Table, *, before: int = 0, where: str | None = None) -> None:
    """The same for the rows of a table, which come after so many others."""
    for field, values in zip(table.schema, table.columns, strict=True):
        if kind_of(field.name) == "double" and pa.types.is_floating(field.type):
            _check_values(field.name, whole(values), before, where)


def _check_values(name: str, values: pa.Array, before: int, where: str | None) -> None:
    score = name in STEP and name not in _AMOUNTS
    most = scalar(MOST_SCORE if score else sys.float_info.max)
    beyond = pc.and_not(pc.greater(pc.abs(values), most), pc.is_nan(values))
    if pc.any(beyond).as_py():
        row = pc.index(beyond, scalar(True)).as_py()
        raise InputError(
            "{name} {value:g} is no score (row {row})"
            if score
            else "{name} {value:g} is no amount (row {row})",
            where=where,
            name=name,
            value=values[row].as_py(),
            row=before + row + 1,
        )
