"""The functions of a notebook: a frame in, a frame of the same kind out."""

from __future__ import annotations

from pathlib import Path

import pytest

import abmkit
from abmkit.errors import UsageError

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
