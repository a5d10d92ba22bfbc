"""`[exclude.churn]` from its config to a run's files: what is refused, doubted, counted and told."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.loading import load_project, parse_config
from abmkit.config.project import Config
from abmkit.errors import AbmkitError, ConfigError

DAY = "2026-11-21"
CARD = """
version = 1
[[score.criteria]]
id = "contract"
bands = [
  { when = { contract = "monthly" }, points = 60 },
  { when = { contract = { known = true } }, points = 0 },
]
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { below = 10 } }, points = 40 },
  { when = { employees = { known = true } }, points = 0 },
]
[score.outcome]
name = "left within a year"
intercept = -4.0
per_point = 0.06
rates = [
  { at_least = 0, cases = 900, positives = 40 },
  { at_least = 70, cases = 312, positives = 147 },
]
"""
CONFIG = """
version = 1
[[sources]]
name = "crm"
path = "crm.csv"
[[exclude.rules]]
id = "abroad"
reason = "Abroad"
when = { country = "FR" }
[exclude.churn]
scorecard = "cards/churn.toml"
max_probability = 0.35
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { above = 1 } }, points = 1 }]
[tier]
rank_by = ["fit_score", "churn_probability"]
[[tier.tiers]]
id = "A"
"""
CRM = (
    "name,domain,country,employees,contract\n"
    "Alder,alder.com,US,5,monthly\n"
    "Birch,birch.com,FR,5,monthly\n"
    "Cedar,cedar.com,US,5,\n"
    "Dogwood,dogwood.com,US,,\n"
    "Elm,elm.com,US,500,yearly\n"
)
WHY = (
    "profiles like this left within a year 47% of the time (42–53%, n 312): contract is monthly, "
    "employees below 10"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "churn.toml").write_text(CARD)
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    (tmp_path / "crm.csv").write_text(CRM)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def said(folder: Path, *command: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    run_command(list(command))
    return capsys.readouterr().err.splitlines()


def test_a_run_excludes_counts_and_tells_in_words(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = abmkit.run(folder / "abmkit.toml", as_of=DAY)
    excluded = parquet.read_table(folder / "out" / "excluded.parquet").to_pylist()
    assert {row["name"]: (row["exclusions"], row["churn_reason"]) for row in excluded} == {
        "Alder": (["churn"], WHY),
        "Birch": (["abroad", "churn"], WHY),
    }
    accounts = parquet.read_table(folder / "out" / "accounts.parquet").to_pylist()
    assert {row["name"]: row["churn_probability"] for row in accounts} == {
        "Alder": 0.8808, "Birch": 0.8808, "Cedar": 0.5498, "Dogwood": None, "Elm": 0.018,
    }  # fmt: skip
    record = json.loads((folder / "out" / "run.json").read_text())
    assert record["exclusions"]["rules"] == [
        {"id": "abroad", "reason": "Abroad", "true": 1, "true_alone": 0, "unknown": 0},
        {"id": "churn", "reason": "likelier than 35% to have left within a year", "true": 2,
         "true_alone": 1, "unknown": 2},
    ]  # fmt: skip
    left = record["funnel"][2]["left"]
    assert left == [
        {"text": "likelier than 35% to have left within a year", "count": 2},
        {"text": "Abroad", "count": 1},
        {"text": "counted for more than one reason", "count": -1},
    ]
    assert [stage.count for stage in result.funnel.stages] == [5, 5, 3, 3]
    book = openpyxl.load_workbook(folder / "out" / "target-accounts.xlsx")
    why = {row[0].value: row[1].value for row in book["Excluded"].iter_rows(min_row=2)}
    assert why == {"Alder": WHY, "Birch": f"Abroad; {WHY}"}
    summary = {row[1].value: row[2].value for row in book["Cover"].iter_rows()}
    assert summary["churn"] == "likelier than 35% to have left within a year"
    headers = [cell.value for cell in book["Accounts"][1]]
    assert "Probability of churn" in headers
    assert "churn_reason" not in headers


def test_explain_says_what_profiles_like_this_did(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        abmkit.run(folder / "abmkit.toml", as_of=DAY)
    told = " ".join(abmkit.explain("alder.com", folder / "abmkit.toml").split())
    assert f"Excluded churn: {WHY}" in told
    assert "88% likely to have left within a year; above 35% is excluded" in told
    told = " ".join(abmkit.explain("dogwood.com", folder / "abmkit.toml").split())
    assert "Churn unknown: nothing of it is known that cards/churn.toml asks for" in told
    assert "has changed" not in told
    changed(folder / "cards" / "churn.toml", "points = 40", "points = 41")
    told = abmkit.explain("alder.com", folder / "abmkit.toml")
    assert "The config has changed since that run" in told


def test_a_pipe_of_steps_excludes_whom_a_run_excludes(folder: Path, capsys) -> None:
    assert run_command(["load", "-o", "loaded.csv", "--as-of", DAY]) == 0
    assert run_command(["exclude", "loaded.csv", "--all", "-o", "all.csv", "--raw-csv"]) == 0
    with Path("all.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert [name for name, row in rows.items() if row["excluded"] == "true"] == ["Alder", "Birch"]
    assert rows["Birch"]["exclusions"] == "abroad;churn"
    assert rows["Birch"]["churn_reason"] == WHY
    assert (rows["Dogwood"]["churn_probability"], rows["Elm"]["churn_reason"]) == ("", "")


CARD_FILE = "cards/churn.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (CARD_FILE, "intercept = -4.0\n", "", "error: cards/churn.toml: score.outcome.intercept: is missing"),
        (CARD_FILE, "per_point", "per_pont", "error: cards/churn.toml: score.outcome.per_pont: unknown key 'per_pont'; did you mean 'per_point'?"),
        (CARD_FILE, 'contract = "monthly"', 'contrat = "monthly"', "error: abmkit.toml: cards/churn.toml: score.criteria.contract.bands.1.when: no column 'contrat'; did you mean 'contract'?"),
        (CARD_FILE, CARD[CARD.index("[score.outcome]"):], "", "error: cards/churn.toml: score.outcome: is missing; make it with `abmkit learn churn`"),
        (CARD_FILE, CARD[CARD.index("[[score"):], "", "error: cards/churn.toml: score: there are no criteria"),
        (CARD_FILE, "version = 1", "version = ", "error: cards/churn.toml:2:11:"),
        ("abmkit.toml", "cards/churn.toml", "cards/chum.toml", "error: abmkit.toml: exclude.churn.scorecard: no such file: cards/chum.toml; did you mean 'cards/churn.toml'?"),
        ("abmkit.toml", "cards/churn.toml", "https://x.com/churn.toml", "error: abmkit.toml: exclude.churn.scorecard: is no file of this machine"),
        ("abmkit.toml", "max_probability = 0.35", "max_probability = 35", "error: abmkit.toml: exclude.churn.max_probability: 35 is above 1; write a share of 1, such as 0.35"),
        ("abmkit.toml", 'id = "abroad"', 'id = "Churn"', "error: abmkit.toml: suppress and exclude: the name 'Churn' / 'churn' is given twice"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(folder, file, old, new, problem, capsys) -> None:
    changed(folder / file, old, new)
    assert any(line.startswith(problem) for line in said(folder, "check", capsys=capsys))


def test_problems_of_config_and_card_are_told_together(folder: Path, capsys) -> None:
    changed(folder / "abmkit.toml", "[tier]", "[teir]")
    changed(folder / CARD_FILE, "intercept", "intrcept")
    lines = said(folder, "check", capsys=capsys)
    assert [line.split(": ")[1] for line in lines] == [
        "abmkit.toml", "cards/churn.toml", "cards/churn.toml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("most", "doubt"),
    [
        ("0.9", "nobody is excluded, for no account is likelier than 90%: the scorecard goes from 2% to 88%"),
        ("0.01", "every account of which something is known is excluded as likelier than 1%: the scorecard goes from 2% to 88%"),
    ],
)  # fmt: skip
def test_a_threshold_that_tells_nobody_apart_is_doubted(folder, most, doubt, capsys) -> None:
    changed(folder / "abmkit.toml", "0.35", most)
    assert said(folder, "check", capsys=capsys) == [f"warning: exclude.churn: {doubt}"]


def test_a_scorecard_that_nobody_here_is_like_is_said(folder: Path, capsys) -> None:
    (folder / "crm.csv").write_text(CRM.replace("monthly", "quarterly"))
    lines = said(folder, "check", capsys=capsys)
    assert "warning: exclude.churn: holds for no account" in lines
    assert any("cards/churn.toml: score.criteria.contract: no account has" in x for x in lines)
    assert run_command(["run", "--as-of", DAY]) == 0
    with (folder / "out" / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        assert ("rule", "exclude.churn") in {(r["kind"], r["left"]) for r in csv.DictReader(file)}


def test_the_card_is_read_once_and_its_own_exclusions_are_not(folder: Path) -> None:
    (folder / CARD_FILE).write_text(
        CARD + '[exclude.churn]\nscorecard = "churn.toml"\nmax_probability = 0.1\n'
    )
    churn = load_project(folder / "abmkit.toml").config.exclude.churn
    assert churn is not None
    assert [criterion.id for criterion in churn.card.criteria] == ["contract", "size"]


def test_a_function_takes_a_config_of_any_kind(folder: Path) -> None:
    import pandas as pd

    accounts = pd.DataFrame({"account_id": ["a"], "contract": ["monthly"], "employees": [5]})
    table = {"version": 1, "exclude": {"churn": {"scorecard": CARD_FILE, "max_probability": 0.35}}}
    for config in (table, Config.model_validate(table), parse_config(table)):
        assert list(abmkit.exclude(accounts, config, as_of=DAY)["exclusions"]) == [["churn"]]
    table["exclude"]["churn"]["scorecard"] = "nowhere.toml"
    with pytest.raises(ConfigError, match=r"exclude\.churn\.scorecard: no such file"):
        abmkit.exclude(accounts, Config.model_validate(table))


def test_the_industries_of_a_card_may_be_called_by_the_projects_own_labels(folder: Path) -> None:
    (folder / CARD_FILE).write_text(
        CARD.replace('contract = "monthly"', 'industry = "Software & Games"')
    )
    (folder / "labels.csv").write_text("from,to\nSoftware & Games,Software\n")
    changed(folder / "abmkit.toml", "[exclude.churn]", '[industry]\nmap = "labels.csv"\n[exclude.churn]')  # fmt: skip
    (folder / "crm.csv").write_text(
        CRM.replace("contract", "industry,contract").replace("5,monthly", "5,Software & Games,")
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            abmkit.run(folder / "abmkit.toml", as_of=DAY)
    except AbmkitError as error:
        pytest.fail(str(error))
    excluded = parquet.read_table(folder / "out" / "excluded.parquet").to_pylist()
    assert {row["name"] for row in excluded if "churn" in row["exclusions"]} == {"Alder", "Birch"}
