"""Parents that are no accounts: which accounts name the same one, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_flags, from_numpy, numbered, strings, to_numpy

Ints = npt.NDArray[Any]

NOBODY = -1
"""In place of a company: there is none."""


def outside_parents(
    parent: Ints,
    waiting: Ints,
    labels: Sequence[tuple[pa.StringArray, pa.StringArray]],
    count: int,
) -> tuple[Ints, pa.StringArray, Ints]:
    """The parents with those numbered that are no accounts, their labels, and who stays unclear.

    `labels` are the keys of such a parent, surest first, and what it is called by each. Of accounts
    with a key in common, those that are `waiting` have the parent that others have; a name that
    stands beside several parents could be any of them.
    """
    parent = parent.copy()
    unclear = np.zeros(len(parent), dtype=bool)
    texts = []
    for key, called in labels:
        codes = numbered(key)
        with_others = (codes != NOBODY) & (parent != NOBODY)
        size = int(codes.max(initial=NOBODY)) + 2
        least = np.full(size, np.iinfo("int64").max)
        most = np.full(size, NOBODY, dtype="int64")
        np.minimum.at(least, codes[with_others], parent[with_others])
        np.maximum.at(most, codes[with_others], parent[with_others])
        open_ = waiting & (codes != NOBODY)
        one = open_ & (most[codes] != NOBODY) & (most[codes] == least[codes])
        several = open_ & (most[codes] > least[codes])
        new = open_ & (most[codes] == NOBODY)
        itself = one & (most[codes] == np.arange(len(parent)))
        parent[one & ~itself] = most[codes][one & ~itself]
        unclear |= several
        _, numbers = np.unique(codes[new], return_inverse=True)
        parent[new] = count + numbers
        made = _least_text(called.filter(from_flags(new)), numbers)
        count += len(made)
        texts.append(made)
        waiting = waiting & (codes == NOBODY)
    return parent, pa.concat_arrays(texts), unclear


def _least_text(texts: pa.StringArray, of: Ints) -> pa.StringArray:
    """The smallest text of each number, the numbers from 0 without a gap."""
    by_value = to_numpy(pc.sort_indices(texts)).astype("int64")
    _, first = np.unique(of[by_value], return_index=True)
    return texts.take(from_numpy(by_value[first]))


def made_distinct(outside: pa.StringArray, ids: pa.StringArray) -> pa.StringArray:
    """The labels, other than all ids of accounts and than one another."""
    twice = len(outside.dictionary_encode().dictionary) < len(outside)
    if not twice and not pc.any(pc.is_in(outside, value_set=ids)).as_py():
        return outside
    taken = set(ids.filter(pc.is_in(ids, value_set=outside)).to_pylist())
    labels = []
    for label in outside.to_pylist():
        name, number = label, 1
        while name in taken:
            number += 1
            name = f"{label}~{number}"
        taken.add(name)
        labels.append(name)
    return strings(labels).cast(pa.string())
