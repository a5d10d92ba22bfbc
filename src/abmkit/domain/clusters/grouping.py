"""Accounts divided by columns, coarse to fine, into groups of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]

MOST_NAMED = 3
"""A group of more values than these is called mixed."""


@dataclass(frozen=True)
class Part:
    """What the members of a group have in a column."""

    level: int
    """The column's place, from coarse to fine."""
    values: tuple[int, ...]
    """The numbers of their values; empty where they are too many to be named."""


@dataclass(frozen=True)
class Group:
    """Accounts that are worked together."""

    rows: Ints
    """Its members, by their place."""
    parts: tuple[Part, ...]
    """What makes it one, coarse to fine."""
    number: int = 1
    """Which it is of those of the same parts."""


@dataclass(frozen=True)
class Bounds:
    """How many accounts a group may have."""

    least: int
    most: int

    def hold(self, count: int) -> bool:
        """Whether so many accounts can be divided into groups that all are within the bounds."""
        return self.parts(count) * self.least <= count

    def parts(self, count: int) -> int:
        """Into how many groups so many accounts go at least."""
        return -(-count // self.most)


def grouped(levels: Sequence[Ints], order: Ints, bounds: Bounds) -> list[Group]:
    """All accounts in groups.

    `levels` number the values of all accounts, column by column, coarse to fine; `order` are the
    accounts in the order of their ids, which alone decides where nothing else does. Every group is
    within the bounds if their number allows it at all.
    """
    made = _Grouping(levels, bounds)
    seen: Counter[tuple[Part, ...]] = Counter()
    found = []
    for group in made.divided(order, 0, (), first=True):
        seen[group.parts] += 1
        found.append(replace(group, number=seen[group.parts]))
    return found


@dataclass(frozen=True)
class _Grouping:
    levels: Sequence[Ints]
    bounds: Bounds

    def divided(
        self, rows: Ints, level: int, parts: tuple[Part, ...], *, first: bool = False
    ) -> list[Group]:
        """Accounts in groups by the columns from a level on; as they are where they are few."""
        if not len(rows):
            return []
        if len(rows) <= self.bounds.most and not first:
            return [Group(rows, parts)]
        if level == len(self.levels):
            return list(self._evenly(rows, parts))
        found: list[Group] = []
        rest: list[Ints] = []
        for value, those in self._by_value(rows, level):
            if self.bounds.hold(len(those)):
                found += self.divided(those, level + 1, (*parts, Part(level, (value,))))
            else:
                rest.append(those)
        if not rest:
            return found
        joined = np.concatenate(rest)
        finer: list[Part] = []
        while found and not self.bounds.hold(len(joined)):
            nearest = found.pop(self._nearest(joined, found, level))
            joined = np.concatenate([joined, nearest.rows])
            finer += [each for each in nearest.parts if each.level > level]
        joined = self._in_order(joined)
        part = self._part(joined, level)
        mixed = not part.values and bool(parts) and not parts[-1].values
        if (found or not parts) and not mixed:
            parts = (*parts, part)
        if len(joined) > self.bounds.most:
            return [*found, *self.divided(joined, level + 1, parts)]
        # What those had in common that others are joined with, all may have.
        kept = [each for each in finer if self._part(joined, each.level) == each]
        return [*found, Group(joined, (*parts, *kept))]

    def _by_value(self, rows: Ints, level: int) -> Iterator[tuple[int, Ints]]:
        """The accounts of each value, in its order."""
        values = self.levels[level][rows]
        by_value = np.argsort(values, kind="stable")
        starts = np.flatnonzero(np.diff(values[by_value], prepend=-1))
        for those in np.split(by_value, starts[1:]):
            yield int(values[those[0]]), rows[those]

    def _in_order(self, rows: Ints) -> Ints:
        """Accounts by their values, coarse to fine; those of the same values stay by their ids."""
        rows = np.sort(rows)
        keys = [each[rows] for each in reversed(self.levels)]
        ordered: Ints = rows[np.lexsort([rows, *keys])]
        return ordered

    def _part(self, rows: Ints, level: int) -> Part:
        values = np.unique(self.levels[level][rows]).tolist()
        return Part(level, tuple(values) if len(values) <= MOST_NAMED else ())

    def _evenly(self, rows: Ints, parts: tuple[Part, ...]) -> Iterator[Group]:
        for those in np.array_split(rows, self.bounds.parts(len(rows))):
            yield Group(those, parts)

    def _nearest(self, rows: Ints, groups: Sequence[Group], level: int) -> int:
        """The group that accounts go with best: with which they are a group within the bounds, of
        those the one whose other values are most like theirs, then the smallest."""
        finer = self.levels[level + 1 :]
        own = [_shares(each[rows]) for each in finer]

        def apart(place: int) -> tuple[bool, float, int, int]:
            group = groups[place]
            count = len(rows) + len(group.rows)
            fits = self.bounds.least <= count <= self.bounds.most
            alike = sum(
                min(share, mine.get(value, 0.0))
                for mine, each in zip(own, finer, strict=True)
                for value, share in _shares(each[group.rows]).items()
            )
            return not fits, -round(alike, 9), len(group.rows), place

        return min(range(len(groups)), key=apart)


def _shares(values: Ints) -> dict[int, float]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), (counts / len(values)).tolist(), strict=True))
