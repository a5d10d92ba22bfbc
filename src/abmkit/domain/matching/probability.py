"""From evidence to probabilities: how common matches are here, and who else it could be.

The odds of a pair are what its evidence says where a record is as likely to have a match as none.
They are multiplied by the odds that records have a match at all, estimated from the records
themselves, and shared among those candidates that cannot be one company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Floats = npt.NDArray[Any]

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


def among(one: Ints, other: Ints, odds: Floats) -> Floats:
    """The probability of each pair, where a record on the left has at most one match on the right.

    `odds` have the prior in them already.
    """
    import numpy as np

    odds = np.minimum(odds, _MOST)
    sums = np.bincount(one, weights=odds, minlength=int(one.max(initial=-1)) + 1)
    probability: Floats = odds / (1 + sums[one])
    return probability


def within(one: Ints, other: Ints, odds: Floats, count: int) -> Floats:
    """The probability of each pair of `count` records, each pair given once.

    Two candidates of a record take from each other what they would have alone, unless they are
    likely to be one company themselves.
    """
    import numpy as np
    from scipy.sparse import csr_array, eye_array

    odds = np.minimum(odds, _MOST)
    probability: Floats = odds / (1 + odds)
    at = np.flatnonzero(odds >= _LEAST)
    rows = np.concatenate([one[at], other[at]])
    columns = np.concatenate([other[at], one[at]])
    both = np.concatenate([odds[at], odds[at]])
    shape = (count, count)
    weights = csr_array((both, (rows, columns)), shape=shape)
    alike = csr_array((both / (1 + both), (rows, columns)), shape=shape) + eye_array(count).tocsr()
    sums = weights.sum(axis=1)
    likely = np.flatnonzero(odds >= _LIKELY)
    for start in range(0, len(likely), _AT_ONCE):
        some = likely[start : start + _AT_ONCE]
        for left, right in ((one[some], other[some]), (other[some], one[some])):
            agreeing = weights[left].multiply(alike[right]).sum(axis=1)
            against = np.maximum(sums[left] - agreeing, 0.0)
            alone = odds[some] / (1 + against + odds[some])
            probability[some] = np.minimum(probability[some], alone)
    return probability
