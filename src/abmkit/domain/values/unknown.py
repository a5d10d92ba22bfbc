"""The ways in which directories write that they do not know."""

from __future__ import annotations

from functools import cache
from weakref import WeakValueDictionary

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import bools, int64s, only_where, strings
from abmkit.domain.data import rows


@cache
def tokens() -> frozenset[str]:
    """The texts that say a value is unknown, without case, width and outer space.

    Read from `data/unknown.csv`; the empty text is one of them.
    """
    return frozenset(["", *(row["text"] for row in rows("unknown.csv"))])


@cache
def _token_set() -> pa.StringArray:
    return strings(sorted(tokens()))


def known(values: pa.Array) -> pa.StringArray:
    """Texts without outer space; null where a text says that the value is unknown."""
    if _KNOWN.get(id(values)) is values:
        return values
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    trimmed = pc.utf8_trim(values, characters=_OUTER)
    unknown = _says_unknown(trimmed)
    return _noted(only_where(pc.invert(unknown), trimmed) if pc.any(unknown).as_py() else trimmed)


def still_known(made: pa.StringArray, given: pa.StringArray) -> pa.StringArray:
    """Texts made of known ones as `known` has them; only those not as given are looked at."""
    other = pc.fill_null(pc.not_equal(made, given), bools([False])[0])
    return _noted(pc.replace_with_mask(made, other, known(made.filter(other))))


def _noted(values: pa.StringArray) -> pa.StringArray:
    _KNOWN[id(values)] = values
    return values


def _says_unknown(trimmed: pa.StringArray) -> pa.BooleanArray:
    """Where a text without outer space is one of the tokens, whatever its case and width."""
    longest = int64s([max(map(len, tokens()))])[0]
    # Folding keeps the length of plain text: most of it is too long for a token.
    short = pc.less_equal(pc.binary_length(trimmed), longest)
    possible = pc.or_(short, pc.invert(pc.string_is_ascii(trimmed)))
    folded = pc.utf8_lower(pc.utf8_normalize(trimmed.filter(possible), form="NFKC"))
    found = pc.is_in(pc.utf8_trim(folded, characters=_OUTER), value_set=_token_set())
    return pc.replace_with_mask(pc.and_not(possible, possible), possible, found)


# Arrays that came from `known` need no second look; they never change, and are forgotten with
# their last use.
_KNOWN: WeakValueDictionary[int, pa.Array] = WeakValueDictionary()


# White space, and the marks without width that copying from web pages leaves behind.
_OUTER = (
    "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010)]))
    + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u00ad"
)
