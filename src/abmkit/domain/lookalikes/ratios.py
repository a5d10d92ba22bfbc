"""How many times as frequent values are among some companies as in their market.

A value's ratio is shrunk toward that of all values, by as much as the companies themselves ask for:
each is left out and foretold from the others, by every strength of shrinkage and by none of what
the others have ("it tells nothing", as likely beforehand as all else together), and the ratios are
the mean of all these, weighted by how well they foretell (Bayesian model averaging). The shrinkage
is that of counts with a gamma prior (DuMouchel, The American Statistician 53, 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Ints = npt.NDArray[Any]

STRENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""How many companies that are like the market are added to the ones there are."""
WIDTHS = (0.03, 0.06, 0.12, 0.25)
"""How far a number tells of others: shares of the market between the two, of a normal kernel."""
_NOTHING = 0.5
"""How likely it is beforehand that values tell nothing."""


@dataclass(frozen=True)
class Compared:
    """One field of a market's accounts held against those of some companies."""

    name: str
    log_ratio: Floats
    """(n_accounts,) the logarithm of how many times as frequent an account's value is among the
    companies; 0 where it is unknown."""
    left_out: Floats
    """(n_companies,) the same for each company's value, as the others foretell it."""
    likeness: Callable[[Ints], Floats]
    """For some accounts, by number, how much each is like each company, (n_some, n_companies): more
    than chance above 0, less below, 0 where one of the two is unknown."""


@dataclass(frozen=True)
class Ratios:
    """What was learned of the values of one field."""

    of_value: Floats
    """(n_values,) how many times as frequent each is among the companies."""
    left_out: Floats
    """(n_companies,) the same for each company's value, as the others foretell it."""

    @staticmethod
    def nothing(values: int, companies: int) -> Ratios:
        """Where nothing tells anything."""
        return Ratios(np.ones(values), np.ones(companies))


def averaged(candidates: Iterable[Ratios], weight: Floats, nothing: Ratios) -> Ratios:
    """The mean of candidates and of `nothing`, weighted by how well each foretells those left
    out."""
    tried = [nothing, *candidates]
    likely = np.array([float(weight @ np.log(each.left_out)) for each in tried])
    likely += np.log(np.r_[_NOTHING, np.full(len(tried) - 1, (1 - _NOTHING) / (len(tried) - 1))])
    belief = np.exp(likely - likely.max())
    belief /= belief.sum()
    return Ratios(
        belief @ np.stack([each.of_value for each in tried]),
        belief @ np.stack([each.left_out for each in tried]),
    )


def of_labels(value: Ints, share: Floats, weight: Floats, before: Ratios) -> Ratios:
    """The ratios of labels.

    `value` is the number of each company's label, `share` the market's share of each, `before` what
    is known already, such as the ratio of the broader label.
    """
    total = float(weight.sum())
    if len(value) < 2 or not total:
        return before
    count = np.bincount(value, weights=weight, minlength=len(share))
    others = total - float(weight.mean())

    def candidate(strength: float) -> Ratios:
        expected = share * before.of_value
        ratio = before.of_value * (count + strength) / (total * expected + strength)
        mine, at = before.left_out, share[value]
        base = before.of_value * (count + strength) / (others * expected + strength)
        told = mine * (count[value] - weight + strength) / (others * at * mine + strength)
        whole = float(share @ base) + at * (told - base[value])
        return Ratios(ratio / float(share @ ratio), told / whole)

    return averaged(map(candidate, STRENGTHS), weight, before)


def of_numbers(spread: Floats, share: Floats, weight: Floats) -> Ratios:
    """The ratios of numbers in bins.

    `spread` is how likely each company's number lies in each bin, (n_companies, n_bins); `share`
    the market's share of each bin, in order.
    """
    nothing = Ratios.nothing(len(share), len(spread))
    total = float(weight.sum())
    if len(spread) < 2 or not total:
        return nothing

    def candidates() -> Iterable[Ratios]:
        middle = np.cumsum(share) - share / 2
        for width in WIDTHS:
            near = np.exp(-0.5 * ((middle[:, None] - middle[None, :]) / width) ** 2)
            mine = spread @ (near / (share @ near)).T
            every = weight @ mine
            for strength in STRENGTHS:
                others = every - weight[:, None] * mine + strength
                told = (spread * others).sum(axis=1) / (total - weight + strength)
                yield Ratios((every + strength) / (total + strength), told)

    return averaged(candidates(), weight, nothing)


def of_sets(rows: Ints, value: Ints, share: Floats, weight: Floats) -> Ratios:
    """The ratios of elements, of which a company has several.

    `rows` and `value` are the company and the number of each element, `share` how many of the
    market's elements each is; a company's ratio is the mean of those of its elements.
    """
    companies = len(weight)
    nothing = Ratios.nothing(len(share), companies)
    size = np.bincount(rows, minlength=companies)
    if np.count_nonzero(size) < 2:
        return nothing
    each = (weight / np.maximum(size, 1))[rows]
    count = np.bincount(value, weights=each, minlength=len(share))
    total = float(each.sum())
    own = weight[rows]

    def candidate(strength: float) -> Ratios:
        ratio = (count + strength) / (total * share + strength)
        told = (count[value] - each + strength) / ((total - own) * share[value] + strength)
        left_out = np.bincount(rows, weights=told / size[rows], minlength=companies)
        whole = float(share @ ratio)
        return Ratios(ratio / whole, np.where(size > 0, left_out / whole, 1.0))

    return averaged(map(candidate, STRENGTHS), weight, nothing)
