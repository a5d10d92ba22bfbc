"""What `run` refuses, `check` refuses, all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import abmkit
from abmkit.config.loading import Project, parse_config
from abmkit.errors import AbmkitError

DAY = "2026-11-21"


@dataclass
class Broken:
    """A project that runs, until something of it is broken."""

    config: dict[str, Any] = field(
        default_factory=lambda: {
            "version": 1,
            "currency": "USD",
            "sources": [{"name": "crm", "path": "crm.csv"}],
            "assign": [
                {"table": "places.csv", "on": ["country"]},
                {"column": "segment", "value": "big", "when": {"employees": {"above": 50}}},
            ],
            "suppress": [{"name": "own", "path": "own.csv", "reason": "Ours"}],
            "exclude": {"rules": [{"id": "s", "reason": "s", "when": {"employees": {"below": 2}}}]},
            "score": {
                "criteria": [
                    {"id": "c", "bands": [{"when": {"country": ["US", "DE"]}, "points": 5}]}
                ]
            },
            "tier": {"within": "territory", "pins": "pins.csv", "tiers": [{"id": "A"}]},
            "dedupe": {"decisions": "decided.csv", "prefer": {"employees": ["crm"]}},
            "industry": {"map": "labels.csv"},
        }
    )
    files: dict[str, str] = field(
        default_factory=lambda: {
            "crm.csv": "name,country,employees,plan,revenue\nAcme,US,60,pro,1\nBolt,DE,7,free,2\n",
            "own.csv": "name\nBolt\n",
            "places.csv": "country,territory\nUS,West\nDE,DACH\n",
            "pins.csv": "account,tier,until,override\nAcme,A,2027-01-01,yes\n",
            "decided.csv": "left,right,decision\nAcme,Bolt,different\n",
            "labels.csv": "from,to\nFood,Food\n",
        }
    )

    def row(self, file: str, line: str) -> None:
        """One more line in a file."""
        self.files[file] += line + "\n"


def _set(*path: Any, to: Any) -> Callable[[Broken], None]:
    def breaks(project: Broken) -> None:
        inner: Any = project.config
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = to

    return breaks


def _more(section: str, **rule: Any) -> Callable[[Broken], None]:
    return lambda project: project.config[section].append(rule)


def _file(name: str, text: str) -> Callable[[Broken], None]:
    return lambda project: project.files.update({name: text})


def _gone(name: str) -> Callable[[Broken], None]:
    return lambda project: project.files.pop(name, None) and None


def _row(name: str, line: str) -> Callable[[Broken], None]:
    return lambda project: project.row(name, line) if name in project.files else None


BREAKS: dict[str, tuple[Callable[[Broken], None], str]] = {
    "table without the key": (_file("places.csv", "land,territory\nUS,West\n"), "no column 'country'"),
    "key twice": (_row("places.csv", "United States,East"), "United States stands there twice, once as US"),
    "value that is none": (_more("assign", column="employees", value="many"), "'many' is no value for employees"),
    "table value that is none": (_file("places.csv", "country,employees\nUS,some\n"), "employees: 'some' is no whole number"),
    "unknown on": (_more("assign", table="places.csv", on=["lnd"]), "no column 'lnd'"),
    "unknown source": (_set("dedupe", "prefer", to={"employees": ["hubspot"]}), "no source 'hubspot'"),
    "unknown preferred": (_set("dedupe", "prefer", to={"emploees": ["crm"]}), "no column 'emploees'"),
    "unknown key": (_set("dedupe", "keys", to=["domain", "tax"]), "no column 'tax'"),
    "rule on nothing": (_set("exclude", "rules", 0, "when", to={"contract": "x"}), "no column 'contract'"),
    "band that misfits": (_set("score", "criteria", 0, "bands", 0, "when", to={"employees": "60"}), "is no number; write 60"),
    "within nothing": (_set("tier", "within", to="teritory"), "no column 'teritory'"),
    "rank by text": (_set("tier", "rank_by", to=["fit_score", "points"]), "no column 'points'"),
    "tier on nothing": (_set("tier", "tiers", 0, "when", to={"grade": "x"}), "no column 'grade'"),
    "pin without a day": (_row("pins.csv", "Acme,A,soon,"), "until 'soon' is no date"),
    "pin half overriding": (_row("pins.csv", "Acme,A,,perhaps"), "override 'perhaps' is neither yes nor no"),
    "pins without a tier": (_file("pins.csv", "account,level\nAcme,A\n"), "no column 'tier'"),
    "no pins": (_gone("pins.csv"), "pins.csv: no such file"),
    "no table": (_gone("places.csv"), "places.csv: no such file"),
    "no source": (_gone("crm.csv"), "crm.csv: no such file"),
    "no list": (_gone("own.csv"), "own.csv: no such file"),
    "no map": (_gone("labels.csv"), "labels.csv: no such file"),
    "map without to": (_file("labels.csv", "from,into\nFood,Food\n"), "no column 'to'"),
    "undecided": (_row("decided.csv", "Acme,Bolt,maybe"), "decision 'maybe'"),
    "one side": (_row("decided.csv", "Acme,,same"), "one side is empty"),
    "unknown mapping": (_set("sources", 0, "columns", to={"city": "Town"}), "'Town'"),
    "source when": (_set("sources", 0, "when", to={"grade": "x"}), "sources.crm.when: no column 'grade'"),
    "no rate": (_set("sources", 0, "columns", to={"revenue": {"from": "revenue", "currency": "CNY"}}), "CNY"),
}  # fmt: skip


def refused(act: Callable[[], object]) -> list[str]:
    try:
        act()
    except AbmkitError as error:
        return sorted(str(error).splitlines())
    return []


def both(project: Broken, folder: Path) -> tuple[list[str], list[str]]:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, text in project.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "abmkit.toml").write_text("version = 1\n", encoding="utf-8")
    parsed = Project(parse_config(project.config), folder / "abmkit.toml")
    checked = refused(lambda: abmkit.check(parsed, as_of=DAY))
    run = refused(lambda: abmkit.run(parsed, as_of=DAY, output=folder / "out"))
    return checked, run


@pytest.mark.filterwarnings("ignore")
def test_a_sound_project_is_refused_by_neither(tmp_path: Path) -> None:
    assert both(Broken(), tmp_path) == ([], [])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BREAKS)
def test_what_run_refuses_check_refuses(name: str, tmp_path: Path) -> None:
    project = Broken()
    breaks, wanted = BREAKS[name]
    breaks(project)
    checked, run = both(project, tmp_path)
    assert checked == run
    assert any(wanted in line for line in checked), checked


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(BREAKS)), min_size=2, max_size=5, unique=True))
def test_several_faults_are_refused_alike(names: list[str], tmp_path: Path) -> None:
    project = Broken()
    for name in names:
        BREAKS[name][0](project)
    checked, run = both(project, tmp_path / "several")
    assert checked == run != []


@pytest.mark.filterwarnings("ignore")
def test_faults_of_different_files_are_told_at_once(tmp_path: Path) -> None:
    project = Broken()
    names = ["key twice", "unknown source", "pin half overriding", "undecided", "map without to"]
    for name in [*names, "rule on nothing", "value that is none"]:
        BREAKS[name][0](project)
    checked, run = both(project, tmp_path)
    assert checked == run
    for name in [*names, "value that is none"]:
        assert any(BREAKS[name][1] in line for line in checked), name
