"""What a run's accounts are like as a whole: the same counts on every engine, and those of a loop."""

from __future__ import annotations

import pyarrow as pa

from abmkit.config.loading import parse_config
from abmkit.domain.arrays import bools, doubles, int64s, lists, strings
from abmkit.runs.overview.accounts import NOTHING, Overlap, Worked, overview_of
from frames import Engine

CONFIG = {
    "version": 1,
    "sources": [{"name": "a", "path": "a.csv"}, {"name": "b", "path": "b.csv"}],
    "score": {
        "criteria": [
            {"id": "size", "bands": [{"when": {"employees": {"above": 5}}, "points": 1}]},
            {"id": "kind", "bands": [{"when": {"listed": True}, "points": 1}]},
        ]
    },
    "tier": {"within": "region", "tiers": [{"id": "A", "min_score": 50, "capacity": 9}]},
}
TABLE = pa.table(
    {
        "account_id": strings(["1", "2", "3", "4", "5"]),
        "name": strings(["v", "w", "x", "y", "z"]),
        "region": strings(["N", "N", None, "S", "N"]),
        "employees": int64s([None, 7, 8, 9, None]),
        "employees_min": int64s([1, 7, 8, 9, None]),
        "industry": strings([None] * 5),
        "owner": strings(["O", None, None, "P", "P"]),
        "sources": lists([["a"], ["a", "b"], ["b", "a"], ["b"], ["a"]]),
        "excluded": bools([False, False, False, False, True]),
        "fit_score": doubles([100.0, 99.99, 0.0, None, 50.0]),
        "tier": strings(["A", "A", None, None, None]),
    }
)


def test_accounts_are_counted_alike_on_every_engine(engine: Engine) -> None:
    found = overview_of(engine.frame(TABLE), parse_config(CONFIG))
    bins = {each.least: (each.listed, each.others) for each in found.scores}
    assert {least: counts for least, counts in bins.items() if counts != (0, 0)} == {
        0: (0, 1), 95: (2, 0),
    }  # fmt: skip
    assert found.unscored == 1
    assert found.place == "region"
    assert found.worked == (Worked("A", "N", None, 1), Worked("A", "N", "O", 1))
    assert found.segments_by == "region"
    known = {each.segment: (each.accounts, dict(each.known)) for each in found.completeness}
    # Whose range is known, too; what no rule reads and nobody knows is left out.
    assert known == {
        "N": (2, {"employees": 2, "listed": 0, "region": 2, "owner": 1}),
        None: (1, {"employees": 1, "listed": 0, "region": 0, "owner": 0}),
        "S": (1, {"employees": 1, "listed": 0, "region": 1, "owner": 1}),
    }
    assert found.overlaps == (
        Overlap(("a",), 2, 1), Overlap(("a", "b"), 2, 1), Overlap(("b",), 1, 0),
    )  # fmt: skip


def test_nothing_is_counted_where_no_page_is_written() -> None:
    assert overview_of(TABLE, parse_config({**CONFIG, "output": {"report": False}})) == NOTHING
