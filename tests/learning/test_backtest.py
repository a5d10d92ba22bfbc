"""What a scorecard would have done: against values known beforehand, and as a command."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.project import Config
from abmkit.errors import InputError, UsageError
from abmkit.learning import backtest as judging
from abmkit.learning.backtest import Backtest, backtest
from abmkit.learning.ceiling import ceiling, library
from abmkit.learning.history import History
from abmkit.reports.console.outcomes.backtest import backtest_text
from abmkit.reports.words import words

TODAY = date(2026, 7, 1)
EN = words("en")
CARD: dict[str, Any] = {
    "version": 1,
    "score": {
        "criteria": [
            {
                "id": "size",
                "missing": 0,
                "bands": [
                    {"when": {"employees": {"at_least": 100}}, "points": 60},
                    {"when": {"employees": {"at_least": 10}}, "points": 30},
                ],
            },
            {"id": "place", "bands": [{"when": {"country": "US"}, "points": 40}]},
        ]
    },
    "tier": {"tiers": [{"id": "A", "min_score": 80}, {"id": "B", "min_score": 30}]},
}
OUTCOME = {"name": "won", "intercept": -3.0, "per_point": 0.05}


def config(**outcome: Any) -> Config:
    score = CARD["score"] | ({"outcome": {**OUTCOME, **outcome}} if outcome else {})
    return Config.model_validate({**CARD, "score": score})


def history(employees, outcome, *, days=None, groups=None, country="US", **own: Any) -> History:
    rows = len(employees)
    table = {
        "employees": pa.array(employees, pa.int64()),
        "country": pa.array([country] * rows),
        **own,
    }
    dates = None if days is None else pa.array(days, pa.date32())
    numbers = np.arange(rows) if groups is None else np.array(groups)
    return History(pa.table(table), np.array(outcome, dtype=float), dates, numbers, "won", ())


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a black box, which takes time and is not asked for."""
    monkeypatch.setattr(judging, "ceiling", lambda *_: None)


def codes(result: Backtest) -> list[str]:
    return [each.code for each in result.told]


NAN = float("nan")
# 200 large, of which 120 won; 200 middling, 40 won; 100 small, none; 100 large ones nobody worked.
EMPLOYEES = [500] * 200 + [50] * 200 + [5] * 100 + [500] * 100
CAME = [1] * 120 + [0] * 80 + [1] * 40 + [0] * 160 + [0] * 100 + [NAN] * 100


def test_known_cases_give_known_numbers(blind) -> None:
    result = backtest(history(EMPLOYEES, CAME), config(), as_of=TODAY, size="employees")
    assert (result.accounts, result.worked, result.judged, result.positives) == (600, 500, 500, 160)
    card, size, random = result.rankings
    assert (card.code, size.code, random.code) == ("card", "size", "random")
    # Of 160 x 340 pairs: 120 above all but 80 tied, 40 above 100 small, tied with 160, below 80.
    area = (120 * (260 + 40) + 40 * (100 + 80)) / (160 * 340)
    assert card.auc.value == pytest.approx(area)
    assert size.auc.value == pytest.approx(area)
    assert (random.auc.value, random.auc.low, random.auc.high) == (0.5, 0.5, 0.5)
    assert random.precision.value == pytest.approx(0.32)
    assert [gain.lift for gain in random.gains] == pytest.approx([1] * 10)
    # The best tenth are large: 60 % of them won, 32 % of all.
    assert card.gains[0].lift == pytest.approx(0.6 / 0.32)
    assert [round(gain.gained, 4) for gain in card.gains[3:5]] == [0.75, 0.8125]
    a, b, none = result.tiers
    assert [(t.tier, t.accounts, t.worked, t.judged, t.positives) for t in result.tiers] == [
        ("A", 300, 200, 200, 120), ("B", 300, 300, 300, 40), (None, 0, 0, 0, 0),
    ]  # fmt: skip
    assert (a.rate, a.coverage, b.coverage) == (0.6, pytest.approx(2 / 3), 1)
    assert (none.rate, none.coverage, none.interval) == (None, None, None)
    assert result.as_good_by_chance == pytest.approx(1 / 501)
    assert result.chance.value == pytest.approx(0.5, abs=0.01)
    assert codes(result) == ["backtest.not_worked", "backtest.no_ceiling", "backtest.by_size"]


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(0, 300), st.sampled_from([0.0, 1.0, NAN]), st.integers(0, 9)
        ),
        min_size=4,
        max_size=40,
    )
)
def test_tiers_add_up_and_gains_end_with_all(cases) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "ceiling", lambda *_: None)
        employees, outcome, groups = zip(*cases, strict=True)
        given_ = history(employees, outcome, groups=groups)
        if len(set(outcome) & {0.0, 1.0}) < 2:
            with pytest.raises(InputError, match="all of them the same"):
                backtest(given_, config(), as_of=TODAY)
            return
        result = backtest(given_, config(), as_of=TODAY)
    assert sum(tier.accounts for tier in result.tiers) == result.accounts == len(cases)
    assert sum(tier.worked for tier in result.tiers) == result.worked
    assert sum(tier.judged for tier in result.tiers) == result.judged
    assert sum(tier.positives for tier in result.tiers) == result.positives
    for each in result.rankings:
        assert each.gains[-1].gained == pytest.approx(1)
        assert each.auc.low <= each.auc.value <= each.auc.high or np.isnan(each.auc.value)


def test_of_dated_cases_the_later_are_judged(blind) -> None:
    first = date(2024, 1, 1)
    days = [first + timedelta(n // 2) for n in range(1000)]
    came = [n % 3 == 0 for n in range(1000)]
    # What was right before is wrong later.
    employees = [500 if (won == (n < 700)) else 5 for n, won in enumerate(came)]
    result = backtest(history(employees, came, days=days), config(), as_of=TODAY)
    assert result.since == first + timedelta(350)
    assert (result.judged, result.earlier) == (300, 700)
    assert result.rankings[0].auc.value == 0
    assert [p.accounts for p in result.periods] == [250] * 4
    assert result.periods[0].first == first
    assert [p.auc for p in result.periods[:2]] == [1, 1]
    assert result.periods[0].stability is None
    assert result.periods[1].stability == pytest.approx(0, abs=0.01)
    assert result.periods[3].stability > 0.25
    assert "backtest.by_chance" in codes(result)


def test_too_few_later_cases_are_not_judged_by_themselves(blind) -> None:
    days = [date(2024, 1, 1) + timedelta(n) for n in range(40)] + [None] * 460
    result = backtest(history(EMPLOYEES[:500], CAME[:500], days=days), config(), as_of=TODAY)
    assert (result.since, result.judged) == (None, 500)
    assert {"backtest.not_out_of_time", "backtest.undated"} <= {*codes(result)}


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ([{"at_least": 0, "cases": 300, "positives": 60}, {"at_least": 50, "cases": 200, "positives": 100}], "backtest.own_data"),
        ([{"at_least": 0, "cases": 300, "positives": 60}], None),
        ([], "backtest.perhaps_own_data"),
    ],
)  # fmt: skip
def test_a_card_that_may_have_learned_from_the_cases_is_told(blind, rates, told) -> None:
    result = backtest(history(EMPLOYEES, CAME), config(rates=rates), as_of=TODAY)
    own = [each for each in result.told if "own_data" in each.code]
    assert [each.code for each in own] == ([told] if told else [])
    if told == "backtest.own_data":
        # Of 160 x 340 pairs: 60 tied with 240, 100 above 240 and tied with 100.
        left_out = (60 * 120 + 100 * (240 + 50)) / (160 * 340)
        assert own[0].values["auc"] == pytest.approx(left_out)


def test_what_was_foretold_is_held_against_what_came(blind) -> None:
    result = backtest(history(EMPLOYEES, CAME), config(), as_of=TODAY)
    assert result.calibration is None
    result = backtest(history(EMPLOYEES, CAME), config(intercept=-3.0), as_of=TODAY)
    found = result.calibration
    assert found is not None
    # 100, 70 and 40 points: odds of e^2, e^0.5, e^-1.
    expected = [1 / (1 + np.exp(-z)) for z in (-1, 0.5, 2)]
    assert [each.expected for each in found.bins] == pytest.approx(expected)
    assert [(each.cases, each.positives) for each in found.bins] == [
        (100, 0),
        (200, 40),
        (200, 120),
    ]
    gap = 100 * expected[0] + 200 * (expected[1] - 0.2) + 200 * (expected[2] - 0.6)
    assert found.error == pytest.approx(gap / 500)


def test_a_tier_below_that_does_better_is_told(blind) -> None:
    result = backtest(history(EMPLOYEES, [0 if e == 500 else 1 for e in EMPLOYEES[:500]] + [NAN] * 100), config(), as_of=TODAY)  # fmt: skip
    assert "backtest.upside_down" in codes(result)
    assert "backtest.by_chance" in codes(result)


def test_an_earlier_card_is_judged_beside_it(blind) -> None:
    old = config().model_copy(
        update={"score": Config.model_validate({"version": 1, "score": {"criteria": [
            {"id": "small", "bands": [{"when": {"employees": {"below": 100}}, "points": 1}]}
        ]}}).score}
    )  # fmt: skip
    result = backtest(history(EMPLOYEES, CAME), config(), as_of=TODAY, against=old)
    assert [each.code for each in result.rankings] == ["card", "against", "random"]
    # 40 of the 160 are among the 260 small of the 340, where it puts them first.
    area = (40 * (80 + 130) + 120 * 40) / (160 * 340)
    assert result.rankings[1].auc.value == pytest.approx(area)


# The ceiling -------------------------------------------------------------------------------------


@pytest.fixture(params=["LightGBM", "HistGradientBoosting"])
def box(request, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each black box that may be installed."""
    pytest.importorskip("lightgbm" if request.param == "LightGBM" else "sklearn")
    monkeypatch.setattr("abmkit.learning.ceiling.library", lambda: request.param)
    return request.param


def noise(rows: int, seed: int = 0) -> tuple[np.random.Generator, np.ndarray]:
    random = np.random.default_rng(seed)
    return random, random.integers(0, 2, rows).astype(float)


def test_the_ceiling_sees_what_no_scorecard_adds_up(box) -> None:
    random, _ = noise(600)
    one, two = random.integers(0, 2, 600), random.integers(0, 2, 600)
    own = {"one": pa.array(["yes" if x else "no" for x in one]), "two": pa.array(map(str, two))}
    result = backtest(history([50] * 600, one ^ two, **own), config(), as_of=TODAY)
    found = result.rankings[1]
    assert (found.code, found.name) == ("ceiling", box)
    assert found.auc.value > 0.95
    assert result.rankings[0].auc.value == 0.5


def cases(outcome, *, groups=None, **columns: Any) -> History:
    """Cases of which only these columns are known."""
    numbers = np.arange(len(outcome)) if groups is None else groups
    return History(pa.table(columns), np.asarray(outcome, float), None, numbers, "won", ())


def all_of(history: History) -> np.ndarray:
    found = ceiling(history, history.known)
    assert found is not None
    return found.expected


def test_cases_of_one_account_are_foretold_by_others_alone(box) -> None:
    random, came = noise(60)
    # Each account has ten rows that are alike: who sees nine of them knows the tenth.
    value, outcome = random.normal(size=60).repeat(10), came.repeat(10)
    apart = all_of(cases(outcome, groups=np.arange(60).repeat(10), value=value))
    known = all_of(cases(outcome, value=value))
    assert area(apart, outcome) < 0.65
    assert area(known, outcome) > 0.9


def test_the_ceiling_reads_nothing_that_names_an_account(box) -> None:
    random, came = noise(400)
    told = [f"{int(c)} {n}" for n, c in enumerate(came)]
    history = cases(
        came,
        account_id=[f"id:{text}" for text in told],
        domain=[f"{text.replace(' ', '-')}.com" for text in told],
        fit_score=came,
        value=random.normal(size=400),
    )
    assert area(all_of(history), came) < 0.65


def test_the_ceiling_is_not_given_what_is_known_only_afterwards(box) -> None:
    random, came = noise(400)
    columns = {"value": random.normal(size=400), "Churn Reason": [str(int(c)) for c in came]}
    result = backtest(history([50] * 400, came, **{n: pa.array(v) for n, v in columns.items()}), config(), as_of=TODAY)  # fmt: skip
    assert result.rankings[1].auc.value < 0.65
    (told,) = [each for each in result.told if each.code == "backtest.ceiling_without"]
    assert told.values["columns"] == ["Churn Reason"]


def test_of_dated_cases_the_ceiling_learns_from_the_earlier(box) -> None:
    _, came = noise(400)
    judged = np.arange(400) >= 300
    # What the value means turns round: who learned from the later would know.
    found = ceiling(cases(came, value=np.where(judged, 1 - came, came)), judged)
    assert found is not None
    assert len(found.expected) == 100
    assert area(found.expected, came[judged]) < 0.1


def area(scores: np.ndarray, outcome: np.ndarray) -> float:
    from abmkit.learning.metrics import auc, by_level, leveled

    return auc(*by_level(leveled(scores), outcome))


def test_without_a_black_box_that_is_said(monkeypatch) -> None:
    monkeypatch.setattr("abmkit.learning.ceiling.find_spec", lambda _: None)
    assert library() is None
    result = backtest(history(EMPLOYEES, CAME), config(), as_of=TODAY)
    assert "ceiling" not in [each.code for each in result.rankings]
    assert "backtest.no_ceiling" in codes(result)


# The command -------------------------------------------------------------------------------------

TOML = """
version = 1
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 100 } }, points = 60 },
  { when = { employees = { at_least = 10 } }, points = 30 },
]
[score.outcome]
name = "left"
intercept = -3.0
per_point = 0.05
[[tier.tiers]]
id = "A"
min_score = 80
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = ["company,employees,stage,closed,account"]
    said = {1: "won", 0: "lost"}
    for n, (employees, came) in enumerate(zip(EMPLOYEES, CAME, strict=True)):
        stage = "" if came != came else said[came]
        closed = date(2024, 1, 1) + timedelta(n * 7 % 600)
        rows.append(f"Company {n},{employees},{stage},{closed.isoformat()},a{n % 450}")
    (tmp_path / "history.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "icp.toml").write_text(TOML)
    project = '\nversion = 1\n[exclude.churn]\nscorecard = "icp.toml"\nmax_probability = 0.5\nmargin = 10\nacquisition_cost = 300\n'
    (tmp_path / "abmkit.toml").write_text(project)
    other = '[[score.criteria]]\nid = "plan"\nbands = [{ when = { plan = "x" }, points = 1 }]\n'
    (tmp_path / "other.toml").write_text(f"version = 1\n{other}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMAND = ["backtest", "history.csv", "--outcome", "stage=won"]


def test_the_screen_has_80_columns_and_every_part(folder: Path, capsys) -> None:
    command = [*COMMAND, "--date", "closed", "--id", "account", "--against", "icp.toml", "-c", "icp.toml"]  # fmt: skip
    assert run_command(command) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("stage = won: ")
    for word in ("this scorecard", "the earlier one", "the larger, by employees", "any order",
                 "tenth", "tier", "foretold", "period", "PSI", "Brier"):  # fmt: skip
        assert word in said.out, word
    assert "100 of 600 accounts have no outcome, for nobody worked them" in said.err
    assert "say nothing in stage" not in said.err
    assert "its file does not say from what" in said.err


def test_json_has_what_the_screen_has(folder: Path, capsys) -> None:
    assert run_command([*COMMAND, "-c", "icp.toml", "--to", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["judged"], data["positives"]) == (500, 160)
    assert data["rankings"][0]["code"] == "card"
    assert data["tiers"][0] | {"interval": None} == {
        "tier": "A", "accounts": 300, "worked": 200, "judged": 200, "positives": 120,
        "interval": None, "rate": 0.6, "coverage": 200 / 300,
    }  # fmt: skip
    assert "thresholds" not in data


def test_thresholds_of_churn_are_told_with_where_it_pays(folder: Path, capsys) -> None:
    assert run_command([*COMMAND, "--churn"]) == 0
    out = capsys.readouterr().out
    assert "max_probability" in out
    # 1 - (1 - 10 / 300) ^ 12
    assert "  33.42%  " in out
    assert "Gupta and Lehmann 2003" in " ".join(out.split())
    assert "tier" not in out
    assert max(map(len, out.splitlines())) <= 80
    assert run_command([*COMMAND, "--churn", "--to", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["break_even"] == pytest.approx(1 - (1 - 10 / 300) ** 12)
    curve = {t["max_probability"]: t for t in data["thresholds"]["thresholds"]}
    # All that are large, 100 points, are likelier than a half; 50 points are not.
    assert (curve[0.5]["left"], curve[0.5]["stayed"]) == (120, 80)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["-c", "icp.toml", "--churn"], "error: --churn: there is no [exclude.churn]"),
        (["-c", "abmkit.toml"], "error: score: there are no criteria; name a config with criteria"),
        (["-c", "icp.toml", "--to", "xml"], "error: --to: 'xml' is no format"),
        (["-c", "icp.toml", "--against", "other.toml"], "error: --against: score.criteria.plan: no column 'plan'"),
        (["-c", "icp.toml", "--against", "nowhere.toml"], "error: nowhere.toml: no such config"),
        (["-c", "icp.toml", "--against", "https://x.com/a.toml"], "error: --against https://x.com/a.toml: is no file"),
        (["-c", "icp.toml", "--date", "close"], "error: --date: no column 'close'; did you mean 'closed'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(folder: Path, capsys, more, problem) -> None:
    assert run_command([*COMMAND, *more]) == 2
    assert problem in capsys.readouterr().err


def test_charts_without_altair_are_refused_before_any_work(
    folder: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr("abmkit.reports.charts.backtest.find_spec", lambda _: None)
    assert run_command([*COMMAND, "-c", "icp.toml", "--charts", "c.html"]) == 2
    said = capsys.readouterr()
    assert said.err == "error: --charts: Altair is not installed, which draws charts; pip install 'abmkit[report]'\n"  # fmt: skip
    assert said.out == ""


def test_charts_are_a_page(folder: Path) -> None:
    pytest.importorskip("altair")
    command = [*COMMAND, "-c", "icp.toml", "--date", "closed", "--charts", "c.html"]
    assert run_command(command) == 0
    page = (folder / "c.html").read_text(encoding="utf-8")
    for title in (
        "How much of all the best have",
        "What was foretold",
        "How far scores have moved",
    ):
        assert title in page


def test_a_notebook_gives_a_frame_and_gets_the_text(folder: Path) -> None:
    frame = pd.read_csv("history.csv")
    with pytest.warns(abmkit.AbmkitWarning, match="nobody worked them"):
        text = abmkit.backtest(frame, "icp.toml", outcome="stage=won", as_of=TODAY)
    assert text.splitlines()[0] == "stage = won: 160 of 500 cases (32.0%)"
    with pytest.raises(UsageError, match="is no format"):
        abmkit.backtest(frame, "icp.toml", outcome="stage=won", to="xml")


TELCO = """
version = 1
[[score.criteria]]
id = "contract"
bands = [
  { when = { Contract = "Month-to-month" }, points = 50 },
  { when = { Contract = "One year" }, points = 12 },
]
[[score.criteria]]
id = "tenure"
bands = [
  { when = { tenure = { at_most = 6 } }, points = 30 },
  { when = { tenure = { at_most = 24 } }, points = 15 },
]
[[score.criteria]]
id = "internet"
bands = [
  { when = { InternetService = "Fiber optic" }, points = 20 },
  { when = { InternetService = "DSL" }, points = 6 },
]
"""


def test_a_scorecard_by_hand_comes_near_the_ceiling_on_real_churn(
    shared_data: Path, tmp_path: Path, capsys
) -> None:
    telco = shared_data / "dev" / "telco_churn_ibm.csv"
    if not telco.is_file():
        pytest.skip("no telco_churn_ibm.csv")
    (tmp_path / "churn.toml").write_text(TELCO)
    command = ["backtest", str(telco), "--outcome", "Churn=Yes", "-c", str(tmp_path / "churn.toml")]
    assert run_command([*command, "--to", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["judged"], data["positives"]) == (7043, 1869)
    areas = {each["code"]: each["auc"]["value"] for each in data["rankings"]}
    assert 0.81 < areas["card"] < 0.83
    assert areas["random"] == 0.5
    if "ceiling" in areas:
        assert areas["card"] < areas["ceiling"] < 0.86


def test_the_text_is_made_of_the_result_alone(blind) -> None:
    result = backtest(history(EMPLOYEES, CAME), config(), as_of=TODAY)
    lines = backtest_text(result, EN).splitlines()
    assert "A                    300       200 (67%)       200      60.0% (53–67%)    1.9×" in lines
    assert "1                     50          30       60.0%        1.9×         19%" in lines
