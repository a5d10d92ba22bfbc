"""The two examples of learning, as their READMEs have them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from abmkit.cli.main import run_command
from abmkit.config.loading import read_config

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    shutil.copytree(EXAMPLES / request.param, tmp_path / "it", ignore=shutil.ignore_patterns("out"))
    monkeypatch.chdir(tmp_path / "it")
    return tmp_path / "it"


@pytest.mark.parametrize("example", ["churn"], indirect=True)
def test_who_is_excluded_as_churn_prone_left_more_often(example: Path, capsys) -> None:
    bundled = read_config(Path("churn.toml")).score
    Path("churn.toml").unlink()
    learn = ["learn", "churn", "customers.csv", "--outcome", "Churn"]
    assert run_command([*learn, "--prospects", "prospects.csv", "-o", "churn.toml"]) == 0
    assert "tenure: no prospect has it" in capsys.readouterr().out
    assert read_config(Path("churn.toml")).score == bundled
    assert run_command(["run", "--quiet"]) == 0
    with Path("what_became_of_them.csv").open(encoding="utf-8") as file:
        left = {row["customerID"]: row["Churn"] == "Yes" for row in csv.DictReader(file)}
    accounts = pq.read_table("out/accounts.parquet").to_pylist()
    assert len(accounts) == len(left)
    of = {
        kept: [left[a["name"]] for a in accounts if a["excluded"] != kept] for kept in (True, False)
    }
    share = {kept: sum(those) / len(those) for kept, those in of.items()}
    assert share[False] > 0.5
    assert share[True] < 0.2
    expected = sum(a["churn_probability"] for a in accounts)
    assert expected == pytest.approx(sum(left.values()), rel=0.06)
    excluded = pq.read_table("out/excluded.parquet").to_pylist()
    assert all("left within a year" in row["churn_reason"] for row in excluded)


@pytest.mark.parametrize("example", ["maven"], indirect=True)
def test_outcomes_of_chance_teach_nothing(example: Path, capsys) -> None:
    learn = ["learn", "icp", "sales_pipeline.csv", "--outcome", "deal_stage=Won/Lost"]
    learn += ["--date", "close_date", "--id", "account", "--list", "accounts.csv"]
    assert run_command([*learn, "-o", "icp.toml"]) == 5
    assert not Path("icp.toml").exists()
    told = " ".join(capsys.readouterr().err.split())
    assert "cannot be told from chance" in told
    assert "1,425 of 8,800 rows are of no account on the list" in told
    assert run_command([*learn, "-o", "icp.toml", "--force"]) == 5
    assert not Path("icp.toml").exists()
    forced = capsys.readouterr()
    assert "close_value: its name says" in " ".join(forced.out.split())
    assert "nothing in these columns tells the outcomes apart" in forced.err
