"""Contradictions: what says of records that share a key that they are two companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    distinct_numbers,
    firsts,
    flags,
    from_numpy,
    numbered,
    strings,
    to_numpy,
    whole,
)
from abmkit.domain.companies.trust.keyed import UNKNOWN, is_name
from abmkit.domain.companies.trust.likeness import Name, names_of, unlike
from abmkit.domain.identity import contradictory, of_one_company, scheme_of, site_labels
from abmkit.domain.values.names import name_keys

Ints = npt.NDArray[Any]

Kind = Literal["decision", "given", "name", "other"]
"""What joins: a person; an id of one company alone (a registry id, a LinkedIn page); a name; or
anything else that may be more companies' than one."""
DECISION = "decision-"
_GIVEN = ("registry_ids", "linkedin_url")
_MOST_NAMES, _MOST_KEPT = 5, 50
"""How many names of a company are held against those of another, and how many are kept."""
_BEGINNING = 6


def kind_of(key: str) -> Kind:
    """What kind of key it is."""
    if key in _GIVEN:
        return "given"
    return "name" if is_name(key) else "other"


@dataclass(frozen=True)
class Known:
    """What tells a company from others."""

    ids: frozenset[str] = frozenset()
    """Registry ids, and a decision's sides."""
    tickers: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    """Labels of its sites, without hyphens."""
    names: frozenset[Name] = frozenset()

    @property
    def told(self) -> tuple[frozenset[str], ...]:
        """What alone can contradict."""
        return self.ids, self.tickers, self.sites

    def deciding(self, kind: Kind) -> tuple[frozenset[str], ...]:
        """What of `told` can contradict where something of a kind joins companies."""
        if kind == "decision":
            return (_decisions(self.ids),)
        return (self.ids,) if kind == "given" else self.told

    def opposes(self, other: Known, kind: Kind) -> bool:
        """Whether the two are two companies, though something of a kind joins them."""
        if kind == "decision":
            return contradictory(_decisions(self.ids), _decisions(other.ids))
        if contradictory(self.ids, other.ids):
            return True
        if kind == "given":
            return False
        sites = _disjoint(self.sites, other.sites, _one_label)
        tickers = _disjoint(self.tickers, other.tickers, of_one_company)
        if kind == "name":
            return sites or tickers
        return (sites or tickers) and self._is_unlike(other, tickers)

    def may_be(self, other: Known, kind: Kind) -> bool:
        """Whether the two are kept apart though their names are alike and no register does it."""
        if not self.opposes(other, kind) or contradictory(self.ids, other.ids):
            return False
        return bool(self.names & other.names) or any(
            not unlike(one, another) for one in _some(self.names) for another in _some(other.names)
        )

    def _is_unlike(self, other: Known, tickers: bool) -> bool:
        """Whether the names are unlike; of codes of one exchange it is enough that they differ."""
        if not self.names or not other.names or self.names & other.names:
            return False
        codes = tickers and all(map(str.isdigit, self.tickers | other.tickers))
        return codes or all(
            unlike(one, another) for one in _some(self.names) for another in _some(other.names)
        )

    @classmethod
    def together(cls, several: Iterable[Known]) -> Known:
        """What is known of one company whose parts these are."""
        several = list(several)
        if len(several) == 1:
            return several[0]
        names = nsmallest(
            _MOST_KEPT, frozenset().union(*(each.names for each in several)), key=lambda n: n.words
        )
        ids, tickers, sites = (
            frozenset().union(*told) for told in zip(*(each.told for each in several), strict=True)
        )
        return cls(ids, tickers, sites, frozenset(names))


def of_one_name(several: Sequence[Known]) -> bool:
    """Whether all that are named have a name in common, or a word that tells it, so that no two
    are unlike: held against one another in twos, thousands of them would take minutes."""
    named = [known for known in several if known.names]
    if not named or frozenset.intersection(*(known.names for known in named)):
        return True
    if any(known.tickers and all(map(str.isdigit, known.tickers)) for known in named):
        return False
    cores = (frozenset(name.core for name in _some(known.names)) for known in named)
    return bool(frozenset.intersection(*cores))


def _decisions(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(text for text in ids if text.startswith(DECISION))


def _some(names: frozenset[Name]) -> list[Name]:
    return nsmallest(_MOST_NAMES, names, key=lambda name: name.words)


def _disjoint(ones: frozenset[str], others: frozenset[str], same: Any) -> bool:
    """Whether both are known and none of the ones is the same as any of the others."""
    return bool(ones and others) and not any(same(one, other) for one in ones for other in others)


def _one_label(one: str, other: str) -> bool:
    """Whether two sites' labels may be of one company: `acme` and `acmegroup`."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _BEGINNING and longer.startswith(shorter))


def doubtful(records: pa.Table, labels: Ints, ids: Mapping[int, list[str]]) -> Ints:
    """Companies with more than one id of a scheme, ticker or site."""
    several = [_with_several_ids(labels, ids)]
    for key in ("ticker", "domain"):
        if key in records.column_names:
            row, value = _told(records, key)
            size = int(value.max(initial=0)) + 1
            company = distinct_numbers(labels[row] * size + value) // size
            several.append(company[~firsts(company)])
    return np.unique(np.concatenate(several)).astype("int64")


def _with_several_ids(labels: Ints, ids: Mapping[int, list[str]]) -> Ints:
    several = set()
    first: dict[tuple[int, str], str] = {}
    for row, texts in ids.items():
        label = int(labels[row])
        for text in texts:
            if first.setdefault((label, scheme_of(text)), text) != text:
                several.add(label)
    return np.array(sorted(several), dtype="int64")


def _told(records: pa.Table, key: str) -> tuple[Ints, Ints]:
    row, texts = _texts(records, key)
    return row, numbered(texts)


def labels_of_sites(records: pa.Table) -> tuple[Ints, pa.DictionaryArray]:
    """Records and the labels of their sites, `acme` of acme.com, without hyphens."""
    row, texts = _texts(records, "domain")
    return row, texts.dictionary_encode()


class Vetoes(Mapping[int, list[str]]):
    """By record the ids, and its sites as ids, that records of one company must not contradict each
    other in: made when they are asked for, as most never are."""

    def __init__(self, ids: Mapping[int, list[str]], records: pa.Table) -> None:
        self._ids = ids
        self._row, self._place = np.empty(0, dtype="int64"), np.empty(0, dtype="int32")
        self._labels: pa.StringArray = strings([])
        if "domain" in records.column_names:
            row, labels = labels_of_sites(records)
            order = np.argsort(row, kind="stable")
            # As wide as what is looked for: numpy would copy all of it each time.
            self._row, self._place = row[order].astype("int64"), to_numpy(labels.indices)[order]
            self._labels = labels.dictionary

    def __getitem__(self, record: int) -> list[str]:
        start, end = self._row.searchsorted(np.array([record, record + 1])).tolist()
        if start == end:
            return self._ids[record]
        sites = [self._labels[place].as_py() for place in self._place[start:end].tolist()]
        return [*self._ids.get(record, ()), *(f"site:{label}" for label in sites)]

    def __iter__(self) -> Iterator[int]:
        rows = np.fromiter(self._ids, "int64", len(self._ids))
        return iter(distinct_numbers(np.concatenate([rows, self._row])).tolist())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _texts(records: pa.Table, key: str) -> tuple[Ints, pa.StringArray]:
    """Records and their tickers in capitals, or the labels of their sites without hyphens."""
    values = as_strings(whole(records[key]))
    row = np.arange(len(values))
    if key == "ticker":
        values = pc.utf8_upper(values)
    else:
        if "other_domains" in records.column_names:
            lists = whole(records["other_domains"])
            row = np.concatenate([row, to_numpy(pc.list_parent_indices(lists)).astype("int64")])
            values = pa.concat_arrays([values, as_strings(pc.list_flatten(lists))])
        values = site_labels(values)
    known = flags(pc.is_valid(values))
    return row[known], values.drop_null()


def known_of(records: pa.Table, rows: Ints, ids: Mapping[int, list[str]]) -> dict[int, Known]:
    """What is known of each of some records that can contradict others."""
    told: dict[str, dict[int, set[str]]] = {"ticker": {}, "domain": {}}
    for key, of_rows in told.items():
        if key in records.column_names:
            row, texts = _texts(records, key)
            wanted = np.flatnonzero(np.isin(row, rows))
            of_row = zip(
                row[wanted].tolist(), texts.take(from_numpy(wanted)).to_pylist(), strict=True
            )
            for number, text in of_row:
                of_rows.setdefault(number, set()).add(text)
    names = _names(records, rows)
    nothing: frozenset[Any] = frozenset()
    return {
        row: Known(
            frozenset(ids.get(row, ())),
            frozenset(told["ticker"].get(row, ())),
            frozenset(told["domain"].get(row, ())),
            names.get(row, nothing),
        )
        for row in rows.tolist()
    }


def _names(records: pa.Table, rows: Ints) -> dict[int, frozenset[Name]]:
    """The names of some records, their own and their aliases."""
    if "name_key" not in records.column_names:
        return {}
    columns = [c for c in ("name_key", "aliases") if c in records.column_names]
    some = records.select(columns).take(from_numpy(rows))
    number, keys = [np.arange(len(rows))], [as_strings(whole(some["name_key"]))]
    if "aliases" in some.column_names:
        aliases = whole(some["aliases"])
        number.append(to_numpy(pc.list_parent_indices(aliases)).astype("int64"))
        keys.append(name_keys(as_strings(pc.list_flatten(aliases))))
    encoded = pa.concat_arrays(keys).dictionary_encode()
    every = names_of(encoded.dictionary)
    found: dict[int, set[Name]] = defaultdict(set)
    of_rows = rows[np.concatenate(number)].tolist()
    for row, place in zip(of_rows, numbered(encoded).tolist(), strict=True):
        if place != UNKNOWN:
            found[row].add(every[place])
    return {row: frozenset(several) for row, several in found.items()}
