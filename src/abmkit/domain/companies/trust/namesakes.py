"""Namesakes: whether a name in common is rare enough to be one company's, where the rest agrees.

A name has as many bits as its words are rare. Among `n` records of a place a name of so many bits
has `n / 2**bits` namesakes by chance; what is above a margin joins records at once, the rest is
left to what else is known of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    distinct_numbers,
    from_numpy,
    numbered,
    order_of,
    places_of,
    whole,
)
from abmkit.domain.companies.trust.keyed import (
    NAMES,
    UNKNOWN,
    Keyed,
    by_key,
    compact,
    paired,
    parts_of,
)
from abmkit.domain.matching.addresses import address_keys
from abmkit.domain.matching.distinct import content_numbers
from abmkit.domain.matching.features import strangers
from abmkit.domain.matching.frequency import SHAPE, Counts, strangers_beside
from abmkit.domain.matching.names.classes import WordClass
from abmkit.domain.matching.names.tokens import UNKNOWN as UNKNOWN_WORD
from abmkit.domain.matching.names.tokens import Names, tokenised, words
from abmkit.domain.matching.similar import COLUMNS
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.places.chinese import city_keys

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

AGREEING = ("phone", "address", "postal_code", "city", "region")
"""What makes a name in common one company's where it agrees, from narrow to wide."""
_NEARLY_IDS = ("phone", "address")
"""What is hardly another company's of the name, however common, where nothing differs."""
DIFFERING = ("city", "phone", "ticker", "domain")
"""What tells namesakes apart: where one of it differs unless the name is so rare that it has none,
where two of it do in any case."""
MARGIN, MARGIN_OF_ONE = 3.0, 10.0
"""How many bits more than its place has records a name must have to join them at once, so that it
has one namesake in eight such places; and where something differs. Measured on invented companies
that have namesakes: at the margin three of four pairs are right."""
_UNCOUNTED = 1.0
"""How many bits more where no cities tell what namesakes there are."""
_WIDE = np.array([MARGIN, MARGIN_OF_ONE, np.inf])
"""The margins by how much differs."""
_MOST_COUNTED = 50_000
"""How many names besides those that are shared tell how common words are here."""
_AS_MANY = 100.0
"""As how many names of a country the shares of all countries count."""
_STEPS = 1024


@dataclass(frozen=True)
class Namesakes:
    """What a key with a name in it says of the records that share it."""

    joined: tuple[Keyed, ...]
    """Those that are one company at once, the surest first: an entry for all that is compared, for
    a name with what else agrees, a phone, an address, a place, and at last for the key alone."""
    doubted: Keyed
    """Those whose names are rare enough, but for something that differs."""


def namesakes(records: pa.Table, key: str) -> Namesakes:
    """The records that share a key with a name in it, by how sure that makes one company of them.

    Reads those of `AGREEING` and `DIFFERING` that are there.
    """
    keyed = by_key(records, key)
    repeated = np.bincount(keyed.value)[keyed.value] > 1
    row, group = keyed.row[repeated], keyed.value[repeated]
    if not len(row):
        return Namesakes((), Keyed(row, group, row))
    around = _around(records, key)
    rarity = _rarity(records, next(part for part in parts_of(key) if part in NAMES), row, around)
    besides = {
        column: _numbers(records, column)
        for column in dict.fromkeys((*AGREEING, *DIFFERING))
        if column in records.column_names and column not in parts_of(key)
    }
    elsewhere = _strangers_elsewhere(group, besides["city"][row]) if "city" in besides else None
    differing = np.zeros(len(row), dtype="int64")
    for column in DIFFERING:
        if column in besides:
            differing += _differing(group, besides[column][row])
    # What says the same in all is the same record again, however common its name.
    content = content_numbers(records.take(from_numpy(row)), COLUMNS)
    found = [Keyed(row, compact(paired(group, content)), row)]
    for column in AGREEING:
        if column in besides:
            value = besides[column]
            place = compact(paired(around, value))
            if column == "region":
                margin = _WIDE[np.minimum(differing, 2)]
                enough = rarity.above_beside(place, around, margin, elsewhere)
            elif column in _NEARLY_IDS:
                margin = np.where(differing == 0, 0.0, MARGIN)
                enough = rarity.above(place, margin, narrow=True)
            else:
                # Hardly two companies of a name have one postal code.
                least = 0.0 if column == "postal_code" else MARGIN
                enough = rarity.above_beside(place, around, least, elsewhere)
            both = compact(np.where(enough, paired(group, value[row]), UNKNOWN))
            found.append(Keyed(row[both >= 0], both[both >= 0], row[both >= 0]))
    enough = rarity.above_beside(around, around, _WIDE[np.minimum(differing, 2)], elsewhere)
    found.append(Keyed(row[enough], group[enough], row[enough]))
    doubted = (differing > 0) & rarity.above(around, MARGIN)
    joined = tuple(each for each in found if len(each.row))
    return Namesakes(joined, Keyed(row[doubted], group[doubted], row[doubted]))


@dataclass(frozen=True)
class _Rarity:
    """How rare the names of some records are, in bits."""

    row: Ints
    bits: Floats
    of_places: Floats
    """The bits of those words of the names that are places, which a narrow place says already."""
    name: Ints
    """(n_records,) int64: a number for each name."""

    def above(self, place: Ints, margin: Floats | float, narrow: bool = False) -> Ints:
        """Flags of the records whose names have a margin of bits above what their places need.

        `place` numbers the place of all records, which is `narrow` where it is less than a country.
        """
        above: Ints = -np.log2(self._namesakes(place, narrow)) >= margin
        return above

    def above_beside(
        self, place: Ints, around: Ints, margin: Floats | float, elsewhere: Floats | None
    ) -> Ints:
        """The same flags, where a name's namesakes `elsewhere` around the place tell, too: many of
        them how common it is, and none that it is not."""
        narrow = place is not around
        namesakes = self._namesakes(place, narrow)
        if elsewhere is None:
            margin = margin + _UNCOUNTED
        else:
            share = self._share(place, around) if narrow else np.ones(len(namesakes))
            namesakes = strangers_beside(namesakes, elsewhere * share, SHAPE * share)
        above: Ints = -np.log2(namesakes) >= margin
        return above

    def _namesakes(self, place: Ints, narrow: bool) -> Floats:
        """How many namesakes each of the records has by chance in its place."""
        bits = self.bits - self.of_places if narrow else self.bits
        found: Floats = self._sizes(place)[place[self.row]] * np.exp2(-bits)
        return found

    def _share(self, place: Ints, around: Ints) -> Floats:
        """The share of a name's namesakes around that are in the place of each of the records: that
        of all names whose place is known, or more where the name is that of the place."""
        known = np.where(place == UNKNOWN, UNKNOWN, around)
        near, wide = self._sizes(place)[place[self.row]], self._sizes(known)[known[self.row]]
        return np.minimum(near / np.maximum(wide, 1) * np.exp2(self.of_places), 1.0)

    def _sizes(self, place: Ints) -> Ints:
        """How many names each place has; at last, for the unknown one, how many records there are.

        Names are counted, so that a row that is there again makes no name more common.
        """
        known = np.flatnonzero(place != UNKNOWN)
        size = int(self.name.max(initial=0)) + 2
        names = distinct_numbers(place[known] * size + self.name[known] + 1) // size
        return np.append(np.bincount(names, minlength=int(place.max(initial=-1)) + 1), len(place))


def _strangers_elsewhere(group: Ints, city: Ints) -> Floats:
    """(n_entries,) how many namesakes each group has besides those that are compared: one in each
    city but one, and as many among those without a city."""
    size = int(group.max(initial=0)) + 1
    known = city != UNKNOWN
    width = int(city.max(initial=0)) + 1
    of_cities = distinct_numbers(group[known] * width + city[known]) // width
    cities = np.bincount(of_cities, minlength=size)
    entries, in_cities = (
        np.bincount(group, minlength=size),
        np.bincount(group[known], minlength=size),
    )
    others = np.maximum(cities - 1, 0) * entries / np.maximum(in_cities, 1)
    others = np.where(in_cities > 0, others, strangers(entries))
    found: Floats = others[group]
    return found


def _around(records: pa.Table, key: str) -> Ints:
    """(n_records,) int64: a number for what a key says besides the name; 0 where nothing."""
    rest = [part for part in parts_of(key) if part not in NAMES]
    around = np.zeros(records.num_rows, dtype="int64")
    for part in rest:
        # Unknown is a place of its own.
        around = compact(paired(around, _numbers(records, part) + 1))
    return around


def _differing(group: Ints, value: Ints) -> Ints:
    """Flags of the entries in whose group two known values differ."""
    known = value != UNKNOWN
    size = int(group.max(initial=0)) + 1
    least, most = np.full(size, np.iinfo("int64").max), np.full(size, -1, dtype="int64")
    np.minimum.at(least, group[known], value[known])
    np.maximum.at(most, group[known], value[known])
    differs: Ints = (least < most)[group]
    return differs


def _numbers(records: pa.Table, column: str) -> Ints:
    values = whole(records[column])
    if column == "city":
        values = city_keys(as_strings(values))
    elif column == "address":
        values = address_keys(as_strings(values))
    return numbered(values)


def _rarity(records: pa.Table, column: str, row: Ints, around: Ints) -> _Rarity:
    """How rare the name of each of some records is among those around: the bits of its words."""
    keys = as_strings(whole(records[column]))
    keys = name_keys(keys) if column != "name_key" else keys
    shared = keys.take(from_numpy(row)).unique()
    others = keys.unique().drop_null()
    others = others.filter(pc.invert(pc.is_in(others, value_set=shared)))
    if len(others) > _MOST_COUNTED:
        # By their order, so that the order of records makes no difference.
        in_order = order_of(others)
        step = -(-len(others) // _MOST_COUNTED)
        others = others.take(from_numpy(np.flatnonzero(in_order % step == 0)))
    counted = pa.concat_arrays([shared, others])
    names = tokenised(counted, words(counted))
    # Each counted name once in each country that has it.
    which = places_of(keys, counted)
    size = len(counted)
    told = np.flatnonzero(which >= 0)
    place, name = np.divmod(distinct_numbers(around[told] * size + which[told]), max(size, 1))
    shares = _SharesOfWords.of(names, name, place)
    own = names.words[which[row]]
    bits = shares.bits(own, around[row])
    of_places = np.where(np.equal(names.of_words, WordClass.PLACE)[own], bits, 0.0)
    return _Rarity(row, bits.sum(axis=1), of_places.sum(axis=1), numbered(keys))


@dataclass(frozen=True)
class _SharesOfWords:
    """How common words are in each country."""

    names: Names
    counts: Counts
    """By a word times the number of countries plus the country."""
    of_place: Ints
    """(n_countries,) int64: how many names each country has."""

    @classmethod
    def of(cls, names: Names, name: Ints, place: Ints) -> _SharesOfWords:
        """Those of names in places, each entry a name that a place has."""
        of_place = np.bincount(place, minlength=1)
        word = names.words[name].astype("int64")
        number = (word * len(of_place) + place[:, None]) * len(names.words) + name[:, None]
        return cls(names, Counts.of(number[word != UNKNOWN_WORD], len(names.words)), of_place)

    def bits(self, word: Ints, place: Ints) -> Floats:
        """(n, width) how rare each word is in the place of its row; 0 for none."""
        place = place[:, None]
        here = strangers(self.counts[word.astype("int64") * len(self.of_place) + place])
        anywhere = np.exp2(-self.names.rarity[word].astype("float64"))
        shares = (here + _AS_MANY * anywhere) / (self.of_place[place] + _AS_MANY)
        shares = np.clip(shares, anywhere, 1.0)
        # Sums of steps are the same in any order.
        bits = np.round(-np.log2(shares) * _STEPS) / _STEPS
        found: Floats = np.where(word == UNKNOWN_WORD, 0.0, bits)
        return found
