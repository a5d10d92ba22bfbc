"""The words of names written without spaces, found by table: from both ends and between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from abmkit.domain.matching.names.classes import (
    NUMERALS,
    WordClass,
    districts,
    places,
    regions,
    short_districts,
    unspaced,
)
from abmkit.domain.values.names import HAN

# Words that begin with a sign that ends places: 平安区块链 is not in 平安区.
_NO_PLACE_BEFORE = frozenset(("区块", "区域", "市场", "市政", "县域", "州际", "镇流"))
Word = tuple[str, int]

# Legal forms within a name, before the branch: 中国电信股份有限公司广东分公司.
_LEGAL_FORMS = frozenset(
    ("有限公司", "有限责任公司", "股份有限公司", "股份公司", "责任有限公司", "有限责任")
)
# What stands where its place says which one it is.
_BRANCHES_TEXT = (
    "分公司 子公司 分行 支行 中心支行 支公司 中心支公司 分理处 营业部 营业厅 营业所 办事处 代表处 "
    "分局 分店 分院 分校 派出所 管理处 管理站 供电局 信用社 联社 "
)
BRANCHES = frozenset(_BRANCHES_TEXT.split())
# What is counted without 第: 三局, 一中, 二公司.
_COUNTED_TEXT = (
    "局 公司 厂 院 队 处 所 站 段 矿 分公司 分局 分厂 总厂 "
    "大队 支队 中队 总队 分队 中学 小学 中学校 小学校 医院 工程局 工程处 工程公司 工程队 "
    "车间 监狱 营业部 分院 分校 项目部 幼儿园 研究所 研究院 设计院 采油厂 法院 高中 初中 "
    "地质队 部队 电厂 水厂 航局 工厂 事业部 经理部 "
)
_COUNTED = frozenset(_COUNTED_TEXT.split())
_JOINING = "和与及暨"
LEGAL, CORE = -1, int(WordClass.CORE)
PLACE, TRADE = int(WordClass.PLACE), int(WordClass.TRADE)
KIND, NUMBER = int(WordClass.KIND), int(WordClass.NUMBER)
GENERIC = int(WordClass.GENERIC)
_TOWN = re.compile(f"[{HAN}]{{2,3}}?(?:镇|乡|街道)(?=[{HAN}]{{2}})")


def _sizes(words: Iterable[str], sign: int) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[sign], set()).add(len(word))
    return {sign: tuple(sorted(lengths, reverse=True)) for sign, lengths in sizes.items()}


@cache
def _endings() -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """What may end a name, by class; and how long that may be by its last sign, longest first."""
    endings: dict[str, int] = dict.fromkeys(places(), PLACE)
    endings |= {word: int(kind) for word, kind in unspaced().items()}
    endings |= dict.fromkeys(_LEGAL_FORMS, LEGAL)
    return endings, _sizes(endings, -1)


@cache
def _within() -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """What may stand within a name, by class; and how long that may be by its first sign."""
    within = dict.fromkeys(short_districts(), PLACE) | _endings()[0]
    return within, _sizes(within, 0)


@cache
def _beginnings() -> dict[str, tuple[int, ...]]:
    """How long a place may be by its first sign, longest first."""
    return _sizes(places(), 0)


def places_before(text: str) -> tuple[list[str], int, int]:
    """The places that a name begins with, where they end, and how long the last one is."""
    known, of_region, beginnings = places(), regions(), _beginnings()
    before: list[str] = []
    start, last, end = 0, 0, len(text)
    while end - start > 2:
        for size in beginnings.get(text[start], ()):
            place = known.get(text[start : start + size]) if size < end - start else None
            if place and text[start + size - 1 : start + size + 1] in _NO_PLACE_BEFORE:
                continue
            # A second short place is likelier a brand, but for a city after its region: 广州白云山.
            if place and (not before or size > 2 or (len(before) == 1 and before[0] in of_region)):
                break
        else:
            if not before:
                break
            own = districts().get(before[-1], {})
            size = next((n for n in (3, 2) if text[start : start + n] in own), 0)
            place = own.get(text[start : start + size])
            if not place and (town := _TOWN.match(text, start)):
                place, size = town[0], len(town[0])
            if not place or end - start - size < 2:
                break
        before.append(place)
        start += size
        last = size
    return before, start, last


def _ordinal(text: str, start: int, end: int, after: Word | None) -> int:
    """How many signs before `end` are an ordinal, given the word after them; 0 for none."""
    place = end
    while place > start and text[place - 1] in NUMERALS:
        place -= 1
    if place == end or after is None:
        return 0
    if place > start and text[place - 1] == "第":
        return end - place + 1
    number = text[place:end]
    # 八一 and 五四 are dates, and brands; 三公司 alone is a brand's beginning at most.
    dated = len(number) == 2 and "十" not in number and "百" not in number
    if dated or (len(number) < 3 and (after[0] not in _COUNTED or place < 1 or place - start == 1)):
        return 0
    return end - place


def _numbered(ordinal: str) -> str:
    return ordinal if ordinal[0] == "第" else "第" + ordinal


def _ends(text: str, start: int, end: int, kinds: dict[str, int]) -> bool:
    """Whether a known word or a numeral stands before `end`."""
    return text[end - 1] in NUMERALS or any(
        text[place:end] in kinds for place in range(start, end - 1)
    )


def words_after(text: str, start: int) -> tuple[list[Word], int]:
    """The words that a name ends with, in its order, and where they begin."""
    known = places()
    kinds, endings = _endings()
    words: list[Word] = []
    end = len(text)
    while end > start:
        found = None
        for size in endings.get(text[end - 1], ()):
            if size > end - start:
                continue
            word = text[end - size : end]
            kind = kinds.get(word)
            if kind is None:
                continue
            if kind == PLACE:
                # Before a trade it stood in brackets, which keys don't have: 百济神州（北京）生物.
                traded = any(of == TRADE for _, of in words)
                if end - start > size + traded:
                    found = (known[word], kind)
            elif kind == LEGAL:
                found = ("", kind) if end - start > size else None
            elif size > 1 or end - start > 3 or _ends(text, start, end - 1, kinds):
                found = (word, kind)
            if found:
                end -= size
                break
        else:
            size = _ordinal(text, start, end, words[-1] if words else None)
            if size:
                found = (_numbered(text[end - size : end]), NUMBER)
                end -= size
            elif words and words[-1][0] in BRANCHES:
                size = next((n for n in (3, 2) if text[end - n : end] in short_districts()), 0)
                if size and end - size > start:
                    found = (short_districts()[text[end - size : end]], PLACE)
                    end -= size
            elif words and text[end - 1] in _JOINING and end - start > 2:
                before = endings.get(text[end - 2], ())
                if any(
                    1 < n < end - start and text[end - 1 - n : end - 1] in kinds for n in before
                ):
                    found = ("", LEGAL)
                    end -= 1
        if not found:
            break
        if found[0]:
            words.append(found)
    words.reverse()
    return words, end


# What a word costs, and a name of its own: by its first sign, its second, each further one.
_WORD, _UNIT, _OWN, _SECOND, _FURTHER, _AFTER_TRADE = 1.0, 2.4, 3.5, -0.3, 0.6, 1.2
_OPEN, _TRADED, _ONE, _MORE = range(4)


def words_within(text: str, after: Word | None) -> list[Word]:
    """The words of what stands between a name's beginning and its end, by the least cost."""
    kinds, sizes = _within()
    known = places()
    never = 1e9
    count = len(text)
    # The least cost of each state at each sign, and whence: (start, state, word, class).
    costs = [[never] * 4 for _ in range(count + 1)]
    whence: list[list[tuple[int, int, str, int] | None]] = [[None] * 4 for _ in range(count + 1)]
    costs[0][_OPEN] = 0.0

    def reach(place: int, state: int, cost: float, by: tuple[int, int, str, int]) -> None:
        if cost < costs[place][state]:
            costs[place][state] = cost
            whence[place][state] = by

    for start in range(count):
        here = costs[start]
        sign = text[start]
        reach(start + 1, _ONE, here[_OPEN] + _OWN, (start, _OPEN, sign, CORE))
        reach(start + 1, _ONE, here[_TRADED] + _OWN + _AFTER_TRADE, (start, _TRADED, sign, CORE))
        reach(start + 1, _MORE, here[_ONE] + _SECOND, (start, _ONE, sign, CORE))
        reach(start + 1, _MORE, here[_MORE] + _FURTHER, (start, _MORE, sign, CORE))
        state = min(range(4), key=here.__getitem__)
        best = here[state]
        for size in sizes.get(sign, ()):
            end = start + size
            word = text[start:end]
            kind = kinds.get(word) if end <= count else None
            if kind is None or (kind == LEGAL and not start):
                continue
            cost = best + (_WORD if size > 1 else _UNIT)
            shown = known.get(word) or short_districts().get(word, word) if kind == PLACE else word
            traded = _OPEN if kind in (PLACE, KIND, LEGAL) else _TRADED
            reach(end, traded, cost, (start, state, shown, kind))
        if sign == "第" or sign in NUMERALS:
            end = start + 1
            while end < count and text[end] in NUMERALS:
                end += 1
            following = _first(text[end:], sizes, kinds) or (after if end == count else None)
            if _ordinal(text, start - (start > 0), end, following) == end - start:
                shown = _numbered(text[start:end])
                reach(end, _OPEN, best + _WORD, (start, state, shown, NUMBER))
    place, words, own = count, list[Word](), ""
    state = min(range(4), key=costs[place].__getitem__)
    while place:
        by = whence[place][state]
        assert by is not None
        if by[3] == CORE:
            own = by[2] + own
        if by[3] != CORE or state == _ONE:
            words.append((own, CORE) if own else (by[2], by[3]))
            own = ""
        place, state = by[0], by[1]
    words.reverse()
    return words


def _first(text: str, sizes: dict[str, tuple[int, ...]], kinds: dict[str, int]) -> Word | None:
    """The longest known word that a text begins with."""
    for size in sizes.get(text[:1], ()):
        kind = kinds.get(text[:size])
        if kind is not None:
            return text[:size], kind
    return None
