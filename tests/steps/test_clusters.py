"""Clusters of `1:few`: the same on every engine and in any order, named and bounded."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from itertools import chain
from typing import Any

import pytest

from abmkit.config.sections.tier import Tiers
from abmkit.errors import ColumnError, UsageError
from abmkit.reports.reasons.clusters import cluster_texts
from abmkit.reports.words import words
from abmkit.runs.parts import count_clusters
from abmkit.steps.tier import tier
from abmkit.steps.tiers.clusters import clusters_of, with_clusters

EN = words("en")
TODAY = date(2026, 7, 1)
TIERS = [
    {"id": "A", "strategy": "1:1", "min_score": 80},
    {"id": "B", "strategy": "1:few", "min_score": 50},
    {"id": "C", "strategy": "1:many"},
]
COLUMNS = ("account_id", "industry", "region", "city", "employees", "technologies", "listed",
           "territory", "fit_score", "fit_known", "potential", "revenue")  # fmt: skip


def config(**clusters: Any) -> Tiers:
    within = clusters.pop("within", None)
    return Tiers.model_validate({"tiers": TIERS, "within": within, "clusters": clusters})


def clustered(engine, records: list[dict[str, Any]], tiers: Tiers) -> dict[str, dict[str, Any]]:
    done = tier(engine.frame(records, COLUMNS), tiers, as_of=TODAY)
    found = clusters_of(done, tiers)
    rows = engine.rows(with_clusters(done, found, cluster_texts(found, EN)))
    return {row["account_id"]: row for row in rows}


def few(count: int, **values: Any) -> list[dict[str, Any]]:
    return [{"fit_score": 60.0, "fit_known": 1.0, **values} for _ in range(count)]


def numbered(*groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"account_id": f"x:{n:04}", **each} for n, each in enumerate(chain(*groups))]


def sizes(found: dict[str, dict[str, Any]]) -> dict[str | None, int]:
    return dict(Counter(row["cluster"] for row in found.values()))


def market(count: int, seed: int = 3) -> list[dict[str, Any]]:
    """Accounts as they come: some industries are large, some are small, some things are unknown."""
    rng = random.Random(seed)
    kinds = ["Retail", "Energy", "Software", "Mining", None]
    places = ["US-CA", "US-TX", "US-NY", "US-OR", "US-WA", None]
    return [
        {
            "account_id": f"x:{n:04}",
            "industry": rng.choices(kinds, [40, 25, 20, 5, 10])[0],
            "region": rng.choices(places, [30, 25, 20, 10, 8, 7])[0],
            "employees": rng.choice([None, 20, 800, 4000]),
            "technologies": rng.choice([None, ["SAP"], ["SAP", "AWS"]]),
            "listed": rng.choice([None, True, False]),
            "territory": rng.choice(["East", "West", None]),
            "fit_score": rng.choice([40.0, 60.0, 70.0, 90.0]),
            "fit_known": 1.0,
        }
        for n in range(count)
    ]


def test_clusters_are_named_after_what_they_are_grouped_by(engine) -> None:
    records = numbered(
        few(6, industry="Retail", region="US-CA", city="Fresno", listed=True),
        few(6, industry="retail", region="US-TX", employees=800, technologies=["SAP", "AWS"]),
        few(5, industry=None, region="US-CA"),
        few(3, industry="Energy", region="US-CA", technologies=["AWS"]),
        few(3, industry="Mining", region=None),
        [{"industry": "Energy", "region": "US-NV", "fit_score": 90.0, "fit_known": 1.0}] * 3,
        [{"industry": "Energy", "region": "US-NV", "fit_score": 10.0, "fit_known": 1.0}] * 20,
    )
    found = clustered(engine, records, config(min_size=5, max_size=10))
    assert sizes(found) == {
        None: 23, "Energy, Mining": 6, "industry unknown": 5, "Retail · US-CA": 6, "Retail · US-TX": 6,
    }  # fmt: skip
    assert {row["cluster"]: row["cluster_shares"] for row in found.values()} == {
        None: None,
        "Energy, Mining": None,
        "industry unknown": "region US-CA 100% (list 30%)",
        "Retail · US-CA": "city Fresno 100% (list 13%); listed yes 100% (list 13%)",
        "Retail · US-TX": "employees 250–999 100% (list 13%); technologies SAP 100% (list 13%); "
        "technologies AWS 100% (list 20%)",
    }


def test_no_cluster_spans_two_territories(engine) -> None:
    records = numbered(
        few(7, industry="Retail", territory="East"),
        few(5, industry="Retail", territory="West"),
        few(5, industry="Energy", territory="West"),
        few(2, industry="Energy"),
    )
    found = clustered(engine, records, config(within="territory", max_size=9))
    assert sizes(found) == {
        "East · Retail": 7, "West · Energy": 5, "West · Retail": 5, "territory unknown · Energy": 2,
    }  # fmt: skip
    by = config(within="territory", by=["territory", "industry"], max_size=9)
    assert sizes(clustered(engine, records, by)) == sizes(found)


def test_numbers_are_grouped_by_size_and_flags_by_their_column(engine) -> None:
    records = numbered(
        few(5, employees=20), few(5, employees=800, listed=True), few(5, listed=False)
    )
    found = clustered(engine, records, config(by=["employees", "listed"], max_size=9))
    assert [*sizes(found)] == ["employees 10–49", "employees 250–999", "employees unknown"]
    found = clustered(engine, records, config(by=["listed"], max_size=9))
    assert [*sizes(found)] == ["listed unknown", "listed yes", "listed no"]


def test_two_clusters_are_never_called_the_same(engine) -> None:
    records = numbered(
        few(8, industry="Zone"), few(4, industry="Zone 2"), few(4, industry="zONE 2 ")
    )
    found = clustered(engine, records, config(by=["industry"], min_size=3, max_size=5))
    assert sizes(found) == {"Zone": 4, "Zone 2": 4, "Zone 2 2": 4, "Zone 2 3": 4}


def test_clusters_are_the_same_on_every_engine_and_in_any_order(engine, arrow) -> None:
    records = market(150)
    tiers = config(within="territory", min_size=4, max_size=8)
    expected = clustered(arrow, records, tiers)
    shuffled = random.Random(1).sample(records, len(records))
    assert clustered(engine, shuffled, tiers) == expected
    counts = sizes(expected)
    done = engine.frame(list(expected.values()))
    told = {each.name: (each.accounts, each.shares) for each in count_clusters(done)}
    assert told == {
        row["cluster"]: (counts[row["cluster"]], row["cluster_shares"])
        for row in expected.values()
        if row["cluster"]
    }
    assert counts.pop(None) == sum(r["strategy"] != "1:few" for r in expected.values())
    assert len(counts) > 8
    assert all(4 <= count <= 8 for count in counts.values())
    for row in expected.values():
        if row["cluster"] is not None:
            place = row["territory"] or "territory unknown"
            assert row["cluster"].startswith(f"{place} · ")


def test_most_names_stay_from_night_to_night(arrow) -> None:
    records = market(420)
    tiers = config()
    before = clustered(arrow, records, tiers)
    rng = random.Random(5)
    gone = set(rng.sample(range(len(records)), 21))
    now = [each for n, each in enumerate(records) if n not in gone]
    now += [{**each, "account_id": f"y:{n}"} for n, each in enumerate(market(21, seed=9))]
    # Ranks change all the time.
    for each in now:
        if each["fit_score"] in (60.0, 70.0):
            each["fit_score"] = rng.choice([60.0, 70.0])
    after = clustered(arrow, now, tiers)
    both = [i for i in after if i in before and before[i]["cluster"] and after[i]["cluster"]]
    assert len(both) > 150
    kept = sum(before[i]["cluster"] == after[i]["cluster"] for i in both)
    assert kept / len(both) > 0.7


def test_tiered_anew_no_cluster_is_left(engine) -> None:
    records = numbered(few(7, industry="Retail"))
    found = clustered(engine, records, config())
    frame = engine.frame([*found.values()], COLUMNS)
    again = tier(frame, Tiers.model_validate({"tiers": TIERS}), as_of=TODAY)
    assert not {"cluster", "cluster_shares"} & {*engine.columns(again)}


def test_a_column_that_nobody_can_be_grouped_by_is_an_error(arrow) -> None:
    records = numbered(few(7, technologies=["x"]))
    with pytest.raises(UsageError, match=r"tier\.clusters\.by: technologies holds lists"):
        clustered(arrow, records, config(by=["technologies"]))
    with pytest.raises(ColumnError, match=r"tier\.clusters\.by: no column 'sector'"):
        clustered(arrow, records, config(by=["sector"]))
    # A canonical one that no source has is unknown.
    assert sizes(clustered(arrow, records, config(by=["ownership"]))) == {"ownership unknown": 7}
