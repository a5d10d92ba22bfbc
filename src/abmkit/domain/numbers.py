"""Columns of quantities: best value, least and most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from abmkit.domain.amounts import amount, multiplier
from abmkit.domain.arrays import doubles, only_where, unread
from abmkit.domain.unknown import known

if TYPE_CHECKING:
    import pyarrow as pa

# Numbers that a cast reads; of whole numbers, those whose fraction is nothing (`35.0`).
_PLAIN = r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$"
_PLAIN_WHOLE = r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0{1,2})?$"


class Quantities(NamedTuple):
    """Quantities of a column, as double arrays, and where a text could not be read."""

    best: pa.DoubleArray
    min: pa.DoubleArray
    max: pa.DoubleArray
    unreadable: pa.BooleanArray


def best_of(least: float | None, most: float | None, *, whole: bool = False) -> float | None:
    """The best single value of an interval: exact, geometric mean, or the known end.

    A range from nothing has no geometric mean; its middle is taken.
    """
    if least is None or most is None:
        return most if least is None else least
    if least == most:
        return least
    value = math.sqrt(least * most) if least > 0 else (least + most) / 2
    return float(round(value)) if whole else value


def _rate(
    currencies: tuple[str, ...],
    currency: str | None,
    rate: float,
    rates: Mapping[str, float] | None,
) -> float | None:
    """What turns an amount into the project's currency; None where its text contradicts it."""
    if not currencies:
        return rate
    if currency is not None:
        return rate if currency in currencies else None
    if rates is None:
        return rate
    possible = [code for code in currencies if code in rates]
    if currencies[0] in possible and (currencies[0] == "USD" or "TWD" in currencies):
        # "$" and "元" mean the first, unless the project knows only another; "¥" is not so clear.
        possible = possible[:1]
    return rates[possible[0]] if len(possible) == 1 else None


def quantities(
    values: pa.Array,
    unit: str | None = None,
    rate: float = 1.0,
    *,
    currency: str | None = None,
    rates: Mapping[str, float] | None = None,
    whole: bool = False,
) -> Quantities:
    """Numbers, ranges and open ends as best value, least and most.

    `unit` multiplies numbers that carry no unit of their own, `rate` turns them into the
    project's currency. `currency` is the column's own; an amount that names another is
    unreadable. Without it, an amount that names a currency is turned with `rates` (per currency,
    the project's own at 1), or is unreadable where that has none; without `rates` the currency is
    passed over. `whole` rounds the mean of a range. Raises ValueError for an unknown unit.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    scale = multiplier(unit) if unit is not None else (1.0, None)
    if scale is None:
        raise ValueError(f"unknown unit {unit!r}")
    factor = scale[0]
    given = known(values)
    plain = pc.match_substring_regex(given, pattern=_PLAIN_WHOLE if whole else _PLAIN)
    numbers = pc.replace_substring_regex(only_where(plain, given), pattern=",", replacement="")
    exact = numbers.cast(pa.float64())
    if factor * rate != 1.0:
        times = doubles([factor * rate])[0]
        # 609,099.56 万元 is 6,090,995,600 元, whatever the double nearest to it says.
        exact = pc.round(pc.multiply(exact, times), ndigits=6)
    rest = only_where(pc.invert(plain), given)
    if rest.null_count == len(rest):
        return Quantities(exact, exact, exact, unread(given, exact))
    encoded = rest.dictionary_encode()
    found: list[tuple[float | None, float | None, float | None]] = []
    for text in encoded.dictionary.to_pylist():
        read = amount(text, factor, whole=whole)
        times_rate = None if read is None else _rate(read.currencies, currency, rate, rates)
        if read is None or times_rate is None:
            found.append((None, None, None))
            continue
        least, most = (None if end is None else round(end * times_rate, 6) for end in read[:2])
        found.append((best_of(least, most, whole=whole), least, most))
    columns = [doubles(list(column)) for column in zip(*found, strict=True)]
    best, least_read, most_read = (
        pc.coalesce(exact, column.take(encoded.indices)) for column in columns
    )
    return Quantities(best, least_read, most_read, unread(given, best))
