"""What a cell says of whether somebody may be contacted: yes, no, or nothing clear."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import as_strings, bools
from abmkit.domain.values.dates import exact_date
from abmkit.domain.values.unknown import tokens
from abmkit.domain.values.vocabularies import boolean
from abmkit.schema.answers import BEGINS_NO
from abmkit.schema.permissions import (
    ALLOWS,
    ANY,
    BEGINS_YES,
    DATED_OR_EXPLAINED,
    DENIES,
    ENDS,
    FORBIDS,
    NEGATED,
    NONE_GIVEN,
    OBJECTS,
    PURPOSES,
    SAYS_NOTHING,
    WITHDRAWS,
    WORD_NO,
    WORD_YES,
)

Said = Literal["may", "not", "unclear"]
"""That somebody may be contacted, may not, or what nobody understands."""

_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}.*$")
_STAMP = re.compile(r"\d{9,13}|[34]\d{4}(?:\.\d+)?")
"""Seconds since 1970, or days since 1900 as spreadsheets count them."""
_BETWEEN = re.compile(r"[\s_\-–—/.,!'’\"()\[\]]+")


def distinct_said(
    texts: pa.StringArray, answers: str, header: str
) -> tuple[pa.StringArray, list[Said | None]]:
    """The distinct texts of a column, and what each says; None where it says nothing.

    `answers` is what the column is for: `objection`, `consent` or `standing`. A date is an answer,
    too, and under a header of reasons for an objection anything is one.
    """
    distinct = as_strings(texts).drop_null().unique()
    explained = re.search(DATED_OR_EXPLAINED, _folded(header)) is not None
    return distinct, [_said(text, answers, explained=explained) for text in distinct.to_pylist()]


def days_said(texts: pa.StringArray) -> dict[str, date]:
    """The days among the distinct texts of a column; where day and month could be either, the
    earlier one."""
    found = {}
    for text in as_strings(texts).drop_null().unique().to_pylist():
        day = _TIME.sub("", text.strip())
        read = [exact_date(day, order) for order in ("day", "month")]
        known = [each for each in read if each is not None]
        if known:
            found[text] = min(known)
    return found


def takes_back(text: str) -> bool:
    """Whether a header or an answer says that a yes is taken back."""
    return re.search(WITHDRAWS, _folded(text)) is not None


def purposes_of(header: str) -> tuple[str, ...]:
    """What a column of consent is about, by its header: `any`, or some of `PURPOSES`."""
    folded = _folded(header)
    named = tuple(name for name, words in PURPOSES if re.search(words, folded))
    return named or (ANY,)


def ends_consent(header: str) -> bool:
    """Whether a column has the days on which consents end."""
    return re.search(ENDS, _folded(header)) is not None


def objections(
    texts: pa.StringArray, answers: str, header: str
) -> tuple[pa.BooleanArray, pa.BooleanArray]:
    """Where somebody may not be contacted, null where nothing is said; and what nobody understands,
    which is a no."""
    distinct, meant = distinct_said(texts, answers, header)
    places = pc.index_in(texts, value_set=distinct)
    refused = bools([None if each is None else each != "may" for each in meant])
    unclear = bools([each == "unclear" for each in meant])
    return refused.take(places), pc.fill_null(unclear.take(places), bools([False])[0])


def either(one: pa.BooleanArray, other: pa.BooleanArray) -> pa.BooleanArray:
    """Where one of two says that somebody may not be contacted; null where neither says any."""
    return pc.coalesce(pc.or_kleene(one, other), one, other)


def _said(text: str, answers: str, *, explained: bool) -> Said | None:
    folded = _folded(text)
    if answers == "consent" and folded in NONE_GIVEN:
        return "not"
    if folded in tokens() or text.strip().casefold() in tokens() or re.search(SAYS_NOTHING, folded):
        return None
    if answers == "standing":
        return "not" if _objects().search(folded) and not _negated().search(folded) else None
    objection = answers == "objection"
    answer = _answer(text, folded)
    if answer is not None:
        return "not" if answer == objection else "may"
    if _is_date(text):
        return "not" if objection else "may"
    if objection and explained:
        return "not"
    by_words = _by_words(folded)
    if by_words is not None:
        return by_words
    if re.search(BEGINS_NO, folded):
        return "may" if objection else "not"
    if re.search(BEGINS_YES, folded):
        return "not" if objection else "may"
    return "unclear"


def _is_date(text: str) -> bool:
    day = _TIME.sub("", text.strip())
    if _STAMP.fullmatch(day):
        return True
    return any(exact_date(day, order) is not None for order in ("day", "month"))


def _answer(text: str, folded: str) -> bool | None:
    """Yes or no, where a text is that and no more."""
    if folded in WORD_YES:
        return True
    if folded in WORD_NO:
        return False
    plain = boolean(text)
    return boolean(folded) if plain is None else plain


def _by_words(folded: str) -> Said | None:
    """What a text says by its own words, whatever is asked."""
    if _negated().search(folded):
        return "may"
    if _forbids().search(folded) or _denies().search(folded):
        return "not"
    # `not given` is no more than a no.
    if re.search(BEGINS_NO, folded):
        return None
    return "may" if _allows().search(folded) else None


def _folded(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())


@cache
def _objects() -> re.Pattern[str]:
    return re.compile(OBJECTS)


@cache
def _forbids() -> re.Pattern[str]:
    return re.compile(FORBIDS)


@cache
def _allows() -> re.Pattern[str]:
    return re.compile(ALLOWS)


@cache
def _denies() -> re.Pattern[str]:
    return re.compile(DENIES)


@cache
def _negated() -> re.Pattern[str]:
    return re.compile(NEGATED)
