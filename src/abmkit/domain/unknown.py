"""The ways in which directories write that they do not know."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from abmkit.domain.arrays import only_where, strings
from abmkit.domain.tables import rows

if TYPE_CHECKING:
    import pyarrow as pa


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
    import pyarrow as pa
    import pyarrow.compute as pc

    if _KNOWN.get(id(values)) is values:
        return values
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    trimmed = pc.utf8_trim(values, characters=_OUTER)
    folded = pc.utf8_lower(pc.utf8_normalize(trimmed, form="NFKC"))
    folded = pc.utf8_trim(folded, characters=_OUTER)
    result = only_where(pc.invert(pc.is_in(folded, value_set=_token_set())), trimmed)
    _KNOWN[id(result)] = result
    return result


# Arrays that came from `known` need no second look; they never change, and are forgotten with
# their last use.
_KNOWN: WeakValueDictionary[int, pa.Array] = WeakValueDictionary()


# White space, and the marks without width that copying from web pages leaves behind.
_OUTER = (
    "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010)]))
    + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u00ad"
)
