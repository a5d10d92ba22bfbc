"""What a list of companies means for the groups they belong to: who is below, who is beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_numpy, strings
from abmkit.domain.frames import Frame, collected
from abmkit.domain.groups.hierarchy import COLUMNS, Hierarchy, has_parents, hierarchy
from abmkit.domain.groups.parents import entries_named

Ints = npt.NDArray[Any]

_MOST_NAMED = 5


@dataclass(frozen=True)
class Part:
    """An account in the group of companies that are on a list."""

    group: int
    """The number of the group."""
    through: tuple[str, ...]
    """The companies on the list, as a person would name them."""


@dataclass(frozen=True)
class Families:
    """The accounts of a frame with their groups."""

    accounts: pa.Table
    hierarchy: Hierarchy

    @classmethod
    def of(cls, frame: Frame) -> Families | None:
        """The groups that a frame's accounts belong to; None where no column names a parent."""
        if not has_parents(frame.columns):
            return None
        columns = [name for name in (*COLUMNS, "name") if name in frame.columns]
        accounts = collected(frame.select(columns))
        return cls(accounts, hierarchy(accounts))

    def _rows(self, ids: Iterable[str]) -> Ints:
        wanted = strings(sorted(ids))
        return np.flatnonzero(flags(pc.is_in(self.accounts["account_id"], value_set=wanted)))

    def _ids(self, rows: Ints) -> list[str]:
        ids: list[str] = self.accounts["account_id"].take(from_numpy(rows)).to_pylist()
        return ids

    def _meant(self, ids: Iterable[str], entries: pa.Table) -> tuple[Ints, list[str]]:
        """The companies that a list means, each with its name: accounts, and parents that are none.

        A parent that is no account is on the list where any account names it as an entry is named.
        """
        rows = self._rows(ids)
        names = _called(self.accounts.take(from_numpy(rows)))
        count = self.accounts.num_rows
        naming = np.flatnonzero(self.hierarchy.parent[:count] >= count)
        entry = entries_named(self.accounts.take(from_numpy(naming)), entries)
        parents, entry = self.hierarchy.parent[naming][entry >= 0], entry[entry >= 0]
        # The first entry names a parent, however many accounts lead to it.
        order = np.lexsort((entry, parents))
        parents, first = np.unique(parents[order], return_index=True)
        names += _called(entries.take(from_numpy(entry[order][first])))
        return np.concatenate([rows, parents]).astype("int64"), names

    def below(self, ids: Iterable[str], entries: pa.Table) -> set[str]:
        """The accounts with a company of the list above them, however far."""
        held = np.zeros(len(self.hierarchy.parent), dtype=bool)
        held[self._meant(ids, entries)[0]] = True
        return set(self._ids(np.flatnonzero(self.hierarchy.below(held)[: self.accounts.num_rows])))

    def beside(self, ids: Iterable[str], entries: pa.Table) -> dict[str, Part]:
        """The other accounts in the groups of a list's companies: above, below and beside."""
        companies, names = self._meant(ids, entries)
        through = defaultdict(list)
        for group, name in zip(self.hierarchy.top[companies].tolist(), names, strict=True):
            through[group].append(name)
        named = {group: _the_first(names) for group, names in through.items()}
        tops = self.hierarchy.top[: self.accounts.num_rows]
        inside = np.isin(tops, np.array(sorted(named), dtype="int64"))
        inside[companies[companies < len(inside)]] = False
        rows = np.flatnonzero(inside)
        groups = tops[rows].tolist()
        parts = zip(self._ids(rows), groups, strict=True)
        return {account_id: Part(group, named[group]) for account_id, group in parts}


def _the_first(names: Iterable[str]) -> tuple[str, ...]:
    several = sorted(set(names))
    rest = len(several) - _MOST_NAMED
    return tuple(several[:_MOST_NAMED] + ([f"and {rest:,} more"] if rest > 0 else []))


def _called(companies: pa.Table) -> list[str]:
    """What a person would name companies by: the name with the id, or what else is known.

    A semicolon parts the elements of a list, so a name has none.
    """
    count = companies.num_rows
    known = {
        name: companies[name].to_pylist() if name in companies.column_names else [None] * count
        for name in ("account_id", "name", "domain", "name_key", "registry_ids")
    }
    called = []
    for account_id, name, domain, key, ids in zip(*known.values(), strict=True):
        title = name or domain or key or (ids[0] if ids else None)
        both = f"{title} ({account_id})" if title and account_id else None
        text = both or title or account_id or "unnamed"
        called.append(text.replace(";", ","))
    return called
