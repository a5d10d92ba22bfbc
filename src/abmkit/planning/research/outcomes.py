"""What the conditions that read a field say of each account, and what they could say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import product
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.domain.arrays import flags, whole
from abmkit.domain.rules.scorecards import Card, all_criteria, cards
from abmkit.domain.rules.truth import Truth, interval_ends, is_interval, known_value, truth

Flags = npt.NDArray[Any]
Ints = npt.NDArray[Any]

TRUE, FALSE = 0, 1
"""The outcomes of the condition of a segment, a tier or an exclusion rule."""
_MOST_COMBINED = 4096


@dataclass(frozen=True)
class Decider:
    """A criterion, the condition of a segment or of a tier, or an exclusion rule."""

    kind: str
    """`criterion`, `segment`, `tier` or `rule`."""
    number: int
    """Its place among those of its kind; of criteria that ask the same, the first one's."""
    columns: tuple[str, ...]
    bands: int
    """How many conditions are tried in order; what follows them is that none holds."""

    def flag(self, outcome: int) -> str:
        """The column that says whether an outcome is possible."""
        return f"__{self.kind}_{self.number}_{outcome}"


def deciders_of(config: Config) -> list[Decider]:
    """All that decides on tiers."""
    found = [
        Decider("criterion", each.number, tuple(each.columns), len(each.bands))
        for each in all_criteria(cards(config.score))
        if each.asked == each.number
    ]
    found += [
        Decider("segment", n, tuple(each.when.column_names()), 1)
        for n, each in enumerate(config.score.segments)
    ]
    found += [
        Decider("tier", n, tuple(each.when.column_names()), 1)
        for n, each in enumerate(config.tier.tiers)
        if each.when is not None
    ]
    return found + [
        Decider("rule", n, tuple(each.when.column_names()), 1)
        for n, each in enumerate(config.exclude.rules)
    ]


def flag_columns(
    config: Config, deciders: Sequence[Decider], schema: Mapping[str, Any], as_of: date
) -> list[nw.Expr]:
    """Which outcomes of each decider are possible for an account, as columns."""
    made = cards(config.score)
    columns = []
    for each in deciders:
        truths = _truths(each, config, made, schema, as_of)
        true, may = [t.true for t in truths], [t.true | t.unknown for t in truths]
        for outcome in range(each.bands):
            before = true[:outcome]
            possible = may[outcome] & ~_any(before) if before else may[outcome]
            columns.append(possible.alias(each.flag(outcome)))
        columns.append((~_any(true)).alias(each.flag(each.bands)))
    return columns


def _any(expressions: Sequence[nw.Expr]) -> nw.Expr:
    return reduce(lambda a, b: a | b, expressions)


def _truths(
    each: Decider,
    config: Config,
    made: Sequence[Card],
    schema: Mapping[str, Any],
    as_of: date,
) -> list[Truth]:
    if each.kind == "criterion":
        conditions = [when for when, _ in all_criteria(made)[each.number].bands]
    elif each.kind == "segment":
        conditions = [config.score.segments[each.number].when]
    elif each.kind == "tier":
        conditions = [when for when in [config.tier.tiers[each.number].when] if when is not None]
    else:
        conditions = [config.exclude.rules[each.number].when]
    return [truth(when, schema, as_of) for when in conditions]


def open_columns(names: Sequence[str], schema: Mapping[str, Any]) -> list[nw.Expr]:
    """Where a column's value is unknown, or known in part: a range, which could be told closer."""
    columns = []
    for name in names:
        open_ = ~known_value(name, schema)
        if is_interval(name, schema):
            low, high = interval_ends(name, schema)
            open_ = open_ | (low != high)
        columns.append(open_.alias(open_flag(name)))
    return columns


def open_flag(name: str) -> str:
    """The column that says whether a value is open."""
    return f"__open_{name}"


@dataclass(frozen=True)
class Field:
    """A column that could be looked up, and what it decides on."""

    name: str
    deciders: tuple[Decider, ...]
    combined: Ints
    """(n_outcomes, n_deciders): outcomes of all deciders together; the one after the last is that
    a decider stays as open as it is, for want of another column."""
    possible: list[Flags]
    """By decider, (n_accounts, n_outcomes): whether an account may come to it."""
    concerned: Flags
    """(n_accounts,): whether the field is open, and something that it decides on is."""
    told: Flags
    """(n_accounts,): whether all of it is decided, so that the account tells how it comes out."""


def field_of(name: str, deciders: Sequence[Decider], seen: pa.Table) -> Field:
    """A field with what it could decide for each account, by the flags of all of them."""
    those = tuple(each for each in deciders if name in each.columns)
    unknown = flags(whole(seen[open_flag(name)]))
    possible, open_ = [], np.zeros(len(unknown), dtype=bool)
    for each in those:
        may = np.stack([flags(whole(seen[each.flag(n)])) for n in range(each.bands + 1)], axis=1)
        several = may.sum(axis=1) > 1
        others = [c for c in each.columns if c != name]
        lacking = np.zeros(len(unknown), dtype=bool)
        for column in others:
            lacking |= flags(whole(seen[open_flag(column)]))
        # Of a single column that decides, what is open is open for want of it.
        open_ |= several & (unknown if others else True)
        possible.append(np.concatenate([may, (several & lacking)[:, None]], axis=1))
    decided = np.all([(may[:, :-1].sum(axis=1) == 1) for may in possible], axis=0)
    return Field(name, those, _combined(possible), possible, open_, decided & ~unknown)


def _combined(possible: Sequence[Flags]) -> Ints:
    """Each combination of outcomes that may come about, or, where they are too many, those that
    have."""
    choices = [np.flatnonzero(may.any(axis=0)).tolist() for may in possible]
    if np.prod([len(each) for each in choices]) <= _MOST_COMBINED:
        return np.array([*product(*choices)], dtype="int64").reshape(-1, len(choices))
    firsts = np.stack([may.argmax(axis=1) for may in possible], axis=1)
    last = np.stack([may.shape[1] - 1 - may[:, ::-1].argmax(axis=1) for may in possible], axis=1)
    every: Ints = np.unique(np.concatenate([firsts, last]), axis=0)
    return every
