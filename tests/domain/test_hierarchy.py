from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.groups.hierarchy import COLUMNS, group_columns, heads, hierarchy, told
from abmkit.domain.kinds import arrow_type
from abmkit.schema.accounts import CANONICAL, STEP


def accounts_of(*rows: dict[str, Any]) -> Any:
    """Accounts with all columns that a hierarchy is read from."""
    kinds = CANONICAL | STEP
    columns = [pa.array([row.get(n) for row in rows], arrow_type(kinds[n])) for n in COLUMNS]
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


def parents(*rows: dict[str, Any]) -> list[str | None]:
    """Each account's ultimate parent, null for an account in no group."""
    table = accounts_of(*rows)
    groups = group_columns(table, hierarchy(table)).to_pylist()
    by_id = {row["account_id"]: row["ultimate_parent_id"] for row in groups}
    return [by_id.get(row["account_id"]) for row in rows]


A = {
    "account_id": "lei:A", "registry_ids": ["lei:529900T8BM49AURSDO55", "cik:320193"], "crm_id": "001A00000012345IAA",
    "domain": "a.com", "name_key": "acme", "aliases": ["Acme Holding"], "country": "US",
}  # fmt: skip


@pytest.mark.parametrize(
    "named",
    [
        {"parent_id": "lei:A"},
        {"parent_id": "001A00000012345IAA"},
        {"parent_id": "001A00000012345"},
        {"parent_id": "lei:529900T8BM49AURSDO55"},
        {"parent_id": "LEI: 5299 00T8 BM49 AURS DO55"},
        {"parent_id": "529900T8BM49AURSDO55"},
        {"parent_id": "cik:0000320193"},
        {"parent_id": "0000320193"},
        {"parent_id": "320193"},
        {"parent_id": "CIK0000320193"},
        {"parent_domain": "a.com"},
        {"parent_name": "ACME, Inc."},
        {"parent_name": "Acme Holding Ltd"},
        # The surest that finds anything counts.
        {"parent_id": "320193", "parent_domain": "b.com", "parent_name": "B"},
        {"parent_id": "4711", "parent_domain": "a.com"},
        {"parent_domain": "nowhere.com", "parent_name": "Acme"},
    ],
)
def test_a_parent_is_found_by_any_way_it_is_named(named) -> None:
    b = {"account_id": "b", "domain": "b.com", "name_key": "b"}
    assert parents(A, b, {"account_id": "c", **named}) == ["lei:A", None, "lei:A"]


def test_a_source_s_own_id_is_an_account_id() -> None:
    assert parents({"account_id": "id:7"}, {"account_id": "x", "parent_id": "7"}) == ["id:7"] * 2


def test_a_parent_of_another_id_in_the_same_register_is_another_company() -> None:
    child = {"account_id": "c", "parent_id": "lei:OTHER", "parent_domain": "a.com", "parent_name": "Acme"}  # fmt: skip
    assert parents(A, child) == [None, "lei:OTHER"]


TWO = [
    {"account_id": "a", "name_key": "delta", "country": "US"},
    {"account_id": "b", "name_key": "delta", "country": "DE"},
]


@pytest.mark.parametrize(
    ("country", "parent"), [("US", "a"), ("DE", "b"), ("FR", None), (None, None)]
)
def test_a_name_that_several_have_is_the_one_s_in_the_same_country(country, parent) -> None:
    child = {"account_id": "c", "parent_name": "Delta", "country": country}
    assert parents(*TWO, child)[2] == parent
    assert parents(TWO[0], child)[1] == "a"
    if parent is None:
        table = accounts_of(*TWO, child)
        assert told(table, hierarchy(table)) == [
            "the parent of 1 accounts could be any of several companies and was not followed: c"
        ]


def test_who_names_itself_has_no_parent() -> None:
    by_name = {"account_id": "a", "name_key": "acme", "parent_name": "Acme"}
    by_domain = {"account_id": "b", "domain": "b.com", "parent_domain": "b.com"}
    by_id = {"account_id": "c", "crm_id": "9", "parent_id": "9", "parent_name": "Acme"}
    assert parents(by_name, by_domain, by_id) == [None, None, None]
    # A part may share the domain of its group: its name says more.
    part = {"account_id": "d", "domain": "d.com", "parent_domain": "d.com", "parent_name": "Acme"}
    assert parents(by_name, part) == ["a", "a"]


def test_who_names_the_same_unknown_company_is_one_group() -> None:
    rows = [
        {"account_id": "a", "parent_id": "lei:X", "parent_domain": "x.com"},
        {"account_id": "b", "parent_domain": "x.com", "parent_name": "Xylo AG"},
        {"account_id": "c", "parent_name": "XYLO", "country": "FR"},
        {"account_id": "d", "parent_name": "Yolo GmbH"},
        {"account_id": "e", "parent_domain": "z.com"},
        {"account_id": "f", "parent_id": "0815"},
    ]
    assert parents(*rows) == ["lei:X", "lei:X", "lei:X", "name:yolo", "domain:z.com", "id:0815"]


def test_a_name_known_with_two_unknown_companies_is_neither_s() -> None:
    rows = [
        {"account_id": "a", "parent_domain": "x.com", "parent_name": "Delta"},
        {"account_id": "b", "parent_domain": "y.com", "parent_name": "Delta"},
        {"account_id": "c", "parent_name": "Delta"},
    ]
    assert parents(*rows) == ["domain:x.com", "domain:y.com", None]


def test_a_chain_of_parents_leads_to_the_top() -> None:
    chain = [
        {"account_id": "a"},
        {"account_id": "b", "parent_id": "a"},
        {"account_id": "c", "parent_id": "b"},
        {"account_id": "d", "parent_id": "c"},
        {"account_id": "e"},
    ]
    assert parents(*chain) == ["a", "a", "a", "a", None]
    found = hierarchy(accounts_of(*chain))
    flagged = found.parent < -1
    flagged[1] = True
    assert found.below(flagged).tolist() == [False, True, True, True, False]
    over_it = [*chain, {"account_id": "f", "parent_id": "e"}]
    over_it[0] = {"account_id": "a", "parent_name": "Above"}
    assert parents(*over_it) == ["name:above"] * 4 + ["e", "e"]


def test_of_accounts_that_are_one_another_s_parents_the_largest_is_at_the_top() -> None:
    rows = [
        {"account_id": "a", "parent_id": "c", "employees": 10},
        {"account_id": "b", "parent_id": "a", "employees": 500},
        {"account_id": "c", "parent_id": "b"},
        {"account_id": "d", "parent_id": "a"},
        {"account_id": "e", "parent_id": "f"},
        {"account_id": "f", "parent_id": "e"},
    ]
    assert parents(*rows) == ["b", "b", "b", "b", "e", "e"]
    table = accounts_of(*rows)
    assert told(table, hierarchy(table)) == [
        "accounts are one another's parents, b was put at the top: a, b, c",
        "accounts are one another's parents, e was put at the top: e, f",
    ]


def test_of_much_that_cannot_be_followed_the_first_is_told() -> None:
    names = "ABCDEFG"
    unclear = [{"account_id": n, "parent_name": "Delta"} for n in names]
    table = accounts_of(*TWO, *unclear)
    assert told(table, hierarchy(table)) == [
        "the parent of 7 accounts could be any of several companies and was not followed: "
        "A, B, C, D, E and 2 more"
    ]
    pairs = [{"account_id": n + a, "parent_id": n + b} for n in names for a, b in ("xy", "yx")]
    table = accounts_of(*pairs)
    said = told(table, hierarchy(table))
    assert (len(said), said[-1]) == (6, "and 2 more circles of parents")


def sums(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    table = accounts_of(*rows)
    groups = group_columns(table, hierarchy(table)).to_pylist()
    names = ("group_accounts", "group_employees", "group_revenue")
    return [tuple(row[name] for name in names) for row in groups]


def test_a_group_has_the_larger_of_the_parent_s_figure_and_the_sum_of_its_parts() -> None:
    parent = {"account_id": "a", "employees": 1000, "revenue": 5.0}
    parts = [
        {"account_id": "b", "parent_id": "a", "employees": 300, "revenue": 4.0},
        {"account_id": "c", "parent_id": "a", "employees": 100, "revenue": None},
        {"account_id": "d", "parent_id": "b", "employees": 50, "revenue": 6.5},
    ]
    # 6.5 is more than the 4.0 of the company above it, and more than the 5.0 above that.
    assert sums(parent, *parts) == [(4, 1000, 6.5)] * 4
    small = {**parent, "employees": 20}
    assert sums(small, *parts) == [(4, 400, 6.5)] * 4
    unknown = [{"account_id": "x"}, {"account_id": "y", "parent_id": "x"}]
    assert sums(*unknown) == [(2, None, None)] * 2
    outside = [{"account_id": i, "parent_name": "P", "employees": 7} for i in "xyz"]
    assert sums(*outside) == [(3, 21, None)] * 3


def test_a_sum_does_not_depend_on_the_order_of_rows_by_a_digit() -> None:
    # (0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3).
    rows = [
        {"account_id": i, "parent_name": "P", "revenue": r}
        for i, r in zip("abc", (0.1, 0.2, 0.3), strict=True)
    ]
    assert len({sums(*order)[0] for order in permutations(rows)}) == 1


def test_the_ultimate_parent_stands_for_a_group_else_its_largest_member() -> None:
    table = accounts_of(
        {"account_id": "a", "employees": 1},
        {"account_id": "b", "parent_id": "a", "employees": 9},
        {"account_id": "c", "parent_name": "P", "employees": 5, "revenue": 1.0},
        {"account_id": "d", "parent_name": "P", "employees": 5, "revenue": 2.0},
        {"account_id": "e", "parent_id": "c", "employees": None, "revenue": 9.0},
        {"account_id": "f"},
    )
    assert heads(table, hierarchy(table)).tolist() == [0, 0, 3, 3, 3, 5]


def test_no_accounts_have_no_groups() -> None:
    table = accounts_of()
    found = hierarchy(table)
    assert group_columns(table, found).num_rows == 0
    assert heads(table, found).tolist() == []
    assert told(table, found) == []


# Properties --------------------------------------------------------------------------------------

texts = st.sampled_from(["a", "b", "c", "d", "e", "f"])
maybe = st.none() | texts


@st.composite
def worlds(draw) -> list[dict[str, Any]]:
    ids = draw(st.lists(texts, unique=True, min_size=1, max_size=6))
    return [
        {
            "account_id": i,
            "name_key": draw(maybe),
            "domain": draw(st.none() | texts.map("{}.com".format)),
            "registry_ids": draw(st.none() | texts.map(lambda t: [f"cik:{t}"])),
            "country": draw(st.sampled_from(["US", "DE", None])),
            "employees": draw(st.none() | st.integers(0, 3)),
            "revenue": draw(st.none() | st.floats(0, 9)),
            "parent_id": draw(maybe | texts.map("cik:{}".format)),
            "parent_domain": draw(st.none() | texts.map("{}.com".format)),
            "parent_name": draw(maybe),
        }
        for i in ids
    ]


def told_of(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    table = accounts_of(*rows)
    found = hierarchy(table)
    stands = heads(table, found)
    by_id = {row["account_id"]: rows[h]["account_id"] for row, h in zip(rows, stands, strict=True)}
    groups = {row.pop("account_id"): row for row in group_columns(table, found).to_pylist()}
    return groups, by_id, sorted(told(table, found))


@given(worlds(), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, chance) -> None:
    shuffled = chance.sample(rows, len(rows))
    assert told_of(shuffled) == told_of(rows)


@given(worlds())
def test_an_ultimate_parent_is_its_own(rows) -> None:
    groups, by_id, _ = told_of(rows)
    members = defaultdict(set)
    for account_id, group in groups.items():
        top = group["ultimate_parent_id"]
        members[top].add(account_id)
        if top in groups:
            assert groups[top]["ultimate_parent_id"] == top
            assert groups[top]["parent_account_id"] is None
        parent = group["parent_account_id"]
        if parent is not None:
            assert groups[parent]["ultimate_parent_id"] == top
    for top, ids in members.items():
        assert {groups[i]["group_accounts"] for i in ids} == {len(ids)}
        (head,) = {by_id[i] for i in ids}
        assert head in ids
        assert top not in by_id or head == top


@given(worlds())
def test_what_was_found_is_found_again(rows) -> None:
    groups, _, _ = told_of(rows)
    names = ("parent_account_id", "ultimate_parent_id")
    again = [{**r, **{n: groups.get(r["account_id"], {}).get(n) for n in names}} for r in rows]
    later, _, _ = told_of(again)
    for account_id, group in groups.items():
        assert [later[account_id][name] for name in names] == [group[name] for name in names]
