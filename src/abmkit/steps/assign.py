"""Assign: territories, owners and segments by rule, where they are unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from abmkit.columns import in_order, kind_of
from abmkit.config.models import Assign
from abmkit.domain.conditions import truth
from abmkit.domain.frames import Frame, attached, column_in, opened
from abmkit.errors import ColumnError, InputError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_DTYPES = {
    "string": nw.String,
    "int64": nw.Int64,
    "double": nw.Float64,
    "bool": nw.Boolean,
    "date": nw.Date,
}
_FOUND = "__assigned_"


def assign(
    accounts: Any,
    rules: Sequence[Assign],
    tables: Mapping[str, pa.Table] | None = None,
    *,
    as_of: date,
) -> Any:
    """The accounts with the columns that the rules name filled where they are unknown.

    The first rule that holds wins; a rule sees what the rules before it filled. `tables` are the
    Arrow tables of the rules with a `table`, by that name, texts or typed. Keeps all rows and
    their order.

    Raises `ColumnError` for a column that is neither canonical nor there, `InputError` for a table
    with the same key twice.
    """
    frame = opened(accounts)
    for number, rule in enumerate(rules, start=1):
        where = f"assign.{number}"
        if rule.table is not None:
            frame = _from_table(frame, rule, (tables or {})[rule.table], where)
        else:
            frame = _by_rule(frame, rule, as_of, where)
    return nw.to_native(frame.select(in_order(frame.columns)))


def _by_rule(frame: Frame, rule: Assign, as_of: date, where: str) -> Frame:
    assert rule.column is not None
    schema = dict(frame.collect_schema())
    column = _column(frame, rule.column)
    dtype = schema[column] if column in schema else _dtype(rule.column, rule.value)
    try:
        value = nw.lit(_as_literal(rule.value, dtype)).cast(dtype)
    except (TypeError, ValueError):
        raise UsageError(f"{rule.value!r} is no value for {rule.column}", where=where) from None
    holds = truth(rule.when, schema, as_of, where=f"{where}.when").true if rule.when else None
    if column not in schema:
        filled = value if holds is None else nw.when(holds).then(value)
    else:
        known = ~nw.col(column).is_null()
        at = ~known if holds is None else ~known & holds
        filled = nw.when(at).then(value).otherwise(nw.col(column))
    return frame.with_columns(filled.alias(column))


def _column(frame: Frame, name: str) -> str:
    """The column as the data spells it, or the name itself for a new one."""
    try:
        return column_in(frame.columns, name) or name
    except ColumnError:
        return name


def _dtype(name: str, value: Any) -> Any:
    kind = kind_of(name)
    if kind == "list":
        raise UsageError(f"{name} is a list", remedy="assign fills single values only")
    if kind is not None:
        return _DTYPES[kind]
    if isinstance(value, bool):
        return nw.Boolean
    return {int: nw.Int64, float: nw.Float64}.get(type(value), nw.String)


def _as_literal(value: Any, dtype: Any) -> Any:
    if dtype == nw.String:
        return str(value)
    if dtype == nw.Boolean:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    return float(value) if dtype.is_float() else int(value)


def _from_table(frame: Frame, rule: Assign, table: pa.Table, where: str) -> Frame:
    for name in rule.on:
        if name not in table.column_names:
            raise ColumnError(name, table.column_names, where=f"{where}.on: {rule.table}")
        if column_in(frame.columns, name, where=f"{where}.on") is None:
            return frame  # A canonical column that no source has: nothing can be joined.
    _unique(table, rule, where)
    on = [column_in(frame.columns, name) or name for name in rule.on]
    filled = [name for name in table.column_names if name not in rule.on]
    schema = dict(frame.collect_schema())
    renamed = table.rename_columns(
        [on[rule.on.index(n)] if n in rule.on else _FOUND + n for n in table.column_names]
    )
    frame = attached(frame, renamed, on)
    for name in filled:
        column = _column(frame, name)
        dtype = schema[column] if column in schema else _dtype(name, "")
        found = nw.col(_FOUND + name).cast(dtype)
        if column in schema:
            found = nw.when(nw.col(column).is_null()).then(found).otherwise(nw.col(column))
        frame = frame.with_columns(found.alias(column))
    return frame.drop([_FOUND + name for name in filled])


def _unique(table: pa.Table, rule: Assign, where: str) -> None:
    keys = list(zip(*(table[name].to_pylist() for name in rule.on), strict=True))
    seen: set[Any] = set()
    for key in keys:
        if key in seen:
            raise InputError(
                f"{', '.join(map(str, key))} stands there twice",
                where=f"{where}: {rule.table}",
                remedy="keep one row of it",
            )
        seen.add(key)
