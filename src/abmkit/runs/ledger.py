"""The ledger of ids in its file, and the lists of a project that name ids of before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_numpy, places_of, strings, whole
from abmkit.domain.companies.ledger import Ledger, is_as_written
from abmkit.domain.frames import collected, opened
from abmkit.domain.values.ids import id_keys
from abmkit.engines.engine import Engine
from abmkit.errors import InputError, Message
from abmkit.io.columnar import InPlace, parquet_batches
from abmkit.io.opening import open_input
from abmkit.places import Place, Remote
from abmkit.sources.lists import Lists

LEDGER = "ledger.parquet"


def read_ledger(path: Place | None, as_of: date, engine: Engine | None = None) -> Ledger:
    """The ledger in a file, an empty one where there is none yet; by an engine that can read it
    where it lies, only as much of it as is asked for.

    Raises InputError for a file that is damaged or something else.
    """
    if path is None or (isinstance(path, Path) and not path.exists()):
        return Ledger.of(None, as_of)
    try:
        source = open_input(path)
        found = parquet_batches(source)
        lying = None
        if engine is not None and is_as_written(found.schema):
            lying = engine.in_place([InPlace.of(source)], found.schema)
        if lying is None:
            lying = pa.Table.from_batches(list(found.batches), found.schema)
        return Ledger.of(lying, as_of)
    except InputError as error:
        if isinstance(path, Remote):
            raise
        error.where = str(path)
        error.remedy = Message(
            "put back that of an earlier run, or delete it: ids then start afresh"
        )
        raise


def same_accounts(ledger: Ledger, ids: Iterable[str]) -> dict[str, set[str]]:
    """By id all ids, its own with them, under which its account ever went or could have gone."""
    texts = strings(ids)
    keys = ledger.keys
    account, key = places_of(texts, keys.ids), places_of(texts, keys.keys)
    through = keys.owner[key] if len(keys.keys) else key
    at = np.where(account >= 0, account, np.where(key >= 0, through, key))
    known = np.flatnonzero(at >= 0)
    roots = keys.root[at[known]]
    others = np.flatnonzero(np.isin(keys.root, roots))
    names: dict[int, set[str]] = defaultdict(set)
    for root, text in zip(
        keys.root[others].tolist(), keys.ids.take(from_numpy(others)).to_pylist(), strict=True
    ):
        names[root].add(text)
    found = {text: {text} for text in texts.to_pylist()}
    for text, root in zip(texts.take(from_numpy(known)).to_pylist(), roots.tolist(), strict=True):
        found[text] |= names[root]
    return found


def named_now(lists: Lists, ledger: Ledger) -> Lists:
    """The lists with the ids that accounts have now, for those they had or could have had."""
    suppression = tuple(
        replace(each, entries=_named_now(each.entries, ledger)) for each in lists.suppression
    )
    pins = lists.pin_entries
    pins = _named_now(pins, ledger) if pins is not None else None
    notes = lists.notes
    if notes:
        ids = list(notes.by_account)
        notes = notes.named(dict(zip(ids, ledger.now(strings(ids)).to_pylist(), strict=True)))
    return replace(lists, suppression=suppression, pin_entries=pins, notes=notes)


def members_overruled(members: Any) -> pa.Table:
    """Of members that are a frame those of which something was overruled."""
    return collected(opened(members).filter(~nw.col("overruled").is_null()))


def crm_ids_merged(members: pa.Table) -> tuple[list[str], list[str]]:
    """The ids in a CRM of records of which another one's is their account's, and these accounts.

    Reads `account_id` and `overruled` of the members of a run.
    """
    overruled = whole(members["overruled"])
    texts, said = pc.list_flatten(overruled), "crm_id: "
    of_crm = pc.starts_with(texts, said)
    rows = pc.list_parent_indices(overruled).filter(of_crm)
    ids = [text.removeprefix(said) for text in texts.filter(of_crm).to_pylist()]
    return ids, whole(members["account_id"]).take(rows).to_pylist()


def called_now(lists: Lists, members: pa.Table) -> Lists:
    """The lists with the accounts of those records whose id in a CRM is none of an account now."""
    accounts: dict[str | None, set[str]] = defaultdict(set)
    ids, of = crm_ids_merged(members)
    for key, account in zip(id_keys(strings(ids)).to_pylist(), of, strict=True):
        accounts[key].add(account)
    alone = {key: one for key, (one, *more) in accounts.items() if key is not None and not more}
    if not alone:
        return lists
    suppression = tuple(
        replace(each, entries=_called_now(each.entries, alone)) for each in lists.suppression
    )
    pins = lists.pin_entries
    pins = _called_now(pins, alone) if pins is not None else None
    return replace(lists, suppression=suppression, pin_entries=pins)


def _called_now(entries: pa.Table, accounts: Mapping[str, str]) -> pa.Table:
    if "crm_id" not in entries.column_names:
        return entries
    at = entries.column_names.index("account_id")
    given, crm_ids = (whole(entries[name]).cast(pa.string()) for name in ("account_id", "crm_id"))
    rows = zip(given.to_pylist(), crm_ids.to_pylist(), id_keys(crm_ids).to_pylist(), strict=True)
    # A pin may be either; an entry's own id of its account says more than that in a CRM.
    called = strings(
        accounts.get(key, own) if own is None or own == crm_id else own for own, crm_id, key in rows
    )
    return entries.set_column(at, "account_id", called)


def _named_now(entries: pa.Table, ledger: Ledger) -> pa.Table:
    at = entries.column_names.index("account_id")
    ids = entries["account_id"].combine_chunks()
    return entries.set_column(at, "account_id", ledger.now(ids))
