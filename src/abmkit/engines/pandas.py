"""pandas, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa

from abmkit.engines.batches import batches_of, in_one
from abmkit.io.columnar import InPlace
from abmkit.io.writing import write


class PandasEngine(AbstractContextManager["PandasEngine"]):
    """pandas; frames are DataFrames with Arrow's types."""

    name = "pandas"

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A DataFrame of these rows."""
        return self.from_table(in_one(batches, schema))

    def stream(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any | None:
        """None: a DataFrame holds its rows."""
        return None

    def from_table(self, table: pa.Table) -> Any:
        """A DataFrame of an Arrow table."""
        import pandas as pd

        return table.to_pandas(types_mapper=pd.ArrowDtype)

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A DataFrame of Parquet files with the same columns."""
        from pyarrow.parquet import read_table

        return self.from_table(pa.concat_tables(read_table(path) for path in paths))

    def in_place(self, files: Sequence[InPlace], schema: pa.Schema) -> Any | None:
        """None: a DataFrame holds its rows."""
        return None

    def spool(self, frame: Any) -> Any:
        """The DataFrame itself: it is computed."""
        return frame

    def cut(self, frame: Any) -> Any:
        """The DataFrame itself."""
        return frame

    def scratch_in(self, folder: Path) -> None:
        """Nobody else computes: nothing changes."""

    def store(self, frame: Any, path: Path) -> Any:
        """The DataFrame, written to a Parquet file."""
        schema, batches = self.batches(frame)
        write(batches, schema, path, "parquet")
        return frame

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The DataFrame's rows without its index."""
        return batches_of(frame)

    def close(self) -> None:
        """Nothing is held on to: frames stay."""

    def __exit__(self, *_: object) -> None:
        self.close()
