"""Whether outcomes can be told from chance at all, before anything is learned from them.

Terms that know nothing of the outcomes (quantiles, labels) are held against them by ridge
regression, in cross-validation, and then against the outcomes dealt out anew: the share of deals
that do as well is the p-value. All deals are one right-hand side of the same equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.learning.additive import UNKNOWN
from abmkit.learning.metrics import aucs
from abmkit.learning.predictors import Steps

Floats = npt.NDArray[Any]

DEALS = 199
"""How often outcomes are dealt out anew; the least p-value is one in so many and one."""
SURE = 0.05
_FOLDS = 5
_SHRINKAGE = (3.0, 30.0, 300.0)
_FEW, _REPEATS = 2_000, 4
_MOST_CASES = 20_000


@dataclass(frozen=True)
class Chance:
    """What outcomes tell beside what chance does."""

    p_value: float
    least: float
    """The smallest p-value that so many deals can give."""
    by_expert: float | None = None
    """How likely the expert's card would tell so much by chance."""

    @property
    def told(self) -> bool:
        """Whether the outcomes can be told from chance; of two tests the better counts double."""
        if self.by_expert is None:
            return self.p_value < SURE
        return min(self.p_value, self.by_expert) < SURE / 2 + self.least / 2


def folds(groups: npt.NDArray[Any], came: Floats, count: int, seed: int) -> npt.NDArray[Any]:
    """The fold of each case: outcomes evenly in each, and all cases of a group in one."""
    chance = np.random.default_rng(seed)
    named, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    rate = np.bincount(member, came) / sizes
    order = np.lexsort((chance.random(len(named)), rate))
    of_group = np.empty(len(named), dtype=np.int64)
    of_group[order] = np.arange(len(named)) % count
    # Where each run of folds begins is chance, too: else one fold has the highest of all ties.
    shuffled = np.concatenate([chance.permutation(count) for _ in range(-(-len(named) // count))])[
        : len(named)
    ]
    of_group[order] = shuffled
    return of_group[member]


def by_chance(
    steps: Sequence[Steps],
    came: Floats,
    groups: npt.NDArray[Any],
    *,
    expert: Floats | None = None,
    deals: int = DEALS,
    seed: int = 1,
) -> Chance:
    """How likely outcomes dealt out by chance would be told as well as these are.

    Cases of one group stay together, in folds and in deals. `expert` is the expert's score.
    """
    chance = np.random.default_rng(seed)
    if len(came) > _MOST_CASES:
        kept = np.sort(chance.permutation(len(came))[:_MOST_CASES])
        came, groups = came[kept], groups[kept]
        steps = [Steps(s.predictor, s.codes[kept], s.edges, s.groups) for s in steps]
        expert = expert[kept] if expert is not None else None
    least = 1 / (deals + 1)
    by_expert = None
    if expert is not None:
        by_expert = _above_chance(expert, came, groups)
    if not steps:
        return Chance(1.0, least, by_expert)
    dealt = np.stack([came, *(_dealt(came, groups, chance) for _ in range(deals))], 1)
    design = _one_hot(steps)
    repeats = _REPEATS if len(came) < _FEW else 1
    told = np.zeros((len(_SHRINKAGE), deals + 1))
    for repeat in range(repeats):
        fold = folds(groups, came, _FOLDS, seed + repeat)
        for number in range(_FOLDS):
            test, train = fold == number, fold != number
            if not test.any() or not train.any():
                continue
            told += _ridge(design, dealt, train, test) / (_FOLDS * repeats)
    # What is best of several shrinkages is compared with the best of each deal.
    best = told.max(0)
    as_good = int(np.sum(best[1:] >= best[0] - 1e-12))
    return Chance((as_good + 1) / (deals + 1), least, by_expert)


def _ridge(design: Floats, dealt: Floats, train: Floats, test: Floats) -> Floats:
    """The area under each deal's curve on the cases left out, by how much is shrunken."""
    center = design[train].mean(0)
    known, asked = design[train] - center, design[test] - center
    curved = known.T @ known
    right = known.T @ (dealt[train] - dealt[train].mean(0))
    areas_by = []
    for shrinkage in _SHRINKAGE:
        beta = np.linalg.solve(curved + shrinkage * np.eye(len(curved)), right)
        found = aucs(asked @ beta, dealt[test])
        areas_by.append(np.where(np.isnan(found), 0.5, found))
    return np.stack(areas_by)


def _one_hot(steps: Sequence[Steps]) -> Floats:
    columns = []
    for each in steps:
        if each.predictor.labels is None:
            # Numbers as how far up they are, and, beside it, in coarse steps.
            place = np.where(each.codes == UNKNOWN, (each.count - 1) / 2, each.codes)
            columns.append(place[:, None] / max(each.count - 1, 1))
            coarse = np.where(each.codes == UNKNOWN, UNKNOWN, each.codes * 5 // each.count)
            columns.append((coarse[:, None] == np.arange(5)).astype(float))
        else:
            columns.append((each.codes[:, None] == np.arange(each.count)).astype(float))
        unknown = (each.codes == UNKNOWN)[:, None]
        if unknown.any():
            columns.append(unknown.astype(float))
    return np.concatenate(columns, 1)


def _dealt(came: Floats, groups: npt.NDArray[Any], chance: np.random.Generator) -> Floats:
    """Outcomes dealt out anew; a group gets those of another, as far as they go."""
    named, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(named) == len(came):
        return chance.permutation(came)
    order = np.argsort(member, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    other = chance.permutation(len(named))
    dealt = np.empty_like(came)
    for group, giver in enumerate(other):
        own = order[starts[group] : starts[group + 1]]
        theirs = came[order[starts[giver] : starts[giver + 1]]]
        dealt[own] = chance.choice(theirs, len(own), replace=len(theirs) < len(own))
    return dealt


def _above_chance(score: Floats, came: Floats, groups: npt.NDArray[Any]) -> float:
    """How likely those it came about for would score so high by chance, one case a group."""
    from scipy.stats import mannwhitneyu

    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    if len(first) < len(came):
        rate = np.bincount(member, came) / np.bincount(member)
        came, score = rate > np.median(rate), score[first]
    won, lost = score[came > 0], score[came <= 0]
    if not len(won) or not len(lost) or not np.ptp(score):
        return 1.0
    return float(mannwhitneyu(won, lost, alternative="greater").pvalue)
