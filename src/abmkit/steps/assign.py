"""Assign: territories, owners and segments by rule, where they are unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.assign import Assign
from abmkit.domain.arrays import int64s
from abmkit.domain.frames import (
    DTYPES,
    Frame,
    attached,
    collected,
    column_in,
    like,
    missing_account_id,
    opened,
    own_name,
)
from abmkit.domain.rules.literals import is_coded, meaning
from abmkit.domain.rules.tables import SINGLE_ONLY, check_unique, read, spelled, with_known_keys
from abmkit.domain.rules.truth import known_value, truth
from abmkit.errors import AbmkitError, ColumnError, Problems, UsageError
from abmkit.schema.accounts import in_order, kind_of

_ASSIGNED = "__assigned_"
_KEY, _ROW, _HELD = "__key_", "__table_row", "__held_"


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
    with the same key twice or a text that its column does not take. Keys and values are read as
    cells of their columns are (`United States` is `US`), and keys are equal whatever their case.
    """
    frame = opened(accounts)
    for number, rule in enumerate(rules, start=1):
        where = f"assign.{number}"
        if rule.table is not None:
            frame = _from_table(frame, rule, (tables or {})[rule.table], where, ordered)
        else:
            frame = _by_rule(frame, rule, as_of, where)
    return nw.to_native(frame.select(in_order(frame.columns)))


def with_owners(accounts: Any, owners: pa.Table, *, ordered: bool = True) -> Any:
    """The accounts with the owners that a person gave them, whatever they had.

    `owners` has `account_id` and, beside it, a column of owners. Accounts that are not there stay
    as they are. Raises `ColumnError` for accounts without `account_id`.
    """
    frame = opened(accounts)
    missing_account_id(frame.columns, "an owner")
    (typed,) = (name for name in owners.column_names if name != "account_id")
    frame = attached(frame, owners, "account_id", ordered=ordered)
    owner, given = column_in(frame.columns, "owner"), nw.col(typed)
    if owner is not None:
        given = nw.when(~given.is_null()).then(given).otherwise(nw.col(owner))
    frame = frame.with_columns(given.alias(owner or "owner")).drop(typed)
    return nw.to_native(frame.select(in_order(frame.columns)))


def assign_problems(
    accounts: Any, rules: Sequence[Assign], tables: Mapping[str, pa.Table], *, as_of: date
) -> tuple[list[AbmkitError], list[str]]:
    """What `assign` would refuse on accounts like these, all of it, and the columns it gives.

    A rule whose table is not there is passed over.
    """
    frame = opened(accounts)
    problems = Problems()
    for number, rule in enumerate(rules, start=1):
        where = f"assign.{number}"
        with problems.caught():
            if rule.table is None:
                frame = _by_rule(frame, rule, as_of, where)
            elif rule.table in tables:
                frame = _from_table(frame, rule, tables[rule.table], where, ordered=False)
    return problems.found, frame.columns


class UnmetRow(NamedTuple):
    """A row of a table whose keys no account has."""

    number: int
    """From 1."""
    keys: str
    exists: bool
    """Whether its keys are codes or words that exist: a country nobody is in is no slip."""


@dataclass(frozen=True)
class AssignCount:
    """Whom a rule of `assign` meets."""

    number: int
    """Of the rule, from 1."""
    accounts: int | None
    """For how many it holds; None where it has no condition, or is a table."""
    unmet: tuple[UnmetRow, ...] = ()
    """Rows of its table whose keys no account has."""
    rows: int = 0
    """Of its table."""


def assign_counts(
    accounts: Any,
    rules: Sequence[Assign],
    tables: Mapping[str, pa.Table] | None = None,
    *,
    as_of: date,
) -> list[AssignCount]:
    """Whom each rule meets, on accounts as they are before `assign`."""
    frame = opened(accounts)
    needed = {name.casefold() for rule in rules for name in _columns_of(rule, tables or {})}
    narrow = [n for n in frame.columns if _stem(own_name(n)) in needed]
    frame = frame.select(narrow or frame.columns[:1])
    unmet: dict[int, list[UnmetRow]] = {}
    for number, rule in enumerate(rules, start=1):
        where = f"assign.{number}"
        if rule.table is not None:
            table = (tables or {})[rule.table]
            unmet[number] = _unmet_rows(frame, rule, table, where)
            frame = _from_table(frame, rule, table, where, ordered=False)
            continue
        if rule.when is not None:
            schema = dict(frame.collect_schema())
            holds = truth(rule.when, schema, as_of, where=f"{where}.when").true
            frame = frame.with_columns(holds.alias(f"{_HELD}{number}"))
        frame = _by_rule(frame, rule, as_of, where)
    held = [name for name in frame.columns if name.startswith(_HELD)]
    (row,) = (
        collected(frame.select(nw.col(n).cast(nw.Int64).sum() for n in held)).to_pylist()
        if held
        else ({},)
    )
    return [
        AssignCount(
            number,
            None if f"{_HELD}{number}" not in row else int(row[f"{_HELD}{number}"] or 0),
            tuple(unmet.get(number, ())),
            (tables or {})[rule.table].num_rows if rule.table is not None else 0,
        )
        for number, rule in enumerate(rules, start=1)
    ]


def _stem(column: str) -> str:
    """The name under which rules read a column, an end of an interval too."""
    return column.casefold().removesuffix("_min").removesuffix("_max")


def _columns_of(rule: Assign, tables: Mapping[str, pa.Table]) -> list[str]:
    filled = tables[rule.table].column_names if rule.table is not None else [str(rule.column)]
    asked = rule.when.column_names() if rule.when is not None else []
    # A code stands for the industry that it is of.
    return [*filled, *rule.on, *asked, *(["industry_code"] if "industry" in asked else [])]


def _unmet_rows(frame: Frame, rule: Assign, table: pa.Table, where: str) -> list[UnmetRow]:
    """The rows of a rule's table that no account has the keys of, with what they say."""
    numbered = table.append_column(_ROW, int64s(range(1, table.num_rows + 1)))
    found = _joined_by(frame, rule, numbered, where)
    names = [spelled(table, name, where) for name in rule.on]
    met: set[int] = set()
    exist: set[int] = set()
    if found is not None:
        keys, made = found
        on = [f"{_KEY}{number}" for number in range(len(keys))]
        exist = _existing(made, keys)
        made = made.select([*keys, _ROW]).rename_columns([*on, _ROW])
        schema = dict(frame.collect_schema())
        there = _with_keys(frame, dict(zip(on, keys.values(), strict=True)), schema)
        there = there.select(on).unique()
        # From the side of the accounts: a key that is null finds nothing.
        hits = attached(there, _folded_there(frame, made, on), on, ordered=False)
        met = {n for n in collected(hits.select(_ROW))[_ROW].to_pylist() if n is not None}
    rows = zip(*(table[name].to_pylist() for name in names), strict=True)
    return [
        UnmetRow(
            number,
            ", ".join("(empty)" if text is None else str(text) for text in texts),
            number in exist,
        )
        for number, texts in enumerate(rows, start=1)
        if number not in met
    ]


def _by_rule(frame: Frame, rule: Assign, as_of: date, where: str) -> Frame:
    assert rule.column is not None
    schema = dict(frame.collect_schema())
    column = _column(frame, rule.column)
    dtype = schema[column] if column in schema else _dtype(column, rule.value)
    if isinstance(dtype, nw.List):
        raise UsageError("{column} is a list", where=where, remedy=SINGLE_ONLY, column=column)
    try:
        value = nw.lit(_as_literal(column, rule.value, dtype)).cast(dtype)
    except (TypeError, ValueError):
        raise UsageError(
            "{value!r} is no value for {column}", where=where, value=rule.value, column=rule.column
        ) from None
    holds = truth(rule.when, schema, as_of, where=f"{where}.when").true if rule.when else None
    if column not in schema:
        filled = value if holds is None else nw.when(holds).then(value)
    else:
        known = known_value(column, schema)
        empty = ~known if holds is None else ~known & holds
        filled = nw.when(empty).then(value).otherwise(nw.col(column))
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


def _as_literal(column: str, value: Any, dtype: Any) -> Any:
    if dtype == nw.String:
        return meaning(column, str(value)).value
    if dtype == nw.Boolean:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    return float(value) if dtype.is_float() else int(value)


def _from_table(frame: Frame, rule: Assign, table: pa.Table, where: str, ordered: bool) -> Frame:
    found = _joined_by(frame, rule, table, where)
    if found is None:
        return frame  # A canonical column that no source has: nothing can be joined.
    keys, table = found
    schema = dict(frame.collect_schema())
    filled = {name: _column(frame, name) for name in table.column_names if name not in keys}
    on = {name: f"{_KEY}{number}" for number, name in enumerate(keys)}
    frame = _with_keys(frame, {on[name]: column for name, column in keys.items()}, schema)
    table = table.rename_columns([on.get(n) or _ASSIGNED + n for n in table.column_names])
    frame = attached(
        frame, _folded_there(frame, table, list(on.values())), list(on.values()), ordered=ordered
    )
    for name, column in filled.items():
        value = nw.col(_ASSIGNED + name)
        if column in schema:
            known = known_value(column, schema)
            value = nw.when(known).then(nw.col(column)).otherwise(value.cast(schema[column]))
        frame = frame.with_columns(value.alias(column))
    return frame.drop([*on.values(), *(_ASSIGNED + name for name in filled)])


def _joined_by(
    frame: Frame, rule: Assign, table: pa.Table, where: str
) -> tuple[dict[str, str], pa.Table] | None:
    """The columns that a table is joined on, by its own names, and the table as cells are read.

    None where one of them is canonical, but no source has it.
    """
    where_table = f"{where}: {rule.table}"
    keys: dict[str, str] = {}
    problems = Problems()
    unknown = False
    for name in rule.on:
        with problems.caught():
            key = spelled(table, name, where_table)
            column = column_in(frame.columns, name, where=f"{where}.on")
            unknown |= column is None
            keys[key] = column or name
    problems.told()
    table = with_known_keys(table, list(keys))
    schema = dict(frame.collect_schema())
    columns = {n: keys[n] if n in keys else _column(frame, n) for n in table.column_names}
    types = {c: schema.get(c, _dtype(c, "")) for c in columns.values()} | {_ROW: nw.Int64()}
    made = with_known_keys(read(table, columns, types, where_table), list(keys))
    check_unique(_lowered(made, list(keys)), list(keys), table, where_table)
    return None if unknown else (keys, made)


def _lowered(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The table with its keys as they are compared: texts whatever their case."""
    for key in keys:
        if pa.types.is_string(table.schema.field(key).type):
            place = table.column_names.index(key)
            table = table.set_column(place, key, pc.utf8_lower(table[key]))
    return table


def _with_keys(frame: Frame, keys: Mapping[str, str], schema: Mapping[str, Any]) -> Frame:
    """The frame with columns to join on: texts whatever their case."""
    return frame.with_columns(
        (
            nw.col(column).str.to_lowercase() if schema[column] == nw.String else nw.col(column)
        ).alias(key)
        for key, column in keys.items()
    )


def _folded_there(frame: Frame, table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The table with its keys folded as the frame's engine folds texts."""
    narrow = table.select(list(keys))
    schema = dict(nw.from_native(narrow, eager_only=True).schema)
    numbered = narrow.append_column(_ROW, int64s(range(table.num_rows)))
    folded = collected(_with_keys(like(frame, numbered), {k: k for k in keys}, schema))
    folded = folded.sort_by(_ROW)
    for key in keys:
        table = table.set_column(table.column_names.index(key), key, folded[key])
    return table


def _existing(table: pa.Table, keys: Mapping[str, str]) -> set[int]:
    """The numbers of the rows whose keys are all codes or words that exist."""
    return {
        int(row[_ROW])
        for row in table.to_pylist()
        if all(is_coded(column) and meaning(column, str(row[k])).read for k, column in keys.items())
    }
