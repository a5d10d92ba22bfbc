"""Parquet and Arrow IPC streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import ipc

from abmkit.io.streams import KeptOpen

_GROUP_ROWS = 122_880
# The first rows, which tell how varied a column is.
_SHOWN = 10_000


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
    from pyarrow.parquet import ParquetWriter

    plain = schema.remove_metadata()
    groups = _grouped(batches, plain)
    first = next(groups, pa.Table.from_batches([], plain))
    file = pa.PythonFile(KeptOpen(target), mode="w")
    with ParquetWriter(
        file, plain, compression=compression, use_dictionary=_repeating(first)
    ) as writer:
        for table in chain([first], groups):
            writer.write_table(table, row_group_size=_GROUP_ROWS)


def _repeating(first: pa.Table) -> list[str]:
    """The columns whose values stand more than once: others are no shorter for a dictionary."""
    shown = first.slice(0, _SHOWN)
    repeating = []
    for field, column in zip(first.schema, shown.columns, strict=True):
        if not pa.types.is_string(field.type):
            repeating.append(f"{field.name}.list.element" if _is_list(field.type) else field.name)
        elif 2 * pc.count_distinct(column).as_py() <= shown.num_rows:
            repeating.append(field.name)
    return repeating


def _is_list(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))


def write_arrow(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as an Arrow IPC stream."""
    plain = schema.remove_metadata()
    writer = ipc.new_stream(pa.PythonFile(KeptOpen(target), mode="w"), plain)
    for batch in batches:
        writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=plain))
    # Where something goes wrong before, the stream has no end.
    writer.close()


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
