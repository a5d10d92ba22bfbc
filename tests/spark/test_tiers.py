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
from abmkit.domain.rules import distributed
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.steps import tier as module
from abmkit.steps.tier import tier
from frames import Engine, table_of

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


def accounts(rows: int, seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
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
@pytest.mark.parametrize("bucket_rows", [5, 4096])
def test_the_list_is_that_of_one_machine(engine, monkeypatch, within, bucket_rows) -> None:
    monkeypatch.setattr(distributed, "_BUCKET_ROWS", bucket_rows)
    records = accounts(300, bucket_rows)
    pins = Pinned({"id:00007": Pin("id:00007", "A"), "id:00070": Pin("id:00070", "D")}, ())
    config = Tiers.model_validate(CONFIG | {"within": within})
    on_one = Engine("duckdb")
    told, expected = (
        each.rows(tier(each.frame(records), config, pins, as_of=TODAY)) for each in (engine, on_one)
    )
    assert told == expected


def plans_of(monkeypatch: pytest.MonkeyPatch, native: Any, config: Tiers) -> list[str]:
    """The plans of all that `tier` asks of Spark, and of what it gives."""
    plans = []

    def recorded(frame: frames.Frame) -> pa.Table:
        plans.append(plan_of(nw.to_native(frame)))
        return frames.collected(frame)

    for place in (module, distributed):
        monkeypatch.setattr(place, "collected", recorded)
    plans.append(plan_of(tier(native, config, as_of=TODAY)))
    return plans


def plan_of(native: Any) -> str:
    return str(native._jdf.queryExecution().executedPlan().toString())


@pytest.mark.parametrize("within", [None, "country"])
def test_no_plan_has_a_cross_join_or_a_window_over_all_rows(engine, monkeypatch, within) -> None:
    config = Tiers.model_validate(CONFIG | {"within": within})
    plans = plans_of(monkeypatch, engine.frame(table_of(accounts(50, 1))), config)
    assert len(plans) > 5
    assert any("Window" in plan for plan in plans)
    for plan in plans:
        assert not re.search("CartesianProduct|BroadcastNestedLoopJoin", plan)
        # A window's rows come from the exchange beneath it.
        for below in re.split(r"\bWindow\b", plan)[1:]:
            exchange = re.search(r"Exchange (\w+)", below)
            assert exchange is None or exchange[1] != "SinglePartition", plan


def test_few_rows_come_to_the_driver(engine, monkeypatch) -> None:
    config = Tiers.model_validate(CONFIG)
    sizes = []

    def counted(frame: frames.Frame) -> pa.Table:
        table = frames.collected(frame)
        sizes.append(table.num_rows)
        return table

    for place in (module, distributed):
        monkeypatch.setattr(place, "collected", counted)
    result = tier(engine.frame(accounts(500, 2)), config, as_of=TODAY)
    assert result.count() == 500
    assert max(sizes) < 20
