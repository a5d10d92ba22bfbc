"""How large the market is by the overlap of its directories, and how much of it is known."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.sections.planning.visibility import Visibility
from abmkit.errors import AbmkitError, ColumnError, UsageError
from abmkit.planning.visibility import visibility
from abmkit.planning.visibility.doubts import ORDER
from abmkit.planning.visibility.estimates import estimates
from abmkit.planning.visibility.loglinear import histories
from abmkit.reports.console.planning.visibility import (
    visibility_table,
    visibility_text,
    visibility_warnings,
)
from abmkit.reports.console.width import measure
from abmkit.reports.words import words
from benchmarks.visibility import told
from frames import Engine

EN = words("en")


# The estimates ------------------------------------------------------------------------------------


def test_two_directories_are_chapmans_estimate() -> None:
    # 200 and 300 named, 60 by both: 201 · 301 / 61 - 1.
    found = estimates(np.array([[140, 240, 60]]))
    assert found.size[0] == pytest.approx(201 * 301 / 61 - 1)
    assert found.chao[0] == pytest.approx(found.size[0])
    # 440 - 1/2 + 140.5 · 240.5 / 60.5 · exp(±1.96 · 0.1720), by hand.
    assert (found.low[0], found.high[0]) == pytest.approx((838.2, 1221.9), abs=0.2)
    assert found.method[0] == "chapman"


def test_three_independent_directories_are_near_the_truth() -> None:
    # Of 1,000 companies, 300, 400 and 500 named, each history as often as is expected.
    share = np.array([0.3, 0.4, 0.5])
    chances = [np.prod(np.where(row, share, 1 - share)) for row in histories(3)]
    found = estimates(np.array([np.round(1000 * np.array(chances))]).astype(int))
    assert found.size[0] == pytest.approx(1000, rel=0.02)
    assert found.low[0] < 1000 < found.high[0]


@pytest.mark.parametrize("counts", [[12, 30, 0], [0, 0, 0], [40, 0, 0]])
def test_nothing_is_estimated_where_no_two_name_the_same(counts: list[int]) -> None:
    found = estimates(np.array([counts]))
    assert np.isnan([found.size[0], found.low[0], found.high[0], found.chao[0]]).all()
    assert found.method[0] is None


@pytest.mark.parametrize(
    ("size", "shares", "kind", "least", "most"),
    [
        (50, (0.3, 0.4), "independent", 0.93, 1),
        (300, (0.2, 0.3), "independent", 0.93, 1),
        (1_000, (0.4, 0.6), "independent", 0.93, 1),
        (300, (0.2, 0.3, 0.3), "independent", 0.93, 1),
        (300, (0.2, 0.3, 0.3), "dependent", 0.93, 1),
        # Two cannot know that they depend, and then their estimate is a floor: that is said.
        (1_000, (0.4, 0.6), "dependent", 0, 0.05),
        (1_000, (0.2, 0.3, 0.5), "unequal", 0.85, 1),
    ],
)
def test_the_interval_holds_the_truth_as_often_as_is_said(
    size: int, shares: tuple[float, ...], kind: str, least: float, most: float
) -> None:
    found = told(size, shares, kind, markets=400)
    assert least <= found["held"] <= most
    assert found["above"] < 0.03, "where it fails, it is a floor"


cells = st.integers(0, 400)


@settings(max_examples=25, deadline=None)
@given(st.lists(cells, min_size=3, max_size=3) | st.lists(cells, min_size=7, max_size=7))
def test_an_estimate_is_never_below_what_is_known_nor_outside_of_its_interval(
    counts: list[int],
) -> None:
    found = estimates(np.array([counts]))
    if not np.isnan(found.size[0]):
        assert sum(counts) <= found.low[0] <= found.size[0] <= found.high[0]
        assert np.isfinite(found.high[0])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=7, max_size=7))
def test_the_order_of_directories_says_nothing(counts: list[int]) -> None:
    every = []
    for order in [(0, 1, 2), (1, 2, 0), (2, 1, 0)]:
        moved = np.zeros(7, dtype=int)
        for code, row in enumerate(histories(3)):
            moved[sum(1 << order.index(n) for n in range(3) if row[n]) - 1] = counts[code]
        found = estimates(moved[None])
        every.append([found.size[0], found.low[0], found.high[0], found.chao[0]])
    assert np.allclose(every, every[0], rtol=1e-4, equal_nan=True)


def test_segments_are_estimated_alike_one_by_one_and_together() -> None:
    counts = np.random.default_rng(5).integers(0, 60, (20, 7))
    counts[::3, [1, 2, 3, 4, 5, 6]] *= [1, 0, 1, 0, 1, 0]
    together = estimates(counts)
    for row in range(len(counts)):
        alone = estimates(counts[row : row + 1])
        assert np.allclose(alone.size[0], together.size[row], rtol=1e-4, equal_nan=True)
        assert np.allclose(alone.high[0], together.high[row], rtol=1e-4, equal_nan=True)


# The market ---------------------------------------------------------------------------------------

ROWS: list[dict[str, Any]] = [
    {
        "account_id": f"a{number}",
        "name": "Acme",
        "country": "US" if number % 4 else "DE",
        "domain": "a.com" if number % 3 else None,
        "employees": number if number % 2 else None,
        "sources": [name for name, step in (("x", 2), ("y", 3), ("z", 5)) if number % step == 0],
        "excluded": number % 10 == 0,
    }
    for number in range(1, 401)
    if any(number % step == 0 for step in (2, 3, 5))
]
CONFIG = Visibility(
    by=["country"], complete=["name", "domain", "employees"], target=0.5,
    segments=[
        {"segment": {"country": "united states"}, "size": 500, "target": 0.25, "source": "Census"},
        {"segment": {"country": "France"}, "size": 40},
    ],
)  # fmt: skip


def test_it_is_the_same_on_every_engine(engine: Engine) -> None:
    expected = visibility(ROWS_TABLE, CONFIG)
    assert visibility(engine.frame(ROWS), CONFIG) == expected


ROWS_TABLE = Engine("pyarrow").frame(ROWS)


def test_visibility_is_complete_records_over_the_figure_else_over_the_estimate() -> None:
    found = visibility(ROWS_TABLE, CONFIG)
    market, us, de, fr = found.segments
    assert [each.key for each in found.segments] == [None, ("US",), ("DE",), ("FR",)]
    complete = [r for r in ROWS if r["domain"] and r["employees"]]
    in_us = [r for r in complete if r["country"] == "US"]
    assert us.visibility == len(in_us) / 500
    assert (us.measured_by, us.figure_source, us.target) == ("figure", "Census", 0.25)
    assert us.to_target == 125 - len(in_us)
    assert market.estimated is not None
    assert market.visibility == len(complete) / market.estimated.size
    assert market.missing == {
        "domain": sum(r["domain"] is None for r in ROWS),
        "employees": sum(r["employees"] is None for r in ROWS),
    }
    assert list(market.missing) == ["employees", "domain"]
    assert (fr.accounts, fr.visibility, fr.to_target) == (0, 0.0, 20)
    assert found.nobody == (("FR",),)
    assert de.accounts + us.accounts == market.accounts == len(ROWS)


def test_excluded_accounts_are_of_the_market_unless_it_is_the_target_market() -> None:
    left = visibility(ROWS_TABLE, CONFIG, target_market=True).segments[0].accounts
    assert left == sum(not r["excluded"] for r in ROWS) < len(ROWS)


def test_sources_of_one_origin_count_as_one() -> None:
    config = Visibility(one_origin=[["x", "Y"]], complete=["name"])
    found = visibility(ROWS_TABLE, config)
    assert found.directories == ("x+y", "z")
    (market,) = found.segments
    both = sum("z" in r["sources"] and len(r["sources"]) > 1 for r in ROWS)
    assert (market.in_several, market.estimated and market.estimated.method) == (both, "chapman")


def test_accounts_of_no_directory_are_known_and_count_for_no_estimate() -> None:
    found = visibility(ROWS_TABLE, Visibility(directories=["x", "y"], complete=["name"]))
    alone = sum(r["sources"] == ["z"] for r in ROWS)
    assert found.unnamed == alone > 0
    (market,) = found.segments
    assert market.accounts == len(ROWS)
    assert market.estimated is not None
    assert market.estimated.low >= len(ROWS)
    assert any("named by no directory" in text for text in visibility_warnings(found, EN))


# What is to be doubted ----------------------------------------------------------------------------


def doubted(sources: dict[str, int], **config: Any) -> tuple[list[str], str]:
    """The codes of the doubts about a market of so many accounts each, and what is said of it."""
    rows = [
        {"account_id": f"{key}{number}", "name": "A", "sources": key.split()}
        for key, count in sources.items()
        for number in range(count)
    ]
    found = visibility(Engine("pyarrow").frame(rows), Visibility(complete=["name"], **config))
    codes = [doubt.code for doubt in found.segments[0].doubts]
    assert codes == sorted(codes, key=ORDER.index)
    return codes, "\n".join(visibility_warnings(found, EN))


@pytest.mark.parametrize(
    ("sources", "code", "text"),
    [
        ({"a": 50}, "one_directory", "only a names companies there"),
        ({"a": 50, "b": 50}, "no_overlap", "a, b name none the same"),
        ({"a": 200, "a b": 58, "b": 2}, "contained", "97% of b is in a"),
        ({"a": 90, "a b": 40, "b": 1, "c": 60, "a c": 20, "b c": 0, "a b c": 10}, "left_out",
         "b counts hardly anybody anew"),
        ({"a": 40, "b": 40, "c": 90, "a c": 4, "b c": 4, "a b c": 40, "a b": 60}, "one_origin",
         "times as readily"),
        ({"a": 90, "b": 90, "a b": 2}, "few_shared", "too few are named twice"),
        ({"a": 90, "b": 90, "a b": 5}, "wide", "more than twice the lower"),
        ({"a": 6, "b": 6, "a b": 6}, "small", "fewer than 30"),
    ],
)  # fmt: skip
def test_what_makes_an_estimate_hard_to_believe_is_said(
    sources: dict[str, int], code: str, text: str
) -> None:
    codes, warned = doubted(sources)
    assert code in codes
    assert text in warned


def test_a_sound_market_is_not_doubted() -> None:
    assert doubted({"a": 240, "b": 140, "a b": 60}) == ([], "")


def test_figures_that_cannot_be_are_said() -> None:
    sound = {"a": 240, "b": 140, "a b": 60}
    low, warned = doubted(sound, segments=[{"size": 300}])
    assert low == ["figure_low"]
    assert "less than the accounts that are known" in warned
    assert doubted(sound, segments=[{"size": 5000}])[0] == ["figure_apart"]
    assert doubted(sound, segments=[{"size": 1000}])[0] == []


def test_a_directory_that_does_not_say_the_segment_is_said() -> None:
    rows = [
        {"account_id": f"{key}{n}", "name": "A", "country": country, "sources": key.split()}
        for key, country, count in (("a", "US", 90), ("b", None, 90), ("a b", "US", 40))
        for n in range(count)
    ]
    config = Visibility(by=["country"], complete=["name"])
    found = visibility(Engine("pyarrow").frame(rows), config)
    _, us, unknown = found.segments
    assert "blind" in [doubt.code for doubt in us.doubts]
    assert (unknown.key, unknown.estimated, unknown.size) == ((None,), None, None)
    assert any("b does not say country for 100%" in t for t in visibility_warnings(found, EN))
    assert "≤" in visibility_text(found, EN)


def test_segments_that_are_found_unlike_often_are_said() -> None:
    rows = [
        {"account_id": f"{country}{key}{n}", "country": country, "sources": key.split()}
        for country, alone, both in (("US", 100, 900), ("FR", 900, 100))
        for key, count in (("a", alone), ("b", alone), ("a b", both))
        for n in range(count)
    ]
    found = visibility(Engine("pyarrow").frame(rows), Visibility(by=["country"], complete=["name"]))
    assert "unlike" in [doubt.code for doubt in found.segments[0].doubts]


@pytest.mark.parametrize(
    ("config", "error", "told_of"),
    [
        (Visibility(by=["contry"]), ColumnError, "contry"),
        (Visibility(by=["industry"]), UsageError, "no account has a column 'industry'"),
        (Visibility(by=["sources"]), UsageError, "is a list"),
        (Visibility(directories=["xx"]), UsageError, "no source is called 'xx'"),
        (Visibility(segments=[{"segment": {"country": "US"}, "size": 3}]), UsageError,
         "does not part the market"),
        (Visibility(by=["country", "name"], segments=[{"segment": {"country": "US"}}]), UsageError,
         "says nothing of 'name'"),
        (Visibility(by=["country"], segments=[{"segment": {"country": t}} for t in ("US", "USA")]),
         UsageError, "segment of an earlier one"),
    ],
)  # fmt: skip
def test_what_the_config_cannot_mean_is_one_line(
    config: Visibility, error: type[AbmkitError], told_of: str
) -> None:
    with pytest.raises(error, match=told_of):
        visibility(ROWS_TABLE, config)


def test_accounts_that_were_not_deduped_are_refused() -> None:
    with pytest.raises(UsageError, match="needs the column sources"):
        visibility(ROWS_TABLE.drop_columns(["sources"]), CONFIG)


# For people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [["country"], ["name"], []])
def test_the_screen_is_80_columns(columns: list[str]) -> None:
    found = visibility(ROWS_TABLE, CONFIG.model_copy(update={"by": columns, "segments": []}))
    assert all(measure(line) <= 80 for line in visibility_text(found, EN).splitlines())


def test_a_run_is_looked_at_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, names in (("one", range(0, 60)), ("two", range(40, 100))):
        rows = [f"Maker {n} Works,maker{n}.com,US" for n in names]
        (tmp_path / f"{name}.csv").write_text("\n".join(["Company,Website,Country", *rows]))
    (tmp_path / "abmkit.toml").write_text(
        "version = 1\n"
        + "".join(f'[[sources]]\nname = "{n}"\npath = "{n}.csv"\n' for n in ("one", "two"))
        + '[[exclude.rules]]\nid = "seven"\nreason = "Seven"\nwhen = { name = "Maker 7 Works" }\n'
        '[visibility]\nby = ["country"]\ncomplete = ["name", "domain"]\ntarget = 0.9\n'
        '[[visibility.segments]]\nsegment = { country = "USA" }\nsize = 400\nsource = "Register"\n'
    )
    assert run_command(["run"]) == 0
    capsys.readouterr()
    assert run_command(["visibility", "-o", "market.csv"]) == 0
    said = capsys.readouterr()
    assert "whole market" in said.out
    assert "figure, 400" in said.err.replace("\n", " ")
    with (tmp_path / "market.csv").open(encoding="utf-8-sig") as file:
        market, us = csv.DictReader(file)
    assert (market["scope"], market["accounts"], market["in_several"]) == ("market", "100", "20")
    assert market["estimate"] == str(round(61 * 61 / 21 - 1))
    assert (us["country"], us["visibility"], us["to_target"]) == ("US", "0.25", "260")
    assert us["figure_source"] == "Register"
    assert run_command(["visibility", "--target-market", "--to", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["accounts"] == 99


def test_a_notebook_gets_the_kind_of_frame_that_it_gave() -> None:
    config = {"version": 1, "visibility": {"complete": ["name"]}}
    with pytest.warns(abmkit.AbmkitWarning):
        table = abmkit.visibility(ROWS_TABLE, config, by="country")
    assert isinstance(table, pa.Table)
    assert table.column_names == visibility_table(visibility(ROWS_TABLE, CONFIG), EN).column_names
