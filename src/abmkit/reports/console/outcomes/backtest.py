"""What `backtest` says: for a screen of 80 columns, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from abmkit.config.sections.exclude import Churn
from abmkit.learning.backtest import Backtest, Ranking, TierResult
from abmkit.learning.metrics import Calibration, Measured
from abmkit.planning.churn import break_even, threshold_curve
from abmkit.reports.console.width import fit, pad, wrap
from abmkit.reports.words import Words

_LABEL, _MEASURE, _BEST = 32, 18, 11
_CELL, _NARROW = 12, 8


def backtest_text(result: Backtest, words: Words) -> str:
    """The results, a section each."""
    sections = [_head(result, words), _rankings(result, words), _gains(result, words)]
    if result.tiers:
        sections.append(_tiers(result, words))
    if result.calibration is not None:
        sections.append(_calibration(result.calibration, words))
    if result.periods:
        sections.append(_periods(result, words))
    return "\n\n".join("\n".join(lines) for lines in sections)


def backtest_data(result: Backtest, words: Words, churn: Churn | None = None) -> dict[str, Any]:
    """The results as JSON has them; with the section of churn what thresholds would have done."""
    data = asdict(result)
    data["told"] = [words.of(each) for each in result.told]
    data["since"] = None if result.since is None else result.since.isoformat()
    for period in data["periods"]:
        period["first"], period["last"] = period["first"].isoformat(), period["last"].isoformat()
    for tier, of in zip(data["tiers"], result.tiers, strict=True):
        tier |= {"rate": of.rate, "coverage": of.coverage}
    del data["expected"], data["came"]
    if churn is not None and result.expected is not None:
        also = [churn.max_probability]
        if churn.margin and churn.acquisition_cost:
            data["break_even"] = break_even(churn.margin, churn.acquisition_cost, churn.months)
            also.append(data["break_even"])
        curve = threshold_curve(*foretold(result), also)
        data["thresholds"] = asdict(curve)
    return data


def foretold(result: Backtest) -> tuple[list[float | None], list[bool]]:
    """What the scorecard foretold of each judged case, None where nothing, and what came about."""
    came = [bool(each > 0) for each in result.came]
    if result.expected is None:
        return [None] * len(came), came
    return [None if np.isnan(each) else float(each) for each in result.expected], came


def _head(result: Backtest, words: Words) -> list[str]:
    lines = [
        wrap(
            words(
                "backtest.title",
                outcome=result.outcome,
                positives=result.positives,
                judged=result.judged,
                rate=result.rate,
            ),
            hanging="  ",
        )
    ]
    if result.since is not None:
        since, earlier = result.since, result.earlier
        lines.append(wrap(words("backtest.since", since=since, earlier=earlier), hanging="  "))
    return lines


# Tables ------------------------------------------------------------------------------------------


def _row(label: str, cells: Sequence[str], widths: Sequence[int], first: int = _LABEL) -> str:
    """A label and cells to its right, in columns."""
    told = [pad(cell, width, right=True) for cell, width in zip(cells, widths, strict=True)]
    return (fit(label, first) + "".join(told)).rstrip()


def _rankings(result: Backtest, words: Words) -> list[str]:
    widths = (_MEASURE, _MEASURE + 1, _BEST)
    titles = [words(f"backtest.column_{n}") for n in ("auc", "precision", "best")]
    rows = [
        _row(
            ranking_name(each, words),
            [_measure(each.auc, words), _measure(each.precision, words), _lift(each, words)],
            widths,
        )
        for each in result.rankings
    ]
    chance = words(
        "backtest.chance",
        low=result.chance.low,
        high=result.chance.high,
        share=result.as_good_by_chance,
    )
    lines = [_row("", titles, widths), *rows, wrap(chance, hanging="  ")]
    if any(each.code == "ceiling" for each in result.rankings):
        lines.append(words("backtest.of_earlier" if result.since else "backtest.cross_validated"))
    return lines


def ranking_name(each: Ranking, words: Words) -> str:
    """What a ranking is called."""
    if each.code == "ceiling":
        return words("backtest.ceiling", name=each.name)
    if each.code == "size":
        return words("backtest.size", name=each.name)
    if each.code == "random":
        return words("backtest.random")
    return words("backtest.card" if each.code == "card" else "backtest.against")


def _measure(measured: Measured, words: Words) -> str:
    if measured.low == measured.high:
        return words("backtest.exact", value=measured.value)
    return words("backtest.measured", value=measured.value, low=measured.low, high=measured.high)


def _lift(each: Ranking, words: Words) -> str:
    return words("backtest.lift", lift=each.gains[0].lift)


def _gains(result: Backtest, words: Words) -> list[str]:
    widths = (_CELL,) * 5
    names = ("cases", "positives", "rate", "lift", "gained")
    titles = [words(f"backtest.column_{name}") for name in names]
    label = words("backtest.column_tenth")
    rows = [
        _row(
            str(number),
            [
                f"{each.cases:,.0f}",
                f"{each.positives:,.0f}",
                f"{each.positives / each.cases:.1%}",
                words("backtest.lift", lift=each.lift),
                f"{each.gained:.0%}",
            ],
            widths,
            _CELL,
        )
        for number, each in enumerate(result.rankings[0].gains, start=1)
    ]
    return [_row(label, titles, widths, _CELL), *rows]


def _tiers(result: Backtest, words: Words) -> list[str]:
    widths = (_CELL, _NARROW + 8, _NARROW + 2, _NARROW + 12, _NARROW)
    names = ("accounts", "worked", "judged", "rate", "lift")
    titles = [words(f"backtest.column_{name}") for name in names]
    rows = [
        _row(each.tier or words("match.no_label"), _tier(each, result, words), widths, _CELL)
        for each in result.tiers
    ]
    return [_row(words("backtest.column_tier"), titles, widths, _CELL), *rows]


def _tier(each: TierResult, result: Backtest, words: Words) -> list[str]:
    worked = "" if each.coverage is None else f"{each.worked:,} ({each.coverage:.0%})"
    rate = lift = ""
    if each.rate is not None and each.interval is not None:
        low, high = (round(100 * end) for end in each.interval)
        rate = words("backtest.rate", rate=each.rate, low=low, high=high)
        lift = words("backtest.lift", lift=each.rate / result.rate)
    return [f"{each.accounts:,}", worked, f"{each.judged:,}", rate, lift]


def _calibration(found: Calibration, words: Words) -> list[str]:
    widths = (_CELL, _CELL, _CELL)
    titles = [words(f"backtest.column_{name}") for name in ("came", "cases", "positives")]
    told = words(
        "backtest.calibration",
        error=found.error,
        brier=found.brier,
        of_rate=found.brier_of_rate,
    )
    rows = [
        _row(
            f"{each.expected:.1%}",
            [f"{each.positives / each.cases:.1%}", f"{each.cases:,}", f"{each.positives:,}"],
            widths,
            _CELL,
        )
        for each in found.bins
    ]
    header = _row(words("backtest.column_foretold"), titles, widths, _CELL)
    return [header, *rows, wrap(told, hanging="  ")]


def _periods(result: Backtest, words: Words) -> list[str]:
    widths = (_CELL, _CELL, _CELL, _CELL)
    titles = [words(f"backtest.column_{n}") for n in ("accounts", "psi", "rate", "auc")]
    return [
        _row(words("backtest.column_period"), titles, widths),
        *(_period_rows(result, words, widths)),
        wrap(words("backtest.stability"), hanging="  "),
    ]


def _period_rows(result: Backtest, words: Words, widths: Sequence[int]) -> Iterator[str]:
    for each in result.periods:
        yield _row(
            words("backtest.period", first=f"{each.first}", last=f"{each.last}"),
            [
                f"{each.accounts:,}",
                "" if each.stability is None else f"{each.stability:.3f}",
                "" if each.rate is None else f"{each.rate:.1%}",
                "" if each.auc is None else f"{each.auc:.3f}",
            ],
            widths,
        )
