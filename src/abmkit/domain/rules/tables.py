"""Tables that fill columns: their keys and values are read as cells of those columns are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import strings
from abmkit.domain.frames import DTYPES
from abmkit.domain.kinds import arrow_type, is_text
from abmkit.domain.rules.literals import country_implied, meaning
from abmkit.errors import ColumnError, InputError, Message, Problems, UsageError

SINGLE_ONLY = Message("assign fills single values only")
_PARSED = {"int64": "integer", "double": "number", "bool": "boolean", "date": "date"}
_CALLED = {
    "int64": "whole number", "double": "number", "bool": "yes or no", "date": "date",
}  # fmt: skip


def spelled(table: pa.Table, name: str, where: str) -> str:
    """A table's column as the table spells it. Raises ColumnError where it has none."""
    for candidate in table.column_names:
        if candidate.casefold() == name.casefold():
            return str(candidate)
    raise ColumnError(name, table.column_names, where=where)


def with_known_keys(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The table's rows whose keys are all known; the others mean no account."""
    return table.filter(reduce(pc.and_, (pc.is_valid(table[name]) for name in keys)))


def read(
    table: pa.Table, columns: Mapping[str, str], schema: Mapping[str, Any], where: str
) -> pa.Table:
    """The table with each column's values as the column of accounts that it stands for has them.

    `columns` gives these by the table's own names, `schema` their types. Raises InputError for a
    text that is no such value, UsageError for a list.
    """
    nations = _countries(table, columns)
    problems = Problems()
    for place, name in enumerate(table.column_names):
        column = columns[name]
        dtype = schema[column]
        if isinstance(dtype, nw.List):
            problems.found.append(
                UsageError("{column} is a list", where=where, remedy=SINGLE_ONLY, column=column)
            )
            continue
        kind = next((kind for kind, known in DTYPES.items() if dtype == known), None)
        values = table[name].combine_chunks()
        if kind == "string" and is_text(values.type):
            pairs = zip(values.to_pylist(), nations, strict=True)
            made = strings(_text(column, text, of) for text, of in pairs)
        elif kind is not None:
            made = values
            with problems.caught():
                made = _typed(values, kind, f"{where}: {name}")
        else:
            continue
        table = table.set_column(place, name, made)
    problems.told()
    return table


def _countries(table: pa.Table, columns: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Per row the country that its region is of, by its own cell, else by all regions there."""
    folded = {column.casefold(): name for name, column in columns.items()}
    if "country" in folded:
        from abmkit.domain.values.places.countries import country

        texts = table[folded["country"]].to_pylist()
        return [tuple(filter(None, [country(str(text))])) if text else () for text in texts]
    implied = None
    if "region" in folded:
        implied = country_implied([str(t) for t in table[folded["region"]].to_pylist() if t])
    return [(implied,) if implied else ()] * table.num_rows


def _text(column: str, text: str | None, countries: Collection[str]) -> str | None:
    return meaning(column, text, countries).value if text and text.strip() else None


def _typed(values: pa.Array, kind: Any, where: str) -> pa.Array:
    if not is_text(values.type):
        try:
            return values.cast(arrow_type(kind))
        except pa.ArrowInvalid as error:
            raise InputError("{reason}", where=where, reason=error.args[0]) from None
    from abmkit.domain.recognition.parsers import OWN_PARSERS

    read, unreadable = OWN_PARSERS[_PARSED[kind]](strings(values.to_pylist()))
    wrong = values.filter(unreadable)
    if len(wrong):
        raise InputError(
            "{value!r} is no {called}",
            where=where,
            value=wrong[0].as_py(),
            called=Message(_CALLED[kind]),
        )
    return read.cast(arrow_type(kind))


def check_unique(table: pa.Table, keys: Sequence[str], as_written: pa.Table, where: str) -> None:
    """Raise InputError where two rows have the same keys, the first as it is written."""
    seen: dict[Any, str] = {}
    problems = Problems()
    rows = zip(*(table[name].to_pylist() for name in keys), strict=True)
    written = zip(*(as_written[name].to_pylist() for name in keys), strict=True)
    for key, texts in zip(rows, written, strict=True):
        told = ", ".join(map(str, texts))
        if key in seen:
            what = "{told} stands there twice"
            what = what if seen[key] == told else "{told} stands there twice, once as {before}"
            problems.found.append(
                InputError(
                    what, where=where, remedy="keep one row of it", told=told, before=seen[key]
                )
            )
        seen.setdefault(key, told)
    problems.told()
