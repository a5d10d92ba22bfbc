"""CSV, TSV and other delimited text, as its owner exported it."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.errors import InputError, UsageError
from abmkit.io.ahead import workers
from abmkit.io.input import EmptyInput, Input
from abmkit.io.records import Records, Reject, Repair, unique_names, written_names
from abmkit.io.text.blocks import (
    BLOCK_BYTES,
    HEAD_BYTES,
    Pieces,
    after_lines,
    cut,
    read_fully,
    samples,
)
from abmkit.io.text.dialects import encodings
from abmkit.io.text.dialects.detect import detect
from abmkit.io.text.dialects.dialect import declared
from abmkit.io.text.dialects.lines import bare, logical, physical
from abmkit.io.text.dialects.settings import DETECTED, TextSettings
from abmkit.io.text.dialects.table_layout import Layout, understand
from abmkit.io.text.dialects.table_reader import TableReader
from abmkit.io.text.regular import Regular, Stretch

_LIKELY = {"tsv": "\t"}
_DETECTED_LINES = 2_000
_UNDERSTOOD_LINES = 5_000
# Text with more control characters than this is not text.
_MOST_CONTROLS = 0.02
_CONTROLS = bytes(set(range(32)) - {0, 1, 9, 10, 11, 12, 13, 26, 28, 29, 30, 31})
_SMALL_BYTES = 1 << 17
_PARTS = 16
_TAIL_LINES = 64
_WORKERS = 2


def read(
    source: Input, format: str, sheet: str | None = None, settings: TextSettings = DETECTED
) -> Records:
    """The records of delimited text, its encoding, dialect and structure detected or given.

    Raises InputError for what is empty or no text, UsageError for an encoding there is not.
    """
    stream = source.stream()
    try:
        head = read_fully(stream, HEAD_BYTES)
        encoding = _encoding(source, head, settings)
    except (OSError, EOFError) as error:
        raise source.damaged(error) from error
    _check_text(source, head, encoding)
    lines = _head_lines(head, encoding)
    layout = _layout(lines, settings, _LIKELY.get(format, ","))
    if layout is None:
        raise EmptyInput("is empty", where=source.name)
    pieces = Pieces(head, stream, encoding)

    def produce(records: Records) -> Iterator[pa.Table]:
        rows = _Rows(records, layout, pieces, lines)
        try:
            yield from rows.tables()
        except (OSError, EOFError) as error:
            raise source.damaged(error) from error

    return Records(
        source.name,
        format,
        unique_names(layout.header),
        produce,
        source.close,
        encoding=encoding.name,
        delimiter=layout.dialect.delimiter,
        quote=layout.dialect.quote,
        escape=layout.dialect.escape or layout.dialect.quote,
        written=written_names(layout.header),
        header_rows=layout.header_rows,
        preamble=layout.preamble,
        other_tables=list(layout.other_tables),
        repairs=[Repair(line, "", reason) for line, reason in layout.repairs],
        blank_rows=layout.blank,
    )


def _encoding(source: Input, head: bytes, settings: TextSettings) -> encodings.Encoding:
    if settings.encoding is None:
        return encodings.detect(samples(source, head))
    try:
        name = codecs.lookup(settings.encoding).name
        # Not all that Python calls an encoding is one of text: `hex` and `rot13` are none.
        b" ".decode(name, errors="replace")
    except (LookupError, ValueError) as error:
        raise UsageError(
            "no encoding {encoding!r}",
            where=source.name,
            remedy="utf-8, utf-16, gb18030, big5, shift_jis, euc_kr, cp1252 are some",
            encoding=settings.encoding,
        ) from error
    found = encodings.detect(head[:4])
    plain = name.removesuffix("-sig")
    if found.mark and found.name.startswith(plain):
        return found
    wide = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    return encodings.Encoding(wide.get(plain, plain))


def _check_text(source: Input, head: bytes, encoding: encodings.Encoding) -> None:
    if encoding.unicode or not head:
        return
    start = head[:65_536]
    odd = len(start) - len(start.translate(None, _CONTROLS))
    if odd > _MOST_CONTROLS * len(start) or start.count(0) > len(start) // 4:
        raise InputError(
            "is not text", where=source.name, remedy="export the table as CSV, xlsx or Parquet"
        )


def _head_lines(head: bytes, encoding: encodings.Encoding) -> list[str]:
    """The lines of the first bytes, whole ones if there is more."""
    more = len(head) >= HEAD_BYTES
    data = head[len(encoding.mark) :]
    if encoding.unicode:
        decoder = codecs.getincrementaldecoder(encoding.name)(errors="replace")
        found = encodings.Decoded(decoder.decode(data, final=not more))
    else:
        end = cut(data, b"")[0] if more else len(data)
        found = encodings.decode(data[: end or len(data)], encoding)
    lines = physical(encodings.mended(found).text.replace("\0", ""))
    return lines[:-1] if more and encoding.unicode and len(lines) > 1 else lines


def _layout(lines: Sequence[str], settings: TextSettings, likely: str) -> Layout | None:
    skip = settings.skip_rows
    first = next((at for at, line in enumerate(lines[skip:], skip) if line.strip()), skip)
    said = declared(bare(lines[first])) if first < len(lines) else None
    if said is not None:
        skip, likely = first + 1, said
    shown = [bare(line) for line in lines[skip : skip + _DETECTED_LINES]]
    separated = sum(said in line for line in shown) if said is not None else 0
    dialect = detect(
        shown,
        # What is named is believed where it separates.
        delimiter=settings.delimiter or (said if 2 * separated > len(shown) else None),
        quote=settings.quote,
        escape=settings.escape,
        likely=likely,
    )
    records = list(logical(lines[skip : skip + _UNDERSTOOD_LINES], dialect, skip + 1))
    return understand(records, dialect, header_rows=settings.header_rows, prefers=names_companies)


def names_companies(names: Sequence[str]) -> bool:
    """Whether a header has a column that tells companies apart."""
    from abmkit.domain.recognition.headers import recognise

    found = {each.canonical for each in recognise(list(names), None)}
    return bool(found & {"name", "domain", "website", "registry_ids"})


class _Rows:
    """The rows of a text: regular stretches by Arrow, odd ones record by record."""

    def __init__(
        self, records: Records, layout: Layout, pieces: Pieces, lines: Sequence[str]
    ) -> None:
        self.records = records
        self.layout = layout
        self.pieces = pieces
        self.reader = TableReader(layout)
        header = b""
        if layout.header_rows:
            at = layout.data_line - 1 - layout.header_rows
            header = bare(lines[at]).encode() if 0 <= at < len(lines) else b""
        self.regular = Regular(layout.dialect, layout.width, records.schema(), header)
        self.quote = layout.dialect.quote.encode()
        self.line = layout.data_line

    def tables(self) -> Iterator[pa.Table]:
        """All rows in order."""
        waiting: deque[tuple[bytes, Future[Stretch | None] | None]] = deque()
        with workers(_WORKERS, "text") as pool:
            try:
                carried = b""
                for data, final, closed in self._blocks():
                    large = not final or len(data) > _SMALL_BYTES
                    body = data
                    if final and large:
                        at = self._tail(data)
                        body, tail = data[:at], data[at:]
                    job = pool.submit(self._regular, body, closed) if large and body else None
                    waiting.append((body, job))
                    if final and large:
                        waiting.append((tail, None))
                    while len(waiting) > (_WORKERS if not final else 0):
                        block, done = waiting.popleft()
                        last = final and not waiting
                        found = done.result() if done is not None and not carried else None
                        if found is not None and not self.reader.elsewhere:
                            yield self._taken(found)
                        else:
                            block = carried + block
                            carried = yield from self._together(block, last)
            finally:
                pool.shutdown(cancel_futures=True)

    def _blocks(self) -> Iterator[tuple[bytes, bool, bool | None]]:
        """The data in whole lines, whether it ends there, and whether its quotes close."""
        held = b""
        skip = self.layout.data_line - 1
        quote = self.quote if len(self.quote) == 1 else b""
        for piece in self.pieces:
            data = held + piece
            if skip:
                data, skip = data[after_lines(data, skip) :], 0
            at, closed = cut(data, quote) if len(data) >= BLOCK_BYTES // 2 else (0, True)
            # Half a block is kept back, so that the last one is never short.
            if at:
                yield data[:at], False, closed
            held = data[at:]
        yield held, True, None

    def _tail(self, data: bytes) -> int:
        """Where the last lines begin, among which there may be notes."""
        at = len(data)
        for _ in range(_TAIL_LINES):
            at = max(data.rfind(b"\n", 0, at - 1), data.rfind(b"\r", 0, at - 1)) + 1
            if at <= 0:
                return 0
        return cut(data[:at], self.quote if len(self.quote) == 1 else b"")[0]

    def _taken(self, found: Stretch) -> pa.Table:
        """The rows of a regular stretch, which are the next ones."""
        for at, text, reason in found.mended:
            self.records.note_repair(Repair(self.line + at, text, reason))
        self.line += found.lines
        return found.table

    def _regular(self, data: bytes, closed: bool | None = None) -> Stretch | None:
        if not self.pieces.utf8 and not self.pieces.encoding.unicode:
            text = encodings.strict(data, self.pieces.encoding)
            if text is None:
                return None
            data = text.encode()
        return self.regular.table(data, closed)

    def _together(self, data: bytes, last: bool) -> Generator[pa.Table, None, bytes]:
        """The rows of an odd stretch as one table: small ones are slow to work on."""
        carried = b""

        def pieces() -> Iterator[pa.Table]:
            nonlocal carried
            carried = yield from self._odd(data, last)

        if tables := list(pieces()):
            yield pa.concat_tables(tables).combine_chunks()
        return carried

    def _odd(self, data: bytes, last: bool) -> Generator[pa.Table, None, bytes]:
        """The rows of a stretch with something odd in it; returns the bytes that may go on."""
        if len(data) <= _SMALL_BYTES or self.reader.elsewhere or not self.regular.usable:
            return (yield from self._slow(data, last))
        step = max(len(data) // _PARTS, _SMALL_BYTES)
        carried, at = b"", 0
        while at < len(data):
            size = cut(data[at : at + step], self.quote)[0] if at + step < len(data) else 0
            part = data[at : at + size] if size else data[at:]
            at += len(part)
            ends = at >= len(data)
            found = None
            if not carried and not self.reader.elsewhere and not (ends and last):
                found = self._regular(part)
            if found is not None:
                yield self._taken(found)
            elif len(part) < len(data) and len(part) > _SMALL_BYTES and not carried:
                carried = yield from self._odd(part, ends and last)
            else:
                carried = yield from self._slow(carried + part, ends and last)
        return carried

    def _slow(self, data: bytes, last: bool) -> Generator[pa.Table, None, bytes]:
        decoded = self.pieces.text(data)
        lines = physical(decoded.text.replace("\0", ""))
        if "\0" in decoded.text:
            at = self.line + decoded.text[: decoded.text.index("\0")].count("\n")
            self.records.note_repair(Repair(at, "", "NUL characters left out"))
        complete = last or len(data) >= BLOCK_BYTES
        found = self.reader.read(
            lines,
            self.line,
            complete=complete,
            other={self.line + at for at in decoded.other},
            broken={self.line + at for at in decoded.broken},
            mended={self.line + at: reason for at, reason in decoded.mended.items()},
        )
        records = self.records
        records.blank_rows += found.blank
        records.rejects += [Reject(odd.line, odd.text, odd.reason) for odd in found.rejects]
        for odd in found.repaired:
            records.note_repair(Repair(odd.line, odd.text, odd.reason))
        records.footnotes += found.footnotes
        if last:
            records.other_tables += [str(table) for table in self.reader.others]
        self.line += found.lines
        if found.rows:
            columns = [
                strings(row[at] or None for row in found.rows) for at in range(self.layout.width)
            ]
            yield pa.Table.from_arrays(columns, schema=records.schema())
        if complete:
            return b""
        return data[after_lines(data, found.lines) :]
