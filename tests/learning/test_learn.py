from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.loading import parse_config, read_config
from abmkit.errors import NoSignalError
from abmkit.learning.bands import MOST_BANDS

TODAY = date(2026, 11, 30)


def history(count: int = 600, seed: int = 1, strength: float = 1.5) -> pd.DataFrame:
    """Accounts of which those of middle size, of two industries and on yearly contracts buy more."""
    chance = np.random.default_rng(seed)
    employees = np.exp(chance.normal(5, 1.5, count)).round() + 1
    industry = chance.choice(["Software", "Banking", "Retail", "Energy"], count)
    contract = chance.choice(["yearly", "monthly"], count)
    told = 1.0 * ((employees >= 100) & (employees < 1000)) + 0.8 * np.isin(
        industry, ["Software", "Banking"]
    )
    told = strength * (told + 0.6 * (contract == "yearly"))
    won = chance.random(count) < 1 / (1 + np.exp(-(told - told.mean() - 0.8)))
    frame = pd.DataFrame(
        {
            "name": [f"Company {n}" for n in range(count)],
            "employees": employees.astype(int).astype(str),
            "industry": industry,
            "contract": contract,
            "noise": chance.integers(0, 50, count).astype(str),
            "stage": np.where(won, "Won", "Lost"),
        }
    )
    frame.loc[chance.random(count) < 0.1, "employees"] = None
    return frame


def learned(folder: Path, frame: pd.DataFrame, *more: str, what: str = "icp") -> tuple[int, Path]:
    frame.to_csv(folder / "history.csv", index=False)
    card = folder / "card.toml"
    code = run_command(
        [
            "learn",
            what,
            str(folder / "history.csv"),
            "--outcome",
            "stage=Won",
            "-o",
            str(card),
            *more,
        ]
    )
    return code, card


def read_by_hand(card: dict[str, Any], row: dict[str, Any]) -> float:
    """A scorecard as a person reads it: the first band that is true, else the share for unknown."""
    total = 0.0
    for criterion in card["score"]["criteria"]:
        best = max(band["points"] for band in criterion["bands"])
        earned, unknown = 0.0, False
        for band in criterion["bands"]:
            ((column, asked),) = band["when"].items()
            value = row[column]
            if value is None:
                unknown = True
            elif holds(value, asked):
                earned, unknown = band["points"], False
                break
        total += criterion["missing"] * best if unknown else earned
    return total


def holds(value: Any, asked: Any) -> bool:
    if isinstance(asked, list):
        return str(value).casefold() in [str(each).casefold() for each in asked]
    if asked == {"known": True}:
        return True
    number = float(value)
    return number >= asked.get("at_least", -np.inf) and number < asked.get("below", np.inf)


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([60, 150, 400]))
def test_the_card_read_as_text_is_the_score(seed: int, count: int) -> None:
    frame = history(count, seed)
    try:
        lesson = abmkit.learn("icp", frame, {"version": 1}, outcome="stage=Won", force=True)
    except NoSignalError:
        return
    from abmkit.reports.console.outcomes.card import card_text
    from abmkit.reports.words import words

    card = tomllib.loads(card_text(lesson, "icp", "history.csv", words("en")))
    best = [max(band["points"] for band in each["bands"]) for each in card["score"]["criteria"]]
    assert sum(best) == 100
    rows = frame.drop(columns="stage").assign(employees=frame["employees"].astype(float))
    scored = abmkit.score(rows, card, as_of=TODAY)["fit_score"]
    for row, found in zip(rows.to_dict("records"), scored, strict=True):
        plain = {k: None if v is None or v != v else v for k, v in row.items()}
        # Points are whole; the share for unknown is rounded to hundredths once per criterion.
        assert found == pytest.approx(read_by_hand(card, plain), abs=0.005 * len(best) + 1e-9)


def test_a_card_is_a_config_that_finds_what_tells(tmp_path: Path, capsys) -> None:
    code, card = learned(tmp_path, history())
    assert code == 0
    config = read_config(card)
    columns = {c for each in config.score.criteria for b in each.bands for c in b.when.columns}
    assert {"employees", "industry", "contract"} <= columns
    assert sum(len(each.bands) for each in config.score.criteria) <= MOST_BANDS
    assert config.score.outcome is not None
    assert config.score.outcome.name == "won"
    assert sum(rate.cases for rate in config.score.outcome.rates) == 600
    assert "p = 0.005" in capsys.readouterr().out
    scored = run_command(
        ["score", str(tmp_path / "history.csv"), "-c", str(card), "-o", str(tmp_path / "s.csv")]
    )
    assert scored == 0
    with (tmp_path / "s.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    mean = {
        stage: np.mean([float(r["fit_score"]) for r in rows if r["stage"] == stage])
        for stage in ("Won", "Lost")
    }
    assert mean["Won"] > mean["Lost"] + 5


def test_where_nothing_can_be_told_nothing_is_written(tmp_path: Path, capsys) -> None:
    code, card = learned(tmp_path, history(strength=0.0))
    assert code == 5
    assert not card.exists()
    said = capsys.readouterr().err
    assert "cannot be told from chance" in said
    assert "0.005" in said
    # Here a column seems to tell something, which chance does as well one time in twelve.
    by_chance = history(120, 17, 0.4)
    assert learned(tmp_path, by_chance)[0] == 5
    code, card = learned(tmp_path, by_chance, "--force")
    assert code == 0
    assert "could not be told from chance" in card.read_text("utf-8")


def test_too_few_cases_are_said_and_change_nothing(tmp_path: Path, capsys) -> None:
    frame = history(60)
    frame["stage"] = ["Won"] * 9 + ["Lost"] * 51
    code, card = learned(tmp_path, frame, "--force")
    assert code == 5
    assert not card.exists()
    assert "9 of 60 cases came about: at least 10" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("closed_reason", lambda won: ["price" if w else "time" for w in won], "its name says"),
        ("流失原因", lambda won: ["价格" if w else "时间" for w in won], "its name says"),
        ("verdict", lambda won: ["good" if w else "bad" for w in won], "too well"),
        ("support plan", lambda won: ["gold" if w else None for w in won], "known of one outcome"),
        ("signed", lambda won: ["2026-03-02" if w else None for w in won], "known of one outcome"),
    ],
)
def test_what_is_known_only_afterwards_is_refused(
    tmp_path: Path, capsys, column: str, values: Any, reason: str
) -> None:
    frame = history()
    frame[column] = values(frame["stage"] == "Won")
    code, card = learned(tmp_path, frame)
    assert code == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert column in printed
    assert reason in printed
    names = {
        c for each in read_config(card).score.criteria for b in each.bands for c in b.when.columns
    }
    assert column not in names
    if "well" in reason:
        learned(tmp_path, frame, "--keep", column)
        names = {
            c
            for each in read_config(card).score.criteria
            for b in each.bands
            for c in b.when.columns
        }
        assert column in names


def test_a_date_that_is_the_outcomes_or_later_is_refused(tmp_path: Path, capsys) -> None:
    frame = history()
    frame["decided"] = "2026-05-01"
    frame["invoice"] = "2026-06-01"
    frame["asked"] = "2026-01-01"
    learned(tmp_path, frame, "--date", "decided")
    printed = " ".join(capsys.readouterr().out.split())
    assert "invoice: 600 of 600 dates are the outcome's or later" in printed
    assert "asked" not in printed


def test_the_experts_bands_are_kept_and_their_points_are_where_data_begin(tmp_path: Path) -> None:
    prior = tmp_path / "prior.toml"
    prior.write_text(
        'version = 1\n[[score.criteria]]\nid = "size"\nbands = [\n'
        "  { when = { employees = { between = [90, 800] } }, points = 30 },\n]\n"
        '[[score.criteria]]\nid = "kind"\nbands = [\n'
        '  { when = { industry = ["Software", "Banking"] }, points = 20 },\n]\n',
        "utf-8",
    )
    code, card = learned(tmp_path, history(), "-c", str(prior))
    assert code == 0
    criteria = {each.id: each for each in read_config(card).score.criteria}
    assert criteria["size"].bands[0].when.columns["employees"].between == [90, 800]
    assert {"size", "kind", "contract"} <= set(criteria)
    assert "employees" not in criteria
    text = card.read_text("utf-8")
    assert "by you" in text
    # The expert alone has size and kind at 60 and 40.
    assert 20 < criteria["size"].bands[0].points < 60


def test_more_of_a_column_never_counts_less_where_that_is_asked(tmp_path: Path) -> None:
    # Who is large buys more, but for the very largest.
    frame = history(800).drop(columns=["industry", "contract", "noise"])
    size = np.random.default_rng(4).integers(1, 1000, 800)
    likely = np.where(size < 400, 0.15, np.where(size < 850, 0.75, 0.3))
    frame["employees"] = size.astype(str)
    frame["stage"] = np.where(np.random.default_rng(5).random(800) < likely, "Won", "Lost")

    def points(*more: str) -> list[float]:
        code, card = learned(tmp_path, frame, *more)
        assert code == 0
        (criterion,) = read_config(card).score.criteria
        assert criterion.id == "employees"
        return [band.points for band in criterion.bands]

    free, asked = points(), points("--direction", "employees=up")
    assert free != sorted(free, reverse=True)
    assert len(asked) > 1
    assert asked == sorted(asked, reverse=True)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    frame = history(300)
    _, card = learned(tmp_path, frame, "--ignore", "noise")
    first = read_config(card).score.criteria
    _, card = learned(tmp_path, frame.sample(frac=1, random_state=3), "--ignore", "noise")
    assert read_config(card).score.criteria == first


def test_open_rows_are_left_out_and_said(tmp_path: Path, capsys) -> None:
    frame = history()
    frame.loc[:99, "stage"] = "Negotiation"
    frame.to_csv(tmp_path / "history.csv", index=False)
    arguments = ["learn", "icp", str(tmp_path / "history.csv"), "-o", str(tmp_path / "x.toml")]
    assert run_command([*arguments, "--outcome", "stage=Won/Lost"]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "100 rows with Negotiation have no outcome yet" in said
    assert run_command([*arguments, "--outcome", "stage=Won"]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "2 other values (Lost, Negotiation) count as not 'Won'" in said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("stage", "does not say by itself what came about"),
        ("stage=Gewonnen", "has no value 'Gewonnen'"),
        ("Stufe", "no column 'Stufe'"),
    ],
)
def test_an_outcome_that_is_not_there_is_told(
    tmp_path: Path, capsys, outcome: str, said: str
) -> None:
    frame = history(40)
    frame.loc[0, "stage"] = "Perhaps"
    frame.to_csv(tmp_path / "history.csv", index=False)
    code = run_command(["learn", "icp", str(tmp_path / "history.csv"), "--outcome", outcome])
    assert code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_cases_of_one_account_stay_together(tmp_path: Path) -> None:
    # Each account's rows are alike, and so are their outcomes: ten accounts tell nothing.
    chance = np.random.default_rng(2)
    accounts = pd.DataFrame({"id": range(12), "color": [f"c{n}" for n in range(12)]})
    accounts["stage"] = np.where(chance.random(12) < 0.5, "Won", "Lost")
    frame = accounts.loc[np.repeat(np.arange(12), 40)].reset_index(drop=True)
    assert learned(tmp_path, frame, "--keep", "color", "--id", "id")[0] == 5
    assert learned(tmp_path, frame, "--keep", "color", "--ignore", "id")[0] == 0


def test_a_frame_teaches_what_a_file_does(tmp_path: Path) -> None:
    frame = history(300)
    _, card = learned(tmp_path, frame)
    lesson = abmkit.learn("icp", frame, {"version": 1}, outcome="stage=Won")
    assert lesson.card.criteria == read_config(card).score.criteria


def test_a_learned_card_serves_as_the_next_ones_expert(tmp_path: Path) -> None:
    _, card = learned(tmp_path, history())
    first = tmp_path / "first.toml"
    card.rename(first)
    code, card = learned(tmp_path, history(seed=2), "-c", str(first))
    assert code == 0
    assert parse_config(tomllib.loads(card.read_text("utf-8"))).score.outcome is not None


def suppressed(seed: int, count: int = 3_000) -> pd.DataFrame:
    """Deals won by interest. `visits` has it and size in it; `pages` mostly size, so that beside
    `visits` more pages mean less interest, though pages by themselves go with winning."""
    chance = np.random.default_rng(seed)
    interest, size = chance.normal(size=(2, count))
    won = chance.random(count) < 1 / (1 + np.exp(-1.5 * interest))
    columns = {"visits": interest + size, "pages": size + 0.25 * interest}
    numbers = {name: (100 + 20 * v).round().astype(int) for name, v in columns.items()}
    names = [f"Company {n}" for n in range(count)]
    return pd.DataFrame({"name": names, **numbers, "stage": np.where(won, "Won", "Lost")})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_points_run_against_the_rates_of_their_own_bands(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = suppressed(seed)
    code, path = learned(tmp_path, frame, "--ignore", "name")
    assert code == 0
    scored = abmkit.score(frame, str(path), points=True)
    won = (frame["stage"] == "Won").to_numpy()
    for name in [c for c in scored.columns if c.startswith("points_")]:
        assert np.corrcoef(scored[name], won)[0, 1] > 0, name
    assert [c["id"] for c in tomllib.loads(path.read_text())["score"]["criteria"]] == ["visits"]
    assert "pages, whose points would run against their own rates" in " ".join(
        capsys.readouterr().err.split()
    )


def test_a_direction_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    frame = suppressed(1)
    code, path = learned(tmp_path, frame, "--ignore", "name", "--direction", "pages=down")
    assert code == 0
    ids = [c["id"] for c in tomllib.loads(path.read_text())["score"]["criteria"]]
    assert sorted(ids) == ["pages", "visits"]
