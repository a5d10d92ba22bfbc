"""Linkage by keys: records that share a key are one company, unless something says otherwise.

Three things do (`trust`): values that unlike companies share are not believed, which is found out
before; a name in common is as much as it is rare; and what is known besides may contradict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import to_numpy
from abmkit.domain.companies.decisions import Decided
from abmkit.domain.companies.trust.contradictions import (
    DECISION,
    Kind,
    Known,
    doubtful,
    kind_of,
    known_of,
)
from abmkit.domain.companies.trust.keyed import Keyed, by_key, is_name
from abmkit.domain.companies.trust.namesakes import joining
from abmkit.domain.union_find import DisjointSets

Ints = npt.NDArray[Any]


def company_labels(records: pa.Table, keys: Sequence[str], decided: Decided | None = None) -> Ints:
    """(n_records,) int64: the number of each record's company, from 0 without a gap.

    `records` has the columns that the keys name, without values that are not believed, and those
    that are known of `registry_ids`, `ticker`, `domain`, `other_domains`, `city`, `phone` and what
    else `trust.namesakes` reads; its order changes nothing but which of equal records comes first.
    Keys are tried in their order where a shared key would join records that contradict each other
    (`trust.contradictions`): those stay apart, and so does what could belong to either. A name in
    common joins where it is rare, or something else agrees. What a person decided comes before all
    keys.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = records.num_rows
    decided = decided or Decided()
    links = [("decision", _by_decision(decided)), *_links(records, keys)]
    keyed = [each for _, each in links]
    # A graph of records and, beyond them, of the values that they have.
    starts = np.cumsum([count, *(int(each.value.max(initial=-1)) + 1 for each in keyed)])
    row = np.concatenate([each.row for each in keyed])
    value = np.concatenate([each.value + start for each, start in zip(keyed, starts, strict=False)])
    graph = coo_array((np.ones(len(row), dtype="int8"), (row, value)), shape=(starts[-1],) * 2)
    _, labels = connected_components(graph, directed=False)
    ids = ids_of(records, decided)
    labels = _without_contradictions(records, labels[:count].astype("int64"), links, ids)
    return np.unique(labels, return_inverse=True)[1].reshape(-1)


def _links(records: pa.Table, keys: Sequence[str]) -> list[tuple[Kind, Keyed]]:
    """What joins records, by the kind of key that it is."""
    links: list[tuple[Kind, Keyed]] = []
    for key in keys:
        every = joining(records, key) if is_name(key) else [by_key(records, key)]
        links += [(kind_of(key), each) for each in every]
    return links


def _by_decision(decided: Decided) -> Keyed:
    """The records that a person said are one, as if they shared a key."""
    nothing = np.empty(0, dtype="int64")
    rows = np.concatenate([nothing, *decided.together])
    sizes = [len(together) for together in decided.together]
    return Keyed(rows, np.repeat(np.arange(len(sizes)), sizes), np.arange(len(rows)))


@dataclass(frozen=True)
class SharedKeys:
    """Records that are not their company's first, each with the first and the keys they share."""

    first: Ints
    """(n,) int64: the first record of the company."""
    later: Ints
    """(n,) int64: the record."""
    bits: Ints
    """(n,) int64: which of the keys they share; none where they are one through other records."""
    names: tuple[str, ...]
    """The keys, in the order of the bits."""


def shared_keys(records: pa.Table, keys: Sequence[str], labels: Ints) -> SharedKeys:
    """What each record that is not its company's first shares with the first."""
    _, start = np.unique(labels, return_index=True)
    first = start[labels]
    bits = np.zeros(len(labels), dtype="int64")
    for place, key in enumerate(keys):
        keyed = by_key(records, key)
        row, value = keyed.row, keyed.value
        later = row != first[row]
        size = int(value.max(initial=0)) + 1
        # What the first of a company has; records alone share nothing.
        held = row[~later] * size + value[~later]
        again = np.isin(first[row[later]] * size + value[later], held)
        bits[row[later][again]] |= 1 << place
    later = np.flatnonzero(first != np.arange(len(labels)))
    return SharedKeys(first[later], later, bits[later], tuple(keys))


# Contradictions ----------------------------------------------------------------------------------


def _without_contradictions(
    records: pa.Table, labels: Ints, links: list[tuple[Kind, Keyed]], ids: dict[int, list[str]]
) -> Ints:
    """The labels with those companies taken apart that hold what contradicts each other."""
    suspects = doubtful(records, labels, ids)
    if not len(suspects):
        return labels
    is_suspect = np.zeros(int(labels.max()) + 1, dtype=bool)
    is_suspect[suspects] = True
    inside = np.flatnonzero(is_suspect[labels])
    clusters = _Clusters(known_of(records, inside, ids))
    for kind, each in links:
        some = is_suspect[labels[each.row]]
        groups = defaultdict(list)
        for row, value in zip(each.row[some].tolist(), each.value[some].tolist(), strict=True):
            groups[value].append(row)
        clusters.join([group for group in groups.values() if len(group) > 1], kind)
    fresh = int(labels.max(initial=0)) + 1
    result = labels.copy()
    result[inside] = [fresh + clusters.find(row) for row in inside.tolist()]
    return result


def ids_of(records: pa.Table, decided: Decided) -> dict[int, list[str]]:
    """The ids that records must not contradict each other in: registry ids and decisions.

    That two records are not one company is a scheme of its own, in which each side has its id.
    """
    ids: dict[int, list[str]] = defaultdict(list)
    if "registry_ids" in records.column_names:
        values = records["registry_ids"].combine_chunks()
        rows = to_numpy(pc.list_parent_indices(values)).tolist()
        for row, text in zip(rows, pc.list_flatten(values).to_pylist(), strict=True):
            ids[row].append(text)
    for number, sides in enumerate(decided.apart):
        for side, rows in enumerate(sides):
            for row in rows.tolist():
                ids[row].append(f"{DECISION}{number}:{side}")
    return ids


class _Clusters:
    """Records joined key by key, never across what contradicts each other."""

    def __init__(self, known_of_member: dict[int, Known]) -> None:
        self._sets = DisjointSets()
        self._known = dict(known_of_member)

    def find(self, record: int) -> int:
        """The record that stands for all that a record is joined to."""
        return self._sets.find(record)

    def join(self, groups: list[list[int]], kind: Kind) -> None:
        """Join what shares a value of a key, unless some of it contradicts some other of it.

        Then those of which the same is known are joined to one another only, and so are those of
        which nothing is, which could be any of the contradicting ones; likewise where it takes
        several values to bring contradicting ones together. A decision joins them all the same,
        but for another decision. The order of groups and of records makes no difference.
        """
        links = []
        for group in groups:
            clusters = sorted({self.find(record) for record in group})
            links += [clusters] if self._agree(clusters, kind) else self._alike(clusters)
        for connected in _connected(links):
            clusters = sorted({cluster for link in connected for cluster in link})
            if self._agree(clusters, kind):
                self._merge(clusters)
                continue
            for link in connected:
                for alike in self._alike(link):
                    self._merge(alike)

    def _agree(self, clusters: list[int], kind: Kind) -> bool:
        known = {self._known[cluster] for cluster in clusters}
        return not any(one.opposes(other, kind) for one, other in combinations(known, 2))

    def _alike(self, clusters: list[int]) -> list[list[int]]:
        """Those of the clusters of which the same is known."""
        alike: dict[tuple[frozenset[str], ...], list[int]] = defaultdict(list)
        for cluster in clusters:
            alike[self._known[cluster].told].append(cluster)
        return list(alike.values())

    def _merge(self, clusters: list[int]) -> None:
        known = Known.together(self._known[cluster] for cluster in clusters)
        for cluster in clusters:
            self._sets.union(clusters[0], cluster)
        self._known[self.find(clusters[0])] = known


def _connected(links: list[list[int]]) -> list[list[list[int]]]:
    """The links that have members in common, directly or not, together."""
    sets = DisjointSets()
    for link in links:
        for member in link:
            sets.union(link[0], member)
    together = defaultdict(list)
    for link in links:
        together[sets.find(link[0])].append(link)
    return list(together.values())
