"""Log-linear models of which directories name a company: how many no directory names.

The counts of all capture histories but the empty one are taken for Poisson counts. A model has an
effect of each directory and, beside, interactions of pairs of them (one is filled from another), or
one that all pairs share: companies that are easier to find are so everywhere (Darroch, Fienberg,
Glonek and Junker, 1993). The constant is the logarithm of the empty history's count (Fienberg,
1972). Several segments are fitted at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]

_ALL_SETS = 4
"""Up to so many directories, every set of pairs is a model; beyond, few pairs at a time are."""
_PAIRS_AT_A_TIME = {5: 2, 6: 2}
_ROUNDS, _STILL = 60, 1e-8
_RIDGE = 1e-9
_MOST = 25.0
"""The largest logarithm of a count that is followed."""


@dataclass(frozen=True)
class Model:
    """Which directories are taken to depend on each other."""

    pairs: tuple[Pair, ...]
    common: bool
    """Whether all pairs share an interaction."""


@dataclass(frozen=True)
class Fits:
    """Each model for each segment: rows are models, columns segments."""

    models: tuple[Model, ...]
    unseen: Floats
    """How many no directory names."""
    error: Floats
    """The standard error of the logarithm of that."""
    aic: Floats

    @property
    def weights(self) -> Floats:
        """How much each model counts, by Akaike's weights."""
        found = np.exp((self.aic.min(axis=0) - self.aic) / 2)
        weights: Floats = found / found.sum(axis=0)
        return weights


@cache
def histories(directories: int) -> npt.NDArray[np.int64]:
    """All capture histories but the empty one, a row each: 1 where a directory names a company."""
    codes = np.arange(1, 1 << directories)
    return (codes[:, None] >> np.arange(directories)) & 1


def fits(counts: Floats) -> Fits:
    """All models for the counts of segments, a row each, in the order of `histories`.

    To each count a little is added, so that no cell is empty: (1/2)^(k-1) of k directories (Evans
    and Bonett, 1994).
    """
    directories = (counts.shape[1] + 1).bit_length() - 1
    added = counts + 0.5 ** (directories - 1)
    models = tuple(_models(directories))
    found = [_fit(_design(model, directories), added) for model in models]
    unseen, error, aic = (np.array(each) for each in zip(*found, strict=True))
    return Fits(models, unseen, error, aic)


def _models(directories: int) -> Iterator[Model]:
    pairs = list(combinations(range(directories), 2))
    most = _PAIRS_AT_A_TIME.get(directories, 1 if directories > _ALL_SETS else len(pairs))
    for size in range(most + 1):
        for chosen in combinations(pairs, size):
            yield Model(chosen, common=False)
            # With all pairs but one the shared interaction says what the last pair's would.
            if size < len(pairs) - 1:
                yield Model(chosen, common=True)


def _design(model: Model, directories: int) -> Floats:
    named = histories(directories)
    columns = [np.ones(len(named)), *named.T]
    columns += [named[:, a] * named[:, b] for a, b in model.pairs]
    if model.common:
        times = named.sum(axis=1)
        columns.append(times * (times - 1) / 2)
    return np.column_stack(columns).astype(np.float64)


def _fit(design: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """A Poisson regression of each row of counts, by iterated weighted least squares."""
    mean = counts.copy()
    line = np.log(mean)
    ridge = _RIDGE * np.eye(design.shape[1])
    deviance = np.full(len(counts), np.inf)
    for _ in range(_ROUNDS):
        working = mean * line + counts - mean
        information = np.einsum("sc,ci,cj->sij", mean, design, design, optimize=True) + ridge
        effects = np.linalg.solve(information, (working @ design)[..., None])[..., 0]
        line = np.clip(effects @ design.T, -_MOST, _MOST)
        mean = np.exp(line)
        before = deviance
        deviance = 2 * np.sum(counts * (np.log(counts) - line) - counts + mean, axis=1)
        if np.all(np.abs(before - deviance) <= _STILL * (1 + deviance)):
            break
    covariance = np.linalg.inv(information)
    unseen = np.exp(np.clip(effects[:, 0], -_MOST, _MOST))
    # That of the estimate, and that of a count about it.
    error = np.sqrt(np.log1p(covariance[:, 0, 0] + 1 / unseen))
    return unseen, error, deviance + 2 * design.shape[1]
