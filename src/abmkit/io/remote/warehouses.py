"""Tables of databases, by their ADBC drivers: copied out typed, put in by bulk load.

A table is read in one query and so as it was at one moment, in batches, into a Parquet file; it is
written in one transaction, so that others see all of the new rows or the old ones.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa
from pyarrow import parquet

from abmkit.errors import InputError, Message, OutputError, UsageError
from abmkit.io.remote.copies import Fetched
from abmkit.places import Remote

_BATCH_ROWS = 65_536


@dataclass(frozen=True)
class _Warehouse:
    """A kind of database: what it is called, and its driver."""

    title: str
    driver: str
    read_only: str
    """The statement after which a transaction changes nothing."""


_POSTGRES = _Warehouse("PostgreSQL", "adbc_driver_postgresql", "set transaction read only")
_KINDS = {"postgresql": _POSTGRES, "postgres": _POSTGRES}


def fetch(remote: Remote, file: Path) -> Fetched:
    """The rows of a table or query in a Parquet file, with their types; others become text.

    Raises InputError unless all of them came.
    """
    with _cursor(remote, InputError) as cursor:
        cursor.execute(_KINDS[remote.scheme].read_only)
        query = _query(remote)
        cursor.execute(_readable(query, cursor.adbc_execute_schema(query)))
        reader = cursor.fetch_record_batch()
        schema = _plain(reader.schema)
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in reader:
                columns = [_storage(column) for column in batch.columns]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return (f"{remote.name or 'query'}.parquet",), None


def found(pattern: Remote) -> list[Remote]:
    """A table has no pattern."""
    return [pattern]


def check_target(remote: Remote) -> None:
    """Raise OutputError where there is no such database, or the URL names no table."""
    if not remote.table:
        raise OutputError("names no table", where=str(remote), remedy=_TABLE)
    with _cursor(remote, OutputError):
        pass


def send(file: Path, remote: Remote) -> None:
    """Replace a table by the rows of a Parquet file, in one transaction. Raises OutputError.

    A table with the same columns keeps its rights, indices and views; another is made anew.
    """
    schema, name = _named(remote)
    with _cursor(remote, OutputError) as cursor, parquet.ParquetFile(file) as rows:
        same = _has(cursor, remote, rows.schema_arrow)
        if same:
            cursor.execute(f"truncate {_quoted(remote)}")
        batches = rows.iter_batches(batch_size=_BATCH_ROWS)
        cursor.adbc_ingest(
            name,
            pa.RecordBatchReader.from_batches(rows.schema_arrow, batches),
            mode="append" if same else "replace",
            db_schema_name=schema,
        )
        cursor.connection.commit()


def _has(cursor: Any, remote: Remote, wanted: pa.Schema) -> bool:
    """Whether the table is there with these columns and types."""
    cursor.execute("select to_regclass($1) is not null", (_quoted(remote),))
    if not cursor.fetchone()[0]:
        return False
    there = cursor.adbc_execute_schema(f"select * from {_quoted(remote)}")
    # What is text here may be a number or JSON there, and is not taken for text then.
    foreign = any(isinstance(each.type, pa.BaseExtensionType) for each in there)
    return not foreign and bool(_plain(there).equals(_plain(wanted)))


def _query(remote: Remote) -> str:
    if remote.query is not None and remote.table:
        raise UsageError("a query and a table are given", where=str(remote), remedy="give one")
    if remote.query is not None:
        return remote.query.strip().rstrip(";")
    if not remote.table:
        raise InputError(
            "names no table",
            where=str(remote),
            remedy="{table}, or give a query",
            table=Message(_TABLE),
        )
    return f"select * from {_quoted(remote)}"


_TABLE = "write it after #: postgresql://host/database#schema.table"


def _named(remote: Remote) -> tuple[str | None, str]:
    """The schema, if one is named, and the table."""
    schema, _, name = remote.table.rpartition(".")
    return schema or None, name


def _quoted(remote: Remote) -> str:
    return ".".join(_name(part) for part in _named(remote) if part)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _readable(query: str, schema: pa.Schema) -> str:
    """The query with text in place of what neither Arrow nor a CSV file has a type for."""
    cast = [_read_as(field) for field in schema]
    endless = [pa.types.is_date(each.type) or pa.types.is_timestamp(each.type) for each in schema]
    if not any(cast) and not any(endless):
        return query
    chosen = []
    for at, (field, type_) in enumerate(zip(schema, cast, strict=True)):
        value = f"c{at}::{type_}" if type_ else f"c{at}"
        if endless[at]:
            # Infinity is no day of a calendar.
            value = f"case when isfinite(c{at}) then c{at} end"
        chosen.append(f"{value} as {_name(field.name)}")
    # By place: of a join, two columns may have one name.
    names = ", ".join(f"c{at}" for at in range(len(cast)))
    return f"select {', '.join(chosen)} from ({query}\n) as given({names})"


def _read_as(field: pa.Field) -> str | None:
    """What a column is read as; None where its own type will do."""
    if (field.metadata or {}).get(b"POSTGRESQL:type") == b"money":
        return "text"
    if pa.types.is_float32(field.type):
        # The digits that it is shown with: a double has more of them.
        return "text::float8"
    if pa.types.is_list(field.type):
        return None if _is_plain(field.type.value_type) else "text[]"
    return None if _is_plain(field.type) or pa.types.is_binary(field.type) else "text"


def _is_plain(type_: pa.DataType) -> bool:
    if isinstance(type_, pa.BaseExtensionType):
        return type_.extension_name in ("arrow.json", "arrow.uuid")
    return any(
        test(type_)
        for test in (
            pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string,
            pa.types.is_date, pa.types.is_timestamp,
        )
    )  # fmt: skip


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema as a file keeps it: what a column is for, not what a driver notes of it."""
    return pa.schema([pa.field(each.name, _unwrapped(each.type)) for each in schema])


def _unwrapped(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_list(type_):
        return pa.list_(_unwrapped(type_.value_type))
    if isinstance(type_, pa.BaseExtensionType) and type_.extension_name != "arrow.uuid":
        return type_.storage_type
    return type_


def _storage(values: pa.Array) -> pa.Array:
    wanted = _unwrapped(values.type)
    if wanted == values.type:
        return values
    return values.storage if isinstance(values, pa.ExtensionArray) else values.cast(wanted)


@contextmanager
def _cursor(remote: Remote, kind: type[InputError | OutputError]) -> Iterator[Any]:
    """A transaction of the database, given up unless it is committed; its errors in one line."""
    warehouse = _KINDS[remote.scheme]
    if find_spec(warehouse.driver) is None:
        raise UsageError(
            "{title} needs a driver",
            where=str(remote),
            remedy="install it: pip install 'abmkit[remote]'",
            title=warehouse.title,
        )
    driver: Any = import_module(f"{warehouse.driver}.dbapi")
    try:
        with _connected(driver.connect, remote) as connection, connection.cursor() as cursor:
            yield cursor
            connection.rollback()
    except (driver.Error, OSError, pa.ArrowException) as error:
        # Arrow's readers have no other name for a connection that drops.
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise
        what, remedy = _told(str(error), remote)
        told = Message("{title} says: {what_}", title=warehouse.title, what_=what)
        raise kind(told, where=str(remote), remedy=remedy) from None


def _connected(connect: Callable[[str], Any], remote: Remote) -> Any:
    return connect(urlunsplit(urlsplit(remote.url)._replace(fragment="")))


_NOISE = re.compile(
    r"^[A-Z_]+: |\[libpq\] |Failed to execute query '.*?': |Failed to [a-z A-Z]+: |PGRES_[A-Z_]+ |"
    r"PQ[A-Za-z]+\(\) failed: |(ERROR|FATAL): +|\.? SQLSTATE: \w+",
    re.DOTALL,
)
_REMEDIES = (
    ("does not exist", "check the name"),
    ("permission denied", "ask for the right, or name another user"),
    ("password", "set PGPASSWORD, or keep the password in ~/.pgpass"),
    ("could not translate host name", "check the host"),
    ("Connection refused", "is the server running?"),
    ("closed the connection", "run the command again"),
    ("not a table", "name a table of its own"),
    ("depend", "drop what depends on the table, or name another"),
    ("read-only transaction", "a source only reads: write a select"),
)


def _told(said: str, remote: Remote) -> tuple[str, str | None]:
    text = _first_line(_NOISE.sub("", said))
    for secret in remote.user:
        if len(secret) > 2:
            text = text.replace(secret, "…")
    remedy = next((remedy for sign, remedy in _REMEDIES if sign in text), None)
    return text.removesuffix("."), remedy


def _first_line(text: str) -> str:
    return (text.splitlines() or [""])[0].strip()[:300]
