"""A sentence as an expression: its fields filled with columns of texts."""

from __future__ import annotations

import narwhals as nw

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


def codes_in_place(words: Words, column: str, text: nw.Expr) -> nw.Expr:
    """A column's codes by what they are called, as `Words.cell` has them."""
    chosen = None
    for code, called in words.forms.codes(column.casefold()).items():
        told = nw.lit(called)
        is_it = text == code
        chosen = nw.when(is_it).then(told) if chosen is None else chosen.when(is_it).then(told)
    return text if chosen is None else chosen.otherwise(text)
