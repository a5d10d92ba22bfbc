"""Histories as they come: odd headers, empty cells, dates with times, copies of columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abmkit.cli.main import run_command
from abmkit.config.loading import read_config


def history(count: int = 300, seed: int = 1) -> pd.DataFrame:
    """Accounts of which larger ones on yearly contracts buy more."""
    chance = np.random.default_rng(seed)
    employees = np.exp(chance.normal(5, 1.5, count)).round().astype(int) + 1
    contract = chance.choice(["yearly", "monthly"], count)
    told = 1.5 * (employees >= 100) + 1.8 * (contract == "yearly") - 2
    won = chance.random(count) < 1 / (1 + np.exp(-told))
    return pd.DataFrame(
        {
            "name": [f"Company {n}" for n in range(count)],
            "employees": employees,
            "contract": contract,
            "stage": np.where(won, "Won", "Lost"),
        }
    )


@pytest.fixture
def learn(tmp_path: Path, capsys):
    """What `learn icp` ends with, the criteria it wrote, and all that it said."""

    def learned(frame: pd.DataFrame, *more: str, outcome: str = "stage=Won"):
        frame.to_csv(tmp_path / "history.csv", index=False)
        card = tmp_path / "card.toml"
        card.unlink(missing_ok=True)
        history = str(tmp_path / "history.csv")
        code = run_command(["learn", "icp", history, "--outcome", outcome, "-o", str(card), *more])
        criteria = read_config(card).score.criteria if card.exists() else []
        told = capsys.readouterr()
        return code, criteria, " ".join((told.out + told.err).split())

    return learned


@pytest.mark.parametrize(
    "name", ["any", "none", "columns", "a.b", 'say "what"', "合同 类别", "x\ny"]
)
def test_a_column_may_have_any_name(learn, tmp_path: Path, capsys, name: str) -> None:
    frame = history()
    code, criteria, _ = learn(frame.rename(columns={"contract": name}))
    assert code == 0
    assert [name] in [c for each in criteria for band in each.bands for c in [[*band.when.columns]]]
    scored = tmp_path / "scored.csv"
    card, file = str(tmp_path / "card.toml"), str(tmp_path / "history.csv")
    assert run_command(["score", file, "-c", card, "-o", str(scored)]) == 0
    assert pd.read_csv(scored)["fit_score"].max() == 100


def test_a_learned_card_is_sound_by_itself(learn, tmp_path: Path, capsys) -> None:
    assert learn(history())[0] == 0
    assert run_command(["check", "-c", str(tmp_path / "card.toml")]) == 0
    assert capsys.readouterr().err == ""


def test_a_copy_of_a_column_takes_nothing_from_it(learn) -> None:
    frame = history()
    _, alone, _ = learn(frame)
    frame["plan"] = frame["contract"].str.upper().str.replace("LY", "")
    frame["heads"] = frame["employees"] * 1000
    code, beside, told = learn(frame)
    assert code == 0
    assert beside == alone
    assert "plan tells the same as contract" in told
    assert "heads tells the same as employees" in told


def test_columns_that_are_not_learned_from_are_told(learn) -> None:
    frame = history().assign(owner="Ann", description="x", same="1", empty="")
    _, _, told = learn(frame)
    assert "who an account is or who works it (description, owner)" in told
    assert "what never differs (same, empty)" in told


def test_an_outcome_in_numbers_with_decimals_speaks_for_itself(learn) -> None:
    frame = history()
    frame["stage"] = np.where(frame["stage"] == "Won", "1.0", "0.0")
    assert learn(frame, outcome="stage")[0] == 0


def test_rows_without_an_id_are_accounts_of_their_own(learn) -> None:
    frame = history()
    _, criteria, _ = learn(frame)
    code, beside, told = learn(frame.assign(account=""), "--id", "account")
    assert (code, beside) == (0, criteria)
    assert "account is empty in 300 rows: each counts as an account of its own" in told


def test_an_id_of_few_accounts_is_told(learn, recwarn) -> None:
    code, _, told = learn(history().assign(account="one"), "--id", "account")
    assert code == 5
    assert "account names 1 account" in told
    assert not recwarn.list


@pytest.mark.parametrize(
    "form", ["%-m/%-d/%Y %-H:%M", "%-m/%-d/%Y %-I:%M %p", "%d %B %Y", "%Y年%-m月%-d日 %H:%M"]
)
def test_a_date_is_read_whatever_time_of_day_is_behind_it(learn, form: str) -> None:
    frame = history()
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(frame)) * 37, "h")
    code, _, told = learn(frame.assign(closed=days.strftime(form)), "--date", "closed")
    assert code == 0
    assert "no dates" not in told
    assert "On the latest" in told


def test_dates_of_too_few_cases_are_not_called_lacking(learn) -> None:
    frame = history().assign(closed="2024-01-01")
    _, _, told = learn(frame, "--date", "closed")
    assert "There are no dates" not in told
    assert "Too few dated cases" in told


def test_nothing_beside_the_outcome_is_told(learn) -> None:
    code, _, told = learn(history()[["stage"]])
    assert code == 5
    assert "nothing to learn from" in told


def test_a_history_of_ids_learns_from_the_list(learn, tmp_path: Path) -> None:
    frame = history()
    frame[["name", "employees", "contract"]].to_csv(tmp_path / "list.csv", index=False)
    listed = ["--id", "name", "--list", str(tmp_path / "list.csv")]
    code, criteria, _ = learn(frame[["name", "stage"]], *listed)
    assert code == 0
    assert {each.id for each in criteria} == {"employees", "contract"}


def test_a_direction_of_words_is_told(learn) -> None:
    _, _, told = learn(history(), "--direction", "contract=up")
    assert "contract has no numbers" in told


def test_the_order_of_rows_changes_not_a_word(learn, tmp_path: Path) -> None:
    frame = history()
    learn(frame)
    first = (tmp_path / "card.toml").read_text("utf-8")
    learn(frame.sample(frac=1, random_state=4)[["stage", "contract", "name", "employees"]])
    assert (tmp_path / "card.toml").read_text("utf-8") == first


def test_cells_that_are_not_read_are_told(learn) -> None:
    frame = history().astype({"employees": str})
    frame.loc[::3, "employees"] = "lots"
    _, _, told = learn(frame)
    assert "employees: 100 cells are not read, such as 'lots', and unknown" in told


@pytest.mark.parametrize("form", ["{:.1f}%", "€{:,.2f}", "({:.1f})", "{:.1f} 万元", "$ {:.2f}k"])
def test_numbers_that_no_rule_reads_are_told(learn, form: str) -> None:
    numbers = np.random.default_rng(3).integers(1000, 1080, 300)
    _, _, told = learn(history().assign(growth=[form.format(n) for n in numbers]))
    assert "growth has numbers that no rule reads" in told


@pytest.mark.parametrize("more", [["--direction", "employees=up"], ["--ignore", "employees"]])
def test_what_the_own_card_keeps_is_told(learn, tmp_path: Path, more: list[str]) -> None:
    own = tmp_path / "own.toml"
    bands = "[{ when = { employees = { at_least = 100 } }, points = 9 }]"
    own.write_text(f'version = 1\n[[score.criteria]]\nid = "size"\nbands = {bands}\n')
    _, criteria, told = learn(history(), "-c", str(own), *more)
    assert "size" in [each.id for each in criteria]
    assert f"employees is read by your own card, which keeps it: {more[0]}" in told


def test_a_runs_folder_tells_all_that_it_knows_of_accounts(learn, tmp_path: Path, capsys) -> None:
    frame = history()
    frame.drop(columns="stage").to_csv(tmp_path / "accounts.csv", index=False)
    config = tmp_path / "abmkit.toml"
    config.write_text('version = 1\n[[sources]]\nname = "crm"\npath = "accounts.csv"\n')
    out = str(tmp_path / "out")
    assert run_command(["run", "-c", str(config), "-o", out, "--quiet"]) == 0
    code, criteria, told = learn(frame[["name", "stage"]], "--id", "name", "--list", out)
    assert code == 0
    assert {each.id for each in criteria} == {"employees", "contract"}
    assert "further_ids" not in told


def test_labels_of_few_cases_that_are_many_together_are_told(learn) -> None:
    frame = history(600)
    frame["cohort"] = [f"Cohort {n % 150}" if n % 2 else "spring" for n in range(600)]
    frame["booth"] = [f"Booth {n % 150}" for n in range(600)]
    code, _, said = learn(frame)
    assert code == 0
    assert "Values of few cases count as one: 75 of cohort." in said
    assert "booth has 150 values, none of which has enough cases" in said


def test_rows_of_prospects_that_are_not_read_are_told(learn, tmp_path: Path) -> None:
    prospects = tmp_path / "prospects.csv"
    lines = [f"Company {n},{n},yearly" for n in range(40)]
    lines[20:22] = ["a,b,c,d,e,f", "g,h,i,j,k,l"]
    prospects.write_text("\n".join(["name,employees,contract", *lines]))
    code, _, said = learn(history(), "--prospects", str(prospects))
    assert code == 0
    assert "prospects.csv: 2 rows do not fit the header and are left out, 38 are read" in said
