"""Why an account is where it is, in plain words: what earned it points, and what nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition
from abmkit.domain.rules.codes import SEPARATOR, UNDECIDED, UNKNOWN
from abmkit.domain.rules.scorecards import Card, Criterion, cards
from abmkit.reports.console.explain import place_of
from abmkit.reports.words import Words
from abmkit.schema.accounts import ACCOUNTS, INTERVALS, kind_of

CODES = "fit_codes"
"""What decided on each criterion's points, as the step gives it before it is put in words."""
_MOST_PARTS, _MOST_HITS = 5, 3
_FALLBACK = ("industry", "country", "employees", "revenue")
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_LARGE = 1_000_000
_REGION = re.compile(r"[A-Z]{2}-([A-Z0-9]{1,3})")


@dataclass(frozen=True)
class Told:
    """What is said of one account."""

    why: str | None
    unknown: tuple[str, ...]
    """The labels of what the scorecard asks and nobody knows, what counts most first."""


class Plain:
    """Values of accounts as a rep reads them."""

    def __init__(self, config: Config, columns: Sequence[str], words: Words) -> None:
        self.words = words
        self.symbol = _SYMBOLS.get(config.currency, f"{config.currency} ")
        self._spelled = {name.casefold(): name for name in columns}
        self._cards = {each.id: each for each in cards(config.score)}
        self._labels: dict[str, str] = {}

    def told(self, row: Mapping[str, Any]) -> Told:
        """Why an account scores what it does, what earned most first; without a scorecard, what
        it is."""
        card, codes = self._card(row), row.get(CODES)
        if card is None or codes is None:
            parts = [self.value(name, row) for name in _FALLBACK]
            return Told(self._dotted(parts), ())
        earned: list[tuple[int, int, Criterion, Condition]] = []
        unknown: list[tuple[int, int, Criterion]] = []
        for place, (criterion, code) in enumerate(
            zip(card.criteria, codes.split(SEPARATOR), strict=False)
        ):
            sign = code.strip()
            if sign in (UNKNOWN, UNDECIDED):
                unknown.append((-criterion.best, place, criterion))
            elif sign.isdigit():
                when, points = criterion.bands[int(sign) - 1]
                if points > 0:
                    earned.append((-points, place, criterion, when))
        parts = [self._met(when, row) for _, _, _, when in sorted(earned, key=lambda e: e[:2])]
        asked = (
            name for _, _, each in sorted(unknown, key=lambda e: e[:2]) for name in each.columns
        )
        lacking = [self.label(name) for name in asked if not self.knows(name, row)]
        return Told(self._dotted(parts), tuple(dict.fromkeys(lacking)))

    def _card(self, row: Mapping[str, Any]) -> Card | None:
        if "fit_card" in row:
            return self._cards.get(str(row["fit_card"]))
        return next(iter(self._cards.values()), None)

    def _dotted(self, parts: Sequence[str | None]) -> str | None:
        told = list(dict.fromkeys(part for part in parts if part))
        return self.words("list.dot").join(told[:_MOST_PARTS]) or None

    def _met(self, when: Condition, row: Mapping[str, Any]) -> str | None:
        """What of an account meets a condition."""
        values = [self.value(name, row, when) for name in when.column_names()]
        return self.words("list.comma").join(dict.fromkeys(v for v in values if v)) or None

    def knows(self, name: str, row: Mapping[str, Any]) -> bool:
        """Whether anything is known of a column of an account."""
        ends = [f"{name}_min", f"{name}_max"] if name in INTERVALS else []
        return any(self.given(each, row) is not None for each in (name, *ends))

    def given(self, name: str, row: Mapping[str, Any]) -> Any:
        """A column's value, whatever the case of its name."""
        return row.get(self._spelled.get(name.casefold(), name))

    def label(self, name: str) -> str:
        """What people call a column, within a sentence."""
        if name not in self._labels:
            label = self.words.label(name.casefold())
            if ACCOUNTS.column(name.casefold()) is None:
                label = name.replace("_", " ")
            self._labels[name] = label if label.isupper() else label[0].lower() + label[1:]
        return self._labels[name]

    def value(self, name: str, row: Mapping[str, Any], when: Condition | None = None) -> str | None:
        """A value in plain words; None where it is unknown."""
        folded = name.casefold()
        if folded in INTERVALS:
            size = self.size(folded, row)
            text = size if isinstance(size, str) or size is None else self.amount(folded, size)
            return (
                self.words("workbook.people", size=text) if text and folded == "employees" else text
            )
        value = self.given(name, row)
        if value is None:
            return None
        declared = ACCOUNTS.column(folded)
        if isinstance(value, bool):
            return self.words("workbook.is" if value else "workbook.is_not", what=self.label(name))
        if isinstance(value, list):
            hits = list(_hits(folded, value, when))[:_MOST_HITS]
            used = folded == "technologies"
            return (
                self.words("workbook.uses", what=hits)
                if used
                else self.words("list.comma").join(hits)
            )
        if isinstance(value, int | float):
            text = self.amount(folded, value)
            known = declared is not None and declared.money
            return (
                text
                if known
                else self.words("workbook.labelled", label=self.label(name), value=text)
            )
        text = value.isoformat() if isinstance(value, date) else str(value)
        if folded == "region":
            return region_text(text, self.words)
        if kind_of(folded) == "string":
            said = self.words.cell(folded, text)
            return said.replace("_", " ") if folded in ("relationship", "company_type") else said
        return self.words("workbook.labelled", label=self.label(name), value=text)

    def size(self, name: str, row: Mapping[str, Any]) -> str | int | float | None:
        """A size as the source says it: a number where it is exact, a range as a text."""
        value = self.given(name, row)
        least, most = self.given(f"{name}_min", row), self.given(f"{name}_max", row)
        if least is None and most is None:
            return value if isinstance(value, int | float) else None
        if least == most:
            return least if value is None else value  # type: ignore[no-any-return]
        if most is None:
            return self.words("value.from", least=self.amount(name, least))
        if least is None:
            return self.words("value.up_to", most=self.amount(name, most))
        upper = self.amount(name, most).removeprefix(self.symbol)
        return self.words("value.range", least=self.amount(name, least), most=upper)

    def amount(self, name: str, value: float) -> str:
        """A number as people write it: `1,001`, `$250M`."""
        declared = ACCOUNTS.column(name)
        if declared is None or not declared.money:
            if name == "founded_year":
                return str(int(value))
            if declared is None and abs(value) >= _LARGE:
                return self.words.number(value)
            return f"{value:,.10g}" if value % 1 else f"{int(value):,}"
        return f"{self.symbol}{self.words.number(value)}"

    def place(self, row: Mapping[str, Any]) -> str | None:
        """Where an account is: `Austin, TX, US`."""
        parts = {column: self.given(column, row) for column in ("city", "region", "country")}
        if parts["region"]:
            parts["region"] = region_text(parts["region"], self.words)
        return place_of(parts, self.words) or None


def region_text(region: str, words: Words) -> str:
    """A region as people write it beside its country: `TX` of `US-TX`, or its name."""
    said = words.cell("region", region)
    found = _REGION.fullmatch(said)
    return found[1] if found else said


def _hits(name: str, values: Sequence[Any], when: Condition | None) -> Iterator[str]:
    """Of a list the values that a condition asks for; all where it asks for none of them."""
    asked: list[str] = []
    for condition in _nested(when):
        for column, matcher in condition.columns.items():
            if column.casefold() == name:
                for test in (matcher.contains, matcher.in_, matcher.is_):
                    asked += [
                        str(e).casefold() for e in (test if isinstance(test, list) else [test]) if e
                    ]
    texts = [str(value) for value in values]
    hits = [text for text in texts if any(each in text.casefold() for each in asked)]
    yield from hits or texts


def _nested(when: Condition | None) -> Iterator[Condition]:
    if when is not None:
        yield when
        for part in when.any:
            yield from _nested(part)
