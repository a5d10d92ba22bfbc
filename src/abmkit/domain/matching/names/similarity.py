"""How alike two names are: what they share, weighted by how rare it is, and what is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from abmkit.domain.matching.names.differences import COUNT, differences
from abmkit.domain.matching.names.pairing import PairedWords, Spellings
from abmkit.domain.matching.names.spellings import ABBREVIATED, CUT, SLIP
from abmkit.domain.matching.names.tokens import Names

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_AT_ONCE = 50_000
_JARO_WINKLER = 0.8
"""How alike letters are, by Jaro and Winkler, before that says anything."""
_MOST_WORTH = 0.9
"""The most that a word is worth of another one in another spelling."""


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
    """1 where both have a place that the other has not, nor one around it or in it."""
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
        words = PairedWords(names, left[some], right[some], int(width[some].max(initial=1)))
        kept = np.flatnonzero(worth(some, _at_best(words, True)))
        some, words = some[kept], words.only(kept)
        words.classify()
        spellings = words.may_be_spellings()
        kept = np.flatnonzero(worth(some, _at_best_with(words, spellings)))
        spellings = spellings.of_pairs(kept, len(some))
        some, words = some[kept], words.only(kept)
        words.find_spellings(spellings)
        # A pair must do without what it gains by one name being within the other.
        enough = worth(some, _at_best(words, False))
        kept = np.flatnonzero(enough & worth(some, _features_of(words, np.ones(len(some)))))
        some, words = some[kept], words.only(kept)
        places.append(some)
        features.append(_features_of(words, _letters(words)))
    every = np.concatenate(places)
    by_place = np.argsort(every)
    arrays = (np.concatenate(parts)[by_place] for parts in zip(*features, strict=True))
    return every[by_place], NameFeatures(*arrays)


def words_apart(names: Names, left: Ints, right: Ints) -> list[tuple[list[str], list[str]]]:
    """The words of each pair of names that only one of them has, in any spelling."""
    width = int(np.maximum(names.sizes[left], names.sizes[right]).max(initial=1))
    words = PairedWords(names, left, right, width)
    words.classify()
    words.find_spellings(words.may_be_spellings())
    sides = []
    for place, rest in ((words.left_words, words.left_rest), (words.right_words, words.right_rest)):
        over = [np.flatnonzero(rest[:, pair]) for pair in range(len(left))]
        sides.append(
            [[names.vocabulary[word] for word in place[at, pair]] for pair, at in enumerate(over)]
        )
    return list(zip(*sides, strict=True))


def _at_best(words: PairedWords, spelled: bool) -> NameFeatures:
    """The most that they can be alike, but for one being within the other; where `spelled`,
    with what is left over as other spellings."""
    left, right = words.left_rest.sum(0), words.right_rest.sum(0)
    less, more = np.minimum(left, right), np.maximum(left, right)
    shared = words.shared
    if spelled:
        shared, more = shared + np.float32(_MOST_WORTH) * less, more - less
        less = np.zeros_like(less)
    letters, no = np.ones_like(shared), np.zeros_like(shared)
    whole = np.zeros_like(words.first)
    return _features(words, shared, less, more, (no,) * COUNT, words.spelled, letters, whole)


def _at_best_with(words: PairedWords, spellings: Spellings) -> NameFeatures:
    """The most that they can be alike, with all that may be spellings as such."""
    pair, one, other = spellings
    best = words.only(slice(None))
    best.left_rest, best.right_rest = words.left_rest.copy(), words.right_rest.copy()
    best.left_rest[one, pair] = 0
    best.right_rest[other, pair] = 0
    off = (words.left_rest - best.left_rest).sum(0), (words.right_rest - best.right_rest).sum(0)
    best.shared = words.shared + np.float32(_MOST_WORTH) * np.minimum(*off)
    best.first, best.bare = words.first.copy(), words.bare.copy()
    best.first[pair[(one == 0) & (other == 0)]] = True
    best.landed = words.landed.copy()
    best.bare[pair] = best.landed[pair] = False
    return _features_of(best, np.ones(len(words.left)))


def _features_of(words: PairedWords, letters: Floats) -> NameFeatures:
    """How alike they are, once words in other spellings are found and letters compared."""
    left, right = words.left_rest.sum(0), words.right_rest.sum(0)
    less, more = np.minimum(left, right), np.maximum(left, right)
    whole = (less == 0) & (words.shared > 0)
    rest = differences(words)
    return _features(words, words.shared, less, more, rest, words.spelled, letters, whole)


def _features(
    words: PairedWords,
    shared: Floats,
    less: Floats,
    more: Floats,
    rest: tuple[Floats, ...],
    spelled: Floats,
    letters: Floats,
    whole: Ints,
) -> NameFeatures:
    spelling = words.names.spelling
    same = spelling[words.left] == spelling[words.right]
    known = shared + 2.0 * words.first
    cores, core, *flags = rest
    return NameFeatures._make(
        (
            same.astype("float32"),
            (same & (words.left != words.right)).astype("float32"),
            (whole & ~same & words.first).astype("float32"),
            (whole & ~same & ~words.first).astype("float32"),
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
    )


def _letters(words: PairedWords) -> Floats:
    """How alike the names without spaces are."""
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    names = words.names
    alike = cpdist(
        names.texts(names.spelling[words.left]),
        names.texts(names.spelling[words.right]),
        scorer=JaroWinkler.similarity,
        dtype=np.float32,
        workers=-1,
    )
    above = np.maximum(alike.astype("float64") - _JARO_WINKLER, 0.0)
    letters: Floats = above / (1 - _JARO_WINKLER)
    return letters
