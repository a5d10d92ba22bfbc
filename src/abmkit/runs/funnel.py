"""The funnel: how the market narrows to the list, step by step, with what took the rest."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.domain.arrays import strings
from abmkit.domain.frames import Frame, collected, like, opened
from abmkit.domain.rules import wording
from abmkit.steps.exclude import ListCount, RuleCount, Suppressed, SuppressionList
from abmkit.steps.tier import reached


@dataclass(frozen=True)
class Reason:
    """Why some left at a stage, and how many."""

    text: str
    count: int


@dataclass(frozen=True)
class Stage:
    """What is left at one narrowing."""

    name: str
    count: int
    share: float | None
    """Of the total addressable market, 0 to 1; null where there is no market."""
    left: tuple[Reason, ...] = ()
    """What took the rest since the stage before."""


@dataclass(frozen=True)
class TierCount:
    """How many accounts a tier has, and how many it could have."""

    id: str
    strategy: str | None
    count: int
    min_score: float
    capacity: int | None
    """Per value of `within`."""


@dataclass(frozen=True)
class WouldReach:
    """The tiers that the accounts of a suppression list would reach, capacity aside."""

    list: str
    reason: str
    accounts: int
    tiers: dict[str, int]
    """Per tier from the top; accounts that reach none are not counted."""
    median_score: float | None
    median_score_of_all: float | None


@dataclass(frozen=True)
class Funnel:
    """The market from all records to the list, and what is known beyond it."""

    stages: tuple[Stage, ...]
    tiers: tuple[TierCount, ...]
    rules: tuple[RuleCount, ...]
    lists: tuple[ListCount, ...]
    customers: tuple[WouldReach, ...]
    relationships: dict[str, int]
    """Accounts by `relationship` (open opportunities, customers …), those that are known."""


def count_funnel(
    accounts: Any,
    config: Config,
    *,
    records: int,
    rejected: int,
    filtered: int,
    rules: Sequence[RuleCount],
    lists: Sequence[ListCount],
    customers: Sequence[WouldReach],
) -> Funnel:
    """The funnel of tiered accounts, given what the steps before counted.

    Reads `excluded`, `tier`, `fit_score` and, where it is there, `relationship`.
    """
    frame = opened(accounts)
    least = min((tier.min_score for tier in config.tier.tiers), default=0)
    low = nw.col("fit_score").is_null() | (nw.col("fit_score") < least)
    counted = frame.select(nw.col("excluded"), nw.col("tier"), low.fill_null(True).alias("below"))
    rows = collected(
        counted.group_by(["excluded", "tier", "below"]).agg(nw.len().alias("count"))
    ).to_pylist()

    def total(**wanted: Any) -> int:
        return sum(r["count"] for r in rows if all(r[name] == v for name, v in wanted.items()))

    market, excluded = total(), total(excluded=True, tier=None)
    on_list = sum(r["count"] for r in rows if r["tier"] is not None)
    below = total(excluded=False, tier=None, below=True)
    no_room = total(excluded=False, tier=None, below=False)
    accepted = records - rejected - filtered

    def stage(name: str, count: int, *left: tuple[str, int]) -> Stage:
        share = count / market if market else None
        return Stage(name, count, share, tuple(Reason(text, n) for text, n in left if n))

    taken = [(rule.reason, rule.true) for rule in rules] + [(e.reason, e.accounts) for e in lists]
    taken.sort(key=lambda pair: (-pair[1], pair[0]))
    tiers = tuple(
        TierCount(t.id, t.strategy, total(tier=t.id), t.min_score, t.capacity)
        for t in config.tier.tiers
    )
    stages = (
        Stage("Records", records, None),
        stage(
            "Total addressable market",
            market,
            ("rejected", rejected),
            ("left out by a source's when", filtered),
            ("merged with another record", accepted - market),
        ),
        stage("Target market", market - excluded, *taken),
        stage(
            "Target-account list",
            on_list,
            (f"score below {wording.number(least)}", below),
            ("tiers full, or asking for more than a score", no_room),
        ),
    )
    return Funnel(
        stages, tiers, tuple(rules), tuple(lists), tuple(customers), _relationships(frame)
    )


def expansions(lists: Sequence[ListCount]) -> list[str]:
    """Per list to expand from, what is left of its companies' groups, in words."""
    return [
        f"{each.expand:,} part{'s' * (each.expand != 1)} of {each.expand_groups:,} "
        f"group{'s' * (each.expand_groups != 1)} to expand into from {each.name}"
        for each in lists
        if each.expand
    ]


def _relationships(frame: Frame) -> dict[str, int]:
    if "relationship" not in frame.columns:
        return {}
    known = frame.filter(~nw.col("relationship").is_null())
    rows = collected(known.group_by("relationship").agg(nw.len().alias("count"))).to_pylist()
    return {row["relationship"]: row["count"] for row in sorted(rows, key=lambda r: -r["count"])}


def would_reach(
    accounts: Any,
    config: Config,
    lists: Sequence[SuppressionList],
    suppressed: Suppressed,
    *,
    as_of: date,
) -> list[WouldReach]:
    """Per list of customers, the tiers they would reach: the cheapest proof of a profile."""
    frame = opened(accounts)
    if not config.score.criteria or not suppressed.accounts:
        return []
    others = frame.filter(~nw.col("excluded") & ~nw.col("fit_score").is_null())
    median = collected(others.select(nw.col("fit_score").median()))["fit_score"][0].as_py()
    ids = {
        each.name: [i for i, names in suppressed.accounts.items() if each.name in names]
        for each in lists
    }
    found = []
    for each in lists:
        if not ids[each.name] or not _holds_customers(each):
            continue
        on_it = pa.Table.from_arrays([strings(sorted(ids[each.name]))], names=["account_id"])
        theirs = frame.join(like(frame, on_it), on="account_id", how="inner")  # type: ignore[arg-type]
        tiered = opened(reached(nw.to_native(theirs), config.tier, as_of=as_of))
        rows = collected(tiered.select(["tier", "fit_score"])).to_pylist()
        scores = [row["fit_score"] for row in rows if row["fit_score"] is not None]
        by_tier = {t.id: sum(row["tier"] == t.id for row in rows) for t in config.tier.tiers}
        found.append(
            WouldReach(
                each.name,
                each.reason,
                len(rows),
                by_tier,
                statistics.median(scores) if scores else None,
                median,
            )
        )
    return found


def _holds_customers(each: SuppressionList) -> bool:
    """Whether a list is of customers: its entries say so, or its name does."""
    if "relationship" in each.entries.column_names:
        known = set(each.entries["relationship"].to_pylist()) - {None}
        if known:
            return "customer" in known
    return "customer" in each.name.casefold() or "客户" in each.name
