"""The quality of sources, and the project's own industry labels."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import abmkit
from abmkit.config.loading import load_project
from abmkit.domain.values.industries.labels import IndustryLabels
from abmkit.sources.loading import load_sources

TODAY = date(2026, 11, 1)
CHAMBER = """\
company,industry,naics code,founded,employees,phone,注册资本,登记状态
A Inc,TECHNOLOGY ,,1999,5,call Bob,500万美元,存续
B Inc,Zoo,541511,3201,40000000,+1 212 555 0100,1000万元人民币,注销
C Inc,,511210,1200,,,,
D Inc,Circus,999999,,,,,
,,,,,,,
"""
CONFIG = """\
version = 1
[industry]
map = "industries.csv"
[[sources]]
name = "chamber"
path = "chamber.csv"
as_of = 2021-01-01
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 10 } }, points = 1 }]
[[tier.tiers]]
id = "A"
"""
LABELS = "from,to\ntechnology,Tech\nisic:62,Software\nnaics:51,Media\n"


def project_of(folder: Path) -> Any:
    for name, text in {
        "chamber.csv": CHAMBER, "abmkit.toml": CONFIG, "industries.csv": LABELS,
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    return load_project(folder / "abmkit.toml")


def recorded(folder: Path) -> dict[str, Any]:
    abmkit.run(project_of(folder), as_of=TODAY, output=folder / "out")
    record: dict[str, Any] = json.loads((folder / "out" / "run.json").read_text("utf-8"))
    return record


def test_a_run_records_how_full_and_how_sound_each_column_is(tmp_path: Path) -> None:
    quality = recorded(tmp_path)["inputs"][0]["quality"]
    columns = {each["as"]: each for each in quality["columns"]}
    assert quality["rows"] == 4
    founded = columns["founded_year"]
    assert (founded["filled"], founded["valid"], founded["distinct"]) == (3, 2, 2)
    assert (founded["unreadable"], founded["unreadable_samples"]) == (1, ["3201"])
    assert (founded["outliers"], founded["outlier_samples"]) == (1, ["1200"])
    assert columns["employees"]["outlier_samples"] == ["40,000,000"]
    assert columns["industry_code"]["unreadable_samples"] == ["999999"]
    assert quality["freshness"] == {
        "known": 4, "oldest": "2021-01-01", "newest": "2021-01-01", "older_than_two_years": 4,
    }  # fmt: skip


def test_no_sample_shows_a_person(tmp_path: Path) -> None:
    assert "Bob" not in json.dumps(recorded(tmp_path)["inputs"][0]["quality"])


def test_a_run_warns_of_what_would_spoil_the_list(tmp_path: Path) -> None:
    warnings = recorded(tmp_path)["warnings"]
    assert "chamber: 1 implausible employees: 40,000,000" in warnings
    assert "chamber: 33% of 'founded' not read as founded_year: '3201'" in warnings
    assert any("2 industry labels of 2 rows" in w or "'Circus' (1)" in w for w in warnings)


def test_check_shows_a_half_empty_list_at_once(tmp_path: Path) -> None:
    text = abmkit.check(project_of(tmp_path), as_of=TODAY)
    assert "chamber: 4 rows · 1 file" in text
    assert "as of 2021-01-01 (over two years ago)" in text
    (line,) = (line for line in text.split("\n") if line.strip().startswith("employees"))
    assert line.split() == ["employees", "employees", "50%", "50%", "2"]
    assert all(len(line) <= 80 for line in text.split("\n"))


def test_labels_of_the_project_come_from_labels_then_from_codes(tmp_path: Path) -> None:
    labels = IndustryLabels.of(
        [("Technology", "Tech"), ("gbt4754:C", "Mfg"), ("gbt4754:39", "Chips"), ("isic:62", "IT")]
    )
    assert labels.of_label("TECHNOLOGY ") == "Tech"
    assert labels.of_label("Tech") == "Tech"
    assert labels.of_label("Zoo") is None
    assert labels.of_code("gbt4754:3911") == "Chips"
    assert labels.of_code("gbt4754:2710") == "Mfg"
    assert labels.of_code("naics:541511") == "IT"
    assert labels.of_code("naics:11") is None


def test_registered_capital_and_status_are_columns_of_their_own(tmp_path: Path) -> None:
    path = project_of(tmp_path).path
    path.write_text(CONFIG.replace('[industry]\nmap = "industries.csv"\n', ""), encoding="utf-8")
    project = load_project(path)
    table = load_sources(project, project.config.sources, as_of=TODAY).table()
    assert table["registered_capital"].to_pylist() == [5e6, 1e7, None, None]
    assert table["registered_capital_currency"].to_pylist() == ["USD", "CNY", None, None]
    assert table["registration_status"].to_pylist() == ["存续", "注销", None, None]
    assert "relationship" not in table.column_names
    assert table["industry"].to_pylist() == [
        "TECHNOLOGY", "Zoo", "Software Publishers", "Circus",
    ]  # fmt: skip


def test_a_city_for_a_province_is_both(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("公司名称,地区\n甲,深圳\n乙,山东\n", encoding="utf-8")
    (tmp_path / "a.toml").write_text('version = 1\n[[sources]]\nname="a"\npath="a.csv"\n')
    project = load_project(tmp_path / "a.toml")
    table = load_sources(project, project.config.sources, as_of=TODAY).table()
    assert table["region"].to_pylist() == ["CN-GD", "CN-SD"]
    assert table["city"].to_pylist() == ["深圳", None]
    assert table["country"].to_pylist() == ["CN", "CN"]


def test_every_place_of_the_a_share_list_is_a_province(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "demo" / "cn_a_share_2019__stock_basic.csv"
    (tmp_path / "a.toml").write_text(f'version = 1\n[[sources]]\nname="a"\npath="{path}"\n')
    project = load_project(tmp_path / "a.toml")
    table = load_sources(project, project.config.sources, as_of=TODAY).table()
    known = [region for region in table["region"].to_pylist() if region]
    assert len(known) > 3600
    assert all(region.startswith("CN-") for region in known)
    assert set(table["city"].to_pylist()) == {None, "深圳"}
