"""The slots that a table of capacities has for the accounts of a frame, by their classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import numpy as np
import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import int64s, places_of, strings, to_numpy, whole
from abmkit.domain.frames import Frame, collected, column_in
from abmkit.domain.rules.tiers.capacities import (
    BETWEEN,
    KEYS,
    OWNER,
    AccountClass,
    Capacities,
    Slots,
    TierSlots,
    folded,
)
from abmkit.domain.rules.tiers.dealing import dealt
from abmkit.domain.rules.tiers.placement import Capacity, Ints, Placement, Slotted
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.steps.tiers.standing import HELD, WAS

OWNER_DEALT = "owner_dealt"
CLASS, DEALT = "__class", "__dealt"
"""Of an account: its territory and owner, as far as the table asks for them, as one text; the owner
that it is dealt."""


def class_of(columns: Sequence[str], capacities: Capacities) -> nw.Expr:
    """The class of each account, as one text."""
    texts: list[nw.Expr] = []
    for key in KEYS:
        column = column_in(columns, key) if key in capacities.keys else None
        text = nw.lit("") if column is None else nw.col(column).cast(nw.String).fill_null("")
        texts.append(text)
    return nw.concat_str([texts[0], nw.lit(BETWEEN), texts[1]])


def with_slots(frame: Frame, config: Tiers, capacities: Capacities) -> tuple[Frame, ClassSlots]:
    """The frame with the class of each account, and the slots that there are for its classes."""
    frame = frame.with_columns(class_of(frame.columns, capacities).alias(CLASS))
    slots = ClassSlots.of(frame, config, capacities)
    if HELD in frame.columns:
        frame = frame.with_columns(_held_where_open(slots))
    return frame, slots


def _held_where_open(slots: ClassSlots) -> nw.Expr:
    """Whether it is too soon to leave the tier of before: not where that has no row any more for
    whom it held, so that a better one may take him in."""
    held = nw.col(HELD)
    for number in slots.tiers:
        if closed := slots.closed_to(number):
            held = held & ~((nw.col(WAS) == number) & nw.col(CLASS).is_in(closed))
    return held.alias(HELD)


def unmet(classes: Sequence[str], capacities: Capacities) -> list[Slots]:
    """The rows whose slots accounts of none of the classes may take."""
    those = [AccountClass.of(text) for text in classes]
    found: list[Slots] = []
    for tier in sorted(capacities.tiers):
        slots = capacities.of_tier(tier)
        met = {row for each in those for row in slots.open_to(each)}
        found += [row for number, row in enumerate(slots.rows) if number not in met]
    return sorted(found, key=lambda row: row.row)


def slotted_by(
    accounts: pa.Table, config: Tiers, capacities: Capacities | None
) -> dict[int, Slotted]:
    """The slots of those tiers that the table names, for accounts that have their class."""
    if capacities is None:
        return {}
    encoded = whole(accounts[CLASS]).dictionary_encode()
    classes = [AccountClass.of(text) for text in encoded.dictionary.to_pylist()]
    of = to_numpy(encoded.indices).astype("int64")
    slots = {n: capacities.of_tier(t.id) for n, t in enumerate(config.tiers)}
    return {
        number: Slotted(of, [each.open_to(one) for one in classes], each.capacities)
        for number, each in slots.items()
        if each.rows
    }


@dataclass(frozen=True)
class ClassSlots:
    """Which slots of which tier the classes of a frame may take."""

    texts: pa.StringArray
    """The classes that there are, each once."""
    tiers: dict[int, TierSlots]
    """By the number of a tier that the table names."""

    @classmethod
    def of(cls, frame: Frame, config: Tiers, capacities: Capacities) -> ClassSlots:
        """Those of a frame whose accounts have their class as `CLASS`."""
        texts = sorted(whole(collected(frame.select(CLASS).unique())[CLASS]).to_pylist())
        tiers = {
            number: capacities.of_tier(each.id)
            for number, each in enumerate(config.tiers)
            if each.id in capacities.tiers
        }
        return cls(strings(texts), tiers)

    @cached_property
    def classes(self) -> list[AccountClass]:
        """The same, read."""
        return [AccountClass.of(text) for text in self.texts.to_pylist()]

    @cached_property
    def edges(self) -> dict[int, list[list[int]]]:
        """By tier, per class the rows whose slots it may take."""
        return {n: [slots.open_to(c) for c in self.classes] for n, slots in self.tiers.items()}

    def closed_to(self, number: int) -> list[str]:
        """The classes for which a tier has no row."""
        open_to = zip(self.texts.to_pylist(), self.edges[number], strict=True)
        return [text for text, rows in open_to if not rows]

    def numbers(self, texts: pa.StringArray) -> Ints:
        """The number of each account's class."""
        return places_of(texts, self.texts).astype("int64")

    def capacities(self, config: Tiers, of: Ints) -> list[Capacity]:
        """What each tier holds, for candidates of these classes."""
        return [
            Slotted(of, self.edges[number], self.tiers[number].capacities)
            if number in self.tiers
            else each.capacity
            for number, each in enumerate(config.tiers)
        ]

    def most(self, number: int) -> Ints:
        """Per class how many of it a tier holds at best."""
        slots = self.tiers[number]
        return np.array([slots.most(each) for each in self.classes], dtype="float64")

    def dealt(
        self,
        placement: Placement,
        capacities: Sequence[Capacity],
        order: Ints,
        pinned: Ints,
        ids: pa.StringArray,
        previous: Previous | None,
    ) -> dict[int, str]:
        """The owners that candidates get who have none."""
        given: dict[int, str] = {}
        to_deal = np.array([each.owner is None for each in self.classes], dtype=bool)
        for number, tier in self.tiers.items():
            owners, tier_id = [each.owner for each in tier.rows], tier.rows[0].tier
            slots = capacities[number]
            members = order[placement.tier[order] == number]
            if not any(owners) or not isinstance(slots, Slotted):
                continue
            alike = [each for each in members.tolist() if to_deal[slots.of[each]]]
            before: dict[int, str] = {}
            if previous and alike:
                spelled = {folded(each): each for each in owners if each is not None}
                had, was = (each.to_pylist() for each in previous.owners(ids.take(int64s(alike))))
                found = sorted(zip(alike, had, was, strict=True), key=lambda e: e[2] != tier_id)
                pairs = ((each, spelled.get(folded(owner))) for each, owner, _ in found)
                # Who was in this tier does not lose an owner to who comes into it.
                before = {each: owner for each, owner in pairs if owner is not None}
            given |= dealt(slots, members, pinned, to_deal, owners, before)
        return given


def with_owners(frame: Frame) -> Frame:
    """The frame with the owners that accounts were dealt, where theirs was unknown, and whether
    they were; an owner that was dealt before is still one."""
    column = column_in(frame.columns, OWNER)
    before = nw.lit(False)
    if OWNER_DEALT in frame.columns:
        before = nw.col(OWNER_DEALT).cast(nw.Boolean).fill_null(False)
    if column is None:
        is_dealt = ~nw.col(DEALT).is_null()
        return frame.with_columns(nw.col(DEALT).alias(OWNER), is_dealt.alias(OWNER_DEALT))
    known = (~nw.col(column).is_null() & (nw.col(column) != "")).fill_null(False)
    return frame.with_columns(
        nw.when(known).then(nw.col(column)).otherwise(nw.col(DEALT)).alias(column),
        nw.when(known).then(before).otherwise(~nw.col(DEALT).is_null()).alias(OWNER_DEALT),
    )


def without_dealt_owners(frame: Frame) -> Frame:
    """The frame with the owners that accounts had before they were dealt any."""
    column = column_in(frame.columns, OWNER)
    if column is None or OWNER_DEALT not in frame.columns:
        return frame
    is_dealt = nw.col(OWNER_DEALT).cast(nw.Boolean).fill_null(False)
    nobody = nw.lit(None).cast(nw.String)
    owner = nw.when(is_dealt).then(nobody).otherwise(nw.col(column))
    return frame.with_columns(owner.alias(column)).drop([OWNER_DEALT])
