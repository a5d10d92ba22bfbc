"""Capacity by territory and owner from the command line, and the bench."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from abmkit.cli.main import run_command

COMPANIES = "名称,大区,负责人,员工人数\n" + "".join(
    f"公司{n:02},{['华东', '华东', '华南', ''][n % 4]},{'周岚' if n % 5 == 0 else ''},{1000 - 10 * n}\n"
    for n in range(24)
)
CONFIG = """\
version = 1
name = "蓝图"
[[sources]]
name = "crm"
path = "companies.csv"
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 850 } }, points = 100 },
  { when = { employees = { at_least = 800 } }, points = 60 },
]
[tier]
capacities = "reps.csv"
rank_by = ["fit_score", "employees"]
[[tier.tiers]]
id = "A"
strategy = "1:1"
min_score = 80
[[tier.tiers]]
id = "B"
min_score = 50
capacity = 4
[output]
formats = ["parquet", "csv"]
report = false
"""
REPS = "tier,territory,owner,capacity\nA,华东,周岚,2\nA,华东,林夏,2\nA,华南,陈卓,6\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("companies.csv", COMPANIES), ("abmkit.toml", CONFIG), ("reps.csv", REPS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABMKIT_CONFIG", raising=False)
    return tmp_path


def listed(project: Path) -> dict[str, tuple[str, str]]:
    with (project / "out" / "target-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: (row["tier"], row["owner"]) for row in csv.DictReader(file)}


def drawn(capsys: pytest.CaptureFixture[str], *flags: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert run_command(["bench", *flags]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_a_run_fills_slots_keeps_owners_and_says_where_it_is_too_little(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run"]) == 0
    said = capsys.readouterr()
    assert "from 80, 10 slots" in said.out
    assert "A 华东, no owner 4 wait" in said.out
    assert "Free: A 华南, 陈卓 3 of 6." in said.out
    # Whose territory is unknown no row is for.
    assert "tier A: 5 accounts that meet it find no row in reps.csv: no territory" in said.err
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    assert {"tier": "A", "at": {"territory": "华南", "owner": "陈卓"}, "slots": 6, "taken": 3,
            "waiting": 0, "free": 3, "open": False} in record["rooms"]  # fmt: skip
    assert sum(each["count"] for each in record["unplaced"]) == 5
    first = listed(project)
    in_a = sorted(owner for tier, owner in first.values() if tier == "A")
    assert in_a == ["周岚", "周岚", "林夏", "林夏", *["陈卓"] * 3]
    # The next run starts from accounts without owners, and deals the same.
    assert run_command(["run"]) == 0
    assert listed(project) == first
    assert "No account is in another tier than before." in capsys.readouterr().out


def test_fewer_slots_move_accounts_and_the_cause_is_the_config(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run"]) == 0
    (project / "reps.csv").write_text(REPS.replace("林夏,2", "林夏,1"), encoding="utf-8")
    capsys.readouterr()
    assert run_command(["run"]) == 0
    assert "Caused by config" in capsys.readouterr().out


def test_the_bench_draws_the_next_best_and_says_for_what_they_wait(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run"]) == 0
    east = drawn(capsys, "--territory", "华东", "-n", "3")
    assert len(east) == 3
    assert {row["territory"] for row in east} == {"华东"}
    assert east[0]["bench_for"] == "A"
    assert east[0]["bench_points"] == "0"
    assert east[0]["bench_why"].startswith("A has no free slot for it")
    sizes = [float(row["employees"]) for row in east]
    assert sizes == sorted(sizes, reverse=True)
    # To an owner belong those who could be dealt to him, too, in his territory only.
    mine = drawn(capsys, "--owner", "林夏", "-n", "0")
    assert {row["owner"] for row in mine} <= {"", "林夏"}
    assert {row["territory"] for row in mine} == {"华东"}
    assert {row["bench_for"] for row in drawn(capsys, "out", "--tier", "b", "-n", "0")} == {"B"}
    assert drawn(capsys, "--territory", "华南", "--tier", "A") == []


def test_a_territory_that_there_is_not_is_told_with_those_that_there_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run"]) == 0
    assert run_command(["bench", "--territory", "华中"]) == 2
    assert "there is no territory '华中'" in capsys.readouterr().err
    assert run_command(["bench", "--owner", "王五"]) == 2
    assert "the owners are 周岚, 林夏, 陈卓" in capsys.readouterr().err


def test_what_of_the_table_says_nothing_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [line + ",x" for line in REPS.replace("owner,capacity", "owner,容量").splitlines()]
    table = "\n".join([*rows, "A,华中,何川,3,x"]).replace("容量,x", "容量,备注")
    (project / "reps.csv").write_text(table, encoding="utf-8")
    assert run_command(["check"]) == 0
    said = capsys.readouterr().err
    assert "reps.csv: 1 row meets no account: A, 华中, 何川" in said
    assert "reps.csv: not read: 备注" in said
    both = CONFIG.replace("min_score = 80", "min_score = 80\ncapacity = 3")
    (project / "abmkit.toml").write_text(both, encoding="utf-8")
    assert run_command(["check"]) == 2
    told = "tier.tiers.A.capacity: reps.csv says the capacity of tier A, too; say it in one of them"
    assert told in capsys.readouterr().err


def test_other_slots_in_the_same_table_are_told_as_a_change_of_rules(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run", "--as-of", "2026-07-01"]) == 0
    reps = project / "reps.csv"
    reps.write_text(reps.read_text("utf-8").replace("周岚,2", "周岚,4"), "utf-8")
    assert run_command(["run", "--as-of", "2026-07-02"]) == 0
    old, new = sorted(each for each in (project / "out/runs").iterdir() if each.is_dir())
    capsys.readouterr()
    assert run_command(["diff", str(old), str(new)]) == 0
    assert "tier.capacities.A.华东.周岚: 2 before, 4 now" in capsys.readouterr().out
    assert run_command(["history", "out"]) == 0
    newest = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert newest["config_changed"] == "true"
