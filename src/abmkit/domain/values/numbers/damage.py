"""What spreadsheets do to values: ranges turned into dates, digits and leading zeros lost."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

Range = tuple[float | None, float | None]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_AS_DATE = [
    # 10-49 becomes Oct-49, 1-10 becomes 10-Jan or 1-Oct, as the country has it.
    re.compile(rf"^{_MONTH}\.?[- ](?P<last>\d{{2}})$"),
    re.compile(rf"^(?P<day>\d{{1,2}})[- ]{_MONTH}$"),
    re.compile(r"^(?P<month>\d{1,2})月(?P<day>\d{1,2})日$"),
    re.compile(r"^(?P<year>\d{4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?$"),
    re.compile(r"^(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)(?:[t ]00:00(?::00)?)?$"),
    re.compile(r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})$"),
]  # fmt: skip
_ROUNDED = re.compile(r"^\d(?:[.,]\d+)?e\+\d{1,2}$", re.IGNORECASE)


def ranges_of_date(text: str) -> list[tuple[int, int]]:
    """The ranges that a spreadsheet may have turned into this date; empty for what is none.

    `Oct-49` was 10-49, `10-Jan` was 1-10; `2024-01-10` was 1-10, `1950-01-01` was 1-50.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    for pattern in _AS_DATE:
        if match := pattern.match(folded):
            break
    else:
        return []
    parts = match.groupdict()
    month = (
        _MONTHS.index(parts["month"]) + 1 if parts["month"][0].isalpha() else int(parts["month"])
    )
    last, day, year = (
        int(parts[key]) if parts.get(key) else None for key in ("last", "day", "year")
    )
    pairs: set[tuple[int, int]] = set()
    if last is not None:
        pairs.add((month, last or 2000))
    if day is not None:
        pairs.add((min(month, day), max(month, day)))
    if year is not None and day in (None, 1):
        pairs |= {(month, year % 100), (month, year)}
    if year is not None and parts.get("day") and month == 1 and day is not None:
        pairs |= {(day, year % 100), (day, year)}
    return sorted(pair for pair in pairs if pair[0] < pair[1])


def repaired_ranges(texts: Iterable[str], clear: Iterable[Range]) -> dict[str, tuple[int, int]]:
    """The ranges that dates once were, where the column's other ranges prove it.

    `10-Jan` beside `11-50` was 1-10: a range is taken where it ends just before or begins just
    after another one of the column, overlaps none, and is the only reading of the date that does.
    """
    possible = {text: ranges for text in texts if (ranges := ranges_of_date(text))}
    return proven_ranges(possible, clear)


End = TypeVar("End", int, float)


def proven_ranges(
    possible: Mapping[str, list[tuple[End, End]]],
    clear: Iterable[Range],
    *,
    by_end: bool = True,
) -> dict[str, tuple[End, End]]:
    """Of the ranges that each text may be, the one that a column's other ranges prove.

    It ends just before or begins just after another one, overlaps none, and no other reading of
    the text does; where `by_end` is false, only its beginning is in question.
    """
    clear = [(low, high) for low, high in clear if low != high]
    starts = {low for low, _ in clear if low is not None}
    ends = {high for _, high in clear if high is not None}
    proven: dict[str, tuple[End, End]] = {}
    changed = True
    while changed:
        changed = False
        for text, ranges in possible.items():
            if text in proven:
                continue
            fitting = [
                (low, high) for low, high in ranges
                if ((by_end and {high, high + 1} & starts) or (low > 1 and {low, low - 1} & ends))
                and not any(_overlap((low, high), other) for other in clear)
            ]  # fmt: skip
            if len(fitting) == 1:
                proven[text] = fitting[0]
                starts.add(fitting[0][0])
                ends.add(fitting[0][1])
                changed = True
    return proven


def _overlap(one: Range, other: Range) -> bool:
    """Whether two ranges share more than an end; the same range twice does not."""
    lows = [-math.inf if low is None else low for low, _ in (one, other)]
    highs = [math.inf if high is None else high for _, high in (one, other)]
    return one != other and max(lows) < min(highs)


NO_RATE = "there is no rate for"
RANGE_NOTE = "ranges that a spreadsheet turned into dates"
ROUNDED_NOTE = "digits lost to a spreadsheet's rounding"


def note(texts: Iterable[str], *, counts: bool, ids: bool) -> str:
    """What a spreadsheet did to unreadable texts, empty where nothing says so."""
    given = list(texts)
    if counts and any(ranges_of_date(text) for text in given):
        return RANGE_NOTE
    if ids and any(_ROUNDED.match(text.strip()) for text in given):
        return ROUNDED_NOTE
    return ""


def zeros_lost(texts: Iterable[str], length: int, shorter: Iterable[int]) -> bool:
    """Whether a column of ids of one length has lost their leading zeros.

    No id begins with zero, some are shorter by as many digits as ids with leading zeros are, and
    at least half have the whole length.
    """
    allowed = {length, *shorter}
    sizes = []
    for text in texts:
        if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) not in allowed:
            return False
        sizes.append(len(text))
    whole = sizes.count(length)
    return 0 < len(sizes) - whole <= whole
