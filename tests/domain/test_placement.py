from __future__ import annotations

import numpy as np
import pyarrow as pa

from abmkit.domain.rules.tiers.placement import Room, best_first, placed


def test_a_room_says_whether_it_is_full_and_where_it_ended() -> None:
    # Five candidates, best first, in two places; the third is pinned to the first tier.
    placement = placed(
        order=np.array([0, 1, 2, 3, 4]),
        within=np.array([0, 0, 0, 1, 1]),
        score=np.array([9000, 8000, 7000, 6000, -100]),
        meets=[np.array([1, 1, 0, 1, 0], dtype=bool), np.array([1, 1, 0, 1, 1], dtype=bool)],
        pinned=np.array([-1, -1, 0, -1, -1]),
        capacities=[2, None],
    )
    assert placement.tier.tolist() == [0, 1, 0, 0, 1]
    assert placement.rank.tolist() == [1, 1, 2, 1, 1]
    assert placement.rooms == {
        (0, 0): Room(full=True, last=9000),
        (0, 1): Room(full=False, last=6000),
        (1, 0): Room(full=False, last=8000),
        # An unknown score is no score to reach.
        (1, 1): Room(full=False, last=None),
    }


def test_a_tier_filled_by_pins_alone_has_no_last_score() -> None:
    placement = placed(
        order=np.array([1, 0]),
        within=np.array([0, 0]),
        score=np.array([1000, 9000]),
        meets=[np.array([False, True])],
        pinned=np.array([0, -1]),
        capacities=[1],
    )
    assert placement.tier.tolist() == [0, -1]
    assert placement.rank.tolist() == [1, 0]
    assert placement.rooms == {(0, 0): Room(full=True, last=None)}


def test_nobody_needs_no_room() -> None:
    nothing = np.array([], dtype="int64")
    placement = placed(nothing, nothing, nothing, [nothing.astype(bool)], nothing, [3])
    assert (placement.tier.tolist(), placement.rooms) == ([], {})


def test_the_best_come_first_with_unknown_last_and_equals_by_id() -> None:
    candidates = pa.table(
        {
            "account_id": ["e", "d", "c", "b", "a"],
            "first": [1.0, None, 2.0, 1.0, 1.0],
            "second": [None, 9.0, 0.0, 5.0, None],
        }
    )
    order = best_first(candidates, ["first", "second"])
    assert candidates["account_id"].take(pa.array(order)).to_pylist() == ["c", "b", "a", "e", "d"]
