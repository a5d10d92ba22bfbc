"""The wide rows of records as companies: one alone stays as it is, several are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    from_flags,
    from_numpy,
    int64s,
    no_lists,
    scalar,
    sets_of,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.companies.survivorship import OTHERS, RECORD, Overridden, golden_records
from abmkit.domain.frames import Frame, attached, collected, like, without
from abmkit.domain.values.domains import with_own_sites
from abmkit.errors import InputError

Ints = npt.NDArray[Any]

ADDED = ("merged_records", "sources")
"""The columns that say what a company's row was made of."""
ID, COUNT, SOURCES, ALONE = "__account_id", "__records", "__sources", "__alone"
"""What `company_columns` adds: `account_id`, `merged_records`, `sources` as one text, and whether
the record is its company's only one."""


@dataclass(frozen=True)
class MergedRows:
    """One row per company, as a frame."""

    accounts: Frame
    """With the columns `ID`, `COUNT`, `SOURCES`, `ALONE` and `RECORD`."""
    several: pa.Table
    """Of these the companies of several records, in the order of their numbers."""
    fields: pa.ListArray
    """(n_records,) what each record gave, null where it is alone."""
    overruled: pa.ListArray
    """(n_records,) what each record knew otherwise."""
    overridden: tuple[Overridden, ...] = ()
    """Where a preference of the config keeps what protects less."""


def merged_rows(
    frame: Frame,
    records: pa.Table,
    labels: Ints,
    ids: pa.StringArray,
    sources: Sequence[str],
    prefer: dict[str, Sequence[str] | Literal["newest"]],
) -> MergedRows:
    """The wide rows as companies: a record alone stays as it is, the others are merged."""
    alone = _sizes(labels)[labels] == 1
    company = company_columns(records, labels, ids)
    for column, others in OTHERS.items():
        if column in frame.columns and others not in frame.columns:
            # What is overruled needs a place to go.
            company = company.append_column(others, no_lists(records.num_rows))
    frame = attached(without(frame, ("account_id", *ADDED)), company, RECORD, ordered=False)
    fields = overruled = no_lists(records.num_rows)
    overridden: tuple[Overridden, ...] = ()
    parts = []
    several = records.slice(0, 0)
    if alone.any() or not len(alone):
        parts.append(frame.filter(nw.col(ALONE)))
    if not alone.all():
        rows = with_own_sites(in_record_order(collected(frame.filter(~nw.col(ALONE)))))
        golden = golden_records(rows, _compact(labels[~alone]), sources, prefer)
        several, overridden = golden.accounts, golden.overridden
        parts.append(_in_types_of(frame, like(frame, several.select(frame.columns))))
        fields, overruled = _placed(golden.fields, alone), _placed(golden.overruled, alone)
    whole = nw.concat(parts) if len(parts) > 1 else parts[0]  # type: ignore[type-var]
    return MergedRows(whole, several, fields, overruled, overridden)


def _in_types_of(frame: Frame, other: Frame) -> Frame:
    """Another frame of the same columns in the types that the first has them in."""
    types, others = frame.collect_schema(), other.collect_schema()
    return other.with_columns(
        nw.col(name).cast(dtype) for name, dtype in types.items() if dtype != others[name]
    )


def _sizes(labels: Ints) -> Ints:

    return np.bincount(labels, minlength=1)


def _compact(labels: Ints) -> Ints:

    return np.unique(labels, return_inverse=True)[1]


def company_columns(records: pa.Table, labels: Ints, ids: pa.StringArray) -> pa.Table:
    """What each record's company is, by `source` and `source_row`."""
    sizes = _sizes(labels)
    counts = sizes
    if "merged_records" in records.column_names:
        counts = _totals(records["merged_records"], labels)
    return pa.Table.from_arrays(
        [
            *(records[column] for column in RECORD),
            ids.take(from_numpy(labels)),
            from_numpy(counts[labels]),
            _sources(records, labels, sizes),
            from_flags(sizes[labels] == 1),
        ],
        names=[*RECORD, ID, COUNT, SOURCES, ALONE],
    )


def _totals(counts: pa.ChunkedArray, labels: Ints) -> Ints:

    known = to_numpy(pc.fill_null(counts.combine_chunks(), int64s([1])[0]))
    return np.bincount(labels, weights=known).astype("int64")


def _sources(records: pa.Table, labels: Ints, sizes: Ints) -> pa.StringArray:
    """The sources of each record's company, in order of their names, joined by `;`."""
    one = whole(records["source"])
    texts, separator = one, scalar(";")
    if "sources" in records.column_names:
        texts = pc.coalesce(pc.binary_join(whole(records["sources"]), separator), one)
    shared = np.flatnonzero(sizes[labels] > 1)
    if not len(shared):
        return texts
    every = pc.split_pattern(texts.take(from_numpy(shared)), separator.as_py())
    _, company = np.unique(labels[shared], return_inverse=True)
    company = company.reshape(-1)
    of = company[to_numpy(pc.list_parent_indices(every)).astype("int64")]
    several = sets_of(of, pc.list_flatten(every), int(company.max()) + 1)
    places = np.full(len(labels), -1, dtype="int64")
    places[shared] = company
    return pc.coalesce(pc.binary_join(several, separator).take(where_known(places)), texts)


def _placed(given: pa.ListArray, alone: Ints) -> pa.ListArray:

    places = np.full(len(alone), -1, dtype="int64")
    places[~alone] = np.arange(len(given))
    return given.take(where_known(places))


def in_record_order(records: pa.Table) -> pa.Table:
    """The records by `source` and `source_row`."""
    return records.sort_by([(column, "ascending") for column in RECORD]).combine_chunks()


def check_told_apart(records: pa.Table) -> None:
    """Raise InputError where two records, which are in order, have one `source` and row, or one
    has no row."""
    source, row = (records[column].combine_chunks() for column in RECORD)
    if row.null_count:
        known = len(row) - row.null_count
        raise InputError(
            "{without:,} records have no source_row, {known:,} have one",
            remedy="leave the column out, or number all rows",
            without=row.null_count,
            known=known,
        )
    if len(row) < 2:
        return
    twice = pc.and_(pc.equal(source[1:], source[:-1]), pc.equal(row[1:], row[:-1]))
    if pc.any(twice).as_py():
        first = twice.to_pylist().index(True)
        raise InputError(
            "two records are both row {row} of source {source!r}",
            remedy="give each source its own name",
            row=row[first].as_py(),
            source=source[first].as_py(),
        )
