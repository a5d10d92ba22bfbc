"""Loading on a cluster: every file by a task of its own, with the very functions of a local load.

A file is read whole by one task: how it was written, where its records end and what its columns
mean is only told by what stands before. What a task finds out of its file comes beside its rows.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from abmkit.domain.arrays import int64s
from abmkit.errors import AbmkitError, InputError
from abmkit.sources.finding import STDIN

if TYPE_CHECKING:
    from abmkit.engines.spark import SparkEngine
    from abmkit.sources.loading import FileToLoad, Loaded

_FILE, _TASK, _TOLD, _BEFORE = "__file", "__task", "__told", "__rows_before"


def loaded_on_cluster(loaded: Loaded, engine: SparkEngine) -> Any:
    """The records of all sources as a DataFrame that stays with the executors.

    What is known of the reading is complete in `loaded` when this returns. Every executor must see
    the files by the same paths. Raises the errors that a local load raises.
    """
    tasks = _tasks(loaded)
    if tasks is None:
        # What comes through stdin or from a notebook is on the driver.
        return engine.frame(loaded.batches, loaded.schema)
    schema = _tagged(loaded.schema)
    frame = engine.from_table(tasks).repartitionByRange(tasks.num_rows, _FILE)
    if loaded.in_place:
        # Rows that stay as they are do not pass through Python; they are counted all the same.
        _told(loaded, _found(engine.mapped(frame, partial(_count, schema=schema), schema)))
        frame = engine.in_place(loaded.in_place, loaded.schema)
        accepted = sum(report.total("accepted") for report in loaded.reports)
        if frame.count() != accepted:
            raise InputError("was changed while it was read", remedy="run it again")
        return frame
    rows = engine.spool(engine.mapped(frame, partial(_load, schema=schema), schema))
    before = _told(loaded, _found(rows))
    rows = rows.where(f"{_TOLD} IS NULL")
    if any(before):
        numbers = int64s(list(range(len(before))))
        table = pa.Table.from_arrays([numbers, int64s(before)], names=[_FILE, _BEFORE])
        rows = rows.join(engine.from_table(table), on=_FILE)
        rows = rows.withColumn("source_row", rows["source_row"] + rows[_BEFORE])
    return rows.drop(_FILE, _TOLD, _BEFORE)


def _tasks(loaded: Loaded) -> pa.Table | None:
    """A row for each file: its number, and the task of loading it."""
    paths = [report.path for source in loaded.reports for report in source.files]
    tasks = []
    for number, (file, path) in enumerate(zip(loaded.files, paths, strict=True)):
        if isinstance(file.place, pa.Table) or file.place == STDIN:
            return None
        tasks.append(pickle.dumps((number, file.at(Path.cwd()), path)))
    if not tasks:
        return None
    return pa.Table.from_arrays(
        [int64s(list(range(len(tasks)))), pa.array(tasks, pa.binary())], names=[_FILE, _TASK]
    )


def _tagged(schema: pa.Schema) -> pa.Schema:
    """A schema of rows with the number of their file, and for one row of it what was found out."""
    return pa.schema([*schema, (_FILE, pa.int64()), (_TOLD, pa.binary())])


def _load(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of files, and after those of each what is known of it."""
    for batch in batches:
        for task in batch.column(_TASK).to_pylist():
            number, file, path = pickle.loads(task)
            yield from _load_file(number, file, path, schema)


def _load_file(
    number: int, file: FileToLoad, path: str, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    own = pa.schema(list(schema)[:-2])

    def tagged(rows: pa.Table, told: bytes | None = None) -> Iterator[pa.RecordBatch]:
        numbers = int64s([number] * rows.num_rows)
        texts = pa.array([told] * rows.num_rows, pa.binary())
        columns = [*rows.columns, numbers, texts]
        yield from pa.Table.from_arrays(columns, schema=schema).to_batches()

    found: Any
    try:
        loaded = file.opened(path, own)
        for rows in loaded.rows:
            yield from tagged(rows)
        count = loaded.numbered.get(file.source.name, 0)
        found = (loaded.report, loaded.rejects, count if loaded.numbers_rows else None)
    except AbmkitError as error:
        found = error
    nothing = pa.Table.from_arrays([pa.nulls(1, field.type) for field in own], schema=own)
    yield from tagged(nothing, pickle.dumps(found))


def _count(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """What is known of files once their rows have been read, without the rows."""
    for batch in _load(batches, schema):
        if batch.column(_TOLD).null_count < batch.num_rows:
            yield batch


def _found(rows: Any) -> dict[int, bytes]:
    """What tasks say of their files, by the files' numbers."""
    told = rows.where(f"{_TOLD} IS NOT NULL").select(_FILE, _TOLD).toArrow()
    return {row[_FILE]: row[_TOLD] for row in told.to_pylist()}


def _told(loaded: Loaded, told: dict[int, bytes]) -> list[int]:
    """Adds what tasks found out to what is known; how many rows of its source stand before each
    file's."""
    before, number = [], 0
    for source in loaded.reports:
        rows = 0
        for place, known in enumerate(source.files):
            found = pickle.loads(told[number])
            if isinstance(found, AbmkitError):
                raise found
            report, rejects, count = found
            (source.files[place],) = report.files
            source.files[place].sha256 = known.sha256
            source.add(report)
            loaded.rejects.merge(rejects, rows)
            before.append(0 if count is None else rows)
            rows += count or 0
            number += 1
    return before
