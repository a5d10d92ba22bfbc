"""Arrow's types: how their values come apart, and the one form of each that parts pass on."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import strings
from abmkit.errors import InputError, Message
from abmkit.schema.column import Kind

_OF_KIND: dict[Kind, pa.DataType] = {
    "string": pa.string(),
    "list": pa.list_(pa.string()),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind of column."""
    return _OF_KIND[kind]


def plain_type(type_: pa.DataType) -> pa.DataType:
    """The one form of a type that parts pass on: string, int64, double, bool, date, list."""
    if pa.types.is_dictionary(type_):
        return plain_type(type_.value_type)
    if pa.types.is_run_end_encoded(type_):
        return plain_type(type_.value_type)
    if isinstance(type_, pa.BaseExtensionType):
        return pa.string() if _is_uuid(type_) else plain_type(type_.storage_type)
    if is_text(type_) or _is_bytes(type_) or pa.types.is_null(type_):
        return pa.string()
    if pa.types.is_integer(type_):
        return pa.int64()
    if pa.types.is_floating(type_):
        return pa.float64()
    if pa.types.is_decimal(type_):
        return pa.int64() if type_.scale <= 0 else pa.float64()
    if pa.types.is_date(type_):
        return pa.date32()
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", tz=type_.tz)
    return pa.list_(plain_type(type_.value_type)) if is_list(type_) else type_


def one_array(values: Any) -> Any:
    """Values as one array, of what they stand for: dictionaries and extensions unwrapped."""
    if isinstance(values, pa.ChunkedArray):
        values = values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
    if isinstance(values.type, pa.BaseExtensionType):
        if _is_uuid(values.type):
            return strings(None if v is None else str(v) for v in values.to_pylist())
        values = values.storage
    if pa.types.is_run_end_encoded(values.type):
        values = pc.run_end_decode(values)
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def cast(values: Any, type_: pa.DataType, column: str, where: str | None) -> Any:
    """Values in another type, nanoseconds cut off.

    Raises InputError naming the column for what does not fit.
    """
    try:
        fine = pa.types.is_timestamp(values.type) and values.type.unit == "ns"
        return values.cast(type_, safe=not fine)
    except pa.ArrowException as error:
        held = Message("holds a value that is no {type}: {error}", type=type_, error=error)
        if "UTF8" in str(error):
            held = Message("holds bytes that are not UTF-8 text")
        what = Message("column {column!r} {held}", column=column, held=held) if column else held
        raise InputError(what, where=where, remedy="leave the column out") from error


def is_text(type_: pa.DataType) -> bool:
    """Whether values are texts, in whichever layout."""
    kinds = pa.types
    return bool(
        kinds.is_string(type_) or kinds.is_large_string(type_) or kinds.is_string_view(type_)
    )


def may_be_no_text(type_: pa.DataType) -> bool:
    """Whether values have bytes in them that may be no text, or have no text at all."""
    if isinstance(type_, pa.BaseExtensionType):
        return not _is_uuid(type_) and may_be_no_text(type_.storage_type)
    if pa.types.is_dictionary(type_) or is_list(type_):
        return may_be_no_text(type_.value_type)
    if pa.types.is_nested(type_):
        return any(may_be_no_text(type_.field(at).type) for at in range(type_.num_fields))
    return _is_bytes(type_) or pa.types.is_interval(type_)


def _is_bytes(type_: pa.DataType) -> bool:

    kinds = pa.types
    return bool(
        kinds.is_binary(type_)
        or kinds.is_large_binary(type_)
        or kinds.is_fixed_size_binary(type_)
        or kinds.is_binary_view(type_)
    )


def _is_uuid(type_: pa.DataType) -> bool:
    return bool(type_.extension_name == "arrow.uuid")


def is_list(type_: pa.DataType) -> bool:
    """Whether values are lists, in whichever layout."""
    kinds = pa.types
    return bool(
        kinds.is_list(type_)
        or kinds.is_large_list(type_)
        or kinds.is_fixed_size_list(type_)
        or kinds.is_list_view(type_)
        or kinds.is_large_list_view(type_)
    )
