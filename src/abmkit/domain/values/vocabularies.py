"""The closed sets of values that some columns have, yes and no too, and the words for them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import bools, each_distinct, scalar, unread
from abmkit.domain.values.unknown import Normaliser
from abmkit.schema.answers import MORE_NO, MORE_YES, NO, YES
from abmkit.schema.column import Column
from abmkit.schema.firmographics import LISTED


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\s_\-–/.]+", " ", text).split())


@cache
def _by_word(column: Column) -> dict[str, str]:
    """A column's values by the words that mean them."""
    return {
        _folded(word): value
        for value, words in column.values.items()
        for word in (value, *words.split(", "))
    }


@Normaliser
def choices(texts: pa.StringArray, column: Column) -> tuple[pa.StringArray, pa.BooleanArray]:
    """A column's own value for the common words that mean it, and where a text means none."""
    words = _by_word(column)
    read = each_distinct(texts, lambda text: words.get(_folded(text)))
    return read, pc.and_not(unread(texts, read), _elsewhere(texts, column))


def _elsewhere(texts: pa.StringArray, column: Column) -> pa.BooleanArray:
    """Where a text is understood and no value of the column."""
    words = {_folded(word) for word in column.elsewhere.split(", ") if word}
    found = each_distinct(texts, lambda text: _folded(text) in words, bools)
    return pc.fill_null(found, scalar(False))


@cache
def _listed() -> dict[str, bool]:
    """Whether a company is listed, by the words for its kind."""
    return {_folded(word): value for value, words in LISTED.items() for word in words.split(", ")}


@Normaliser
def listed(texts: pa.StringArray) -> tuple[pa.BooleanArray, pa.BooleanArray]:
    """Whether companies are listed, from `Public`, `Privately Held` or yes and no."""

    def one(text: str) -> bool | None:
        by_kind = _listed().get(_folded(re.sub(r"\(.*\)", "", text)))
        return boolean(text) if by_kind is None else by_kind

    read = each_distinct(texts, one, bools)
    return read, unread(texts, read)


@Normaliser
def listed_by_kind(texts: pa.StringArray) -> pa.BooleanArray:
    """Whether companies are listed, where the words for their kind say so."""
    return each_distinct(texts, lambda text: _listed().get(_folded(text)), bools)


_ANSWERS = {
    **dict.fromkeys((*YES, *MORE_YES), True),
    **dict.fromkeys((*NO, *MORE_NO), False),
}


def boolean(text: str) -> bool | None:
    """Yes or no in English or Chinese, None for anything else."""
    return _ANSWERS.get(" ".join(unicodedata.normalize("NFKC", text).casefold().split()))


@Normaliser
def booleans(texts: pa.StringArray) -> tuple[pa.BooleanArray, pa.BooleanArray]:
    """Yes or no as booleans, and where a text is neither."""
    read = each_distinct(texts, boolean, bools)
    return read, unread(texts, read)
