"""Which tier an account would be in, were its score another: tiers are full where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.tiers.placement import NOWHERE, Slotted
from abmkit.steps.tiers.standing import least

Flags = npt.NDArray[Any]
Ints = npt.NDArray[Any]

_ALWAYS, NEVER = -(10**9), 10**9
NO_SCORE = _ALWAYS
"""What is needed where there is room; `NEVER`, where no score is enough."""


@dataclass(frozen=True)
class Rooms:
    """What an account must have to be in a tier, beside what the tier asks of all."""

    last: Sequence[Ints]
    """Per tier and place, or class where it has slots: hundredths of the last one admitted, where
    it is full."""
    waiting: Sequence[Ints]
    """Likewise: hundredths of the best one that found no room."""
    by_score: bool
    """Whether the score decides who comes first."""

    @staticmethod
    def of(
        tiers: Tiers,
        tier: Ints,
        place: Ints,
        slotted: Mapping[int, Slotted],
        score: Ints,
        meets: Sequence[Flags],
        pinned: Flags,
    ) -> Rooms:
        """From where accounts are: `tier` from 0, as many as there are for none; `slotted` the
        slots of tiers that have such; `meets` one array per tier, whether an account would enter
        it, were there room."""
        last: list[Ints] = []
        waiting: list[Ints] = []
        for number, each in enumerate(tiers.tiers):
            slots = slotted.get(number)
            places = place if slots is None else slots.of
            count = int(place.max(initial=-1)) + 1 if slots is None else len(slots.edges)
            there, lowest = tier == number, np.full(count, NEVER)
            np.minimum.at(lowest, places[there & ~pinned], score[there & ~pinned])
            outside, best = meets[number] & (tier > number), np.full(count, _ALWAYS)
            np.maximum.at(best, places[outside], score[outside])
            if slots is not None:
                full, lowest, best = _in_slots(slots, np.flatnonzero(there), lowest, best)
            elif each.capacity is not None:
                full = np.bincount(places[there], minlength=count) >= each.capacity
            else:
                full, best = np.zeros(count, dtype=bool), np.full(count, _ALWAYS)
            last.append(np.where(full, lowest, _ALWAYS))
            waiting.append(best)
        by_score = tiers.rank_by[:1] == ["fit_score"]
        return Rooms(last, waiting, by_score)

    def needed(self, number: int, place: Ints, tier: Ints, moved: Flags) -> tuple[Ints, Ints]:
        """The hundredths from which on an account may be in a tier, and from which on it is.

        `place` is where it is counted, or its class where the tier has slots; `tier` is where it is
        now; `moved` whether it would be counted in another place.
        """
        last, waiting = self.last[number][place], self.waiting[number][place]
        member = (tier == number) & ~moved
        above = (tier < number) & ~moved
        may = np.where(member | above, np.minimum(waiting, last), last)
        must = np.where(member, waiting, last)
        # Of equal scores something else decides.
        must = np.where((must > _ALWAYS) & (must < NEVER), must + 1, must)
        if self.by_score:
            return may, must
        unsure = (must > _ALWAYS) | (may > _ALWAYS)
        return np.where(unsure & (may < NEVER), _ALWAYS, may), np.where(unsure, NEVER, must)


def _in_slots(slots: Slotted, members: Ints, lowest: Ints, best: Ints) -> tuple[Flags, Ints, Ints]:
    """Per class whether all slots for it are taken, the lowest score that could make room for it,
    and the best of those that wait and could take its slot; given those of the class itself."""
    rooms = slots.rooms(members, np.where(lowest < NEVER, np.maximum(lowest, 0), NOWHERE))
    full = np.array([room.full for room in rooms], dtype=bool)
    least = np.array([NEVER if room.last is None else room.last for room in rooms], dtype="int64")
    matching, _ = slots.taken_by(members)
    waiting = np.full(len(best), _ALWAYS)
    for cls in np.flatnonzero(best > _ALWAYS).tolist():
        reached = [*matching.within_reach(cls)]
        waiting[reached] = np.maximum(waiting[reached], best[cls])
    return full, least, waiting


def least_of(tiers: Tiers) -> list[int]:
    """The hundredths that each tier asks for."""
    return [least(each) for each in tiers.tiers]
