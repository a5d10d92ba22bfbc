"""The keys of companies, by which they are found again: those of the ledger, and those they have.

A key is written as an `account_id` is, `<kind>:<value>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    elements_of,
    flags,
    from_numpy,
    places_of,
    repeated,
    strings,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.identity import GIVEN, ID_COLUMNS, joined
from abmkit.errors import InputError

Ints = npt.NDArray[Any]

ACCOUNT, KEY = "account", "key"
NOBODY = -1
# Kinds of keys by their strength.
IS_GIVEN, IS_REGISTRY_ID, IS_DOMAIN, IS_PLACED_NAME, IS_NAME, IS_PLACE_IN_ORDER = range(6)
KINDS = 6


UNLISTED = "it names accounts that it does not list"
NO_ROOT = "an account was merged into one that is none"
"""What may be wrong with a ledger's rows."""


@dataclass(frozen=True)
class LedgerKeys:
    """The ledger by numbers: of accounts those of their rows, of keys those of theirs."""

    accounts: pa.Table
    """The ledger's rows of accounts."""
    known: pa.Table
    """Its rows of keys."""
    ids: pa.StringArray
    """(n_accounts,) the id of each account."""
    root: Ints
    """(n_accounts,) int64: the account that each account is now."""
    since: Ints
    """(n_accounts,) int64: the day on which each was new."""
    keys: pa.StringArray
    """(n_keys,) the text of each key."""
    owner: Ints
    """(n_keys,) int64: the account that each key leads to, as it was then."""

    @classmethod
    def of(cls, rows: pa.Table) -> LedgerKeys:
        """Those of a ledger's rows. Raises InputError where these contradict one another."""
        is_account = pc.equal(rows["kind"], strings([ACCOUNT])[0])
        accounts = rows.filter(is_account).combine_chunks()
        known = rows.filter(pc.invert(is_account)).combine_chunks()
        ids, keys = whole(accounts["key"]), whole(known["key"])
        root = places_of(whole(accounts["account_id"]), ids)
        owner = places_of(whole(known["account_id"]), ids)
        if (root < 0).any() or (owner < 0).any():
            raise foreign(UNLISTED)
        if (root[root] != root).any():
            raise foreign(NO_ROOT)
        days = to_numpy(whole(accounts["since"]).cast("int32")).astype("int64")
        return cls(accounts, known, ids, root, days, keys, owner)

    def ranks(self) -> Ints:
        """(n_keys,) int64: the rank of each key, by how it is written."""
        ranks = np.full(len(self.keys), IS_REGISTRY_ID, dtype="int64")
        for prefix, rank in (
            (GIVEN, IS_GIVEN),
            ("domain:", IS_DOMAIN),
            ("name:", IS_NAME),
        ):
            ranks[flags(pc.starts_with(self.keys, prefix))] = rank
        names = np.flatnonzero(ranks == IS_NAME)
        placed = flags(pc.match_like(self.keys.take(from_numpy(names)), "%@__"))
        ranks[names[placed]] = IS_PLACED_NAME
        by_place = pc.or_(pc.starts_with(self.keys, "row:"), pc.match_substring(self.keys, "~"))
        ranks[flags(by_place)] = IS_PLACE_IN_ORDER
        return ranks


def foreign(why: str) -> InputError:
    """The error for a table that is no ledger."""
    return InputError(
        "is no ledger of ids: {why}",
        remedy="name the ledger.parquet of a run; without one, ids start afresh",
        why=why,
    )


@dataclass(frozen=True)
class CompanyKeys:
    """The keys that companies have now, each once per company."""

    company: Ints
    """(n,) int64: the company."""
    key: Ints
    """(n,) int64: the key's row among the ledger's keys, or a number above them."""
    rank: Ints
    """(n,) int64: the kind of key, by its strength."""
    shared: Ints
    """(n,) bool: whether several companies have the key, so that it is nobody's."""
    texts: pa.StringArray
    """The texts of the keys above the ledger's, in the order of their numbers."""

    @classmethod
    def of(
        cls,
        records: pa.Table,
        labels: Ints,
        usual: pa.StringArray,
        ledger: LedgerKeys,
        elsewhere: pa.StringArray | None = None,
    ) -> CompanyKeys:
        """Those of the records' companies, whose ids are `usual` without a ledger.

        Keys that others have `elsewhere` are shared.
        """
        company, rank, texts = _keys_of_companies(records, labels)
        key, texts = _numbered_above(texts, ledger.keys)
        size = len(usual)
        _, first = np.unique(key * size + company, return_index=True)
        company, key, rank = company[first], key[first], rank[first]
        again = key[1:] == key[:-1]
        shared = np.zeros(len(key), dtype=bool)
        shared[1:] |= again
        shared[:-1] |= again
        if elsewhere is not None and len(elsewhere):
            among = places_of(texts, elsewhere) >= 0
            shared |= np.concatenate([np.zeros(len(ledger.keys), dtype=bool), among])[key]
        keys = cls(company, key, rank, shared, texts)
        return keys._with_places_in_order(usual, ledger)

    def _with_places_in_order(self, usual: pa.StringArray, ledger: LedgerKeys) -> CompanyKeys:
        """A company that has nothing of its own is known by its place among those like it."""
        own = np.zeros(len(usual), dtype=bool)
        own[self.company[~self.shared]] = True
        alike = np.flatnonzero(~own)
        if not len(alike):
            return self
        texts, known = self.texts, len(ledger.keys)
        places = usual.take(from_numpy(alike))
        key = known + len(texts) + np.arange(len(alike))
        for numbers, keys in (
            (np.arange(len(texts)) + known, texts),
            (np.arange(known), ledger.keys),
        ):
            among = places_of(keys, places)
            key[among[among >= 0]] = numbers[among >= 0]
        free = ~np.isin(key, self.key[~self.shared])
        count = int(free.sum())
        return CompanyKeys(
            np.concatenate([self.company, alike[free]]),
            np.concatenate([self.key, key[free]]),
            np.concatenate([self.rank, np.full(count, IS_PLACE_IN_ORDER)]),
            np.concatenate([self.shared, np.zeros(count, dtype=bool)]),
            pa.concat_arrays([texts, places]),
        )

    def texts_of(self, keys: Ints, ledger: LedgerKeys) -> pa.StringArray:
        """The texts of keys by their numbers."""
        above = keys - len(ledger.keys)
        known = np.where(above < 0, keys, NOBODY)
        return pc.coalesce(
            ledger.keys.take(where_known(known)), self.texts.take(where_known(above))
        )


def _keys_of_companies(records: pa.Table, labels: Ints) -> tuple[Ints, Ints, pa.StringArray]:
    """Every key of every record: the record's company, the key's rank and its text."""
    parts = list(keys_of(records))
    none = np.empty(0, dtype="int64")
    company = np.concatenate([none, *(labels[rows] for _, rows, _ in parts)])
    rank = np.concatenate([none, *(np.full(len(rows), rank) for rank, rows, _ in parts)])
    return company, rank, pa.concat_arrays([strings([]), *(texts for *_, texts in parts)])


def keys_of(records: pa.Table) -> Iterable[tuple[int, Ints, pa.StringArray]]:
    """Every key of the records, strongest kind first: its rank, the rows that have one, and what.

    Reads those of `account_id` (where it begins with `id:`), `registry_ids`, `domain`,
    `other_domains`, and `name_key` with `country`, that are there.
    """
    count = records.num_rows
    column = {
        name: whole(records[name])
        for name in ("other_domains", *ID_COLUMNS)
        if name in records.column_names and records[name].null_count < count
    }
    if "account_id" in column:
        given = column["account_id"]
        rows = np.flatnonzero(flags(pc.starts_with(given, GIVEN)))
        yield IS_GIVEN, rows, given.take(from_numpy(rows))
    if "registry_ids" in column:
        parents, ids = elements_of(column["registry_ids"])
        yield IS_REGISTRY_ID, parents, ids
    if "other_domains" in column:
        parents, sites = elements_of(column["other_domains"])
        yield IS_DOMAIN, parents, joined(repeated("domain:", len(sites)), sites)
    texts = []
    if "domain" in column:
        texts.append((IS_DOMAIN, joined(repeated("domain:", count), column["domain"])))
    if "name_key" in column:
        name = joined(repeated("name:", count), column["name_key"])
        if "country" in column:
            placed = joined(name, repeated("@", count), column["country"])
            texts.append((IS_PLACED_NAME, placed))
        texts.append((IS_NAME, name))
    for rank, text in texts:
        yield rank, np.flatnonzero(flags(pc.is_valid(text))), text.drop_null()


def _numbered_above(texts: pa.StringArray, known: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """The number of each text, its place among the known ones or one above, and the texts above."""
    if not len(texts):
        return np.empty(0, dtype="int64"), texts
    wide = pa.large_string()
    every = pa.concat_arrays([known.cast(wide), texts.cast(wide)]).dictionary_encode()
    count = len(known)
    numbers = to_numpy(every.indices)[count:].astype("int64")
    if count and every.indices[count - 1].as_py() != count - 1:
        raise foreign("it has a key twice")
    return numbers, every.dictionary[count:].cast(pa.string())
