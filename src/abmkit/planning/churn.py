"""Churn: from which probability on an account is better not won."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = tuple(step / 20 for step in range(1, 20))
"""The thresholds that are looked at: every twentieth."""


@dataclass(frozen=True)
class Threshold:
    """Whom a threshold would have excluded of a history."""

    max_probability: float
    left: int
    """Of those who left."""
    stayed: int
    """Of the others: what it would have cost."""

    @property
    def precision(self) -> float | None:
        """The share of those who left among the excluded."""
        excluded = self.left + self.stayed
        return self.left / excluded if excluded else None


@dataclass(frozen=True)
class ThresholdCurve:
    """What thresholds would have done, from the lowest on."""

    thresholds: tuple[Threshold, ...]
    left: int
    """All who left."""
    stayed: int
    """All others."""


def threshold_curve(
    probability: Sequence[float | None],
    left: Sequence[bool],
    also: Iterable[float] = (),
) -> ThresholdCurve:
    """Whom each threshold of `STEPS`, and those `also` asked for, would have excluded.

    `probability` is what a scorecard foretold of each account that it did not learn from, `left`
    what became of it. Nobody is excluded of whom it foretold nothing. Steps that exclude everybody
    of whom something was foretold, or nobody, are left out but for the last before and the first
    after.
    """
    known = [(p, gone) for p, gone in zip(probability, left, strict=True) if p is not None]
    every = []
    for most in sorted({*STEPS, *also}):
        excluded = [gone for p, gone in known if p > most]
        every.append(Threshold(most, sum(excluded), len(excluded) - sum(excluded)))
    asked = set(also)
    sizes = [each.left + each.stayed for each in every]
    first = max((n for n, size in enumerate(sizes) if size == len(known)), default=0)
    last = min((n for n, size in enumerate(sizes) if size == 0), default=len(sizes) - 1)
    shown = [
        each for n, each in enumerate(every) if first <= n <= last or each.max_probability in asked
    ]
    gone = sum(left)
    return ThresholdCurve(tuple(shown), gone, len(left) - gone)


def break_even(margin: float, acquisition_cost: float, months: int) -> float:
    """The probability of leaving within so many months at which a customer just pays for itself.

    With a constant monthly churn c, a margin a month while the customer is there and no discount, a
    customer is worth margin / c (Gupta, S. and Lehmann, D. R. (2003): Customers as Assets. Journal
    of Interactive Marketing 17(1), 9-24: margin · Σ rᵗ / (1 + i)ᵗ, with r = 1 - c and i = 0). That
    is the cost of winning it at c = margin / acquisition_cost, and who leaves at c a month has left
    after n months with the probability 1 - (1 - c)ⁿ. Is 1 where the first month pays for it all.
    """
    monthly = min(margin / acquisition_cost, 1.0)
    return 1.0 - (1.0 - monthly) ** months
