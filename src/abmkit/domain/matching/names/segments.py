"""The words of names written without spaces, found by table: from both ends and between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from abmkit.domain.matching.names.classes import (
    NUMERALS,
    PLACE_BY_UNIT,
    WordClass,
    districts,
    places,
    regions,
    short_districts,
    unspaced,
)
from abmkit.domain.values.names import HAN

# Words that begin with a sign that ends places: 平安区块链 is not in 平安区.
_NO_PLACE_BEFORE = frozenset(("国共", "区块", "区域", "市场", "市政", "县域", "州际", "镇流"))
Word = tuple[str, int]

# Legal forms within a name, before the branch: 中国电信股份有限公司广东分公司.
_LEGAL_FORMS = frozenset(
    ("有限公司", "有限责任公司", "股份有限公司", "股份公司", "责任有限公司", "有限责任")
)
# What stands where its place says which one it is.
_BRANCHES_TEXT = (
    "分公司 子公司 分行 支行 中心支行 支公司 中心支公司 分理处 营业部 营业厅 营业所 办事处 代表处 "
    "分局 分店 分院 分校 派出所 信用社 联社 "
)
BRANCHES = frozenset(_BRANCHES_TEXT.split())
# What is counted without 第: 三局, 一中, 二公司.
_COUNTED_TEXT = (
    "局 公司 厂 院 队 处 所 站 段 矿 分公司 分局 分厂 总厂 "
    "大队 支队 中队 总队 分队 中学 小学 中学校 小学校 医院 工程局 工程处 工程公司 工程队 "
    "车间 监狱 营业部 分院 分校 项目部 幼儿园 研究所 研究院 设计院 采油厂 法院 高中 初中 "
    "地质队 部队 人民 中心医院 电厂 水厂 航局 工厂 事业部 经理部 "
)
_COUNTED = frozenset(_COUNTED_TEXT.split())
# Kinds that are the end of a brand as often, but after a known word.
_NEVER_ALONE = frozenset("科部室场办委店园馆社")
_JOINING = "和与及暨"
_SAME = {"中医医院": "中医院", "小学校": "小学", "中学校": "中学", "初级中学校": "初级中学"}
LEGAL, CORE = -1, int(WordClass.CORE)
PLACE, TRADE = int(WordClass.PLACE), int(WordClass.TRADE)
KIND, NUMBER = int(WordClass.KIND), int(WordClass.NUMBER)
GENERIC = int(WordClass.GENERIC)
# What a word costs, one of a single sign, one that joins; a name of its own by how many signs.
_WORD, _DISTRICT, _UNIT, _JOINT, _AFTER_TRADE = 1.0, 1.8, 2.4, 1.6, 1.2
_OWN = (0.0, 3.5, 3.2, 3.8, 4.6, *(6.0 + 1.6 * more for more in range(60)))
_OPEN, _TRADED, _OWNED = range(3)
_COUNT, _NAMED_PLACE = 0.2, -1.5
_ENDS_PLACES = "镇乡村道路街区"
_NEVER = 1e9
_Step = tuple[int, int, str, int]
_NOWHERE: _Step = (0, 0, "", CORE)
# Longer texts are no names.
_MOST_SIGNS = 60
_TOWN = re.compile(f"[{HAN}]{{2,3}}?(?:镇|乡|街道|新区)(?=[{HAN}]{{2}})")


def _sizes(words: Iterable[str], sign: int) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[sign], set()).add(len(word))
    return {sign: tuple(sorted(lengths, reverse=True)) for sign, lengths in sizes.items()}


@cache
def _endings() -> tuple[dict[str, Word], dict[str, tuple[int, ...]]]:
    """What may end a name, as a word; and how long that may be by its last sign, longest first."""
    kinds: dict[str, int] = dict.fromkeys(places(), PLACE)
    kinds |= {word: int(kind) for word, kind in unspaced().items()}
    kinds |= dict.fromkeys(_LEGAL_FORMS, LEGAL)
    return {word: (_shown(word, kind), kind) for word, kind in kinds.items()}, _sizes(kinds, -1)


class _Within(NamedTuple):
    """A word as it may stand within a name."""

    kind: int
    shown: str
    """As it is among the words; empty for what is left out."""
    cost: float
    state: int
    """What may follow it."""


@cache
def _within() -> tuple[dict[str, _Within], dict[str, tuple[int, ...]]]:
    """What may stand within a name; and how long that may be by its first sign."""
    within: dict[str, _Within] = {}
    known = {word: (shown, PLACE) for word, shown in short_districts().items()} | _endings()[0]
    for word, (shown, kind) in known.items():
        district = kind == PLACE and word not in places()
        cost = _DISTRICT if district else _UNIT if len(word) == 1 else _WORD
        state = _OPEN if kind in (PLACE, KIND, LEGAL) else _TRADED
        within[word] = _Within(kind, shown, cost, state)
    return within, _sizes(within, 0)


_JOINED = _Within(LEGAL, "", _JOINT, _TRADED)


@cache
def _beginnings() -> dict[str, tuple[int, ...]]:
    """How long a place may be by its first sign, longest first."""
    return _sizes(places(), 0)


_NONE: dict[str, str] = {}


def places_before(text: str) -> tuple[list[str], int, int]:
    """The places that a name begins with, where they end, and how long the last one is."""
    known, of_region, beginnings, within = places(), regions(), _beginnings(), districts()
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
            own = within.get(before[-1], _NONE)
            size = 3
            place = own.get(text[start : start + 3])
            if place is None:
                size = 2
                place = own.get(text[start : start + 2])
            if place and text[start + size : start + size + 2] == "新区":
                size += 2
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
    if dated or place < 1 or (len(number) < 3 and (after[0] not in _COUNTED or place - start == 1)):
        return 0
    return end - place


def _numbered(ordinal: str) -> str:
    return ordinal if ordinal[0] == "第" else "第" + ordinal


def _ends(text: str, start: int, end: int) -> bool:
    """Whether a word of at least two signs or a numeral stands before `end`."""
    kinds, endings = _endings()
    return text[end - 1] in NUMERALS or any(
        1 < size <= end - start and text[end - size : end] in kinds
        for size in endings.get(text[end - 1], ())
    )


def words_after(text: str, start: int) -> tuple[list[Word], int]:
    """The words that a name ends with, in its order, and where they begin."""
    known, endings = _endings()
    words: list[Word] = []
    end = len(text)
    traded = False
    while end > start:
        left = end - start
        found, size = None, 0
        for size in endings.get(text[end - 1], ()):
            if size > left or (word := known.get(text[end - size : end])) is None:
                continue
            kind = word[1]
            if kind == PLACE:
                # Before a trade it stood in brackets, which keys don't have: 百济神州（北京）生物.
                stands = left > size + traded
            elif kind == LEGAL:
                stands = left > size
            elif size > 1 or (left > 3 and text[end - 1] not in _NEVER_ALONE):
                stands = True
            else:
                stands = left > 1 and _ends(text, start, end - 1)
            if stands:
                found = word
                break
        if found is None:
            found, size = _other_word(text, start, end, words[-1] if words else None)
            if found is None:
                break
        end -= size
        if found[0]:
            words.append(found)
            traded = traded or found[1] == TRADE
    words.reverse()
    return words, end


def _other_word(text: str, start: int, end: int, after: Word | None) -> tuple[Word | None, int]:
    """A word before `end` that is one by the word after it, and how long it is."""
    if text[end - 1] == "中" and start <= end - 2 > 0 and text[end - 2] in NUMERALS:
        return ("中学", KIND), 1
    if after is None:
        return None, 0
    size = _ordinal(text, start, end, after)
    if size:
        return (_numbered(text[end - size : end]), NUMBER), size
    if after[0] in BRANCHES:
        for size in (3, 2):
            district = short_districts().get(text[end - size : end])
            if district and end - size > start:
                return (district, PLACE), size
    if text[end - 1] in _JOINING and end - start > 2 and _ends(text, start, end - 1):
        return ("", LEGAL), 1
    return None, 0


def words_within(text: str, after: Word | None) -> tuple[Word, ...]:
    """The words of what stands between a name's beginning and its end, by the least cost."""
    count = len(text)
    steps = _steps(text, after) if count <= _MOST_SIGNS else {}
    if not steps:
        return ((text, CORE),)
    nodes = sorted({0, count, *steps, *(end for each in steps.values() for end, _ in each)})
    # The least cost of each state at each sign, and whence: (start, state, word, class).
    costs = [_NEVER] * (3 * count + 3)
    whence: list[_Step] = [_NOWHERE] * (3 * count + 3)
    costs[_OPEN] = 0.0
    for which, start in enumerate(nodes):
        opened, traded, owned = costs[3 * start : 3 * start + 3]
        base, source = opened, _OPEN
        if traded + _AFTER_TRADE < opened:
            base, source = traded + _AFTER_TRADE, _TRADED
        if base < _NEVER:
            for end in nodes[which + 1 :]:
                cost, kind = base + _OWN[end - start], CORE
                if text[end - 1] in _ENDS_PLACES and PLACE_BY_UNIT.fullmatch(text, start, end):
                    cost, kind = cost + _NAMED_PLACE, PLACE
                if cost < costs[3 * end + _OWNED]:
                    costs[3 * end + _OWNED] = cost
                    whence[3 * end + _OWNED] = (start, source, text[start:end], kind)
        best = min(opened, traded, owned)
        state = _OWNED if best == owned else _OPEN if best == opened else _TRADED
        for end, (kind, shown, cost, following) in steps.get(start, ()):
            if start and state != _OWNED and cost == _UNIT:
                cost = _WORD
            if best + cost < costs[3 * end + following]:
                costs[3 * end + following] = best + cost
                whence[3 * end + following] = (start, state, shown, kind)
    words: list[Word] = []
    place = count
    state = min(range(3), key=costs[3 * count :].__getitem__)
    while place:
        place, state, shown, kind = whence[3 * place + state]
        if kind == CORE and len(shown) == 1 and words and words[-1][1] == TRADE:
            # 中石油: one sign is no brand, and makes one of the trade after it.
            words[-1] = (shown + words[-1][0], CORE)
        elif shown:
            words.append((shown, kind))
    return tuple(reversed(words))


def _steps(text: str, after: Word | None) -> dict[int, list[tuple[int, _Within]]]:
    """The known words within a text: for each place where one begins, where they end."""
    within, sizes = _within()
    count = len(text)
    steps: dict[int, list[tuple[int, _Within]]] = {}
    for start, sign in enumerate(text):
        for size in sizes.get(sign, ()):
            word = within.get(text[start : start + size])
            if word and start + size <= count and (start or word.kind != LEGAL):
                steps.setdefault(start, []).append((start + size, word))
        if sign == "第" or sign in NUMERALS:
            end = _numeral_end(text, start)
            counted = _first(text[end:]) or (after if end == count else None)
            if end - start == _ordinal(text, 0, end, counted) > 0:
                number = _Within(NUMBER, _numbered(text[start:end]), _COUNT, _OPEN)
                steps.setdefault(start, []).append((end, number))
        elif sign in _JOINING and start and _ends(text, 0, start):
            steps.setdefault(start, []).append((start + 1, _JOINED))
    return steps


def _numeral_end(text: str, start: int) -> int:
    """Where an ordinal or a numeral that begins at `start` ends."""
    end = start + (text[start] == "第")
    while end < len(text) and text[end] in NUMERALS:
        end += 1
    return end


def _shown(word: str, kind: int) -> str:
    if kind == PLACE:
        return places()[word]
    return _SAME.get(word, "" if kind == LEGAL else word)


def _first(text: str) -> Word | None:
    """The longest known word that a text begins with."""
    within, sizes = _within()
    for size in sizes.get(text[:1], ()):
        word = within.get(text[:size])
        if word:
            return text[:size], word.kind
    return None
