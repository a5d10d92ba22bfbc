"""Each target's files, byte for byte: a list with Chinese names, quotes, line breaks and formulas."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from made import exported
from openpyxl import load_workbook

from abmkit.exports.cells import FORMS
from abmkit.exports.target import target, target_names

GOLDEN = Path(__file__).parent / "golden"
TOLD = ("skipped.csv", "may-not-match.csv")


def told(folder: Path) -> str:
    """All files of an export, one after another; a workbook by its cells."""
    parts = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            rows = load_workbook(path).active.iter_rows(values_only=True)
            text = "\n".join(" | ".join("" if c is None else str(c) for c in row) for row in rows)
            parts.append(f"== {path.name}\n{text}\n")
        else:
            parts.append(f"== {path.name}\n{path.read_bytes().decode()}")
    return "".join(parts)


@pytest.mark.parametrize("name", target_names())
def test_the_files_of_a_target_are_what_they_were(name: str, crm: Path, tmp_path: Path) -> None:
    people = {"people": crm / "people.csv"} if target(name).people else {}
    exported(crm, name, tmp_path / "out", force=True, **people)
    found = told(tmp_path / "out")
    golden = GOLDEN / f"{name}.txt"
    assert found == golden.read_bytes().decode(), f"{name}: see what changed"
    assert "nan" not in found.replace("finance", "")
    assert "None" not in found
    for path in (tmp_path / "out").iterdir():
        if path.suffix == ".csv":
            text = path.read_bytes().decode()
            assert text.endswith("\n")
            assert not any(not line.strip(",") for line in text.splitlines())


def test_there_is_a_golden_file_of_each_target_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(target_names())


@pytest.mark.parametrize("name", target_names())
def test_a_declaration_names_only_what_there_is(name: str) -> None:
    found = target(name)
    headers = found.headers
    lowered = [header.casefold() for header in headers]
    assert len(set(lowered)) == len(headers)
    named = {
        h for each in (*found.one_of, *found.match, found.together, found.one_per) for h in each
    }
    assert named <= {*headers}
    assert all(column.form in FORMS for column in found.columns)
    assert all(column.sources or column.value for column in found.columns)
    assert found.match
    assert 0 < found.strong <= len(found.match)
    for rule in found.rules.values():
        assert rule.value > 0
        assert rule.source
        assert rule.read.year >= 2026


def test_company_targets_have_no_column_of_people() -> None:
    people = {"email", "first_name", "last_name", "full_name", "job_title", "googleaid"}
    for name in target_names():
        found = target(name)
        if not found.people:
            assert not people & {source for each in found.columns for source in each.sources}


def test_every_file_in_the_room_is_a_target() -> None:
    for path in files("abmkit.exports").joinpath("targets").iterdir():
        assert path.name.endswith(".toml")
        tomllib.loads(path.read_text(encoding="utf-8"))
