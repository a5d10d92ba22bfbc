"""The rows of frames in Arrow's types as abmkit uses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.domain.cells import typed, typed_schema
from abmkit.domain.frames import in_arrow, own_name
from abmkit.errors import UsageError

BATCH_ROWS = 65_536


def batches_of(native: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema and rows of any frame Narwhals knows, in Arrow's types as abmkit uses them.

    Raises InputError for a DataFrame column that mixes types, UsageError for what is no frame.
    """
    try:
        frame = nw.from_native(native)
    except TypeError as error:
        raise UsageError("a {kind} is not a frame", kind=type(native).__name__) from error
    table = in_arrow(frame)
    return canonical(table.schema, iter(table.to_batches(max_chunksize=BATCH_ROWS)))


def in_one(batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> pa.Table:
    """Rows that come in batches or tables as one table."""
    pieces: list[pa.RecordBatch] = []
    for batch in batches:
        pieces += batch.to_batches() if isinstance(batch, pa.Table) else [batch]
    return pa.Table.from_batches(pieces, schema)


def canonical(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """A schema and rows in the types that `typed` gives them."""
    names = [own_name(name) for name in schema.names]
    fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
    wanted = typed_schema(pa.schema(fields))

    def rows() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.Table.from_batches([batch.rename_columns(names)])
            yield from typed(table).cast(wanted).to_batches()

    return wanted, rows()
