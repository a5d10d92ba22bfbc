"""Which tier an account could be in, were what is unknown of it known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.tier import Tiers
from abmkit.steps.tier import tier
from abmkit.steps.tiers.rising import rising

TODAY = date(2026, 11, 30)
TIERS = {
    "tiers": [
        {"id": "A", "min_score": 80, "min_known": 0.6, "capacity": 1, "when": {"country": "US"}},
        {"id": "B", "min_score": 50, "min_known": 0.5},
    ]
}


def account(
    id: str,
    score: float | None,
    high: float | None,
    known: float,
    country: str | None = "US",
    **more: Any,
) -> dict[str, Any]:
    scores = {"fit_score": score, "fit_high": high, "fit_known": known}
    return {"account_id": id, **scores, "country": country, "excluded": False, **more}


RECORDS = [
    account("in A", 90.0, 90.0, 1.0),
    account("passes the last in A", 60.0, 95.0, 0.7),
    account("level with the last in A", 60.0, 90.0, 0.7),
    account("no American", 60.0, 99.0, 0.7, "DE"),
    account("perhaps an American", 60.0, 99.0, 0.7, None),
    account("hardly known", 70.0, 70.0, 0.2),
    account("all is known", 40.0, 40.0, 1.0),
    account("not even then", 10.0, 49.99, 0.2),
    account("no score", None, 100.0, 0.0),
    account("nothing to score", None, None, 0.0),
    account("excluded", 10.0, 99.0, 0.1, excluded=True),
]


def at_best(engine, records, config=TIERS) -> dict[str, str | None]:
    done = tier(engine.frame(records), Tiers.model_validate(config), as_of=TODAY)
    return {row["account_id"]: row["tier_at_best"] for row in engine.rows(done)}


def test_it_is_the_best_tier_that_what_is_unknown_could_give(engine) -> None:
    assert at_best(engine, RECORDS) == {
        "in A": None,
        "passes the last in A": "A",
        "level with the last in A": None,
        "no American": None,
        "perhaps an American": "A",
        "hardly known": "B",
        "all is known": None,
        "not even then": None,
        "no score": "A",
        "nothing to score": None,
        "excluded": None,
    }


def test_where_scores_have_no_best_there_is_no_such_column(arrow) -> None:
    records = [{"account_id": "a", "fit_score": 40.0}]
    done = tier(arrow.frame(records), Tiers.model_validate(TIERS), as_of=TODAY)
    assert "tier_at_best" not in arrow.rows(done)[0]


def test_the_best_of_them_are_named(engine) -> None:
    found = rising(tier(engine.frame(RECORDS), Tiers.model_validate(TIERS), as_of=TODAY))
    assert found.count == 4
    assert found.best == ("no score", "perhaps an American", "passes the last in A")


hundredths = st.integers(0, 10_000)


@st.composite
def listings(draw) -> list[dict[str, Any]]:
    lows = draw(st.lists(hundredths, min_size=1, max_size=8, unique=True))
    rows = []
    for number, low in enumerate(lows):
        # No two could have the same score.
        high = min(low + draw(st.sampled_from([0, 900, 3_000])), 10_000) + number / 1000
        known = 1.0 if high < low + 1 else draw(st.sampled_from([0.2, 0.7]))
        place = draw(st.sampled_from(["North", "South"]))
        rows.append(account(f"id:{number}", low / 100, high / 100, known, place))
    return rows


@settings(max_examples=25)
@given(listings(), st.integers(1, 2), st.integers(0, 1))
def test_with_its_best_score_an_account_is_in_that_tier(
    arrow, records, of_a: int, of_b: int
) -> None:
    config = {
        "within": "country",
        "tiers": [
            {"id": "A", "min_score": 60, "min_known": 0.5, "capacity": of_a},
            {"id": "B", "min_score": 30, "capacity": of_b},
        ],
    }
    best = at_best(arrow, records, config)
    for row in records:
        if row["fit_known"] == 1:
            assert best[row["account_id"]] is None
            continue
        known = {**row, "fit_score": round(row["fit_high"], 2), "fit_known": 1.0}
        others = [known if each is row else each for each in records]
        tiers = Tiers.model_validate(config)
        now = arrow.rows(tier(arrow.frame(records), tiers, as_of=TODAY))
        then = arrow.rows(tier(arrow.frame(others), tiers, as_of=TODAY))
        was, would = (
            next(each["tier"] or "none" for each in rows if each["account_id"] == row["account_id"])
            for rows in (now, then)
        )
        level = any(e["fit_score"] == known["fit_score"] for e in records if e is not row)
        if not level:
            assert best[row["account_id"]] == (would if would < was else None)


@pytest.mark.parametrize("known", [True, False])
def test_explain_says_it(tmp_path, capsys, known: bool) -> None:
    from abmkit.cli.main import run_command

    (tmp_path / "a.csv").write_text(
        f"name,domain,country,employees\nAcme,acme.com,US,{900 if known else ''}\nBeta,b.com,US,9\n"
    )
    (tmp_path / "abmkit.toml").write_text(
        """version = 1
[[sources]]
name = "a"
path = "a.csv"
[score]
missing = 0
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { above = 100 } }, points = 1 }]
[[tier.tiers]]
id = "A"
min_score = 50
"""
    )
    assert run_command(["run", str(tmp_path), "--as-of", "2026-11-30"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert ("1 account could be in a better tier" in told) != known
    assert run_command(["explain", "acme.com", "-c", str(tmp_path / "abmkit.toml")]) == 0
    told = capsys.readouterr().out
    assert ("could be in A, were all that is unknown of it known" in told) != known
