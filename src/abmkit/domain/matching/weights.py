"""The weights of evidence: how much each thing two records share says that they are one company.

`data/match_model.json` has them, in natural logarithms of odds, so that they add up.
`tests/benchmarks/train_matching.py` makes the file from real lists and says how.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.names.similarity import Likeness
from abmkit.domain.matching.profiles import ACRONYM, KINDS

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_MOST_LETTERS = 4
_SAID = ("silent", "different", "same", "contradictory")


@dataclass(frozen=True)
class Model:
    """Weights of evidence."""

    bias: float
    """What a pair of names says before anything else is known of it."""
    likeness: dict[str, float]
    """What one unit of each feature of `Likeness` says."""
    kind: dict[str, float]
    """What is taken off a name that is an alias, an acronym, an inversion …"""
    letter: float
    """What each letter of an acronym after the first says, up to the fourth."""
    unnamed: float
    """What is said by a pair of which one has no name."""
    field: dict[str, dict[str, float]]
    """What a field says that is the same, or different, on both sides."""

    def names(self, alike: Likeness) -> Floats:
        """What the likeness of names says, pair by pair."""
        total = np.full(len(alike.same), self.bias)
        for feature, values in zip(alike._fields, alike, strict=True):
            total += self.likeness[feature] * values
        return total

    def kinds(self, kinds: Ints, letters: Ints) -> Floats:
        """What it says that names are of some kind; `letters` is how long they are."""
        weights = np.array([self.kind.get(kind, 0.0) for kind in KINDS])[kinds]
        acronym = kinds == ACRONYM
        more = np.clip(letters - 1, 0, _MOST_LETTERS - 1)
        total: Floats = weights + np.where(acronym, self.letter * more, 0.0)
        return total

    def fields(self, said: dict[str, Ints]) -> Floats:
        """What the fields say, pair by pair."""
        total: Any = np.zeros(1)
        for field, values in said.items():
            weights = np.array([self.field[field].get(each, 0.0) for each in _SAID])
            total = total + weights[values]
        weighed: Floats = total
        return weighed


@cache
def shipped() -> Model:
    """The model in the package."""
    text = files("abmkit.domain").joinpath("data", "match_model.json").read_text("utf-8")
    data = json.loads(text)
    return Model(**{name: data[name] for name in Model.__dataclass_fields__})
