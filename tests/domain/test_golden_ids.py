"""Check vectors of registers, names and addresses from other projects."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from abmkit.domain.values.domains import domain_of, website_of
from abmkit.domain.values.names import display_name, name_key
from abmkit.domain.values.registry import registry_id

_BLOCK = re.compile(r">>> numbers = '''\n(.*?)\.\.\. '''\n>>> (.*?)\n", re.DOTALL)


def _vectors(shared_data: Path, name: str) -> tuple[list[str], list[str]]:
    """The ids that a file of vectors says are valid, and those that it says are not."""
    path = shared_data / "golden" / "ids_phones" / "python_stdnum" / f"test_{name}.doctest"
    found: tuple[list[str], list[str]] = ([], [])
    for block, check in _BLOCK.findall(path.read_text(encoding="utf-8")):
        lines = (line.removeprefix("...").strip() for line in block.splitlines())
        if "is_valid(x)" in check or "caught(x" in check:
            found["caught" in check].extend(line for line in lines if line)
    return found


@pytest.mark.parametrize(
    ("scheme", "name", "valid", "invalid"),
    [("uscc", "cn_uscc", 200, 0), ("lei", "lei", 100, 0), ("vat", "eu_vat", 669, 86)],
)
def test_ids_of_other_projects_vectors_are_told_from_wrong_ones(
    shared_data: Path, scheme: str, name: str, valid: int, invalid: int
) -> None:
    good, bad = _vectors(shared_data, name)
    assert (len(good), len(bad)) == (valid, invalid)
    unread = [text for text in good if registry_id(text, scheme) is None]
    # Numbers with their country's code twice belong to another function of the vectors' project.
    assert len(unread) == (28 if scheme == "vat" else 0)
    assert [text for text in unread if text.split()[0][:2] != text.split()[1][:2]] == []
    assert [text for text in bad if registry_id(text, scheme) is not None] == []


def test_forms_that_cleanco_takes_off_are_no_part_of_the_key(shared_data: Path) -> None:
    path = shared_data / "golden" / "org_names" / "cleanco_cases.csv"
    with path.open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    off = {
        c["input"]: name_key(c["input"])
        for c in cases
        if name_key(c["input"]) != name_key(c["expected"])
    }
    assert len(cases) == 26
    # A form within a name may tell companies apart and stays.
    assert off == {
        "Hello Oy World": "hello oy world",
        "Hello Oy World Ab": "hello oy world",
        "Hello pty ltd World": "hello pty ltd world",
        "Hello Ab Oy World": "hello ab oy world",
    }


def test_names_of_other_projects_are_shown_once_and_for_all(shared_data: Path) -> None:
    path = shared_data / "golden" / "org_names" / "rigour" / "contrib" / "sample_names.csv"
    with path.open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    shown = [display_name(name) for name in names]
    assert [name for name in names if not name_key(name)] == []
    assert [name for name in shown if name is None or display_name(name) != name] == []


@pytest.mark.parametrize(("language", "count"), [("English", 37), ("Chinese", 36)])
def test_addresses_of_other_projects_are_read(shared_data: Path, language: str, count: int) -> None:
    path = shared_data / "golden" / "numbers" / "Recognizers-Text" / "Sequence" / language
    cases = json.loads((path / "URLModel.json").read_text(encoding="utf-8-sig"))
    urls = [result["Text"] for case in cases for result in case["Results"]]
    assert len(urls) == count
    unread = {url for url in urls if domain_of(url) is None and website_of(url) is None}
    # Neither an address in numbers nor a machine's own name nor a wrong label tells a company.
    assert unread - {"http://a.b-.co"} == {
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://localhost:8080#123",
        "http://localhost:8080/#/123",
        "http://127.0.0.1:8080/#/123",
    }
