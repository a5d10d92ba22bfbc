"""The funnel: how the market narrows to the list, step by step, with what took the rest."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.tier import Tier
from abmkit.domain.arrays import strings
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import Frame, collected, like, opened
from abmkit.sources.loading import SourceReport
from abmkit.steps.exclude import ExclusionCounts, ListCount, RuleCount
from abmkit.steps.suppression import Suppressed, SuppressionList
from abmkit.steps.tier import reached
from abmkit.steps.tiers.counts import RoomCounts
from abmkit.steps.tiers.rising import AT_BEST


@dataclass(frozen=True)
class Reason:
    """Why some left at a stage, and how many."""

    why: Fact | str
    """A text where the config gives the reason."""
    count: int
    """Below 0 for those that came back, or were counted twice."""


@dataclass(frozen=True)
class Stage:
    """What is left at one narrowing."""

    code: str
    """`records`, `market`, `target_market` or `target_accounts`."""
    count: int
    share: float | None
    """Of the total addressable market, 0 to 1; null where there is no market."""
    left: tuple[Reason, ...] = ()
    """What took the rest since the stage before: together just the difference of the two."""


@dataclass(frozen=True)
class TierCount:
    """How many accounts a tier has, and how many it could have."""

    id: str
    strategy: str | None
    count: int
    min_score: float
    capacity: int | None
    """Per value of `within`."""
    slots: int | None = None
    """All that a table of capacities has for it."""

    @classmethod
    def of(cls, tier: Tier, count: int, rooms: RoomCounts) -> TierCount:
        """That of a tier with so many accounts."""
        slots = rooms.slots(tier.id) if tier.capacity is None else None
        return cls(tier.id, tier.strategy, count, tier.min_score, tier.capacity, slots)


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
    could_rise: int = 0
    """Accounts that would be in a better tier, were what is unknown of them as good as can be."""
    rooms: RoomCounts = field(default_factory=RoomCounts)
    """How full the tiers are, by place, territory and owner."""

    def count(self, stage: str) -> int:
        """How many a stage has."""
        return next(each.count for each in self.stages if each.code == stage)


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of all sources."""

    read: int
    rejected: int
    filtered: int
    accepted: int

    @classmethod
    def of(cls, sources: Sequence[SourceReport]) -> RowCounts:
        """The rows of these sources, once all are read."""
        return cls(
            *(
                sum(report.total(what) for report in sources)
                for what in ("read", "rejected", "filtered", "accepted")
            )
        )


def count_funnel(
    accounts: Any,
    config: Config,
    rows: RowCounts,
    excluded: ExclusionCounts,
    customers: Sequence[WouldReach],
    rooms: RoomCounts | None = None,
) -> Funnel:
    """The funnel of tiered accounts, given what loading and excluding counted, and how full tiers
    are.

    Reads `excluded`, `tier`, `fit_score` and, where they are there, `relationship` and
    `tier_at_best`.
    """
    frame = opened(accounts)
    least = min((tier.min_score for tier in config.tier.tiers), default=0)
    groups = _grouped(frame, least)

    def total(**wanted: Any) -> int:
        return sum(g["count"] for g in groups if all(g[name] == v for name, v in wanted.items()))

    market, left_out = total(), total(excluded=True, tier=None)
    on_list = sum(g["count"] for g in groups if g["tier"] is not None)
    below = total(excluded=False, tier=None, below=True)
    no_room = total(excluded=False, tier=None, below=False)

    def stage(code: str, count: int, *left: tuple[Fact | str, int]) -> Stage:
        share = count / market if market else None
        return Stage(code, count, share, tuple(Reason(why, n) for why, n in left if n))

    rooms = rooms or RoomCounts()
    tiers = tuple(TierCount.of(t, total(tier=t.id), rooms) for t in config.tier.tiers)
    stages = (
        Stage("records", rows.read, None),
        stage(
            "market",
            market,
            (fact("left.rejected"), rows.rejected),
            (fact("left.filtered"), rows.filtered),
            (fact("left.merged"), rows.read - rows.rejected - rows.filtered - market),
        ),
        stage(
            "target_market", market - left_out, *_taken(excluded, total(excluded=True), left_out)
        ),
        stage(
            "target_accounts",
            on_list,
            *_not_listed(config, least, below, no_room),
        ),
    )
    rules, lists = tuple(excluded.rules), tuple(excluded.lists)
    rise = total(could_rise=True)
    relationships = _relationships(frame)
    return Funnel(stages, tiers, rules, lists, tuple(customers), relationships, rise, rooms)


def _not_listed(
    config: Config, least: float, below: int, no_room: int
) -> list[tuple[Fact | str, int]]:
    """What kept accounts of the target market from the list; nothing is below a least score of 0,
    but what has no score."""
    if not config.tier.tiers:
        return [(fact("left.no_tiers"), below + no_room)]
    without = fact("left.no_score") if least == 0 else fact("left.below", least=least)
    return [(without, below), (fact("left.no_room"), no_room)]


def _grouped(frame: Frame, least: float) -> list[dict[str, Any]]:
    """How many accounts there are by what decides on the stage that they reach."""
    low = nw.col("fit_score").is_null() | (nw.col("fit_score") < least)
    counted = frame.select(
        nw.col("excluded"),
        nw.col("tier"),
        low.fill_null(True).alias("below"),
        (~nw.col(AT_BEST).is_null() if AT_BEST in frame.columns else nw.lit(False)).alias(
            "could_rise"
        ),
    )
    by = ["excluded", "tier", "below", "could_rise"]
    rows = collected(counted.group_by(by).agg(nw.len().alias("count")))
    return [dict(row) for row in rows.to_pylist()]


def _taken(excluded: ExclusionCounts, flagged: int, left_out: int) -> list[tuple[Fact | str, int]]:
    """What took accounts from the market: together just as many as are left out."""
    reasons: list[tuple[Fact | str, int]]
    reasons = [(rule.reason, rule.true) for rule in excluded.rules]
    reasons += [(each.reason, each.accounts) for each in excluded.lists]
    reasons.sort(key=lambda pair: (-pair[1], str(pair[0])))
    return [
        *reasons,
        (fact("left.several"), flagged - sum(count for _, count in reasons)),
        (fact("left.overridden"), left_out - flagged),
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
    if not config.score.scores or not suppressed.accounts:
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
