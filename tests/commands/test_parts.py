"""Segments and clusters in a project: what each command says of them."""

from __future__ import annotations

import contextlib
import io
import json
import random
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pyarrow import parquet

import abmkit
from abmkit.cli.main import run_command

DAY = "2026-07-01"
CONFIG = """\
version = 1
name = "parts"
[[sources]]
name = "crm"
path = "companies.csv"
[[score.segments]]
id = "big"
when = { employees = { at_least = 1000 } }
criteria = [{ id = "place", bands = [{ when = { country = "US" }, points = 10 }] }]
[[score.segments]]
id = "huge"
when = { employees = { at_least = 5000 } }
criteria = [{ id = "place", bands = [{ when = { country = "DE" }, points = 10 }] }]
[[score.segments]]
id = "far"
when = { country = "JP" }
criteria = [{ id = "kind", bands = [{ when = { industry = "Retail" }, points = 10 }] }]
GENERAL
[tier]
within = "owner"
[[tier.tiers]]
id = "A"
strategy = "1:few"
min_score = 60
[[tier.tiers]]
id = "B"
strategy = "1:many"
[tier.clusters]
by = ["industry", "city"]
min_size = 4
max_size = 8
[output]
formats = ["parquet", "xlsx"]
"""
GENERAL = """\
[[score.criteria]]
id = "kind"
bands = [{ when = { industry = ["Retail", "Energy"] }, points = 10 }]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a run of it."""
    folder = tmp_path_factory.mktemp("parts")
    rng = random.Random(2)
    lines = ["Company,Website,Country,City,Employees,Industry,Owner"]
    for n in range(80):
        values = (
            rng.choice(["US", "DE"]),
            rng.choice(["Boston", "Berlin", ""]),
            str(rng.choice([20, 400, 2000, 9000])),
            rng.choice(["Retail", "Energy", "Mining", ""]),
            rng.choice(["Ann", "Bob"]),
        )
        lines.append(f"Firm {n:02} Works,firm{n:02}.com,{','.join(values)}")
    (folder / "companies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "abmkit.toml").write_text(CONFIG.replace("GENERAL", GENERAL), encoding="utf-8")
    (folder / "none.toml").write_text(CONFIG.replace("GENERAL", ""), encoding="utf-8")
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        ran("run", str(folder / "abmkit.toml"))
    (folder / "screen.txt").write_text(screen.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "parts")
    monkeypatch.chdir(tmp_path / "parts")
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "parts"


def ran(*arguments: str) -> None:
    assert run_command([*arguments, "--as-of", DAY]) == 0


def test_a_run_counts_cards_and_clusters_wherever_it_is_read(folder: Path) -> None:
    said = Path("screen.txt").read_text()
    record = json.loads((folder / "out/run.json").read_text())
    rows = parquet.read_table(folder / "out/accounts.parquet").to_pylist()
    for each in record["cards"]:
        of_card = [row for row in rows if row["fit_card"] == each["card"]]
        assert each["accounts"] == len(of_card)
        assert each["listed"] == sum(row["tier"] is not None for row in of_card)
    assert [each["card"] for each in record["cards"]] == ["big", "huge", "far", "general"]
    assert "huge none" in said.replace("\n", " ")
    few = [row for row in rows if row["strategy"] == "1:few"]
    assert all((row["cluster"] is None) == (row["strategy"] != "1:few") for row in rows)
    by_name = {each["name"]: each["accounts"] for each in record["clusters"]}
    assert by_name == {n: sum(r["cluster"] == n for r in few) for n in {r["cluster"] for r in few}}
    assert all(4 <= count <= 8 for count in by_name.values())
    assert all(row["cluster"].startswith(f"{row['owner']} · ") for row in few)
    assert f"{len(by_name)} clusters of {min(by_name.values())} to" in said
    sheet = load_workbook(folder / "out/target-accounts.xlsx", read_only=True).worksheets[1]
    titles = {cell.value for row in sheet.iter_rows(max_row=8) for cell in row}
    assert {"Scored by", "Cluster", "What the cluster shares"} <= titles


def test_a_pipe_of_steps_gives_the_clusters_of_a_run(folder: Path) -> None:
    table = "in.parquet"
    ran("load", "-o", table)
    for step in ("dedupe", "score", "tier"):
        ran(step, table, "-o", f"{step}.parquet")
        table = f"{step}.parquet"
    names = ["account_id", "fit_score", "fit_card", "tier", "cluster", "cluster_shares"]
    of_run, of_pipe = (
        parquet.read_table(path).select(names).sort_by("account_id").to_pylist()
        for path in ("out/accounts.parquet", "tier.parquet")
    )
    assert of_run == of_pipe
    assert any(row["cluster_shares"] for row in of_run)


def test_segments_that_nobody_is_in_are_said(folder: Path, capsys) -> None:
    ran("check")
    said = capsys.readouterr().err
    rows = [line.split(",")[4] for line in Path("companies.csv").read_text().splitlines()[1:]]
    held = rows.count("9000")
    assert f"score.segments.huge: nobody is in it: the {held} accounts that it holds for" in said
    assert "score.segments.far: no account has country 'JP'" in said
    assert said.count("score.segments.huge") == said.count("score.segments.far") == 1


def test_accounts_without_a_card_are_counted(folder: Path, capsys) -> None:
    ran("run", "none.toml")
    said = capsys.readouterr()
    record = json.loads((folder / "out/run.json").read_text())
    assert record["cards"][-1]["card"] is None
    count = record["cards"][-1]["accounts"]
    assert f"score: {count} of 80 accounts are in no segment" in said.err
    assert f"no card {count}" in said.out.replace("\n", " ")
    rows = parquet.read_table("out/accounts.parquet").to_pylist()
    account = next(row["account_id"] for row in rows if row["fit_card"] is None)
    capsys.readouterr()
    assert run_command(["explain", account, "-c", "none.toml"]) == 0
    text = capsys.readouterr().out
    assert "Fit unknown\n  in no segment, and there is no card for all others" in text


def test_explain_says_the_card_and_the_cluster(folder: Path, capsys) -> None:
    rows = parquet.read_table("out/accounts.parquet").to_pylist()
    row = next(r for r in rows if r["cluster_shares"] and r["fit_card"] == "big")
    capsys.readouterr()
    assert run_command(["explain", row["account_id"]]) == 0
    text = capsys.readouterr().out
    assert f"In the cluster {row['cluster']}\n  {row['cluster_shares'].split('; ')[0]}" in text
    assert "  card big\n  country US: 100 of 100" in text


def test_learning_from_several_cards_is_refused_in_one_line(folder: Path, capsys) -> None:
    Path("history.csv").write_text("name,won\nA,yes\nB,no\n", encoding="utf-8")
    assert run_command(["learn", "icp", "history.csv", "--outcome", "won=yes"]) == 2
    said = capsys.readouterr().err
    assert "score.segments: learning begins from one card" in said
    assert "[[score.criteria]]" in said
    assert said.count("\n") == 1


def test_a_backtest_scores_each_case_by_its_card(folder: Path, capsys) -> None:
    lines = ["Company,Country,Employees,Industry,won"]
    for n in range(120):
        size, place = (2000, "US" if n % 4 else "DE") if n % 2 else (20, "DE")
        kind = "Retail" if n % 3 else "Mining"
        won = (place == "US") if n % 2 else (kind == "Retail")
        lines.append(f"Firm {n},{place},{size},{kind},{'yes' if won else 'no'}")
    Path("history.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = ["backtest", "history.csv", "--outcome", "won=yes", "--to", "json"]
    assert run_command(text) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rankings"][0]["auc"]["value"] == 1.0


def test_other_segments_are_tried_on_a_run(folder: Path, capsys) -> None:
    text = (
        Path("abmkit.toml")
        .read_text()
        .replace('country = "US" }, points', 'country = "DE" }, points')
    )
    Path("other.toml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run_command(["diff", "out", "--try", "other.toml"]) == 0
    said = capsys.readouterr().out
    assert "score.segments.big.criteria.place.bands.1.when.country" in said
    assert "Caused by config" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = ["industry", "city"]', 'by = ["sektor"]', "tier.clusters.by: no column 'sektor'"),
        ('by = ["industry", "city"]', 'by = ["technologies"]', "tier.clusters.by: technologies holds lists; name a column with one value"),
        ('by = ["industry", "city"]', 'by = ["ownership"]', "tier.clusters.by: no account's ownership is known"),
        ("max_size = 8", "max_size = 3", "min_size = 4 is above max_size = 3: swap them"),
        ("employees = { at_least = 5000 }", "emploees = 5", "score.segments.huge.when: no column 'emploees'"),
        ('strategy = "1:few"', 'strategy = "1:1"', "no tier has strategy 1:few, so no account is in a cluster"),
    ],
)  # fmt: skip
def test_check_says_what_is_wrong_with_them(folder: Path, capsys, old, new, said) -> None:
    text = Path("abmkit.toml").read_text()
    assert old in text
    Path("abmkit.toml").write_text(text.replace(old, new), encoding="utf-8")
    run_command(["check", "--as-of", DAY])
    assert said in capsys.readouterr().err


def test_in_a_notebook_the_steps_know_both(folder: Path) -> None:
    import pandas as pd

    accounts = abmkit.dedupe(abmkit.load(pd.read_csv("companies.csv")), "abmkit.toml")
    with pytest.warns(abmkit.AbmkitWarning, match="nobody is in it"):
        accounts = abmkit.score(accounts, "abmkit.toml", points=True)
    listed = abmkit.tier(accounts, "abmkit.toml")
    assert {"fit_card", "points_place", "points_kind"} <= set(listed.columns)
    few = listed[listed["strategy"] == "1:few"]
    assert few["cluster"].notna().all()
    assert few.groupby("cluster").size().between(4, 8).all()
