"""The `account_id` of each company without a ledger, and what records are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    distinct_numbers,
    flags,
    from_numpy,
    numbered,
    order_of,
    repeated,
    strings,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.identity import ID_COLUMNS, identities, joined
from abmkit.domain.matching.distinct import content_numbers
from abmkit.domain.matching.similar import COLUMNS

Ints = npt.NDArray[Any]

_UNKNOWN = -1
TELLING = (*ID_COLUMNS, *COLUMNS, "name", "website")
"""What tells companies of one id apart."""


def company_ids(records: pa.Table, labels: Ints) -> pa.StringArray:
    """The `account_id` of each company: the smallest of its records' strongest kind of identity.

    `records` is in the order of `source` and `source_row`. A record alone keeps the id it has, so
    that a company stays what it was when it is seen again. A company without any identity is named
    after its first record; of several of one id all but one get a number after it (`numbering`).
    """
    ids = base_ids(records, labels)
    return made_distinct(ids, numbering(records, labels, ids))


def base_ids(records: pa.Table, labels: Ints) -> pa.StringArray:
    """The ids of `company_ids` as long as nobody else has the same."""
    size = int(labels.max(initial=-1)) + 1
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kinds = [*identities(records), row_names(records)]
    kept = [whole(records["account_id"])] if "account_id" in records.column_names else []
    chosen = pc.coalesce(*kept, *kinds).take(from_numpy(first))
    shared = np.flatnonzero(sizes[labels] > 1)
    if len(shared):
        rows = from_numpy(shared)
        smallest = _smallest([kind.take(rows) for kind in kinds], labels[shared], size)
        chosen = pc.coalesce(smallest, chosen)
    return chosen


def numbering(records: pa.Table, labels: Ints, ids: pa.StringArray) -> Ints:
    """(n_companies,) int64: the order in which companies of one id are numbered.

    By the source of their first record and by what the records of it say, so that the order of a
    source's rows changes no id; then by the first record.
    """
    _, first = np.unique(labels, return_index=True)
    codes = numbered(ids)
    alike = np.bincount(codes, minlength=1)[codes] > 1
    rows = np.flatnonzero(alike[labels])
    if not len(rows):
        return first
    some = records.take(from_numpy(rows))
    source = order_of(some["source"].combine_chunks().unique())[numbered(whole(some["source"]))]
    order = np.lexsort((rows, content_numbers(some, TELLING), source))
    place = np.empty(len(rows), dtype="int64")
    place[order] = np.arange(len(rows))
    result = np.full(len(first), len(rows), dtype="int64")
    np.minimum.at(result, labels[rows], place)
    return result


def record_ids(records: pa.Table) -> pa.StringArray:
    """What each record is called where its company's id says too little: its strongest identity."""
    return pc.coalesce(*identities(records), row_names(records))


def row_names(records: pa.Table) -> pa.StringArray:
    """Each record by its place in its source, `row:crm:7`."""
    count = records.num_rows
    row = pc.cast(whole(records["source_row"]), pa.string())
    source = whole(records["source"])
    return joined(repeated("row:", count), source, repeated(":", count), row)


def _smallest(kinds: Sequence[pa.StringArray], labels: Ints, size: int) -> pa.StringArray:
    """The smallest text of each company's first kind that it has; null for other companies."""
    texts = pa.concat_arrays(list(kinds))
    ranks = np.empty(len(texts), dtype="int64")
    ranks[to_numpy(pc.sort_indices(texts)).astype("int64")] = np.arange(len(texts))
    known = flags(pc.is_valid(texts))
    chosen = np.full(size, _UNKNOWN, dtype="int64")
    for start in range(0, len(texts), len(labels)):
        rows = np.flatnonzero(known[start : start + len(labels)] & (chosen[labels] == _UNKNOWN))
        # The last assignment stays, so the smallest is assigned last.
        rows = rows[np.argsort(-ranks[start + rows], kind="stable")]
        chosen[labels[rows]] = start + rows
    return texts.take(where_known(chosen))


def made_distinct(
    ids: pa.StringArray, order: Ints, taken: pa.StringArray | None = None
) -> pa.StringArray:
    """The ids, those numbered that a company before it in `order` has, or that are `taken`."""
    codes = numbered(ids)
    free = taken is None or not pc.any(pc.is_in(ids, value_set=taken), min_count=0).as_py()
    if free and len(distinct_numbers(codes)) == len(codes):
        return ids
    names = ids.to_pylist()
    known, used = set(names), set(taken.to_pylist() if taken is not None else ())
    numbers: dict[str, int] = {}
    for company in np.argsort(order, kind="stable").tolist():
        name = names[company]
        while names[company] in used:
            numbers[name] = numbers.get(name, 1) + 1
            again = f"{name}~{numbers[name]}"
            names[company] = name if again in known else again
        used.add(names[company])
    return strings(names)
