from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.score import Score
from abmkit.domain.rules.scorecards import scorecard
from abmkit.errors import ColumnError, UsageError
from abmkit.reports.reasons import fit_in_words
from abmkit.reports.words import words
from abmkit.steps.score import score as step

TODAY = date(2026, 7, 1)
EN = words("en")
FIT = ("fit_score", "fit_low", "fit_high", "fit_known")
PROFILE = {
    "missing": 0.5,
    "criteria": [
        {
            "id": "size",
            "bands": [
                {"when": {"employees": {"between": [200, 2000]}}, "points": 25},
                {"when": {"employees": {"between": [50, 200]}}, "points": 12},
            ],
        },
        {"id": "place", "bands": [{"when": {"country": ["US", "CA"]}, "points": 15}]},
        {
            "id": "stack",
            "missing": 0,
            "bands": [{"when": {"technologies": {"contains": "SAP"}}, "points": 10}],
        },
    ],
}


def score(frame, config, **options) -> Any:
    """The step with its reasons in words."""
    return fit_in_words(step(frame, config, **options), config, EN)


def scored(engine, records, config=PROFILE, columns=(), **options) -> list[dict[str, Any]]:
    frame = engine.frame(records, columns)
    return engine.rows(score(frame, Score.model_validate(config), as_of=TODAY, **options))


def size(value, low=None, high=None) -> dict[str, Any]:
    return {"employees": value, "employees_min": low, "employees_max": high}


CASES = [
    (
        {**size(500, 500, 500), "country": "US", "technologies": ["SAP", "x"]},
        (100.0, 100.0, 100.0, 1.0),
        "employees 500 in 200–2,000: 50 of 50; country US: 30 of 30; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        {**size(100, 100, 100), "country": "DE", "technologies": ["x"]},
        (24.0, 24.0, 24.0, 1.0),
        "employees 100 in 50–200: 24 of 50; country DE in no band: 0 of 30; "
        "technologies in no band: 0 of 20",
    ),
    (
        # Both ends belong to both bands; the first of them counts.
        {**size(200, 200, 200), "country": "CA", "technologies": None},
        (80.0, 80.0, 100.0, 0.8),
        "employees 200 in 200–2,000: 50 of 50; country CA: 30 of 30; "
        "technologies unknown: 0 of 20 assumed",
    ),
    (
        {**size(1_200_000), "country": None, "technologies": ["SAP"]},
        (35.0, 20.0, 50.0, 0.7),
        "employees 1.2M in no band: 0 of 50; country unknown: 15 of 30 assumed; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        # A range over the border of two bands is neither of them for sure, and nothing else.
        {**size(173, 150, 300), "country": "US", "technologies": ["SAP"]},
        (75.0, 50.0, 100.0, 0.5),
        "employees 150–300 undecided: 25 of 50 assumed; country US: 30 of 30; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        {**size(5000, 5000, None), "country": "US", "technologies": ["SAP"]},
        (50.0, 50.0, 50.0, 1.0),
        "employees 5,000+ in no band: 0 of 50; country US: 30 of 30; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        {**size(1000, 1000, None), "country": "US", "technologies": ["SAP"]},
        (75.0, 50.0, 100.0, 0.5),
        "employees 1,000+ undecided: 25 of 50 assumed; country US: 30 of 30; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        # Anything up to 100 cannot be in the first band, so what is assumed is more than it can be.
        {**size(100, None, 100), "country": "US", "technologies": ["SAP"]},
        (75.0, 50.0, 75.0, 0.5),
        "employees up to 100 undecided: 25 of 50 assumed; country US: 30 of 30; "
        "technologies contains SAP: 20 of 20",
    ),
    (
        {**size(None), "country": None, "technologies": None},
        (40.0, 0.0, 100.0, 0.0),
        "employees unknown: 25 of 50 assumed; country unknown: 15 of 30 assumed; "
        "technologies unknown: 0 of 20 assumed",
    ),
]


def test_scores_and_reasons_are_exact(engine) -> None:
    rows = scored(engine, [record for record, _, _ in CASES], reasons=True)
    assert [tuple(row[c] for c in FIT) for row in rows] == [fit for _, fit, _ in CASES]
    assert [row["fit_reasons"] for row in rows] == [reasons for _, _, reasons in CASES]


def test_a_band_that_is_true_counts_though_an_earlier_one_is_unknown(engine) -> None:
    bands = [{"when": {"country": "US"}, "points": 4}, {"when": {"listed": True}, "points": 1}]
    config = {"criteria": [{"id": "c", "bands": bands}]}
    (row,) = scored(engine, [{"country": None, "listed": True}], config)
    assert tuple(row[c] for c in FIT) == (25.0, 25.0, 100.0, 1.0)


def test_reasons_name_every_column_and_read_as_words(engine) -> None:
    when = [
        {"listed": True, "city": {"contains": "on"}},
        {"as_of": {"at_least": date(2026, 1, 1)}},
        {"potential": {"above": 1.5}},
        {"any": [{"city": "Rom"}, {"none": [{"potential": {"below": 0}}]}]},
        {"revenue": {"at_least": 1_000_000}},
        {"Plan": {"above": 2}},
    ]
    bands = [[{"when": each, "points": 1}] for each in when]
    config = {"criteria": [{"id": f"c{i}", "bands": each} for i, each in enumerate(bands)]}
    record = {
        "listed": True, "city": "Bonn", "as_of": date(2026, 2, 3), "potential": 1234.5,
        "revenue": 2_500_000.0, "plan": "3",
    }  # fmt: skip
    blank = {"listed": None, "city": None, "as_of": None, "potential": None, "plan": "gold"}
    rows = scored(engine, [record, blank], config, reasons=True)
    assert [row["fit_reasons"] for row in rows] == [
        "listed yes, city Bonn: 16.67 of 16.67; "
        "as_of 2026-02-03 at least 2026-01-01: 16.67 of 16.67; "
        "potential 1,234.5 above 1.5: 16.67 of 16.67; "
        "city Bonn, potential 1,234.5: 16.67 of 16.67; "
        "revenue 2.5M at least 1M: 16.66 of 16.66; "
        "Plan 3 above 2: 16.66 of 16.66",
        "listed unknown, city unknown: 8.34 of 16.67 assumed; "
        "as_of unknown: 8.34 of 16.67 assumed; "
        "potential unknown: 8.34 of 16.67 assumed; "
        "city unknown, potential unknown: 8.34 of 16.67 assumed; "
        "revenue unknown: 8.33 of 16.66 assumed; "
        "Plan gold undecided: 8.33 of 16.66 assumed",
    ]


def test_an_unknown_criterion_may_be_left_out_of_the_scale(engine) -> None:
    config = {**PROFILE, "missing": "skip"}
    records = [
        {**size(500), "country": None, "technologies": ["x"]},
        {**size(None), "country": "US", "technologies": None},
        {**size(100), "country": "DE", "technologies": None},
    ]
    config["criteria"] = [{**c, "missing": "skip"} for c in PROFILE["criteria"]]
    rows = scored(engine, [*records, size(None)], config, points=True, reasons=True)
    assert [tuple(row[c] for c in FIT) for row in rows] == [
        # 50 of 70, 30 of 30, 24 of 80; then nothing is known.
        (71.43, 50.0, 80.0, 0.7),
        (100.0, 30.0, 100.0, 0.3),
        (30.0, 24.0, 44.0, 0.8),
        (None, 0.0, 100.0, 0.0),
    ]
    points = [[row[f"points_{c}"] for c in ("size", "place", "stack")] for row in rows]
    assert points == [[71.43, 0.0, 0.0], [0.0, 100.0, 0.0], [30.0, 0.0, 0.0], [None] * 3]
    assert rows[3]["fit_reasons"] == (
        "employees unknown: left out; country unknown: left out; technologies unknown: left out"
    )


def test_points_are_columns_after_the_score_and_before_its_reasons(engine) -> None:
    frame = engine.frame([{"plan": "x", "name": "A", **size(500)}])
    done = score(frame, Score.model_validate(PROFILE), as_of=TODAY, points=True, reasons=True)
    assert engine.columns(done) == [
        "name", "employees", "employees_min", "employees_max", "plan",
        *FIT, "points_size", "points_place", "points_stack", "fit_reasons",
    ]  # fmt: skip


def test_every_score_is_the_same_number_on_every_engine(engine) -> None:
    """Engines divide and round doubles each in their own way: all hundredths are tried."""
    weights = {f"c{bit}": 2**bit for bit in range(13)}
    criteria = [
        {"id": id_, "bands": [{"when": {f"b{id_}": "1"}, "points": weight}]}
        for id_, weight in weights.items()
    ]
    earned = {c.id: c.best for c in scorecard(Score.model_validate({"criteria": criteria}))}
    records = [
        {f"bc{bit}": str(number >> bit & 1) for bit in range(13)} for number in range(0, 2**13, 3)
    ]
    rows = scored(engine, records, {"criteria": criteria})
    for record, row in zip(records, rows, strict=True):
        hundredths = sum(earned[id_] for id_ in weights if record[f"b{id_}"] == "1")
        assert row["fit_score"] == hundredths / 100


def test_an_account_without_any_of_the_columns_is_scored_all_the_same(engine) -> None:
    (row,) = scored(engine, [{"name": "A"}], reasons=True)
    assert tuple(row[c] for c in FIT) == (40.0, 0.0, 100.0, 0.0)
    assert row["fit_reasons"].startswith("employees unknown: 25 of 50 assumed; country unknown")


def test_no_criteria_score_nothing(engine) -> None:
    (row,) = scored(engine, [{"name": "A"}], {}, points=True, reasons=True)
    assert row == {
        "name": "A", "fit_score": None, "fit_low": None, "fit_high": None, "fit_known": 0.0,
        "fit_reasons": None,
    }  # fmt: skip


def test_no_accounts_make_no_scores(engine) -> None:
    frame = engine.frame([], ["account_id", "employees"])
    done = score(frame, Score.model_validate(PROFILE), as_of=TODAY, points=True, reasons=True)
    assert engine.rows(done) == []
    assert {*FIT, "points_size", "fit_reasons"} <= set(engine.columns(done))


def test_excluded_accounts_are_scored_too(engine) -> None:
    rows = scored(engine, [{"country": "US", "excluded": True}, {"country": "US"}])
    assert rows[0]["fit_score"] == rows[1]["fit_score"] == 55.0


def test_an_unknown_column_names_those_there_are(engine) -> None:
    config = {"criteria": [{"id": "c", "bands": [{"when": {"sise": "1"}, "points": 1}]}]}
    message = re.escape("score.criteria.c: no column 'sise'; did you mean 'size'?")
    with pytest.raises(ColumnError, match=message):
        scored(engine, [{"name": "A", "size": "1"}], config)


def test_a_matcher_that_does_not_fit_is_an_error(engine) -> None:
    config = {"criteria": [{"id": "c", "bands": [{"when": {"listed": {"above": 1}}, "points": 1}]}]}
    with pytest.raises(UsageError, match=r"score\.criteria\.c: listed: 1 cannot be held against"):
        scored(engine, [{"listed": True}], config)


def test_what_is_no_table_is_an_error() -> None:
    with pytest.raises(UsageError, match="a dict is no table"):
        score({"employees": [1]}, Score(), as_of=TODAY)


def test_columns_that_differ_only_in_case_are_an_error(arrow) -> None:
    with pytest.raises(UsageError, match="'Name' and 'name' differ only in case"):
        scored(arrow, [{"Name": "A", "name": "B"}])


def test_the_accounts_given_stay_as_they_are(engine) -> None:
    records = [{"name": "A", **size(500), "country": "US", "technologies": ["SAP"], "listed": None}]
    frame = engine.frame(records)
    before, columns = engine.rows(frame), engine.columns(frame)
    types = str(nw.from_native(frame).collect_schema())
    score(frame, Score.model_validate(PROFILE), as_of=TODAY, points=True, reasons=True)
    assert engine.rows(frame) == before
    assert engine.columns(frame) == columns
    assert str(nw.from_native(frame).collect_schema()) == types


def test_an_index_of_pandas_says_nothing(engine) -> None:
    if not engine.name.startswith("pandas"):
        pytest.skip("only pandas has an index")
    frame = engine.frame([size(500), size(1), size(None)])
    frame.index = [7, 7, 0]
    rows = engine.rows(score(frame, Score.model_validate(PROFILE), as_of=TODAY, reasons=True))
    assert [row["fit_score"] for row in rows] == [65.0, 15.0, 40.0]


# Properties ------------------------------------------------------------------------------------

COLUMNS = ["employees", "country", "listed", "seats"]
MATCHERS = {
    "employees": st.lists(st.integers(0, 10), min_size=2, max_size=2).map(
        lambda ends: {"between": sorted(ends)}
    ),
    "country": st.lists(st.sampled_from("ABC"), min_size=1, max_size=2),
    "listed": st.booleans(),
    "seats": st.integers(0, 3).map(lambda n: {"at_least": n}),
}
BANDS = st.sampled_from(COLUMNS).flatmap(
    lambda c: st.builds(lambda m, p: {"when": {c: m}, "points": p}, MATCHERS[c], st.integers(0, 30))
)
MISSING = st.one_of(st.none(), st.just("skip"), st.sampled_from([0, 0.25, 1 / 3, 0.5, 1]))


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    several = draw(st.lists(st.lists(BANDS, min_size=1, max_size=3), min_size=1, max_size=4))
    criteria = [
        {"id": f"c{n}", "missing": draw(MISSING), "bands": bands}
        for n, bands in enumerate(several)
        if max(band["points"] for band in bands)
    ]
    return {"missing": draw(MISSING.filter(lambda m: m is not None)), "criteria": criteria}


@st.composite
def accounts(draw: st.DrawFn) -> dict[str, Any]:
    value = draw(st.integers(0, 10))
    kind = draw(st.sampled_from(["exact", "range", "open", "unknown"]))
    return {
        **{
            "exact": size(value, value, value),
            "range": size(value, value - 2, value + 3),
            "open": size(value, value, None),
            "unknown": size(None),
        }[kind],
        "country": draw(st.sampled_from(["A", "B", "C", None])),
        "listed": draw(st.sampled_from([True, False, None])),
        "seats": draw(st.sampled_from(["0", "2", "many", None])),
    }


ROWS = st.lists(accounts(), min_size=1, max_size=12)


def in_hundredths(value: float | None) -> int | None:
    if value is None:
        return None
    assert round(value, 2) == value
    return round(value * 100)


@settings(max_examples=40, deadline=None)
@given(config=configs(), records=ROWS)
def test_points_add_up_and_the_score_lies_between_its_bounds(arrow, config, records) -> None:
    for row in scored(arrow, records, config, points=True):
        low, fit, high = (in_hundredths(row[c]) for c in ("fit_low", "fit_score", "fit_high"))
        points = [in_hundredths(v) for c, v in row.items() if c.startswith("points_")]
        if not config["criteria"]:
            assert fit is None
            continue
        assert 0 <= row["fit_known"] <= 1
        assert 0 <= low <= high <= 10_000
        if fit is None:
            assert row["fit_known"] == 0
            continue
        assert sum(points) == fit
        assert min(points) >= 0
        assert low <= fit <= high
        if all(v is not None for c, v in row.items() if c in COLUMNS) and row["seats"] != "many":
            exact = row["employees"] == row["employees_min"] == row["employees_max"]
            if exact:
                assert low == fit == high
                assert row["fit_known"] == 1


@settings(max_examples=15, deadline=None)
@given(weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=9), skip=st.booleans())
def test_a_perfect_account_scores_100_whatever_the_weights(arrow, weights, skip) -> None:
    criteria = [
        {"id": f"c{n}", "bands": [{"when": {"country": "US"}, "points": weight}]}
        for n, weight in enumerate(weights)
    ]
    config = {"missing": "skip" if skip else 0.5, "criteria": criteria}
    (row,) = scored(arrow, [{"country": "US"}], config, points=True)
    assert row["fit_score"] == row["fit_low"] == row["fit_high"] == 100.0
    assert sum(in_hundredths(row[f"points_c{n}"]) for n in range(len(weights))) == 10_000


@settings(max_examples=25, deadline=None)
@given(config=configs(), records=ROWS, salt=st.randoms(use_true_random=False))
def test_a_completion_never_scores_outside_the_bounds(arrow, config, records, salt) -> None:
    def filled(record: dict[str, Any]) -> dict[str, Any]:
        low, high = record["employees_min"], record["employees_max"]
        value = salt.randint(0 if low is None else low, 12 if high is None else high)
        return {
            **size(value, value, value),
            "country": record["country"] or salt.choice("ABC"),
            "listed": salt.choice([True, False]) if record["listed"] is None else record["listed"],
            "seats": record["seats"] if record["seats"] in ("0", "2") else salt.choice("012345"),
        }

    bounds = scored(arrow, records, config)
    certain = scored(arrow, [filled(record) for record in records], config)
    for bound, row in zip(bounds, certain, strict=True):
        if config["criteria"]:
            assert bound["fit_low"] <= row["fit_score"] <= bound["fit_high"]


@settings(max_examples=2, deadline=None)
@given(config=configs(), records=ROWS)
def test_engines_agree_and_a_second_score_changes_nothing(engine, arrow, config, records) -> None:
    once = score(
        engine.frame(records), Score.model_validate(config), as_of=TODAY, points=True, reasons=True
    )
    rows = engine.rows(once)
    assert rows == scored(arrow, records, config, points=True, reasons=True)
    again = score(once, Score.model_validate(config), as_of=TODAY, points=True, reasons=True)
    assert engine.rows(again) == rows
    assert engine.columns(again) == engine.columns(once)
    # Without points and reasons, those of the first time are gone.
    bare = score(once, Score.model_validate(config), as_of=TODAY)
    assert engine.columns(bare)[-4:] == list(FIT)


def test_rows_keep_their_order_and_their_scores_in_any_order(engine) -> None:
    records = [
        {**CASES[number % len(CASES)][0], "account_id": f"a{number}"} for number in range(40)
    ]
    rows = scored(engine, records, points=True, reasons=True)
    assert [row["account_id"] for row in rows] == [record["account_id"] for record in records]
    shuffled = random.Random(1).sample(records, len(records))
    by_id = {row["account_id"]: row for row in rows}
    assert scored(engine, shuffled, points=True, reasons=True) == [
        by_id[record["account_id"]] for record in shuffled
    ]


def test_a_year_is_told_as_a_year(engine) -> None:
    config = Score.model_validate(
        {
            "criteria": [
                {
                    "id": "age",
                    "bands": [{"when": {"founded_year": {"between": [1975, 2000]}}, "points": 10}],
                }
            ]
        }
    )
    (row,) = scored(engine, [{"account_id": "id:1", "founded_year": 1985}], config, reasons=True)
    assert row["fit_reasons"] == "founded_year 1985 in 1975–2000: 100 of 100"
