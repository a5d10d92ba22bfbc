"""Features: what two records have in common and in what they differ, field by field.

Names are compared in `names.similarity`. A field has one of a few comparison levels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.identity import of_one_company
from abmkit.domain.matching.names.tokens import UNKNOWN
from abmkit.domain.matching.profiles import FIELDS, Profiles

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

LEVELS = ("null", "different", "same", "contradictory")
"""What a field says of two records: nothing where one of them doesn't know it, or where another
field says it already; contradictory are registry ids that rule each other out."""
NULL, DIFFERENT, SAME, CONTRADICTORY = range(len(LEVELS))
IDENTIFYING = ("domain", "linkedin_url", "ticker")
"""What one company has alone, where it is believed."""
PLACES = ("country", "region", "city")
"""From wide to narrow."""
_USUAL = {"country": 0.1, "region": 0.02, "city": 0.001, "postal_code": 0.0005, "industry": 0.05}
"""The share of companies that a value of a field usually has, where many have the same."""
_AS_MANY = 20
"""As how many records that counts beside those there are."""
_BITS = 10.0
"""How rare a value is whose sameness says what the weight is, in bits."""
_MOST_BITS = 14.0
_OWN = 4.0
"""As how many companies that have something, besides the two that are compared, may be further
records of one of them."""
LENT = ("phone", "address")
"""What one company has alone unless an agent, a group or a building lends it to many."""


def field_levels(profiles: Profiles, left: Ints, right: Ints) -> dict[str, Ints]:
    """The level of each field, and of `registry_ids`, for pairs of records: (n_pairs,) int8 each.

    Of a place only its narrowest sameness or its widest difference speaks: the same city says all
    that the same country would.
    """
    levels = {"registry_ids": _registry_levels(profiles, left, right)}
    for field in FIELDS:
        if field in profiles.fields:
            levels[field] = _levels(profiles, field, left, right)
    if "domain" in levels:
        # acme.com and acme.co.uk are no reason for two companies, nor proof of one.
        one, other = profiles.site_labels[left], profiles.site_labels[right]
        levels["domain"][(levels["domain"] == DIFFERENT) & (one == other)] = NULL
    if "ticker" in levels:
        levels["ticker"] = _ticker_levels(profiles, left, right)
    _let_one_place_speak(levels, len(left))
    return levels


def _levels(profiles: Profiles, field: str, left: Ints, right: Ints) -> Ints:
    one, other = profiles.fields[field][left], profiles.fields[field][right]
    level: Ints = ((one != UNKNOWN) & (other != UNKNOWN)).view("int8") * np.int8(DIFFERENT)
    level[(one == other) & (level == DIFFERENT)] = SAME
    return level


def _ticker_levels(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """The levels of tickers; null where they may be of two classes of shares."""
    level = _levels(profiles, "ticker", left, right)
    differ = np.flatnonzero(level == DIFFERENT)
    one, other = (profiles.fields["ticker"][side[differ]] for side in (left, right))
    size = len(profiles.tickers)
    both, place = np.unique(one.astype("int64") * size + other, return_inverse=True)
    classes = [
        of_one_company(profiles.tickers[pair // size], profiles.tickers[pair % size])
        for pair in both.tolist()
    ]
    level[differ[np.array(classes, dtype=bool)[place.reshape(-1)]]] = NULL
    return level


def of_two_tickers(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """(n_pairs,) bool: whether records have tickers of two companies."""
    if "ticker" not in profiles.fields:
        return np.zeros(len(left), dtype=bool)
    apart: Ints = _ticker_levels(profiles, left, right) == DIFFERENT
    return apart


def identified(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """(n_pairs,) bool: whether records have something in common that one company has alone."""
    same = np.zeros(len(left), dtype=bool)
    for field in IDENTIFYING:
        if field in profiles.fields:
            one = profiles.fields[field][left]
            same |= (one != UNKNOWN) & (one == profiles.fields[field][right])
    return same


def sameness_worth(profiles: Profiles, field: str, left: Ints) -> Floats:
    """(n_pairs,) how much of its weight the same value of a field has: less where many share it.

    Of values that several companies may have the bits of the value among the records by `_BITS`;
    of all others 1.
    """
    if field not in _USUAL:
        return np.ones(len(left))
    share = value_shares(profiles, field)
    bits = np.append(np.minimum(-np.log2(share), _MOST_BITS) / _BITS, 0.0)
    worth: Floats = bits[profiles.fields[field][left]]
    return worth


def strangers_of_values(profiles: Profiles, field: str) -> Floats:
    """(n_values,) how many companies besides the two that are compared have each value of a field:
    of a few some may be further records of these."""
    return strangers(profiles.companies_of_values[field])


def strangers(count: Ints) -> Floats:
    """How many companies besides the two that are compared have something, of `count` that do."""
    others = np.maximum(count - 2.0, 0.0)
    found: Floats = others * others / (others + _OWN)
    return found


def value_shares(profiles: Profiles, field: str) -> Floats:
    """(n_values,) the share of companies with each value of a field that many may share."""
    counts = profiles.companies_of_values[field]
    # The other company of a pair says nothing of how common their value is.
    others = np.maximum(counts - 1, 0) + _AS_MANY * _USUAL[field]
    shares: Floats = others / (max(int(counts.sum()) - 1, 0) + _AS_MANY)
    return shares


def _let_one_place_speak(levels: dict[str, Ints], count: int) -> None:
    """Sets to null what the fields of a place say beside the one that says most."""
    same = np.zeros(count, dtype=bool)
    for field in reversed(PLACES):
        if field in levels:
            levels[field][same] = NULL
            same |= levels[field] == SAME
    spoken = np.zeros(count, dtype=bool)
    for field in PLACES:
        if field in levels:
            levels[field][spoken & (levels[field] == DIFFERENT)] = NULL
            spoken |= levels[field] == DIFFERENT
            if field == "region":
                spoken |= levels[field] == SAME


def _registry_levels(profiles: Profiles, left: Ints, right: Ints) -> Ints:
    """Contradictory where a scheme is known on both sides without an id in common."""
    registry = profiles.registry
    levels = np.full(len(left), NULL, dtype="int8")
    if not len(registry.row):
        return levels
    has = np.zeros(profiles.count, dtype=bool)
    has[registry.row] = True
    start = np.searchsorted(registry.row, np.arange(profiles.count))
    end = np.searchsorted(registry.row, np.arange(profiles.count), side="right")

    def ids_of(record: int) -> list[tuple[int, int]]:
        own = slice(start[record], end[record])
        return list(zip(registry.scheme[own].tolist(), registry.id[own].tolist(), strict=True))

    for pair in np.flatnonzero(has[left] & has[right]).tolist():
        one, other = ids_of(left[pair]), ids_of(right[pair])
        shared = {scheme for scheme, _ in {*one} & {*other}}
        known = {scheme for scheme, _ in one} & {scheme for scheme, _ in other}
        if known - shared:
            levels[pair] = CONTRADICTORY
        elif shared:
            levels[pair] = SAME
    return levels
