"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, column_in, opened, without
from abmkit.domain.rules import wording
from abmkit.domain.rules.scorecards import FULL, Criterion, scorecard
from abmkit.domain.rules.truth import BEYOND, interval_ends, is_interval, known_value, truth
from abmkit.schema.accounts import POINTS_PREFIX, STEP, in_order, kind_of

_ADDED = ("fit_score", "fit_low", "fit_high", "fit_known", "fit_reasons")
_OUT_OF_RANGE = 2 * FULL


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
    `reasons` `fit_reasons` (text). Reads the columns that the criteria name. Where every criterion
    is unknown and left out (`missing = "skip"`), and where there are none, the score is null.

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
    frame = frame.with_columns(_band_columns(criteria, schema, as_of))
    frame = frame.with_columns(e for c in enumerate(criteria) for e in _criterion_columns(*c))
    added = [*_fit(criteria), *(_points(criteria) if points else [])]
    if reasons:
        frame = _with_values(frame, criteria)
        added.append(_reasons(criteria, schema))
    frame = frame.with_columns(added).select(
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


def _band_columns(
    criteria: Sequence[Criterion], schema: Mapping[str, nw.dtypes.DType], as_of: date
) -> list[nw.Expr]:
    columns = []
    for c, criterion in enumerate(criteria):
        for b, (when, _) in enumerate(criterion.bands):
            held = truth(when, schema, as_of, where=f"score.criteria.{criterion.id}")
            columns.append(held.true.alias(_temporary("true", c, b)))
            columns.append(held.unknown.alias(_temporary("unknown", c, b)))
    return columns


def _or(expressions: Sequence[nw.Expr]) -> nw.Expr:
    return reduce(lambda a, b: a | b, expressions)


def _criterion_columns(c: int, criterion: Criterion) -> list[nw.Expr]:
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
    least = [
        nw.when(at).then(nw.lit(p)).otherwise(nw.lit(_OUT_OF_RANGE))
        for at, p in zip(counts, hundredths, strict=True)
    ]
    most = [
        nw.when(at).then(nw.lit(p)).otherwise(nw.lit(0))
        for at, p in zip(counts, hundredths, strict=True)
    ]
    none_true = nw.when(~_or(true)).then(nw.lit(0)).otherwise(nw.lit(_OUT_OF_RANGE))
    return [
        open_.alias(_temporary("open", c)),
        earned.when(open_)
        .then(nw.lit(criterion.missing or 0))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
        .alias(_temporary("earned", c)),
        nw.min_horizontal(none_true, *least).cast(nw.Int64).alias(_temporary("least", c)),
        nw.max_horizontal(*most).cast(nw.Int64).alias(_temporary("most", c)),
    ]


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


def _share(hundredths: nw.Expr, of: int, digits: int, name: str) -> nw.Expr:
    # Polars divides by multiplying with the reciprocal, which is off in the last digit.
    return (hundredths / of).round(digits).alias(name)


def _fit(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    fit = _rescaled(_total("earned", criteria), criteria)
    # What is assumed of an unknown criterion can be more than its bands that are left would give.
    most = nw.max_horizontal(_total("most", criteria), fit)
    return [
        _share(fit, 100, 2, "fit_score"),
        _share(_total("least", criteria), 100, 2, "fit_low"),
        _share(most, 100, 2, "fit_high"),
        _share(_known_points(criteria, counted=False), FULL, 4, "fit_known"),
    ]


def _points(criteria: Sequence[Criterion]) -> list[nw.Expr]:
    """Each criterion's points as the growth of the rounded running total, so that they add up."""
    columns = []
    before = None
    for c, criterion in enumerate(criteria):
        total = _rescaled(_total("earned", criteria[: c + 1]), criteria)
        gained = total if before is None else total - before
        columns.append(_share(gained, 100, 2, f"{POINTS_PREFIX}{criterion.id}"))
        before = total
    return columns


# Reasons -----------------------------------------------------------------------------------------


def _reasons(criteria: Sequence[Criterion], schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    said = [_reason(c, criterion, schema) for c, criterion in enumerate(criteria)]
    return nw.concat_str(said, separator="; ").alias("fit_reasons")


def _reason(c: int, criterion: Criterion, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    best = wording.points(criterion.best)
    columns = criterion.columns
    true = [nw.col(_temporary("true", c, b)) for b in range(len(criterion.bands))]
    verdict = None
    for held, (when, hundredths) in zip(true, criterion.bands, strict=True):
        said = wording.requirement(when, columns[0]) if len(columns) == 1 else None
        told = f" {said}" if said and _is_worth_saying(when) else ""
        text = nw.lit(f"{told}: {wording.points(hundredths)} of {best}")
        verdict = nw.when(held).then(text) if verdict is None else verdict.when(held).then(text)
    assert verdict is not None
    assumed = (
        "left out"
        if criterion.missing is None
        else f"{wording.points(criterion.missing)} of {best} assumed"
    )
    knows_some = _or([known_value(column, schema) for column in columns])
    open_ = nw.col(_temporary("open", c))
    ending = (
        verdict.when(open_ & knows_some)
        .then(nw.lit(f" undecided: {assumed}"))
        .when(open_)
        .then(nw.lit(f": {assumed}"))
        .otherwise(nw.lit(f" in no band: 0 of {best}"))
    )
    subject = [part for name in columns for part in (nw.lit(", "), nw.col(_said(name)))][1:]
    return nw.concat_str([*subject, ending])


def _is_worth_saying(when: Any) -> bool:
    """Whether a requirement says more than the value beside it does: numbers do, labels don't."""
    (matcher,) = when.columns.values()
    return not set(matcher.tests()) <= {"is", "in", "under", "known"}


def _with_values(frame: Frame, criteria: Sequence[Criterion]) -> Frame:
    """The frame with each column that a criterion reads in words, "unknown" where it is."""
    schema = dict(frame.collect_schema())
    names = list(dict.fromkeys(name for c in criteria for name in c.columns))
    numbers = {}
    for name in names:
        column = column_in(schema, name)
        if is_interval(name, schema):
            low, high = interval_ends(name, schema)
            numbers[f"{_said(name)}_low"], numbers[f"{_said(name)}_high"] = low, high
        elif column is not None and schema[column].is_numeric():
            numbers[_said(name)] = nw.when(known_value(column, schema)).then(nw.col(column))
    if numbers:
        frame = wording.with_number_texts(frame, numbers)
    return frame.with_columns(_value(name, schema).alias(_said(name)) for name in names)


def _said(name: str) -> str:
    return f"__said_{name}"


def _value(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    column = column_in(schema, name)
    if is_interval(name, schema):
        text = nw.concat_str([nw.lit(f"{name} "), _interval_text(name, schema)])
    elif column is None:
        return nw.lit(f"{name} unknown")
    elif isinstance(schema[column], nw.List):
        text = nw.lit(name)
    else:
        text = nw.concat_str([nw.lit(f"{name} "), _single_text(column, schema[column], name)])
    return nw.when(known_value(name, schema)).then(text).otherwise(nw.lit(f"{name} unknown"))


def _single_text(column: str, dtype: nw.dtypes.DType, name: str) -> nw.Expr:
    if dtype.is_numeric():
        text = nw.col(_said(name))
        return text.str.replace_all(",", "", literal=True) if column in wording.YEARS else text
    if dtype == nw.Boolean:
        return nw.when(nw.col(column)).then(nw.lit("yes")).otherwise(nw.lit("no"))
    if dtype == nw.String:
        return nw.col(column)
    return nw.col(column).dt.to_string("%Y-%m-%d")


def _interval_text(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    low, high = interval_ends(name, schema)
    least, most = nw.col(f"{_said(name)}_low"), nw.col(f"{_said(name)}_high")
    return (
        nw.when(low == high)
        .then(least)
        .when(high >= BEYOND)
        .then(nw.concat_str([least, nw.lit("+")]))
        .when(low <= -BEYOND)
        .then(nw.concat_str([nw.lit("up to "), most]))
        .otherwise(nw.concat_str([least, nw.lit("–"), most]))
    )
