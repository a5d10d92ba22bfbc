"""Numbers as people write them, one at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

YEARS = ("founded_year",)
"""Columns whose numbers are read as they are written: 1,985 is no year."""


class Scale(NamedTuple):
    """A unit of large numbers, and from which number on it is used."""

    least: int
    unit: int
    name: str


MILLIONS = (Scale(10**12, 10**12, "T"), Scale(10**9, 10**9, "B"), Scale(10**6, 10**6, "M"))
"""The scales of English, the largest first."""
MYRIADS = (Scale(10**12, 10**12, "万亿"), Scale(10**8, 10**8, "亿"), Scale(10**6, 10**4, "万"))
"""Those of Chinese; what is below a million is written whole: `12,345` people, not `1.23万`."""


def number(value: float, scales: tuple[Scale, ...] = MILLIONS) -> str:
    """A number as people write it: `1,200`, `2.5`, `1.2M`, `524B`; by other scales `5,240亿`."""
    size, letter = abs(value), ""
    hundredths = int(size * 100 + 0.5)
    for least, unit, name in scales:
        if size >= least:
            hundredths, letter = in_units(int(size), unit), name
            break
    whole, rest = divmod(hundredths, 100)
    fraction = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{whole:,}{fraction}{letter}"


def in_units(whole: Any, unit: int) -> Any:
    """Hundredths of a unit, of a whole number or a column of such."""
    # Whole numbers: engines divide doubles each in their own way.
    return (whole + unit // 200) // (unit // 100)


def points(hundredths: int) -> str:
    """Points given in hundredths: `25`, `7.5`."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def short(value: float) -> str:
    """A number to the whole, a small one to two digits: `1,250`, `0.083`."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
