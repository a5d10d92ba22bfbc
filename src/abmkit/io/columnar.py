"""Parquet and Arrow IPC, with their types or as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from pyarrow import ipc

from abmkit.domain.cells import to_text
from abmkit.domain.kinds import may_be_no_text
from abmkit.errors import InputError, some
from abmkit.io.input import Input, cut_off
from abmkit.io.records import Records, unique_names
from abmkit.io.remote.copies import Copy

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_ROWS = 65_536
_IPC_FILE = b"ARROW1"


@dataclass(frozen=True)
class Columns:
    """The rows of a file with their types, and the columns that are not read."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    left_out: tuple[str, ...] = ()
    """Those that hold bytes which are no text, or what has no text at all."""


@dataclass(frozen=True)
class InPlace:
    """A Parquet file that an engine may read where it lies, as often as it needs to."""

    path: Path
    name: str
    """What it is called; a copy of a remote table has a path of its own."""
    stamp: tuple[int, int, int]
    """What the file system says of it: another one where it was written again."""
    source: str | None = None
    """What its rows get as `source`, with their numbers as `source_row`; None for their own."""
    first_row: int = 1
    """The number of its first row."""
    copy: Copy | None = None
    """The copy that it is, which lasts as long as this."""

    @classmethod
    def of(cls, source: Input) -> InPlace:
        """A file as it is now."""
        path = source.file()
        return cls(path, source.name, _stamp(path), copy=source.copy)

    def check_unchanged(self) -> None:
        """Raise InputError where the file was written again since it was looked at."""
        if _stamp(self.path) != self.stamp:
            raise InputError(
                "was changed while it was read", where=self.name, remedy="run it again"
            )

    def check_readable(self) -> None:
        """Raise InputError where the file was written again, or is damaged."""
        self.check_unchanged()
        for _ in parquet_batches(Input(self.path, shown=self.name)).batches:
            pass


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def parquet_batches(source: Input) -> Columns:
    """A Parquet file's schema and its rows with their types.

    Raises InputError where it is damaged.
    """
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(source.file())
        whole = file.schema_arrow
        doubted = [field.name for field in whole if may_be_no_text(field.type)]
        tried = _by_group(file, doubted) if doubted else ()
        left_out = _no_text(doubted, tried)
        kept = [name for name in whole.names if name not in left_out]
        schema = pa.schema([field for field in whole if field.name not in left_out])
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, "Parquet", error) from error

    def batches() -> Iterator[pa.RecordBatch]:
        columns = kept if left_out else None
        try:
            for batch in _by_group(file, columns):
                # Readers take any bytes for text; what is none would go on as it is.
                batch.validate(full=True)
                yield batch
        except (pa.ArrowException, OSError) as error:
            raise _damaged(source, "Parquet", error) from error
        finally:
            file.close()
            source.close()

    return Columns(schema, batches(), left_out)


def _by_group(file: ParquetFile, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file, group by group: read at one go, what was read of all stays."""
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns)


def arrow_batches(source: Input) -> Columns:
    """The schema and the rows of an Arrow IPC stream or file, with their types.

    Raises InputError where it is damaged or cut short.
    """
    try:
        whole, opened, begun = _opened(source)
        doubted = [field.name for field in whole if may_be_no_text(field.type)]
        left_out: tuple[str, ...] = ()
        if doubted:
            source.file(begun)
            left_out = _no_text(doubted, (batch.select(doubted) for batch in _opened(source)[1]))
            whole, opened, _ = _opened(source)
        kept = [name for name in whole.names if name not in left_out]
        schema = pa.schema([field for field in whole if field.name not in left_out])
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, "Arrow IPC", error) from error

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for batch in opened:
                batch.validate(full=True)
                yield batch.select(kept) if left_out else batch
        except (pa.ArrowException, OSError) as error:
            raise _damaged(source, "Arrow IPC", error) from error
        finally:
            source.close()

    return Columns(schema, batches(), left_out)


def _opened(source: Input) -> tuple[pa.Schema, Iterator[pa.RecordBatch], bytes]:
    """The schema, the rows, and the bytes that the schema took of a stream."""
    if source.head().startswith(_IPC_FILE):
        file = ipc.open_file(source.file())
        return file.schema, (file.get_batch(at) for at in range(file.num_record_batches)), b""
    stream = _Ended(source.stream())
    reader = ipc.open_stream(pa.PythonFile(cast(io.IOBase, stream), mode="r"))

    def batches() -> Iterator[pa.RecordBatch]:
        yield from reader
        if stream.ended:
            raise cut_off(source.name)

    schema, begun = reader.schema, bytes(stream.begun or b"")
    stream.begun = None
    return schema, batches(), begun


class _Ended:
    """A stream, and whether its end was reached: of a whole table the sign of the end comes first.

    A step that is killed between two batches leaves a stream that only lacks that sign.
    """

    closed = False

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.ended = False
        self.begun: bytearray | None = bytearray()
        """What was read so far; None once nobody asks."""

    def read(self, size: int = -1) -> bytes:
        """Bytes, nothing at the end."""
        data = self._stream.read(size)
        self.ended |= bool(size) and not data
        if self.begun is not None:
            self.begun += data
        return data

    def close(self) -> None:
        """Leave the stream open: it is the source's."""


def _no_text(doubted: Sequence[str], batches: Iterable[pa.RecordBatch]) -> tuple[str, ...]:
    """Those of some columns that hold what is no text."""
    found: set[str] = set()
    for batch in batches:
        for name in doubted:
            if name not in found:
                try:
                    to_text(batch.column(name))
                except (InputError, pa.ArrowException, UnicodeDecodeError):
                    found.add(name)
    return tuple(name for name in doubted if name in found)


def read_parquet(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of a Parquet file, every value as text."""
    return _as_text(source, format, parquet_batches(source))


def read_arrow(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of an Arrow IPC stream or file, every value as text."""
    return _as_text(source, format, arrow_batches(source))


def _as_text(source: Input, format: str, found: Columns) -> Records:
    schema = found.schema

    def produce(records: Records) -> Iterator[pa.Table]:
        text = records.schema()
        for batch in found.batches:
            if batch.num_rows:
                columns = [
                    to_text(column, name, source.name)
                    for name, column in zip(schema.names, batch.columns, strict=True)
                ]
                yield pa.Table.from_arrays(columns, schema=text)

    records = Records(source.name, format, unique_names(schema.names), produce, source.close)
    records.left_out.extend(found.left_out)
    if found.left_out:
        records.notes.append(f"left out, for they hold no text: {some(found.left_out)}")
    return records


def _is_cut(source: Input) -> bool:
    """Whether a file begins with the mark that it should end with, but does not end with it."""
    with source.file().open("rb") as file:
        start = file.read(6)
        mark = next((each for each in (b"PAR1", _IPC_FILE) if start.startswith(each)), None)
        if mark is None:
            return False
        file.seek(max(file.seek(0, 2) - len(mark), len(mark)))
        return file.read() != mark


def _damaged(source: Input, title: str, error: Exception) -> InputError:
    if isinstance(error, BrokenPipeError):
        raise error
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if _is_cut(source) or reason.startswith(("Expected to read", "Expected to be able to read")):
        return cut_off(source.name)
    return InputError(
        "is damaged or not {title}: {reason}",
        where=source.name,
        remedy="write it again, or get a fresh copy",
        title=title,
        reason=reason,
    )
