"""What each criterion of a scorecard earns on a frame, in whole hundredths, on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce

import narwhals as nw

from abmkit.domain.frames import Frame
from abmkit.domain.rules.scorecards import FULL, Criterion
from abmkit.domain.rules.truth import Truth, known_value, truth


def with_points(frame: Frame, criteria: Sequence[Criterion], *, as_of: date, where: str) -> Frame:
    """The frame with what the criteria earn, in columns named by `earning`.

    Per band `true` and `unknown`; per criterion `open` (no band is true and one is unknown), and
    `earned`, `least` and `most`: its points as they count, and with what is open at its least and
    at its best. `where` is what errors call the place of the criteria.
    """
    schema = dict(frame.collect_schema())
    truths = [_truths(criterion, schema, as_of, where) for criterion in criteria]
    frame = frame.with_columns(_band_columns(truths))
    return frame.with_columns(
        each
        for c, (criterion, held) in enumerate(zip(criteria, truths, strict=True))
        for each in (_by_one_column if _is_simple(held) else _by_bands)(c, criterion)
    )


def earning(kind: str, criterion: int, band: int | None = None) -> str:
    """The column of what a criterion, or a band of it, makes of an account; both from 0."""
    return f"__{kind}_{criterion}" + ("" if band is None else f"_{band}")


def total(kind: str, criteria: Sequence[Criterion]) -> nw.Expr:
    """What all criteria earn together, `earned`, at `least` or at `most`."""
    return reduce(lambda a, b: a + b, (nw.col(earning(kind, c)) for c in range(len(criteria))))


def fit(criteria: Sequence[Criterion]) -> nw.Expr:
    """The score; null where all that is unknown is left out, and nothing is known."""
    return rescaled(total("earned", criteria), criteria)


def most(criteria: Sequence[Criterion]) -> nw.Expr:
    """The score with what is unknown at its best.

    What is assumed of an unknown criterion can be more than its bands that are left would give.
    """
    return nw.max_horizontal(total("most", criteria), fit(criteria))


def knows_some(criterion: Criterion, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Where one of the columns is known that a criterion reads."""
    return any_of([known_value(column, schema) for column in criterion.columns])


def _truths(
    criterion: Criterion, schema: Mapping[str, nw.dtypes.DType], as_of: date, where: str
) -> list[Truth]:
    where = f"{where}.{criterion.id}"
    return [truth(when, schema, as_of, where=where) for when, _ in criterion.bands]


def _is_simple(truths: Sequence[Truth]) -> bool:
    """Whether all bands are unknown where one column is, and else none is."""
    by = {held.by for held in truths}
    return len(by) == 1 and None not in by


def _band_columns(truths: Sequence[Sequence[Truth]]) -> list[nw.Expr]:
    columns = []
    for c, bands in enumerate(truths):
        for b, held in enumerate(bands):
            columns.append(held.true.alias(earning("true", c, b)))
            columns.append(held.unknown.alias(earning("unknown", c, b)))
    return columns


def any_of(expressions: Sequence[nw.Expr]) -> nw.Expr:
    """Where one of them holds."""
    return reduce(lambda a, b: a | b, expressions)


def _by_one_column(c: int, criterion: Criterion) -> list[nw.Expr]:
    """What a criterion earns, at least and at most, where its column is known or all is open."""
    true = [nw.col(earning("true", c, b)) for b in range(len(criterion.bands))]
    hundredths = [points for _, points in criterion.bands]
    open_ = nw.col(earning("unknown", c, 0))
    least = _first(list(zip(hundredths, true, strict=True)))
    return [
        open_.alias(earning("open", c)),
        (least + _first([(criterion.missing or 0, open_)])).alias(earning("earned", c)),
        least.alias(earning("least", c)),
        (least + _first([(max(hundredths), open_)])).alias(earning("most", c)),
    ]


def _by_bands(c: int, criterion: Criterion) -> list[nw.Expr]:
    """The same where each band may be true, false or unknown."""
    true = [nw.col(earning("true", c, b)) for b in range(len(criterion.bands))]
    unknown = [nw.col(earning("unknown", c, b)) for b in range(len(criterion.bands))]
    hundredths = [points for _, points in criterion.bands]
    open_ = any_of(unknown) & ~any_of(true)
    earned = nw.when(true[0]).then(nw.lit(hundredths[0]))
    for held, points in zip(true[1:], hundredths[1:], strict=True):
        earned = earned.when(held).then(nw.lit(points))
    # A band can still be the one that counts if it is true or unknown and none before it is true.
    counts = [
        (true[b] | unknown[b]) & ~any_of(true[:b]) if b else true[b] | unknown[b]
        for b in range(len(true))
    ]
    by_points = sorted(zip(hundredths, counts, strict=True), key=lambda pair: pair[0])
    return [
        open_.alias(earning("open", c)),
        earned.when(open_)
        .then(nw.lit(criterion.missing or 0))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
        .alias(earning("earned", c)),
        _first([(0, ~any_of(true)), *by_points]).alias(earning("least", c)),
        _first(by_points[::-1]).alias(earning("most", c)),
    ]


def _first(points: Sequence[tuple[int, nw.Expr]]) -> nw.Expr:
    """The first points of those that hold; else 0."""
    (earned, held), *others = points
    chosen = nw.when(held).then(nw.lit(earned))
    for earned, held in others:
        chosen = chosen.when(held).then(nw.lit(earned))
    return chosen.otherwise(nw.lit(0)).cast(nw.Int64)


def known_points(criteria: Sequence[Criterion], *, counted: bool) -> nw.Expr:
    """The points of the criteria that are known, or, when `counted`, that are not left out."""
    return reduce(
        lambda a, b: a + b,
        (
            nw.lit(criterion.best).cast(nw.Int64)
            if counted and criterion.missing is not None
            else nw.when(nw.col(earning("open", c)))
            .then(nw.lit(0))
            .otherwise(nw.lit(criterion.best))
            .cast(nw.Int64)
            for c, criterion in enumerate(criteria)
        ),
    )


def _skips(criteria: Sequence[Criterion]) -> bool:
    return any(criterion.missing is None for criterion in criteria)


def rescaled(hundredths: nw.Expr, criteria: Sequence[Criterion]) -> nw.Expr:
    """Hundredths of the whole scale as hundredths of what is not left out, rounded half up."""
    if not _skips(criteria):
        return hundredths
    scale = known_points(criteria, counted=True)
    least = nw.max_horizontal(scale, nw.lit(1).cast(nw.Int64))
    return nw.when(scale > 0).then((hundredths * (2 * FULL) + scale) // (least * 2))
