"""Measures of a ranking, against scikit-learn's and against what they must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from abmkit.learning.metrics import (
    auc,
    aucs,
    average_precision,
    by_level,
    calibration,
    gains,
    leveled,
    measured,
    permuted,
    stability_index,
)

cases = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=2, max_size=60)


def arrays(drawn) -> tuple[np.ndarray, np.ndarray]:
    scores, outcome = zip(*drawn, strict=True)
    return np.array(scores, float), np.array(outcome, float)


def of(measure, scores, outcome) -> float:
    return measure(*by_level(leveled(np.array(scores, float)), np.array(outcome, float)))


def test_known_values() -> None:
    assert of(auc, [1, 2, 3, 4], [0, 0, 1, 1]) == 1.0
    assert of(auc, [1, 1, 1, 1], [0, 1, 0, 1]) == 0.5
    assert of(auc, [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert of(average_precision, [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == pytest.approx(5 / 6)
    # Unknown is ranked below all.
    assert of(auc, [np.nan, 1, 2, np.nan], [0, 1, 1, 0]) == 1.0
    assert np.isnan(of(auc, [1, 2], [1, 1]))
    assert np.isnan(of(average_precision, [1, 2], [0, 0]))


@given(cases)
def test_areas_are_those_of_scikit_learn(drawn) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    scores, outcome = arrays(drawn)
    assume(0 < outcome.sum() < len(outcome))
    assert of(auc, scores, outcome) == pytest.approx(metrics.roc_auc_score(outcome, scores))
    expected = metrics.average_precision_score(outcome, scores)
    assert of(average_precision, scores, outcome) == pytest.approx(expected)


@given(st.lists(cases, min_size=1, max_size=4))
def test_areas_of_many_columns_are_those_of_each(drawn) -> None:
    size = min(len(each) for each in drawn)
    columns = [arrays(each[:size]) for each in drawn]
    scores, outcomes = (np.stack(side, 1) for side in zip(*columns, strict=True))
    expected = [of(auc, *each) for each in columns]
    assert aucs(scores, outcomes) == pytest.approx(expected, nan_ok=True)


@given(cases)
def test_the_brier_score_is_that_of_scikit_learn(drawn) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    scores, outcome = arrays(drawn)
    expected = scores / 10
    found = calibration(expected, outcome)
    assert found.brier == pytest.approx(metrics.brier_score_loss(outcome, expected))
    assert sum(each.cases for each in found.bins) == len(outcome)
    assert sum(each.positives for each in found.bins) == outcome.sum()
    assert 0 <= found.error <= 1


def test_the_gap_of_what_is_foretold_is_the_calibration_error() -> None:
    outcome = np.array([1.0, 0, 0, 0] * 50)
    assert calibration(np.full(200, 0.25), outcome).error == pytest.approx(0)
    assert calibration(np.full(200, 0.45), outcome).error == pytest.approx(0.2)
    # Half are foretold 0.1 too much and half 0.3 too little.
    expected = np.array([0.35] * 100 + [0.0] * 100)
    assert calibration(expected, outcome).error == pytest.approx((0.1 + 0.25) / 2)


@given(cases)
def test_gains_end_with_all_and_add_up(drawn) -> None:
    scores, outcome = arrays(drawn)
    assume(outcome.sum() > 0)
    found = gains(scores, outcome)
    assert found[-1].gained == pytest.approx(1)
    assert sum(each.positives for each in found) == pytest.approx(outcome.sum())
    assert sum(each.cases for each in found) == pytest.approx(len(outcome))
    assert [each.gained for each in found] == sorted(each.gained for each in found)
    assert np.mean([each.lift for each in found]) == pytest.approx(1)


def test_gains_of_a_perfect_order_and_of_none() -> None:
    outcome = np.array([1.0] * 10 + [0.0] * 90)
    best = gains(outcome, outcome)
    assert [each.lift for each in best] == pytest.approx([10] + [0] * 9)
    # Ties are shared out: where all score alike each tenth is as all are.
    same = gains(np.zeros(100), outcome)
    assert [each.lift for each in same] == pytest.approx([1] * 10)


def test_at_random_the_lift_is_about_one_and_the_auc_about_a_half() -> None:
    random = np.random.default_rng(7)
    outcome = (random.random(20_000) < 0.2).astype(float)
    scores = random.random(20_000)
    assert [each.lift for each in gains(scores, outcome)] == pytest.approx([1] * 10, abs=0.12)
    assert of(auc, scores, outcome) == pytest.approx(0.5, abs=0.02)


@given(cases)
def test_permuted_outcomes_are_around_a_half(drawn) -> None:
    scores, outcome = arrays(drawn)
    assume(0 < outcome.sum() < len(outcome))
    chance = permuted(scores, outcome)
    assert len(chance) == 500
    assert chance.mean() == pytest.approx(0.5, abs=0.06)


def test_an_interval_covers_as_often_as_it_says() -> None:
    random, covered = np.random.default_rng(1), 0
    # Two normals a standard deviation apart: Φ(1 / √2).
    truth = 0.7602
    for _ in range(60):
        outcome = np.repeat([0.0, 1.0], 60)
        (found,) = measured(random.normal(outcome, 1), outcome, np.arange(120), [auc])
        assert found.low <= found.value <= found.high
        covered += found.low <= truth <= found.high
    assert covered >= 52


def test_cases_of_one_account_make_the_interval_wider() -> None:
    random = np.random.default_rng(3)
    outcome = np.repeat(random.integers(0, 2, 30), 20).astype(float)
    scores = np.repeat(random.normal(outcome[::20], 1), 20)
    (one_each,) = measured(scores, outcome, np.arange(600), [auc])
    (of_accounts,) = measured(scores, outcome, np.repeat(np.arange(30), 20), [auc])
    assert one_each.value == of_accounts.value
    assert of_accounts.high - of_accounts.low > 2 * (one_each.high - one_each.low)


def test_scores_spread_alike_are_stable() -> None:
    random = np.random.default_rng(5)
    before = random.normal(50, 10, 20_000)
    assert stability_index(before, before) == 0
    assert stability_index(before, random.normal(50, 10, 20_000)) < 0.01
    assert stability_index(before, random.normal(60, 10, 20_000)) > 0.25
    # Two buckets of a half, of which one has 60 % now: 2 · 0.1 · ln(0.6 / 0.4).
    two = stability_index(np.repeat([1.0, 2.0], 50), np.repeat([1.0, 2.0], [60, 40]))
    assert two == pytest.approx(0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5))
    unknown = np.array([np.nan] * 50 + [50.0] * 50)
    assert stability_index(before, unknown) > 1
