"""Reasons: what the steps give as codes, and what the reports make of it, are one thing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.score import Score
from abmkit.config.sections.tier import Tiers
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.domain.rules.scorecards import Criterion, scorecard
from abmkit.reports.reasons import fit_in_words, tier_in_words
from abmkit.reports.words import words
from abmkit.steps.score import score
from abmkit.steps.tier import tier

EN = words("en")
TODAY = date(2026, 7, 1)
AB = Tiers.model_validate(
    {
        "tiers": [
            {"id": "A", "min_score": 80, "min_known": 0.6, "capacity": 1},
            {"id": "B", "min_score": 50, "when": {"country": ["US"]}},
        ]
    }
)


def size(value, low=None, high=None) -> dict[str, Any]:
    return {"employees": value, "employees_min": low, "employees_max": high}


# A reader of one row: what a page or a program would do with the codes ----------------------------


def points(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def number(value: float) -> str:
    assert abs(value) < 1_000_000
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def value_text(name: str, row: dict[str, Any]) -> str:
    value = row.get(name)
    if name == "employees":
        low, high = row.get("employees_min"), row.get("employees_max")
        if low is None and high is None:
            return "employees unknown" if value is None else f"employees {number(value)}"
        if low is None or high is None:
            return f"employees up to {number(high)}" if low is None else f"employees {number(low)}+"
        return f"employees {number(low)}" + ("" if low == high else f"–{number(high)}")
    if value is None:
        return f"{name} unknown"
    return f"{name} {'yes' if value is True else 'no' if value is False else value}"


def asked_text(when: Condition) -> str:
    ((_, matcher),) = when.columns.items()
    ((test, literal),) = matcher.tests().items()
    if test == "between":
        return f" in {literal[0]}–{literal[1]}"
    return f" at least {literal}" if test == "at_least" else ""


def criterion_text(criterion: Criterion, code: str, row: dict[str, Any]) -> str:
    best = points(criterion.best)
    assumed = (
        "left out"
        if criterion.missing is None
        else f"{points(criterion.missing)} of {best} assumed"
    )
    endings = {"-": f" in no band: 0 of {best}", "?": f": {assumed}", "~": f" undecided: {assumed}"}
    subject = ", ".join(value_text(name, row) for name in criterion.columns)
    if code in endings:
        return subject + endings[code]
    when, earned = criterion.bands[int(code) - 1]
    told = asked_text(when) if len(criterion.columns) == 1 else ""
    return f"{subject}{told}: {points(earned)} of {best}"


def fit_text(row: dict[str, Any], config: Score) -> str:
    codes = [code.strip() for code in row["fit_reasons"].split(";")]
    pairs = zip(scorecard(config), codes, strict=True)
    return "; ".join(criterion_text(criterion, code, row) for criterion, code in pairs)


def tier_text(row: dict[str, Any], config: Tiers) -> str:
    kind, *parts = row["tier_reason"].split(";")
    if kind == "excluded":
        return kind
    if kind == "pinned":
        by, until, why = (part.replace("%3B", ";").replace("%25", "%") for part in parts)
        told = f" by {by}" * bool(by) + f": {why}" * bool(why) + f" (until {until})" * bool(until)
        return f"pinned to {row['tier']}{told}"
    score = row["fit_score"]
    points_text = "score unknown" if score is None else f"score {number(score)}"
    texts = []
    for code in (kind, *parts):
        what, _, place = code.partition(" ")
        if place:
            each = config.tiers[int(place) - 1]
            known = [f"{number(each.min_known * 100)}% known"] if each.min_known else []
            asked = known + (["listed is yes"] if each.when else [])
            full = f"{each.id} is full ({each.capacity})"
            texts.append(f"{each.id} asks for {' and '.join(asked)}" if what == "asks" else full)
        elif what == "reaches":
            least = next(each.min_score for each in config.tiers if each.id == row["tier"])
            texts.append(f"{points_text} reaches {number(least)}")
        elif what == "below":
            last = config.tiers[-1]
            texts.append(f"{points_text}, {last.id} asks for {number(last.min_score)}")
    return "; ".join(texts)


# Any config, any accounts -------------------------------------------------------------------------

COLUMNS = ["employees", "country", "listed"]
MATCHERS = {
    "employees": st.lists(st.integers(0, 10), min_size=2, max_size=2).map(
        lambda ends: {"between": sorted(ends)}
    ),
    "country": st.lists(st.sampled_from("ABC"), min_size=1, max_size=2),
    "listed": st.booleans(),
}
BANDS = st.sampled_from(COLUMNS).flatmap(
    lambda c: st.builds(lambda m, p: {"when": {c: m}, "points": p}, MATCHERS[c], st.integers(1, 30))
)
CRITERIA = st.lists(st.lists(BANDS, min_size=1, max_size=12), min_size=1, max_size=4)
VALUES = st.integers(0, 10)
SIZES = st.one_of(
    VALUES.map(lambda n: size(n, n, n)),
    VALUES.map(lambda n: size(n, n - 2, n + 3)),
    VALUES.map(lambda n: size(n, n, None)),
    VALUES.map(lambda n: size(n, None, n)),
    st.just(size(None)),
)
ACCOUNTS = st.lists(
    st.builds(
        lambda size, country, listed, score, known, excluded: {
            **size,
            "country": country,
            "listed": listed,
            "fit_score": score,
            "fit_known": known,
            "excluded": excluded,
        },
        SIZES,
        st.sampled_from(["A", "B", None]),
        st.sampled_from([True, False, None]),
        st.one_of(st.none(), st.integers(0, 10_000).map(lambda n: n / 100)),
        st.sampled_from([0.2, 0.5, 1.0]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(criteria=CRITERIA, missing=st.sampled_from(["skip", 0, 0.5]), records=ACCOUNTS)
def test_the_reasons_of_a_score_are_its_codes_read_with_row_and_config(
    arrow, criteria, missing, records
) -> None:
    config = Score.model_validate(
        {
            "missing": missing,
            "criteria": [{"id": f"c{n}", "bands": bands} for n, bands in enumerate(criteria)],
        }
    )
    coded = score(arrow.frame(records), config, as_of=TODAY, reasons=True)
    told = arrow.values(fit_in_words(coded, config, EN), "fit_reasons")
    assert told == [fit_text(row, config) for row in arrow.rows(coded)]


TEXTS = st.text(st.sampled_from("a;% 3B:\n云"), max_size=6).map(lambda text: text.rstrip("; \n"))
PINS = st.builds(
    lambda by, why, until, override: Pin("x", "B", by or None, why or None, until, override),
    TEXTS,
    TEXTS,
    st.sampled_from([None, TODAY]),
    st.booleans(),
)
LEVELS = st.lists(
    st.fixed_dictionaries(
        {"min_score": st.sampled_from([0, 20, 50.5])},
        optional={
            "min_known": st.just(0.5),
            "capacity": st.integers(0, 2),
            "when": st.just({"listed": True}),
        },
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=25)
@given(levels=LEVELS, records=ACCOUNTS, pins=st.lists(PINS, max_size=3))
def test_the_reasons_of_a_tier_are_its_codes_read_with_row_and_config(
    arrow, levels, records, pins
) -> None:
    tiers = [{"id": "ABCD"[n], **level} for n, level in enumerate(levels)]
    config = Tiers.model_validate({"tiers": tiers})
    records = [{"account_id": f"id:{n:02}", **record} for n, record in enumerate(records)]
    pinned = Pinned({f"id:{n:02}": pin for n, pin in enumerate(pins)}, ())
    coded = tier(arrow.frame(records), config, pinned, as_of=TODAY)
    told = arrow.values(tier_in_words(coded, config, EN), "tier_reason")
    assert told == [tier_text(row, config) for row in arrow.rows(coded)]


# What every engine must do alike ------------------------------------------------------------------


def test_more_than_nine_bands_are_told_apart(engine) -> None:
    bands = [{"when": {"employees": n}, "points": 13 - n} for n in range(1, 13)]
    config = Score.model_validate({"criteria": [{"id": "c", "bands": bands}]})
    records = [size(n, n, n) for n in (1, 2, 11, 12, 13, None)]
    coded = score(engine.frame(records), config, as_of=TODAY, reasons=True)
    assert engine.values(coded, "fit_reasons") == [" 1", " 2", "11", "12", " -", " ?"]
    told = engine.values(fit_in_words(coded, config, EN), "fit_reasons")
    assert [text.partition(": ")[2].partition(" ")[0] for text in told] == [
        "100", "91.67", "16.67", "8.33", "0", "50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pin", "text"),
    [
        (Pin("x", "A", by="A;B", why="50%3B; 100%"), "pinned to A by A;B: 50%3B; 100%"),
        (Pin("x", "A", why="line\nbreak"), "pinned to A: line\nbreak"),
        (Pin("x", "A", by="pinned", until=TODAY), "pinned to A by pinned (until 2026-07-01)"),
        (Pin("x", "A", by="full 1;asks 1"), "pinned to A by full 1;asks 1"),
    ],
)
def test_a_pin_is_told_as_it_was_written(engine, pin, text) -> None:
    frame = engine.frame([{"account_id": "x", "fit_score": 1.0}])
    coded = tier(frame, AB, Pinned({"x": pin}, ()), as_of=TODAY)
    assert engine.values(tier_in_words(coded, AB, EN), "tier_reason") == [text]


def test_codes_say_what_decided(engine) -> None:
    records = [
        {"account_id": "a", "fit_score": 90.0, "fit_known": 1.0, "country": "US"},
        {"account_id": "b", "fit_score": 85.0, "fit_known": 1.0, "country": "US"},
        {"account_id": "c", "fit_score": 82.0, "fit_known": 0.5, "country": "DE"},
        {"account_id": "d", "fit_score": None, "fit_known": 0.0, "country": "US"},
    ]
    coded = tier(engine.frame(records), AB, as_of=TODAY)
    assert dict(zip(engine.values(coded, "account_id"), engine.values(coded, "tier_reason"), strict=True)) == {
        "a": "reaches",
        "b": "full 1;reaches",
        "c": "asks 1;asks 2;neither",
        "d": "below",
    }  # fmt: skip


def test_frames_keep_their_kind_and_lazy_ones_their_laziness(engine) -> None:
    frame = engine.frame([{"account_id": "a", "country": "US"}])
    config = Score.model_validate(
        {"criteria": [{"id": "c", "bands": [{"when": {"country": "US"}, "points": 1}]}]}
    )
    coded = score(frame, config, as_of=TODAY, reasons=True)
    told = fit_in_words(coded, config, EN)
    tiered = tier_in_words(tier(told, AB, as_of=TODAY), AB, EN)
    assert type(told) is type(tiered) is type(frame)
    assert engine.columns(told) == engine.columns(coded)
    # A tier leaves a score's reasons alone, though they are words by now.
    assert engine.values(tiered, "fit_reasons") == ["country US: 100 of 100"]


def test_a_score_without_reasons_stays_as_it_is(engine) -> None:
    frame = engine.frame([{"account_id": "a", "country": "US"}])
    config = Score.model_validate(
        {"criteria": [{"id": "c", "bands": [{"when": {"country": "US"}, "points": 1}]}]}
    )
    plain = score(frame, config, as_of=TODAY)
    assert fit_in_words(plain, config, EN) is plain
