"""DuckDB in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from abmkit.domain.frames import named_back
from abmkit.engines.batches import BATCH_ROWS, canonical
from abmkit.errors import AbmkitError, UsageError
from abmkit.io.writers.parquet import write_groups


class DuckDBEngine(AbstractContextManager["DuckDBEngine"]):
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
        return self._written(named_back(frame), path, "zstd")

    def _written(self, frame: Any, path: Path, compression: str) -> Any:
        with _explained():
            frame.write_parquet(str(path), compression=compression)
        return self.from_parquet([path])

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The relation's rows; other queries may run while they are read."""
        # A cursor of its own: the connection's next query would end this one.
        cursor = self.connection.cursor()
        with _explained():
            reader = cursor.sql(frame.sql_query()).to_arrow_reader(BATCH_ROWS)

        def rows() -> Iterator[pa.RecordBatch]:
            # The frame is held here as long as its rows are read: it owns Arrow tables it reads.
            held = frame
            try:
                with _explained():
                    yield from reader
            finally:
                cursor.close()
                del held

        return canonical(reader.schema, rows())

    def close(self) -> None:
        """Close the connection and remove its temporary files."""
        self.connection.close()
        self._folder.cleanup()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _new_file(self) -> Path:
        self._files += 1
        return Path(self._folder.name) / f"frame-{self._files}.parquet"


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
