"""Tables into files and streams."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa

from abmkit.errors import OutputError, UsageError
from abmkit.io.atomic import Together, replacing
from abmkit.io.formats import FORMATS, compression_of, format_of
from abmkit.io.streams import KeptOpen
from abmkit.io.writers.csv import DELIMITERS, write_delimited
from abmkit.places import Place

_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 24
_TEXT_WITH_BOM = ("csv", "tsv")
TAKE_NAMES_TWICE = ("csv", "tsv", "xlsx")
"""The formats in which one name may stand over two columns."""
_MISSING = "the rest is missing"
_BROKEN_OFF = {
    "jsonl": b"{", "arrow": b"\xff\xff\xff\xff\x10\x00\x00\x00", "parquet": _MISSING.encode(),
}  # fmt: skip
"""What ends a table of which the rest is missing: whoever reads it on sees that it is no table."""


def write(
    batches: Iterable[pa.RecordBatch | pa.Table],
    schema: pa.Schema,
    target: Place | BinaryIO,
    format: str | None = None,
    *,
    bom: bool = False,
    header: bool | Sequence[str] = True,
    guarded: bool = False,
    files: Together | None = None,
) -> int:
    """Write a table to a file, whole or not at all, or to a stream; gives the number of rows.

    The format is that of the file's suffix where none is given; `.gz` and `.zst` compress. Without
    `header`, CSV and TSV have no line of names; names given as `header` are written by formats in
    which one may stand twice. Where they are `guarded`, spreadsheets run none of their cells. A
    file of several `files` takes its place with them. Raises UsageError for a format or compression
    that is not written, OutputError where the file cannot be.
    """
    name = format_of(target if isinstance(target, Place) else "-", format, writing=True)
    if not isinstance(target, Place):
        return _write_on(batches, schema, target, name, bom, header, guarded)
    compression = compression_of(target)
    if compression == "zip" or (compression is not None and FORMATS[name].binary):
        raise UsageError(
            "{name} is not written as .{compression}",
            where=str(target),
            remedy="leave the suffix out"
            if FORMATS[name].binary
            else "name it .gz or .zst, or leave it out",
            name=name,
            compression=compression,
        )
    placed = replacing(target) if files is None else files.replacing(target)
    # What is packed, or goes to a pipe, is for programs.
    regular = compression is None and not _is_device(target)
    with placed as file, _compressed(file, compression) as stream:
        return _write(batches, schema, stream, name, bom, header, guarded and regular)


def _write_on(
    batches: Iterable[pa.RecordBatch | pa.Table],
    schema: pa.Schema,
    target: BinaryIO,
    name: str,
    *how: Any,
) -> int:
    """Write to a stream, where nothing can be taken back: what breaks off is marked as such."""
    rows = iter(_record_batches(batches))
    # Nothing is begun before there is something to write, or nothing.
    first = list(islice(rows, 1))
    try:
        return _write(_flushed(chain(first, rows), target), schema, target, name, *how)
    except (BrokenPipeError, OutputError):
        raise
    except BaseException:
        with suppress(OSError, OutputError):
            target.write(_broken_off(name, len(schema)))
            target.flush()
        raise


def _broken_off(name: str, width: int) -> bytes:
    """What ends a table of so many columns of which the rest is missing."""
    if name not in _TEXT_WITH_BOM:
        return _BROKEN_OFF.get(name, b"")
    # A row of too many cells is one in no dialect.
    return ((DELIMITERS[name] + _MISSING) * (width + 2)).encode()[1:] + b"\n"


def _flushed(rows: Iterator[pa.RecordBatch], target: BinaryIO) -> Iterator[pa.RecordBatch]:
    """The rows, each batch out before the next is waited for."""
    for batch in rows:
        yield batch
        target.flush()


def _is_device(target: Place) -> bool:
    return isinstance(target, Path) and target.exists() and not target.is_file()


def _write(
    batches: Iterable[pa.RecordBatch | pa.Table],
    schema: pa.Schema,
    target: BinaryIO,
    name: str,
    bom: bool,
    header: bool | Sequence[str],
    guarded: bool,
) -> int:
    if not isinstance(header, bool):
        if name in TAKE_NAMES_TWICE:
            schema = pa.schema([f.with_name(n) for f, n in zip(schema, header, strict=True)])
        header = True
    writer = FORMATS[name].writer()
    if bom and name in _TEXT_WITH_BOM:
        target.write(_BOM)
    rows = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        for batch in _record_batches(batches):
            rows += batch.num_rows
            yield batch

    if name in _TEXT_WITH_BOM:
        safe = write_delimited(counted(), schema, target, name, header=header, guarded=guarded)
        if safe and not bom:
            _put_before(target, _BOM)
    else:
        writer(counted(), schema, target)
    return rows


def _put_before(file: BinaryIO, mark: bytes) -> None:
    """Put some bytes before all that stands in a file."""
    end = file.tell()
    while end > 0:
        start = max(end - _CHUNK, 0)
        file.seek(start)
        piece = file.read(end - start)
        file.seek(start + len(mark))
        file.write(piece)
        end = start
    file.seek(0)
    file.write(mark)
    file.seek(0, 2)


def _record_batches(batches: Iterable[pa.RecordBatch | pa.Table]) -> Iterator[pa.RecordBatch]:

    for batch in batches:
        if isinstance(batch, pa.Table):
            yield from batch.to_batches()
        else:
            yield batch


@contextmanager
def _compressed(file: BinaryIO, compression: str | None) -> Iterator[BinaryIO]:
    if compression == "gz":
        # No name and no time in it: the same table gives the same bytes.
        with gzip.GzipFile(
            filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0
        ) as packed:
            yield cast(BinaryIO, packed)
    elif compression == "zst":
        with pa.CompressedOutputStream(pa.PythonFile(KeptOpen(file), mode="w"), "zstd") as packed:
            yield cast(BinaryIO, packed)
    else:
        yield file
