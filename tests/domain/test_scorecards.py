from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from abmkit.config.sections.score import Criterion, Score
from abmkit.domain.rules.scorecards import scorecard, unreachable_bands

WEIGHTS = st.one_of(
    st.integers(1, 1000), st.floats(0.001, 1000, allow_nan=False), st.sampled_from([0.1, 1 / 3])
)


def of(*weights: float, **score) -> Score:
    bands = [[{"when": {"country": "US"}, "points": weight}] for weight in weights]
    criteria = [{"id": f"c{i}", "bands": each} for i, each in enumerate(bands)]
    return Score.model_validate({"criteria": criteria, **score})


@given(st.lists(WEIGHTS, min_size=1, max_size=12))
def test_the_best_points_are_100_together_whatever_their_weights(weights) -> None:
    best = [criterion.best for criterion in scorecard(of(*weights))]
    assert sum(best) == 10_000
    # Largest remainder: nobody is further than a hundredth from the exact share.
    exact = [weight * 10_000 / sum(weights) for weight in weights]
    assert all(abs(one - other) < 1 + 1e-6 for one, other in zip(best, exact, strict=True))


@pytest.mark.parametrize(
    ("weights", "best"),
    [
        ((25, 25, 50), [2500, 2500, 5000]),
        ((1, 1, 1), [3334, 3333, 3333]),
        ((1,) * 6, [1667, 1667, 1667, 1667, 1666, 1666]),
        ((0.1, 0.2, 0.7), [1000, 2000, 7000]),
        ((2, 1), [6667, 3333]),
    ],
)
def test_points_are_scaled_by_largest_remainder(weights, best) -> None:
    assert [criterion.best for criterion in scorecard(of(*weights))] == best


def test_lower_bands_and_unknowns_are_scaled_with_their_criterion() -> None:
    bands = [{"when": {"employees": n}, "points": p} for n, p in ((1, 3), (2, 1), (3, 0))]
    config = {
        "missing": 0.25,
        "criteria": [
            {"id": "size", "bands": bands},
            {"id": "left", "missing": "skip", "bands": bands},
            {"id": "none", "missing": 0, "bands": bands},
        ],
    }
    size, left, none = scorecard(Score.model_validate(config))
    assert [points for _, points in size.bands] == [3334, 1111, 0]
    # A quarter of 33.34 is 8.335, rounded half up.
    assert (size.missing, left.missing, none.missing) == (834, None, 0)


def test_no_criteria_make_an_empty_scorecard() -> None:
    assert scorecard(Score()) == ()


@pytest.mark.parametrize("points", [-1, float("nan"), float("inf")])
def test_points_are_never_negative_or_endless(points) -> None:
    with pytest.raises(ValidationError, match=r"points"):
        of(points)


def test_a_criterion_with_nothing_to_earn_is_an_error() -> None:
    with pytest.raises(ValidationError, match="'c0' has nothing to earn"):
        of(0)


@pytest.mark.parametrize(
    ("earlier", "later", "unreachable"),
    [
        ({"country": "US"}, {"country": "US"}, True),
        ({"country": ["US", "CA"]}, {"country": "CA"}, True),
        ({"country": "CA"}, {"country": ["US", "CA"]}, False),
        ({"country": "US"}, {"country": "US", "listed": True}, True),
        ({"country": "US", "listed": True}, {"country": "US"}, False),
        ({"employees": {"at_least": 50}}, {"employees": {"between": [50, 200]}}, True),
        ({"employees": {"above": 50}}, {"employees": {"between": [50, 200]}}, False),
        ({"employees": {"between": [200, 2000]}}, {"employees": {"between": [50, 200]}}, False),
        ({"employees": {"at_least": 50}}, {"employees": {"at_least": 50}}, True),
        ({"employees": {"above": 50}}, {"employees": {"at_least": 50}}, False),
        ({"employees": {"at_least": 50}}, {"employees": {"above": 50}}, True),
        ({"employees": {"at_most": 50}}, {"employees": {"below": 50}}, True),
        ({"employees": {"below": 50}}, {"employees": {"at_most": 50}}, False),
        ({"employees": {"at_least": 50}}, {"employees": 50}, True),
        ({"employees": {"at_least": 50}}, {"revenue": {"at_least": 50}}, False),
        ({"employees": {"at_least": 50}}, {"employees": {"at_least": 60}, "listed": True}, True),
        ({"employees": {"at_least": 50}, "none": [{"listed": True}]}, {"employees": 60}, False),
        ({"name": {"contains": "a"}}, {"name": {"contains": "ab"}}, False),
    ],
)
def test_a_band_that_an_earlier_one_always_beats_is_found(earlier, later, unreachable) -> None:
    bands = [{"when": earlier, "points": 2}, {"when": later, "points": 1}]
    criterion = Criterion.model_validate({"id": "c", "bands": bands})
    assert list(unreachable_bands(criterion)) == ([(1, 0)] if unreachable else [])
