"""Records that were found to be companies, as the companies whose groups are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import flags, from_numpy, where_known
from abmkit.domain.hierarchy import COLUMNS, Hierarchy, hierarchy
from abmkit.domain.parents import FOUND

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]


def company_hierarchy(
    records: pa.Table, labels: Ints, ids: pa.StringArray, several: pa.Table
) -> tuple[pa.Table, Hierarchy]:
    """The companies with what tells their parents and their size, and who belongs to whom.

    `records` has those there are of `COLUMNS`, `labels` the number of each one's company, `ids` the
    companies' `account_id`; `several` is a row for each company of several records, in the order of
    their numbers. A company is found by what any of its records is known by.
    """
    import numpy as np
    import pyarrow as pa

    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    merged = sizes > 1
    places = first.copy()
    places[merged] = records.num_rows + np.arange(merged.sum())
    columns = {"account_id": ids}
    for name in COLUMNS:
        if name in FOUND and name in records.column_names:
            columns[name] = _first_known(records[name].combine_chunks(), labels, len(sizes))
        elif name in records.column_names and name not in columns:
            own = records[name].combine_chunks()
            both = [own]
            if merged.any():
                both.append(several[name].combine_chunks().cast(own.type))
            columns[name] = pa.concat_arrays(both).take(from_numpy(places))
    companies = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    by_id = companies.select(["account_id"])
    known_by = [(by_id, np.arange(companies.num_rows)), (records, labels)]
    return companies, hierarchy(companies, known_by)


def _first_known(values: pa.Array, labels: Ints, count: int) -> pa.Array:
    """Per company the value of its first record that knows it."""
    import numpy as np

    rows = np.flatnonzero(flags(values.is_valid()))[::-1]
    places = np.full(count, -1, dtype="int64")
    # The last assignment stays, so the first is assigned last.
    places[labels[rows]] = rows
    return values.take(where_known(places))
