"""Where accounts stand in tiers: why each is in its own or in none, and what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce

import narwhals as nw

from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.rules.codes import (
    ASKS,
    BELOW,
    CLOSED,
    DAYS,
    DOWN,
    ENTERED,
    EXCLUDED,
    FULL,
    LEFT,
    MARGIN,
    MOVED,
    MOVES,
    NEITHER,
    NO_TIER,
    NO_TIERS,
    PINNED,
    REACHES,
    ROOM,
    SEPARATOR,
    STAYS,
    UP,
)
from abmkit.domain.rules.tiers.placement import NOWHERE

NUMBER, SCORE, PIN, PIN_WHY, FREE = "__number", "__score", "__pin", "__pin_why", "__free"
"""Of an account: the number of its tier, its score in hundredths, the tier that it is pinned to and
why, and whether nothing excludes it. Where tiers ask for more, `__allowed_<n>`; where places have
rooms, `__full_<n>` and `__last_<n>`; where a table has slots, `__closed_<n>`."""
WITHIN, RANK = "__within", "__rank"
"""The value that capacity is counted by, as text; the rank within it and the tier."""
WAS, WAS_SCORE, HELD, WAITS = "__was", "__was_score", "__held", "__waits"
"""Given a list of before: the number of the tier there, -1 for none and as many as there are for
one that is no more; the score there; whether it is too soon to leave that tier; whether more moves
would be needed. `__kept_<n>`: whether a tier asks for no more of who is in it."""
UNKNOWN_SCORE = -100
"""Hundredths that stand for an unknown score: below every known one."""


def least(config: Tier) -> int:
    """The least hundredths that enter; every score does where nothing is asked, unknown too."""
    return round(config.min_score * 100) if config.min_score else UNKNOWN_SCORE


def least_to_stay(config: Tier, tiers: Tiers) -> int:
    """The least hundredths with which who is in a tier stays."""
    margin = tiers.stability.margin if tiers.stability else 0
    return max(round((config.min_score - margin) * 100), 0) if config.min_score else UNKNOWN_SCORE


def by_tier(values: Sequence[nw.Expr], tier: str = NUMBER) -> nw.Expr:
    """The value of each account's tier; null where it has none."""
    chosen = None
    for number, value in enumerate(values):
        at = nw.col(tier) == number
        chosen = nw.when(at).then(value) if chosen is None else chosen.when(at).then(value)
    return nw.lit(None).cast(nw.String) if chosen is None else chosen


def _where(held: Sequence[nw.Expr], tier: str) -> nw.Expr:
    """Where what is asked of each tier holds for the account's own."""
    own = [(nw.col(tier) == number).fill_null(False) & each for number, each in enumerate(held)]
    return reduce(lambda a, b: a | b, own, nw.lit(False)).fill_null(False)


def full(number: int, each: Tier) -> nw.Expr:
    """Whether an account's place has no more room in a tier."""
    # Where nobody is on the list, a tier has all its room.
    return nw.col(f"__full_{number}").fill_null(each.capacity == 0)


def reason_of(config: Tiers, slotted: Collection[int], *, steady: bool) -> nw.Expr:
    """Why an account is in its tier, or in none; `slotted` are the tiers whose slots a table has,
    `steady` where a list of before counts."""
    if not config.tiers:
        return nw.lit(NO_TIERS)
    passed = [
        _passed_over(number, each, slotted=number in slotted)
        for number, each in enumerate(config.tiers)
    ]
    waits = _waits(config, slotted) if steady else nw.lit(False)
    listed = _held(config, waits) if steady else nw.lit(REACHES)
    standing = (
        nw.when(~nw.col(NUMBER).is_null())
        .then(listed)
        .when(waits)
        .then(nw.lit(MOVES))
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
        .when(~waits & nw.col(NUMBER).is_null() & (nw.col(SCORE) < min(map(least, config.tiers))))
        .then(nw.lit(BELOW))
        .otherwise(nw.concat_str([*passed, standing], ignore_nulls=True))
    )


def _waits(config: Tiers, slotted: Collection[int]) -> nw.Expr:
    """Whether more moves would be needed: an account's own, or, where a place that it could have is
    free, that of who comes before it."""
    waits = nw.col(WAITS).fill_null(False)
    if config.stability is None or config.stability.max_moves is None:
        return waits
    for number, each in enumerate(config.tiers):
        open_ = _reached_from_below(number, each) & nw.col(f"__allowed_{number}")
        if number in slotted:
            open_ = open_ & ~nw.col(f"__closed_{number}")
        waits = waits | (open_ & ~full(number, each)).fill_null(False)
    return waits


def _reached_from_below(number: int, each: Tier) -> nw.Expr:
    """Whether an account's score reaches a tier that it is below."""
    below = nw.col(NUMBER).is_null() | (nw.col(NUMBER) > number).fill_null(False)
    return below & (nw.col(SCORE) >= least(each))


def _held(config: Tiers, waits: nw.Expr) -> nw.Expr:
    """Whether an account's score alone has it in its tier, or what holds it there."""
    tiers = list(enumerate(config.tiers))
    reaches = [nw.col(f"__allowed_{n}") & (nw.col(SCORE) >= least(each)) for n, each in tiers]
    first = nw.when(reaches[0]).then(nw.lit(0))
    for number, reached in enumerate(reaches[1:], start=1):
        first = first.when(reached).then(nw.lit(number))
    own = first.otherwise(nw.lit(len(config.tiers)))
    here = nw.col(WAS) == nw.col(NUMBER)
    return (
        nw.when(nw.col(NUMBER) == own)
        .then(nw.lit(REACHES))
        .when(nw.col(WAITS).fill_null(False))
        .then(nw.lit(MOVES))
        .when(here & nw.col(HELD))
        .then(nw.lit(DAYS))
        .when(nw.col(NUMBER) < own)
        .then(nw.lit(MARGIN))
        .when(waits)
        .then(nw.lit(MOVES))
        .otherwise(nw.lit(REACHES))
    )


def _passed_over(number: int, each: Tier, *, slotted: bool) -> nw.Expr:
    """Why an account whose score reaches a tier is below it all the same."""
    reached = _reached_from_below(number, each)
    blocks = []
    if each.min_known or each.when:
        blocks.append((ASKS, ~nw.col(f"__allowed_{number}")))
    if slotted:
        blocks.append((CLOSED, nw.col(f"__closed_{number}")))
    blocks.append((FULL, full(number, each)))
    chosen = None
    for code, holds in blocks:
        at, told = reached & holds, nw.lit(f"{code}{number + 1}{SEPARATOR}")
        chosen = nw.when(at).then(told) if chosen is None else chosen.when(at).then(told)
    assert chosen is not None
    return chosen.otherwise(nw.lit(""))


def points_to_next(config: Tiers, *, steady: bool) -> nw.Expr:
    """Points an account lacks to the tier above its own, null where something else blocks."""
    blocked = nw.col(HELD) | nw.col(WAITS).fill_null(False) if steady else nw.lit(False)
    lowest = len(config.tiers) - 1
    chosen = None
    for number, each in enumerate(config.tiers):
        below = nw.col(NUMBER) == number + 1
        if number == lowest:
            below = nw.col(NUMBER).is_null()
        needed = nw.when(full(number, each)).then(nw.col(f"__last_{number}"))
        lacking = needed.otherwise(nw.lit(max(least(each), 0))) - nw.col(SCORE)
        at = (
            below.fill_null(False)
            & nw.col(FREE)
            & nw.col(f"__allowed_{number}")
            & (nw.col(SCORE) != UNKNOWN_SCORE)
            & ~blocked
        )
        points = nw.when(lacking < 0).then(nw.lit(0)).otherwise(lacking)
        chosen = nw.when(at).then(points) if chosen is None else chosen.when(at).then(points)
    if chosen is None:
        return nw.lit(None).cast(nw.Float64)
    return (chosen / 100).round(2)


def change_of(config: Tiers) -> nw.Expr:
    """What became of the tier of before; null of who was in none and is in none."""
    was, now = nw.col(WAS), nw.col(NUMBER)
    return (
        nw.when(now.is_null() & (was != NOWHERE))
        .then(nw.lit(LEFT))
        .when(now.is_null())
        .then(nw.lit(None).cast(nw.String))
        .when(was == NOWHERE)
        .then(nw.lit(ENTERED))
        .when(was == len(config.tiers))
        .then(nw.lit(MOVED))
        .when(now == was)
        .then(nw.lit(STAYS))
        .when(now < was)
        .then(nw.lit(UP))
        .otherwise(nw.lit(DOWN))
    )


def change_reason_of(config: Tiers, change: str, slotted: Collection[int]) -> nw.Expr:
    """Why an account moved; null where it did not."""
    tiers = list(enumerate(config.tiers))
    enough = [nw.col(WAS_SCORE) >= max(least(each), 0) for _, each in tiers]
    asks = [nw.lit(f"{ASKS}{n + 1}{SEPARATOR}") for n, _ in tiers]
    full = [nw.lit(f"{FULL}{n + 1}{SEPARATOR}") for n, _ in tiers]
    below = [nw.col(SCORE) < least_to_stay(each, config) for _, each in tiers]
    others = [~nw.col(f"__kept_{n}") for n, _ in tiers]
    closed = [nw.lit(f"{CLOSED}{n + 1}{SEPARATOR}") for n, _ in tiers]
    shut = [nw.col(f"__closed_{n}") if n in slotted else nw.lit(False) for n, _ in tiers]
    moved = ~nw.col(change).is_null() & (nw.col(change) != STAYS)
    return (
        nw.when(~moved.fill_null(False))
        .then(nw.lit(None).cast(nw.String))
        .when(~nw.col(FREE))
        .then(nw.lit(EXCLUDED))
        .when(nw.col(PIN) >= 0)
        .then(nw.lit(PINNED))
        .when(nw.col(WAS) == len(config.tiers))
        .then(nw.lit(NO_TIER))
        .when(nw.col(change).is_in([ENTERED, UP]))
        .then(nw.when(_where(enough, NUMBER)).then(nw.lit(ROOM)).otherwise(nw.lit(REACHES)))
        .when(_where(others, WAS))
        .then(by_tier(asks, WAS))
        .when(_where(below, WAS))
        .then(nw.lit(BELOW))
        .when(_where(shut, WAS))
        .then(by_tier(closed, WAS))
        .otherwise(by_tier(full, WAS))
    )
