"""Compare records: which pairs may be one company, how likely that is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import firsts
from abmkit.domain.matching.blocking import Candidates, in_slices
from abmkit.domain.matching.distinct import Lists, Units
from abmkit.domain.matching.explanation import evidence
from abmkit.domain.matching.features import Named, alike, said_by_fields, weighed
from abmkit.domain.matching.probability import among, prior_odds, sameness, within
from abmkit.domain.matching.profiles import Profiles, profiles
from abmkit.domain.matching.weights import Model, shipped

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_EXPECTED_BETWEEN = 0.5
"""The share of a list's records that are expected in another one, before any are seen."""
_EXPECTED_WITHIN = 0.05
"""The share of a list's records that are expected to have another spelling in it."""
_RIVAL = 0.05
"""Odds from which a candidate takes enough from another one for their likeness to matter."""
_LEAST = -5.0
"""What evidence must say of two records of one list, in logarithms of odds, to be told apart from
none."""


@dataclass(frozen=True)
class Compared:
    """Pairs of records that were compared, an array per column."""

    one: Ints
    other: Ints
    probability: Floats
    unlikely: tuple[Ints, Ints]
    """Further pairs that were compared and of which nothing speaks for a match."""
    _profiles: Profiles
    _named: Named

    def evidence(self, at: Ints) -> pa.StringArray:
        """What speaks for and against some of the pairs, in words joined by `; `."""
        named = self._named.at(at)
        said = said_by_fields(self._profiles, named.left, named.right)
        return evidence(alike(self._profiles, named), named, said)


def between(records: pa.Table, left: int, company: Ints, model: Model | None = None) -> Compared:
    """The pairs of the first `left` records of a table with companies among the rest of it.

    `company` numbers the companies of all records; of each the likeliest record is given. Every one
    of the first has at most one match, unless companies are likely one that the rest has twice. How
    common matches are is estimated from the first records themselves.
    """
    model = model or shipped()
    known = profiles(records)
    first = np.arange(known.count) < left
    named, unlikely = _weighed(known, model, (first, ~first), -np.inf)
    odds = _odds(named)
    best = likeliest(named.left, company[named.right], odds)
    named, odds = named.at(best), odds[best]
    sums = np.bincount(named.left, weights=odds, minlength=left)
    odds = odds * prior_odds(sums[sums > 0], left, _EXPECTED_BETWEEN)
    probability = among(named.left, named.right, odds, _twice(known, model, named, odds, company))
    return Compared(named.left, named.right, probability, unlikely, known, named)


def _twice(known: Profiles, model: Model, named: Named, odds: Floats, company: Ints) -> Any:
    """How likely the candidates that some record has several of are one company."""
    at = np.flatnonzero(odds >= _RIVAL)
    several = np.bincount(named.left[at], minlength=known.count) > 1
    rivals = np.zeros(known.count, dtype=bool)
    rivals[named.right[at[several[named.left[at]]]]] = True
    pairs, _ = _weighed(known, model, (rivals, rivals), _LEAST, company)
    likely = _odds(pairs)
    sums = _of_both(pairs.left, pairs.right, likely, known.count)
    prior = prior_odds(sums[sums > 0], int(rivals.sum()), _EXPECTED_BETWEEN)
    return sameness(pairs.left, pairs.right, likely * prior, known.count)


def likeliest(one: Ints, other: Ints, value: Floats) -> Ints:
    """The places of the greatest value of each pair, in order of the pairs; the first of equals."""
    order: Ints = np.lexsort((-value, other, one))
    best: Ints = order[firsts(one[order], other[order])]
    return best


def inside(records: pa.Table, said: Units, model: Model | None = None) -> Compared:
    """The pairs of `said`, whose `records` these are, that may be of one company but are not yet.

    How common other spellings of a company are is estimated within lists and between them.
    """
    model = model or shipped()
    known = profiles(records)
    all_ = np.ones(known.count, dtype=bool)
    named, unlikely = _weighed(known, model, (all_, all_), _LEAST, said.company)
    odds = _odds(named)
    odds = odds * _prior_of_pairs(named.left, named.right, odds, said.lists)
    probability = within(named.left, named.right, odds, known.count)
    return Compared(named.left, named.right, probability, unlikely, known, named)


def _prior_of_pairs(one: Ints, other: Ints, odds: Floats, lists: Lists) -> Floats:
    """The odds that the records of each pair have a match, within a list or in another one."""
    same = lists.shared(one, other)
    size = len(lists.which)
    inner, outer = (_of_both(one[some], other[some], odds[some], size) for some in (same, ~same))
    prior = np.full(len(one), prior_odds(inner[inner > 0], size, _EXPECTED_WITHIN))
    if same.all():
        return prior
    of_list = np.array(
        [
            prior_odds(outer[here & (outer > 0)], int(here.sum()), _EXPECTED_BETWEEN)
            for here in map(lists.on, range(len(lists)))
        ]
    )
    best = lists.greatest(of_list)
    return np.where(same, prior, np.maximum(best[one], best[other]))


def _of_both(one: Ints, other: Ints, odds: Floats, count: int) -> Floats:
    """The odds of all pairs that each of `count` records is in."""
    records, weights = np.concatenate([one, other]), np.concatenate([odds, odds])
    sums: Floats = np.bincount(records, weights=weights, minlength=count)
    return sums


def _weighed(
    known: Profiles,
    model: Model,
    sides: tuple[Ints, Ints],
    least: float,
    company: Ints | None = None,
) -> tuple[Named, tuple[Ints, Ints]]:
    """The candidates that evidence speaks for, and the other ones, slice by slice.

    Records of one `company` already are left out.
    """
    likely, one, other = [], [], []
    for found in in_slices(known, *sides):
        apart = found if company is None else _apart(known, found, company)
        named, unlikely = weighed(known, model, apart, least)
        likely.append(named)
        one.append(unlikely[0])
        other.append(unlikely[1])
    columns = zip(*(vars(each).values() for each in likely), strict=True)
    return (
        Named(*(np.concatenate(each) for each in columns)),
        (np.concatenate(one), np.concatenate(other)),
    )


def _apart(known: Profiles, found: Candidates, company: Ints) -> Candidates:
    """The candidates that are not one company already."""
    lefts, rights = found.unnamed
    apart = company[known.row[found.one]] != company[known.row[found.other]]
    unnamed = company[lefts] != company[rights]
    return Candidates(found.one[apart], found.other[apart], (lefts[unnamed], rights[unnamed]))


def _odds(named: Named) -> Floats:

    odds: Floats = np.exp(np.clip(named.logit, -60, 60))
    return odds
