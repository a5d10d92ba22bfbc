"""Texts that are plain numbers, as rules read them: no unit, no currency, nothing to guess."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import only_where

PLAIN = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
"""A regular expression."""


def plain_numbers(texts: pa.StringArray) -> pa.DoubleArray:
    """The numbers that texts are; null where they are none."""
    bare = pc.utf8_trim_whitespace(texts)
    plain = only_where(pc.match_substring_regex(bare, PLAIN), bare)
    return pc.replace_substring(plain, ",", "").cast(pa.float64())
