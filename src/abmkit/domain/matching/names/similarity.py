"""How alike two names are: what they share, weighted by how rare it is, and what is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from abmkit.domain.arrays import firsts
from abmkit.domain.matching.names.classes import WordClass
from abmkit.domain.matching.names.spellings import ABBREVIATED, CUT, SLIP, spelling_worth
from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_AT_ONCE = 50_000
_JARO_WINKLER = 0.8
"""How alike letters are, by Jaro and Winkler, before that says anything."""
_MOST_WORTH = 0.9
"""The most that a word is worth of another one in another spelling."""
_BY_CLASS = 12
"""How many features are of what is left over by class, from `cores` to `number`."""
_NO_CLASS = np.int8(-1)
"""Stands for the class of a word that is not left over."""
_SURE = 8
"""How many letters a word has that is still the same with a slip, whatever the rest says."""
_SPELLINGS = 4
"""How many words of a name may be spelled otherwise."""


class NameFeatures(NamedTuple):
    """What pairs of names have in common, per feature an array of (n_pairs,) floats.

    Bits are those of `Names.rarity`, divided by 10. A word's class is that of `Names.classes`.
    """

    same: Floats
    """1 where both are the same key, but for spaces."""
    squeezed: Floats
    """1 where they differ in spaces."""
    begins: Floats
    """1 where all words of one are in the other, which begins with the same."""
    within: Floats
    """1 where all words of one are in the other, which begins with another."""
    shared: Floats
    """The bits of the words they share, one in another spelling for less."""
    less: Floats
    """The bits of the words that only one has, on the side that has fewer of them."""
    more: Floats
    """The bits of such words on the other side."""
    cores: Floats
    """The bits of the distinctive words that only one has, on the side that has fewer of them."""
    core: Floats
    """The bits of such words on the other side."""
    bare: Floats
    """1 where they share no distinctive word."""
    landed: Floats
    """1 where all that they share are places, which their city says as well."""
    heads: Floats
    """1 where the first distinctive word of neither is in the other."""
    modified: Floats
    """1 where both name one kind of institution, of which only one says what it says: Lanzhou
    University, Lanzhou Jiaotong University."""
    placed: Floats
    """1 where all that is left over are places that one name begins with: 深圳市比亚迪, 比亚迪."""
    places: Floats
    """1 where both have a place that the other has not."""
    trades: Floats
    """1 where both have a trade that the other has not."""
    kinds: Floats
    """1 where one has a kind of institution or unit that the other has not."""
    units: Floats
    """1 where both have one that the other has not."""
    number: Floats
    """1 where one has a number that the other has not."""
    slips: Floats
    """How many words are the same but for a slip of the pen."""
    cut: Floats
    """How many are the other's beginning."""
    abbreviated: Floats
    """How many have some letters of the other's in their order."""
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

    `worth` is asked for pairs by their places and the most that they can be alike, more closely
    each time: as if what is left over were other spellings, as if the words of it that begin alike
    were, and with all but their letters known.
    """
    # Short names go together, so that no array is wider than its names.
    width = np.maximum(names.sizes[left], names.sizes[right])
    order = np.argsort(width, kind="stable")
    places, features = [], []
    for start in range(0, max(len(order), 1), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        words = _PairedWords(names, left[some], right[some], int(width[some].max(initial=1)))
        kept = np.flatnonzero(worth(some, words.at_best(True)))
        some, words = some[kept], words.only(kept)
        words.classify()
        spellings = words.may_be_spellings()
        kept = np.flatnonzero(worth(some, words.at_best_with(spellings)))
        spellings = spellings.of_pairs(kept, len(some))
        some, words = some[kept], words.only(kept)
        words.find_spellings(spellings)
        # A pair must do without what it gains by one name being within the other.
        enough = worth(some, words.at_best(False))
        kept = np.flatnonzero(enough & worth(some, words.features(np.ones(len(some)))))
        some, words = some[kept], words.only(kept)
        places.append(some)
        features.append(words.features(words.letters()))
    every = np.concatenate(places)
    by_place = np.argsort(every)
    arrays = (np.concatenate(parts)[by_place] for parts in zip(*features, strict=True))
    return every[by_place], NameFeatures(*arrays)


def words_apart(names: Names, left: Ints, right: Ints) -> list[tuple[list[str], list[str]]]:
    """The words of each pair of names that only one of them has, in any spelling."""
    width = int(np.maximum(names.sizes[left], names.sizes[right]).max(initial=1))
    words = _PairedWords(names, left, right, width)
    words.classify()
    words.find_spellings(words.may_be_spellings())
    sides = []
    for place, rest in ((words.left_words, words.left_rest), (words.right_words, words.right_rest)):
        over = [np.flatnonzero(rest[:, pair]) for pair in range(len(left))]
        sides.append(
            [[names.vocabulary[word] for word in place[at, pair]] for pair, at in enumerate(over)]
        )
    return list(zip(*sides, strict=True))


class _Spellings(NamedTuple):
    """Words left over of pairs that may be spellings of one another."""

    pair: Ints
    """(n,) int64: a pair's place."""
    one: Ints
    """(n,) int64: the word's place in the left name."""
    other: Ints
    """(n,) int64: its place in the right name."""

    def of_pairs(self, kept: Ints, count: int) -> _Spellings:
        """Those of some pairs, of `count` that there were, by their places among these."""
        place = np.full(count, -1)
        place[kept] = np.arange(len(kept))
        some = np.flatnonzero(place[self.pair] >= 0)
        return _Spellings(place[self.pair[some]], self.one[some], self.other[some])


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

    def only(self, places: Ints | slice) -> _PairedWords:
        """Some of the pairs."""
        some = object.__new__(_PairedWords)
        some.names = self.names
        for field, values in vars(self).items():
            if field != "names":
                setattr(some, field, values[..., places])
        return some

    def at_best(self, spelled: bool) -> NameFeatures:
        """The most that they can be alike, but for one being within the other; where `spelled`,
        with what is left over as other spellings."""
        left, right = self.left_rest.sum(0), self.right_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        shared = self.shared
        if spelled:
            shared, more = shared + np.float32(_MOST_WORTH) * less, more - less
            less = np.zeros_like(less)
        letters, no = np.ones_like(shared), np.zeros_like(shared)
        whole = np.zeros_like(self.first)
        return self._features(shared, less, more, (no,) * _BY_CLASS, self.spelled, letters, whole)

    def at_best_with(self, spellings: _Spellings) -> NameFeatures:
        """The most that they can be alike, with all that may be spellings as such."""
        pair, one, other = spellings
        best = self.only(slice(None))
        best.left_rest, best.right_rest = self.left_rest.copy(), self.right_rest.copy()
        best.left_rest[one, pair] = 0
        best.right_rest[other, pair] = 0
        off = (self.left_rest - best.left_rest).sum(0), (self.right_rest - best.right_rest).sum(0)
        best.shared = self.shared + np.float32(_MOST_WORTH) * np.minimum(*off)
        best.first, best.bare = self.first.copy(), self.bare.copy()
        best.first[pair[(one == 0) & (other == 0)]] = True
        best.landed = self.landed.copy()
        best.bare[pair] = best.landed[pair] = False
        return best.features(np.ones(len(self.left)))

    def find_spellings(self, spellings: _Spellings) -> None:
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

    def may_be_spellings(self) -> _Spellings:
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
        return _Spellings(*map(np.concatenate, (pairs, ones, others)))

    def features(self, letters: Floats) -> NameFeatures:
        """How alike they are, once words in other spellings are found and letters compared."""
        left, right = self.left_rest.sum(0), self.right_rest.sum(0)
        less, more = np.minimum(left, right), np.maximum(left, right)
        whole = (less == 0) & (self.shared > 0)
        rest = self._by_class()
        return self._features(self.shared, less, more, rest, self.spelled, letters, whole)

    def _by_class(self) -> tuple[Floats, ...]:
        """What is left over by classes of words: `cores` to `number`."""
        sides = (self.left_rest, self.left_classes), (self.right_rest, self.right_classes)
        cores = [np.where(classes == WordClass.CORE, rest, 0).sum(0) for rest, classes in sides]
        opened = [(np.where(rest > 0, classes, _NO_CLASS)) for rest, classes in sides]

        def has(of: WordClass) -> list[Ints]:
            return [(classes == of).any(0) for classes in opened]

        return (
            np.minimum(*cores),
            np.maximum(*cores),
            self.bare,
            self.landed,
            self._heads_differ(),
            self._modified(),
            self._placed(),
            np.logical_and(*has(WordClass.PLACE)),
            np.logical_and(*has(WordClass.TRADE)),
            np.logical_or(*has(WordClass.KIND)),
            np.logical_and(*has(WordClass.KIND)),
            np.logical_or(*has(WordClass.NUMBER)) | self._letters_differ(),
        )

    def _heads_differ(self) -> Ints:
        """Whether the first distinctive word of either is left over, or is the other's but for a
        slip in a short word where no distinctive word is shared.

        A place is that only where a name has no other: of 南宁市烟草公司 it is 烟草.
        """
        differ = np.ones(len(self.left), dtype=bool)
        every = np.arange(len(self.left))
        for rest, classes, words in (
            (self.left_rest, self.left_classes, self.left_words),
            (self.right_rest, self.right_classes, self.right_words),
        ):
            core = classes == WordClass.CORE
            own = core & (self.names.of_words[words] != WordClass.PLACE)
            first = np.where(own.any(0), own.argmax(0), core.argmax(0))
            differ &= core[first, every] & (rest[first, every] > 0)
        return differ | (self.doubtful & self.bare)

    def _modified(self) -> Ints:
        """Whether something is left over of names of one kind of institution that says which it is.

        That is another kind, or a distinctive word before the kind that they share, after one that
        a name begins with, and anywhere in a name of ideographs, where what follows is a unit.
        """
        modified = np.zeros(len(self.left), dtype=bool)
        ideographs = self.names.in_ideographs[self.left] & self.names.in_ideographs[self.right]
        for rest, classes, kind in (
            (self.left_rest, self.left_classes, self.left_kind),
            (self.right_rest, self.right_classes, self.right_kind),
        ):
            over = (rest > 0) & (classes == WordClass.CORE)
            places = np.arange(len(rest))[:, None]
            modified |= (over & ((places < kind) | (kind == 0) | ideographs)).any(0)
            modified |= ((rest > 0) & (classes == WordClass.KIND)).any(0)
        return modified & (self.left_kind >= 0)

    def _letters_differ(self) -> Ints:
        """Whether each has a single letter that the other has not: Series A, Series B."""
        single = np.append(self.names.letters == 1, False) & ~np.append(
            self.names.ideographic, True
        )
        left, right = (
            ((rest > 0) & single[words]).any(0)
            for rest, words in (
                (self.left_rest, self.left_words), (self.right_rest, self.right_words),
            )
        )  # fmt: skip
        both: Ints = left & right
        return both

    def _placed(self) -> Ints:
        """Whether all that is left over are places that one name begins with."""
        over, within = np.zeros(len(self.left), dtype=bool), np.ones(len(self.left), dtype=bool)
        for rest, classes in (
            (self.left_rest, self.left_classes), (self.right_rest, self.right_classes),
        ):  # fmt: skip
            left_over = rest > 0
            leading = np.logical_and.accumulate(left_over & (classes == WordClass.PLACE), axis=0)
            within &= ~(left_over & ~leading).any(0)
            over |= left_over.any(0)
        return over & within

    def _features(
        self,
        shared: Floats,
        less: Floats,
        more: Floats,
        rest: tuple[Floats, ...],
        spelled: Floats,
        letters: Floats,
        whole: Ints,
    ) -> NameFeatures:
        spelling = self.names.spelling
        same = spelling[self.left] == spelling[self.right]
        known = shared + 2.0 * self.first
        cores, core, *flags = rest
        return NameFeatures(
            same.astype("float32"),
            (same & (self.left != self.right)).astype("float32"),
            (whole & ~same & self.first).astype("float32"),
            (whole & ~same & ~self.first).astype("float32"),
            np.minimum(shared, 20.0) / 10,
            np.minimum(less, 12.0) / 10,
            np.minimum(more, 14.0) / 10,
            np.minimum(cores, 12.0) / 10,
            np.minimum(core, 14.0) / 10,
            *(flag.astype("float32") for flag in flags),
            spelled[SLIP],
            spelled[CUT],
            spelled[ABBREVIATED],
            letters,
            known / np.maximum(known + 1.2 * less + 0.45 * more, 1e-9),
        )

    def letters(self) -> Floats:
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
