"""Exports of a CRM are keyed by ids: what `match` and `run` make of them, files in, files out."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import abmkit
from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.errors import UsageError
from abmkit.runs.reading import accounts_to_match
from abmkit.sources.matching import list_of_file, match_rows, rows_of_file

TODAY = date(2026, 11, 21)
LIST = "CRM ID,Company Name,Website\nC-001,Zenvero Inc,zenvero.com\nC-002,Quaxon LLC,quaxon.com\n"
CONFIG = """
version = 1
[[sources]]
name = "list"
path = "list.csv"
[score]
[[score.criteria]]
id = "site"
bands = [{ when = { domain = { known = true } }, points = 1 }]
[[tier.tiers]]
id = "A"
capacity = 1
[[tier.tiers]]
id = "B"
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def matched(folder: Path, leads: str, listed: str = LIST, **mapping: str) -> list[dict[str, Any]]:
    write(folder, leads=leads, list=listed)
    project = Project(Config(version=1))
    accounts = list_of_file(folder / "list.csv", project, TODAY)
    rows, _ = rows_of_file(folder / "leads.csv")
    return match_rows(rows, accounts, project, mapping=mapping).table.to_pylist()


def run(folder: Path, more: str = "") -> Path:
    (folder / "abmkit.toml").write_text(CONFIG + more, encoding="utf-8")
    abmkit.run(folder / "abmkit.toml", as_of=TODAY, output=folder / "out")
    return folder / "out"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("header", "theirs", "ours"),
    [
        ("CRM ID", "C-002", "C-002"),
        ("CRM ID", "C-002", " c-002 "),
        ("Record ID", "12345.0", "12345"),
        ("Record ID", "12345", "12345.0"),
        ("Salesforce ID", "001D000000IqhSLIAZ", "001D000000IqhSL"),
        ("Account ID", "77", "77"),
        ("Account ID", "77", "id:77"),
        ("account_id", "id:77", "id:77"),
        ("account_id", "id:77", "77.0"),
    ],
)
def test_a_lead_with_an_id_and_free_mail_alone_is_matched(tmp_path, header, theirs, ours) -> None:
    listed = f"{header},Company Name\nother,Zenvero Inc\n{theirs},Quaxon LLC\n"
    (row,) = matched(tmp_path, f"{header},Email\n{ours},jo@gmail.com\n", listed)
    said = "account id" if header.casefold().startswith("account") else "CRM id"
    assert (row["match_status"], row["match_name"], row["match_probability"]) == (
        "matched", "Quaxon LLC", 1.0,
    )  # fmt: skip
    assert row["match_evidence"] == f"same {said}"


def test_ids_alone_are_enough_and_other_ids_are_none(tmp_path) -> None:
    found = matched(tmp_path, "CRM ID\nC-001\nC-009\nC-002\n")
    assert [row["match_name"] for row in found] == ["Zenvero Inc", None, "Quaxon LLC"]


@pytest.mark.parametrize("column", ["account_id", "crm_id"])
def test_a_column_of_ids_is_mapped_where_its_header_says_little(tmp_path, column) -> None:
    leads = "key,Email\nC-002,jo@gmail.com\n"
    (row,) = matched(tmp_path, leads, LIST, **{column: "key"})
    assert (row["match_name"], row["match_evidence"]) == ("Quaxon LLC", "same CRM id")
    (row,) = matched(tmp_path, leads, LIST)
    assert row["match_status"] == "none"


@pytest.mark.parametrize(
    ("theirs", "ours", "ids", "found"),
    [
        ("Company ID", "Company ID", ["7", "8"], True),
        ("id", "CRM ID", ["C-7001", "C-7002"], True),
        ("id", "Account ID", ["50017", "50018"], True),
        ("编号", "客户编号", ["KH-0001", "KH-0002"], True),
        ("Company ID", "Company ID", ["0f3a9c", "77b1e0"], True),
        # What counts the rows of a table counts those of any other.
        ("id", "CRM ID", ["1", "2"], False),
        ("id", "id", ["1", "2"], False),
        ("id", "id", ["C-7001", "C-7002"], False),
        ("Account ID", "Company ID", ["7", "8"], False),
    ],
)
def test_a_header_that_says_little_is_believed_where_its_ids_tell(
    tmp_path, theirs, ours, ids, found
) -> None:
    listed = f"{theirs},Company Name\n{ids[0]},Zenvero Inc\n{ids[1]},Quaxon LLC\n"
    (row,) = matched(tmp_path, f"{ours},Email\n{ids[1]},jo@gmail.com\n", listed)
    assert row["match_name"] == ("Quaxon LLC" if found else None)


def test_ids_that_abmkit_made_lead_back_to_their_account(tmp_path) -> None:
    first = matched(tmp_path, "Company\nZenvero\nQuaxon\n", LIST.replace("CRM ID", "Notes"))
    ids = [row["match_account_id"] for row in first]
    leads = "account_id,Email\n" + "".join(f"{each},x@gmail.com\n" for each in ids)
    again = matched(tmp_path, leads, LIST.replace("CRM ID", "Notes"))
    assert [row["match_account_id"] for row in again] == ids
    assert {row["match_evidence"] for row in again} == {"same account id"}


def test_a_row_of_a_list_that_is_one_company_twice_is_found_by_either_id(tmp_path) -> None:
    listed = "Account ID,Company,Website\n7,Acme,acme.com\n9,Acme Inc,acme.com\n"
    found = matched(tmp_path, "Account ID\n7\n9\n", listed)
    assert [row["match_account_id"] for row in found] == ["id:7", "id:7"]


def test_the_number_of_a_contact_is_not_its_companys(tmp_path) -> None:
    listed = "Record ID,Company Name\n101,Zenvero Inc\n102,Quaxon LLC\n"
    leads = (
        "Record ID,First Name,Last Name,Email,Associated Company IDs\n"
        "101,Ann,Lee,a@gmail.com,102\n102,Bob,Ray,b@gmail.com,\n103,Cy,Doe,c@gmail.com,9;101\n"
    )
    found = matched(tmp_path, leads, listed)
    assert [row["match_name"] for row in found] == ["Quaxon LLC", None, "Zenvero Inc"]


def test_where_the_ids_of_a_lead_contradict_each_other_a_person_decides(tmp_path) -> None:
    listed = "CRM ID,Company,CIK\nC-001,Zenvero Inc,1\nC-002,Quaxon LLC,2\n"
    (row,) = matched(tmp_path, "CRM ID,CIK,Company\nC-001,2,Quaxon\n", listed)
    assert row["match_status"] == "review"
    assert row["match_evidence"] == "CRM id, registry id of different companies"


@pytest.mark.parametrize("seed", range(3))
def test_many_leads_are_found_by_ids_that_went_through_a_float(tmp_path, seed) -> None:
    some = random.Random(seed)
    numbers = some.sample(range(1000, 10**9), 60)
    listed = "Record ID,Company Name\n" + "".join(f"{n},Company {n}\n" for n in numbers)
    asked = some.sample(numbers, 20)
    leads = "Record ID,Email\n" + "".join(f"{n}.0,x{n}@gmail.com\n" for n in asked)
    found = matched(tmp_path, leads, listed)
    assert [row["match_name"] for row in found] == [f"Company {n}" for n in asked]


# A run -------------------------------------------------------------------------------------------


def test_a_suppression_list_of_ids_alone_is_followed(tmp_path) -> None:
    write(tmp_path, list=LIST, customers="CRM ID,Account Name\nC-001,\n")
    more = '[[suppress]]\nname = "customers"\npath = "customers.csv"\nreason = "Customer"\n'
    out = run(tmp_path, more)
    assert [row["crm_id"] for row in rows(out / "target-accounts.csv")] == ["C-002"]
    write(tmp_path, customers="CRM ID\nC-002\nC-001\nC-404\n")
    out = run(tmp_path, more)
    assert rows(out / "target-accounts.csv") == []
    (missing,) = [row for row in rows(out / "review.csv") if row["kind"] == "suppression"]
    assert (missing["left"], missing["evidence"]) == ("C-404", "not found")


def test_a_suppression_list_whose_header_says_little_is_asked_about(tmp_path) -> None:
    write(tmp_path, list=LIST, customers="id,since\nC-001,2020\n")
    more = '[[suppress]]\nname = "customers"\npath = "customers.csv"\nreason = "Customer"\n'
    with pytest.raises(UsageError, match='map one, such as account_id = "id"'):
        run(tmp_path, more)
    out = run(tmp_path, f'{more}columns = {{ account_id = "id" }}\n')
    assert [row["crm_id"] for row in rows(out / "target-accounts.csv")] == ["C-002"]


def test_a_row_of_a_suppression_list_that_names_nobody_is_told(tmp_path) -> None:
    write(tmp_path, list=LIST, customers="CRM ID,Account Name,Notes\nC-001,,\n,,ask Ann\n")
    more = '[[suppress]]\nname = "customers"\npath = "customers.csv"\nreason = "Customer"\n'
    with pytest.warns(Warning, match="suppression list customers: 1 of 2 rows name nobody"):
        run(tmp_path, more)


def test_an_entry_whose_ids_contradict_each_other_is_for_a_person(tmp_path) -> None:
    listed = "CRM ID,Company,CIK\nC-001,Zenvero Inc,1\nC-002,Quaxon LLC,2\n"
    write(tmp_path, list=listed, customers="CRM ID,CIK,Company\nC-001,2,Quaxon LLC\n")
    more = '[[suppress]]\nname = "customers"\npath = "customers.csv"\nreason = "Customer"\n'
    out = run(tmp_path, more)
    assert len(rows(out / "target-accounts.csv")) == 2
    (told,) = [row for row in rows(out / "review.csv") if row["kind"] == "suppression"]
    assert told["evidence"] == "its ids do not agree: cik:1, cik:2"


@pytest.mark.parametrize("called", ["C-001", " c-001", "CIK:0000066740", "cik:66740"])
def test_a_pin_calls_its_account_by_any_id(tmp_path, called) -> None:
    listed = "CRM ID,Company Name,Website,CIK\nC-001,Zenvero Inc,zenvero.com,66740\n"
    write(tmp_path, list=f"{listed}C-002,Quaxon LLC,quaxon.com,1800\n")
    # Unpinned, the account of the smaller id takes the one place there is.
    for pins, first in (("account,tier\n", "C-002"), (f"account,tier\n{called},A\n", "C-001")):
        write(tmp_path, pins=pins)
        path = tmp_path / "abmkit.toml"
        pinned = '[tier]\npins = "pins.csv"\n[[tier.tiers]]'
        path.write_text(CONFIG.replace("[[tier.tiers]]", pinned, 1), encoding="utf-8")
        abmkit.run(path, as_of=TODAY, output=tmp_path / "out")
        listed_now = rows(tmp_path / "out" / "target-accounts.csv")
        assert [row["crm_id"] for row in listed_now if row["tier"] == "A"] == [first]


def test_a_decision_calls_companies_by_their_ids(tmp_path) -> None:
    write(tmp_path, list=LIST, decisions="left,right,decision\nC-001,C-002,same\n")
    out = run(tmp_path, '[dedupe]\ndecisions = "decisions.csv"\n')
    assert len(rows(out / "target-accounts.csv")) == 1


def test_the_id_of_a_record_that_was_merged_away_leads_to_its_account(tmp_path) -> None:
    write(tmp_path, list=LIST + "C-009,Zenvero,https://zenvero.com/uk\n")
    out = run(tmp_path)
    accounts = accounts_to_match(out)
    assert accounts.num_rows == 2
    leads = pa.table({"CRM ID": ["C-009", "C-001", "C-002"]})
    found = match_rows(leads, accounts, Project(Config(version=1)), whole_run=True).table
    assert found["match_name"].to_pylist()[2] == "Quaxon LLC"
    assert len(set(found["match_account_id"].to_pylist()[:2])) == 1
    assert set(found["match_evidence"].to_pylist()) == {"same CRM id"}


def test_lists_and_pins_reach_an_account_by_the_id_of_a_record_that_was_merged_away(
    tmp_path,
) -> None:
    write(
        tmp_path, list=LIST + "C-009,Zenvero,https://zenvero.com/uk\n", customers="CRM ID\nC-009\n"
    )
    write(tmp_path, pins="account,tier\nC-009,A\nC-001,A\n")
    more = '[[suppress]]\nname = "customers"\npath = "customers.csv"\nreason = "Customer"\n'
    out = run(tmp_path, more)
    assert [row["crm_id"] for row in rows(out / "target-accounts.csv")] == ["C-002"]
    assert rows(out / "review.csv") == []
    path = tmp_path / "abmkit.toml"
    pinned = '[tier]\npins = "pins.csv"\n[[tier.tiers]]'
    path.write_text(CONFIG.replace("[[tier.tiers]]", pinned, 1), encoding="utf-8")
    abmkit.run(path, as_of=TODAY, output=out)
    told = [(row["left"], row["evidence"]) for row in rows(out / "review.csv")]
    assert [left for left, _ in told] == ["C-001"]
    assert "already" in told[0][1] or "pinned" in told[0][1]


def test_a_parent_is_found_by_an_id_that_went_through_a_float(tmp_path) -> None:
    write(tmp_path, list=(
        "Company Name,Country,Record ID,Parent ID\n"
        "Zenvero Inc,US,12345.0,\nQuaxon LLC,US,12346.0,12345\n"
    ))  # fmt: skip
    accounts = {row["crm_id"]: row for row in rows(run(tmp_path) / "target-accounts.csv")}
    assert accounts["12346"]["parent_account_id"] == accounts["12345"]["account_id"]
