"""Score: how well each account fits the ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, collected, opened, without
from abmkit.domain.rules.codes import NO_BAND, SEPARATOR, UNDECIDED, UNKNOWN
from abmkit.domain.rules.points import (
    CARD,
    by_card,
    earning,
    fit,
    known_points,
    knows_some,
    most,
    rescaled,
    total,
    with_cards,
    with_points,
)
from abmkit.domain.rules.scorecards import (
    FULL,
    Card,
    Criterion,
    all_criteria,
    cards,
    code_width,
)
from abmkit.schema.accounts import POINTS_PREFIX, STEP, in_order, kind_of

_FIT = ("fit_score", "fit_low", "fit_high", "fit_known")
_ADDED = (*_FIT, "fit_card", "fit_reasons")


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
    `reasons` `fit_reasons` (text): per criterion of the card that counts, `;`-joined, the number of
    the band that earned its points, from 1, or `-` for none, `?` where its columns are unknown, `~`
    where they are known in part; `abmkit.reports.reasons` puts it in words. Reads the columns that
    the criteria name.
    Where every criterion is unknown and left out (`missing = "skip"`), and where there are none,
    the score is null.

    Where there are segments adds `fit_card`, the id of the first whose condition is true, `general`
    for the card of those that are in none, null where there is no such card: their score is null.
    `fit_low` and `fit_high` are of the card that counts; a criterion that it does not ask has 0
    points.

    Raises `ColumnError` for a column that is neither canonical nor there, `UsageError` for a
    matcher that does not fit its column's type.
    """
    frame = opened(accounts)
    made = cards(config)
    if not made:
        frame = without(frame, [name for name in frame.columns if _is_added(name)])
        frame = frame.with_columns(
            *(nw.lit(None).cast(nw.Float64).alias(name) for name in _ADDED[:3]),
            nw.lit(0.0).alias("fit_known"),
            *([nw.lit(None).cast(nw.String).alias("fit_reasons")] if reasons else []),
        )
        return nw.to_native(frame.select(in_order(frame.columns)))
    own = [name for name in frame.columns if not _is_added(name)]
    schema = dict(frame.collect_schema())
    frame = with_points(frame, made, as_of=as_of)
    added = [*_fit(made), *(_points(made) if points else [])]
    numbers = [*_FIT, *(_point_names(made) if points else [])]
    names = list(numbers)
    if config.segments:
        added.append(_card(made))
        names.append("fit_card")
    if reasons:
        added.append(_reasons(made, schema))
        names.append("fit_reasons")
    frame = _rounded(frame.with_columns(added), numbers)
    return nw.to_native(frame.select(in_order([*own, *names])))


def card_counts(accounts: Any, config: Score, *, as_of: date) -> dict[str | None, int]:
    """How many accounts each card would score, in their order; null of those that none does.

    Empty where there are no segments. Reads the columns that the segments' conditions name.
    """
    made = cards(config)
    if not config.segments:
        return {}
    chosen = with_cards(opened(accounts), made, as_of=as_of).select(CARD)
    rows = collected(chosen.group_by(CARD).agg(nw.len().alias("count"))).to_pylist()
    found = {row[CARD]: int(row["count"]) for row in rows}
    counts: dict[str | None, int] = {each.id: found.get(n, 0) for n, each in enumerate(made)}
    return counts if -1 not in found else {**counts, None: found[-1]}


def _is_added(name: str) -> bool:
    return name in _ADDED or (
        name.startswith(POINTS_PREFIX) and name not in STEP and kind_of(name) is not None
    )


def _asked(made: Sequence[Card]) -> list[str]:
    """The criteria of all cards, by their ids; several cards may ask the same."""
    return list(dict.fromkeys(each.id for each in all_criteria(made)))


def _point_names(made: Sequence[Card]) -> list[str]:
    return [f"{POINTS_PREFIX}{id}" for id in _asked(made)]


def _share(hundredths: nw.Expr, of: int, name: str) -> nw.Expr:
    return (hundredths / of).alias(name)


def _rounded(frame: Frame, names: Sequence[str]) -> Frame:
    """The frame with shares as they are read: Polars divides by multiplying with the reciprocal,
    which is off in the last digit; a quotient is the nearest double already."""
    if not frame.implementation.is_polars():
        return frame
    return frame.with_columns(nw.col(name).round(4 if name == "fit_known" else 2) for name in names)


def _card(made: Sequence[Card]) -> nw.Expr:
    return by_card(made, lambda card: nw.lit(card.id), nw.lit(None).cast(nw.String)).alias(
        "fit_card"
    )


def _fit(made: Sequence[Card]) -> list[nw.Expr]:
    parts = {
        "fit_score": by_card(made, lambda card: fit(card.criteria)),
        "fit_low": by_card(made, lambda card: total("least", card.criteria)),
        "fit_high": by_card(made, lambda card: most(card.criteria)),
        "fit_known": by_card(
            made, lambda card: known_points(card.criteria, counted=False), _zero()
        ),
    }
    return [_share(of, FULL if n == "fit_known" else 100, n) for n, of in parts.items()]


def _zero() -> nw.Expr:
    return nw.lit(0).cast(nw.Int64)


def _points(made: Sequence[Card]) -> list[nw.Expr]:
    """Each criterion's points as the growth of the rounded running total, so that they add up."""
    return [
        _share(by_card(made, partial(_gained, id)), 100, f"{POINTS_PREFIX}{id}")
        for id in _asked(made)
    ]


def _gained(id: str, card: Card) -> nw.Expr:
    place = next((n for n, each in enumerate(card.criteria) if each.id == id), None)
    if place is None:
        # Where all that is unknown is left out, and nothing is known, nothing has points.
        return nw.when(~fit(card.criteria).is_null()).then(_zero())
    so_far = rescaled(total("earned", card.criteria[: place + 1]), card.criteria)
    if not place:
        return so_far
    return so_far - rescaled(total("earned", card.criteria[:place]), card.criteria)


# Reasons -----------------------------------------------------------------------------------------


def _reasons(made: Sequence[Card], schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Per criterion what decided on its points; codes are as wide as the longest of them."""
    width = code_width(all_criteria(made))

    def told(card: Card) -> nw.Expr:
        codes = [_reason(criterion, schema, width) for criterion in card.criteria]
        return nw.concat_str(codes, separator=SEPARATOR, ignore_nulls=True)

    return by_card(made, told, nw.lit(None).cast(nw.String)).alias("fit_reasons")


def _reason(criterion: Criterion, schema: Mapping[str, nw.dtypes.DType], width: int) -> nw.Expr:
    asked = criterion.asked
    first, *others = [nw.col(earning("true", asked, b)) for b in range(len(criterion.bands))]
    earned = nw.when(first).then(nw.lit("1".rjust(width)))
    for number, held in enumerate(others, start=2):
        earned = earned.when(held).then(nw.lit(str(number).rjust(width)))
    open_ = nw.col(earning("open", asked))
    return (
        earned.when(open_ & knows_some(criterion, schema))
        .then(nw.lit(UNDECIDED.rjust(width)))
        .when(open_)
        .then(nw.lit(UNKNOWN.rjust(width)))
        .otherwise(nw.lit(NO_BAND.rjust(width)))
    )
