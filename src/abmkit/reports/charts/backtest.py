"""The charts of a backtest: gains, tenths, what was foretold, and how stable scores are."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from abmkit.errors import UsageError
from abmkit.learning.backtest import Backtest
from abmkit.reports.console.outcomes.backtest import ranking_name
from abmkit.reports.words import Words

_SIDE = 320


def check_charts() -> None:
    """Raise UsageError where charts cannot be drawn."""
    if find_spec("altair") is None:
        remedy = "pip install 'abmkit[report]'"
        raise UsageError(
            "Altair is not installed, which draws charts", where="--charts", remedy=remedy
        )


def write_charts(result: Backtest, words: Words) -> str:
    """A page with the charts of a backtest; it needs no network where vl-convert is installed."""
    import altair

    every = altair.vconcat(*_charts(result, words)).resolve_scale(color="independent")
    title = words("backtest.title", outcome=result.outcome, positives=result.positives,
                  judged=result.judged, rate=result.rate)  # fmt: skip
    whole = every.properties(title=str(title))
    return str(whole.to_html(inline=find_spec("vl_convert") is not None))


def _charts(result: Backtest, words: Words) -> Iterator[Any]:
    yield _gains(result, words)
    yield _tenths(result, words)
    if result.calibration is not None:
        yield _reliability(result, words)
    if result.periods:
        yield _stability(result, words)


def _drawn(rows: list[dict[str, Any]], title: str) -> Any:
    import altair

    chart = altair.Chart(altair.Data(values=rows))
    return chart.properties(width=2 * _SIDE, height=_SIDE, title=title)


def _gains(result: Backtest, words: Words) -> Any:
    """How much of all that came about the best share of cases has, by each ranking."""
    import altair

    rows = [
        {
            "cases": number / 10,
            "gained": gained,
            "by": ranking_name(each, words),
        }
        for each in result.rankings
        for number, gained in enumerate([0.0, *(gain.gained for gain in each.gains)])
    ]
    x = altair.X("cases:Q", axis=altair.Axis(format="%"), title=words("chart.best_share"))
    y = altair.Y("gained:Q", axis=altair.Axis(format="%"), title=words("backtest.column_gained"))
    color = altair.Color("by:N", title=None, sort=list(dict.fromkeys(row["by"] for row in rows)))
    return _drawn(rows, words("chart.gains")).mark_line(point=True).encode(x=x, y=y, color=color)


def _tenths(result: Backtest, words: Words) -> Any:
    import altair

    rows = [
        {"tenth": number, "rate": gain.positives / gain.cases, "lift": gain.lift}
        for number, gain in enumerate(result.rankings[0].gains, start=1)
    ]
    x = altair.X("tenth:O", title=words("backtest.column_tenth"), axis=altair.Axis(labelAngle=0))
    y = altair.Y("rate:Q", axis=altair.Axis(format="%"), title=words("backtest.column_rate"))
    bars = _drawn(rows, words("chart.tenths")).mark_bar().encode(x=x, y=y, tooltip=["lift:Q"])
    mean = altair.Chart(altair.Data(values=[{"rate": result.rate}]))
    return bars + mean.mark_rule(strokeDash=[4, 4]).encode(y="rate:Q")


def _reliability(result: Backtest, words: Words) -> Any:
    import altair

    assert result.calibration is not None
    rows = [
        {"expected": each.expected, "came": each.positives / each.cases, "cases": each.cases}
        for each in result.calibration.bins
    ]
    x = altair.X(
        "expected:Q", axis=altair.Axis(format="%"), title=words("backtest.column_foretold")
    )
    y = altair.Y("came:Q", axis=altair.Axis(format="%"), title=words("backtest.column_came"))
    points = _drawn(rows, words("chart.reliability")).mark_line(point=True)
    line = altair.Chart(altair.Data(values=[{"expected": end, "came": end} for end in (0, 1)]))
    exact = line.mark_line(strokeDash=[4, 4], color="grey").encode(x="expected:Q", y="came:Q")
    return points.encode(x=x, y=y, tooltip=["cases:Q"]) + exact


def _stability(result: Backtest, words: Words) -> Any:
    import altair

    rows = [
        {"from": each.first.isoformat(), "psi": each.stability or 0.0} for each in result.periods
    ]
    x = altair.X("from:O", title=words("backtest.column_period"), axis=altair.Axis(labelAngle=0))
    y = altair.Y("psi:Q", title=words("backtest.column_psi"))
    bars = _drawn(rows, words("chart.stability")).mark_bar().encode(x=x, y=y)
    limit = altair.Chart(altair.Data(values=[{"psi": 0.25}]))
    return bars + limit.mark_rule(strokeDash=[4, 4]).encode(y="psi:Q")
