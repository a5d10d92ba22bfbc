"""Years and dates as directories write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Literal

import pyarrow as pa

from abmkit.domain import arrays
from abmkit.domain.values.unknown import Normaliser

Order = Literal["day", "month"]

FIRST_YEAR, LAST_YEAR = 1000, 2100
_YEAR = re.compile(
    r"^(?:(?:est(?:ablished|d)?\.?|founded|since|c(?:irca|a)?\.?|in|about|成立于|成立於|创立于|創立於|始于|始於|约)\s*)*"
    r"(\d{4})(?:\.0+)?\s*"
    r"(?:$|年.*$|/\d{4}.*$|\(.*\)?$|[;,]\s*\d{4}.*$|成立$|创立$|創立$)"
)
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.](?:0?[1-9]|1[0-2])$")
_YEAR_FIRST = re.compile(
    r"^(\d{4})\s*(?P<sep>[-/.年])\s*(\d{1,2})\s*(?:(?P=sep)|月)\s*(\d{1,2})日?"
    r"(?:[t ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|utc|[+\-]\d{2}:?\d{2})?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$")
_YEAR_LAST = re.compile(
    r"^(\d{1,2})(?P<sep>[-/.])(\d{1,2})(?P=sep)(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?$"
)
_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
_MONTHS = {
    name[:size]: number
    for number, name in enumerate(_MONTH_NAMES.split(), start=1)
    for size in (3, len(name))
} | {"sept": 9}
_DAY_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[ \-./]+([a-z]{3,9})\.?[ \-./,]+(\d{4})$")
_MONTH_DAY = re.compile(r"^([a-z]{3,9})\.?[ \-]+(\d{1,2})(?:st|nd|rd|th)?,?[ \-]+(\d{4})$")
_TIME_OF_DAY = re.compile(r"[T\s]\s*\d{1,2}:\d{2}.*$", re.IGNORECASE)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def year(text: str) -> int | None:
    """The first year a text gives (`1902 (1888)` is 1902), None where it gives none for sure."""
    folded = _folded(text)
    if match := _YEAR.match(folded) or _YEAR_MONTH.match(folded):
        number = int(match[1])
        return number if FIRST_YEAR <= number <= LAST_YEAR else None
    # Whatever the order of day and month, the year is the same.
    day = exact_date(folded, "month") or exact_date(folded, "day")
    return day.year if day is not None else None


@Normaliser
def years(
    texts: pa.StringArray, *, as_of: date | None = None
) -> tuple[pa.Int64Array, pa.BooleanArray]:
    """Years as int64, and where a text could not be read as one.

    Years before 1000 or after the year that follows `as_of` (2100 without it) are unreadable.
    """
    last = LAST_YEAR if as_of is None else as_of.year + 1

    def plausible(text: str) -> int | None:
        number = year(text)
        return number if number is None or number <= last else None

    read = arrays.each_distinct(texts, plausible, arrays.int64s)
    return read, arrays.unread(texts, read)


def _valid(year_: int, month: int, day: int) -> date | None:
    try:
        return date(year_, month, day) if FIRST_YEAR <= year_ <= LAST_YEAR else None
    except ValueError:
        return None


def exact_date(text: str, order: Order | None = None) -> date | None:
    """A date, None where it is none or where only an order of day and month would tell."""
    folded = _folded(text)
    if match := _YEAR_FIRST.match(folded):
        return _valid(int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.match(folded):
        return _valid(*map(int, match.groups()))
    if match := _DAY_MONTH.match(folded):
        return _valid(int(match[3]), _MONTHS.get(match[2], 0), int(match[1]))
    if match := _MONTH_DAY.match(folded):
        return _valid(int(match[3]), _MONTHS.get(match[1], 0), int(match[2]))
    if match := _YEAR_LAST.match(folded):
        first, second, year_ = int(match[1]), int(match[3]), int(match[4])
        if first == second or order == "month" or (order is None and second > 12):
            return _valid(year_, first, second)
        if order == "day" or first > 12:
            return _valid(year_, second, first)
    return None


def order_of(texts: list[str]) -> Order | None:
    """The order of day and month that dates prove, None where none or both are proven."""
    proven: set[Order] = set()
    for text in texts:
        if match := _YEAR_LAST.match(_folded(text)):
            if int(match[1]) > 12:
                proven.add("day")
            if int(match[3]) > 12:
                proven.add("month")
    return proven.pop() if len(proven) == 1 else None


def days_of(texts: Sequence[str]) -> dict[str, date | None]:
    """The day of each text, whatever time of day is behind it; None where it is none."""
    alone = {text: _TIME_OF_DAY.sub("", text.strip()) for text in texts}
    order = order_of(list(alone.values()))
    return {text: exact_date(day, order) for text, day in alone.items()}


@Normaliser
def dates(
    texts: pa.StringArray, order: Order | None = None
) -> tuple[pa.Date32Array, pa.BooleanArray]:
    """Dates, and where a text could not be read as one.

    `03-04-2024` is read only where another date of the column proves the order of day and month
    (`16-10-2024`); else it stays unreadable. `order` is what more of the column than `texts`
    proves; where the two contradict each other, nothing is proven.
    """
    proven = order_of(arrays.distinct(texts))
    contradicted = order is not None and proven not in (None, order)
    proven = None if contradicted else proven or order
    read = arrays.each_distinct(texts, lambda text: exact_date(text, proven), arrays.dates)
    return read, arrays.unread(texts, read)
