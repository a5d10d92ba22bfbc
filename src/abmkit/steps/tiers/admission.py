"""Who is let into which tier, best first, as an engine's frame has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import accumulate
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
    to_numpy,
    where_known,
)
from abmkit.domain.frames import Frame, Once, attached, collected, is_spark, once_computed
from abmkit.domain.rules.tiers.distributed import Columns, placed_on_cluster
from abmkit.domain.rules.tiers.placement import NOWHERE, Before, Placement, best_first, cuts_of
from abmkit.domain.rules.tiers.stability import Limit, placed_with_moves
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
    limit: Limit | None,
    steady: bool,
) -> tuple[Frame, pa.Table]:
    """The frame with tier and rank of who is on the list; by place, how full each tier is.

    `ranks` are the columns that accounts are ranked by; `steady` says that a list of before counts,
    and how many moves from it there may be is the `limit`.
    """
    meets = [f"__meets_{number}" for number in range(len(config.tiers))]
    anyway = _in_any_case(config, steady=steady)
    eligible = frame.filter(reduce(lambda a, b: a | b, map(nw.col, meets), anyway))
    eligible = eligible.with_columns(expr.alias(name) for name, expr in ranks.items())
    was = [FREE, WAS, HELD] if steady else []
    eligible = eligible.select(["account_id", WITHIN, SCORE, PIN, *was, *meets, *ranks])
    if isinstance(eligible, nw.LazyFrame) and config.rank_by[:1] == ["fit_score"]:
        eligible = _within_reach(once_computed(eligible, once), config, anyway)
    # Who was where gives no one order that could be cut: narrow rows come to one place.
    if is_spark(frame) and not steady:
        columns = Columns("account_id", WITHIN, SCORE, PIN, meets, list(ranks))
        spread = placed_on_cluster(eligible, columns, config, NUMBER, RANK)
        frame = frame.join(spread.listed, on="account_id", how="left")  # type: ignore[arg-type]
        return frame, spread.rooms
    listed, rooms = _list(collected(eligible), config, meets, list(ranks), limit)
    return attached(frame, listed, "account_id", ordered=False), rooms


def _in_any_case(config: Tiers, *, steady: bool) -> nw.Expr:
    """Who is looked at whatever tiers he meets: who is pinned, and who was in a tier."""
    pinned = nw.col(PIN) >= 0
    if not steady:
        return pinned
    return pinned | (nw.col(FREE) & nw.col(WAS).is_between(0, len(config.tiers) - 1))


def _list(
    found: pa.Table, config: Tiers, meets: Sequence[str], ranks: Sequence[str], limit: Limit | None
) -> tuple[pa.Table, pa.Table]:
    """Of candidates those on the list with tier and rank, and how full each tier is, by place."""
    places = found[WITHIN].combine_chunks().dictionary_encode()
    placement, waits = placed_with_moves(
        best_first(found, ranks),
        to_numpy(places.indices).astype("int64"),
        to_numpy(found[SCORE]),
        [flags(found[name]) for name in meets],
        to_numpy(found[PIN]),
        [each.capacity for each in config.tiers],
        _before(found, config),
        [least(each) for each in config.tiers],
        limit,
    )
    told = np.flatnonzero((placement.tier != NOWHERE) | waits)
    rows, tiers = from_numpy(told), placement.tier[told]
    listed = pa.Table.from_arrays(
        [
            found["account_id"].combine_chunks().take(rows),
            where_known(tiers),
            where_known(np.where(tiers != NOWHERE, placement.rank[told], NOWHERE)),
            from_flags(waits[told]),
        ],
        names=["account_id", NUMBER, RANK, WAITS],
    )
    return listed, _room_table(placement, places.dictionary, len(config.tiers))


def _before(found: pa.Table, config: Tiers) -> Before | None:
    """Where candidates were, where that counts."""
    if WAS not in found.column_names or config.stability is None:
        return None
    was = to_numpy(found[WAS])
    # Points are worth a place where places go by points.
    margin = config.stability.margin if config.rank_by[0] == "fit_score" else 0
    known = np.where(was < len(config.tiers), was, NOWHERE)
    return Before(known, flags(found[HELD]), round(margin * 100))


def _within_reach(eligible: Frame, config: Tiers, anyway: nw.Expr) -> Frame:
    """Those whose score can be enough, by how many have each: the others need not be ranked.

    No tier admits more than the best of those that meet it, as many as it and those above it hold.
    """
    capacities = (inf if each.capacity is None else each.capacity for each in config.tiers)
    rooms = list(accumulate(capacities))
    if all(room == inf for room in rooms):
        return eligible
    meets = [f"__meets_{number}" for number in range(len(rooms))]
    alike = eligible.group_by([WITHIN, SCORE, *meets]).agg(nw.len().alias(NUMBER))
    counts = collected(alike)
    places = counts[WITHIN].combine_chunks().dictionary_encode()
    place, score = to_numpy(places.indices).astype("int64"), to_numpy(counts[SCORE])
    cuts = {WITHIN: places.dictionary}
    for number, room in enumerate(rooms):
        many = np.where(flags(counts[meets[number]]), to_numpy(counts[NUMBER].cast(pa.int64())), 0)
        cuts[f"{_CUT}{number}"] = from_numpy(cuts_of(place, score, many, room))
    table = pa.Table.from_arrays(list(cuts.values()), names=list(cuts))
    marked = attached(eligible, table, WITHIN, ordered=False)
    reach = (
        nw.col(name) & (nw.col(SCORE) >= nw.col(f"{_CUT}{number}"))
        for number, name in enumerate(meets)
    )
    near = marked.filter(reduce(lambda a, b: a | b, reach, anyway))
    return near.drop([name for name in cuts if name != WITHIN])


def _room_table(placement: Placement, places: pa.StringArray, tiers: int) -> pa.Table:

    columns = {WITHIN: places}
    for number in range(tiers):
        rooms = [placement.rooms[number, place] for place in range(len(places))]
        columns[f"__full_{number}"] = bools([room.full for room in rooms])
        columns[f"__last_{number}"] = int64s([room.last for room in rooms])
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))
