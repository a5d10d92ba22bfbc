"""The closed sets of values that some columns have, yes and no too, and the words for them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pyarrow as pa

from abmkit.domain.arrays import bools, each_distinct, unread
from abmkit.domain.values.unknown import Normaliser
from abmkit.schema.answers import MORE_NO, MORE_YES, NO, YES
from abmkit.schema.column import Column


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
    return read, unread(texts, read)


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
