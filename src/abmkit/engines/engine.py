"""The engines that steps run on: DuckDB for the command line, pandas for notebooks, Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from abmkit.engines.duckdb import DuckDBEngine
from abmkit.engines.pandas import PandasEngine
from abmkit.engines.spark import SparkEngine
from abmkit.errors import UsageError, instead
from abmkit.io.columnar import InPlace

ENGINES = ("duckdb", "pandas", "spark")


class Engine(AbstractContextManager["Engine"], Protocol):
    """Holds frames of one kind and moves them from and to Arrow."""

    name: str

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A frame of these rows, which can be read any number of times."""

    def stream(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any | None:
        """A frame of rows that are worked on as they come, and can be read once; None where the
        engine must hold them all."""

    def from_table(self, table: pa.Table) -> Any:
        """A frame of an Arrow table."""

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A frame of Parquet files."""

    def in_place(self, files: Sequence[InPlace], schema: pa.Schema) -> Any | None:
        """A frame of Parquet files that stay where they are, with these columns; None where the
        engine must hold the rows itself."""

    def spool(self, frame: Any) -> Any:
        """The same frame, computed once, so that what follows does not compute it again."""

    def cut(self, frame: Any) -> Any:
        """The same frame; spooled where all that follows would plan anew how it came about."""

    def scratch_in(self, folder: Path) -> None:
        """From now on spool into a folder where all who compute see it, if others than this process
        do."""

    def store(self, frame: Any, path: Path) -> Any:
        """The same frame, computed into a Parquet file that stays."""

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The frame's rows in Arrow's types as abmkit uses them."""

    def close(self) -> None:
        """Let go of memory and temporary files; frames are void afterwards."""


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
    if name == "spark":
        return SparkEngine(threads, memory_limit)
    raise UsageError("no engine {name!r}", remedy=instead(name, ENGINES, "engines"), name=name)
