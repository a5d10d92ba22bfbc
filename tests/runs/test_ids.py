"""Ids that a project's accounts keep from run to run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyarrow import csv, parquet

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.loading import load_project
from abmkit.engines.engine import engine
from abmkit.errors import InputError
from abmkit.reports.console.explain import explanation_text
from abmkit.reports.words import words
from abmkit.runs.explain import explain

CONFIG = """
version = 1
[[sources]]
name = "crm"
path = "crm.csv"
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 10 } }, points = 1 }]
[tier]
pins = "pins.csv"
[[tier.tiers]]
id = "A"
capacity = 1
"""
JANUARY = "name,website,country,employees\nAcme,,US,20\nAjax,acme.com,DE,20\nBeta,beta.com,US,20\n"
FEBRUARY = "name,website,country,employees\nAcme,acme.com,US,20\nAjax,acme.com,DE,20\n"


def ran(folder: Path, text: str, day: date) -> dict[str, Any]:
    """The record of a run on these companies."""
    (folder / "crm.csv").write_text(text, encoding="utf-8")
    record: dict[str, Any] = abmkit.run(folder / "abmkit.toml", as_of=day).record
    return record


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "pins.csv").write_text("account,tier\nname:acme@US,A\n", encoding="utf-8")
    ran(tmp_path, JANUARY, date(2026, 1, 1))
    return tmp_path


def ids(path: Path) -> list[str]:
    read = parquet.read_table if path.suffix == ".parquet" else csv.read_csv
    found: list[str] = sorted(read(path)["account_id"].to_pylist())
    return found


def test_the_ledger_is_kept_with_the_run_and_stays_the_same_while_nothing_changes(
    project: Path,
) -> None:
    first = (project / "out" / "ledger.parquet").read_bytes()
    ran(project, JANUARY, date(2026, 2, 1))
    assert (project / "out" / "ledger.parquet").read_bytes() == first
    assert len(list((project / "out" / "runs").glob("*/ledger.parquet"))) == 2
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["ids"] == {"kept": 3, "new": 0, "merged": 0, "split": 0}


def test_an_id_of_before_still_means_its_account(project: Path) -> None:
    record = ran(project, FEBRUARY, date(2026, 2, 1))
    assert ids(project / "out" / "accounts.parquet") == ["domain:acme.com"]
    assert [pin["account_id"] for pin in record["pins"].pop("accounts")] == ["domain:acme.com"]
    assert record["pins"] == {"followed": 1, "not_followed": []}
    folder = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    assert folder["ids"] == {"kept": 1, "new": 0, "merged": 1, "split": 0}
    said = "1 account ids merged since the last run: name:acme@US into domain:acme.com"
    assert said in folder["warnings"]
    with engine("duckdb") as running:
        found = explain(load_project(project / "abmkit.toml"), running, "name:acme@US")
    text = explanation_text(found, words("en"))
    assert "domain:acme.com" in text.splitlines()[0]


def test_the_pipe_gives_the_ids_that_run_gives(project: Path, monkeypatch) -> None:
    monkeypatch.chdir(project)
    (project / "before.parquet").write_bytes((project / "out" / "ledger.parquet").read_bytes())
    ran(project, FEBRUARY + "Beta,,US,20\n", date(2026, 2, 1))
    assert ids(project / "out" / "accounts.parquet") == ["domain:acme.com", "domain:beta.com"]

    def command(*arguments: str) -> None:
        assert run_command([*arguments, "--quiet"]) == 0

    day = ["--as-of", "2026-02-01"]
    command("load", *day, "-o", "records.parquet")
    ledgers = ["--ledger", "before.parquet", "--ledger-out", "after.parquet"]
    command("dedupe", "records.parquet", *ledgers, *day, "-o", "accounts.csv")
    assert ids(project / "accounts.csv") == ids(project / "out" / "accounts.parquet")
    after, kept = (project / name for name in ("after.parquet", "out/ledger.parquet"))
    assert after.read_bytes() == kept.read_bytes()
    command("exclude", "accounts.csv", *day, "--all", "-o", "excluded.csv")
    command("score", "excluded.csv", *day, "-o", "scored.csv")
    command("tier", "scored.csv", "--ledger", "after.parquet", *day, "-o", "tiered.csv")
    tiered = {row["account_id"]: row for row in csv.read_csv("tiered.csv").to_pylist()}
    assert tiered["domain:acme.com"]["tier_reason"].startswith("pinned to A")


def test_a_ledger_that_is_none_is_told_before_any_work(project: Path) -> None:
    for damage in (b"x", (project / "out" / "members.parquet").read_bytes()):
        (project / "out" / "ledger.parquet").write_bytes(damage)
        with pytest.raises(
            InputError, match=r"ledger\.parquet: .*delete it: ids then start afresh"
        ):
            ran(project, JANUARY, date(2026, 2, 1))
