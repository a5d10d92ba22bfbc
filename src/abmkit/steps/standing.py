"""Where accounts stand in tiers: why each is in its own or in none, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.rules.codes import (
    ASKS,
    BELOW,
    EXCLUDED,
    FULL,
    NEITHER,
    NO_TIERS,
    REACHES,
    SEPARATOR,
)

NUMBER, SCORE, PIN, PIN_WHY, FREE = "__number", "__score", "__pin", "__pin_why", "__free"
"""Of an account: the number of its tier, its score in hundredths, the tier that it is pinned to and
why, and whether nothing excludes it. Where tiers ask for more, `__allowed_<n>`; where places have
rooms, `__full_<n>` and `__last_<n>`."""
UNKNOWN_SCORE = -100
"""Hundredths that stand for an unknown score: below every known one."""


def least(config: Tier) -> int:
    """The least hundredths that enter; every score does where nothing is asked, unknown too."""
    return round(config.min_score * 100) if config.min_score else UNKNOWN_SCORE


def by_tier(values: Sequence[nw.Expr]) -> nw.Expr:
    """The value of each account's tier; null where it has none."""
    chosen = None
    for number, value in enumerate(values):
        at = nw.col(NUMBER) == number
        chosen = nw.when(at).then(value) if chosen is None else chosen.when(at).then(value)
    return nw.lit(None).cast(nw.String) if chosen is None else chosen


def _full(number: int, each: Tier) -> nw.Expr:
    # Where nobody is on the list, a tier has all its room.
    return nw.col(f"__full_{number}").fill_null(each.capacity == 0)


def reason_of(config: Tiers) -> nw.Expr:
    """Why an account is in its tier, or in none."""
    if not config.tiers:
        return nw.lit(NO_TIERS)
    passed = [_passed_over(number, each) for number, each in enumerate(config.tiers)]
    standing = (
        nw.when(~nw.col(NUMBER).is_null())
        .then(nw.lit(REACHES))
        .when(nw.col(SCORE) < least(config.tiers[-1]))
        .then(nw.lit(BELOW))
        .otherwise(nw.lit(NEITHER))
    )
    return (
        nw.when(~nw.col(FREE))
        .then(nw.lit(EXCLUDED))
        .when(nw.col(PIN) >= 0)
        .then(nw.col(PIN_WHY))
        # Most reach none, and nothing was in their way; said without a look at each.
        .when(nw.col(NUMBER).is_null() & (nw.col(SCORE) < min(map(least, config.tiers))))
        .then(nw.lit(BELOW))
        .otherwise(nw.concat_str([*passed, standing], ignore_nulls=True))
    )


def _passed_over(number: int, each: Tier) -> nw.Expr:
    """Why an account whose score reaches a tier is below it all the same."""
    below = nw.col(NUMBER).is_null() | (nw.col(NUMBER) > number).fill_null(False)
    reached = below & (nw.col(SCORE) >= least(each))
    full = nw.lit(f"{FULL}{number + 1}{SEPARATOR}")
    if not (each.min_known or each.when):
        return nw.when(reached & _full(number, each)).then(full).otherwise(nw.lit(""))
    return (
        nw.when(reached & ~nw.col(f"__allowed_{number}"))
        .then(nw.lit(f"{ASKS}{number + 1}{SEPARATOR}"))
        .when(reached & _full(number, each))
        .then(full)
        .otherwise(nw.lit(""))
    )


def points_to_next(config: Tiers) -> nw.Expr:
    """Points an account lacks to the tier above its own, null where something else blocks."""
    lowest = len(config.tiers) - 1
    chosen = None
    for number, each in enumerate(config.tiers):
        below = nw.col(NUMBER) == number + 1
        if number == lowest:
            below = nw.col(NUMBER).is_null()
        needed = nw.when(_full(number, each)).then(nw.col(f"__last_{number}"))
        lacking = needed.otherwise(nw.lit(max(least(each), 0))) - nw.col(SCORE)
        at = (
            below.fill_null(False)
            & nw.col(FREE)
            & nw.col(f"__allowed_{number}")
            & (nw.col(SCORE) != UNKNOWN_SCORE)
        )
        points = nw.when(lacking < 0).then(nw.lit(0)).otherwise(lacking)
        chosen = nw.when(at).then(points) if chosen is None else chosen.when(at).then(points)
    if chosen is None:
        return nw.lit(None).cast(nw.Float64)
    return (chosen / 100).round(2)
