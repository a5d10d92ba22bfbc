"""What a config's rules ask for, wherever they stand, and for how many accounts each holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.score import Score
from abmkit.domain.frames import collected, opened
from abmkit.domain.rules.scorecards import cards, segment_place
from abmkit.domain.rules.truth import known_value, truth
from abmkit.errors import AbmkitError, UsageError
from abmkit.schema.accounts import CANONICAL

_IN_JAVA = re.compile(r"\\[bB]|&&|\[[^\]\\]*\[|\(\?[a-zA-Z]*U")
"""What Java reads otherwise: bounds of words in other scripts, operators in classes, flags."""
_ANY_CASE = re.compile(r"\(\?[a-zA-Z]*i")


@dataclass(frozen=True)
class Asked:
    """A condition of the config, and where it stands."""

    where: str
    """Such as `score.criteria.size`."""
    condition: Condition
    band: int | None = None
    """Of a criterion, from 1."""
    step: str = ""
    """The step that it is of."""


def asked(config: Config, steps: Sequence[str] = ()) -> list[Asked]:
    """The conditions of a config on accounts, in the order of the steps; those of some, or all."""
    found = [
        Asked(f"assign.{number}", rule.when, step="assign")
        for number, rule in enumerate(config.assign, start=1)
        if rule.when is not None and rule.table is None
    ]
    found += [
        Asked(f"exclude.rules.{rule.id}", rule.when, step="exclude")
        for rule in config.exclude.rules
    ]
    churn = config.exclude.churn
    if churn is not None:
        found += _of_cards(churn.card, f"{churn.scorecard}: ", "exclude")
    found += [
        Asked(segment_place(each.id), each.when, step="score") for each in config.score.segments
    ]
    found += _of_cards(config.score, "", "score")
    found += [
        Asked(f"tier.tiers.{tier.id}", tier.when, step="tier")
        for tier in config.tier.tiers
        if tier.when is not None
    ]
    return [each for each in found if not steps or each.step in steps]


def columns_deciding(config: Config) -> list[str]:
    """The columns that decide on tiers, once each: what conditions name, capacity is counted by and
    accounts are ranked by."""
    named = [name for each in asked(config) for name in each.condition.column_names()]
    within = [config.tier.within] if config.tier.within else []
    slots = ["territory", "owner"] if config.tier.capacities else []
    return [*dict.fromkeys([*named, *within, *slots, *config.tier.rank_by])]


def _of_cards(score: Score, within: str, step: str) -> list[Asked]:
    """The conditions of the bands of scorecards; `within` is said before their place."""
    return [
        Asked(f"{within}{card.where}.{criterion.id}", when, number, step)
        for card in cards(score)
        for criterion in card.criteria
        for number, (when, _) in enumerate(criterion.bands, start=1)
    ]


def read_otherwise(config: Config) -> list[AbmkitError]:
    """The `matches` of a config that Java's expressions, Spark's, would read otherwise than RE2."""
    return [
        UsageError(
            "{pattern!r} is read otherwise by Spark",
            where=f"{each.where}.when.{column}.matches",
            remedy="write it without \\b, [[:…:]], && or a class within a class, and without (?i) "
            "where letters are not ASCII; or say contains",
            pattern=pattern,
        )
        for each in asked(config)
        for column, pattern in _patterns(each.condition)
        if _IN_JAVA.search(pattern) or (_ANY_CASE.search(pattern) and not pattern.isascii())
    ]


def _patterns(condition: Condition) -> Iterator[tuple[str, str]]:
    for column, matcher in condition.columns.items():
        if "matches" in (tests := matcher.tests()):
            yield column, str(tests["matches"])
    for part in (*condition.any, *condition.none):
        yield from _patterns(part)


def held_counts(accounts: Any, rules: Sequence[Asked], as_of: date) -> list[int]:
    """For how many accounts each condition is true, counted at once."""
    frame = opened(accounts)
    schema = dict(frame.collect_schema())
    if not rules:
        return []
    flags = {
        f"__asked_{n}": truth(each.condition, schema, as_of, where=each.where).true
        for n, each in enumerate(rules)
    }
    # In two stages: a selection of constants alone would have one row.
    marked = frame.with_columns(expr.alias(name) for name, expr in flags.items()).select([*flags])
    (row,) = collected(marked.select(nw.col(n).cast(nw.Int64).sum() for n in flags)).to_pylist()
    return [int(row[name] or 0) for name in flags]


def never_known(accounts: Any, columns: Iterable[str]) -> list[str]:
    """Those of the canonical columns that no account knows, whether they are there or not."""
    frame = opened(accounts)
    schema = dict(frame.collect_schema())
    wanted = [name for name in dict.fromkeys(columns) if name.casefold() in CANONICAL]
    if not wanted:
        return []
    flags = {f"__known_{n}": known_value(name, schema) for n, name in enumerate(wanted)}
    marked = frame.with_columns(expr.alias(name) for name, expr in flags.items()).select([*flags])
    (row,) = collected(marked.select(nw.col(n).cast(nw.Int64).sum() for n in flags)).to_pylist()
    return [name for n, name in enumerate(wanted) if not row[f"__known_{n}"]]
