"""What thresholds of churn would have done, for a screen: who is not won, and at what cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from abmkit.config.sections.exclude import Churn
from abmkit.planning.churn import Threshold, ThresholdCurve, break_even, threshold_curve
from abmkit.reports.console.width import pad, wrap
from abmkit.reports.words import Words

_MOST, _COUNTED, _SHARE = 9, 22, 9


def churn_text(
    probability: Sequence[float | None],
    left: Sequence[bool],
    outcome: str,
    words: Words,
    churn: Churn | None = None,
) -> str:
    """The curve of thresholds in lines of at most 80 columns.

    `probability` is what was foretold out of fold, `left` what became of it; with the config's
    `[exclude.churn]` its threshold is marked, and where a customer stops paying for itself.
    """
    marks: dict[float, str] = {}
    lines = []
    if churn is not None:
        marks[churn.max_probability] = words("curve.yours")
        if churn.margin and churn.acquisition_cost:
            even = break_even(churn.margin, churn.acquisition_cost, churn.months)
            lines = ["", wrap(_worth(churn, even, outcome, words), hanging="  ")]
            if even < 1:
                marks[even] = words("curve.break_even")
    curve = threshold_curve(probability, left, marks)
    return "\n".join([*_table(curve, marks, outcome, words), *lines])


def _table(
    curve: ThresholdCurve, marks: Mapping[float, str], outcome: str, words: Words
) -> list[str]:
    title = words("curve.title", outcome=outcome, left=curve.left, stayed=curve.stayed)
    header = [
        pad(words("curve.above"), _MOST, right=True),
        pad(words("curve.left"), _COUNTED, right=True),
        pad(words("curve.stayed"), _COUNTED, right=True),
        pad(words("curve.precision"), _SHARE, right=True),
    ]
    return [
        wrap(title, hanging="  "),
        "",
        "".join(header),
        *(_line(each, curve, marks, words) for each in curve.thresholds),
    ]


def _line(each: Threshold, curve: ThresholdCurve, marks: Mapping[float, str], words: Words) -> str:
    most = words("curve.percent", share=each.max_probability * 100)
    precision = "" if each.precision is None else f"{each.precision:.0%}"
    cells = [
        pad(most, _MOST, right=True),
        pad(_of(each.left, curve.left, words), _COUNTED, right=True),
        pad(_of(each.stayed, curve.stayed, words), _COUNTED, right=True),
        pad(precision, _SHARE, right=True),
    ]
    return ("".join(cells) + f"  {marks.get(each.max_probability, '')}").rstrip()


def _of(count: int, of: int, words: Words) -> str:
    return words("curve.of", count=count, share=count / of if of else 0.0)


def _worth(churn: Churn, even: float, outcome: str, words: Words) -> str:
    """From which probability on a customer costs more than it brings, with the formula."""
    told = {"margin": churn.margin, "cost": churn.acquisition_cost, "months": churn.months}
    if even >= 1:
        return words("curve.always_pays", **told)
    return words("curve.pays_until", share=even * 100, outcome=outcome, **told)
