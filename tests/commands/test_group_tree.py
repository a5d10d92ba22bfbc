"""A real group tree, the CRM demo's `subsidiary_of`, from its file to the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from abmkit.api import dedupe, exclude, load, run, score, tier
from abmkit.config.loading import load_project
from abmkit.engines.engine import engine as engine_of
from abmkit.errors import ConfigError
from abmkit.reports.console.explain import explanation_text
from abmkit.reports.funnel import expansion_texts
from abmkit.reports.words import words
from abmkit.runs.explain import explain

DAY = date(2026, 7, 1)
CONFIG = """
version = 1
[[sources]]
name = "crm"
path = "{file}"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Existing customer"
subsidiaries = "expand"
[[suppress]]
name = "partners"
path = "partners.csv"
reason = "Partner"
subsidiaries = "suppress"
[[score.criteria]]
id = "inside"
bands = [{{ when = {{ expand_from = {{ known = true }} }}, points = 60 }}]
[[score.criteria]]
id = "size"
bands = [{{ when = {{ group_employees = {{ at_least = 1000 }} }}, points = 40 }}]
[tier]
rank_by = ["fit_score", "group_revenue"]
[[tier.tiers]]
id = "A"
min_score = 50
"""


@pytest.fixture
def project(shared_data, tmp_path) -> Path:
    file = shared_data / "demo" / "crm_sales_maven__accounts.csv"
    (tmp_path / "abmkit.toml").write_text(CONFIG.format(file=file), encoding="utf-8")
    (tmp_path / "customers.csv").write_text("name\nCodehow\nGolddex\n", encoding="utf-8")
    (tmp_path / "partners.csv").write_text("name\nBubba Gump\nMassive Dynamic\n", encoding="utf-8")
    return tmp_path / "abmkit.toml"


EN = words("en")
INSIDE = {
    "Acme Corporation": "Codehow (name:codehow@US)",
    "Bluth Company": "Codehow (name:codehow@US)",
    "Donquadtech": "Codehow (name:codehow@US)",
    "Iselectrics": "Codehow (name:codehow@US)",
    "Funholding": "Golddex (name:golddex@US)",
    "Vehement Capital Partners": "Golddex (name:golddex@US)",
}


def test_the_parts_of_customers_groups_are_the_list(project) -> None:
    with engine_of("duckdb") as running:
        result = run(project, as_of=DAY)
        told = explanation_text(explain(load_project(project), running, "Bluth Company"), EN)
    listed = result.target_accounts.to_pylist()
    assert {r["name"]: "; ".join(r["expand_from"]) for r in listed} == INSIDE
    assert expansion_texts(result.funnel.lists, EN) == [
        "6 parts of 2 groups to expand into from customers"
    ]
    customers, partners = result.record["exclusions"]["lists"]
    assert (customers["accounts"], customers["expand"], customers["expand_groups"]) == (2, 6, 2)
    assert (partners["accounts"], partners["inherited"]) == (5, 3)
    excluded = pq.read_table(result.folder / "excluded.parquet").to_pylist()
    assert {r["name"] for r in excluded if r["exclusions"] == ["partners"]} == {
        "Bubba Gump", "Massive Dynamic", "Dalttechnology", "Scotfind", "Cheers",
    }  # fmt: skip
    # Acme's own 2,822 people are fewer than its parts' together.
    assert "In a group, under name:acme@US\n  5 accounts here, 10,290 employees" in told
    assert "to expand into from Codehow (name:codehow@US)" in told


def test_a_pipe_gives_the_list_that_run_gives(project) -> None:
    accounts = dedupe(load(config=project, as_of=DAY), project)
    tiered = tier(
        score(exclude(accounts, project, as_of=DAY), project, as_of=DAY), project, as_of=DAY
    )
    listed = tiered[tiered["tier"].notna()]
    assert dict(zip(listed["name"], map("; ".join, listed["expand_from"]), strict=True)) == INSIDE


def test_a_rule_may_ask_for_a_group_only_where_one_can_be_known(project) -> None:
    text = project.read_text(encoding="utf-8").replace('subsidiaries = "expand"', "")
    project.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="no column 'expand_from'"):
        run(project, as_of=DAY)
