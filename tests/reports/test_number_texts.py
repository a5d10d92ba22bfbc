from __future__ import annotations

from datetime import date

import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.conditions import Condition
from abmkit.domain.frames import opened
from abmkit.reports import numbers
from abmkit.reports.conditions import condition_text, requirement_text
from abmkit.reports.reasons.numbers import with_number_texts
from abmkit.reports.words import words

EN = words("en")

NUMBERS = [
    (0, "0"), (7, "7"), (2.5, "2.5"), (0.125, "0.13"), (0.004, "0"), (1200, "1,200"),
    (999_999.99, "999,999.99"), (1_000_000, "1M"), (1_005_000, "1.01M"), (1_234_567, "1.23M"),
    (2_500_000, "2.5M"), (999_994_999, "999.99M"), (523_964_000_000, "523.96B"),
    (524e9, "524B"), (1.5e12, "1.5T"), (12_345e12, "12,345T"), (-1_500, "-1,500"), (-2e6, "-2M"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_numbers_read_as_people_write_them(value, text) -> None:
    assert numbers.number(value) == text


def texts(engine, values) -> list[str | None]:
    frame = opened(engine.frame([{"potential": value} for value in values]))
    frame = with_number_texts(frame, {"text": nw.col("potential")})
    assert frame.columns == ["potential", "text"]
    return [row["text"] for row in engine.rows(frame.to_native())]


def test_every_engine_writes_the_same_numbers(engine) -> None:
    assert texts(engine, [value for value, _ in NUMBERS]) == [text for _, text in NUMBERS]
    assert texts(engine, [None, 1.0]) == [None, "1"]
    # What stands for an open end may be computed, though it is never shown.
    texts(engine, [1e300, -1e300])


# Halves, where engines that divide or round in their own way come apart.
TIES = st.builds(
    lambda n, unit: n * unit / 1000, st.integers(0, 10**6), st.sampled_from([1, 1000, 10**6, 10**9])
)


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.one_of(TIES, st.floats(-1e14, 1e14)), min_size=20, max_size=60))
def test_every_engine_writes_any_number_alike(engine, values) -> None:
    assert texts(engine, values) == [numbers.number(value) for value in values]


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [(2500, "25"), (750, "7.5"), (1667, "16.67"), (0, "0"), (10_000, "100"), (5, "0.05")],
)
def test_points_read_as_people_write_them(hundredths, text) -> None:
    assert numbers.points(hundredths) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ({"country": "US"}, "country is US"),
        ({"country": ["US", "CA"]}, "country is US or CA"),
        ({"country": ["US", "CA", "MX"]}, "country is US, CA or MX"),
        ({"country": list("ABCDE")}, "country is A, B, C or 2 more"),
        ({"country": {"not_in": ["US"]}}, "country is not US"),
        ({"employees": {"between": [200, 2000]}}, "employees in 200–2,000"),
        ({"employees": {"at_least": 50, "below": 200}}, "employees at least 50 and below 200"),
        ({"revenue": {"above": 2_500_000}}, "revenue above 2.5M"),
        ({"revenue": {"at_most": 10}}, "revenue at most 10"),
        ({"listed": True}, "listed is yes"),
        ({"owner": {"known": False}}, "owner unknown"),
        ({"as_of": {"older_than_days": 1000}}, "as_of more than 1,000 days old"),
        ({"as_of": {"above": date(2026, 1, 31)}}, "as_of above 2026-01-31"),
        ({"name": {"contains": ["Bank", "Trust"]}}, "name contains Bank or Trust"),
        ({"name": {"starts_with": "A"}}, "name begins with A"),
        ({"name": {"matches": "^A"}}, "name matches ^A"),
        ({"industry_code": {"under": "gbt4754:C"}}, "industry_code under gbt4754:C"),
        (
            {"country": "US", "any": [{"owner": "Ann"}, {"listed": False}], "none": [{"city": "X"}]},
            "country is US and (owner is Ann or listed is no) and not (city is X)",
        ),
    ],
)  # fmt: skip
def test_conditions_read_as_words(when, text) -> None:
    assert condition_text(Condition.model_validate(when), EN) == text


def test_a_requirement_of_one_column_goes_without_its_name() -> None:
    one = Condition.model_validate({"employees": {"between": [200, 2000]}})
    assert requirement_text(one, "employees", EN) == "in 200–2,000"
    assert requirement_text(one, "revenue", EN) is None
    two = Condition.model_validate({"employees": 5, "none": [{"employees": 6}]})
    assert requirement_text(two, "employees", EN) is None
