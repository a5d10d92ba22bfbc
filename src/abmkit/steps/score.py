"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, opened, without
from abmkit.domain.rules.codes import NO_BAND, SEPARATOR, UNDECIDED, UNKNOWN
from abmkit.domain.rules.points import (
    earning,
    fit,
    known_points,
    knows_some,
    most,
    rescaled,
    total,
    with_points,
)
from abmkit.domain.rules.scorecards import FULL, Criterion, code_width, scorecard
from abmkit.schema.accounts import POINTS_PREFIX, STEP, in_order, kind_of

_ADDED = ("fit_score", "fit_low", "fit_high", "fit_known", "fit_reasons")


def score(
    accounts: Any,
    config: Score,
    *,
    as_of: date,
    points: bool = False,
    reasons: bool = False,
) -> Any:
    """The accounts with their fit, excluded ones too, in their own order.

    Adds `fit_score`, `fit_low`, `fit_high` (0–100, two decimals; the last two with every unknown
    criterion at its least and at its best) and `fit_known` (0–1, the share of the points whose
    value is known); with `points` one `points_<criterion>` each, which add up to `fit_score`; with
    `reasons` `fit_reasons` (text): per criterion, `;`-joined, the number of the band that earned
    its points, from 1, or `-` for none, `?` where its columns are unknown, `~` where they are known
    in part; `abmkit.reports.reasons` puts it in words. Reads the columns that the criteria name.
    Where every criterion is unknown and left out (`missing = "skip"`), and where there are none,
    the score is null.

    Raises `ColumnError` for a column that is neither canonical nor there, `UsageError` for a
    matcher that does not fit its column's type.
    """
    frame = opened(accounts)
    criteria = scorecard(config)
    if not criteria:
        frame = without(frame, [name for name in frame.columns if _is_added(name)])
        frame = frame.with_columns(
            *(nw.lit(None).cast(nw.Float64).alias(name) for name in _ADDED[:3]),
            nw.lit(0.0).alias("fit_known"),
            *([nw.lit(None).cast(nw.String).alias("fit_reasons")] if reasons else []),
        )
        return nw.to_native(frame.select(in_order(frame.columns)))
    own = [name for name in frame.columns if not _is_added(name)]
    schema = dict(frame.collect_schema())
    frame = with_points(frame, criteria, as_of=as_of, where="score.criteria")
    added = [*_fit(criteria), *(_points(criteria) if points else [])]
    if reasons:
        added.append(_reasons(criteria, schema))
    frame = _rounded(frame.with_columns(added), [*_ADDED[:4], *_point_names(criteria, points)])
    frame = frame.select(
        in_order([*own, *(_ADDED if reasons else _ADDED[:4]), *(_point_names(criteria, points))])
    )
    return nw.to_native(frame)


def _is_added(name: str) -> bool:
    return name in _ADDED or (
        name.startswith(POINTS_PREFIX) and name not in STEP and kind_of(name) is not None
    )


def _point_names(criteria: Sequence[Criterion], points: bool) -> list[str]:
    return [f"{POINTS_PREFIX}{c.id}" for c in criteria] if points else []


def _share(hundredths: nw.Expr, of: int, name: str) -> nw.Expr:
    return (hundredths / of).alias(name)


def _rounded(frame: Frame, names: Sequence[str]) -> Frame:
    """The frame with shares as they are read: Polars divides by multiplying with the reciprocal,
    which is off in the last digit; a quotient is the nearest double already."""
    if not frame.implementation.is_polars():
        return frame
    return frame.with_columns(nw.col(name).round(4 if name == "fit_known" else 2) for name in names)


def _fit(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    return [
        _share(fit(criteria), 100, "fit_score"),
        _share(total("least", criteria), 100, "fit_low"),
        _share(most(criteria), 100, "fit_high"),
        _share(known_points(criteria, counted=False), FULL, "fit_known"),
    ]


def _points(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    """Each criterion's points as the growth of the rounded running total, so that they add up."""
    columns = []
    before = None
    for c, criterion in enumerate(criteria):
        so_far = rescaled(total("earned", criteria[: c + 1]), criteria)
        gained = so_far if before is None else so_far - before
        columns.append(_share(gained, 100, f"{POINTS_PREFIX}{criterion.id}"))
        before = so_far
    return columns


# Reasons -----------------------------------------------------------------------------------------


def _reasons(criteria: Sequence[Criterion], schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Per criterion what decided on its points; codes are as wide as the longest of them."""
    width = code_width(criteria)
    codes = [_reason(c, criterion, schema, width) for c, criterion in enumerate(criteria)]
    return nw.concat_str(codes, separator=SEPARATOR, ignore_nulls=True).alias("fit_reasons")


def _reason(
    c: int, criterion: Criterion, schema: Mapping[str, nw.dtypes.DType], width: int
) -> nw.Expr:
    first, *others = [nw.col(earning("true", c, b)) for b in range(len(criterion.bands))]
    earned = nw.when(first).then(nw.lit("1".rjust(width)))
    for number, held in enumerate(others, start=2):
        earned = earned.when(held).then(nw.lit(str(number).rjust(width)))
    open_ = nw.col(earning("open", c))
    return (
        earned.when(open_ & knows_some(criterion, schema))
        .then(nw.lit(UNDECIDED.rjust(width)))
        .when(open_)
        .then(nw.lit(UNKNOWN.rjust(width)))
        .otherwise(nw.lit(NO_BAND.rjust(width)))
    )
