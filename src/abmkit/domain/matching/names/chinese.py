"""Chinese names, and others written without spaces, by their parts: place, brand, trade, kind.

The parts are found by table, from both ends: places before the brand; trades, kinds of
institutions, ordinals and places after it. What is left in the middle is the brand, one word; where
that is long it is taken apart at the words that leave the least unexplained.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from abmkit.domain.data import rows
from abmkit.domain.matching.names.classes import NUMERALS, places
from abmkit.domain.matching.names.segments import (
    CORE,
    GENERIC,
    KIND,
    NUMBER,
    TRADE,
    Word,
    places_before,
    words_after,
    words_within,
)
from abmkit.domain.values.names import HAN
from abmkit.domain.values.simplified import simplified

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HANGUL = "\uac00-\ud7a3"
UNSPACED = f"{HAN}々{KANA}{HANGUL}"
_RUNS = re.compile(f"[{HAN}々]+|[{KANA}]+|[{HANGUL}]+|[^{UNSPACED}\\s]+")
# What is said of a trade, and no brand of its own: 新产业, 大数据.
_SAID_OF_TRADES = frozenset("新大小高中东南西北电光")
# The signs that stand for provinces and Shenzhen, and these.
_AREAS = (
    "京北京 津天津 冀河北 晋山西 蒙内蒙古 辽辽宁 吉吉林 黑黑龙江 沪上海 苏江苏 "
    "浙浙江 皖安徽 闽福建 赣江西 鲁山东 豫河南 鄂湖北 湘湖南 粤广东 桂广西 琼海南 "
    "渝重庆 川四川 贵贵州 黔贵州 云云南 滇云南 藏西藏 陕陕西 秦陕西 甘甘肃 陇甘肃 "
    "青青海 宁宁夏 新新疆 深深圳 穗广州 蓉成都 甬宁波 申上海"
)
_SIGNS = {area[0]: area[1:] for area in _AREAS.split()}
_REGIONS = frozenset(
    ["华东", "华南", "华北", "华中", "华西", "东北", "西北", "西南", "中南", "亚太"]
)


def has_unspaced(values: pa.StringArray) -> bool:
    """Whether any text may be in a script whose words need no spaces between them."""
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return False
    start, end = np.frombuffer(offsets, dtype="int32")[[values.offset, values.offset + len(values)]]
    # The first byte in UTF-8 of U+3000 and above.
    return bool((np.frombuffer(memoryview(data)[start:end], dtype="uint8") >= 0xE3).any())


class Parts(NamedTuple):
    """The parts of a name, each in the order in which it has them."""

    places: tuple[str, ...]
    """The places that it begins with."""
    rest: tuple[Word, ...]
    """The words after them, each with its class."""

    def words(self) -> list[str]:
        """All words, in the order of the name."""
        return [*self.places, *(word for word, _ in self.rest)]

    def _of(self, *kinds: int) -> tuple[str, ...]:
        return tuple(word for word, kind in self.rest if kind in kinds)

    @property
    def brand(self) -> str:
        """What is its own; empty where a name has nothing but what others have as well."""
        return next(iter(self._of(CORE)), "")

    @property
    def trades(self) -> tuple[str, ...]:
        """What a company does, or an office is for."""
        return self._of(TRADE)

    @property
    def organisation(self) -> tuple[str, ...]:
        """Kinds of institutions and units, and generic words."""
        return self._of(KIND, GENERIC)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of institutions and units."""
        return self._of(KIND)


def _mended(before: list[str], text: str, last: int, words: list[Word]) -> list[Word]:
    """The words after the first places, with a brand where one sign or none was left for it."""
    first, kind = words[0] if words else ("", KIND)
    if kind == CORE and len(first) == 1:
        following = words[1][1] if len(words) > 1 else KIND
        if following in (TRADE, GENERIC, KIND) and (first in _SAID_OF_TRADES or not before):
            return [(first + words[1][0], CORE), *words[2:]] if len(words) > 1 else words
        if before and text != before[-1] and len(words) > 1:
            # 南京市京剧团: what a place is written with ends it.
            return [(first + words[1][0], words[1][1]), *words[2:]]
        if before:
            before.pop()
            return [(text[:last] + first, CORE), *words[1:]]
    elif kind in (TRADE, GENERIC) and not before:
        return [(first, CORE), *words[1:]]
    elif kind == NUMBER and not before and not any(of == KIND for _, of in words):
        brand = "".join(word for word, _ in words[:2])
        return [(brand, CORE), *words[2:]]
    elif (
        (len(before) > 1 or text in _REGIONS)
        and text in (before[-1], before[-1][:-1])
        and not {CORE, KIND} & {of for _, of in words}
    ):
        # 广州白云电器, 华东医药: what a company is called after a district or a region.
        before.pop()
        return [(text, CORE), *words]
    return words


@lru_cache(maxsize=400_000)
def parts(text: str) -> Parts:
    """The parts of a name without spaces, in one script, with simplified signs."""
    before, start, last = places_before(text)
    words, end = words_after(text, start)
    brand = text[start:end]
    if len(brand) > 3:
        counted = words[0] if words and brand[-1] in NUMERALS else None
        words = [*words_within(brand, counted), *words]
    elif len(brand) > 2 and brand[-1] == "酒":
        words = [(brand[:-1], CORE), ("酒", TRADE), *words]
    elif brand:
        words.insert(0, (brand, CORE))
    words = _mended(before, text[start - last : start], last, words)
    return Parts(tuple(before), tuple(words or ([] if before else [(text, CORE)])))


def is_place(text: str) -> bool:
    """Whether a text is the name of a Chinese place."""
    return simplified(text) in places()


def area_of(sign: str) -> str | None:
    """The place that a sign stands for, as 沪 for 上海; None for other signs."""
    return _SIGNS.get(sign)


@cache
def _readings() -> dict[int, str]:
    return {ord(sign): row["syllable"] for row in rows("pinyin.csv") for sign in row["signs"]}


def pinyin(text: str) -> str | None:
    """A text of simplified signs alone in pinyin, without tones: 小米 is xiaomi."""
    read = text.translate(_readings())
    return None if text.isascii() or not (read.isascii() and read.isalpha()) else read


_DIGIT_ZERO = re.compile("(?<=[一二三四五六七八九])0(?=[一二三四五六七八九])")
_ORDINAL_DIGITS = re.compile("第([0-9]{1,2})(?![0-9])")
_DIGITS = "〇一二三四五六七八九"


def _in_signs(match: re.Match[str]) -> str:
    tens, ones = divmod(int(match[1]), 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return "第" + ten + (_DIGITS[ones] if ones or not tens else "")


def unspaced_words(key: str) -> str:
    """A name key whose words need no spaces between them, with spaces between them.

    北京小米科技 is `北京 小米 科技`, ソニーグループ is `ソニー グループ`; ordinals are words
    as 第三, however they are written; what stands in other scripts stays as it is.
    """
    if "第" in key:
        key = _ORDINAL_DIGITS.sub(_in_signs, key)
    if "0" in key:
        key = _DIGIT_ZERO.sub("〇", key)
    words: list[str] = []
    for run in _RUNS.findall(key):
        if run[0] < "\u3041":
            words.append(run)
        else:
            found = parts(run)
            words += found.places
            words += [word for word, _ in found.rest]
    return " ".join(words) or key
