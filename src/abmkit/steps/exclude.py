"""Exclude: which accounts are not wanted, with every reason on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw
import pyarrow as pa

from abmkit.config.sections.exclude import CHURN, Churn, Exclude, ExclusionRule
from abmkit.config.sections.score import Outcome
from abmkit.domain.arrays import strings
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import (
    Frame,
    attached,
    collected,
    opened,
    with_split,
    without,
)
from abmkit.domain.rules.points import any_of, earning, fit, knows_some, most, total, with_points
from abmkit.domain.rules.scorecards import (
    MOST_TOLD,
    Criterion,
    cards,
    least_above,
    reason_width,
    telling_bands,
)
from abmkit.domain.rules.truth import Truth, truth
from abmkit.schema.accounts import in_order
from abmkit.steps.suppression import Suppressed, SuppressionList, suppressed_by

if TYPE_CHECKING:
    from abmkit.domain.groups.families import Part

_LISTS, _PART = "__lists", "__part"
_EXPAND = "expand_from"
_CHURN = ("churn_probability", "churn_reason")
_DIGITS = 4
"""Of a probability: in the last of a double engines differ."""
_SURE = 500.0
"""Odds, as their logarithm, of which the power is no endless number yet."""


@dataclass(frozen=True)
class RuleCount:
    """How many accounts a rule holds for, for how many it alone does, and where it can't tell."""

    id: str
    reason: Fact | str
    true: int
    true_alone: int
    unknown: int


@dataclass(frozen=True)
class ListCount:
    """How many entries a suppression list has and how many of them are accounts here."""

    name: str
    reason: str
    entries: int
    found: int
    accounts: int
    true_alone: int
    expired: bool
    inherited: int = 0
    """Accounts that are on it by a parent alone."""
    expand: int = 0
    """Accounts not excluded in the groups of companies that are on it, where it says `expand`."""
    expand_groups: int = 0
    """The groups that those belong to."""


class ExclusionCounts(NamedTuple):
    """How often each rule and each list holds."""

    rules: list[RuleCount]
    lists: list[ListCount]


def exclude(
    accounts: Any,
    config: Exclude,
    lists: Sequence[SuppressionList] = (),
    *,
    as_of: date,
    suppressed: Suppressed | None = None,
    ordered: bool = True,
) -> Any:
    """The accounts with `excluded` (bool) and `exclusions` (the ids of all rules and lists).

    An account is excluded when any rule or list holds for it; an unknown value never excludes.
    A list that suppresses subsidiaries holds for all accounts below its companies, however far; one
    to expand from adds `expand_from` (list): for the other accounts of its companies' groups, which
    those are, by name and `account_id`. Reads the columns that the rules name and, for lists,
    `account_id` with those there are of `registry_ids`, `domain`, `name_key`, `country`, and where
    subsidiaries count `abmkit.domain.groups.hierarchy.COLUMNS`. Keeps all rows, and where `ordered`
    their order. `suppressed` is what `suppressed_by` gives for the same lists, where it is at hand.

    With a scorecard of churn adds `churn_probability` (0 to 1; null where nothing is known that
    it asks for; an unknown criterion as its `missing` has it), and `churn_reason` (text) where that
    excludes: which of the card's `rates` it is like, and which of `telling_bands`, each from 1, at
    most `MOST_TOLD`, as wide as `reason_width`; `abmkit.reports.reasons` puts it in words. It
    excludes accounts that are likelier to leave than `max_probability` also with every unknown
    criterion at its least.

    Raises `ColumnError` for a column that is neither canonical nor there, `UsageError` for a
    matcher that does not fit its column's type.
    """
    frame = without(opened(accounts), ("excluded", "exclusions", _EXPAND, *_CHURN))
    own, added = frame.columns, ["excluded", "exclusions"]
    rules = _truths(frame, config.rules, as_of)
    if config.churn is not None:
        frame, leaving = _with_churn(frame, config.churn, as_of)
        rules.append(leaving)
        added += _CHURN
    if suppressed is None:
        suppressed = suppressed_by(accounts, lists, as_of=as_of)
    if any(each.subsidiaries == "expand" for each in lists):
        frame = _with_expansion(frame, suppressed, ordered=ordered)
        added.append(_EXPAND)
    if suppressed.accounts:
        frame = attached(frame, _as_table(suppressed), "account_id", ordered=ordered)
    reasons = [nw.col(_LISTS)] if suppressed.accounts else []
    reasons += [nw.when(rule.held.true).then(nw.lit(rule.id)) for rule in rules]
    if not reasons:
        frame = frame.with_columns(
            nw.lit(False).alias("excluded"), nw.lit(None).cast(nw.String).alias("exclusions")
        )
        frame = with_split(frame, "exclusions")
        return nw.to_native(frame.select(in_order([*own, *added])))
    hits = [~nw.col(_LISTS).is_null()] if suppressed.accounts else []
    hits += [rule.held.true for rule in rules]
    joined = nw.concat_str(reasons, separator=";", ignore_nulls=True)
    # Whether is told apart from why: what only counts need not put reasons together.
    frame = frame.with_columns(reduce(lambda a, b: a | b, hits).alias("excluded"))
    frame = frame.with_columns(nw.when(nw.col("excluded")).then(joined).alias("exclusions"))
    return nw.to_native(with_split(frame, "exclusions").select(in_order([*own, *added])))


class _Rule(NamedTuple):
    """Something that excludes, and where it holds."""

    id: str
    reason: Fact | str
    held: Truth


def _truths(frame: Frame, rules: Sequence[ExclusionRule], as_of: date) -> list[_Rule]:
    schema = dict(frame.collect_schema())
    return [
        _Rule(
            rule.id,
            rule.reason,
            truth(rule.when, schema, as_of, where=f"exclude.rules.{rule.id}"),
        )
        for rule in rules
    ]


def _with_churn(frame: Frame, churn: Churn, as_of: date) -> tuple[Frame, _Rule]:
    """The frame with `churn_probability` and `churn_reason`, and whom they exclude."""
    scored_by, outcome = cards(churn.card), churn.outcome
    (criteria,) = (card.criteria for card in scored_by)
    known = any_of([knows_some(each, dict(frame.collect_schema())) for each in criteria])
    frame = frame.with_columns(known.alias("__known"))
    frame = with_points(frame, scored_by, as_of=as_of, within=f"{churn.scorecard}: ")
    frame = frame.with_columns(
        fit(criteria).alias("__fit"),
        total("least", criteria).alias("__least"),
        most(criteria).alias("__most"),
    )
    # Whole hundredths are compared: engines compute powers each in their own last digit.
    limit, known = least_above(outcome, churn.max_probability), nw.col("__known")
    held = Truth(
        true=known & (nw.col("__least") >= limit),
        false=known & (nw.col("__most") < limit).fill_null(False),
    )
    odds = (nw.col("__fit") * (outcome.per_point / 100) + outcome.intercept).clip(-_SURE, _SURE)
    likely = (1 / (1 + (-odds).exp())).round(_DIGITS)
    frame = frame.with_columns(
        nw.when(known).then(likely).alias("churn_probability"),
        nw.when(held.true).then(_churn_reason(criteria, outcome)).alias("churn_reason"),
    )
    above = fact("churn.above", most=churn.max_probability * 100, outcome=outcome.name)
    return frame, _Rule(CHURN, above, held)


def _churn_reason(criteria: Sequence[Criterion], outcome: Outcome) -> nw.Expr:
    """The rate that the score is like, and the bands that stand out most, as numbers from 1."""
    width = reason_width(criteria, outcome)
    like = nw.lit("1".rjust(width))
    if len(outcome.rates) > 1:
        first, *others = list(enumerate(outcome.rates, start=1))[::-1][:-1]
        at_least = [round(rate.at_least * 100) for _, rate in (first, *others)]
        chosen = nw.when(nw.col("__fit") >= at_least[0]).then(nw.lit(str(first[0]).rjust(width)))
        for (number, _), least in zip(others, at_least[1:], strict=True):
            chosen = chosen.when(nw.col("__fit") >= least).then(nw.lit(str(number).rjust(width)))
        like = chosen.otherwise(like)
    told = []
    for number, (c, b) in enumerate(telling_bands(criteria), start=1):
        asked = criteria[c].asked
        earned = nw.col(earning("true", asked, b))
        for before in range(b):
            earned = earned & ~nw.col(earning("true", asked, before))
        told.append(nw.when(earned).then(nw.lit(str(number).rjust(width))))
    codes = nw.concat_str([like, *told], ignore_nulls=True)
    return codes.str.slice(0, width * (1 + MOST_TOLD))


def _with_expansion(frame: Frame, suppressed: Suppressed, *, ordered: bool) -> Frame:
    """The frame with `expand_from`."""
    through: dict[str, set[str]] = defaultdict(set)
    for parts in suppressed.beside.values():
        for account_id, part in parts.items():
            through[account_id].update(part.through)
    if not through:
        frame = frame.with_columns(nw.lit(None).cast(nw.String).alias(_EXPAND))
        return with_split(frame, _EXPAND)
    ids = sorted(through)
    texts = strings(";".join(sorted(through[account_id])) for account_id in ids)
    table = pa.Table.from_arrays([strings(ids), texts], names=["account_id", _EXPAND])
    return with_split(attached(frame, table, "account_id", ordered=ordered), _EXPAND)


def _as_table(suppressed: Suppressed) -> pa.Table:

    ids = sorted(suppressed.accounts)
    return pa.Table.from_arrays(
        [strings(ids), strings(";".join(suppressed.accounts[i]) for i in ids)],
        names=["account_id", _LISTS],
    )


def exclusion_counts(
    accounts: Any,
    config: Exclude,
    lists: Sequence[SuppressionList] = (),
    *,
    as_of: date,
    suppressed: Suppressed | None = None,
) -> ExclusionCounts:
    """How often each rule and each list holds, alone or not, and where a rule is unknown."""
    frame = opened(accounts)
    if suppressed is None:
        suppressed = suppressed_by(accounts, lists, as_of=as_of)
    rules = _truths(frame, config.rules, as_of)
    if config.churn is not None:
        frame, leaving = _with_churn(frame, config.churn, as_of)
        rules.append(leaving)
    if suppressed.accounts:
        frame = attached(frame, _as_table(suppressed), "account_id", ordered=False)
    else:
        frame = frame.with_columns(nw.lit("").alias(_LISTS))
    flags = _flags(rules, lists, nw.col(_LISTS).fill_null(""))
    if not flags:
        return ExclusionCounts([], [])
    parts = {name: found for name, found in suppressed.beside.items() if found}
    if parts:
        frame = attached(frame, _parts_table(parts), "account_id", ordered=False)
    # In two stages: a selection of constants alone would have one row.
    frame = frame.with_columns(expr.alias(name) for name, expr in flags.items())
    frame = frame.select([*flags, *([_PART] if parts else [])])
    holding = [name for name in flags if not name.startswith("__unknown")]
    hits = reduce(lambda a, b: a + b, (nw.col(n).cast(nw.Int64) for n in holding))
    frame = frame.with_columns(hits.alias("__hits"))
    totals = [nw.col(name).cast(nw.Int64).sum().alias(name) for name in flags]
    alone = [
        (nw.col(name) & (nw.col("__hits") == 1)).cast(nw.Int64).sum().alias(f"{name}_alone")
        for name in holding
    ]
    (row,) = collected(frame.select(totals + alone)).to_pylist()
    expand = _expansions(frame, parts)
    return ExclusionCounts(
        [_rule_count(n, rule, row) for n, rule in enumerate(rules)],
        [
            ListCount(
                each.name,
                each.reason,
                each.entries.num_rows,
                suppressed.found.get(each.name, 0),
                int(row[f"__list_{n}"] or 0),
                int(row[f"__list_{n}_alone"] or 0),
                not each.counts_on(as_of),
                suppressed.inherited.get(each.name, 0),
                *expand.get(each.name, (0, 0)),
            )
            for n, each in enumerate(lists)
        ],
    )


def _rule_count(n: int, rule: _Rule, row: dict[str, Any]) -> RuleCount:
    true, alone, unknown = (
        int(row[name] or 0) for name in (f"__rule_{n}", f"__rule_{n}_alone", f"__unknown_{n}")
    )
    return RuleCount(rule.id, rule.reason, true, alone, unknown)


def _flags(
    rules: Sequence[_Rule], lists: Sequence[SuppressionList], listed: nw.Expr
) -> dict[str, nw.Expr]:
    """Where each rule is true, where it is unknown, and who is on each list."""
    return {
        **{f"__rule_{n}": rule.held.true for n, rule in enumerate(rules)},
        **{f"__unknown_{n}": rule.held.unknown for n, rule in enumerate(rules)},
        **{f"__list_{n}": _is_on(each, listed) for n, each in enumerate(lists)},
    }


def _is_on(each: SuppressionList, listed: nw.Expr) -> nw.Expr:
    """Whether an account is on a list, by the `;`-joined names of those it is on."""
    return (
        (listed == each.name)
        | listed.str.starts_with(f"{each.name};")
        | listed.str.ends_with(f";{each.name}")
        | listed.str.contains(f";{each.name};", literal=True)
    )


def _parts_table(parts: dict[str, dict[str, Part]]) -> pa.Table:
    """The accounts to expand into, by `account_id`."""
    ids = sorted({account_id for found in parts.values() for account_id in found})
    return pa.Table.from_arrays([strings(ids), strings(ids)], names=["account_id", _PART])


def _expansions(frame: Frame, parts: dict[str, dict[str, Part]]) -> dict[str, tuple[int, int]]:
    """Per list, how many parts of its companies' groups are left, and of how many groups."""
    if not parts:
        return {}
    kept = frame.filter((nw.col("__hits") == 0) & ~nw.col(_PART).is_null()).select(_PART)
    left = collected(kept)[_PART].to_pylist()
    counted = {}
    for name, found in parts.items():
        there = [found[account_id] for account_id in left if account_id in found]
        counted[name] = (len(there), len({part.group for part in there}))
    return counted
