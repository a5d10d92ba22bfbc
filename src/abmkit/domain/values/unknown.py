"""What says that a value is unknown, decided once for the cells of a column.

A function that reads a column is a `Normaliser`: called with cells it first takes out what says
that nothing is known, and `of_known` takes texts of which that has been taken out already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache, update_wrapper
from typing import Concatenate, Generic, ParamSpec, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    filled_where,
    from_flags,
    only_where,
    scalar,
    strings,
    whole,
)
from abmkit.domain.data import rows
from abmkit.domain.signs import OTHER, signs

Given = ParamSpec("Given")
Read = TypeVar("Read")


class Normaliser(Generic[Given, Read]):
    """A function of known texts, made one of a column's cells."""

    def __init__(self, of_known: Callable[Concatenate[pa.StringArray, Given], Read]) -> None:
        self.of_known = of_known
        update_wrapper(self, of_known)

    def __call__(self, cells: pa.Array, *args: Given.args, **kwargs: Given.kwargs) -> Read:
        """What the function gives for those of the cells that are known."""
        return self.of_known(known(cells), *args, **kwargs)


@cache
def tokens() -> frozenset[str]:
    """The texts that say a value is unknown, without case, width and outer space.

    Read from `data/unknown.csv`; the empty text is one of them.
    """
    return frozenset(["", *(row["text"] for row in rows("unknown.csv"))])


@cache
def _token_set() -> pa.StringArray:
    return strings(sorted(tokens()))


NA = "NA"
"""A text that is unknown in most columns, and in some a country, a province or a sales region."""


def known(cells: pa.Array, *, na: bool = False) -> pa.StringArray:
    """Texts without outer space; null where a text says that the value is unknown.

    With `na` an `NA` in capitals is a value as any other.
    """
    texts = as_strings(whole(cells))
    if len(texts) <= _FEW:
        return strings([_known(text, na) for text in texts.to_pylist()])
    if repeats(texts):
        encoded = texts.dictionary_encode()
        return _known_of(encoded.dictionary, na).take(encoded.indices)
    return _known_of(texts, na)


def repeats(texts: pa.StringArray) -> bool:
    """Whether a long column has few different texts, which are then asked once."""
    shown = texts.slice(0, _SHOWN)
    return len(texts) > _SHOWN and pc.count_distinct(shown).as_py() * 10 < _SHOWN


def _known_of(texts: pa.StringArray, na: bool) -> pa.StringArray:
    trimmed = pc.utf8_trim(texts, characters=_OUTER)
    unknown = _says_unknown(trimmed)
    if na:
        unknown = pc.and_not(unknown, pc.equal(trimmed, scalar(NA)))
    return only_where(pc.invert(unknown), trimmed) if pc.any(unknown).as_py() else trimmed


# So few are read sooner one by one: a wide table has thousands of columns of them.
_FEW = 30
# The first texts, which tell whether a column repeats itself.
_SHOWN = 1_000


def _known(text: str | None, na: bool) -> str | None:
    if text is None:
        return None
    trimmed = text.strip(_OUTER)
    folded = unicodedata.normalize("NFKC", trimmed).lower().strip(_OUTER)
    return None if folded in tokens() and not (na and trimmed == NA) else trimmed


def still_known(made: pa.StringArray, texts: pa.StringArray) -> pa.StringArray:
    """What was made of known texts, as `known` has it; only what is other than before is asked."""
    other = pc.fill_null(pc.not_equal(made, texts), scalar(False))
    return pc.replace_with_mask(made, other, known(made.filter(other)))


def _says_unknown(trimmed: pa.StringArray) -> pa.BooleanArray:
    """Where a text without outer space is one of the tokens, whatever its case and width."""
    # Folding leaves common signs as they are but for their case, and as long: most such texts are
    # too long for a token.
    plain = pc.fill_null(pc.string_is_ascii(trimmed), scalar(True))
    common = filled_where(pc.invert(plain), trimmed, _of_common_signs, plain)
    short = pc.less_equal(pc.binary_length(trimmed), _longest())
    found = _are_tokens(trimmed, pc.and_(common, short), pc.utf8_lower)
    if pc.all(common, min_count=0).as_py():
        return found
    return pc.or_(found, _are_tokens(trimmed, pc.invert(common), _folded))


def _of_common_signs(texts: pa.StringArray) -> pa.BooleanArray:
    return from_flags((signs(texts) & OTHER) == 0)


def _are_tokens(
    trimmed: pa.StringArray,
    asked: pa.BooleanArray,
    fold: Callable[[pa.StringArray], pa.StringArray],
) -> pa.BooleanArray:
    asked = pc.and_(asked, pc.is_valid(trimmed))
    is_token = pc.is_in(fold(trimmed.filter(asked)), value_set=_token_set())
    return pc.replace_with_mask(pc.and_not(asked, asked), asked, is_token)


def _folded(texts: pa.StringArray) -> pa.StringArray:
    return pc.utf8_trim(pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC")), characters=_OUTER)


@cache
def _longest() -> pa.Scalar:
    return scalar(max(len(token.encode()) for token in tokens()))


# White space, and the marks without width that copying from web pages leaves behind.
_OUTER = (
    "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010)]))
    + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u00ad"
)
