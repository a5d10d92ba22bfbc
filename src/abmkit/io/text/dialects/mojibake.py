"""Letters that went through a wrong encoding once: what they were, where that is beyond doubt.

UTF-8 that was read as Windows-1252 and saved again (`JÃ¤ger`), and punctuation of Windows-1252 that
was read as Latin-1, where control characters stand in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

TWICE = "text that was encoded twice"
CONTROLS = "control characters that were punctuation"

# The bytes of characters, by Windows-1252 and, where that has none, by Latin-1.
_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)}
_C1 = {}
for _byte in range(0x80, 0xA0):
    try:
        _BYTES[bytes([_byte]).decode("cp1252")] = _byte
        _C1[_byte] = bytes([_byte]).decode("cp1252")
    except UnicodeDecodeError:
        continue
_RUN = re.compile("[" + re.escape("".join(_BYTES)) + "]{2,}")
UTF8 = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|"
    rb"\xf0[\x90-\xbf][\x80-\xbf]{2})+"
)
"""Bytes that may be characters of UTF-8 that are no ASCII."""
_SPECIAL = "".join(char for char in _BYTES if char > "\xff")
SUSPECT = re.compile(
    rb"\xc2[\x80-\x9f]|\xc3[\x82-\xb0](?:\xc2[\x80-\xbf]|"
    + b"|".join(re.escape(char.encode()) for char in _SPECIAL)
    + rb")"
)
"""What in the bytes of UTF-8 such letters may show by."""
_SUSPECT = re.compile(rf"[\x80-\x9f]|[Â-ð][\x80-\xbf{re.escape(_SPECIAL)}]")
# Letters and signs of Western names, then scripts of which no letter stands alone.
_LATIN = re.compile(
    "[\x80-\u017f\u0192\u02c6\u02dc\u0218-\u021b\u1e00-\u1eff\u2010-\u203a\u20ac\u2116\u2122]+"
)
_SCRIPT = re.compile(
    "[\u0370-\u052f\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)
_ENDS = frozenset("’‘”“»›…–—•™®°")
"""Marks that may stand behind a letter that bears an accent."""
_MOST_ROUNDS = 3
_LINE_END = re.compile(rb"\r\n|\n|\r")


def plausible(text: str) -> bool:
    """Whether what bytes would be in UTF-8 is what names are written in."""
    return _LATIN.fullmatch(text) is not None or len(_SCRIPT.findall(text)) >= 2


def may_be(text: str) -> bool:
    """Whether a text may hold such letters."""
    return _SUSPECT.search(text) is not None


def mended(text: str) -> tuple[str, str | None]:
    """A line as it was meant, and what was done; nothing where it is as it was meant."""
    if _SUSPECT.search(text) is None:
        return text, None
    once = text
    for _ in range(_MOST_ROUNDS):
        twice = _decoded(once)
        if twice == once:
            break
        once = twice
    reason = TWICE if once != text else None
    plain = once.translate(_C1)
    return plain, reason or (CONTROLS if plain != once else None)


def mended_bytes(data: bytes) -> tuple[bytes, list[tuple[int, str, str]]] | None:
    """Lines of UTF-8 as they were meant; the places, the texts and what was done of those changed.

    None where a line that may hold such letters is not in UTF-8.
    """
    parts: list[bytes] = []
    changed: list[tuple[int, str, str]] = []
    kept, end, place, counted = 0, 0, 0, 0
    for at in _suspects(data):
        if at < end:
            continue
        start = max(data.rfind(b"\n", end, at), data.rfind(b"\r", end, at)) + 1
        start = max(start, end)
        line_end = _LINE_END.search(data, at)
        end = len(data) if line_end is None else line_end.start()
        try:
            text, reason = mended(data[start:end].decode())
        except UnicodeDecodeError:
            return None
        if reason is None:
            continue
        place += _line_ends(data, counted, start)
        counted = start
        changed.append((place, text, reason))
        parts += data[kept:start], text.encode()
        kept = end
    return (b"".join([*parts, data[kept:]]) if parts else data), changed


def _suspects(data: bytes) -> Iterator[int]:
    """Where in bytes of UTF-8 such letters may stand."""
    signs = np.frombuffer(data, dtype="uint8")
    first, second, third = signs[:-2], signs[1:-1], signs[2:]
    places = np.flatnonzero((first == 0xC2) | (first == 0xC3))
    after, beyond = second[places], third[places]
    control = (first[places] == 0xC2) & (after < 0xA0)
    letter = (first[places] == 0xC3) & (after >= 0x82) & (after <= 0xB0) & (beyond >= 0xC2)
    for at in places[control | letter].tolist():
        if SUSPECT.match(data, at):
            yield at
    if last := SUSPECT.search(data, max(len(data) - 2, 0)):
        yield last.start()


def _line_ends(data: bytes, start: int, end: int) -> int:
    ends = data.count(b"\n", start, end)
    carriages = data.count(b"\r", start, end)
    return ends + carriages - (data.count(b"\r\n", start, end) if carriages else 0)


def _decoded(text: str) -> str:
    """A line with the characters that were encoded twice decoded, if one of them is sure."""
    parts: list[str] = []
    at, sure = 0, False
    for run in _RUN.finditer(text):
        data = bytes(_BYTES[char] for char in run[0])
        for found in UTF8.finditer(data):
            try:
                meant = found[0].decode()
            except UnicodeDecodeError:
                continue
            if not plausible(meant):
                continue
            start = run.start() + found.start()
            parts += text[at:start], meant
            at = run.start() + found.end()
            written = text[start:at]
            within = text[at : at + 1].isalpha()
            sure = sure or within or len(written) > 2 or not _ENDS.intersection(written)
    return "".join([*parts, text[at:]]) if sure else text
