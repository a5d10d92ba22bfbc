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
class Lists:
    """The lists that each of some records is on."""

    which: Ints
    """The number of each record's set of lists."""
    sets: tuple[frozenset[int], ...]

    def __len__(self) -> int:
        return max((number for lists in self.sets for number in lists), default=-1) + 1

    def on(self, number: int) -> Ints:
        """Which records are on a list: flags."""
        return np.array([number in lists for lists in self.sets], dtype=bool)[self.which]

    def shared(self, one: Ints, other: Ints) -> Ints:
        """Which of some pairs of records are on a list together: flags."""
        size = len(self.sets)
        pairs, place = np.unique(self.which[one] * size + self.which[other], return_inverse=True)
        met = [bool(self.sets[pair // size] & self.sets[pair % size]) for pair in pairs.tolist()]
        return np.array(met, dtype=bool)[place.reshape(-1)]

    def greatest(self, values: Floats) -> Floats:
        """For each record the greatest value of a list that it is on."""
        return np.array([values[list(lists)].max() for lists in self.sets])[self.which]


@dataclass(frozen=True)
class Units:
    """What the records of companies say, in an order that doesn't depend on theirs."""

    row: Ints
    """The first record that says it."""
    company: Ints
    """The company whose record it is, numbered in the order of what companies say first."""
    lists: Lists

    @cached_property
    def count(self) -> int:
        """How many companies they are."""
        return int(self.company.max(initial=-1)) + 1


def units(records: pa.Table, labels: Ints, columns: Collection[str]) -> tuple[Units, Ints]:
    """What records say in some columns, once per company, and the company of each record.

    `labels` are the companies of the records. Reads `source` too.
    """
    said, source = content(records, columns), numbered(records["source"].combine_chunks())
    order = np.lexsort((labels, said))
    fresh = firsts(said[order], labels[order])
    unit = np.cumsum(fresh) - 1
    row = order[fresh]
    company = numbered(from_numpy(labels[row]))
    whose = np.empty(len(labels), dtype="int64")
    whose[order] = company[unit]
    return Units(row, company, _lists(unit, source[order], len(row))), whose


def _lists(unit: Ints, source: Ints, count: int) -> Lists:
    """The sets of the sources of units, from the unit and the source of each record."""
    which = np.zeros(count, dtype="int64")
    which[unit] = source
    sets = {frozenset([number]): number for number in range(int(source.max(initial=-1)) + 1)}
    several: dict[int, set[int]] = defaultdict(set)
    others = which[unit] != source
    for at in np.unique(unit[others]).tolist():
        several[at].add(int(which[at]))
    for at, number in zip(unit[others].tolist(), source[others].tolist(), strict=True):
        several[at].add(number)
    for at, numbers in several.items():
        which[at] = sets.setdefault(frozenset(numbers), len(sets))
    return Lists(which, tuple(sets))


def content(records: pa.Table, columns: Collection[str]) -> Ints:
    """A number for what each record says in those of `columns` that are there.

    Equal for equal records, and greater for what comes later in an order that doesn't depend on
    theirs.
    """
    said = np.zeros(records.num_rows, dtype="int64")
    for column in sorted(set(columns) & set(records.column_names)):
        codes = _ranks(records[column].combine_chunks())
        said = said * (int(codes.max(initial=0)) + 1) + codes
        said = np.unique(said, return_inverse=True)[1].reshape(-1)
    return said


def _ranks(values: pa.Array) -> Ints:
    """The place of each value among the distinct ones in their order, from 1; 0 for null."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(values, strings(["\n"])[0])
    encoded = values.dictionary_encode()
    order = to_numpy(pc.sort_indices(encoded.dictionary)).astype("int64")
    ranks = np.empty(len(order) + 1, dtype="int64")
    ranks[order] = np.arange(1, len(order) + 1)
    ranks[-1] = 0
    found: Ints = ranks[numbered(encoded)]
    return found
