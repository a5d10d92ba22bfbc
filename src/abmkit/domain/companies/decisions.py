"""A person's decisions on which records are one company: they win over keys and likeness."""

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
from abmkit.domain.companies.identified import rows_called
from abmkit.domain.companies.keys import keys_of
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.registry import registry_ids

Ints = npt.NDArray[Any]
KeysOfAccounts = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""Gives of ids of accounts the keys that these have in a ledger."""


@dataclass(frozen=True)
class Decision:
    """That two companies are one, or are not."""

    left: str
    """One of them: an id as in `account_id` (`cik:1800`, `domain:acme.com`) or a CRM, a site or a
    name."""
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
    records: pa.Table,
    decisions: Sequence[Decision],
    keys_of_accounts: KeysOfAccounts | None = None,
) -> Decided:
    """The records that decisions mean, found by their keys.

    Reads what `keys_of` reads, and `crm_id`; an id comes before sites and names. A name that no
    record has may be an id of before: its account is found by `keys_of_accounts`. Two companies
    that are said to be the same and different at once stay apart.
    """
    if not decisions:
        return Decided()
    names = {name for decision in decisions for name in (decision.left, decision.right)}
    rows = _rows_of(records, {name: [name] for name in names})
    absent = [name for name, own in rows.items() if not len(own)]
    if keys_of_accounts is not None and absent:
        rows |= _rows_of(records, keys_of_accounts(absent))
    together, apart, unfollowed = [], [], []
    for decision in decisions:
        left, right = rows[decision.left], rows[decision.right]
        if not len(left) or not len(right):
            unfollowed.append((decision, decision.right if len(left) else decision.left))
        elif decision.verdict == "same":
            together.append(np.union1d(left, right))
        else:
            # A record that both names mean cannot be two companies.
            both = np.intersect1d(left, right)
            left, right = np.setdiff1d(left, both), np.setdiff1d(right, both)
            if len(left) and len(right):
                apart.append((left, right))
    return Decided(tuple(together), tuple(apart), tuple(unfollowed))


def _rows_of(records: pa.Table, texts_of: Mapping[str, Sequence[str]]) -> dict[str, Ints]:
    """The rows that each name means, by the keys, sites and company names that stand for it."""
    every = sorted({text for texts in texts_of.values() for text in texts})
    by_id = rows_called(records, every)
    meanings: dict[str, list[str]] = defaultdict(list)
    named = [(name, text) for name in sorted(texts_of) for text in texts_of[name]]
    texts = strings(text for _, text in named)
    readings = zip(
        named, *(read.to_pylist() for read in (registry_ids(texts)[0], domains(texts),
        name_keys(texts))), strict=True,
    )  # fmt: skip
    for (name, text), registry_id, site, name_key in readings:
        if text in by_id:
            continue
        meanings[registry_id or text].append(name)
        if site is not None:
            meanings[f"domain:{site}"].append(name)
        if name_key is not None:
            meanings[f"name:{name_key}"].append(name)
    wanted = strings(sorted(meanings))
    rows_of: dict[str, list[int]] = {
        name: [row for text in texts_of[name] if text in by_id for row in by_id[text].tolist()]
        for name in texts_of
    }
    for _, rows, keys in keys_of(records):
        hit = pc.is_in(keys, value_set=wanted)
        for row, key in zip(rows[flags(hit)].tolist(), keys.filter(hit).to_pylist(), strict=True):
            for name in meanings[key]:
                rows_of[name].append(row)
    return {name: np.unique(np.array(rows, dtype="int64")) for name, rows in rows_of.items()}
