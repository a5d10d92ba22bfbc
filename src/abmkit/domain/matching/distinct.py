"""What is compared: each thing that a company's records say, once, with the lists that say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import firsts, from_numpy, numbered, strings, to_numpy

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class ListMemberships:
    """The lists (sources) that each of some records is on."""

    set_of: Ints
    """(n_records,) int64: each record's set of lists, a place in `sets`."""
    sets: tuple[frozenset[int], ...]
    """Sets of numbers of lists."""

    @cached_property
    def list_count(self) -> int:
        """How many lists there are."""
        return max((number for lists in self.sets for number in lists), default=-1) + 1

    def on(self, number: int) -> Ints:
        """(n_records,) bool: which records are on a list."""
        return np.array([number in lists for lists in self.sets], dtype=bool)[self.set_of]

    def shared(self, left: Ints, right: Ints) -> Ints:
        """(n_pairs,) bool: which pairs of records are on a list together."""
        size = len(self.sets)
        pairs, place = np.unique(self.set_of[left] * size + self.set_of[right], return_inverse=True)
        met = [bool(self.sets[pair // size] & self.sets[pair % size]) for pair in pairs.tolist()]
        return np.array(met, dtype=bool)[place.reshape(-1)]

    def greatest(self, values: Floats) -> Floats:
        """(n_records,) the greatest of the values, one per list, of the lists a record is on."""
        return np.array([values[list(lists)].max() for lists in self.sets])[self.set_of]


@dataclass(frozen=True)
class DistinctRecords:
    """What the records of companies say, in an order that doesn't depend on theirs."""

    row: Ints
    """(n_distinct,) int64: the first record that says it."""
    company: Ints
    """(n_distinct,) int32: the company whose record it is, numbered in the order of what companies
    say first."""
    lists: ListMemberships
    """The lists of the records that say it."""
    company_of_record: Ints
    """(n_records,) int32: the company of each record there is, by those numbers."""

    @cached_property
    def company_count(self) -> int:
        """How many companies they are."""
        return int(self.company.max(initial=-1)) + 1


def distinct_records(records: pa.Table, labels: Ints, columns: Collection[str]) -> DistinctRecords:
    """What records say in some columns, once per company.

    `labels` are the companies of the records. Reads `source` too.
    """
    content, source = (
        content_numbers(records, columns),
        numbered(records["source"].combine_chunks()),
    )
    order = np.lexsort((labels, content))
    fresh = firsts(content[order], labels[order])
    number = np.cumsum(fresh) - 1
    row = order[fresh]
    company = numbered(from_numpy(labels[row])).astype("int32")
    company_of_record = np.empty(len(labels), dtype="int32")
    company_of_record[order] = company[number]
    lists = _memberships(number, source[order], len(row))
    return DistinctRecords(row, company, lists, company_of_record)


def _memberships(distinct: Ints, source: Ints, count: int) -> ListMemberships:
    """The lists of distinct records, from the distinct record and the source of each record."""
    set_of = np.zeros(count, dtype="int64")
    set_of[distinct] = source
    sets = {frozenset([number]): number for number in range(int(source.max(initial=-1)) + 1)}
    several: dict[int, set[int]] = defaultdict(set)
    others = set_of[distinct] != source
    for number in np.unique(distinct[others]).tolist():
        several[number].add(int(set_of[number]))
    for number, other in zip(distinct[others].tolist(), source[others].tolist(), strict=True):
        several[number].add(other)
    for number, lists in several.items():
        set_of[number] = sets.setdefault(frozenset(lists), len(sets))
    return ListMemberships(set_of, tuple(sets))


def content_numbers(records: pa.Table, columns: Collection[str]) -> Ints:
    """(n_records,) int64: a number for what each record says in those of `columns` that are there.

    Equal for equal records, and greater for what comes later in an order that doesn't depend on
    theirs.
    """
    content = np.zeros(records.num_rows, dtype="int64")
    for column in sorted(set(columns) & set(records.column_names)):
        ranks = _ranks(records[column].combine_chunks())
        content = content * (int(ranks.max(initial=0)) + 1) + ranks
        content = np.unique(content, return_inverse=True)[1].reshape(-1)
    return content


def _ranks(values: pa.Array) -> Ints:
    """The place of each value among the distinct ones in their order, from 1; 0 for null."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(values, strings(["\n"])[0])
    encoded = values.dictionary_encode()
    order = to_numpy(pc.sort_indices(encoded.dictionary)).astype("int64")
    rank_of = np.empty(len(order) + 1, dtype="int64")
    rank_of[order] = np.arange(1, len(order) + 1)
    # Null is numbered -1, the last place.
    rank_of[-1] = 0
    ranks: Ints = rank_of[numbered(encoded)]
    return ranks
