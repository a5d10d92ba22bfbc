"""Where accounts stand: their scores in hundredths, and what decides on their tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.project import Config
from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import flags, numbered, whole
from abmkit.domain.rules.codes import PINNED, SEPARATOR
from abmkit.domain.rules.scorecards import FULL, Card, Criterion
from abmkit.domain.rules.tiers.capacities import Capacities
from abmkit.domain.rules.tiers.placement import Slotted
from abmkit.planning.research.outcomes import Decider
from abmkit.planning.research.rooms import Rooms, least_of
from abmkit.steps.tiers.slots import slotted_by

Flags = npt.NDArray[Any]
Ints = npt.NDArray[Any]

WITHIN = "__within"
GROUPS = ("industry", "country")


@dataclass(frozen=True)
class Earned:
    """What a card makes of accounts."""

    earned: Ints
    """Hundredths of all criteria before they are rescaled, and what they are rescaled to."""
    scale: Ints
    known: Ints
    """Hundredths of the criteria that are known."""


@dataclass(frozen=True)
class Standing:
    """All accounts, as far as tiers are about them."""

    ids: pa.StringArray
    tier: Ints
    place: Ints
    places: int
    levels: list[Ints]
    """Industry, and industry with country, as numbers."""
    countries: list[Ints]
    """Country alone, for what is asked of industries."""
    stays: Flags
    """Who stays where it is: the excluded and the pinned."""
    score: Ints
    """Hundredths as the score has them, -100 where it is unknown."""
    known: Ints
    """Hundredths of the criteria that are known, of the card that counts."""
    by_card: list[Earned]
    """What each card would make of them; last what none makes."""
    segments: list[Decider]
    """The conditions of segments."""
    table: pa.Table
    conditions: list[Decider]
    """The conditions of tiers."""
    slotted: Mapping[int, Slotted]
    """The slots of those tiers that a table has some for."""

    def places_in(self, number: int) -> Ints:
        """Where accounts are counted in a tier: by their place, or by their class."""
        return self.slotted[number].of if number in self.slotted else self.place

    def held(self, decider: Decider) -> Flags:
        """Where a condition is true."""
        return ~flags(whole(self.table[decider.flag(1)]))


def standing_of(
    table: pa.Table,
    config: Config,
    made: Sequence[Card],
    deciders: Sequence[Decider],
    capacities: Capacities | None = None,
) -> Standing:
    """Where accounts stand, by the flags of what decides on them."""
    tiers = config.tier.tiers
    labels = whole(table["tier"]).to_pylist()
    by_id = {each.id: place for place, each in enumerate(tiers)}
    number = np.array([by_id.get(label, len(tiers)) for label in labels], dtype="int64")
    places = numbered(whole(table[WITHIN]))
    groups = [
        numbered(whole(table[name])) if name in table.column_names else _none(table)
        for name in GROUPS
    ]
    both = np.where(
        (groups[0] < 0) | (groups[1] < 0), -1, groups[0] * (groups[1].max() + 2) + groups[1]
    )
    both[both >= 0] = np.unique(both[both >= 0], return_inverse=True)[1]
    reason = whole(table["tier_reason"])
    stays = flags(pc.starts_with(reason, f"{PINNED}{SEPARATOR}"))
    if "excluded" in table.column_names:
        stays = stays | flags(whole(table["excluded"]))
    by_card = [*(_earned(card, deciders, table) for card in made), _nothing(table)]
    segments = [each for each in deciders if each.kind == "segment"]
    held = {each.number: ~flags(whole(table[each.flag(1)])) for each in segments}
    card = card_of(made, held, (table.num_rows,))
    earned, scale, known = (
        np.choose(card % len(by_card), [getattr(each, name) for each in by_card])
        for name in ("earned", "scale", "known")
    )
    return Standing(
        whole(table["account_id"]), number, places, int(places.max(initial=-1)) + 1,
        [groups[0], both], [groups[1]], stays, score_of(earned, scale), known, by_card, segments,
        table, [each for each in deciders if each.kind == "tier"],
        slotted_by(table, config.tier, capacities),
    )  # fmt: skip


def card_of(made: Sequence[Card], held: Mapping[int, Flags], shape: tuple[int, ...]) -> Ints:
    """Which card counts, by where the condition of each segment is true; -1 for none."""
    general = len(made) - 1 if made and made[-1].when is None else -1
    chosen = np.full(shape, general)
    for number in sorted(held, reverse=True):
        chosen = np.where(held[number], number, chosen)
    return chosen


def _earned(card: Card, deciders: Sequence[Decider], table: pa.Table) -> Earned:
    asked = {each.number: each for each in deciders if each.kind == "criterion"}
    found = _nothing(table)
    for criterion in card.criteria:
        points, open_ = points_of(asked[criterion.asked], criterion, table)
        found = Earned(
            found.earned + points,
            found.scale + np.where(open_ & (criterion.missing is None), 0, criterion.best),
            found.known + np.where(open_, 0, criterion.best),
        )
    return found


def _nothing(table: pa.Table) -> Earned:
    return Earned(*(np.zeros(table.num_rows, dtype="int64") for _ in range(3)))


def _none(table: pa.Table) -> Ints:
    return np.full(table.num_rows, -1, dtype="int64")


def points_of(decider: Decider, criterion: Criterion, table: pa.Table) -> tuple[Ints, Flags]:
    """What a criterion earns of its hundredths, and where it is open."""
    may = np.stack([flags(whole(table[decider.flag(n)])) for n in range(decider.bands + 1)], axis=1)
    open_ = may.sum(axis=1) > 1
    worth = np.array([*(points for _, points in criterion.bands), 0], dtype="int64")
    points = np.where(open_, criterion.missing or 0, worth[may.argmax(axis=1)])
    return points, open_


def score_of(earned: Ints, scale: Ints) -> Ints:
    """Hundredths of the score, as `score` has them: rounded half up; -100 where it is unknown."""
    whole_ = np.maximum(scale, 1)
    return np.where(scale > 0, (earned * (2 * FULL) + scale) // (2 * whole_), -100)


def rooms_of(seen: Standing, config: Config, deciders: Sequence[Decider]) -> Rooms:
    """How full the tiers are."""
    tiers = config.tier
    allowed = allowed_by(seen, tiers, deciders)
    meets = [
        each & (seen.score >= least) & ~seen.stays
        for each, least in zip(allowed, least_of(tiers), strict=True)
    ]
    return Rooms.of(tiers, seen.tier, seen.place, seen.slotted, seen.score, meets, seen.stays)


def allowed_by(seen: Standing, tiers: Tiers, deciders: Sequence[Decider]) -> list[Flags]:
    """Where each tier asks for no more than accounts have, their scores aside."""
    found = []
    for number, each in enumerate(tiers.tiers):
        may = seen.known / FULL >= each.min_known
        for decider in deciders:
            if decider.kind == "tier" and decider.number == number:
                may = may & ~flags(whole(seen.table[decider.flag(1)]))
        found.append(may)
    return found
