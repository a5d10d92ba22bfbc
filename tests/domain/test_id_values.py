"""Ids and postal codes as tables have them: through floats, in 15 and 18 signs, in any case."""

from __future__ import annotations

import random
import string

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.values.ids import id_keys, ids, loose_id_keys, whole_numbers, written_forms
from abmkit.domain.values.postal_codes import postal_codes
from abmkit.steps.load import load, plan

CHECK = string.ascii_uppercase + "012345"


def long_form(short: str) -> str:
    """A Salesforce id of 18 signs, by the rule of Salesforce's documentation."""
    blocks = (short[:5], short[5:10], short[10:])
    places = (sum(2**i for i, sign in enumerate(block) if sign.isupper()) for block in blocks)
    return short + "".join(CHECK[place] for place in places)


def keys(*texts: str | None) -> list[str | None]:
    return id_keys(strings(texts)).to_pylist()


def loaded(columns: dict[str, list[str | None]], **source: object) -> pa.Table:
    table = pa.Table.from_arrays([strings(v) for v in columns.values()], names=list(columns))
    setting = Source.model_validate({"name": "crm", "path": "crm.csv", **source})
    made = plan(table.column_names, table, setting, Config(version=1))
    return load(table, made).accounts


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_whole_number_that_went_through_a_float_is_itself(number: int) -> None:
    assert whole_numbers(strings([f"{number}.0", f"{number}"])).to_pylist() == [str(number)] * 2
    assert keys(f"{float(number)!r}") == [str(number)]


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=12, max_size=12))
def test_salesforce_ids_of_15_and_18_signs_are_one_whatever_became_of_the_case(rest: str) -> None:
    short = f"001{rest}"
    long = long_form(short)
    assert keys(short, long, long.upper(), long.lower(), f" {long} ", f"id:{long}") == [short] * 6
    assert long.lower() in written_forms(short)


def test_salesforce_ids_that_differ_by_case_alone_are_two() -> None:
    one, other = "001xx000003DGbA", "001xx000003DgbA"
    assert loose_id_keys(strings([one, other])).to_pylist() == [one, other]
    assert keys(long_form(one)) != keys(long_form(other))


@pytest.mark.parametrize(
    "text", ["91330000799655058B", "customer0000000123", "ACC-000000-0000-18", "5493001KJTIIGC8Y1R"]
)
def test_other_ids_of_18_signs_stay_whole(text: str) -> None:
    assert keys(text) == [text]


def test_space_width_and_case_are_no_difference_but_zeros_are() -> None:
    loose = loose_id_keys(id_keys(strings(["C-001", " c-001 ", "Ｃ－００１", "id:C-001"])))
    assert set(loose.to_pylist()) == {"c-001"}
    assert keys("C 1", "C\u00a0 1", "C1") == ["C 1", "C 1", "C1"]
    assert keys("00123", "123") == ["00123", "123"]


@pytest.mark.parametrize("rounded", ["1.2345E+10", "1.2E+05", "9,87e+15", "1E+12"])
def test_what_a_spreadsheet_has_rounded_is_no_key_and_stays_as_it_is(rounded: str) -> None:
    texts, lost = ids(strings([rounded, "5", None]))
    assert (texts.to_pylist(), lost.to_pylist()) == ([rounded, "5", None], [True, False, False])
    assert keys(rounded) == [None]
    accounts = loaded({"name": ["A", "B"], "Record ID": [rounded, "5"]})
    assert accounts["crm_id"].to_pylist() == [rounded, "5"]


@pytest.mark.parametrize("seed", range(5))
def test_columns_of_ids_that_went_through_a_float_are_read(seed: int) -> None:
    some = random.Random(seed)
    numbers = some.sample(range(10_000, 10**9), 30)
    floats = [None if some.random() < 0.2 else f"{number}.0" for number in numbers]
    whole = [text and text[:-2] for text in floats]
    names = [f"Company {number}" for number in numbers]
    accounts = loaded({"name": names, "Record ID": floats, "CIK": floats, "Parent ID": floats})
    assert accounts["crm_id"].to_pylist() == accounts["parent_id"].to_pylist() == whole
    assert accounts["registry_ids"].to_pylist() == [text and [f"cik:{text}"] for text in whole]
    accounts = loaded({"name": names, "Account ID": floats})
    assert [i for i in accounts["account_id"].to_pylist() if i.startswith("id:")] == [
        f"id:{text}" for text in whole if text
    ]


def test_a_float_beside_an_id_that_is_none_is_whole_and_a_fraction_is_none() -> None:
    accounts = loaded({"name": ["A", "B"], "Record ID": ["858.0", "000858"]})
    assert accounts["crm_id"].to_pylist() == ["858", "000858"]
    accounts = loaded({"name": ["A", "B", "C"], "Record ID": ["1.0", "1.1", "2.0"]})
    assert accounts["crm_id"].to_pylist() == ["1.0", "1.1", "2.0"]


def test_phones_tickers_and_tax_numbers_that_went_through_a_float() -> None:
    accounts = loaded(
        {
            "name": list("ABCD"),
            "country": ["US", "US", "DE", "CN"],
            "phone": ["6502530000.0", "+16502530001", "4930123456.0", "1082612345.0"],
            "Ticker": ["600519.0", "1.0", "300750.0", "000858"],
            "EIN": ["43567890.0", "135562308.0", None, "910425694.0"],
        }
    )
    assert accounts["phone"].to_pylist()[:2] == ["+16502530000", "+16502530001"]
    assert accounts["ticker"].to_pylist() == ["600519", "000001", "300750", "000858"]
    assert accounts["registry_ids"].to_pylist() == [
        ["ein:043567890"], ["ein:135562308"], None, ["ein:910425694"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("94105.0", "US", "94105"),
        ("2138.0", "US", "02138"),
        ("2138", "US", "02138"),
        ("2138-1234", "US", "02138-1234"),
        ("941", "US", "941"),
        ("2138.0", None, "2138"),
        ("1067.0", "DE", "01067"),
        ("10000.0", "CN", "010000"),
        ("100.0", "FI", "00100"),
        ("600000.0", "JP", "0600000"),
        ("2000.0", "AU", "2000"),
        ("1011 AB", "NL", "1011 AB"),
        ("SW1A 1AA", "GB", "SW1A 1AA"),
        ("K1A 0B1", "CA", "K1A 0B1"),
    ],
)
def test_a_postal_code_is_what_its_country_has(text, country, expected) -> None:
    read, unreadable = postal_codes(strings([text]), strings([country]))
    assert (read.to_pylist(), unreadable.to_pylist()) == ([expected], [False])


@given(st.integers(min_value=0, max_value=99999))
def test_postal_codes_of_the_usa_that_lost_a_zero_have_it_again(number: int) -> None:
    code = f"{number:05}"
    if not code.startswith("00"):
        read, _ = postal_codes(strings([code, f"{float(code)!r}"]), strings(["US", "US"]))
        assert read.to_pylist() == [code, code]


def test_industry_codes_that_went_through_a_float() -> None:
    accounts = loaded({"name": list("ABC"), "NAICS": ["541512.0", "236115.0", "5112.0"]})
    assert accounts["industry_code"].to_pylist() == ["naics:541512", "naics:236115", "naics:5112"]


def test_a_postal_code_is_padded_in_the_country_that_its_region_tells() -> None:
    accounts = loaded({"name": ["A", "B"], "State": ["Massachusetts", "Maine"],
                       "Zip": ["2138.0", "4101.0"]})  # fmt: skip
    assert accounts["postal_code"].to_pylist() == ["02138", "04101"]
