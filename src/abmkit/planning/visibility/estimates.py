"""How many companies there are, by how often independent directories name the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import lgamma, log

import numpy as np
import numpy.typing as npt

from abmkit.planning.visibility.loglinear import Floats, fits, histories

_NORMAL = 1.959964
"""The quantile of the normal distribution that bounds 95 of 100."""
CHAPMAN, LOGLINEAR = "chapman", "log-linear"
CONTAINED, ENOUGH = 0.95, 10
"""From so large a share, of so many accounts at least, one directory is in the other."""
_HALF_CHI_SQUARE = 1.920729
"""By so much the logarithm of the likelihood falls to the ends of an interval of 95 of 100."""
_MOST_TIMES = 1e6


@dataclass(frozen=True)
class Estimates:
    """The sizes of segments, in their order; nan where nothing can be said."""

    size: Floats
    low: Floats
    high: Floats
    """Between these it is, 95 times of 100, where the assumptions hold."""
    chao: Floats
    """What it is at least where some companies are easier to find than others, anywhere."""
    method: npt.NDArray[np.object_]
    """`CHAPMAN` or `LOGLINEAR`, None where nothing can be said."""
    used: npt.NDArray[np.bool_]
    """Which directories the estimate is by: a column each."""


def estimates(counts: npt.NDArray[np.int64]) -> Estimates:
    """The sizes of segments by the counts of their capture histories, a row each, in the order of
    `loglinear.histories`.

    A directory that names nobody of a segment says nothing of it, and of more than two one that is
    contained in another is left out: it counts nobody anew, and models make of it what they like.
    Two directories: Chapman's estimate (1951) with the interval of Sadinle (2009), which holds also
    where few are named by both. More: log-linear models, averaged by Akaike's weights on the
    logarithm of what no directory names (Buckland, Burnham and Augustin, 1997). `chao` is Chao's
    bound (1989), which for two directories is Chapman's estimate.
    """
    segments = len(counts)
    used = np.array([_usable(row) for row in counts], dtype=bool).reshape(segments, -1)
    size, low, high, chao = (np.full(segments, np.nan) for _ in range(4))
    found = Estimates(size, low, high, chao, np.full(segments, None), used)
    for active in np.unique(used, axis=0):
        rows = np.flatnonzero((used == active).all(axis=1))
        if active.sum() < 2:
            continue
        own = _among(counts[rows], active)
        shared = own[:, histories(int(active.sum())).sum(axis=1) > 1].sum(axis=1)
        rows, own = rows[shared > 0], own[shared > 0]
        if len(rows):
            _put(found, rows, own, counts[rows].sum(axis=1))
    return found


def _usable(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """The directories to estimate by: without those contained in a larger one, but for the last
    two."""
    directories = (len(counts) + 1).bit_length() - 1
    named = counts @ histories(directories)
    used = named > 0
    for small, _ in contained(counts):
        if used.sum() > 2:
            used[small] = False
    return np.asarray(used)


def contained(counts: npt.NDArray[np.int64]) -> dict[tuple[int, int], float]:
    """The directories that are contained in larger ones, the smallest first, with these and the
    share of theirs that is there."""
    directories = (len(counts) + 1).bit_length() - 1
    which = histories(directories).astype(bool)
    named = counts @ which
    found = {}
    for a, b in combinations(np.argsort(named, kind="stable").tolist(), 2):
        shared = counts[which[:, a] & which[:, b]].sum()
        if named[a] >= ENOUGH and shared >= CONTAINED * named[a]:
            found[a, b] = float(shared / named[a])
    return found


def _among(counts: npt.NDArray[np.int64], active: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The counts by the histories of those directories alone that are active."""
    places = np.flatnonzero(active)
    codes = histories(len(active))[:, places] @ (1 << np.arange(len(places)))
    own = np.zeros((len(counts), 1 << len(places)), dtype=np.int64)
    np.add.at(own.T, codes, counts.T)
    return own[:, 1:]


def _put(
    found: Estimates,
    rows: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
    known: npt.NDArray[np.int64],
) -> None:
    two = counts.shape[1] == 3
    unseen, low, high = _of_two(counts) if two else _of_several(counts.astype(np.float64))
    seen = counts.sum(axis=1)
    found.size[rows] = np.maximum(seen + unseen, known)
    found.low[rows] = np.clip(seen + low, known, found.size[rows])
    found.high[rows] = np.maximum(seen + high, found.size[rows])
    found.chao[rows] = np.maximum(seen + _chao(counts), known)
    found.method[rows] = CHAPMAN if two else LOGLINEAR


def _of_two(counts: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """How many neither of two directories names, with the ends of its interval."""
    one, other, both = counts.T
    unseen = one * other / (both + 1)
    a, b, m = one + 0.5, other + 0.5, both + 0.5
    error = np.sqrt(1 / m + 1 / a + 1 / b + m / (a * b))
    middle = a * b / m
    low = middle * np.exp(-_NORMAL * error) - 0.5
    high = middle * np.exp(_NORMAL * error) - 0.5
    # Where one names nobody whom the other does not, the interval has no end to speak of.
    for row in np.flatnonzero((one == 0) | (other == 0)):
        high[row] = min(high[row], _most_unseen(*counts[row].tolist()))
    return unseen, low, high


def _most_unseen(one: int, other: int, both: int) -> float:
    """The most that both may have missed where one is in the other, by the profile likelihood."""
    seen = one + other + both

    def likelihood(size: float) -> float:
        told = lgamma(size + 1) - lgamma(size - seen + 1)
        for named in (one + both, other + both):
            told += named * log(named / size)
            told += (size - named) * log(1 - named / size) if size > named else 0.0
        return told

    least = likelihood(seen) - _HALF_CHI_SQUARE
    inside, outside = float(seen), float(seen) * 2
    while likelihood(outside) > least and outside < _MOST_TIMES * seen:
        inside, outside = outside, outside * 2
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if likelihood(middle) > least else (inside, middle)
    return inside - seen


def _of_several(counts: Floats) -> tuple[Floats, Floats, Floats]:
    found = fits(counts)
    logs = np.log(found.unseen)
    middle = (found.weights * logs).sum(axis=0)
    # What the models differ by is part of what is not known.
    error = (found.weights * np.sqrt(found.error**2 + (logs - middle) ** 2)).sum(axis=0)
    low, high = (np.exp(middle + side * _NORMAL * error) for side in (-1, 1))
    return np.exp(middle), low, high


def _chao(counts: npt.NDArray[np.int64]) -> Floats:
    """How many at least are unseen: by those whom one directory names, and those whom two do."""
    directories = (counts.shape[1] + 1).bit_length() - 1
    alone = counts[:, (1 << np.arange(directories)) - 1].astype(np.float64)
    twice = counts[:, histories(directories).sum(axis=1) == 2].sum(axis=1)
    pairs = (alone.sum(axis=1) ** 2 - (alone**2).sum(axis=1)) / 2
    bound: Floats = pairs / (twice + 1)
    return bound
