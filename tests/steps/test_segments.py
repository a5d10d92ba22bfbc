"""Cards per segment: who is scored by which, as if there were only that card."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.loading import parse_config
from abmkit.config.sections.score import Score
from abmkit.domain.rules.scorecards import all_criteria, cards
from abmkit.errors import ColumnError, ConfigError
from abmkit.reports.reasons import fit_in_words
from abmkit.reports.words import words
from abmkit.runs.parts import count_cards
from abmkit.steps.score import card_counts
from abmkit.steps.score import score as step

TODAY = date(2026, 7, 1)
EN = words("en")
FIT = ("fit_score", "fit_low", "fit_high", "fit_known")
BIG = {"id": "size", "bands": [{"when": {"employees": {"at_least": 1000}}, "points": 3}]}
PLACE = {"id": "place", "bands": [{"when": {"country": "US"}, "points": 1}]}
LISTED = {"id": "listed", "bands": [{"when": {"listed": True}, "points": 1}]}
BANKS = {"id": "banks", "when": {"industry": "Banking"}, "criteria": [BIG, LISTED]}
SMALL = {
    "id": "small", "when": {"employees": {"below": 100}}, "missing": "skip",
    "criteria": [PLACE, LISTED],
}  # fmt: skip
CONFIG: dict[str, Any] = {"criteria": [PLACE, BIG], "segments": [BANKS, SMALL]}
COLUMNS = ("industry", "employees", "country", "listed", "size_class")


def scored(engine, records, config=CONFIG, **options) -> list[dict[str, Any]]:
    made = Score.model_validate(config)
    frame = step(engine.frame(records, COLUMNS), made, as_of=TODAY, **options)
    return engine.rows(fit_in_words(frame, made, EN))


def test_each_card_is_a_hundred_by_itself_and_says_that_it_counted(engine) -> None:
    records = [
        {"industry": "Banking", "employees": 2000, "country": "US", "listed": True},
        {"industry": "Banking", "employees": 20, "country": "US", "listed": None},
        {"industry": "Retail", "employees": 20, "country": "US", "listed": None},
        {"industry": "Retail", "employees": 2000, "country": "DE", "listed": True},
        # Unknown is not in a segment.
        {"industry": None, "employees": None, "country": "US", "listed": True},
    ]
    rows = scored(engine, records, points=True, reasons=True)
    assert [row["fit_card"] for row in rows] == ["banks", "banks", "small", "general", "general"]
    assert [tuple(row[name] for name in FIT) for row in rows] == [
        (100.0, 100.0, 100.0, 1.0),
        (12.5, 0.0, 25.0, 0.75),
        (100.0, 50.0, 100.0, 0.5),
        (75.0, 75.0, 75.0, 1.0),
        (62.5, 25.0, 100.0, 0.25),
    ]
    points = [[row[f"points_{c}"] for c in ("size", "listed", "place")] for row in rows]
    assert points == [
        [75.0, 25.0, 0.0], [0.0, 12.5, 0.0], [0.0, 0.0, 100.0], [75.0, 0.0, 0.0], [37.5, 0.0, 25.0],
    ]  # fmt: skip
    assert [row["fit_reasons"] for row in rows] == [
        "card banks; employees 2,000 at least 1,000: 75 of 75; listed yes: 25 of 25",
        "card banks; employees 20 in no band: 0 of 75; listed unknown: 12.5 of 25 assumed",
        "card small; country US: 50 of 50; listed unknown: left out",
        "card general; country DE in no band: 0 of 25; employees 2,000 at least 1,000: 75 of 75",
        "card general; country US: 25 of 25; employees unknown: 37.5 of 75 assumed",
    ]


def test_who_is_in_no_segment_has_no_score_without_a_general_card(engine) -> None:
    config = {"segments": [BANKS, SMALL]}
    records = [
        {"industry": "Retail", "employees": 5000, "country": "US", "listed": True},
        {"industry": "Banking", "employees": 5000, "country": "US", "listed": True},
    ]
    none, bank = scored(engine, records, config, points=True, reasons=True)
    assert [none[name] for name in (*FIT, "fit_card", "points_size", "points_place")] == [
        None, None, None, 0.0, None, None, None,
    ]  # fmt: skip
    assert none["fit_reasons"] == "in no segment, and there is no card for all others"
    assert (bank["fit_score"], bank["fit_card"]) == (100.0, "banks")
    frame = engine.frame(records, COLUMNS)
    counts = card_counts(frame, Score.model_validate(config), as_of=TODAY)
    assert counts == {"banks": 1, "small": 0, None: 1}
    rows = [{**none, "excluded": False, "tier": None}, {**bank, "excluded": False, "tier": "A"}]
    told = count_cards(engine.frame(rows), Score.model_validate(config))
    assert [(e.card, e.accounts, e.listed) for e in told] == [
        ("banks", 1, 1), ("small", 0, 0), (None, 1, 0),
    ]  # fmt: skip


def test_scored_anew_without_segments_no_card_is_left(engine) -> None:
    frame = step(
        engine.frame([{"country": "US"}], COLUMNS), Score.model_validate(CONFIG), as_of=TODAY
    )
    again = step(frame, Score.model_validate({"criteria": [PLACE]}), as_of=TODAY)
    assert "fit_card" not in engine.columns(again)


def test_what_several_cards_ask_alike_is_asked_once() -> None:
    made = cards(Score.model_validate(CONFIG))
    assert [card.id for card in made] == ["banks", "small", "general"]
    assert [each.asked for each in all_criteria(made)] == [0, 1, 2, 1, 2, 0]
    assert [sum(each.best for each in card.criteria) for card in made] == [10_000] * 3


def test_a_column_that_is_nowhere_is_named_where_it_stands(arrow) -> None:
    band = {"when": {"sise_class": "x"}, "points": 1}
    segment = {"id": "s", "when": {"country": "US"}, "criteria": [{"id": "c", "bands": [band]}]}
    with pytest.raises(ColumnError, match=r"score\.segments\.s\.criteria\.c: no column"):
        scored(arrow, [{"country": "US"}], {"segments": [segment]})
    with pytest.raises(ColumnError, match=r"score\.segments\.s\.when: no column"):
        scored(
            arrow, [{"country": "US"}], {"segments": [{**BANKS, "id": "s", "when": {"sise": 1}}]}
        )


CONFIGS = [
    ({"segments": [BANKS, {**SMALL, "id": "Banks"}]}, "score.segments: the name 'banks' / 'Banks' is given twice"),
    ({"segments": [{**BANKS, "criteria": [BIG, BIG]}]}, "score.segments.banks.criteria: the name 'size' is given twice"),
    ({"segments": [BANKS], "criteria": [{**BIG, "id": "Size"}]}, "spelled differently, 'Size' / 'size': write one"),
    ({"segments": [{**BANKS, "id": "General"}]}, "is what the card of [[score.criteria]] is called: write another id"),
    ({"segments": [{**BANKS, "criteria": []}]}, "score.segments.banks.criteria"),
    ({"segments": [BANKS], "outcome": {"name": "won", "intercept": 0, "per_point": 1}}, "remove [score.outcome], or the segments"),
]  # fmt: skip


@pytest.mark.parametrize(("score", "said"), CONFIGS)
def test_a_config_that_cannot_be_meant_is_refused(score, said) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_config({"version": 1, "score": score})
    assert said in str(refused.value)


# Properties ------------------------------------------------------------------------------------

VALUES: dict[str, list[Any]] = {
    "industry": [None, "Banking", "Retail"],
    "employees": [None, 10, 500, 3000],
    "country": [None, "US", "DE"],
    "listed": [None, True, False],
}
CRITERIA = [BIG, PLACE, LISTED, {"id": "both", "bands": [
    {"when": {"employees": {"between": [100, 1000]}, "country": "DE"}, "points": 7},
    {"when": {"industry": "Retail"}, "points": 3},
]}]  # fmt: skip
WHEN: dict[str, tuple[Any, Any]] = {
    "bank": ({"industry": "Banking"}, lambda r: r["industry"] == "Banking"),
    "tiny": ({"employees": {"below": 100}}, lambda r: (r["employees"] or 999) < 100),
    "de": (
        {"country": "DE", "listed": True},
        lambda r: r["country"] == "DE" and r["listed"] is True,
    ),
    "dark": ({"industry": {"known": False}}, lambda r: r["industry"] is None),
}
CARD = st.tuples(
    st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
    st.sampled_from([None, 0, 0.3, "skip"]),
)


def card(drawn: Any) -> dict[str, Any]:
    """A card as a config has it."""
    chosen, weights, missing = drawn
    criteria = []
    for number in chosen:
        bands = [{**b, "points": b["points"] * weights[number]} for b in CRITERIA[number]["bands"]]
        criteria.append({"id": CRITERIA[number]["id"], "bands": bands})
    return {"criteria": criteria, **({} if missing is None else {"missing": missing})}


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.sampled_from([*WHEN]), CARD), min_size=1, max_size=3, unique_by=lambda s: s[0]),
    st.none() | CARD,
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(v) for name, v in VALUES.items()}),
        min_size=1, max_size=7,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_an_account_scores_what_its_card_alone_gives_it(
    arrow, segments, general, records, rng
) -> None:
    config: dict[str, Any] = {} if general is None else {"criteria": card(general)["criteria"]}
    config["segments"] = [{"id": id, "when": WHEN[id][0], **card(each)} for id, each in segments]
    rows = [{"account_id": f"x:{n}", **record} for n, record in enumerate(records)]
    found = scored(arrow, rows, config, points=True)
    for record, row in zip(rows, found, strict=True):
        chosen = next((n for n, (id, _) in enumerate(segments) if WHEN[id][1](record)), None)
        if chosen is None and general is None:
            assert (row["fit_card"], row["fit_score"], row["fit_known"]) == (None, None, 0.0)
            continue
        own = config["segments"][chosen] if chosen is not None else config
        alone = {key: own[key] for key in ("criteria", "missing") if key in own}
        (by_itself,) = scored(arrow, [record], alone, points=True)
        assert row["fit_card"] == ("general" if chosen is None else own["id"])
        names = [n for n in by_itself if n.startswith(("fit_", "points_"))]
        assert {n: row[n] for n in names} == {n: by_itself[n] for n in names}
        points = {n: v for n, v in row.items() if n.startswith("points_")}
        if row["fit_score"] is None:
            assert set(points.values()) == {None}
        else:
            assert sum(round(v * 100) for v in points.values()) == round(row["fit_score"] * 100)
            assert all(v == 0 for n, v in points.items() if n not in names)
    rng.shuffle(rows)
    by_id = {row["account_id"]: row for row in found}
    assert scored(arrow, rows, config, points=True) == [by_id[row["account_id"]] for row in rows]


def test_many_accounts_are_the_same_on_every_engine(engine, arrow) -> None:
    rng = random.Random(7)
    records = [{name: rng.choice(v) for name, v in VALUES.items()} for _ in range(120)]
    config = {
        "criteria": CRITERIA[2:],
        "segments": [
            {"id": id, "when": WHEN[id][0], "criteria": CRITERIA[n:], "missing": share}
            for n, (id, share) in enumerate([("bank", 0.3), ("tiny", "skip"), ("de", 0)])
        ],
    }
    options = {"points": True, "reasons": True}
    assert scored(engine, records, config, **options) == scored(arrow, records, config, **options)
