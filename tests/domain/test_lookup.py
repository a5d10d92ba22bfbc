from __future__ import annotations

import random

import pytest

from abmkit.domain.companies.lookup import EntryMatch, find
from abmkit.domain.frames import opened
from abmkit.domain.identity import contradictory

ACCOUNTS = [
    {"account_id": "id:1", "registry_ids": ["cik:1"], "domain": "a.com", "name_key": "a", "country": "US"},
    {"account_id": "id:2", "registry_ids": ["cik:2"], "domain": "b.com", "name_key": "a", "country": "DE"},
    {"account_id": "id:3", "registry_ids": None, "domain": None, "name_key": "a", "country": None},
    {"account_id": "id:4", "registry_ids": None, "domain": "b.com", "name_key": "b", "country": None},
]  # fmt: skip


def found(engine, arrow, *entries, accounts=ACCOUNTS):
    return find(opened(engine.frame(accounts)), arrow.frame(entries))


def test_an_account_is_found_by_the_strongest_that_it_shares(engine, arrow) -> None:
    entries = [
        {"account_id": "id:1", "registry_ids": ["cik:1"], "domain": "a.com", "name_key": "a"},
        {"registry_ids": ["cik:1"], "domain": "a.com", "name_key": "a", "country": "US"},
        {"domain": "a.com", "name_key": "a", "country": "US"},
        {"name_key": "a", "country": "US"},
        {"domain": "b.com"},
    ]
    assert found(engine, arrow, *entries).found == (
        EntryMatch(0, "id:1", "id"),
        EntryMatch(1, "id:1", "registry id"),
        EntryMatch(2, "id:1", "domain"),
        EntryMatch(3, "id:1", "name"),
        EntryMatch(4, "id:2", "domain"),
        EntryMatch(4, "id:4", "domain"),
    )


def test_a_name_that_could_be_several_is_ambiguous_unless_something_else_tells(
    engine, arrow
) -> None:
    looked_up = found(engine, arrow, {"name_key": "a"}, {"name_key": "a", "domain": "a.com"})
    assert looked_up.found == (EntryMatch(1, "id:1", "domain"),)
    assert looked_up.ambiguous == {0: ("id:1", "id:2")}


def test_what_is_found_does_not_depend_on_the_order_of_accounts(engine, arrow) -> None:
    entries = [{"name_key": "a", "country": "DE"}, {"domain": "b.com"}, {"registry_ids": ["cik:2"]}]
    shuffled = random.Random(4).sample(ACCOUNTS, len(ACCOUNTS))
    assert found(engine, arrow, *entries, accounts=shuffled) == found(engine, arrow, *entries)


@pytest.mark.parametrize("missing", ["account_id", "registry_ids", "domain", "name_key", "country"])
def test_accounts_and_entries_may_lack_columns(engine, arrow, missing) -> None:
    accounts = [{c: v for c, v in row.items() if c != missing} for row in ACCOUNTS]
    entry = {"registry_ids": ["cik:1"], "domain": "a.com", "name_key": "a", "country": "US"}
    looked_up = found(engine, arrow, entry, accounts=accounts)
    # Without account_id there is nothing to call an account by; where no country is known, a name
    # means all of that name.
    expected = {"account_id": [], "country": ["id:1", "id:3"]}.get(missing, ["id:1"])
    assert [hit.account_id for hit in looked_up.found] == expected
    looked_up = found(engine, arrow, {c: v for c, v in entry.items() if c != missing})
    assert [hit.account_id for hit in looked_up.found] == ["id:1"]


def test_no_entries_find_nothing(engine, arrow) -> None:
    looked_up = find(opened(engine.frame(ACCOUNTS)), arrow.frame([], ["domain"]))
    assert (looked_up.found, looked_up.ambiguous) == ((), {})


def test_an_account_is_found_by_another_domain_of_its_own_or_of_the_entry(engine, arrow) -> None:
    accounts = [
        {"account_id": "id:1", "domain": "a.com", "other_domains": ["a.de"]},
        {"account_id": "id:2", "domain": "b.com", "other_domains": None},
    ]
    entries = [
        {"domain": "a.de", "other_domains": None},
        {"domain": None, "other_domains": ["c.com", "b.com"]},
        {"domain": "x.com", "other_domains": ["a.de"]},
        {"domain": "c.com", "other_domains": None},
    ]
    assert found(engine, arrow, *entries, accounts=accounts).found == (
        EntryMatch(0, "id:1", "domain"),
        EntryMatch(1, "id:2", "domain"),
        EntryMatch(2, "id:1", "domain"),
    )


def test_domains_in_capitals_are_the_same(engine, arrow) -> None:
    accounts = [{"account_id": "id:1", "domain": "A.com", "other_domains": ["A.de", None]}]
    looked_up = found(engine, arrow, {"domain": "a.com"}, {"domain": "a.de"}, accounts=accounts)
    assert looked_up.found == (EntryMatch(0, "id:1", "domain"), EntryMatch(1, "id:1", "domain"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["cik:1"], ["cik:2"], True),
        (["cik:1"], ["cik:1"], False),
        (["cik:1"], ["lei:2"], False),
        (["cik:1", "lei:1"], ["cik:1", "lei:2"], True),
        (["cik:1", "cik:2"], ["cik:2", "cik:3"], False),
        ([], ["cik:1"], False),
        ([], [], False),
    ],
)
def test_ids_contradict_within_a_register_only(one, other, expected) -> None:
    assert contradictory(one, other) is expected
    assert contradictory(other, one) is expected
