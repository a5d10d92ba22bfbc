"""How values stand in text: one encoding for all engines and formats, and its reading."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from abmkit.domain.arrays import (
    bools,
    dates,
    doubles,
    each_distinct,
    int64s,
    known_elements,
    lists,
    strings,
)
from abmkit.domain.kinds import arrow_type, cast, is_list, one_array, plain_type
from abmkit.errors import InputError, Message
from abmkit.schema.accounts import Kind, kind_of

_INT64 = 2**63
_TRUE = {"true": True, "false": False, "1": True, "0": False}
_ITEM = re.compile(r"((?:[^;\\]|\\.|\\$)*)(?:;|$)", re.DOTALL)
_READABLE: dict[Kind, str] = {
    "int64": "a whole number",
    "double": "a number",
    "bool": "true or false",
    "date": "a date (YYYY-MM-DD)",
    "list": "a list",
    "string": "text",
}


def joined(items: Iterable[str]) -> str:
    r"""A list as one text: `;` between, `\;` for a `;` within and `\\` for a backslash."""
    return ";".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def split(text: str) -> list[str]:
    """The list that `joined` made the text from."""
    items, at = [], 0
    while at <= len(text):
        found = _ITEM.match(text, at)
        assert found is not None
        items.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
        at = found.end() + (0 if found.end() > found.end(1) else 1)
    return [item for item in items if item]


def decimal_text(number: str) -> str:
    """A decimal number without an exponent: `1e-07` as `0.0000001`."""
    try:
        plain = format(Decimal(number), "f")
    except InvalidOperation:
        return number
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def number_text(value: float) -> str | None:
    """A float in the fewest digits that give it back, whole ones without `.0`; None for NaN."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value.is_integer() and abs(value) < _INT64:
        return str(int(value))
    return decimal_text(repr(value))


def as_texts(table: pa.Table) -> pa.Table:
    """A table of any types with every cell as the text it has in a file."""
    names = table.column_names
    return pa.Table.from_arrays([to_text(table[name], name) for name in names], names=names)


def objects_to_text(values: Iterable[Any]) -> pa.StringArray:
    """Python's values as the text that they have in a file; None, NaN and their like are null.

    Raises UnicodeDecodeError for bytes that are no text.
    """
    return strings(map(_object_text, values))


def _object_text(value: Any) -> str | None:
    if hasattr(value, "tolist"):  # of numpy
        value = value.tolist()
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Decimal):
        return None if value.is_nan() else decimal_text(str(value))
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return _json(value)
    if isinstance(value, list | tuple | set | frozenset):
        if any(isinstance(item, dict | list | tuple) for item in value):
            return _json(list(value))
        ordered = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return joined(text for item in ordered if (text := _object_text(item))) or None
    if value is None or str(value) in ("NaT", "<NA>"):
        return None
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time(0) else value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def to_text(
    values: pa.Array | pa.ChunkedArray, column: str = "", where: str | None = None
) -> pa.StringArray:
    """Values as text, null for null and NaN, the same for every engine.

    Moments are written to the microsecond. Raises InputError naming the column for bytes that are
    not UTF-8 text and for what has no text.
    """
    values = one_array(values)
    kind = values.type
    if pa.types.is_string(kind):
        return values
    if pa.types.is_null(kind):
        return strings([None] * len(values))
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind):
        return values.cast(pa.string())
    if pa.types.is_floating(kind):
        return _floats_to_text(values.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        return each_distinct(values.cast(pa.string()), decimal_text)
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _timestamps_to_text(values)
    if pa.types.is_time(kind):
        return pc.replace_substring_regex(values.cast(pa.string()), r"[.]0+$", "")
    if is_list(kind):
        return _lists_to_text(values, column, where)
    if pa.types.is_nested(kind):
        return strings(_json(value) for value in values.to_pylist())
    return cast(values, pa.string(), column, where)


def from_text(
    values: pa.Array | pa.ChunkedArray, kind: Kind, column: str = "", where: str | None = None
) -> pa.Array:
    """Values from the text that `to_text` gave; empty text is null.

    What spreadsheets and pandas make of it is read as well: `12.0` as a whole number, `TRUE`, a
    date with midnight. Raises InputError naming the column and a text that cannot be read.
    """
    values = to_text(values)
    readers: dict[Kind, tuple[Callable[[str], Any], Callable[[list[Any]], pa.Array]]] = {
        "int64": (_whole, int64s),
        "double": (_number, doubles),
        "bool": (_flag, bools),
        "date": (_day, dates),
        "list": (split, lists),
        "string": (str, strings),
    }
    if len(values) == values.null_count:
        return _nulls(len(values), arrow_type(kind))
    empty = pc.equal(values, _scalar(""))
    if empty.true_count:
        values = pc.if_else(empty, strings([None])[0], values)
    if kind == "string":
        return values
    if kind == "list" and not pc.any(pc.match_substring(values, "\\")).as_py():
        return _split_plain(values)
    if kind in ("int64", "date"):
        try:
            return values.cast(arrow_type(kind))
        except pa.ArrowInvalid:
            pass
    if kind == "double" and not pc.any(pc.match_substring_regex(values, "[^0-9.eE+-]")).as_py():
        try:
            return values.cast(pa.float64())
        except pa.ArrowInvalid:
            pass
    read, build = readers[kind]

    def readable(text: str) -> Any:
        try:
            return read(text.strip() if kind != "list" else text)
        except (ValueError, KeyError, InvalidOperation, OverflowError):
            raise InputError(
                "column {column!r}: {text!r} is not {readable}",
                where=where,
                remedy="run `abmkit load` first",
                column=column,
                text=text[:60],
                readable=Message(_READABLE[kind]),
            ) from None

    return each_distinct(values, readable, build)


def typed(
    table: pa.Table, own: Mapping[str, Kind] | None = None, where: str | None = None
) -> pa.Table:
    """The table with abmkit's columns in their types, from text or from a wider or narrower type.

    `own` gives types to columns of a source's own; the rest keep theirs, in the form all engines
    share. Raises InputError where a value does not fit its column.
    """
    columns, fields = [], []
    for field, values in zip(table.schema, table.columns, strict=True):
        kind = kind_of(field.name) or (own or {}).get(field.name)
        as_typed = plain(values, field.name, where)
        if kind is not None:
            as_typed = _as_kind(as_typed, kind, field.name, where)
        columns.append(as_typed)
        fields.append(pa.field(field.name, as_typed.type))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def typed_schema(schema: pa.Schema, own: Mapping[str, Kind] | None = None) -> pa.Schema:
    """The schema that `typed` gives a table with this one."""
    fields = []
    for field in schema:
        kind = kind_of(field.name) or (own or {}).get(field.name)
        type_ = plain_type(field.type) if kind is None else arrow_type(kind)
        fields.append(pa.field(field.name, type_))
    return pa.schema(fields)


def plain(
    values: pa.Array | pa.ChunkedArray, column: str = "", where: str | None = None
) -> pa.Array:
    """Values in the one form of their type, NaN and empty lists as null, lists without nulls.

    Raises InputError naming the column for bytes that are not UTF-8 text.
    """
    values = one_array(values)
    wanted = plain_type(values.type)
    if values.type != wanted:
        if is_list(values.type) and not pa.types.is_list(values.type):
            values = with_items(values, lambda items: items)
        values = cast(values, wanted, column, where)
    if pa.types.is_floating(values.type):
        odd = pc.is_nan(values)
        if odd.true_count:
            values = pc.if_else(odd, _nulls(1, values.type)[0], values)
    elif pa.types.is_list(values.type):
        empty = pc.equal(pc.list_value_length(values), int64s([0])[0].cast(pa.int32()))
        if values.flatten().null_count:
            values = known_elements(values)
        elif empty.true_count:
            values = with_items(values, lambda items: items)
    return values


def _as_kind(values: Any, kind: Kind, column: str, where: str | None) -> pa.Array:

    wanted = arrow_type(kind)
    if values.type == wanted:
        return values
    if kind == "string":
        return to_text(values)
    if pa.types.is_string(values.type):
        return from_text(values, kind, column, where)
    try:
        return values.cast(wanted)
    except pa.ArrowException:
        return from_text(to_text(values), kind, column, where)


def _scalar(text: str) -> Any:
    return strings([text])[0]


def _nulls(count: int, type_: pa.DataType) -> pa.Array:
    return strings([None] * count).cast(type_) if not is_list(type_) else lists([None] * count)


def _floats_to_text(values: Any) -> Any:

    limit = doubles([float(_INT64)])[0]
    values = pc.if_else(pc.is_nan(values), doubles([None])[0], values)
    whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), limit))
    integers = pc.if_else(whole, values, doubles([None])[0]).cast(pa.int64(), safe=False)
    text = pc.if_else(whole, integers.cast(pa.string()), values.cast(pa.string()))
    exponent = pc.match_substring(text, "e")
    return each_distinct(text, decimal_text) if exponent.true_count else text


def _timestamps_to_text(values: Any) -> Any:

    zone = "Z" if values.type.tz else ""
    values = values.cast(pa.timestamp("us"), safe=False)
    text = pc.replace_substring(values.cast(pa.string()), " ", "T", max_replacements=1)
    text = pc.replace_substring_regex(text, r"\.?0{6}$", "")
    if not zone:
        return pc.replace_substring(text, "T00:00:00", "")
    return pc.replace_substring_regex(text, "$", zone)


def with_items(values: pa.Array, items: Callable[[pa.Array], pa.Array]) -> pa.ListArray:
    """The lists with their items replaced by what the function makes of them; empty ones null."""
    zero = int64s([0]).cast(pa.int32())
    lengths = pc.coalesce(pc.list_value_length(values).cast(pa.int32()), zero[0])
    # Offsets of their own: those of a slice do not begin at 0, which Arrow refuses with a mask.
    offsets = pa.concat_arrays([zero, pc.cumulative_sum(lengths)])
    return pa.ListArray.from_arrays(
        offsets, items(values.flatten()), mask=pc.equal(lengths, zero[0])
    )


def _lists_to_text(values: Any, column: str, where: str | None) -> Any:

    if pa.types.is_nested(values.type.value_type):
        return strings(_json(value) for value in values.to_pylist())
    values = with_items(values, lambda items: to_text(items, column, where))
    items = values.values
    gaps = items.null_count or pc.any(pc.equal(items, _scalar(""))).as_py()
    if gaps:
        rows = ([item for item in row if item] if row else None for row in values.to_pylist())
        return strings(joined(row) if row else None for row in rows)
    if pc.any(pc.match_substring_regex(items, r"[;\\]")).as_py():
        values = with_items(values, lambda i: pc.replace_substring_regex(i, r"([;\\])", r"\\\1"))
    text = pc.binary_join(values, _scalar(";"))
    return pc.if_else(pc.equal(text, _scalar("")), strings([None])[0], text)


def _split_plain(values: Any) -> Any:

    if pc.any(pc.match_substring_regex(values, "^;|;;|;$")).as_py():
        return each_distinct(values, split, lists)
    return pc.split_pattern(values, ";")


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _whole(text: str) -> int | None:
    value = Decimal(text)
    if value.is_nan():
        return None
    if value != value.to_integral_value() or abs(value) >= _INT64:
        raise ValueError(text)
    return int(value)


def _number(text: str) -> float | None:
    if "_" in text:
        raise ValueError(text)
    value = float(text)
    return None if math.isnan(value) else value


def _flag(text: str) -> bool:
    return _TRUE[text.lower()]


def _day(text: str) -> date:
    day, _, clock = text.replace("T", " ").partition(" ")
    if clock.strip("0:."):
        raise ValueError(text)
    return date.fromisoformat(day)
