"""The functions of a notebook: a frame in, a frame of the same kind out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import abmkit
from abmkit.errors import ColumnError, InputError, UsageError

COMPANIES = [
    {"Company": "Acme Software Inc.", "Website": "www.acme.com", "Country": "US"},
    {"Company": "Globex Corporation", "Website": "globex.com", "Country": "US"},
]
PEOPLE = [
    {"Mail": "ann@acme.com", "Firm": "Acme", "Seats": 3, "Consent": "yes"},
    {"Mail": "bob@gmail.com", "Firm": "Globex Corp", "Seats": 1, "Consent": "yes"},
    {"Mail": "eve@nowhere.io", "Firm": "Nowhere", "Seats": None, "Consent": "yes"},
    {"Mail": "zoe@acme.com", "Firm": "Acme", "Seats": 2, "Consent": "no"},
]
MAPPING = {"email": "Mail", "name": "Firm"}


def test_people_are_found_on_a_frame_of_companies(engine) -> None:
    people, companies = engine.frame(PEOPLE), engine.frame(COMPANIES)
    found = abmkit.match(people, companies, mapping=MAPPING)
    assert isinstance(found, type(people))
    rows = sorted(engine.rows(found), key=lambda row: row["Mail"])
    assert [row["match_name"] for row in rows] == ["Acme Software Inc.", "Globex Corporation", None]
    assert [row["match_status"] for row in rows] == ["matched", "matched", "none"]
    # What the frame has stays what it is; who said no is left out.
    assert [row["Seats"] for row in rows] == [3, 1, None]


def test_people_are_found_on_what_the_steps_made(arrow) -> None:
    accounts = abmkit.dedupe(abmkit.load(arrow.frame(COMPANIES)))
    found = abmkit.match(arrow.frame(PEOPLE), accounts, mapping=MAPPING).to_pylist()
    assert [row["match_account_id"] for row in found] == [
        "domain:acme.com",
        "domain:globex.com",
        None,
    ]
    assert "match_list_status" not in found[0]
    excluded = abmkit.exclude(
        accounts,
        {
            "version": 1,
            "exclude": {"rules": [{"id": "us", "when": {"domain": "acme.com"}, "reason": "No"}]},
        },
    )
    found = abmkit.match(arrow.frame(PEOPLE), excluded, mapping=MAPPING).to_pylist()
    assert [row["match_list_status"] for row in found] == ["excluded", "target_market", "unknown"]


def test_people_are_found_in_a_file(arrow, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Company,Website\nAcme,acme.com\n")
    found = abmkit.match(arrow.frame(PEOPLE), tmp_path / "list.csv", mapping=MAPPING)
    assert found["match_status"].to_pylist() == ["matched", "none", "none"]


def test_rows_that_name_nobody_are_an_error(arrow) -> None:
    with pytest.raises(UsageError, match="no column names companies, sites or e-mail addresses"):
        abmkit.match(arrow.frame([{"Note": "hello"}]), arrow.frame(COMPANIES))


def test_accounts_may_come_from_a_file_that_was_read_otherwise(engine) -> None:
    accounts = [
        {"account_id": 1, "name": "Acme", "name_key": "acme", "domain": "acme.com",
         "other_domains": "acme.de;acme.fr", "registry_ids": "cik:1", "excluded": "true"},
        {"account_id": 2, "name": "Globex", "name_key": "globex", "domain": None,
         "other_domains": "acme.fr", "registry_ids": "cik:2;lei:X", "excluded": "false"},
    ]  # fmt: skip
    frame = engine.frame(pa.Table.from_pylist(accounts))
    people = engine.frame([{"Mail": "ann@acme.de", "Consent": "yes"}])
    (row,) = engine.rows(abmkit.match(people, frame, mapping={"email": "Mail"}))
    assert (row["match_account_id"], row["match_list_status"]) == ("1", "excluded")
    one, other = sorted(engine.rows(abmkit.dedupe(frame)), key=lambda row: row["name"])
    assert (one["account_id"], other["account_id"]) == ("1", "2")
    assert one["other_domains"] == ["acme.de", "acme.fr"]
    assert other["registry_ids"] == ["cik:2", "lei:X"]


def test_an_unknown_element_of_a_list_is_nothing(engine) -> None:
    accounts = [
        {"account_id": "a", "name": "Acme", "name_key": "acme", "registry_ids": ["cik:1", None],
         "other_domains": [None, "acme.de"]},
        {"account_id": "b", "name": "Globex", "name_key": "globex", "registry_ids": [None],
         "other_domains": [None]},
    ]  # fmt: skip
    people = engine.frame([{"Mail": "ann@acme.de"}, {"Mail": "bob@globex.com"}])
    found = engine.rows(abmkit.match(people, engine.frame(accounts), mapping={"email": "Mail"}))
    assert {row["Mail"]: row["match_account_id"] for row in found} == {
        "ann@acme.de": "a",
        "bob@globex.com": None,
    }


@pytest.mark.parametrize(
    ("mapping", "error", "said"),
    [
        ({"emial": "Mail"}, UsageError, "nothing is called 'emial'; did you mean 'email'"),
        ({1: "Mail"}, UsageError, "nothing is called 1"),
        ({"email": None}, ColumnError, "--map email: no column 'None'"),
        (["email"], UsageError, "mapping: a list maps nothing; write it like"),
    ],
)
def test_a_mapping_that_is_none_is_one_line(arrow, mapping, error, said: str) -> None:
    with pytest.raises(error, match=said) as told:
        abmkit.match(arrow.frame(PEOPLE), arrow.frame(COMPANIES), mapping=mapping)
    assert "\n" not in str(told.value)


def test_addresses_name_companies_whatever_else_is_told_of_them(arrow) -> None:
    people = [{"Mail": "ann@acme.com", "Land": "US"}, {"Mail": "bob@gmail.com", "Land": "US"}]
    mapping = {"email": "Mail", "country": "Land"}
    found = abmkit.match(arrow.frame(people), arrow.frame(COMPANIES), mapping=mapping)
    assert found["match_name"].to_pylist() == ["Acme Software Inc.", None]


def test_names_of_columns_are_texts_and_each_there_once() -> None:
    with pytest.raises(UsageError, match="the column name 0 is no text; give the columns names"):
        abmkit.match(pd.DataFrame([["ann@acme.com"]]), pd.DataFrame(COMPANIES))
    twice = [pa.array(["ann@acme.com"]), pa.array(["Acme"])]
    for frame in (
        pa.Table.from_arrays(twice, names=["Mail", "Mail"]),
        pd.DataFrame([["ann@acme.com", "Acme"]], columns=["Mail", "Mail"]),
    ):
        with pytest.raises(UsageError, match=r"^2 columns are called 'Mail'; rename them$"):
            abmkit.match(frame, pd.DataFrame(COMPANIES))


def test_bytes_that_are_no_text_name_their_column(arrow) -> None:
    with pytest.raises(InputError, match="column 'Photo' holds bytes that are not UTF-8 text"):
        abmkit.match(arrow.frame([{"Mail": "a@b.com", "Photo": b"\xff"}]), arrow.frame(COMPANIES))


def test_accounts_without_names_of_their_own_are_called_by_their_keys(arrow, tmp_path) -> None:
    (tmp_path / "customers.csv").write_text("Company\nZorbit Laboratories\nKwiksop\n")
    listed = {"name": "customers", "path": str(tmp_path / "customers.csv"), "reason": "Customer"}
    accounts = [
        {"account_id": "a", "name_key": "zorbit laboratory"},
        {"account_id": "b", "name_key": "fluxit"},
    ]
    found = abmkit.exclude(arrow.frame(accounts), {"version": 1, "suppress": [listed]})
    assert found["excluded"].to_pylist() == [True, False]
