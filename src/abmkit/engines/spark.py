"""Spark: this machine's cores, a cluster, or a server of Spark Connect."""

from __future__ import annotations

import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import unquote, urlparse

import pyarrow as pa

from abmkit.domain.arrays import int64s
from abmkit.domain.frames import named_back
from abmkit.engines.batches import BATCH_ROWS, canonical, in_one
from abmkit.errors import InputError, UsageError
from abmkit.io.columnar import InPlace
from abmkit.io.writing import write

_SQL = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What makes values the same as on the other engines, whatever a cluster has set."""
MOST_ROWS = 2_000_000
"""How many rows of a list, or of what is excluded, come to the driver."""
_LOG = Path(__file__).with_name("spark-log4j2.properties")
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG.as_uri()}",
}
"""For this machine alone; a cluster has its own."""
_SQL_TYPES = {
    "string": "STRING", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN",
    "date32[day]": "DATE",
}  # fmt: skip
_INDEX = "_metadata.row_index"
_FILE, _FIRST, _ROW = "__file", "__first", "__index"
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])?i?B?", re.IGNORECASE)
_MIB = {"K": 1 / 1024, "M": 1, "G": 1024, "T": 1024 * 1024, "": 1 / 1024 / 1024}


class SparkEngine(AbstractContextManager["SparkEngine"]):
    """Spark; frames are DataFrames of one session.

    The session is the one that is there (`spark-submit`, a notebook), else that of `SPARK_REMOTE`
    (Spark Connect), else of the master that Spark's own settings name, else of this machine.
    Spooled frames are kept by the executors, or in a scratch folder, until the engine is closed.
    """

    name = "spark"

    def __init__(self, threads: int | None = None, memory_limit: str | None = None) -> None:
        self.session, self._own = _session(threads, memory_limit)
        self._kept: list[Any] = []
        self._held: list[InPlace] = []
        self._scratch: Path | None = None
        self._files = 0

    def scratch_in(self, folder: Path) -> None:
        """From now on spool frames as files in a folder that driver and executors see."""
        self._scratch = folder / f".{token_hex(4)}.part"

    def frame(self, batches: Iterable[pa.RecordBatch | pa.Table], schema: pa.Schema) -> Any:
        """A DataFrame of these rows, which pass through the driver's memory."""
        return self.from_table(in_one(batches, schema))

    def stream(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any | None:
        """None: a cluster's rows are in files."""
        return None

    def from_table(self, table: pa.Table) -> Any:
        """A DataFrame of an Arrow table."""
        # Spark needs a piece of each column, an empty one where there are no rows.
        if not table.num_rows:
            pieces = [pa.nulls(0, field.type) for field in table.schema]
            table = pa.Table.from_arrays(pieces, schema=table.schema)
        return self.session.createDataFrame(table)

    def from_parquet(self, paths: Sequence[Path]) -> Any:
        """A DataFrame of Parquet files, or folders of them, that every executor can read."""
        return self.session.read.parquet(*map(_literal, paths))

    def in_place(self, files: Sequence[InPlace], schema: pa.Schema) -> Any:
        """A DataFrame of Parquet files that stay where they are, with these columns."""
        from pyarrow.parquet import read_schema

        # Copies of remote tables last as long as they are held.
        self._held += files
        alike: dict[tuple[str, ...], list[InPlace]] = {}
        for file in files:
            names = read_schema(file.path).names
            alike.setdefault((file.source or "", *names), []).append(file)
        parts = [self._lying(several, schema) for several in alike.values()]
        return reduce(lambda one, other: one.unionByName(other), parts)

    def _lying(self, files: Sequence[InPlace], schema: pa.Schema) -> Any:
        """Files with the same columns, of which rows are numbered from each file's first on."""
        from pyarrow.parquet import read_schema

        frame = self.from_parquet([file.path for file in files])
        first = str(files[0].first_row)
        if files[0].source is not None and len(files) > 1:
            starts = {str(file.path.absolute()): file.first_row for file in files}
            # What Spark calls the files, which only it can tell.
            called = frame.selectExpr(f"_metadata.file_path AS {_FILE}").distinct().toArrow()
            paths = [unquote(urlparse(text).path) for text in called[_FILE].to_pylist()]
            table = called.append_column(_FIRST, int64s([starts[path] for path in paths]))
            frame = frame.selectExpr("*", f"_metadata.file_path AS {_FILE}", f"{_INDEX} AS {_ROW}")
            frame = frame.join(self.from_table(table).hint("broadcast"), on=_FILE)
            index, first = _ROW, _FIRST
        else:
            index = _INDEX
        names = {name.casefold(): name for name in read_schema(files[0].path).names}
        return frame.selectExpr(
            *(_selected(field, names, files[0].source, f"{index} + {first}") for field in schema)
        )

    def spool(self, frame: Any) -> Any:
        """The DataFrame, kept by the executors when it is first computed, or in the scratch folder.

        From files Spark goes on without planning again how they came about, and what an executor
        has is not lost with it.
        """
        if self._scratch is not None:
            self._files += 1
            return self.store(frame, self._scratch / f"frame-{self._files}.parquet")
        kept = frame.persist()
        self._kept.append(kept)
        return kept

    def cut(self, frame: Any) -> Any:
        """The DataFrame, spooled: each count and each write plans it from the sources on."""
        return self.spool(frame)

    def store(self, frame: Any, path: Path) -> Any:
        """The DataFrame, computed into a folder of Parquet files that stays; an Arrow table as one
        file."""
        if isinstance(frame, pa.Table):
            write(frame.to_batches(), frame.schema, path, "parquet")
            return self.from_parquet([path])
        try:
            named_back(frame).write.parquet(str(path))
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return self.from_parquet([path])

    def mapped(
        self,
        frame: Any,
        function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]],
        schema: pa.Schema,
    ) -> Any:
        """What a function of Arrow batches makes of the DataFrame, by executors, in a schema."""
        from pyspark.sql.pandas.types import from_arrow_schema

        return frame.mapInArrow(function, from_arrow_schema(schema))

    def batches(self, frame: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The DataFrame's rows, all of which come to the driver's memory.

        Raises UsageError for more of them than are meant for a person or a file.
        """
        count = frame.count()
        if count > MOST_ROWS:
            raise UsageError(
                "{count:,} rows are more than the {most_rows:,} that come to Spark's driver",
                remedy='write Parquet: `-o FOLDER.parquet`, or formats = ["parquet"] in [output]',
                count=count,
                most_rows=MOST_ROWS,
            )
        table = frame.toArrow()
        return canonical(table.schema, iter(table.to_batches(max_chunksize=BATCH_ROWS)))

    def close(self) -> None:
        """Let go of what was kept, and of the session where it was made here."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        for kept in self._kept:
            kept.unpersist()
        self._kept.clear()
        if self._own:
            self.session.stop()

    def __exit__(self, *_: object) -> None:
        self.close()


def _selected(field: pa.Field, names: Mapping[str, str], source: str | None, number: str) -> str:
    """What is read of a column: what a file lacks as null, where its rows are from.

    NaN and empty lists are null, as in all tables that abmkit reads.
    """
    there = names.get(field.name.casefold())
    own = _quoted(there or field.name)
    if field.name == "source" and source is not None:
        value = _text(source)
    elif field.name == "source_row" and source is not None:
        value = f"CAST({number} AS BIGINT)"
    elif there is None:
        value = f"CAST(NULL AS {_SQL_TYPES.get(str(field.type), 'ARRAY<STRING>')})"
    elif pa.types.is_floating(field.type):
        value = f"CASE WHEN NOT isnan({own}) THEN {own} END"
    elif pa.types.is_list(field.type):
        value = f"CASE WHEN size({own}) > 0 THEN {own} END"
    else:
        value = own
    return f"{value} AS {_quoted(field.name)}"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _text(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _session(threads: int | None, memory_limit: str | None) -> tuple[Any, bool]:
    """The session to work in, and whether it was made here."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "--engine spark needs PySpark", remedy="pip install 'abmkit[spark]'"
        ) from None
    # What it does not support is not used.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    there = SparkSession.getActiveSession()
    if there is not None:
        _no_limits(threads, memory_limit)
        session, own = there.newSession(), False
    else:
        session, own = _made(threads, memory_limit), True
    for key, value in _SQL.items():
        session.conf.set(key, value)
    return session, own


def _made(threads: int | None, memory_limit: str | None) -> Any:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("abmkit")
    if "SPARK_REMOTE" in os.environ:
        _no_limits(threads, memory_limit)
        return builder.getOrCreate()
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise UsageError("--engine spark needs Java", remedy="install Java 17 or later")
    master = _master()
    if master is None or master.startswith("local"):
        # Executors of this machine run the Python that runs here.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = dict(_LOCAL)
        if memory_limit is not None:
            settings["spark.driver.memory"] = f"{_mebibytes(memory_limit)}m"
        for key, value in settings.items():
            builder = builder.config(key, value)
        if master is None:
            builder = builder.master(f"local[{threads or '*'}]")
    else:
        _no_limits(threads, memory_limit)
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        told = str(error).splitlines()[0]
        raise InputError(
            "Spark does not start: {told}", where=master or "local", told=told
        ) from error


def _master() -> str | None:
    """The master that Spark's own settings name: `MASTER`, `--master`, spark-defaults.conf."""
    if "MASTER" in os.environ:
        return os.environ["MASTER"]
    arguments = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    found = re.search(r"(?:--master[ =]|spark\.master=)(\S+)", arguments)
    if found:
        return found[1]
    folder = os.environ.get("SPARK_CONF_DIR") or Path(os.environ.get("SPARK_HOME", "")) / "conf"
    defaults = Path(folder) / "spark-defaults.conf"
    if not defaults.is_file():
        return None
    found = re.search(r"^\s*spark\.master[\s=]+(\S+)", defaults.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else None


def _no_limits(threads: int | None, memory_limit: str | None) -> None:
    """Refuse limits where Spark has its own."""
    for flag, given, setting in (
        ("--threads", threads, "spark.executor.cores"),
        ("--memory-limit", memory_limit, "spark.executor.memory"),
    ):
        if given is not None:
            raise UsageError(
                "the cluster has its own limit",
                where=flag,
                remedy="set {setting} instead",
                setting=setting,
            )


def _mebibytes(size: str) -> int:
    found = _SIZE.fullmatch(size.strip())
    amount = int(float(found[1]) * _MIB[(found[2] or "").upper()]) if found else 0
    if amount < 1:
        raise UsageError(
            "--memory-limit: {size!r} is not an amount of memory",
            remedy="write it like 4GB",
            size=size,
        )
    return amount


def _literal(path: Path) -> str:
    """The path for Spark, which reads `*`, `?`, `[` and `{` in it as a pattern."""
    return re.sub(r"([*?\[\]{}\\])", r"\\\1", str(path))
