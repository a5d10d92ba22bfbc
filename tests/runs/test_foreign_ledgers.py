"""Ledgers of ids that are damaged, edited by hand or no ledgers: an error of one line, no ids."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from abmkit.cli.main import run_command
from abmkit.domain.arrays import strings

CONFIG = """
version = 1
[[sources]]
name = "all"
path = "accounts.parquet"
canonical = true
[dedupe]
keys = []
[[tier.tiers]]
id = "A"
[output]
formats = ["csv"]
"""
ACCOUNTS = pa.table(
    {
        "account_id": strings(["row:crm:1", "domain:b.com"]),
        "name": strings(["Acme", "Bolt"]),
        "domain": strings(["A.com", "b.com"]),
        "registry_ids": pa.array([["cik:1", None], [None]], pa.list_(pa.string())),
    }
)
DAY = datetime.date(2026, 1, 1)
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "pandas"])


def with_row(kind: str, key: str, account_id: str) -> Callable[[pa.Table], pa.Table]:
    """Adds a row to a ledger."""
    row = {"kind": kind, "key": key, "account_id": account_id, "since": DAY}
    return lambda ledger: pa.concat_tables([ledger, pa.Table.from_pylist([row], ledger.schema)])


def without_accounts(ledger: pa.Table) -> pa.Table:
    return ledger.filter([kind == "key" for kind in ledger["kind"].to_pylist()])


def with_a_column_twice(ledger: pa.Table) -> pa.Table:
    return pa.Table.from_arrays([*ledger.columns, ledger["key"]], [*ledger.column_names, "key"])


def with_other_types(ledger: pa.Table) -> pa.Table:
    since = ledger.column_names.index("since")
    ledger = ledger.set_column(since, "since", ledger["since"].cast(pa.timestamp("us")))
    was = ledger.column_names.index("was")
    return ledger.set_column(was, "was", pa.nulls(ledger.num_rows))


def night(folder: Path, day: int, engine: str) -> int:
    """Run the project on a day of January."""
    config = str(folder / "abmkit.toml")
    return run_command(["run", config, "--as-of", f"2026-01-{day:02}", "--engine", engine])


def ids(folder: Path) -> list[str]:
    found: list[str] = parquet.read_table(folder / "out/accounts.parquet")["account_id"].to_pylist()
    return sorted(found)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project after its first night."""
    (tmp_path / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    parquet.write_table(ACCOUNTS, tmp_path / "accounts.parquet")
    assert night(tmp_path, 1, "duckdb") == 0
    return tmp_path


@ENGINES
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_row("key", "domain:z.com", "id:nobody"), "names accounts that it does not list"),
        (with_row("account", "id:z", "id:nobody"), "names accounts that it does not list"),
        (with_row("whatever", "x", "row:crm:1"), "neither of an account nor of a key"),
        (without_accounts, "names accounts that it does not list"),
        (with_a_column_twice, "it has key twice"),
        (lambda _: pa.table({}), "it lacks kind, key"),
    ],
)
def test_rows_that_contradict_one_another_are_refused(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    engine: str,
    change: Callable[[pa.Table], pa.Table],
    why: str,
) -> None:
    path = project / "out/ledger.parquet"
    parquet.write_table(change(parquet.read_table(path)), path)
    assert night(project, 2, engine) == 3
    assert why in capsys.readouterr().err


@ENGINES
def test_an_account_merged_into_one_that_is_none_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    path = project / "out/ledger.parquet"
    ledger = parquet.read_table(path)
    for row in (("account", "id:a", "id:b"), ("account", "id:b", "id:a")):
        ledger = with_row(*row)(ledger)
    parquet.write_table(ledger, path)
    assert night(project, 2, engine) == 3
    assert "merged into one that is none" in capsys.readouterr().err


@ENGINES
def test_a_ledger_that_other_tools_wrote_again_is_the_same(project: Path, engine: str) -> None:
    path = project / "out/ledger.parquet"
    parquet.write_table(with_other_types(parquet.read_table(path)), path)
    assert night(project, 2, engine) == 0
    assert ids(project) == ["domain:b.com", "row:crm:1"]


@ENGINES
def test_damage_within_a_ledger_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    path = project / "out/ledger.parquet"
    data = bytearray(path.read_bytes())
    data[4:80] = bytes(0xFF ^ each for each in data[4:80])
    path.write_bytes(data)
    assert night(project, 2, engine) == 3
    assert f"{path}: " in capsys.readouterr().err


@ENGINES
def test_lists_with_unknown_elements_make_no_keys(project: Path, engine: str) -> None:
    assert night(project, 1, engine) == 0
    ledger = parquet.read_table(project / "out/ledger.parquet")
    assert ledger["key"].null_count == 0
    assert "cik:1" in ledger["key"].to_pylist()
    accounts = parquet.read_table(project / "out/accounts.parquet")
    found = dict(zip(*(accounts[c].to_pylist() for c in ("name", "registry_ids")), strict=True))
    assert found == {"Acme": ["cik:1"], "Bolt": None}
    assert night(project, 2, engine) == 0


@ENGINES
def test_a_domain_in_capitals_leads_back_to_its_account(project: Path, engine: str) -> None:
    moved = ACCOUNTS.set_column(0, "account_id", strings(["row:crm:9", "domain:b.com"]))
    moved = moved.drop_columns(["registry_ids"])
    parquet.write_table(moved, project / "accounts.parquet")
    assert night(project, 2, engine) == 0
    assert ids(project) == ["domain:b.com", "row:crm:1"]
