"""Columns of quantities: best value, least and most."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    bools,
    doubles,
    each_distinct_apart,
    only_where,
    scalar,
    unread,
)
from abmkit.domain.identity import joined
from abmkit.domain.values.numbers.amounts import Amount, amount, multiplier, possible_ranges
from abmkit.domain.values.numbers.damage import Range, proven_ranges, repaired_ranges
from abmkit.domain.values.numbers.numerals import Point
from abmkit.domain.values.numbers.proofs import both, point_of
from abmkit.domain.values.unknown import Normaliser

# Numbers that a cast reads; of whole numbers, those whose fraction is nothing (`35.0`). One group
# of three after a dot or comma waits for what the column proves.
_PLAIN = r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$"
_PLAIN_WHOLE = r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0{1,2})?$"
_UNCLEAR = {None: r"^-?[1-9]\d{0,2}\.\d{3}$", ".": None, "?": r"^-?[1-9]\d{0,2}[.,]\d{3}$"}
_PLAIN_COMMA = r"^-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$"


class Quantities(NamedTuple):
    """Quantities of a column, as double arrays, and where a text could not be read."""

    best: pa.DoubleArray
    min: pa.DoubleArray
    max: pa.DoubleArray
    unreadable: pa.BooleanArray
    repaired: pa.BooleanArray | None = None
    """Where a range had been turned into a date and was turned back; None where none was."""


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
    assumed: str | None = None,
) -> float | None:
    """What turns an amount into the project's currency; None where its text contradicts it."""
    if not currencies:
        return rate
    if currency is not None:
        return rate if currency in currencies else None
    if rates is None:
        return rate
    possible = [code for code in currencies if code in rates]
    if assumed in possible:
        possible = [assumed] if assumed else possible
    if currencies[0] in possible and (currencies[0] == "USD" or "TWD" in currencies):
        # "$" and "元" mean the first, unless the project knows only another; "¥" is not so clear.
        possible = possible[:1]
    return rates[possible[0]] if len(possible) == 1 else None


@Normaliser
def quantities(
    texts: pa.StringArray,
    unit: str | None = None,
    rate: float = 1.0,
    *,
    currency: str | None = None,
    rates: Mapping[str, float] | None = None,
    assumed: str | None = None,
    whole: bool = False,
    point: Point | None = None,
    ranges: Iterable[Range] = (),
) -> Quantities:
    """Numbers, ranges and open ends as best value, least and most.

    `unit` multiplies numbers that carry no unit of their own, `rate` turns them into the
    project's currency. `currency` is the column's own; an amount that names another is
    unreadable. Without it, an amount that names a currency is turned with `rates` (per currency,
    the project's own at 1), or is unreadable where that has none; without `rates` the currency is
    passed over. `assumed` is that of amounts that name none, and of `¥`. `whole` rounds the mean of
    a range, and of dates that once were ranges takes those that other ranges of the column prove.
    `point` and `ranges` are what more of the column than `texts` proves: its decimal point, and
    ranges that are no dates. Raises ValueError for an
    unknown unit.
    """
    scale = multiplier(unit) if unit is not None else (1.0, None)
    if scale is None:
        raise ValueError(f"unknown unit {unit!r}")
    factor = scale[0]
    # Whole numbers are grouped by either sign.
    point = both(point, None if whole else point_of(texts))

    def read(text: str) -> _Rated | None:
        quantity = amount(text, factor, whole=whole, point=point)
        if quantity is None:
            return None
        of_currency = _rate(quantity.currencies, currency, rate, rates, assumed)
        return None if of_currency is None else _Rated(quantity, of_currency)

    exact = _times(_plain_numbers(texts, point, whole), factor * rate)
    rest = only_where(pc.is_null(exact), texts)
    best, least, most = (pc.coalesce(exact, single) for single in _singles(rest, point, read))
    rest = only_where(pc.is_null(best), rest)
    repaired = None
    if rest.null_count < len(rest):
        encoded = rest.dictionary_encode()
        written = encoded.dictionary.to_pylist()
        rated = _proven(written, ranges, read) if factor == 1.0 else map(read, written)
        ends = [_ends(each) for each in rated]
        repairs = _repaired(written, ends, ranges) if whole else None
        best_read = [best_of(*pair, whole=whole) for pair in ends]
        best, least, most = (
            pc.coalesce(done, doubles(list(column)).take(encoded.indices))
            for done, column in zip(
                (best, least, most), (best_read, *zip(*ends, strict=True)), strict=True
            )
        )
        repaired = None if repairs is None else bools(repairs).take(encoded.indices)
    return Quantities(best, least, most, unread(texts, best), repaired)


def _times(values: pa.DoubleArray, factor: float) -> pa.DoubleArray:
    return values if factor == 1.0 else _settled(pc.multiply(values, scalar(factor)))


class _Rated(NamedTuple):
    """An amount, and what turns it into the project's currency."""

    amount: Amount
    rate: float


def _ends(read: _Rated | None) -> Range:
    if read is None:
        return None, None
    low, high = (None if e is None else _settled_one(e * read.rate) for e in read.amount[:2])
    return low, high


# 609,099.56 万元 is 6,090,995,600 元 and $8.2B is 8,200,000,000, whatever the doubles nearest to
# them say: products keep the decimals that a double of their size has to spare.
_DECIMALS = ((2.0**32, 6), (2.0**40, 2))


def _settled(products: pa.DoubleArray) -> pa.DoubleArray:
    """Products without what multiplying doubles leaves behind."""
    settled = pc.round(products)
    for most, decimals in reversed(_DECIMALS):
        small = pc.less(pc.abs(products), scalar(most))
        settled = pc.if_else(small, pc.round(products, ndigits=decimals), settled)
    return settled


def _settled_one(product: float) -> float:
    """The same of one."""
    size = abs(product)
    decimals = next((decimals for most, decimals in _DECIMALS if size < most), 0)
    return round(product, decimals)


def _plain_numbers(given: pa.StringArray, point: Point | None, whole: bool) -> pa.DoubleArray:
    """Numbers in digits alone, null for all else."""
    if point == "," and not whole:
        plain = pc.match_substring_regex(given, pattern=_PLAIN_COMMA)
        texts = pc.replace_substring(only_where(plain, given), pattern=".", replacement="")
        return pc.replace_substring(texts, pattern=",", replacement=".").cast(pa.float64())
    plain = pc.match_substring_regex(given, pattern=_PLAIN_WHOLE if whole else _PLAIN)
    unclear = None if whole or point == "," else _UNCLEAR[point]
    if unclear is not None:
        plain = pc.and_not(plain, pc.match_substring_regex(given, pattern=unclear))
    texts = pc.replace_substring(only_where(plain, given), pattern=",", replacement="")
    return texts.cast(pa.float64())


# A text of one number: what stands around it decides what the number means, whichever it is.
# Each sign belongs to one part only, which lets RE2 take a text apart in one pass.
_ONE_NUMBER = (
    r"^(?P<before>[^0-9()\[\]]*)(?P<digits>[0-9][0-9.,]*)"
    r"(?P<after>(?:[^0-9()\[\].,'’][^0-9()\[\]]*)?)$"
)
_CLEAR = (
    r"^(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.(?:\d{1,2}|\d{4,}))?|"
    r"(?:0\d*|\d{4,})\.\d{3})$"
)
_TRIED = (2.0, 7.0)
_FEW = 1000


def _singles(
    texts: pa.StringArray,
    point: Point | None,
    read: Callable[[str], _Rated | None],
) -> tuple[pa.DoubleArray, pa.DoubleArray, pa.DoubleArray]:
    """Best value, least and most of texts of one number, null where that takes a closer look.

    The words around the number are read once for all numbers between them: they multiply it.
    """
    nothing = pa.nulls(len(texts), pa.float64())
    if point in (",", "?") or texts.null_count == len(texts):
        return nothing, nothing, nothing
    before, digits, after = pc.extract_regex(texts, pattern=_ONE_NUMBER).flatten()
    clear = pc.match_substring_regex(digits, pattern=_CLEAR)
    around = joined(before, scalar("2"), after).dictionary_encode()
    if len(around.dictionary) > _FEW:
        return nothing, nothing, nothing
    times, rate, low, high = each_distinct_apart(
        around, lambda shape: _multiplied(shape, read), doubles, doubles, doubles, doubles
    )
    plain = pc.replace_substring(only_where(clear, digits), pattern=",", replacement="")
    value = _settled(pc.multiply(pc.multiply(plain.cast(pa.float64()), times), rate))
    return value, only_where(pc.is_valid(low), value), only_where(pc.is_valid(high), value)


def _multiplied(
    shape: str, read: Callable[[str], _Rated | None]
) -> tuple[float | None, float | None, float | None, float | None]:
    """What words around a number multiply it by, their rate, and which ends they leave known."""
    nothing = None, None, None, None
    before, _, after = shape.partition("2")
    if before.endswith((".", ",", "'", "’")):
        return nothing
    one, other = (read(f"{before}{tried:.0f}{after}") for tried in _TRIED)
    if one is None or other is None or one.amount.currencies != other.amount.currencies:
        return nothing
    ends = [
        None if low is None or high is None else (low / _TRIED[0], high / _TRIED[1])
        for low, high in zip(one.amount[:2], other.amount[:2], strict=True)
    ]
    factors = {factor for pair in ends if pair is not None for factor in pair}
    if len(factors) != 1:
        return nothing
    least, most = (None if pair is None else 1.0 for pair in ends)
    return factors.pop(), one.rate, least, most


def _proven(
    texts: list[str], clear: Iterable[Range], read: Callable[[str], _Rated | None]
) -> list[_Rated | None]:
    """The amounts, those too whose beginning has a unit that the column's other ranges prove."""
    rated = [read(text) for text in texts]
    unread = (text for text, each in zip(texts, rated, strict=True) if each is None)
    possible = {text: pairs for text in unread if len(pairs := possible_ranges(text)) > 1}
    if not possible:
        return rated
    known = [each.amount[:2] for each in rated if each is not None]
    proven = proven_ranges(possible, [*known, *clear], by_end=False)
    found: dict[str, _Rated | None] = {}
    for text, (low, high) in proven.items():
        # The currency and its rate are those of the range's end, or of what stands before both.
        written = _LOW.sub("", unicodedata.normalize("NFKC", text))
        end = read(written)
        if end is not None and not end.amount.currencies:
            end = read(_FIGURES.sub("", text) + written) or end
        if end is not None:
            amount = Amount(low, high, end.amount.currencies)
            found[text] = _Rated(amount, end.rate)
    return [found.get(text, each) for text, each in zip(texts, rated, strict=True)]


_FIGURES = re.compile(r"\d.*", re.DOTALL)
# What stands before the end of a range.
_LOW = re.compile(r"^.*(?:[-–—―−~〜～至到]|\bto\b|\band\b)\s*")


def _repaired(texts: list[str], ends: list[Range], clear: Iterable[Range]) -> list[bool] | None:
    """Puts back the ranges that were turned into dates; says which, None where there are none."""
    damaged = [text for text, pair in zip(texts, ends, strict=True) if pair == (None, None)]
    proven = repaired_ranges(damaged, [*ends, *clear]) if damaged else {}
    if not proven:
        return None
    for place, text in enumerate(texts):
        if text in proven:
            low, high = proven[text]
            ends[place] = (float(low), float(high))
    return [text in proven for text in texts]
