"""Slots by a table, and a list of before: who keeps which owner, and whom a tier holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.tiers.capacities import Capacities, Slots
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.reports.funnel import room_texts
from abmkit.reports.reasons import tier_in_words
from abmkit.reports.words import words
from abmkit.steps.tier import room_counts
from abmkit.steps.tier import tier as step

TODAY = date(2026, 7, 1)
EAST, SOUTH = "华东", "华南"
AB = {
    "capacities": "reps.csv",
    "tiers": [{"id": "A", "min_score": 60}, {"id": "B", "min_score": 20, "capacity": 3}],
}
HELD = AB | {"stability": {"min_days": 90}}


def slots(*rows: tuple[str, str | None, str | None, int | None]) -> Capacities:
    made = (Slots(tier, count, at, owner, n) for n, (tier, at, owner, count) in enumerate(rows, 1))
    return Capacities.of("reps.csv", made)


def account(name: str, score: float, territory: str) -> dict[str, Any]:
    return {
        "account_id": name, "fit_score": score, "fit_known": 1.0, "territory": territory,
        "owner": None,
    }  # fmt: skip


def tiered(engine, records, table, before, config=AB) -> list[dict[str, Any]]:
    tiers = Tiers.model_validate(config)
    was = Previous.of(engine.frame(before))
    done = step(engine.frame(records), tiers, None, was, as_of=TODAY, capacities=table)
    rows = engine.rows(tier_in_words(done, tiers, words("en")))
    return sorted(rows, key=lambda row: row["account_id"])


def test_who_was_in_a_tier_keeps_its_owner_before_who_comes_into_it(engine) -> None:
    table = slots(("A", EAST, "张三", 1), ("A", EAST, "李四", 1))
    before = [
        {"account_id": "a", "tier": "B", "owner": "张三"},
        {"account_id": "b", "tier": "A", "owner": "张三"},
    ]
    records = [account("a", 90, EAST), account("b", 80, EAST)]
    rows = tiered(engine, records, table, before)
    assert {row["account_id"]: (row["tier"], row["owner"]) for row in rows} == {
        "a": ("A", "李四"),
        "b": ("A", "张三"),
    }


def test_a_tier_that_has_no_slot_for_an_account_any_more_does_not_hold_it(engine) -> None:
    table = slots(("A", EAST, None, 2), ("B", SOUTH, None, 1))
    since = {"tier": "B", "tier_since": date(2026, 6, 20), "owner": None}
    before = [{"account_id": "a", **since}, {"account_id": "b", **since}]
    records = [account("a", 90, EAST), account("b", 80, SOUTH)]
    rows = tiered(engine, records, table, before, HELD)
    told = {row["account_id"]: (row["tier"], row["change"], row["change_reason"]) for row in rows}
    assert told == {"a": ("A", "up", "score 90 reaches 60"), "b": ("B", "stays", None)}


def test_where_places_are_free_those_whom_days_hold_do_not_make_it_full(engine) -> None:
    table = slots(("A", EAST, "张三", 2), ("A", SOUTH, None, 1))
    was = {"account_id": "a", "tier": "B", "tier_since": date(2026, 6, 20)}
    records = [account("a", 90, EAST), account("s", 90, SOUTH), account("t", 80, SOUTH)]
    rows = tiered(engine, records, table, [was], HELD)
    found = room_counts(engine.frame(rows), Tiers.model_validate(HELD), None, table, as_of=TODAY)
    assert room_texts(found, words("en")) == [
        "Full: A 华南 1 wait (1 of 1).", "Free: A 华东, 张三 2 of 2; B 1 of 3."
    ]  # fmt: skip
