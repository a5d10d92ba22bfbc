"""Which records are worth comparing: those that share something rare.

Each record goes under a few keys: its names, their rarest words alone and in twos, how their
heaviest word begins and ends, its site, phone and other fields. Records under one key are compared
unless there are too many of them, so that the work grows with the number of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import strings, to_numpy
from abmkit.domain.matching.profiles import KINDS, UNKNOWN, Profiles

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]

_MOST = 60
"""How many records of the other side may be under a key that is to count."""
_EXACT = ("domain", "phone", "linkedin_url", "ticker")
_RARE = 3
"""How many of a name's words are looked up alone."""
_BEGINNING = 5
"""How many letters of a word two spellings of it share at one end."""


def candidates(profiles: Profiles, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pairs of records worth comparing, one of `left` with one of `right`, each once.

    `left` and `right` are flags of records; a record on both sides is not compared with itself, and
    of two such records the pair comes once, the lower first.
    """
    import numpy as np

    found = np.empty(0, dtype="int64")
    for row, key in _keys(profiles):
        one, other = _sharing(row, key, left, right)
        lower, upper = np.minimum(one, other), np.maximum(one, other)
        both = left[lower] & right[upper]
        first, second = np.where(both, lower, one), np.where(both, upper, other)
        pairs = np.unique((first * profiles.count + second)[one != other])
        found = np.union1d(found, pairs) if len(found) else pairs
    return found // max(profiles.count, 1), found % max(profiles.count, 1)


def _keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Records and what they are under, a sort of keys at a time."""
    import numpy as np

    row, name, kind = profiles.row, profiles.name, profiles.kind
    rows, ids, _ = profiles.registry
    if len(rows):
        yield rows, ids
    for field in _EXACT:
        if field in profiles.fields:
            known = np.flatnonzero(profiles.fields[field] != UNKNOWN)
            yield known, profiles.fields[field][known]
    if not len(name):
        return
    yield row, name
    near = _nearest(profiles)
    yield _both(row, name, near[row])
    squeezed = _coded(profiles.names.squeezed)
    yield row, squeezed[name]
    # An acronym is compared as it stands: its letters are no word's spelling.
    spelled = kind != KINDS.index("acronym")
    row, name = row[spelled], name[spelled]
    heaviest = _by_rarity(profiles)
    words = heaviest[name]
    rows, every = np.repeat(row, _RARE), words.ravel()
    yield rows[every != UNKNOWN], every[every != UNKNOWN]
    twos = [(0, 1), (0, 2), (1, 2)]
    one, other = (words[:, [two[at] for two in twos]].ravel() for at in (0, 1))
    yield _both(rows, np.where(other < 0, UNKNOWN, np.minimum(one, other)), np.maximum(one, other))
    yield _both(rows, every, near[rows])
    for ends in _ends(profiles.names.vocabulary):
        of_words = np.where(every != UNKNOWN, ends[every], UNKNOWN)
        known = of_words != UNKNOWN
        yield rows[known], of_words[known]
        yield _both(rows, of_words, near[rows])
        yield _both(row, of_words[::_RARE], words[:, 1])


def _by_rarity(profiles: Profiles) -> Ints:
    """The rarest words of each name, rarest first; equally rare ones in order of their place."""
    import numpy as np

    names = profiles.names
    order = np.argsort(-names.bits, axis=1, kind="stable")[:, :_RARE]
    return np.take_along_axis(names.ids, order, axis=1).astype("int64")


def _nearest(profiles: Profiles) -> Ints:
    """The narrowest place of each record: a number for each city, else for its region."""
    import numpy as np

    place = np.full(profiles.count, UNKNOWN, dtype="int64")
    for field in ("city", "region"):
        values = profiles.fields.get(field)
        if values is not None:
            fresh = int(place.max(initial=0)) + 1
            place = np.where((place == UNKNOWN) & (values != UNKNOWN), values + fresh, place)
    return place


def _both(row: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The rows that know both, and a number for the two together."""
    import numpy as np

    known = np.flatnonzero((one != UNKNOWN) & (other != UNKNOWN))
    one, other = one[known], other[known]
    return row[known], one * (int(other.max(initial=0)) + 1) + other


def _coded(texts: tuple[str, ...]) -> Ints:
    return to_numpy(strings(texts).dictionary_encode().indices).astype("int64")


def _ends(vocabulary: tuple[str, ...]) -> Iterator[Ints]:
    """How each word of the vocabulary begins, ends and sounds; `UNKNOWN` for a short one."""
    import numpy as np
    import pyarrow.compute as pc

    texts = strings(vocabulary)
    size = to_numpy(pc.utf8_length(texts))
    sounds = pc.replace_substring_regex(texts, pattern="(.)[aeiouyh]+", replacement=r"\1")
    for ends, least in (
        (pc.utf8_slice_codeunits(texts, 0, _BEGINNING), _BEGINNING),
        (pc.utf8_slice_codeunits(texts, -_BEGINNING), _BEGINNING),
        (sounds, _BEGINNING),
    ):
        codes = to_numpy(ends.dictionary_encode().indices).astype("int64")
        yield np.where(size >= least, codes, UNKNOWN)


def _sharing(row: Ints, key: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pairs of a row on the left and one on the right that have a key in common."""
    import numpy as np

    on_right = right[row]
    order = np.argsort(key[on_right], kind="stable")
    rights, keys = row[on_right][order], key[on_right][order]
    lefts, wanted = row[left[row]], key[left[row]]
    start = np.searchsorted(keys, wanted)
    size = np.searchsorted(keys, wanted, side="right") - start
    size[size > _MOST] = 0
    at = np.repeat(np.cumsum(size) - size, size)
    within = np.arange(int(size.sum())) - at
    return np.repeat(lefts, size), rights[np.repeat(start, size) + within]
