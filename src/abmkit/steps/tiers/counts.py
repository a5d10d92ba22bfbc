"""How full tiers are: slots, who takes them, who found none, and who has none to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.rules.tiers.capacities import (
    OWNER,
    TERRITORY,
    AccountClass,
    Capacities,
    TierSlots,
)
from abmkit.domain.rules.tiers.matching import Matching
from abmkit.steps.tiers.slots import CLASS
from abmkit.steps.tiers.standing import NUMBER, WITHIN

_MOST_SAMPLES = 2
ACCOUNTS, FIRST, LAST = "__accounts", "__first", "__last"
"""Of accounts alike: how many they are, and the least and the greatest of their ids."""


@dataclass(frozen=True)
class RoomCount:
    """A tier in one place, or the slots of one row of the table."""

    tier: str
    at: Mapping[str, str | None]
    """Whose room it is, by columns of accounts: null of whom it is unknown."""
    slots: int | None
    """None for any number."""
    taken: int
    waiting: int
    """How many more meet the tier and are in none as good."""
    open: bool = False
    """Whether there is room for some of those that wait: what was, or too many moves, holds them
    back."""

    @property
    def free(self) -> int:
        """How many slots nobody takes, where they are counted."""
        return 0 if self.slots is None else max(self.slots - self.taken, 0)


@dataclass(frozen=True)
class Unplaced:
    """Accounts that meet a tier and for which the table has no row."""

    tier: str
    at: Mapping[str, str | None]
    count: int
    samples: tuple[str, ...]
    """An id or two."""


@dataclass(frozen=True)
class RoomCounts:
    """How full tiers are that have a capacity."""

    rooms: tuple[RoomCount, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    over: Mapping[str, int] | None = None
    """By tier how many more are pinned to it than there are slots for them."""

    def slots(self, tier: str) -> int | None:
        """All slots of a tier; None where they have no end, or it has none."""
        found = [each.slots for each in self.rooms if each.tier == tier]
        known = [each for each in found if each is not None]
        return sum(known) if known and len(known) == len(found) else None


def room_counts_of(groups: pa.Table, config: Tiers, capacities: Capacities | None) -> RoomCounts:
    """How full tiers are, by how many accounts are alike: of one place (`WITHIN`), class (`CLASS`),
    tier (`NUMBER`), and whether they may enter each tier (`__meets_<n>`)."""
    rows = groups.to_pylist()
    rooms: list[RoomCount] = []
    unplaced: list[Unplaced] = []
    over: dict[str, int] = {}
    for number, each in enumerate(config.tiers):
        if capacities is not None and each.id in capacities.tiers:
            tier = _Slots(each.id, capacities, capacities.of_tier(each.id), number, rows)
            rooms += tier.rooms()
            unplaced += tier.unplaced()
            if tier.over:
                over[each.id] = tier.over
        elif each.capacity is not None:
            rooms += _by_place(each, number, config.within, rows)
    return RoomCounts(tuple(rooms), tuple(unplaced), over)


def _waits(row: Mapping[str, Any], number: int) -> bool:
    """Whether accounts meet a tier and are below it."""
    return bool(row[f"__meets_{number}"]) and row[NUMBER] > number


def _by_place(
    tier: Tier, number: int, within: str | None, rows: Sequence[Mapping[str, Any]]
) -> Iterator[RoomCount]:
    taken, waiting = Counter[str](), Counter[str]()
    for row in rows:
        taken[row[WITHIN]] += row[ACCOUNTS] * (row[NUMBER] == number)
        waiting[row[WITHIN]] += row[ACCOUNTS] * _waits(row, number)
    for place in sorted(taken):
        at = {within: place or None} if within else {}
        # Where nobody is unknown, or would do, nothing is free.
        if within and not (place or taken[place] or waiting[place]):
            continue
        is_open = tier.capacity is None or taken[place] < tier.capacity
        yield RoomCount(tier.id, at, tier.capacity, taken[place], waiting[place], is_open)


class _Slots:
    """The slots of one tier."""

    def __init__(
        self,
        tier: str,
        capacities: Capacities,
        slots: TierSlots,
        number: int,
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        self.tier, self.slots = tier, slots
        self.keys = capacities.keys
        members, waiting = Counter[str](), Counter[str]()
        self.ids: dict[str, set[str]] = {}
        for row in rows:
            if row[NUMBER] == number:
                members[row[CLASS]] += row[ACCOUNTS]
            elif _waits(row, number):
                waiting[row[CLASS]] += row[ACCOUNTS]
                self.ids.setdefault(row[CLASS], set()).update((row[FIRST], row[LAST]))
        self.classes = {text: AccountClass.of(text) for text in sorted({*members, *waiting})}
        self.waiting = {text: count for text, count in sorted(waiting.items()) if count}
        # Who has an owner takes the owner's own slots first.
        order = sorted(self.classes, key=lambda text: (self.classes[text].owner is None, text))
        edges = [slots.open_to(self.classes[text]) for text in order]
        matching = Matching(edges, slots.capacities)
        found = sum(matching.add(at, members[text]) for at, text in enumerate(order))
        self.open = dict(zip(order, matching.has_room(), strict=True))
        self.over = sum(members.values()) - found
        self.taken = [sum(held.values()) for held in matching.held]

    def rooms(self) -> Iterator[RoomCount]:
        """A count for each row, and for those that wait and could have the slots of several."""
        waiting = Counter[int]()
        without = Counter[str | None]()
        open_, open_without = set[int](), set[str | None]()
        for text, count in self.waiting.items():
            each = self.classes[text]
            rows = self.slots.open_to(each)
            if rows and each.owner is None and self.slots.rows[rows[0]].owner is not None:
                without[each.territory] += count
                open_without |= {each.territory} if self.open[text] else set()
            elif rows:
                waiting[rows[0]] += count
                open_ |= {rows[0]} if self.open[text] else set()
        for at, row in enumerate(self.slots.rows):
            named = {TERRITORY: row.territory, OWNER: row.owner}
            own = {key: value for key, value in named.items() if value is not None}
            taken = self.taken[at]
            yield RoomCount(self.tier, own, row.capacity, taken, waiting[at], at in open_)
        for territory, count in without.items():
            whose, is_open = self._at(AccountClass(territory, None)), territory in open_without
            yield RoomCount(self.tier, whose, 0, 0, count, is_open)

    def unplaced(self) -> Iterator[Unplaced]:
        """Those that no row is for: by their territory where that is unknown, else by both."""
        for text, count in self.waiting.items():
            each = self.classes[text]
            if not self.slots.open_to(each):
                samples = tuple(sorted(self.ids[text])[:_MOST_SAMPLES])
                yield Unplaced(self.tier, self._at(each), count, samples)

    def _at(self, each: AccountClass) -> dict[str, str | None]:
        named = {TERRITORY: each.territory, OWNER: each.owner}
        return {key: named[key] for key in self.keys}
