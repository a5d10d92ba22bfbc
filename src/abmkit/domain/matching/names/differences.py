"""Differences: what is left over of two names, by what its words say."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.names.classes import WordClass, wider_places
from abmkit.domain.matching.names.pairing import PairedWords
from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

COUNT = 12
"""How many features are of what is left over, from `cores` to `number`."""
_NO_CLASS = np.int8(-1)
"""Stands for the class of a word that is not left over."""


def differences(words: PairedWords) -> tuple[Floats, ...]:
    """What is left over by classes of words: `cores` to `number`."""
    sides = (words.left_rest, words.left_classes), (words.right_rest, words.right_classes)
    cores = [np.where(classes == WordClass.CORE, rest, 0).sum(0) for rest, classes in sides]
    # A place is one, whatever stands for the core of its name: 中国移动云南, 中国移动西藏.
    of_words = words.names.of_words
    opened = [
        np.where(rest > 0, of_words[numbers], _NO_CLASS)
        for rest, numbers in (
            (words.left_rest, words.left_words), (words.right_rest, words.right_words),
        )
    ]  # fmt: skip

    def has(of: WordClass) -> list[Ints]:
        return [(classes == of).any(0) for classes in opened]

    return (
        np.minimum(*cores),
        np.maximum(*cores),
        words.bare,
        words.landed,
        _heads_differ(words),
        _modified(words),
        _placed(words),
        _places_apart(words, opened),
        np.logical_and(*has(WordClass.TRADE)),
        np.logical_or(*has(WordClass.KIND)),
        np.logical_and(*has(WordClass.KIND)),
        np.logical_or(*has(WordClass.NUMBER)) | _letters_differ(words),
    )


def _places_apart(words: PairedWords, opened: list[Ints]) -> Ints:
    """Whether each has a place left over, of which one is in no place of the other and round none:
    武侯区 may be 成都市's and is not 绵阳市's."""
    left, right = (classes == WordClass.PLACE for classes in opened)
    apart: Ints = left.any(0) & right.any(0)
    both = np.flatnonzero(apart & words.names.in_ideographs[words.left])
    if not len(both):
        return apart
    left, right = left[:, both], right[:, both]
    meets = np.zeros(left.shape, dtype=bool), np.zeros(left.shape, dtype=bool)
    for one, other in product(range(len(left)), repeat=2):
        some = np.flatnonzero(left[one] & right[other])
        met = _within(
            words.names, words.left_words[one, both[some]], words.right_words[other, both[some]]
        )
        meets[0][one, some] |= met
        meets[1][other, some] |= met
    apart[both] = ((left & ~meets[0]) | (right & ~meets[1])).any(0)
    return apart


def _within(names: Names, one: Ints, other: Ints) -> Ints:
    """Whether of two words of places one is in the other."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    size, wider = len(names.vocabulary), wider_places()
    pairs, place = np.unique(one.astype("int64") * size + other, return_inverse=True)
    texts = (
        (names.vocabulary[pair // size], names.vocabulary[pair % size]) for pair in pairs.tolist()
    )
    within = [b in wider.get(a, ()) or a in wider.get(b, ()) for a, b in texts]
    return np.array(within, dtype=bool)[place.reshape(-1)]


def _heads_differ(words: PairedWords) -> Ints:
    """Whether the first distinctive word of either is left over, or is the other's but for a
    slip in a short word where no distinctive word is shared.

    A place is that only where a name has no other: of 南宁市烟草公司 it is 烟草.
    """
    differ = np.ones(len(words.left), dtype=bool)
    every = np.arange(len(words.left))
    for rest, classes, numbers in (
        (words.left_rest, words.left_classes, words.left_words),
        (words.right_rest, words.right_classes, words.right_words),
    ):
        core = classes == WordClass.CORE
        own = core & (words.names.of_words[numbers] != WordClass.PLACE)
        first = np.where(own.any(0), own.argmax(0), core.argmax(0))
        differ &= core[first, every] & (rest[first, every] > 0)
    either: Ints = differ | (words.doubtful & words.bare)
    return either


def _modified(words: PairedWords) -> Ints:
    """Whether something is left over of names of one kind of institution that says which it is.

    That is another kind, or a distinctive word before the kind that they share, after one that
    a name begins with, and anywhere in a name of ideographs, where what follows is a unit. Places
    that such a name begins with say nothing beside a brand that both have.
    """
    modified = np.zeros(len(words.left), dtype=bool)
    ideographs = words.names.in_ideographs[words.left] & words.names.in_ideographs[words.right]
    of_words = words.names.of_words
    own = of_words[words.left_words] == WordClass.CORE
    branded = ideographs & ((words.left_rest == 0) & (words.left_words >= 0) & own).any(0)
    for rest, classes, numbers, kind in (
        (words.left_rest, words.left_classes, words.left_words, words.left_kind),
        (words.right_rest, words.right_classes, words.right_words, words.right_kind),
    ):
        over = (rest > 0) & (classes == WordClass.CORE)
        leading = np.logical_and.accumulate(of_words[numbers] == WordClass.PLACE, axis=0)
        over &= ~(leading & branded)
        places = np.arange(len(rest))[:, None]
        modified |= (over & ((places < kind) | (kind == 0) | ideographs)).any(0)
        modified |= ((rest > 0) & (classes == WordClass.KIND)).any(0)
    both: Ints = modified & (words.left_kind >= 0)
    return both


def _letters_differ(words: PairedWords) -> Ints:
    """Whether each has a single letter that the other has not: Series A, Series B."""
    single = np.append(words.names.letters == 1, False) & ~np.append(words.names.ideographic, True)
    left, right = (
        ((rest > 0) & single[numbers]).any(0)
        for rest, numbers in (
            (words.left_rest, words.left_words), (words.right_rest, words.right_words),
        )
    )  # fmt: skip
    both: Ints = left & right
    return both


def _placed(words: PairedWords) -> Ints:
    """Whether all that is left over are places that one name begins with."""
    over, within = np.zeros(len(words.left), dtype=bool), np.ones(len(words.left), dtype=bool)
    for rest, classes in (
        (words.left_rest, words.left_classes), (words.right_rest, words.right_classes),
    ):  # fmt: skip
        left_over = rest > 0
        leading = np.logical_and.accumulate(left_over & (classes == WordClass.PLACE), axis=0)
        within &= ~(left_over & ~leading).any(0)
        over |= left_over.any(0)
    return over & within
