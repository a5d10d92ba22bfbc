"""Linkage by keys: records that share a key are one company, unless something says otherwise.

Three things do (`trust`): values that unlike companies share are not believed, which is found out
before; a name in common is as much as it is rare; and what is known besides may contradict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import firsts, from_numpy, to_numpy
from abmkit.domain.companies.decisions import Decided
from abmkit.domain.companies.trust.contradictions import (
    DECISION,
    Kind,
    Known,
    Vetoes,
    doubtful,
    kind_of,
    known_of,
    of_one_name,
)
from abmkit.domain.companies.trust.keyed import Keyed, by_key, is_name
from abmkit.domain.companies.trust.namesakes import namesakes
from abmkit.domain.union_find import DisjointSets

Ints = npt.NDArray[Any]

_MOST_PARTS = 10
"""How many contradicting parts of what shares a key are shown to a person in twos."""


@dataclass(frozen=True)
class Linked:
    """What keys make of records."""

    labels: Ints
    """(n_records,) int64: the number of each record's company, from 0 without a gap."""
    doubted: tuple[Ints, Ints]
    """Records of companies that share a key and a like name and are two by what else is known, a
    pair for each two: for a person to look at."""


def company_labels(records: pa.Table, keys: Sequence[str], decided: Decided | None = None) -> Ints:
    """The labels of `linked` alone."""
    return linked(records, keys, decided).labels


def linked(records: pa.Table, keys: Sequence[str], decided: Decided | None = None) -> Linked:
    """The companies that records are by keys.

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
    by_keys, may_be = _links(records, keys)
    links = [("decision", _by_decision(decided)), *by_keys]
    keyed = [each for _, each in links]
    # A graph of records and, beyond them, of the values that they have.
    starts = np.cumsum([count, *(int(each.value.max(initial=-1)) + 1 for each in keyed)])
    row = np.concatenate([each.row for each in keyed])
    value = np.concatenate([each.value + start for each, start in zip(keyed, starts, strict=False)])
    graph = coo_array((np.ones(len(row), dtype="int8"), (row, value)), shape=(starts[-1],) * 2)
    _, labels = connected_components(graph, directed=False)
    ids = ids_of(records, decided)
    labels, doubted = _without_contradictions(records, labels[:count].astype("int64"), links, ids)
    doubted |= {pair for each in may_be for pair in _apart(each, labels)}
    pairs = np.array(sorted(doubted), dtype="int64").reshape(-1, 2)
    pairs = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
    labels = np.unique(labels, return_inverse=True)[1].reshape(-1)
    return Linked(labels, (pairs[:, 0], pairs[:, 1]))


def _apart(keyed: Keyed, labels: Ints) -> Iterator[tuple[int, int]]:
    """Pairs of records that share a value and are of two companies, one for each two of a few."""
    order = np.lexsort((keyed.row, labels[keyed.row], keyed.value))
    row, value = keyed.row[order], keyed.value[order]
    fresh = firsts(value, labels[row])
    row, value = row[fresh], value[fresh]
    several = np.bincount(value)[value] > 1 if len(value) else fresh
    groups = defaultdict(list)
    for place in np.flatnonzero(several).tolist():
        groups[int(value[place])].append(int(row[place]))
    for group in groups.values():
        yield from combinations(sorted(group)[:_MOST_PARTS], 2)


def _links(records: pa.Table, keys: Sequence[str]) -> tuple[list[tuple[Kind, Keyed]], list[Keyed]]:
    """What joins records, by the kind of key that it is, and what could but for what differs."""
    links: list[tuple[Kind, Keyed]] = []
    doubted = []
    for key in keys:
        if is_name(key):
            found = namesakes(records, key)
            links += [(kind_of(key), each) for each in found.joined]
            doubted.append(found.doubted)
        else:
            links.append((kind_of(key), by_key(records, key)))
    return links, doubted


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
    some = np.flatnonzero(np.bincount(labels, minlength=1)[labels] > 1)
    records = records.take(from_numpy(some))
    _, start, company = np.unique(labels[some], return_index=True, return_inverse=True)
    first = start[company.reshape(-1)]
    bits = np.zeros(len(some), dtype="int64")
    for place, key in enumerate(keys):
        keyed = by_key(records, key)
        row, value = keyed.row, keyed.value
        later = row != first[row]
        size = int(value.max(initial=0)) + 1
        # What the first of a company has; records alone share nothing.
        held = row[~later] * size + value[~later]
        again = np.isin(first[row[later]] * size + value[later], held)
        bits[row[later][again]] |= 1 << place
    later = np.flatnonzero(first != np.arange(len(some)))
    return SharedKeys(some[first[later]], some[later], bits[later], tuple(keys))


# Contradictions ----------------------------------------------------------------------------------


def _without_contradictions(
    records: pa.Table, labels: Ints, links: list[tuple[Kind, Keyed]], ids: dict[int, list[str]]
) -> tuple[Ints, set[tuple[int, int]]]:
    """The labels with those companies taken apart that hold what contradicts each other, and pairs
    of records of such that are alike."""
    suspects = doubtful(records, labels, ids)
    if not len(suspects):
        return labels, set()
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
    return result, clusters.doubted


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


def vetoes_of(records: pa.Table, decided: Decided) -> Vetoes:
    """What records that are merely alike must not contradict each other in: `ids_of`, and sites.

    A site is known by its label, so that acme.com and acme.co.uk contradict nobody.
    """
    return Vetoes(ids_of(records, decided), records)


class _Clusters:
    """Records joined key by key, never across what contradicts each other."""

    def __init__(self, known_of_member: dict[int, Known]) -> None:
        self._sets = DisjointSets()
        self._known = dict(known_of_member)
        self.doubted: set[tuple[int, int]] = set()
        """Pairs of records of like names that a key joins and something else keeps apart."""

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
            if self._agree(clusters, kind):
                links.append(clusters)
                continue
            parts = self._alike(clusters)
            links += parts
            if kind != "decision":
                self._doubt([part[0] for part in parts[:_MOST_PARTS]], kind)
        for connected in _connected(links):
            clusters = sorted({cluster for link in connected for cluster in link})
            if self._agree(clusters, kind):
                self._merge(clusters)
                continue
            for link in connected:
                for alike in self._alike(link):
                    self._merge(alike)

    def _doubt(self, clusters: list[int], kind: Kind) -> None:
        for one, other in combinations(clusters, 2):
            if self._known[one].may_be(self._known[other], kind):
                self.doubted.add((one, other))

    def _agree(self, clusters: list[int], kind: Kind) -> bool:
        if len(clusters) < 2:
            return True
        every = [self._known[cluster] for cluster in clusters]
        if kind == "other" and of_one_name(every):
            kind = "given"
        # Of what could contradict alike, one of each, with the names of all, is enough.
        alike: dict[tuple[frozenset[str], ...], list[Known]] = defaultdict(list)
        for known in every:
            alike[known.deciding(kind)].append(known)
        told = [Known.together(several) for several in alike.values()]
        return not any(one.opposes(other, kind) for one, other in combinations(told, 2))

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
