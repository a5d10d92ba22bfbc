"""Parquet and Arrow IPC streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
from pyarrow import ipc, parquet

from abmkit.io.streams import KeptOpen

_GROUP_ROWS = 122_880


def write_parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as Parquet, compressed with Zstandard."""
    write_groups(batches, schema, target, "zstd")


def write_groups(
    batches: Iterable[pa.RecordBatch | pa.Table],
    schema: pa.Schema,
    target: BinaryIO,
    compression: str,
) -> None:
    """Write a table as Parquet in row groups of even size, however small the batches are."""
    plain = schema.remove_metadata()
    with parquet.ParquetWriter(
        pa.PythonFile(KeptOpen(target), mode="w"), plain, compression=compression
    ) as writer:
        for table in _grouped(batches, plain):
            writer.write_table(table, row_group_size=_GROUP_ROWS)


def write_arrow(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as an Arrow IPC stream."""
    plain = schema.remove_metadata()
    with ipc.new_stream(pa.PythonFile(KeptOpen(target), mode="w"), plain) as writer:
        for batch in batches:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=plain))


def _grouped(batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The batches in tables of about a row group: small groups read slowly and compress badly."""
    waiting: list[pa.Table] = []
    rows = 0
    for batch in batches:
        waiting.append(pa.Table.from_arrays(batch.columns, schema=schema))
        rows += batch.num_rows
        if rows >= _GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)
