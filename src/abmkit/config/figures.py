"""Numbers as people write them, for saying how a config has them."""

from __future__ import annotations

import re

_UNITS = {
    "k": 1e3, "thousand": 1e3, "千": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "万": 1e4, "萬": 1e4, "百万": 1e6, "亿": 1e8, "億": 1e8,
    "万元": 1e4, "亿元": 1e8, "": 1.0, "%": 1.0,
}  # fmt: skip


def figure(text: str) -> float | int | None:
    """The number that a text means: 50000000 for `50M`; None where it is none for sure."""
    found = re.fullmatch(r"[$€£¥￥]?\s*([+-]?\d[\d,_ ]*(?:\.\d+)?)\s*(\D*)", text.strip())
    if found is None or found[2].strip().casefold() not in _UNITS:
        return None
    digits = re.sub(r"[_ ]", "", found[1])
    if re.search(r",(?!\d{3}(?:\D|$))", digits):
        digits = digits.replace(",", ".", 1) if digits.count(",") == 1 else digits
    try:
        value = float(digits.replace(",", "")) * _UNITS[found[2].strip().casefold()]
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def most_of(count_or_share: int | str, of: int) -> float:
    """The number that `100` or `5%` of so many is. Raises ValueError for what is neither."""
    text = str(count_or_share)
    number = float(text.rstrip("%")) * (of / 100 if text.endswith("%") else 1)
    if not number >= 0:
        raise ValueError(text)
    return number
