"""Numbers and their ranges, by how much of the market lies below them.

Places among the market's numbers stand for the numbers: they are the same on a linear and on a
logarithmic scale, so that nobody has to say which one a column is on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from abmkit.domain.lookalikes.ratios import Compared, Floats, Ints, of_numbers

_BINS = 64
_BY_CHANCE = 2 / 3
"""How near two places are that are drawn at random: 1 less their mean distance."""


@dataclass(frozen=True)
class Ranges:
    """A number for each account, or the ends that it is between; NaN where they are unknown."""

    value: Floats
    least: Floats
    most: Floats
    """Infinite for an open range."""


def compared_numbers(
    name: str, market: Ranges, companies: Ranges, weight: Floats
) -> Compared | None:
    """Numbers held against each other; None where the market has hardly two of them.

    A range is in each part of the market between its ends, by how much of it lies there.
    """
    known = market.value[~np.isnan(market.value)]
    if not len(known):
        return None
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]))
    bins = len(edges) + 1
    share = np.bincount(np.searchsorted(edges, known, side="right"), minlength=bins) / len(known)
    below = np.concatenate([[0.0], np.cumsum(share)])
    first, last = _ends(market, edges)
    first_of, last_of = _ends(companies, edges)
    told = first_of >= 0
    between = np.arange(bins)
    spread = share * (between >= first_of[told, None]) * (between <= last_of[told, None])
    whole = spread.sum(axis=1)
    # A range in which the market has nobody is somewhere between its ends all the same.
    spread = np.where(whole[:, None] > 0, spread / np.maximum(whole, 1e-300)[:, None], 1 / bins)
    ratios = of_numbers(spread, share, weight[told])
    left_out = np.zeros(len(weight))
    left_out[told] = np.log(ratios.left_out)
    sums = np.concatenate([[0.0], np.cumsum(share * ratios.of_value)])
    held = below[last + 1] - below[first]
    ratio = np.divide(sums[last + 1] - sums[first], held, out=np.ones(len(first)), where=held > 0)
    place = (below[first] + below[last + 1]) / 2
    place_of = (below[first_of] + below[last_of + 1]) / 2

    def likeness(rows: Ints) -> Floats:
        apart = np.abs(place[rows][:, None] - place_of[None, :])
        both = (first[rows] >= 0)[:, None] & told[None, :]
        return np.where(both, 1 - apart - _BY_CHANCE, 0).astype("float32")

    return Compared(
        name, np.where(first >= 0, np.log(ratio), 0).astype("float32"), left_out, likeness
    )


def _ends(ranges: Ranges, edges: Floats) -> tuple[Ints, Ints]:
    """The first and the last bin that a number may lie in; -1 where it is unknown."""
    unknown = np.isnan(ranges.value)
    first = np.searchsorted(edges, ranges.least, side="right")
    last = np.searchsorted(edges, ranges.most, side="right")
    return np.where(unknown, -1, first), np.where(unknown, -1, np.maximum(last, first))
