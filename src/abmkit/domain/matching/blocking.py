"""Which records are worth comparing: those that share something rare.

Each name of a record goes under a few keys: itself, its rarest words alone, in twos and with the
record's place, and how they begin; each record under its site, phone and other fields. What stands
under one key is compared unless there is too much of it, so that the work grows with the number of
records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from abmkit.domain.arrays import firsts, strings, to_numpy
from abmkit.domain.matching.profiles import ACRONYM, DERIVED, UNKNOWN, Profiles

Ints = npt.NDArray[Any]

_MOST = 50
"""How many names, or records, of the other side may be under a key that is to count."""
_AT_ONCE = 50_000
"""How many records of the left side are looked up at once."""
_EXACT = ("domain", "phone", "linkedin_url", "ticker")
_RARE = 3
"""How many of a name's words are looked up alone."""
_BEGINNING = 5
"""How many letters a word and a misspelling of it begin with."""


class Candidates(NamedTuple):
    """Pairs worth comparing, each once, the one before the other where both are on both sides."""

    one: Ints
    """A name: its place in `Profiles.row`."""
    other: Ints
    unnamed: tuple[Ints, Ints]
    """Pairs of records of which one has no name."""


def candidates(profiles: Profiles, left: Ints, right: Ints) -> Candidates:
    """The names, and records without a name, on the left and on the right that share a key.

    `left` and `right` are flags of records: all on both sides, where none is compared with itself,
    or each on one side.
    """
    return _Keys(profiles, left, right).of(0, profiles.count)


def in_slices(profiles: Profiles, left: Ints, right: Ints) -> Iterator[Candidates]:
    """The same candidates for some of the records on the left after others, in their order."""
    keys = _Keys(profiles, left, right)
    for start in range(0, max(profiles.count, 1), _AT_ONCE):
        yield keys.of(start, min(start + _AT_ONCE, profiles.count))


class _Keys:
    """What records and names are under."""

    def __init__(self, profiles: Profiles, left: Ints, right: Ints) -> None:
        self._profiles = profiles
        of_name = profiles.row
        self._names = [
            _Shared.of(*key, left[of_name], right[of_name]) for key in _name_keys(profiles)
        ]
        self._records = [_Shared.of(*key, left, right) for key in _record_keys(profiles)]
        self._first = np.searchsorted(of_name, np.arange(profiles.count + 1))

    def of(self, start: int, end: int) -> Candidates:
        """The candidates of the records from `start` until `end`."""

        known, first = self._profiles, self._first
        size, count = max(len(known.row), 1), max(known.count, 1)
        records = _distinct([keys.pairs(start, end, count) for keys in self._records])
        one, other = records // count, records % count
        has_name = first[1:] > first[:-1]
        named = has_name[one] & has_name[other]
        pairs = [keys.pairs(int(first[start]), int(first[end]), size) for keys in self._names]
        found = _distinct([*pairs, first[one[named]] * size + first[other[named]]])
        one_name, other_name = found // size, found % size
        proven = (known.kind[one_name] < DERIVED) | (known.kind[other_name] < DERIVED)
        proven &= known.row[one_name] != known.row[other_name]
        return Candidates(one_name[proven], other_name[proven], (one[~named], other[~named]))


class _Shared(NamedTuple):
    """Rows on the left, in order, and those on the right that share a key with each."""

    row: Ints
    start: Ints
    """Where the row's partners begin among all."""
    size: Ints
    """How many they are."""
    partners: Ints

    @classmethod
    def of(cls, row: Ints, key: Ints, left: Ints, right: Ints) -> _Shared:
        """Rows by their keys, where some but not too many of the right have the same.

        Of two rows that are on both sides only the lower one, which comes first, has the other.
        """
        order = in_order(key)
        row, key = row[order].astype("int32"), key[order]
        fresh = np.append(firsts(key), True)
        bounds = np.flatnonzero(fresh)
        on_left, on_right = left[row], right[row]
        before = np.append(np.int32(0), np.cumsum(on_right, dtype="int32"))
        group = np.cumsum(fresh[:-1], dtype="int32") - 1
        size = before[bounds[1:]] - before[bounds[:-1]]
        start, end = before[bounds[:-1]][group], before[bounds[1:]][group]
        start = np.where(on_left & on_right, before[1:], start)
        some = np.flatnonzero(on_left & (size[group] <= _MOST) & (start < end))
        some = some[in_order(row[some])]
        partners = row[on_right]
        start = start[some]
        return cls(row[some], start, end[some] - start, partners)

    def pairs(self, start: int, end: int, count: int) -> Ints:
        """The pairs of rows from `start` until `end`, as `one * count + other`."""
        some = slice(*np.searchsorted(self.row, [start, end]))
        size = self.size[some].astype("int64")
        at = np.repeat(self.start[some] - (np.cumsum(size) - size), size)
        at += np.arange(len(at))
        one: Ints = np.repeat(self.row[some].astype("int64") * count, size)
        one += self.partners[at]
        return one


def _record_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Records and what they are under, one sort of keys at a time."""
    rows, ids, _ = profiles.registry
    yield rows, ids
    for field in _EXACT:
        if field in profiles.fields:
            known = np.flatnonzero(profiles.fields[field] != UNKNOWN)
            yield known, profiles.fields[field][known]


def _name_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Names and what they are under, one sort of keys at a time."""
    name, near = profiles.name, _nearest(profiles)[profiles.row]
    every = np.arange(len(name))
    if not len(name):
        return
    yield every, name
    yield _both(every, name, near)
    yield every, profiles.names.spelling[name]
    # An acronym is compared as it stands: its letters are no word's spelling.
    spelled = np.flatnonzero(profiles.kind != ACRONYM)
    words = _by_rarity(profiles)[name[spelled]]
    rows, word = np.repeat(spelled, _RARE), words.ravel()
    yield rows[word != UNKNOWN], word[word != UNKNOWN]
    yield _both(rows, word, near[rows])
    twos = [(0, 1), (0, 2), (1, 2)]
    one, other = (words[:, [two[at] for two in twos]].ravel() for at in (0, 1))
    yield _both(rows, np.where(other < 0, UNKNOWN, np.minimum(one, other)), np.maximum(one, other))
    beginning = np.append(_beginnings(profiles.names.vocabulary), UNKNOWN)[word]
    yield rows[beginning != UNKNOWN], beginning[beginning != UNKNOWN]
    yield _both(rows, beginning, near[rows])


def _by_rarity(profiles: Profiles) -> Ints:
    """The rarest words of each name, rarest first; equally rare ones in order of their place."""
    names = profiles.names
    rarest = np.empty((len(names.ids), _RARE), dtype="int64")
    for start in range(0, len(rarest), _AT_ONCE):
        ids = names.ids[start : start + _AT_ONCE]
        order = np.argsort(-names.rarity[ids], axis=1, kind="stable")[:, :_RARE]
        rarest[start : start + _AT_ONCE] = np.take_along_axis(ids, order, axis=1)
    return rarest


def _nearest(profiles: Profiles) -> Ints:
    """The narrowest place of each record: a number for each city, else for its region."""
    place = np.full(profiles.count, UNKNOWN, dtype="int64")
    for field in ("city", "region"):
        values = profiles.fields.get(field)
        if values is not None:
            fresh = int(place.max(initial=0)) + 1
            place = np.where((place == UNKNOWN) & (values != UNKNOWN), values + fresh, place)
    return place


def _both(row: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The rows that know both, and a number for the two together."""
    known = np.flatnonzero((one != UNKNOWN) & (other != UNKNOWN))
    one, other = one[known], other[known]
    return row[known], one * (int(other.max(initial=0)) + 1) + other


def _beginnings(vocabulary: tuple[str, ...]) -> Ints:
    """A number for how each word of the vocabulary begins, `UNKNOWN` for a short one."""
    texts = strings(vocabulary)
    codes = pc.utf8_slice_codeunits(texts, 0, _BEGINNING).dictionary_encode().indices
    long = to_numpy(pc.utf8_length(texts)) >= _BEGINNING
    return np.where(long, to_numpy(codes).astype("int64"), UNKNOWN)


def in_order(values: Ints) -> Ints:
    """Where the values are in order; equal ones in the order they have."""
    bits = len(values).bit_length()
    if int(values.max(initial=0)) >= 1 << (63 - bits):
        return np.argsort(values, kind="stable")
    # Sorting numbers is several times as fast as sorting their places.
    both = (values.astype("int64") << bits) + np.arange(len(values))
    both.sort()
    order: Ints = both & ((1 << bits) - 1)
    return order


def _distinct(numbers: list[Ints]) -> Ints:
    """The numbers of all arrays in order, each once."""
    every: Ints = np.sort(np.concatenate([np.empty(0, dtype="int64"), *numbers]))
    once: Ints = every[firsts(every)]
    return once
