"""From evidence to probabilities: how common matches are here, and who else it could be.

The odds of a pair are what its evidence says where a record is as likely to have a match as none.
They are multiplied by the odds that records have a match at all, estimated from the records
themselves, and shared among those candidates that cannot be one company.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Alike = Any
"""A sparse matrix of probabilities, 1 on its diagonal."""

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


def among(one: Ints, other: Ints, odds: Floats, alike: Alike) -> Floats:
    """The probability of each pair, where a record on the left has at most one match on the right.

    `odds` have the prior in them already. Candidates take from each other as far as they are not
    `alike`, likely one company that stands on the right twice.
    """
    from scipy.sparse import csr_array

    odds = np.minimum(odds, _MOST)
    count = alike.shape[0]
    weights = csr_array((odds, (one, other)), shape=(count, count))
    probability: Floats = odds / (1 + _against(weights, alike, one, other) + odds)
    return probability


def within(one: Ints, other: Ints, odds: Floats, count: int) -> Floats:
    """The probability of each pair of `count` records, each pair given once.

    Two candidates of a record take from each other what they would have alone, unless they are
    likely to be one company themselves.
    """
    from scipy.sparse import csr_array

    odds = np.minimum(odds, _MOST)
    probability: Floats = odds / (1 + odds)
    at = np.flatnonzero(odds >= _LEAST)
    both = np.concatenate([odds[at], odds[at]])
    rows = np.concatenate([one[at], other[at]])
    columns = np.concatenate([other[at], one[at]])
    weights = csr_array((both, (rows, columns)), shape=(count, count))
    likeness = sameness(one[at], other[at], odds[at], count)
    likely = np.flatnonzero(odds >= _LIKELY)
    left, right = one[likely], other[likely]
    for near, far in ((left, right), (right, left)):
        alone = odds[likely] / (1 + _against(weights, likeness, near, far) + odds[likely])
        probability[likely] = np.minimum(probability[likely], alone)
    return probability


def sameness(one: Ints, other: Ints, odds: Floats, count: int) -> Alike:
    """How likely each two of `count` records are one company, each pair given once."""
    from scipy.sparse import csr_array, eye_array

    probability = odds / (1 + odds)
    rows = np.concatenate([one, other])
    columns = np.concatenate([other, one])
    both = np.concatenate([probability, probability])
    return csr_array((both, (rows, columns)), shape=(count, count)) + eye_array(count).tocsr()


def _against(weights: Any, alike: Alike, one: Ints, other: Ints) -> Floats:
    """The odds of the candidates of each first record that are not like the second one."""
    sums = weights.sum(axis=1)
    against = np.empty(len(one))
    for start in range(0, len(one), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        agreeing = weights[one[some]].multiply(alike[other[some]]).sum(axis=1)
        against[some] = np.maximum(sums[one[some]] - agreeing, 0.0)
    return against
