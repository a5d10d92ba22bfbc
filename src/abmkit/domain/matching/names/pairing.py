"""Pairs of names in words: what they share, in which spellings, and what is left over."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from abmkit.domain.arrays import firsts
from abmkit.domain.matching.names.classes import WordClass
from abmkit.domain.matching.names.spellings import SLIP, spelling_worth
from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_SURE = 8
"""How many letters a word has that is still the same with a slip, whatever the rest says."""
_SPELLINGS = 4
"""How many words of a name may be spelled otherwise."""


class Spellings(NamedTuple):
    """Words left over of pairs that may be spellings of one another."""

    pair: Ints
    """(n,) int64: a pair's place."""
    one: Ints
    """(n,) int64: the word's place in the left name."""
    other: Ints
    """(n,) int64: its place in the right name."""

    def of_pairs(self, kept: Ints, count: int) -> Spellings:
        """Those of some pairs, of `count` that there were, by their places among these."""
        place = np.full(count, -1)
        place[kept] = np.arange(len(kept))
        some = np.flatnonzero(place[self.pair] >= 0)
        return Spellings(place[self.pair[some]], self.one[some], self.other[some])


class PairedWords:
    """Pairs of names, the bits that their words share, and the words left over.

    Arrays of words are (width, n_pairs): a row for each place in a name, so that each is compared
    in one go.
    """

    def __init__(self, names: Names, left: Ints, right: Ints, width: int) -> None:
        self.names, self.left, self.right = names, left, right
        self.left_words = np.ascontiguousarray(names.words[left, :width].T)
        self.right_words = np.ascontiguousarray(names.words[right, :width].T)
        left_shared = np.zeros(self.left_words.shape, dtype=bool)
        right_shared = np.zeros(self.left_words.shape, dtype=bool)
        for place in range(width):
            equal = self.right_words == self.left_words[place]
            left_shared[place] = equal.any(0)
            right_shared |= equal
        left_bits = names.rarity[self.left_words]
        self.shared = np.where(left_shared, left_bits, 0).sum(0)
        self.first = self.left_words[0] == self.right_words[0]
        self.left_rest = np.where(left_shared, 0, left_bits)
        right_bits = names.rarity[self.right_words]
        self.right_rest = np.where(right_shared, 0, right_bits)
        # Written with other spaces, all of it is shared.
        whole = np.flatnonzero((names.spelling[left] == names.spelling[right]) & (left != right))
        self.shared[whole] = np.maximum(left_bits[:, whole].sum(0), right_bits[:, whole].sum(0))
        self.left_rest[:, whole] = self.right_rest[:, whole] = 0
        self.first[whole] = True
        self.spelled = np.zeros((4, len(left)), dtype="float32")

    def classify(self) -> None:
        """Looks up what the words of each name are, and what those that are shared are."""
        classes, width = self.names.classes, len(self.left_words)
        self.left_classes = np.ascontiguousarray(classes[self.left, :width].T)
        self.right_classes = np.ascontiguousarray(classes[self.right, :width].T)
        left_shared = (self.left_rest == 0) & (self.left_words >= 0)
        right_shared = (self.right_rest == 0) & (self.right_words >= 0)
        self.bare = ~(left_shared & (self.left_classes == WordClass.CORE)).any(0)
        elsewhere = self.names.of_words[self.left_words] != WordClass.PLACE
        self.doubtful = np.zeros(len(self.left), dtype=bool)
        self.landed = left_shared.any(0) & ~(left_shared & elsewhere).any(0)
        self.left_kind = _last(left_shared & (self.left_classes == WordClass.KIND))
        self.right_kind = _last(right_shared & (self.right_classes == WordClass.KIND))

    def only(self, places: Ints | slice) -> PairedWords:
        """Some of the pairs."""
        some = object.__new__(PairedWords)
        some.names = self.names
        for field, values in vars(self).items():
            if field != "names":
                setattr(some, field, values[..., places])
        return some

    def find_spellings(self, spellings: Spellings) -> None:
        """Takes words that are spellings of one another off the rest, the heaviest first."""
        pair, one, other = spellings
        if not len(pair):
            return
        left, right = self.left_words[one, pair], self.right_words[other, pair]
        worth, how = _worth_of_distinct(self.names, left, right)
        bits = np.minimum(self.left_rest[one, pair], self.right_rest[other, pair])
        gain = (worth * bits).astype("float32")
        letters = self.names.letters
        found = np.flatnonzero(worth > 0)
        found = found[np.lexsort((other[found], one[found], -gain[found], pair[found]))]
        for _ in range(_SPELLINGS):
            best = found[firsts(pair[found])]
            pairs, places, others = pair[best], one[best], other[best]
            self.shared[pairs] += gain[best]
            self.left_rest[places, pairs] = 0
            self.right_rest[others, pairs] = 0
            self.spelled[how[best], pairs] += 1
            self.first[pairs] |= (places == 0) & (others == 0)
            core = self.left_classes[places, pairs] == WordClass.CORE
            core |= self.right_classes[others, pairs] == WordClass.CORE
            # A slip of a short word is as likely another word: Martin is not Marlin.
            short = np.minimum(letters[left[best]], letters[right[best]]) < _SURE
            core &= ~((how[best] == SLIP) & short)
            self.bare[pairs] &= ~core
            self.doubtful[pairs] |= (how[best] == SLIP) & short
            self.landed[pairs] = False
            free = self.left_rest[one[found], pair[found]] > 0
            free &= self.right_rest[other[found], pair[found]] > 0
            found = found[free]
            if not len(found):
                break

    def may_be_spellings(self) -> Spellings:
        """Words left over that begin alike, or end so without spaces."""
        width = len(self.left_words)
        initials, finals = self.names.initials, self.names.finals
        begin, other_begin = initials[self.left_words], initials[self.right_words]
        end, other_end = finals[self.left_words], finals[self.right_words]
        open_left, open_right = self.left_rest > 0, self.right_rest > 0
        pairs, ones, others = [], [], []
        for one in range(width):
            for other in range(width):
                alike = begin[one] == other_begin[other]
                alike |= (end[one] == other_end[other]) & (end[one] >= 0)
                hit = np.flatnonzero(alike & open_left[one] & open_right[other])
                pairs.append(hit)
                ones.append(np.full(len(hit), one))
                others.append(np.full(len(hit), other))
        return Spellings(*map(np.concatenate, (pairs, ones, others)))


def _last(flags: Ints) -> Ints:
    """(n_pairs,) int64: the last place that is flagged of each pair, -1 where none is."""
    places = np.arange(len(flags))[:, None]
    last: Ints = np.where(flags, places, -1).max(0)
    return last


def _worth_of_distinct(names: Names, one: Ints, other: Ints) -> tuple[Floats, Ints]:
    """The worth of words as spellings, each two of them compared once."""
    size = len(names.vocabulary)
    both, place = np.unique(one.astype("int64") * size + other, return_inverse=True)
    worth, how = spelling_worth(names, both // size, both % size)
    return worth[place.reshape(-1)], how[place.reshape(-1)]
