"""CSV, TSV and other delimited text."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import int64s
from abmkit.errors import InputError
from abmkit.io.opening import Input
from abmkit.io.records import Records, Reject, unique_names

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_BYTES = 4 << 20
_HEADER_BYTES = 1 << 20
_TAIL_BYTES = 64
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_GUESSED = (",", "\t", ";", "|")
_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of delimited text in UTF-8, its first filled line being the header.

    Raises InputError for another encoding and for text that holds no table.
    """
    stream = source.stream()
    try:
        start = stream.read(_HEADER_BYTES)
        while len(start) < _HEADER_BYTES and (more := stream.read(_HEADER_BYTES - len(start))):
            start += more
    except (OSError, EOFError) as error:
        raise source.damaged(error) from error
    for mark, encoding in _ENCODINGS:
        if start.startswith(mark):
            raise _encoding_error(source, f"is {encoding}, not UTF-8", encoding)
    start = start.removeprefix(codecs.BOM_UTF8)
    cells, delimiter, used, lines = _header(source, start, format)
    rest = _Rest(start[used:], stream)

    def produce(records: Records) -> Iterator[pa.Table]:
        yield from _rows(records, source, rest, delimiter, lines)

    return Records(source.name, format, unique_names(cells), produce, source.close)


def _header(source: Input, start: bytes, format: str) -> tuple[list[str], str, int, int]:
    """The header's cells, the delimiter, and the bytes and lines they take up."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError as error:
        line = start[: error.start].count(b"\n") + 1
        raise _encoding_error(source, f"is not UTF-8 (line {line})") from error
    filled = next((line for line in text.splitlines() if line.strip()), None)
    if filled is None:
        raise InputError("is empty", where=source.name)
    if "\0" in filled:
        raise InputError(
            "is not text", where=source.name, remedy="export the table as CSV, xlsx or Parquet"
        )
    delimiter = _DELIMITERS.get(format, "")
    if not delimiter or (format == "csv" and delimiter not in filled):
        delimiter = max(_GUESSED, key=filled.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        cells = next((row for row in reader if any(cell.strip() for cell in row)), None)
    except csv.Error as error:
        raise InputError(
            f"the header cannot be read: {error}", where=f"{source.name}, line {reader.line_num}"
        ) from error
    if cells is None:
        raise InputError("is empty", where=source.name)
    taken = "".join(
        line for _, line in zip(range(reader.line_num), io.StringIO(text, newline=""), strict=False)
    )
    used = len(taken.encode())
    if used >= _HEADER_BYTES - 4:
        raise InputError(
            "the header does not end",
            where=f"{source.name}, line 1",
            remedy="is a quote in it never closed?",
        )
    return cells, delimiter, used, reader.line_num


class _Rest(io.RawIOBase):
    """What was read ahead, then the rest of the stream."""

    def __init__(self, ahead: bytes, stream: io.BufferedReader) -> None:
        self._ahead = ahead
        self._stream = stream
        self.last = ahead[-_TAIL_BYTES:]

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if self._ahead:
            wanted = len(self._ahead) if size is None or size < 0 else size
            data, self._ahead = self._ahead[:wanted], self._ahead[wanted:]
        else:
            data = self._stream.read(size)
        self.last = (self.last + data[-_TAIL_BYTES:])[-_TAIL_BYTES:]
        return data


def _rows(
    records: Records, source: Input, rest: _Rest, delimiter: str, header_lines: int
) -> Iterator[pa.Table]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    lines = _Lines(records, delimiter, header_lines + 1)
    names = records.header
    places = [str(at) for at in range(len(names))]
    schema = records.schema()
    try:
        reader = arrow_csv.open_csv(
            pa.PythonFile(rest, mode="r"),
            # Only the reader without threads knows the numbers of rejected rows; on whole files
            # it was as fast as with threads.
            read_options=arrow_csv.ReadOptions(
                column_names=places, block_size=_BLOCK_BYTES, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                # Blank lines are counted as rows, so that line numbers stay right.
                ignore_empty_lines=False,
                invalid_row_handler=lines.reject,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={place: pa.string() for place in places},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            lines.end()
            return
        raise _unreadable(source, error, lines) from error
    last = None
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            break
        except pa.ArrowInvalid as error:
            raise _unreadable(source, error, lines) from error
        except (OSError, EOFError) as error:
            raise source.damaged(error) from error
        lines.follow(batch)
        filled = _without_blank(records, batch)
        if batch.num_rows:
            last = batch.slice(batch.num_rows - 1)
        if filled.num_rows:
            yield pa.Table.from_arrays(filled.columns, schema=schema)
    if not lines.end():
        _check_last_quote(source, last, rest, lines)


def _without_blank(records: Records, batch: pa.RecordBatch) -> pa.RecordBatch:
    from pyarrow import compute as pc

    if any(column.null_count == 0 for column in batch.columns):
        return batch
    filled: Any = None
    for column in batch.columns:
        valid = pc.is_valid(column)
        filled = valid if filled is None else pc.or_(filled, valid)
        if filled.false_count == 0:
            return batch
    records.blank_rows += filled.false_count
    return batch.filter(filled)


class _Lines:
    """Places rejected rows on the lines of the file.

    The reader numbers rows; a row takes up one line and one more per line break in its cells.
    """

    def __init__(self, records: Records, delimiter: str, first_line: int) -> None:
        self._records = records
        self._line = first_line
        self._row = 1
        self._waiting: deque[tuple[int, str, str]] = deque()

    @property
    def row(self) -> int:
        """The rows followed so far, and one."""
        return self._row

    @property
    def line(self) -> int:
        """The line after the rows followed so far."""
        return self._line

    def reject(self, row: Any) -> str:
        """Keep a row that has too few or too many cells."""
        many = "too many" if row.actual_columns > row.expected_columns else "too few"
        reason = f"{many} cells: {row.actual_columns}, the header has {row.expected_columns}"
        self._waiting.append((row.number, row.text, reason))
        return "skip"

    def follow(self, batch: pa.RecordBatch) -> None:
        """Go on past a batch of good rows and the rejected ones among them."""
        breaks = _line_breaks(batch)
        done = 0
        while done < batch.num_rows:
            self._pass_rejected()
            good = batch.num_rows - done
            if self._waiting:
                good = min(good, self._waiting[0][0] - self._row)
            self._row += good
            self._line += good + _between(breaks, done, done + good)
            done += good

    def end(self) -> bool:
        """Place the rejected rows after the last good one; whether there are any."""
        after = bool(self._waiting)
        while self._waiting:
            self._row = self._waiting[0][0]
            self._pass_rejected()
        return after

    def _pass_rejected(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._row:
            _, text, reason = self._waiting.popleft()
            if text.strip():
                self._records.rejects.append(Reject(self._line, text, reason))
            else:
                self._records.blank_rows += 1
            self._row += 1
            self._line += 1 + len(text.splitlines() or [""]) - 1


def _line_breaks(batch: pa.RecordBatch) -> Any:
    """The running sum of line breaks inside the cells of each row; None where there are none."""
    import pyarrow as pa
    from pyarrow import compute as pc

    total = None
    zero = int64s([0])[0].cast(pa.int32())
    for column in batch.columns:
        data = column.buffers()[2]
        if data is None or not _has_break(data):
            continue
        counts = pc.coalesce(pc.count_substring_regex(column, pattern="\r\n|\r|\n"), zero)
        total = counts if total is None else pc.add(total, counts)
    return None if total is None else pc.cumulative_sum(total)


def _has_break(data: pa.Buffer) -> bool:
    raw = data.to_pybytes()
    return b"\n" in raw or b"\r" in raw


def _between(running: Any, start: int, end: int) -> int:
    if running is None or end == start:
        return 0
    before = running[start - 1].as_py() if start else 0
    return int(running[end - 1].as_py() - before)


def _check_last_quote(
    source: Input, last: pa.RecordBatch | None, rest: _Rest, lines: _Lines
) -> None:
    if last is None:
        return
    cell = last.column(last.num_columns - 1)[0].as_py() or ""
    breaks = cell.count("\n")
    # A cell with a line break in it was quoted, so the file should end with its second quote.
    if breaks and not rest.last.rstrip().endswith(b'"'):
        line = lines.line - breaks - 1
        raise InputError(
            "a quote is never closed", where=f"{source.name}, line {line}", remedy="close it"
        )


def _unreadable(source: Input, error: Exception, lines: _Lines) -> InputError:
    text = str(error)
    if "UTF8" in text or "CSV parse error" in text:
        line = _first_undecodable_line(source)
        if line is not None or "UTF8" in text:
            at = f" (line {line})" if line else ""
            return _encoding_error(source, f"is not UTF-8{at}")
    if "straddling" in text:
        return InputError(
            f"a row after line {max(lines.line - 1, 1)} is longer than {_BLOCK_BYTES >> 20} MB",
            where=source.name,
            remedy="is a quote never closed?",
        )
    return InputError(f"cannot be read as CSV: {text}", where=source.name)


def _first_undecodable_line(source: Input) -> int | None:
    if source.path is None:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream = source.stream()
    line = 1
    while data := stream.read(_BLOCK_BYTES):
        held = decoder.getstate()[0]
        try:
            decoder.decode(data)
        except UnicodeDecodeError as error:
            return line + (held + data)[: error.start].count(b"\n")
        line += data.count(b"\n")
    return None


def _encoding_error(source: Input, what: str, encoding: str = "GB18030") -> InputError:
    return InputError(
        what,
        where=source.name,
        remedy="save it as CSV UTF-8, or convert it: "
        f"iconv -f {encoding} -t UTF-8 FILE > NEW (if {encoding} is what it is)",
    )
