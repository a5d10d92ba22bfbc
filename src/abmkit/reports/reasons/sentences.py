"""A sentence as an expression: its fields filled with columns of texts."""

from __future__ import annotations

import narwhals as nw

from abmkit.reports.words import Words


def in_place(words: Words, sentence: str, **values: nw.Expr | str) -> nw.Expr:
    """A sentence as an expression, its fields filled with texts or columns of texts."""
    pieces: list[nw.Expr] = []
    for text, field, spec in words.pieces(sentence):
        pieces += [nw.lit(text)] if text else []
        if field is not None:
            value = values[field]
            if isinstance(value, str):
                value = nw.lit(words.format_field(value, spec))
            pieces.append(value)
    # What is null is not shown; to look for it, DuckDB would compute each piece once more.
    return nw.concat_str(pieces, ignore_nulls=True)


def day_in_place(words: Words, day: nw.Expr) -> nw.Expr:
    """A column of days as an expression of texts, as `Words.day` has them; null stays null."""
    parts = {"year": day.dt.year(), "month": day.dt.month(), "day": day.dt.day()}
    for _, field, spec in words.pieces("value.date"):
        if field is not None and spec == "02":
            parts[field] = (parts[field] + 100).cast(nw.String).str.slice(1)
    texts = {name: part.cast(nw.String) for name, part in parts.items()}
    return nw.when(~day.is_null()).then(in_place(words, "value.date", **texts))


def codes_in_place(words: Words, column: str, text: nw.Expr) -> nw.Expr:
    """A column's codes by what they are called, as `Words.cell` has them."""
    chosen = None
    for code, called in words.forms.codes(column.casefold()).items():
        told = nw.lit(called)
        is_it = text == code
        chosen = nw.when(is_it).then(told) if chosen is None else chosen.when(is_it).then(told)
    return text if chosen is None else chosen.otherwise(text)
