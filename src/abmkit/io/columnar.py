"""Parquet and Arrow IPC, with their types or as text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import cast

import pyarrow as pa
from pyarrow import ipc, parquet

from abmkit.domain.cells import to_text
from abmkit.errors import InputError
from abmkit.io.input import Input
from abmkit.io.records import Records, unique_names

_ROWS = 65_536
_IPC_FILE = b"ARROW1"


def parquet_batches(source: Input) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """A Parquet file's schema and its rows with their types.

    Raises InputError where it is damaged.
    """
    try:
        file = parquet.ParquetFile(source.file())
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, "Parquet", error) from error

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from file.iter_batches(batch_size=_ROWS)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(source, "Parquet", error) from error
        finally:
            file.close()
            source.close()

    return file.schema_arrow, batches()


def arrow_batches(source: Input) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema and the rows of an Arrow IPC stream or file, with their types.

    Raises InputError where it is damaged or cut short.
    """
    try:
        if source.head().startswith(_IPC_FILE):
            file = ipc.open_file(source.file())
            schema = file.schema
            opened: Iterator[pa.RecordBatch] = (
                file.get_batch(at) for at in range(file.num_record_batches)
            )
        else:
            reader = ipc.open_stream(pa.PythonFile(cast(io.IOBase, source.stream()), mode="r"))
            schema, opened = reader.schema, iter(reader)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, "Arrow IPC", error) from error

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from opened
        except (pa.ArrowException, OSError) as error:
            raise _damaged(source, "Arrow IPC", error) from error
        finally:
            source.close()

    return schema, batches()


def read_parquet(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of a Parquet file, every value as text."""
    return _as_text(source, format, *parquet_batches(source))


def read_arrow(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of an Arrow IPC stream or file, every value as text."""
    return _as_text(source, format, *arrow_batches(source))


def _as_text(
    source: Input, format: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> Records:

    def produce(records: Records) -> Iterator[pa.Table]:
        text = records.schema()
        for batch in batches:
            if batch.num_rows:
                columns = [
                    to_text(column, name, source.name)
                    for name, column in zip(schema.names, batch.columns, strict=True)
                ]
                yield pa.Table.from_arrays(columns, schema=text)

    return Records(source.name, format, unique_names(schema.names), produce, source.close)


def _damaged(source: Input, title: str, error: Exception) -> InputError:
    if isinstance(error, BrokenPipeError):
        raise error
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(
        f"is damaged or not {title}: {reason}",
        where=source.name,
        remedy="write it again, or get a fresh copy",
    )
