"""One quantity as a directory writes it: exact, a range, open, with unit and currency."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from abmkit.domain.tables import rows

# What a unit multiplies by. In Chinese units several signs may follow each other (千万, 万亿).
UNITS = {
    "one": 1.0,
    "unit": 1.0,
    "units": 1.0,
    "thousand": 1e3,
    "thousands": 1e3,
    "k": 1e3,
    "tsd": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "m": 1e6,
    "mm": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "mil": 1e6,
    "billion": 1e9,
    "billions": 1e9,
    "b": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "mrd": 1e9,
    "trillion": 1e12,
    "trillions": 1e12,
    "tn": 1e12,
    "trn": 1e12,
    "lakh": 1e5,
    "lakhs": 1e5,
    "crore": 1e7,
    "crores": 1e7,
    "cr": 1e7,
}
_HAN_UNITS = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
# Traditional and financial forms as the plain ones.
_HAN_PLAIN = str.maketrans(
    "拾佰仟萬億貳贰參叁肆伍陸陆柒捌玖壹兩两零〇負點餘",
    "十百千万亿二二三三四五六六七八九一二二零零负点余",
)
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


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
    r"\s*(?:名?员工|名?員工|名?职工|名?職工|名|个人|個人|人(?:左右|上下)?|位|家|"
    r"(?:full[ -]time )?employees?|people|persons?|staff|headcount|workers|fte?s?|associates|"
    r"mitarbeiter)\s*$"
)
_NOTE = re.compile(
    r"\s*(?:\[\w{1,3}\]|\((?:fy|as of|est\.?|estimated|in)?\s*(?:(?:19|20)\d\d年?)?\)|\*+|[†‡])\s*$"
)
_ABOUT = re.compile(
    r"^(?:约为?|大约|大概|近|接近|~|≈|about|around|approximately|approx\.?|ca\.?|circa|roughly|"
    r"nearly|almost|est\.?|c\.)\s*(?=\S)"
)
_AT_LEAST = re.compile(
    r"^(?:>=?|≥|⩾|over|more than|greater than|above|at least|min(?:imum)?\.?|from|"
    r"大于(?:等于)?|大於|超过|超過|超|不少于|不少於|不低于|不低於|多于|多於|高于|高於|逾|至少)\s*"
)
_AND_MORE = re.compile(
    r"\s*(?:\+|(?:及|或|和)?以上|or more|or above|or over|and (?:more|above|over|up)|plus|余|多)"
    r"\s*$"
)
_AT_MOST = re.compile(
    r"^(?:<=?|≤|⩽|under|less than|fewer than|below|up to|at most|max(?:imum)?\.?|no more than|"
    r"少于|少於|小于(?:等于)?|小於|不足|不到|低于|低於|不超过|不超過|不多于|不高于|至多|最多)\s*"
)
_AND_LESS = re.compile(
    r"\s*(?:(?:及|或|和)?以下|(?:及|或)?以内|以內|之内|or (?:less|fewer|below|under)|"
    r"and (?:below|under))\s*$"
)
_RANGE = re.compile(
    r"^(?:between\s+|from\s+|从|介于)?(?P<low>.*?[^\s\-–—―−~〜至到])\s*(?P<sep>--?|–|—|―|−|~|〜|至|到|\.\.\.?|\bto\b|\band\b|\bthrough\b)\s*(?P<high>[^\s\-–—―−~〜至到].*?)(?:之?间)?$"
)
_GROUPED = [
    (re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$"), ",", "."),
    (re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$"), ",", "."),
    (re.compile(r"^\d{1,3}(?:\.\d{3})+,\d+$|^[1-9]\d{0,2}(?:\.\d{3}){2,}$"), ".", ","),
    (re.compile(r"^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$"), " ", None),
    (re.compile(r"^\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?$"), "'", None),
    (re.compile(r"^\d+,\d{1,2}$|^0,\d+$|^\d{4,},\d+$"), "", ","),
    (re.compile(r"^(?:\d+\.?\d*|\.\d+)(?:e[+\-]?\d{1,2})?$"), "", "."),
]  # fmt: skip


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
    rest, found = _without_money(text)
    factor = _unit(rest) if rest else 1.0
    if factor is None:
        return None
    return factor, (found[0] if found else None)


def _unit(text: str) -> float | None:
    text = text.strip().rstrip(".")
    if text in UNITS:
        return UNITS[text]
    factor = 1.0
    for sign in text:
        if sign not in _HAN_UNITS:
            return None
        factor *= _HAN_UNITS[sign]
    return factor if text else None


def _without_money(text: str) -> tuple[str, tuple[str, ...]]:
    found: tuple[str, ...] = ()
    for _ in range(2):
        for pattern in _money():
            if match := pattern.search(text):
                means = currencies()[match[1]]
                shared = tuple(c for c in found if c in means) if found else means
                if not shared:
                    return "", ()
                found = shared
                text = (text[: match.start()] + text[match.end() :]).strip()
    return text, found


def _digits(text: str) -> float | None:
    """A number in digits. Dots and commas are read where they can mean one thing only."""
    for pattern, group, point in _GROUPED:
        if pattern.match(text):
            plain = text.replace("’", "'")
            plain = plain.replace(group, "") if group else plain
            return float(plain.replace(point or ",", "."))
    return None


def _han(text: str) -> float | None:
    """A number in Chinese numerals, digits allowed: `三千五百`, `1万5千`, `3亿5000万`."""
    total = section = 0.0
    digit: float | None = None
    last = math.inf
    if not text or text[0] in "百千万亿零":
        return None
    for part in re.findall(r"\d+(?:\.\d+)?|.", text):
        if part[0].isascii() and part[0].isdigit():
            if digit is not None:
                return None
            digit = float(part)
        elif part in _HAN_DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = float(_HAN_DIGITS[part])
        elif part in "十百千":
            factor = _HAN_UNITS[part]
            if factor >= last:
                return None
            section += (1.0 if digit is None else digit) * factor
            digit, last = None, factor
        elif part in "万亿":
            section += digit or 0.0
            if section == 0:
                return None
            if part == "亿":
                total = (total + section) * 1e8
            else:
                total += section * 1e4
            section, digit, last = 0.0, None, math.inf
        else:
            return None
    # A digit straight after 万, 千 or 百 may be short for the next unit down: 一百七 is 170.
    if digit and text[-2:-1] in ("百", "千", "万", "亿"):
        return None
    return total + section + (digit or 0.0)


_NUMBER = re.compile(
    r"^(?P<sign>-|负)?\s*(?P<digits>[\d.,'’ ]*\d(?:e[+\-]?\d+)?\.?|\.\d+)\s*"
    r"(?P<unit>[a-z.十百千万亿]*)$"
)


class _Single(NamedTuple):
    value: float
    scaled: bool
    currencies: tuple[str, ...]


# `235.000` is a whole number where the currency has no such fractions, and unclear where dots
# group thousands in some countries only.
_DOT_THREE = re.compile(r"^[1-9]\d{0,2}\.\d{3}$")
_NO_FRACTIONS = {"IDR", "VND", "HUF", "KRW", "JPY"}
_UNCLEAR_DOT = {"EUR", "BRL", "TRY", "DKK", "CHF", "PLN", "CZK", "RUB"}


def _single(text: str, whole: bool = False) -> _Single | None:
    """One number with its unit and currency; None where it can't be read."""
    text = text.strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    if text.startswith(("-", "−")) and len(text) > 1 and not text[1].isdigit():
        text, negative = text[1:].strip(), True
    text, currencies = _without_money(text)
    plain = text.translate(_HAN_PLAIN).replace("−", "-")
    value: float | None
    scaled = True
    if match := _NUMBER.match(plain):
        digits = match["digits"].strip().rstrip(".")
        if _DOT_THREE.match(digits) and not match["unit"]:
            if whole or (currencies and set(currencies) <= _NO_FRACTIONS):
                digits = digits.replace(".", "")
            elif currencies and set(currencies) <= _UNCLEAR_DOT:
                return None
        value = _digits(digits)
        unit = _unit(match["unit"]) if match["unit"].strip(".") else None
        if match["unit"].strip(".") and unit is None:
            value = None
        if value is not None and unit is not None:
            value *= unit
        scaled = unit is not None
        negative = negative or bool(match["sign"])
    else:
        value = _han(plain)
    if value is None or not math.isfinite(value):
        return None
    return _Single(-value if negative else value, scaled, currencies)


def amount(text: str, factor: float = 1.0, *, whole: bool = False) -> Amount | None:
    """One quantity; its factor is that of the column's unit, for numbers that carry none.

    `whole` says that only whole numbers are possible, so that `1.234` has grouped thousands.

    None where it can't be read. A percentage is not a quantity.
    """
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    text = " ".join(text.replace("−", "-").split())
    if "%" in text or "‰" in text or "百分之" in text:
        return None
    bare = ""
    while text != bare and not (text[:1].isdigit() and text[-1:].isdigit()):
        bare = text
        text = _ABOUT.sub("", _NOTE.sub("", text))
        text = text.removesuffix("左右").removesuffix("上下")
    low_open, text = _open_end(text, _AT_LEAST, _AND_MORE)
    high_open = False
    if not low_open:
        high_open, text = _open_end(text, _AT_MOST, _AND_LESS)
    text = _ABOUT.sub("", _COUNTED.sub("", text)).strip()

    def sized(single: _Single) -> float:
        return single.value if single.scaled else single.value * factor

    single = _single(text, whole)
    if single is not None:
        value = sized(single)
        return Amount(None if high_open else value, None if low_open else value, single.currencies)
    if low_open or high_open or not (match := _RANGE.match(text)):
        return None
    low, high = _single(_COUNTED.sub("", match["low"]), whole), _single(match["high"], whole)
    if low is None or high is None or (match["sep"] == "and" and "between" not in text):
        return None
    # "1-5千" and "5-10M": the unit belongs to both ends, unless the first is the larger number.
    if high.scaled and not low.scaled:
        shared = _single(_COUNTED.sub("", match["low"]) + _unit_text(match["high"]))
        if shared is not None and shared.value <= high.value:
            low = shared
    currencies = low.currencies or high.currencies
    if low.currencies and high.currencies:
        currencies = tuple(c for c in low.currencies if c in high.currencies)
        if not currencies:
            return None
    ends = sized(low), sized(high)
    return Amount(ends[0], ends[1], currencies) if ends[0] <= ends[1] else None


def _unit_text(text: str) -> str:
    rest, _ = _without_money(text.strip())
    match = _NUMBER.match(rest.translate(_HAN_PLAIN))
    return match["unit"] if match else ""


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
    return (*UNITS, *_HAN_UNITS, "百万", "千万", "十亿", "万元", "百万元", "亿元")
