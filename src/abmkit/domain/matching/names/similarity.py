"""How alike two names are: what they share, weighted by how rare it is, and what is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.profiles import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_AT_ONCE = 50_000
_ALIKE = 0.8
"""How alike letters are, by Jaro and Winkler, before that says anything."""
_SLIP = 0.9
"""What a misspelt word is worth of the right one."""
_START = 4
"""How many letters the beginning of a word has that stands for it."""


class Likeness(NamedTuple):
    """What pairs of names have in common, an array per feature."""

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


def likeness(names: Names, one: Ints, other: Ints) -> Likeness:
    """How alike names are, pair by pair; `one` and `other` are their places in `names`."""
    return likely(names, one, other, lambda _, best: best.same >= 0)[1]


def likely(
    names: Names, one: Ints, other: Ints, worth: Callable[[Ints, Likeness], Ints]
) -> tuple[Ints, Likeness]:
    """The places of the pairs that are worth a full comparison, and how alike these are.

    `worth` is asked for pairs by their places and the most that they can be alike: for words as
    they stand, as if what is left were misspelt, and with what is misspelt before letters count.
    """
    # Short names go together, so that no array is wider than its names.
    width = np.maximum(names.sizes[one], names.sizes[other])
    order = np.argsort(width, kind="stable")
    places, parts = [], []
    for start in range(0, max(len(order), 1), _AT_ONCE):
        at = order[start : start + _AT_ONCE]
        words = _Words(names, one[at], other[at], int(width[at].max(initial=1)))
        kept = np.flatnonzero(worth(at, words.at_best(False)) | worth(at, words.at_best(True)))
        at, words = at[kept], words.at(kept)
        words.find_misspelt()
        kept = np.flatnonzero(worth(at, words.at_best(False)))
        places.append(at[kept])
        parts.append(words.at(kept).likeness())
    whole = np.concatenate(places)
    rank = np.argsort(whole)
    arrays = (np.concatenate(each)[rank] for each in zip(*parts, strict=True))
    return whole[rank], Likeness(*arrays)


class _Words:
    """Pairs of names, the bits that their words share, and the words left over.

    Arrays of words have a row for each place in a name, so that each is compared in one go.
    """

    def __init__(self, names: Names, one: Ints, other: Ints, width: int) -> None:
        self.names, self.one, self.other = names, one, other
        self.ids = np.ascontiguousarray(names.ids[one, :width].T)
        self.others = np.ascontiguousarray(names.ids[other, :width].T)
        found = np.zeros(self.ids.shape, dtype=bool)
        other_found = np.zeros(self.ids.shape, dtype=bool)
        for place in range(width):
            equal = self.others == self.ids[place]
            found[place] = equal.any(0)
            other_found |= equal
        bits = names.rarity[self.ids]
        self.shared = np.where(found, bits, 0).sum(0)
        self.first = self.ids[0] == self.others[0]
        self.rest = np.where(found, 0, bits)
        other_bits = names.rarity[self.others]
        self.other_rest = np.where(other_found, 0, other_bits)
        # Written with other spaces, all of it is shared.
        whole = np.flatnonzero((names.spelling[one] == names.spelling[other]) & (one != other))
        self.shared[whole] = np.maximum(bits[:, whole].sum(0), other_bits[:, whole].sum(0))
        self.rest[:, whole] = self.other_rest[:, whole] = 0
        self.first[whole] = True
        self.misspelt = np.zeros(len(one), dtype="float32")

    def at(self, places: Ints) -> _Words:
        """Some of the pairs."""
        some = object.__new__(_Words)
        some.names = self.names
        for field, values in vars(self).items():
            if field != "names":
                setattr(some, field, values[..., places])
        return some

    def at_best(self, misspelt: bool) -> Likeness:
        """The most that they can be alike, with as few words misspelt as that takes."""
        left, right = self.rest.sum(0), self.other_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        shared, count = self.shared, self.misspelt
        if misspelt:
            shared, more = shared + np.float32(_SLIP) * less, more - less
            count, less = count + (less > 0), np.zeros_like(less)
        alike = np.ones_like(shared)
        return self._features(shared, less, more, count, alike, whole=np.zeros_like(self.first))

    def find_misspelt(self) -> None:
        """Takes words that are spellings of one another off the rest."""
        for _ in range(2):
            self.shared = self.shared + self._misspelt()

    def likeness(self) -> Likeness:
        """How alike they are, once misspelt words are found."""
        left, right = self.rest.sum(0), self.other_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        whole = (less == 0) & (self.shared > 0)
        return self._features(self.shared, less, more, self.misspelt, self._letters(), whole)

    def _features(
        self,
        shared: Floats,
        less: Floats,
        more: Floats,
        misspelt: Floats,
        alike: Floats,
        whole: Ints,
    ) -> Likeness:
        spelling = self.names.spelling
        same = spelling[self.one] == spelling[self.other]
        known = shared + 2.0 * self.first
        return Likeness(
            same.astype("float32"),
            (same & (self.one != self.other)).astype("float32"),
            (whole & ~same & self.first).astype("float32"),
            (whole & ~same & ~self.first).astype("float32"),
            np.minimum(shared, 14.0) / 10,
            np.minimum(less, 12.0) / 10,
            np.minimum(more, 14.0) / 10,
            misspelt,
            self._number().astype("float32"),
            alike,
            known / np.maximum(known + 1.2 * less + 0.45 * more, 1e-9),
        )

    def _number(self) -> Ints:
        """Whether a number is left over."""
        numbers = self.names.numbers
        alone: Ints = (numbers[self.ids] & (self.rest > 0)).any(0)
        alone |= (numbers[self.others] & (self.other_rest > 0)).any(0)
        return alone

    def _letters(self) -> Floats:
        """How alike the names without spaces are."""
        from rapidfuzz.distance import JaroWinkler
        from rapidfuzz.process import cpdist

        texts, spelling = self.names.squeezed, self.names.spelling
        alike = cpdist(
            [texts[place] for place in spelling[self.one].tolist()],
            [texts[place] for place in spelling[self.other].tolist()],
            scorer=JaroWinkler.similarity,
            dtype=np.float32,
            workers=-1,
        )
        letters: Floats = np.maximum(alike.astype("float64") - _ALIKE, 0.0) / (1 - _ALIKE)
        return letters

    def _misspelt(self) -> Floats:
        """The bits of the heaviest words left over where they are spellings of one another.

        Takes them off what is left over, and counts them.
        """
        pairs = np.arange(self.ids.shape[1])
        place, other_place = self.rest.argmax(0), self.other_rest.argmax(0)
        left, right = self.rest[place, pairs], self.other_rest[other_place, pairs]
        open_ = np.flatnonzero((left > 0) & (right > 0))
        bits = np.zeros(len(pairs), dtype="float32")
        one = self.ids[place[open_], open_]
        other = self.others[other_place[open_], open_]
        worth = _spelling(self.names, one, other)
        hit = open_[worth > 0]
        bits[hit] = worth[worth > 0] * np.minimum(left[hit], right[hit])
        self.misspelt[hit] += 1
        self.rest[place[hit], hit] = 0
        self.other_rest[other_place[hit], hit] = 0
        return bits


def _spelling(names: Names, one: Ints, other: Ints) -> Floats:
    """What a word is worth as another's spelling: 0.9 for a slip, less for a beginning, or 0."""
    size, other_size = names.letters[one], names.letters[other]
    shorter, longer = np.minimum(size, other_size), np.maximum(size, other_size)
    most = np.where(shorter >= 8, 2, np.where(shorter >= 5, 1, 0))
    signs = names.signs
    few = np.bitwise_count(signs[one] ^ signs[other]) <= 2 * most
    numbers = names.numbers[one] | names.numbers[other]
    maybe = (longer - shorter <= most) & few & (most > 0)
    begun = (shorter >= _START) & (names.starts[one] == names.starts[other])
    signs_alone = names.ideographic[one] & names.ideographic[other] & (shorter >= 2)
    at = np.flatnonzero((maybe | begun | signs_alone) & ~numbers)
    worth = np.zeros(len(one))
    worth[at] = _spelled(names, one[at], other[at], most[at], shorter[at], longer[at])
    return worth


def _spelled(
    names: Names, one: Ints, other: Ints, most: Ints, shorter: Ints, longer: Ints
) -> Floats:
    from rapidfuzz.distance import OSA, Postfix, Prefix
    from rapidfuzz.process import cpdist

    texts = [names.vocabulary[place] for place in one.tolist()]
    others = [names.vocabulary[place] for place in other.tolist()]
    slips = cpdist(texts, others, scorer=OSA.distance, dtype=np.int32, workers=-1)
    alike = cpdist(texts, others, scorer=Prefix.similarity, dtype=np.int32, workers=-1)
    begins = (alike == shorter) & (shorter >= _START)
    # 材料 of 新材料, 电子 of 微电子: two ideographs are a word, at either end.
    ends = cpdist(texts, others, scorer=Postfix.similarity, dtype=np.int32, workers=-1)
    begins |= (np.maximum(alike, ends) == shorter) & (shorter >= 2) & names.ideographic[one]
    worth: Floats = np.where(begins, 0.2 + 0.7 * shorter / longer, 0)
    return np.where((most > 0) & (slips <= most), _SLIP, worth)
