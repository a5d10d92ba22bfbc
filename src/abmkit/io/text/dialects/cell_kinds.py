"""What kind of value a cell holds, and how well a value suits a column."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

_NUMBER = r"[+-]?(?:\d{1,3}(?:[,.'’ ]\d{3})+|\d+)(?:[.,]\d+)?"
_CURRENCY = r"(?:USD|EUR|GBP|CNY|RMB|JPY|HKD|TWD|CHF|KRW|INR|AUD|CAD|US\$|HK\$|NT\$)"
_KINDS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("whole", r"[+-]?\d+"),
        ("number", rf"\(?{_NUMBER}\)?|[+-]?[.,]\d+|[+-]?\d+(?:\.\d+)?e[+-]?\d+"),
        ("percent", rf"{_NUMBER}\s?[%％]"),
        (
            "money",
            rf"(?:[$€£¥￥]|{_CURRENCY})\s?{_NUMBER}\s?\w{{0,3}}|{_NUMBER}\s?(?:[$€£¥￥元]|{_CURRENCY})",
        ),
        (
            "date",
            r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}:\d{2}\S*)?|\d{4}年(?:\d+月(?:\d+日)?)?",
        ),
        ("time", r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m)?"),
        ("url", r"(?:https?://|www\.)\S+"),
        ("email", r"[^\s@]+@[^\s@]+\.[^\s@]+"),
        ("domain", r"(?:[\w-]+\.)+[a-z]{2,}/?"),
        ("range", r"\d[\d,.]*\s?[-–—~至到]\s?\d[\d,.]*\s?\S{0,4}|\d[\d,.]*\s?\+\s?\S{0,3}"),
        ("code", r"(?=\D*\d)[\w./+-]+"),
        ("word", r"[^\W\d_]+"),
    )
)
TYPED = frozenset(
    {"whole", "number", "percent", "money", "date", "time", "url", "email", "domain", "range"}
)
"""Kinds that names of columns do not have."""
_ALL_KINDS = len(_KINDS) + 2
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[A-Za-z]+")
_MOST_SHAPE = 40
_WEIGHED = 60


@lru_cache(maxsize=65_536)
def kind(text: str) -> str:
    """The kind of value a text is: `whole`, `date`, `url`, …, `code`, `word`, `text`, `empty`."""
    text = text.strip()
    if not text:
        return "empty"
    if len(text) <= 300:
        for name, pattern in _KINDS:
            if pattern.fullmatch(text):
                return name
    return "text"


@lru_cache(maxsize=65_536)
def shape(text: str) -> str:
    """The form of a short text: digits as `9`, Latin letters as `a`, all else as it is."""
    short = text.strip()[:_MOST_SHAPE]
    return _LETTERS.sub("a", _DIGITS.sub(lambda m: "9" * min(len(m[0]), 4), short))


class Profile:
    """What the values of a column are like, learned from rows that are beyond doubt."""

    def __init__(self, values: Iterable[tuple[str, bool]]) -> None:
        self._seen: list[tuple[str, bool]] = []
        kinds: Counter[str] = Counter()
        shapes: Counter[str] = Counter()
        quoted: Counter[bool] = Counter()
        sizes = []
        self._broken = 0
        for text, in_quotes in values:
            found = kind(text)
            kinds[found] += 1
            if len(self._seen) < _WEIGHED:
                self._seen.append((text, in_quotes))
            if found != "empty":
                shapes[shape(text)] += 1
                quoted[in_quotes] += 1
                sizes.append(math.log(len(text) + 1))
                self._broken += "\n" in text or "\r" in text
        self.count = sum(kinds.values())
        self.filled = self.count - kinds["empty"]
        self.kinds = kinds
        self._shapes = shapes
        self._quoted = quoted
        self._size = sum(sizes) / len(sizes) if sizes else 1.0
        spread = sum((size - self._size) ** 2 for size in sizes) / max(len(sizes), 1)
        self._spread = max(math.sqrt(spread), 0.25)
        self._known: dict[tuple[str, bool], float] = {}

    @property
    def seen(self) -> list[str]:
        """The first values, in their order."""
        return [text for text, _ in self._seen]

    def main(self) -> str:
        """The kind that at least four of five filled values have, `mixed` or `empty`."""
        if not self.filled:
            return "empty"
        name, most = max(
            ((k, c) for k, c in self.kinds.items() if k != "empty"), key=lambda item: item[1]
        )
        return name if most >= 0.8 * self.filled else "mixed"

    @cached_property
    def usual_odds(self) -> float:
        """How surprising the column's own values are on average."""
        odds = [self.odds_against(text, in_quotes) for text, in_quotes in self._seen]
        return sum(odds) / len(odds) if odds else 0.0

    @property
    def odds_against_lines(self) -> float:
        """How surprising a value of several lines would be here."""
        return -math.log((self._broken + 0.3) / (self.filled + 0.6))

    def length(self) -> float:
        """The usual length of a filled value in characters."""
        return math.exp(self._size) - 1

    def odds_against(self, text: str, in_quotes: bool) -> float:
        """How surprising a value would be here: 0 for the usual, some 10 for the absurd."""
        key = (text, in_quotes)
        if key not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[key] = self._odds_against(text, in_quotes)
        return self._known[key]

    def _odds_against(self, text: str, in_quotes: bool) -> float:
        found = kind(text)
        total = self.count + 0.3 * _ALL_KINDS
        surprise = -math.log((self.kinds[found] + 0.3) / total)
        if found == "empty":
            return surprise
        surprise += -0.3 * math.log((self._quoted[in_quotes] + 0.3) / (self.filled + 0.6))
        of_form = self._shapes[shape(text)]
        variety = len(self._shapes)
        surprise += -0.5 * math.log((of_form + 0.5) / (self.filled + 0.5 * (variety + 1)))
        if found in ("text", "word", "code"):
            off = abs(math.log(len(text) + 1) - self._size) / self._spread
            surprise += 0.25 * min(off, 6.0)
        return surprise


def profiles(rows: Sequence[Sequence[tuple[str, bool]]], width: int) -> list[Profile]:
    """The profile of each column of rows that have this width."""
    return [Profile(row[at] for row in rows) for at in range(width)]
