"""How much each field counts: what all of them say together of being one of some companies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from abmkit.domain.lookalikes.ratios import Compared, Floats, Ints

_PRECISION = 1.0
"""How sure it is beforehand that a field counts for what it says, no more and no less: fields that
say the same twice (employees and revenue) are to count for less, and it takes some companies to
see that."""


def weights(fields: Sequence[Compared], market: Ints, weight: Floats) -> Floats:
    """The weight of each field, none below 0.

    A logistic regression without an intercept of the companies, each as the others foretell it,
    against some accounts of the `market`; both count for the same in sum. Its prior is that ratios
    multiply, each field being right by itself.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    companies = np.stack([each.left_out for each in fields], axis=1)
    accounts = np.stack([each.log_ratio[market] for each in fields], axis=1).astype("float64")
    every = float(weight.sum()) / max(len(accounts), 1)

    def unlikely(found: Floats) -> tuple[float, Floats]:
        ours, others = companies @ found, accounts @ found
        loss = weight @ np.logaddexp(0, -ours) + every * np.logaddexp(0, others).sum()
        slope = every * (accounts.T @ expit(others)) - companies.T @ (weight * expit(-ours))
        away = found - 1
        return loss + _PRECISION / 2 * float(away @ away), slope + _PRECISION * away

    start, bounds = np.ones(len(fields)), [(0, None)] * len(fields)
    found: Floats = minimize(unlikely, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found
