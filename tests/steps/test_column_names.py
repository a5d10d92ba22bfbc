"""Columns keep their names and cells through every step, whatever they are called."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import abmkit
from abmkit.cli.main import run_command
from abmkit.domain.frames import named_back, opened
from abmkit.steps.score import score

NAMES = [
    "*", '"', 'a"b', "it's", "a\nb", "100%", "%s", "{}", "{name}", "😀", "x" * 300, "select",
    "SELECT * FROM", "order by", "lhs", "rhs", "rhs.name", "_", "a.b", "a,b", "a;b", "a\\b", "$1",
    "?", ":x", "-- x", "*/", "[a]", "`a`", "公司", "1", "null", "nan", "a\tb", '"*"', "COLUMNS(*)",
    "__row", "__part", "__hits", "__within", "__left", "__unknown0", "abmkit_0",
    "arrow_table", "list", "index", "level_0", "row_number", "literal", "len",
    "=1+1", "@", "match_x", "EXCLUDE",
]  # fmt: skip
CONFIG = """version = 1
[[sources]]
name = "s"
path = "s.csv"
[[assign]]
column = "owner"
value = "me"
when = { "*" = "0.0" }
[[exclude.rules]]
id = "r"
reason = "marked"
when = { "*" = "1.0" }
[[score.criteria]]
id = "c"
bands = [{ when = { "*" = "0.0" }, points = 1 }]
[[tier.tiers]]
id = "A"
min_score = 50
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose source has these columns, each cell of its own."""
    monkeypatch.chdir(tmp_path)
    with Path("s.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Company Name", "Website", *NAMES])
        for row, name in enumerate(["Acme Foods", "Beta Foods", "Gamma Foods"]):
            cells = [f"{row}.{at}" for at in range(len(NAMES))]
            rows.writerow([name, f"acme{row}.com", *cells])
    Path("abmkit.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_every_step_and_a_run_keep_columns_of_any_name(folder: Path, engine: str) -> None:
    assert run_command(["load", "s.csv", "-o", "load.parquet"]) == 0
    before = "load"
    for step in ("dedupe", "assign", "exclude", "score", "tier"):
        options = ["--all"] if step == "exclude" else []
        command = [step, f"{before}.parquet", "-o", f"{step}.parquet", "--engine", engine]
        assert run_command([*command, *options]) == 0
        before = step
    assert run_command(["run", "-o", "out", "--engine", engine]) == 0
    for file in ("load", "dedupe", "assign", "exclude", "score", "tier", "out/accounts"):
        table = parquet.read_table(f"{file}.parquet").sort_by("domain")
        assert set(NAMES) <= set(table.column_names), file
        assert len(set(table.column_names)) == len(table.column_names)
        for at, name in enumerate(NAMES):
            assert table[name].to_pylist() == [f"{row}.{at}" for row in range(3)], (file, name)
    rows = parquet.read_table("out/accounts.parquet").sort_by("domain").to_pylist()
    found = [(row["owner"], row["excluded"], row["fit_score"], row["tier"]) for row in rows]
    assert found == [("me", False, 100, "A"), (None, True, 0, None), (None, False, 0, None)]


def test_functions_give_a_relation_or_frame_its_names_back(folder: Path) -> None:
    import duckdb

    assert run_command(["load", "s.csv", "-o", "load.parquet"]) == 0
    table = parquet.read_table("load.parquet")
    connection = duckdb.connect()
    frames = [connection.from_arrow(table), table.to_pandas(types_mapper=pd.ArrowDtype), table]
    for frame in frames:
        scored = abmkit.score(frame, "abmkit.toml")
        names = list(getattr(scored, "column_names", None) or scored.columns)
        assert [*names][: table.num_columns] == table.column_names
        config = abmkit.api.project_of("abmkit.toml").config
        native = named_back(score(frame, config.score, as_of=date(2026, 1, 31)))
        assert set(NAMES) <= set(getattr(native, "column_names", None) or native.columns)


def test_opening_twice_changes_nothing() -> None:
    once = opened(pa.table({"*": ["a"], "__row": ["b"], "x": ["c"]}))
    assert opened(once.to_native()).columns == once.columns
    assert named_back(once.to_native()).column_names == ["*", "__row", "x"]


@pytest.mark.parametrize("name", ["*", "__x"])
def test_a_rule_may_ask_whether_a_column_of_any_name_is_known(name: str, tmp_path: Path) -> None:
    config = tmp_path / "abmkit.toml"
    rule = '[[exclude.rules]]\nid = "k"\nreason = "k"\nwhen = { "%s" = { known = true } }\n'
    config.write_text("version = 1\n" + rule % name, encoding="utf-8")
    accounts, found = tmp_path / "a.csv", tmp_path / "found.csv"
    accounts.write_text(f"account_id,{name}\n1,x\n2,\n", encoding="utf-8")
    command = ["exclude", str(accounts), "--all", "-c", str(config), "-o", str(found), "--raw-csv"]
    assert run_command(command) == 0
    with found.open(encoding="utf-8", newline="") as file:
        assert [row["exclusions"] for row in csv.DictReader(file)] == ["k", ""]
