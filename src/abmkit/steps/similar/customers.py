"""Customers as a market knows them, and what their own list says where it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    flags,
    from_flags,
    from_numpy,
    order_of,
    places_of,
    strings,
    where_known,
    whole,
)
from abmkit.domain.lookalikes.fields import Field

Floats = npt.NDArray[Any]
Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Customers:
    """Companies to resemble: what their own list says of them, and which accounts they are."""

    entries: pa.Table
    """A row for each, with the columns of accounts that are known."""
    accounts: Mapping[int, Sequence[str]]
    """The accounts that an entry is, by its number; others are not in the market."""
    weight: Floats | None = None
    """How much each counts, not below 0; all the same where none is given."""


def companies_of(
    market: pa.Table, fields: Sequence[Field], customers: Customers
) -> tuple[pa.Table, Floats, Floats, int]:
    """The companies as the market knows them, by their own list where it does not; the weight of
    each; which of the market's accounts they are; and how many entries are unknown altogether.

    Companies of which nothing is known are left out.
    """
    own = customers.entries
    given = np.ones(own.num_rows) if customers.weight is None else customers.weight
    ids = market["account_id"].combine_chunks()
    pairs = [(i, each) for i, those in sorted(customers.accounts.items()) for each in those]
    place = places_of(strings(each for _, each in pairs), ids)
    added: dict[int, float] = defaultdict(float)
    first: dict[int, int] = {}
    for (entry, _), row in zip(pairs, place.tolist(), strict=True):
        added[row] += float(given[entry])
        first.setdefault(row, entry)
    found = sorted(added)
    alone = [entry for entry in range(own.num_rows) if entry not in customers.accounts]
    rows = np.array([*found, *[-1] * len(alone)], dtype="int64")
    entries = np.array([*(first[row] for row in found), *alone], dtype="int64")
    weight = np.array([*(added[row] for row in found), *given[alone]], dtype="float64")
    table = _filled(market, own, fields, rows, entries)
    known = np.zeros(len(rows), dtype=bool)
    for field in fields:
        for column in field.columns:
            known |= flags(whole(table[column]).is_valid())
    kept = np.flatnonzero(known & (weight > 0))
    names = whole(table["name"]) if "name" in table.column_names else whole(table["account_id"])
    kept = kept[np.lexsort((order_of(names)[kept], -weight[kept]))]
    weight = weight[kept]
    # As many companies in sum as tell apart what a weighted mean of them does (Kish, 1965).
    scale = weight.sum() / (weight**2).sum() if len(weight) else 1.0
    at = np.zeros(market.num_rows, dtype=bool)
    at[found] = True
    unknown = int(np.count_nonzero(~known))
    return table.take(from_numpy(kept)).combine_chunks(), weight * scale, at, unknown


def _filled(
    market: pa.Table, own: pa.Table, fields: Sequence[Field], rows: Ints, entries: Ints
) -> pa.Table:
    """What the market says of some companies, field by field what their list does where the market
    says nothing."""
    table = market.take(where_known(rows))
    theirs = own.take(from_numpy(entries))
    groups = [field.columns for field in fields]
    for columns in (*groups, ("name",), ("account_id",)):
        there = [
            name
            for name in columns
            if name in theirs.column_names and name in table.column_names
            and theirs[name].type == table[name].type
        ]  # fmt: skip
        unknown = np.ones(len(rows), dtype=bool)
        for name in columns:
            if name in table.column_names:
                unknown &= ~flags(whole(table[name]).is_valid())
        for name in there:
            values = pc.if_else(from_flags(unknown), whole(theirs[name]), whole(table[name]))
            table = table.set_column(table.column_names.index(name), name, values)
    return table
