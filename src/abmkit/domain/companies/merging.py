"""Records into companies: which share a key, transitively, and don't contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    flags,
    from_numpy,
    numbered,
    repeated,
    strings,
    to_numpy,
    where_known,
)
from abmkit.domain.companies.decisions import Decided
from abmkit.domain.forest import Forest
from abmkit.domain.identity import contradictory, identities, joined, scheme_of

Ints = npt.NDArray[Any]

_UNKNOWN = -1


def companies(records: pa.Table, keys: Sequence[str], decided: Decided | None = None) -> Ints:
    """The number of each record's company, from 0 without a gap.

    `records` has the columns that the keys name, and `registry_ids` where they are known; its order
    changes nothing but which of equal records comes first. Keys are tried in their order where a
    shared key would join records that contradict each other in a registry scheme: those stay apart,
    and so does what could belong to either. What a person decided comes before all keys.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = records.num_rows
    decided = decided or Decided()
    shared = [_decided_key(decided), *(_shared_key(records, key) for key in keys)]
    starts = np.cumsum([count, *(int(node.max(initial=-1)) + 1 for _, node in shared)])
    row = np.concatenate([row for row, _ in shared])
    node = np.concatenate([node + start for (_, node), start in zip(shared, starts, strict=False)])
    links = coo_array((np.ones(len(row), dtype="int8"), (row, node)), shape=(starts[-1],) * 2)
    _, labels = connected_components(links, directed=False)
    ids = ids_of(records, decided)
    apart = _without_contradictions(labels[:count].astype("int64"), shared, ids)
    return np.unique(apart, return_inverse=True)[1]


def _decided_key(decided: Decided) -> tuple[Ints, Ints]:
    """The records that a person said are one, as if they shared a key."""
    nothing = np.empty(0, dtype="int64")
    rows = np.concatenate([nothing, *decided.together])
    sizes = [len(each) for each in decided.together]
    return rows, np.repeat(np.arange(len(sizes)), sizes)


class Shared(NamedTuple):
    """Records that are not their company's first, each with the first and the keys they share."""

    first: Ints
    later: Ints
    keys: Ints
    """Which of the keys they share, as bits; none where they are one through other records."""
    names: tuple[str, ...]
    """The keys, in the order of the bits."""


def shared_keys(records: pa.Table, keys: Sequence[str], labels: Ints) -> Shared:
    """What each record that is not its company's first shares with the first."""
    _, start = np.unique(labels, return_index=True)
    first = start[labels]
    bits = np.zeros(len(labels), dtype="int64")
    for place, key in enumerate(keys):
        rows, nodes = _shared_key(records, key)
        at = rows != first[rows]
        size = int(nodes.max(initial=0)) + 1
        # What the first of a company has; records alone share nothing.
        held = rows[~at] * size + nodes[~at]
        again = np.isin(first[rows[at]] * size + nodes[at], held)
        bits[rows[at][again]] |= 1 << place
    later = np.flatnonzero(first != np.arange(len(labels)))
    return Shared(first[later], later, bits[later], tuple(keys))


def _shared_key(records: pa.Table, key: str) -> tuple[Ints, Ints]:
    """The rows that know a key, and the number of the value they have, from 0."""
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
    return rows[known], compact


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


def _without_contradictions(
    labels: Ints, shared: list[tuple[Ints, Ints]], ids: dict[int, list[str]]
) -> Ints:
    """The labels with those companies taken apart that hold contradicting ids."""
    suspects = _suspects(labels, ids)
    if not len(suspects):
        return labels
    inside = np.flatnonzero(np.isin(labels, suspects))
    members = {int(i): frozenset(ids.get(int(i), ())) for i in inside}
    clusters = _Clusters(members)
    for place, (row, node) in enumerate(shared):
        at = np.isin(row, inside)
        groups = defaultdict(list)
        for record, key in zip(row[at].tolist(), node[at].tolist(), strict=True):
            groups[key].append(record)
        clusters.join(list(groups.values()), by_decision=place == 0)
    fresh = int(labels.max(initial=0)) + 1
    result = labels.copy()
    for record in members:
        result[record] = fresh + clusters.root(record)
    return result


def ids_of(records: pa.Table, decided: Decided) -> dict[int, list[str]]:
    """The ids that records must not contradict each other in: registry ids and decisions.

    That two records are not one company is a scheme of its own, in which each side has its id.
    """
    found: dict[int, list[str]] = defaultdict(list)
    if "registry_ids" in records.column_names:
        values = records["registry_ids"].combine_chunks()
        rows = to_numpy(pc.list_parent_indices(values)).tolist()
        for row, text in zip(rows, pc.list_flatten(values).to_pylist(), strict=True):
            found[row].append(text)
    for number, sides in enumerate(decided.apart):
        for side, rows in enumerate(sides):
            for row in rows.tolist():
                found[row].append(f"decision-{number}:{side}")
    return found


def _suspects(labels: Ints, ids: dict[int, list[str]]) -> Ints:
    """Companies with more than one id of a scheme."""
    several = set()
    first: dict[tuple[int, str], str] = {}
    for record, texts in ids.items():
        label = int(labels[record])
        for text in texts:
            if first.setdefault((label, scheme_of(text)), text) != text:
                several.add(label)
    return np.array(sorted(several), dtype="int64")


class _Clusters:
    """Records joined key by key, never across contradicting registry ids."""

    def __init__(self, members: dict[int, frozenset[str]]) -> None:
        self._forest = Forest()
        self._ids = dict(members)

    def root(self, record: int) -> int:
        return self._forest.root(record)

    def join(self, groups: list[list[int]], *, by_decision: bool) -> None:
        """Join what shares a value of a key, unless some of it contradicts some other of it.

        Then those with the same ids are joined to one another only, and so are those without any,
        which could be any of the contradicting ones; likewise where it takes several values to
        bring contradicting ones together. A decision joins them all the same, but for another
        decision. The order of groups and of records makes no difference.
        """
        links = []
        for group in groups:
            roots = sorted({self.root(record) for record in group})
            links += [roots] if self._agree(roots, by_decision) else self._alike(roots)
        for several in _linked(links):
            whole = sorted({root for link in several for root in link})
            if self._agree(whole, by_decision):
                self._merge(whole)
                continue
            for link in several:
                for alike in self._alike(link):
                    self._merge(alike)

    def _agree(self, roots: list[int], by_decision: bool) -> bool:
        known = {self._weighed(root, by_decision) for root in roots}
        return not any(contradictory(*two) for two in combinations(known, 2))

    def _alike(self, roots: list[int]) -> list[list[int]]:
        """Those of the roots that have the same ids."""
        alike: dict[frozenset[str], list[int]] = defaultdict(list)
        for root in roots:
            alike[self._ids[root]].append(root)
        return list(alike.values())

    def _merge(self, roots: list[int]) -> None:
        ids = frozenset().union(*(self._ids[root] for root in roots))
        for root in roots:
            self._forest.join(roots[0], root)
        self._ids[self.root(roots[0])] = ids

    def _weighed(self, root: int, by_decision: bool) -> frozenset[str]:
        ids = self._ids[root]
        return frozenset(i for i in ids if i.startswith("decision-")) if by_decision else ids


def _linked(links: list[list[int]]) -> list[list[list[int]]]:
    """The links that have members in common, directly or not, together."""
    forest = Forest()
    for link in links:
        for member in link:
            forest.join(link[0], member)
    found = defaultdict(list)
    for link in links:
        found[forest.root(link[0])].append(link)
    return list(found.values())


# Ids ---------------------------------------------------------------------------------------------


def company_ids(records: pa.Table, labels: Ints) -> pa.StringArray:
    """The `account_id` of each company: the smallest of its records' strongest kind of identity.

    `records` is in the order of `source` and `source_row`. A record alone keeps the id it has, so
    that a company stays what it was when it is seen again. A company without any identity is named
    after its first record; an id that an earlier company has already gets a number after it.
    """
    _, first = np.unique(labels, return_index=True)
    return told_apart(base_ids(records, labels), first)


def base_ids(records: pa.Table, labels: Ints) -> pa.StringArray:
    """The ids of `company_ids` as long as nobody else has the same."""
    size = int(labels.max(initial=-1)) + 1
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kinds = [*identities(records), _row_names(records)]
    kept = [records["account_id"].combine_chunks()] if "account_id" in records.column_names else []
    chosen = pc.coalesce(*kept, *kinds).take(from_numpy(first))
    shared = np.flatnonzero(sizes[labels] > 1)
    if len(shared):
        rows = from_numpy(shared)
        smallest = _smallest([kind.take(rows) for kind in kinds], labels[shared], size)
        chosen = pc.coalesce(smallest, chosen)
    return chosen


def record_ids(records: pa.Table) -> pa.StringArray:
    """What each record is called where its company's id says too little: its strongest identity."""
    return pc.coalesce(*identities(records), _row_names(records))


def _row_names(records: pa.Table) -> pa.StringArray:

    count = records.num_rows
    row = pc.cast(records["source_row"].combine_chunks(), pa.string())
    source = records["source"].combine_chunks()
    return joined(repeated("row:", count), source, repeated(":", count), row)


def _smallest(kinds: Sequence[pa.StringArray], labels: Ints, size: int) -> pa.StringArray:
    """The smallest text of each company's first kind that it has; null for other companies."""
    texts = pa.concat_arrays(list(kinds))
    ranks = np.empty(len(texts), dtype="int64")
    ranks[to_numpy(pc.sort_indices(texts)).astype("int64")] = np.arange(len(texts))
    known = flags(pc.is_valid(texts))
    chosen = np.full(size, _UNKNOWN, dtype="int64")
    for start in range(0, len(texts), len(labels)):
        rows = np.flatnonzero(known[start : start + len(labels)] & (chosen[labels] == _UNKNOWN))
        # The last assignment stays, so the smallest is assigned last.
        rows = rows[np.argsort(-ranks[start + rows], kind="stable")]
        chosen[labels[rows]] = start + rows
    return texts.take(where_known(chosen))


def told_apart(
    ids: pa.StringArray, first: Ints, taken: pa.StringArray | None = None
) -> pa.StringArray:
    """The ids, those numbered that a company with an earlier `first` record has, or are `taken`."""
    codes = numbered(ids)
    free = taken is None or not pc.any(pc.is_in(ids, value_set=taken), min_count=0).as_py()
    if free and len(np.unique(codes)) == len(codes):
        return ids
    names = ids.to_pylist()
    known, used = set(names), set(taken.to_pylist() if taken is not None else ())
    numbers: dict[str, int] = {}
    for company in np.argsort(first).tolist():
        name = names[company]
        while names[company] in used:
            numbers[name] = numbers.get(name, 1) + 1
            again = f"{name}~{numbers[name]}"
            names[company] = name if again in known else again
        used.add(names[company])
    return strings(names)
