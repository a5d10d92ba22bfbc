"""Scores and amounts that are no numbers are told, on every engine and from every format."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import abmkit
from abmkit.cli.main import run_command
from abmkit.errors import InputError
from abmkit.steps.tier import tier

CONFIG = """version = 1
[[score.criteria]]
id = "s"
bands = [{ when = { revenue = { above = 50 } }, points = 1 }]
[[tier.tiers]]
id = "A"
min_score = 50
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("abmkit.toml").write_text(CONFIG)
    return tmp_path


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("fit_score", "inf", "fit_score inf is no score (row 2)"),
        ("fit_score", "-Infinity", "fit_score -inf is no score (row 2)"),
        ("fit_score", "1e300", "fit_score 1e+300 is no score (row 2)"),
        ("potential", "inf", "potential inf is no amount (row 2)"),
        ("revenue", "-inf", "revenue -inf is no amount (row 2)"),
    ],
)
def test_a_number_beyond_all_is_one_line(config, capsys, engine, column, text, said) -> None:
    Path("in.csv").write_text(f"account_id,fit_score,{column}_x,{column}\na,60,1,\nb,60,1,{text}\n"
                              if column != "fit_score"
                              else f"account_id,fit_score\na,60\nb,{text}\n")  # fmt: skip
    for step in ("score", "tier"):
        assert run_command([step, "in.csv", "--engine", engine]) == 3
        assert capsys.readouterr().err == f"error: in.csv: {said}\n"


def test_what_is_not_a_number_is_unknown(config, capsys) -> None:
    Path("in.csv").write_text("account_id,fit_score,revenue\na,nan,NaN\nb,60,60\n")
    assert run_command(["tier", "in.csv"]) == 0
    assert run_command(["score", "in.csv"]) == 0
    assert "inf" not in capsys.readouterr().out


def test_frames_are_told_alike(engine) -> None:
    rows = [{"account_id": "a", "fit_score": 60.0, "revenue": 1.0},
            {"account_id": "b", "fit_score": float("inf"), "revenue": 1.0}]  # fmt: skip
    config = {"version": 1, "tier": {"tiers": [{"id": "A", "min_score": 50}]}}
    with pytest.raises(InputError, match=r"^fit_score inf is no score \(row 2\)$"):
        abmkit.tier(engine.frame(rows), config)
    with pytest.raises(InputError, match=r"fit_score inf is no score"):
        tier(engine.frame(rows), abmkit.api.project_of(config).config.tier, as_of=date(2026, 1, 31))
    rows[1] = {"account_id": "b", "fit_score": float("nan"), "revenue": float("nan")}
    assert engine.values(abmkit.tier(engine.frame(rows), config), "tier") == ["A", None]
