"""Numbers as people write them, in a column of any engine."""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from abmkit.domain.finite import MOST_SCORE
from abmkit.domain.frames import Frame
from abmkit.reports.numbers import MILLIONS, Scale, in_units

_WHOLE = 10**6
"""From here on numbers are whole units of a scale, in every language."""
_PARTS = ("size", "int", "h", "whole", "k", "front", "back", "after")
"""What a number is taken into on its way to a text."""


def with_number_texts(
    frame: Frame, values: Mapping[str, nw.Expr], scales: tuple[Scale, ...] = MILLIONS
) -> Frame:
    """The frame with numbers in words, as `number` has them, in columns of these names.

    Every engine computes the same text: numbers go through whole hundredths, since engines print
    doubles each in their own way. It takes a stage per step, since an expression that is used in
    several places is computed in each of them. Null stays null.
    """
    names = list(values)
    frame = frame.with_columns(expr.cast(nw.Float64).alias(name) for name, expr in values.items())
    frame = frame.with_columns(nw.col(n).abs().fill_null(0.0).alias(f"{n}_size") for n in names)
    frame = frame.with_columns(_integer(n) for n in names)
    frame = frame.with_columns(_hundredths(n, scales) for n in names)
    frame = frame.with_columns((nw.col(f"{n}_h") // 100).alias(f"{n}_whole") for n in names)
    frame = frame.with_columns((nw.col(f"{n}_whole") // 1000).alias(f"{n}_k") for n in names)
    frame = frame.with_columns(part for n in names for part in _digit_texts(n))
    frame = frame.with_columns(_number_text(n, scales) for n in names)
    return frame.drop(f"{n}_{part}" for n in names for part in _PARTS)


def with_score_text(frame: Frame, name: str, where: nw.Expr) -> Frame:
    """The frame with `fit_score` in words in a column of this name: `87.5`, `40`; null stays null.

    Only `where` it is asked for; the same text as of any number below 1,000, at a third of what
    that costs.
    """
    score, hundredths, whole = nw.col("fit_score").cast(nw.Float64), f"{name}_h", f"{name}_whole"
    known = nw.when(score.abs() < MOST_SCORE).then(score.abs()).otherwise(nw.lit(0.0))
    frame = frame.with_columns((known * 100 + 0.5).floor().cast(nw.Int64).alias(hundredths))
    frame = frame.with_columns((nw.col(hundredths) // 100).alias(whole))
    rest = nw.col(hundredths) - nw.col(whole) * 100
    text = nw.col(whole).cast(nw.String)
    digits = _digits(rest, 2).str.strip_chars_end("0")
    split = nw.concat_str([text, nw.lit("."), digits], ignore_nulls=True)
    text = nw.when(rest > 0).then(split).otherwise(text)
    signed = nw.concat_str([nw.lit("-"), text], ignore_nulls=True)
    text = nw.when(score < 0).then(signed).otherwise(text)
    text = nw.when(where & (score.abs() < MOST_SCORE).fill_null(False)).then(text)
    return frame.with_columns(text.alias(name)).drop([hundredths, whole])


def _integer(name: str) -> nw.Expr:
    size = nw.col(f"{name}_size")
    # What lies beyond 1e17 stands for an open end and is never shown.
    near = nw.when(size < 1e17).then(size).otherwise(nw.lit(0.0))
    return near.floor().cast(nw.Int64).alias(f"{name}_int")


def _hundredths(name: str, scales: tuple[Scale, ...]) -> nw.Expr:
    size, whole = nw.col(f"{name}_size"), nw.col(f"{name}_int")
    small = nw.when(size < _WHOLE).then(size).otherwise(nw.lit(0.0))
    first, *others = scales
    scaled = nw.when(whole >= first.least).then(in_units(whole, first.unit))
    for least, unit, _ in others:
        scaled = scaled.when(whole >= least).then(in_units(whole, unit))
    return scaled.otherwise((small * 100 + 0.5).floor().cast(nw.Int64)).alias(f"{name}_h")


def _digit_texts(name: str) -> list[nw.Expr]:
    """What stands before the last three digits, those digits, and the two after the point."""
    whole, thousands = nw.col(f"{name}_whole"), nw.col(f"{name}_k")
    rest = nw.col(f"{name}_h") - whole * 100
    return [
        thousands.cast(nw.String).alias(f"{name}_front"),
        nw.when(thousands > 0)
        .then(_digits(whole - thousands * 1000, 3))
        .otherwise(whole.cast(nw.String))
        .alias(f"{name}_back"),
        nw.when(rest > 0).then(_digits(rest, 2).str.strip_chars_end("0")).alias(f"{name}_after"),
    ]


def _number_text(name: str, scales: tuple[Scale, ...]) -> nw.Expr:
    value, size, back = nw.col(name), nw.col(f"{name}_size"), nw.col(f"{name}_back")
    first, *others = scales
    letter = nw.when(size >= first.least).then(nw.lit(first.name))
    for least, _, unit_name in others:
        letter = letter.when(size >= least).then(nw.lit(unit_name))
    grouped = nw.concat_str([nw.col(f"{name}_front"), nw.lit(","), back], ignore_nulls=True)
    after = nw.concat_str([nw.lit("."), nw.col(f"{name}_after")], ignore_nulls=True)
    text = nw.concat_str(
        [
            nw.when(value < 0).then(nw.lit("-")).otherwise(nw.lit("")),
            nw.when(nw.col(f"{name}_k") > 0).then(grouped).otherwise(back),
            nw.when(~nw.col(f"{name}_after").is_null()).then(after).otherwise(nw.lit("")),
            letter.otherwise(nw.lit("")),
        ],
        ignore_nulls=True,
    )
    return nw.when(~value.is_null()).then(text).alias(name)


def _digits(value: nw.Expr, width: int) -> nw.Expr:
    """The digits of a number, with zeros before them."""
    beyond: int = 10**width
    return (value + beyond).cast(nw.String).str.slice(1)
