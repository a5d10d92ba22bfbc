"""Traditional Chinese signs as simplified ones, so that 萬科 and 万科 are one name."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.data import rows

# The first byte in UTF-8 of the signs in the table, U+3400 and above, and of what takes four.
_FIRST_BYTE, _FOUR_BYTES = 0xE3, 0xF0
# So many bytes stay in the processor's cache while they are looked at.
_AT_ONCE = 1 << 16


@cache
def _table() -> dict[int, str]:
    return {ord(row["traditional"]): row["simplified"] for row in rows("simplified_chinese.csv")}


@cache
def _signs() -> npt.NDArray[Any]:
    signs = np.arange(0x10000, dtype="uint16")
    for traditional, simplified in _table().items():
        signs[traditional] = ord(simplified)
    return signs


def simplified(text: str) -> str:
    """A text with its traditional signs simplified, one by one.

    Read from `data/simplified_chinese.csv`; its source is named in `data/LICENSES.md`.
    """
    return text if text.isascii() else text.translate(_table())


def all_simplified(texts: pa.StringArray) -> pa.StringArray:
    """Texts with their traditional signs simplified.

    A sign and its simplified form take the same room, so that only the text changes and no offset.
    """
    valid, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return texts
    start, end = np.frombuffer(offsets, dtype="int32")[[texts.offset, texts.offset + len(texts)]]
    written = np.frombuffer(data, dtype="uint8")[:end]
    if not (written[start:] >= _FIRST_BYTE).any():
        return texts
    changed = written.copy()
    for at in range(start, end, _AT_ONCE):
        _simplify(changed[at : at + _AT_ONCE + 2])
    buffers = [valid, offsets, pa.py_buffer(changed)]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers, offset=texts.offset)


def _simplify(written: npt.NDArray[np.uint8]) -> None:
    """Simplify the signs of three bytes that begin before the last two of these bytes."""
    first = np.flatnonzero((written[:-2] >= _FIRST_BYTE) & (written[:-2] < _FOUR_BYTES))
    signs = written[first].astype("uint16") << 12
    signs |= (written[first + 1] & 0x3F).astype("uint16") << 6
    signs |= written[first + 2] & 0x3F
    simple = _signs()[signs]
    other = np.flatnonzero(simple != signs)
    first, simple = first[other], simple[other]
    written[first] = 0xE0 | simple >> 12
    written[first + 1] = 0x80 | simple >> 6 & 0x3F
    written[first + 2] = 0x80 | simple & 0x3F
