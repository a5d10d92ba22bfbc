"""Where companies are, told by columns that say more or less than their headers."""

from __future__ import annotations

import pyarrow as pa
import pytest

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.steps.load import load, plan


def accounts(given: dict[str, list[str | None]]) -> pa.Table:
    table = pa.Table.from_arrays([strings(v) for v in given.values()], names=list(given))
    source = Source.model_validate({"name": "crm", "path": "crm.csv"})
    return load(table, plan(table.column_names, table, source, Config(version=1))).accounts


@pytest.mark.parametrize("header", ["City", "Locality", "Town", "HQ City"])
def test_whole_places_in_a_column_of_cities_are_taken_apart(header: str) -> None:
    read = accounts(
        {
            "Company": ["Acme", "Beta", "Gamma"],
            header: ["Glendale, CA 91201", "Austin, TX 78701", "Reno, NV"],
            "Phone": ["(818) 555-1111", "(512) 474-1234", "775-329-4444"],
        }
    )
    assert read["city"].to_pylist() == ["Glendale", "Austin", "Reno"]
    assert read["region"].to_pylist() == ["US-CA", "US-TX", "US-NV"]
    assert read["country"].to_pylist() == ["US", "US", "US"]
    assert read["phone"].to_pylist()[1:] == ["+15124741234", "+17753294444"]


def test_cities_stay_as_they_are() -> None:
    read = accounts({"Company": ["A", "B", "C"], "City": ["Paris", "Washington, DC", "Ulm"]})
    assert read["city"].to_pylist() == ["Paris", "Washington, DC", "Ulm"]


def test_a_region_and_a_country_without_a_comma_are_two() -> None:
    read = accounts(
        {"Name": ["A Ltd", "B Inc"], "Location": ["North York, Ontario Canada", "Reno, Nevada USA"]}
    )
    assert read["city"].to_pylist() == ["North York", "Reno"]
    assert read["region"].to_pylist() == ["CA-ON", "US-NV"]


def test_a_ticker_that_looks_like_no_value_is_one() -> None:
    read = accounts(
        {"Symbol": ["NAT", "TBC", "AAPL", "nan", "-"], "Name": ["A Ltd", "B Ltd", "C", "D", "E"]}
    )
    assert read["ticker"].to_pylist() == ["NAT", "TBC", "AAPL", None, None]
    often = accounts({"Symbol": ["TBC", "TBC", "AAPL"], "Name": ["A Ltd", "B Ltd", "C"]})
    assert often["ticker"].to_pylist() == [None, None, "AAPL"]


@pytest.mark.parametrize(
    "name",
    ["Unknown (#158291)", "Unnamed investor 12", "unknown company", "未知公司", "匿名客户3",
     "Undisclosed Investors", "Unknown (1995)", "投资方未透露"],
)  # fmt: skip
def test_what_stands_for_no_name_is_none(name: str) -> None:
    read = accounts({"Company": [name, "Acme Ltd"], "Website": ["a.com", "acme.com"]})
    assert read["name"].to_pylist() == [None, "Acme Ltd"]


@pytest.mark.parametrize(
    "name",
    ["Unknown Worlds Entertainment", "Anonymous Content", "Unknown (Ghana Farms)", "未知数码"],
)
def test_a_name_with_such_a_word_is_one(name: str) -> None:
    assert accounts({"Company": [name]})["name"].to_pylist() == [name]
