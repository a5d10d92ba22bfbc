"""The choice of a threshold of churn: what it would have done, and where it pays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.config.sections.exclude import Churn
from abmkit.planning.churn import STEPS, break_even, threshold_curve
from abmkit.reports.console.outcomes.churn import churn_text
from abmkit.reports.words import words

EN = words("en")
CASES = [(0.9, True), (0.7, True), (0.7, False), (0.4, True), (0.2, False), (None, True)]
PROBABILITY, LEFT = zip(*CASES, strict=True)


def test_each_threshold_says_who_would_have_been_excluded() -> None:
    curve = threshold_curve(PROBABILITY, LEFT, [0.35])
    assert (curve.left, curve.stayed) == (4, 2)
    counts = {t.max_probability: (t.left, t.stayed, t.precision) for t in curve.thresholds}
    assert counts[0.15] == (3, 2, 0.6)
    assert counts[0.2] == (3, 1, 0.75)
    assert counts[0.35] == (3, 1, 0.75)
    assert counts[0.7] == (1, 0, 1.0)
    assert counts[0.9] == (0, 0, None)
    # What excludes everybody, and nobody, is shown once each.
    assert (min(counts), max(counts)) == (0.15, 0.9)


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 1), st.booleans())),
    st.lists(st.floats(0, 1), max_size=2),
)
def test_a_higher_threshold_excludes_no_more(cases, also) -> None:
    probability, left = [p for p, _ in cases], [gone for _, gone in cases]
    curve = threshold_curve(probability, left, also)
    shown = [t.max_probability for t in curve.thresholds]
    assert shown == sorted(set(shown))
    assert set(also) <= set(shown) <= {*STEPS, *also}
    for one, next_ in zip(curve.thresholds, curve.thresholds[1:], strict=False):
        assert one.left >= next_.left
        assert one.stayed >= next_.stayed
    assert all(t.left <= curve.left and t.stayed <= curve.stayed for t in curve.thresholds)


@given(
    st.floats(1, 1000), st.floats(1, 100_000), st.integers(1, 60),
)  # fmt: skip
def test_at_break_even_the_margins_that_are_to_come_are_what_winning_costs(
    margin: float, cost: float, months: int
) -> None:
    leaving = break_even(margin, cost, months)
    assert 0 < leaving <= 1
    if margin >= cost:
        assert leaving == 1
        return
    monthly = margin / cost
    assert leaving == pytest.approx(1 - (1 - monthly) ** months)
    # The series itself, not its sum in closed form.
    if monthly > 0.01:
        assert sum(margin * (1 - monthly) ** t for t in range(5000)) == pytest.approx(cost)


def test_the_curve_is_told_in_80_columns() -> None:
    churn = Churn(
        scorecard="churn.toml", max_probability=0.35, margin=50, acquisition_cost=1200, months=12
    )
    text = churn_text(PROBABILITY, LEFT, "left within a year", EN, churn)
    lines = text.split("\n")
    assert max(map(len, lines)) <= 80
    assert lines[:3] == [
        "Excluding who is likelier to have left within a year than a threshold, of 4 who",
        "  did and 2 who did not",
        "",
    ]
    assert "    above         did, excluded     did not, excluded    right" in lines
    assert (
        "      35%              3 ( 75%)              1 ( 50%)      75%  max_probability" in lines
    )
    # 1 - (1 - 50 / 1200) ^ 12
    marked = [line for line in lines if "break-even" in line]
    assert marked == ["   39.99%              3 ( 75%)              1 ( 50%)      75%  break-even"]


def test_who_pays_for_itself_at_once_always_does() -> None:
    churn = Churn(scorecard="churn.toml", max_probability=0.35, margin=50, acquisition_cost=40)
    text = churn_text(PROBABILITY, LEFT, "left", EN, churn)
    assert "break-even" not in text
    assert " ".join(text.split()).endswith("month brings 50, and winning it costs 40.")
