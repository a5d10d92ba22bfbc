from __future__ import annotations

import random
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.sections.assign import Assign
from abmkit.errors import ColumnError, InputError, UsageError
from abmkit.steps.assign import assign

TODAY = date(2026, 7, 1)
TERRITORIES = pa.table(
    {
        "country": ["DE", "AT", "US", None],
        "region": ["DE-BY", "AT-9", None, "US-CA"],
        "territory": ["South", "Vienna", "never", "never"],
        "owner": ["Ann", None, "never", "never"],
    }
)
BY_TABLE = {"table": "territories.csv", "on": ["country", "region"]}


def assigned(engine, records, *rules, table=TERRITORIES, columns=()) -> list[dict[str, Any]]:
    frame = engine.frame(records, columns)
    parsed = [Assign.model_validate(rule) for rule in rules]
    return engine.rows(assign(frame, parsed, {"territories.csv": table}, as_of=TODAY))


def only(rows, *columns) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_the_first_rule_that_holds_wins_and_only_fills_what_is_unknown(engine) -> None:
    records = [
        {"country": "DE", "territory": None},
        {"country": "US", "territory": None},
        {"country": None, "territory": None},
        {"country": "DE", "territory": "mine"},
    ]
    rules = [
        {"column": "territory", "value": "DACH", "when": {"country": ["DE", "AT", "CH"]}},
        {"column": "territory", "value": "Europe", "when": {"country": "DE"}},
        {"column": "territory", "value": "Rest", "when": {"country": {"not_in": ["DE"]}}},
    ]
    rows = assigned(engine, records, *rules)
    # An unknown country is not "not DE".
    assert [row["territory"] for row in rows] == ["DACH", "Rest", None, "mine"]
    rows = assigned(engine, records, *rules, {"column": "territory", "value": "House"})
    assert [row["territory"] for row in rows] == ["DACH", "Rest", "House", "mine"]


def test_a_rule_sees_what_the_rules_before_it_filled(engine) -> None:
    rules = [
        {"column": "territory", "value": "DACH", "when": {"country": "DE"}},
        {"column": "owner", "value": "Ann", "when": {"territory": "DACH"}},
    ]
    rows = assigned(engine, [{"country": "DE"}, {"country": "US"}], *rules)
    assert only(rows, "territory", "owner") == [("DACH", "Ann"), (None, None)]


def test_a_filled_column_has_its_type_and_its_place(engine) -> None:
    rules = [
        {"column": "Territory", "value": 7},
        {"column": "potential", "value": 5},
        {"column": "listed", "value": True},
        {"column": "seats", "value": 3},
        {"column": "Plan", "value": "pro", "when": {"name": "A"}},
    ]
    frame = engine.frame([{"plan_b": "x", "name": "A"}, {"plan_b": "y", "name": "B"}])
    done = assign(frame, [Assign.model_validate(rule) for rule in rules], as_of=TODAY)
    assert engine.columns(done) == [
        "name", "listed", "potential", "territory", "plan_b", "seats", "Plan",
    ]  # fmt: skip
    assert only(engine.rows(done), "territory", "potential", "listed", "seats", "Plan") == [
        ("7", 5.0, True, 3, "pro"),
        ("7", 5.0, True, 3, None),
    ]


def test_a_number_that_is_none_is_unknown(engine) -> None:
    records = [{"potential": float("nan")}, {"potential": None}, {"potential": 2.0}]
    rows = assigned(engine, records, {"column": "potential", "value": 1})
    assert [row["potential"] for row in rows] == [1.0, 1.0, 2.0]


def test_a_table_fills_its_other_columns(engine) -> None:
    records = [
        {"country": "DE", "region": "DE-BY", "owner": "Bob"},
        {"country": "AT", "region": "AT-9", "owner": None},
        {"country": "US", "region": None, "owner": None},
        {"country": None, "region": "US-CA", "owner": None},
        {"country": "FR", "region": "FR-1", "owner": None},
    ]
    rows = assigned(engine, records, BY_TABLE)
    # An unknown country or region is no key, on neither side.
    assert only(rows, "territory", "owner") == [
        ("South", "Bob"),
        ("Vienna", None),
        (None, None),
        (None, None),
        (None, None),
    ]


def test_a_tables_headers_are_read_without_regard_to_case(engine) -> None:
    table = pa.table({"Country": ["DE"], "Territory": ["South"], "Potential": ["1000"]})
    rule = {"table": "territories.csv", "on": ["country"]}
    rows = assigned(engine, [{"country": "DE", "name": "A"}], rule, table=table)
    assert rows == [{"name": "A", "country": "DE", "potential": 1000.0, "territory": "South"}]


def test_a_tables_text_takes_the_type_of_its_column(engine) -> None:
    table = pa.table({"country": ["DE"], "employees": ["12"], "plan": ["pro"]})
    rule = {"table": "territories.csv", "on": ["country"]}
    rows = assigned(engine, [{"country": "DE", "employees": None}], rule, table=table)
    assert only(rows, "employees", "plan") == [(12, "pro")]
    bad = pa.table({"country": ["DE"], "potential": ["a lot"]})
    with pytest.raises(InputError, match=r"assign\.1: territories\.csv: potential: .*a lot"):
        assigned(engine, [{"country": "DE"}], rule, table=bad)


def test_a_table_on_a_column_that_no_source_has_fills_nothing(engine) -> None:
    rows = assigned(engine, [{"name": "A"}], BY_TABLE)
    assert [row["name"] for row in rows] == ["A"]


def test_rows_keep_their_order_however_long_the_table_is(engine) -> None:
    long = pa.table(
        {
            "country": [f"{n:03}" for n in range(1000)],
            "territory": [f"T{n}" for n in range(1000)],
        }
    )
    rule = {"table": "territories.csv", "on": ["country"]}
    countries = ["007", None, "500", "xyz", "007", "999", "001"]
    records = [{"account_id": f"a{n}", "country": c} for n, c in enumerate(countries)]
    rows = assigned(engine, records, rule, table=long)
    assert only(rows, "account_id", "territory") == [
        ("a0", "T7"), ("a1", None), ("a2", "T500"), ("a3", None), ("a4", "T7"), ("a5", "T999"),
        ("a6", "T1"),
    ]  # fmt: skip


def test_rows_keep_their_order_however_many_they_are(engine) -> None:
    count = 150_000
    ids = [f"a{n * 7919 % count:06}" for n in range(count)]
    countries = ["DE", "AT", "US"] * (count // 3)
    frame = engine.frame(pa.table({"account_id": ids, "country": countries}))
    table = pa.table({"country": ["AT", "DE"], "territory": ["Vienna", "South"]})
    rule = Assign.model_validate({"table": "t", "on": ["country"]})
    done = assign(frame, [rule], {"t": table}, as_of=TODAY)
    assert engine.values(done, "account_id") == ids
    assert engine.values(done, "territory")[:4] == ["South", "Vienna", None, "South"]


@pytest.mark.parametrize("name", ["ghost", "Ghost"])
def test_an_unknown_column_names_those_there_are(engine, name) -> None:
    rule = {"column": "owner", "value": "x", "when": {name: "1"}}
    with pytest.raises(ColumnError, match=r"assign\.1\.when: no column .*the columns are name"):
        assigned(engine, [{"name": "A"}], rule)
    table = pa.table({name: ["x"], "owner": ["y"]})
    with pytest.raises(ColumnError, match=r"assign\.1\.on: no column"):
        assigned(engine, [{"name": "A"}], {**BY_TABLE, "on": [name]}, table=table)
    with pytest.raises(ColumnError, match=r"assign\.1: territories\.csv: no column"):
        assigned(engine, [{"name": "A"}], {**BY_TABLE, "on": [name]})


def test_a_key_that_stands_twice_in_a_table_is_an_error(engine) -> None:
    table = pa.table({"country": ["DE", "DE"], "territory": ["a", "b"]})
    rule = {"table": "territories.csv", "on": ["country"]}
    with pytest.raises(InputError, match=r"territories\.csv: DE stands there twice; keep one"):
        assigned(engine, [{"country": "DE"}], rule, table=table)


def test_rows_of_a_table_without_a_key_are_no_contradiction(engine) -> None:
    table = pa.table({"country": [None, None, "DE"], "territory": ["a", "b", "South"]})
    rule = {"table": "territories.csv", "on": ["country"]}
    rows = assigned(engine, [{"country": "DE"}, {"country": None}], rule, table=table)
    assert [row["territory"] for row in rows] == ["South", None]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"column": "potential", "value": "much"}, "'much' is no value for potential"),
        ({"column": "listed", "value": "yes"}, "'yes' is no value for listed"),
        ({"column": "technologies", "value": "SAP"}, "technologies is a list"),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_value_that_does_not_fit_its_column_is_an_error(engine, rule, said, there) -> None:
    record = {"name": "A", "potential": 1.0, "listed": True, "technologies": ["x"]}
    with pytest.raises(UsageError, match=said):
        assigned(engine, [record if there else {"name": "A"}], rule)


def test_no_rules_change_nothing(engine) -> None:
    assert assigned(engine, [{"name": "A", "country": None}]) == [{"name": "A", "country": None}]
    assert assigned(engine, [], BY_TABLE, columns=["country", "region"]) == []


RECORDS = [
    {
        "account_id": f"a{n}",
        "country": ["DE", "AT", None, "US"][n % 4],
        "region": ["DE-BY", "AT-9", "x"][n % 3],
        "territory": [None, None, "mine"][n % 3],
        "technologies": [["SAP"], None][n % 2],
    }
    for n in range(30)
]
RULES = [
    BY_TABLE,
    {"column": "territory", "value": "DACH", "when": {"country": ["DE", "AT"]}},
    {"column": "segment", "value": "key", "when": {"technologies": {"contains": "SAP"}}},
]


def test_the_accounts_given_stay_as_they_are(engine) -> None:
    frame = engine.frame(RECORDS)
    before = engine.rows(frame)
    rules = [Assign.model_validate(rule) for rule in RULES]
    assign(frame, rules, {"territories.csv": TERRITORIES}, as_of=TODAY)
    assert engine.rows(frame) == before
    assert engine.columns(frame) == list(RECORDS[0])


def test_a_second_assign_changes_nothing(engine, arrow) -> None:
    rules = [Assign.model_validate(rule) for rule in RULES]
    tables = {"territories.csv": TERRITORIES}
    once = assign(engine.frame(RECORDS), rules, tables, as_of=TODAY)
    rows = engine.rows(once)
    assert rows == assigned(arrow, RECORDS, *RULES)
    assert engine.rows(assign(once, rules, tables, as_of=TODAY)) == rows


def test_what_is_assigned_does_not_depend_on_the_order_of_rows(engine) -> None:
    by_id = {row["account_id"]: row for row in assigned(engine, RECORDS, *RULES)}
    shuffled = random.Random(3).sample(RECORDS, len(RECORDS))
    assert assigned(engine, shuffled, *RULES) == [by_id[r["account_id"]] for r in shuffled]
