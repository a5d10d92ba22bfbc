"""One quantity as a directory writes it: exact, a range, open, with unit and currency."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from abmkit.domain.data import rows
from abmkit.domain.values.numbers.numerals import (
    HAN_PLAIN,
    HAN_UNITS,
    Point,
    digits,
    han,
    spoken,
    unit_factor,
)
from abmkit.domain.values.numbers.numerals import UNITS as UNITS


@cache
def currencies() -> dict[str, tuple[str, ...]]:
    """The currencies that a sign or word for money may mean, the likeliest first.

    Read from `data/currencies.csv`.
    """
    return {row["sign"]: tuple(row["currencies"].split()) for row in rows("currencies.csv")}


@cache
def _money() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A sign for money at the start, and at the end; the longest first."""
    signs = "|".join(map(re.escape, sorted(currencies(), key=len, reverse=True)))
    return re.compile(rf"^({signs})(?![a-z])\s*"), re.compile(rf"(?<![a-z])({signs})\s*$")


_COUNTED = re.compile(
    r"\s*(?:名?员工|名?員工|名?职工|名?職工|名|个人|個人|人(?:左右|上下)?|位|"
    r"(?:full[ -]time )?employees?|people|persons?|staff|headcount|workers|ftes?|associates|"
    r"mitarbeiter)\s*$"
)
# What a bracket may say without changing the quantity: its year, that it is an estimate, or that
# it is of the whole company. Of a place or a site it is a part, and stays unreadable.
_NOTE = re.compile(
    r"\s*(?:\[\w{1,3}\]|\((?:全集团|集团|集團|全球|全国|全國|合并|合計|合计|group|worldwide|"
    r"global(?:ly)?|total|consolidated)\)|"
    r"\((?:fy|as of|est\.?|estimated|in)?\s*(?:(?:19|20)\d\d年?)?\)|\*+|[†‡])\s*$"
)
_ABOUT = re.compile(
    r"^(?:约为?|大约|大概|近|接近|~|≈|(?:about|around|approximately|approx\.?|ca\.?|circa|roughly|"
    r"nearly|almost|est\.?|c\.)(?![a-z$]))\s*(?=\S)"
)
_AT_LEAST = re.compile(
    r"^(?:>=?|≥|⩾|(?:more|greater|higher|larger|bigger) (?:than )?or equal (?:to|than)|"
    r"equal to or more than|at least or equal to|over|more than|greater than|higher than|"
    r"larger than|bigger than|above|exceed(?:s|ing)?|surpass(?:es|ing)?|at least|no less than|"
    r"not less than|no fewer than|min(?:imum)?\.?|from|大于(?:或者?等于|等于)?|大於|"
    r"超过了?|超過了?|"
    r"不少于|不少於|不低于|不低於|不小于|不小於|多于|多於|高于|高於|逾|至少[有是为為]?|最少)\s*"
)
_AND_MORE = re.compile(
    r"\s*(?:\+|(?:及|或者?|和)?以上|或者?更多|or (?:more|above|over|greater)|"
    r"and (?:more|above|over|up)|plus|余|多)\s*$"
)
# 500多亿, 五百余万: so many units and some more.
_AND_SOME = re.compile(r"(?<=[\d十百千])\s*[余多](?=\s*[十百千万萬亿億]+(?:[^十百千万萬亿億].*)?$)")
_AT_MOST = re.compile(
    r"^(?:<=?|≤|⩽|(?:less|fewer|lower|smaller) (?:than )?or equal (?:to|than)|"
    r"equal to or less than|under|less than|fewer than|lower than|smaller than|below|up to|"
    r"at most|max(?:imum)?\.?|no more than|not more than|少于|少於|小于(?:\s*或者?\s*等于|等于)?|"
    r"小於|不足|不到|低于|低於|不超过|不超過|不多于|不高于|不大于|不大於|至多|最多[有是为為]?)\s*"
)
_AND_LESS = re.compile(
    r"\s*(?:(?:及|或者?|和)?以下|(?:及|或)?以内|以內|之内|"
    r"(?:or|and) (?:less|fewer|below|under|lower))\s*$"
)
_EQUALS = re.compile(r"^(?:=|equals?(?:ing)?(?: to)?|等于|等於)\s*(?=\S)")
_AND_THEN = re.compile(r"\s*(?:,|\band\b|\bbut\b|并且|並且|的同时|的同時|并|並|且)?\s*$")
_RANGE = re.compile(
    r"^(?:between\s+|from\s+|从|介于|位于|在)?(?P<low>.*?[^\s\-–—―−~〜至到])\s*(?P<sep>--?|–|—|―|−|~|〜|至|到|与(?=.*间$)|和(?=.*间$)|\.\.\.?|\bto\b|\band\b|\bthrough\b)\s*(?P<high>[^\s\-–—―−~〜至到].*?)(?:之?间)?$"
)


class Amount(NamedTuple):
    """One quantity: its ends, None where open, and the currencies its text may mean."""

    least: float | None
    most: float | None
    currencies: tuple[str, ...] = ()


def multiplier(unit: str) -> tuple[float, str | None] | None:
    """What a unit such as `million`, `万元` or `USD m` multiplies by, and the currency it names.

    None for a unit that is not known.
    """
    text = unicodedata.normalize("NFKC", unit).casefold().strip().strip("()")
    text = re.sub(r"^(?:in|单位|單位)\s*[::]?\s*", "", text)
    text = text.removesuffix("人")
    rest, possible = _without_money(text)
    factor = unit_factor(rest) if rest else 1.0
    if factor is None:
        return None
    return factor, (possible[0] if possible else None)


def _without_money(text: str) -> tuple[str, tuple[str, ...]]:
    possible: tuple[str, ...] = ()
    for _ in range(2):
        for pattern in _money():
            if match := pattern.search(text):
                means = currencies()[match[1]]
                shared = tuple(c for c in possible if c in means) if possible else means
                if not shared:
                    return "", ()
                possible = shared
                text = (text[: match.start()] + text[match.end() :]).strip()
    return text, possible


HAN_SIGNS = frozenset("零一二三四五六七八九十百千万亿点")
_SPACED_SIGN = re.compile(r"(?<![a-z])((?:us|hk|a|c|s|nt|nz|au|ca)|[<>]) (?=[$=])")
# MUSD 30, 120 MEUR; 75 USD million.
_CODES = "usd|eur|gbp|chf|sek|nok|dkk|aud|cad|cny|rmb|hkd|sgd|jpy|inr"
_SCALED_CODE = re.compile(rf"^([mk])({_CODES})\s*(\d.*)$")
_CODE_SCALED = re.compile(rf"(?<=\d)\s*([mk])({_CODES})$")
_CODE_BEFORE_UNIT = re.compile(rf"(?<=\d)\s*({_CODES})\s+(thousand|million|billion|bn|mn|m|k)$")
_NUMBER = re.compile(
    r"^(?P<sign>-|负)?\s*(?P<digits>[\d.,'’ ]*\d(?:e[+\-]?\d+)?\.?|\.\d+)\s*"
    r"(?P<unit>[a-z.十百千万亿]*)$"
)


class _Single(NamedTuple):
    value: float
    scaled: bool
    currencies: tuple[str, ...]


# `235.000` is a whole number where the currency has no such fractions.
_DOT_THREE = re.compile(r"^[1-9]\d{0,2}\.\d{3}$")
_NO_FRACTIONS = {"IDR", "VND", "HUF", "KRW", "JPY"}
_THOUSANDTHS = {"KWD", "BHD", "OMR", "JOD", "TND", "LYD", "IQD"}
# Units that say in which language the number is written: elsewhere a dot groups.
_ENGLISH_UNITS = frozenset(
    ["k", "m", "mm", "mn", "b", "bn", "million", "billion", "trillion", "tn"]
)


def _single(text: str, whole: bool = False, point: Point | None = None) -> _Single | None:
    """One number with its unit and currency; None where it can't be read."""
    text = text.strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    if text.startswith(("-", "−")) and len(text) > 1 and not text[1].isdigit():
        text, negative = text[1:].strip(), True
    text, currencies = _without_money(text)
    plain = text.translate(HAN_PLAIN).replace("−", "-")
    value: float | None
    scaled = True
    if match := _NUMBER.match(plain):
        written, unit_text = match["digits"].strip().rstrip("."), match["unit"].strip(".")
        if _DOT_THREE.match(written) and point is None and not whole:
            if currencies and set(currencies) <= _NO_FRACTIONS and not unit_text:
                point = ","
            else:
                of_thousand = bool(currencies) and set(currencies) <= _THOUSANDTHS
                english = unit_text in _ENGLISH_UNITS or not unit_text.isascii()
                point = "." if of_thousand or english else None
        value = digits(written, point, whole=whole and not unit_text)
        unit = unit_factor(unit_text) if unit_text else None
        if unit_text and unit is None:
            value = None
        if value is not None and unit is not None:
            value *= unit
        scaled = unit is not None
        negative = negative or bool(match["sign"])
    else:
        value = None
    if value is None:
        value = han(text) if any(sign in HAN_SIGNS for sign in plain) else spoken(text)
    if value is None or not math.isfinite(value):
        return None
    return _Single(-value if negative else value, scaled, currencies)


def amount(
    text: str, factor: float = 1.0, *, whole: bool = False, point: Point | None = None
) -> Amount | None:
    """One quantity; its factor is that of the column's unit, for numbers that carry none.

    `whole` says that only whole numbers are possible, so that `1.234` has grouped thousands;
    `point` is the decimal point that the number's column proves (`point_of`).

    None where it can't be read. A percentage is not a quantity.
    """
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    text = " ".join(text.replace("−", "-").split())
    text = _SCALED_CODE.sub(r"\2 \3\1", _SPACED_SIGN.sub(r"\1", text))
    text = _CODE_BEFORE_UNIT.sub(r" \2 \1", _CODE_SCALED.sub(r"\1 \2", text))
    if "%" in text or "‰" in text or "百分之" in text:
        return None
    return _amount(text, _Reading(factor, whole, point))


class _Reading(NamedTuple):
    """How the numbers of a column are to be read."""

    factor: float
    whole: bool
    point: Point | None

    def single(self, text: str) -> _Single | None:
        return _single(text, self.whole, self.point)

    def sized(self, single: _Single) -> float:
        return single.value if single.scaled else single.value * self.factor


def _amount(text: str, reading: _Reading, *, two_sided: bool = True) -> Amount | None:
    given, bare = text, ""
    while text != bare and not (text[:1].isdigit() and text[-1:].isdigit()):
        bare = text
        text = _EQUALS.sub("", _ABOUT.sub("", _NOTE.sub("", text)))
        text = text.removesuffix("左右").removesuffix("上下")
    low_open, text = _open_end(text, _AT_LEAST, _AND_MORE)
    if not low_open and (exact := _AND_SOME.sub("", text, count=1)) != text:
        low_open, text = True, exact
    high_open = False
    if not low_open:
        high_open, text = _open_end(text, _AT_MOST, _AND_LESS)
    text = _ABOUT.sub("", _COUNTED.sub("", text)).strip()
    single = reading.single(text)
    if single is not None:
        value = reading.sized(single)
        return Amount(None if high_open else value, None if low_open else value, single.currencies)
    read = None if low_open or high_open else _range(text, reading)
    return _two_sided(given, reading) if read is None and two_sided else read


def _range(text: str, reading: _Reading) -> Amount | None:
    possible = _possible_ranges(text, reading)
    return possible[0] if len(possible) == 1 else None


def possible_ranges(text: str) -> list[tuple[float, float]]:
    """The ends that a range may have of which one names its unit; a single pair where it is clear.

    `500 - 1B` is 500 million to 1 billion, or 500 thousand, or 500.
    """
    given = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("−", "-").split())
    read = _possible_ranges(given, _Reading(1.0, False, None))
    return [(each.least, each.most) for each in read if None not in each[:2]]  # type: ignore[misc]


def _possible_ranges(text: str, reading: _Reading) -> list[Amount]:
    if not (match := _RANGE.match(text)):
        return []
    low, high = reading.single(_COUNTED.sub("", match["low"])), reading.single(match["high"])
    if low is None or high is None or (match["sep"] == "and" and "between" not in text):
        return []
    lows, highs = [low], [high]
    if high.scaled and not low.scaled:
        lows = _with_unit(low, match["high"], high.value)
    elif low.scaled and not high.scaled and reading.sized(high) < low.value:
        # "10M-50": never less than it begins with.
        highs = [high._replace(value=high.value * _factor(match["low"]), scaled=True)]
    found = (_of_ends(one, other, reading) for one in lows for other in highs)
    return [each for each in found if each is not None]


# The units of which a range's end may leave out the smaller: 500 - 1B, 5000-1亿.
_STEPS = (1e3, 1e6, 1e9, 1e12)
_HAN_STEPS = (1e4, 1e8)
_INDIAN_STEPS = (1e3, 1e5, 1e7)


def _with_unit(low: _Single, high: str, most: float) -> list[_Single]:
    """A range's beginning without unit, as the unit of its end has it, or else a smaller one.

    "1-5千" and "5-10M": the unit belongs to both ends, unless the first is the larger number.
    """
    factor = _factor(high)
    if low.value * factor <= most:
        return [low._replace(value=low.value * factor, scaled=True)]
    steps: tuple[float, ...] = _INDIAN_STEPS if factor in _INDIAN_STEPS[1:] else _STEPS
    if any(sign in HAN_SIGNS for sign in high.translate(HAN_PLAIN)):
        steps = _HAN_STEPS
    smaller = [step for step in steps if step < factor and low.value * step < most]
    return [low, *(low._replace(value=low.value * step, scaled=True) for step in smaller)]


def _of_ends(low: _Single, high: _Single, reading: _Reading) -> Amount | None:
    currencies = low.currencies or high.currencies
    if low.currencies and high.currencies:
        currencies = tuple(c for c in low.currencies if c in high.currencies)
        if not currencies:
            return None
    ends = reading.sized(low), reading.sized(high)
    return Amount(ends[0], ends[1], currencies) if ends[0] <= ends[1] else None


# Where the second of two bounds may begin: `above 1000 and below 1500`, 大于10小于20.
_BOUND = re.compile(
    r"(?:above|over|greater|more|larger|higher|no less|no more|at least|at most|below|under|less|"
    r"fewer|smaller|lower|[<>≤≥]|大于|大於|小于|小於|不大|不小|少于|少於|多于|多於|最多|最少|至多|至少)"
)


def _two_sided(text: str, reading: _Reading) -> Amount | None:
    for match in _BOUND.finditer(text, 1):
        first = _amount(_AND_THEN.sub("", text[: match.start()]), reading, two_sided=False)
        second = _amount(text[match.start() :], reading, two_sided=False)
        if first is None or second is None or first.currencies != second.currencies:
            continue
        least = first.least if second.least is None else second.least
        most = first.most if second.most is None else second.most
        one_each = None in (first.least, second.least) and None in (first.most, second.most)
        if one_each and least is not None and most is not None and least <= most:
            return Amount(least, most, first.currencies)
    return None


def _factor(text: str) -> float:
    """What the unit of a number multiplies it by."""
    rest, _ = _without_money(_COUNTED.sub("", text.strip()).strip())
    match = _NUMBER.match(rest.translate(HAN_PLAIN))
    return (unit_factor(match["unit"].strip(".")) if match else None) or 1.0


def _open_end(text: str, before: re.Pattern[str], after: re.Pattern[str]) -> tuple[bool, str]:
    stripped = before.sub("", text)
    if stripped != text and not (text.startswith("from") and _RANGE.match(text)):
        return True, stripped
    bare = _COUNTED.sub("", text)
    for candidate in (text, bare):
        if (stripped := after.sub("", candidate)) != candidate:
            return True, stripped
    return False, text


def unit_names() -> tuple[str, ...]:
    """The units that may be named in a config."""
    return (*UNITS, *HAN_UNITS, "百万", "千万", "十亿", "万元", "百万元", "亿元")
