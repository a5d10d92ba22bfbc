"""Which accounts enter which tier: best first, up to each tier's capacity, pins before all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import to_numpy

Ints = npt.NDArray[Any]

NOWHERE = -1


@dataclass(frozen=True)
class Room:
    """What became of a tier in one value of `within`: whether it is full, and where it ended."""

    full: bool
    last: int | None
    """Hundredths of the last admitted score; pins don't count."""


@dataclass(frozen=True)
class Placement:
    """The tier of each candidate, from 0; -1 for none. `rank` is from 1 within tier and place."""

    tier: Ints
    rank: Ints
    rooms: dict[tuple[int, int], Room]
    """By tier and the number of the value of `within`."""


@dataclass(frozen=True)
class Before:
    """Where candidates stood before, and what that is worth where they contend for places."""

    tier: Ints
    """The tier that each was in, from 0; -1 for none."""
    stays: Ints
    """Whose place there comes before everybody else's."""
    margin: int
    """Hundredths that count for who was as high already."""

    def worth(self, candidates: Ints, score: Ints, number: int) -> Ints:
        """The hundredths that each of some candidates contends with for a tier."""
        was = self.tier[candidates]
        ahead = (was != NOWHERE) & (was <= number) & (score[candidates] >= 0)
        return score[candidates] + np.where(ahead, self.margin, 0)

    def queued(self, waiting: Ints, score: Ints, number: int) -> Ints:
        """Those who wait for a tier, best first, in the order in which it admits them."""
        behind = ~(self.stays & (self.tier == number))[waiting]
        # Where nothing counts for anybody, the order says more than the score.
        worth = self.worth(waiting, score, number) if self.margin else np.zeros(len(waiting))
        queue: Ints = waiting[np.lexsort((-worth, behind))]
        return queue

    def to_reach(self, admitted: Ints, score: Ints, number: int) -> Ints:
        """The hundredths that take the place of each; -1 where it cannot be taken."""
        kept = (self.stays & (self.tier == number))[admitted]
        return np.where(kept, NOWHERE, self.worth(admitted, score, number))


def placed(
    order: Ints,
    within: Ints,
    score: Ints,
    meets: Sequence[Ints],
    pinned: Ints,
    capacities: Sequence[int | None],
    before: Before | None = None,
) -> Placement:
    """The candidates in tiers.

    `order` lists them best first. For each candidate: `within` is the number of the value its
    capacity is counted in, from 0; `score` its hundredths; `meets` one array per tier, whether it
    may enter; `pinned` the tier it is pinned to, or -1. `capacities` are per tier and value.
    """
    tier = pinned.copy()
    values = int(within.max(initial=-1)) + 1
    last = np.full((len(meets), values), NOWHERE, dtype="int64")
    for number, (may_enter, capacity) in enumerate(zip(meets, capacities, strict=True)):
        used = np.bincount(within[pinned == number], minlength=values)
        waiting = order[(tier[order] == NOWHERE) & may_enter[order]]
        if before is not None:
            waiting = before.queued(waiting, score, number)
        place = _counted_within(within[waiting])
        room = np.full(values, len(order)) if capacity is None else np.maximum(capacity - used, 0)
        admitted = waiting[place < room[within[waiting]]]
        tier[admitted] = number
        asked = score[admitted] if before is None else before.to_reach(admitted, score, number)
        last[number, within[admitted]] = asked
    return placement_of(tier, order, within, capacities, last)


def placement_of(
    tier: Ints, order: Ints, within: Ints, capacities: Sequence[int | None], last: Ints
) -> Placement:
    """What tiers of candidates come to; `last` is, per tier and place, what its last place asks."""
    values = last.shape[1]
    rooms = {}
    for number, capacity in enumerate(capacities):
        used = np.bincount(within[tier == number], minlength=values)
        for value in range(values):
            full = capacity is not None and int(used[value]) >= capacity
            least = int(last[number, value])
            rooms[number, value] = Room(full, least if least >= 0 else None)
    rank = np.zeros(len(tier), dtype="int64")
    listed = order[tier[order] != NOWHERE]
    rank[listed] = _counted_within(tier[listed] * max(values, 1) + within[listed]) + 1
    return Placement(tier, rank, rooms)


def cuts_of(place: Ints, score: Ints, count: Ints, room: float) -> Ints:
    """Per place the least score of its best, of so many as there is room for.

    For each group of candidates: the number of its `place`, from 0, their `score`, and their
    `count`. Who has less has no room, whatever else decides between those of one score.
    """
    order = np.lexsort((-score, place))
    place, score, count = place[order], score[order], count[order]
    before = np.cumsum(count) - count
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    before -= np.repeat(before[starts], np.diff(np.append(starts, len(place))))
    cuts = np.full(int(place.max(initial=-1)) + 1, np.iinfo("int64").max, dtype="int64")
    has_room = (before < room) & (count > 0)
    np.minimum.at(cuts, place[has_room], score[has_room])
    return cuts


def _counted_within(groups: Ints) -> Ints:
    """For each entry, how many before it are of its group."""
    by_group = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[by_group], prepend=-1))
    sizes = np.diff(np.append(starts, len(groups)))
    counted = np.empty(len(groups), dtype="int64")
    counted[by_group] = np.arange(len(groups)) - np.repeat(starts, sizes)
    return counted


def best_first(candidates: pa.Table, rank_by: Sequence[str]) -> Ints:
    """The order of candidates: `rank_by` descending with unknown last, then `account_id`."""
    keys = [*((name, "descending", "at_end") for name in rank_by), ("account_id", "ascending")]
    indices = pc.sort_indices(candidates, sort_keys=keys)
    return to_numpy(indices).astype("int64")
