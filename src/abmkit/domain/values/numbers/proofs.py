"""What the numbers of a column prove together about how each of them is to be read."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct
from abmkit.domain.values.numbers.amounts import amount
from abmkit.domain.values.numbers.damage import Range
from abmkit.domain.values.numbers.numerals import Point

_EDGE, _END = r"(?:^|[^\d.,])", r"(?:$|[^\d.,])"
_COMMA = (
    rf"{_EDGE}(?:\d{{1,3}}(?:\.\d{{3}})+,\d+|[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}|\d+,\d{{1,2}}|0,\d+|"
    rf"\d{{4,}},\d+){_END}"
)
_POINT = (
    rf"{_EDGE}(?:\d{{1,3}}(?:,\d{{3}})+\.\d+|[1-9]\d{{0,2}}(?:,\d{{3}}){{2,}}|"
    rf"\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?:\.\d+)?|\d+\.\d{{1,2}}|\d+\.\d{{4,}}|0\.\d+|\d{{4,}}\.\d+){_END}"
)


# So many texts mostly have one that proves something.
_FIRST = 1_000


def point_of(texts: pa.StringArray) -> Point | None:
    """The decimal point that numbers prove, `?` where some prove one and some the other.

    `1.234,5`, `12,5` and `1.234.567` prove a comma, `1,234.5`, `12.5` and `1,234,567` a point.
    """
    comma, point = (
        any(
            pc.any(pc.match_substring_regex(some, pattern=pattern)).as_py()
            for some in (texts.slice(0, _FIRST), texts.slice(_FIRST))
        )
        for pattern in (_COMMA, _POINT)
    )
    if comma and point:
        return "?"
    return "," if comma else "." if point else None


def both(one: Point | None, other: Point | None) -> Point | None:
    """What two parts of a column prove together."""
    if one is None or other is None or one == other:
        return one or other
    return "?"


def ranges_of(texts: pa.StringArray, *, whole: bool = True) -> frozenset[Range]:
    """The ranges that counts, or with `whole` false amounts, give: ends, None where open."""
    several = texts.filter(pc.match_substring_regex(texts, pattern=r"^\D*\d.*[^\d.,\s]"))
    read = (amount(text, whole=whole) for text in distinct(several)[:_MOST_RANGES])
    return frozenset((one.least, one.most) for one in read if one and one.least != one.most)


_MOST_RANGES = 1000
