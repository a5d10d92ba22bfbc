"""How well scores tell apart with whom something came about: measures of a ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Measure = Callable[[Array, Array], float]
DRAWS = 500
_SURE = (2.5, 97.5)
_LEAST_SHARE = 1e-4
"""What stands for the share of a bucket that nobody is in: of nothing there is no logarithm."""


@dataclass(frozen=True)
class Measured:
    """A measure with the interval in which it lies with 95 % confidence."""

    value: float
    low: float
    high: float


def leveled(scores: Array) -> Array:
    """The rank of each score among the distinct ones, from 0, the lowest; unknown is below all."""
    known = np.where(np.isnan(scores), -np.inf, scores)
    return np.unique(known, return_inverse=True)[1].reshape(-1)


def by_level(levels: Array, outcome: Array, weight: Array | None = None) -> tuple[Array, Array]:
    """How many cases of each level it came about with, and with how many not; lowest first."""
    weight = np.ones(len(levels)) if weight is None else weight
    size = int(levels.max()) + 1 if len(levels) else 0
    came = np.bincount(levels, weight * outcome, size)
    return came, np.bincount(levels, weight, size) - came


def auc(came: Array, others: Array) -> float:
    """The area under the ROC curve: how often a case it came about with scores above another.

    Of what each level has, lowest first; ties count half (Hanley, J. A. and McNeil, B. J. (1982):
    The meaning and use of the area under a ROC curve. Radiology 143, 29-36). NaN without both.
    """
    pairs = came.sum() * others.sum()
    if not pairs:
        return float("nan")
    below = np.cumsum(others) - others
    return float((came * (below + others / 2)).sum() / pairs)


def auc_of(scores: Array, outcome: Array) -> float:
    """The same of scores, of which unknown ones are below all."""
    return auc(*by_level(leveled(scores), outcome))


def aucs(scores: Array, outcomes: Array) -> Array:
    """The same of each column of scores by the outcomes in that column, all at once."""
    from scipy.stats import rankdata

    positives = outcomes.sum(0)
    ranks = (rankdata(scores, axis=0) * outcomes).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = ranks - positives * (positives + 1) / 2
        return np.asarray(above / (positives * (len(outcomes) - positives)))


def average_precision(came: Array, others: Array) -> float:
    """The mean of the precision at each level, weighed by how much recall grows there.

    As scikit-learn's `average_precision_score`. NaN where it came about with nobody.
    """
    if not came.sum():
        return float("nan")
    came, others = came[::-1], others[::-1]
    found = np.cumsum(came)
    taken = found + np.cumsum(others)
    precision = np.divide(found, taken, out=np.zeros(len(found)), where=taken > 0)
    return float((came * precision).sum() / came.sum())


def measured(
    scores: Array, outcome: Array, groups: Array, measures: Sequence[Measure]
) -> list[Measured]:
    """Measures and their intervals: the middle 95 % of what `DRAWS` samples of whole groups give.

    Efron, B. and Tibshirani, R. J. (1993): An Introduction to the Bootstrap, the percentile
    interval. Samples in which it came about with all or with nobody say nothing and are left out.
    """
    levels = leveled(scores)
    values = [measure(*by_level(levels, outcome)) for measure in measures]
    _, group = np.unique(groups, return_inverse=True)
    count = int(group.max()) + 1 if len(group) else 0
    random = np.random.default_rng(0)
    draws: list[list[float]] = []
    for _ in range(DRAWS if count > 1 else 0):
        often = np.bincount(random.integers(0, count, count), minlength=count)
        drawn = by_level(levels, outcome, often[group].astype(float))
        draws.append([measure(*drawn) for measure in measures])
    return [
        _with_interval(value, [draw[number] for draw in draws])
        for number, value in enumerate(values)
    ]


def _with_interval(value: float, draws: Sequence[float]) -> Measured:
    known = [draw for draw in draws if not np.isnan(draw)]
    low, high = np.percentile(known, _SURE) if known else (value, value)
    return Measured(value, float(low), float(high))


def permuted(scores: Array, outcome: Array, draws: int = DRAWS) -> Array:
    """The AUC of the scores with outcomes dealt out at random, so often: what chance gives."""
    levels, random = leveled(scores), np.random.default_rng(0)
    return np.array([auc(*by_level(levels, random.permutation(outcome))) for _ in range(draws)])


@dataclass(frozen=True)
class Gain:
    """A tenth of the cases, the best first."""

    cases: float
    positives: float
    lift: float
    """How many times as often it came about there as among all."""
    gained: float
    """The share of all positives that it and the tenths before it have."""


def gains(scores: Array, outcome: Array, parts: int = 10) -> list[Gain]:
    """Positives by tenths of the cases, ordered by score; ties are shared out in proportion."""
    came, others = by_level(leveled(scores), outcome)
    came, cases = came[::-1], (came + others)[::-1]
    total, positives = cases.sum(), came.sum()
    edges = np.linspace(0, total, parts + 1)
    reach = np.interp(edges, [0, *np.cumsum(cases)], [0, *np.cumsum(came)])
    found = []
    for part in range(parts):
        inside = float(reach[part + 1] - reach[part])
        size = float(total) / parts
        lift = inside / size / (positives / total) if positives else float("nan")
        gained = float(reach[part + 1] / positives) if positives else float("nan")
        found.append(Gain(size, inside, lift, gained))
    return found


# Calibration -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reliability:
    """Cases that were foretold much the same."""

    expected: float
    """The mean of what was foretold."""
    cases: int
    positives: int


@dataclass(frozen=True)
class Calibration:
    """Whether what was foretold came about as often as was said."""

    bins: tuple[Reliability, ...]
    brier: float
    """The mean square of what was foretold less what came about; Brier, G. W. (1950)."""
    brier_of_rate: float
    """The same of one who foretells the overall rate for all."""
    error: float
    """The expected calibration error: the mean gap of the bins, weighed by their cases
    (Naeini, M. P. et al. (2015), bins of as many cases each)."""


def calibration(expected: Array, outcome: Array, parts: int = 10) -> Calibration:
    """How what was foretold compares with what came about; equal probabilities share a bin."""
    rate = float(outcome.mean())
    levels = leveled(expected)
    cases = np.bincount(levels)
    # A level goes where its middle lies among all cases.
    middle = (np.cumsum(cases) - cases / 2) / len(expected)
    bin_of = np.minimum((middle * parts).astype(int), parts - 1)[levels]
    bins = []
    for part in np.unique(bin_of):
        inside = bin_of == part
        bins.append(
            Reliability(
                float(expected[inside].mean()), int(inside.sum()), int(outcome[inside].sum())
            )
        )
    gaps = sum(abs(each.expected * each.cases - each.positives) for each in bins)
    brier = float(((expected - outcome) ** 2).mean())
    return Calibration(tuple(bins), brier, rate * (1 - rate), gaps / len(expected))


# Stability ---------------------------------------------------------------------------------------


def stability_index(before: Array, after: Array, parts: int = 10) -> float:
    """The population stability index of scores: 0 where they are spread alike.

    Σ (a - b) · ln(a / b) over buckets that hold a tenth of those before each, unknown scores a
    bucket of their own (Siddiqi, N. (2006): Credit Risk Scorecards; below 0.1 little has changed,
    above 0.25 much).
    """
    known = before[~np.isnan(before)]
    inner = np.linspace(0, 1, parts + 1)[1:-1]
    edges: Array = np.unique(np.quantile(known, inner)) if len(known) else np.array([])

    def shares(scores: Array) -> Array:
        bucket = np.searchsorted(edges, scores, side="right") + 1
        bucket[np.isnan(scores)] = 0
        counted = np.bincount(bucket, minlength=len(edges) + 2) / max(len(scores), 1)
        return np.maximum(counted, _LEAST_SHARE)

    one, two = shares(before), shares(after)
    return float(((two - one) * np.log(two / one)).sum())
