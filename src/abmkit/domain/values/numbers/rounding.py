"""Numbers as a person would write them."""

from __future__ import annotations

from math import floor, log10


def rounded(value: float) -> int | float:
    """A number with two significant digits, whole where it is."""
    if value == 0:
        return 0
    digits = 1 - floor(log10(abs(value)))
    plain = round(value, digits)
    return int(plain) if digits <= 0 or float(plain).is_integer() else plain
