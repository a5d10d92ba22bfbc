"""What a run says of the run before, what `diff` says of two, and what guards the list."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import abmkit
from abmkit.cli.main import run_command
from abmkit.errors import GuardError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")

CONFIG = """\
version = 1
name = "changes"
[[sources]]
name = "firms"
path = "firms.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Customer"
until = 2026-06-30
[[exclude.rules]]
id = "stale"
reason = "Not heard of for a year"
when = { as_of = { older_than_days = 365 } }
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 1000 } }, points = 100 },
  { when = { employees = { at_least = 500 } }, points = 70 },
  { when = { employees = { at_least = 100 } }, points = 40 },
]
[tier]
pins = "pins.csv"
[[tier.tiers]]
id = "A"
min_score = 90
capacity = 2
[[tier.tiers]]
id = "B"
min_score = 60
[output]
formats = ["csv"]
report = false
"""
FIRMS = {"Ash": 1500, "Birch": 1400, "Cedar": 1300, "Aaron": 700, "Elm": 600, "Fir": 300}
JANUARY, FEBRUARY, AUGUST = (date(2026, month, 1) for month in (1, 2, 8))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    (tmp_path / "customers.csv").write_text("website\nelm.com\n")
    (tmp_path / "pins.csv").write_text("account,tier,by\nfir.com,B,Ann\n")
    firms(tmp_path, FIRMS)
    return tmp_path


def firms(project: Path, known: dict[str, int], day: str = "2025-10-01") -> None:
    rows = [f"{name} Inc,{name.lower()}.com,US,{size},{day}" for name, size in known.items()]
    (project / "firms.csv").write_text(
        "\n".join(["company,website,country,employees,as_of", *rows])
    )


def run(project: Path, day: date, **options: Any) -> Any:
    return abmkit.run(project / "abmkit.toml", output=project / "out", as_of=day, **options)


def edited(project: Path, *edits: tuple[str, str]) -> None:
    text = (project / "abmkit.toml").read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (project / "abmkit.toml").write_text(text)


def held(by: str) -> tuple[str, str]:
    """An edit that holds tiers still."""
    return 'pins = "pins.csv"', f'pins = "pins.csv"\nstability = {{ {by} }}'


def moves(project: Path) -> dict[str, dict[str, str]]:
    text = (project / "out" / "changes.csv").read_text("utf-8-sig")
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text))}


def told(project: Path) -> dict[str, tuple[str, str, str, str]]:
    return {
        name.removesuffix(" Inc"): (row["change"], row["from"], row["to"], row["cause"])
        for name, row in moves(project).items()
    }


def everything(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_the_first_run_has_nothing_to_compare_with(project: Path) -> None:
    result = run(project, JANUARY)
    assert result.run.changes is None
    assert moves(project) == {}
    assert result.record["changes"] is None
    assert "change" not in result.target_accounts.column_names


def test_the_same_again_changes_nothing(project: Path) -> None:
    first = run(project, JANUARY)
    result = run(project, FEBRUARY)
    assert result.record["changes"]["changed"] == 0
    assert result.record["before"] == {"run": first.record["run"]}
    listed = result.target_accounts.to_pylist()
    assert {row["change"] for row in listed} == {"stays"}
    # Since the run before at the latest: it said no more.
    assert {row["tier_since"] for row in listed} == {JANUARY}


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_each_move_has_its_cause_and_its_reason(project: Path, engine: str) -> None:
    run(project, JANUARY, engine=engine)
    firms(project, {**FIRMS, "Ash": 550, "Gum": 1000} | {"Aaron": 1600})
    edited(project, ("min_score = 60", "min_score = 75"))
    (project / "pins.csv").write_text("account,tier,by\n")
    run(project, FEBRUARY, engine=engine)
    assert told(project) == {
        "Gum": ("entered", "", "B", "data"),
        "Aaron": ("up", "B", "A", "data"),
        # With less it would be in B by the rules of before: out by both.
        "Ash": ("left", "A", "", "data;config"),
        "Fir": ("left", "B", "", "data"),
    }
    assert moves(project)["Aaron Inc"]["why"] == (
        "score 100 reaches 90; score 70 before, 100 now; employees 700 before, 1,600 now"
    )
    assert moves(project)["Gum Inc"]["why"].endswith("new among the accounts")
    assert moves(project)["Ash Inc"]["score_before"] == "100"


def test_what_the_day_does_is_told_from_what_data_do(project: Path) -> None:
    run(project, JANUARY)
    run(project, AUGUST)
    # The list of customers counts no more.
    assert told(project) == {"Elm": ("entered", "", "B", "time")}
    firms(project, {n: s for n, s in FIRMS.items() if n != "Birch"})
    (project / "customers.csv").write_text("website\n")
    run(project, date(2026, 11, 1))
    # All were last heard of on 1 October 2025.
    assert {row[3] for row in told(project).values()} <= {"data", "time", "data;time"}
    assert told(project)["Birch"] == ("left", "A", "", "data")
    assert told(project)["Aaron"] == ("left", "B", "", "time")


def test_causes_add_up_to_the_changes(project: Path) -> None:
    firms(project, {**FIRMS, "Ivy": 200})
    run(project, JANUARY)
    firms(project, {**FIRMS, "Birch": 600, "Elm": 5000, "Gum": 650, "Ivy": 200})
    edited(project, ("capacity = 2", "capacity = 1"), ("min_score = 60", "min_score = 30"))
    result = run(project, AUGUST)
    record = result.record["changes"]
    assert told(project)["Ivy"] == ("entered", "", "B", "config")
    assert record["changed"] == len(moves(project)) == sum(record["causes"].values()) > 3
    assert record["changed"] == sum(record["changes"].values())
    assert all(row["cause"] and row["why"] for row in moves(project).values())
    assert {each["key"]: (each["before"], each["now"]) for each in record["rules"]} == {
        "tier.tiers.A.capacity": (2, 1),
        "tier.tiers.B.min_score": (60, 30),
    }


def test_a_dry_run_says_what_would_change_and_writes_nothing(project: Path, capsys) -> None:
    dry = ["run", str(project / "abmkit.toml"), "-o", str(project / "out"), "--dry-run"]
    assert run_command(dry) == 0
    assert not (project / "out").exists()
    run(project, JANUARY)
    firms(project, {**FIRMS, "Aaron": 1600})
    before = everything(project)
    capsys.readouterr()
    assert run_command([*dry, "--as-of", "2026-02-01"]) == 0
    said = capsys.readouterr().out
    assert "accounts changed since 2026-01-01" in said
    assert said.rstrip().endswith("Nothing was written.")
    assert everything(project) == before
    result = run(project, FEBRUARY, dry_run=True)
    assert result.files == ()
    assert result.target_accounts.num_rows == len(result.run.target_accounts.table())
    assert everything(project) == before
    assert run(project, FEBRUARY).record["changes"]["changed"] == len(result.run.changes.moves)


def test_a_run_that_moves_too_much_is_stopped_and_the_list_stays(project: Path, capsys) -> None:
    run(project, JANUARY)
    firms(project, {**FIRMS, "Aaron": 1600})
    before = everything(project)
    for allowed in ("1", "20%"):
        with pytest.raises(
            GuardError, match=f"--max-change: more would change than {allowed}: 2 of 5"
        ):
            run(project, FEBRUARY, max_change=allowed)
        assert everything(project) == before
    command = ["run", str(project / "abmkit.toml"), "-o", str(project / "out"), "--max-change", "1"]
    assert run_command([*command, "--as-of", "2026-02-01"]) == 4
    assert "1 up, 1 down" in capsys.readouterr().err
    with pytest.raises(UsageError, match="'much' is neither a count nor a share"):
        run(project, FEBRUARY, max_change="much")
    assert everything(project) == before
    assert run(project, FEBRUARY, max_change="40%").record["changes"]["changed"] == 2


def test_a_run_holds_still_from_the_run_before(project: Path) -> None:
    edited(project, held("min_days = 60"))
    run(project, JANUARY)
    firms(project, {**FIRMS, "Ash": 50, "Aaron": 1600})
    assert run(project, FEBRUARY).record["changes"]["changed"] == 0
    result = run(project, date(2026, 4, 1))
    # What held is over: the day moves them, no value.
    assert told(project)["Ash"] == ("left", "A", "", "time")
    assert told(project)["Aaron"] == ("up", "B", "A", "time")
    since = {row["name"]: row["tier_since"] for row in result.target_accounts.to_pylist()}
    assert since["Aaron Inc"] == date(2026, 4, 1)
    assert since["Birch Inc"] == JANUARY


def test_moves_that_had_to_wait_are_told(project: Path) -> None:
    edited(project, held("max_moves = 1"))
    run(project, JANUARY)
    firms(project, {**FIRMS, "Ash": 50, "Aaron": 50})
    assert run(project, FEBRUARY).record["changes"]["causes"] == {"data": 1}
    assert run(project, FEBRUARY).record["changes"]["causes"] == {"waited": 1}


def test_a_list_of_before_that_cannot_be_read_stops_no_run(project: Path) -> None:
    run(project, JANUARY)
    (project / "out" / "accounts.parquet").write_bytes(b"no table")
    with pytest.warns(abmkit.AbmkitWarning, match="the list of before cannot be read"):
        assert run(project, FEBRUARY).run.changes is None
    (project / "out" / "run.json").write_text("[]")
    assert run(project, FEBRUARY).record["changes"]["causes"] == {}


def test_rules_of_before_that_fit_no_more_are_told_and_stop_no_run(project: Path) -> None:
    graded = 'path = "firms.csv"\n[sources.columns]\ngrade = {{ from = "grade", type = "{}" }}'
    rule = '[[exclude.rules]]\nid = "low"\nreason = "Low"\nwhen = { grade = { below = 2 } }\n'
    plain = (project / "abmkit.toml").read_text()
    rows = "company,website,country,employees,as_of,grade\nAsh,ash.com,US,1500,2025-10-01,{}\n"
    edited(
        project, ('path = "firms.csv"', graded.format("number")), ("[[exclude", f"{rule}[[exclude")
    )
    (project / "firms.csv").write_text(rows.format(1))
    run(project, JANUARY)
    (project / "abmkit.toml").write_text(plain.replace('path = "firms.csv"', graded.format("list")))
    with pytest.warns(
        abmkit.AbmkitWarning, match="what caused moves is not told: the rules of one"
    ):
        record = run(project, FEBRUARY).record
    assert record["changes"]["causes"] == {"unknown": 1}
    # Without the column it is unknown, which excludes nobody.
    (project / "abmkit.toml").write_text(plain)
    firms(project, {"Ash": 1500})
    assert run(project, FEBRUARY).record["changes"]["changed"] == 0


def test_accounts_that_are_one_now_have_not_moved(project: Path) -> None:
    header, row = "company,website,country,employees,as_of\n", "{},{},{},1500,2025-10-01\n"
    ajax = row.format("Ajax", "acme.com", "DE")
    (project / "firms.csv").write_text(header + row.format("Acme", "", "US") + ajax)
    first = run(project, JANUARY).target_accounts["account_id"].to_pylist()
    (project / "firms.csv").write_text(header + row.format("Acme", "acme.com", "US") + ajax)
    (project / "more.csv").write_text("account_id,tier\nname:acme@US,B\ndomain:acme.com,A\n")
    result = run(project, FEBRUARY)
    (account,) = result.target_accounts.to_pylist()
    assert sorted(first) == ["domain:acme.com", "name:acme@US"]
    assert (account["change"], account["previous_tier"]) == ("stays", "A")
    assert result.record["changes"]["changed"] == 0
    assert diffed(histories(project)[0], project / "out")["changed"] == 0
    ledger = project / "out" / "ledger.parquet"
    again = abmkit.tier(
        result.target_accounts, project / "abmkit.toml", previous=project / "more.csv",
        as_of=FEBRUARY, ledger=ledger,
    )  # fmt: skip
    assert again["previous_tier"].to_pylist() == ["A"]


# Diff --------------------------------------------------------------------------------------------


def histories(project: Path) -> list[Path]:
    return sorted((project / "out" / "runs").iterdir())


def diffed(*places: Path, **options: Any) -> dict[str, Any]:
    found = json.loads(abmkit.diff(*places, to="json", **options))
    assert found["changed"] == sum(found["causes"].values()) == len(found["accounts"])
    return found


def moved(found: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        row["name"].removesuffix(" Inc"): tuple(row[c] for c in ("change", "from", "to", "cause"))
        for row in found["accounts"]
    }


def test_diff_says_of_two_runs_what_the_second_said_of_the_first(project: Path) -> None:
    run(project, JANUARY)
    firms(project, {**FIRMS, "Ash": 550, "Aaron": 1600})
    edited(project, ("min_score = 60", "min_score = 75"))
    result = run(project, FEBRUARY)
    first, second = histories(project)
    for places in ((first, second), (first, project / "out"), (project / "out",)):
        found = diffed(*places)
        rows = found.pop("accounts")
        assert found == result.record["changes"]
        assert {row["name"]: row["why"] for row in rows} == {
            name: row["why"] for name, row in moves(project).items()
        }


def test_diff_of_runs_with_others_between(project: Path) -> None:
    edited(project, held("margin = 50"))
    run(project, JANUARY)
    firms(project, {**FIRMS, "Elm": 20, "Aaron": 20})
    run(project, FEBRUARY)
    firms(project, {**FIRMS, "Aaron": 150})
    run(project, FEBRUARY)
    # It would have stayed; but it left, and comes back only with all that is asked.
    assert moved(diffed(histories(project)[0], project / "out")) == {
        "Aaron": ("left", "B", None, "between")
    }


def test_diff_tries_another_config(project: Path, capsys) -> None:
    run(project, JANUARY)
    (project / "more.csv").write_text("website\nash.com\n")
    edited(
        project,
        ("min_score = 60", "min_score = 75"),
        ("[[exclude", '[[suppress]]\nname = "more"\npath = "more.csv"\nreason = "More"\n[[exclude'),
    )
    assert moved(diffed(project / "out", trial=project / "abmkit.toml")) == {
        "Ash": ("left", "A", None, "config"),
        "Cedar": ("up", "B", "A", "config"),
        "Aaron": ("left", "B", None, "config"),
    }
    argv = ["diff", str(project / "out"), "--try", str(project / "abmkit.toml")]
    assert run_command(argv) == 0
    said = capsys.readouterr().out
    assert "excluded by more" in said
    assert "suppress.more: new" in said
    assert max(map(len, said.splitlines())) <= 80
    assert run_command([*argv, "--to", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert Counter(row["change"] for row in rows) == {"left": 2, "up": 1}
    assert run_command([*argv, "-o", str(project / "diff.json")]) == 0
    assert len(json.loads((project / "diff.json").read_text())["accounts"]) == 3
    assert run_command([*argv, "--to", "pdf"]) == 2


def test_diff_of_lists_of_any_format_knows_who_moved_but_not_why(project: Path) -> None:
    both = CONFIG.replace('formats = ["csv"]', 'formats = ["csv", "xlsx"]')
    (project / "abmkit.toml").write_text(both)
    run(project, JANUARY)
    (project / "first.csv").write_bytes((project / "out" / "target-accounts.csv").read_bytes())
    firms(project, {**FIRMS, "Aaron": 1600})
    run(project, FEBRUARY)
    for name in ("target-accounts.csv", "target-accounts.xlsx"):
        with pytest.warns(abmkit.AbmkitWarning, match="what caused moves is not told"):
            found = diffed(project / "first.csv", project / "out" / name)
        assert moved(found) == {"Aaron": ("up", "B", "A", None), "Birch": ("down", "A", "B", None)}
    with pytest.raises(UsageError, match=r"firms\.csv: no column 'account_id'"):
        abmkit.diff(project / "firms.csv", project / "out")
    with pytest.raises(UsageError, match="there is no run before it"):
        abmkit.diff(histories(project)[0])


def test_a_config_is_no_list(project: Path, capsys) -> None:
    config = str(project / "abmkit.toml")
    assert run_command(["diff", config, config]) == 2
    assert f"is a config, not a list; try it: diff RUN --try {config}" in capsys.readouterr().err
