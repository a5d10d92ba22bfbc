"""Placement on a cluster: the rows stay where they are, counts and cut lines come to the driver.

The candidates are sorted once across partitions, so that a number says where each stands. They are
counted in buckets of that order; a tier is cut in the bucket in which its room ends. Whoever stands
before the cut line of a tier that he meets is in it. No step looks at all rows in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import bools, int64s, strings
from abmkit.domain.frames import Frame, collected, like
from abmkit.domain.rules.tiers.placement import NOWHERE, Room

_ORDER, _BUCKET, _ROWS, _PLACED, _BEFORE = "__order", "__bucket", "__rows", "__placed", "__before"
_BUCKET_ROWS = 4096
"""How many candidates in order are counted together: few enough to be ranked by one task."""
_NO_CUT = 2**62
"""A cut line behind everybody."""


@dataclass(frozen=True)
class Columns:
    """What the columns of candidates are called."""

    account: str
    within: str
    """Text: the value that capacity is counted by."""
    score: str
    """Hundredths."""
    pin: str
    """The tier that an account is pinned to, or -1."""
    meets: Sequence[str]
    """Per tier whether it may enter."""
    rank_by: Sequence[str]
    """Doubles, descending, unknown last."""


@dataclass(frozen=True)
class Distributed:
    """What `placement.Placement` says, left on the cluster."""

    listed: Frame
    """The accounts in a tier: the account, `tier` from 0, `rank` from 1 within tier and place."""
    rooms: pa.Table
    """By value of `within`, for each tier `__full_<n>` and `__last_<n>`, hundredths."""


def placed_on_cluster(
    candidates: Frame, columns: Columns, config: Tiers, tier: str, rank: str
) -> Distributed:
    """The same as `placement.placed` for a Spark DataFrame in Narwhals.

    `tier` and `rank` name the columns that are made. The sorted candidates are kept by the
    executors as long as the session lasts, or until its cache is cleared.
    """
    capacities = [each.capacity for each in config.tiers]
    queue = _in_order(candidates, columns)
    pins = _pins(queue, columns)
    cuts: list[dict[str, int]] = []
    for number, capacity in enumerate(capacities):
        cuts.append({} if capacity is None else _cut(queue, columns, cuts, number, capacity, pins))
    listed = _placed(queue, columns, cuts)
    rooms, places = _rooms(queue, listed, columns, capacities)
    ranked = _ranked(listed, columns, rank)
    ranked = ranked.select(columns.account, nw.col(_PLACED).alias(tier), rank)
    return Distributed(ranked, _room_table(rooms, places, columns.within, len(capacities)))


def _in_order(candidates: Frame, columns: Columns) -> Frame:
    """The candidates with a number that grows from the best to the last within their place."""
    unknown = [nw.col(name).is_null().alias(f"{name}_unknown") for name in columns.rank_by]
    best = [(-nw.col(name)).fill_null(0.0).alias(f"{name}_down") for name in columns.rank_by]
    keys = [f"{name}_{part}" for name in columns.rank_by for part in ("unknown", "down")]
    candidates = candidates.with_columns([*unknown, *best])
    native: Any = nw.to_native(candidates).persist()
    by = [columns.within, *keys, columns.account]
    ordered = native.repartitionByRange(*by).sortWithinPartitions(*by).drop(*keys, *columns.rank_by)
    # It grows from row to row and, by far more, from partition to partition.
    numbered = ordered.selectExpr("*", f"monotonically_increasing_id() AS {_ORDER}")
    numbered = numbered.selectExpr("*", f"{_ORDER} DIV {_BUCKET_ROWS} AS {_BUCKET}").persist()
    queue: Frame = nw.from_native(numbered)
    return queue


def _pins(queue: Frame, columns: Columns) -> dict[tuple[int, str], int]:
    """How many are pinned to each tier of each place."""
    pinned = queue.filter(nw.col(columns.pin) != NOWHERE)
    counts = pinned.group_by([columns.pin, columns.within]).agg(nw.len().alias(_ROWS))
    rows = collected(counts).to_pylist()
    return {(int(row[columns.pin]), row[columns.within]): int(row[_ROWS]) for row in rows}


def _cut(
    queue: Frame,
    columns: Columns,
    cuts: Sequence[dict[str, int]],
    number: int,
    capacity: int,
    pins: dict[tuple[int, str], int],
) -> dict[str, int]:
    """Per place the number of the last who finds room in a tier, where not everybody does."""
    waiting = _placed(queue, columns, cuts)
    waiting = waiting.filter((nw.col(_PLACED) == NOWHERE) & nw.col(columns.meets[number]))
    by = [columns.within, _BUCKET]
    counted = collected(waiting.group_by(by).agg(nw.len().alias(_ROWS)))
    counts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in counted.to_pylist():
        counts[row[columns.within]].append((int(row[_BUCKET]), int(row[_ROWS])))
    cut: dict[str, int] = {}
    within: list[tuple[str, int, int]] = []
    for place, buckets in counts.items():
        room = max(capacity - pins.get((number, place), 0), 0)
        if sum(rows for _, rows in buckets) <= room:
            continue
        if not room:
            cut[place] = -1
            continue
        for bucket, rows in sorted(buckets):
            if room <= rows:
                within.append((place, bucket, room))
                break
            room -= rows
    if within:
        cut |= _last_in_buckets(waiting, columns, within)
    return cut


def _last_in_buckets(
    waiting: Frame, columns: Columns, wanted: Sequence[tuple[str, int, int]]
) -> dict[str, int]:
    """The number of the n-th who waits in a bucket, for one bucket of each place."""
    place, bucket, nth = zip(*wanted, strict=True)
    table = pa.Table.from_arrays(
        [strings(place), int64s(bucket), int64s(nth)], names=[columns.within, _BUCKET, _ROWS]
    )
    by = [columns.within, _BUCKET]
    some = waiting.join(like(waiting, table), on=by, how="inner")  # type: ignore[arg-type]
    one = nw.col(_ORDER).rank("ordinal").over(*by)
    last = some.with_columns(one.alias(_BEFORE)).filter(nw.col(_BEFORE) == nw.col(_ROWS))
    rows = collected(last.select(columns.within, _ORDER)).to_pylist()
    return {row[columns.within]: int(row[_ORDER]) for row in rows}


def _placed(queue: Frame, columns: Columns, cuts: Sequence[dict[str, int]]) -> Frame:
    """The queue with the tier of each by the cut lines so far, -1 for none."""
    places = sorted({place for cut in cuts for place in cut})
    names = [f"__cut_{number}" for number in range(len(cuts))]
    if places:
        lines = [int64s([cut.get(place, _NO_CUT) for place in places]) for cut in cuts]
        table = pa.Table.from_arrays([strings(places), *lines], names=[columns.within, *names])
        queue = queue.join(like(queue, table), on=columns.within, how="left")  # type: ignore[arg-type]
    chosen = nw.when(nw.col(columns.pin) != NOWHERE).then(nw.col(columns.pin))
    for number, name in enumerate(names):
        enters = nw.col(columns.meets[number])
        if places:
            enters = enters & (nw.col(_ORDER) <= nw.col(name).fill_null(_NO_CUT))
        chosen = chosen.when(enters).then(nw.lit(number))
    placed = chosen.otherwise(nw.lit(NOWHERE)).cast(nw.Int64)
    queue = queue.with_columns(placed.alias(_PLACED))
    return queue.drop(names) if places else queue


def _rooms(
    queue: Frame, listed: Frame, columns: Columns, capacities: Sequence[int | None]
) -> tuple[dict[tuple[int, str], Room], tuple[str, ...]]:
    """How full each tier of each place is, and where it ends; and the places."""
    admitted = nw.col(columns.pin) == NOWHERE
    rows = listed.select(
        columns.within, _PLACED, columns.score, nw.when(admitted).then(nw.col(_ORDER)).alias(_ORDER)
    )
    last_order = nw.col(_ORDER).max().alias(_ORDER)
    counted = rows.group_by([columns.within, _PLACED]).agg(nw.len().alias(_ROWS), last_order)
    found = collected(counted).to_pylist()
    ends = {(r[columns.within], r[_PLACED]): r for r in found if r[_PLACED] != NOWHERE}
    orders = sorted({int(r[_ORDER]) for r in ends.values() if r[_ORDER] is not None})
    scores: dict[int, int] = {}
    if orders:
        table = pa.Table.from_arrays([int64s(orders)], names=[_ORDER])
        last = queue.join(like(queue, table), on=_ORDER, how="inner")  # type: ignore[arg-type]
        told = collected(last.select(_ORDER, columns.score)).to_pylist()
        scores = {int(r[_ORDER]): int(r[columns.score]) for r in told}
    places = tuple(sorted({row[columns.within] for row in found}))
    rooms = {}
    for number, capacity in enumerate(capacities):
        for place in places:
            row = ends.get((place, number))
            used = int(row[_ROWS]) if row else 0
            last_score = scores[int(row[_ORDER])] if row and row[_ORDER] is not None else -1
            full = capacity is not None and used >= capacity
            rooms[number, place] = Room(full, last_score if last_score >= 0 else None)
    return rooms, places


def _ranked(listed: Frame, columns: Columns, rank: str) -> Frame:
    """Those in a tier with their rank: how many of it and their place stand before them."""
    listed = listed.filter(nw.col(_PLACED) != NOWHERE)
    by = [columns.within, _PLACED, _BUCKET]
    counted = collected(listed.group_by(by).agg(nw.len().alias(_ROWS)))
    counted = counted.sort_by([(name, "ascending") for name in by])
    before: list[int] = []
    listed_so_far: dict[tuple[str, int], int] = defaultdict(int)
    for row in counted.to_pylist():
        group = row[columns.within], row[_PLACED]
        before.append(listed_so_far[group])
        listed_so_far[group] += row[_ROWS]
    table = counted.select(by).append_column(_BEFORE, int64s(before))
    listed = listed.join(like(listed, table), on=by, how="left")  # type: ignore[arg-type]
    own = nw.col(_ORDER).rank("ordinal").over(*by)
    return listed.with_columns((nw.col(_BEFORE) + own).cast(nw.Int64).alias(rank))


def _room_table(
    rooms: dict[tuple[int, str], Room], places: Sequence[str], within: str, tiers: int
) -> pa.Table:
    columns: dict[str, pa.Array] = {within: strings(places)}
    for number in range(tiers):
        of_tier = [rooms[number, place] for place in places]
        columns[f"__full_{number}"] = bools([room.full for room in of_tier])
        columns[f"__last_{number}"] = int64s([room.last for room in of_tier])
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))
