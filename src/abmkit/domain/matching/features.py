"""What speaks for and against two records being one company: their names and their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.arrays import firsts
from abmkit.domain.matching.blocking import Candidates
from abmkit.domain.matching.names.similarity import Likeness, likely, likeness
from abmkit.domain.matching.profiles import ACRONYM, FIELDS, UNKNOWN, Profiles
from abmkit.domain.matching.weights import Model

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

SILENT, DIFFERENT, SAME = 0, 1, 2
"""What a field says of two records: nothing where one of them doesn't know it."""
CONTRADICTORY = 3
"""What registry ids say that rule each other out."""
NO_NAME = -1
PLACES = ("country", "region", "city")
"""From wide to narrow."""


@dataclass(frozen=True)
class Named:
    """Pairs of records and how alike their names are, by the two names that are most alike."""

    left: Ints
    right: Ints
    logit: Floats
    """What all evidence says, in natural logarithms of odds."""
    one: Ints
    """The place of the first record's name among the profiles' names, `NO_NAME` without."""
    other: Ints
    kind: Ints
    """The less sure of the two names' kinds, a place in `KINDS`."""

    def at(self, places: Ints) -> Named:
        """Some of the pairs."""
        return Named(*(values[places] for values in vars(self).values()))


def weighed(
    profiles: Profiles, model: Model, found: Candidates, least: float
) -> tuple[Named, tuple[Ints, Ints]]:
    """The pairs of records that all evidence gives odds of `least` by logarithm, and the others."""
    left, right = profiles.row[found.one], profiles.row[found.other]
    one, other = profiles.name[found.one], profiles.name[found.other]
    kinds = np.maximum(profiles.kind[found.one], profiles.kind[found.other])
    besides = model.kinds(kinds, _letters(profiles)[one])
    besides += model.fields(said_by_fields(profiles, left, right))
    besides[(kinds == ACRONYM) & (one != other)] = -np.inf

    def worth(at: Ints, best: Likeness) -> Ints:
        enough: Ints = model.names(best) + besides[at] >= least
        return enough

    at, alike = likely(profiles.names, one, other, worth)
    said = model.names(alike) + besides[at]
    enough = np.isfinite(said) & (said >= least)
    at, said = at[enough], said[enough]
    best = np.lexsort((found.other[at], found.one[at], -said, right[at], left[at]))
    best = best[firsts(left[at[best]], right[at[best]])]
    at, said = at[best], said[best]
    lefts, rights = found.unnamed
    nothing = np.full(len(lefts), NO_NAME)
    unnamed = model.unnamed + model.fields(said_by_fields(profiles, lefts, rights))
    parts = (
        ("int32", left[at], lefts),
        ("int32", right[at], rights),
        ("float64", said, np.broadcast_to(unnamed, len(lefts))),
        ("int32", one[at], nothing),
        ("int32", other[at], nothing),
        ("int8", kinds[at], nothing),
    )
    named = Named(*(np.concatenate(part, dtype=dtype) for dtype, *part in parts))
    return named, _others(profiles.count, (left, right), (left[at], right[at]))


def _others(count: int, every: tuple[Ints, Ints], some: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Those of all pairs of records that are not among some of them, each once."""
    numbers = np.sort(every[0] * count + every[1])
    numbers = numbers[firsts(numbers)]
    known = some[0] * count + some[1]
    numbers = np.delete(numbers, np.searchsorted(numbers, known))
    return (numbers // count).astype("int32"), (numbers % count).astype("int32")


def alike(profiles: Profiles, named: Named) -> Likeness:
    """The features of the names that speak for each pair; those without names at 0."""
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
    said = {"registry_ids": _said_by_registry(profiles, left, right)}
    for field in FIELDS:
        if field in profiles.fields:
            one, other = profiles.fields[field][left], profiles.fields[field][right]
            known = (one != UNKNOWN) & (other != UNKNOWN)
            said[field] = np.where(known, np.where(one == other, SAME, DIFFERENT), SILENT)
    if "domain" in said:
        # acme.com and acme.co.uk are no reason for two companies, nor proof of one.
        one, other = profiles.labels[left], profiles.labels[right]
        said["domain"][(said["domain"] == DIFFERENT) & (one == other)] = SILENT
    _one_place(said, len(left))
    return said


def _one_place(said: dict[str, Ints], count: int) -> None:

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


def _letters(profiles: Profiles) -> Ints:
    """How many letters each name has."""
    letters: Ints = profiles.names.squeezed_letters[profiles.names.spelling]
    return letters


def _said_by_registry(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """Contradictory where a scheme is known on both sides without an id in common."""
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
