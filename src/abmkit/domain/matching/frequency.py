"""Term frequencies: how many strangers would have as much in common by chance.

What two records agree on says the less the more companies have it (Fellegi and Sunter, 1969; the
term-frequency adjustment of Winkler, 1989): of `n` companies of a place, of which each has a word
with the share `p` that the word has in its country, `n` times all `p` have the words that two names
share; words that go together (`furniture gallery`) have a share beside one another (Chow and Liu,
1968). The shares are counted in the very table, so that the same two names are one company's in a
short list and two in a long one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.arrays import distinct_numbers, firsts
from abmkit.domain.matching.features import strangers, value_shares
from abmkit.domain.matching.names.classes import WordClass
from abmkit.domain.matching.names.forms import DERIVED
from abmkit.domain.matching.names.tokens import UNKNOWN, elsewhere
from abmkit.domain.matching.profiles import Profiles

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

AGREEING_PLACES = ("country", "region", "city", "postal_code")
"""What narrows down where strangers with such names would be, from wide to narrow."""
_AS_MANY = 100.0
"""As how many companies of a country the shares of all countries count."""
_UNSEEN = 0.3
"""As how many names a word counts that no other name has."""
_AS_MANY_BESIDE = 10.0
"""As how many companies with a word its share of all companies counts, among those with another."""
_NAMES_AT_ONCE = 2_000_000
SHAPE = 0.5
"""The shape of the gamma distribution that the number of a name's strangers is expected to have:
as how many strangers found the expectation counts."""
AS_ALIKE = 0.3
"""The share of names with the words that two share that are as alike in the rest."""
LEARNED_FROM = 15_000
"""How many names the longest lists have that the weights are learned from: strangers among as many
are in the weights."""


@dataclass(frozen=True)
class Counts:
    """How many companies have each of some combinations of numbers."""

    key: Ints
    """(n,) int64: the combinations as one number each, in order."""
    count: Ints
    """(n,) int64."""

    @classmethod
    def of(cls, key_and_company: Ints, companies: int) -> Counts:
        """Those of keys times the number of companies plus a company that has the key; of one that
        has it again once."""
        once = distinct_numbers(key_and_company) // max(companies, 1)
        start = np.flatnonzero(firsts(once))
        return cls(once[start], np.diff(np.append(start, len(once))))

    def summed(self, size: int, count: int) -> Floats:
        """(count,) how many companies have each key divided by `size`."""
        sums: Floats = np.bincount(self.key // size, weights=self.count, minlength=count)
        return sums

    @property
    def shared(self) -> Counts:
        """Those that more than two companies have: of the others no two have strangers."""
        some = self.count > 2
        return Counts(self.key[some], self.count[some])

    def __getitem__(self, key: Ints) -> Ints:
        """The counts of some keys, 0 where nobody has one."""
        if not len(self.key):
            return np.zeros(len(key), dtype="int64")
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.count[place], 0)


@dataclass(frozen=True)
class WordPairs:
    """How many companies have two words in one name."""

    companies: Floats
    """(n_words + 1,) float64: how many companies have each word."""
    together: Counts
    """By the lower of two words times the number of words plus the higher one."""

    @classmethod
    def of(cls, profiles: Profiles, companies: Floats) -> WordPairs:
        """Those of the names that companies have, where strangers have both words."""
        names = profiles.names
        own = profiles.kind < DERIVED
        company = profiles.company[profiles.row[own]]
        first, size = company.min(initial=0), int(np.ptp(company) if len(company) else 0) + 1
        once = distinct_numbers(profiles.name[own].astype("int64") * size + company - first)
        weight = np.bincount(once // size, minlength=len(names.words)).astype("int32")
        count = len(names.vocabulary)
        some = np.flatnonzero(np.append(companies[:count] > 2, False)[names.words].sum(1) > 1)
        some = some[weight[some] > 0]
        parts = len(some) // _NAMES_AT_ONCE + 1
        keys, counts = [np.empty(0, dtype="int64")], [np.empty(0, dtype="int64")]
        for part in range(parts):
            key, of_key = _pairs_of_words(names.words[some], weight[some], count, (part, parts))
            keys.append(key)
            counts.append(of_key)
        key, of_key = np.concatenate(keys), np.concatenate(counts)
        order = np.argsort(key)
        return cls(np.append(companies[:count], 0.0), Counts(key[order], of_key[order]))

    def beside(self, word: Ints, other: Ints, share: Floats) -> Floats:
        """The share of the companies with another word that have a word, whose share of all
        companies is given, too; where two of them have both."""
        low, high = np.minimum(word, other).astype("int64"), np.maximum(word, other)
        both = strangers(self.together[low * (len(self.companies) - 1) + high])
        shares: Floats = (both + _AS_MANY_BESIDE * share) / (
            self.companies[other] + _AS_MANY_BESIDE
        )
        return shares


def _pairs_of_words(
    words: Ints, weight: Ints, count: int, part: tuple[int, int]
) -> tuple[Ints, Ints]:
    """Pairs of words that more than two companies have in a name, by their key, and how many do;
    of `count` words those of which the lower one is of one `part` of so many."""
    keys, weights = [np.empty(0, dtype="int64")], [np.empty(0, dtype="int32")]
    for other in range(1, words.shape[1]):
        wide = np.flatnonzero(words[:, other] != UNKNOWN)
        for one in range(other if len(wide) else 0):
            both = words[wide, one], words[wide, other]
            low = np.minimum(*both)
            chosen = low % part[1] == part[0]
            high = np.maximum(both[0][chosen], both[1][chosen])
            keys.append(low[chosen].astype("int64") * count + high)
            weights.append(weight[wide[chosen]])
    key = np.concatenate(keys)
    order = np.argsort(key)
    key = key[order]
    start = np.flatnonzero(firsts(key))
    if not len(start):
        return key, np.empty(0, dtype="int64")
    sums = np.add.reduceat(np.concatenate(weights)[order].astype("int64"), start)
    several = sums > 2
    return key[start[several]], sums[several]


@dataclass(frozen=True)
class TermFrequencies:
    """How many companies have each word and each name, in each country and each city."""

    companies: int
    country: Ints
    """(n_countries + 1,) int64: how many companies each country has; the last is unknown."""
    city: Ints
    """(n_cities,) int64: how many companies each city has."""
    word: Floats
    """(n_words + 1,) float64: the share of companies with each word; 1 for `UNKNOWN`."""
    name: Floats
    """(n_spellings,) float64: the share of companies with each name."""
    word_in_country: Counts
    """By a word times the number of countries plus the country."""
    word_in_city: Counts
    """By a word times the number of cities plus the city."""
    name_in_country: Counts
    """Likewise of names."""
    name_in_city: Counts
    """By a name times the number of cities plus the city."""
    pairs: WordPairs

    @classmethod
    def of(cls, profiles: Profiles) -> TermFrequencies:
        """Those of the companies of records, by all names that they are compared by."""
        names, country = profiles.names, _countries(profiles)
        # Of a table without a column there are no records to compare.
        company = profiles.company[: profiles.count] - profiles.company.min(initial=0)
        size, countries = int(company.max(initial=-1)) + 1, int(country.max(initial=0)) + 1
        of_country = Counts.of(country * size + company, size)
        companies = int(of_country.count.sum())
        row, spelling = profiles.row, names.spelling[profiles.name].astype("int64")
        words = Counts.of(_words_of_companies(profiles, country, countries, size), size)
        city = profiles.fields.get("city", np.full(profiles.count, UNKNOWN))
        cities = int(city.max(initial=0)) + 1
        settled = np.flatnonzero(city != UNKNOWN)
        of_city = Counts.of(city[settled].astype("int64") * size + company[settled], size)
        words_of_cities = Counts.of(_words_of_companies(profiles, city, cities, size), size)
        spelled = Counts.of((spelling * countries + country[row]) * size + company[row], size)
        settled = np.flatnonzero(city[row] != UNKNOWN)
        row, spelling = row[settled], spelling[settled]
        in_city = Counts.of((spelling * cities + city[row]) * size + company[row], size)
        known, elsewhere_names = elsewhere(names.vocabulary)
        have_word = words.summed(countries, len(names.vocabulary))
        of_word = strangers(have_word)
        share = (known + of_word + _UNSEEN) / (companies + elsewhere_names + 1)
        of_name = strangers(spelled.summed(countries, len(names.squeezed)))
        return cls(
            companies,
            np.bincount(of_country.key, weights=of_country.count, minlength=countries),
            of_city.summed(1, cities),
            np.append(share, 1.0),
            of_name / max(companies, 1),
            words.shared,
            words_of_cities.shared,
            spelled.shared,
            in_city.shared,
            WordPairs.of(profiles, have_word),
        )

    def words_in(self, word: Ints, country: Ints, city: Ints) -> Floats:
        """The share of a country's companies that have a word, where two of them have it; of a
        city's where one is known: Reno Plumbing is in Reno."""
        shares = self._share(self.word_in_country, word, self.word[word], country)
        known = np.flatnonzero(city != UNKNOWN)
        key = word[known].astype("int64") * len(self.city) + city[known]
        here = strangers(self.word_in_city[key])
        near = (here + _AS_MANY * shares[known]) / (self.city[city[known]] + _AS_MANY)
        shares[known] = np.minimum(near, 1.0)
        return shares

    def names_in(self, spelling: Ints, country: Ints) -> Floats:
        """The share of a country's companies that have a name, where two of them have it."""
        return self._share(self.name_in_country, spelling, self.name[spelling], country)

    def _share(self, counts: Counts, number: Ints, anywhere: Floats, country: Ints) -> Floats:
        here = strangers(counts[number.astype("int64") * len(self.country) + country])
        shares = (here + _AS_MANY * anywhere) / (self.country[country] + _AS_MANY)
        found: Floats = np.minimum(shares, 1.0)
        return found


def _words_of_companies(profiles: Profiles, place: Ints, places: int, size: int) -> Ints:
    """A number for each word of each name in a known place: the word, the place and the company."""
    words, row = profiles.names.words, profiles.row
    parts = []
    settled = place[row] != UNKNOWN
    for column in range(words.shape[1]):
        word = words[profiles.name, column]
        known = np.flatnonzero((word != UNKNOWN) & settled)
        number = word[known].astype("int64") * places + place[row[known]]
        parts.append(number * size + profiles.company[row[known]] - profiles.company.min(initial=0))
    return np.concatenate(parts)


def log_strangers(
    profiles: Profiles,
    frequencies: TermFrequencies,
    records: tuple[Ints, Ints],
    names: tuple[Ints, Ints],
    more_bits: Floats,
) -> Floats:
    """(n_pairs,) the logarithm of how many strangers, beyond those of the lists that weights are
    learned from, share by chance what two names share, where both records are; minus infinity where
    they share nothing.

    `records` and `names` are the two sides of pairs; `more_bits` is what they share in words of
    other spellings.
    """
    left, right = records
    beyond = max(1 - LEARNED_FROM / max(frequencies.companies, 1), 0.0)
    if not beyond:
        return np.full(len(left), -np.inf)
    share, share_of_country, narrow = _share_of_place(profiles, left, right)
    countries = _countries(profiles)
    unknown = len(frequencies.country) - 1
    country = np.where(countries[left] == unknown, countries[right], countries[left])
    cities = profiles.fields.get("city", np.full(profiles.count, UNKNOWN))
    city = np.where(cities[left] == cities[right], cities[left], UNKNOWN)
    of_words = _by_words(profiles, frequencies, names, (country, city, narrow), more_bits)
    expected = frequencies.companies * share * of_words
    one, other = (profiles.names.spelling[side] for side in names)
    same = np.flatnonzero(one == other)
    counted = frequencies.companies * share[same] * frequencies.names_in(one[same], country[same])
    of_city = city[same]
    key = one[same].astype("int64") * len(frequencies.city) + of_city
    here = np.where(of_city != UNKNOWN, strangers(frequencies.name_in_city[key]), 0.0)
    # As the shape is of a country's strangers, some of whom are in the narrower place.
    shape = SHAPE * share[same] / share_of_country[same]
    beside = strangers_beside(expected[same], counted, shape)
    expected[same] = np.maximum(np.maximum(beside, counted), here)
    with np.errstate(divide="ignore"):
        logs: Floats = np.log(expected * beyond)
    return logs


def strangers_beside(expected: Floats, found: Floats, shape: Floats) -> Floats:
    """How many strangers there are where so many were expected and so many were found: the mean of
    the gamma distribution that a Poisson process makes of one of a shape."""
    shape = np.maximum(shape, 1e-9)
    mean: Floats = (shape + found) * expected / (shape + expected)
    return mean


def _by_words(
    profiles: Profiles,
    frequencies: TermFrequencies,
    names: tuple[Ints, Ints],
    places: tuple[Ints, Ints, Ints],
    more_bits: Floats,
) -> Floats:
    """(n_pairs,) the share of a country's companies that have all words that two names share and a
    name as alike in the rest; 0 where they share none. Each word is as common as it is beside that
    word before it with which it is most common.

    `places` are the country and the city of pairs, and flags of those that share more than a
    country.
    """
    country, city, narrow = places
    one, other = (profiles.names.words[side] for side in names)
    share = AS_ALIKE * np.exp2(-more_bits)
    some = more_bits > 0
    is_place = np.equal(profiles.names.of_words, WordClass.PLACE)
    shared_before: list[Ints] = []
    for place in range(one.shape[1]):
        word = one[:, place]
        is_shared = (word != UNKNOWN) & (other == word[:, None]).any(1)
        shared_before.append(is_shared)
        shared = np.flatnonzero(is_shared)
        if not len(shared):
            continue
        some[shared] = True
        word = word[shared]
        # What a place says that both records have is said already.
        said = is_place[word] & narrow[shared]
        alone = frequencies.words_in(word, country[shared], city[shared])
        of_place = alone.copy()
        for before, is_before in enumerate(shared_before[:-1]):
            both = np.flatnonzero(is_before[shared])
            beside = frequencies.pairs.beside(word[both], one[shared[both], before], alone[both])
            of_place[both] = np.maximum(of_place[both], beside)
        share[shared] *= np.where(said, 1.0, of_place)
    return np.where(some, share, 0.0)


def _share_of_place(profiles: Profiles, left: Ints, right: Ints) -> tuple[Floats, Floats, Ints]:
    """The share of companies in the narrowest place that two records share, 1 where none is, and of
    those in their country; and flags of those that share more than a country."""
    share = of_country = np.ones(len(left))
    narrow = np.zeros(len(left), dtype=bool)
    for field in AGREEING_PLACES:
        if field not in profiles.fields:
            continue
        values = profiles.fields[field]
        one, other = values[left], values[right]
        of_value = np.append(value_shares(profiles, field), 1.0)
        if field == "country":
            one = np.where(one == UNKNOWN, other, one)
            share = of_country = of_value[one]
            continue
        same = (one == other) & (one != UNKNOWN)
        share = np.where(same, np.minimum(share, of_value[one]), share)
        narrow |= same
    return share, of_country, narrow


def _countries(profiles: Profiles) -> Ints:
    """(n_records,) int64: a number for each record's country, the last one where it is unknown."""
    values = profiles.fields.get("country")
    if values is None:
        return np.zeros(profiles.count, dtype="int64")
    unknown = int(values.max(initial=-1)) + 1
    return np.where(values == UNKNOWN, unknown, values).astype("int64")
