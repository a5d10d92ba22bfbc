"""Labels, broad ones before those within them: an industry's branches, a country's regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from abmkit.domain.arrays import numbered, places_of
from abmkit.domain.lookalikes.ratios import Compared, Floats, Ints, Ratios, of_labels

_ROOT = 0
_UNKNOWN = -1


@dataclass(frozen=True)
class _Level:
    """What the labels of one level are, those within different broader ones apart."""

    market: Ints
    """(n_accounts,) the number of each account's label, -1 where it is unknown."""
    companies: Ints
    """(n_companies,) the same, -1 where the market has none such."""
    by_chance: float
    """How often an account of the market and one of the companies have the same."""


def compared_labels(
    name: str,
    market: Sequence[pa.StringArray],
    companies: Sequence[pa.StringArray],
    weight: Floats,
) -> Compared:
    """Labels held against each other, level by level, the broadest first.

    A label is shrunk toward the one that it lies in, and an account has the ratio of the narrowest
    that is known of it. A label that the market does not have says nothing.
    """
    node = np.full(len(market[0]), _ROOT, dtype="int64")
    node_of_company = np.full(len(weight), _ROOT, dtype="int64")
    ratio, left_out = np.ones(1), np.ones(len(weight))
    levels = []
    for texts, others in zip(market, companies, strict=True):
        encoded = texts.dictionary_encode()
        own, theirs = numbered(texts), places_of(others, encoded.dictionary)
        size = max(len(encoded.dictionary), 1)
        known = own != _UNKNOWN
        keys, number = np.unique(node[known] * size + own[known], return_inverse=True)
        place = np.searchsorted(keys, node_of_company * size + theirs)
        place = np.minimum(place, max(len(keys) - 1, 0))
        met = (theirs != _UNKNOWN) & (len(keys) > 0)
        met[met] = keys[place[met]] == (node_of_company * size + theirs)[met]
        share = np.bincount(number, minlength=len(keys)) / max(int(known.sum()), 1)
        before = Ratios(ratio[keys // size], left_out[met])
        learned = of_labels(place[met], share, weight[met], before)
        node[known] = len(ratio) + number
        node_of_company[met] = len(ratio) + place[met]
        left_out[met] = learned.left_out
        ratio = np.concatenate([ratio, learned.of_value])
        levels.append(
            _Level(
                np.where(known, node, _UNKNOWN).astype("int32"),
                np.where(met, node_of_company, _UNKNOWN).astype("int32"),
                _by_chance(share, place[met], weight[met]),
            )
        )
    return Compared(
        name,
        np.log(ratio)[node].astype("float32"),
        np.log(left_out),
        lambda rows: _likeness(levels, rows),
    )


def _by_chance(share: Floats, place: Ints, weight: Floats) -> float:
    total = float(weight.sum())
    return float(weight @ share[place]) / total if total else 0.0


def _likeness(levels: Sequence[_Level], rows: Ints) -> Floats:
    likeness = np.zeros((len(rows), len(levels[0].companies)), dtype="float32")
    for level in levels:
        mine, theirs = level.market[rows][:, None], level.companies[None, :]
        known = (mine != _UNKNOWN) & (theirs != _UNKNOWN)
        likeness += np.where(known, (mine == theirs) - level.by_chance, 0)
    return likeness / len(levels)
