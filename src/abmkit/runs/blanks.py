"""Places and owners that accounts of the list lack, in tiers that need them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from abmkit.config.sections.tier import Tiers
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import Frame, collected, column_in, opened
from abmkit.domain.rules.tiers.capacities import OWNER, Capacities

_BY_HAND = ("1:1", "1:few")
"""Strategies in which a person works an account."""


@dataclass
class _Lacking:
    """Of a tier's accounts those that do not know a column."""

    count: int = 0
    of: int = 0
    samples: tuple[str, ...] = ()
    """An id or two."""


def blanks(
    accounts: Any, tiers: Tiers, filled: Collection[str], capacities: Capacities | None = None
) -> list[Fact]:
    """What tiered accounts lack: the value that capacity is counted by, and an owner.

    `filled` are the columns that rules or sources fill: where nobody has an owner at all, none is
    missed. A tier needs one that a person works, or whose slots are somebody's. Reads
    `account_id`, `tier`, `owner` and the column of `within`.
    """
    frame = opened(accounts)
    found = []
    if tiers.within is not None:
        column = column_in(frame.columns, tiers.within)
        lacking = _lacking(frame, column)
        for tier in tiers.tiers:
            each = lacking.get(tier.id, _Lacking())
            # Where nobody knows it, that is said of the rule.
            if tier.capacity is not None and each.count > 0 and column is not None:
                values = {"count": each.count, "of": each.of, "column": tiers.within}
                samples = list(each.samples)
                found.append(fact("blank.within", tier=tier.id, samples=samples, **values))
    owner = column_in(frame.columns, OWNER)
    owned = {row.tier for row in capacities.rows if row.owner} if capacities else set()
    if owner is not None and (owned or OWNER in {name.casefold() for name in filled}):
        lacking = _lacking(frame, owner)
        for tier in tiers.tiers:
            each = lacking.get(tier.id, _Lacking())
            if (tier.strategy in _BY_HAND or tier.id in owned) and each.count:
                values = {"count": each.count, "of": each.of, "samples": list(each.samples)}
                strategy = fact("blank.strategy", strategy=tier.strategy) if tier.strategy else ""
                found.append(fact("blank.owner", tier=tier.id, strategy=strategy, **values))
    return found


def _lacking(frame: Frame, column: str | None) -> dict[str, _Lacking]:
    """Per tier how many of its accounts do not know a column, and how many it has."""
    if column is None:
        return {}
    listed = frame.filter(~nw.col("tier").is_null())
    marked = listed.select("account_id", "tier", nw.col(column).is_null().alias("__blank"))
    groups = marked.group_by(["tier", "__blank"]).agg(
        nw.len().alias("__accounts"),
        nw.col("account_id").min().alias("__first"),
        nw.col("account_id").max().alias("__last"),
    )
    counts: dict[str, _Lacking] = {}
    for row in collected(groups).to_pylist():
        each = counts.setdefault(row["tier"], _Lacking())
        each.of += int(row["__accounts"])
        if row["__blank"]:
            each.count = int(row["__accounts"])
            each.samples = tuple(sorted({row["__first"], row["__last"]}))
    return counts
