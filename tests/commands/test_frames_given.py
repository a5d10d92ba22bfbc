"""Frames of a notebook are read as the file would be that they were read from."""

from __future__ import annotations

import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import abmkit
from abmkit.api import AbmkitWarning

NAMES = ["Acme Foods", "Beta Foods", "Gamma Foods"]


def loaded(frame: Any) -> tuple[dict[str, list[Any]], list[str]]:
    """What load makes of a frame: its columns, null as None, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", AbmkitWarning)
        result = abmkit.load(frame)
    told = [str(each.message) for each in caught if each.category is AbmkitWarning]
    rows = result.astype(object).where(result.notna(), None)
    return {name: list(rows[name]) for name in rows.columns}, told


CELLS: dict[str, tuple[list[Any], list[str | None]]] = {
    "numbers and ranges": ([10, "51-200", None], ["10", "51-200", None]),
    "floats": ([1.0, "x", 0.1], ["1", "x", "0.1"]),
    "numpy": ([np.int64(5), np.float64(2.5), "a"], ["5", "2.5", "a"]),
    "flags": ([True, "yes", np.bool_(False)], ["true", "yes", "false"]),
    "decimals": ([Decimal("10.50"), "2m", Decimal("NaN")], ["10.5", "2m", None]),
    "moments": ([datetime(2020, 1, 1), pd.Timestamp("2020-01-01 03:00"), "b"],
                ["2020-01-01", "2020-01-01T03:00:00", "b"]),
    "days": ([date(2020, 1, 1), 5, pd.NaT], ["2020-01-01", "5", None]),
    "days and moments": ([date(2020, 1, 1), datetime(2020, 1, 1, 3), None],
                         ["2020-01-01", "2020-01-01T03:00:00", None]),
    "times": ([time(3), "c", timedelta(hours=30)], ["03:00:00", "c", "30:00:00"]),
    "unknown": ([pd.NA, np.nan, "d"], [None, None, "d"]),
    "lists": ([["a", "b;c"], "x", ("y",)], ["a;b\\;c", "x", "y"]),
    "arrays": ([np.array([1, 2]), None, {"z"}], ["1;2", None, "z"]),
    "records": ([{"a": 1}, "x", [{"b": 2}]], ['{"a":1}', "x", '[{"b":2}]']),
    "large": ([2**70, "x", 1], [str(2**70), "x", "1"]),
    "endless": ([np.inf, "x", -np.inf], ["inf", "x", "-inf"]),
    "text bytes": ([b"ab", "x", None], ["ab", "x", None]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_a_column_of_mixed_types_is_the_text_it_would_be(kind: str) -> None:
    values, texts = CELLS[kind]
    frame = pd.DataFrame({"Company Name": NAMES, "x": pd.Series(values, dtype=object)})
    before = frame.copy()
    columns, told = loaded(frame)
    assert columns["x"] == texts
    assert told == []
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("values", [
    pd.Categorical(["a", None, "a"]), pd.Categorical([1, "b", None]),
    pd.period_range("2020", periods=3, freq="Y"), pd.interval_range(0, 3), [1 + 2j, 3, 4],
])  # fmt: skip
def test_every_other_type_is_read(values: Any) -> None:
    columns, told = loaded(pd.DataFrame({"Company Name": NAMES, "x": values}))
    assert columns["x"][0] is not None
    assert told == []


def test_a_workbook_and_the_frame_of_it_give_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "Company Name": NAMES, "Employees": [10, "51-200", None], "Founded": [1990, "1987", np.nan],
        "Listed": [True, "no", None], "Notes": [1.5, "x", datetime(2024, 2, 29)],
    })  # fmt: skip
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    as_file = abmkit.load(tmp_path / "x.xlsx").drop(columns="source")
    as_frame = abmkit.load(pd.read_excel(tmp_path / "x.xlsx")).drop(columns="source")
    pd.testing.assert_frame_equal(as_frame, as_file)
    assert as_file["employees_max"].tolist()[:2] == [10, 200]


def test_names_of_columns_are_told_apart_as_in_a_file() -> None:
    frame = pd.DataFrame([["Acme", 1, 2, 3, 4]], columns=["Company Name", "x", "x", "X", 2020])
    assert [*loaded(frame)[0]][-4:] == ["x", "x_2", "X_3", "2020"]
    parts = pd.MultiIndex.from_tuples([("Company", "Name"), ("Employees", ""), ("Q", 1)])
    columns, _ = loaded(pd.DataFrame([["Acme", 7, 8]], columns=parts))
    assert (columns["name"], columns["employees"], columns["Q 1"]) == (["Acme"], [7], ["8"])


def test_an_index_that_says_something_is_told() -> None:
    sites = {"Website": ["acme.com", "beta.com"]}
    named = pd.DataFrame(sites, index=pd.Index(NAMES[:2], name="Company Name"))
    remedy = "is no column and not read: make it one with reset_index()"
    assert loaded(named)[1] == [f"the frame's index (Company Name) {remedy}"]
    assert loaded(pd.DataFrame(sites, index=NAMES[:2]))[1] == [
        f"the frame's index (without a name) {remedy}"
    ]
    assert loaded(pd.DataFrame(sites, index=[7, 3]))[1] == []
    assert loaded(named.reset_index())[0]["name"] == NAMES[:2]


def test_bytes_that_are_no_text_are_left_out_and_told() -> None:
    frame = pd.DataFrame({"Company Name": NAMES, "geo": [b"\xff", b"a", None]})
    columns, told = loaded(frame)
    assert "geo" not in columns
    assert told == ["the frame: not read, for there are bytes in it that are no text: geo"]


def test_match_takes_such_frames_too() -> None:
    people = pd.DataFrame({"Company": ["Acme Foods", "None of them"], "x": [1, "2-3"]})
    found = abmkit.match(people, pd.DataFrame({"Company Name": NAMES, "Size": [1, "x", None]}))
    assert found["match_status"].tolist()[0] == "matched"
    assert found["x"].tolist() == ["1", "2-3"]


def test_steps_take_own_columns_of_mixed_types() -> None:
    accounts = pd.DataFrame({"account_id": ["a", "b"], "name": NAMES[:2], "x": [1, "2-3"]})
    config = {"version": 1, "exclude": {"rules": [{"id": "r", "reason": "r", "when": {"x": "1"}}]}}
    kept = abmkit.exclude(accounts, config)
    assert kept["excluded"].tolist() == [True, False]
