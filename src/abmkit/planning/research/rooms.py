"""Which tier an account would be in, were its score another: tiers are full where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.config.sections.tier import Tiers
from abmkit.steps.tiers.standing import least

Flags = npt.NDArray[Any]
Ints = npt.NDArray[Any]

_ALWAYS, _NEVER = -(10**9), 10**9
NO_SCORE = _ALWAYS
"""What is needed where there is room."""


@dataclass(frozen=True)
class Rooms:
    """What an account must have to be in a tier, beside what the tier asks of all."""

    last: Ints
    """(n_tiers, n_places): hundredths of the last one admitted, where a tier is full."""
    waiting: Ints
    """(n_tiers, n_places): hundredths of the best one that found no room."""
    by_score: bool
    """Whether the score decides who comes first."""

    @staticmethod
    def of(
        tiers: Tiers, tier: Ints, place: Ints, score: Ints, meets: Sequence[Flags], pinned: Flags
    ) -> Rooms:
        """From where accounts are: `tier` from 0, as many as there are for none; `meets` one array
        per tier, whether an account would enter it, were there room."""
        count, places = len(tiers.tiers), int(place.max(initial=-1)) + 1
        last = np.full((count, places), _ALWAYS)
        waiting = np.full((count, places), _ALWAYS)
        for number, each in enumerate(tiers.tiers):
            there = tier == number
            used = np.bincount(place[there], minlength=places)
            if each.capacity is None:
                continue
            full = used >= each.capacity
            lowest = np.full(places, _NEVER)
            np.minimum.at(lowest, place[there & ~pinned], score[there & ~pinned])
            last[number] = np.where(full, lowest, _ALWAYS)
            outside = meets[number] & (tier > number)
            np.maximum.at(waiting[number], place[outside], score[outside])
        by_score = tiers.rank_by[:1] == ["fit_score"]
        return Rooms(last, waiting, by_score)

    def needed(self, number: int, place: Ints, tier: Ints, moved: Flags) -> tuple[Ints, Ints]:
        """The hundredths from which on an account may be in a tier, and from which on it is.

        `tier` is where it is now; `moved` whether it would be counted in another place.
        """
        last, waiting = self.last[number, place], self.waiting[number, place]
        member = (tier == number) & ~moved
        above = (tier < number) & ~moved
        may = np.where(member | above, np.minimum(waiting, last), last)
        must = np.where(member, waiting, last)
        # Of equal scores something else decides.
        must = np.where((must > _ALWAYS) & (must < _NEVER), must + 1, must)
        if self.by_score:
            return may, must
        unsure = (must > _ALWAYS) | (may > _ALWAYS)
        return np.where(unsure & (may < _NEVER), _ALWAYS, may), np.where(unsure, _NEVER, must)


def least_of(tiers: Tiers) -> list[int]:
    """The hundredths that each tier asks for."""
    return [least(each) for each in tiers.tiers]
