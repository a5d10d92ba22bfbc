"""Groups of companies: each account's parent, the ultimate one, and what a group adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_numpy, order_of, to_numpy, where_known
from abmkit.domain.groups.outside import NOBODY
from abmkit.domain.groups.parents import FOUND_BEFORE, KEYS, PARENT, Keyed, named_parents

Ints = npt.NDArray[Any]

SIZES = ("employees", "revenue")
COLUMNS = tuple(dict.fromkeys((*KEYS, *PARENT, *FOUND_BEFORE, *SIZES)))
"""The columns that a hierarchy is read from."""
ADDED = (
    "parent_account_id",
    "ultimate_parent_id",
    "group_accounts",
    "group_employees",
    "group_revenue",
)
"""The columns that say of an account which group it belongs to."""
_MOST_NAMED = 5


@dataclass(frozen=True)
class Hierarchy:
    """Who belongs to whom. Companies are numbered: the accounts by their rows, then the parents
    that are no accounts."""

    parent: Ints
    """(n_companies,) int64: each company's parent, -1 where it has none."""
    top: Ints
    """(n_companies,) int64: each company's ultimate parent: itself where it has no parent."""
    outside: pa.StringArray
    """What the parents are called that are no accounts."""
    ambiguous: Ints
    """The accounts whose parent could be any of several companies, so is none."""
    circles: tuple[tuple[int, ...], ...]
    """Accounts that are one another's parents, each circle from the one that was put at the top."""

    @property
    def in_group(self) -> Ints:
        """Whether each account has a parent or is one."""
        has = self.parent != NOBODY
        is_one = np.zeros(len(self.parent), dtype=bool)
        is_one[self.parent[has]] = True
        count = len(self.parent) - len(self.outside)
        belongs: Ints = (has | is_one)[:count]
        return belongs

    def below(self, companies: Ints) -> Ints:
        """Whether each company is one of those flagged or has one of them above it."""
        held, up = companies.copy(), _upwards(self.parent)
        while True:
            further = up[up]
            held |= held[up]
            if (further == up).all():
                return held
            up = further


def has_parents(columns: Sequence[str]) -> bool:
    """Whether any column names a parent."""
    return any(name in columns for name in (*PARENT, *FOUND_BEFORE))


def hierarchy(accounts: pa.Table, keyed: Sequence[Keyed] | None = None) -> Hierarchy:
    """Each account's parent and ultimate parent, in no way that depends on the order of rows.

    `accounts` has `account_id` and those there are of `COLUMNS`; `keyed` are the tables that
    accounts are found in, where that is not `accounts` itself. Where accounts are one another's
    parents, the largest is put at the top.
    """
    if keyed is None:
        keyed = [(accounts, np.arange(accounts.num_rows))]
    named = named_parents(accounts, keyed)
    parent = np.concatenate([named.number, np.full(len(named.outside), NOBODY, dtype="int64")])
    top = _tops(parent)
    circles = _circles(parent, top, accounts) if (parent[top] != NOBODY).any() else ()
    if circles:
        parent[[circle[0] for circle in circles]] = NOBODY
        top = _tops(parent)
    return Hierarchy(parent, top, named.outside, named.ambiguous, circles)


def _upwards(parent: Ints) -> Ints:

    return np.where(parent == NOBODY, np.arange(len(parent)), parent)


def _tops(parent: Ints) -> Ints:
    """Where each chain of parents ends; somewhere in the circle where it leads into one."""
    up = _upwards(parent)
    for _ in range(max(len(parent), 1).bit_length()):
        up = up[up]
    return up


def _circles(parent: Ints, top: Ints, accounts: pa.Table) -> tuple[tuple[int, ...], ...]:

    rank = np.empty(accounts.num_rows, dtype="int64")
    rank[by_size(accounts)] = np.arange(accounts.num_rows)
    ends = np.unique(top)
    left = ends[parent[ends] != NOBODY]
    seen: set[int] = set()
    circles = []
    # The largest of a circle is met first.
    for start in left[np.argsort(rank[left])].tolist():
        circle = []
        while start not in seen:
            seen.add(start)
            circle.append(start)
            start = int(parent[start])
        if circle:
            circles.append(tuple(circle))
    return tuple(circles)


def by_size(accounts: pa.Table) -> Ints:
    """The rows from the largest: by employees, then revenue, unknown last, then `account_id`."""
    place = order_of(accounts["account_id"].combine_chunks())
    employees, revenue = (_numbers(accounts, name) for name in SIZES)
    return np.lexsort((place, -revenue, -employees))


def _numbers(accounts: pa.Table, column: str) -> Ints:
    """A column's numbers, NaN where they are unknown."""
    if column not in accounts.column_names:
        return np.full(accounts.num_rows, np.nan)
    values = accounts[column].combine_chunks().cast(pa.float64())
    return np.where(flags(values.is_valid()), to_numpy(values), np.nan)


# Of records that are companies -------------------------------------------------------------------


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


# What groups add up to ---------------------------------------------------------------------------


def group_columns(accounts: pa.Table, groups: Hierarchy) -> pa.Table:
    """The accounts that belong to a group, by `account_id`, with `ADDED`.

    `parent_account_id` is the parent where it is an account; `ultimate_parent_id` the top of the
    chain of parents, itself where it is the top, or what a parent is called that is no account
    (`lei:…`, `id:…`, `domain:…`, `name:…`). `group_accounts` counts the group's accounts.
    `group_employees` and `group_revenue` are the group's: a parent's own figure is usually
    consolidated, so each company counts with the larger of its own figure and the sum of its
    subsidiaries', and never with both; null where none is known.
    """
    count = accounts.num_rows
    rows = np.flatnonzero(groups.in_group)
    ids = accounts["account_id"].combine_chunks().cast(pa.string())
    names = pa.concat_arrays([ids, groups.outside])
    parent, top = groups.parent[rows], groups.top[rows]
    sizes = np.bincount(groups.top[:count], minlength=len(groups.parent))
    employees, revenue = (_rolled_up(_numbers(accounts, name), groups)[top] for name in SIZES)
    people = pa.nulls(len(rows), pa.int64())
    if len(rows):
        people = pc.round(_known(employees)).cast(pa.int64())
    return pa.Table.from_arrays(
        [
            ids.take(from_numpy(rows)),
            names.take(where_known(np.where(parent < count, parent, NOBODY))),
            names.take(from_numpy(top)),
            from_numpy(sizes[top]),
            people,
            _known(revenue),
        ],
        names=["account_id", *ADDED],
    )


def _known(values: Ints) -> pa.DoubleArray:
    """Doubles with null for NaN."""
    known = ~np.isnan(values)
    places = np.full(len(values), NOBODY, dtype="int64")
    places[known] = np.arange(known.sum())
    return from_numpy(values[known].astype("float64")).take(where_known(places))


def _rolled_up(own: Ints, groups: Hierarchy) -> Ints:
    """Per company the larger of its own figure and the sum of its subsidiaries', rolled up."""
    total = np.concatenate([own, np.full(len(groups.outside), np.nan)])
    depth = _depths(groups.parent)
    children = np.flatnonzero(groups.parent != NOBODY)
    children = children[np.argsort(-depth[children], kind="stable")]
    ends = np.flatnonzero(np.diff(depth[children])) + 1
    for level in np.split(children, ends):
        level = level[~np.isnan(total[level])]
        if not len(level):
            continue
        # In the order of the values, so that sums do not depend on the order of rows.
        level = level[np.lexsort((total[level], groups.parent[level]))]
        parents, first = np.unique(groups.parent[level], return_index=True)
        total[parents] = np.fmax(total[parents], np.add.reduceat(total[level], first))
    return total


def _depths(parent: Ints) -> Ints:
    """How many parents each company has above it."""
    depth: Ints = (parent != NOBODY).astype("int64")
    up = _upwards(parent)
    while True:
        further = up[up]
        depth = depth + depth[up]
        if (further == up).all():
            return depth
        up = further


def heads(accounts: pa.Table, groups: Hierarchy) -> Ints:
    """The row that stands for each account's group: the ultimate parent's, or its largest member's.

    An account in no group stands for itself.
    """
    count = accounts.num_rows
    order = by_size(accounts)[::-1]
    largest = np.arange(len(groups.parent))
    # The last assignment stays, so the largest is assigned last.
    largest[groups.top[order]] = order
    top = groups.top[:count]
    head: Ints = np.where(top < count, top, largest[top])
    return head


def unclear_parents(accounts: pa.Table, groups: Hierarchy) -> list[str]:
    """What a person should know of parents that could not be followed."""
    texts = []
    ids = accounts["account_id"].combine_chunks()

    def named(rows: Sequence[int]) -> str:
        names = sorted(ids.take(from_numpy(np.array(rows, dtype="int64"))).to_pylist())
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        return ", ".join(names[:_MOST_NAMED]) + more

    if len(groups.ambiguous):
        texts.append(
            f"the parent of {len(groups.ambiguous):,} accounts could be any of several companies "
            f"and was not followed: {named(groups.ambiguous.tolist())}"
        )
    circles = sorted((ids[circle[0]].as_py(), named(circle)) for circle in groups.circles)
    for top, members in circles[:_MOST_NAMED]:
        texts.append(f"accounts are one another's parents, {top} was put at the top: {members}")
    if len(circles) > _MOST_NAMED:
        texts.append(f"and {len(circles) - _MOST_NAMED:,} more circles of parents")
    return texts
