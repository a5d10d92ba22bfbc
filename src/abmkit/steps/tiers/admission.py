"""Who is let into which tier, best first, as an engine's frame has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import inf

import narwhals as nw
import numpy as np
import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import (
    bools,
    flags,
    from_flags,
    from_numpy,
    int64s,
    strings,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.frames import Frame, Once, attached, collected, is_spark, once_computed
from abmkit.domain.rules.tiers.distributed import Columns, placed_on_cluster
from abmkit.domain.rules.tiers.placement import (
    NOWHERE,
    Before,
    Capacity,
    Ints,
    Placement,
    Slotted,
    best_first,
    cuts_of,
)
from abmkit.domain.rules.tiers.stability import Previous, limit_of, placed_with_moves
from abmkit.steps.tiers.slots import CLASS, DEALT, ClassSlots, with_owners
from abmkit.steps.tiers.standing import (
    FREE,
    HELD,
    NUMBER,
    PIN,
    RANK,
    SCORE,
    WAITS,
    WAS,
    WITHIN,
    least,
)

_CUT = "__cut_"


def with_list(
    frame: Frame,
    config: Tiers,
    ranks: Mapping[str, nw.Expr],
    once: Once,
    *,
    slots: ClassSlots | None,
    previous: Previous | None,
    steady: bool,
) -> Frame:
    """The frame with tier and rank of who is on the list, where there are `slots` with the owners
    that they are dealt; and with how full each tier is in the place or for the class of each.

    `ranks` are the columns that accounts are ranked by; `steady` says that the `previous` list
    counts.
    """
    meets = [f"__meets_{number}" for number in range(len(config.tiers))]
    anyway = _in_any_case(config, steady=steady)
    eligible = frame.filter(reduce(lambda a, b: a | b, map(nw.col, meets), anyway))
    eligible = eligible.with_columns(expr.alias(name) for name, expr in ranks.items())
    was = [FREE, WAS, HELD] if steady else []
    of = [CLASS] if slots is not None else []
    eligible = eligible.select(["account_id", WITHIN, *of, SCORE, PIN, *was, *meets, *ranks])
    if isinstance(eligible, nw.LazyFrame) and config.rank_by[:1] == ["fit_score"]:
        eligible = _within_reach(once_computed(eligible, once), config, anyway, slots)
    # Neither who was where nor who may take which slot gives one order that could be cut: narrow
    # rows come to one place.
    if is_spark(frame) and not steady and slots is None:
        columns = Columns("account_id", WITHIN, SCORE, PIN, meets, list(ranks))
        spread = placed_on_cluster(eligible, columns, config, NUMBER, RANK)
        frame = frame.join(spread.listed, on="account_id", how="left")  # type: ignore[arg-type]
        return attached(frame, spread.rooms, WITHIN, ordered=False)
    found = collected(eligible)
    listed, rooms = _list(found, config, meets, list(ranks), slots, previous, steady=steady)
    frame = attached(frame, listed, "account_id", ordered=False)
    for key, table in rooms.items():
        frame = attached(frame, table, key, ordered=False)
    return frame if slots is None else with_owners(frame)


def _in_any_case(config: Tiers, *, steady: bool) -> nw.Expr:
    """Who is looked at whatever tiers he meets: who is pinned, and who was in a tier."""
    pinned = nw.col(PIN) >= 0
    if not steady:
        return pinned
    return pinned | (nw.col(FREE) & nw.col(WAS).is_between(0, len(config.tiers) - 1))


def _list(
    found: pa.Table,
    config: Tiers,
    meets: Sequence[str],
    ranks: Sequence[str],
    slots: ClassSlots | None,
    previous: Previous | None,
    *,
    steady: bool,
) -> tuple[pa.Table, dict[str, pa.Table]]:
    """Of candidates those on the list with tier and rank, and how full each tier is, by place."""
    places = found[WITHIN].combine_chunks().dictionary_encode()
    order, pinned, ids = best_first(found, ranks), to_numpy(found[PIN]), whole(found["account_id"])
    capacities: list[Capacity] = [each.capacity for each in config.tiers]
    if slots is not None:
        capacities = slots.capacities(config, slots.numbers(whole(found[CLASS])))
    placement, waits = placed_with_moves(
        order,
        to_numpy(places.indices).astype("int64"),
        to_numpy(found[SCORE]),
        [flags(found[name]) for name in meets],
        pinned,
        capacities,
        _before(found, config),
        [least(each) for each in config.tiers],
        limit_of(config.stability, previous) if steady else None,
    )
    told = np.flatnonzero((placement.tier != NOWHERE) | waits)
    rows, tiers = from_numpy(told), placement.tier[told]
    listed = pa.Table.from_arrays(
        [
            ids.take(rows),
            where_known(tiers),
            where_known(np.where(tiers != NOWHERE, placement.rank[told], NOWHERE)),
            from_flags(waits[told]),
        ],
        names=["account_id", NUMBER, RANK, WAITS],
    )
    by_place = [n for n, each in enumerate(capacities) if not isinstance(each, Slotted)]
    rooms = {WITHIN: _room_table(placement, WITHIN, places.dictionary, by_place)}
    if slots is not None:
        owners = slots.dealt(placement, capacities, order, pinned, ids, previous)
        listed = listed.append_column(DEALT, strings(owners.get(each) for each in told.tolist()))
        rooms[CLASS] = _room_table(placement, CLASS, slots.texts, [*slots.tiers])
        for number, edges in slots.edges.items():
            shut = bools([not rows for rows in edges])
            rooms[CLASS] = rooms[CLASS].append_column(f"__closed_{number}", shut)
    return listed, rooms


def _before(found: pa.Table, config: Tiers) -> Before | None:
    """Where candidates were, where that counts."""
    if WAS not in found.column_names or config.stability is None:
        return None
    was = to_numpy(found[WAS])
    # Points are worth a place where places go by points.
    margin = config.stability.margin if config.rank_by[0] == "fit_score" else 0
    known = np.where(was < len(config.tiers), was, NOWHERE)
    return Before(known, flags(found[HELD]), round(margin * 100))


def _within_reach(
    eligible: Frame, config: Tiers, anyway: nw.Expr, slots: ClassSlots | None
) -> Frame:
    """Those whose score can be enough, by how many have each: the others need not be ranked.

    No tier admits more than the best of those that meet it, as many as it and those above it hold;
    with `slots`, as many of one class.
    """
    tiers = list(enumerate(config.tiers))
    slotted = {} if slots is None else slots.tiers
    if all(each.capacity is None and number not in slotted for number, each in tiers[:1]):
        return eligible
    meets = [f"__meets_{number}" for number, _ in tiers]
    by = [WITHIN] if slots is None else [WITHIN, CLASS]
    alike = eligible.group_by([*by, SCORE, *meets]).agg(nw.len().alias(NUMBER))
    counts = collected(alike)
    place, keys = _places(counts, by)
    score, every = to_numpy(counts[SCORE]), to_numpy(counts[NUMBER].cast(pa.int64()))
    cuts = dict(keys)
    room: float | Ints = 0.0
    for number, each in tiers:
        if slots is not None and number in slotted:
            room = room + slots.most(number)[slots.numbers(keys[CLASS])]
        else:
            room = room + (inf if each.capacity is None else each.capacity)
        many = np.where(flags(counts[meets[number]]), every, 0)
        cuts[f"{_CUT}{number}"] = from_numpy(cuts_of(place, score, many, room))
    table = pa.Table.from_arrays(list(cuts.values()), names=list(cuts))
    marked = attached(eligible, table, by, ordered=False)
    reach = (
        nw.col(name) & (nw.col(SCORE) >= nw.col(f"{_CUT}{number}"))
        for number, name in enumerate(meets)
    )
    near = marked.filter(reduce(lambda a, b: a | b, reach, anyway))
    return near.drop([name for name in cuts if name not in by])


def _places(counts: pa.Table, by: Sequence[str]) -> tuple[Ints, dict[str, pa.Array]]:
    """The number of the place of each row, from 0, and what each place is, by columns."""
    encoded = [whole(counts[name]).dictionary_encode() for name in by]
    number = np.zeros(counts.num_rows, dtype="int64")
    for each in encoded:
        number = number * len(each.dictionary) + to_numpy(each.indices)
    _, first, place = np.unique(number, return_index=True, return_inverse=True)
    rows = from_numpy(first)
    return place, {name: whole(counts[name]).take(rows) for name in by}


def _room_table(
    placement: Placement, key: str, places: pa.StringArray, tiers: Sequence[int]
) -> pa.Table:
    columns = {key: places}
    for number in tiers:
        rooms = [placement.rooms[number, place] for place in range(len(places))]
        columns[f"__full_{number}"] = bools([room.full for room in rooms])
        columns[f"__last_{number}"] = int64s([room.last for room in rooms])
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))
