"""Tier: which accounts are on the list, and how closely each is worked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.sections.tier import Stability, Tier, Tiers
from abmkit.domain.arrays import bools, int64s, strings
from abmkit.domain.finite import check_numbers
from abmkit.domain.frames import (
    Frame,
    Once,
    as_it_is,
    attached,
    check_unique,
    collected,
    column_in,
    missing_account_id,
    opened,
    without,
)
from abmkit.domain.rules.codes import STAYS
from abmkit.domain.rules.pins import Pinned, pin_code
from abmkit.domain.rules.single_values import number_in
from abmkit.domain.rules.tiers.capacities import OWNER, Capacities, Slots
from abmkit.domain.rules.tiers.placement import NOWHERE
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.domain.rules.truth import truth
from abmkit.errors import UsageError
from abmkit.schema.accounts import in_order
from abmkit.steps.tiers.admission import with_list
from abmkit.steps.tiers.clusters import CLUSTERED
from abmkit.steps.tiers.counts import ACCOUNTS, FIRST, LAST, RoomCounts, room_counts_of
from abmkit.steps.tiers.rising import AT_BEST, HIGHEST, at_best, refused
from abmkit.steps.tiers.slots import (
    CLASS,
    OWNER_DEALT,
    ClassSlots,
    class_of,
    unmet,
    with_slots,
)
from abmkit.steps.tiers.standing import (
    FREE,
    HELD,
    NUMBER,
    PIN,
    PIN_WHY,
    RANK,
    SCORE,
    UNKNOWN_SCORE,
    WAS,
    WAS_SCORE,
    WITHIN,
    by_tier,
    change_of,
    change_reason_of,
    least,
    least_to_stay,
    points_to_next,
    reason_of,
)

_ADDED = ("tier", "strategy", "tier_rank", "tier_reason", "points_to_next_tier")
_CHANGED = ("previous_tier", "tier_since", "change", "change_reason")
_OVERRIDE = "__override"
_PREVIOUS = ("account_id", WAS, "previous_tier", "tier_since", WAS_SCORE, HELD)


def tier(
    accounts: Any,
    config: Tiers,
    pinned: Pinned | None = None,
    previous: Previous | None = None,
    *,
    as_of: date,
    capacities: Capacities | None = None,
    ordered: bool = True,
    sound: bool = False,
    once: Once = as_it_is,
) -> Any:
    """The accounts with their tier: the list by tier and rank, then the rest by `account_id`.

    Adds `tier`, `strategy`, `tier_rank` (from 1, within tier and `within`), `tier_reason` (text)
    and `points_to_next_tier` (to the next tier's `min_score`, or to its last admitted score where
    it is full; null where something else blocks). A reason is `;`-joined: the tiers that the score
    reaches and that `asks 1` for more, are `full 2` or have no slot, `closed 2`, by number, then
    whether the score `reaches` its tier's, is `below` the lowest, or `neither`, or that the
    `margin`, the `days` or the `moves` of `[tier.stability]` hold it; else `excluded`, `pinned`
    with by whom, until when and why, or `no tiers`; `abmkit.reports.reasons` puts it in words.
    Where there is `fit_high` adds `tier_at_best`, the best tier above its own that an account could
    be in, were all that is unknown of it known.

    Given the list of before, adds `previous_tier`, `tier_since` (date), `change` (`entered`,
    `left`, `up`, `down`, `stays`, `moved` from a tier that is no more; null of who was in none) and
    `change_reason`: `excluded`, `pinned`, `reaches`, `room`, `below`, that the tier of before
    `asks 1` for more or is `full 2`, or `no tier`. What was counts as `[tier.stability]` says.

    Tiers in a table of `capacities` have its slots and no others: the best-ranked accounts that all
    find one are admitted. Who takes a slot of somebody's and has no `owner` gets that owner: the
    one of before where there is room, else they are dealt in turn; `owner_dealt` says so.

    Reads `account_id`, `fit_score`, `fit_known`, `excluded`, and the columns that `within`,
    `rank_by` and the tiers' conditions name. Not `ordered`, the rows stay as the engine gives them.

    Where it is known that ids are unique and scores are numbers, say that they are `sound`: to see
    costs as much as to rank them. What is read more than once is computed `once`.

    Raises `UsageError` without `account_id` or `fit_score`, `InputError` where an `account_id`
    stands there twice, `ColumnError` for a column that is neither canonical nor there.
    """
    frame = _scored(accounts, sound=sound)
    own = frame.columns
    ranks = _rank_columns(frame, config)
    steady = config.stability is not None and bool(previous)
    frame = _with_what_counts(frame, config, pinned or Pinned({}, ()), as_of)
    if previous is not None:
        frame = _with_previous(frame, config, previous, as_of)
    slots = None
    if capacities is not None:
        frame, slots = with_slots(frame, config, capacities)
        own = [*dict.fromkeys([*own, column_in(own, OWNER) or OWNER, OWNER_DEALT])]
    frame = frame.with_columns([*_meets(config, steady=steady), *refused(config, frame, as_of)])
    frame = with_list(frame, config, ranks, once, slots=slots, previous=previous, steady=steady)
    frame = _told(frame, config, slots, as_of, steady=steady)
    added = [*_ADDED, *([AT_BEST] if HIGHEST in own else [])]
    added += _CHANGED if previous is not None else ()
    frame = frame.select(in_order([*own, *added]))
    return nw.to_native(_in_list_order(frame, config) if ordered else frame)


def _told(
    frame: Frame, config: Tiers, slots: ClassSlots | None, as_of: date, *, steady: bool
) -> Frame:
    """The frame with the tier of each, and why it is in that; given a list of before, with what
    became of the tier there."""
    slotted = () if slots is None else slots.tiers
    best = [at_best(config, _known(frame), slotted).alias(AT_BEST)]
    frame = frame.with_columns(
        by_tier([nw.lit(each.id) for each in config.tiers]).alias("tier"),
        by_tier([nw.lit(each.strategy).cast(nw.String) for each in config.tiers]).alias("strategy"),
        nw.col(RANK).alias("tier_rank"),
        reason_of(config, slotted, steady=steady).alias("tier_reason"),
        points_to_next(config, steady=steady).alias("points_to_next_tier"),
        *(best if HIGHEST in frame.columns else ()),
    )
    return _with_change(frame, config, as_of, slotted) if WAS in frame.columns else frame


def _scored(accounts: Any, *, sound: bool) -> Frame:
    """The accounts less what was added before. Raises where they are not as tiers need them."""
    frame = without(opened(accounts), (*_ADDED, AT_BEST, *_CHANGED, *CLUSTERED))
    missing_account_id(frame.columns, "tier")
    if "fit_score" not in frame.columns:
        raise UsageError("tier needs the column fit_score", remedy="run `abmkit score` first")
    if not sound:
        check_unique(frame)
        check_numbers(frame.select("fit_score"))
    return frame


def in_list_order(accounts: Any, config: Tiers) -> Any:
    """Tiered accounts: the list by tier, rank and score, then the rest by `account_id`."""
    return nw.to_native(_in_list_order(opened(accounts), config))


def _in_list_order(frame: Frame, config: Tiers) -> Frame:
    score = nw.when(~nw.col("tier").is_null()).then(-nw.col("fit_score"))
    frame = frame.with_columns(
        _number(config).alias(NUMBER),
        nw.col("tier_rank").fill_null(0).alias(RANK),
        score.fill_null(1.0).alias(SCORE),
    ).sort(NUMBER, RANK, SCORE, "account_id")
    return nw.maybe_reset_index(frame.drop([NUMBER, RANK, SCORE]))


def _number(config: Tiers) -> nw.Expr:
    """The number of the tier that accounts have, as many as there are of those in none."""
    number = nw.when(nw.col("tier").is_null()).then(nw.lit(len(config.tiers)))
    for place, each in enumerate(config.tiers):
        number = number.when(nw.col("tier") == each.id).then(nw.lit(place))
    return number.otherwise(nw.lit(len(config.tiers)))


def reached(accounts: Any, config: Tiers, *, as_of: date) -> Any:
    """The accounts with `tier`, the first that they meet: capacity, pins and exclusions aside.

    Reads `fit_score`, `fit_known` and the columns that the tiers' conditions name.
    """
    frame = without(opened(accounts), (*_ADDED, *_CHANGED, "excluded"))
    own = frame.columns
    frame = _with_what_counts(frame, config, Pinned({}, ()), as_of)
    frame = frame.with_columns(_meets(config, steady=False))
    meets = {each.id: nw.col(f"__meets_{n}") for n, each in enumerate(config.tiers)}
    return nw.to_native(frame.with_columns(_first(meets).alias("tier")).select([*own, "tier"]))


def room_counts(
    accounts: Any,
    config: Tiers,
    pinned: Pinned | None = None,
    capacities: Capacities | None = None,
    *,
    as_of: date,
) -> RoomCounts:
    """How full the tiers of tiered accounts are, by place and by the rows of a table of capacities.

    Reads `account_id`, `tier` and what `tier` reads.
    """
    frame, _ = standing(accounts, config, pinned, capacities, as_of=as_of)
    by = [WITHIN, NUMBER, *(f"__meets_{number}" for number in range(len(config.tiers)))]
    told = [nw.len().alias(ACCOUNTS)]
    if capacities is not None:
        by.append(CLASS)
        told += [nw.col("account_id").min().alias(FIRST), nw.col("account_id").max().alias(LAST)]
    in_market = frame.filter(nw.col(FREE) | (nw.col(NUMBER) < len(config.tiers)))
    narrow = in_market.select(["account_id", *by])
    return room_counts_of(collected(narrow.group_by(by).agg(told)), config, capacities)


def slots_of_nobody(accounts: Any, capacities: Capacities) -> list[Slots]:
    """The rows of a table of capacities whose slots none of the accounts could have."""
    frame = opened(accounts)
    frame = frame.with_columns(class_of(frame.columns, capacities).alias(CLASS))
    return unmet(collected(frame.select(CLASS).unique())[CLASS].to_pylist(), capacities)


def standing(
    accounts: Any,
    config: Tiers,
    pinned: Pinned | None = None,
    capacities: Capacities | None = None,
    *,
    as_of: date,
) -> tuple[Frame, dict[str, nw.Expr]]:
    """Tiered accounts with what decides on their tiers as `abmkit.steps.tiers.standing` names it:
    the number of the own one (as many as there are where it is in none), place, score, pin, and
    which tiers each meets; with `capacities` the class; and the columns that they are ranked by."""
    frame = opened(accounts)
    if "tier" not in frame.columns:
        raise UsageError("the accounts have no tier", remedy="run `abmkit tier` first")
    ranks = _rank_columns(frame, config)
    numbers = _number(config).alias(NUMBER)
    frame = _with_what_counts(frame, config, pinned or Pinned({}, ()), as_of).with_columns(numbers)
    if capacities is not None:
        frame = frame.with_columns(class_of(frame.columns, capacities).alias(CLASS))
    return frame.with_columns(_meets(config, steady=False)), ranks


def _first(holds: Mapping[str, nw.Expr]) -> nw.Expr:
    """The first of which it holds; null where of none."""
    chosen = None
    for name, each in holds.items():
        told = nw.lit(name)
        chosen = nw.when(each).then(told) if chosen is None else chosen.when(each).then(told)
    return nw.lit(None).cast(nw.String) if chosen is None else chosen


def _rank_columns(frame: Frame, config: Tiers) -> dict[str, nw.Expr]:
    """What accounts are ranked by, as doubles with unknown as null."""
    schema = dict(frame.collect_schema())
    ranks: dict[str, nw.Expr] = {}
    for name in config.rank_by:
        column = column_in(frame.columns, name, where="tier.rank_by")
        if column is None:
            continue
        dtype = schema[column]
        if dtype == nw.String:
            value = number_in(column)
        elif dtype.is_numeric():
            value = nw.col(column).cast(nw.Float64)
        else:
            raise UsageError("{name} is no number", where="tier.rank_by", name=name)
        # A double that is not a number is unknown, too.
        ranks[f"__rank_by_{len(ranks)}"] = nw.when(~value.is_nan()).then(value)
    return ranks


def _with_what_counts(frame: Frame, config: Tiers, pinned: Pinned, as_of: date) -> Frame:
    """The frame with what decides on tiers: place, score, pin, and what tiers ask beside."""
    schema = dict(frame.collect_schema())
    within = nw.lit("")
    if config.within is not None:
        column = column_in(frame.columns, config.within, where="tier.within")
        if column is not None:
            within = nw.col(column).cast(nw.String).fill_null("")
    free = nw.lit(True)
    if "excluded" in frame.columns:
        free = ~nw.col("excluded").cast(nw.Boolean).fill_null(False)
    if pinned.accounts:
        frame = attached(frame, _pin_table(pinned, config), "account_id", ordered=False)
        pin = nw.col(PIN).fill_null(NOWHERE)
        free = free | nw.col(_OVERRIDE).fill_null(False)
    else:
        pin = nw.lit(NOWHERE)
        frame = frame.with_columns(nw.lit("").alias(PIN_WHY))
    score = nw.col("fit_score").cast(nw.Float64)
    score_known = (~score.is_nan()).fill_null(False)
    frame = frame.with_columns(
        within.alias(WITHIN),
        nw.when(score_known).then(score).otherwise(nw.lit(UNKNOWN_SCORE / 100)).alias(SCORE),
        free.alias(FREE),
        *(
            _allowed(each, _known(frame), schema, as_of).alias(f"__allowed_{number}")
            for number, each in enumerate(config.tiers)
        ),
    )
    frame = frame.with_columns(
        (nw.col(SCORE) * 100).round(0).cast(nw.Int64).alias(SCORE),
        nw.when(nw.col(FREE)).then(pin).otherwise(nw.lit(NOWHERE)).cast(nw.Int64).alias(PIN),
    )
    return frame


def _with_previous(frame: Frame, config: Tiers, previous: Previous, as_of: date) -> Frame:
    """The frame with what the list of before says, and which tier would keep whom."""
    schema = dict(frame.collect_schema())
    table = previous.table(config, as_of, _PREVIOUS)
    frame = attached(frame, table, "account_id", ordered=False)
    return frame.with_columns(
        nw.col(WAS).fill_null(NOWHERE),
        nw.col(HELD).fill_null(False),
        *(
            _allowed(each, _known(frame), schema, as_of, config.stability).alias(f"__kept_{number}")
            for number, each in enumerate(config.tiers)
        ),
    )


def _with_change(frame: Frame, config: Tiers, as_of: date, slotted: Collection[int]) -> Frame:
    """The frame with what became of the tier of before, since when and why."""
    frame = frame.with_columns(change_of(config).alias("change"))
    since = nw.when(nw.col("change") == STAYS).then(nw.col("tier_since"))
    entered = nw.when(~nw.col(NUMBER).is_null()).then(nw.lit(as_of))
    stays = (nw.col("change") == STAYS).fill_null(False)
    return frame.with_columns(
        nw.when(stays).then(since).otherwise(entered).cast(nw.Date).alias("tier_since"),
        change_reason_of(config, "change", slotted).alias("change_reason"),
    )


def _meets(config: Tiers, *, steady: bool) -> Iterator[nw.Expr]:
    """Which tiers each may enter; `steady` where a list of before counts."""
    for number, each in enumerate(config.tiers):
        meets = nw.col(f"__allowed_{number}") & (nw.col(SCORE) >= least(each))
        if steady:
            enough = nw.col(f"__kept_{number}") & (nw.col(SCORE) >= least_to_stay(each, config))
            kept = (nw.col(WAS) == number) & (nw.col(HELD) | enough)
            meets = (meets & ~(nw.col(HELD) & (nw.col(WAS) > number))) | kept
        free = nw.col(FREE) & (nw.col(PIN) == NOWHERE)
        yield (free & meets).alias(f"__meets_{number}")


def _known(frame: Frame) -> nw.Expr:
    """The share of the points whose value is known."""
    if "fit_known" not in frame.columns:
        return nw.lit(1.0)
    return nw.col("fit_known").cast(nw.Float64).fill_null(0.0)


def _allowed(
    each: Tier,
    known: nw.Expr,
    schema: Mapping[str, nw.dtypes.DType],
    as_of: date,
    stability: Stability | None = None,
) -> nw.Expr:
    """Where a tier asks for no more than an account has, its score aside; with `stability` of one
    that is in it: an unknown value does not put it out."""
    remitted = stability.margin / 100 if stability else 0
    asked = [known >= each.min_known - remitted] if each.min_known else []
    if each.when:
        held = truth(each.when, schema, as_of, where=f"tier.tiers.{each.id}.when")
        asked.append(~held.false if stability else held.true)
    return reduce(lambda a, b: a & b, asked) if asked else nw.lit(True)


def _pin_table(pinned: Pinned, config: Tiers) -> pa.Table:
    numbers = {each.id: number for number, each in enumerate(config.tiers)}
    ids = sorted(pinned.accounts)
    pins = [pinned.accounts[account_id] for account_id in ids]
    return pa.Table.from_arrays(
        [
            strings(ids),
            int64s([numbers[pin.tier] for pin in pins]),
            strings(pin_code(pin) for pin in pins),
            bools([pin.override for pin in pins]),
        ],
        names=["account_id", PIN, PIN_WHY, _OVERRIDE],
    )
