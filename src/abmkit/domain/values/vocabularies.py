"""The closed sets of values that some columns have, yes and no too, and the words for them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import bools, each_distinct, only_where, scalar, strings, unread
from abmkit.domain.values.unknown import Normaliser
from abmkit.schema.answers import MORE_NO, MORE_YES, NO, YES
from abmkit.schema.column import Column
from abmkit.schema.firmographics import LISTED


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\s_\-–/.]+", " ", text).split())


@cache
def _by_word(column: Column) -> dict[str, str]:
    """A column's values by the words that mean them; the empty text for neutral words."""
    meant = {
        _folded(word): value
        for value, words in column.values.items()
        for word in (value, *words.split(", "))
    }
    return {_folded(word): "" for word in column.elsewhere.split(", ") if word} | meant


_APART = re.compile(r"\s+[-–—]\s+|[(（)）/:：,，;；|]+")
_NO_MORE = re.compile(
    r"\b(?:former|lost|churn\w*|inactive|cancel\w*|ex|past|previous|terminated|lapsed|dormant)\b"
    r"|流失|终止|停用|沉睡"
)
"""What makes a customer a former one, beside the word itself."""


def _choice(text: str, column: Column) -> str | None:
    """A column's own value that a text means; the empty text for a neutral word.

    A text of several parts (`Customer - Direct`) means what its parts do, first what protects.
    """
    words = _by_word(column)
    folded = _folded(text)
    if folded in words:
        return words[folded]
    parts = [_folded(part) for part in _APART.split(text) if part.strip()]
    meant = [words[part] for part in parts if words.get(part)]
    order = [value for value in (*column.protected, *column.values) if value in meant]
    if not order or not words.get(parts[0]):
        return None
    former = "former_customer" in column.values and _NO_MORE.search(folded)
    return "former_customer" if former and order[0] == "customer" else str(order[0])


@Normaliser
def choices(texts: pa.StringArray, column: Column) -> tuple[pa.StringArray, pa.BooleanArray]:
    """A column's own value for the common words that mean it, and where a text means none."""
    meant = each_distinct(texts, lambda text: _choice(text, column))
    said = pc.not_equal(meant, strings([""])[0])
    return only_where(pc.fill_null(said, scalar(False)), meant), unread(texts, meant)


@cache
def _listed() -> dict[str, bool]:
    """Whether a company is listed, by the words for its kind."""
    return {_folded(word): value for value, words in LISTED.items() for word in words.split(", ")}


def _by_kind(text: str) -> bool | None:
    return _listed().get(_folded(re.sub(r"\(.*\)", "", text)))


@Normaliser
def listed(texts: pa.StringArray) -> tuple[pa.BooleanArray, pa.BooleanArray]:
    """Whether companies are listed, from `Public`, `Privately Held` or yes and no."""

    def one(text: str) -> bool | None:
        by_kind = _by_kind(text)
        return boolean(text) if by_kind is None else by_kind

    read = each_distinct(texts, one, bools)
    return read, unread(texts, read)


@Normaliser
def listed_by_kind(texts: pa.StringArray) -> pa.BooleanArray:
    """Whether companies are listed, where the words for their kind say so."""
    return each_distinct(texts, _by_kind, bools)


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
