"""Rules, literals and rows of tables that meet nobody are said, on the screen and in review.csv."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import abmkit

DAY = "2026-11-21"
CRM = (
    "Company,Country,State,Industry,Employees,Plan\n"
    "Alder,United States,California,Software,40,Team\n"
    "Birch,US,TX,Software,400,team\n"
    "Cedar,Germany,Bayern,Banking,4000,Solo\n"
)
CONFIG = """
version = 1
[[sources]]
name = "crm"
path = "crm.csv"
[[assign]]
table = "places.csv"
on = ["country", "region"]
[[assign]]
column = "segment"
value = "big"
when = { employees = { above = 100_000 } }
[[exclude.rules]]
id = "monthly"
reason = "Monthly"
when = { plan = "temm" }
[[exclude.rules]]
id = "huge"
reason = "Huge"
when = { employees = { above = 9_000 } }
[[score.criteria]]
id = "ind"
bands = [
  { when = { industry = ["Sofware", "banking"] }, points = 10 },
  { when = { employees = { above = 50_000 } }, points = 5 },
]
[[score.criteria]]
id = "who"
bands = [{ when = { ownership = "state" }, points = 5 }]
[tier]
within = "territory"
[[tier.tiers]]
id = "A"
strategy = "1:1"
capacity = 5
"""
PLACES = (
    "Country,Region,Territory,Owner\n"
    "United States,California,West,Ann\n"
    "usa,Texas,South,\n"
    "US,Orgeon,North,Bo\n"
    "Germany,,DACH,Di\n"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "crm.csv").write_text(CRM, encoding="utf-8")
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def warned(act: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    return [str(each.message) for each in caught if each.category is abmkit.api.AbmkitWarning]


SAID = [
    "exclude.rules.monthly: no account has plan 'temm'; 'Team' has 2",
    "score.criteria.ind: no account has industry 'Sofware'; 'Software' has 2",
    "ownership, which no source gives, is read by score.criteria.who",
    "2 rules hold for no account: exclude.rules.huge, assign.2",
    "places.csv: 2 rows meet no account: US, Orgeon, Germany, (empty)",
]


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_a_run_says_what_meets_nobody(project: Path, engine: str) -> None:
    said = warned(lambda: abmkit.run("abmkit.toml", as_of=DAY, output="out", engine=engine))
    for wanted in SAID:
        assert any(wanted in line for line in said), (wanted, said)
    lacking = "tier A: 1 of 3 accounts have no territory, by which its capacity is counted ("
    assert any(line.startswith(lacking) for line in said), said
    assert any(line.startswith("tier A (1:1): 2 of 3 accounts have no owner (") for line in said)
    with (project / "out" / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(r["kind"], r["left"], r["list"], r["row"]) for r in csv.DictReader(file)]
    assert ("rule", "score.criteria.ind", "", "") in rows
    assert ("rule", "exclude.rules.monthly", "", "") in rows
    assert ("rule", "exclude.rules.huge", "", "") in rows
    assert ("row", "US, Orgeon", "places.csv", "3") in rows


def test_a_check_says_so_before_any_run(project: Path) -> None:
    said = warned(lambda: abmkit.check("abmkit.toml", as_of=DAY))
    for wanted in SAID:
        assert any(wanted in line for line in said), (wanted, said)


def test_a_table_fills_by_names_as_by_codes(project: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        abmkit.run("abmkit.toml", as_of=DAY, output="out")
    accounts = pd.read_parquet(project / "out" / "accounts.parquet").set_index("name")
    assert accounts["territory"].loc[["Alder", "Birch"]].tolist() == ["West", "South"]


def test_the_functions_of_a_notebook_say_it_too(project: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = abmkit.load("crm.csv", as_of=DAY)
    rule = {"id": "x", "reason": "x", "when": {"plan": "solow"}}
    config = {"version": 1, "exclude": {"rules": [rule]}}
    said = warned(lambda: abmkit.exclude(frame, config, as_of=DAY))
    assert said == ["exclude.rules.x: no account has plan 'solow'; 'Solo' has 1"]
    criterion = {"id": "c", "bands": [{"when": {"country": "Grmany"}, "points": 1}]}
    config = {"version": 1, "score": {"criteria": [criterion]}}
    said = warned(lambda: abmkit.score(frame, config, as_of=DAY))
    assert said == ["score.criteria.c: no account has country 'Grmany'; 'DE' has 1"]


def test_rules_that_meet_somebody_are_not_told(project: Path) -> None:
    config = CONFIG.replace("temm", "TEAM").replace("Sofware", "SOFTWARE").replace("9_000", "900")
    config = config.replace("100_000", "100").replace("50_000", "50")
    config = config.replace('ownership = "state"', 'country = "Deutschland"')
    places = "country,region,territory,owner\nUS,CA,West,A\nUS,TX,South,B\nDE,Bavaria,DACH,C\n"
    (project / "places.csv").write_text(places, encoding="utf-8")
    (project / "abmkit.toml").write_text(config, encoding="utf-8")
    said = warned(lambda: abmkit.run("abmkit.toml", as_of=DAY, output="out"))
    assert said == []
    assert warned(lambda: abmkit.check("abmkit.toml", as_of=DAY)) == []


def test_the_funnel_adds_up_with_pins_and_overlaps(project: Path) -> None:
    (project / "pins.csv").write_text(
        "account,tier,override\nAlder,A,yes\nBirch,A,\nCedar,A,no\n", encoding="utf-8"
    )
    config = CONFIG.replace('within = "territory"', 'pins = "pins.csv"')
    config = (
        config.replace("9_000", "30")
        .replace("temm", "team")
        .replace("capacity = 5", "capacity = 0")
    )
    (project / "abmkit.toml").write_text(config, encoding="utf-8")
    results = []
    said = warned(lambda: results.append(abmkit.run("abmkit.toml", as_of=DAY, output="out")))
    funnel = results[0].funnel
    for before, stage in zip(funnel.stages, funnel.stages[1:], strict=False):
        assert before.count - sum(reason.count for reason in stage.left) == stage.count
    left = {getattr(r.why, "code", r.why): r.count for r in funnel.stages[2].left}
    assert left == {"Huge": 3, "Monthly": 2, "left.several": -2, "left.overridden": -1}
    assert "tier A: 1 pin, more than its capacity of 0" in said
    with (project / "out" / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        pins = [(r["left"], r["evidence"]) for r in csv.DictReader(file) if r["kind"] == "pin"]
    assert pins == [
        ("Birch", "it is excluded by monthly, huge, and the pin does not override"),
        ("Cedar", "it is excluded by huge, and the pin does not override"),
    ]


def test_a_list_or_a_source_whose_condition_takes_nobody_says_so(project: Path) -> None:
    (project / "own.csv").write_text("name,phase\nAlder,active\nBirch,lost\n", encoding="utf-8")
    own = '[[suppress]]\nname = "own"\npath = "own.csv"\nreason = "Ours"\n'
    own += 'ignore = []\nwhen = { phase = "aktive" }\n'
    config = CONFIG.replace(
        'path = "crm.csv"\n', 'path = "crm.csv"\nwhen = { country = ["USA", "Germny"] }\n' + own
    )
    (project / "abmkit.toml").write_text(config, encoding="utf-8")
    wanted = [
        "suppress.own.when: holds for none of 2 rows, so none is taken",
        "sources.crm.when: no row has country 'Germny'; 'DE' has 1",
    ]
    run = warned(lambda: abmkit.run("abmkit.toml", as_of=DAY, output="out"))
    check = warned(lambda: abmkit.check("abmkit.toml", as_of=DAY))
    for said in (run, check):
        assert [line for line in wanted if line not in said] == []
        assert any("'aktive'" in line for line in said)


def test_an_industry_is_called_by_the_labels_of_sources_too(project: Path) -> None:
    (project / "labels.csv").write_text(
        "from,to\nSoftware,IT\nBanking,Money\nSoftware & Games,IT\n", encoding="utf-8"
    )
    rule = '[[exclude.rules]]\nid = "it"\nreason = "IT"\nwhen = { industry = "software & games" }\n'
    config = CONFIG + '[industry]\nmap = "labels.csv"\n' + rule
    (project / "abmkit.toml").write_text(config, encoding="utf-8")
    results = []
    warned(lambda: results.append(abmkit.run("abmkit.toml", as_of=DAY, output="out")))
    assert {rule.id: rule.true for rule in results[0].funnel.rules}["it"] == 2
