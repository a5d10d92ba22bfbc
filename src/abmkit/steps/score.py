"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, opened, without
from abmkit.domain.rules.codes import NO_BAND, SEPARATOR, UNDECIDED, UNKNOWN
from abmkit.domain.rules.scorecards import FULL, Criterion, code_width, scorecard
from abmkit.domain.rules.truth import Truth, known_value, truth
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
    truths = [_truths(criterion, schema, as_of) for criterion in criteria]
    frame = frame.with_columns(_band_columns(truths))
    frame = frame.with_columns(
        each
        for c, (criterion, held) in enumerate(zip(criteria, truths, strict=True))
        for each in (_by_one_column if _is_simple(held) else _by_bands)(c, criterion)
    )
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


# The truth of each band and what follows from it, as columns that are dropped at the end ----------


def _temporary(kind: str, criterion: int, band: int | None = None) -> str:
    return f"__{kind}_{criterion}" + ("" if band is None else f"_{band}")


def _truths(
    criterion: Criterion, schema: Mapping[str, nw.dtypes.DType], as_of: date
) -> list[Truth]:
    where = f"score.criteria.{criterion.id}"
    return [truth(when, schema, as_of, where=where) for when, _ in criterion.bands]


def _is_simple(truths: Sequence[Truth]) -> bool:
    """Whether all bands are unknown where one column is, and else none is."""
    by = {held.by for held in truths}
    return len(by) == 1 and None not in by


def _band_columns(truths: Sequence[Sequence[Truth]]) -> list[nw.Expr]:
    columns = []
    for c, bands in enumerate(truths):
        for b, held in enumerate(bands):
            columns.append(held.true.alias(_temporary("true", c, b)))
            columns.append(held.unknown.alias(_temporary("unknown", c, b)))
    return columns


def _or(expressions: Sequence[nw.Expr]) -> nw.Expr:
    return reduce(lambda a, b: a | b, expressions)


def _by_one_column(c: int, criterion: Criterion) -> list[nw.Expr]:
    """What a criterion earns, at least and at most, where its column is known or all is open."""
    true = [nw.col(_temporary("true", c, b)) for b in range(len(criterion.bands))]
    hundredths = [points for _, points in criterion.bands]
    open_ = nw.col(_temporary("unknown", c, 0))
    least = _first(list(zip(hundredths, true, strict=True)))
    return [
        open_.alias(_temporary("open", c)),
        (least + _first([(criterion.missing or 0, open_)])).alias(_temporary("earned", c)),
        least.alias(_temporary("least", c)),
        (least + _first([(max(hundredths), open_)])).alias(_temporary("most", c)),
    ]


def _by_bands(c: int, criterion: Criterion) -> list[nw.Expr]:
    """The same where each band may be true, false or unknown."""
    true = [nw.col(_temporary("true", c, b)) for b in range(len(criterion.bands))]
    unknown = [nw.col(_temporary("unknown", c, b)) for b in range(len(criterion.bands))]
    hundredths = [points for _, points in criterion.bands]
    open_ = _or(unknown) & ~_or(true)
    earned = nw.when(true[0]).then(nw.lit(hundredths[0]))
    for held, points in zip(true[1:], hundredths[1:], strict=True):
        earned = earned.when(held).then(nw.lit(points))
    # A band can still be the one that counts if it is true or unknown and none before it is true.
    counts = [
        (true[b] | unknown[b]) & ~_or(true[:b]) if b else true[b] | unknown[b]
        for b in range(len(true))
    ]
    by_points = sorted(zip(hundredths, counts, strict=True), key=lambda pair: pair[0])
    return [
        open_.alias(_temporary("open", c)),
        earned.when(open_)
        .then(nw.lit(criterion.missing or 0))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
        .alias(_temporary("earned", c)),
        _first([(0, ~_or(true)), *by_points]).alias(_temporary("least", c)),
        _first(by_points[::-1]).alias(_temporary("most", c)),
    ]


def _first(points: Sequence[tuple[int, nw.Expr]]) -> nw.Expr:
    """The first points of those that hold; else 0."""
    (earned, held), *others = points
    chosen = nw.when(held).then(nw.lit(earned))
    for earned, held in others:
        chosen = chosen.when(held).then(nw.lit(earned))
    return chosen.otherwise(nw.lit(0)).cast(nw.Int64)


def _total(kind: str, criteria: Sequence[Criterion]) -> nw.Expr:
    return reduce(lambda a, b: a + b, (nw.col(_temporary(kind, c)) for c in range(len(criteria))))


def _known_points(criteria: Sequence[Criterion], *, counted: bool) -> nw.Expr:
    """The points of the criteria that are known, or, when `counted`, that are not left out."""
    return reduce(
        lambda a, b: a + b,
        (
            nw.lit(criterion.best).cast(nw.Int64)
            if counted and criterion.missing is not None
            else nw.when(nw.col(_temporary("open", c)))
            .then(nw.lit(0))
            .otherwise(nw.lit(criterion.best))
            .cast(nw.Int64)
            for c, criterion in enumerate(criteria)
        ),
    )


def _skips(criteria: Sequence[Criterion]) -> bool:
    return any(criterion.missing is None for criterion in criteria)


def _rescaled(hundredths: nw.Expr, criteria: Sequence[Criterion]) -> nw.Expr:
    """Hundredths of the whole scale as hundredths of what is not left out, rounded half up."""
    if not _skips(criteria):
        return hundredths
    scale = _known_points(criteria, counted=True)
    least = nw.max_horizontal(scale, nw.lit(1).cast(nw.Int64))
    return nw.when(scale > 0).then((hundredths * (2 * FULL) + scale) // (least * 2))


def _share(hundredths: nw.Expr, of: int, name: str) -> nw.Expr:
    return (hundredths / of).alias(name)


def _rounded(frame: Frame, names: Sequence[str]) -> Frame:
    """The frame with shares as they are read: Polars divides by multiplying with the reciprocal,
    which is off in the last digit; a quotient is the nearest double already."""
    if not frame.implementation.is_polars():
        return frame
    return frame.with_columns(nw.col(name).round(4 if name == "fit_known" else 2) for name in names)


def _fit(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    fit = _rescaled(_total("earned", criteria), criteria)
    # What is assumed of an unknown criterion can be more than its bands that are left would give.
    most = nw.max_horizontal(_total("most", criteria), fit)
    return [
        _share(fit, 100, "fit_score"),
        _share(_total("least", criteria), 100, "fit_low"),
        _share(most, 100, "fit_high"),
        _share(_known_points(criteria, counted=False), FULL, "fit_known"),
    ]


def _points(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    """Each criterion's points as the growth of the rounded running total, so that they add up."""
    columns = []
    before = None
    for c, criterion in enumerate(criteria):
        total = _rescaled(_total("earned", criteria[: c + 1]), criteria)
        gained = total if before is None else total - before
        columns.append(_share(gained, 100, f"{POINTS_PREFIX}{criterion.id}"))
        before = total
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
    first, *others = [nw.col(_temporary("true", c, b)) for b in range(len(criterion.bands))]
    earned = nw.when(first).then(nw.lit("1".rjust(width)))
    for number, held in enumerate(others, start=2):
        earned = earned.when(held).then(nw.lit(str(number).rjust(width)))
    knows_some = _or([known_value(column, schema) for column in criterion.columns])
    open_ = nw.col(_temporary("open", c))
    return (
        earned.when(open_ & knows_some)
        .then(nw.lit(UNDECIDED.rjust(width)))
        .when(open_)
        .then(nw.lit(UNKNOWN.rjust(width)))
        .otherwise(nw.lit(NO_BAND.rjust(width)))
    )
