"""Names as tokens: a name's words, each in one spelling, as numbers with how rare each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    each_distinct,
    each_other,
    flags,
    from_flags,
    from_numpy,
    only_where,
    strings,
    to_numpy,
)
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import UNSPACED, has_unspaced, unspaced_words
from abmkit.domain.matching.names.classes import WordClass, word_classes

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

UNKNOWN = -1
"""Stands for null in numbers of words and of values."""
MOST_WORDS = 10
"""How many words of a name are compared; fewer than one name in ten thousand has more."""
_AT_ONCE = 100_000
_SPLIT_AT_ONCE = 400_000
_OF_ONE = (3, 30)
"""How many names that share a word may be one company's: at least in a short list, at most."""
_IN_ONE = 500
"""One in so many names of a list, between these."""
_STEPS = 1024
"""Into how many steps a bit is divided, so that sums of bits are exact in any order."""
_CONJUNCTIONS = ("and", "of", "the", "for", "et", "und", "de", "des", "du", "股份")
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


def words(keys: pa.StringArray) -> pa.ListArray:
    """The words of each name key, each once and in order; null for null, and never an empty list.

    Abbreviations, singular and plural are one word (`data/abbreviations.csv`), Roman numerals are
    numbers, words that join others are left out where others are left. Chinese, Japanese and
    Korean names are split into place, brand and trade.
    """
    parts = [
        _words(keys[at : at + _SPLIT_AT_ONCE]) for at in range(0, max(len(keys), 1), _SPLIT_AT_ONCE)
    ]
    return pa.concat_arrays(parts) if len(parts) > 1 else parts[0]


def _words(keys: pa.StringArray) -> pa.ListArray:
    text = _with_numbers(_spaced(as_strings(keys)))
    split = pc.split_pattern(text, " ")
    flat = as_strings(pc.list_flatten(split))
    spelled, spellings = _spellings()
    known = pc.index_in(flat, value_set=spelled)
    flat = pc.coalesce(spellings.take(known), flat)
    encoded = flat.dictionary_encode()
    ids = to_numpy(encoded.indices).astype("int64")
    row = to_numpy(pc.list_parent_indices(split)).astype("int64")
    conjunction = pc.index_in(encoded.dictionary, value_set=strings([*_CONJUNCTIONS, ""]))
    left_out = flags(pc.is_valid(conjunction))[ids]
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


@dataclass(frozen=True)
class Names:
    """Distinct name keys as tokens: their words as numbers, and how rare each word is in bits."""

    words: Ints
    """(n_names, `MOST_WORDS`) int32: the words of each name, `UNKNOWN` beyond its last."""
    rarity: Floats
    """(n_words + 1,) float32: how rare each word is in bits; 0 in the last place, `UNKNOWN`'s."""
    vocabulary: tuple[str, ...]
    """The text of each word."""
    classes: Ints
    """(n_names, `MOST_WORDS`) int8: the `WordClass` of each word in its name. Where nothing else
    is distinctive, or a kind of institution is named, places and trades are (浙江大学)."""
    of_words: Ints
    """(n_words + 1,) int8: the `WordClass` of each word by itself; the last place is
    `UNKNOWN`'s."""
    spelling: Ints
    """(n_names,) int32: a number for each name without spaces, a place in `squeezed`."""
    squeezed: pa.StringArray
    """The text of each name without spaces."""

    def texts(self, spelling: Ints) -> list[str]:
        """The texts of some names without spaces, by their `spelling`."""
        some: list[str] = self.squeezed.take(from_numpy(spelling)).to_pylist()
        return some

    @cached_property
    def is_number(self) -> Ints:
        """(n_words + 1,) bool: whether each word is a number, which tells companies apart as
        nothing else; the last place is `UNKNOWN`'s."""
        return np.equal(self.of_words, WordClass.NUMBER)

    @cached_property
    def sizes(self) -> Ints:
        """(n_names,) int8: how many words each name has."""
        sizes: Ints = (self.words != UNKNOWN).sum(1).astype("int8")
        return sizes

    @cached_property
    def letters(self) -> Ints:
        """(n_words,) int64: how many letters each word has."""
        return np.fromiter(map(len, self.vocabulary), "int64", len(self.vocabulary))

    @cached_property
    def ideographic(self) -> Ints:
        """(n_words,) bool: whether each word is written in ideographs."""
        flags = (text[:1] >= "\u3400" for text in self.vocabulary)
        return np.fromiter(flags, bool, len(self.vocabulary))

    @cached_property
    def in_ideographs(self) -> Ints:
        """(n_names,) bool: whether a name has a word in ideographs."""
        known: Ints = np.append(self.ideographic, False)[self.words]
        some: Ints = np.logical_or.reduce(known, axis=1)
        return some

    @cached_property
    def signs(self) -> Ints:
        """(n_words,) uint64: which signs each word has, as bits: a slip changes two at most."""
        # A last sign, so that every word begins somewhere.
        signs = np.frombuffer(("".join(self.vocabulary) + " ").encode("utf-32-le"), "uint32")
        bits = np.left_shift(np.uint64(1), signs.astype("uint64") & np.uint64(63))
        start = np.cumsum(self.letters) - self.letters
        of_words: Ints = np.bitwise_or.reduceat(bits, np.append(start, len(bits) - 1))
        return of_words[:-1]

    @cached_property
    def squeezed_signs(self) -> Ints:
        """uint64: which signs each name has, as bits, by its `spelling`."""
        every = (
            sign_bits(self.squeezed[at : at + _AT_ONCE].to_pylist())
            for at in range(0, len(self.squeezed), _AT_ONCE)
        )
        return np.concatenate([np.empty(0, dtype="uint64"), *every])

    @cached_property
    def initials(self) -> Ints:
        """(n_words + 1,) int32: the first sign of each word; -1 in the last place, `UNKNOWN`'s."""
        return self._ends(0)

    @cached_property
    def finals(self) -> Ints:
        """(n_words + 1,) int32: the last sign of each word of ideographs, else -1."""
        finals = self._ends(-1)
        finals[:-1][~self.ideographic] = UNKNOWN
        return finals

    def _ends(self, place: int) -> Ints:
        signs = (ord(text[place]) if text else UNKNOWN for text in self.vocabulary)
        return np.append(np.fromiter(signs, "int32", len(self.vocabulary)), np.int32(UNKNOWN))

    @cached_property
    def squeezed_letters(self) -> Ints:
        """int32: how many letters each name has without spaces, by its `spelling`."""
        return to_numpy(pc.utf8_length(self.squeezed))

    @cached_property
    def name_letters(self) -> Ints:
        """(n_names,) int32: how many letters each name has without spaces."""
        letters: Ints = self.squeezed_letters[self.spelling]
        return letters


def sign_bits(texts: Sequence[str]) -> Ints:
    """(n_texts,) uint64: which signs each text has, as bits, of which several signs share one."""
    if not texts:
        return np.empty(0, dtype="uint64")
    signs = np.frombuffer("".join(texts).encode("utf-32-le"), "uint32")
    bits = np.left_shift(np.uint64(1), signs.astype("uint64") & np.uint64(63))
    # None at the end, so that an empty last text begins somewhere.
    bits = np.append(bits, np.uint64(0))
    sizes = np.fromiter(map(len, texts), "int64", len(texts))
    of_texts: Ints = np.bitwise_or.reduceat(bits, np.cumsum(sizes) - sizes)
    return of_texts


def tokenised(keys: pa.StringArray, split: pa.ListArray) -> Names:
    """Distinct name keys as tokens; `split` are their `words`."""
    count = len(keys)
    encoded = pc.list_flatten(split).dictionary_encode()
    word = to_numpy(encoded.indices)
    numbers = _in_rows(word, to_numpy(split.offsets))
    vocabulary = tuple(encoded.dictionary.to_pylist())
    rarity = _rarity(np.bincount(word, minlength=len(vocabulary)), vocabulary, count)
    squeezed = pc.replace_substring(keys, pattern=" ", replacement="").dictionary_encode()
    classes = word_classes(vocabulary)
    return Names(
        numbers,
        np.append(np.round(rarity * _STEPS) / _STEPS, 0.0).astype("float32"),
        vocabulary,
        _classes_in_names(numbers, classes),
        np.append(classes, np.int8(WordClass.GENERIC)),
        to_numpy(squeezed.indices).astype("int32"),
        squeezed.dictionary,
    )


def _in_rows(word: Ints, offsets: Ints) -> Ints:
    """(n_names, `MOST_WORDS`) int32: the words of each name, which end where the next begin."""
    offsets = offsets - offsets[0]
    numbers = np.full((len(offsets) - 1, MOST_WORDS), UNKNOWN, dtype="int32")
    for start in range(0, len(numbers), _AT_ONCE):
        own = offsets[start : start + _AT_ONCE + 1]
        sizes = np.diff(own)
        row = np.repeat(np.arange(len(sizes)), sizes)
        place = np.arange(own[0], own[-1]) - np.repeat(own[:-1], sizes)
        kept = place < MOST_WORDS
        numbers[start + row[kept], place[kept]] = word[own[0] : own[-1]][kept]
    return numbers


def _classes_in_names(words: Ints, classes: Ints) -> Ints:
    """(n_names, `MOST_WORDS`) int8: the class of each word, as it stands in its name."""
    known = np.append(classes, WordClass.GENERIC)
    in_names: Ints = known[words]
    for start in range(0, len(words), _AT_ONCE):
        some = in_names[start : start + _AT_ONCE]
        descriptive = (some == WordClass.KIND).any(1) | ~(some == WordClass.CORE).any(1)
        promoted = (some == WordClass.PLACE) | (some == WordClass.TRADE)
        some[promoted & descriptive[:, None]] = WordClass.CORE
    return in_names


def _rarity(counts: Ints, vocabulary: tuple[str, ...], names: int) -> Floats:
    """How rare words are in bits, by their frequency in these names and in real ones."""
    known, names_elsewhere = elsewhere(vocabulary)
    # As many may be spellings of one company, or branches: what they share is no less its own.
    of_one = max(_OF_ONE[0], min(_OF_ONE[1], names // _IN_ONE))
    seen = known + np.maximum(counts - of_one, 1)
    rarity = np.log2((names + names_elsewhere + 1) / (seen + 0.5))
    # What more of these names have tells them apart no more, wherever else it is rare.
    here = np.log2(max(names, 1) / np.maximum(counts - of_one, 1))
    either: Floats = np.where(counts > of_one, np.minimum(rarity, here), rarity)
    return either


def elsewhere(vocabulary: Sequence[str]) -> tuple[Ints, int]:
    """(n_words,) in how many real names each word is, and how many names that was counted in."""
    counts, names = _frequencies()
    return np.fromiter((counts.get(w, 0) for w in vocabulary), "int64", len(vocabulary)), names


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """In how many real names each word is, and how many names that was counted in.

    A short list says little of which words are common; `tests/tables/name_words.py` counts them.
    """
    counts = {row["word"]: int(row["names"]) for row in rows("name_words.csv.gz")}
    return counts, counts.pop("", 0)


@cache
def common_words() -> tuple[str, ...]:
    """Words that more than one name in five hundred has."""
    counts, names = _frequencies()
    return tuple(sorted(word for word, count in counts.items() if count * 500 > names))
