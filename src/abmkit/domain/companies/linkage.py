"""Linkage by keys: records that share a key are one company, unless they contradict each other."""

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

from abmkit.domain.arrays import as_strings, numbered, to_numpy
from abmkit.domain.companies.decisions import Decided
from abmkit.domain.identity import contradictory, scheme_of
from abmkit.domain.union_find import DisjointSets

Ints = npt.NDArray[Any]

_UNKNOWN = -1


def company_labels(records: pa.Table, keys: Sequence[str], decided: Decided | None = None) -> Ints:
    """(n_records,) int64: the number of each record's company, from 0 without a gap.

    `records` has the columns that the keys name, and `registry_ids` where they are known; its order
    changes nothing but which of equal records comes first. Keys are tried in their order where a
    shared key would join records that contradict each other in a registry scheme: those stay apart,
    and so does what could belong to either. What a person decided comes before all keys.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = records.num_rows
    decided = decided or Decided()
    keyed = [_by_decision(decided), *(_by_key(records, key) for key in keys)]
    # A graph of records and, beyond them, of the values that they have.
    starts = np.cumsum([count, *(int(each.value.max(initial=-1)) + 1 for each in keyed)])
    row = np.concatenate([each.row for each in keyed])
    value = np.concatenate([each.value + start for each, start in zip(keyed, starts, strict=False)])
    links = coo_array((np.ones(len(row), dtype="int8"), (row, value)), shape=(starts[-1],) * 2)
    _, labels = connected_components(links, directed=False)
    ids = ids_of(records, decided)
    labels = _without_contradictions(labels[:count].astype("int64"), keyed, ids)
    return np.unique(labels, return_inverse=True)[1]


@dataclass(frozen=True)
class _Keyed:
    """The records that know a key, an entry for each value of each."""

    row: Ints
    """(n,) int64: the record."""
    value: Ints
    """(n,) int64: the number of the value it has, from 0."""


def _by_decision(decided: Decided) -> _Keyed:
    """The records that a person said are one, as if they shared a key."""
    nothing = np.empty(0, dtype="int64")
    rows = np.concatenate([nothing, *decided.together])
    sizes = [len(together) for together in decided.together]
    return _Keyed(rows, np.repeat(np.arange(len(sizes)), sizes))


def _by_key(records: pa.Table, key: str) -> _Keyed:
    """The records that know a key: a column, several joined by `+`, or the elements of a list."""
    parts = [part.strip() for part in key.split("+")]
    values = records[parts[0]].combine_chunks()
    if key == "domain" and "other_domains" in records.column_names:
        lists = records["other_domains"].combine_chunks()
        rows = np.concatenate([np.arange(len(values)), to_numpy(pc.list_parent_indices(lists))])
        texts = [as_strings(values), as_strings(pc.list_flatten(lists))]
        codes = numbered(pa.concat_arrays(texts))
    elif len(parts) == 1 and pa.types.is_list(values.type):
        rows = to_numpy(pc.list_parent_indices(values))
        codes = numbered(pc.list_flatten(values))
    else:
        rows = np.arange(records.num_rows)
        codes = _composite([numbered(records[part].combine_chunks()) for part in parts], parts)
    known = codes != _UNKNOWN
    _, compact = np.unique(codes[known], return_inverse=True)
    return _Keyed(rows[known], compact)


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
        keyed = _by_key(records, key)
        row, value = keyed.row, keyed.value
        later = row != first[row]
        size = int(value.max(initial=0)) + 1
        # What the first of a company has; records alone share nothing.
        held = row[~later] * size + value[~later]
        again = np.isin(first[row[later]] * size + value[later], held)
        bits[row[later][again]] |= 1 << place
    later = np.flatnonzero(first != np.arange(len(labels)))
    return SharedKeys(first[later], later, bits[later], tuple(keys))


def _composite(parts: list[Ints], names: Sequence[str]) -> Ints:
    """One number for each combination of known parts.

    A last part `country` that is unknown is the only country in which the rest is known; where
    there are several of those, the record could be any of them and has no key.
    """
    *front, last = parts
    if not front:
        return last
    rest = front[0]
    for part in front[1:]:
        rest = _compact(_paired(rest, part))
    if names[-1].casefold() != "country":
        return _paired(rest, last)
    known = (rest != _UNKNOWN) & (last != _UNKNOWN)
    pairs = np.unique(np.stack([rest[known], last[known]], axis=1), axis=0)
    size = int(rest.max(initial=0)) + 1
    several = np.bincount(pairs[:, 0], minlength=size)
    only = np.full(size, -2, dtype="int64")
    only[pairs[:, 0]] = pairs[:, 1]
    place = np.where(last != _UNKNOWN, last, np.where(rest != _UNKNOWN, only[rest], _UNKNOWN))
    nowhere = (last == _UNKNOWN) & (rest != _UNKNOWN) & (several[rest] > 1)
    # Country numbers begin at 0; -2 stands for a name that is known in no country at all.
    return _paired(np.where(nowhere, _UNKNOWN, rest), place + 2)


def _compact(codes: Ints) -> Ints:
    """The codes numbered anew without a gap, so that their product with others stays small."""
    known = codes != _UNKNOWN
    compact = np.full(len(codes), _UNKNOWN, dtype="int64")
    compact[known] = np.unique(codes[known], return_inverse=True)[1]
    return compact


def _paired(one: Ints, other: Ints) -> Ints:

    size = int(other.max(initial=0)) + 1
    return np.where((one == _UNKNOWN) | (other == _UNKNOWN), _UNKNOWN, one * size + other)


# Contradictions ----------------------------------------------------------------------------------


def _without_contradictions(labels: Ints, keyed: list[_Keyed], ids: dict[int, list[str]]) -> Ints:
    """The labels with those companies taken apart that hold contradicting ids."""
    suspects = _suspects(labels, ids)
    if not len(suspects):
        return labels
    inside = np.flatnonzero(np.isin(labels, suspects))
    ids_of_member = {int(row): frozenset(ids.get(int(row), ())) for row in inside}
    clusters = _Clusters(ids_of_member)
    for place, each in enumerate(keyed):
        some = np.isin(each.row, inside)
        groups = defaultdict(list)
        for row, value in zip(each.row[some].tolist(), each.value[some].tolist(), strict=True):
            groups[value].append(row)
        clusters.join(list(groups.values()), by_decision=place == 0)
    fresh = int(labels.max(initial=0)) + 1
    result = labels.copy()
    for row in ids_of_member:
        result[row] = fresh + clusters.find(row)
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
                ids[row].append(f"decision-{number}:{side}")
    return ids


def _suspects(labels: Ints, ids: dict[int, list[str]]) -> Ints:
    """Companies with more than one id of a scheme."""
    several = set()
    first: dict[tuple[int, str], str] = {}
    for row, texts in ids.items():
        label = int(labels[row])
        for text in texts:
            if first.setdefault((label, scheme_of(text)), text) != text:
                several.add(label)
    return np.array(sorted(several), dtype="int64")


class _Clusters:
    """Records joined key by key, never across contradicting registry ids."""

    def __init__(self, ids_of_member: dict[int, frozenset[str]]) -> None:
        self._sets = DisjointSets()
        self._ids = dict(ids_of_member)

    def find(self, record: int) -> int:
        """The record that stands for all that a record is joined to."""
        return self._sets.find(record)

    def join(self, groups: list[list[int]], *, by_decision: bool) -> None:
        """Join what shares a value of a key, unless some of it contradicts some other of it.

        Then those with the same ids are joined to one another only, and so are those without any,
        which could be any of the contradicting ones; likewise where it takes several values to
        bring contradicting ones together. A decision joins them all the same, but for another
        decision. The order of groups and of records makes no difference.
        """
        links = []
        for group in groups:
            clusters = sorted({self.find(record) for record in group})
            links += [clusters] if self._agree(clusters, by_decision) else self._alike(clusters)
        for connected in _connected(links):
            clusters = sorted({cluster for link in connected for cluster in link})
            if self._agree(clusters, by_decision):
                self._merge(clusters)
                continue
            for link in connected:
                for alike in self._alike(link):
                    self._merge(alike)

    def _agree(self, clusters: list[int], by_decision: bool) -> bool:
        ids = {self._ids_that_count(cluster, by_decision) for cluster in clusters}
        return not any(contradictory(*two) for two in combinations(ids, 2))

    def _alike(self, clusters: list[int]) -> list[list[int]]:
        """Those of the clusters that have the same ids."""
        alike: dict[frozenset[str], list[int]] = defaultdict(list)
        for cluster in clusters:
            alike[self._ids[cluster]].append(cluster)
        return list(alike.values())

    def _merge(self, clusters: list[int]) -> None:
        ids = frozenset().union(*(self._ids[cluster] for cluster in clusters))
        for cluster in clusters:
            self._sets.union(clusters[0], cluster)
        self._ids[self.find(clusters[0])] = ids

    def _ids_that_count(self, cluster: int, by_decision: bool) -> frozenset[str]:
        ids = self._ids[cluster]
        return frozenset(i for i in ids if i.startswith("decision-")) if by_decision else ids


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
