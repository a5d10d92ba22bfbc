"""A sentence as an expression: its fields filled with columns of texts."""

from __future__ import annotations

import narwhals as nw

from abmkit.reports.words import Words


def in_place(words: Words, sentence: str, **values: nw.Expr | str) -> nw.Expr:
    """A sentence as an expression, its fields filled with texts or columns of texts."""
    pieces: list[nw.Expr] = []
    for text, field in words.pieces(sentence):
        pieces += [nw.lit(text)] if text else []
        if field is not None:
            value = values[field]
            pieces.append(nw.lit(value) if isinstance(value, str) else value)
    # What is null is not shown; to look for it, DuckDB would compute each piece once more.
    return nw.concat_str(pieces, ignore_nulls=True)
