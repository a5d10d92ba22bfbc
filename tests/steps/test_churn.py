"""Accounts whose like left are excluded by a learned scorecard, and none for what is unknown."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.config.sections.exclude import Churn, Exclude
from abmkit.config.sections.score import Outcome, Score
from abmkit.domain.rules.scorecards import (
    FULL,
    least_above,
    probability,
    scorecard,
    seen_interval,
    telling_bands,
)
from abmkit.errors import ColumnError
from abmkit.reports.reasons import churn_in_words
from abmkit.reports.words import words
from abmkit.steps.exclude import RuleCount, exclude, exclusion_counts
from abmkit.steps.score import score

TODAY = date(2026, 7, 1)
EN = words("en")
RATES = [
    {"at_least": 0, "cases": 900, "positives": 40},
    {"at_least": 40, "cases": 0, "positives": 0},
    {"at_least": 70, "cases": 312, "positives": 147},
]
OUTCOME = {"name": "left within a year", "intercept": -4.0, "per_point": 0.06}
CONTRACT = {
    "id": "contract",
    "bands": [
        {"when": {"contract": "monthly"}, "points": 50},
        {"when": {"contract": "yearly"}, "points": 10},
        {"when": {"contract": {"known": True}}, "points": 0},
    ],
}
SIZE = {
    "id": "size",
    "bands": [
        {"when": {"employees": {"below": 10}}, "points": 30},
        {"when": {"employees": {"between": [10, 100]}}, "points": 15},
        {"when": {"employees": {"known": True}}, "points": 0},
    ],
}
PHONE = {
    "id": "support",
    "bands": [
        {"when": {"support": "no"}, "points": 5},
        {"when": {"support": {"known": True}}, "points": 20},
    ],
}
RECORDS = [
    {"account_id": "a", "contract": "monthly", "employees": 5, "support": "yes"},
    {"account_id": "b", "contract": "monthly", "employees": 50, "support": "no"},
    {"account_id": "c", "contract": "monthly", "employees": None, "support": "yes"},
    {"account_id": "d", "contract": None, "employees": 5, "support": "yes"},
    {"account_id": "e", "contract": None, "employees": None, "support": None},
    {"account_id": "f", "contract": "yearly", "employees": 500, "support": "no"},
    {"account_id": "g", "contract": "custom", "employees": 500, "support": "no"},
]


def churn(most: float = 0.3, *, rates: Any = (), missing: Any = 0.4, **outcome: Any) -> Churn:
    """The section with a scorecard of contract, size and support."""
    card = {
        "missing": missing,
        "criteria": [CONTRACT, SIZE, PHONE],
        "outcome": {**OUTCOME, "rates": list(rates), **outcome},
    }
    section = Churn(scorecard="churn.toml", max_probability=most)
    return section.with_card(Score.model_validate(card))


def told(engine, records, section: Churn, columns=()) -> list[dict[str, Any]]:
    config = Exclude(churn=section)
    done = exclude(engine.frame(records, columns), config, as_of=TODAY)
    return engine.rows(churn_in_words(done, config, EN))


def test_who_is_likely_to_leave_is_excluded_with_the_reason_in_words(engine) -> None:
    rows = told(engine, RECORDS, churn(rates=RATES))
    seen = "profiles like this left within a year 47% of the time (42–53%, n 312): "
    assert [
        (r["account_id"], r["exclusions"], r["churn_probability"], r["churn_reason"]) for r in rows
    ] == [
        # 100 points.
        ("a", ["churn"], 0.8808, f"{seen}contract is monthly, employees below 10"),
        ("b", ["churn"], 0.5498, f"{seen}contract is monthly, employees in 10–100"),
        # 50 + 12 assumed + 20; at least 70.
        ("c", ["churn"], 0.7150, f"{seen}contract is monthly, other support"),
        # 20 assumed + 30 + 20: likelier than 0.3, but 50 points are not.
        ("d", None, 0.5498, None),
        ("e", None, None, None),
        # 10 + 0 + 5.
        ("f", None, 0.0431, None),
        ("g", None, 0.0241, None),
    ]  # fmt: skip


def test_without_cases_the_reason_says_what_is_expected(engine) -> None:
    (row,) = told(engine, RECORDS[1:2], churn())
    expected = "profiles like this are expected to have left within a year 55% of the time"
    assert row["churn_reason"] == f"{expected}: contract is monthly, employees in 10–100"
    # Scores from 40 to 70 have a rate, of no cases.
    record = {"contract": "monthly", "employees": 500, "support": "no"}
    (row,) = told(engine, [record], churn(0.2, rates=RATES))
    assert row["churn_reason"].startswith("profiles like this are expected to have left within")


def test_columns_are_added_only_with_a_scorecard_and_replaced(engine) -> None:
    config = Exclude(churn=churn())
    once = exclude(engine.frame(RECORDS), config, as_of=TODAY)
    added = ["excluded", "exclusions", "churn_probability", "churn_reason"]
    own = ["account_id", "employees", "contract", "support"]
    assert engine.columns(once) == [*own, *added]
    again = exclude(once, config, as_of=TODAY)
    assert (engine.columns(again), engine.rows(again)) == (engine.columns(once), engine.rows(once))
    bare = exclude(once, Exclude(), as_of=TODAY)
    assert engine.columns(bare) == [*own, "excluded", "exclusions"]
    # A numpy column of nothing has no texts.
    if engine.name != "pandas-numpy":
        none = engine.frame([], [*RECORDS[0]])
        assert engine.rows(exclude(none, config, as_of=TODAY)) == []


def test_a_canonical_column_that_is_nowhere_is_unknown_and_another_an_error(engine) -> None:
    records = [{k: v for k, v in row.items() if k != "employees"} for row in RECORDS]
    rows = told(engine, records, churn())
    assert [row["exclusions"] for row in rows[:4]] == [["churn"]] * 3 + [None]
    records = [{k: v for k, v in row.items() if k != "contract"} for row in RECORDS]
    place = r"churn\.toml: score\.criteria\.contract: no column 'contract'"
    with pytest.raises(ColumnError, match=place):
        told(engine, records, churn())


def test_it_is_counted_as_rules_are(engine) -> None:
    rule = {"id": "small", "reason": "Small", "when": {"employees": {"below": 10}}}
    config = Exclude.model_validate({"rules": [rule]}).model_copy(update={"churn": churn()})
    small, leaving = exclusion_counts(engine.frame(RECORDS), config, as_of=TODAY).rules
    assert small == RuleCount("small", "Small", true=2, true_alone=1, unknown=2)
    assert (leaving.id, leaving.true, leaving.true_alone) == ("churn", 3, 2)
    # d could have any contract, and of e nothing is known.
    assert leaving.unknown == 2
    assert EN.of(leaving.reason) == "likelier than 30% to have left within a year"


def test_what_is_left_out_of_the_scale_neither_excludes_nor_protects(engine) -> None:
    rows = told(engine, RECORDS, churn(missing="skip"))
    assert [row["exclusions"] for row in rows] == [["churn"]] * 3 + [None] * 4
    # 70 of the 70 points that are known.
    assert rows[2]["churn_probability"] == 0.8808


@pytest.mark.parametrize(("intercept", "per_point"), [(-900, 0), (900, 0), (-5e3, 100)])
def test_odds_beyond_measure_are_still_probabilities(engine, intercept, per_point) -> None:
    rows = told(engine, RECORDS, churn(0.5, intercept=intercept, per_point=per_point))
    known = [row["churn_probability"] for row in rows if row["account_id"] != "e"]
    assert known == [round(probability(Outcome(name="x", intercept=intercept, per_point=per_point), h), 4)
                     for h in (10000, 7000, 8200, 7000, 1500, 500)]  # fmt: skip
    assert rows[4]["excluded"] is False


VALUES: dict[str, list[Any]] = {
    "contract": ["monthly", "yearly", "custom"],
    "employees": [5, 50, 500],
    "support": ["yes", "no"],
}
sections = st.builds(
    churn,
    st.floats(0, 1),
    missing=st.sampled_from([0, 0.4, 1, "skip"]),
    intercept=st.floats(-6, 2),
    per_point=st.floats(0, 0.2),
)


@given(
    section=sections,
    record=st.fixed_dictionaries({n: st.sampled_from([None, *v]) for n, v in VALUES.items()}),
)
def test_who_is_excluded_would_be_whatever_is_unknown_of_it(arrow, section, record) -> None:
    blank = [name for name, value in record.items() if value is None]
    filled = [
        record | dict(zip(blank, values, strict=True))
        for values in itertools.product(*(VALUES[name] for name in blank))
    ]
    row, *others = told(arrow, [record, *filled], section)
    if row["excluded"]:
        assert all(other["excluded"] for other in others)
    elif len(blank) < len(record):
        # Nor is anybody kept whom every value would exclude, but for where all is unknown.
        least = engine_low(arrow, record, section)
        assert least < least_above(section.outcome, section.max_probability)


def engine_low(arrow, record, section: Churn) -> int:
    frame = score(arrow.frame([record], [*record]), section.card, as_of=TODAY)
    return round(arrow.rows(frame)[0]["fit_low"] * 100)


@given(section=sections)
def test_the_limit_is_the_first_score_that_is_likelier(section) -> None:
    limit = least_above(section.outcome, section.max_probability)
    assert limit == FULL + 1 or probability(section.outcome, limit) > section.max_probability
    assert limit == 0 or probability(section.outcome, limit - 1) <= section.max_probability


@given(cases=st.integers(1, 5000), data=st.data())
def test_the_interval_is_wilsons(cases: int, data) -> None:
    from scipy.stats import binomtest

    positives = data.draw(st.integers(0, cases))
    known = binomtest(positives, cases).proportion_ci(0.95, method="wilson")
    assert seen_interval(positives, cases) == pytest.approx((known.low, known.high), abs=1e-9)


def test_bands_tell_by_how_much_more_they_earn_than_an_average_account() -> None:
    criteria = scorecard(churn().card)
    # monthly 50 - 20, below 10 30 - 12, other support 20 - 8, 10-100 15 - 12.
    assert telling_bands(criteria) == [(0, 0), (1, 0), (2, 1), (1, 1)]
