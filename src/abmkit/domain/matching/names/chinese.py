"""Chinese names, and others written without spaces, by their parts: place, brand, trade.

The parts are found by table, from both ends: places before the brand, trades, organisation and
places after it. What is left in the middle is the brand, one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from abmkit.domain.data import rows
from abmkit.domain.values.names import HAN
from abmkit.domain.values.simplified import simplified

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HANGUL = "\uac00-\ud7a3"
UNSPACED = f"{HAN}々{KANA}{HANGUL}"
_RUNS = re.compile(f"[{HAN}々]+|[{KANA}]+|[{HANGUL}]+|[^{UNSPACED}\\s]+")
# What is said of a trade, and no brand of its own: 新产业, 大数据.
_SAID_OF_TRADES = frozenset("新大小高中东南西北电")
# Words that begin with a sign that ends places: 平安区块链 is not in 平安区.
_NO_PLACE_BEFORE = frozenset(("区块", "区域", "市场", "市政", "县域", "州际", "镇流"))
# The signs that stand for provinces and Shenzhen, and these.
_AREAS = (
    "京北京 津天津 冀河北 晋山西 蒙内蒙古 辽辽宁 吉吉林 黑黑龙江 沪上海 苏江苏 "
    "浙浙江 皖安徽 闽福建 赣江西 鲁山东 豫河南 鄂湖北 湘湖南 粤广东 桂广西 琼海南 "
    "渝重庆 川四川 贵贵州 云云南 藏西藏 陕陕西 甘甘肃 青青海 宁宁夏 新新疆 深深圳"
)
_SIGNS = {area[0]: area[1:] for area in _AREAS.split()}
# As exchanges name companies by area, brand and sort of share.
_OF_AREA = re.compile(rf"([{''.join(_SIGNS)}]) ?([{HAN}]{{2,}})[ABＡＢ]")
# Cities whose short names are more often brands or regions.
_NO_CITIES = frozenset(("东方", "平安", "长安", "华安", "阿里"))


def has_unspaced(values: pa.StringArray) -> bool:
    """Whether any text may be in a script whose words need no spaces between them."""
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return False
    start, end = np.frombuffer(offsets, dtype="int32")[[values.offset, values.offset + len(values)]]
    # The first byte in UTF-8 of U+3000 and above.
    return bool((np.frombuffer(memoryview(data)[start:end], dtype="uint8") >= 0xE3).any())


class Parts(NamedTuple):
    """The parts of a name, each in the order in which it has them; the brand may be empty."""

    places: tuple[str, ...]
    brand: str
    trades: tuple[str, ...]
    organisation: tuple[str, ...]
    after: tuple[str, ...]

    def words(self) -> list[str]:
        """All parts, in the order of the name as far as that matters."""
        brand = (self.brand,) if self.brand else ()
        return [*self.places, *brand, *self.trades, *self.organisation, *self.after]


@cache
def _places() -> dict[str, str]:
    """Places as written and as words: 深圳市 and 深圳 are 深圳."""
    words: dict[str, str] = {}
    table = rows("name_parts.csv")
    zones = {row["word"] for row in table if row["kind"] == "zone"}
    for row in table:
        if row["kind"] in ("place", "zone"):
            word = row["word"]
            unit = len(word) > 2 and word[-1] in "市区县" and word not in zones
            words[word] = word[:-1] if unit else word
    for row in rows("chinese_cities.csv"):
        full, short = row["full"], row["short"]
        words[full] = short or (full[:-1] if len(full) > 2 and full.endswith("市") else full)
        if short and short not in _NO_CITIES:
            words[short] = short
    for row in rows("chinese_provinces.csv"):
        words[simplified(row["full"])] = words[row["short"]] = simplified(row["short"])
    return words


# Legal forms within a name, before the branch: 中国电信股份有限公司广东分公司.
_LEGAL_FORMS = frozenset(("有限公司", "有限责任公司", "股份有限公司", "股份公司"))


@cache
def _regions() -> frozenset[str]:
    """Provinces that have cities of their own."""
    cities = {"北京", "上海", "天津", "重庆"}
    regions = {simplified(row["short"]) for row in rows("chinese_provinces.csv")}
    return frozenset(regions - cities)


_PLACE, _TRADE, _ORGANISATION, _LEGAL_FORM = range(4)


@cache
def _endings() -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """What may end a name, by kind; and how long that may be by its last sign, longest first."""
    kinds = {"trade": _TRADE, "organisation": _ORGANISATION}
    endings = dict.fromkeys(_places(), _PLACE)
    endings |= {
        row["word"]: kinds[row["kind"]] for row in rows("name_parts.csv") if row["kind"] in kinds
    }
    endings |= dict.fromkeys(_LEGAL_FORMS, _LEGAL_FORM)
    return endings, _sizes(endings, -1)


@cache
def _beginnings() -> dict[str, tuple[int, ...]]:
    """How long a place may be by its first sign, longest first."""
    return _sizes(_places(), 0)


def _sizes(words: Iterable[str], sign: int) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[sign], set()).add(len(word))
    return {sign: tuple(sorted(lengths, reverse=True)) for sign, lengths in sizes.items()}


def is_place(text: str) -> bool:
    """Whether a text is the name of a Chinese place."""
    return simplified(text) in _places()


def of_area(name: str) -> str | None:
    """The place and the brand of a name as exchanges have it: 深康佳Ａ is 深圳康佳."""
    match = _OF_AREA.fullmatch(name)
    return _SIGNS[match[1]] + match[2] if match else None


def area_of(sign: str) -> str | None:
    """The place that a sign stands for, as 沪 for 上海; None for other signs."""
    return _SIGNS.get(sign)


@lru_cache(maxsize=400_000)
def parts(text: str) -> Parts:
    """The parts of a name without spaces, in one script, with simplified signs."""
    places, regions, beginnings = _places(), _regions(), _beginnings()
    before: list[str] = []
    start, last, end = 0, 0, len(text)
    while end - start > 2:
        for size in beginnings.get(text[start], ()):
            place = places.get(text[start : start + size]) if size < end - start else None
            if place and text[start + size - 1 : start + size + 1] in _NO_PLACE_BEFORE:
                continue
            # A second short place is likelier a brand, but for a city after its region: 广州白云山.
            if place and (not before or size > 2 or (len(before) == 1 and before[0] in regions)):
                before.append(place)
                start += size
                last = size
                break
        else:
            break
    kinds, endings = _endings()
    trades: list[str] = []
    organisation: list[str] = []
    after: list[str] = []
    while end - start > 1:
        for size in endings.get(text[end - 1], ()):
            if size > end - start:
                continue
            word = text[end - size : end]
            kind = kinds.get(word)
            if kind == _TRADE:
                trades.append(word)
            elif kind == _ORGANISATION and (size > 1 or end - start > 3):
                organisation.append(word)
            # Before a trade it stood in brackets, which keys don't have: 百济神州（北京）生物.
            elif kind == _PLACE and end - start > size + bool(trades):
                after.append(places[word])
            elif kind != _LEGAL_FORM or end - start == size:
                continue
            end -= size
            break
        else:
            break
    brand = text[start:end]
    if len(brand) > 2 and brand[-1] == "酒":
        brand, trades = brand[:-1], [*trades, "酒"]
    for words in (trades, organisation, after):
        words.reverse()
    if len(brand) == 1:
        if trades and (brand in _SAID_OF_TRADES or not before):
            brand += trades.pop(0)
        elif before:
            brand = text[start - last : start] + brand
            before.pop()
    elif not brand and not before and trades:
        brand = trades.pop(0)
    return Parts(tuple(before), brand, tuple(trades), tuple(organisation), tuple(after))


@cache
def _readings() -> dict[int, str]:
    return {ord(sign): row["syllable"] for row in rows("pinyin.csv") for sign in row["signs"]}


def pinyin(text: str) -> str | None:
    """A text of simplified signs alone in pinyin, without tones: 小米 is xiaomi."""
    read = text.translate(_readings())
    return None if text.isascii() or not (read.isascii() and read.isalpha()) else read


def unspaced_words(key: str) -> str:
    """A name key whose words need no spaces between them, with spaces between them.

    北京小米科技 is `北京 小米 科技`, ソニーグループ is `ソニー グループ`; what stands in other
    scripts stays as it is.
    """
    words: list[str] = []
    for run in _RUNS.findall(key):
        words += parts(run).words() if run[0] >= "\u3041" else [run]
    return " ".join(words) or key
