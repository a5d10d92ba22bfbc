"""How often a field comes out in each way, among accounts of the same industry and country."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Ints = npt.NDArray[Any]

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""How many accounts of the broader group are added to those of a narrower one."""


def chances(outcome: Ints, known: Ints, outcomes: int, levels: Sequence[Ints]) -> list[Floats]:
    """How likely each outcome is in each group, level by level, the broadest last.

    `outcome` is that of each account in `known`; `levels` number the group of every account, each
    level's groups lying within those of the one before, -1 where it is unknown. Of a group that few
    accounts tell of, the broader one decides: by as much as foretells best the accounts that are
    known, each from the others.
    """
    every = np.bincount(outcome, minlength=outcomes) + 1 / outcomes
    found = [(every / every.sum())[None, :]]
    parent = np.zeros(len(levels[0]) if levels else 0, dtype="int64")
    for level in levels:
        groups = int(level.max(initial=-1)) + 1
        inside = level[known] >= 0
        place = level[known][inside] * outcomes + outcome[inside]
        count = np.bincount(place, minlength=groups * outcomes).reshape(groups, outcomes)
        above = np.zeros(groups, dtype="int64")
        above[level[level >= 0]] = parent[level >= 0]
        before = found[-1][above]
        size = count.sum(axis=1, keepdims=True)
        strength = max(STRENGTHS, key=partial(_foretold, count, size, before))
        found.append((count + strength * before) / (size + strength))
        parent = np.where(level >= 0, level, 0)
    return found


def _foretold(count: Floats, size: Floats, before: Floats, strength: float) -> float:
    """How well each account is foretold from the others of its group: a log-likelihood."""
    others = (count - 1 + strength * before) / np.maximum(size - 1 + strength, strength)
    return float((count * np.log(np.where(count > 0, others, 1))).sum())


def of_accounts(found: Sequence[Floats], levels: Sequence[Ints], rows: Ints) -> Floats:
    """The chances of some accounts: those of the narrowest group that is known of each."""
    told = np.repeat(found[0], len(rows), axis=0)
    for level, chance in zip(levels, found[1:], strict=True):
        group = level[rows]
        known = group >= 0
        told[known] = chance[group[known]]
    return told
