"""Groups of bounded size: what is promised of them, whatever the accounts are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.domain.clusters.grouping import Bounds, Part, grouped

BOUNDS = st.tuples(st.integers(1, 9), st.integers(0, 12)).map(lambda b: Bounds(b[0], b[0] + b[1]))


def divided(*levels: list[int], least: int = 3, most: int = 6) -> list[tuple[list[int], list, int]]:
    arrays = [np.array(each, dtype="int64") for each in levels]
    found = grouped(arrays, np.arange(len(levels[0])), Bounds(least, most))
    return [
        (sorted(g.rows.tolist()), [(p.level, p.values) for p in g.parts], g.number) for g in found
    ]


def test_few_of_one_value_are_a_group_and_many_are_divided_by_the_next_column() -> None:
    assert divided([0] * 4 + [1] * 8, [0] * 4 + [5] * 4 + [6] * 4) == [
        ([0, 1, 2, 3], [(0, (0,))], 1),
        ([4, 5, 6, 7], [(0, (1,)), (1, (5,))], 1),
        ([8, 9, 10, 11], [(0, (1,)), (1, (6,))], 1),
    ]


def test_what_no_column_divides_is_divided_evenly_by_id() -> None:
    assert divided([0] * 8) == [([0, 1, 2, 3], [(0, (0,))], 1), ([4, 5, 6, 7], [(0, (0,))], 2)]


def test_the_small_ones_of_one_coarser_value_are_joined_and_named() -> None:
    rows = divided([0] * 9, [1, 1, 1, 1, 1, 2, 2, 3, 3])
    assert rows == [
        ([0, 1, 2, 3, 4], [(0, (0,)), (1, (1,))], 1),
        ([5, 6, 7, 8], [(0, (0,)), (1, (2, 3))], 1),
    ]


def test_too_few_are_joined_with_the_group_most_like_them() -> None:
    # Two of value 9 are in place 7, as are those of value 2; joined, the place is what they share.
    rows = divided([1] * 3 + [2] * 4 + [9] * 2, [5] * 3 + [7] * 6)
    assert rows == [
        ([0, 1, 2], [(0, (1,))], 1),
        ([3, 4, 5, 6, 7, 8], [(0, (2, 9))], 1),
    ]


def test_what_cannot_be_bounded_is_one_group() -> None:
    assert divided([1, 2]) == [([0, 1], [(0, (1, 2))], 1)]


@pytest.mark.parametrize("count", range(1, 40))
def test_bounds_hold_where_some_division_does(count: int) -> None:
    bounds = Bounds(5, 7)
    assert bounds.hold(count) == any(k * 5 <= count <= k * 7 for k in range(1, 9))


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 9)), max_size=120),
    BOUNDS,
)
def test_everybody_is_in_one_group_within_the_bounds_that_says_what_it_is(accounts, bounds) -> None:
    levels = [np.array([a[n] for a in accounts], dtype="int64") for n in range(3)]
    found = grouped(levels, np.arange(len(accounts)), bounds)
    assert sorted(row for g in found for row in g.rows.tolist()) == list(range(len(accounts)))
    if bounds.hold(len(accounts)):
        assert all(bounds.least <= len(g.rows) <= bounds.most for g in found)
    names = [(g.parts, g.number) for g in found]
    assert len(set(names)) == len(names)
    for group in found:
        for part in group.parts:
            _is_true(part, set(levels[part.level][group.rows].tolist()))


def _is_true(part: Part, values: set[int]) -> None:
    """What a name says of its members holds for all of them; a mixed one may have few values."""
    assert not part.values or values <= set(part.values)
