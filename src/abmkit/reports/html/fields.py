"""The fields of an account on the page: which there are, what they are called, how they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from abmkit.domain.rules.codes import DOWN, ENTERED, MOVED, UP
from abmkit.domain.rules.scorecards import all_criteria, cards
from abmkit.exports.configured import is_personal
from abmkit.reports.console.explain import place_of
from abmkit.reports.words import Words
from abmkit.runs.result import Run
from abmkit.schema.accounts import ACCOUNTS, INTERVALS

ROW, STANDING, ABOUT, ORIGIN = "row", "standing", "about", "origin"
"""Where a field is shown: in the list; and of one account, why it stands there, what is known of
it, and where that is from."""
_CHANGES = (ENTERED, UP, DOWN, MOVED)


@dataclass(frozen=True)
class Field:
    """A field of all accounts of the list."""

    id: str
    label: str
    where: tuple[str, ...]
    keys: Sequence[Any]
    """Per account a value that tells it from others and by which it is sorted; null of unknown."""
    told: Callable[[Any], str]
    """A key in words."""
    number: bool = False


_Told = Callable[[Any, Words], str]


def _score(value: Any, words: Words) -> str:
    return f"{value:g}"


def _share(value: Any, words: Words) -> str:
    return words("page.whole_percent", share=value)


def _known(value: Any, words: Words) -> str:
    return words("page.known_points", share=value)


def _change(value: Any, words: Words) -> str:
    return words(f"change.{value}")


def _interval(key: tuple[float, float, float], words: Words) -> str:
    """An amount as it is known: exact, a range, or with an open end."""
    _, low, high = key
    if high == float("inf"):
        return words("value.from", least=words.number(low))
    if low == float("-inf"):
        return words("value.up_to", most=words.number(high))
    if low == high:
        return words.number(low)
    least, most = words.number(low), words.number(high)
    return words("value.range", least=least, most=most)


_FIRST = (
    ("tier", (ROW, STANDING)),
    ("name", (ROW,)),
    ("fit_score", (ROW,)),
    ("owner", (ROW, STANDING)),
    ("territory", (ROW, STANDING)),
    ("segment", (ROW, STANDING)),
    ("industry", (ROW, ABOUT)),
    ("place", (ROW, ABOUT)),
    ("employees", (ROW, ABOUT)),
    ("revenue", (ROW, ABOUT)),
    ("change", (ROW, STANDING)),
    ("strategy", (STANDING,)),
    ("tier_rank", (STANDING,)),
    ("tier_reason", (STANDING,)),
    ("points_to_next_tier", (STANDING,)),
    ("tier_at_best", (STANDING,)),
    ("fit_between", (STANDING,)),
    ("fit_known", (STANDING,)),
    ("fit_card", (STANDING,)),
    ("cluster", (STANDING,)),
    ("cluster_shares", (STANDING,)),
    ("previous_tier", (STANDING,)),
    ("tier_since", (STANDING,)),
    ("change_reason", (STANDING,)),
    ("churn_probability", (STANDING,)),
    ("churn_reason", (STANDING,)),
    ("exclusions", (STANDING,)),
    ("expand_from", (STANDING,)),
    ("domain", (ABOUT,)),
    ("potential", (ABOUT,)),
    ("relationship", (ABOUT,)),
    ("company_type", (ABOUT,)),
    ("listed", (ABOUT,)),
    ("founded_year", (ABOUT,)),
    ("ticker", (ABOUT,)),
    ("technologies", (ABOUT,)),
    ("parent_name", (ABOUT,)),
    ("group_accounts", (ABOUT,)),
    ("group_employees", (ABOUT,)),
    ("sources", (ORIGIN,)),
    ("merged_records", (ORIGIN,)),
    ("as_of", (ORIGIN,)),
    ("registry_ids", (ORIGIN,)),
    ("account_id", (ORIGIN,)),
)
"""The fields in the order in which they are read; `place` and `fit_between` are made of others."""
_TITLES = {
    "place": "page.a_where",
    "fit_between": "page.a_between",
    "exclusions": "page.a_exclusions",
}
"""What is called otherwise than the column."""
_TOLD: Mapping[str, _Told] = {
    "fit_score": _score,
    "points_to_next_tier": _score,
    "fit_known": _known,
    "churn_probability": _share,
    "change": _change,
}
_WHERE = ("city", "region", "country")


def fields_of(accounts: pa.Table, run: Run, words: Words) -> list[Field]:
    """The fields that some account of the list has, and those that its score is made of."""
    found = []
    asked = _asked(run)
    for name, where in _FIRST:
        field = _field(name, _title(name, run, words), where, accounts, run, words)
        if any(key is not None for key in field.keys) or name in asked:
            found.append(field)
    there = {field.id for field in found}
    for name in asked:
        if name not in there and not _of_people(name):
            title = words.label(name)
            found.append(_field(name, title, (ABOUT,), accounts, run, words))
    return found


def _title(name: str, run: Run, words: Words) -> str:
    currency = run.project.config.currency
    if name == "revenue" and currency:
        return words("page.a_revenue_in", currency=currency)
    own = _TITLES.get(name)
    return words(own) if own else words.label(name)


def _asked(run: Run) -> list[str]:
    """The columns that criteria read."""
    criteria = all_criteria(cards(run.project.config.score))
    return list(dict.fromkeys(name for each in criteria for name in each.columns))


def _of_people(name: str) -> bool:
    declared = ACCOUNTS.column(name)
    return is_personal(name) if declared is None else declared.masked == "always"


def _field(
    name: str, title: str, where: tuple[str, ...], accounts: pa.Table, run: Run, words: Words
) -> Field:
    spelled = {each.casefold(): each for each in accounts.column_names}
    if name == "place":
        parts = zip(*(_values(accounts, each) for each in _WHERE), strict=True)
        places = [place_of(dict(zip(_WHERE, each, strict=True)), words) or None for each in parts]
        return Field(name, title, where, places, str)
    if name == "fit_between":
        ends = [_values(accounts, each) for each in ("fit_low", "fit_high")]
        keys: list[Any] = [None if a in (None, b) else (a, b) for a, b in zip(*ends, strict=True)]
        return Field(
            name, title, where, keys, lambda key: words("page.between", low=key[0], high=key[1])
        )
    if name.casefold() in INTERVALS:
        three = [_values(accounts, f"{name}{end}") for end in ("", "_min", "_max")]
        keys = [_ends(*each) for each in zip(*three, strict=True)]
        return Field(name, title, where, keys, lambda key: _interval(key, words), number=True)
    values = _values(accounts, spelled.get(name.casefold(), name))
    if name == "exclusions":
        values = [_reasons(each, run) for each in values]
    if name == "change":
        values = [each if each in _CHANGES else None for each in values]
    if name == "tier":
        order = {tier.id: n for n, tier in enumerate(run.funnel.tiers)}
        keys = [(order.get(each, len(order)), each) if each else None for each in values]
        return Field(name, title, where, keys, lambda key: str(key[1]))
    first = next((each for each in values if each is not None), None)
    own = _TOLD.get(name)
    number = isinstance(first, int | float) and not isinstance(first, bool)
    keys = [tuple(each) if isinstance(each, list) else each for each in values]

    def told(key: Any) -> str:
        if own is not None:
            return own(key, words)
        if isinstance(key, tuple):
            return words("list.comma").join(words.cell(name, each) for each in key)
        return words.cell(name, key)

    return Field(name, title, where, keys, told, number=number)


def _values(accounts: pa.Table, name: str) -> list[Any]:
    if name not in accounts.column_names:
        return [None] * accounts.num_rows
    values: list[Any] = accounts[name].to_pylist()
    # An empty list and what is no number are unknown.
    return [None if each == [] or each != each else each for each in values]


def _ends(value: float | None, low: float | None, high: float | None) -> tuple[float, ...] | None:
    """What is sorted by, and the ends of what is known; an open end is infinite."""
    if low is None and high is None:
        return None if value is None else (value, value, value)
    least = float("-inf") if low is None else low
    most = float("inf") if high is None else high
    middle = value if value is not None else (low if low is not None else most)
    return (middle, least, most)


def _reasons(exclusions: Sequence[str] | None, run: Run) -> list[str] | None:
    return [run.reasons.get(each, each) for each in exclusions] if exclusions else None
