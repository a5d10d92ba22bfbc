"""Join companies that evidence says are one, unless something says they are not.

The likeliest pairs come first. Two companies are joined where, on the average of all pairs of their
records that were compared, they are likely to be the same: a chain of likenesses breaks where its
ends differ. Contradicting registry ids and a person's decision keep companies apart, and a company
that would grow beyond all measure is left in its parts and told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.forest import Forest
from abmkit.domain.identity import contradictory

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

MOST = 50
"""How many spellings of one company are joined by likeness alone."""


@dataclass(frozen=True)
class Joined:
    """Which companies are one."""

    labels: Ints
    """The company that each company is part of now, numbered without a gap."""
    giants: tuple[tuple[int, ...], ...]
    """Companies that likeness would have made one out of more than `MOST`; they stay apart."""


def joined(
    count: int,
    one: Ints,
    other: Ints,
    probability: Floats,
    same: float,
    ids: Mapping[int, frozenset[str]],
) -> Joined:
    """Join `count` companies by the probabilities of pairs of them, each pair given once.

    Pairs that no likely ones link make no difference. `ids` are the registry ids of those that
    have some.
    """
    near = np.flatnonzero(probability >= same)
    component = linked(count, one[near], other[near])
    size = np.bincount(component, minlength=1)
    parts = _Parts(count, ids)
    # Two by themselves need no more than a look at their ids.
    pairs = near[size[component[one[near]]] == 2]
    for place in pairs.tolist():
        parts.join(int(one[place]), int(other[place]))
    larger = np.flatnonzero((component[one] == component[other]) & (size[component[one]] > 2))
    order = larger[np.lexsort((other[larger], one[larger], -probability[larger]))]
    parts.compare(one[order].tolist(), other[order].tolist(), probability[order].tolist())
    for place in order[probability[order] >= same].tolist():
        parts.join_on_average(int(one[place]), int(other[place]), same)
    return parts.result()


def linked(count: int, one: Ints, other: Ints) -> Ints:
    """The number of what each of `count` companies is linked to by pairs, directly or not."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(one), dtype="int8"), (one, other)), (count, count))
    component: Ints = connected_components(links, directed=False)[1]
    return component


class _Parts:
    """Companies joined step by step."""

    def __init__(self, count: int, ids: Mapping[int, frozenset[str]]) -> None:
        self._count = count
        self._forest = Forest()
        self._members: dict[int, list[int]] = {}
        self._ids = dict(ids)
        self._compared: dict[int, dict[int, tuple[float, int]]] = {}
        self._giant: list[tuple[int, int]] = []

    def root(self, part: int) -> int:
        return self._forest.root(part)

    def join(self, one: int, other: int) -> bool:
        mine, theirs = self._ids.get(one), self._ids.get(other)
        if mine and theirs and contradictory(mine, theirs):
            return False
        lower, upper = min(one, other), max(one, other)
        self._forest.join(lower, upper)
        self._members[lower] = [*self._of(lower), *self._of(upper)]
        if mine or theirs:
            self._ids[lower] = (mine or frozenset()) | (theirs or frozenset())
        return True

    def compare(self, one: list[int], other: list[int], probability: list[float]) -> None:
        """Take down how likely each pair is, before any of them is joined."""
        for left, right, likely in zip(one, other, probability, strict=True):
            self._compared.setdefault(left, {})[right] = (likely, 1)
            self._compared.setdefault(right, {})[left] = (likely, 1)

    def join_on_average(self, one: int, other: int, same: float) -> None:
        left, right = self.root(one), self.root(other)
        if left == right:
            return
        total, pairs = self._compared[left][right]
        if total / pairs < same:
            return
        if len(self._of(left)) + len(self._of(right)) > MOST:
            self._giant.append((left, right))
            return
        if self.join(left, right):
            self._merge_compared(min(left, right), max(left, right))

    def _merge_compared(self, kept: int, gone: int) -> None:
        mine, theirs = self._compared[kept], self._compared.pop(gone)
        for far, (likely, pairs) in theirs.items():
            if far == kept:
                continue
            total, count = mine.get(far, (0.0, 0))
            mine[far] = self._compared[far][kept] = (total + likely, count + pairs)
            del self._compared[far][gone]
        mine.pop(gone, None)

    def _of(self, part: int) -> list[int]:
        return self._members.get(part, [part])

    def result(self) -> Joined:
        whole: dict[int, set[int]] = {}
        for one, other in {(self.root(one), self.root(other)) for one, other in self._giant}:
            if other not in whole.get(one, ()):
                both = whole.get(one, {one}) | whole.get(other, {other})
                whole |= dict.fromkeys(both, both)
        giants = tuple(
            tuple(sorted(part for root in both for part in self._of(root)))
            for both in (whole[root] for root in sorted(whole) if root == min(whole[root]))
        )
        roots = np.arange(self._count)
        for part, root in self._forest.roots():
            roots[part] = root
        for giant in giants:
            roots[list(giant)] = giant
        return Joined(np.unique(roots, return_inverse=True)[1].reshape(-1), giants)
