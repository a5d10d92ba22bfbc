"""How alike two names are: what they share, weighted by how rare it is, and what is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_AT_ONCE = 50_000
_JARO_WINKLER = 0.8
"""How alike letters are, by Jaro and Winkler, before that says anything."""
_SLIP = 0.9
"""What a misspelt word is worth of the right one."""
_START = 4
"""How many letters the beginning of a word has that stands for it."""


class NameFeatures(NamedTuple):
    """What pairs of names have in common, per feature an array of (n_pairs,) floats."""

    same: Floats
    """1 where both are the same key, but for spaces."""
    squeezed: Floats
    """1 where they differ in spaces."""
    begins: Floats
    """1 where all words of one are in the other, which begins with the same."""
    within: Floats
    """1 where all words of one are in the other, which begins with another."""
    shared: Floats
    """The bits of the words they share, a misspelt one for less."""
    less: Floats
    """The bits of the words that only one has, on the side that has fewer of them."""
    more: Floats
    """The bits of such words on the other side."""
    misspelt: Floats
    """How many words are the same but for a letter or an ending."""
    number: Floats
    """1 where one has a number that the other has not."""
    letters: Floats
    """How alike the names without spaces are, from 0 (Jaro-Winkler 0.8 or less) to 1."""
    balance: Floats
    """The share of the bits that the names share."""


def name_features(names: Names, left: Ints, right: Ints) -> NameFeatures:
    """The features of pairs of names, which are given by their places in `names`."""
    return promising(names, left, right, lambda _, best: best.same >= 0)[1]


def promising(
    names: Names, left: Ints, right: Ints, worth: Callable[[Ints, NameFeatures], Ints]
) -> tuple[Ints, NameFeatures]:
    """The places of the pairs that are worth a full comparison, and the features of these.

    `worth` is asked for pairs by their places and the most that they can be alike: for words as
    they stand, as if what is left were misspelt, and with what is misspelt before letters count.
    """
    # Short names go together, so that no array is wider than its names.
    width = np.maximum(names.sizes[left], names.sizes[right])
    order = np.argsort(width, kind="stable")
    places, features = [], []
    for start in range(0, max(len(order), 1), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        words = _PairedWords(names, left[some], right[some], int(width[some].max(initial=1)))
        kept = np.flatnonzero(worth(some, words.at_best(False)) | worth(some, words.at_best(True)))
        some, words = some[kept], words.only(kept)
        words.find_misspelt()
        kept = np.flatnonzero(worth(some, words.at_best(False)))
        places.append(some[kept])
        features.append(words.only(kept).features())
    every = np.concatenate(places)
    by_place = np.argsort(every)
    arrays = (np.concatenate(parts)[by_place] for parts in zip(*features, strict=True))
    return every[by_place], NameFeatures(*arrays)


class _PairedWords:
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
        self.misspelt = np.zeros(len(left), dtype="float32")

    def only(self, places: Ints) -> _PairedWords:
        """Some of the pairs."""
        some = object.__new__(_PairedWords)
        some.names = self.names
        for field, values in vars(self).items():
            if field != "names":
                setattr(some, field, values[..., places])
        return some

    def at_best(self, misspelt: bool) -> NameFeatures:
        """The most that they can be alike, with as few words misspelt as that takes."""
        left, right = self.left_rest.sum(0), self.right_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        shared, count = self.shared, self.misspelt
        if misspelt:
            shared, more = shared + np.float32(_SLIP) * less, more - less
            count, less = count + (less > 0), np.zeros_like(less)
        letters = np.ones_like(shared)
        return self._features(shared, less, more, count, letters, whole=np.zeros_like(self.first))

    def find_misspelt(self) -> None:
        """Takes words that are spellings of one another off the rest."""
        for _ in range(2):
            self.shared = self.shared + self._misspelt()

    def features(self) -> NameFeatures:
        """How alike they are, once misspelt words are found."""
        left, right = self.left_rest.sum(0), self.right_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        whole = (less == 0) & (self.shared > 0)
        return self._features(self.shared, less, more, self.misspelt, self._letters(), whole)

    def _features(
        self,
        shared: Floats,
        less: Floats,
        more: Floats,
        misspelt: Floats,
        letters: Floats,
        whole: Ints,
    ) -> NameFeatures:
        spelling = self.names.spelling
        same = spelling[self.left] == spelling[self.right]
        known = shared + 2.0 * self.first
        return NameFeatures(
            same.astype("float32"),
            (same & (self.left != self.right)).astype("float32"),
            (whole & ~same & self.first).astype("float32"),
            (whole & ~same & ~self.first).astype("float32"),
            np.minimum(shared, 14.0) / 10,
            np.minimum(less, 12.0) / 10,
            np.minimum(more, 14.0) / 10,
            misspelt,
            self._number().astype("float32"),
            letters,
            known / np.maximum(known + 1.2 * less + 0.45 * more, 1e-9),
        )

    def _number(self) -> Ints:
        """Whether a number is left over."""
        is_number = self.names.is_number
        alone: Ints = (is_number[self.left_words] & (self.left_rest > 0)).any(0)
        alone |= (is_number[self.right_words] & (self.right_rest > 0)).any(0)
        return alone

    def _letters(self) -> Floats:
        """How alike the names without spaces are."""
        from rapidfuzz.distance import JaroWinkler
        from rapidfuzz.process import cpdist

        texts, spelling = self.names.squeezed, self.names.spelling
        alike = cpdist(
            [texts[place] for place in spelling[self.left].tolist()],
            [texts[place] for place in spelling[self.right].tolist()],
            scorer=JaroWinkler.similarity,
            dtype=np.float32,
            workers=-1,
        )
        above = np.maximum(alike.astype("float64") - _JARO_WINKLER, 0.0)
        letters: Floats = above / (1 - _JARO_WINKLER)
        return letters

    def _misspelt(self) -> Floats:
        """The bits of the heaviest words left over where they are spellings of one another.

        Takes them off what is left over, and counts them.
        """
        pairs = np.arange(self.left_words.shape[1])
        left_place, right_place = self.left_rest.argmax(0), self.right_rest.argmax(0)
        left, right = self.left_rest[left_place, pairs], self.right_rest[right_place, pairs]
        open_ = np.flatnonzero((left > 0) & (right > 0))
        bits = np.zeros(len(pairs), dtype="float32")
        one = self.left_words[left_place[open_], open_]
        other = self.right_words[right_place[open_], open_]
        worth = _spelling_worth(self.names, one, other)
        hit = open_[worth > 0]
        bits[hit] = worth[worth > 0] * np.minimum(left[hit], right[hit])
        self.misspelt[hit] += 1
        self.left_rest[left_place[hit], hit] = 0
        self.right_rest[right_place[hit], hit] = 0
        return bits


def _spelling_worth(names: Names, one: Ints, other: Ints) -> Floats:
    """What a word is worth as another's spelling: 0.9 for a slip, less for a beginning, or 0."""
    size, other_size = names.letters[one], names.letters[other]
    shorter, longer = np.minimum(size, other_size), np.maximum(size, other_size)
    most_slips = np.where(shorter >= 8, 2, np.where(shorter >= 5, 1, 0))
    signs = names.signs
    few = np.bitwise_count(signs[one] ^ signs[other]) <= 2 * most_slips
    numbers = names.is_number[one] | names.is_number[other]
    slip = (longer - shorter <= most_slips) & few & (most_slips > 0)
    begun = (shorter >= _START) & (names.beginnings[one] == names.beginnings[other])
    ideographs = names.ideographic[one] & names.ideographic[other] & (shorter >= 2)
    maybe = np.flatnonzero((slip | begun | ideographs) & ~numbers)
    worth = np.zeros(len(one))
    worth[maybe] = _worth_by_letters(
        names, one[maybe], other[maybe], most_slips[maybe], shorter[maybe], longer[maybe]
    )
    return worth


def _worth_by_letters(
    names: Names, one: Ints, other: Ints, most_slips: Ints, shorter: Ints, longer: Ints
) -> Floats:
    from rapidfuzz.distance import OSA, Postfix, Prefix
    from rapidfuzz.process import cpdist

    texts = [names.vocabulary[word] for word in one.tolist()]
    others = [names.vocabulary[word] for word in other.tolist()]
    slips = cpdist(texts, others, scorer=OSA.distance, dtype=np.int32, workers=-1)
    alike = cpdist(texts, others, scorer=Prefix.similarity, dtype=np.int32, workers=-1)
    begins = (alike == shorter) & (shorter >= _START)
    # 材料 of 新材料, 电子 of 微电子: two ideographs are a word, at either end.
    ends = cpdist(texts, others, scorer=Postfix.similarity, dtype=np.int32, workers=-1)
    begins |= (np.maximum(alike, ends) == shorter) & (shorter >= 2) & names.ideographic[one]
    worth: Floats = np.where(begins, 0.2 + 0.7 * shorter / longer, 0)
    return np.where((most_slips > 0) & (slips <= most_slips), _SLIP, worth)
