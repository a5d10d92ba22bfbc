from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.sections.exclude import Exclude
from abmkit.errors import ColumnError, UsageError
from abmkit.reports.words import words
from abmkit.steps.exclude import ListCount, RuleCount, exclude, exclusion_counts
from abmkit.steps.suppression import SuppressionList, suppressed_by

TODAY = date(2026, 7, 1)
EN = words("en")
SMALL = {"id": "small", "reason": "Too small", "when": {"employees": {"below": 10}}}
MONTHLY = {
    "id": "monthly",
    "reason": "Churns",
    "when": {"employees": {"below": 50}, "contract": "monthly"},
}
ABROAD = {"id": "abroad", "reason": "Nobody there", "when": {"none": [{"country": ["US", "CA"]}]}}


def rules(*each: dict[str, Any]) -> Exclude:
    return Exclude.model_validate({"rules": list(each)})


def excluded(engine, records, *each, lists=(), columns=(), **options) -> list[dict[str, Any]]:
    frame = engine.frame(records, columns)
    return engine.rows(exclude(frame, rules(*each), lists, as_of=TODAY, **options))


def exclusions(rows) -> list[list[str] | None]:
    for row in rows:
        assert row["excluded"] is (row["exclusions"] is not None)
    return [row["exclusions"] for row in rows]


@pytest.fixture
def suppression(arrow):
    """Makes a suppression list of entries."""

    def made(*entries, name="customers", columns=(), **options) -> SuppressionList:
        return SuppressionList(name, "Existing customer", arrow.frame(entries, columns), **options)

    return made


# Rules -----------------------------------------------------------------------------------------

RECORDS = [
    {"account_id": "a", "employees": 5, "employees_min": 5, "employees_max": 5, "country": "US", "contract": "monthly"},
    {"account_id": "b", "employees": 5, "employees_min": 5, "employees_max": 5, "country": "DE", "contract": "yearly"},
    {"account_id": "c", "employees": 22, "employees_min": 10, "employees_max": 49, "country": "US", "contract": "monthly"},
    {"account_id": "d", "employees": 16, "employees_min": 5, "employees_max": 49, "country": None, "contract": "monthly"},
    {"account_id": "e", "employees": None, "employees_min": None, "employees_max": None, "country": None, "contract": None},
    {"account_id": "f", "employees": 500, "employees_min": 500, "employees_max": None, "country": "CA", "contract": None},
]  # fmt: skip


def test_an_account_keeps_every_reason_it_is_excluded_for(engine) -> None:
    rows = excluded(engine, RECORDS, SMALL, MONTHLY, ABROAD)
    assert exclusions(rows) == [
        ["small", "monthly"],
        ["small", "abroad"],
        ["monthly"],
        ["monthly"],
        None,
        None,
    ]


def test_an_unknown_value_never_excludes(engine) -> None:
    blank = [{"account_id": "e", "employees": None, "country": None, "contract": None}]
    for when in (
        {"employees": {"below": 10}},
        {"employees": {"not_in": [10]}},
        {"country": {"not_in": ["US"]}},
        {"none": [{"country": "US"}]},
        {"none": [{"any": [{"country": "US"}, {"employees": {"above": 5}}]}]},
        {"any": [{"none": [{"contract": {"contains": "x"}}]}, {"country": "US"}]},
        {"none": [{"relationship": "prospect"}]},
    ):
        rule = {"id": "r", "reason": "r", "when": when}
        assert exclusions(excluded(engine, blank, rule)) == [None], when
        # Alone in a frame, a column of nulls has no type on some engines; among others it has.
        assert exclusions(excluded(engine, [*RECORDS, *blank], rule))[-1] is None, when


def test_columns_are_added_at_the_end(engine) -> None:
    done = exclude(engine.frame(RECORDS), rules(SMALL), as_of=TODAY)
    assert engine.columns(done)[-3:] == ["contract", "excluded", "exclusions"]


def test_without_rules_nothing_is_excluded(engine) -> None:
    assert exclusions(excluded(engine, RECORDS)) == [None] * 6
    for each in ([], [SMALL]):
        done = exclude(engine.frame([], ["account_id", "employees"]), rules(*each), as_of=TODAY)
        assert engine.rows(done) == []
        assert engine.columns(done) == ["account_id", "employees", "excluded", "exclusions"]


def test_an_unknown_column_names_those_there_are(engine) -> None:
    rule = {"id": "r", "reason": "r", "when": {"contact": "monthly"}}
    with pytest.raises(ColumnError, match=r"exclude\.rules\.r: no column 'contact'; did you mean"):
        excluded(engine, RECORDS, rule)


def test_a_matcher_that_does_not_fit_is_an_error(engine) -> None:
    rule = {"id": "r", "reason": "r", "when": {"country": {"older_than_days": 3}}}
    assert exclusions(excluded(engine, RECORDS[:1], rule)) == [None]
    rule = {"id": "r", "reason": "r", "when": {"employees": {"older_than_days": 3}}}
    with pytest.raises(UsageError, match=r"exclude\.rules\.r: employees: older_than_days reads"):
        excluded(engine, RECORDS, rule)


# Suppression lists -----------------------------------------------------------------------------

ACCOUNTS = [
    {"account_id": "id:1", "registry_ids": ["cik:1", "lei:X"], "name_key": "acme", "domain": "acme.com", "country": "US"},
    {"account_id": "id:2", "registry_ids": ["cik:2"], "name_key": "acme", "domain": "acme.de", "country": "DE"},
    {"account_id": "id:3", "registry_ids": None, "name_key": "beta", "domain": None, "country": "FR"},
    {"account_id": "id:4", "registry_ids": None, "name_key": "gamma", "domain": None, "country": None},
    {"account_id": "id:5", "registry_ids": None, "name_key": None, "domain": "delta.io", "country": None},
    {"account_id": "id:6", "registry_ids": None, "name_key": "omega", "domain": None, "country": "US"},
    {"account_id": "id:7", "registry_ids": None, "name_key": "omega", "domain": None, "country": None},
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"account_id": "id:5"}, ["id:5"]),
        ({"registry_ids": ["lei:X"]}, ["id:1"]),
        ({"registry_ids": ["lei:X", "vat:9"]}, ["id:1"]),
        ({"domain": "delta.io"}, ["id:5"]),
        ({"name_key": "acme", "country": "DE"}, ["id:2"]),
        ({"name_key": "acme", "country": "FR"}, []),
        ({"name_key": "beta"}, ["id:3"]),
        ({"name_key": "beta", "country": "FR"}, ["id:3"]),
        ({"name_key": "beta", "country": "DE"}, []),
        ({"name_key": "gamma", "country": "DE"}, ["id:4"]),
        ({"name_key": "omega"}, ["id:6", "id:7"]),
        ({"name_key": "omega", "country": "US"}, ["id:6", "id:7"]),
        # The omega of unknown country is the American one, as far as anybody knows.
        ({"name_key": "omega", "country": "FR"}, []),
        # Known in two countries: it could be either, so it is neither.
        ({"name_key": "acme"}, []),
        # Nor is a namesake with another id in the same register.
        ({"domain": "acme.com", "registry_ids": ["cik:9"]}, []),
        ({"name_key": "acme", "registry_ids": ["cik:2"]}, ["id:2"]),
        ({"name_key": "acme", "country": "US", "registry_ids": ["lei:Y"]}, []),
        ({"domain": "nowhere.com"}, []),
    ],
)
def test_an_entry_means_the_accounts_it_identifies(engine, suppression, entry, found) -> None:
    rows = excluded(engine, ACCOUNTS, lists=[suppression(entry)])
    assert [row["account_id"] for row in rows if row["excluded"]] == found
    assert exclusions(rows) == [
        ["customers"] if row["account_id"] in found else None for row in ACCOUNTS
    ]


def test_what_is_not_found_is_said_with_why(engine, suppression) -> None:
    entries = [{"name_key": "acme"}, {"domain": "acme.com"}, {"domain": "nowhere.com"}]
    result = suppressed_by(engine.frame(ACCOUNTS), [suppression(*entries)], as_of=TODAY)
    assert result.accounts == {"id:1": ("customers",)}
    assert result.found == {"customers": 1}
    assert [(each.list, each.entry, EN.of(each.why)) for each in result.not_found] == [
        ("customers", 0, "its name could be any of id:1, id:2"),
        ("customers", 2, "not found"),
    ]


def test_lists_come_before_rules_among_the_reasons(engine, suppression) -> None:
    lists = [suppression({"account_id": "a"}), suppression({"account_id": "a"}, name="partners")]
    rows = excluded(engine, RECORDS, SMALL, lists=lists)
    assert exclusions(rows)[:2] == [["customers", "partners", "small"], ["small"]]


def test_a_list_that_is_over_is_counted_where_no_other_has_anybody(engine, suppression) -> None:
    over = suppression({"account_id": "a"}, until=TODAY - timedelta(days=1))
    _, (count,) = exclusion_counts(engine.frame(RECORDS), Exclude(), [over], as_of=TODAY)
    assert count.accounts == 0


def test_a_list_counts_until_its_last_day(engine, suppression) -> None:
    entry = {"account_id": "id:1"}
    last = suppression(entry, until=TODAY)
    over = suppression(entry, until=TODAY - timedelta(days=1))
    assert exclusions(excluded(engine, ACCOUNTS[:1], lists=[last])) == [["customers"]]
    assert exclusions(excluded(engine, ACCOUNTS[:1], lists=[over])) == [None]
    _, counts = exclusion_counts(engine.frame(ACCOUNTS), Exclude(), [last, over], as_of=TODAY)
    assert [count.expired for count in counts] == [False, True]


FAMILY = [
    {"account_id": "id:1", "domain": "acme.com", "name_key": "acme", "registry_ids": ["lei:X"], "parent_id": None, "parent_domain": None, "parent_name": None},
    {"account_id": "id:2", "domain": "a.de", "name_key": "a", "registry_ids": None, "parent_id": "id:1", "parent_domain": None, "parent_name": None},
    {"account_id": "id:3", "domain": "b.de", "name_key": "b", "registry_ids": None, "parent_id": None, "parent_domain": "acme.com", "parent_name": None},
    {"account_id": "id:4", "domain": "c.de", "name_key": "c", "registry_ids": None, "parent_id": None, "parent_domain": None, "parent_name": "ACME, Inc."},
    {"account_id": "id:5", "domain": "d.de", "name_key": "d", "registry_ids": None, "parent_id": "lei:X", "parent_domain": None, "parent_name": None},
    {"account_id": "id:6", "domain": "e.de", "name_key": "e", "registry_ids": None, "parent_id": "lei:Y", "parent_domain": "other.com", "parent_name": "Other"},
]  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        {"account_id": "id:1"},
        {"domain": "acme.com"},
        {"name_key": "acme"},
        {"registry_ids": ["lei:X"]},
    ],
)
def test_subsidiaries_of_what_is_on_a_list_go_with_it(engine, suppression, entry) -> None:
    keep, all_ = suppression(entry), suppression(entry, subsidiaries="suppress")
    assert [row["excluded"] for row in excluded(engine, FAMILY, lists=[keep])] == [
        True, False, False, False, False, False,
    ]  # fmt: skip
    # The parent is known by its id, domain, name or registry id, whichever the entry has.
    assert [row["excluded"] for row in excluded(engine, FAMILY, lists=[all_])] == [
        True, True, True, True, True, False,
    ]  # fmt: skip


def test_subsidiaries_go_though_the_parent_itself_is_no_account(engine, suppression) -> None:
    entry = {"domain": "acme.com", "name_key": "acme", "registry_ids": ["lei:X"]}
    rows = excluded(engine, FAMILY[2:], lists=[suppression(entry, subsidiaries="suppress")])
    assert [row["excluded"] for row in rows] == [True, True, True, False]


def test_a_list_needs_accounts_with_ids(engine, suppression) -> None:
    with pytest.raises(UsageError, match="a suppression list needs the column account_id"):
        excluded(engine, [{"name": "A"}], lists=[suppression({"domain": "a.com"})])
    assert exclusions(excluded(engine, [{"name": "A"}])) == [None]


def test_accounts_that_know_nothing_are_on_no_list(engine, suppression) -> None:
    entries = [{"domain": None, "name_key": None, "country": None, "registry_ids": None}]
    rows = excluded(engine, [*ACCOUNTS, {"account_id": "id:8"}], lists=[suppression(*entries)])
    assert not any(row["excluded"] for row in rows)


# Counts ----------------------------------------------------------------------------------------


def test_every_rule_and_list_is_counted(engine, suppression) -> None:
    lists = [
        suppression({"account_id": "a"}, {"account_id": "f"}, {"account_id": "z"}),
        suppression({"account_id": "e"}, name="gone", until=date(2020, 1, 1)),
    ]
    counts = exclusion_counts(
        engine.frame(RECORDS), rules(SMALL, MONTHLY, ABROAD), lists, as_of=TODAY
    )
    assert counts == (
        [
            # d could have fewer than 10, e any number.
            RuleCount("small", "Too small", true=2, true_alone=0, unknown=2),
            RuleCount("monthly", "Churns", true=3, true_alone=2, unknown=1),
            RuleCount("abroad", "Nobody there", true=1, true_alone=0, unknown=2),
        ],
        [
            ListCount("customers", "Existing customer", 3, 2, 2, true_alone=1, expired=False),
            ListCount("gone", "Existing customer", 1, 0, 0, true_alone=0, expired=True),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("when", "true", "unknown"),
    [
        ({"potential": {"above": 1}}, 0, 6),
        ({"none": [{"potential": {"above": 1}}]}, 0, 6),
        ({"potential": {"known": False}}, 6, 0),
        ({"potential": {"known": True}}, 0, 0),
    ],
)
def test_a_rule_on_a_column_that_no_source_has_is_counted(engine, when, true, unknown) -> None:
    rule = {"id": "r", "reason": "r", "when": when}
    ((count,), _) = exclusion_counts(engine.frame(RECORDS), rules(rule), as_of=TODAY)
    assert (count.true, count.true_alone, count.unknown) == (true, true, unknown)


def test_lists_whose_names_begin_alike_are_counted_apart(engine, suppression) -> None:
    names = ["a", "a-b", "b", "b-a"]
    lists = [suppression({"account_id": i}, name=n) for i, n in zip("abcd", names, strict=True)]
    lists += [suppression({"account_id": "a"}, name="b.a")]
    _, counts = exclusion_counts(engine.frame(RECORDS), Exclude(), lists, as_of=TODAY)
    assert [(c.name, c.accounts, c.true_alone) for c in counts] == [
        ("a", 1, 0), ("a-b", 1, 1), ("b", 1, 1), ("b-a", 1, 1), ("b.a", 1, 0),
    ]  # fmt: skip


def test_no_accounts_are_counted_as_none(engine) -> None:
    empty = engine.frame([], ["account_id", "employees", "country", "contract"])
    (counts, lists) = exclusion_counts(empty, rules(SMALL, ABROAD), as_of=TODAY)
    assert [(c.true, c.true_alone, c.unknown) for c in counts] == [(0, 0, 0)] * 2
    assert lists == []
    assert exclusion_counts(empty, Exclude(), as_of=TODAY) == ([], [])


# As every step ---------------------------------------------------------------------------------


def test_the_accounts_given_stay_as_they_are(engine, suppression) -> None:
    frame = engine.frame(ACCOUNTS)
    before, columns = engine.rows(frame), engine.columns(frame)
    lists = [suppression({"domain": "acme.com"}, subsidiaries="suppress")]
    exclude(frame, rules(SMALL), lists, as_of=TODAY)
    exclusion_counts(frame, rules(SMALL), lists, as_of=TODAY)
    assert (engine.rows(frame), engine.columns(frame)) == (before, columns)


def test_a_second_exclude_replaces_the_first(engine, suppression) -> None:
    lists = [suppression({"account_id": "c"})]
    once = exclude(engine.frame(RECORDS), rules(SMALL, ABROAD), lists, as_of=TODAY)
    rows = engine.rows(once)
    again = exclude(once, rules(SMALL, ABROAD), lists, as_of=TODAY)
    assert (engine.rows(again), engine.columns(again)) == (rows, engine.columns(once))
    assert exclusions(engine.rows(exclude(once, Exclude(), as_of=TODAY))) == [None] * 6


def test_what_was_looked_up_already_gives_the_same(engine, suppression) -> None:
    lists = [suppression({"domain": "acme.com"}, {"name_key": "beta"})]
    frame = engine.frame(ACCOUNTS)
    found = suppressed_by(frame, lists, as_of=TODAY)
    done = exclude(frame, Exclude(), lists, as_of=TODAY, suppressed=found)
    assert engine.rows(done) == excluded(engine, ACCOUNTS, lists=lists)


def test_exclusions_do_not_depend_on_the_order_of_rows(engine, suppression) -> None:
    lists = [suppression(*({"account_id": f"a{n}"} for n in range(0, 4000, 7)))]
    records = [{**RECORDS[n % 6], "account_id": f"a{n}"} for n in range(50)]
    rows = excluded(engine, records, SMALL, MONTHLY, ABROAD, lists=lists)
    assert [row["account_id"] for row in rows] == [record["account_id"] for record in records]
    by_id = {row["account_id"]: row for row in rows}
    shuffled = random.Random(5).sample(records, len(records))
    assert excluded(engine, shuffled, SMALL, MONTHLY, ABROAD, lists=lists) == [
        by_id[record["account_id"]] for record in shuffled
    ]


def test_rows_keep_their_order_however_many_they_are(engine, suppression) -> None:
    count = 150_000
    ids = [f"a{n * 7919 % count:06}" for n in range(count)]
    lists = [suppression({"account_id": "a000000"}, {"account_id": "a100000"})]
    done = exclude(engine.frame(pa.table({"account_id": ids})), Exclude(), lists, as_of=TODAY)
    assert engine.values(done, "account_id") == ids
    assert sum(engine.values(done, "excluded")) == 2
