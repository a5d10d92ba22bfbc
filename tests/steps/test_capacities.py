"""Capacity as it is: slots by territory and owner, from a table."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.domain.rules.tiers.capacities import Capacities, Slots
from abmkit.domain.rules.tiers.reading import capacities_of
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.errors import AbmkitError, ColumnError
from abmkit.reports.reasons import tier_in_words
from abmkit.reports.words import words
from abmkit.steps.tier import room_counts
from abmkit.steps.tier import tier as step

TODAY = date(2026, 7, 1)
EAST, SOUTH = "华东", "华南"
AB = {
    "capacities": "reps.csv",
    "tiers": [
        {"id": "A", "strategy": "1:1", "min_score": 60},
        {"id": "B", "min_score": 20, "capacity": 3},
    ],
}


def slots(*rows: tuple[str, str | None, str | None, int | None]) -> Capacities:
    made = (Slots(tier, count, at, owner, n) for n, (tier, at, owner, count) in enumerate(rows, 1))
    return Capacities.of("reps.csv", made)


def account(name: str, score: float, territory: str | None, owner: str | None = None) -> dict:
    return {
        "account_id": name, "fit_score": score, "fit_known": 1.0, "territory": territory,
        "owner": owner,
    }  # fmt: skip


def tiered(engine, records, table, config=AB, pins=None, previous=None) -> list[dict[str, Any]]:
    tiers = Tiers.model_validate(config)
    frame = step(engine.frame(records), tiers, pins, previous, as_of=TODAY, capacities=table)
    rows = engine.rows(tier_in_words(frame, tiers, words("en")))
    return sorted(rows, key=lambda row: row["account_id"])


def owners(rows) -> dict[str, tuple[str | None, str | None]]:
    return {row["account_id"]: (row["tier"], row["owner"]) for row in rows}


def test_ranked_accounts_are_dealt_to_free_slots_and_owners_keep_theirs(engine) -> None:
    table = slots(("A", EAST, "张三", 2), ("A", EAST, "李四", 1), ("A", SOUTH, "王五", 1))
    rows = tiered(
        engine,
        [
            account("a", 90, EAST),
            account("b", 88, EAST, "李四"),
            account("c", 85, EAST),
            account("d", 80, EAST),
            account("e", 79, SOUTH),
            account("f", 78, SOUTH, "赵六"),
            account("g", 77, None),
            account("h", 10, EAST),
        ],
        table,
    )
    assert owners(rows) == {
        "a": ("A", "张三"), "b": ("A", "李四"), "c": ("A", "张三"), "d": ("B", None),
        "e": ("A", "王五"), "f": ("B", "赵六"), "g": ("B", None), "h": (None, None),
    }  # fmt: skip
    said = {row["account_id"]: row["tier_reason"] for row in rows}
    assert said["d"] == "A has no free slot for it; score 80 reaches 20"
    nowhere = "reps.csv has no slot in A for its territory or owner"
    assert said["f"] == f"{nowhere}; score 78 reaches 20"
    assert said["g"] == f"{nowhere}; score 77 reaches 20"
    lacking = {row["account_id"]: row["points_to_next_tier"] for row in rows}
    # The last whom `d` could displace is `c`: the owner of a slot of its territory may change.
    assert (lacking["d"], lacking["f"], lacking["g"]) == (5, None, None)


def test_an_account_without_an_owner_makes_room_for_one_that_has_only_that_slot(engine) -> None:
    table = slots(("A", EAST, "张三", 1), ("A", EAST, "李四", 1))
    rows = tiered(engine, [account("a", 90, EAST), account("b", 70, EAST, "张三")], table)
    assert owners(rows) == {"a": ("A", "李四"), "b": ("A", "张三")}


def test_a_blank_cell_is_any_and_no_capacity_is_no_limit(engine) -> None:
    table = slots(("A", None, "张三", None), ("A", SOUTH, None, 1))
    rows = tiered(
        engine,
        [
            account("a", 90, EAST, "张三"),
            account("b", 80, SOUTH, "李四"),
            account("c", 75, SOUTH, "李四"),
            account("d", 70, None),
        ],
        table,
    )
    assert owners(rows) == {
        "a": ("A", "张三"), "b": ("A", "李四"), "c": ("B", "李四"), "d": ("A", "张三")
    }  # fmt: skip


def test_a_table_without_owners_counts_by_territory_and_deals_nobody(engine) -> None:
    table = slots(("A", EAST, None, 1), ("A", SOUTH, None, 0))
    rows = tiered(
        engine, [account("a", 90, EAST), account("b", 80, EAST), account("c", 80, SOUTH)], table
    )
    assert owners(rows) == {"a": ("A", None), "b": ("B", None), "c": ("B", None)}


def test_accounts_that_have_no_column_of_owners_get_one(engine) -> None:
    records = [
        {"account_id": name, "fit_score": 90.0 - n, "territory": EAST}
        for n, name in enumerate("abc")
    ]
    rows = tiered(engine, records, slots(("A", EAST, "张三", 1), ("A", EAST, "李四", 1)))
    assert owners(rows) == {"a": ("A", "张三"), "b": ("A", "李四"), "c": ("B", None)}


def test_territories_and_owners_are_compared_whatever_their_case(engine) -> None:
    rows = tiered(engine, [account("a", 90, "east", "ANN")], slots(("A", "East", "Ann", 1)))
    assert owners(rows) == {"a": ("A", "ANN")}


def test_pins_come_first_and_what_they_take_is_taken(engine) -> None:
    pins = Pinned({"c": Pin("c", "A"), "d": Pin("d", "A")}, ())
    records = [account("a", 90, EAST), *(account(name, 70, EAST, "张三") for name in "cd")]
    rows = tiered(engine, records, slots(("A", EAST, "张三", 1), ("A", EAST, "李四", 1)), pins=pins)
    assert owners(rows) == {"a": ("A", "李四"), "c": ("A", "张三"), "d": ("A", "张三")}
    rows = tiered(engine, records, slots(("A", EAST, "张三", 1)), pins=pins)
    assert owners(rows)["a"] == ("B", None)


def test_whom_an_account_was_dealt_it_keeps_where_there_is_room(engine, arrow) -> None:
    table = slots(("A", EAST, "张三", 2), ("A", EAST, "李四", 2))
    records = [account(name, 90 - n, EAST) for n, name in enumerate("abcd")]
    before = Previous.of(
        arrow.frame(
            [
                {"account_id": "a", "tier": "A", "owner": "李四"},
                {"account_id": "d", "tier": "A", "owner": "李四"},
                {"account_id": "b", "tier": "A", "owner": "赵六"},
            ]
        )
    )
    rows = tiered(engine, records, table, previous=before)
    assert {name: owner for name, (_, owner) in owners(rows).items()} == {
        "a": "李四", "b": "张三", "c": "张三", "d": "李四"
    }  # fmt: skip


# Properties ---------------------------------------------------------------------------------------


CASES = st.integers(0, 10**6)
TERRITORIES, OWNERS = (EAST, SOUTH, None), ("张三", "李四", None)


def case(seed: int) -> tuple[list[dict[str, Any]], Capacities]:
    """Accounts and a table, both small."""
    rng = random.Random(seed)
    keys = [(t, o) for t in TERRITORIES for o in OWNERS]
    rows = [("A", *key, rng.choice([0, 1, 1, 2])) for key in rng.sample(keys, rng.randint(1, 5))]
    rows += [("B", *key, rng.choice([1, 2, None])) for key in rng.sample(keys, rng.randint(0, 3))]
    records = [
        account(f"a{n}", rng.choice([10, 30, 60, 70, 80, 90]), rng.choice(TERRITORIES), owner)
        for n in range(rng.randint(1, 8))
        for owner in [rng.choice([None, None, *OWNERS])]
    ]
    return records, slots(*rows)


def config_of(table: Capacities) -> dict[str, Any]:
    tiers = [dict(AB["tiers"][0]), dict(AB["tiers"][1])]
    if "B" in table.tiers:
        tiers[1].pop("capacity")
    return {**AB, "tiers": tiers}


def may_take(row: Slots, one: dict[str, Any], owner: str | None) -> bool:
    return (row.territory in (None, one["territory"])) and (
        row.owner is None or owner is None or row.owner == owner
    )


def all_find_a_slot(those, table: Capacities, tier: str, owner=lambda one: one["owner"]) -> bool:
    """Whether all of some accounts find a slot each, by trying."""
    rows = [row for row in table.rows if row.tier == tier]
    seats = [row for row in rows for _ in range(8 if row.capacity is None else row.capacity)]
    taken: dict[int, int] = {}

    def seated(at: int, tried: set[int]) -> bool:
        for seat, row in enumerate(seats):
            if seat in tried or not may_take(row, those[at], owner(those[at])):
                continue
            tried.add(seat)
            if seat not in taken or seated(taken[seat], tried):
                taken[seat] = at
                return True
        return False

    return all(seated(at, set()) for at in range(len(those)))


@settings(max_examples=15, deadline=None)
@given(CASES)
def test_the_best_ranked_accounts_that_all_find_a_slot_are_admitted(arrow, seed: int) -> None:
    records, table = case(seed)
    rows = tiered(arrow, records, table, config_of(table))
    meets = [one for one in records if one["fit_score"] >= 60]
    meets.sort(key=lambda one: (-one["fit_score"], one["account_id"]))
    # Of all sets that fit, the one whose best is best, then whose second, and so on.
    places = range(len(meets))
    fitting = (
        chosen
        for count in range(len(meets), -1, -1)
        for chosen in combinations(places, count)
        if all_find_a_slot([meets[at] for at in chosen], table, "A")
    )
    best = min(fitting, key=lambda chosen: [at not in chosen for at in places])
    admitted = {row["account_id"] for row in rows if row["tier"] == "A"}
    assert admitted == {meets[at]["account_id"] for at in best}


@settings(max_examples=15, deadline=None)
@given(CASES)
def test_no_row_gives_more_slots_than_it_has_and_owners_stay(arrow, seed: int) -> None:
    records, table = case(seed)
    rows = tiered(arrow, records, table, config_of(table))
    at_first = {one["account_id"]: one["owner"] for one in records}
    for row in rows:
        assert at_first[row["account_id"]] in (None, row["owner"])
    for tier in table.tiers:
        those = [row for row in rows if row["tier"] == tier]
        # Once dealt, each has a slot of its own owner, or one that is nobody's.
        assert all_find_a_slot(those, table, tier, lambda one: one["owner"] or "nobody")


@settings(max_examples=6, deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_engine_change_nothing(engine, arrow, seed, rng) -> None:
    records, table = case(seed)
    expected = tiered(arrow, records, table, config_of(table))
    rng.shuffle(records)
    rows = list(table.rows)
    rng.shuffle(rows)
    again = tiered(engine, records, Capacities.of("reps.csv", rows), config_of(table))
    assert again == expected


@settings(max_examples=15, deadline=None)
@given(CASES)
def test_its_own_list_gives_the_list_again(arrow, seed: int) -> None:
    records, table = case(seed)
    once = tiered(arrow, records, table, config_of(table))
    again = tiered(arrow, once, table, config_of(table))
    # Whom an account was dealt in its tier is its owner by then, also for the tiers above.
    told = ("account_id", "tier", "tier_rank", "owner")
    assert [[row[n] for n in told] for row in again] == [[row[n] for n in told] for row in once]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=4), st.integers(1, 12)
)
def test_the_dealing_is_even_as_far_as_slots_go(arrow, capacities, count: int) -> None:
    table = slots(*(("A", EAST, f"o{n}", each) for n, each in enumerate(capacities)))
    rows = tiered(arrow, [account(f"a{n:02}", 90 - n, EAST) for n in range(count)], table)
    given_to = Counter(row["owner"] for row in rows if row["tier"] == "A")
    most = max(given_to.values(), default=0)
    for number, capacity in enumerate(capacities):
        has = given_to[f"o{number}"]
        assert has >= most - 1 or has == capacity


@settings(max_examples=15, deadline=None)
@given(CASES, st.integers(0, 4))
def test_stability_never_exceeds_a_capacity_nor_the_moves(arrow, seed, most: int) -> None:
    records, table = case(seed)
    rng = random.Random(seed)
    config = config_of(table) | {
        "stability": {
            "margin": rng.choice([0, 15]),
            "min_days": rng.choice([0, 90]),
            "max_moves": most,
        }
    }
    old = tiered(arrow, records, table, config)
    listed = [
        {**row, "tier_since": rng.choice([date(2026, 6, 20), date(2025, 1, 1)])}
        for row in old
        if row["tier"]
    ]
    columns = ("account_id", "tier", "tier_since", "fit_score", "owner")
    previous = Previous.of(arrow.frame([{c: r[c] for c in columns} for r in listed], columns))
    moved = [{**one, "fit_score": rng.choice([10, 30, 60, 70, 90])} for one in records]
    rows = tiered(arrow, moved, table, config, previous=previous)
    for tier in table.tiers:
        those = [row for row in rows if row["tier"] == tier]
        assert all_find_a_slot(those, table, tier, lambda one: one["owner"] or "nobody")
    if listed:
        changed = [row for row in rows if row["change"] not in (None, "stays")]
        assert len(changed) <= most


# Counts -------------------------------------------------------------------------------------------


def counted(engine, rows, table, config=AB):
    return room_counts(engine.frame(rows), Tiers.model_validate(config), None, table, as_of=TODAY)


def test_slots_taken_waiting_and_free_are_counted_by_row_and_place(engine) -> None:
    table = slots(("A", EAST, "张三", 1), ("A", EAST, "李四", 1), ("A", SOUTH, "王五", 4))
    records = [
        account("a", 90, EAST), account("b", 80, EAST), account("c", 75, EAST),
        account("d", 74, EAST, "张三"), account("e", 70, SOUTH), account("f", 70, None),
        account("g", 70, SOUTH, "赵六"),
    ]  # fmt: skip
    found = counted(engine, tiered(engine, records, table), table)
    told = [
        (each.tier, dict(each.at), each.slots, each.taken, each.waiting) for each in found.rooms
    ]
    assert told == [
        ("A", {"territory": EAST, "owner": "张三"}, 1, 1, 1),
        ("A", {"territory": EAST, "owner": "李四"}, 1, 1, 0),
        ("A", {"territory": SOUTH, "owner": "王五"}, 4, 1, 0),
        ("A", {"territory": EAST, "owner": None}, 0, 0, 1),
        ("B", {}, 3, 3, 1),
    ]
    assert [each.free for each in found.rooms] == [0, 0, 3, 0, 0]
    assert [(e.tier, dict(e.at), e.count, e.samples) for e in found.unplaced] == [
        ("A", {"territory": None, "owner": None}, 1, ("f",)),
        ("A", {"territory": SOUTH, "owner": "赵六"}, 1, ("g",)),
    ]


# The table ----------------------------------------------------------------------------------------


def read(**columns: list[str | None]) -> Capacities:
    return capacities_of(pa.table(columns), "reps.csv", Tiers.model_validate(AB), "reps.csv")


def test_a_table_is_read_by_english_and_chinese_headers_in_any_order() -> None:
    english = read(tier=["A", "a"], capacity=["2", ""], territory=[EAST, None], owner=["张三", ""])
    chinese = read(负责人=["", "张三"], 级别=["A", "A"], 大区=["", EAST], 容量=["", "2"])
    assert english == chinese == slots(("A", None, None, None), ("A", EAST, "张三", 2))


def test_cells_that_cannot_be_read_are_told_with_their_row_all_at_once() -> None:
    with pytest.raises(AbmkitError) as told:
        read(
            tier=["A", "D", "", "A", "A", None],
            territory=[EAST, EAST, EAST, SOUTH, SOUTH, None],
            capacity=["many", "1", "1", "1", "2", None],
        )
    assert str(told.value).splitlines() == [
        "reps.csv: row 1: capacity 'many' is no count; write it like 20, or leave it empty for no "
        "limit",
        "reps.csv: row 2: there is no tier 'D'; the tiers are A, B",
        "reps.csv: row 3: no tier; the tiers are A, B",
        "reps.csv: row 5: A, 华南 stands there twice; see row 4: keep one",
    ]
    with pytest.raises(ColumnError, match="no column 'capacity'"):
        read(tier=["A"], territory=[EAST])
