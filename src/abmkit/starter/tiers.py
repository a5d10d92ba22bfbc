"""Tiers sized to the data: bars from the scores of those who are no customers yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
# The share of the points that must be known, the first that enough companies reach.
_KNOWN = (0.5, 0.25, 0.1)
_KNOWN_AT_ALL = 0.25
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
    """Three tiers whose bars, in steps of five, let in about what they have room for.

    What is not known makes nobody a target: a tier asks for something to be known, and for more
    than the unknown alone would earn. Where nothing is scored there is nothing to choose by, and
    all are in one tier.
    """
    rows = [(s or 0.0, k) for i, s, k in _scored(accounts, score, as_of) if i not in customers]
    if not rows:
        return []
    if not score.criteria:
        return [StarterTier("C", _STRATEGIES["C"], 0, None)]
    sizes = {
        name: min(len(rows), max(1, min(most, round(share * len(rows)))))
        for name, (most, share) in _SIZES.items()
    }
    asked = _asked(rows, sizes["A"])
    asked_at_all = min(asked, _KNOWN_AT_ALL)
    best = sorted((s for s, k in rows if k >= asked), reverse=True)
    free = sorted((s for s, k in rows if k >= asked_at_all), reverse=True)
    # What all unknown criteria earn together is no reason to be on a list.
    least = _below(100 * score.missing) + _STEP if isinstance(score.missing, float) else _STEP
    a = _below(_nth(best, sizes["A"]))
    # What is too little known for A waits in B.
    b = min(_below(_nth(free, sizes["A"] + sizes["B"])), a - _STEP)
    listed = max(min(_LISTED[0], round(_LISTED[1] * len(rows))), 1)
    c = min(_below(_nth(free, listed)), b - _STEP)
    return [
        StarterTier("A", _STRATEGIES["A"], max(a, least), sizes["A"], asked),
        StarterTier("B", _STRATEGIES["B"], max(b, least), sizes["B"], asked_at_all),
        StarterTier("C", _STRATEGIES["C"], max(c, least), None, asked_at_all),
    ]


def _asked(rows: Sequence[tuple[float, float]], room: int) -> float:
    """The share of the points that must be known: as large as twice the companies there is room
    for allow."""
    for share in _KNOWN[:-1]:
        if sum(known >= share for _, known in rows) >= 2 * room:
            return share
    return _KNOWN[-1]


def _nth(scores: Sequence[float], number: int) -> float:
    """The score of the so-many-th best; the least where there are fewer."""
    return scores[min(number, len(scores)) - 1] if scores else 0.0


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
        {each.id: reach.count(each.id) for each in config.tier.tiers} if customers else {},
    )
