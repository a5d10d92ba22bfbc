"""Traditional Chinese signs as simplified ones, so that 萬科 and 万科 are one name."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.data import rows

# The first byte in UTF-8 of the signs in the table: U+3400 and above.
_FIRST_BYTE = 0xE3


@cache
def _table() -> dict[int, str]:
    return {ord(row["traditional"]): row["simplified"] for row in rows("simplified_chinese.csv")}


@cache
def _signs() -> npt.NDArray[Any]:
    signs = np.arange(0x110000, dtype="uint32")
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
    written = memoryview(data)[start:end]
    if not (np.frombuffer(written, dtype="uint8") >= _FIRST_BYTE).any():
        return texts
    signs = np.frombuffer(bytes(written).decode("utf-8").encode("utf-32-le"), dtype="<u4")
    changed = _signs()[signs].astype("<u4").tobytes().decode("utf-32-le").encode("utf-8")
    return pa.Array.from_buffers(
        pa.string(),
        len(texts),
        [valid, offsets, pa.py_buffer(bytes(start) + changed)],
        offset=texts.offset,
    )
