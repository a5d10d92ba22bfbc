"""A delimited text in blocks of whole lines."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

import numpy as np

from abmkit.io.input import Input
from abmkit.io.text.dialects.encodings import Decoded, Encoding, decode, mended

BLOCK_BYTES = 8 << 20
HEAD_BYTES = 1 << 20
_SAMPLES = 24
_SAMPLE_BYTES = 1 << 16
_TRIED_CUTS = 64
_UTF8 = Encoding("utf-8")
_NEWLINE, _CARRIAGE = b"\n\r"
_LINE_END = re.compile(rb"\r\n|\n|\r")


def read_fully(stream: io.BufferedReader, size: int) -> bytes:
    """This many bytes, fewer only at the end of the stream."""
    data = stream.read(size)
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def samples(source: Input, head: bytes) -> bytes:
    """Whole lines from all over a file, those of its head first; of a stream, its head."""
    found = [_whole_lines(head, first=True, last=len(head) < HEAD_BYTES)]
    if source.path is not None and source.compression is None:
        size = source.path.stat().st_size
        if size > len(head):
            with source.path.open("rb") as file:
                step = max((size - len(head)) // _SAMPLES, 1)
                for at in range(len(head), size, step):
                    file.seek(at - at % 4)
                    data = file.read(_SAMPLE_BYTES)
                    found.append(_whole_lines(data, first=False, last=False))
    return b"".join(found)


def _whole_lines(data: bytes, *, first: bool, last: bool) -> bytes:
    if not first:
        start = re.search(rb"[\r\n]+", data)
        data = data[start.end() :] if start else b""
    if not last:
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        data = data[: end + 1] if end >= 0 else data
    return data


def line_ends(data: bytes) -> int:
    """How many lines end within bytes."""
    signs = np.frombuffer(data, dtype="uint8")
    newline = signs == _NEWLINE
    ends = int(np.count_nonzero(newline))
    if b"\r" not in data:
        return ends
    carriage = signs == _CARRIAGE
    both = np.count_nonzero(carriage[:-1] & newline[1:])
    return ends + int(np.count_nonzero(carriage)) - int(both)


def after_lines(data: bytes, count: int) -> int:
    """Where the line after so many begins."""
    at = 0
    for _ in range(count):
        found = _LINE_END.search(data, at)
        if found is None:
            return len(data)
        at = found.end()
    return at


def cut(data: bytes, quote: bytes) -> tuple[int, bool]:
    """Where to cut bytes so that what comes before is whole lines, and whether its quotes close.

    Where no near place closes all quotes, the end of the last line; 0 where no line ends.
    """
    last = _last_end(data, len(data))
    if not quote or last <= 0:
        return last, True
    odd = data.count(quote, 0, last) % 2
    at = last
    for _ in range(_TRIED_CUTS):
        if not odd:
            return at, True
        earlier = _last_end(data, at - 1)
        if earlier <= 0:
            break
        odd ^= data.count(quote, earlier, at) % 2
        at = earlier
    return last, False


def _last_end(data: bytes, end: int) -> int:
    """The place after the last line end before `end`; a CR at the very end may be half of one."""
    newline = data.rfind(b"\n", 0, end)
    if newline >= 0:
        return newline + 1
    carriage = data.rfind(b"\r", 0, max(end - 1, 0))
    return carriage + 1


class Pieces:
    """A text from its head on, in UTF-8 bytes of about a block, with what was odd in its lines."""

    def __init__(self, head: bytes, stream: io.BufferedReader, encoding: Encoding) -> None:
        self._ahead = head[len(encoding.mark) :]
        self._stream = stream
        self.encoding = encoding
        self.utf8 = encoding.name == "utf-8"
        self._held = b""
        self.ended = False

    def __iter__(self) -> Iterator[bytes]:
        """Raw bytes, in the text's own encoding if a byte can end a line in it, else in UTF-8."""
        decoder = None
        if self.encoding.unicode:
            decoder = codecs.getincrementaldecoder(self.encoding.name)(errors="replace")
        while True:
            data = self._ahead
            if len(data) < BLOCK_BYTES:
                data += read_fully(self._stream, BLOCK_BYTES - len(data))
            self._ahead = b""
            if not data:
                break
            if decoder is None:
                yield data
            else:
                text = decoder.decode(data)
                yield text.encode("utf-8", errors="replace")
        if decoder is not None and (rest := decoder.decode(b"", final=True)):
            yield rest.encode("utf-8", errors="replace")

    def text(self, data: bytes) -> Decoded:
        """The text of a piece."""
        if not self.encoding.unicode:
            return mended(decode(data, self.encoding))
        found = mended(decode(data, _UTF8))
        if "\ufffd" in found.text:
            lines = io.StringIO(found.text, newline="")
            found.broken = [at for at, line in enumerate(lines) if "\ufffd" in line]
        return found
