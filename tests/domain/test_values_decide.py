"""Values that tell a column, values that speak against its header, and the questions left."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.mapping import plan
from abmkit.domain.recognition.plans import Recognition
from abmkit.errors import ConfigError

CONFIG = Config(version=1)
FIRMS = ["Acme GmbH", "Beta Ltd", "Gamma SA", "Delta Inc", "Epsilon AG", "Zeta LLC"]
SITES = [f"https://{name.split()[0].lower()}.com/about" for name in FIRMS]


def found_in(**columns: list[str]) -> dict[str, Recognition]:
    table = pa.table({name: strings(values) for name, values in columns.items()})
    return {each.column: each for each in recognise(table.column_names, table)}


def planned(cells: dict[str, list[str]], **source: object) -> dict[str, str | None]:
    table = pa.table({name: strings(values) for name, values in cells.items()})
    made = Source.model_validate({"name": "list", "path": "x.csv", **source})
    return {m.target: m.column for m in plan(table.column_names, table, made, CONFIG).mapped}


@pytest.mark.parametrize(
    ("values", "canonical"),
    [
        (["91110108551385082Q", "91440300708461136T", "914403001922038216"], "registry_ids"),
        (["549300DTUYXVMJXZNY75", "213800WSGIIZCXF1P572", "5493001KJTIIGC8Y1R12"], "registry_ids"),
        (["DE136695976", "FR40303265045", "NL004495445B01"], "registry_ids"),
        ([f"https://www.linkedin.com/company/a{n}" for n in range(5)], "linkedin_url"),
        ([f"0015000000abcD{n}AAA" for n in range(5)], "crm_id"),
        (["11-50", "51-200", "1,001-5,000", "10,001+"], "employees"),
        (["Germany", "France", "Kenya"], "country"),
        (SITES, "website"),
    ],
)
def test_values_tell_a_column_whose_header_does_not(values: list[str], canonical: str) -> None:
    found = found_in(xyz=values)["xyz"]
    assert found.canonical == canonical
    assert found.used
    assert "values" in found.evidence


def test_company_names_are_believed_where_the_header_only_numbers_the_column() -> None:
    assert found_in(column_1=FIRMS, column_2=SITES)["column_1"].used
    other = found_in(competitor=FIRMS)["competitor"]
    assert (other.canonical, other.used) == ("name", False)


def test_addresses_on_one_site_are_no_websites() -> None:
    profiles = [f"https://fair.example.org/exhibitor/{n}" for n in range(9)]
    assert (
        found_in(company=FIRMS * 2, profile=[*profiles, *profiles][:12])["profile"].canonical
        is None
    )


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("company", ["100234", "100235", "100236", "100237", "100238"]),
        ("account", [f"ann{n}@acme.com" for n in range(6)]),
        ("owner", FIRMS),
        ("State", ["Active", "Closed", "Won", "Active", "Lost", "Open"]),
        ("Founded", ["London", "Paris", "Rome", "Ulm", "Bonn"]),
        ("统一社会信用代码", ["1", "2", "3", "4", "5"]),
        ("Phone", ["yes", "no", "yes", "no", "yes"]),
    ],
)
def test_a_header_that_its_values_contradict_is_not_believed(
    header: str, values: list[str]
) -> None:
    found = found_in(**{header: values})[header]
    assert not found.used
    assert "but" in found.evidence


@pytest.mark.parametrize(
    ("values", "canonical"),
    [
        (["Customer", "Prospect", "Partner"] * 2, "relationship"),
        (["Startup", "SME", "Group"] * 2, "company_type"),
    ],
)
def test_a_type_is_what_its_values_are(values: list[str], canonical: str) -> None:
    found = found_in(company=FIRMS, type=values)["type"]
    assert (found.canonical, found.used) == (canonical, True)


def test_a_table_of_deals_does_not_name_its_accounts_and_owners(shared_data: Path) -> None:
    import csv

    path = shared_data / "demo" / "crm_sales_maven__sales_pipeline.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    cells = [strings([cell or None for cell in column]) for column in zip(*rows, strict=True)]
    table = pa.Table.from_arrays(cells, names=header)
    found = {each.column: each for each in recognise(header, table)}
    assert not found["account"].used
    assert "rows name only" in found["account"].evidence
    assert not found["sales_agent"].used
    with pytest.raises(ConfigError, match="it may be 'account'"):
        plan(header, table, Source(name="deals", path="x.csv"), CONFIG)


# Questions ---------------------------------------------------------------------------------------


def test_an_unsure_name_beside_a_sure_site_is_asked_for() -> None:
    with pytest.raises(ConfigError) as raised:
        planned({"website": ["a.com", "b.com", "c.com"], "competitor": FIRMS[:3]})
    said = str(raised.value)
    assert said.startswith("sources.list.columns: not sure which column is the company's name")
    assert "'competitor' (60%: 100% of values look like company names)" in said
    assert 'put name = "competitor" into its columns' in said
    assert 'ignore = ["competitor"]' in said


def test_all_candidates_are_named_the_likeliest_first() -> None:
    found = recognise(["client", "supplier", "website"])
    assert [each.canonical for each in found] == ["name", "name", "website"]
    table = pa.table({"website": strings(["a.com", "b.com"]), "client": strings(["A", "B"])})
    table = table.append_column("supplier", strings(["C", "D"]))
    with pytest.raises(ConfigError, match=r"which of these is it 'client' .*, 'supplier' "):
        plan(table.column_names, table, Source(name="x", path="x.csv"), CONFIG)


def test_the_answer_settles_the_question() -> None:
    columns = {"website": ["a.com", "b.com", "c.com"], "competitor": FIRMS[:3]}
    assert planned(columns, columns={"name": "competitor"})["name"] == "competitor"
    assert "name" not in planned(columns, ignore=["competitor"])
    assert "name" not in planned(columns, columns={"rival": "competitor"})


def test_a_site_that_cannot_be_told_is_asked_for_even_beside_a_name() -> None:
    links = [f"https://site{n % 8}.com/x" for n in range(12)]
    with pytest.raises(ConfigError, match="the company's website"):
        planned({"company": [f"Firm {n} Inc" for n in range(12)], "press": links})
