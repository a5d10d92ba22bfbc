"""`abmkit research` as its users run it: a run in, a list to fill in out, and that as a source."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shell import abmkit

CONFIG = """\
version = 1
name = "research"
[[sources]]
name = "market"
path = "market.csv"
[sources.columns]
registry_ids = { from = "CIK", scheme = "cik" }
seats = { from = "seats", type = "number" }
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 100 } }, points = 50 }]
[[score.criteria]]
id = "seats"
bands = [{ when = { seats = { at_least = 10 } }, points = 30 }]
[[score.criteria]]
id = "sector"
bands = [{ when = { industry = "Software" }, points = 20 }]
[tier]
rank_by = ["fit_score"]
[[tier.tiers]]
id = "A"
min_score = 80
[[tier.tiers]]
id = "B"
min_score = 45
"""
MARKET = """\
Company,Website,CIK,Country,Industry,Employees,seats
By Number Inc,,1234,US,Software,,20
By Site Ltd,by-site.com,,GB,Software,500,
By Name GmbH,,,DE,Software,,20
Only A Name,,,,Retail,,20
All Known,known.com,,US,Software,500,20
Small And Known,small.com,,US,Retail,5,1
"""
IGNORED = [f"research_{n}" for n in ("field", "why", "tier", "best", "worst", "chance", "change")]


def command(*arguments: str, cwd: Path) -> tuple[str, str]:
    """What a command writes to stdout, and to stderr."""
    done = abmkit(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "market.csv").write_text(MARKET, encoding="utf-8")
    command("run", cwd=tmp_path)
    return tmp_path


def accounts(project: Path) -> dict[str, dict[str, Any]]:
    from pyarrow import parquet

    rows = parquet.read_table(project / "out" / "accounts.parquet").to_pylist()
    return {row["name"]: row for row in rows}


def asked(text: str) -> dict[tuple[str, str], dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    return {(row["name"], row["research_field"]): row for row in rows}


def test_only_what_could_change_a_tier_is_asked(project: Path) -> None:
    out, said = command("research", cwd=project)
    found = asked(out)
    assert set(found) == {
        ("By Number Inc", "employees"), ("By Name GmbH", "employees"), ("By Site Ltd", "seats"),
        ("Only A Name", "employees"),
    }  # fmt: skip
    one = found["By Number Inc", "employees"]
    assert (one["research_tier"], one["research_best"], one["research_worst"]) == ("B", "A", "B")
    assert one["research_why"] == "employees decides size (50 points)"
    assert one["registry_ids"] == "cik:1234"
    assert (one["employees"], one["seats"]) == ("", "")
    assert said == ""


def test_a_file_of_the_run_gives_the_same_and_top_the_first(project: Path) -> None:
    of_run, _ = command("research", cwd=project)
    of_file, _ = command("research", "out/accounts.parquet", cwd=project)
    first, _ = command("research", "-n", "1", cwd=project)
    assert of_run == of_file
    assert first.splitlines()[1].split(",")[:2] == of_run.splitlines()[1].split(",")[:2]
    assert len(first.splitlines()) == 2


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_filled_in_it_is_a_source_of_the_same_accounts(project: Path, format: str) -> None:
    before = accounts(project)
    said, _ = command("research", "-o", f"research.{format}", cwd=project)
    snippet = said[said.index("[[sources]]") :]
    assert tomllib.loads(snippet)["sources"][0]["ignore"] == IGNORED
    values = {"employees": "1,200", "seats": "12"}
    if format == "csv":
        rows = asked((project / "research.csv").read_text("utf-8"))
        for (_, field), row in rows.items():
            row[field] = values[field]
        with (project / "research.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(next(iter(rows.values()))))
            writer.writeheader()
            writer.writerows(rows.values())
    else:
        import openpyxl

        book = openpyxl.load_workbook(project / "research.xlsx")
        header, *lines = book.active.iter_rows()
        names = [cell.value for cell in header]
        for line in lines:
            field = line[names.index("research_field")].value
            line[names.index(field)].value = int(values[field].replace(",", ""))
        book.save(project / "research.xlsx")
        snippet = snippet.replace("research.csv", "research.xlsx")
    config = (project / "abmkit.toml").read_text("utf-8")
    before_rules, rules = config.split("[[score.criteria]]", 1)
    (project / "abmkit.toml").write_text(
        f"{before_rules}{snippet}\n[[score.criteria]]{rules}", encoding="utf-8"
    )
    command("run", cwd=project)
    after = accounts(project)
    assert {n: row["account_id"] for n, row in after.items()} == {
        n: row["account_id"] for n, row in before.items()
    }
    assert {n for n, row in after.items() if row["employees"] == 1200} == {
        "By Number Inc", "By Name GmbH", "Only A Name",
    }  # fmt: skip
    assert after["By Site Ltd"]["seats"] == 12.0
    assert after["By Site Ltd"]["tier"] == "A"
    assert {row["fit_known"] for row in after.values()} == {1.0}
    assert [name for name in after["All Known"] if name.startswith("research")] == []
    assert after["All Known"]["sources"] == ["market"]
    out, _ = command("research", cwd=project)
    assert asked(out) == {}


def test_where_nothing_could_change_it_says_so(project: Path) -> None:
    (project / "market.csv").write_text(
        "\n".join(line for line in MARKET.splitlines() if "Known" in line or "CIK" in line), "utf-8"
    )
    command("run", cwd=project)
    said, _ = command("research", "-o", "research.csv", cwd=project)
    assert "No unknown field could change a tier." in said
