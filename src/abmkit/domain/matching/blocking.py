"""Blocking: which records are worth comparing, those that share something rare.

Each name of a record goes into a few blocks: that of itself, of its rarest words alone, in twos and
with the record's place, and of how they begin; each record into those of its site, phone and other
fields. What stands in one block is compared unless there is too much of it, so that the work grows
with the number of records.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct_numbers, firsts, strings, to_numpy
from abmkit.domain.matching.names.forms import ACRONYM, DERIVED
from abmkit.domain.matching.names.short import may_be_short
from abmkit.domain.matching.names.tokens import UNKNOWN, Names
from abmkit.domain.matching.profiles import Profiles

Ints = npt.NDArray[Any]

_MOST = 50
"""How many names, or records, of the other side may be in a block that is to count."""
_MANY, _MOST_OF_MANY = 500_000, 25
"""Of how many records on, within one list, half as many may: what so many share is hardly rare, and
finds fewer of a company than strangers."""
_AT_ONCE = 50_000
"""How many records of the left side are looked up at once."""
_SORTED_AT_ONCE = 1_000_000
_EXACT = ("domain", "phone", "linkedin_url", "ticker")
"""Fields whose equal values make a block by themselves."""
_MOST_FULL = 150
"""How many full names of the other side may have two signs of a short one for these to count."""
_WIDEST = 5
"""How far apart two signs stand in a full name that follow each other in its short form."""
_RARE = 3
"""How many of a name's words make a block alone."""
_BEGINNING = 5
"""How many letters a word and a misspelling of it begin with."""


@dataclass(frozen=True)
class RecordPairs:
    """Pairs of records."""

    left: Ints
    """(n_pairs,) int: the row of one record."""
    right: Ints
    """(n_pairs,) int: the row of the other."""

    def only(self, which: Ints) -> RecordPairs:
        """Some of the pairs, by flags or places."""
        return RecordPairs(self.left[which], self.right[which])


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs worth comparing, each once, the left before the right where both are on both sides."""

    left_name: Ints
    """(n_pairs,) int64: a name of a record, its place in `Profiles.row`, `name` and `kind`."""
    right_name: Ints
    """(n_pairs,) int64: likewise."""
    unnamed: RecordPairs
    """Pairs of records of which one has no name."""


def block(profiles: Profiles, on_left: Ints, on_right: Ints) -> CandidatePairs:
    """The names, and records without a name, on the left and on the right that share a block.

    `on_left` and `on_right` are flags of records: all on both sides, where none is compared with
    itself, or each on one side.
    """
    return _Blocking(profiles, on_left, on_right).pairs(0, profiles.count)


def block_in_slices(profiles: Profiles, on_left: Ints, on_right: Ints) -> Iterator[CandidatePairs]:
    """The same pairs for some of the records on the left after others, in their order."""
    blocking = _Blocking(profiles, on_left, on_right)
    for start in range(0, max(profiles.count, 1), _AT_ONCE):
        yield blocking.pairs(start, min(start + _AT_ONCE, profiles.count))


class _Blocking:
    """The blocks that records and their names are in."""

    def __init__(self, profiles: Profiles, on_left: Ints, on_right: Ints) -> None:
        self._profiles = profiles
        row = profiles.row
        within = bool((on_left & on_right).any())
        most = _MOST_OF_MANY if within and profiles.count > _MANY else _MOST
        self._of_names = [
            _Blocks.of(entry, key, on_left[row], on_right[row], most)
            for entry, key in _name_keys(profiles)
        ]
        most_full = most if within else _MOST_FULL
        entry, key = _short_keys(profiles, on_right[row], most_full)
        self._of_short = [
            _Blocks.of(
                entry, key, on_left[row] & one, on_right[row] & other, most_full, within,
            )
            for one, other in ((profiles.short, profiles.full), (profiles.full, profiles.short))
        ]  # fmt: skip
        self._of_records = [
            _Blocks.of(entry, key, on_left, on_right, most) for entry, key in _record_keys(profiles)
        ]
        self._first_name = np.searchsorted(row, np.arange(profiles.count + 1))

    def pairs(self, start: int, end: int) -> CandidatePairs:
        """The candidates of the records from `start` until `end`."""
        profiles, first_name = self._profiles, self._first_name
        size, count = max(len(profiles.row), 1), max(profiles.count, 1)
        records = _distinct([blocks.pairs(start, end, count) for blocks in self._of_records])
        left, right = records // count, records % count
        has_name = first_name[1:] > first_name[:-1]
        named = has_name[left] & has_name[right]
        name_start, name_end = int(first_name[start]), int(first_name[end])
        by_name = [blocks.pairs(name_start, name_end, size) for blocks in self._of_names]
        by_signs = [blocks.pairs(name_start, name_end, size) for blocks in self._of_short]
        by_name += [self._maybe_short(numbers) for numbers in by_signs]
        # Records that share a field are compared by their surest names.
        by_field = first_name[left[named]] * size + first_name[right[named]]
        names = _distinct([*by_name, by_field])
        left_name, right_name = names // size, names % size
        kind, row = profiles.kind, profiles.row
        proves = (kind[left_name] < DERIVED) | (kind[right_name] < DERIVED)
        proves &= row[left_name] != row[right_name]
        unnamed = RecordPairs(left[~named], right[~named])
        return CandidatePairs(left_name[proves], right_name[proves], unnamed)

    def _maybe_short(self, numbers: Ints) -> Ints:
        """Those pairs of a short and a full name, in either order, that may be one name: signs in
        common are mostly those of a trade."""
        profiles = self._profiles
        left, right = np.divmod(numbers, max(len(profiles.row), 1))
        short = profiles.name[np.where(profiles.short[left], left, right)]
        full = profiles.name[np.where(profiles.short[left], right, left)]
        spelling = profiles.names.spelling
        return numbers[may_be_short(profiles.names, spelling[short], spelling[full])[0]]


@dataclass(frozen=True)
class _Blocks:
    """The blocks of one kind of key: entries (records, or names of records) on the left, in order,
    and those on the right that share a block with each."""

    entry: Ints
    """(n,) int32."""
    start: Ints
    """(n,) int32: where the entry's partners begin among all."""
    size: Ints
    """(n,) int32: how many they are."""
    partners: Ints
    """(m,) int32: the entries on the right, block after block."""

    @classmethod
    def of(
        cls,
        entry: Ints,
        key: Ints,
        on_left: Ints,
        on_right: Ints,
        most: int,
        within: bool = False,
    ) -> _Blocks:
        """Entries by their keys, where some but not more than `most` of the right have the same.

        Of two entries that are on both sides only the lower one, which comes first, has the other;
        likewise of any two where the sides are `within` one list.
        """
        entry, fresh = _in_blocks(entry, key, on_right, most)
        bounds = np.flatnonzero(np.append(fresh, True)).astype("int32")
        left, right = on_left[entry], on_right[entry]
        before = np.append(np.int32(0), np.cumsum(right, dtype="int32"))
        sizes = np.diff(bounds)
        start = np.repeat(before[bounds[:-1]], sizes)
        end = np.repeat(before[bounds[1:]], sizes)
        start = np.where((left & right) | within, before[1:], start)
        some = np.flatnonzero(left & (start < end))
        some = some[_in_order(entry[some])]
        start = start[some]
        return cls(entry[some], start, end[some] - start, entry[right])

    def pairs(self, start: int, end: int, count: int) -> Ints:
        """The pairs of entries from `start` until `end`, as `left * count + right`."""
        some = slice(*np.searchsorted(self.entry, [start, end]))
        size = self.size[some].astype("int64")
        places = np.repeat(self.start[some] - (np.cumsum(size) - size), size)
        places += np.arange(len(places))
        pairs: Ints = np.repeat(self.entry[some].astype("int64") * count, size)
        pairs += self.partners[places]
        return pairs


def _in_blocks(entry: Ints, key: Ints, on_right: Ints, most: int) -> tuple[Ints, Ints]:
    """Those entries whose key others have, but not more than `most` on the right, by their keys;
    and flags of the first ones of a key."""
    order, fresh = _grouped(key)
    entry = entry[order].astype("int32")
    bounds = np.flatnonzero(np.append(fresh, True))
    sizes = np.diff(bounds)
    before = np.append(np.int32(0), np.cumsum(on_right[entry], dtype="int32"))
    count = np.diff(before[bounds])
    kept = np.repeat((sizes > 1) & (count > 0) & (count <= most), sizes)
    return entry[kept], fresh[kept]


def _record_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Records and their blocking keys, one kind of key at a time."""
    yield profiles.registry.row, profiles.registry.id
    for field in _EXACT:
        if field in profiles.fields:
            known = np.flatnonzero(profiles.fields[field] != UNKNOWN)
            yield known, profiles.fields[field][known]
    if "address" in profiles.fields:
        every = np.arange(profiles.count)
        yield _both(every, profiles.fields["address"], _narrowest_places(profiles))


def _name_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Names of records and their blocking keys, one kind of key at a time."""
    name, place = profiles.name, _narrowest_places(profiles)[profiles.row]
    every = np.arange(len(name))
    if not len(name):
        return
    yield every, name
    yield _both(every, name, place)
    yield every, profiles.names.spelling[name]
    # An acronym is compared as it stands: its letters are no word's spelling.
    spelled = np.flatnonzero(profiles.kind != ACRONYM)
    rarest = _rarest_words(profiles)[name[spelled]]
    entries, word = np.repeat(spelled.astype("int32"), _RARE), rarest.ravel()
    yield entries[word != UNKNOWN], word[word != UNKNOWN]
    yield _both(entries, word, place[entries])
    twos = [(0, 1), (0, 2), (1, 2)]
    one, other = (rarest[:, [two[side] for two in twos]].ravel() for side in (0, 1))
    low = np.where(other < 0, UNKNOWN, np.minimum(one, other))
    yield _both(entries, low, np.maximum(one, other))
    beginning = np.append(_beginnings(profiles.names.vocabulary), UNKNOWN)[word]
    yield entries[beginning != UNKNOWN], beginning[beginning != UNKNOWN]
    yield _both(entries, beginning, place[entries])


def _short_keys(profiles: Profiles, on_right: Ints, most: int) -> tuple[Ints, Ints]:
    """Names and two signs that follow each other in a short one, and stand near in a full one; in
    order of names, without signs that more than `most` short and full names on the right have."""
    names, spelling = profiles.names, profiles.names.spelling[profiles.name]
    nothing = np.empty(0, dtype="int64")
    short, full = np.flatnonzero(profiles.short), np.flatnonzero(profiles.full)
    if not len(short):
        return nothing, nothing
    # Signs are numbered as short names have them, from 1; all others are 0.
    known = distinct_numbers(_signs(names, spelling[short])[1])
    numbers = np.zeros(sys.maxunicode + 1, dtype="int64")
    numbers[known] = np.arange(1, len(known) + 1)
    size = len(known) + 1
    wanted = np.zeros(size * size, dtype=bool)
    counts = [np.zeros(size * size, dtype="int32") for _ in range(2)]
    parts = []
    for entries, widest, count in ((short, 1, counts[0]), (full, _WIDEST, counts[1])):
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            owner, signs = _signs(names, spelling[some])
            which, key = _two_signs(owner, numbers[signs], widest, size)
            if widest == 1:
                wanted[key] = True
            else:
                which, key = which[wanted[key]], key[wanted[key]]
            which, key = np.divmod(distinct_numbers(which * size * size + key), size * size)
            np.add.at(count, key[on_right[some[which]]], 1)
            parts.append((some[which].astype("int32"), key.astype("int32")))
    # Most signs are those of trades, which too many have on both sides.
    rare = (counts[0] <= most) | (counts[1] <= most)
    for place, (entry, key) in enumerate(parts):
        parts[place] = entry[rare[key]], key[rare[key]]
    entry, key = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.argsort(entry, kind="stable")
    return entry[order], key[order].astype("int64")


def _signs(names: Names, spelling: Ints) -> tuple[Ints, Ints]:
    """Which of some names each of their signs is of, and the signs, one after another."""
    some = names.texts(spelling)
    sizes = np.fromiter(map(len, some), "int64", len(some))
    signs = np.frombuffer("".join(some).encode("utf-32-le"), "uint32")
    return np.repeat(np.arange(len(some)), sizes), signs


def _two_signs(owner: Ints, signs: Ints, widest: int, size: int) -> tuple[Ints, Ints]:
    """Owners of two numbered signs, the second at most `widest` after the first, and a number for
    the two."""
    owners, keys = [np.empty(0, dtype="int64")], [np.empty(0, dtype="int64")]
    for gap in range(1, widest + 1):
        one, other = signs[:-gap], signs[gap:]
        both = np.flatnonzero((owner[:-gap] == owner[gap:]) & (one > 0) & (other > 0))
        owners.append(owner[both])
        keys.append(one[both] * size + other[both])
    return np.concatenate(owners), np.concatenate(keys)


def _rarest_words(profiles: Profiles) -> Ints:
    """(n_names, `_RARE`) int32: the rarest words of each name, rarest first; equally rare ones in
    order of their place."""
    names = profiles.names
    rarest = np.empty((len(names.words), _RARE), dtype="int32")
    for start in range(0, len(rarest), _AT_ONCE):
        words = names.words[start : start + _AT_ONCE]
        order = np.argsort(-names.rarity[words], axis=1, kind="stable")[:, :_RARE]
        rarest[start : start + _AT_ONCE] = np.take_along_axis(words, order, axis=1)
    return rarest


def _narrowest_places(profiles: Profiles) -> Ints:
    """(n_records,) int32: a number for each record's city, else for its region."""
    place = np.full(profiles.count, UNKNOWN, dtype="int32")
    for field in ("city", "region"):
        values = profiles.fields.get(field)
        if values is not None:
            fresh = int(place.max(initial=0)) + 1
            place = np.where((place == UNKNOWN) & (values != UNKNOWN), values + fresh, place)
    return place


def _both(entry: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The entries that know both, and a number for the two together."""
    known = np.flatnonzero((one != UNKNOWN) & (other != UNKNOWN))
    one, other = one[known], other[known]
    return entry[known], one.astype("int64") * (int(other.max(initial=0)) + 1) + other


def _beginnings(vocabulary: tuple[str, ...]) -> Ints:
    """(n_words,) int64: a number for how each word begins, `UNKNOWN` for a short one."""
    texts = strings(vocabulary)
    codes = pc.utf8_slice_codeunits(texts, 0, _BEGINNING).dictionary_encode().indices
    long = to_numpy(pc.utf8_length(texts)) >= _BEGINNING
    return np.where(long, to_numpy(codes).astype("int64"), UNKNOWN)


def _in_order(values: Ints) -> Ints:
    """Where the values are in order; equal ones in the order they have."""
    return _grouped(values)[0]


def _grouped(values: Ints) -> tuple[Ints, Ints]:
    """Where the values are in order, equal ones in the order they have; and flags of the first of
    each that are equal."""
    bits = len(values).bit_length()
    if int(values.max(initial=0)) >= 1 << (63 - bits):
        order: Ints = np.argsort(values, kind="stable")
        return order, firsts(values[order])
    # Sorting numbers is several times as fast as sorting their places. All in one array: there may
    # be a hundred million.
    both = values.astype("int64")
    both <<= bits
    both += np.arange(len(values), dtype="int32" if bits < 32 else "int64")
    both.sort()
    fresh = np.ones(len(both), dtype=bool)
    for start in range(1, len(both), _SORTED_AT_ONCE):
        end = min(start + _SORTED_AT_ONCE, len(both))
        fresh[start:end] = (both[start:end] ^ both[start - 1 : end - 1]) >> bits != 0
    both &= (1 << bits) - 1
    return both, fresh


def _distinct(numbers: list[Ints]) -> Ints:
    """The numbers of all arrays in order, each once."""
    return distinct_numbers(np.concatenate([np.empty(0, dtype="int64"), *numbers]))
