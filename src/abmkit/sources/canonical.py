"""Account tables that abmkit wrote, read back with their types, whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.domain.cells import typed, typed_schema
from abmkit.domain.finite import check_numbers, check_table_numbers
from abmkit.domain.frames import DTYPES, collected, like, opened
from abmkit.errors import InputError
from abmkit.io.columnar import Columns, InPlace, arrow_batches, parquet_batches
from abmkit.io.input import Input
from abmkit.io.reading import expand, open_as, records_of
from abmkit.io.records import Reject
from abmkit.io.streams import STDIO
from abmkit.places import Place, Remote
from abmkit.schema.accounts import Kind, kind_of


@dataclass
class Accounts:
    """A typed table as a schema and its batches, to be read once.

    `rejects` grows while the batches are read.
    """

    name: str
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    rejects: list[Reject] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Columns that are not read: they hold what is no text."""
    in_place: tuple[InPlace, ...] = ()
    """The files, where an engine may read them as they are: Parquet with the types that are
    wanted."""


def own_kinds(config: Config) -> dict[str, Kind]:
    """The types that a config gives to sources' own columns, for text formats that keep none."""
    kinds: dict[str, Kind] = {
        "number": "double", "integer": "int64", "boolean": "bool", "date": "date", "list": "list",
    }  # fmt: skip
    found: dict[str, Kind] = {"registered_capital": "double"}
    for source in config.sources:
        for name, mapping in source.columns.items():
            if isinstance(mapping, list) or kind_of(name) is not None:
                continue
            amount = mapping.unit is not None or mapping.currency is not None
            kind = "number" if amount else mapping.type
            if kind in kinds:
                found[name] = kinds[kind]
    return found


def read_accounts(
    path: Place | str, format: str | None = None, own: Mapping[str, Kind] | None = None
) -> Accounts:
    """The accounts in a file, a folder of files, or stdin for `-`, abmkit's columns in their types.

    `own` gives types to a source's own columns, which text formats don't keep. Raises InputError
    where the file or a value cannot be read, UsageError for a format abmkit does not know.
    """
    if not isinstance(path, Remote) and str(path) != STDIO and Path(path).is_dir():
        return _of_folder(Path(path), format, own)
    source, name = open_as(path, format)
    try:
        if name in ("parquet", "arrow"):
            batches = parquet_batches if name == "parquet" else arrow_batches
            found = batches(source)
            accounts = _accounts(source, found.schema, found.batches, [], own)
            accounts.left_out.extend(found.left_out)
            lying = _in_place(source, name, found, accounts)
            accounts.in_place = (lying,) if lying is not None else ()
            return accounts
    except BaseException:
        source.close()
        raise
    records = records_of(source, name)
    text = (batch for table in records.batches() for batch in table.to_batches())
    return _accounts(source, records.schema(), text, records.rejects, own)


def _of_folder(folder: Path, format: str | None, own: Mapping[str, Kind] | None) -> Accounts:
    """The accounts of a folder of files with the same columns, one after another."""
    parts = [read_accounts(file, format, own) for file in expand([str(folder)], Path())]
    first = parts[0]
    for part in parts:
        if part.schema.names != first.schema.names:
            raise InputError(
                "has other columns than {name}",
                where=part.name,
                remedy="name one of them",
                name=first.name,
            )
    rejects: list[Reject] = []

    def rows() -> Iterator[pa.RecordBatch]:
        for part in parts:
            for batch in part.batches:
                yield from pa.Table.from_batches([batch]).cast(first.schema).to_batches()
            rejects.extend(part.rejects)

    lying = tuple(each for part in parts for each in part.in_place)
    left_out = list(dict.fromkeys(name for part in parts for name in part.left_out))
    alike = len(lying) == len(parts) and all(part.schema == first.schema for part in parts)
    return Accounts(str(folder), first.schema, rows(), rejects, left_out, lying if alike else ())


def _in_place(source: Input, format: str, found: Columns, accounts: Accounts) -> InPlace | None:
    wanted = {field.name: field.type for field in accounts.schema}
    there = {field.name: _read_alike(field.type) for field in found.schema}
    regular = source.path is not None and source.path.is_file() and source.compression is None
    if format != "parquet" or not regular or found.left_out or there != wanted:
        return None
    return InPlace.of(source)


def _read_alike(type_: pa.DataType) -> pa.DataType:
    """A type, or the one that an engine reads just like it."""
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return pa.string()
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return pa.list_(_read_alike(type_.value_type))
    return type_


def _accounts(
    source: Input,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
    rejects: list[Reject],
    own: Mapping[str, Kind] | None,
) -> Accounts:

    wanted = typed_schema(schema, own)
    if not wanted.names:
        raise InputError("has no columns", where=source.name)

    def rows() -> Iterator[pa.RecordBatch]:
        before = 0
        for batch in batches:
            table = typed(pa.Table.from_batches([batch]), own, source.name).cast(wanted)
            check_table_numbers(table, before=before, where=source.name)
            before += table.num_rows
            yield from table.to_batches()

    return Accounts(source.name, wanted, rows(), rejects)


def with_known_types(accounts: Any) -> Any:
    """A frame with abmkit's columns in their types, also where another reader read it.

    Such a reader has lists in one text, flags as words, ids as numbers, NaN for what is unknown.
    Raises InputError for a score or an amount that is none.
    """
    frame = opened(accounts)
    schema = frame.collect_schema()
    check_numbers(frame)
    if any(_is_unfit(name, dtype) for name, dtype in schema.items()):
        return nw.to_native(like(frame, typed(collected(frame))))
    numbers = [name for name, dtype in schema.items() if kind_of(name) and dtype.is_float()]
    if frame.implementation.is_pandas() or not numbers:
        return accounts
    return nw.to_native(frame.with_columns(nw.col(*numbers).fill_nan(None)))


def _is_unfit(name: str, dtype: Any) -> bool:
    kind = kind_of(name)
    if kind is None or dtype == DTYPES[kind]:
        return False
    is_plain = kind == "string" and (dtype.is_numeric() or dtype == nw.Boolean)
    return bool(dtype == nw.String or is_plain)
