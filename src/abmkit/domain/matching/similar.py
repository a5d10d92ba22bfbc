"""Companies that share no key but are likely one: joined, or left for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import SomeRows, from_numpy, give_back, numbered
from abmkit.domain.matching.clustering import cluster, connected_components
from abmkit.domain.matching.comparison import ComparedPairs, compare_within, likeliest
from abmkit.domain.matching.distinct import DistinctRecords, distinct_records
from abmkit.schema.accounts import ACCOUNTS

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

COLUMNS = ACCOUNTS.those(lambda column: column.compared)
"""What records are compared by."""


@dataclass(frozen=True)
class SimilarPairs:
    """Pairs of records that may be one company, the left before the right."""

    left: Ints
    """(n_pairs,) int64: the row of one record."""
    right: Ints
    """(n_pairs,) int64: the row of the other."""
    probability: Floats
    """(n_pairs,) float64."""
    evidence: pa.StringArray
    """What speaks for it and against it, in words joined by `; `."""


@dataclass(frozen=True)
class Similar:
    """What likeness made of companies."""

    labels: Ints
    """(n_records,) int64: the number of each record's company, from 0 without a gap."""
    pairs: SimilarPairs
    """The likeliest pair of records of each two companies that are one now, or may be."""
    giants: tuple[tuple[int, ...], ...]
    """Records, one per company, that likeness would have made one out of too many."""


def similar(
    records: pa.Table,
    labels: Ints,
    *,
    same: float,
    review: float,
    ids: Mapping[int, list[str]],
    asked: tuple[Ints, Ints] | None = None,
) -> Similar:
    """Join the companies of records that are likely one.

    Reads those of `COLUMNS` that are there, and `source`. `labels` numbers the company of each
    record from 0; two companies are joined from the probability `same` and reported from `review`.
    `ids` are those that records must not contradict each other in, by row. `asked` are rows whose
    companies are reported however unlikely, where they were compared at all.
    """
    give_back()
    distinct = distinct_records(records, labels, COLUMNS)
    give_back()
    compared_by = records.select([c for c in records.column_names if c in COLUMNS])
    compared = compare_within(SomeRows(compared_by, from_numpy(distinct.row)), distinct)
    company, of_record = distinct.company, distinct.company_of_record
    nothing = np.empty(0, dtype="int64")
    wanted = _numbers(distinct, *(of_record[side] for side in asked)) if asked else nothing
    edges = _edges(compared, distinct, same, review, wanted)
    ids_of_company: dict[int, frozenset[str]] = defaultdict(frozenset)
    rows = np.fromiter(ids, "int64")
    paired = np.zeros(distinct.company_count, dtype=bool)
    paired[company[edges.left]] = paired[company[edges.right]] = True
    for row in rows[paired[of_record[rows]]].tolist():
        ids_of_company[int(of_record[row])] |= frozenset(ids[row])
    clusters = cluster(
        distinct.company_count,
        company[edges.left],
        company[edges.right],
        edges.probability,
        same,
        ids_of_company,
    )
    first = np.unique(of_record, return_index=True)[1]
    giants = tuple(tuple(first[list(giant)].tolist()) for giant in clusters.giants)
    labels = numbered(from_numpy(clusters.labels[of_record]))
    return Similar(labels, _pairs(compared, distinct, edges, min(review, same), wanted), giants)


@dataclass(frozen=True)
class _Edges:
    """The likeliest pair of records of each two companies."""

    place: Ints
    """(n_edges,) int64: its place among all pairs that were compared, the unlikely ones last."""
    left: Ints
    """(n_edges,) int: a distinct record."""
    right: Ints
    """(n_edges,) int: the other one."""
    probability: Floats
    """(n_edges,) float64: 0 for an unlikely one."""


def _numbers(distinct: DistinctRecords, one: Ints, other: Ints) -> Ints:
    """A number for each two companies, in either order."""
    numbers: Ints = np.minimum(one, other).astype("int64") * distinct.company_count
    return numbers + np.maximum(one, other)


def _edges(
    compared: ComparedPairs, distinct: DistinctRecords, same: float, review: float, wanted: Ints
) -> _Edges:
    """The edges between companies that may be one, or that likely pairs connect."""
    company, unlikely = distinct.company, compared.unlikely
    left, right = company[compared.left], company[compared.right]
    likely = np.flatnonzero(compared.probability >= same)
    component = connected_components(distinct.company_count, left[likely], right[likely])
    may_be = (compared.probability >= review) | (component[left] == component[right])
    if len(wanted):
        may_be |= np.isin(_numbers(distinct, left, right), wanted)
    left_unlikely, right_unlikely = company[unlikely.left], company[unlikely.right]
    within = component[left_unlikely] == component[right_unlikely]
    place = np.concatenate([np.flatnonzero(may_be), np.flatnonzero(within) + len(left)])
    left = np.concatenate([left[may_be], left_unlikely[within]])
    right = np.concatenate([right[may_be], right_unlikely[within]])
    probability = np.concatenate([compared.probability[may_be], np.zeros(int(within.sum()))])
    best = likeliest(np.minimum(left, right), np.maximum(left, right), probability)
    place = place[best]
    return _Edges(
        place,
        np.concatenate([compared.left, unlikely.left])[place],
        np.concatenate([compared.right, unlikely.right])[place],
        probability[best],
    )


def _pairs(
    compared: ComparedPairs, distinct: DistinctRecords, edges: _Edges, least: float, wanted: Ints
) -> SimilarPairs:
    """The edges from a probability on, and the wanted ones, as pairs of records, explained."""
    company = distinct.company
    likely = edges.probability >= least
    if len(wanted):
        numbers = _numbers(distinct, company[edges.left], company[edges.right])
        likely |= np.isin(numbers, wanted)
    reported = np.flatnonzero(likely & (edges.place < len(compared.left)))
    left, right = distinct.row[edges.left[reported]], distinct.row[edges.right[reported]]
    return SimilarPairs(
        np.minimum(left, right),
        np.maximum(left, right),
        edges.probability[reported],
        compared.evidence(edges.place[reported]),
    )
