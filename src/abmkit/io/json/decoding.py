"""The text of JSON, in whatever encoding it was written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from abmkit.errors import InputError, Message
from abmkit.io.input import Input
from abmkit.io.text.blocks import HEAD_BYTES, read_fully, samples
from abmkit.io.text.dialects.encodings import Encoding, decode, detect

BROKEN = "bytes in no known encoding"
_OTHER = "in another encoding"
HALF = "halves of characters (cut emoji) replaced by \ufffd"
# An escape of one half of a character without the other half beside it.
_HALF = re.compile(r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..")
# So few bad bytes among good characters are damage, not another encoding.
_MOST_DAMAGE = 0.02


def document_text(source: Input, data: bytes) -> tuple[str, str]:
    """The text of a JSON document, and the name of its encoding.

    Raises InputError where some bytes are in no encoding: they might be in any value.
    """
    encoding = detect(data)
    if encoding.name == "utf-8" or encoding.fallback == "utf-8":
        text = data.decode("utf-8-sig", errors="replace")
        wrong = text.count("\ufffd")
        if wrong <= _MOST_DAMAGE * sum(char > "\x7f" for char in text):
            if wrong == data.count("\ufffd".encode()):
                return text, "utf-8"
            raise _unreadable(source, data)
    decoded = decode(data[len(encoding.mark) :], encoding)
    if decoded.broken:
        raise _unreadable(source, data)
    return decoded.text, encoding.name


def half_lines(text: str) -> list[int]:
    """The lines, from 1, of the escapes in JSON that are half a character, `\\ud83d` alone."""
    lines, at, line = [], 0, 1
    for half in _HALF.finditer(text):
        line += text.count("\n", at, half.start())
        at = half.start()
        lines.append(line)
    return lines


def whole_characters(text: str) -> str:
    """A text whose halves of characters are replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _unreadable(source: Input, data: bytes) -> InputError:
    try:
        data.decode("utf-8")
        line = 1
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    return InputError(
        "holds {broken} (line {line})",
        where=source.name,
        remedy="save it as UTF-8",
        broken=Message(BROKEN),
        line=line,
    )


def lines_encoding(source: Input) -> Encoding:
    """The encoding of JSON lines, by samples from all over the file."""
    with source.file().open("rb") as stream:
        head = read_fully(stream, HEAD_BYTES)
    return detect(samples(source, head))


def text_lines(source: Input, encoding: Encoding) -> Iterator[tuple[int, str, str | None]]:
    """The lines with their number, and what was odd about their bytes."""
    with source.file().open("rb") as stream:
        stream.seek(len(encoding.mark))
        if encoding.unicode:
            # A byte does not end a line here.
            wide = io.TextIOWrapper(stream, encoding.name, errors="replace", newline="\n")
            for number, text in enumerate(wide, start=1):
                yield number, text, BROKEN if "\ufffd" in text else None
            return
        for number, line in enumerate(stream, start=1):
            decoded = decode(line, encoding)
            odd = BROKEN if decoded.broken else _OTHER if decoded.other else None
            yield number, decoded.text, odd
