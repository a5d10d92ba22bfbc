"""Tiers sized to the data: bars from the scores of those who are no customers yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from abmkit.config.project import Config
from abmkit.config.sections.score import Score
from abmkit.domain.frames import collected, opened
from abmkit.steps.score import score
from abmkit.steps.score import score as scored
from abmkit.steps.tier import reached, tier

_STRATEGIES = {"A": "1:1", "B": "1:few", "C": "1:many"}
# Accounts and their share of the market: whichever is less.
_SIZES = {"A": (20, 0.05), "B": (60, 0.15)}
_LISTED = (500, 0.3)
_LEAST_KNOWN = 0.5
_STEP = 5


@dataclass(frozen=True)
class StarterTier:
    """A tier as it was sized, and how many accounts it gets."""

    id: str
    strategy: str
    min_score: int
    capacity: int | None
    min_known: float = 0.0
    accounts: int = 0

    def table(self) -> dict[str, Any]:
        """The tier as a config has it."""
        table: dict[str, Any] = {
            "id": self.id,
            "strategy": self.strategy,
            "min_score": self.min_score,
        }
        if self.min_known:
            table["min_known"] = self.min_known
        if self.capacity is not None:
            table["capacity"] = self.capacity
        return table


def tiers_for(
    accounts: Any, score: Score, customers: Collection[str], *, as_of: date
) -> list[StarterTier]:
    """Three tiers whose bars, in steps of five, let in about what they have room for."""
    rows = _scored(accounts, score, as_of)
    # Where nothing is scored, tiers are filled by the other columns that accounts are ranked by.
    free = [(s or 0.0, k) for i, s, k in rows if i not in customers]
    free.sort(reverse=True)
    count = len(free)
    if not count:
        return []
    sizes = {
        name: min(count, max(1, min(most, round(share * count))))
        for name, (most, share) in _SIZES.items()
    }
    known = [s for s, k in free if k >= _LEAST_KNOWN]
    asks = len(known) >= 2 * sizes["A"]
    best = known if asks else [s for s, _ in free]
    a = _below(best[sizes["A"] - 1])
    # What is too little known for A waits in B.
    b = min(_below(free[min(sizes["A"] + sizes["B"], count) - 1][0]), a - _STEP)
    listed = max(min(_LISTED[0], round(_LISTED[1] * count)), 1)
    c = min(_below(free[listed - 1][0]), b - _STEP)
    # A company that nothing speaks for is on no list, unless nothing is scored at all.
    least = _STEP if free[0][0] else 0
    asked = _LEAST_KNOWN if asks else 0.0
    return [
        StarterTier("A", _STRATEGIES["A"], max(a, least), sizes["A"], asked),
        StarterTier("B", _STRATEGIES["B"], max(b, least), sizes["B"]),
        StarterTier("C", _STRATEGIES["C"], max(c, least), None),
    ]


def _below(score: float) -> int:
    return int(score // _STEP) * _STEP


def _scored(accounts: Any, score: Score, as_of: date) -> list[tuple[str, float | None, float]]:

    columns = ["account_id", "fit_score", "fit_known"]
    table = collected(opened(scored(accounts, score, as_of=as_of)).select(columns))
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def tier_counts(
    accounts: Any, config: Config, customers: Collection[str], *, as_of: date
) -> tuple[tuple[StarterTier, ...], dict[str, int]]:
    """The config's tiers with the accounts in each, and how many customers would reach each."""
    frame = opened(score(accounts, config.score, as_of=as_of))
    mine = nw.col("account_id").is_in(sorted(customers))
    listed = tier(
        nw.to_native(frame.with_columns(mine.alias("excluded"))), config.tier, as_of=as_of
    )
    tiers = collected(opened(listed).select("tier"))["tier"].to_pylist()
    theirs = reached(nw.to_native(frame.filter(mine)), config.tier, as_of=as_of)
    reach = collected(opened(theirs).select("tier"))["tier"].to_pylist()
    return (
        tuple(
            StarterTier(
                each.id,
                each.strategy or "",
                int(each.min_score),
                each.capacity,
                each.min_known,
                tiers.count(each.id),
            )
            for each in config.tier.tiers
        ),
        {each.id: reach.count(each.id) for each in config.tier.tiers},
    )
