"""How alike two names are: what they share, weighted by how rare it is, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from abmkit.domain.matching.profiles import UNKNOWN, Names

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Floats = npt.NDArray[Any]

_AT_ONCE = 100_000


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
    import numpy as np

    size = len(names.texts) + 1
    pairs, place = np.unique(one * size + other, return_inverse=True)
    one, other = pairs // size, pairs % size
    # Short names go together, so that no array is wider than its names.
    width = np.maximum(names.sizes[one], names.sizes[other])
    order = np.argsort(width, kind="stable")
    parts = []
    for start in range(0, max(len(order), 1), _AT_ONCE):
        at = order[start : start + _AT_ONCE]
        parts.append(_likeness(names, one[at], other[at], int(width[at].max(initial=1))))
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    whole = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Likeness(*(values[rank][place.reshape(-1)] for values in whole))


def _likeness(names: Names, one: Ints, other: Ints, width: int) -> Likeness:
    import numpy as np
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    ids, others = names.ids[one, :width], names.ids[other, :width]
    equal = (ids[:, :, None] == others[:, None, :]) & (ids[:, :, None] != UNKNOWN)
    bits, other_bits = names.bits[one, :width], names.bits[other, :width]
    shared = (bits * equal.any(2)).sum(1)
    first = equal[:, 0, 0]
    rest = np.where(equal.any(2), 0.0, bits)
    other_rest = np.where(equal.any(1), 0.0, other_bits)
    misspelt = np.zeros(len(one))
    for _ in range(2):
        shared += _misspelt(names, ids, others, rest, other_rest, misspelt)
    number = _has_number(names, ids, rest) | _has_number(names, others, other_rest)
    left, right = rest.sum(1), other_rest.sum(1)
    less, more = np.minimum(left, right), np.maximum(left, right)
    texts = [names.squeezed[place] for place in one.tolist()]
    other_texts = [names.squeezed[place] for place in other.tolist()]
    alike = cpdist(
        texts, other_texts, scorer=JaroWinkler.similarity, dtype=np.float32, workers=-1
    ).astype("float64")
    same = alike == 1.0
    squeezed = same & (one != other)
    # Written with other spaces, all of it is shared.
    shared = np.where(squeezed, np.maximum(bits.sum(1), other_bits.sum(1)), shared)
    less, more = np.where(squeezed, 0.0, less), np.where(squeezed, 0.0, more)
    first = first | squeezed
    whole = (less == 0) & (shared > 0) & ~same
    known = shared + 2.0 * first
    return Likeness(
        same.astype(float),
        squeezed.astype(float),
        (whole & first).astype(float),
        (whole & ~first).astype(float),
        np.minimum(shared, 14.0) / 10,
        np.minimum(less, 12.0) / 10,
        np.minimum(more, 14.0) / 10,
        misspelt,
        number.astype(float),
        np.maximum(alike - 0.8, 0.0) * 5,
        known / np.maximum(known + 1.2 * less + 0.45 * more, 1e-9),
    )


def _has_number(names: Names, ids: Ints, rest: Floats) -> Ints:
    import numpy as np

    number = np.where(ids != UNKNOWN, names.numbers[ids], False)
    alone: Ints = np.any(number & (rest > 0), axis=1)
    return alone


def _misspelt(
    names: Names, ids: Ints, others: Ints, rest: Floats, other_rest: Floats, count: Floats
) -> Floats:
    """The bits of the heaviest words left over where they are spellings of one another.

    Takes them off what is left over, and counts them.
    """
    import numpy as np

    rows = np.arange(len(ids))
    place, other_place = rest.argmax(1), other_rest.argmax(1)
    open_ = np.flatnonzero((rest[rows, place] > 0) & (other_rest[rows, other_place] > 0))
    bits = np.zeros(len(ids))
    if not len(open_):
        return bits
    size = len(names.vocabulary)
    both = ids[open_, place[open_]].astype("int64") * size + others[open_, other_place[open_]]
    distinct, inverse = np.unique(both, return_inverse=True)
    worth = _spelling(names, distinct // size, distinct % size)[inverse]
    hit = open_[worth > 0]
    weight = np.minimum(rest[hit, place[hit]], other_rest[hit, other_place[hit]])
    bits[hit] = worth[worth > 0] * weight
    count[hit] += 1
    rest[hit, place[hit]] = 0
    other_rest[hit, other_place[hit]] = 0
    return bits


def _spelling(names: Names, one: Ints, other: Ints) -> Floats:
    """What a word is worth as another's spelling: 0.9 for a slip, less for a beginning, or 0."""
    import numpy as np
    from rapidfuzz.distance import OSA, Postfix, Prefix
    from rapidfuzz.process import cpdist

    texts = [names.vocabulary[place] for place in one.tolist()]
    others = [names.vocabulary[place] for place in other.tolist()]
    size, other_size = names.letters[one], names.letters[other]
    shorter, longer = np.minimum(size, other_size), np.maximum(size, other_size)
    slips = cpdist(texts, others, scorer=OSA.distance, dtype=np.int32, workers=-1)
    alike = cpdist(texts, others, scorer=Prefix.similarity, dtype=np.int32, workers=-1)
    slip = (shorter >= 5) & (slips <= np.where(shorter >= 8, 2, 1))
    begins = (alike == shorter) & (shorter >= 4)
    # 材料 of 新材料, 电子 of 微电子: two ideographs are a word.
    alike = np.maximum(
        alike, cpdist(texts, others, scorer=Postfix.similarity, dtype=np.int32, workers=-1)
    )
    begins |= (alike == shorter) & (shorter >= 2) & names.ideographic[one]
    worth = np.where(slip, 0.9, np.where(begins, 0.2 + 0.7 * shorter / longer, 0))
    return np.where(names.numbers[one] | names.numbers[other], 0.0, worth)
