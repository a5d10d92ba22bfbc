"""Few bands for many steps: what is alike becomes one, and what goes one way stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from abmkit.learning.additive import UNKNOWN
from abmkit.learning.predictors import Predictor, Steps

Floats = npt.NDArray[Any]
Direction = Literal["up", "down"]

MOST_BANDS = 60
_WORTH = 2.0
"""What a band must tell to stay, in twice the log-likelihood: Akaike's price."""
_MOST_LABELS = 12


@dataclass(frozen=True)
class Shape:
    """The effect of each step of a predictor, and how much the cases there weigh."""

    steps: Steps
    effects: Floats
    weights: Floats


@dataclass(frozen=True)
class Banded:
    """A predictor in bands."""

    steps: Steps
    bands: tuple[tuple[int, ...], ...]
    """The steps of each band: of numbers from the lowest, of labels those that count most first."""
    direction: Direction | None = None
    """Whether a greater number must count more or less."""

    @property
    def predictor(self) -> Predictor:
        """What is banded."""
        return self.steps.predictor

    def conditions(self) -> list[dict[str, Any]]:
        """Each band as a config writes it, in the order in which they are tried.

        Numbers begin with the greatest; the last of labels is all that is known.
        """
        column = self.predictor.column
        if self.predictor.labels is None:
            return [{column: self._between(band)} for band in reversed(self.bands)]
        if self.predictor.element is not None:
            named = {column: {"contains": [self.predictor.element]}}
            others = {column: {"known": True}}
            return [named if 1 in self._labels(band) else others for band in self.ordered]
        conditions: list[dict[str, Any]] = [
            {column: {"in": [self.predictor.labels[label] for label in self._labels(band)]}}
            for band in self.ordered[:-1]
        ]
        return [*conditions, {column: {"known": True}}]

    def places(self) -> npt.NDArray[Any]:
        """The band of each case, in the order in which they are tried; `UNKNOWN` where unknown."""
        place = np.full(self.steps.count + 1, UNKNOWN, dtype=np.int64)
        for number, band in enumerate(self.ordered):
            place[list(band)] = number
        return np.asarray(place[self.steps.codes])

    @property
    def ordered(self) -> tuple[tuple[int, ...], ...]:
        """The bands in the order in which they are tried."""
        if self.predictor.labels is None:
            return self.bands[::-1]
        rest = self._rest
        named = [band for at, band in enumerate(self.bands) if at != rest]
        return (*named, self.bands[rest])

    @property
    def _rest(self) -> int:
        """The band of all that no other names: that of the labels too rare to be told, where there
        are some; else the last, which counts least, or one with more labels than anybody names."""
        labels = [self._labels(band) for band in self.bands]
        if self.predictor.element is not None:
            return next(at for at, band in enumerate(labels) if 1 not in band)
        if self.steps.groups[-1]:
            return next(at for at, b in enumerate(self.bands) if len(self.steps.groups) - 1 in b)
        many = [at for at, band in enumerate(labels) if len(band) > _MOST_LABELS]
        return max(many, key=lambda at: len(labels[at]), default=len(labels) - 1)

    def _labels(self, band: Sequence[int]) -> list[int]:
        return [label for step in band for label in self.steps.groups[step]]

    def _between(self, band: Sequence[int]) -> dict[str, Any]:
        edges = self.steps.edges
        low, high = min(band), max(band)
        matcher: dict[str, Any] = {}
        if low > 0:
            matcher["at_least"] = plain(edges[low - 1])
        if high < len(edges):
            matcher["below"] = plain(edges[high])
        return matcher


def plain(value: float) -> int | float:
    """A number as it is written: whole where it is."""
    return int(value) if float(value).is_integer() else value


def banded(
    shapes: Sequence[Shape], directions: Mapping[str, str], cases: int, most: int = MOST_BANDS
) -> list[Banded]:
    """The predictors that tell something, in bands, at most so many in all.

    Neighbours are joined while that loses less than a band is worth, the least loss first. A
    predictor stays where its bands tell more than the logarithm of the cases, Schwarz's price: of
    many that tell nothing, some seem to at any price that does not grow so. Measured with fifteen
    columns of noise: at 2,000 cases none stays, at a price of 2 log log n three do.
    """
    wanted = {column.casefold(): direction for column, direction in directions.items()}
    columns = [shape.steps.predictor.column.casefold() for shape in shapes]
    chains = [_Chain.of(s, wanted.get(c)) for s, c in zip(shapes, columns, strict=True)]
    while True:
        losses = [(chain.least_loss(), number) for number, chain in enumerate(chains)]
        losses = [(loss, number) for loss, number in losses if loss < np.inf]
        if not losses:
            break
        loss, number = min(losses)
        bands = sum(len(chain.bands) for chain in chains if len(chain.bands) > 1)
        if loss >= _WORTH and bands <= most:
            break
        chains[number].join()
    return [
        Banded(chain.shape.steps, tuple(map(tuple, chain.bands)), chain.direction)
        for chain in chains
        if len(chain.bands) > 1 and chain.told() >= log(cases)
    ]


@dataclass
class _Chain:
    """A predictor's bands in order, of which neighbours may be joined."""

    shape: Shape
    bands: list[list[int]]
    effects: list[float]
    weights: list[float]
    direction: Direction | None

    @classmethod
    def of(cls, shape: Shape, wanted: str | None) -> _Chain:
        effects, weights = shape.effects, np.maximum(shape.weights, 1e-9)
        direction: Direction | None = None
        order = np.arange(len(effects))
        if shape.steps.predictor.labels is None:
            effects, direction = _one_way(effects, weights, wanted)
        else:
            order = np.argsort(-effects, kind="stable")
        return cls(
            shape,
            [[int(step)] for step in order],
            [float(effects[step]) for step in order],
            [float(weights[step]) for step in order],
            direction,
        )

    def _losses(self) -> Floats:
        weights, effects = np.array(self.weights), np.array(self.effects)
        together = weights[:-1] * weights[1:] / (weights[:-1] + weights[1:])
        return np.asarray(together * np.diff(effects) ** 2)

    def told(self) -> float:
        """What its bands tell together, in twice the log-likelihood."""
        weights, effects = np.array(self.weights), np.array(self.effects)
        return float(weights @ (effects - np.average(effects, weights=weights)) ** 2)

    def least_loss(self) -> float:
        return float(self._losses().min()) if len(self.bands) > 1 else np.inf

    def join(self) -> None:
        at = int(self._losses().argmin())
        weight = self.weights[at] + self.weights[at + 1]
        parts = zip(self.weights[at : at + 2], self.effects[at : at + 2], strict=True)
        self.effects[at] = sum(w * e for w, e in parts) / weight
        self.weights[at] = weight
        self.bands[at] = self.bands[at] + self.bands[at + 1]
        del self.effects[at + 1], self.weights[at + 1], self.bands[at + 1]


def _one_way(
    effects: Floats, weights: Floats, wanted: str | None
) -> tuple[Floats, Direction | None]:
    """The effects made to go one way, where that is wanted or costs less than a band is worth."""
    ways: dict[Direction, Floats] = {
        "up": rising(effects, weights),
        "down": -rising(-effects, weights),
    }
    for asked in ways:
        if asked == wanted:
            return ways[asked], asked
    losses = {way: float(weights @ (effects - made) ** 2) for way, made in ways.items()}
    way: Direction = "up" if losses["up"] <= losses["down"] else "down"
    return (ways[way], way) if losses[way] < _WORTH else (effects, None)


def rising(values: Floats, weights: Floats) -> Floats:
    """The nearest values that never fall, by weighted squares."""
    from scipy.optimize import isotonic_regression

    return np.asarray(isotonic_regression(values, weights=weights).x)
