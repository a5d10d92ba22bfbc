"""What the reports say of the funnel alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from abmkit.domain.rules.tiers.capacities import OWNER, Capacities
from abmkit.reports.words import Words
from abmkit.steps.exclude import ListCount
from abmkit.steps.tiers.counts import RoomCount, RoomCounts, Unplaced

_MOST_ROOMS = 3
"""So many of a kind are named."""


def expansion_texts(lists: Sequence[ListCount], words: Words) -> list[str]:
    """Per list to expand from, what is left of its companies' groups."""
    return [
        words("expand.parts", parts=each.expand, groups=each.expand_groups, list=each.name)
        for each in lists
        if each.expand
    ]


def place_text(at: Mapping[str, str | None], words: Words) -> str:
    """Whose room it is: `华东, 张三`, or what is unknown."""
    told = (
        words.cell(k, v) if v else words("capacity.none", column=words.within(k))
        for k, v in at.items()
    )
    return words("list.comma").join(told)


def room_texts(rooms: RoomCounts, words: Words) -> list[str]:
    """Where more meet a tier than find room, and where slots are free: the worst few of each."""
    full = [each for each in rooms.rooms if each.waiting and not each.open]
    full.sort(key=lambda each: -each.waiting)
    # What is unknown is no place in which there could be more.
    free = [each for each in rooms.rooms if each.free and None not in each.at.values()]
    free.sort(key=lambda each: -each.free)
    return [
        *_some("capacity.overflow", [_overflow(each, words) for each in full], words),
        *_some("capacity.shortfall", [_shortfall(each, words) for each in free], words),
    ]


def _overflow(each: RoomCount, words: Words) -> str:
    sentence = "capacity.over" if each.slots else "capacity.over_none"
    counts = {"waiting": each.waiting, "taken": each.taken, "slots": each.slots}
    return words(sentence, at=_at(each, words), **counts)


def _shortfall(each: RoomCount, words: Words) -> str:
    return words("capacity.short", at=_at(each, words), free=each.free, slots=each.slots)


def _at(each: RoomCount, words: Words) -> str:
    place = place_text(each.at, words)
    return words("capacity.at", tier=each.tier, at=place) if place else each.tier


def _some(sentence: str, told: Sequence[str], words: Words) -> list[str]:
    if not told:
        return []
    more = len(told) - _MOST_ROOMS
    left = words("capacity.more", count=more) if more > 0 else ""
    shown = words("reason.separator").join(told[:_MOST_ROOMS])
    return [words(sentence, rooms=shown, more=left)]


def slot_warnings(rooms: RoomCounts, slots: Capacities | None, words: Words) -> Iterator[str]:
    """Accounts that no row of the table of capacities is for, and pins beyond its slots."""
    if slots is None:
        return
    for tier, count in (rooms.over or {}).items():
        yield words("pin.over", tier=tier, count=count, table=slots.table)
    for tier in dict.fromkeys(each.tier for each in rooms.unplaced):
        those = sorted((u for u in rooms.unplaced if u.tier == tier), key=lambda u: -u.count)
        groups = [
            words(
                "capacity.group", at=_lacking(each, words), count=each.count,
                samples=list(each.samples),
            )
            for each in those[:_MOST_ROOMS]
        ]  # fmt: skip
        more = len(those) - len(groups)
        left = words("capacity.more", count=more) if more > 0 else ""
        count = sum(each.count for each in those)
        told = words("reason.separator").join(groups)
        yield words(
            "capacity.unplaced", tier=tier, count=count, table=slots.table, groups=told, more=left
        )


def _lacking(each: Unplaced, words: Words) -> str:
    """Whom no row is for; an owner that is unknown is nothing that lacks."""
    return place_text({k: v for k, v in each.at.items() if v or k != OWNER}, words)
