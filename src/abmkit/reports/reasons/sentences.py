"""A sentence as an expression: its fields filled with columns of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals as nw

from abmkit.domain.frames import Frame
from abmkit.reports.words import Words


def in_place(words: Words, sentence: str, **values: nw.Expr | str) -> nw.Expr:
    """A sentence as an expression, its fields filled with texts or columns of texts."""
    pieces: list[nw.Expr] = []
    text = ""
    for own, field, spec in words.pieces(sentence):
        text = words.forms.joined(text, own)
        value = values[field] if field is not None else ""
        if isinstance(value, str):
            text = words.forms.joined(text, words.format_field(value, spec))
        else:
            pieces += [nw.lit(text), value] if text else [value]
            text = ""
    pieces += [nw.lit(text)] if text or not pieces else []
    # What is null is not shown; to look for it, DuckDB would compute each piece once more.
    return nw.concat_str(pieces, ignore_nulls=True)


def day_in_place(words: Words, day: nw.Expr) -> nw.Expr:
    """A column of days as an expression of texts, as `Words.day` has them; null stays null."""
    parts = {"year": day.dt.year(), "month": day.dt.month(), "day": day.dt.day()}
    # Where one is null, pandas counts in doubles.
    parts = {name: part.fill_null(0).cast(nw.Int64) for name, part in parts.items()}
    for _, field, spec in words.pieces("value.date"):
        if field is not None and spec == "02":
            parts[field] = (parts[field] + 100).cast(nw.String).str.slice(1)
    pieces = [
        piece
        for own, field, _ in words.pieces("value.date")
        for piece in (nw.lit(own), *([parts[field].cast(nw.String)] if field else []))
    ]
    return nw.when(~day.is_null()).then(nw.concat_str(pieces, ignore_nulls=True))


def codes_in_place(words: Words, frame: Frame, name: str, column: str) -> nw.Expr:
    """A frame's column of codes by what they are called, as `Words.cell` has them of `name`."""
    text = nw.col(column)
    called = words.forms.codes(name.casefold())
    codes = sorted(called)
    if codes and isinstance(frame, nw.DataFrame):
        # What is computed at once is asked only of what is there.
        codes = sorted(set(codes).intersection(frame[column].unique().to_list()))
    return _called(text, codes, called) if codes else text


def _called(text: nw.Expr, codes: Sequence[str], called: Mapping[str, str]) -> nw.Expr:
    """By halves: one after the other, hundreds would be nested too deeply."""
    if len(codes) == 1:
        return nw.when(text == codes[0]).then(nw.lit(called[codes[0]])).otherwise(text)
    middle = len(codes) // 2
    before, after = (_called(text, some, called) for some in (codes[:middle], codes[middle:]))
    return nw.when(text < codes[middle]).then(before).otherwise(after)
