"""Numbers in digits, in Chinese numerals and in English words, and the units that scale them."""

from __future__ import annotations

import math
import re
from typing import Literal

Point = Literal[",", ".", "?"]
"""What a column proves to be its decimal point; `?` where its cells contradict each other."""

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
HAN_UNITS = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
# Traditional and financial forms as the plain ones.
HAN_PLAIN = str.maketrans(
    "拾佰仟萬億貳贰參叁肆伍陸陆柒捌玖壹兩两零〇負點餘",
    "十百千万亿二二三三四五六六七八九一二二零零负点余",
)
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


def unit_factor(text: str) -> float | None:
    """What a unit without currency multiplies by, None for one that is not known."""
    text = text.strip().rstrip(".")
    if text in UNITS:
        return UNITS[text]
    factor = 1.0
    for sign in text:
        if sign not in HAN_UNITS:
            return None
        factor *= HAN_UNITS[sign]
    return factor if text else None


# One group of three after a dot or comma: thousands in some countries, a fraction in others.
_DOT_THREE = re.compile(r"^[1-9]\d{0,2}\.\d{3}$")
_COMMA_THREE = re.compile(r"^[1-9]\d{0,2},\d{3}$")
_GROUPED = [
    (re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$"), ",", "."),
    (re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$"), ",", "."),
    (re.compile(r"^\d{1,3}(?:\.\d{3})+,\d+$|^[1-9]\d{0,2}(?:\.\d{3}){2,}$"), ".", ","),
    (re.compile(r"^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$"), " ", None),
    (re.compile(r"^\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?$"), "'", None),
    (re.compile(r"^\d+,\d{1,2}$|^0,\d+$|^\d{4,},\d+$"), "", ","),
    (re.compile(r"^(?:\d+\.?\d*|\.\d+)(?:e[+\-]?\d{1,2})?$"), "", "."),
]  # fmt: skip


def digits(text: str, point: Point | None = None, *, whole: bool = False) -> float | None:
    """A number in digits. Dots and commas are read where they can mean one thing only.

    `1.234` takes a column that proves its decimal point, or one of whole numbers; `1,234` is
    grouped as in English unless the column proves otherwise.
    """
    if _DOT_THREE.match(text):
        if whole or point == ",":
            return float(text.replace(".", ""))
        return float(text) if point == "." else None
    if _COMMA_THREE.match(text) and not whole and point in (",", "?"):
        return float(text.replace(",", ".")) if point == "," else None
    for pattern, group, sign in _GROUPED:
        if pattern.match(text):
            plain = text.replace("’", "'")
            plain = plain.replace(group, "") if group else plain
            return float(plain.replace(sign or ",", "."))
    return None


# The signs between which a space means nothing, as in 三千 九百.
_SPACED_NUMERALS = re.compile(
    r"(?<=[零一二三四五六七八九十百千万亿点\d]) +(?=[零一二三四五六七八九十百千万亿点])"
)
_LAST_PAIR = re.compile(r".[两兩倆]$")


def han(text: str) -> float | None:
    """A number in Chinese numerals, digits allowed: `三千五百`, `1万5千`, `3亿5000万`, `二点五`."""
    # 两 counts before a unit; after one it is a weight.
    if not text or _LAST_PAIR.search(text):
        return None
    plain = _SPACED_NUMERALS.sub("", text.translate(HAN_PLAIN))
    if plain[0] == "负":
        value = han(plain[1:].lstrip()) if plain[1:2] != "负" else None
        return None if value is None else -value
    before, point, after = plain.partition("点")
    if point:
        return _han_fraction(before, after)
    return _han_whole(plain)


def _han_fraction(before: str, after: str) -> float | None:
    match = re.match(r"^([零一二三四五六七八九]+)([十百千万亿]*)$", after)
    whole = 0.0 if before == "零" else _han_whole(before)
    if match is None or whole is None:
        return None
    fraction = "".join(str(int(_HAN_DIGITS[sign])) for sign in match[1])
    factor = unit_factor(match[2]) if match[2] else 1.0
    # 一百点五万 is no way to write a number: what has a unit within has none at its end.
    if factor is None or (match[2] and any(sign in "万亿" for sign in before)):
        return None
    return float(f"{whole:.0f}.{fraction}") * factor


def _han_whole(text: str) -> float | None:
    total = section = 0.0
    digit: float | None = None
    last = math.inf
    if not text or text[0] in "百千万亿" or (text[0] == "零" and len(text) > 1):
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
            factor = HAN_UNITS[part]
            if factor >= last:
                return None
            # 一千零十二: the zero stands for the hundreds, not for the tens.
            section += (digit or 1.0) * factor
            digit, last = None, factor
        elif part in "万亿":
            section += digit or 0.0
            if part == "亿" and 0 < total + section < 1e8:
                total = (total + section) * 1e8
            elif part == "亿" or section == 0:
                return None
            else:
                total += section * 1e4
            section, digit, last = 0.0, None, math.inf
        else:
            return None
    # A digit straight after 万, 千 or 百 may be short for the next unit down: 一百七 is 170.
    if digit and text[-2:-1] in ("百", "千", "万", "亿"):
        return None
    return total + section + (digit or 0.0)


_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_SMALL = {word: value for value, word in enumerate(_SMALL_WORDS.split())}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}
_WORDS = re.compile(r"^[a-z0-9. \-]+$")


def spoken(text: str) -> float | None:
    """A cardinal in English words, digits allowed: `one hundred and six`, `4 thousand 3 hundred`.

    Fractions (`two thirds`, `a half`) are not read.
    """
    if not _WORDS.match(text):
        return None
    sign, rest = 1.0, text.strip()
    for word in ("minus ", "negative "):
        if rest.startswith(word):
            sign, rest = -1.0, rest.removeprefix(word)
    before, point, after = rest.partition(" point ")
    value = _cardinal(re.split(r"[\s\-]+", before.strip()))
    if value is None:
        return None
    if point:
        parts = [_SMALL.get(word, 10) for word in after.split()]
        if not parts or max(parts) > 9:
            return None
        value = float(f"{value:.0f}.{''.join(map(str, parts))}")
    return sign * value


def _cardinal(words: list[str]) -> float | None:
    total, group = 0.0, None
    room, last = math.inf, math.inf
    joined = True
    for place, word in enumerate(words):
        if word == "and" and not joined:
            joined = True
            continue
        if (
            word == "a"
            and place == 0
            and words[1:2]
            and (words[1] == "hundred" or words[1] in _SCALES)
        ):
            group, room = 1.0, 1.0
        elif word == "hundred" and (group is None or group < 100):
            if group is None and (place > 0 or len(words) == 1):
                return None
            group, room = (1.0 if group is None else group) * 100, 100.0
        elif word in _SCALES and group is not None and _SCALES[word] < last:
            last = _SCALES[word]
            total, group, room = total + group * last, None, last
        else:
            value: float | None = _SMALL.get(word, _TENS.get(word))
            if value is None:
                value = digits(word)
            if value is None or value >= room or (group is not None and value == 0):
                return None
            group = value + (group or 0.0)
            room = 10.0 if word in _TENS else 1.0
        joined = False
    return None if joined else total + (group or 0.0)
