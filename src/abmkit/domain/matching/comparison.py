"""Compare records: which pairs may be one company, how likely that is, and why.

The way of a pair through this room:

1. `profiles`: what records are compared by, as numbers.
2. `blocking`: which pairs are worth comparing.
3. `names.similarity` and `features`: what their names and their fields have in common.
4. `weights`: what that says, the match weight.
5. `probability`: with how common matches are and who else it could be.
6. `explanation`: the features in words.

`similar` puts the pairs of one list together to companies (`clustering`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import SomeRows, firsts, give_back
from abmkit.domain.matching.blocking import CandidatePairs, RecordPairs, block_in_slices
from abmkit.domain.matching.distinct import DistinctRecords
from abmkit.domain.matching.explanation import explained
from abmkit.domain.matching.frequency import TermFrequencies
from abmkit.domain.matching.probability import (
    Sameness,
    prior_odds,
    probabilities_between,
    probabilities_within,
    sameness,
)
from abmkit.domain.matching.profiles import Profiles, profile
from abmkit.domain.matching.weights import (
    NO_NAME,
    MatchWeights,
    WeighedPairs,
    shipped_weights,
    weigh,
)

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Pairs = TypeVar("Pairs", WeighedPairs, RecordPairs)
One = TypeVar("One")
Other = TypeVar("Other")

_EXPECTED_BETWEEN = 0.5
"""The share of a list's records that are expected in another one, before any are seen."""
_EXPECTED_WITHIN = 0.05
"""The share of a list's records that are expected to have another spelling in it."""
_RIVAL = 0.05
"""Odds from which a candidate takes enough from another one for their likeness to matter."""
_MOST_VETOED = 0.5
"""How likely two records are at most one company whose names differ in what tells apart."""
_LEAST_WEIGHT = -3.0
"""The match weight that two records of one list must have to be told from no match at all."""


_MOST_THREADS = 4
"""How many threads weigh pairs: each has a slice of them in memory."""
_MOST_UNLIKELY = 4_000_000
"""How many unlikely pairs are gathered before those are left out that make no difference."""


@dataclass(frozen=True)
class ComparedPairs:
    """Pairs of records that were compared."""

    left: Ints
    """(n_pairs,) int32: a record."""
    right: Ints
    """(n_pairs,) int32: the other record."""
    probability: Floats
    """(n_pairs,) float64: how likely they are one company."""
    unlikely: RecordPairs
    """Further pairs that were compared and of which nothing speaks for a match; within one list
    those of companies that are each in a pair above."""
    _profiles: Profiles
    _weighed: WeighedPairs

    def evidence(self, places: Ints) -> pa.StringArray:
        """What speaks for and against some of the pairs, in words joined by `; `."""
        return explained(self._profiles, self._weighed.only(places))


def compare_between(
    records: pa.Table, left_count: int, company: Ints, weights: MatchWeights | None = None
) -> ComparedPairs:
    """The pairs of the first `left_count` records of a table with companies among the rest of it.

    `company` numbers the companies of all records; of each the likeliest record is given. Every one
    of the first has at most one match, unless companies are likely one that the rest has twice. How
    common matches are is estimated from the first records themselves.
    """
    weights = weights or shipped_weights()
    apart = np.where(np.arange(len(company)) < left_count, -1 - np.arange(len(company)), company)
    profiles = profile(records, apart)
    on_left = np.arange(profiles.count) < left_count
    unlikely = _UnlikelyPairs()
    pairs = _weighed(profiles, weights, (on_left, ~on_left), -np.inf, unlikely)
    best = likeliest(pairs.left, company[pairs.right], pairs.bayes_factor)
    pairs = pairs.only(best)
    odds = pairs.bayes_factor
    sums = np.bincount(pairs.left, weights=odds, minlength=left_count)
    odds = odds * prior_odds(sums[sums > 0], left_count, _EXPECTED_BETWEEN)
    same = _sameness_of_rivals(profiles, weights, pairs, odds, company)
    probability = probabilities_between(pairs.left, pairs.right, odds, same)
    return _compared(profiles, pairs, probability, unlikely.pairs())


def compare_within(
    records: pa.Table | SomeRows, distinct: DistinctRecords, weights: MatchWeights | None = None
) -> ComparedPairs:
    """The pairs of `distinct` records, which these are, that may be of one company but are not yet.

    How common other spellings of a company are is estimated within lists and between them.
    """
    weights = weights or shipped_weights()
    profiles = profile(records, distinct.company)
    give_back()
    all_ = np.ones(profiles.count, dtype=bool)
    unlikely = _UnlikelyPairs(distinct)
    pairs = _weighed(profiles, weights, (all_, all_), _LEAST_WEIGHT, unlikely, distinct.company)
    odds = pairs.bayes_factor
    # How common namesakes are that no key joined says nothing of other spellings.
    same = _same_name(profiles, pairs)
    for some in (np.flatnonzero(same), np.flatnonzero(~same)):
        left, right = pairs.left[some], pairs.right[some]
        odds[some] *= _prior_of_pairs(left, right, odds[some], distinct)
    rest = unlikely.pairs()
    unlike = rest.left, rest.right
    probability = probabilities_within(pairs.left, pairs.right, odds, unlike, profiles.count)
    return _compared(profiles, pairs, probability, rest)


def _compared(
    profiles: Profiles, pairs: WeighedPairs, probability: Floats, unlikely: RecordPairs
) -> ComparedPairs:
    """The pairs with their probabilities, those that are vetoed at most so likely."""
    vetoed = np.where(pairs.vetoed, np.minimum(probability, _MOST_VETOED), probability)
    return ComparedPairs(pairs.left, pairs.right, vetoed, unlikely, profiles, pairs)


def _weighed(
    profiles: Profiles,
    weights: MatchWeights,
    sides: tuple[Ints, Ints],
    least: float,
    unlikely: _UnlikelyPairs,
    company: Ints | None = None,
) -> WeighedPairs:
    """The pairs in a block whose weight is at least `least`; the other ones go to the `unlikely`.

    `sides` are flags of the records on the left and on the right. Records of one `company` already
    are left out.
    """
    likely = []
    frequencies = TermFrequencies.of(profiles)

    def weigh_apart(candidates: CandidatePairs) -> tuple[WeighedPairs, RecordPairs]:
        apart = candidates if company is None else _apart(profiles, candidates, company)
        return weigh(profiles, weights, frequencies, apart, least)

    for weighed, others in _in_turn(weigh_apart, block_in_slices(profiles, *sides)):
        likely.append(weighed)
        unlikely.add(weighed, others)
    return _concatenated(likely)


def _in_turn(function: Callable[[One], Other], items: Iterator[One]) -> Iterator[Other]:
    """What a function makes of the items, in their order, a few of them at once."""
    threads = min(pa.cpu_count(), _MOST_THREADS)
    if threads < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Other]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _UnlikelyPairs:
    """Pairs that were compared and of which nothing speaks for a match, as they are found.

    Most pairs are such, and most of these make no difference to anything: of `distinct` records
    only those are kept whose companies are both in some likelier pair.
    """

    def __init__(self, distinct: DistinctRecords | None = None) -> None:
        self._parts: list[RecordPairs] = []
        self._size, self._most = 0, _MOST_UNLIKELY
        self._distinct = distinct
        count = distinct.company_count if distinct else 0
        self._likely = np.zeros(count, dtype=bool)
        if distinct:
            self._several = np.bincount(distinct.company, minlength=count) > 1

    def add(self, likely: WeighedPairs, unlikely: RecordPairs) -> None:
        """Some more, beside all likelier pairs of the same records on the left."""
        if self._distinct:
            company = self._distinct.company
            self._likely[company[likely.left]] = self._likely[company[likely.right]] = True
            # The other pairs of a record are those in which it is on the left, or before them.
            last = int(max(side.max(initial=-1) for side in (likely.left, unlikely.left)))
            unlikely = self._that_may_count(unlikely, last)
        self._parts.append(unlikely)
        self._size += len(unlikely.left)
        if self._distinct and self._size > self._most:
            self._parts = [self._that_may_count(part, last) for part in self._parts]
            self._size = sum(len(part.left) for part in self._parts)
            self._most = max(_MOST_UNLIKELY, 2 * self._size)

    def pairs(self) -> RecordPairs:
        """Those that count."""
        parts, self._parts = self._parts, []
        if self._distinct:
            likely = self._likely[self._distinct.company]
            parts = [part.only(likely[part.left] & likely[part.right]) for part in parts]
        return _concatenated(parts)

    def _that_may_count(self, pairs: RecordPairs, last: int) -> RecordPairs:
        """Those of companies that are in a likelier pair, or may be once records after the `last`
        are compared."""
        assert self._distinct
        may_count = np.ones(len(pairs.left), dtype=bool)
        for side in (pairs.left, pairs.right):
            company = self._distinct.company[side]
            may_count &= self._likely[company] | self._several[company] | (side > last)
        return pairs.only(may_count)


def _concatenated(slices: Sequence[Pairs]) -> Pairs:
    """The pairs of all slices, one after another."""
    columns = zip(*(vars(pairs).values() for pairs in slices), strict=True)
    return type(slices[0])(*map(np.concatenate, columns))


def _apart(profiles: Profiles, candidates: CandidatePairs, company: Ints) -> CandidatePairs:
    """The candidates that are not one company already."""
    left, right = candidates.left_name, candidates.right_name
    apart = company[profiles.row[left]] != company[profiles.row[right]]
    unnamed = candidates.unnamed
    unnamed = unnamed.only(company[unnamed.left] != company[unnamed.right])
    return CandidatePairs(left[apart], right[apart], unnamed)


def likeliest(one: Ints, other: Ints, value: Floats) -> Ints:
    """The places of the greatest value of each pair, in order of the pairs; the first of equals."""
    order: Ints = np.lexsort((-value, other, one))
    best: Ints = order[firsts(one[order], other[order])]
    return best


# How common matches are --------------------------------------------------------------------------


def _prior_of_pairs(left: Ints, right: Ints, odds: Floats, distinct: DistinctRecords) -> Floats:
    """The odds that the companies of each pair have a match, within a list or in another one.

    Companies are counted, each two by their likeliest pair: a record again changes nothing.
    """
    company, count, lists = distinct.company, distinct.company_count, distinct.lists
    in_one = lists.shared(left, right)
    one, other = company[left], company[right]
    best = likeliest(np.minimum(one, other), np.maximum(one, other), odds)
    inner, outer = (
        _sums(one[some], other[some], odds[some], count)
        for some in (best[in_one[best]], best[~in_one[best]])
    )
    prior = np.full(len(left), prior_odds(inner[inner > 0], count, _EXPECTED_WITHIN))
    if in_one.all():
        return prior
    of_list = []
    for number in range(lists.list_count):
        on = np.unique(company[lists.on(number)])
        sums = outer[on]
        of_list.append(prior_odds(sums[sums > 0], len(on), _EXPECTED_BETWEEN))
    greatest = lists.greatest(np.array(of_list))
    return np.where(in_one, prior, np.maximum(greatest[left], greatest[right]))


def _same_name(profiles: Profiles, pairs: WeighedPairs) -> Ints:
    """(n_pairs,) bool: whether the two names of a pair are the same but for spaces."""
    same = np.zeros(len(pairs.left_name), dtype=bool)
    named = np.flatnonzero((pairs.left_name != NO_NAME) & (pairs.right_name != NO_NAME))
    spelling = profiles.names.spelling
    same[named] = spelling[pairs.left_name[named]] == spelling[pairs.right_name[named]]
    return same


def _sameness_of_rivals(
    profiles: Profiles, weights: MatchWeights, pairs: WeighedPairs, odds: Floats, company: Ints
) -> Sameness:
    """How likely the candidates that some record has several of are one company."""
    some = np.flatnonzero(odds >= _RIVAL)
    several = np.bincount(pairs.left[some], minlength=profiles.count) > 1
    rivals = np.zeros(profiles.count, dtype=bool)
    rivals[pairs.right[some[several[pairs.left[some]]]]] = True
    nowhere = _UnlikelyPairs()
    pairs = _weighed(profiles, weights, (rivals, rivals), _LEAST_WEIGHT, nowhere, company)
    odds = pairs.bayes_factor
    sums = _sums(pairs.left, pairs.right, odds, profiles.count)
    prior = prior_odds(sums[sums > 0], int(rivals.sum()), _EXPECTED_BETWEEN)
    return sameness(pairs.left, pairs.right, odds * prior, profiles.count)


def _sums(left: Ints, right: Ints, odds: Floats, count: int) -> Floats:
    """(count,) the odds of all pairs that each is in."""
    both, weights = np.concatenate([left, right]), np.concatenate([odds, odds])
    sums: Floats = np.bincount(both, weights=weights, minlength=count)
    return sums
