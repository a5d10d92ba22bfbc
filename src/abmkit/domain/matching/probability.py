"""From match weights to probabilities: how common matches are here, and who else it could be.

The odds of a pair are what its features say (the Bayes factor, for a record that is as likely to
have a match as none), times the prior odds that records have a match at all, which are estimated
from the records themselves. Candidates of one record that cannot be one company share them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Sameness = Any
"""A sparse (n_records, n_records) matrix: how likely each two are one, 1 on its diagonal."""

_DOUBT = 20
"""As how many records the expected share counts, before any are seen."""
_ROUNDS = 200
_LEAST = 1e-3
"""Odds below which a candidate takes nothing from the others."""
_LIKELY = 0.05
"""Odds below which it makes no difference what others take from a candidate."""
_AT_ONCE = 100_000
_MOST = 1e12


def prior_odds(sums: Floats, count: int, expected: float) -> float:
    """The odds that a record has a match at all.

    `sums` are the odds of those of `count` records that have candidates, over all of them.
    Expectation and maximisation in turn, from the `expected` share.
    """
    share = expected
    for _ in range(_ROUNDS):
        odds = share / (1 - share) * sums
        fresh = float(((odds / (1 + odds)).sum() + _DOUBT * expected) / (count + _DOUBT))
        if abs(fresh - share) < 1e-9:
            break
        share = fresh
    return share / (1 - share)


def probabilities_between(left: Ints, right: Ints, odds: Floats, same: Sameness) -> Floats:
    """The probability of each pair, where a record on the left has at most one match on the right.

    `odds` have the prior in them already. Candidates take from each other as far as they are not
    the `same`, likely one company that stands on the right twice.
    """
    from scipy.sparse import csr_array

    odds = np.minimum(odds, _MOST)
    count = same.shape[0]
    odds_of = csr_array((odds, (left, right)), shape=(count, count))
    probability: Floats = odds / (1 + _rivals(odds_of, same, left, right) + odds)
    return probability


def probabilities_within(
    left: Ints, right: Ints, odds: Floats, unlike: tuple[Ints, Ints], count: int
) -> Floats:
    """The probability of each pair of `count` records, each pair given once.

    `unlike` are pairs that were compared and found to be two companies: two candidates of a record
    that are unlike take from each other what they would have alone.
    """
    odds = np.minimum(odds, _MOST)
    probability: Floats = odds / (1 + odds)
    some = np.flatnonzero(odds >= _LEAST)
    degree = np.bincount(left[some], minlength=count) + np.bincount(right[some], minlength=count)
    # What is a record's only candidate has no rival there.
    several = degree > 1
    likely = np.flatnonzero(odds >= _LIKELY)
    sides = ((left[likely], right[likely]), (right[likely], left[likely]))
    near, far = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for one, other in sides:
        near[one[several[one]]] = True
        far[other[several[one]]] = True
    odds_of = _both_ways(left[some], right[some], odds[some], count, near)
    candidate = np.zeros(count, dtype=bool)
    candidate[odds_of.indices] = True
    flags = np.broadcast_to(np.int8(1), len(unlike[0]))
    unlike_of = _both_ways(*unlike, flags, count, far, candidate)
    for one, other in sides:
        rivals = np.zeros(len(likely))
        rivalled = np.flatnonzero(several[one])
        for start in range(0, len(rivalled), _AT_ONCE):
            part = rivalled[start : start + _AT_ONCE]
            rivals[part] = odds_of[one[part]].multiply(unlike_of[other[part]]).sum(axis=1)
        alone = odds[likely] / (1 + rivals + odds[likely])
        probability[likely] = np.minimum(probability[likely], alone)
    return probability


def _both_ways(
    left: Ints, right: Ints, value: Any, count: int, rows: Ints, columns: Ints | None = None
) -> Any:
    """A sparse matrix of pairs with the left as row and with the right, as far as rows, and columns
    where they are given, are flagged."""
    from scipy.sparse import csr_array

    forth, back = rows[left], rows[right]
    if columns is not None:
        forth &= columns[right]
        back &= columns[left]
    places = (
        np.concatenate([left[forth], right[back]], dtype="int32"),
        np.concatenate([right[forth], left[back]], dtype="int32"),
    )
    values = np.concatenate([value[forth], value[back]])
    return csr_array((values, places), shape=(count, count))


def sameness(left: Ints, right: Ints, odds: Floats, count: int) -> Sameness:
    """How likely each two of `count` records are one company, each pair given once."""
    from scipy.sparse import csr_array, eye_array

    probability = odds / (1 + odds)
    rows = np.concatenate([left, right])
    columns = np.concatenate([right, left])
    both = np.concatenate([probability, probability])
    return csr_array((both, (rows, columns)), shape=(count, count)) + eye_array(count).tocsr()


def _rivals(odds_of: Any, same: Sameness, near: Ints, far: Ints) -> Floats:
    """The odds of the candidates of each near record that are not one with the far one."""
    sums = odds_of.sum(axis=1)
    rivals = np.empty(len(near))
    for start in range(0, len(near), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        agreeing = odds_of[near[some]].multiply(same[far[some]]).sum(axis=1)
        rivals[some] = np.maximum(sums[near[some]] - agreeing, 0.0)
    return rivals
