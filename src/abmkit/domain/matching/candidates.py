"""Which records are worth comparing: those that share something rare.

Each name of a record goes under a few keys: itself, its rarest words alone, in twos and with the
record's place, and how they begin; each record under its site, phone and other fields. What stands
under one key is compared unless there is too much of it, so that the work grows with the number of
records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from abmkit.domain.arrays import strings, to_numpy
from abmkit.domain.matching.profiles import ACRONYM, DERIVED, UNKNOWN, Profiles

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]

_MOST = 50
"""How many names, or records, of the other side may be under a key that is to count."""
_EXACT = ("domain", "phone", "linkedin_url", "ticker")
_RARE = 3
"""How many of a name's words are looked up alone."""
_BEGINNING = 5
"""How many letters a word and a misspelling of it begin with."""


class Candidates(NamedTuple):
    """Pairs worth comparing, each once, the one before the other where both are on both sides."""

    one: Ints
    """A name: its place in `Profiles.row`."""
    other: Ints
    unnamed: tuple[Ints, Ints]
    """Pairs of records of which one has no name."""


def candidates(profiles: Profiles, left: Ints, right: Ints) -> Candidates:
    """The names, and records without a name, on the left and on the right that share a key.

    `left` and `right` are flags of records; a record on both sides is not compared with itself.
    """
    import numpy as np

    of_name = profiles.row
    pairs = [_pairs(*key, left[of_name], right[of_name], of_name) for key in _name_keys(profiles)]
    count = profiles.count
    first = np.full(count, UNKNOWN, dtype="int64")
    first[of_name[::-1]] = np.arange(len(of_name))[::-1]
    records = _distinct([_pairs(*k, left, right, np.arange(count)) for k in _record_keys(profiles)])
    one, other = records // max(count, 1), records % max(count, 1)
    named = (first[one] != UNKNOWN) & (first[other] != UNKNOWN)
    size = max(len(of_name), 1)
    found = _distinct([*pairs, first[one[named]] * size + first[other[named]]])
    one_name, other_name = found // size, found % size
    known = ~((profiles.kind[one_name] >= DERIVED) & (profiles.kind[other_name] >= DERIVED))
    return Candidates(one_name[known], other_name[known], (one[~named], other[~named]))


def _record_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Records and what they are under, one sort of keys at a time."""
    import numpy as np

    rows, ids, _ = profiles.registry
    yield rows, ids
    for field in _EXACT:
        if field in profiles.fields:
            known = np.flatnonzero(profiles.fields[field] != UNKNOWN)
            yield known, profiles.fields[field][known]


def _name_keys(profiles: Profiles) -> Iterator[tuple[Ints, Ints]]:
    """Names and what they are under, one sort of keys at a time."""
    import numpy as np

    name, near = profiles.name, _nearest(profiles)[profiles.row]
    every = np.arange(len(name))
    if not len(name):
        return
    yield every, name
    yield _both(every, name, near)
    yield every, _coded(profiles.names.squeezed)[name]
    # An acronym is compared as it stands: its letters are no word's spelling.
    spelled = np.flatnonzero(profiles.kind != ACRONYM)
    words = _by_rarity(profiles)[name[spelled]]
    rows, word = np.repeat(spelled, _RARE), words.ravel()
    yield rows[word != UNKNOWN], word[word != UNKNOWN]
    yield _both(rows, word, near[rows])
    twos = [(0, 1), (0, 2), (1, 2)]
    one, other = (words[:, [two[at] for two in twos]].ravel() for at in (0, 1))
    yield _both(rows, np.where(other < 0, UNKNOWN, np.minimum(one, other)), np.maximum(one, other))
    beginning = np.append(_beginnings(profiles.names.vocabulary), UNKNOWN)[word]
    yield rows[beginning != UNKNOWN], beginning[beginning != UNKNOWN]
    yield _both(rows, beginning, near[rows])


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


def _beginnings(vocabulary: tuple[str, ...]) -> Ints:
    """A number for how each word of the vocabulary begins, `UNKNOWN` for a short one."""
    import numpy as np
    import pyarrow.compute as pc

    texts = strings(vocabulary)
    codes = pc.utf8_slice_codeunits(texts, 0, _BEGINNING).dictionary_encode().indices
    long = to_numpy(pc.utf8_length(texts)) >= _BEGINNING
    return np.where(long, to_numpy(codes).astype("int64"), UNKNOWN)


def _pairs(row: Ints, key: Ints, left: Ints, right: Ints, record: Ints) -> Ints:
    """Pairs of a row on the left and one on the right under one key, as `one * rows + other`.

    Of two rows that are on both sides, the lower comes first; those of one record make no pair.
    """
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
    one, other = np.repeat(lefts, size), rights[np.repeat(start, size) + within]
    twice = left[other] & right[one]
    kept = (record[one] != record[other]) & ~(twice & (one > other))
    return _distinct([one[kept] * len(record) + other[kept]])


def _distinct(numbers: list[Ints]) -> Ints:
    """The numbers of all arrays in order, each once."""
    import numpy as np

    every = np.sort(np.concatenate([np.empty(0, dtype="int64"), *numbers]))
    first = np.ones(len(every), dtype=bool)
    first[1:] = every[1:] != every[:-1]
    return every[first]
