"""The ceiling: how well the best black box that is installed does on the same cases."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import to_numpy, whole
from abmkit.schema.accounts import ACCOUNTS, STEP

Array = npt.NDArray[Any]
_FOLDS, _ROUNDS, _RATE, _LEAVES, _LEAST = 5, 150, 0.05, 15, 20
_MOSTLY = 0.9
_MOST_LABELS = 40
_NAMES = {
    *ACCOUNTS.identity,
    *(
        "account_id",
        "name_key",
        "aliases",
        "website",
        "other_domains",
        "address",
        "phone",
        "linkedin_url",
    ),
    *("description", "source", "source_row", "ticker", "crm_id", "as_of", *STEP),
}
"""Columns that say which account it is, or what this program made of it."""
Fit = Callable[[Array, Array, Array], Array]


def library() -> str | None:
    """The black box that is installed; None where there is none."""
    if find_spec("lightgbm") is not None:
        return "LightGBM"
    return "HistGradientBoosting" if find_spec("sklearn") is not None else None


def foretold(accounts: pa.Table, outcome: Array, groups: Array, judged: Array) -> Array:
    """What the black box foretells of the judged cases, none of which it has seen.

    Where other cases have an outcome it learns from those; else each fifth of the accounts is
    foretold by what the other four taught. It reads all columns but those that name an account.
    """
    fit: Fit = _lightgbm if library() == "LightGBM" else _histograms
    facts = _facts(accounts)
    known = ~np.isnan(outcome)
    earlier = known & ~judged
    if earlier.any():
        return fit(facts[earlier], outcome[earlier], facts[judged])
    _, group = np.unique(groups, return_inverse=True)
    fold_of = np.random.default_rng(0).permutation(np.arange(group.max() + 1) % _FOLDS)
    fold = fold_of[group]
    expected = np.full(len(outcome), np.nan)
    for number in range(_FOLDS):
        inside, rest = judged & (fold == number), judged & (fold != number)
        if inside.any() and rest.any():
            expected[inside] = fit(facts[rest], outcome[rest], facts[inside])
    return expected[judged]


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


def _facts(accounts: pa.Table) -> Array:
    """Columns as doubles: numbers as they are, labels by how common they are; unknown is NaN."""
    columns = [
        found
        for name in accounts.column_names
        if name.casefold() not in _NAMES and (found := _fact(whole(accounts[name]))) is not None
    ]
    return np.column_stack(columns) if columns else np.zeros((accounts.num_rows, 1))


def _fact(values: pa.Array) -> Array | None:
    if pa.types.is_list(values.type):
        return as_doubles(pc.list_value_length(values))
    if not pa.types.is_string(values.type):
        return as_doubles(values)
    numbers = as_doubles(values)
    known = len(values) - values.null_count
    if known and (~np.isnan(numbers)).sum() >= _MOSTLY * known:
        return numbers
    counted = pc.value_counts(values.drop_null()).to_pylist()
    if len(counted) * 2 > known:
        return None
    counted.sort(key=lambda each: (-each["counts"], each["values"]))
    code = {each["values"]: n for n, each in enumerate(counted[:_MOST_LABELS])}
    return np.array(
        [np.nan if text is None else code.get(text, _MOST_LABELS) for text in values.to_pylist()],
        dtype=float,
    )


def as_doubles(values: pa.Array) -> Array:
    """A column's numbers, texts read as such; NaN for what is none."""
    if pa.types.is_string(values.type):
        texts = pc.replace_substring(pc.utf8_trim_whitespace(values), ",", "")
        plain = pc.match_substring_regex(texts, r"^[+-]?\d+(\.\d+)?$")
        values = pc.if_else(plain, texts, pa.nulls(len(values), pa.string()))
    elif pa.types.is_temporal(values.type):
        values = values.cast(pa.date32()).cast(pa.int32())
    return to_numpy(values.cast(pa.float64()).fill_null(float("nan"))).astype(float)
