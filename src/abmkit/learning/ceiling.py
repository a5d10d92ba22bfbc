"""The ceiling: how well the best black box that is installed does on the same cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.config.sections.learn import Learn
from abmkit.learning.additive import UNKNOWN
from abmkit.learning.chance import folds
from abmkit.learning.history import History
from abmkit.learning.leaks import after_the_fact
from abmkit.learning.predictors import Predictor, predictors

Array = npt.NDArray[Any]
Fit = Callable[[Array, Array, Array], Array]
_ALL = Learn()
_FOLDS, _ROUNDS, _RATE, _LEAVES, _LEAST = 5, 150, 0.05, 15, 20


@dataclass(frozen=True)
class Ceiling:
    """What a black box foretells."""

    library: str
    expected: Array
    """Of each judged case."""
    refused: tuple[str, ...]
    """The columns that it was not given: they are known only after the outcome."""


def library() -> str | None:
    """The black box that is installed; None where there is none."""
    if find_spec("lightgbm") is not None:
        return "LightGBM"
    return "HistGradientBoosting" if find_spec("sklearn") is not None else None


def ceiling(history: History, judged: Array, asked_for: Learn = _ALL) -> Ceiling | None:
    """What the best black box foretells of the judged cases, none of which it has seen.

    Where other cases have an outcome it learns from those; else each fifth of the accounts is
    foretold by what the other four taught. It reads what `abmkit learn` would, as that is
    `asked_for`. None where no black box is installed, or it has nothing to read.
    """
    box = library()
    known = history.those(history.known)
    found, _ = predictors(known.accounts, ignore=asked_for.ignore)
    refused, _ = after_the_fact(
        known.accounts, found, known.outcome, known.groups, known.dates, keep=asked_for.keep
    )
    facts = _facts([each for each in found if each.column not in refused])
    if box is None or facts is None:
        return None
    fit: Fit = _lightgbm if box == "LightGBM" else _histograms
    asked, came = judged[history.known], known.outcome
    if not asked.all():
        expected = fit(facts[~asked], came[~asked], facts[asked])
        return Ceiling(box, expected, tuple(refused))
    fold = folds(known.groups, came, _FOLDS, 0)
    expected = np.full(len(came), came.mean())
    for number in np.unique(fold):
        inside = fold == number
        if not inside.all():
            expected[inside] = fit(facts[~inside], came[~inside], facts[inside])
    return Ceiling(box, expected, tuple(refused))


def _lightgbm(facts: Array, outcome: Array, asked: Array) -> Array:
    import lightgbm

    settings = {
        "objective": "binary",
        "learning_rate": _RATE,
        "num_leaves": _LEAVES,
        "min_data_in_leaf": _LEAST,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": 0,
        # Threads that wait for each other take longer than one that does not, at this size.
        "num_threads": 1,
    }
    model = lightgbm.train(settings, lightgbm.Dataset(facts, outcome), num_boost_round=_ROUNDS)
    return np.asarray(model.predict(asked))


def _histograms(facts: Array, outcome: Array, asked: Array) -> Array:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        max_iter=_ROUNDS,
        learning_rate=_RATE,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=_LEAST,
        early_stopping=False,
        random_state=0,
    )
    if len(np.unique(outcome)) < 2:
        return np.full(len(asked), outcome.mean())
    with threadpool_limits(1):
        return np.asarray(model.fit(facts, outcome).predict_proba(asked)[:, 1])


def _facts(found: Sequence[Predictor]) -> Array | None:
    """Predictors as doubles: numbers as they are, labels by how common they are; unknown is NaN."""
    columns = [each.values if each.labels is None else _by_frequency(each) for each in found]
    return np.column_stack(columns).astype(float) if columns else None


def _by_frequency(found: Predictor) -> Array:
    known = found.values != UNKNOWN
    counts = np.bincount(found.values[known], minlength=len(found.labels or ()))
    rank = np.empty(len(counts))
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return np.where(known, rank[np.where(known, found.values, 0)], np.nan)
