"""Assign: territories, owners and segments by rule, where they are unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.assign import Assign
from abmkit.domain.frames import DTYPES, Frame, attached, column_in, opened
from abmkit.domain.kinds import arrow_type
from abmkit.domain.rules.truth import known_value, truth
from abmkit.errors import ColumnError, InputError, UsageError
from abmkit.schema.accounts import in_order, kind_of

_FOUND = "__assigned_"
_SINGLE = "assign fills single values only"


def assign(
    accounts: Any,
    rules: Sequence[Assign],
    tables: Mapping[str, pa.Table] | None = None,
    *,
    as_of: date,
    ordered: bool = True,
) -> Any:
    """The accounts with the columns that the rules name filled where they are unknown.

    The first rule that holds wins; a rule sees what the rules before it filled. `tables` are the
    Arrow tables of the rules with a `table`, by that name, texts or typed. Keeps all rows, and
    their order where `ordered`.

    Raises `ColumnError` for a column that is neither canonical nor there, `InputError` for a table
    with the same key twice or a text that its column does not take.
    """
    frame = opened(accounts)
    for number, rule in enumerate(rules, start=1):
        where = f"assign.{number}"
        if rule.table is not None:
            frame = _from_table(frame, rule, (tables or {})[rule.table], where, ordered)
        else:
            frame = _by_rule(frame, rule, as_of, where)
    return nw.to_native(frame.select(in_order(frame.columns)))


def _by_rule(frame: Frame, rule: Assign, as_of: date, where: str) -> Frame:
    assert rule.column is not None
    schema = dict(frame.collect_schema())
    column = _column(frame, rule.column)
    dtype = schema[column] if column in schema else _dtype(column, rule.value)
    if isinstance(dtype, nw.List):
        raise UsageError(f"{column} is a list", where=where, remedy=_SINGLE)
    try:
        value = nw.lit(_as_literal(rule.value, dtype)).cast(dtype)
    except (TypeError, ValueError):
        raise UsageError(f"{rule.value!r} is no value for {rule.column}", where=where) from None
    holds = truth(rule.when, schema, as_of, where=f"{where}.when").true if rule.when else None
    if column not in schema:
        filled = value if holds is None else nw.when(holds).then(value)
    else:
        known = known_value(column, schema)
        at = ~known if holds is None else ~known & holds
        filled = nw.when(at).then(value).otherwise(nw.col(column))
    return frame.with_columns(filled.alias(column))


def _column(frame: Frame, name: str) -> str:
    """The column as the data spells it, or the name of a new one."""
    folded = name.casefold()
    try:
        return column_in(frame.columns, name) or folded
    except ColumnError:
        return name


def _dtype(name: str, value: Any) -> Any:
    kind = kind_of(name)
    if kind is not None:
        return DTYPES[kind]
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


def _from_table(frame: Frame, rule: Assign, table: pa.Table, where: str, ordered: bool) -> Frame:
    where_table = f"{where}: {rule.table}"
    keys = {}
    for name in rule.on:
        key = _spelled(table, name, where_table)
        column = column_in(frame.columns, name, where=f"{where}.on")
        if column is None:
            return frame  # A canonical column that no source has: nothing can be joined.
        keys[key] = column
    table = _with_known_keys(table, list(keys))
    _unique(table, list(keys), where_table)
    schema = dict(frame.collect_schema())
    filled = {name: _column(frame, name) for name in table.column_names if name not in keys}
    for name, column in filled.items():
        table = _typed(table, name, column, schema.get(column, _dtype(column, "")), where_table)
    renamed = table.rename_columns(
        [keys[n] if n in keys else _FOUND + n for n in table.column_names]
    )
    frame = attached(frame, renamed, list(keys.values()), ordered=ordered)
    for name, column in filled.items():
        found = nw.col(_FOUND + name)
        if column in schema:
            known = known_value(column, schema)
            found = nw.when(known).then(nw.col(column)).otherwise(found.cast(schema[column]))
        frame = frame.with_columns(found.alias(column))
    return frame.drop([_FOUND + name for name in filled])


def _spelled(table: pa.Table, name: str, where: str) -> str:
    """A table's column as the table spells it."""
    for candidate in table.column_names:
        if candidate.casefold() == name.casefold():
            return str(candidate)
    raise ColumnError(name, table.column_names, where=where)


def _with_known_keys(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The table's rows whose keys are all known; the others mean no account."""
    return table.filter(reduce(pc.and_, (pc.is_valid(table[name]) for name in keys)))


def _typed(table: pa.Table, name: str, column: str, dtype: Any, where: str) -> pa.Table:
    """The table with the values to fill a column with in the type that the column has."""
    if isinstance(dtype, nw.List):
        raise UsageError(f"{column} is a list", where=where, remedy=_SINGLE)
    kind = next((kind for kind, known in DTYPES.items() if dtype == known), None)
    if kind is None:
        return table
    try:
        values = table[name].cast(arrow_type(kind))
    except pa.ArrowInvalid as error:
        raise InputError(f"{name}: {error.args[0]}", where=where) from None
    return table.set_column(table.column_names.index(name), name, values)


def _unique(table: pa.Table, keys: Sequence[str], where: str) -> None:
    seen: set[Any] = set()
    for key in zip(*(table[name].to_pylist() for name in keys), strict=True):
        if key in seen:
            raise InputError(
                f"{', '.join(map(str, key))} stands there twice",
                where=where,
                remedy="keep one row of it",
            )
        seen.add(key)
