"""Keyed: which records have which values of a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    distinct_numbers,
    from_flags,
    from_numpy,
    lists_of,
    numbered,
    only_where,
    to_numpy,
    whole,
)

Ints = npt.NDArray[Any]

UNKNOWN = -1
NAMES = ("name_key", "name")
"""The columns of a key that make it a name's, which namesakes share."""


@dataclass(frozen=True)
class Keyed:
    """The records that know a key, an entry for each value of each."""

    row: Ints
    """(n,) int64: the record."""
    value: Ints
    """(n,) int64: the number of the value it has, from 0."""
    entry: Ints
    """(n,) int64: its place among all values of the column, or of its lists one after another;
    those of `other_domains` after those of `domain`."""


def parts_of(key: str) -> list[str]:
    """The columns of a key: `name_key`, `country` of `name_key+country`."""
    return [part.strip() for part in key.split("+")]


def is_name(key: str) -> bool:
    """Whether a key has a name in it."""
    return any(part in NAMES for part in parts_of(key))


def by_key(records: pa.Table, key: str) -> Keyed:
    """The records that know a key: a column, several joined by `+`, or the elements of a list."""
    parts = parts_of(key)
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
        several = [numbered(records[part].combine_chunks()) for part in parts]
        codes = compact(composite(several, parts)) if len(parts) > 1 else several[0]
    known = np.flatnonzero(codes != UNKNOWN)
    return Keyed(rows[known], codes[known], known)


def texts_of(records: pa.Table, key: str, entries: Ints) -> list[str]:
    """The values of entries of a key as texts, the parts of one joined by a comma."""
    columns = []
    for part in parts_of(key):
        values = whole(records[part])
        columns.append(as_strings(pc.list_flatten(values) if is_list(values) else values))
    if key == "domain" and "other_domains" in records.column_names:
        others = as_strings(pc.list_flatten(whole(records["other_domains"])))
        columns = [pa.concat_arrays([columns[0], others])]
    texts = [column.take(from_numpy(entries)).to_pylist() for column in columns]
    return [", ".join(filter(None, parts)) for parts in zip(*texts, strict=True)]


def without_entries(records: pa.Table, key: str, entries: Ints) -> pa.Table:
    """Records without some values of a key: null, of a list not in it, of parts the first null."""
    column = parts_of(key)[0]
    size = records.num_rows
    if is_list(whole(records[column])):
        return _without_elements(records, column, entries)
    if key == "domain" and (entries >= size).any():
        records = _without_elements(records, "other_domains", entries[entries >= size] - size)
    kept = np.ones(size, dtype=bool)
    kept[entries[entries < size]] = False
    values = only_where(from_flags(kept), whole(records[column]))
    return records.set_column(records.column_names.index(column), column, values)


def _without_elements(records: pa.Table, column: str, places: Ints) -> pa.Table:
    values = whole(records[column])
    elements = pc.list_flatten(values)
    kept = np.ones(len(elements), dtype=bool)
    kept[places] = False
    rows = to_numpy(pc.list_parent_indices(values)).astype("int64")[kept]
    fresh = lists_of(rows, elements.filter(from_flags(kept)), len(values))
    return records.set_column(records.column_names.index(column), column, fresh)


def is_list(values: pa.Array) -> bool:
    """Whether a column has lists."""
    return bool(pa.types.is_list(values.type) or pa.types.is_large_list(values.type))


def composite(parts: list[Ints], names: Sequence[str]) -> Ints:
    """One number for each combination of known parts.

    A last part `country` that is unknown is the only country in which the rest is known; where
    there are several of those, the record could be any of them and has no key.
    """
    *front, last = parts
    if not front:
        return last
    rest = front[0]
    for part in front[1:]:
        rest = compact(paired(rest, part))
    if names[-1].casefold() != "country":
        return paired(rest, last)
    known = (rest != UNKNOWN) & (last != UNKNOWN)
    count, size = int(last.max(initial=0)) + 1, int(rest.max(initial=0)) + 1
    with_rest, with_last = np.divmod(distinct_numbers(rest[known] * count + last[known]), count)
    several = np.bincount(with_rest, minlength=size)
    only = np.full(size, -2, dtype="int64")
    only[with_rest] = with_last
    place = np.where(last != UNKNOWN, last, np.where(rest != UNKNOWN, only[rest], UNKNOWN))
    nowhere = (last == UNKNOWN) & (rest != UNKNOWN) & (several[rest] > 1)
    # Country numbers begin at 0; -2 stands for a name that is known in no country at all.
    return paired(np.where(nowhere, UNKNOWN, rest), place + 2)


def compact(codes: Ints) -> Ints:
    """The codes numbered anew without a gap, in order of their first appearance, so that their
    product with others stays small."""
    known = codes != UNKNOWN
    numbers = np.full(len(codes), UNKNOWN, dtype="int64")
    numbers[known] = numbered(from_numpy(codes[known]))
    return numbers


def paired(one: Ints, other: Ints) -> Ints:
    """A number for each two known numbers."""
    size = int(other.max(initial=0)) + 1
    return np.where((one == UNKNOWN) | (other == UNKNOWN), UNKNOWN, one * size + other)
