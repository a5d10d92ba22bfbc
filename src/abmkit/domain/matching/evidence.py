"""What speaks for and against two records being one company: their names and their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abmkit.domain.matching.likeness import Likeness, likeness
from abmkit.domain.matching.profiles import FIELDS, KINDS, UNKNOWN, Profiles

if TYPE_CHECKING:
    import numpy.typing as npt

    from abmkit.domain.matching.model import Model

    Ints = npt.NDArray[Any]
    Floats = npt.NDArray[Any]

SILENT, DIFFERENT, SAME = 0, 1, 2
"""What a field says of two records: nothing where one of them doesn't know it."""
CONTRADICTORY = 3
"""What registry ids say that rule each other out."""
EQUAL_ONLY = ("acronym",)
"""Kinds of names that count only where they are another record's very name."""
NO_NAME = -1
PLACES = ("country", "region", "city")
"""From wide to narrow."""


@dataclass(frozen=True)
class Named:
    """How alike two records' names are, by the two of their names that are most alike."""

    logit: Floats
    """What the names say, in natural logarithms of odds; `unnamed` of the model without names."""
    one: Ints
    """The place of the first record's name among the profiles' names, `NO_NAME` without."""
    other: Ints
    kind: Ints
    """The less sure of the two names' kinds, a place in `KINDS`."""


def said_by_names(profiles: Profiles, model: Model, left: Ints, right: Ints) -> Named:
    """What the names of pairs of records say."""
    import numpy as np

    pair, one, other = _name_pairs(profiles, left, right)
    kinds = np.maximum(profiles.kind[one], profiles.kind[other])
    names, others = profiles.name[one], profiles.name[other]
    size = len(profiles.names.texts) + 1
    distinct, inverse = np.unique(names * size + others, return_inverse=True)
    alike = likeness(profiles.names, distinct // size, distinct % size)
    logits = model.names(alike)[inverse] + model.kinds(kinds, _letters(profiles, names))
    equal_only = np.isin(kinds, [KINDS.index(kind) for kind in EQUAL_ONLY])
    logits = np.where(equal_only & (names != others), -np.inf, logits)
    best = np.full(len(left), -np.inf)
    np.maximum.at(best, pair, logits)
    chosen = np.full(len(left), NO_NAME, dtype="int64")
    # Of names as good as each other the first stays, so it is assigned last.
    at = np.flatnonzero((logits == best[pair]) & np.isfinite(logits))[::-1]
    chosen[pair[at]] = at
    found = chosen != NO_NAME
    some = np.where(found, chosen, 0)
    if not len(pair):
        nothing = np.full(len(left), NO_NAME, dtype="int64")
        return Named(np.full(len(left), model.unnamed), nothing, nothing, nothing)
    return Named(
        np.where(found, best, model.unnamed),
        np.where(found, names[some], NO_NAME),
        np.where(found, others[some], NO_NAME),
        np.where(found, kinds[some], NO_NAME),
    )


def alike(profiles: Profiles, named: Named) -> Likeness:
    """The features of the names that speak for each pair; those without names at 0."""
    import numpy as np

    known = named.one != NO_NAME
    found = likeness(profiles.names, named.one[known], named.other[known])
    arrays = []
    for values in found:
        whole = np.zeros(len(known))
        whole[known] = values
        arrays.append(whole)
    return Likeness(*arrays)


def said_by_fields(profiles: Profiles, left: Ints, right: Ints) -> dict[str, Ints]:
    """What each field says of pairs of records: `SILENT`, `DIFFERENT`, `SAME`; registry ids too.

    Of a place only its narrowest sameness or its widest difference speaks: the same city says all
    that the same country would.
    """
    import numpy as np

    said = {"registry_ids": _said_by_registry(profiles, left, right)}
    for field in FIELDS:
        if field in profiles.fields:
            one, other = profiles.fields[field][left], profiles.fields[field][right]
            known = (one != UNKNOWN) & (other != UNKNOWN)
            said[field] = np.where(known, np.where(one == other, SAME, DIFFERENT), SILENT)
    _one_place(said, len(left))
    return said


def _one_place(said: dict[str, Ints], count: int) -> None:
    import numpy as np

    places = [said[field] for field in PLACES if field in said]
    same = np.zeros(count, dtype=bool)
    for values in reversed(places):
        values[same] = SILENT
        same |= values == SAME
    spoken = np.zeros(count, dtype=bool)
    for field in PLACES:
        if field in said:
            said[field][spoken & (said[field] == DIFFERENT)] = SILENT
            spoken |= said[field] == DIFFERENT
            if field == "region":
                spoken |= said[field] == SAME


def _name_pairs(profiles: Profiles, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Pairs of names, and which pair of records each belongs to; one of two is a name as given."""
    import numpy as np

    start = np.searchsorted(profiles.row, np.arange(profiles.count))
    size = np.searchsorted(profiles.row, np.arange(profiles.count), side="right") - start
    lefts, rights = size[left], size[right]
    total = lefts * rights
    pair = np.repeat(np.arange(len(left)), total)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(total) - total, total)
    wide = np.maximum(rights[pair], 1)
    one = start[left][pair] + within // wide
    other = start[right][pair] + within % wide
    equal_only = np.isin(profiles.kind, [KINDS.index(kind) for kind in EQUAL_ONLY])
    derived = profiles.kind >= KINDS.index("joined")
    useful = ~(derived[one] & derived[other])
    useful &= ~(equal_only[one] | equal_only[other]) | (profiles.name[one] == profiles.name[other])
    return pair[useful], one[useful], other[useful]


def _letters(profiles: Profiles, names: Ints) -> Ints:
    import numpy as np

    size = np.fromiter(map(len, profiles.names.squeezed), "int64", len(profiles.names.texts))
    return size[names]


def _said_by_registry(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """Contradictory where a scheme is known on both sides without an id in common."""
    import numpy as np

    rows, ids, schemes = profiles.registry
    said = np.full(len(left), SILENT)
    if not len(rows):
        return said
    has = np.zeros(profiles.count, dtype=bool)
    has[rows] = True
    both = np.flatnonzero(has[left] & has[right])
    start = np.searchsorted(rows, np.arange(profiles.count))
    end = np.searchsorted(rows, np.arange(profiles.count), side="right")
    for place in both.tolist():
        one = slice(start[left[place]], end[left[place]])
        other = slice(start[right[place]], end[right[place]])
        mine = dict.fromkeys(zip(schemes[one].tolist(), ids[one].tolist(), strict=True))
        theirs = dict.fromkeys(zip(schemes[other].tolist(), ids[other].tolist(), strict=True))
        shared = {scheme for scheme, _ in mine.keys() & theirs.keys()}
        known = {scheme for scheme, _ in mine} & {scheme for scheme, _ in theirs}
        if known - shared:
            said[place] = CONTRADICTORY
        elif shared:
            said[place] = SAME
    return said
