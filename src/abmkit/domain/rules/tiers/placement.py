"""Which accounts enter which tier: best first, up to each tier's capacity, pins before all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import to_numpy
from abmkit.domain.rules.tiers.matching import Matching

Ints = npt.NDArray[Any]

NOWHERE = -1
_SOME = 4096
"""How many are looked at before those of classes that are full are left out of the rest."""


@dataclass(frozen=True)
class Room:
    """What became of a tier in one value of `within`, or for one class of accounts where it has
    slots: whether it is full, and where it ended."""

    full: bool
    last: int | None
    """Hundredths of the last admitted score; pins don't count."""


@dataclass(frozen=True)
class Placement:
    """The tier of each candidate, from 0; -1 for none. `rank` is from 1 within tier and place."""

    tier: Ints
    rank: Ints
    rooms: dict[tuple[int, int], Room]
    """By tier and the number of the value of `within`; of a tier with slots, of the class."""
    last: Sequence[Ints]
    """Per tier what the last place asks in each value, or the last one in of each class; -1 where
    nobody's place can be taken."""


@dataclass(frozen=True)
class Slotted:
    """The capacity of a tier that has slots for some accounts each."""

    of: Ints
    """The class of each candidate, from 0."""
    edges: Sequence[Sequence[int]]
    """Per class the rows whose slots it may take, dearest first."""
    capacities: Sequence[int | None]
    """Per row."""

    @cached_property
    def endless(self) -> Ints:
        """Whether each class may take slots that have no end."""
        return np.array(
            [any(self.capacities[row] is None for row in rows) for rows in self.edges], dtype=bool
        )

    def taken_by(self, members: Ints) -> tuple[Matching, Ints]:
        """The slots that some candidates take, and which of them find one: those listed first."""
        matching = Matching(self.edges, self.capacities)
        left = {
            cls: matching.add(cls, count)
            for cls, count in Counter(self.of[members].tolist()).items()
        }
        found = _counted_within(self.of[members])
        return matching, found < np.array([left[cls] for cls in self.of[members].tolist()], int)

    def admitted(self, waiting: Ints, pinned: Ints) -> Ints:
        """Whom of those who wait, best first, slots are found for beside the pinned."""
        matching, _ = self.taken_by(pinned)
        classes = self.of[waiting]
        is_in = self.endless[classes]
        is_open = np.array([len(rows) > 0 for rows in self.edges], dtype=bool) & ~self.endless
        for start in range(0, len(waiting), _SOME):
            if not is_open.any():
                break
            some = np.flatnonzero(is_open[classes[start : start + _SOME]]) + start
            for at, cls in zip(some.tolist(), classes[some].tolist(), strict=True):
                if is_open[cls]:
                    is_in[at] = is_open[cls] = bool(matching.add(cls))
        return waiting[is_in]

    def rooms(self, members: Ints, last: Ints) -> list[Room]:
        """Per class whether the slots that it may take are full with these, and the least
        hundredths with which one of it takes another's."""
        matching, _ = self.taken_by(members)
        asked = {cls: int(last[cls]) for cls in np.flatnonzero(last >= 0).tolist()}
        least = matching.least(asked)
        free = matching.has_room()
        return [Room(not f, each) for f, each in zip(free, least, strict=True)]


Capacity: TypeAlias = int | Slotted | None
"""What a tier holds: so many per value of `within`, slots, or any number."""


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
    capacities: Sequence[Capacity],
    before: Before | None = None,
) -> Placement:
    """The candidates in tiers.

    `order` lists them best first. For each candidate: `within` is the number of the value its
    capacity is counted in, from 0; `score` its hundredths; `meets` one array per tier, whether it
    may enter; `pinned` the tier it is pinned to, or -1. `capacities` are per tier and value.
    """
    tier = pinned.copy()
    values = int(within.max(initial=-1)) + 1
    last = []
    for number, (may_enter, capacity) in enumerate(zip(meets, capacities, strict=True)):
        waiting = order[(tier[order] == NOWHERE) & may_enter[order]]
        if before is not None:
            waiting = before.queued(waiting, score, number)
        if isinstance(capacity, Slotted):
            places, count = capacity.of, len(capacity.edges)
            admitted = capacity.admitted(waiting, order[pinned[order] == number])
        else:
            places, count = within, values
            used = np.bincount(within[pinned == number], minlength=values)
            room = np.full(values, inf if capacity is None else capacity) - used
            admitted = waiting[_counted_within(within[waiting]) < room[within[waiting]]]
        tier[admitted] = number
        asked = score[admitted] if before is None else before.to_reach(admitted, score, number)
        ends = np.full(count, NOWHERE, dtype="int64")
        ends[places[admitted]] = asked
        last.append(ends)
    return placement_of(tier, order, within, capacities, last)


def placement_of(
    tier: Ints,
    order: Ints,
    within: Ints,
    capacities: Sequence[Capacity],
    last: Sequence[Ints],
) -> Placement:
    """What tiers of candidates come to; `last` is as a placement has it."""
    values = int(within.max(initial=-1)) + 1
    rooms: dict[tuple[int, int], Room] = {}
    for number, capacity in enumerate(capacities):
        if isinstance(capacity, Slotted):
            found = capacity.rooms(order[tier[order] == number], last[number])
        else:
            used = np.bincount(within[tier == number], minlength=values).tolist()
            found = [
                Room(capacity is not None and count >= capacity, None if least < 0 else int(least))
                for count, least in zip(used, last[number].tolist(), strict=True)
            ]
        rooms |= {(number, value): room for value, room in enumerate(found)}
    rank = np.zeros(len(tier), dtype="int64")
    listed = order[tier[order] != NOWHERE]
    rank[listed] = _counted_within(tier[listed] * max(values, 1) + within[listed]) + 1
    return Placement(tier, rank, rooms, last)


def cuts_of(place: Ints, score: Ints, count: Ints, room: float | Ints) -> Ints:
    """Per place the least score of its best, of so many as there is room for, in each or in all.

    For each group of candidates: the number of its `place`, from 0, their `score`, and their
    `count`. Who has less has no room, whatever else decides between those of one score.
    """
    order = np.lexsort((-score, place))
    place, score, count = place[order], score[order], count[order]
    before = np.cumsum(count) - count
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    before -= np.repeat(before[starts], np.diff(np.append(starts, len(place))))
    cuts = np.full(int(place.max(initial=-1)) + 1, np.iinfo("int64").max, dtype="int64")
    has_room = (before < np.broadcast_to(room, cuts.shape)[place]) & (count > 0)
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
