from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.pins import Pin, pinned_by
from abmkit.errors import ColumnError, InputError, UsageError
from abmkit.reports.reasons import tier_in_words
from abmkit.reports.words import words
from abmkit.steps.tier import in_list_order, reached
from abmkit.steps.tier import tier as step

TODAY = date(2026, 7, 1)
EN = words("en")
ADDED = ["tier", "strategy", "tier_rank", "tier_reason", "points_to_next_tier"]
AB = {
    "tiers": [
        {"id": "A", "strategy": "1:1", "min_score": 80, "min_known": 0.6, "capacity": 2},
        {"id": "B", "strategy": "1:many", "min_score": 50},
    ]
}


def tier(frame, config, pins=None, **options) -> Any:
    """The step with its reasons in words."""
    return tier_in_words(step(frame, config, pins, **options), config, EN)


def account(account_id: str, fit_score: float | None, **other: Any) -> dict[str, Any]:
    return {"account_id": account_id, "fit_score": fit_score, "fit_known": 1.0, **other}


def pinned(arrow, engine, records, pins, config=AB, as_of=TODAY):
    entries = arrow.frame(
        [
            {"account_id": p.account, "name_key": p.account.lower(), "domain": p.account}
            for p in pins
        ]
    )
    tiers = Tiers.model_validate(config)
    return pinned_by(engine.frame(records), pins, entries, tiers, as_of=as_of)


def in_words(unfollowed) -> list[tuple[Pin, str]]:
    return [(pin, EN.of(why)) for pin, why in unfollowed]


def tiered(engine, records, config=AB, pins=None, columns=(), **options) -> list[dict[str, Any]]:
    frame = engine.frame(records, columns)
    return engine.rows(tier(frame, Tiers.model_validate(config), pins, as_of=TODAY, **options))


def told(rows) -> list[tuple[Any, ...]]:
    return [tuple(row[c] for c in ("account_id", *ADDED)) for row in rows]


def test_tiers_ranks_and_reasons_are_exact(engine) -> None:
    records = [
        account("k", None),
        account("j", 40.0),
        account("i", 49.99),
        account("h", 50.0),
        account("g", 99.0, excluded=True),
        account("f", 79.5),
        account("e", 95.0, fit_known=0.5),
        account("d", 80.25),
        account("c", 80.25, potential=5.0),
        account("b", 91.0),
        account("a", 80.0),
    ]
    assert told(tiered(engine, records)) == [
        ("b", "A", "1:1", 1, "score 91 reaches 80", None),
        ("c", "A", "1:1", 2, "score 80.25 reaches 80", None),
        ("e", "B", "1:many", 1, "A asks for 60% known; score 95 reaches 50", None),
        ("d", "B", "1:many", 2, "A is full (2); score 80.25 reaches 50", 0.0),
        ("a", "B", "1:many", 3, "A is full (2); score 80 reaches 50", 0.25),
        # A is full: what counts is its last score, not the least it asks for.
        ("f", "B", "1:many", 4, "score 79.5 reaches 50", 0.75),
        ("h", "B", "1:many", 5, "score 50 reaches 50", 30.25),
        ("g", None, None, None, "excluded", None),
        ("i", None, None, None, "score 49.99, B asks for 50", 0.01),
        ("j", None, None, None, "score 40, B asks for 50", 10.0),
        ("k", None, None, None, "score unknown, B asks for 50", None),
    ]


def test_points_to_a_tier_with_room_are_to_its_least_score(engine) -> None:
    rows = tiered(engine, [account("a", 91.0), account("b", 79.5)])
    assert [row["points_to_next_tier"] for row in rows] == [None, 0.5]


def test_an_account_that_a_tiers_own_condition_blocks_says_so(engine) -> None:
    config = {
        "tiers": [
            {"id": "A", "min_score": 80, "min_known": 0.5, "when": {"country": ["US", "CA"]}},
            {"id": "B", "min_score": 50, "when": {"listed": True}},
        ]
    }
    records = [
        account("a", 90.0, country="US", listed=True),
        account("b", 90.0, country="DE", listed=True),
        account("c", 90.0, country=None, listed=True),
        account("d", 60.0, country="DE", listed=True),
        account("e", 60.0, country="US", listed=True),
        account("f", 90.0, country="DE", listed=None),
        account("g", 40.0, country="US", listed=True),
    ]
    blocked = "A asks for 50% known and country is US or CA"
    assert told(tiered(engine, records, config)) == [
        ("a", "A", None, 1, "score 90 reaches 80", None),
        ("b", "B", None, 1, f"{blocked}; score 90 reaches 50", None),
        # An unknown country is not known to be one of them.
        ("c", "B", None, 2, f"{blocked}; score 90 reaches 50", None),
        ("d", "B", None, 3, "score 60 reaches 50", None),
        ("e", "B", None, 4, "score 60 reaches 50", 20.0),
        ("f", None, None, None, f"{blocked}; B asks for listed is yes", None),
        ("g", None, None, None, "score 40, B asks for 50", 10.0),
    ]


def test_capacity_is_counted_per_value_of_within_and_unknown_is_one(engine) -> None:
    config = {"within": "territory", "tiers": [{"id": "A", "capacity": 1}]}
    records = [
        account("a", 90.0, territory="North"),
        account("b", 80.0, territory="North"),
        account("c", 70.0, territory="South"),
        account("d", 60.0, territory=None),
        account("e", 50.0, territory=None),
    ]
    assert told(tiered(engine, records, config)) == [
        ("a", "A", None, 1, "score 90 reaches 0", None),
        ("c", "A", None, 1, "score 70 reaches 0", None),
        ("d", "A", None, 1, "score 60 reaches 0", None),
        ("b", None, None, None, "A is full (1)", 10.0),
        ("e", None, None, None, "A is full (1)", 10.0),
    ]


def test_a_tier_without_room_from_the_start_has_no_score_to_reach(engine) -> None:
    config = {
        "within": "territory",
        "tiers": [{"id": "A", "min_score": 80, "capacity": 0}, {"id": "B"}],
    }
    # In the second territory nobody asks for A at all; it has no room there either.
    records = [account("a", 90.0, territory="x"), account("b", 70.0, territory="x")]
    records += [account("c", 60.0, territory="y")]
    assert told(tiered(engine, records, config)) == [
        ("a", "B", None, 1, "A is full (0); score 90 reaches 0", None),
        ("c", "B", None, 1, "score 60 reaches 0", None),
        ("b", "B", None, 2, "score 70 reaches 0", None),
    ]
    alone = {"tiers": config["tiers"][:1]}
    assert told(tiered(engine, [account("a", 70.0)], alone)) == [
        ("a", None, None, None, "score 70, A asks for 80", None)
    ]


def test_ranks_follow_rank_by_with_unknown_last_and_then_the_id(engine) -> None:
    nan = float("nan")
    config = {"rank_by": ["potential", "fit_score", "seats"], "tiers": [{"id": "A"}]}
    records = [
        account("a", 1.0, potential=None, seats="9"),
        account("b", 2.0, potential=nan, seats="9"),
        account("c", 2.0, potential=nan, seats="10"),
        account("d", 2.0, potential=None, seats="many"),
        account("e", None, potential=7.0, seats=None),
        account("f", nan, potential=7.0, seats=None),
        account("g", 3.0, potential=7.0, seats=None),
        account("h", 3.0, potential=8.0, seats=None),
    ]
    rows = tiered(engine, records, config)
    assert [row["account_id"] for row in rows] == list("hgefcbda")
    assert [row["tier_rank"] for row in rows] == list(range(1, 9))
    assert {row["tier_reason"] for row in rows if row["account_id"] in "ef"} == {
        "score unknown reaches 0"
    }


def test_a_column_that_no_source_has_ranks_nobody(engine) -> None:
    config = {"rank_by": ["revenue", "fit_score"], "tiers": [{"id": "A"}]}
    assert [r["account_id"] for r in tiered(engine, [account("a", 1.0), account("b", 2.0)], config)] == ["b", "a"]  # fmt: skip


def test_a_score_that_asks_for_nothing_takes_the_unknown_too(engine) -> None:
    config = {"tiers": [{"id": "A", "min_score": 1}, {"id": "B"}]}
    assert told(tiered(engine, [account("a", None), account("b", 0.0)], config)) == [
        ("b", "B", None, 1, "score 0 reaches 0", 1.0),
        ("a", "B", None, 2, "score unknown reaches 0", None),
    ]


def test_without_tiers_nobody_is_on_the_list(engine) -> None:
    assert told(tiered(engine, [account("b", 9.0), account("a", 1.0)], {})) == [
        ("a", None, None, None, "there are no tiers", None),
        ("b", None, None, None, "there are no tiers", None),
    ]


def test_no_accounts_make_no_list(engine) -> None:
    for config in (AB, {**AB, "within": "territory"}, {}):
        frame = engine.frame([], ["account_id", "fit_score"])
        done = tier(frame, Tiers.model_validate(config), as_of=TODAY)
        assert engine.rows(done) == []
        assert engine.columns(done) == ["account_id", "fit_score", *ADDED]


# Pins ------------------------------------------------------------------------------------------

NAMED = [
    account("id:1", 10.0, name_key="acme", domain="acme.com", country="US"),
    account("id:2", 20.0, name_key="acme", domain="acme.de", country="DE"),
    account("id:3", 90.0, name_key="beta", domain="beta.com", country="US"),
    account("id:4", 95.0, name_key="gamma", domain="gamma.com", country="US"),
    account("id:5", 85.0, name_key="delta", domain="delta.com", country="US", excluded=True),
    account("id:6", 60.0, name_key="omega", domain="omega.com", country="US"),
]


def test_pins_come_first_and_use_capacity(engine, arrow) -> None:
    pins = [Pin("acme.com", "A", by="Ann", why="strategic", until=TODAY), Pin("omega", "A")]
    followed = pinned(arrow, engine, NAMED, pins)
    assert sorted(followed.accounts) == ["id:1", "id:6"]
    assert followed.unfollowed == ()
    assert told(tiered(engine, NAMED, pins=followed)) == [
        ("id:6", "A", "1:1", 1, "pinned to A", None),
        ("id:1", "A", "1:1", 2, "pinned to A by Ann: strategic (until 2026-07-01)", None),
        # Pins alone fill A: there is no score that would be enough.
        ("id:4", "B", "1:many", 1, "A is full (2); score 95 reaches 50", None),
        ("id:3", "B", "1:many", 2, "A is full (2); score 90 reaches 50", None),
        ("id:2", None, None, None, "score 20, B asks for 50", 30.0),
        ("id:5", None, None, None, "excluded", None),
    ]


def test_more_pins_than_capacity_are_all_followed(engine, arrow) -> None:
    pins = [Pin(f"id:{n}", "A") for n in (1, 2, 3)]
    rows = tiered(engine, NAMED, pins=pinned(arrow, engine, NAMED, pins))
    assert [row["account_id"] for row in rows if row["tier"] == "A"] == ["id:3", "id:2", "id:1"]


def test_a_pin_to_a_lower_tier_keeps_an_account_out_of_the_higher(engine, arrow) -> None:
    rows = tiered(engine, NAMED, pins=pinned(arrow, engine, NAMED, [Pin("gamma", "B")]))
    (gamma,) = [row for row in rows if row["account_id"] == "id:4"]
    assert (gamma["tier"], gamma["strategy"], gamma["tier_rank"]) == ("B", "1:many", 1)


@pytest.mark.parametrize(("override", "where"), [(False, None), (True, "A")])
def test_an_exclusion_beats_a_pin_unless_it_overrides(engine, arrow, override, where) -> None:
    pins = pinned(arrow, engine, NAMED, [Pin("delta", "A", override=override)])
    (delta,) = [r for r in tiered(engine, NAMED, pins=pins) if r["account_id"] == "id:5"]
    assert delta["tier"] == where
    assert delta["tier_reason"] == ("pinned to A" if override else "excluded")


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        (Pin("acme", "A"), "it could be any of id:1, id:2"),
        (Pin("nobody", "A"), "no such account"),
        (Pin("beta", "Z"), "there is no tier 'Z'"),
        (Pin("beta", "A", until=TODAY - timedelta(days=1)), "it ended on 2026-06-30"),
    ],
)
def test_a_pin_that_cannot_be_followed_says_why(engine, arrow, pin, why) -> None:
    followed = pinned(arrow, engine, NAMED, [pin])
    assert followed.accounts == {}
    assert in_words(followed.unfollowed) == [(pin, why)]


def test_an_account_is_pinned_once(engine, arrow) -> None:
    pins = [Pin("beta", "A"), Pin("beta.com", "B")]
    followed = pinned(arrow, engine, NAMED, pins)
    assert followed.accounts == {"id:3": pins[0]}
    assert in_words(followed.unfollowed) == [(pins[1], "id:3 is pinned already")]


def test_no_pins_need_no_ids(arrow, engine) -> None:
    tiers = Tiers.model_validate(AB)
    assert pinned_by(engine.frame([{"name": "A"}]), [], None, tiers, as_of=TODAY).accounts == {}
    with pytest.raises(UsageError, match="a pin needs the column account_id"):
        pinned(arrow, engine, [{"name": "A"}], [Pin("A", "A")])


# Errors ----------------------------------------------------------------------------------------


def test_an_account_id_that_stands_twice_is_an_error(engine) -> None:
    with pytest.raises(InputError, match="account_id 'a' stands there twice; run `abmkit dedupe`"):
        tiered(engine, [account("a", 1.0), account("b", 2.0), account("a", 3.0)])


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"fit_score": 1.0}, "tier needs the column account_id"),
        ({"account_id": "a"}, "tier needs the column fit_score; run `abmkit score` first"),
    ],
)
def test_a_column_that_tiers_need_is_asked_for(engine, record, said) -> None:
    with pytest.raises(UsageError, match=said):
        tiered(engine, [record])


@pytest.mark.parametrize(
    ("config", "where"),
    [
        ({"within": "teritory_x"}, "tier.within"),
        ({"rank_by": ["fit_scoer"]}, "tier.rank_by"),
        ({"tiers": [{"id": "A", "when": {"plan": "x"}}]}, r"tier\.tiers\.A\.when"),
    ],
)
def test_an_unknown_column_names_those_there_are(engine, config, where) -> None:
    with pytest.raises(ColumnError, match=f"{where}: no column") as caught:
        tiered(engine, [account("a", 1.0)], config)
    assert set(caught.value.available) >= {"account_id", "fit_score", "fit_known"}


def test_ranks_are_by_numbers_only(engine) -> None:
    with pytest.raises(UsageError, match=r"tier\.rank_by: technologies is no number"):
        tiered(engine, [account("a", 1.0, technologies=["x"])], {"rank_by": ["technologies"]})


# Where accounts would stand ----------------------------------------------------------------------


def test_the_tier_an_account_reaches_knows_no_capacity_pin_or_exclusion(engine) -> None:
    records = [account(f"a{n}", 80.0 + n, excluded=n % 2 == 0) for n in range(4)]
    records += [account("b", 60.0), account("c", 10.0), account("d", None)]
    rows = engine.rows(reached(engine.frame(records), Tiers.model_validate(AB), as_of=TODAY))
    assert [row["tier"] for row in rows] == ["A", "A", "A", "A", "B", None, None]


# Properties ------------------------------------------------------------------------------------

SCORES = st.one_of(st.none(), st.integers(0, 20).map(lambda n: n * 5.0))
TIER = st.fixed_dictionaries(
    {"min_score": st.sampled_from([0, 20, 50, 75])},
    optional={
        "min_known": st.sampled_from([0.5, 1.0]),
        "capacity": st.integers(0, 4),
        "when": st.just({"listed": True}),
    },
)
CONFIGS = st.builds(
    lambda tiers, within: {
        "tiers": [{**each, "id": f"T{n}"} for n, each in enumerate(tiers)],
        **({"within": "territory"} if within else {}),
    },
    st.lists(TIER, min_size=1, max_size=3),
    st.booleans(),
)


@st.composite
def listings(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            "account_id": f"a{n:02}",
            "fit_score": draw(SCORES),
            "fit_known": draw(st.sampled_from([0.0, 0.5, 1.0])),
            "territory": draw(st.sampled_from(["N", "S", None])),
            "potential": draw(st.sampled_from([None, 1.0, 2.0])),
            "listed": draw(st.sampled_from([True, False, None])),
            "excluded": draw(st.sampled_from([False, False, True])),
            "pinned": draw(st.sampled_from([None, None, None, "T0", "T1"])),
            "override": draw(st.booleans()),
        }
        for n in range(draw(st.integers(1, 25)))
    ]


def pins_of(arrow, engine, records, config):
    pins = [
        Pin(r["account_id"], r["pinned"], override=r["override"]) for r in records if r["pinned"]
    ]
    return pinned(arrow, engine, records, pins, config) if pins else None


def better_first(row: dict[str, Any]) -> tuple[Any, ...]:
    ranks = (row["fit_score"], row["potential"])
    return (*((v is None, -(v or 0.0)) for v in ranks), row["account_id"])


def expected(records, config, pins) -> dict[str, tuple[str | None, int | None]]:
    """Tier and rank of each account, by the rules as they are written, one account at a time."""
    used: dict[tuple[str, Any], int] = defaultdict(int)
    place = {r["account_id"]: r["territory"] if "within" in config else "" for r in records}
    free = [
        r
        for r in records
        if not r["excluded"] or (r["account_id"] in pins and pins[r["account_id"]].override)
    ]
    inside = {r["account_id"]: pins[r["account_id"]].tier for r in free if r["account_id"] in pins}
    for account_id, where in inside.items():
        used[where, place[account_id]] += 1
    for each in config["tiers"]:
        for record in sorted(free, key=better_first):
            account_id = record["account_id"]
            key = each["id"], place[account_id]
            meets = (
                (not each["min_score"] or (record["fit_score"] or 0.0) >= each["min_score"])
                and record["fit_known"] >= each.get("min_known", 0)
                and ("when" not in each or record["listed"] is True)
            )
            if account_id not in inside and meets and used[key] < each.get("capacity", 99):
                used[key] += 1
                inside[account_id] = each["id"]
    ranks: dict[tuple[str, Any], int] = defaultdict(int)
    found: dict[str, tuple[str | None, int | None]] = dict.fromkeys(place, (None, None))
    for record in sorted(free, key=better_first):
        if where := inside.get(record["account_id"]):
            ranks[where, place[record["account_id"]]] += 1
            found[record["account_id"]] = where, ranks[where, place[record["account_id"]]]
    return found


@settings(max_examples=25, deadline=None)
@given(records=listings(), config=CONFIGS, shuffle=st.randoms(use_true_random=False))
def test_tiers_are_filled_best_first_up_to_their_capacity(arrow, records, config, shuffle) -> None:
    pins = pins_of(arrow, arrow, records, config)
    rows = tiered(arrow, records, config, pins)
    assert len(rows) == len(records)
    found = {row["account_id"]: (row["tier"], row["tier_rank"]) for row in rows}
    assert found == expected(records, config, pins.accounts if pins else {})
    # The list by tier and rank, then the rest by id.
    order = [t["id"] for t in config["tiers"]]
    on_list = [row for row in rows if row["tier"]]
    keys = [(order.index(row["tier"]), row["tier_rank"]) for row in on_list]
    assert keys == sorted(keys)
    assert rows[: len(on_list)] == on_list
    rest = [row["account_id"] for row in rows[len(on_list) :]]
    assert rest == sorted(rest)
    # The same rows in the same order whatever order the accounts come in.
    shuffle.shuffle(records)
    assert tiered(arrow, records, config, pins) == rows


# Tiers that ask for more the higher they are, and for nothing but points.
LADDERS = CONFIGS.map(
    lambda config: {
        **config,
        "tiers": [
            {"id": each["id"], "min_score": least, **{k: v for k, v in each.items() if k == "capacity"}}
            for each, least in zip(
                config["tiers"], sorted((t["min_score"] for t in config["tiers"]), reverse=True), strict=True
            )
        ],
    }
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(records=listings(), config=LADDERS)
def test_the_points_that_lack_are_enough_and_no_more(arrow, records, config) -> None:
    rows = tiered(arrow, records, config)
    tiers = [t["id"] for t in config["tiers"]]

    def place_with(account_id: str, score: float) -> int:
        changed = [
            {**r, "fit_score": score, "potential": 9.0} if r["account_id"] == account_id else r
            for r in records
        ]
        (row,) = [r for r in tiered(arrow, changed, config) if r["account_id"] == account_id]
        return tiers.index(row["tier"]) if row["tier"] else len(tiers)

    for row in [row for row in rows if row["points_to_next_tier"] is not None][:3]:
        now = tiers.index(row["tier"]) if row["tier"] else len(tiers)
        needed = row["fit_score"] + row["points_to_next_tier"]
        # With them (and the best potential, which decides between equals) it would enter.
        assert place_with(row["account_id"], needed) < now
        if row["points_to_next_tier"] > 0:
            assert place_with(row["account_id"], needed - 0.01) >= now


@settings(max_examples=2, deadline=None)
@given(records=listings(), config=CONFIGS)
def test_engines_agree_and_a_second_tiering_changes_nothing(engine, arrow, records, config) -> None:
    pins = pins_of(arrow, engine, records, config)
    parsed = Tiers.model_validate(config)
    once = tier(engine.frame(records), parsed, pins, as_of=TODAY)
    rows = engine.rows(once)
    assert rows == tiered(arrow, records, config, pins)
    again = tier(once, parsed, pins, as_of=TODAY)
    assert (engine.rows(again), engine.columns(again)) == (rows, engine.columns(once))
    loose = tier(engine.frame(records), parsed, pins, as_of=TODAY, ordered=False)
    assert engine.rows(in_list_order(loose, parsed)) == rows


def test_the_accounts_given_stay_as_they_are(engine) -> None:
    frame = engine.frame(NAMED)
    before, columns = engine.rows(frame), engine.columns(frame)
    tier(frame, Tiers.model_validate(AB), as_of=TODAY)
    assert (engine.rows(frame), engine.columns(frame)) == (before, columns)


def test_the_list_is_the_same_in_any_order_of_rows(engine) -> None:
    shuffled = random.Random(2).sample(NAMED, len(NAMED))
    assert tiered(engine, shuffled) == tiered(engine, NAMED)
