"""Whether amounts that name no currency are in yuan, because their list is Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

YUAN = "CNY"
_FIRST = 500
_HAN = re.compile("[\u3400-\u9fff]")
# Japanese, Korean and traditional signs, and headers that say which currency amounts are in.
_NOT_CHINESE = re.compile(
    "[\u3040-\u30ff\uac00-\ud7af]|売|従業員|業|營|員|網|國|電|話|號|產|類|別|資|額|會社|"
    "currency|币种|币别|货币|幣"
    , re.IGNORECASE,
)  # fmt: skip
_CHINESE_UNITS = r"\d\s*[十百千]?(?:万|亿)|元"
_OTHER_UNITS = (
    "億|円|圓|圆|美元|港元|港币|日元|欧元|英镑|韩元|美金|[$€£]|(?i)\\b(?:usd|eur|gbp|hkd|jpy)\\b"
)
"""Of traditional or Japanese numbers, and currencies that cells name themselves."""


def means_yuan(header: Sequence[str], column: str, cells: pa.Array | None) -> bool:
    """Whether amounts of a column are in yuan where they name no currency.

    Its own header is Chinese, or most of the list's are, or most of its `cells` have Chinese units.
    """
    if any(_NOT_CHINESE.search(name) for name in header):
        return False
    given = pa.array([], pa.string()) if cells is None else cells.slice(0, _FIRST).drop_null()
    others = pc.sum(pc.match_substring_regex(given, _OTHER_UNITS)).as_py() or 0
    if others * 2 > len(given):
        return False
    if _HAN.search(column) or sum(map(bool, map(_HAN.search, header))) * 2 > len(header):
        return True
    if others:
        return False
    count = pc.sum(pc.match_substring_regex(given, _CHINESE_UNITS)).as_py() or 0
    return len(given) > 0 and bool(count * 2 > len(given))
