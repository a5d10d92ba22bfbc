"""The ledger of ids: which company had which id, so that it keeps its first one from run to run.

An old account is treated as dedupe treats a record: what it was known by (its keys) leads back to
its id. Stronger keys come first, a registry contradicts, and a name without a country says least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import narwhals as nw
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
from abmkit.domain.companies.claims import Claims, claims_of, resolved
from abmkit.domain.companies.ids import base_ids, made_distinct, numbering
from abmkit.domain.companies.keys import (
    ACCOUNT,
    IS_NAME,
    KEY,
    KINDS,
    NOBODY,
    CompanyKeys,
    LedgerKeys,
    foreign,
)
from abmkit.domain.frames import Frame, collected, opened, those

Ints = npt.NDArray[Any]

COLUMNS = ("kind", "key", "account_id", "since", "was", "changed")
_TEXT, _DAY = pa.string(), pa.date32()
_SCHEMA = pa.schema(list(zip(COLUMNS, (_TEXT, _TEXT, _TEXT, _DAY, _TEXT, _DAY), strict=True)))
_OTHER_TYPES = "its columns have other types"
_GAPS = "some rows have no key, account or day"
_OTHER_KINDS = "some rows are neither of an account nor of a key"


@dataclass(frozen=True)
class Ledger:
    """The ids given until now, and the day it is."""

    rows: Any
    """A table, or a frame of an engine, of which what is asked for is read.

    `kind` is `account` for an id that was given: `key` is the id, `account_id` the id of the
    account that it means now, another one where accounts were merged. `kind` is `key` for what a
    company was known by: `account_id` is the id it had then. `since` (date) is when the row came;
    where it changed, `was` is the account it meant before and `changed` (date) the day."""
    as_of: date

    @classmethod
    def of(cls, rows: Any, as_of: date) -> Ledger:
        """The ledger of a table or an engine's frame, an empty one for None.

        Raises InputError for another table, or one whose rows contradict one another; what a
        frame's rows say of each other is seen where they are read.
        """
        if rows is None:
            rows = pa.Table.from_batches([], _SCHEMA)
        if not isinstance(rows, pa.Table):
            _check_frame(opened(rows))
            return cls(rows, as_of)
        _check_columns(rows.column_names)
        try:
            rows = rows.select(list(COLUMNS)).cast(_SCHEMA)
        except pa.ArrowException:
            raise foreign(_OTHER_TYPES) from None
        if any(rows[name].null_count for name in COLUMNS[:4]):
            raise foreign(_GAPS)
        if pc.any(pc.invert(pc.is_in(rows["kind"], strings([ACCOUNT, KEY])))).as_py():
            raise foreign(_OTHER_KINDS)
        ledger = cls(rows.combine_chunks(), as_of)
        _ = ledger.keys  # What contradicts itself is refused here.
        return ledger

    @cached_property
    def keys(self) -> LedgerKeys:
        """All rows by numbers."""
        rows = self.rows
        return LedgerKeys.of(rows if isinstance(rows, pa.Table) else collected(opened(rows)))

    def is_empty(self) -> bool:
        """Whether no id was given yet."""
        if isinstance(self.rows, pa.Table):
            return not self.rows.num_rows
        return not collected(opened(self.rows).head(1)).num_rows

    def about(self, ids: Iterable[str]) -> Ledger:
        """The part of it that says what these ids and keys mean now."""
        if isinstance(self.rows, pa.Table):
            return self
        rows, named = opened(self.rows), set(ids)
        known, given = (rows.filter(nw.col("kind") == kind) for kind in (KEY, ACCOUNT))
        keys = collected(those(known, "key", strings(sorted(named))))
        named |= set(keys["account_id"].to_pylist())
        accounts = collected(those(given, "key", strings(sorted(named))))
        roots = set(accounts["account_id"].to_pylist()) - named
        more = collected(those(given, "key", strings(sorted(roots))))
        return Ledger.of(pa.concat_tables([accounts, more, keys]), self.as_of)

    def now(self, ids: pa.StringArray) -> pa.StringArray:
        """The ids that these ids and keys mean now; what the ledger does not know stays."""
        before = self.about(set(ids.to_pylist()) - {None}).keys
        if not len(before.ids):
            return ids
        account = places_of(ids, before.ids)
        key = places_of(ids, before.keys)
        through = before.owner[key] if len(before.keys) else key
        account = np.where(account >= 0, account, np.where(key >= 0, through, key))
        root = np.where(account >= 0, before.root[account], account)
        return pc.coalesce(before.ids.take(where_known(root)), ids)

    def keys_of(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of the accounts that ids mean now; ids that were never given are left out.

        A name without a country, which strangers may have too, only where there is nothing else.
        """
        before = self.keys
        owner, weak = before.root[before.owner], before.ranks() >= IS_NAME
        keys_by_id = {}
        for text, account in zip(ids, places_of(strings(ids), before.ids).tolist(), strict=True):
            if account >= 0:
                own = owner == before.root[account]
                sure = own & ~weak
                keys = np.flatnonzero(sure if sure.any() else own)
                keys_by_id[text] = before.keys.take(from_numpy(keys)).to_pylist()
        return keys_by_id


@dataclass(frozen=True)
class Settled:
    """The id of each company, and the ledger with it."""

    ids: pa.StringArray | None
    """None where each company has the id that it came with."""
    ledger: Any
    """A table, or a frame of an engine."""
    changes: pa.Table
    """`kind` (`merged`: `other` is `account_id` from now on; `split`: `account_id` has parted from
    `other`), `account_id`, `other`, `since` (date)."""
    counts: dict[str, int]
    """How many ids were `kept`, are `new` (of companies not known before), `merged`, `split`."""


def settle(
    records: pa.Table, labels: Ints, ledger: Ledger, shared: pa.StringArray | None = None
) -> Settled:
    """Each company's id by the ledger, or the one it would have without, where it is not known.

    `records` is in the order of `source` and `source_row`; reads what `company_ids` reads. Keys
    that companies of other records have too are `shared`. Where
    several ids meet in a company, the earliest is its own, then the one held by the strongest kind
    of key, then the smallest. Of several companies that were one, the one with its strongest keys,
    then with most of them, keeps the id; merged accounts that part again take back their ids. No
    id that was given is given to another company.
    """
    before = ledger.keys
    base = base_ids(records, labels)
    order = numbering(records, labels, base)
    usual = made_distinct(base, order)
    now = CompanyKeys.of(records, labels, usual, before, shared)
    claims = claims_of(now, before, usual)
    chosen, final = resolved(claims, before, usual)
    fresh = np.flatnonzero(chosen == NOBODY)
    ids = _with_fresh(before.ids.take(where_known(chosen)), fresh, base, order, before)
    lost = _lost(claims, fresh)
    # A key's owner may be an id that has been merged since: what it means now is what counts.
    changed = np.flatnonzero(final != before.root)
    back = changed[final[changed] == changed]
    gone = changed[before.root[changed] == changed]
    split = np.array([company for company in fresh.tolist() if company in lost], dtype="int64")
    parted = final[np.array([lost[company] for company in split.tolist()], dtype="int64")]
    changes = _changes(
        [
            ("merged", before.ids.take(from_numpy(final[gone])), before.ids.take(from_numpy(gone))),
            ("split", before.ids.take(from_numpy(back)), _ids_at(before, final[before.root[back]])),
            ("split", ids.take(from_numpy(split)), _ids_at(before, parted)),
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
    new_ids = ids.take(from_numpy(fresh))
    accounts = _account_rows(ledger, final, changed, new_ids, from_whom[fresh])
    keys = _key_rows(ledger, now, chosen, final, ids)
    rows = pa.concat_tables([*accounts, *keys])
    return Settled(ids, rows, changes, counts)


def is_as_written(schema: pa.Schema) -> bool:
    """Whether a table has the columns of a ledger as they are written, so that it needs no cast."""
    types = [schema.field(n).type if schema.names.count(n) == 1 else None for n in COLUMNS]
    return types == [field.type for field in _SCHEMA]


def _check_columns(names: Sequence[str]) -> None:
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise foreign(f"it lacks {', '.join(lacking)}")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise foreign(f"it has {', '.join(twice)} twice")


def _check_frame(rows: Frame) -> None:
    types = rows.collect_schema()
    _check_columns(types.names())
    wanted = {field.name: nw.Date if field.type == _DAY else nw.String for field in _SCHEMA}
    if any(types[name] != dtype for name, dtype in wanted.items()):
        raise foreign(_OTHER_TYPES)
    gap = nw.any_horizontal(*(nw.col(name).is_null() for name in COLUMNS[:4]), ignore_nulls=True)
    if collected(rows.filter(gap).head(1)).num_rows:
        raise foreign(_GAPS)
    if collected(rows.filter(~nw.col("kind").is_in([ACCOUNT, KEY])).head(1)).num_rows:
        raise foreign(_OTHER_KINDS)


def no_changes(day: date) -> pa.Table:
    """The changes where there are none."""
    return _changes([("merged", strings([]), strings([]))], day)


def _lost(claims: Claims, fresh: Ints) -> dict[int, int]:
    """The account that each of the companies without one had the best claim to."""
    lost = claims.only(np.isin(claims.company, fresh))
    # Backwards, because the last entry of a company stays.
    lost = lost.only(np.lexsort((lost.account, -lost.count, lost.rank))[::-1])
    return dict(zip(lost.company.tolist(), lost.account.tolist(), strict=True))


def _with_fresh(
    kept: pa.StringArray, fresh: Ints, base: pa.StringArray, order: Ints, before: LedgerKeys
) -> pa.StringArray:
    """The ids with those that are missing, which nobody ever had."""
    if not len(fresh):
        return kept
    made = made_distinct(base.take(from_numpy(fresh)), order[fresh], taken=before.ids)
    places = np.full(len(kept), NOBODY, dtype="int64")
    places[fresh] = np.arange(len(fresh))
    return pc.coalesce(kept, made.take(where_known(places)))


# The new ledger ----------------------------------------------------------------------------------


def _account_rows(
    ledger: Ledger, final: Ints, changed: Ints, ids: pa.StringArray, parted: Ints
) -> list[pa.Table]:
    """The rows of ids: those there were, with what they are now, and the new ones in order."""
    before = ledger.keys
    mean = _ids_at(before, final[changed])
    rows = _updated(before.accounts, changed, mean, before.root[changed], ledger)
    order = np.argsort(order_of(ids))
    ids, was = ids.take(from_numpy(order)), _ids_at(before, parted[order])
    return [rows, _rows(ACCOUNT, ids, ids, was, ledger.as_of)]


def _key_rows(
    ledger: Ledger, now: CompanyKeys, chosen: Ints, final: Ints, ids: pa.StringArray
) -> list[pa.Table]:
    """The rows of keys: a key means the one company that has it; had by several, whom it meant."""
    before = ledger.keys
    own = np.flatnonzero(~now.shared)
    # What a company is known by in place of a key comes last, and counts.
    known = own[now.key[own] < len(before.keys)]
    account = final[before.owner[now.key[known]]] if len(known) else np.empty(0, dtype="int64")
    moved = known[chosen[now.company[known]] != account]
    row = np.full(len(before.keys), NOBODY, dtype="int64")
    row[now.key[moved]] = now.company[moved]
    moved_keys = np.flatnonzero(row >= 0)
    mean = ids.take(from_numpy(row[moved_keys]))
    was = before.root[before.owner[moved_keys]]
    rows = _updated(before.known, moved_keys, mean, was, ledger)
    new = own[now.key[own] >= len(before.keys)]
    texts = now.texts_of(now.key[new], before)
    # By company and kind of key, and where a company has several of a kind by their texts.
    pair = order_of(ids)[now.company[new]] * KINDS + now.rank[new]
    _, inverse, sizes = np.unique(pair, return_inverse=True, return_counts=True)
    several = sizes[inverse] > 1
    name = np.zeros(len(new), dtype="int64")
    name[several] = order_of(texts.take(from_numpy(np.flatnonzero(several))))
    order = np.lexsort((name, pair))
    owners = ids.take(from_numpy(now.company[new][order]))
    texts = texts.take(from_numpy(order))
    nobody = repeated(None, len(texts))
    return [rows, _rows(KEY, texts, owners, nobody, ledger.as_of)]


def _updated(
    rows: pa.Table, changed: Ints, account_id: pa.StringArray, was: Ints, ledger: Ledger
) -> pa.Table:
    """The rows, some of which mean another account from now on than they did."""
    if not len(changed):
        return rows
    mask = np.zeros(rows.num_rows, dtype=bool)
    mask[changed] = True
    new = {
        "account_id": account_id,
        "was": _ids_at(ledger.keys, was),
        "changed": _days(ledger.as_of, len(changed)),
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


def _ids_at(before: LedgerKeys, accounts: Ints) -> pa.StringArray:
    return before.ids.take(where_known(accounts))


def _days(day: date, count: int) -> pa.Date32Array:
    return dates([day]).take(from_numpy(np.zeros(count, dtype="int64")))
