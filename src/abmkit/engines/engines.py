"""The engines that steps run on: DuckDB for the command line, pandas for notebooks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import narwhals as nw
import pyarrow as pa
from pyarrow import parquet

from abmkit.domain.cells import typed, typed_schema
from abmkit.domain.frames import in_arrow
from abmkit.errors import AbmkitError, UsageError, instead
from abmkit.io.closing import Closing
from abmkit.io.writers.parquet import write_groups
from abmkit.io.writing import write

ENGINES = ("duckdb", "pandas")
_BATCH_ROWS = 65_536


class Engine(Protocol):
    """Holds frames of one kind and moves them from and to Arrow."""

    name: str

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A frame of these rows, which can be read any number of times."""

    def from_table(self, table: pa.Table) -> Any:
        """A frame of an Arrow table."""

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A frame of Parquet files."""

    def spool(self, frame: Any) -> Any:
        """The same frame, computed once, so that what follows does not compute it again."""

    def store(self, frame: Any, path: Path) -> Any:
        """The same frame, computed into a Parquet file that stays."""

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The frame's rows in Arrow's types as abmkit uses them."""

    def close(self) -> None:
        """Let go of memory and temporary files; frames are void afterwards."""

    def __enter__(self) -> Self:
        """The engine itself, closed at the end of the block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""


def engine(
    name: str,
    threads: int | None = None,
    memory_limit: str | None = None,
    *,
    preserve_insertion_order: bool = True,
) -> Engine:
    """The engine of this name, with at most so many threads and so much memory (`4GB`).

    pandas takes neither limit. Raises UsageError for another name or a limit that makes no sense.
    """
    if name == "duckdb":
        return DuckDBEngine(threads, memory_limit, preserve_insertion_order)
    if name == "pandas":
        return PandasEngine()
    raise UsageError(f"no engine {name!r}", remedy=instead(name, ENGINES, "engines"))


class DuckDBEngine(Closing):
    """DuckDB in this process; frames are relations of one connection.

    Spooled frames are Parquet files in the engine's own folder: a table in memory is written in
    some 60 % of the time, but grows by about 1 GB per million wide rows.
    """

    name = "duckdb"

    def __init__(
        self,
        threads: int | None = None,
        memory_limit: str | None = None,
        preserve_insertion_order: bool = True,
    ) -> None:
        import duckdb

        if threads is not None and threads < 1:
            raise UsageError(f"--threads: {threads} is not a number of threads")
        self._folder = tempfile.TemporaryDirectory(prefix="abmkit-", ignore_cleanup_errors=True)
        self._files = 0
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(Path(self._folder.name) / "spill"),
            "preserve_insertion_order": preserve_insertion_order,
            # Nothing is fetched, and nothing is read from or left in the home folder.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
        }
        if threads is not None:
            config["threads"] = threads
            # What is read and loaded on its way to the engine keeps to it, too.
            pa.set_cpu_count(threads)
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        try:
            self.connection = duckdb.connect(":memory:", config=config)
        except duckdb.Error as error:
            self._folder.cleanup()
            raise UsageError(
                f"--memory-limit: {memory_limit!r} is not an amount of memory",
                remedy="write it like 4GB",
            ) from error

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A relation of these rows, held in a temporary Parquet file."""
        path = self._new_file()
        with path.open("wb") as file:
            # Snappy: the file is read soon and removed.
            write_groups(batches, schema, file, "snappy")
        return self.from_parquet([path])

    def from_table(self, table: pa.Table) -> Any:
        """A relation of an Arrow table."""
        return self.connection.from_arrow(table)

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A relation of Parquet files with the same columns."""
        with _explained():
            return self.connection.read_parquet([_literal(path) for path in paths])

    def spool(self, frame: Any) -> Any:
        """The relation, computed into a temporary Parquet file."""
        return self._written(frame, self._new_file(), "snappy")

    def store(self, frame: Any, path: Path) -> Any:
        """The relation, computed into a Parquet file that stays."""
        return self._written(frame, path, "zstd")

    def _written(self, frame: Any, path: Path, compression: str) -> Any:
        with _explained():
            frame.write_parquet(str(path), compression=compression)
        return self.from_parquet([path])

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The relation's rows; other queries may run while they are read."""
        # A cursor of its own: the connection's next query would end this one.
        cursor = self.connection.cursor()
        with _explained():
            reader = cursor.sql(frame.sql_query()).to_arrow_reader(_BATCH_ROWS)

        def rows() -> Iterator[pa.RecordBatch]:
            # The frame is held here as long as its rows are read: it owns Arrow tables it reads.
            held = frame
            try:
                with _explained():
                    yield from reader
            finally:
                cursor.close()
                del held

        return _canonical(reader.schema, rows())

    def close(self) -> None:
        """Close the connection and remove its temporary files."""
        self.connection.close()
        self._folder.cleanup()

    def _new_file(self) -> Path:
        self._files += 1
        return Path(self._folder.name) / f"frame-{self._files}.parquet"


class PandasEngine(Closing):
    """pandas; frames are DataFrames with Arrow's types."""

    name = "pandas"

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A DataFrame of these rows."""
        pieces: list[pa.RecordBatch] = []
        for batch in batches:
            pieces += batch.to_batches() if isinstance(batch, pa.Table) else [batch]
        return self.from_table(pa.Table.from_batches(pieces, schema))

    def from_table(self, table: pa.Table) -> Any:
        """A DataFrame of an Arrow table."""
        import pandas as pd

        return table.to_pandas(types_mapper=pd.ArrowDtype)

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A DataFrame of Parquet files with the same columns."""
        return self.from_table(pa.concat_tables(parquet.read_table(path) for path in paths))

    def spool(self, frame: Any) -> Any:
        """The DataFrame itself: it is computed."""
        return frame

    def store(self, frame: Any, path: Path) -> Any:
        """The DataFrame, written to a Parquet file."""
        schema, batches = self.batches(frame)
        write(batches, schema, path, "parquet")
        return frame

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The DataFrame's rows without its index."""
        return batches_of(frame)


def batches_of(native: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema and rows of any frame Narwhals knows, in Arrow's types as abmkit uses them.

    Raises InputError for a DataFrame column that mixes types, UsageError for what is no frame.
    """
    try:
        frame = nw.from_native(native)
    except TypeError as error:
        raise UsageError(f"a {type(native).__name__} is not a frame") from error
    table = in_arrow(frame)
    return _canonical(table.schema, iter(table.to_batches(max_chunksize=_BATCH_ROWS)))


def _canonical(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:

    wanted = typed_schema(schema)

    def rows() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from typed(pa.Table.from_batches([batch])).cast(wanted).to_batches()

    return wanted, rows()


def _literal(path: Path) -> str:
    """The path for DuckDB, which reads `*`, `?` and `[` in it as a pattern."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path))


@contextmanager
def _explained() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise AbmkitError(
            "the memory allowed is not enough for this table",
            remedy="raise --memory-limit or lower --threads",
        ) from error
