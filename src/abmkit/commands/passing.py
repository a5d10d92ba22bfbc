"""Rows that go by once: what rules read of them is kept, to ask it of all of them at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.engines.engine import Engine

_MOST_HELD = 200_000
"""So many rows are held; of more, all but the last are in a file."""
_ALWAYS = ("account_id", "relationship", "do_not_contact")
"""What is asked of accounts beside rules: who they are, and whether they want to be asked."""


class Passing:
    """The narrow rows of a table whose wide ones go by."""

    def __init__(self, schema: pa.Schema, read: Iterable[str]) -> None:
        """Of rows with this schema, whose rules read these columns."""
        asked = {name.casefold() for name in (*read, *_ALWAYS)}
        self._names = [name for name in schema.names if name.casefold() in asked]
        # A table without any of them has as many rows all the same.
        self._names = self._names or schema.names[:1]
        self._schema = schema
        self._held: list[pa.RecordBatch] = []
        self._rows = 0
        self._file = ExitStack()
        self._writer: Any = None
        self._path = Path()
        self.over = False
        """Whether all rows went by."""

    def seen(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same rows, seen."""
        for batch in batches:
            self._held.append(batch.select(self._names))
            self._rows += batch.num_rows
            if self._rows > _MOST_HELD:
                self._put_aside()
            yield batch
        self.over = True

    def frame(self, engine: Engine) -> Any:
        """A frame of an engine with what was kept, once all rows went by."""
        import pyarrow as pa

        if self._writer is None:
            schema = pa.schema([self._schema.field(name) for name in self._names])
            return engine.from_table(pa.Table.from_batches(self._held, schema))
        self._put_aside()
        self._writer.close()
        return engine.from_parquet([self._path])

    def close(self) -> None:
        """Remove what was put aside."""
        self._file.close()

    def _put_aside(self) -> None:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        if not self._held:
            return
        table = pa.Table.from_batches(self._held)
        if self._writer is None:
            folder = self._file.enter_context(
                TemporaryDirectory(prefix="abmkit-", ignore_cleanup_errors=True)
            )
            self._path = Path(folder) / "seen.parquet"
            self._writer = ParquetWriter(self._path, table.schema, compression="snappy")
        self._writer.write_table(table)
        self._held, self._rows = [], 0
