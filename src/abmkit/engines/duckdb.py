"""DuckDB in this process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from abmkit.domain.frames import named_back, quoted
from abmkit.engines.batches import BATCH_ROWS, canonical
from abmkit.errors import AbmkitError, UsageError
from abmkit.io.columnar import InPlace
from abmkit.io.writers.parquet import write_groups
from abmkit.io.writing import write

_LEAST_MEMORY, _MEMORY_OF_A_THREAD = 768, 256
"""In MiB."""
_SHARE_TO_SORT = 4
_SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
}


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
            raise UsageError("--threads: {threads} is not a number of threads", threads=threads)
        if memory_limit is not None and not memory_limit.strip()[:1].isdigit():
            # DuckDB takes less than nothing, and nothing, for all there is.
            raise _no_amount(memory_limit)
        self._folder = tempfile.TemporaryDirectory(prefix="abmkit-", ignore_cleanup_errors=True)
        self._files = 0
        self._lying: list[InPlace] = []
        self._at_hand: list[Any] = []
        """Relations that are read from files as they are."""
        self._failed: BaseException | None = None
        """What went wrong with rows that come while they are worked on."""
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
        config["memory_limit"] = memory_limit or _usual_memory(threads, preserve_insertion_order)
        try:
            self.connection = duckdb.connect(":memory:", config=config)
        except duckdb.Error as error:
            self._folder.cleanup()
            raise _no_amount(memory_limit) from error

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A relation of these rows, held in a temporary Parquet file."""
        path = self._new_file()
        with path.open("wb") as file:
            # Snappy: the file is read soon and removed.
            write_groups(batches, schema, file, "snappy")
        return self.from_parquet([path])

    def stream(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any | None:
        """A relation of rows that are worked on as they come, once."""

        def given() -> Iterator[pa.RecordBatch]:
            try:
                yield from batches
            except BaseException as error:
                # DuckDB passes its text on, not what it is.
                self._failed = error
                raise

        return self.connection.from_arrow(_Once(given(), schema))

    def from_table(self, table: pa.Table) -> Any:
        """A relation of an Arrow table."""
        return self.connection.from_arrow(table)

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A relation of Parquet files, or folders of them, with the same columns."""
        patterns = [_literal(path) + ("/*.parquet" if path.is_dir() else "") for path in paths]
        with self._explained():
            found = self.connection.read_parquet(patterns)
        self._at_hand.append(found)
        return found

    def in_place(self, files: Sequence[InPlace], schema: pa.Schema) -> Any | None:
        """A relation of Parquet files that stay where they are, with these columns."""
        self._lying += files
        parts = [_selection(each, schema) for each in files]
        with self._explained():
            found = self.connection.sql(" UNION ALL ".join(parts))
        self._at_hand.append(found)
        return found

    def spool(self, frame: Any) -> Any:
        """The relation, computed into a temporary Parquet file; one that lies in files stays."""
        if any(frame is each for each in self._at_hand):
            return frame
        return self._written(frame, self._new_file(), "snappy")

    def cut(self, frame: Any) -> Any:
        """The relation itself."""
        return frame

    def scratch_in(self, folder: Path) -> None:
        """Nobody else computes: nothing changes."""

    def store(self, frame: Any, path: Path) -> Any:
        """The relation, or an Arrow table, computed into a Parquet file that stays."""
        if isinstance(frame, pa.Table):
            write(frame.to_batches(), frame.schema, path, "parquet")
            return self.from_parquet([path])
        return self._written(named_back(frame), path, "zstd")

    def _written(self, frame: Any, path: Path, compression: str) -> Any:
        how = f"FORMAT parquet, COMPRESSION {compression}, USE_TMP_FILE false"
        query = f"COPY ({frame.sql_query()}) TO {_text(str(path))} ({how})"
        with self._explained():
            self.connection.execute(query)
            self._check_read()
        return self.from_parquet([path])

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The relation's rows; other queries may run while they are read."""
        # A cursor of its own: the connection's next query would end this one.
        cursor = self.connection.cursor()
        with self._explained():
            reader = cursor.sql(frame.sql_query()).to_arrow_reader(BATCH_ROWS)

        def rows() -> Iterator[pa.RecordBatch]:
            # The frame is held here as long as its rows are read: it owns Arrow tables it reads.
            held = frame
            try:
                with self._explained():
                    yield from reader
                    self._check_read()
            finally:
                cursor.close()
                del held

        return canonical(reader.schema, rows())

    def close(self) -> None:
        """Close the connection and remove its temporary files."""
        self.connection.close()
        self._folder.cleanup()

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        import duckdb

        try:
            # What steps ask for themselves goes wrong there.
            if isinstance(error, duckdb.Error):
                with self._explained():
                    raise error
        finally:
            self.close()

    def _check_read(self) -> None:
        """Raise what went wrong with rows that came, or InputError where a file that was read where
        it lies was written again."""
        if self._failed is not None:
            raise self._failed
        for file in self._lying:
            file.check_unchanged()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What goes wrong in DuckDB, told as far as it is known why."""
        import duckdb

        try:
            yield
        except Exception as error:
            if self._failed is not None:
                raise self._failed from None
            if isinstance(error, duckdb.OutOfMemoryException):
                raise AbmkitError(
                    "the memory allowed is not enough for this table",
                    remedy="raise --memory-limit or lower --threads",
                ) from error
            # What goes wrong while rows are read comes by Arrow's stream, as an OSError.
            if isinstance(error, duckdb.Error | OSError):
                for file in self._lying:
                    file.check_readable()
            raise

    def _new_file(self) -> Path:
        self._files += 1
        return Path(self._folder.name) / f"frame-{self._files}.parquet"


class _Once:
    """Rows for DuckDB, which asks for their schema as often as it likes, and for them once.

    A reader that is at its end has no rows for who asks again: a table would be empty, or half.
    """

    def __init__(self, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches = batches
        self._schema = schema
        self._begun = False

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self._schema, self._rows())
        return reader.__arrow_c_stream__(requested_schema)

    def _rows(self) -> Iterator[pa.RecordBatch]:
        if self._begun:
            raise RuntimeError("rows that go by once were asked for twice")
        self._begun = True
        yield from self._batches


def _no_amount(memory_limit: str | None) -> UsageError:
    return UsageError(
        "--memory-limit: {memory_limit!r} is not an amount of memory",
        remedy="write it like 4GB",
        memory_limit=memory_limit,
    )


def _usual_memory(threads: int | None, ordered: bool) -> str:
    """What DuckDB may use where nothing is said: as much for ten rows as for a hundred million.

    What it does not hold it writes to disk; each thread needs some of its own. Where rows are kept
    in order, wide ones are sorted, which takes twice as long from disk: a share of the machine.
    """
    wanted = max(_LEAST_MEMORY, _MEMORY_OF_A_THREAD * (threads or os.cpu_count() or 1))
    try:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    except (AttributeError, OSError, ValueError):
        return f"{wanted}MiB"
    if ordered:
        wanted = max(wanted, there // _SHARE_TO_SORT)
    return f"{min(wanted, there * 4 // 5)}MiB"


def _selection(file: InPlace, schema: pa.Schema) -> str:
    """What is read of a file: its own columns, what it lacks as null, where its rows are from.

    NaN and empty lists are null and lists have no nulls, as in all tables that abmkit reads.
    """
    from pyarrow.parquet import read_schema

    names = {n.casefold(): n for n in read_schema(file.path).names}
    columns = []
    for field in schema:
        own = quoted(names.get(field.name.casefold(), field.name))
        if field.name == "source" and file.source is not None:
            value = _text(file.source)
        elif field.name == "source_row" and file.source is not None:
            value = f"file_row_number + {file.first_row}"
        elif field.name.casefold() not in names:
            value = f"NULL::{_SQL_TYPES.get(str(field.type), 'VARCHAR[]')}"
        elif pa.types.is_floating(field.type):
            # By the file's own least and most value DuckDB would take `isnan` for false.
            value = f"CASE WHEN isfinite({own}) OR isinf({own}) THEN {own} END"
        elif pa.types.is_list(field.type):
            count = f"list_count({own})"
            known = f"[__item FOR __item IN {own} IF __item IS NOT NULL]"
            some = f"WHEN {count} = len({own}) THEN {own} WHEN {count} > 0 THEN {known}"
            value = f"CASE WHEN len({own}) = 0 THEN NULL {some} END"
        else:
            value = own
        columns.append(f"{value} AS {quoted(field.name)}")
    pattern = _text(_literal(file.path))
    return f"SELECT {', '.join(columns)} FROM read_parquet({pattern}, file_row_number = true)"


def _text(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _literal(path: Path) -> str:
    """The path for DuckDB, which reads `*`, `?` and `[` in it as a pattern."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path))
