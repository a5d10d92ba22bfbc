"""Words that may be spellings of one another: slips, cut-off endings, abbreviations by letters."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.names.classes import NUMERALS, WordClass
from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

OTHER, SLIP, CUT, ABBREVIATED = range(4)
"""How a word may be another one: not at all, by a slip, as its beginning (`technol` of
`technologies`, 材料 of 新材料), by some of its letters in order (`svcs` of `services`)."""
_OF_A_SLIP = 0.9
_BEGINNING = (0.2, 0.7)
"""What a beginning is worth at least, and how much more the whole word would be."""
_LETTERS = (0.1, 0.6)
"""Likewise of letters in order."""


def spelling_worth(names: Names, one: Ints, other: Ints) -> tuple[Floats, Ints]:
    """What words are worth as others' spellings, from 0 to 0.9, and how they are that.

    Words are given by their places in the vocabulary, two that are not the same.
    """
    size, other_size = names.letters[one], names.letters[other]
    shorter, longer = np.minimum(size, other_size), np.maximum(size, other_size)
    most_slips = np.where(shorter >= 8, 2, np.where(shorter >= 5, 1, 0))
    signs = names.signs
    differing = np.bitwise_count(signs[one] ^ signs[other])
    slip = (longer - shorter <= most_slips) & (differing <= 2 * most_slips) & (most_slips > 0)
    # Whatever is in the short one must be in the long one.
    short = np.where(size <= other_size, one, other)
    long = np.where(size <= other_size, other, one)
    within = ((signs[short] & ~signs[long]) == 0) & (shorter >= 2) & (longer > shorter)
    fixed = names.is_number[one] | names.is_number[other]
    # Of ideographs a county is not its city, and one kind of institution not another.
    classes = names.of_words[one], names.of_words[other]
    ideographs = names.ideographic[one] & names.ideographic[other]
    for of in (WordClass.PLACE, WordClass.KIND):
        fixed |= ideographs & ((classes[0] == of) | (classes[1] == of))
    maybe = np.flatnonzero((slip | within) & ~fixed)
    worth, how = np.zeros(len(one)), np.zeros(len(one), dtype="int8")
    worth[maybe], how[maybe] = _by_letters(
        names, short[maybe], long[maybe], most_slips[maybe], shorter[maybe], longer[maybe]
    )
    return worth, how


def _counted(word: str) -> str:
    """The numerals in a word."""
    return "".join(sign for sign in word if sign in NUMERALS)


def _by_letters(
    names: Names, short: Ints, long: Ints, most_slips: Ints, shorter: Ints, longer: Ints
) -> tuple[Floats, Ints]:
    from rapidfuzz.distance import OSA, LCSseq, Postfix, Prefix
    from rapidfuzz.process import cpdist

    texts = [names.vocabulary[word] for word in short.tolist()]
    others = [names.vocabulary[word] for word in long.tolist()]
    slips = cpdist(texts, others, scorer=OSA.distance, dtype=np.int32)
    alike = cpdist(texts, others, scorer=Prefix.similarity, dtype=np.int32)
    ideographs = names.ideographic[short]
    # Of a word without spaces either end may be left out: 材料 of 新材料, 电子 of 电子器材.
    ends = cpdist(texts, others, scorer=Postfix.similarity, dtype=np.int32)
    cut = (alike == shorter) & ~ideographs
    cut |= (np.maximum(alike, ends) == shorter) & ideographs
    in_order = cpdist(texts, others, scorer=LCSseq.similarity, dtype=np.int32) == shorter
    abbreviated = in_order & (alike > 0) & ~ideographs
    share = shorter / longer
    worth = np.where(abbreviated, _LETTERS[0] + _LETTERS[1] * np.sqrt(share), 0.0)
    how = np.where(abbreviated, ABBREVIATED, OTHER)
    worth = np.where(cut, _BEGINNING[0] + _BEGINNING[1] * share, worth)
    how = np.where(cut, CUT, how)
    slip = (most_slips > 0) & (slips <= most_slips)
    for place in np.flatnonzero(slip & ideographs).tolist():
        # 第一病院 is not 第三病院, where they are one word.
        slip[place] = _counted(texts[place]) == _counted(others[place])
    return np.where(slip, _OF_A_SLIP, worth), np.where(slip, SLIP, how).astype("int8")
