"""What each criterion of scorecards earns on a frame, in whole hundredths, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce

import narwhals as nw

from abmkit.domain.frames import Frame
from abmkit.domain.rules.scorecards import FULL, Card, Criterion, all_criteria, segment_place
from abmkit.domain.rules.truth import Truth, known_value, truth

CARD = "__card"
"""The column of which card scores an account, from 0; -1 for none. Only where some are for some."""


def with_points(frame: Frame, cards: Sequence[Card], *, as_of: date, within: str = "") -> Frame:
    """The frame with what the criteria of all cards earn, in columns named by `earning`.

    Per band `true` and `unknown`; per criterion `open` (no band is true and one is unknown), and
    `earned`, `least` and `most`: its points as they count, and with what is open at its least and
    at its best. Where there are segments, which card counts. `within` is what errors say before
    the place of a criterion.
    """
    schema = dict(frame.collect_schema())
    truths = {
        criterion.number: [
            truth(when, schema, as_of, where=f"{within}{card.where}.{criterion.id}")
            for when, _ in criterion.bands
        ]
        for card in cards
        for criterion in card.criteria
        if criterion.asked == criterion.number
    }
    frame = frame.with_columns(*_band_columns(truths), *_chosen(cards, schema, as_of, within))
    return frame.with_columns(
        each
        for criterion in all_criteria(cards)
        for each in (_by_one_column if _is_simple(truths[criterion.asked]) else _by_bands)(
            criterion
        )
    )


def with_cards(frame: Frame, cards: Sequence[Card], *, as_of: date) -> Frame:
    """The frame with which card counts alone."""
    return frame.with_columns(_chosen(cards, dict(frame.collect_schema()), as_of, ""))


def _chosen(
    cards: Sequence[Card], schema: Mapping[str, nw.dtypes.DType], as_of: date, within: str
) -> list[nw.Expr]:
    """Which card counts: the first whose condition is true."""
    told = [(n, each.when, segment_place(each.id)) for n, each in enumerate(cards)]
    held = [
        (truth(when, schema, as_of, where=f"{within}{place}.when").true, number)
        for number, when, place in told
        if when is not None
    ]
    if not held:
        return []
    (true, number), *others = held
    chosen = nw.when(true).then(nw.lit(number))
    for true, number in others:
        chosen = chosen.when(true).then(nw.lit(number))
    rest = len(held) if len(held) < len(cards) else -1
    return [chosen.otherwise(nw.lit(rest)).alias(CARD)]


def by_card(
    cards: Sequence[Card], of: Callable[[Card], nw.Expr], none: nw.Expr | None = None
) -> nw.Expr:
    """What the card that counts makes of an account; of an account that has none, `none`."""
    *some, last = list(enumerate(cards))
    if last[1].when is None:
        none = of(last[1])
    else:
        some.append(last)
    if not some:
        assert none is not None
        return none
    (number, card), *others = some
    chosen = nw.when(nw.col(CARD) == number).then(of(card))
    for number, card in others:
        chosen = chosen.when(nw.col(CARD) == number).then(of(card))
    return chosen if none is None else chosen.otherwise(none)


def earning(kind: str, criterion: int, band: int | None = None) -> str:
    """The column of what a criterion, or a band of it, makes of an account.

    `criterion` is its number for points, and what it has `asked` for `true`, `unknown`, `open`.
    """
    return f"__{kind}_{criterion}" + ("" if band is None else f"_{band}")


def total(kind: str, criteria: Sequence[Criterion]) -> nw.Expr:
    """What criteria earn together, `earned`, at `least` or at `most`."""
    return reduce(lambda a, b: a + b, (nw.col(earning(kind, c.number)) for c in criteria))


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


def _is_simple(truths: Sequence[Truth]) -> bool:
    """Whether all bands are unknown where one column is, and else none is."""
    by = {held.by for held in truths}
    return len(by) == 1 and None not in by


def _band_columns(truths: Mapping[int, Sequence[Truth]]) -> list[nw.Expr]:
    columns = []
    for c, bands in truths.items():
        for b, held in enumerate(bands):
            columns.append(held.true.alias(earning("true", c, b)))
            columns.append(held.unknown.alias(earning("unknown", c, b)))
    return columns


def any_of(expressions: Sequence[nw.Expr]) -> nw.Expr:
    """Where one of them holds."""
    return reduce(lambda a, b: a | b, expressions)


def _held(kind: str, criterion: Criterion) -> list[nw.Expr]:
    return [nw.col(earning(kind, criterion.asked, b)) for b in range(len(criterion.bands))]


def _told_open(criterion: Criterion, open_: nw.Expr) -> list[nw.Expr]:
    """Where a criterion is open, once for all that ask the same."""
    if criterion.asked != criterion.number:
        return []
    return [open_.alias(earning("open", criterion.number))]


def _by_one_column(criterion: Criterion) -> list[nw.Expr]:
    """What a criterion earns, at least and at most, where its column is known or all is open."""
    hundredths = [points for _, points in criterion.bands]
    open_ = nw.col(earning("unknown", criterion.asked, 0))
    least = _first(list(zip(hundredths, _held("true", criterion), strict=True)))
    return [
        *_told_open(criterion, open_),
        (least + _first([(criterion.missing or 0, open_)])).alias(
            earning("earned", criterion.number)
        ),
        least.alias(earning("least", criterion.number)),
        (least + _first([(max(hundredths), open_)])).alias(earning("most", criterion.number)),
    ]


def _by_bands(criterion: Criterion) -> list[nw.Expr]:
    """The same where each band may be true, false or unknown."""
    true, unknown = _held("true", criterion), _held("unknown", criterion)
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
        *_told_open(criterion, open_),
        earned.when(open_)
        .then(nw.lit(criterion.missing or 0))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
        .alias(earning("earned", criterion.number)),
        _first([(0, ~any_of(true)), *by_points]).alias(earning("least", criterion.number)),
        _first(by_points[::-1]).alias(earning("most", criterion.number)),
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
            else nw.when(nw.col(earning("open", criterion.asked)))
            .then(nw.lit(0))
            .otherwise(nw.lit(criterion.best))
            .cast(nw.Int64)
            for criterion in criteria
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
