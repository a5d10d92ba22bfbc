"""Tiers on Spark: the rows stay where they are, and no task sees all of them."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest

from abmkit.config.sections.tier import Tiers
from abmkit.domain import frames
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.domain.rules.tiers import distributed
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.steps import tier as module
from abmkit.steps.tier import tier
from frames import Engine

TODAY = date(2026, 7, 1)
CONFIG = {
    "rank_by": ["potential", "fit_score"],
    "tiers": [
        {"id": "A", "min_score": 60, "capacity": 7, "when": {"country": ["US", "DE"]}},
        {"id": "B", "min_score": 50, "capacity": 11},
        {"id": "C", "min_score": 20},
        {"id": "D", "capacity": 3},
    ],
}


def accounts(rows: int) -> list[dict[str, Any]]:
    chance = random.Random(rows)
    return [
        {
            "account_id": f"id:{number:05}",
            "country": chance.choice(["US", "DE", "FR", None]),
            "potential": chance.choice([None, 0.0, 1.5, 1e9, -3.0, float(chance.randrange(40))]),
            "fit_score": chance.choice([None, chance.randrange(10_000) / 100]),
            "fit_known": chance.random(),
            "excluded": chance.random() < 0.1,
        }
        for number in chance.sample(range(rows), rows)
    ]


@pytest.mark.parametrize("within", [None, "country"])
def test_the_list_is_that_of_one_machine(engine, monkeypatch, within) -> None:
    # So that tiers are cut, and accounts ranked, over many buckets.
    monkeypatch.setattr(distributed, "_BUCKET_ROWS", 5)
    records = accounts(300)
    pins = Pinned({"id:00007": Pin("id:00007", "A"), "id:00070": Pin("id:00070", "D")}, ())
    config = Tiers.model_validate(CONFIG | {"within": within})
    told, expected = (
        each.rows(tier(each.frame(records), config, pins, as_of=TODAY))
        for each in (engine, Engine("duckdb"))
    )
    assert told == expected


@pytest.mark.parametrize("within", [None, "country"])
def test_what_was_counts_as_on_one_machine(engine, within) -> None:
    records = accounts(200)
    chance = random.Random(3)
    was = [
        {
            "account_id": each["account_id"],
            "tier": chance.choice(["A", "B", "C", None, "gone"]),
            "tier_since": date(2026, chance.randrange(3, 7), 1),
        }
        for each in records
    ]
    config = Tiers.model_validate(
        CONFIG
        | {
            "within": within,
            "rank_by": ["fit_score", "potential"],
            "stability": {"margin": 8, "min_days": 60, "max_moves": "30%"},
        }
    )
    told, expected = (
        each.rows(
            tier(each.frame(records), config, None, Previous.of(each.frame(was)), as_of=TODAY)
        )
        for each in (engine, Engine("duckdb"))
    )
    assert told == expected
    assert len({row["change"] for row in told}) > 3


def test_no_task_sees_all_rows_and_few_come_to_the_driver(engine, monkeypatch) -> None:
    plans, sizes = [], []

    def recorded(frame: frames.Frame) -> pa.Table:
        plans.append(plan_of(nw.to_native(frame)))
        table = frames.collected(frame)
        sizes.append(table.num_rows)
        return table

    for place in (module, distributed):
        monkeypatch.setattr(place, "collected", recorded)
    result = tier(engine.frame(accounts(500)), Tiers.model_validate(CONFIG), as_of=TODAY)
    plans.append(plan_of(result))
    assert len(sizes) > 5
    assert max(sizes) < 20
    assert sum("Window" in plan for plan in plans) > 1
    for plan in plans:
        assert not re.search("CartesianProduct|BroadcastNestedLoopJoin", plan)
        # A window's rows come from the exchange beneath it.
        for below in re.split(r"\bWindow\b", plan)[1:]:
            exchange = re.search(r"Exchange (\w+)", below)
            assert exchange is None or exchange[1] != "SinglePartition", plan


def plan_of(native: Any) -> str:
    return str(native._jdf.queryExecution().executedPlan().toString())
