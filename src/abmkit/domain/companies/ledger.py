"""The ledger of ids: which company had which id, so that it keeps its first one from run to run.

An old account is treated as dedupe treats a record: what it was known by (its keys) leads back to
its id. Stronger keys come first, a registry contradicts, and a name without a country says least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    dates,
    from_flags,
    from_numpy,
    order_of,
    places_of,
    repeated,
    strings,
    where_known,
    whole,
)
from abmkit.domain.companies.claims import Claims, chosen_by, claims_of, final_of, won
from abmkit.domain.companies.keys import (
    ACCOUNT,
    IS_NAME,
    KEY,
    KINDS,
    NOBODY,
    Have,
    Old,
    foreign,
    ranks_of_keys,
    texts_of,
)
from abmkit.domain.companies.merging import base_ids, told_apart

Ints = npt.NDArray[Any]

COLUMNS = ("kind", "key", "account_id", "since", "was", "changed")


@dataclass(frozen=True)
class Ledger:
    """The ids given until now, and the day it is."""

    rows: pa.Table
    """`kind` is `account` for an id that was given: `key` is the id, `account_id` the id of the
    account that it means now, another one where accounts were merged. `kind` is `key` for what a
    company was known by: `account_id` is the id it had then. `since` (date) is when the row came;
    where it changed, `was` is the account it meant before and `changed` (date) the day."""
    as_of: date
    old: Old
    """The rows by numbers."""

    @classmethod
    def of(cls, rows: pa.Table | None, as_of: date) -> Ledger:
        """The ledger of a table, an empty one for None. Raises InputError for another table."""
        text, day = pa.string(), pa.date32()
        types = dict(zip(COLUMNS, (text, text, text, day, text, day), strict=True))
        schema = pa.schema(list(types.items()))
        if rows is None:
            rows = pa.Table.from_batches([], schema)
        if any(name not in rows.column_names for name in COLUMNS):
            raise foreign(f"it lacks {', '.join(c for c in COLUMNS if c not in rows.schema.names)}")
        try:
            rows = rows.select(list(COLUMNS)).cast(schema)
        except pa.ArrowException:
            raise foreign("its columns have other types") from None
        if any(rows[name].null_count for name in COLUMNS[:4]):
            raise foreign("some rows have no key, account or day")
        rows = rows.combine_chunks()
        return cls(rows, as_of, Old.of(rows))

    def now(self, ids: pa.StringArray) -> pa.StringArray:
        """The ids that these ids and keys mean now; what the ledger does not know stays."""
        old = self.old
        if not len(old.ids):
            return ids
        account = places_of(ids, old.ids)
        key = places_of(ids, old.keys)
        through = old.owner[key] if len(old.keys) else key
        account = np.where(account >= 0, account, np.where(key >= 0, through, key))
        root = np.where(account >= 0, old.root[account], account)
        return pc.coalesce(old.ids.take(where_known(root)), ids)

    def known_by(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of the accounts that ids mean now; ids that were never given are left out.

        A name without a country, which strangers may have too, only where there is nothing else.
        """
        old = self.old
        account = places_of(strings(ids), old.ids)
        owner, weak = old.root[old.owner], ranks_of_keys(old) >= IS_NAME
        found = {}
        for text, at in zip(ids, account.tolist(), strict=True):
            if at >= 0:
                own = owner == old.root[at]
                sure = own & ~weak
                keys = np.flatnonzero(sure if sure.any() else own)
                found[text] = old.keys.take(from_numpy(keys)).to_pylist()
        return found


@dataclass(frozen=True)
class Settled:
    """The id of each company, and the ledger with it."""

    ids: pa.StringArray
    ledger: pa.Table
    changes: pa.Table
    """`kind` (`merged`: `other` is `account_id` from now on; `split`: `account_id` has parted from
    `other`), `account_id`, `other`, `since` (date)."""
    counts: dict[str, int]
    """How many ids were `kept`, are `new` (of companies not known before), `merged`, `split`."""


def settle(records: pa.Table, labels: Ints, ledger: Ledger) -> Settled:
    """Each company's id by the ledger, or the one it would have without, where it is not known.

    `records` is in the order of `source` and `source_row`; reads what `company_ids` reads. Where
    several ids meet in a company, the earliest is its own, then the one held by the strongest kind
    of key, then the smallest. Of several companies that were one, the one with its strongest keys,
    then with most of them, keeps the id; merged accounts that part again take back their ids. No
    id that was given is given to another company.
    """
    old = ledger.old
    base = base_ids(records, labels)
    _, first = np.unique(labels, return_index=True)
    usual = told_apart(base, first)
    have = Have.of(records, labels, usual, old)
    claims = claims_of(have, old, usual)
    holder, strength = won(claims, old, usual)
    chosen = chosen_by(holder, strength, old, len(usual))
    final = final_of(holder, chosen, old)
    fresh = np.flatnonzero(chosen == NOBODY)
    ids = _with_fresh(old.ids.take(where_known(chosen)), fresh, base, first, old)
    lost = _lost(claims, fresh)
    # A key's owner may be an id that has been merged since: what it means now is what counts.
    changed = np.flatnonzero(final != old.root)
    back = changed[final[changed] == changed]
    gone = changed[old.root[changed] == changed]
    split = np.array([company for company in fresh.tolist() if company in lost], dtype="int64")
    parted = final[np.array([lost[company] for company in split.tolist()], dtype="int64")]
    changes = _changes(
        [
            ("merged", old.ids.take(from_numpy(final[gone])), old.ids.take(from_numpy(gone))),
            ("split", old.ids.take(from_numpy(back)), _ids_at(old, final[old.root[back]])),
            (
                "split",
                ids.take(from_numpy(split)),
                _ids_at(old, parted),
            ),
        ],
        ledger.as_of,
    )
    counts = {
        "kept": len(usual) - len(fresh) - len(back),
        "new": len(fresh) - len(split),
        "merged": len(gone),
        "split": len(split) + len(back),
    }
    from_whom = np.full(len(usual), NOBODY, dtype="int64")
    from_whom[split] = parted
    accounts = _accounts(old, final, changed, ids.take(from_numpy(fresh)), from_whom[fresh], ledger)
    keys = _keys(old, have, chosen, final, ids, ledger)
    rows = _table([*accounts, *keys])
    return Settled(ids, rows, changes, counts)


def _lost(claims: Claims, fresh: Ints) -> dict[int, int]:
    """The account that each of the companies without one had the best claim to."""
    at = np.flatnonzero(np.isin(claims.company, fresh))
    at = at[np.lexsort((claims.account[at], -claims.count[at], claims.rank[at]))][::-1]
    return dict(zip(claims.company[at].tolist(), claims.account[at].tolist(), strict=True))


def _with_fresh(
    kept: pa.StringArray, fresh: Ints, base: pa.StringArray, first: Ints, old: Old
) -> pa.StringArray:
    """The ids with those that are missing, which nobody ever had."""
    if not len(fresh):
        return kept
    made = told_apart(base.take(from_numpy(fresh)), first[fresh], taken=old.ids)
    places = np.full(len(kept), NOBODY, dtype="int64")
    places[fresh] = np.arange(len(fresh))
    return pc.coalesce(kept, made.take(where_known(places)))


# The new ledger ----------------------------------------------------------------------------------


def _accounts(
    old: Old, final: Ints, changed: Ints, ids: pa.StringArray, parted: Ints, ledger: Ledger
) -> list[pa.Table]:
    """The rows of ids: those there were, with what they are now, and the new ones in order."""
    before = _updated(old.accounts, changed, _ids_at(old, final[changed]), old, old.root, ledger)
    order = np.argsort(order_of(ids))
    ids, was = ids.take(from_numpy(order)), _ids_at(old, parted[order])
    return [before, _rows(ACCOUNT, ids, ids, was, ledger.as_of)]


def _keys(
    old: Old, have: Have, chosen: Ints, final: Ints, ids: pa.StringArray, ledger: Ledger
) -> list[pa.Table]:
    """The rows of keys: a key means the one company that has it; had by several, whom it meant."""
    own = np.flatnonzero(~have.shared)
    # What a company is known by in place of a key comes last, and counts.
    known = own[have.key[own] < len(old.keys)]
    account = final[old.owner[have.key[known]]] if len(known) else np.empty(0, dtype="int64")
    moved = known[chosen[have.company[known]] != account]
    row = np.full(len(old.keys), NOBODY, dtype="int64")
    row[have.key[moved]] = have.company[moved]
    moved_keys = np.flatnonzero(row >= 0)
    now = ids.take(from_numpy(row[moved_keys]))
    before = _updated(old.known, moved_keys, now, old, old.root[old.owner], ledger)
    new = own[have.key[own] >= len(old.keys)]
    texts = texts_of(have.key[new], have, old)
    ranked = np.empty(len(ids), dtype="int64")
    ranked[:] = order_of(ids)
    company = ranked[have.company[new]]
    pair = company * KINDS + have.rank[new]
    _, at, sizes = np.unique(pair, return_inverse=True, return_counts=True)
    several = sizes[at] > 1
    name = np.zeros(len(new), dtype="int64")
    name[several] = order_of(texts.take(from_numpy(np.flatnonzero(several))))
    order = np.lexsort((name, pair))
    owners = ids.take(from_numpy(have.company[new][order]))
    texts = texts.take(from_numpy(order))
    nobody = repeated(None, len(texts))
    return [before, _rows(KEY, texts, owners, nobody, ledger.as_of)]


def _updated(
    rows: pa.Table, at: Ints, account_id: pa.StringArray, old: Old, was: Ints, ledger: Ledger
) -> pa.Table:
    """The rows, some of which mean another account from now on."""
    if not len(at):
        return rows
    mask = np.zeros(rows.num_rows, dtype=bool)
    mask[at] = True
    new = {
        "account_id": account_id,
        "was": _ids_at(old, was[at]),
        "changed": _days(ledger.as_of, len(at)),
    }
    for name, values in new.items():
        column = pc.replace_with_mask(whole(rows[name]), from_flags(mask), values)
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def _rows(
    kind: str, keys: pa.StringArray, ids: pa.StringArray, was: pa.StringArray, day: date
) -> pa.Table:

    days = _days(day, len(keys))
    changed = pc.if_else(pc.is_valid(was), days, pa.nulls(len(keys), pa.date32()))
    columns = [repeated(kind, len(keys)), keys, ids, days, was, changed]
    return pa.Table.from_arrays(columns, names=list(COLUMNS))


def _changes(parts: list[tuple[str, pa.StringArray, pa.StringArray]], day: date) -> pa.Table:

    names = ["kind", "account_id", "other", "since"]
    tables = [
        pa.Table.from_arrays([repeated(kind, len(ids)), ids, other, _days(day, len(ids))], names)
        for kind, ids, other in parts
    ]
    every = pa.concat_tables(tables).combine_chunks()
    return every.sort_by([(name, "ascending") for name in names[:3]])


def _table(parts: list[pa.Table]) -> pa.Table:

    return pa.concat_tables(parts)


def _ids_at(old: Old, accounts: Ints) -> pa.StringArray:
    return old.ids.take(where_known(accounts))


def _days(day: date, count: int) -> pa.Date32Array:

    return dates([day]).take(from_numpy(np.zeros(count, dtype="int64")))
