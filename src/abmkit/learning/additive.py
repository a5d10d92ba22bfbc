"""An additive logistic fit: an effect for each step of each term, shrunk as far as data leave open.

The log-odds of a case are an intercept, a slope times what an expert's card gives it, and one
effect per term: that of the step the case is in, or of not being known. How far a term's effects
are shrunk, ordered ones towards their neighbours and the others towards none, follows from the data
by the generalised Fellner–Schall step (Wood and Fasiolo, Biometrics 73, 2017), with a weak prior
that keeps few cases from claiming much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]

UNKNOWN = -1
"""The step of a case whose value is not known."""
_PRIOR_SHAPE, _PRIOR_RATE = 0.5, 0.05
_LEVEL = 1e-3
_LEAST_SHRINKAGE, _MOST_SHRINKAGE = 1e-3, 1e6
_SLOPE_DEVIATION = 4.0
_ROUNDS, _NEWTON = 40, 3
_SETTLED = 0.05


@dataclass(frozen=True)
class Term:
    """A term of the fit."""

    steps: npt.NDArray[Any]
    """Of each case, the number of its step, or `UNKNOWN`."""
    count: int
    """How many steps there are."""
    ordered: bool = False
    """Whether neighbouring steps are alike."""
    expert: Floats | None = None
    """Of each step and, at last, of unknown: what an expert gives it, on any scale."""

    def those(self, rows: npt.NDArray[Any]) -> Term:
        """The term of some of the cases."""
        return Term(self.steps[rows], self.count, self.ordered, self.expert)


@dataclass(frozen=True)
class Fit:
    """What was found."""

    intercept: float
    slope: float
    """What the expert's scale is worth in log-odds; never less than nothing."""
    effects: tuple[Floats, ...]
    """Of each term: the log-odds of each step and, at last, of unknown, the expert's with them."""
    information: tuple[Floats, ...]
    """Of the same: how much the cases there weigh, the sum of p(1 - p)."""

    def log_odds(self, terms: Sequence[Term]) -> Floats:
        """The log-odds of cases by the same terms."""
        total = np.full(len(terms[0].steps) if terms else 0, self.intercept)
        for term, effects in zip(terms, self.effects, strict=True):
            total += effects[term.steps]
        return total


def fit(terms: Sequence[Term], came: Floats) -> Fit:
    """The fit to cases with an outcome of 1 or 0. Both must be among them."""
    from scipy import sparse

    cases = len(came)
    expert = _expert(terms, cases)
    starts = np.cumsum([2, *(term.count for term in terms)])
    unknown = starts[-1] + np.arange(len(terms))
    columns = [np.zeros(cases, dtype=np.int64), np.ones(cases, dtype=np.int64)]
    for number, term in enumerate(terms):
        columns.append(
            np.where(term.steps == UNKNOWN, unknown[number], starts[number] + term.steps)
        )
    values = np.ones((cases, len(columns)))
    values[:, 1] = expert
    width = int(starts[-1] + len(terms))
    design = sparse.csr_matrix(
        (values.ravel(), np.stack(columns, 1).ravel(), np.arange(cases + 1) * len(columns)),
        shape=(cases, width),
    )
    blocks = [
        (slice(starts[number], starts[number + 1]), _penalty(term))
        for number, term in enumerate(terms)
    ]
    if terms:
        blocks.append((slice(int(unknown[0]), width), np.eye(len(terms))))
    given = bool(np.ptp(expert) > 0) if cases else False
    weights, beta = _fitted(design, came, blocks, given)
    information = np.bincount(
        np.stack(columns[2:], 1).ravel() if terms else np.zeros(0, dtype=np.int64),
        np.repeat(weights, len(terms)),
        minlength=width,
    )
    slope = float(beta[1]) if given else 0.0
    effects, held = [], []
    for number, term in enumerate(terms):
        own = [*range(starts[number], starts[number + 1]), int(unknown[number])]
        told = 0.0 if term.expert is None else slope * (term.expert - _mean(term)) / _spread(terms)
        effects.append(beta[own] + told)
        held.append(information[own])
    return Fit(float(beta[0]), slope, tuple(effects), tuple(held))


def _mean(term: Term) -> float:
    assert term.expert is not None
    return float(term.expert[term.steps].mean())


def _spread(terms: Sequence[Term]) -> float:
    told = sum(t.expert[t.steps] for t in terms if t.expert is not None)
    return float(np.std(told)) or 1.0


def _expert(terms: Sequence[Term], cases: int) -> Floats:
    """What an expert gives each case, its mean 0 and its deviation 1; all 0 where nobody says."""
    told = [t.expert[t.steps] for t in terms if t.expert is not None]
    if not told:
        return np.zeros(cases)
    total = np.sum(told, axis=0)
    return np.asarray((total - total.mean()) / (np.std(total) or 1.0))


def _penalty(term: Term) -> Floats:
    if not term.ordered or term.count < 3:
        return np.eye(term.count)
    apart = np.diff(np.eye(term.count), axis=0)
    return apart.T @ apart + _LEVEL * np.eye(term.count)


def _fitted(
    design: Any, came: Floats, blocks: Sequence[tuple[slice, Floats]], given: bool
) -> tuple[Floats, Floats]:
    """The weight of each case and the coefficients, at the shrinkage that settles."""
    width = design.shape[1]
    turned = design.T.tocsr()
    beta = np.zeros(width)
    share = float(np.clip(came.mean(), 1e-6, 1 - 1e-6))
    beta[0] = np.log(share / (1 - share))
    shrinkage = np.ones(len(blocks))
    while True:
        for _ in range(_ROUNDS):
            penalty = np.zeros((width, width))
            penalty[0, 0] = 1e-9
            penalty[1, 1] = 1 / _SLOPE_DEVIATION**2 if given else 1.0
            for strength, (place, shape) in zip(shrinkage, blocks, strict=True):
                penalty[place, place] = strength * shape
            weights, curved = _newton(design, turned, came, beta, penalty)
            spread = np.linalg.inv(curved)
            before = shrinkage
            shrinkage = np.array(
                [
                    _strength(strength, spread[place, place], shape, beta[place])
                    for strength, (place, shape) in zip(shrinkage, blocks, strict=True)
                ]
            )
            if not len(blocks) or np.abs(np.log(shrinkage / before)).max() < _SETTLED:
                break
        if not given or beta[1] >= 0:
            return weights, beta
        # An expert who says the contrary of what is so is not followed.
        given = False
        design = design.copy()
        design.data.reshape(len(came), -1)[:, 1] = 0.0
        turned = design.T.tocsr()
        beta[1] = 0.0


def _newton(
    design: Any, turned: Any, came: Floats, beta: Floats, penalty: Floats
) -> tuple[Floats, Floats]:
    """Newton's steps to the best coefficients, in place; the weights and the curvature there."""
    for _ in range(_NEWTON):
        likely = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weights = np.maximum(likely * (1 - likely), 1e-9)
        curved = (turned @ design.multiply(weights[:, None]).tocsr()).toarray() + penalty
        step = np.linalg.solve(curved, turned @ (came - likely) - penalty @ beta)
        most = np.abs(step).max()
        beta += step * min(1.0, 5.0 / most) if most else step
        if most < 1e-4:
            break
    return weights, curved


def _strength(strength: float, spread: Floats, shape: Floats, effects: Floats) -> float:
    free = len(shape) - strength * float(np.sum(spread * shape))
    found = (max(free, 1e-6) + 2 * _PRIOR_SHAPE) / (
        float(effects @ shape @ effects) + 2 * _PRIOR_RATE
    )
    return float(np.clip(found, _LEAST_SHRINKAGE, _MOST_SHRINKAGE))
