from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.plans import Recognition


def read_table(path: Path) -> pa.Table:
    """A file's cells as texts, by the standard library."""
    if path.suffix == ".json":
        found = json.loads(path.read_bytes())
        records = list(found.values()) if isinstance(found, dict) else found
        header = list(records[0])
        rows = [[None if r.get(k) is None else str(r[k]) for k in header] for r in records]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
    columns = [strings([cell or None for cell in column]) for column in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, names=header)


def used(found: list[Recognition]) -> dict[str, str | None]:
    return {each.column: each.canonical for each in found if each.used}


DEMO = {
    "fortune1000_2021__Fortune_1000.csv": {
        "company": "name", "revenue": "revenue", "num. of employees": "employees",
        "sector": "industry", "city": "city", "state": "region", "Website": "website",
        "Ticker": "ticker",
    },
    "sp500__constituents.csv": {
        "Symbol": "ticker", "Security": "name", "GICS Sector": "industry",
        "Headquarters Location": "address", "CIK": "registry_ids", "Founded": "founded_year",
    },
    "sec_company_tickers__company_tickers.json": {
        "cik_str": "registry_ids", "ticker": "ticker", "title": "name",
    },
    "cn_a_share_2019__stock_basic.csv": {"name": "name", "industry": "industry", "area": "region"},
    "cn_companies_standup__companies.json": {
        "name": "name", "alias": "aliases", "foundedYear": "founded_year", "scale": "employees",
        "website": "website", "address": "address", "city": "city", "industry": "industry",
    },
    "crm_sales_maven__accounts.csv": {
        "account": "name", "sector": "industry", "year_established": "founded_year",
        "revenue": "revenue", "employees": "employees", "office_location": "country",
        "subsidiary_of": "parent_name",
    },
    "ravenstack_accounts.csv": {
        "account_id": "account_id", "account_name": "name", "industry": "industry",
        "country": "country",
    },
}  # fmt: skip


@pytest.mark.parametrize("file", DEMO)
def test_the_columns_of_real_directories_are_recognised(shared_data: Path, file: str) -> None:
    table = read_table(shared_data / "demo" / file)
    assert used(recognise(table.column_names, table)) == DEMO[file]


@pytest.mark.parametrize(
    ("header", "canonical", "unit", "currency"),
    [
        ("revenue (millions)", "revenue", "million", None),
        ("Revenue, in millions", "revenue", "million", None),
        ("revenue_musd", "revenue", "million", "USD"),
        ("Revenue USD m", "revenue", "million", "USD"),
        ("Annual Revenue (USD)", "revenue", None, "USD"),
        ("营业收入(万元)", "revenue", "万", "CNY"),
        ("营业收入（单位：亿元）", "revenue", "亿", "CNY"),
        ("Revenue in EUR thousands", "revenue", "thousand", "EUR"),
        ("numberOfEmployees", "employees", None, None),
        ("No. of Employees", "employees", None, None),
        ("企業名稱", "name", None, None),
        ("统一社会信用代码", "registry_ids", None, None),
        ("Company Name *", "name", None, None),
    ],
)
def test_a_header_tells_the_column_and_its_unit(
    header: str, canonical: str, unit: str | None, currency: str | None
) -> None:
    (found,) = recognise([header])
    assert (found.canonical, found.unit, found.currency) == (canonical, unit, currency)
    assert found.confidence >= 0.8


@pytest.mark.parametrize(
    "header", ["rev", "profit", "rank", "code", "Market Cap", "totalAssets", "holders", "notes"]
)
def test_a_header_that_only_resembles_one_is_left_alone(header: str) -> None:
    (found,) = recognise([header])
    assert found.canonical is None


def test_an_id_is_never_taken_silently() -> None:
    (found,) = recognise(["id"])
    assert found.canonical == "account_id"
    assert not found.used


def test_one_column_only_becomes_a_canonical_one() -> None:
    assert used(recognise(["Company Name", "Company", "Short Name", "简称"])) == {
        "Company Name": "name",
        "Short Name": "aliases",
        "简称": "aliases",
    }


def test_a_code_in_a_state_column_is_no_country() -> None:
    table = pa.table({"state": strings(["CA", "DE", "IN"]), "country": strings(["CA", "DE", "IN"])})
    assert used(recognise(["state", "country"], table)) == {"state": "region", "country": "country"}


def test_values_tell_where_the_header_says_nothing() -> None:
    table = pa.table(
        {
            "col1": strings(["https://acme.com", "https://beta.de", "http://www.gamma.cn"]),
            "col2": strings(["Germany", "France", "Kenya"]),
            "col3": strings(["notes.md", "plans.md", "a.md"]),
        }
    )
    found = recognise(table.column_names, table)
    assert [each.canonical for each in found] == ["website", "country", None]
