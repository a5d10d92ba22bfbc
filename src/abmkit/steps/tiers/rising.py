"""Which tier accounts could be in, were what is unknown of them known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from abmkit.config.sections.tier import Tiers
from abmkit.domain.frames import Frame, collected, opened
from abmkit.domain.rules.tiers.placement import NOWHERE
from abmkit.domain.rules.truth import truth
from abmkit.steps.tiers.standing import FREE, NUMBER, PIN, full, least

AT_BEST = "tier_at_best"
HIGHEST = "fit_high"
_MOST_NAMED = 3


@dataclass(frozen=True)
class Rising:
    """How many could be in a better tier, and the best of them."""

    count: int
    best: tuple[str, ...]


def refused(config: Tiers, frame: Frame, as_of: date) -> Iterator[nw.Expr]:
    """Per tier with a condition, `__refused_<n>`: where it is false, whatever is unknown."""
    schema = dict(frame.collect_schema())
    for number, each in enumerate(config.tiers):
        if each.when is not None:
            held = truth(each.when, schema, as_of, where=f"tier.tiers.{each.id}.when")
            yield held.false.alias(f"__refused_{number}")


def at_best(config: Tiers, known: nw.Expr, slotted: Collection[int]) -> nw.Expr:
    """The best tier above its own that an account could be in, were all that is unknown of it known
    and as good as can be; full tiers admit whoever passes the last one in. Null where there is
    none, and of who is excluded or pinned."""
    highest = nw.col(HIGHEST).cast(nw.Float64)
    # Where nothing is scored there is no best either, as null or as NaN.
    known_highest = nw.when((~highest.is_nan()).fill_null(False)).then(highest)
    highest = (known_highest.otherwise(nw.lit(-1.0)) * 100).round(0).cast(nw.Int64)
    open_ = nw.col(FREE) & (nw.col(PIN) == NOWHERE) & (known < 1)
    chosen = None
    for number, each in enumerate(config.tiers):
        above = nw.col(NUMBER).is_null() | (nw.col(NUMBER) > number).fill_null(False)
        last = nw.col(f"__last_{number}")
        # Of equal scores something else decides.
        needed = nw.when(full(number, each)).then(last + 1).otherwise(nw.lit(least(each)))
        could = open_ & above & (highest >= needed)
        if each.when is not None:
            could = could & ~nw.col(f"__refused_{number}")
        if number in slotted:
            could = could & ~nw.col(f"__closed_{number}")
        could, name = could.fill_null(False), nw.lit(each.id)
        chosen = nw.when(could).then(name) if chosen is None else chosen.when(could).then(name)
    return nw.lit(None).cast(nw.String) if chosen is None else chosen


def rising(accounts: Any) -> Rising:
    """Those of tiered accounts with a `tier_at_best`, the best by `fit_high`, then `account_id`."""
    frame = opened(accounts)
    if AT_BEST not in frame.columns:
        return Rising(0, ())
    those = frame.filter(~nw.col(AT_BEST).is_null()).select("account_id", HIGHEST)
    count = int(collected(those.select(nw.len().alias("count")))["count"][0].as_py())
    best = collected(those.sort(HIGHEST, "account_id", descending=[True, False]).head(_MOST_NAMED))
    return Rising(count, tuple(best["account_id"].to_pylist()))
