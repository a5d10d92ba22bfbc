"""Who gets an owner: accounts without one are dealt to free slots, best first, like cards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from abmkit.domain.rules.tiers.placement import NOWHERE, Ints, Slotted


def dealt(
    slots: Slotted,
    members: Ints,
    pinned: Ints,
    to_deal: Ints,
    owners: Sequence[str | None],
    before: Mapping[int, str],
) -> dict[int, str]:
    """Owners for those in a tier that have none, by their number.

    `members` are all of them, best first; `to_deal` says for each class whether its owner is
    unknown, `owners` for each row whose slots they are, `before` whom a candidate had, of whom
    there are slots, first who is to keep it first. Whoever had an owner keeps it where all the
    others find a slot then; the others go to the owner who got the fewest of their class, until his
    slots are taken.
    """
    is_pinned = pinned[members] != NOWHERE
    listed = np.concatenate([members[~is_pinned], members[is_pinned]])
    # Of the pinned some may find no slot; those are not dealt.
    fits = np.zeros(len(slots.of), dtype=bool)
    fits[listed[slots.taken_by(listed)[1]]] = True
    placed = members[fits[members]]
    dealing = to_deal[slots.of[placed]]
    table = _Table(slots, owners, to_deal, placed)
    given: dict[int, str] = {}
    waiting = list(zip(placed[dealing].tolist(), slots.of[placed[dealing]].tolist(), strict=True))
    classes = dict(waiting)
    for each, had in before.items():
        if each in classes and table.give(classes[each], had):
            given[each] = had
    for each, cls in waiting:
        if each not in given:
            owner = table.next(cls)
            if owner is not None:
                given[each] = owner
    return given


class _Table:
    """The owners around it, and how many each was given of a class."""

    def __init__(
        self, slots: Slotted, owners: Sequence[str | None], to_deal: Ints, members: Ints
    ) -> None:
        self.slots = slots
        self.owners = owners
        self.rows: dict[int, dict[str, list[int]]] = {}
        """Per class the rows of each owner that have slots for it yet."""
        self.given: dict[tuple[int, str], int] = defaultdict(int)
        self.turns: dict[int, list[tuple[int, str]]] = {}
        """Per class whose turn it is: how many each owner was given, and who."""
        endless = zip(slots.edges, to_deal.tolist(), strict=True)
        self.endless = np.array([self._is_endless(*each) for each in endless], dtype=bool)
        """Classes that are in nobody's way: their owner has, or all that they could be dealt have,
        slots without end."""
        in_the_way = members[~self.endless[slots.of[members]]]
        self.matching, _ = slots.taken_by(in_the_way)
        # Who has an owner takes the owner's own slots first.
        owned = slots.of[in_the_way]
        for cls, count in sorted(Counter(owned[~to_deal[owned]].tolist()).items()):
            rows = [row for row in slots.edges[cls] if owners[row] is not None]
            for _ in range(count):
                if not any(self.matching.use(row, cls) for row in rows):
                    break

    def _is_endless(self, rows: Sequence[int], to_deal: bool) -> bool:
        ends = [self.slots.capacities[row] for row in rows if self.owners[row] is not None]
        free = [each is None for each in ends]
        return bool(free) and (all(free) if to_deal else any(free))

    def give(self, cls: int, owner: str) -> bool:
        """Give one of a class to an owner, where a slot of his is free for it."""
        rows = self._rows_of(cls).get(owner, [])
        while rows:
            if self.endless[cls] or self.matching.use(rows[0], cls):
                self.given[cls, owner] += 1
                return True
            # Others need what slots there are, and will need them later.
            rows.pop(0)
        return False

    def next(self, cls: int) -> str | None:
        """Give one of a class to the owner whose turn it is; to no owner where none has a slot."""
        turns = self.turns.get(cls)
        if turns is None:
            turns = self.turns[cls] = [(self.given[cls, o], o) for o in self._rows_of(cls)]
            heapify(turns)
        while turns:
            count, owner = heappop(turns)
            if self.give(cls, owner):
                heappush(turns, (count + 1, owner))
                return owner
        for row in self.slots.edges[cls]:
            if self.owners[row] is None and self.matching.use(row, cls):
                break
        return None

    def _rows_of(self, cls: int) -> dict[str, list[int]]:
        if cls not in self.rows:
            rows: dict[str, list[int]] = defaultdict(list)
            for row in self.slots.edges[cls]:
                owner = self.owners[row]
                if owner is not None:
                    rows[owner].append(row)
            self.rows[cls] = dict(rows)
        return self.rows[cls]
