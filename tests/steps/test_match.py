"""What each record is on a list of accounts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import strings
from abmkit.domain.kinds import arrow_type
from abmkit.domain.values.names import name_keys
from abmkit.schema.accounts import kind_of
from abmkit.steps.match import match

ADDED = [
    "match_status", "match_account_id", "match_name", "match_probability", "match_evidence",
    "match_tier", "match_owner", "match_territory",
]  # fmt: skip
COLUMNS = ("name", "name_key", "domain", "country", "city", "registry_ids")
LISTED = [
    {"account_id": "cik:1", "name": "Acme Software", "domain": "acme.com", "country": "US",
     "registry_ids": ["cik:1"], "tier": "A", "owner": "Ann", "territory": "East"},
    {"account_id": "cik:2", "name": "Globex Corporation", "domain": "globex.com", "country": "US",
     "registry_ids": ["cik:2"], "excluded": True, "exclusions": ["customers"]},
    {"account_id": "x:3", "name": "Initech", "domain": "initech.co", "country": "US"},
]  # fmt: skip


def keyed(rows: list[dict[str, Any]], columns=COLUMNS) -> pa.Table:
    """Rows as a table, with the keys of their names."""
    keys = name_keys(strings(row.get("name") for row in rows)).to_pylist()
    told = [{**row, "name_key": key} for row, key in zip(rows, keys, strict=True)]
    names = [*columns, *(n for n in dict.fromkeys(k for row in told for k in row))]
    schema = [(name, arrow_type(kind_of(name) or "string")) for name in dict.fromkeys(names)]
    return pa.Table.from_pylist(told, schema=pa.schema(schema))


def matched(*rows: dict[str, Any], listed=LISTED, **options: Any) -> list[dict[str, Any]]:
    return match(keyed(list(rows)), keyed(listed), **options).to_pylist()


def test_the_columns_are_those_of_the_contract() -> None:
    found = match(keyed([{"name": "Acme Software"}]), keyed(LISTED))
    assert found.column_names == ADDED
    found = match(keyed([{"name": "Acme Software"}]), keyed(LISTED), whole_run=True)
    assert found.column_names == [*ADDED, "match_list_status", "match_exclusions"]


@pytest.mark.parametrize(
    ("record", "account_id", "evidence"),
    [
        ({"registry_ids": ["cik:1"], "name": "Other"}, "cik:1", "same registry id"),
        ({"domain": "globex.com", "name": "Other"}, "cik:2", "same domain"),
        ({"name": "Initech LLC"}, "x:3", "same name"),
        ({"name": "Initech", "country": "US"}, "x:3", "same name; same country"),
    ],
)
def test_a_record_is_found_by_id_site_or_name(record, account_id, evidence) -> None:
    (row,) = matched(record)
    assert (row["match_status"], row["match_account_id"], row["match_evidence"]) == (
        "matched",
        account_id,
        evidence,
    )


def test_what_is_of_a_company_is_unknown_where_none_is_found() -> None:
    (row,) = matched({"name": "Nowhere Ltd"}, whole_run=True)
    assert row["match_status"] == "none"
    assert row["match_list_status"] == "unknown"
    assert {row[name] for name in ADDED[1:3] + ADDED[4:]} == {None}


@pytest.mark.parametrize(
    ("record", "status", "tier"),
    [
        ({"domain": "acme.com"}, "on_list", "A"),
        ({"domain": "globex.com"}, "excluded", None),
        ({"domain": "initech.co"}, "target_market", None),
        ({"domain": "other.com"}, "unknown", None),
    ],
)
def test_against_a_run_each_says_where_it_stands(record, status, tier) -> None:
    (row,) = matched(record, whole_run=True)
    assert (row["match_list_status"], row["match_tier"]) == (status, tier)
    assert row["match_exclusions"] == (["customers"] if status == "excluded" else None)


def test_a_contradicting_id_is_stronger_than_a_site_and_a_name() -> None:
    (row,) = matched({"name": "Acme Software", "domain": "acme.com", "registry_ids": ["cik:9"]})
    assert row["match_status"] == "none"


def test_another_domain_of_a_company_is_as_good_as_its_own() -> None:
    columns = (*COLUMNS, "other_domains")
    listed = keyed([{**each, "other_domains": None} for each in LISTED], columns)
    known = keyed([{**LISTED[0], "other_domains": ["acme.de"]}, *LISTED[1:]], columns)
    (row,) = match(keyed([{"domain": "acme.de"}], columns), known).to_pylist()
    assert (row["match_account_id"], row["match_evidence"]) == ("cik:1", "same domain")
    rows = keyed([{"domain": "initech.com", "other_domains": ["initech.co"]}], columns)
    (row,) = match(rows, listed).to_pylist()
    assert row["match_account_id"] == "x:3"
    assert row["match_evidence"] == "same domain as another one of the company"


def test_hosts_that_many_share_join_no_companies_of_a_list() -> None:
    listed = [
        {
            "account_id": "a",
            "name": "Zorbit",
            "domain": "gmail.com",
            "other_domains": ["Zorbit.io"],
        },
        {"account_id": "b", "name": "Kwiksop", "domain": "Gmail.com", "other_domains": None},
        {"account_id": "c", "name": "Fluxit", "domain": None, "other_domains": ["gmail.com"]},
    ]
    rows = matched(
        {"name": "Kwiksop"}, {"domain": "zorbit.io"}, {"domain": "gmail.com"}, listed=listed
    )
    assert [row["match_account_id"] for row in rows] == ["b", "a", None]


def test_a_site_that_two_companies_share_is_no_proof() -> None:
    twins = [
        {"account_id": f"cik:{n}", "name": name, "domain": "umbrella.com", "registry_ids": [f"cik:{n}"]}
        for n, name in ((1, "Umbrella Foods"), (2, "Umbrella Research"))
    ]  # fmt: skip
    named, bare = matched(
        {"domain": "umbrella.com", "name": "Umbrella Research"},
        {"domain": "umbrella.com"},
        listed=twins,
    )
    assert (named["match_status"], named["match_account_id"]) == ("matched", "cik:2")
    assert bare["match_status"] != "matched"


def test_of_equally_likely_companies_the_one_of_the_same_legal_form_is_shown() -> None:
    listed = [
        {"account_id": "cik:1", "name": "CARNIVAL PLC", "registry_ids": ["cik:1"]},
        {"account_id": "cik:2", "name": "CARNIVAL CORP", "registry_ids": ["cik:2"]},
    ]
    for each in (listed, listed[::-1]):
        (row,) = matched({"name": "Carnival Corporation"}, listed=each)
        assert (row["match_status"], row["match_account_id"]) == ("review", "cik:2")


def test_a_company_that_the_list_has_in_two_spellings_is_matched_all_the_same() -> None:
    listed = [
        {"account_id": "a", "name": "Zorbit Laboratories Group"},
        {"account_id": "b", "name": "Zorbit Laboratory"},
    ]
    (row,) = matched({"name": "Zorbit Laboratories"}, listed=listed)
    assert (row["match_status"], row["match_account_id"]) == ("matched", "b")
    # Two that a register tells apart leave the question open.
    told_apart = [{**each, "registry_ids": [f"cik:{n}"]} for n, each in enumerate(listed)]
    for columns in (COLUMNS, ("name", "name_key")):
        named = keyed([{"name": "Zorbit Laboratories"}], columns)
        (row,) = match(named, keyed(told_apart)).to_pylist()
        assert row["match_status"] == "review"


def test_the_order_of_records_and_of_the_list_changes_nothing() -> None:
    records = [{"name": "Initech LLC"}, {"domain": "acme.com"}, {"name": "Nowhere"}, {"name": None}]
    rows = matched(*records)
    assert matched(*records[::-1]) == rows[::-1]
    assert matched(*records, listed=LISTED[::-1]) == rows
    assert matched(*records, *records) == [*rows, *rows]


def test_of_a_company_that_the_list_has_twice_the_smallest_id_is_told() -> None:
    listed = [
        {"account_id": "b", "name": "Zorbit", "domain": "zorbit.com"},
        {"account_id": "c", "name": "Kwiksop", "domain": "kwiksop.com"},
        {"account_id": "a", "name": "Zorbit Holdings", "domain": "zorbit.com"},
    ]
    records = [{"name": "Zorbit"}, {"domain": "zorbit.com"}, {"name": "Kwiksop"}]
    for told in (listed, listed[::-1]):
        assert [r["match_account_id"] for r in matched(*records, listed=told)] == ["a", "a", "c"]


def test_thresholds_are_the_configs() -> None:
    (row,) = matched({"name": "Honeywell"}, listed=[{"account_id": "a", "name": "Honeywel"}])
    likely = row["match_probability"]
    (sure,) = matched(
        {"name": "Honeywell"},
        listed=[{"account_id": "a", "name": "Honeywel"}],
        config=Dedupe(same=max(likely / 2, 1e-6), review=0),
    )
    assert sure["match_status"] == "matched"


def test_nothing_is_found_on_an_empty_list_nor_for_no_records() -> None:
    assert [row["match_status"] for row in matched({"name": "A"}, listed=[])] == ["none"]
    assert match(keyed([]), keyed(LISTED)).num_rows == 0
