"""Numbers as people write them, one at a time and in a column of any engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from abmkit.domain.frames import Frame

_SCALES = ((10**12, "T"), (10**9, "B"), (10**6, "M"))


def number(value: float) -> str:
    """A number as people write it: `1,200`, `2.5`, `1.2M`, `524B`."""
    size, letter = abs(value), ""
    hundredths = int(size * 100 + 0.5)
    for unit, name in _SCALES:
        if size >= unit:
            hundredths, letter = _in_units(int(size), unit), name
            break
    whole, rest = divmod(hundredths, 100)
    fraction = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{whole:,}{fraction}{letter}"


def _in_units(whole: Any, unit: int) -> Any:
    # Whole numbers: engines divide doubles each in their own way.
    return (whole + unit // 200) // (unit // 100)


def points(hundredths: int) -> str:
    """Points given in hundredths: `25`, `7.5`."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def short(value: float) -> str:
    """A number to the whole, a small one to two digits: `1,250`, `0.083`."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def with_number_texts(frame: Frame, values: Mapping[str, nw.Expr]) -> Frame:
    """The frame with numbers in words, as `number` has them, in columns of these names.

    Every engine computes the same text: numbers go through whole hundredths, since engines print
    doubles each in their own way. It takes a stage per step, since an expression that is used in
    several places is computed in each of them. Null stays null.
    """
    names = list(values)
    frame = frame.with_columns(expr.cast(nw.Float64).alias(name) for name, expr in values.items())
    frame = frame.with_columns(nw.col(n).abs().fill_null(0.0).alias(f"{n}_size") for n in names)
    frame = frame.with_columns(_integer(n) for n in names)
    frame = frame.with_columns(_hundredths(n) for n in names)
    frame = frame.with_columns((nw.col(f"{n}_h") // 100).alias(f"{n}_whole") for n in names)
    frame = frame.with_columns((nw.col(f"{n}_whole") // 1000).alias(f"{n}_k") for n in names)
    frame = frame.with_columns(_number_text(n) for n in names)
    return frame.drop(f"{n}_{part}" for n in names for part in ("size", "int", "h", "whole", "k"))


def _integer(name: str) -> nw.Expr:
    size = nw.col(f"{name}_size")
    # What lies beyond 1e17 stands for an open end and is never shown.
    near = nw.when(size < 1e17).then(size).otherwise(nw.lit(0.0))
    return near.floor().cast(nw.Int64).alias(f"{name}_int")


def _hundredths(name: str) -> nw.Expr:
    size, whole = nw.col(f"{name}_size"), nw.col(f"{name}_int")
    small = nw.when(size < _SCALES[-1][0]).then(size).otherwise(nw.lit(0.0))
    scaled = nw.when(whole >= _SCALES[0][0]).then(_in_units(whole, _SCALES[0][0]))
    for unit, _ in _SCALES[1:]:
        scaled = scaled.when(whole >= unit).then(_in_units(whole, unit))
    return scaled.otherwise((small * 100 + 0.5).floor().cast(nw.Int64)).alias(f"{name}_h")


def _number_text(name: str) -> nw.Expr:
    value, size, hundredths = nw.col(name), nw.col(f"{name}_size"), nw.col(f"{name}_h")
    whole, thousands = nw.col(f"{name}_whole"), nw.col(f"{name}_k")
    rest = hundredths - whole * 100
    letter = nw.when(size >= _SCALES[0][0]).then(nw.lit(_SCALES[0][1]))
    for unit, unit_name in _SCALES[1:]:
        letter = letter.when(size >= unit).then(nw.lit(unit_name))
    grouped = nw.concat_str(
        [thousands.cast(nw.String), nw.lit(","), _digits(whole - thousands * 1000, 3)]
    )
    text = nw.concat_str(
        [
            nw.when(value < 0).then(nw.lit("-")).otherwise(nw.lit("")),
            nw.when(thousands > 0).then(grouped).otherwise(whole.cast(nw.String)),
            nw.when(rest > 0)
            .then(nw.concat_str([nw.lit("."), _digits(rest, 2)]).str.strip_chars_end("0"))
            .otherwise(nw.lit("")),
            letter.otherwise(nw.lit("")),
        ]
    )
    return nw.when(~value.is_null()).then(text).alias(name)


def _digits(value: nw.Expr, width: int) -> nw.Expr:
    return value.cast(nw.String).str.zfill(width)
