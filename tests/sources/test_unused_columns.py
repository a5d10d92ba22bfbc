"""Columns that were expected to be used and are not: each is said, with what it holds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import abmkit
from abmkit.config.loading import Project, load_project
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.reports.load import reading_warnings
from abmkit.reports.words import words
from abmkit.sources.loading import load_sources

TODAY = date(2026, 11, 1)
CONFIG = """\
version = 1
[[sources]]
name = "crm"
path = "crm.csv"
[[score.criteria]]
id = "size"
bands = [{ when = { revenue = { above = 1000 } }, points = 1 }]
[[tier.tiers]]
id = "A"
"""


def warnings_of_load(folder: Path, text: str, **config: Any) -> list[str]:
    (folder / "crm.csv").write_text(text, encoding="utf-8")
    project = Project(Config(version=1, **config), folder / "abmkit.toml")
    loaded = load_sources(project, [Source(name="crm", path="crm.csv")], as_of=TODAY)
    loaded.table()
    (report,) = loaded.reports
    return list(reading_warnings(report, words("en"), kept=True))


def column(header: str, cells: list[str]) -> str:
    rows = "".join(f"Firm {at} Ltd,{cell}\n" for at, cell in enumerate(cells))
    return f"Company Name,{header}\n{rows}"


UNREADABLE = {
    "Annual Revenue": ["1.234", "2.345", "12.500", "1.000", "999.000"],
    "年营业额": ["见附件", "见年报", "联系我们", "面议", "欢迎垂询"],
    "Number of Employees": ["see web", "ask", "many", "some", "few"],
    "Country": ["North", "South", "East", "West", "Centre"],
    "Phone": ["ask Bob", "see site", "front desk", "ring us", "by mail"],
    "Year Founded": ["long ago", "old", "new", "recent", "last century"],
}


@pytest.mark.parametrize("header", UNREADABLE)
def test_a_header_over_values_that_cannot_be_read_is_said(header: str, tmp_path: Path) -> None:
    (line,) = warnings_of_load(tmp_path, column(header, UNREADABLE[header]))
    assert line.startswith(f"crm: {header!r} is not used: it looks like ")
    if header == "Phone":
        assert "Bob" not in line
        assert "xxx xxx" in line
    else:
        assert repr(UNREADABLE[header][0]) in line


def test_an_amount_without_a_rate_says_the_remedy(tmp_path: Path) -> None:
    (line,) = warnings_of_load(tmp_path, column("Revenue (EUR)", ["100", "2000"]), currency="USD")
    assert "revenue in EUR" in line
    assert "rates = { EUR = … }" in line
    assert "in USD" in line


def test_columns_that_are_read_or_only_hinted_at_are_no_news(tmp_path: Path) -> None:
    text = (
        "Company Name,Revenue,Country,Type,Size\nA Ltd,5,France,x,red\nB Ltd,6,Spain,y,blue\n"
        "C Ltd,7,Italy,z,green\nD Ltd,7,Italy,z,green\nE Ltd,7,Italy,z,green\n"
    )
    assert warnings_of_load(tmp_path, text) == []


def test_a_rule_that_reads_what_no_source_gives_is_said_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    cells = column("Annual Revenue", UNREADABLE["Annual Revenue"])
    (tmp_path / "crm.csv").write_text(cells, encoding="utf-8")
    abmkit.run(load_project(tmp_path / "abmkit.toml"), as_of=TODAY, output=tmp_path / "out")
    warnings = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["warnings"]
    assert sum("score.criteria.size" in line and "revenue" in line for line in warnings) == 1
    assert any("'Annual Revenue' is not used" in line for line in warnings)


def test_a_rule_that_means_a_sources_own_column_is_told_its_name(tmp_path: Path) -> None:
    config = CONFIG.replace("revenue = { above = 1000 }", 'Region = "NA"')
    (tmp_path / "abmkit.toml").write_text(config, encoding="utf-8")
    cells = column("Region", ["NA", "EMEA", "APAC", "LATAM", "EMEA"])
    (tmp_path / "crm.csv").write_text(cells, encoding="utf-8")
    abmkit.run(load_project(tmp_path / "abmkit.toml"), as_of=TODAY, output=tmp_path / "out")
    warnings = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["warnings"]
    assert "'Region' of crm is kept as crm_Region: read that in score.criteria.size" in warnings
