"""Records that were found to be companies, as the companies whose groups are looked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_numpy, to_numpy
from abmkit.domain.groups.hierarchy import COLUMNS, Hierarchy, hierarchy
from abmkit.domain.groups.parents import FOUND_BEFORE

Ints = npt.NDArray[Any]


def company_hierarchy(
    records: pa.Table, labels: Ints, ids: pa.StringArray, several: pa.Table
) -> tuple[pa.Table, Hierarchy]:
    """The companies with what tells their parents and their size, and who belongs to whom.

    `records` has those there are of `COLUMNS`, `labels` the number of each one's company, `ids` the
    companies' `account_id`; `several` is a row for each company of several records, in the order of
    their numbers. A company is found by the keys of any of its records.
    """
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    merged = sizes > 1
    places = first.copy()
    places[merged] = records.num_rows + np.arange(merged.sum())
    before = first.copy()
    before[merged] = _first_found_before(records, labels, np.flatnonzero(merged[labels]))
    columns = {"account_id": ids}
    for name in COLUMNS:
        if name in FOUND_BEFORE and name in records.column_names:
            columns[name] = records[name].combine_chunks().take(from_numpy(before))
        elif name in records.column_names and name not in columns:
            own = records[name].combine_chunks()
            values = [own]
            if merged.any():
                values.append(several[name].combine_chunks().cast(own.type))
            columns[name] = pa.concat_arrays(values).take(from_numpy(places))
    companies = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    by_id = companies.select(["account_id"])
    keyed = [(by_id, np.arange(companies.num_rows)), (records, labels)]
    return companies, hierarchy(companies, keyed)


def _first_found_before(records: pa.Table, labels: Ints, rows: Ints) -> Ints:
    """Of these rows the one of each company whose parents, found before, come first in order."""
    names = [name for name in FOUND_BEFORE if name in records.column_names]
    texts = {name: records[name].take(from_numpy(rows)) for name in names}
    parents = pa.table({"company": from_numpy(labels[rows]), **texts})
    keys = [(name, "ascending") for name in parents.column_names]
    order = rows[to_numpy(pc.sort_indices(parents, sort_keys=keys)).astype("int64")]
    _, first = np.unique(labels[order], return_index=True)
    kept: Ints = order[first]
    return kept
