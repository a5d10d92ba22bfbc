"""A person's decisions on which records are one company: they win over keys and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, strings
from abmkit.domain.companies.keys import keys_of
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys

Ints = npt.NDArray[Any]
KnownBy = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Decision:
    """That two companies are one, or are not."""

    left: str
    """One of them: an id as in `account_id` (`cik:1800`, `domain:acme.com`), a site or a name."""
    right: str
    verdict: Literal["same", "different"]
    by: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Decided:
    """What the decisions mean for some records, by their row numbers."""

    together: tuple[Ints, ...] = ()
    """Records that are one company."""
    apart: tuple[tuple[Ints, Ints], ...] = ()
    """Records of which the first are not the company that the second are."""
    unfollowed: tuple[tuple[Decision, str], ...] = ()
    """The decisions that name no record here, each with which of its names that is."""


def decided(
    records: pa.Table, decisions: Sequence[Decision], known_by: KnownBy | None = None
) -> Decided:
    """The records that decisions mean, found by their identities.

    Reads what `keys_of` reads. A name that no record has may be an id of before: `known_by` says
    what its account is known by. Two companies that are said to be the same and different at once
    stay apart.
    """
    if not decisions:
        return Decided()
    names = {name for each in decisions for name in (each.left, each.right)}
    rows = _rows_of(records, {name: [name] for name in names})
    absent = [name for name, found in rows.items() if not len(found)]
    if known_by is not None and absent:
        rows |= _rows_of(records, known_by(absent))
    together, apart, unfollowed = [], [], []
    for each in decisions:
        left, right = rows[each.left], rows[each.right]
        if not len(left) or not len(right):
            unfollowed.append((each, each.right if len(left) else each.left))
        elif each.verdict == "same":
            together.append(np.union1d(left, right))
        else:
            # A record that both names mean cannot be two companies.
            both = np.intersect1d(left, right)
            left, right = np.setdiff1d(left, both), np.setdiff1d(right, both)
            if len(left) and len(right):
                apart.append((left, right))
    return Decided(tuple(together), tuple(apart), tuple(unfollowed))


def _rows_of(records: pa.Table, called: Mapping[str, Sequence[str]]) -> dict[str, Ints]:
    """The rows that each name means, by the identities, sites and names that it is called."""
    meanings: dict[str, list[str]] = defaultdict(list)
    told = [(name, text) for name in sorted(called) for text in called[name]]
    wanted = strings(text for _, text in told)
    sites, keys = domains(wanted).to_pylist(), name_keys(wanted).to_pylist()
    for (name, text), site, key in zip(told, sites, keys, strict=True):
        meanings[text].append(name)
        if site is not None:
            meanings[f"domain:{site}"].append(name)
        if key is not None:
            meanings[f"name:{key}"].append(name)
    texts = strings(sorted(meanings))
    found: dict[str, list[int]] = {name: [] for name in called}
    for _, rows, values in keys_of(records):
        hit = pc.is_in(values, value_set=texts)
        for row, text in zip(
            rows[flags(hit)].tolist(), values.filter(hit).to_pylist(), strict=True
        ):
            for name in meanings[text]:
                found[name].append(row)
    return {name: np.unique(np.array(rows, dtype="int64")) for name, rows in found.items()}
