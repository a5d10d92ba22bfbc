"""Clustering: join companies that are likely one, unless something says they are not.

The likeliest pairs come first. Two companies are joined where, on the average of all pairs of their
records that were compared, they are likely to be the same (average linkage): a chain of likenesses
breaks where its ends differ. Contradicting registry ids and a person's decision keep companies
apart, and a company that would grow beyond all measure is left in its parts and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.identity import contradictory
from abmkit.domain.union_find import DisjointSets

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

MOST = 50
"""How many spellings of one company are joined by likeness alone."""


@dataclass(frozen=True)
class Clusters:
    """Which companies are one."""

    labels: Ints
    """(n_companies,) int64: the cluster of each company, numbered without a gap."""
    giants: tuple[tuple[int, ...], ...]
    """Companies that likeness would have made one out of more than `MOST`; they stay apart."""


def cluster(
    count: int,
    left: Ints,
    right: Ints,
    probability: Floats,
    same: float,
    ids: Mapping[int, frozenset[str]],
) -> Clusters:
    """Join `count` companies by the probabilities of pairs of them, each pair given once.

    Pairs that no likely ones connect make no difference. `ids` are the registry ids of those that
    have some.
    """
    likely = np.flatnonzero(probability >= same)
    component = connected_components(count, left[likely], right[likely])
    size = np.bincount(component, minlength=1)
    clustering = _Clustering(count, ids)
    # Two by themselves need no more than a look at their ids.
    for pair in likely[size[component[left[likely]]] == 2].tolist():
        clustering.join(int(left[pair]), int(right[pair]))
    larger = np.flatnonzero((component[left] == component[right]) & (size[component[left]] > 2))
    order = larger[np.lexsort((right[larger], left[larger], -probability[larger]))]
    clustering.compare(left[order].tolist(), right[order].tolist(), probability[order].tolist())
    for pair in order[probability[order] >= same].tolist():
        clustering.join_on_average(int(left[pair]), int(right[pair]), same)
    return clustering.result()


def connected_components(count: int, left: Ints, right: Ints) -> Ints:
    """(count,) the number of what each company is connected to by pairs, directly or not."""
    from scipy.sparse import coo_array, csgraph

    links = coo_array((np.ones(len(left), dtype="int8"), (left, right)), (count, count))
    component: Ints = csgraph.connected_components(links, directed=False)[1]
    return component


class _Clustering:
    """Companies joined step by step. A cluster is known by its lowest company."""

    def __init__(self, count: int, ids: Mapping[int, frozenset[str]]) -> None:
        self._count = count
        self._sets = DisjointSets()
        self._members: dict[int, list[int]] = {}
        self._ids = dict(ids)
        self._compared: dict[int, dict[int, tuple[float, int]]] = {}
        """For each two clusters the sum of the probabilities of their pairs, and how many."""
        self._too_large: list[tuple[int, int]] = []

    def join(self, one: int, other: int) -> bool:
        """Make one cluster of two, unless their ids contradict each other."""
        ids, other_ids = self._ids.get(one), self._ids.get(other)
        if ids and other_ids and contradictory(ids, other_ids):
            return False
        lower, upper = min(one, other), max(one, other)
        self._sets.union(lower, upper)
        self._members[lower] = [*self._members_of(lower), *self._members_of(upper)]
        if ids or other_ids:
            self._ids[lower] = (ids or frozenset()) | (other_ids or frozenset())
        return True

    def compare(self, left: list[int], right: list[int], probability: list[float]) -> None:
        """Take down how likely each pair is, before any of them is joined."""
        for one, other, likely in zip(left, right, probability, strict=True):
            self._compared.setdefault(one, {})[other] = (likely, 1)
            self._compared.setdefault(other, {})[one] = (likely, 1)

    def join_on_average(self, left: int, right: int, same: float) -> None:
        """Join the clusters of two companies where their pairs are likely `same` on average."""
        one, other = self._sets.find(left), self._sets.find(right)
        if one == other:
            return
        total, pairs = self._compared[one][other]
        if total / pairs < same:
            return
        if len(self._members_of(one)) + len(self._members_of(other)) > MOST:
            self._too_large.append((one, other))
            return
        if self.join(one, other):
            self._merge_compared(min(one, other), max(one, other))

    def _merge_compared(self, kept: int, gone: int) -> None:
        to_kept, to_gone = self._compared[kept], self._compared.pop(gone)
        for far, (likely, pairs) in to_gone.items():
            if far == kept:
                continue
            total, count = to_kept.get(far, (0.0, 0))
            to_kept[far] = self._compared[far][kept] = (total + likely, count + pairs)
            del self._compared[far][gone]
        to_kept.pop(gone, None)

    def _members_of(self, cluster: int) -> list[int]:
        return self._members.get(cluster, [cluster])

    def result(self) -> Clusters:
        giants = self._giants()
        lowest = np.arange(self._count)
        for company, cluster in self._sets.merged():
            lowest[company] = cluster
        for giant in giants:
            lowest[list(giant)] = giant
        return Clusters(np.unique(lowest, return_inverse=True)[1].reshape(-1), giants)

    def _giants(self) -> tuple[tuple[int, ...], ...]:
        """The companies of clusters that were too large to be joined, with what they touch."""
        find = self._sets.find
        touching: dict[int, set[int]] = {}
        for one, other in {(find(one), find(other)) for one, other in self._too_large}:
            if other not in touching.get(one, ()):
                both = touching.get(one, {one}) | touching.get(other, {other})
                touching |= dict.fromkeys(both, both)
        giants = (touching[low] for low in sorted(touching) if low == min(touching[low]))
        return tuple(
            tuple(sorted(company for low in giant for company in self._members_of(low)))
            for giant in giants
        )
