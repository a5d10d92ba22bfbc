"""Columns that are known only after the outcome: what they tell, no prospect has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import flags, whole
from abmkit.domain.facts import Fact, fact
from abmkit.domain.values.dates import days_of
from abmkit.learning.chance import folds
from abmkit.learning.metrics import auc_of
from abmkit.learning.predictors import Predictor, profile

Floats = npt.NDArray[Any]

_TOO_WELL, _VERY_WELL = 0.95, 0.85
_ONE_SIDED = 0.98
_LEAST = 10
_UNLIKELY = 1e-4
_LATER = 0.5
_MOSTLY = 0.95
_NAMES = re.compile(
    r"\b(?:churn(?:ed|s)?|cancel(?:led|ed|lation|s)?|terminat(?:ed|ion)|outcome"
    r"|(?:closed?|won|win|lost|loss|churn|cancell?ation|exit|disqualif\w*)"
    r" (?:reason|date|at|on|value|amount|stage|won|lost|notes?|status|type)"
    r"|(?:is|has) (?:won|lost|closed|churned|converted|customer)"
    r"|(?:reason|date|time) (?:of |for )?(?:loss|churn\w*|clos\w*|cancel\w*|leaving|exit|win)"
    r"|(?:deal|opportunity|sales|lead) stage|converted|conversion(?: date)?)\b"
    r"|流失|赢单|输单|丢单|成交|关闭|结案|退订|终止|解约|注销",
    re.IGNORECASE,
)
"""Headers of what is known when an outcome is."""


def after_the_fact(
    accounts: pa.Table,
    found: Sequence[Predictor],
    came: Floats,
    groups: npt.NDArray[Any],
    when: pa.Array | None,
    *,
    lacking: Sequence[str] = (),
    ignore: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> tuple[dict[str, Fact], list[Fact]]:
    """The columns that are not to be learned from, each with the reason; but those to `keep`.

    Beside them what is said of those that tell so much alone that a person should look.
    """
    kept = {name.casefold() for name in keep}
    refused: dict[str, Fact] = {}
    doubted: list[Fact] = []
    without = {each.column for each in found} & {*lacking}
    for name in profile(accounts.column_names, [*ignore, *keep]):
        values = whole(accounts[name])
        reason = fact("leak.lacking", column=name) if name in without else None
        if reason is None:
            reason = _later(name, values, when)
        if reason is None and _NAMES.search(_spaced(name)):
            reason = fact("leak.name", column=name)
        if reason is None:
            reason = _one_sided(name, flags(values.is_valid()), came)
        if reason is not None:
            refused[name] = reason
    fold = folds(groups, came, 5, 1)
    for each in found:
        if each.column not in refused and each.column.casefold() not in kept:
            reason = _too_well(each, came, fold)
            if reason is not None and reason.code == "leak.very_well":
                doubted.append(reason)
            elif reason is not None:
                refused[each.column] = reason
    return refused, doubted


def _spaced(name: str) -> str:
    """A header's words apart: `churnDate`, `churn_date` and `Churn Date` are one."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))


def _later(name: str, values: pa.Array, when: pa.Array | None) -> Fact | None:
    """Whether a column's dates are mostly those of the outcome, or later."""
    if when is None:
        return None
    if pa.types.is_string(values.type):
        texts = values.drop_null().unique().to_pylist()
        read = days_of(texts)
        if not texts or sum(day is not None for day in read.values()) < _MOSTLY * len(texts):
            return None
        days: list[date | None] = [read.get(text) for text in values.to_pylist()]
    elif pa.types.is_date32(values.type):
        days = values.to_pylist()
    else:
        return None
    pairs = [(d, w) for d, w in zip(days, when.to_pylist(), strict=True) if d and w]
    after = sum(day >= at for day, at in pairs)
    if len(pairs) >= _LEAST and after >= _LATER * len(pairs):
        return fact("leak.later", column=name, count=after, of=len(pairs))
    return None


def _one_sided(name: str, known: npt.NDArray[Any], came: Floats) -> Fact | None:
    """Whether it is known, or not known, of one outcome alone."""
    from scipy.stats import fisher_exact

    for side, there in (("known", known), ("unknown", ~known)):
        count = int(there.sum())
        if count < _LEAST or count > len(came) - _LEAST:
            continue
        share, others = float(came[there].mean()), float(came[~there].mean())
        pure = max(share, 1 - share)
        # A column that is always known of the one, and of few others, is of that one.
        if pure < _ONE_SIDED or abs(share - others) < 0.2:
            continue
        table = [
            [int(came[there].sum()), count - int(came[there].sum())],
            [int(came[~there].sum()), len(came) - count - int(came[~there].sum())],
        ]
        if fisher_exact(table)[1] < _UNLIKELY:
            return fact(f"leak.only_{side}", column=name, share=share * 100, count=count)
    return None


def _too_well(found: Predictor, came: Floats, fold: npt.NDArray[Any]) -> Fact | None:
    """Whether it tells outcomes alone, on cases left out, better than anything known before."""
    if found.labels is None:
        known = found.known
        if known.sum() < 2 * _LEAST:
            return None
        area = auc_of(found.values[known], came[known])
        area = max(area, 1 - area) * known.mean() + 0.5 * (1 - known.mean())
    else:
        place = found.values + 1
        score = np.empty(len(came))
        base = came.mean()
        for number in np.unique(fold):
            train = fold != number
            many = np.bincount(place[train], minlength=len(found.labels) + 1)
            positive = np.bincount(place[train], came[train], minlength=len(found.labels) + 1)
            score[~train] = ((positive + base) / (many + 1))[place[~train]]
        area = auc_of(score, came)
    if area >= _TOO_WELL:
        return fact("leak.too_well", column=found.column, area=round(area, 3))
    if area >= _VERY_WELL:
        return fact("leak.very_well", column=found.column, area=round(area, 3))
    return None
