"""Parquet that abmkit wrote is read where it lies: no copy, and the same rows as of any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from abmkit.cli.main import run_command
from abmkit.domain.arrays import doubles, int64s, lists, strings
from abmkit.engines.duckdb import DuckDBEngine
from abmkit.errors import ExitCode
from abmkit.io.columnar import parquet_batches
from abmkit.io.opening import open_input

CONFIG = """
version = 1
[[sources]]
name = "all"
path = "accounts.parquet"
canonical = true
[dedupe]
keys = []
[[exclude.rules]]
id = "micro"
reason = "Under 10 people"
when = { employees = { below = 10 } }
[[score.criteria]]
id = "revenue"
bands = [{ when = { revenue = { above = 100 } }, points = 10 }]
[[score.criteria]]
id = "crm"
bands = [{ when = { technologies = { contains = "crm" } }, points = 5 }]
[[tier.tiers]]
id = "A"
strategy = "1:1"
min_score = 50
capacity = 1
[output]
formats = ["parquet", "csv"]
"""
ACCOUNTS = pa.table(
    {
        "account_id": strings(["domain:a.com", "domain:b.com", "domain:c.com", "domain:d.com"]),
        "name": strings(["Acme", "Bolt", "Cord", None]),
        "domain": strings(["a.com", "b.com", "c.com", "d.com"]),
        "employees": int64s([5, 50, 500, None]),
        "revenue": doubles([200.0, float("nan"), 300.0, 400.0]),
        "technologies": lists([["crm"], [], ["erp"], None]),
        "plan": strings(["pro", "free", None, "pro"]),
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    parquet.write_table(ACCOUNTS, tmp_path / "accounts.parquet")
    return tmp_path


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What engines write for themselves of whole accounts; that of a few columns is no copy."""
    made: list[str] = []
    for name in ("frame", "spool"):
        held = getattr(DuckDBEngine, name)

        def counted(self: Any, *given: Any, _held: Any = held, _name: str = name) -> Any:
            columns = getattr(given[0], "columns", ACCOUNTS.column_names)
            if {*columns} & {*ACCOUNTS.column_names} - {"account_id"}:
                made.append(_name)
            return _held(self, *given)

        monkeypatch.setattr(DuckDBEngine, name, counted)
    return made


def rows(path: Path) -> list[dict[str, Any]]:
    return sorted(parquet.read_table(path).to_pylist(), key=lambda row: row["account_id"])


@pytest.mark.parametrize("step", ["exclude", "score"])
def test_a_step_makes_no_copy_of_its_input(folder: Path, copies: list[str], step: str) -> None:
    assert run_command([step, "accounts.parquet", "-o", "out.parquet"]) == ExitCode.DONE
    assert copies == []


def test_a_run_in_which_nothing_is_merged_makes_no_copy(folder: Path, copies: list[str]) -> None:
    assert run_command(["run", "-o", "out"]) == ExitCode.DONE
    assert copies == []
    assert {row["account_id"] for row in rows(folder / "out" / "accounts.parquet")} == {
        f"domain:{letter}.com" for letter in "abcd"
    }
    members = rows(folder / "out" / "members.parquet")
    assert [row["source_row"] for row in members] == [1, 2, 3, 4]


@pytest.mark.parametrize("step", ["exclude --all", "score --points --reasons"])
def test_the_rows_are_those_of_any_other_format(folder: Path, step: str) -> None:
    assert run_command(["exclude", "--all", "accounts.parquet", "-o", "same.jsonl"]) == 0
    words = step.split()
    assert run_command([*words, "accounts.parquet", "-o", "lying.parquet"]) == ExitCode.DONE
    assert run_command([*words, "same.jsonl", "-o", "read.parquet"]) == ExitCode.DONE
    lying, read = rows(folder / "lying.parquet"), rows(folder / "read.parquet")
    names = [name for name in lying[0] if name not in ("excluded", "exclusions")]
    assert [{n: row[n] for n in names} for row in lying] == [
        {n: row[n] for n in names} for row in read
    ]


def test_what_is_no_number_and_an_empty_list_are_unknown(folder: Path) -> None:
    assert run_command(["score", "accounts.parquet", "-o", "out.parquet"]) == ExitCode.DONE
    bolt = rows(folder / "out.parquet")[1]
    assert bolt["revenue"] is None
    assert bolt["technologies"] is None
    assert bolt["fit_known"] == 0.0


def test_several_files_of_one_source_are_numbered_through(folder: Path) -> None:
    (folder / "more").mkdir()
    for number, part in enumerate((ACCOUNTS.slice(0, 3), ACCOUNTS.slice(3)), start=1):
        parquet.write_table(part, folder / "more" / f"{number}.parquet")
    text = CONFIG.replace("accounts.parquet", "more/*.parquet")
    (folder / "abmkit.toml").write_text(text)
    assert run_command(["run", "-o", "out"]) == ExitCode.DONE
    members = rows(folder / "out" / "members.parquet")
    assert [row["source_row"] for row in members] == [1, 2, 3, 4]


def test_a_file_that_changes_while_it_is_read_ends_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = DuckDBEngine.store

    def overtaken(self: DuckDBEngine, frame: Any, path: Path) -> Any:
        parquet.write_table(ACCOUNTS.slice(0, 2), folder / "accounts.parquet")
        return stored(self, frame, path)

    monkeypatch.setattr(DuckDBEngine, "store", overtaken)
    assert run_command(["run", "-o", "out"]) == ExitCode.INPUT
    assert "was changed while it was read" in capsys.readouterr().err
    assert not (folder / "out" / "accounts.parquet").exists()


def test_a_damaged_file_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (folder / "accounts.parquet").read_bytes()
    damaged = whole[:40] + bytes(200) + whole[240:]
    (folder / "accounts.parquet").write_bytes(damaged)
    assert run_command(["score", "accounts.parquet", "-o", "out.parquet"]) == ExitCode.INPUT
    (line,) = capsys.readouterr().err.splitlines()
    assert "accounts.parquet" in line
    assert "damaged" in line
    assert not (folder / "out.parquet").exists()


def test_damage_that_is_met_while_rows_are_written_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = pa.table({"account_id": [f"id:{number}" for number in range(3000)]})
    path = folder / "long.parquet"
    parquet.write_table(rows, path, use_dictionary=False, compression="none")
    path.write_bytes(path.read_bytes().replace(b"id:2500", b"id:\xff\xff\xff\xff", 1))
    assert run_command(["score", "long.parquet"]) == ExitCode.INPUT
    assert "long.parquet: is damaged" in capsys.readouterr().err


def test_of_a_parquet_file_one_group_of_rows_is_held(tmp_path: Path) -> None:
    groups, rows = 60, 50_000
    numbers = np.random.default_rng(7).random(rows)
    with parquet.ParquetWriter(tmp_path / "x.parquet", pa.schema({"x": pa.float64()})) as file:
        for _ in range(groups):
            file.write_table(pa.table({"x": doubles(numbers.tolist())}))
    before, most = pa.total_allocated_bytes(), 0
    for batch in parquet_batches(open_input(tmp_path / "x.parquet")).batches:
        assert batch.num_rows
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < groups * numbers.nbytes / 4
