"""How accounts are parted: by the card that scores them, and by the cluster that they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import collected, opened
from abmkit.domain.rules.scorecards import cards


@dataclass(frozen=True)
class CardCount:
    """How many accounts of the target market a card scores, and how many of them are listed."""

    card: str | None
    """None of those that no card scores."""
    accounts: int
    listed: int


@dataclass(frozen=True)
class ClusterCount:
    """A cluster, how many accounts it has, and what they share."""

    name: str
    accounts: int
    shares: str | None


@dataclass(frozen=True)
class Parts:
    """How the accounts of a run are parted; nothing where the config does not ask for it."""

    cards: tuple[CardCount, ...] = ()
    """In the order in which they are tried."""
    clusters: tuple[ClusterCount, ...] = ()
    """The largest first."""


def parts_of(accounts: Any, score: Score) -> Parts:
    """How tiered accounts are parted.

    Reads `fit_card`, `excluded`, `tier` and what clusters add.
    """
    return Parts(tuple(count_cards(accounts, score)), tuple(count_clusters(accounts)))


def count_cards(accounts: Any, score: Score) -> list[CardCount]:
    """How many accounts each card scores, those that are not excluded."""
    frame = opened(accounts)
    if not score.segments or "fit_card" not in frame.columns:
        return []
    kept = frame.filter(~nw.col("excluded")).select(
        "fit_card", (~nw.col("tier").is_null()).cast(nw.Int64).alias("listed")
    )
    counted = kept.group_by("fit_card").agg(
        nw.len().alias("count"), nw.col("listed").sum().alias("listed")
    )
    found = {
        row["fit_card"]: CardCount(row["fit_card"], int(row["count"]), int(row["listed"]))
        for row in collected(counted).to_pylist()
    }
    told = [found.get(each.id) or CardCount(each.id, 0, 0) for each in cards(score)]
    return [*told, found[None]] if None in found else told


def count_clusters(accounts: Any) -> list[ClusterCount]:
    """The clusters there are, the largest first; none where accounts have none."""
    frame = opened(accounts)
    if "cluster" not in frame.columns:
        return []
    some = frame.filter(~nw.col("cluster").is_null()).select("cluster", "cluster_shares")
    counted = some.group_by("cluster").agg(
        nw.len().alias("count"), nw.col("cluster_shares").max().alias("shares")
    )
    found = [
        ClusterCount(row["cluster"], int(row["count"]), row["shares"])
        for row in collected(counted).to_pylist()
    ]
    return sorted(found, key=lambda each: (-each.accounts, each.name))
