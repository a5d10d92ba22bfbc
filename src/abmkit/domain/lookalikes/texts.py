"""Sets of words: technologies, and what a description says, in Chinese too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct_numbers, elements_of, flags, places_of, to_numpy
from abmkit.domain.lookalikes.ratios import Compared, Floats, Ints, of_sets

Reader = Callable[[pa.Array], tuple[Ints, pa.StringArray]]
"""Takes cells apart: the row of each element, and the elements."""
_ROWS = 50_000
"""Cells are taken apart so many at a time."""
_PAIR = r"(\p{Han}\p{Han})"
_FIRST_OF_RUN = r"(^|[^\p{Han}])\p{Han}"


def elements(values: pa.ListArray) -> tuple[Ints, pa.StringArray]:
    """The elements of lists, whatever their case."""
    rows, texts = elements_of(values)
    return rows, pc.utf8_lower(texts)


def words(texts: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """The words of texts with three letters or more, and each two Chinese characters in a row."""
    lower = pc.utf8_lower(texts)
    from_second = pc.replace_substring_regex(lower, _FIRST_OF_RUN, r"\1 ")
    from_second = pc.replace_substring_regex(from_second, r"[^\p{Han}]+", " ")
    rows, found = [], []
    for each in (lower, from_second):
        paired = pc.replace_substring_regex(each, _PAIR, r" \1 ")
        apart = pc.split_pattern_regex(paired, r"[^\p{L}\p{N}]+")
        rows.append(to_numpy(pc.list_parent_indices(apart)).astype("int64"))
        found.append(pc.list_flatten(apart))
    row, word = np.concatenate(rows), pa.concat_arrays(found)
    kept = pc.match_substring_regex(word, r"^(?:\p{Han}{2}|[^\p{Han}]{3,})$")
    return row[flags(kept)], word.filter(kept)


@dataclass(frozen=True)
class _Sets:
    """What is known of sets as far as it is in a vocabulary, each element of a row once."""

    rows: Ints
    """The row of each element, in order."""
    number: Ints
    """Its place in the vocabulary."""
    size: Ints
    """(n_rows,) how many elements a row has, in the vocabulary or not."""

    @staticmethod
    def of(values: pa.Array, read: Reader, vocabulary: pa.StringArray) -> _Sets:
        """Read, some rows at a time."""
        pairs, sizes = [np.zeros(0, dtype="int64")], [np.zeros(0, dtype="int64")]
        width = len(vocabulary) + 1
        for start in range(0, len(values), _ROWS):
            some = values.slice(start, _ROWS)
            rows, texts = read(some)
            number = places_of(texts, vocabulary)
            inside = number >= 0
            keys = distinct_numbers((rows[inside] + start) * width + number[inside])
            pairs.append(keys)
            outside = np.bincount(rows[~inside], minlength=len(some))
            sizes.append(outside + np.bincount(keys // width - start, minlength=len(some)))
        every = np.concatenate(pairs)
        return _Sets(every // width, every % width, np.concatenate(sizes))

    def matrix(self, some: Ints, width: int) -> Floats:
        """Which of some rows has which element, 1 or 0."""
        has = np.zeros((len(some), width), dtype="float32")
        first = np.searchsorted(self.rows, some)
        last = np.searchsorted(self.rows, some, side="right")
        for place, (start, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            has[place, self.number[start:end]] = 1
        return has


def compared_sets(
    name: str, market: pa.Array, companies: pa.Array, read: Reader, weight: Floats
) -> Compared:
    """Sets held against each other: an account has the mean ratio of its elements.

    All that none of the companies has is one element.
    """
    vocabulary = pc.unique(read(companies)[1])
    rest = len(vocabulary)
    ours, theirs = (_Sets.of(values, read, vocabulary) for values in (market, companies))
    total = max(int(ours.size.sum()), 1)
    share = np.bincount(ours.number, minlength=rest + 1).astype("float64")
    share[rest] = total - share.sum()
    share = np.maximum(share, 1) / np.maximum(share, 1).sum()
    ratios = of_sets(theirs.rows, theirs.number, share, weight)
    accounts = len(market)
    inside = np.bincount(ours.rows, minlength=accounts)
    added = np.bincount(ours.rows, weights=ratios.of_value[ours.number], minlength=accounts)
    added += (ours.size - inside) * ratios.of_value[rest]
    mean = np.divide(added, ours.size, out=np.ones(accounts), where=ours.size > 0)
    has = theirs.matrix(np.arange(len(companies)), rest)

    def likeness(some: Ints) -> Floats:
        shared = ours.matrix(some, rest) @ has.T
        either = ours.size[some][:, None] + theirs.size[None, :] - shared
        alike: Floats = (shared / np.maximum(either, 1)).astype("float32")
        return alike

    return Compared(name, np.log(mean).astype("float32"), np.log(ratios.left_out), likeness)
