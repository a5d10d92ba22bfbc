"""Postal codes as they are written in their country."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import scalar, strings, unread
from abmkit.domain.identity import joined
from abmkit.domain.values.ids import whole_numbers
from abmkit.domain.values.unknown import Normaliser

_LOST = {
    (5, 1): "US DE FR ES EE MX TR KR UA MY",
    (5, 2): "PR VI IT FI",
    (6, 1): "CN KZ",
    (7, 2): "JP",
}
"""Countries whose postal codes are so many digits each, of which so many may be leading zeros:
Universal Postal Union, https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions"""


@Normaliser
def postal_codes(
    texts: pa.StringArray, countries: pa.Array | None = None
) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Postal codes as they are written, and that all could be read.

    `94105.0` is 94105. `countries` holds each row's country: where its codes have one length, those
    that are too short for it have lost their leading zeros (`2138` in the USA is 02138).
    """
    read = whole_numbers(texts)
    if countries is None:
        return read, unread(read, read)
    for (length, most), those in _LOST.items():
        there = pc.is_in(countries, value_set=strings(those.split()))
        pattern = rf"^\d{{{length - most},{length - 1}}}(?:-\d{{4}})?$"
        short = pc.and_(there, pc.match_substring_regex(read, pattern))
        if pc.any(short, min_count=0).as_py():
            zeros = scalar("0" * most)
            whole = pc.replace_substring_regex(
                joined(zeros, read),
                pattern=rf"^0*(\d{{{length}}}(?:-\d{{4}})?)$",
                replacement=r"\1",
            )
            read = pc.if_else(pc.fill_null(short, scalar(False)), whole, read)
    return read, unread(read, read)
