"""What kinds of signs texts consist of, by one look at their bytes.

A pattern takes a look at every text by itself; this takes one at all of them together, and tells
which of them a pattern can have to do with.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Kinds: TypeAlias = npt.NDArray[np.uint8]
WORD, SPACE, POINT, DASH, MARK, LATIN, HAN, OTHER = (1 << bit for bit in range(8))
"""ASCII letters and digits; the space; `.` and `,`; `-`; other printable ASCII but `&`; the letters
of U+00C0 to U+00FF; ideographs of U+4E00 to U+9FFF. OTHER is all else: `&`, controls, signs of
other scripts, and two spaces in a row."""

# So many texts stay in the processor's cache while they are looked at.
_AT_ONCE = 2_048
_FIRST_HAN, _LEAST_AFTER_FIRST = 0xE4, 0xB8


def _table() -> Kinds:
    """The kind that each byte of UTF-8 tells; those within a sign tell nothing."""
    kinds = np.full(256, OTHER, dtype="uint8")
    kinds[0x21:0x7F] = MARK
    for first, last in ("09", "AZ", "az"):
        kinds[ord(first) : ord(last) + 1] = WORD
    for sign, kind in ((" ", SPACE), (".", POINT), (",", POINT), ("-", DASH), ("&", OTHER)):
        kinds[ord(sign)] = kind
    kinds[0x80:0xC0] = 0
    kinds[0xC3] = LATIN
    kinds[_FIRST_HAN:0xEA] = HAN
    return kinds


_TABLE = _table()


def signs(texts: pa.StringArray) -> Kinds:
    """The kinds of signs in each text, added up; nothing for an empty one, anything for null."""
    count = len(texts)
    _, offsets, data = texts.buffers()
    if data is None or not count:
        return np.zeros(count, dtype="uint8")
    ends = np.frombuffer(offsets, dtype="int32")[texts.offset : texts.offset + count + 1]
    written = np.frombuffer(data, dtype="uint8")
    parts = [ends[at : at + _AT_ONCE + 1] for at in range(0, count, _AT_ONCE)]
    return np.concatenate([_added_up(written, part) for part in parts])


def _added_up(written: Kinds, ends: npt.NDArray[np.int32]) -> Kinds:
    """The kinds in the texts that lie between these ends."""
    written = written[ends[0] : ends[-1]]
    added = np.zeros(len(ends) - 1, dtype="uint8")
    if not len(written):
        return added
    kinds = _TABLE[written]
    kinds[:-1][(written[:-1] == _FIRST_HAN) & (written[1:] < _LEAST_AFTER_FIRST)] = OTHER
    kinds[1:][(kinds[:-1] & kinds[1:] & SPACE) != 0] = OTHER
    filled = ends[1:] > ends[:-1]
    added[filled] = np.bitwise_or.reduceat(kinds, ends[:-1][filled] - ends[0])
    return added
