"""Term frequencies: how many strangers would have as much in common by chance.

What two records agree on says the less the more companies have it (Fellegi and Sunter, 1969; the
term-frequency adjustment of Winkler, 1989): of `n` companies of a place, of which each has a word
with the share `p` that the word has in its country, `n` times all `p` have the words that two names
share. The shares are counted in the very table, so that the same two names are one company's in a
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
_AT_ONCE = 500_000


@dataclass(frozen=True)
class TermFrequencies:
    """How many companies have each word, here and in each country."""

    companies: int
    word: Floats
    """(n_words + 1,) float64: the share of companies with each word; 1 for `UNKNOWN`."""
    in_country: Ints
    """(n,) int64: a word times the number of countries plus a country, in order."""
    count: Ints
    """(n,) int64: how many companies of the country have the word."""
    country: Ints
    """(n_countries + 1,) int64: how many companies each country has; the last is unknown."""

    @classmethod
    def of(cls, profiles: Profiles) -> TermFrequencies:
        """Those of the companies of records, by their own names and aliases."""
        country = _countries(profiles)
        countries = int(country.max(initial=0)) + 1
        company = profiles.company - profiles.company.min(initial=0)
        size = int(company.max(initial=-1)) + 1
        once = distinct_numbers(country * size + company) if size else company
        of_country = np.bincount(once // max(size, 1), minlength=countries)
        sure = np.flatnonzero(profiles.kind < DERIVED)
        words = profiles.names.words
        parts = [np.empty(0, dtype="int64")]
        for start in range(0, len(sure), _AT_ONCE):
            some = sure[start : start + _AT_ONCE]
            row, word = profiles.row[some], words[profiles.name[some]]
            known = word != UNKNOWN
            number = word.astype("int64") * countries + country[row][:, None]
            parts.append((number * size + company[row][:, None])[known])
        number = distinct_numbers(np.concatenate(parts)) // max(size, 1)
        start = np.flatnonzero(firsts(number))
        count = np.diff(np.append(start, len(number)))
        in_country = number[start]
        vocabulary = profiles.names.vocabulary
        of_word = np.bincount(in_country // countries, weights=count, minlength=len(vocabulary))
        known, names = elsewhere(vocabulary)
        share = (known + strangers(of_word) + _UNSEEN) / (len(once) + names + 1)
        return cls(len(once), np.append(share, 1.0), in_country, count, of_country)

    def shares(self, word: Ints, country: Ints) -> Floats:
        """The share of a country's companies that have a word, where two of them have it."""
        number = word.astype("int64") * len(self.country) + country
        place = np.minimum(np.searchsorted(self.in_country, number), len(self.in_country) - 1)
        count = np.where(self.in_country[place] == number, self.count[place], 0)
        shares: Floats = (strangers(count) + _AS_MANY * self.word[word]) / (
            self.country[country] + _AS_MANY
        )
        return np.minimum(shares, 1.0)


def log_strangers(
    profiles: Profiles,
    frequencies: TermFrequencies,
    records: tuple[Ints, Ints],
    names: tuple[Ints, Ints],
    more_bits: Floats,
) -> Floats:
    """(n_pairs,) the logarithm of how many strangers are expected to share what two names share,
    where both are; minus infinity where they share no word.

    `records` and `names` are the two sides of pairs; `more_bits` is what they share in words of
    other spellings.
    """
    left, right = records
    share, narrow = _share_of_place(profiles, left, right)
    country = _countries(profiles)
    unknown = len(frequencies.country) - 1
    of_pair = np.where(country[left] == unknown, country[right], country[left])
    expected = np.log(frequencies.companies * share) - more_bits * np.log(2.0)
    one, other = (profiles.names.words[side] for side in names)
    some = more_bits > 0
    is_place = np.equal(profiles.names.of_words, WordClass.PLACE)
    for place in range(one.shape[1]):
        word = one[:, place]
        shared = np.flatnonzero((word != UNKNOWN) & (other == word[:, None]).any(1))
        if not len(shared):
            continue
        some[shared] = True
        word = word[shared]
        of_word = np.log(frequencies.shares(word, of_pair[shared]))
        # The place says it already.
        of_word[is_place[word] & narrow[shared]] = 0.0
        expected[shared] += of_word
    return np.where(some, expected, -np.inf)


def _share_of_place(profiles: Profiles, left: Ints, right: Ints) -> tuple[Floats, Ints]:
    """The share of companies in the narrowest place that two records share, 1 where none is; and
    flags of those that share more than a country."""
    share = np.ones(len(left))
    narrow = np.zeros(len(left), dtype=bool)
    for field in AGREEING_PLACES:
        if field not in profiles.fields:
            continue
        values = profiles.fields[field]
        one, other = values[left], values[right]
        of_value = np.append(value_shares(profiles, field), 1.0)
        if field == "country":
            one = np.where(one == UNKNOWN, other, one)
            share = of_value[one]
            continue
        same = (one == other) & (one != UNKNOWN)
        share = np.where(same, np.minimum(share, of_value[one]), share)
        narrow |= same
    return share, narrow


def _countries(profiles: Profiles) -> Ints:
    """(n_records,) int64: a number for each record's country, the last one where it is unknown."""
    values = profiles.fields.get("country")
    if values is None:
        return np.zeros(profiles.count, dtype="int64")
    unknown = int(values.max(initial=-1)) + 1
    return np.where(values == UNKNOWN, unknown, values)
