"""Which unknown fields are worth looking up, and what is promised of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.loading import parse_config
from abmkit.config.project import Config
from abmkit.planning.research import worth_looking_up
from abmkit.planning.research.chances import chances, of_accounts
from abmkit.steps.exclude import exclude
from abmkit.steps.score import score
from abmkit.steps.tier import tier
from frames import Engine, table_of

DAY = date(2026, 1, 1)
COLUMNS = ("account_id", "name", "industry", "country", "employees", "employees_min", "employees_max",
           "revenue", "segment", "territory", "world", "excluded", "exclusions")  # fmt: skip
CRITERIA = [
    {"id": "size", "bands": [
        {"when": {"employees": {"at_least": 500}}, "points": 40},
        {"when": {"employees": {"at_least": 100}}, "points": 15},
    ]},
    {"id": "money", "bands": [{"when": {"revenue": {"at_least": 1000}}, "points": 30}]},
    {"id": "both", "bands": [
        {"when": {"employees": {"below": 50}, "revenue": {"above": 500}}, "points": 10},
    ]},
    {"id": "sector", "bands": [{"when": {"industry": "Software"}, "points": 20}]},
]  # fmt: skip
TIERS = [
    {"id": "A", "min_score": 70, "min_known": 0.5, "capacity": 2},
    {"id": "B", "min_score": 50, "capacity": 3, "when": {"segment": "core"}},
    {"id": "C", "min_score": 20},
]


def config(**more: Any) -> Config:
    return parse_config(
        {
            "version": 1,
            "score": {"criteria": CRITERIA, **more.pop("score", {})},
            "tier": {"tiers": TIERS, "rank_by": ["fit_score"], **more.pop("tier", {})},
            **more,
        }
    )


def tiered(rows: list[dict[str, Any]], settings: Config) -> Any:
    table = table_of(rows, COLUMNS)
    table = exclude(table, settings.exclude, [], as_of=DAY)
    return tier(score(table, settings.score, as_of=DAY), settings.tier, as_of=DAY)


def numbers(told: Any, settings: Config) -> dict[str, int]:
    ids = [each.id for each in settings.tier.tiers]
    names, tiers = told["account_id"].to_pylist(), told["tier"].to_pylist()
    return {name: ids.index(t) if t else len(ids) for name, t in zip(names, tiers, strict=True)}


def listed(rows: list[dict[str, Any]], settings: Config, **options: Any) -> list[tuple[Any, ...]]:
    """Account, field, tier, best and worst."""
    found = worth_looking_up(tiered(rows, settings), settings, as_of=DAY, **options)
    return list(
        zip(
            found.account_id.to_pylist(), found.field, found.tier.tolist(), found.best.tolist(),
            found.worst.tolist(), strict=True,
        )
    )  # fmt: skip


POSSIBLE: dict[str, list[Any]] = {
    "employees": [10, 60, 200, 700],
    "revenue": [100.0, 700.0, 5000.0],
    "industry": ["Software", "Retail"],
    "segment": ["core", "rest"],
    "territory": ["East", "West", "Far"],
    "country": ["US", "DE"],
}
"""Values on both sides of every condition."""
ACCOUNT = st.fixed_dictionaries(
    {name: st.sampled_from([None, *values]) for name, values in POSSIBLE.items()}
)
SETTINGS = st.sampled_from(
    [
        config(),
        config(score={"missing": "skip"}),
        config(score={"missing": 0}),
        config(tier={"within": "territory"}),
        config(tier={"rank_by": ["fit_score", "revenue"]}),
        config(tier={"rank_by": ["revenue"]}),
        config(
            score={"criteria": [
                {"id": "both", "bands": [{"when": {"employees": {"below": 100},
                 "revenue": {"above": 500}}, "points": 60}]},
                CRITERIA[3],
            ]},
            tier={"tiers": [{"id": "A", "min_known": 0.5}, {"id": "B"}]},
        ),
        config(score={"segments": [
            {"id": "core", "when": {"segment": "core"}, "criteria": [CRITERIA[0], CRITERIA[3]]},
            {"id": "tiny", "when": {"employees": {"below": 50}, "country": "US"}, "missing": "skip",
             "criteria": [CRITERIA[3], CRITERIA[1]]},
        ]}),
        config(score={"criteria": [], "segments": [
            {"id": "rest", "when": {"segment": "rest"}, "criteria": CRITERIA[:2]},
            {"id": "soft", "when": {"industry": "Software"}, "criteria": [CRITERIA[1]]},
        ]}),
        config(exclude={"rules": [
            {"id": "big", "reason": "r", "when": {"employees": {"above": 650}, "industry": "Retail"}},
        ]}),
    ]
)  # fmt: skip


def with_ids(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for number, each in enumerate(accounts):
        size = each["employees"]
        rows.append(
            {"account_id": f"x:{number}", "name": f"N{number}", **each,
             "employees_min": size, "employees_max": size}
        )  # fmt: skip
    return rows


def filled(row: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    ends = {"employees_min": value, "employees_max": value} if field == "employees" else {}
    return {**row, field: value, **ends}


def worlds(
    rows: list[dict[str, Any]], conf: Config, changes: list[tuple[int, str, Any]]
) -> list[int]:
    """The tier of each changed account, in a world of its own in which nothing else is changed.

    All worlds are tiered at once: capacity is counted in each of them.
    """
    within = conf.tier.within
    every = []
    for world, (place, field, value) in enumerate(changes):
        for n, row in enumerate(rows):
            row = filled(row, field, value) if n == place else row
            where = f"{world}|{row[within] or ''}" if within else str(world)
            every.append({**row, "account_id": f"{world:05}/{row['account_id']}", "world": where})
    split = conf.model_copy(update={"tier": conf.tier.model_copy(update={"within": "world"})})
    found = numbers(tiered(every, split), split) if every else {}
    return [found[f"{n:05}/{rows[place]['account_id']}"] for n, (place, _, _) in enumerate(changes)]


def all_changes(rows: list[dict[str, Any]]) -> list[tuple[int, str, Any]]:
    return [
        (place, field, value)
        for place, row in enumerate(rows)
        for field, values in POSSIBLE.items()
        if row[field] is None
        for value in values
    ]


@settings(max_examples=15)
@given(st.lists(ACCOUNT, min_size=4, max_size=12), SETTINGS)
def test_a_field_that_becomes_known_moves_an_account_as_far_as_promised(
    accounts: list[dict[str, Any]], conf: Config
) -> None:
    rows = with_ids(accounts)
    now = numbers(tiered(rows, conf), conf)
    told = {(account, field): rest for account, field, *rest in listed(rows, conf)}
    changes = all_changes(rows)
    for (place, field, _), then in zip(changes, worlds(rows, conf, changes), strict=True):
        key = (f"x:{place}", field)
        if key in told:
            current, best, worst = told[key]
            assert current == now[key[0]]
            assert best <= then <= worst
        elif field not in conf.tier.rank_by:
            # A field that only breaks ties of rank is none to look up.
            assert then == now[key[0]]


SIMPLE = config(
    score={"criteria": [CRITERIA[0], CRITERIA[1], CRITERIA[3]]},
    tier={"tiers": [{**each, "capacity": None} for each in TIERS]},
)


@settings(max_examples=12)
@given(st.lists(ACCOUNT, min_size=1, max_size=4))
def test_just_what_can_change_the_tier_is_listed_with_the_best_and_the_worst(
    accounts: list[dict[str, Any]],
) -> None:
    rows = with_ids(accounts)
    now = numbers(tiered(rows, SIMPLE), SIMPLE)
    told = {(account, field): rest for account, field, *rest in listed(rows, SIMPLE)}
    changes = all_changes(rows)
    reached: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (place, field, _), then in zip(changes, worlds(rows, SIMPLE, changes), strict=True):
        reached[f"x:{place}", field].add(then)
    expected = {
        key: [now[key[0]], min(those), max(those)]
        for key, those in reached.items()
        if those != {now[key[0]]}
    }
    assert told == expected


def account(name: str, **known: Any) -> dict[str, Any]:
    size = known.get("employees")
    return {"account_id": name, "name": name, "employees_min": size, "employees_max": size, **known}


ONE = parse_config(
    {
        "version": 1,
        "score": {"criteria": [
            {"id": "size", "bands": [{"when": {"employees": {"at_least": 100}}, "points": 60}]},
            {"id": "sector", "bands": [{"when": {"industry": "Software"}, "points": 40}]},
        ]},
        "tier": {"rank_by": ["fit_score"], "tiers": [
            {"id": "A", "min_score": 80, "capacity": 2}, {"id": "B", "min_score": 40},
        ]},
    }
)  # fmt: skip


def test_a_tier_that_is_full_of_better_ones_cannot_be_reached() -> None:
    # At its best the score is 60: enough for B, and it is in B as it is.
    full = [account(f"a{n}", employees=500, industry="Software") for n in range(2)]
    rows = [
        *full,
        account("retail", industry="Retail", employees=None),
        account("soft", industry="Software", employees=None),
    ]
    told = {(a, f): (tier, best, worst) for a, f, tier, best, worst in listed(rows, ONE)}
    # As good as the last one of A, it could be there: something else decides between the two.
    assert told == {("retail", "employees"): (2, 1, 2), ("soft", "employees"): (1, 0, 1)}


def test_the_expectation_is_what_accounts_of_the_same_industry_and_country_are() -> None:
    rows = []
    for n in range(200):
        sector, country = ("Software", "Retail")[n % 2], ("US", "DE")[n // 2 % 2]
        large = (n // 4 % 10) < {("Software", "US"): 9, ("Software", "DE"): 1}.get(
            (sector, country), 5
        )
        rows.append(
            account(f"k{n}", industry=sector, country=country, employees=500 if large else 5)
        )
    rows += [
        account("us", industry="Software", country="US", employees=None),
        account("de", industry="Software", country="DE", employees=None),
        account("somewhere", industry="Software", country=None, employees=None),
    ]
    conf = parse_config(
        {
            "version": 1,
            "score": {
                "missing": 0,
                "criteria": ONE.model_dump(by_alias=True, exclude_none=True)["score"]["criteria"],
            },
            "tier": {"tiers": [{"id": "A", "min_score": 80}, {"id": "B", "min_score": 40}]},
        }
    )
    found = worth_looking_up(tiered(rows, conf), conf, as_of=DAY)
    chance = dict(zip(found.account_id.to_pylist(), found.chance.tolist(), strict=True))
    assert chance["us"] == pytest.approx(0.9, abs=0.05)
    assert chance["de"] == pytest.approx(0.1, abs=0.05)
    assert chance["somewhere"] == pytest.approx(0.5, abs=0.05)
    assert found.account_id.to_pylist() == ["us", "somewhere", "de"]
    assert found.change.tolist() == pytest.approx(found.chance.tolist())


def test_excluded_and_pinned_accounts_stay_and_are_not_listed() -> None:
    rows = [
        account("out", industry="Software", employees=None, excluded=True),
        account("in", industry="Software", employees=None),
    ]
    table = tier(score(table_of(rows, COLUMNS), ONE.score, as_of=DAY), ONE.tier, as_of=DAY)
    found = worth_looking_up(table, ONE, as_of=DAY)
    assert found.account_id.to_pylist() == ["in"]


def test_a_range_is_looked_up_where_its_ends_are_in_different_bands() -> None:
    wide = {"employees": 100, "employees_min": 50, "employees_max": 200}
    rows = [
        {**account("open", industry="Software"), **wide},
        {**account("told", industry="Software"), **wide, "employees_min": 150},
    ]
    assert [each[:2] for each in listed(rows, ONE)] == [("open", "employees")]


def test_a_group_of_few_leans_on_the_broader_one_and_one_of_many_on_itself() -> None:
    # 1,000 accounts in two groups: in one the outcome is mostly 1, in the other mostly 0.
    random = np.random.default_rng(0)
    group = np.repeat([0, 1], 500)
    outcome = (random.random(1000) < np.where(group, 0.9, 0.1)).astype(int)
    levels = [np.concatenate([group, [2]])]
    outcome = np.concatenate([outcome, [1]])
    found = chances(outcome, np.arange(1001), 2, levels)
    told = of_accounts(found, levels, np.array([0, 500, 1000]))[:, 1]
    assert told[0] == pytest.approx(0.1, abs=0.05)
    assert told[1] == pytest.approx(0.9, abs=0.05)
    assert 0.5 < told[2] < 0.9


def test_every_engine_and_any_order_of_rows_give_the_same(engine: Engine) -> None:
    random = np.random.default_rng(3)
    rows = with_ids(
        [
            {name: (None if random.random() < 0.4 else random.choice(values).item()) for name, values in
             {"employees": [10, 60, 200, 700], "revenue": [100.0, 5000.0], "industry": ["Software", "Retail"],
              "segment": ["core", "rest"], "territory": ["East", "West"], "country": ["US", "DE"]}.items()}
            for _ in range(80)
        ]
    )  # fmt: skip
    conf = config(tier={"within": "territory"})
    expected = worth_looking_up(tiered(rows, conf), conf, as_of=DAY)
    order = random.permutation(len(rows)).tolist()
    frame = engine.frame([rows[n] for n in order], COLUMNS)
    frame = exclude(frame, conf.exclude, [], as_of=DAY)
    frame = tier(score(frame, conf.score, as_of=DAY), conf.tier, as_of=DAY)
    found = worth_looking_up(frame, conf, as_of=DAY)
    assert found.account_id.to_pylist() == expected.account_id.to_pylist() != []
    assert found.field == expected.field
    for name in ("tier", "best", "worst", "chance", "change", "moves"):
        assert getattr(found, name).tolist() == pytest.approx(getattr(expected, name).tolist())
    assert len(worth_looking_up(frame, conf, as_of=DAY, top=5).field) == 5
