"""Companies that share no key but are likely one: joined, or left for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import from_numpy, numbered
from abmkit.domain.matching.clustering import joined, linked
from abmkit.domain.matching.comparison import Compared, inside, likeliest
from abmkit.domain.matching.distinct import Units, units
from abmkit.schema.accounts import ACCOUNTS

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

COLUMNS = ACCOUNTS.those(lambda column: column.compared)
"""What records are compared by."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of records that may be one company, the first of each before the second."""

    one: Ints
    other: Ints
    probability: Floats
    evidence: pa.StringArray
    """What speaks for it and against it, in words joined by `; `."""


@dataclass(frozen=True)
class Similar:
    """What likeness made of companies."""

    labels: Ints
    """The number of each record's company, from 0 without a gap."""
    pairs: Pairs
    """The likeliest pair of records of each two companies that are one now, or may be."""
    giants: tuple[tuple[int, ...], ...]
    """Records, one per company, that likeness would have made one out of too many."""


def similar(
    records: pa.Table, labels: Ints, *, same: float, review: float, ids: dict[int, list[str]]
) -> Similar:
    """Join the companies of records that are likely one.

    Reads those of `COLUMNS` that are there, and `source`. `labels` numbers the company of each
    record from 0; two companies are joined from the probability `same` and told from `review`.
    `ids` are those that records must not contradict each other in, by row.
    """
    said, whose = units(records, labels, COLUMNS)
    told_by = records.select([c for c in records.column_names if c in COLUMNS])
    compared = inside(told_by.take(from_numpy(said.row)).combine_chunks(), said)
    best, probability = _that_matter(compared, said, same, review)
    one, other = (
        np.concatenate(sides)[best]
        for sides in zip((compared.one, compared.other), compared.unlikely, strict=True)
    )
    of_company: dict[int, frozenset[str]] = defaultdict(frozenset)
    for row, texts in ids.items():
        of_company[int(whose[row])] |= frozenset(texts)
    company = said.company
    found = joined(said.count, company[one], company[other], probability, same, of_company)
    told = np.flatnonzero((probability >= min(review, same)) & (best < len(compared.one)))
    left, right = said.row[one[told]], said.row[other[told]]
    pairs = Pairs(
        np.minimum(left, right),
        np.maximum(left, right),
        probability[told],
        compared.evidence(best[told]),
    )
    first = np.unique(whose, return_index=True)[1]
    giants = tuple(tuple(first[list(giant)].tolist()) for giant in found.giants)
    return Similar(numbered(from_numpy(found.labels[whose])), pairs, giants)


def _that_matter(
    compared: Compared, said: Units, same: float, review: float
) -> tuple[Ints, Floats]:
    """The likeliest pair of records of each two companies, and its probability.

    Its place among all pairs, the unlikely ones last. Only of companies that may be one, or that
    likely pairs link.
    """
    company = said.company
    one, other = company[compared.one], company[compared.other]
    near = np.flatnonzero(compared.probability >= same)
    component = linked(said.count, one[near], other[near])
    low_one, low_other = (company[side] for side in compared.unlikely)
    told = (compared.probability >= review) | (component[one] == component[other])
    low = component[low_one] == component[low_other]
    at = np.concatenate([np.flatnonzero(told), np.flatnonzero(low) + len(one)])
    one = np.concatenate([one[told], low_one[low]])
    other = np.concatenate([other[told], low_other[low]])
    probability = np.concatenate([compared.probability[told], np.zeros(int(low.sum()))])
    best = likeliest(np.minimum(one, other), np.maximum(one, other), probability)
    return at[best], probability[best]
