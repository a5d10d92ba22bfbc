"""Frames of every kind, made from records and read back as records."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pyarrow as pa

from abmkit.domain.kinds import arrow_type
from abmkit.schema.accounts import kind_of


def why_no_spark() -> str | None:
    """Why Spark cannot run here; None where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed: pip install 'abmkit[spark]'"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not installed"
    return None


def table_of(records: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> pa.Table:
    """Records as an Arrow table with the types of the contract; own columns as Arrow infers them."""
    rows = list(records)
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    arrays = {}
    for name in names:
        kind = kind_of(name)
        array = pa.array([row.get(name) for row in rows], arrow_type(kind) if kind else None)
        arrays[name] = array.cast(pa.string()) if pa.types.is_null(array.type) else array
    return pa.table(arrays)


@cache
def _connection() -> Any:
    import duckdb

    return duckdb.connect(":memory:")


@dataclass(frozen=True)
class Engine:
    """One kind of frame: made from records, and read back as records."""

    name: str

    def frame(self, records: Iterable[Mapping[str, Any]] | pa.Table, columns: Any = ()) -> Any:
        """A frame of these records."""
        table = records if isinstance(records, pa.Table) else table_of(records, columns)
        if self.name == "pyarrow":
            return table
        if self.name == "duckdb":
            return _connection().from_arrow(table)
        if self.name == "spark":
            from pyspark.sql import SparkSession

            return SparkSession.getActiveSession().createDataFrame(table)
        if self.name.startswith("polars"):
            import polars as pl

            frame = pl.DataFrame(table)
            return frame.lazy() if self.name == "polars-lazy" else frame
        import pandas as pd

        if self.name == "pandas":
            return table.to_pandas(types_mapper=pd.ArrowDtype)
        # What pd.DataFrame makes of Python values: NaN for null, objects for lists and dates.
        return pd.DataFrame(table.to_pydict(), columns=table.column_names)

    def rows(self, native: Any) -> list[dict[str, Any]]:
        """A native frame's rows in order, every kind of null as None."""
        columns = {name: [_plain(v) for v in column] for name, column in _columns(native).items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def values(self, native: Any, column: str) -> list[Any]:
        """One column of a native frame in order, every kind of null as None."""
        return [_plain(value) for value in _columns(native)[column]]

    def columns(self, native: Any) -> list[str]:
        """A native frame's columns."""
        import narwhals as nw

        return list(nw.from_native(native).collect_schema().names())


def _columns(native: Any) -> dict[str, list[Any]]:
    if type(native).__module__.startswith("pandas"):
        return {str(name): list(native[name]) for name in native.columns}
    if hasattr(native, "toArrow"):
        native = native.toArrow()
    elif hasattr(native, "collect"):
        native = native.collect()
    if hasattr(native, "to_arrow_table"):
        native = native.to_arrow_table()
    elif hasattr(native, "to_arrow"):
        native = native.to_arrow()
    columns: dict[str, list[Any]] = native.to_pydict()
    return columns


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        return None
    if isinstance(value, datetime):
        return value.date()
    return value
