"""A name's words, each in one spelling, as names are compared by."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    each_distinct,
    each_other,
    flags,
    from_flags,
    only_where,
    strings,
    to_numpy,
)
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import UNSPACED, has_unspaced, unspaced_words

_JOINING = ("and", "of", "the", "for", "et", "und", "de", "des", "du", "股份")
# Numerals that are words or names elsewhere count at the end of a name alone.
_LAST_NUMERALS = {
    "i": "1", "v": "5", "vi": "6", "x": "10", "xi": "11", "xv": "15", "xx": "20", "xxx": "30",
}  # fmt: skip
_TENS = ("", "x", "xx", "xxx")
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


@cache
def _spellings() -> tuple[pa.StringArray, pa.StringArray]:
    """Words that have another spelling, and that spelling."""
    numerals = {
        tens + ones: str(10 * ten + one)
        for ten, tens in enumerate(_TENS)
        for one, ones in enumerate(_ONES)
    }
    table = {row["abbreviation"]: row["word"] for row in rows("abbreviations.csv")}
    table |= {
        numeral: number
        for numeral, number in numerals.items()
        if numeral and numeral not in _LAST_NUMERALS
    }
    return strings(table), strings(table.values())


_ORDINAL = re.compile("第[0-9一二三四五六七八九十百]+")


def is_number(word: str) -> bool:
    """Whether a word of a name is a number: names that differ in one are different companies."""
    return word.isdecimal() or _ORDINAL.match(word) is not None


def words(keys: pa.StringArray) -> pa.ListArray:
    """The words of each name key, each once and in order; null for null, and never an empty list.

    Abbreviations, singular and plural are one word (`data/abbreviations.csv`), Roman numerals are
    numbers, words that join others are left out where others are left. Chinese, Japanese and
    Korean names are split into place, brand and trade.
    """
    text = _with_numbers(_spaced(as_strings(keys)))
    split = pc.split_pattern(text, " ")
    flat = as_strings(pc.list_flatten(split))
    spelled, spellings = _spellings()
    known = pc.index_in(flat, value_set=spelled)
    flat = pc.coalesce(spellings.take(known), flat)
    encoded = flat.dictionary_encode()
    ids = to_numpy(encoded.indices).astype("int64")
    row = to_numpy(pc.list_parent_indices(split)).astype("int64")
    joining = pc.index_in(encoded.dictionary, value_set=strings([*_JOINING, ""]))
    left_out = flags(pc.is_valid(joining))[ids]
    kept = np.bincount(row[~left_out], minlength=len(keys)) > 0
    use = ~left_out | ~kept[row]
    if len(ids) > 1:
        # The first of the same words of a name stays.
        row_word = row * len(encoded.dictionary) + ids
        order = np.argsort(row_word, kind="stable")
        again = np.zeros(len(ids), dtype=bool)
        again[order[1:]] = row_word[order[1:]] == row_word[order[:-1]]
        use &= ~again
    counts = np.bincount(row[use], minlength=len(keys))
    offsets = np.zeros(len(keys) + 1, dtype="int32")
    np.cumsum(counts, out=offsets[1:])
    return pa.Array.from_buffers(
        pa.list_(pa.string()),
        len(keys),
        [from_flags(flags(pc.is_valid(text))).buffers()[1], pa.py_buffer(offsets)],
        children=[flat.filter(from_flags(use))],
    )


def _spaced(keys: pa.StringArray) -> pa.StringArray:
    """Keys with spaces between their words, in scripts that need none as well."""
    if not has_unspaced(keys):
        return keys
    spaced = pc.invert(pc.match_substring_regex(keys, pattern=f"[{UNSPACED}]"))
    return each_other(only_where(spaced, keys), keys, unspaced_words)


def _with_numbers(keys: pa.StringArray) -> pa.StringArray:
    """Keys whose last word is a number where it is a Roman numeral: `trust i` is `trust 1`."""
    numerals = "|".join(_LAST_NUMERALS)
    ends = pc.match_substring_regex(keys, pattern=f" (?:{numerals})$")
    if not pc.any(ends).as_py():
        return keys

    def numbered(key: str) -> str:
        name, _, numeral = key.rpartition(" ")
        return f"{name} {_LAST_NUMERALS[numeral]}"

    return pc.coalesce(each_distinct(only_where(ends, keys), numbered), keys)
