"""Rows that need no other rows go by as they come: with the same result, and before the last is in."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv, ipc, parquet

from abmkit.cli.main import run_command
from abmkit.commands import passing
from abmkit.engines.duckdb import DuckDBEngine

ABMKIT = [sys.executable, "-m", "abmkit"]
SCHEMA = pa.schema(
    {
        "account_id": pa.string(),
        "name": pa.string(),
        "country": pa.string(),
        "industry": pa.string(),
        "employees": pa.int64(),
        "employees_min": pa.int64(),
        "employees_max": pa.int64(),
        "technologies": pa.list_(pa.string()),
        "relationship": pa.string(),
        "do_not_contact": pa.bool_(),
        "plan": pa.string(),
    }
)
CONFIG = """
version = 1
[[assign]]
column = "territory"
value = "DACH"
when = { country = ["DE", "AT"] }
[[assign]]
column = "segment"
value = "big"
when = { employees = { above = 100 } }
[[assign]]
column = "industry"
value = "Software"
when = { plan = ["paid", "payed"] }
[[exclude.rules]]
id = "small"
reason = "Too small"
when = { employees = { below = 10 } }
[[exclude.rules]]
id = "trial"
reason = "On trial"
when = { plan = "trial", technologies = { contains = ["Oracle", "SAP"] } }
[exclude.churn]
scorecard = "churn.toml"
max_probability = 0.5
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 100 } }, points = 40 },
  { when = { employees = { between = [10, 99] } }, points = 20 },
]
[[score.criteria]]
id = "trade"
bands = [{ when = { industry = ["Software", "Energy"] }, points = 35 }]
[[score.criteria]]
id = "stack"
bands = [{ when = { technologies = { contains = "Oracle" }, revenue = { above = 5 } }, points = 9 }]
"""
CHURN = """
version = 1
[[score.criteria]]
id = "plan"
bands = [
  { when = { plan = "free" }, points = 40 },
  { when = { plan = ["trial", "payed"] }, points = 20 },
  { when = { plan = { known = true } }, points = 0 },
]
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { below = 50 } }, points = 60 }]
[score.outcome]
name = "left"
intercept = -2.5
per_point = 0.05
rates = [{ at_least = 0, cases = 40, positives = 3 }, { at_least = 50, cases = 30, positives = 20 }]
"""
COMMANDS = (
    ["assign"],
    ["exclude"],
    ["exclude", "--all"],
    ["score"],
    ["score", "--points", "--reasons"],
)

known = st.integers(0, 300)
accounts = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["Acme", "Bolt, Inc", 'Say "Hi"', "ädam"]),
            "country": st.sampled_from(["DE", "US", "AT"]),
            "industry": st.sampled_from(["Software", "Retail"]),
            "employees": known,
            "employees_min": known,
            "employees_max": known,
            "technologies": st.lists(
                st.sampled_from(["Oracle", "SAP"]), min_size=1, max_size=2, unique=True
            ),
            "relationship": st.sampled_from(["prospect", "customer"]),
            "do_not_contact": st.booleans(),
            "plan": st.sampled_from(["trial", "paid", "free"]),
        },
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    (tmp_path / "churn.toml").write_text(CHURN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def done(command: list[str], source: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What a command gives for a file, and what it says."""
    assert run_command([*command, source, "--as-of", "2026-11-30", "-o", "out.csv"]) == 0
    return Path("out.csv").read_text("utf-8"), capsys.readouterr().err


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(accounts, st.sampled_from(COMMANDS), st.integers(1, 4), st.sampled_from([1, 5, 200_000]))
def test_what_goes_by_gives_what_the_whole_table_gives(
    folder: Path, capsys: pytest.CaptureFixture[str], rows, command, batch, held
) -> None:
    ids = [f"id:{number}" for number in range(len(rows))]
    columns = {name: [row.get(name) for row in rows] for name in SCHEMA.names}
    table = pa.table(columns | {"account_id": ids}, schema=SCHEMA)
    parquet.write_table(table, folder / "in.parquet")
    with ipc.new_stream(folder / "in.arrow", SCHEMA) as file:
        file.write_table(table, max_chunksize=batch)
    whole = done(command, "in.parquet", capsys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passing, "_MOST_HELD", held)
        assert done(command, "in.arrow", capsys) == whole
        run_command(["convert", "in.parquet", "-o", "in.csv"])
        capsys.readouterr()
        assert done(command, "in.csv", capsys) == whole
    assert done([*command, "--engine", "pandas"], "in.arrow", capsys) == whole


def many(rows: int) -> pa.Table:
    """A table of accounts of which a rule excludes every other one."""
    numbers = range(rows)
    return pa.table(
        {
            "account_id": [f"id:{n}" for n in numbers],
            "name": [f"Company {n}" for n in numbers],
            "employees": [n % 2 * 100 for n in numbers],
            "plan": ["free"] * rows,
            "industry": ["Retail"] * rows,
            "country": ["DE"] * rows,
        }
    )


@pytest.mark.parametrize("to", ["arrow", "csv"])
@pytest.mark.parametrize("command", ["assign", "exclude", "score"])
def test_the_first_rows_come_before_the_last_is_given(folder: Path, command: str, to: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "ABMKIT_CONFIG"}
    step = subprocess.Popen(
        [*ABMKIT, command, "--to", to],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert step.stdin is not None
    assert step.stdout is not None
    came = threading.Event()

    def read() -> None:
        assert step.stdout is not None
        if to == "arrow":
            ipc.open_stream(step.stdout).read_next_batch()
        else:
            step.stdout.readline()
            step.stdout.readline()
        came.set()
        while step.stdout.read(1 << 20):
            pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    table = many(50_000)
    writer = ipc.new_stream(step.stdin, table.schema) if to == "arrow" else None
    for began in range(40):
        if writer is not None:
            writer.write_table(table)
        else:
            csv.write_csv(table, step.stdin, csv.WriteOptions(include_header=not began))
    step.stdin.flush()
    # The input is still open.
    assert came.wait(60)
    step.kill()
    reader.join()


def test_rows_that_went_by_are_not_there_a_second_time() -> None:
    table = many(10)
    with DuckDBEngine() as engine:
        frame = engine.stream(iter(table.to_batches()), table.schema)
        assert sum(batch.num_rows for batch in engine.batches(frame)[1]) == 10
        with pytest.raises(Exception, match="asked for twice"):
            list(engine.batches(frame)[1])
        twice: Any = engine.stream(iter(table.to_batches()), table.schema)
        with pytest.raises(Exception, match="asked for twice"):
            list(
                engine.batches(
                    twice.filter("employees < 50").union(twice.filter("employees > 50"))
                )[1]
            )


def shell(folder: Path, line: str) -> tuple[int, str]:
    """The exit code of a line of shell with `abmkit` in it, and what it says."""
    environment = {k: v for k, v in os.environ.items() if k != "ABMKIT_CONFIG"}
    ran = subprocess.run(
        ["bash", "-c", f'abmkit() {{ "{sys.executable}" -m abmkit "$@"; }}; {line}'],
        capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=120,
    )  # fmt: skip
    return ran.returncode, ran.stderr


@pytest.fixture
def long(folder: Path) -> Path:
    """A long table of which a row near the end does not fit."""
    csv.write_csv(many(400_000), folder / "long.csv")
    with (folder / "long.csv").open("a") as file:
        file.write("a,b,c,d,e,f,g,h\n")
    return folder


@pytest.mark.parametrize("to", ["csv", "tsv", "jsonl", "arrow", "parquet"])
def test_what_breaks_off_is_no_table_to_the_next_step(long: Path, to: str) -> None:
    line = f"abmkit score --to {to} < long.csv > part.{to}"
    code, said = shell(long, line)
    assert code == 3
    assert said == (
        "error: stdin:400002: 1 rows do not fit the header: too many cells: 8, the header has 6; "
        "read it with `abmkit load --rejects rejects.csv`\n"
    )
    assert (long / f"part.{to}").stat().st_size > 0
    code, said = shell(long, f"abmkit tier --from {to} < part.{to} -o out.csv")
    assert code == 3, said
    assert not (long / "out.csv").exists()


def test_what_fails_early_hands_nothing_on(folder: Path) -> None:
    (folder / "short.csv").write_text("account_id,name\nid:1,A\nid:2,B,C\n")
    code, said = shell(folder, "abmkit score < short.csv > part.csv")
    assert code == 3
    assert "1 rows do not fit the header" in said
    assert (folder / "part.csv").read_text() == ""


def test_rules_that_meet_nobody_are_not_told_of_a_part(folder: Path) -> None:
    table = many(50_000)
    with ipc.new_stream(folder / "long.arrow", table.schema) as file:
        for _ in range(50):
            file.write_table(table)
    assert "score.criteria.trade" in shell(folder, "abmkit score < long.arrow > all.csv")[1]
    line = "set -o pipefail; abmkit score < long.arrow | head -3 > some.csv"
    assert shell(folder, line) == (0, "")
