"""Who is found by an id that both sides carry: on lists, by lookups and by decisions."""

from __future__ import annotations

import random

import pytest

from abmkit.domain.companies.decisions import Decision, decided
from abmkit.domain.companies.identified import FURTHER
from abmkit.domain.companies.listed import NOBODY, on_list
from abmkit.domain.companies.lookup import EntryMatch, find
from abmkit.domain.frames import opened

LISTED = [
    {"account_id": "id:A1", "crm_id": "C-001", "registry_ids": ["cik:1"], "name": "Zenvero Inc",
     "name_key": "zenvero", "domain": "zenvero.com"},
    {"account_id": "id:A2", "crm_id": "C-002", "registry_ids": ["cik:2"], "name": "Quaxon LLC",
     "name_key": "quaxon", "domain": "quaxon.com"},
    {"account_id": "id:A3", "crm_id": "C-003", "registry_ids": None, "name": "Brelvik",
     "name_key": "brelvik", "domain": None},
]  # fmt: skip
COLUMNS = ("account_id", "crm_id", "registry_ids", "name", "name_key", "domain")


def told(arrow, *records, listed=LISTED):
    found = on_list(arrow.frame(records, COLUMNS), arrow.frame(listed, COLUMNS), review=0.2)
    return list(zip(found.account.tolist(), found.probability.tolist(),
                    found.evidence.to_pylist(), strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("record", "evidence"),
    [
        ({"account_id": "id:A2"}, "same account id"),
        ({"crm_id": "C-002"}, "same CRM id"),
        ({"crm_id": "c-002"}, "same CRM id"),
        ({"crm_id": "X-9;C-002"}, "same CRM id"),
        ({"registry_ids": ["cik:2"]}, "same registry id"),
        ({"crm_id": "C-002", "registry_ids": ["cik:2"]}, "same CRM id; same registry id"),
        ({"crm_id": "C-002", "name": "Zenvero Inc", "name_key": "zenvero"}, "same CRM id"),
        ({"crm_id": "C-002", "domain": "zenvero.com"}, "same CRM id"),
        ({"crm_id": "C-002", "registry_ids": ["lei:X"]}, "same CRM id"),
    ],
)
def test_an_id_that_both_carry_is_certain_before_all_else(arrow, record, evidence) -> None:
    assert told(arrow, record) == [(1, 1.0, evidence)]


@pytest.mark.parametrize(
    "record",
    [
        {"crm_id": "C-001", "registry_ids": ["cik:2"]},
        {"crm_id": "C-001", "registry_ids": ["cik:9"]},
        {"crm_id": "C-001", "account_id": "id:A2"},
        {"crm_id": "C-001", "registry_ids": ["cik:2"], "domain": "zenvero.com"},
        {"crm_id": "C-001;C-002"},
    ],
)
def test_where_ids_contradict_each_other_a_person_decides(arrow, record) -> None:
    ((account, probability, evidence),) = told(arrow, record)
    assert account in (0, 1)
    assert 0.2 <= probability < 0.7
    assert "id" in evidence


def test_an_id_that_several_carry_is_nobodys(arrow) -> None:
    listed = [{**row, "crm_id": "0"} for row in LISTED]
    assert told(arrow, {"crm_id": "0"}, listed=listed) == [(NOBODY, 0.0, None)]
    ((account, _, evidence),) = told(arrow, {"crm_id": "0", "domain": "quaxon.com"}, listed=listed)
    assert (account, evidence) == (1, "same domain")


def test_ids_that_are_rounded_are_nobodys(arrow) -> None:
    listed = [{**LISTED[0], "crm_id": "1.2345E+10"}]
    assert told(arrow, {"crm_id": "1.2345E+10"}, listed=listed) == [(NOBODY, 0.0, None)]


def test_where_one_side_has_one_kind_of_id_the_kinds_are_the_same(arrow) -> None:
    listed = [{k: v for k, v in row.items() if k != "account_id"} | {"account_id": f"row:{n}"}
              for n, row in enumerate(LISTED)]  # fmt: skip
    assert told(arrow, {"account_id": "id:C-003"}, listed=listed) == [(2, 1.0, "same CRM id")]
    listed = [{k: v for k, v in row.items() if k != "crm_id"} for row in LISTED]
    assert told(arrow, {"crm_id": "A3"}, listed=listed) == [(2, 1.0, "same account id")]
    # Where both have both, an account's number is no CRM's.
    assert told(arrow, {"crm_id": "A3"}) == [(NOBODY, 0.0, None)]


def test_ids_of_records_that_were_merged_away_lead_to_their_company(arrow) -> None:
    listed = arrow.frame(LISTED, COLUMNS).append_column(
        FURTHER, arrow.frame([{"aliases": ["crm:C-900", "id:A9"]}, {}, {}], ["aliases"])["aliases"]
    )
    for record in ({"crm_id": "C-900"}, {"account_id": "id:A9"}):
        found = on_list(arrow.frame([record], COLUMNS), listed, review=0.2)
        assert (found.account.tolist(), found.probability.tolist()) == ([0], [1.0])


@pytest.mark.parametrize("seed", range(4))
def test_each_of_many_is_found_by_its_own_id_in_any_order(arrow, seed) -> None:
    some = random.Random(seed)
    numbers = some.sample(range(10**6, 10**7), 200)
    listed = [
        {"account_id": f"name:n{n}", "crm_id": str(n), "name": f"N {n}", "name_key": f"n {n}"}
        for n in numbers
    ]
    asked = some.sample(numbers, 50)
    written = [some.choice([f"{n}", f"{n}.0", f" {n}", f"id:{n}"]) for n in asked]
    found = told(arrow, *({"crm_id": text} for text in written), listed=listed)
    assert [numbers[account] for account, _, _ in found] == asked
    assert {(probability, why) for _, probability, why in found} == {(1.0, "same CRM id")}


# Lists and pins ----------------------------------------------------------------------------------


def looked_up(engine, arrow, *entries, accounts=LISTED):
    return find(opened(engine.frame(accounts)), arrow.frame(entries, COLUMNS))


def test_entries_find_accounts_by_ids_alone(engine, arrow) -> None:
    entries = [
        {"crm_id": "C-001"},
        {"account_id": "A2"},
        {"account_id": "id:a3"},
        {"crm_id": "c-002 "},
        {"account_id": "id:id:A1"},
        {"crm_id": "C-004"},
    ]
    assert looked_up(engine, arrow, *entries).found == (
        EntryMatch(0, "id:A1", "CRM id"),
        EntryMatch(1, "id:A2", "id"),
        EntryMatch(2, "id:A3", "id"),
        EntryMatch(3, "id:A2", "CRM id"),
    )


def test_what_an_id_finds_keeps_others_of_the_name_out_that_have_their_own(engine, arrow) -> None:
    accounts = [
        *LISTED,
        {"account_id": "id:A4", "crm_id": "C-004", "name_key": "quaxon"},
        {"account_id": "id:A5", "crm_id": None, "name_key": "quaxon"},
    ]
    entry = {"crm_id": "C-002", "name_key": "quaxon"}
    found = looked_up(engine, arrow, entry, accounts=accounts).found
    assert [hit.account_id for hit in found] == ["id:A2", "id:A5"]


@pytest.mark.parametrize(
    "entry",
    [
        {"crm_id": "C-001", "registry_ids": ["cik:2"]},
        {"crm_id": "C-001", "account_id": "id:A2", "name_key": "brelvik"},
        {"crm_id": "C-001", "registry_ids": ["cik:9"], "domain": "zenvero.com"},
    ],
)
def test_an_entry_whose_ids_contradict_each_other_finds_nobody(engine, arrow, entry) -> None:
    result = looked_up(engine, arrow, entry)
    assert result.found == ()
    assert "id:A1" in result.disputed[0]


def test_an_id_that_several_accounts_carry_finds_nobody_and_is_told(engine, arrow) -> None:
    accounts = [{**row, "crm_id": "0"} for row in LISTED]
    result = looked_up(engine, arrow, {"crm_id": "0"}, accounts=accounts)
    assert (result.found, result.possible(0)) == ((), ("id:A1", "id:A2", "id:A3"))
    result = looked_up(engine, arrow, {"crm_id": "0", "name_key": "quaxon"}, accounts=accounts)
    assert [hit.account_id for hit in result.found] == ["id:A2"]


def test_salesforce_ids_meet_in_15_and_18_signs(engine, arrow) -> None:
    short, long = "001D000000IqhSL", "001D000000IqhSLIAZ"
    for theirs, ours in ((short, long), (long, short), (long, long.upper())):
        accounts = [{"account_id": "name:x", "crm_id": theirs, "name_key": "x"}]
        result = looked_up(engine, arrow, {"crm_id": ours}, accounts=accounts)
        assert [hit.by for hit in result.found] == ["CRM id"]


# Decisions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("called", "row"),
    [("C-001", 0), ("c-002", 1), ("A3", 2), ("id:A1", 0), ("CIK:0000002", 1), ("Brelvik", 2)],
)
def test_decisions_call_companies_by_any_id(arrow, called, row) -> None:
    records = [{**each, "source": "crm", "source_row": n} for n, each in enumerate(LISTED)]
    other = "zenvero.com" if row else "quaxon.com"
    found = decided(arrow.frame(records), [Decision(called, other, "different")])
    assert found.unfollowed == ()
    ((left, right),) = found.apart
    assert (left.tolist(), right.tolist()) == ([row], [0 if row else 1])
