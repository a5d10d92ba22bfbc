"""Tier: which accounts are on the list, and how closely each is worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import accumulate
from math import inf
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.arrays import bools, flags, from_numpy, int64s, strings, to_numpy
from abmkit.domain.finite import check_numbers
from abmkit.domain.frames import (
    Frame,
    Once,
    as_it_is,
    attached,
    collected,
    column_in,
    is_spark,
    missing_account_id,
    once_computed,
    opened,
    without,
)
from abmkit.domain.rules.distributed import Columns, placed_on_cluster
from abmkit.domain.rules.pins import Pinned, pin_code
from abmkit.domain.rules.placement import NOWHERE, Placement, best_first, cuts_of, placed
from abmkit.domain.rules.single_values import number_in
from abmkit.domain.rules.truth import truth
from abmkit.errors import InputError, UsageError
from abmkit.schema.accounts import in_order
from abmkit.steps.standing import (
    FREE,
    NUMBER,
    PIN,
    PIN_WHY,
    SCORE,
    UNKNOWN_SCORE,
    by_tier,
    least,
    points_to_next,
    reason_of,
)

_ADDED = ("tier", "strategy", "tier_rank", "tier_reason", "points_to_next_tier")
_WITHIN, _RANK, _OVERRIDE, _CUT = "__within", "__rank", "__override", "__cut_"


def tier(
    accounts: Any,
    config: Tiers,
    pinned: Pinned | None = None,
    *,
    as_of: date,
    ordered: bool = True,
    sound: bool = False,
    once: Once = as_it_is,
) -> Any:
    """The accounts with their tier: the list by tier and rank, then the rest by `account_id`.

    Adds `tier`, `strategy`, `tier_rank` (from 1, within tier and `within`), `tier_reason` (text)
    and `points_to_next_tier` (to the next tier's `min_score`, or to its last admitted score where
    it is full; null where something else blocks). A reason is `;`-joined: the tiers that the score
    reaches and that `asks 1` for more or are `full 2`, by number, then whether the score `reaches`
    its tier's, is `below` the lowest, or `neither`; else `excluded`, `pinned` with by whom, until
    when and why, or `no tiers`; `abmkit.reports.reasons` puts it in words.

    Reads `account_id`, `fit_score`, `fit_known`, `excluded`, and the columns that `within`,
    `rank_by` and the tiers' conditions name. Not `ordered`, the rows stay as the engine gives them.

    Where it is known that ids are unique and scores are numbers, say that they are `sound`: to see
    costs as much as to rank them. What is read more than once is computed `once`.

    Raises `UsageError` without `account_id` or `fit_score`, `InputError` where an `account_id`
    stands there twice, `ColumnError` for a column that is neither canonical nor there.
    """
    frame = without(opened(accounts), _ADDED)
    missing_account_id(frame.columns, "tier")
    if "fit_score" not in frame.columns:
        raise UsageError("tier needs the column fit_score", remedy="run `abmkit score` first")
    if not sound:
        _check_unique(frame)
        check_numbers(frame.select("fit_score"))
    own = frame.columns
    ranks = _rank_columns(frame, config)
    frame = _with_what_counts(frame, config, pinned or Pinned({}, ()), as_of)
    frame, rooms = _with_list(frame, config, ranks, once)
    frame = attached(frame, rooms, _WITHIN, ordered=False)
    frame = frame.with_columns(
        by_tier([nw.lit(each.id) for each in config.tiers]).alias("tier"),
        by_tier([nw.lit(each.strategy).cast(nw.String) for each in config.tiers]).alias("strategy"),
        nw.col(_RANK).alias("tier_rank"),
        reason_of(config).alias("tier_reason"),
        points_to_next(config).alias("points_to_next_tier"),
    )
    frame = frame.select(in_order([*own, *_ADDED]))
    return nw.to_native(_in_list_order(frame, config) if ordered else frame)


def in_list_order(accounts: Any, config: Tiers) -> Any:
    """Tiered accounts: the list by tier, rank and score, then the rest by `account_id`."""
    return nw.to_native(_in_list_order(opened(accounts), config))


def _in_list_order(frame: Frame, config: Tiers) -> Frame:
    number = nw.when(nw.col("tier").is_null()).then(nw.lit(len(config.tiers)))
    for place, each in enumerate(config.tiers):
        number = number.when(nw.col("tier") == each.id).then(nw.lit(place))
    score = nw.when(~nw.col("tier").is_null()).then(-nw.col("fit_score"))
    frame = frame.with_columns(
        number.otherwise(nw.lit(len(config.tiers))).alias(NUMBER),
        nw.col("tier_rank").fill_null(0).alias(_RANK),
        score.fill_null(1.0).alias(SCORE),
    ).sort(NUMBER, _RANK, SCORE, "account_id")
    return nw.maybe_reset_index(frame.drop([NUMBER, _RANK, SCORE]))


def reached(accounts: Any, config: Tiers, *, as_of: date) -> Any:
    """The accounts with `tier`, the first that they meet: capacity, pins and exclusions aside.

    Reads `fit_score`, `fit_known` and the columns that the tiers' conditions name.
    """
    frame = without(opened(accounts), (*_ADDED, "excluded"))
    own = frame.columns
    frame = _with_what_counts(frame, config, Pinned({}, ()), as_of)
    first = None
    for number, each in enumerate(config.tiers):
        meets, name = nw.col(f"__meets_{number}"), nw.lit(each.id)
        first = nw.when(meets).then(name) if first is None else first.when(meets).then(name)
    chosen = nw.lit(None).cast(nw.String) if first is None else first
    return nw.to_native(frame.with_columns(chosen.alias("tier")).select([*own, "tier"]))


def _check_unique(frame: Frame) -> None:
    ids = frame.select("account_id").group_by("account_id").agg(nw.len().alias("__records"))
    twice = collected(ids.filter(nw.col("__records") > 1).head(1))
    if twice.num_rows:
        raise InputError(
            f"account_id {twice['account_id'][0].as_py()!r} stands there twice",
            remedy="run `abmkit dedupe` first",
        )


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
            raise UsageError(f"{name} is no number", where="tier.rank_by")
        # A double that is not a number is unknown, too.
        ranks[f"__rank_by_{len(ranks)}"] = nw.when(~value.is_nan()).then(value)
    return ranks


def _with_what_counts(frame: Frame, config: Tiers, pinned: Pinned, as_of: date) -> Frame:
    """The frame with what decides on tiers: place, score, pin, and which tiers it meets."""
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
    known = nw.lit(1.0)
    if "fit_known" in frame.columns:
        known = nw.col("fit_known").cast(nw.Float64).fill_null(0.0)
    score = nw.col("fit_score").cast(nw.Float64)
    score_known = (~score.is_nan()).fill_null(False)
    frame = frame.with_columns(
        within.alias(_WITHIN),
        nw.when(score_known).then(score).otherwise(nw.lit(UNKNOWN_SCORE / 100)).alias(SCORE),
        free.alias(FREE),
        *(
            _allowed(each, known, schema, as_of).alias(f"__allowed_{number}")
            for number, each in enumerate(config.tiers)
        ),
    )
    frame = frame.with_columns(
        (nw.col(SCORE) * 100).round(0).cast(nw.Int64).alias(SCORE),
        nw.when(nw.col(FREE)).then(pin).otherwise(nw.lit(NOWHERE)).cast(nw.Int64).alias(PIN),
    )
    return frame.with_columns(
        (
            nw.col(FREE)
            & (nw.col(PIN) == NOWHERE)
            & nw.col(f"__allowed_{number}")
            & (nw.col(SCORE) >= least(each))
        ).alias(f"__meets_{number}")
        for number, each in enumerate(config.tiers)
    )


def _allowed(
    each: Tier, known: nw.Expr, schema: Mapping[str, nw.dtypes.DType], as_of: date
) -> nw.Expr:
    """Where a tier asks for no more than an account has, its score aside."""
    asked = [known >= each.min_known] if each.min_known else []
    if each.when:
        asked.append(truth(each.when, schema, as_of, where=f"tier.tiers.{each.id}.when").true)
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


def _with_list(
    frame: Frame,
    config: Tiers,
    ranks: Mapping[str, nw.Expr],
    once: Once,
) -> tuple[Frame, pa.Table]:
    """The frame with tier and rank of who is on the list; by place, how full each tier is."""
    meets = [f"__meets_{number}" for number in range(len(config.tiers))]
    wanted = reduce(lambda a, b: a | b, map(nw.col, meets), nw.col(PIN) >= 0)
    eligible = frame.filter(wanted)
    eligible = eligible.with_columns(expr.alias(name) for name, expr in ranks.items())
    eligible = eligible.select(["account_id", _WITHIN, SCORE, PIN, *meets, *ranks])
    if isinstance(eligible, nw.LazyFrame) and config.rank_by[:1] == ["fit_score"]:
        eligible = _within_reach(once_computed(eligible, once), config)
    if is_spark(frame):
        columns = Columns("account_id", _WITHIN, SCORE, PIN, meets, list(ranks))
        spread = placed_on_cluster(eligible, columns, config, NUMBER, _RANK)
        frame = frame.join(spread.listed, on="account_id", how="left")  # type: ignore[arg-type]
        return frame, spread.rooms
    listed, rooms = _list(collected(eligible), config, meets, list(ranks))
    return attached(frame, listed, "account_id", ordered=False), rooms


def _list(
    found: pa.Table, config: Tiers, meets: Sequence[str], ranks: Sequence[str]
) -> tuple[pa.Table, pa.Table]:
    """Of candidates those on the list with tier and rank, and how full each tier is, by place."""
    places = found[_WITHIN].combine_chunks().dictionary_encode()
    placement = placed(
        best_first(found, ranks),
        to_numpy(places.indices).astype("int64"),
        to_numpy(found[SCORE]),
        [flags(found[name]) for name in meets],
        to_numpy(found[PIN]),
        [each.capacity for each in config.tiers],
    )
    on_list = from_numpy(np.flatnonzero(placement.tier != NOWHERE))
    listed = pa.Table.from_arrays(
        [
            found["account_id"].combine_chunks().take(on_list),
            from_numpy(placement.tier).take(on_list),
            from_numpy(placement.rank).take(on_list),
        ],
        names=["account_id", NUMBER, _RANK],
    )
    return listed, _room_table(placement, places.dictionary, len(config.tiers))


def _within_reach(eligible: Frame, config: Tiers) -> Frame:
    """Those whose score can be enough, by how many have each: the others need not be ranked.

    No tier admits more than the best of those that meet it, as many as it and those above it hold.
    """
    capacities = (inf if each.capacity is None else each.capacity for each in config.tiers)
    rooms = list(accumulate(capacities))
    if all(room == inf for room in rooms):
        return eligible
    meets = [f"__meets_{number}" for number in range(len(rooms))]
    alike = eligible.group_by([_WITHIN, SCORE, *meets]).agg(nw.len().alias(NUMBER))
    counts = collected(alike)
    places = counts[_WITHIN].combine_chunks().dictionary_encode()
    place, score = to_numpy(places.indices).astype("int64"), to_numpy(counts[SCORE])
    cuts = {_WITHIN: places.dictionary}
    for number, room in enumerate(rooms):
        many = np.where(flags(counts[meets[number]]), to_numpy(counts[NUMBER].cast(pa.int64())), 0)
        cuts[f"{_CUT}{number}"] = from_numpy(cuts_of(place, score, many, room))
    table = pa.Table.from_arrays(list(cuts.values()), names=list(cuts))
    marked = attached(eligible, table, _WITHIN, ordered=False)
    reach = (
        nw.col(name) & (nw.col(SCORE) >= nw.col(f"{_CUT}{number}"))
        for number, name in enumerate(meets)
    )
    near = marked.filter(reduce(lambda a, b: a | b, reach, nw.col(PIN) >= 0))
    return near.drop([name for name in cuts if name != _WITHIN])


def _room_table(placement: Placement, places: pa.StringArray, tiers: int) -> pa.Table:

    columns = {_WITHIN: places}
    for number in range(tiers):
        rooms = [placement.rooms[number, place] for place in range(len(places))]
        columns[f"__full_{number}"] = bools([room.full for room in rooms])
        columns[f"__last_{number}"] = int64s([room.last for room in rooms])
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))
