"""The moves from one placement to another, as many as are allowed, none beyond a capacity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from abmkit.domain.rules.tiers.placement import NOWHERE, Capacity, Ints, Slotted


class Moves:
    """The moves from one placement to another, made one after the other, each with those that make
    room for it: at every point each tier holds no more than its capacity."""

    def __init__(
        self,
        order: Ints,
        within: Ints,
        tier: Ints,
        wanted: Ints,
        pinned: Ints,
        capacities: Sequence[Capacity],
    ) -> None:
        self.tier = tier.tolist()
        self.wanted = wanted.tolist()
        self.rooms: dict[int, _Places | _Slots] = {}
        for number, capacity in enumerate(capacities):
            there = order[tier[order] == number]
            if isinstance(capacity, Slotted):
                self.rooms[number] = _Slots(capacity, there, pinned, order, self._is_moved)
            elif capacity is not None:
                self.rooms[number] = _Places(capacity, there, within, self._is_moved)
        for each in order[(tier != wanted)[order]].tolist():
            if self.tier[each] in self.rooms:
                self.rooms[self.tier[each]].will_leave(each)

    def made(self, first: Ints, most: int) -> Ints:
        """The tiers after at most so many moves, begun with these, the most deserving first."""
        for each in first.tolist():
            if most <= 0:
                break
            if not self._is_moved(each):
                most -= self._made_with_room(each, most)
        return np.array(self.tier, dtype="int64")

    def _is_moved(self, each: int) -> bool:
        return bool(self.tier[each] == self.wanted[each])

    def _made_with_room(self, first: int, most: int) -> int:
        """How many moves one takes, with those that make room; none if more than so many."""
        chain: list[tuple[int, int]] = []
        each: int | None = first
        if self.tier[first] in self.rooms:
            self.rooms[self.tier[first]].leave(first)
        while each is not None:
            chain.append((each, self.tier[each]))
            tier = self.tier[each] = self.wanted[each]
            each = self.rooms[tier].in_the_way(each) if tier in self.rooms else None
        if len(chain) <= most:
            return len(chain)
        # First all of them leave, so that nobody is in anybody's way back.
        for each, _ in chain:
            if self.tier[each] in self.rooms:
                self.rooms[self.tier[each]].leave(each)
        for each, tier in reversed(chain):
            self.tier[each] = tier
            if tier in self.rooms:
                self.rooms[tier].come_back(each)
        return 0


class _Places:
    """A tier that holds so many in each value of `within`."""

    def __init__(
        self, capacity: int, there: Ints, within: Ints, is_moved: Callable[[int], bool]
    ) -> None:
        self.capacity = capacity
        self.within = within.tolist()
        self.is_moved = is_moved
        self.used = Counter(within[there].tolist())
        self.leaving: dict[int, list[int]] = defaultdict(list)
        """By place those that are to leave it, the worst at the end."""

    def will_leave(self, each: int) -> None:
        """One of the tier is to leave it, the next worse than the one before."""
        self.leaving[self.within[each]].append(each)

    def leave(self, each: int) -> None:
        """One leaves."""
        self.used[self.within[each]] -= 1

    def come_back(self, each: int) -> None:
        """One that was to leave is there again."""
        self.used[self.within[each]] += 1
        self.will_leave(each)

    def in_the_way(self, each: int) -> int | None:
        """One enters; gives who leaves for it."""
        place = self.within[each]
        self.used[place] += 1
        if self.used[place] <= self.capacity:
            return None
        leaving = self.leaving[place]
        while leaving and self.is_moved(leaving[-1]):
            leaving.pop()
        if not leaving:
            return None
        self.leave(leaving[-1])
        return leaving.pop()


class _Slots:
    """A tier that has slots for some accounts each."""

    def __init__(
        self,
        slots: Slotted,
        there: Ints,
        pinned: Ints,
        order: Ints,
        is_moved: Callable[[int], bool],
    ) -> None:
        self.of = slots.of.tolist()
        self.is_moved = is_moved
        self.leaving: dict[int, list[int]] = defaultdict(list)
        """By class those that are to leave, the worst at the end."""
        rank = np.empty(len(order), dtype="int64")
        rank[order] = np.arange(len(order))
        self.rank = rank.tolist()
        is_pinned = pinned[there] != NOWHERE
        # Of the pinned some may find no slot; of the others all do.
        self.matching, _ = slots.taken_by(there[is_pinned])
        for each in there[~is_pinned].tolist():
            self.matching.add(self.of[each])

    def will_leave(self, each: int) -> None:
        """One of the tier is to leave it, the next worse than the one before."""
        self.leaving[self.of[each]].append(each)

    def leave(self, each: int) -> None:
        """One leaves."""
        self.matching.remove(self.of[each])

    def come_back(self, each: int) -> None:
        """One that was to leave is there again."""
        self.matching.add(self.of[each])
        self.will_leave(each)

    def in_the_way(self, each: int) -> int | None:
        """One enters; gives who leaves for it."""
        if self.matching.add(self.of[each]):
            return None
        worst = None
        for cls in self.matching.within_reach(self.of[each]):
            leaving = self.leaving[cls]
            while leaving and self.is_moved(leaving[-1]):
                leaving.pop()
            if leaving and (worst is None or self.rank[leaving[-1]] > self.rank[worst]):
                worst = leaving[-1]
        if worst is None:
            return None
        self.leaving[self.of[worst]].pop()
        self.leave(worst)
        self.matching.add(self.of[each])
        return worst
