"""review.csv of a run, filled in and given back: decided from then on."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from shell import abmkit

PROJECT = """\
version = 1
name = "p"
[[sources]]
name = "directory"
path = "directory.csv"
[dedupe]
same = 0.9
decisions = "decisions.csv"
[score]
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { above = 1 } }, points = 1 }]
[tier]
[[tier.tiers]]
id = "A"
min_score = 0
"""
DIRECTORY = """\
Company,Website,Country,City,Employees
International Business Machines Corp,ibm.com,US,Armonk,500
IBM,,US,Armonk,
Honeywell International,,US,Charlotte,900
Honeywel International,,US,Charlotte,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose decisions are still to be taken."""
    (tmp_path / "abmkit.toml").write_text(PROJECT)
    (tmp_path / "directory.csv").write_text(DIRECTORY)
    (tmp_path / "decisions.csv").write_text("left,right,decision,by,why\n")
    return tmp_path


def run(folder: Path) -> tuple[list[str], list[dict[str, str]], str]:
    """The names on the list of a run, its review, and what it said."""
    done = abmkit("run", "-o", "out", "--as-of", "2026-11-21", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()

    def rows(name: str) -> list[dict[str, str]]:
        text = (folder / "out" / name).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    names = sorted(row["name"] for row in rows("target-accounts.csv"))
    return names, rows("review.csv"), done.stdout.decode()


def decide(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "decisions.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_review_that_is_filled_in_is_followed_from_then_on(folder: Path) -> None:
    names, review, said = run(folder)
    assert len(names) == 3
    (row,) = review
    assert (row["kind"], row["decision"], row["evidence"]) == (
        "company",
        "",
        "same name by its initials; same city",
    )
    assert "1 pair that may be one company" in said
    # Left blank, it is asked again; filled in, it is done.
    decide(folder, review)
    assert run(folder)[:2] == (names, review)
    for verdict, count in (("same", 2), ("different", 3), ("相同", 2)):
        decide(folder, [{**row, "decision": verdict, "by": "Ann", "why": "asked them"}])
        names, review, said = run(folder)
        assert (len(names), review) == (count, [])
        assert "For a person to decide" not in said


def test_a_decision_parts_what_likeness_had_joined(folder: Path) -> None:
    said = {"left": "Honeywell International", "right": "Honeywel International"}
    decide(folder, [{**said, "decision": "different", "by": "", "why": ""}])
    names, review, _ = run(folder)
    assert {"Honeywell International", "Honeywel International"} <= set(names)
    assert [row["left_name"] for row in review] != ["Honeywell International"]


def test_a_decision_that_cannot_be_followed_is_told(folder: Path) -> None:
    row = {"left": "ibm.com", "right": "Hooli", "decision": "same", "by": "Ann", "why": "?"}
    decide(folder, [row])
    _, review, said = run(folder)
    (told,) = (each for each in review if each["kind"] == "decision")
    assert {name: told[name] for name in row} == row
    assert told["evidence"].startswith("no record is called Hooli")
    assert "decisions: 1 not followed" in said


@pytest.mark.parametrize("command", [["run"], ["dedupe", "accounts.csv"], ["check"]])
def test_a_decision_that_is_none_is_one_line_with_its_row(folder: Path, command) -> None:
    abmkit("load", "-o", "accounts.csv", cwd=folder)
    rows = [{"left": "a.com", "right": "b.com", "decision": "yes"}]
    decide(folder, [{**rows[0], "decision": "same"}, *rows])
    done = abmkit(*command, cwd=folder)
    errors = [line for line in done.stderr.decode().splitlines() if "error" in line]
    assert done.returncode in (2, 3)
    assert len(errors) == 1, done.stderr.decode()
    assert "decisions.csv: row 2" in errors[0]
    assert "decision 'yes'; write same or different" in errors[0]


def test_pairs_of_dedupe_are_decisions_to_be_taken(folder: Path) -> None:
    abmkit("load", "-o", "accounts.csv", cwd=folder)
    done = abmkit("dedupe", "accounts.csv", "--pairs", "pairs.csv", "-o", "once.csv", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    text = (folder / "pairs.csv").read_text(encoding="utf-8-sig")
    pairs = list(csv.DictReader(io.StringIO(text)))
    assert [(pair["verdict"], pair["evidence"]) for pair in pairs] == [
        ("merged", "name spelled differently; same city"),
        ("review", "same name by its initials; same city"),
    ]
    told = [{"left": p["left"], "right": p["right"], "decision": "different"} for p in pairs]
    decide(folder, told)
    done = abmkit("dedupe", "accounts.csv", "-o", "apart.csv", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    assert len((folder / "apart.csv").read_text(encoding="utf-8-sig").splitlines()) == 5
