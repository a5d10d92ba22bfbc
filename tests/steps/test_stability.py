"""Tiers that hold still: what was counts, and never more than it should."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.errors import UsageError
from abmkit.reports.reasons import tier_in_words
from abmkit.reports.words import words
from abmkit.steps.tier import tier as step
from frames import Engine

TODAY = date(2026, 7, 1)
LONG_AGO = date(2025, 1, 1)
EN = words("en")
TIERS = [
    {"id": "A", "min_score": 80, "capacity": 2},
    {"id": "B", "min_score": 50, "capacity": 3},
]


def account(account_id: str, fit_score: float | None, **other: Any) -> dict[str, Any]:
    return {"account_id": account_id, "fit_score": fit_score, "fit_known": 1.0, **other}


def before(engine: Engine, tiers: dict[str, str], since: date | None = LONG_AGO) -> Previous:
    """A list of before: the tier of each account."""
    rows = [{"account_id": i, "tier": t, "tier_since": since} for i, t in tiers.items()]
    return Previous.of(engine.frame(rows, ["account_id", "tier", "tier_since"]))


def tiered(engine, records, config, previous, pins=None) -> list[dict[str, Any]]:
    parsed = Tiers.model_validate(config)
    done = step(engine.frame(records), parsed, pins, previous, as_of=TODAY)
    return engine.rows(tier_in_words(done, parsed, EN))


def told(rows, *columns: str) -> dict[str, tuple[Any, ...]]:
    return {row["account_id"]: tuple(row[c] for c in columns) for row in rows}


def test_who_is_in_a_tier_leaves_it_only_below_the_margin(engine) -> None:
    config = {"tiers": TIERS, "stability": {"margin": 5}}
    records = [account("a", 75.0), account("b", 74.99), account("c", 79.0), account("d", 44.0)]
    rows = tiered(engine, records, config, before(engine, {"a": "A", "b": "A", "d": "B"}))
    assert told(rows, "tier", "previous_tier", "change", "tier_reason", "change_reason") == {
        "a": ("A", "A", "stays", "score 75 is within 5 of what A asks", None),
        "b": ("B", "A", "down", "score 74.99 reaches 50", "score 74.99, A asks for 75"),
        # Who was never in it is asked for all of it.
        "c": ("B", None, "entered", "score 79 reaches 50", "score 79 reaches 50"),
        "d": (None, "B", "left", "score 44, B asks for 50", "score 44, B asks for 45"),
    }
    since = told(rows, "tier_since")
    assert since == {"a": (LONG_AGO,), "b": (TODAY,), "c": (TODAY,), "d": (None,)}


def test_a_place_is_given_only_to_who_has_more_by_the_margin(engine) -> None:
    config = {"tiers": TIERS, "stability": {"margin": 5}}
    records = [account("a", 90.0), account("b", 85.0), account("c", 89.99), account("d", 50.0)]
    was = before(engine, {"a": "A", "b": "A", "d": "B"})
    rows = tiered(engine, records, config, was)
    assert told(rows, "tier", "tier_rank", "points_to_next_tier", "tier_reason")["c"] == (
        "B",
        1,
        0.01,
        "A is full (2); score 89.99 reaches 50",
    )
    records[2]["fit_score"] = 90.0
    rows = tiered(engine, records, config, was)
    assert told(rows, "tier", "change", "change_reason") == {
        "a": ("A", "stays", None),
        "c": ("A", "entered", "score 90 reaches 80"),
        "b": ("B", "down", "A is full (2)"),
        "d": ("B", "stays", None),
    }
    # Ranks are by the score alone.
    assert [row["account_id"] for row in rows] == ["a", "c", "b", "d"]


def test_who_falls_from_above_was_here_before_newcomers(engine) -> None:
    tiers = [TIERS[0], {**TIERS[1], "capacity": 1}]
    config = {"tiers": tiers, "stability": {"margin": 5}}
    records = [account("a", 60.0), account("b", 64.99)]
    rows = tiered(engine, records, config, before(engine, {"a": "A"}))
    assert told(rows, "tier", "change") == {"a": ("B", "down"), "b": (None, None)}


def test_an_account_stays_as_long_as_it_must(engine) -> None:
    config = {"tiers": TIERS, "stability": {"min_days": 90}}
    records = [account("a", 10.0), account("b", 99.0), account("c", 98.0), account("d", 97.0)]
    recently = TODAY - timedelta(days=89)
    rows = tiered(engine, records, config, before(engine, {"a": "A", "b": "B"}, recently))
    assert told(rows, "tier", "change", "tier_reason", "points_to_next_tier") == {
        "a": ("A", "stays", "score 10; stays 90 days from 2026-04-03", None),
        # Neither out nor up.
        "b": ("B", "stays", "A is full (2); score 99; stays 90 days from 2026-04-03", None),
        "c": ("A", "entered", "score 98 reaches 80", None),
        # Whose place is kept cannot be had for points; the other's can.
        "d": ("B", "entered", "A is full (2); score 97 reaches 50", 1.0),
    }
    then = TODAY - timedelta(days=90)
    rows = tiered(engine, records, config, before(engine, {"a": "A", "b": "B"}, then))
    assert told(rows, "tier", "change")["a"] == (None, "left")
    assert told(rows, "tier", "change")["b"] == ("A", "up")


def test_exclusions_and_pins_count_at_once(engine) -> None:
    config = {"tiers": TIERS, "stability": {"margin": 50, "min_days": 900, "max_moves": 0}}
    records = [account("a", 90.0, excluded=True), account("b", 90.0), account("c", 90.0)]
    was = before(engine, dict.fromkeys("abc", "A"))
    rows = tiered(engine, records, config, was, Pinned({"b": Pin("b", "B")}, ()))
    assert told(rows, "tier", "change", "change_reason") == {
        "a": (None, "left", "excluded"),
        "b": ("B", "down", "pinned to B"),
        "c": ("A", "stays", None),
    }


def test_what_became_unknown_puts_nobody_out(engine) -> None:
    config = {
        "tiers": [{"id": "A", "min_known": 0.6, "when": {"listed": True}}],
        "stability": {"margin": 10},
    }
    records = [
        account("a", 9.0, listed=None) | {"fit_known": 0.5},
        account("b", 9.0, listed=False),
        account("c", 9.0, listed=True) | {"fit_known": 0.49},
        account("d", 9.0, listed=None),
    ]
    rows = tiered(engine, records, config, before(engine, dict.fromkeys("abc", "A")))
    asked = "A asks for 60% known and listed is yes"
    assert told(rows, "tier", "change", "change_reason") == {
        "a": ("A", "stays", None),
        "b": (None, "left", asked),
        "c": (None, "left", asked),
        "d": (None, None, None),
    }


def test_at_most_so_many_move_and_the_most_deserving_first(engine) -> None:
    config = {"tiers": TIERS, "stability": {"max_moves": 2}}
    records = [
        account("a", 80.0),
        account("b", 81.0),
        account("c", 99.0),
        account("d", 90.0),
        account("e", 60.0),
    ]
    was = {"a": "A", "b": "A", "c": "B", "d": "B", "e": "B"}
    rows = tiered(engine, records, config, before(engine, was))
    # Two would go up and two make room: the best one and the worst one change places.
    assert told(rows, "tier", "change", "tier_reason") == {
        "b": ("A", "stays", "score 81 reaches 80"),
        "c": ("A", "up", "score 99 reaches 80"),
        "a": ("B", "down", "A is full (2); score 80 reaches 50"),
        "d": ("B", "stays", "A is full (2); score 90; waits: at most 2 moves a run"),
        "e": ("B", "stays", "score 60 reaches 50"),
    }
    for most, moved in ((1, 0), ("39%", 0), ("40%", 2), (4, 4), (None, 4)):
        config = {"tiers": TIERS, "stability": {"max_moves": most}}
        rows = tiered(engine, records, config, before(engine, was))
        assert sum(row["change"] != "stays" for row in rows) == moved, most


def test_a_place_that_no_move_may_fill_is_not_full_and_all_who_wait_say_so(engine) -> None:
    tiers = [{"id": "A", "min_score": 80, "capacity": 1}, {"id": "B", "min_score": 50}]
    records = [
        account("gone", 99.0, excluded=True),
        account("best", 95.0, excluded=False),
        account("next", 90.0, excluded=False),
        account("there", 85.0, excluded=False),
    ]
    was = before(engine, {"gone": "A", "there": "B"})
    rows = tiered(engine, records, {"tiers": tiers, "stability": {"max_moves": 0}}, was)
    waits = "waits: at most 0 moves a run"
    assert told(rows, "tier", "tier_reason") == {
        "gone": (None, "excluded"),
        "best": (None, f"score 95; {waits}"),
        "next": (None, f"score 90; {waits}"),
        "there": ("B", f"score 85; {waits}"),
    }


def test_a_tier_that_is_no_more_was_left_by_all(engine) -> None:
    config = {"tiers": TIERS, "stability": {"margin": 5, "min_days": 90}}
    records = [account("a", 90.0), account("b", 10.0)]
    rows = tiered(engine, records, config, before(engine, {"a": "Gold", "b": "Gold"}, TODAY))
    assert told(rows, "tier", "previous_tier", "tier_since", "change", "change_reason") == {
        "a": ("A", "Gold", TODAY, "moved", "there is no tier Gold any more"),
        "b": (None, "Gold", None, "left", "there is no tier Gold any more"),
    }


def test_room_that_came_free_is_told_from_a_score_that_rose(engine) -> None:
    rows = [{"account_id": "a", "tier": "B", "fit_score": 85.0}]
    rows += [{"account_id": "b", "tier": "B", "fit_score": 70.0}]
    was = Previous.of(engine.frame(rows))
    done = tiered(engine, [account("a", 85.0), account("b", 84.0)], {"tiers": TIERS}, was)
    assert told(done, "change", "change_reason", "tier_since") == {
        "a": ("up", "room in A: score 85 was enough before", TODAY),
        "b": ("up", "score 84 reaches 80", TODAY),
    }


def test_what_a_list_of_before_does_not_say_is_unknown(engine) -> None:
    was = Previous.of(engine.frame([{"account_id": "a", "tier": "A"}]))
    config = {"tiers": TIERS, "stability": {"min_days": 900}}
    assert told(tiered(engine, [account("a", 90.0)], config, was), "tier_since") == {"a": (None,)}
    assert told(tiered(engine, [account("a", 10.0)], config, was), "change") == {"a": ("left",)}
    on_day = Previous.of(engine.frame([{"account_id": "a", "tier": "A"}]), LONG_AGO)
    rows = tiered(engine, [account("a", 90.0)], config, on_day)
    assert told(rows, "tier_since") == {"a": (LONG_AGO,)}


def test_an_account_that_was_two_is_what_the_better_of_them_was(engine) -> None:
    rows = [
        {"account_id": "a", "tier": "B", "tier_since": LONG_AGO},
        {"account_id": "a", "tier": "A", "tier_since": TODAY},
    ]
    was = Previous.of(engine.frame(rows))
    done = tiered(engine, [account("a", 90.0)], {"tiers": TIERS}, was)
    assert told(done, "previous_tier", "change", "tier_since") == {"a": ("A", "stays", TODAY)}


def test_a_list_of_before_has_ids_and_tiers(engine) -> None:
    with pytest.raises(UsageError, match="a list of before needs the column account_id"):
        Previous.of(engine.frame([{"tier": "A"}]))
    with pytest.raises(UsageError, match="a list of before needs the column tier"):
        Previous.of(engine.frame([{"account_id": "a"}]))


def test_an_empty_list_of_before_holds_nobody_back(engine) -> None:
    config = {"tiers": TIERS, "stability": {"max_moves": "5%", "min_days": 90}}
    rows = tiered(engine, [account("a", 90.0)], config, before(engine, {}))
    assert told(rows, "tier", "change", "tier_since") == {"a": ("A", "entered", TODAY)}


@pytest.mark.parametrize("most", [0, 7, "5%", "2.5%", None])
def test_a_limit_of_moves_is_a_count_or_a_share(most) -> None:
    config = Tiers.model_validate({"stability": {"max_moves": most}})
    assert config.stability is not None
    assert config.stability.max_moves == most


@pytest.mark.parametrize("most", [-1, 2.5, True, "five", "5", "-5%"])
def test_another_limit_of_moves_is_an_error(most) -> None:
    with pytest.raises(ValueError, match="neither a count nor a share: write it like 50 or '5%'"):
        Tiers.model_validate({"stability": {"max_moves": most}})


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
STABILITY = st.fixed_dictionaries(
    {},
    optional={
        "margin": st.sampled_from([0, 5, 10.5]),
        "min_days": st.sampled_from([0, 30]),
        "max_moves": st.sampled_from([0, 1, 3, "20%"]),
    },
)


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    tiers = draw(st.lists(TIER, min_size=1, max_size=3))
    return {
        "tiers": [{**each, "id": f"T{n}"} for n, each in enumerate(tiers)],
        "stability": draw(STABILITY),
        **({"within": "territory"} if draw(st.booleans()) else {}),
    }


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Accounts, with the tier that each was in and how long ago it entered it."""
    return [
        {
            "account_id": f"a{n:02}",
            "fit_score": draw(SCORES),
            "fit_known": draw(st.sampled_from([0.0, 0.5, 1.0])),
            "territory": draw(st.sampled_from(["N", "S", None])),
            "potential": draw(st.sampled_from([None, 1.0, 2.0])),
            "listed": draw(st.sampled_from([True, False, None])),
            "excluded": draw(st.sampled_from([False, False, True])),
            "was": draw(st.sampled_from([None, "T0", "T1", "T2"])),
            "days": draw(st.sampled_from([10, 100])),
            "pin": draw(st.sampled_from([None, None, None, None, "T0"])),
        }
        for n in range(draw(st.integers(1, 30)))
    ]


def run(engine: Engine, history, config) -> list[dict[str, Any]]:
    was = [
        {
            "account_id": r["account_id"],
            "tier": r["was"],
            "tier_since": TODAY - timedelta(days=r["days"]),
        }
        for r in history
    ]
    records = [{k: v for k, v in r.items() if k not in ("was", "days", "pin")} for r in history]
    pins = Pinned(
        {r["account_id"]: Pin(r["account_id"], r["pin"]) for r in history if r["pin"]}, ()
    )
    return tiered(engine, records, config, Previous.of(engine.frame(was)), pins)


def expected(history, config) -> dict[str, str | None]:
    """The tier of each account but for `max_moves`, by the rules, one account at a time."""
    stability, numbers = config["stability"], [t["id"] for t in config["tiers"]]
    margin, days = stability.get("margin", 0), stability.get("min_days", 0)
    place = {r["account_id"]: r["territory"] if "within" in config else "" for r in history}
    free = [r for r in history if not r["excluded"]]
    inside = {r["account_id"]: r["pin"] for r in free if r["pin"]}
    used = Counter((tier, place[account_id]) for account_id, tier in inside.items())
    any_before = any(r["was"] for r in history)

    def was(record) -> int | None:
        return numbers.index(record["was"]) if record["was"] in numbers and any_before else None

    def held(record) -> bool:
        return was(record) is not None and record["days"] < days

    def meets(record, number: int) -> bool:
        tier, score, known = config["tiers"][number], record["fit_score"], record["fit_known"]
        least, asks = tier["min_score"], tier.get("min_known", 0)
        enough = not least or (score is not None and score >= least)
        plain = enough and known >= asks and ("when" not in tier or record["listed"] is True)
        if was(record) == number:
            stays = not least or (score is not None and score >= max(least - margin, 0))
            stays = stays and known >= asks - margin / 100
            return (
                held(record)
                or plain
                or (stays and not ("when" in tier and record["listed"] is False))
            )
        return plain and not (held(record) and was(record) > number)

    def order(record, number: int) -> tuple[Any, ...]:
        score, potential, home = record["fit_score"], record["potential"], was(record)
        ahead = margin if home is not None and home <= number else 0
        return (
            not (held(record) and home == number),
            1.0 if score is None else -(score + ahead),
            score is None,
            -(score or 0),
            potential is None,
            -(potential or 0),
            record["account_id"],
        )

    for number, each in enumerate(config["tiers"]):
        for record in sorted(free, key=partial(order, number=number)):
            key = each["id"], place[record["account_id"]]
            if (
                record["account_id"] not in inside
                and meets(record, number)
                and used[key] < each.get("capacity", 99)
            ):
                used[key] += 1
                inside[record["account_id"]] = each["id"]
    return {r["account_id"]: inside.get(r["account_id"]) for r in history}


def filled(rows, config) -> dict[tuple[str, Any], int]:
    within = "territory" if "within" in config else None
    return Counter((r["tier"], r[within] if within else "") for r in rows if r["tier"])


@settings(max_examples=8)
@given(history=histories(), config=configs(), shuffle=st.randoms(use_true_random=False))
def test_capacity_holds_whatever_was_and_no_order_of_rows_matters(
    arrow, history, config, shuffle
) -> None:
    rows = run(arrow, history, config)
    assert len(rows) == len(history)
    pins: dict[tuple[str, Any], int] = defaultdict(int)
    for r in history:
        if r["pin"] and not r["excluded"]:
            pins["T0", r["territory"] if "within" in config else ""] += 1
    for (tier, place), count in filled(rows, config).items():
        (each,) = [t for t in config["tiers"] if t["id"] == tier]
        assert count <= max(each.get("capacity", 99), pins[tier, place])
    shuffle.shuffle(history)
    assert run(arrow, history, config) == rows


@settings(max_examples=8)
@given(history=histories(), config=configs())
def test_what_was_counts_as_it_is_written(arrow, history, config) -> None:
    config["stability"].pop("max_moves", None)
    found = {row["account_id"]: row["tier"] for row in run(arrow, history, config)}
    assert found == expected(history, config)


@settings(max_examples=8)
@given(history=histories(), config=configs())
def test_no_run_makes_more_moves_than_it_may(arrow, history, config) -> None:
    most = config["stability"].setdefault("max_moves", 2)
    known = {t["id"] for t in config["tiers"]}
    listed = sum(r["was"] is not None for r in history)
    most = int(listed * 0.2) if most == "20%" else most
    at_home = run(arrow, history, {**config, "stability": {**config["stability"], "max_moves": 0}})
    rows = run(arrow, history, config)
    # What no run can help is what a run without any moves does, too.
    forced = {r["account_id"] for r in at_home if r["change"] not in ("stays", None)}
    moved = {r["account_id"] for r in rows if r["change"] not in ("stays", None)}
    if listed:
        assert len(moved) <= max(most, len(forced))
    assert all(row["tier_reason"] for row in [*at_home, *rows])
    for row, record in zip(sorted(at_home, key=lambda r: r["account_id"]), history, strict=True):
        if listed and row["change"] in ("entered", "up"):
            assert record["pin"]
        if listed and row["change"] in ("down", "left") and not record["pin"]:
            # Only who is excluded or finds his tier smaller than it was.
            assert record["excluded"] or row["previous_tier"] not in known or row["change_reason"]


@settings(max_examples=6)
@given(history=histories(), config=configs())
def test_the_same_again_changes_nothing(arrow, history, config) -> None:
    config["stability"].pop("max_moves", None)
    rows = run(arrow, history, config)
    was = Previous.of(arrow.frame(rows))
    records = [{k: v for k, v in r.items() if k not in ("was", "days", "pin")} for r in history]
    pins = Pinned(
        {r["account_id"]: Pin(r["account_id"], r["pin"]) for r in history if r["pin"]}, ()
    )
    again = tiered(arrow, records, config, was, pins)
    assert {row["change"] for row in again} <= {"stays", None}
    assert told(again, "tier", "tier_rank", "tier_since") == told(
        rows, "tier", "tier_rank", "tier_since"
    )


@settings(max_examples=6)
@given(history=histories(), config=configs())
def test_without_stability_or_a_list_of_before_tiers_are_what_they_were(
    arrow, history, config
) -> None:
    plain = {k: v for k, v in config.items() if k != "stability"}
    rows = run(arrow, history, plain)
    for none in (dict(plain), {**plain, "stability": {}}):
        assert told(run(arrow, history, none), "tier", "tier_rank", "tier_reason") == told(
            rows, "tier", "tier_rank", "tier_reason"
        )
    records = [{k: v for k, v in r.items() if k not in ("was", "days", "pin")} for r in history]
    pins = Pinned(
        {r["account_id"]: Pin(r["account_id"], r["pin"]) for r in history if r["pin"]}, ()
    )
    alone, steady = (tiered(arrow, records, each, None, pins) for each in (plain, config))
    assert alone == steady
    added = ("previous_tier", "tier_since", "change", "change_reason")
    assert [{k: v for k, v in r.items() if k not in added} for r in rows] == alone


@settings(max_examples=2)
@given(history=histories(), config=configs())
def test_engines_agree(engine, arrow, history, config) -> None:
    assert run(engine, history, config) == run(arrow, history, config)
