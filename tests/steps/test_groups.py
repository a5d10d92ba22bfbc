"""Groups of companies through the steps: rolled up by dedupe, suppressed and expanded by exclude."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from abmkit.config.sections.dedupe import Dedupe
from abmkit.config.sections.exclude import Exclude
from abmkit.steps.dedupe import dedupe
from abmkit.steps.exclude import exclude, exclusion_counts
from abmkit.steps.suppression import SuppressionList, suppressed_by

TODAY = date(2026, 7, 1)
GROUP = (
    "parent_account_id",
    "ultimate_parent_id",
    "group_accounts",
    "group_employees",
    "group_revenue",
)


def records_of(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"source": "crm", "source_row": n, **row} for n, row in enumerate(rows, start=1)]


# A parent known by two records, of which the second's CRM id is overruled; parts below it.
RECORDS = records_of(
    {"account_id": None, "crm_id": "1", "name": "Acme", "name_key": "acme", "domain": "acme.com", "country": "US", "registry_ids": ["cik:1"], "employees": 100, "revenue": 9.0, "parent_id": None, "parent_name": None},
    {"account_id": None, "crm_id": "2", "name": "Acme Inc", "name_key": "acme", "domain": "acme.com", "country": "US", "registry_ids": None, "employees": None, "revenue": None, "parent_id": None, "parent_name": None},
    {"account_id": None, "crm_id": "3", "name": "Bolt", "name_key": "bolt", "domain": "bolt.de", "country": "DE", "registry_ids": ["lei:B"], "employees": 70, "revenue": None, "parent_id": "2", "parent_name": None},
    {"account_id": None, "crm_id": "4", "name": "Cord", "name_key": "cord", "domain": "cord.fr", "country": "FR", "registry_ids": None, "employees": 60, "revenue": 2.0, "parent_id": None, "parent_name": "Bolt GmbH"},
    {"account_id": None, "crm_id": "5", "name": "Dune", "name_key": "dune", "domain": "dune.io", "country": "FR", "registry_ids": None, "employees": 5, "revenue": None, "parent_id": None, "parent_name": "Far Away SA"},
    {"account_id": None, "crm_id": "6", "name": "Echo", "name_key": "echo", "domain": "echo.io", "country": "FR", "registry_ids": None, "employees": 8, "revenue": None, "parent_id": None, "parent_name": "Far Away"},
    {"account_id": None, "crm_id": "7", "name": "Fern", "name_key": "fern", "domain": "fern.io", "country": "FR", "registry_ids": None, "employees": 8, "revenue": None, "parent_id": None, "parent_name": None},
)  # fmt: skip


def deduped(engine, records, **config):
    setting = Dedupe.model_validate({"similar": False, **config})
    return dedupe(engine.frame(records), setting)


def test_dedupe_says_which_group_an_account_belongs_to(engine) -> None:
    rows = engine.rows(deduped(engine, RECORDS).accounts)
    assert [(r["account_id"], *(r[name] for name in GROUP)) for r in rows] == [
        ("cik:1", None, "cik:1", 3, 100, 9.0),
        ("domain:cord.fr", "lei:B", "cik:1", 3, 100, 9.0),
        ("domain:dune.io", None, "name:far away", 2, 13, None),
        ("domain:echo.io", None, "name:far away", 2, 13, None),
        ("domain:fern.io", None, None, None, None, None),
        ("lei:B", "cik:1", "cik:1", 3, 100, 9.0),
    ]


def test_without_a_column_of_parents_nothing_is_added(engine) -> None:
    records = [{k: v for k, v in r.items() if not k.startswith("parent")} for r in RECORDS]
    for level in ("company", "group"):
        done = deduped(engine, records, level=level)
        assert not set(engine.columns(done.accounts)) & set(GROUP)
        assert len(engine.rows(done.accounts)) == 6


def test_at_level_group_one_row_stands_for_each(engine) -> None:
    done = deduped(engine, RECORDS, level="group")
    rows = engine.rows(done.accounts)
    told = ("account_id", "employees", "merged_records", "registry_ids", *GROUP)
    assert [tuple(r[name] for name in told) for r in rows] == [
        ("cik:1", 100, 4, ["cik:1"], None, "cik:1", 3, 100, 9.0),
        ("domain:echo.io", 8, 2, None, None, "name:far away", 2, 13, None),
        ("domain:fern.io", 8, 1, None, None, None, None, None, None),
    ]
    members = [
        (m["account_id"], m["source_row"], m["company_id"]) for m in done.members.to_pylist()
    ]
    assert members == [
        ("cik:1", 1, "cik:1"),
        ("cik:1", 2, "cik:1"),
        ("cik:1", 3, "lei:B"),
        ("cik:1", 4, "domain:cord.fr"),
        ("domain:echo.io", 5, "domain:dune.io"),
        ("domain:echo.io", 6, "domain:echo.io"),
        ("domain:fern.io", 7, "domain:fern.io"),
    ]
    # Rows in are rows out and what was merged.
    assert sum(row["merged_records"] for row in rows) == len(RECORDS)


def test_sources_of_a_group_are_those_of_its_parts(engine) -> None:
    records = [{**r, "source": f"s{r['source_row'] % 3}"} for r in RECORDS]
    rows = engine.rows(deduped(engine, records, level="group").accounts)
    assert [row["sources"] for row in rows] == [["s0", "s1", "s2"], ["s0", "s2"], ["s1"]]


@pytest.mark.parametrize("level", ["company", "group"])
def test_the_order_of_records_changes_no_group(engine, level) -> None:
    done = deduped(engine, RECORDS, level=level)
    mixed = deduped(engine, random.Random(3).sample(RECORDS, len(RECORDS)), level=level)
    assert engine.rows(mixed.accounts) == engine.rows(done.accounts)
    assert mixed.members == done.members


def test_a_second_dedupe_finds_the_same_groups(engine) -> None:
    done = deduped(engine, RECORDS)
    # The CRM id by which a part named its parent is gone with the record that had it.
    again = dedupe(done.accounts, Dedupe(similar=False))
    assert engine.rows(again.accounts) == engine.rows(done.accounts)


def test_a_company_has_the_parent_and_the_size_that_any_of_its_records_knows(engine) -> None:
    records = records_of(
        {"domain": "a.com", "name": "A", "employees": None, "parent_name": None},
        {"domain": "a.com", "name": "A", "employees": 30, "parent_name": "Far Away"},
        {"domain": "b.com", "name": "B", "employees": 5, "parent_name": "Far Away"},
    )
    rows = engine.rows(deduped(engine, records).accounts)
    assert [(r["account_id"], r["ultimate_parent_id"], r["group_employees"]) for r in rows] == [
        ("domain:a.com", "name:far away", 35), ("domain:b.com", "name:far away", 35),
    ]  # fmt: skip


def test_of_two_parents_found_before_one_is_kept_in_any_order_of_records(engine) -> None:
    records = [
        {"account_id": "a", "domain": "a.com", "parent_account_id": "q", "ultimate_parent_id": "q"},
        {"account_id": "b", "domain": "a.com", "parent_account_id": "p", "ultimate_parent_id": "t"},
        {"account_id": "c", "domain": "a.com", "parent_account_id": None, "ultimate_parent_id": "c"},
        {"account_id": "p", "domain": "p.com", "parent_account_id": "t", "ultimate_parent_id": "t"},
        {"account_id": "q", "domain": "q.com", "parent_account_id": None, "ultimate_parent_id": "q"},
        {"account_id": "t", "domain": "t.com", "parent_account_id": None, "ultimate_parent_id": "t"},
    ]  # fmt: skip
    for order in (records, records[::-1]):
        rows = engine.rows(deduped(engine, records_of(*order)).accounts)
        assert [(r["account_id"], r["parent_account_id"], r["ultimate_parent_id"]) for r in rows] == [
            ("domain:a.com", "p", "t"), ("p", "t", "t"), ("q", None, None), ("t", None, "t"),
        ]  # fmt: skip


def test_what_cannot_be_followed_is_told(engine) -> None:
    rows = records_of(
        {"name": "A", "name_key": "a", "country": "US", "parent_name": "B"},
        {"name": "B", "name_key": "b", "country": "US", "parent_name": "A"},
    )
    assert deduped(engine, rows).unclear == (
        "accounts are one another's parents, name:a@US was put at the top: name:a@US, name:b@US",
    )


# Exclusion ---------------------------------------------------------------------------------------


@pytest.fixture
def listed(arrow):
    """Makes a suppression list of entries."""

    def made(*entries, name="customers", **options) -> SuppressionList:
        return SuppressionList(name, "Existing customer", arrow.frame(entries), **options)

    return made


def excluded(engine, accounts, *lists) -> dict[str, Any]:
    rows = engine.rows(exclude(accounts, Exclude(), lists, as_of=TODAY))
    return {row["account_id"]: row for row in rows}


def on_list(engine, accounts, *lists) -> list[str]:
    return [i for i, row in excluded(engine, accounts, *lists).items() if row["excluded"]]


@pytest.mark.parametrize(
    ("entry", "suppressed"),
    [
        # Whatever is below it, however far, and nothing above or beside.
        ({"domain": "acme.com"}, ["cik:1", "domain:cord.fr", "lei:B"]),
        ({"registry_ids": ["lei:B"]}, ["domain:cord.fr", "lei:B"]),
        ({"domain": "cord.fr"}, ["domain:cord.fr"]),
        # The parent itself is no account.
        ({"name_key": "far away"}, ["domain:dune.io", "domain:echo.io"]),
        ({"name_key": "far away", "country": "FR", "domain": "far.fr"}, ["domain:dune.io", "domain:echo.io"]),
        ({"domain": "fern.io"}, ["domain:fern.io"]),
        ({"domain": "nowhere.com"}, []),
    ],
)  # fmt: skip
def test_subsidiaries_are_suppressed_however_far_below(engine, listed, entry, suppressed) -> None:
    accounts = deduped(engine, RECORDS).accounts
    assert on_list(engine, accounts, listed(entry, subsidiaries="suppress")) == suppressed
    # What dedupe found is not needed where the columns of parents say it too.
    bare = [
        {k: v for k, v in row.items() if k not in GROUP} | {"parent_id": row["parent_account_id"]}
        for row in engine.rows(accounts)
    ]
    frame = engine.frame(bare)
    assert on_list(engine, frame, listed(entry, subsidiaries="suppress")) == suppressed


def test_a_part_that_could_be_of_several_groups_is_never_suppressed(engine, listed) -> None:
    rows = [
        {"account_id": "a", "name_key": "delta", "country": "US", "parent_name": None},
        {"account_id": "b", "name_key": "delta", "country": "DE", "parent_name": None},
        {"account_id": "c", "name_key": "x", "country": "FR", "parent_name": "Delta"},
    ]
    entries = listed({"account_id": "a"}, subsidiaries="suppress")
    assert on_list(engine, engine.frame(rows), entries) == ["a"]


def test_the_rest_of_a_customer_s_group_is_kept_and_marked(engine, listed) -> None:
    accounts = deduped(engine, RECORDS).accounts
    customers = listed(
        {"name_key": "bolt"},
        {"name_key": "far away", "name": "Far Away; SA"},
        subsidiaries="expand",
    )
    rows = excluded(engine, accounts, customers)
    assert {i: row["expand_from"] for i, row in rows.items()} == {
        "cik:1": ["Bolt (lei:B)"],
        "domain:cord.fr": ["Bolt (lei:B)"],
        "domain:dune.io": ["Far Away, SA"],
        "domain:echo.io": ["Far Away, SA"],
        "domain:fern.io": None,
        "lei:B": None,
    }
    assert [i for i, row in rows.items() if row["excluded"]] == ["lei:B"]
    small = {"id": "small", "reason": "Too small", "when": {"employees": {"below": 8}}}
    rules = Exclude.model_validate({"rules": [small]})
    _, (count,) = exclusion_counts(accounts, rules, [customers], as_of=TODAY)
    assert (count.accounts, count.expand, count.expand_groups) == (1, 3, 2)


def test_who_is_a_customer_is_nobody_to_expand_into(engine, listed) -> None:
    accounts = deduped(engine, RECORDS).accounts
    lists = [
        listed({"domain": "acme.com"}, subsidiaries="expand"),
        listed({"domain": "cord.fr"}, name="customers-eu", subsidiaries="expand"),
    ]
    rows = excluded(engine, accounts, *lists)
    marked = {i: row["expand_from"] for i, row in rows.items() if row["expand_from"]}
    assert marked == {"lei:B": ["Acme (cik:1)", "Cord (domain:cord.fr)"]}


def test_the_column_is_there_where_a_list_asks_for_it(engine, listed) -> None:
    accounts = deduped(engine, RECORDS).accounts
    over = listed({"domain": "acme.com"}, subsidiaries="expand", until=date(2020, 1, 1))
    done = exclude(accounts, Exclude(), [over], as_of=TODAY)
    assert engine.columns(done)[-3:] == ["excluded", "exclusions", "expand_from"]
    assert set(engine.values(done, "expand_from")) == {None}
    again = exclude(done, Exclude(), [], as_of=TODAY)
    assert engine.columns(again) == [*engine.columns(accounts), "excluded", "exclusions"]
    fern = engine.frame([{"account_id": "a", "name_key": "b"}])
    done = exclude(fern, Exclude(), [listed({"name_key": "b"}, subsidiaries="expand")], as_of=TODAY)
    assert engine.values(done, "expand_from") == [None]


def test_of_many_customers_in_a_group_the_first_are_named(engine, listed) -> None:
    rows = [{"account_id": f"a{n}", "parent_name": "P"} for n in range(9)]
    entries = listed(*({"account_id": f"a{n}"} for n in range(8)), subsidiaries="expand")
    done = excluded(engine, engine.frame(rows), entries)
    assert done["a8"]["expand_from"] == ["a0", "a1", "a2", "a3", "a4", "and 3 more"]


def test_who_is_on_a_list_by_a_parent_alone_is_counted(engine, listed) -> None:
    accounts = deduped(engine, RECORDS).accounts
    entries = listed({"domain": "acme.com"}, subsidiaries="suppress")
    found = suppressed_by(accounts, [entries], as_of=TODAY)
    _, (count,) = exclusion_counts(accounts, Exclude(), [entries], as_of=TODAY, suppressed=found)
    assert (count.found, count.accounts, count.inherited) == (1, 3, 2)


def test_groups_on_duckdb_never_import_pandas() -> None:
    code = """
import sys, duckdb
from datetime import date
from abmkit.config.sections.dedupe import Dedupe
from abmkit.config.sections.exclude import Exclude
from abmkit.steps.dedupe import dedupe
from abmkit.steps.exclude import exclude
from abmkit.steps.suppression import SuppressionList
rel = duckdb.sql("SELECT 'crm' source, i source_row, 'N' || i name, 'n' || i name_key, "
  "'N' || (i // 2) parent_name, 'x' || i crm_id, ['cik:' || i] registry_ids, 'cik:' || (i // 3) parent_id,"
  "i employees FROM range(1, 50) t(i)")
for level in ("company", "group"):
    done = dedupe(rel, Dedupe(level=level)).accounts
    entries = duckdb.sql("SELECT 'n1' name_key").to_arrow_table()
    for way in ("expand", "suppress"):
        listed = SuppressionList("c", "c", entries, subsidiaries=way)
        exclude(done, Exclude(), [listed], as_of=date(2026, 1, 1)).to_arrow_table()
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
