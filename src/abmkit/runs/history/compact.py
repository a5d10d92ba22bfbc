"""A run made compact: the list as it was, and of each account what decided on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.project import Config
from abmkit.domain.identity import ID_COLUMNS
from abmkit.domain.rules.asked import columns_deciding
from abmkit.io.atomic import replacing, sync_folder
from abmkit.io.streams import KeptOpen
from abmkit.runs.changes.replay import config_of
from abmkit.runs.folder import COMPACT, LIST, REPORT
from abmkit.runs.history.kept import PUT_ASIDE, Kept
from abmkit.runs.ledger import LEDGER
from abmkit.runs.reading import ACCOUNTS, EXCLUDED, MEMBERS
from abmkit.schema.accounts import INTERVALS
from abmkit.schema.steps import STEPS

GOES = (MEMBERS, EXCLUDED, LEDGER)
"""What a compact run has no more: the records of its accounts; what its accounts say themselves;
and the ids given until then, which every later ledger has, too."""
PACKED = (f"{LIST}.csv", "rejects.csv", REPORT)
PACK = ".zst"
"""What is added to the name of a file that is packed."""
_WHO = (*ID_COLUMNS, "name")
_KEPT = ("owner", "territory", "segment", "channel_partner", "relationship")
"""What is asked of an account over time, whether rules read it or not."""
_LEAST_TO_PACK = 4096
"""Bytes: a file of fewer takes as much room when it is packed."""
_GROUP_ROWS = 1 << 20
"""Rows that are sorted and written together."""
_LEVEL = 9
_SHOWN = 10_000
"""The first rows, which tell how varied a column is."""


def is_done(run: Kept) -> bool:
    """Whether nothing is left to be made compact of a run."""
    left = any((run.folder / name).exists() for name in (*GOES, PUT_ASIDE))
    return run.lacking is not None and not left and not any(_to_pack(run.folder))


def make_compact(run: Kept) -> None:
    """Make a run compact that is not in place.

    First it is said what it has no more, then each file is replaced or removed: at every moment,
    and where that ends half way, it is a run that can be read and has at least what a compact one
    has. What is left then goes when this is done again. Raises OSError or ArrowException where
    something cannot be read or written.
    """
    assert run.record is not None
    folder = run.folder
    path = folder / ACCOUNTS
    for part in folder.glob(".*.part"):
        remove(part)
    names = columns_of(path)
    kept = _columns_kept(path, config_of(run.record), names)
    known = run.lacking.columns if run.lacking is not None else ()
    exact = {f"{name}_{end}" for name in INTERVALS if name in kept for end in ("min", "max")}
    gone = [name for name in names if name not in kept and name not in exact]
    _say(run, [*dict.fromkeys([*known, *gone])])
    _narrow(path, kept)
    for file in [*_to_pack(folder)]:
        _pack(file)
    # Those go last: while they are there, it is not done.
    for name in GOES:
        remove(folder / name)
    sync_folder(folder)


def _say(run: Kept, columns: Sequence[str]) -> None:
    said = {
        "run": run.id,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": list(GOES),
        "columns": list(columns),
    }
    with replacing(run.folder / COMPACT) as file:
        file.write(json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n")


def _columns_kept(path: Path, config: Config | None, names: Sequence[str]) -> list[str]:
    """The columns that identify accounts, that steps made, or that the config decides by: all of
    them where that is not known.

    The ends of an interval go, too, where they say what its value says: without them it is exact.
    """
    if config is None:
        return [name for name in names if name not in _exact_ends(path, names)]
    steps = {column.name for column in STEPS}
    points = tuple(column.name for column in STEPS if column.family)
    read = {name.casefold() for name in (*_WHO, *_KEPT, *columns_deciding(config))}
    read |= {f"{name}_{end}" for name in INTERVALS for end in ("min", "max") if name in read}
    read |= {"industry_code"} if "industry" in read else set()
    told = [n for n in names if n.casefold() in read or n in steps or n.startswith(points)]
    exact = _exact_ends(path, told)
    return [name for name in told if name not in exact]


def _exact_ends(path: Path, names: Sequence[str]) -> set[str]:
    """The ends of intervals, where every account's are its value."""
    exact = set()
    for name in INTERVALS:
        ends = [f"{name}_{end}" for end in ("min", "max")]
        if not {name, *ends} <= set(names):
            continue
        rows = _batches(path, [name, *ends])
        if all(batch[name].equals(batch[end]) for batch in rows for end in ends):
            exact |= set(ends)
    return exact


def parts_of(path: Path) -> list[Path]:
    """The Parquet files of a table: itself, or those in a folder."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def columns_of(path: Path) -> list[str]:
    """The columns of a table in a Parquet file or a folder of them."""
    from pyarrow.parquet import read_schema

    names: list[str] = read_schema(parts_of(path)[0]).names
    return names


def _batches(path: Path, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    from pyarrow.parquet import ParquetFile

    for part in parts_of(path):
        with ParquetFile(part) as file:
            yield from file.iter_batches(batch_size=_GROUP_ROWS, columns=list(names))


def _narrow(path: Path, names: Sequence[str]) -> None:
    """Write a table anew with some of its columns, sorted in large groups.

    Its order of rows is not promised, and texts that begin alike take least beside each other.
    """
    schema = _schema(path, names)
    texts = [n for n in _WHO if n in schema.names and schema.field(n).type == pa.string()]
    aside = path.with_name(PUT_ASIDE)
    # A folder cannot be replaced by a file: it goes aside, and back where the file never comes.
    target = path.with_name(f".{path.name}.compact") if path.is_dir() else path
    with replacing(target) as file:
        from pyarrow.parquet import ParquetWriter

        sink = pa.PythonFile(KeptOpen(file), mode="w")
        groups = _grouped(_batches(path, names))
        first = next(groups, pa.Table.from_batches([], schema))
        with ParquetWriter(
            sink,
            schema,
            compression="zstd",
            compression_level=_LEVEL,
            use_dictionary=[*_repeating(first, texts)],
            column_encoding=dict.fromkeys(texts, "DELTA_BYTE_ARRAY"),
        ) as writer:
            for group in chain([first], groups):
                in_order = group.sort_by("account_id").cast(schema)
                writer.write_table(in_order, row_group_size=_GROUP_ROWS)
    if target != path:
        path.rename(aside)
        target.rename(path)
    if aside.exists():
        shutil.rmtree(aside)


def _repeating(rows: pa.Table, texts: Sequence[str]) -> Iterator[str]:
    """The columns that a dictionary makes smaller: those whose values stand more than once, of such
    as are not sorted."""
    shown = rows.slice(0, _SHOWN)
    for field, column in zip(shown.schema, shown.columns, strict=True):
        if _is_list(field.type):
            yield f"{field.name}.list.element"
        elif field.name not in texts and 2 * pc.count_distinct(column).as_py() <= shown.num_rows:
            yield field.name


def _schema(path: Path, names: Sequence[str]) -> pa.Schema:
    from pyarrow.parquet import read_schema

    there = read_schema(parts_of(path)[0])
    return pa.schema([there.field(name) for name in names])


def _is_list(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))


def _grouped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The batches in tables of about a group."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _GROUP_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _to_pack(folder: Path) -> Iterator[Path]:
    for name in PACKED:
        file = folder / name
        if file.is_file() and file.stat().st_size >= _LEAST_TO_PACK:
            yield file


def _pack(file: Path) -> None:
    with replacing(file.with_name(file.name + PACK)) as packed, file.open("rb") as plain:
        sink = pa.PythonFile(KeptOpen(packed), mode="w")
        with pa.CompressedOutputStream(sink, "zstd") as stream:
            shutil.copyfileobj(plain, stream)
    file.unlink()


def unpack(file: Path, target: Path) -> None:
    """Write what was packed as it was."""
    with (
        target.open("wb") as plain,
        file.open("rb") as packed,
        pa.CompressedInputStream(pa.PythonFile(packed), "zstd") as stream,
    ):
        shutil.copyfileobj(stream, plain)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
