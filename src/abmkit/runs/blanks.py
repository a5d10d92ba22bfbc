"""Places and owners that accounts of the list lack, in tiers that need them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import narwhals as nw

from abmkit.config.sections.tier import Tiers
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import Frame, collected, column_in, opened

_BY_HAND = ("1:1", "1:few")
"""Strategies in which a person works an account."""


def blanks(accounts: Any, tiers: Tiers, filled: Collection[str]) -> list[Fact]:
    """What tiered accounts lack: the value that capacity is counted by, and an owner.

    `filled` are the columns that rules or sources fill: where nobody has an owner at all, none is
    missed. Reads `tier`, `owner` and the column of `within`.
    """
    frame = opened(accounts)
    found = []
    if tiers.within is not None:
        column = column_in(frame.columns, tiers.within)
        lacking = _lacking(frame, column)
        for tier in tiers.tiers:
            count, of = lacking.get(tier.id, (0, 0))
            # Where nobody knows it, that is said of the rule.
            if tier.capacity is not None and count > 0 and column is not None:
                values = {"count": count, "of": of, "column": tiers.within}
                found.append(fact("blank.within", tier=tier.id, **values))
    owner = column_in(frame.columns, "owner")
    if owner is not None and "owner" in {name.casefold() for name in filled}:
        lacking = _lacking(frame, owner)
        for tier in tiers.tiers:
            count, of = lacking.get(tier.id, (0, 0))
            if tier.strategy in _BY_HAND and count:
                values = {"count": count, "of": of, "strategy": tier.strategy}
                found.append(fact("blank.owner", tier=tier.id, **values))
    return found


def _lacking(frame: Frame, column: str | None) -> dict[str, tuple[int, int]]:
    """Per tier how many of its accounts do not know a column, and how many it has."""
    if column is None:
        return {}
    listed = frame.filter(~nw.col("tier").is_null())
    marked = listed.with_columns(nw.col(column).is_null().alias("__blank"))
    groups = marked.group_by(["tier", "__blank"]).agg(nw.len().alias("__accounts"))
    counts: dict[str, tuple[int, int]] = {}
    for row in collected(groups).to_pylist():
        blank, of = counts.get(row["tier"], (0, 0))
        more = int(row["__accounts"])
        counts[row["tier"]] = (blank + (more if row["__blank"] else 0), of + more)
    return counts
