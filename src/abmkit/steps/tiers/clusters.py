"""Clusters: accounts of `1:few` in groups that are worked together, and what each shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.clusters import Clusters
from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import flags, from_numpy, order_of, scalar, strings, whole
from abmkit.domain.clusters.grouping import Bounds, Group, grouped
from abmkit.domain.clusters.shares import Shared, shared
from abmkit.domain.clusters.values import Value, Values, check_single, in_order, named, values_of
from abmkit.domain.frames import attached, collected, column_in, opened, without
from abmkit.schema.accounts import in_order as columns_in_order

FEW, BY = "1:few", "tier.clusters.by"
CLUSTERED = ("cluster", "cluster_shares")
_TELLING = (
    "industry", "region", "country", "city", "employees", "revenue", "technologies",
    "company_type", "ownership", "listed", "founded_year", "parent_name", "segment",
)  # fmt: skip
"""What members may share, beside what they are grouped by."""


@dataclass(frozen=True)
class Cluster:
    """A group, and what it is called after."""

    within: tuple[str, str | None] | None
    """The column that capacity is counted by, and its value; None where there is none."""
    parts: tuple[tuple[str, tuple[Value | None, ...]], ...]
    """Per column the values of its members, None for unknown; none where they are many."""
    number: int
    """Which it is of those with the same parts, from 1."""
    shares: tuple[Shared, ...]


@dataclass(frozen=True)
class Clustered:
    """All clusters of a list, and who is in which."""

    clusters: list[Cluster]
    account_id: pa.StringArray
    cluster: pa.Int64Array
    """The place of each account's cluster."""


def clusters_of(accounts: Any, tiers: Tiers) -> Clustered:
    """The clusters of tiered accounts, by the config's `clusters`; none without it.

    Every account in a tier whose strategy is `1:few` is in one. Reads `account_id`, `tier`,
    `strategy`, the columns that `within` and `clusters.by` name, and of those on the list what they
    may share. Raises `ColumnError` for a column that is neither canonical nor there, `UsageError`
    for one that holds lists.
    """
    config = tiers.clusters
    frame = opened(accounts)
    if config is None:
        return Clustered([], strings([]), from_numpy(np.zeros(0, dtype="int64")))
    by = {name: column_in(frame.columns, name, where=BY) for name in config.by}
    within = None
    if tiers.within is not None:
        within = column_in(frame.columns, tiers.within, where="tier.within")
    # By that they are apart already.
    by = {name: column for name, column in by.items() if column is None or column != within} or by
    read = dict.fromkeys(c for c in (*by.values(), within) if c is not None)
    read |= dict.fromkeys(name for name in _TELLING if name in frame.columns)
    names = dict.fromkeys(["account_id", "strategy", *read])
    listed = collected(frame.filter(~nw.col("tier").is_null()).select(list(names)))
    for column in by.values():
        if column is not None:
            check_single(column, listed[column], BY)
    columns = {name: values_of(name, listed[name]) for name in read}
    none = values_of("", pa.nulls(listed.num_rows, pa.string()))
    levels = {name: none if column is None else columns[column] for name, column in by.items()}
    few = np.flatnonzero(flags(pc.equal(whole(listed["strategy"]), scalar(FEW))))
    few = few[np.argsort(order_of(whole(listed["account_id"]).take(from_numpy(few))))]
    places = none if within is None else columns[within]
    made = list(_groups(few, places, list(levels.values()), config))
    apart = [each for name, each in columns.items() if name != within]
    return _found(made, few, listed, tiers, list(levels.items()), apart)


def _groups(
    few: Any, places: Values, levels: Sequence[Values], config: Clusters
) -> Iterator[tuple[Value | None, Group]]:
    """The groups of each place, their rows by place among `few`."""
    bounds = Bounds(config.min_size, config.max_size)
    numbers = [in_order(each, few) for each in levels]
    place = in_order(places, few)
    for number in np.unique(place).tolist():
        rows = np.flatnonzero(place == number)
        (value,) = named(places, [number])
        for group in grouped(numbers, rows, bounds):
            yield value, group


def _found(
    made: Sequence[tuple[Value | None, Group]],
    few: Any,
    listed: pa.Table,
    tiers: Tiers,
    levels: Sequence[tuple[str, Values]],
    columns: Sequence[Values],
) -> Clustered:
    member = np.full(listed.num_rows, -1, dtype="int64")
    for number, (_, group) in enumerate(made):
        member[few[group.rows]] = number
    told = [
        {levels[part.level][1].column for part in group.parts if len(part.values) == 1}
        for _, group in made
    ]
    shares = shared(member, [len(g.rows) for _, g in made], columns, told)
    clusters = [
        Cluster(
            None if tiers.within is None else (tiers.within, None if v is None else str(v)),
            tuple((levels[p.level][0], named(levels[p.level][1], p.values)) for p in group.parts),
            group.number,
            tuple(its),
        )
        for (v, group), its in zip(made, shares, strict=True)
    ]
    ids = whole(listed["account_id"]).take(from_numpy(few))
    return Clustered(clusters, ids, from_numpy(member[few]))


def with_clusters(accounts: Any, found: Clustered, texts: Sequence[tuple[str, str | None]]) -> Any:
    """The accounts with `cluster` and `cluster_shares`, the texts of each cluster; null elsewhere.

    In whatever order the engine has them.
    """
    frame = without(opened(accounts), CLUSTERED)
    names, shares = strings(name for name, _ in texts), strings(share for _, share in texts)
    table = pa.Table.from_arrays(
        [found.account_id, names.take(found.cluster), shares.take(found.cluster)],
        names=["account_id", *CLUSTERED],
    )
    frame = attached(frame, table, "account_id", ordered=False)
    return nw.to_native(frame.select(columns_in_order(frame.columns)))
