"""The record of the run before, whatever became of it, stops no run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import abmkit

CONFIG = """\
version = 1
[[sources]]
name = "firms"
path = "firms.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Customer"
[[tier.tiers]]
id = "A"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    (tmp_path / "firms.csv").write_text("company,website\nAcme Ltd,acme.com\nBeta Ltd,beta.com\n")
    (tmp_path / "customers.csv").write_text("website\nacme.com\nbeta.com\n")
    return tmp_path


def ran(project: Path) -> list[str]:
    found = abmkit.run(project / "abmkit.toml", output=project / "out", as_of="2026-11-29")
    return found.record["warnings"]


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_a_list_that_is_shorter_than_in_the_run_before_is_told(project: Path) -> None:
    before = ran(project)
    (project / "customers.csv").write_text("website\nacme.com\n")
    assert [text for text in ran(project) if text not in before] == [
        "suppression list customers: 1 entry, 2 in the run before; is it whole?"
    ]


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
@pytest.mark.parametrize(
    "record",
    [
        [],
        {"lists": 7, "inputs": "x"},
        {"lists": [1, {"entries": 3}, {"name": "customers"}], "inputs": [None, {"name": "firms"}]},
        {"lists": [{"name": "customers", "entries": 9, "columns": [1]}]},
        {"inputs": [{"name": "firms", "asked": None, "columns": 3}]},
    ],
)
def test_a_record_of_any_kind_stops_no_run(project: Path, record: object) -> None:
    ran(project)
    (project / "out" / "run.json").write_text(json.dumps(record))
    assert ran(project) is not None
