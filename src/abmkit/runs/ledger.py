"""The ledger of ids in its file, and the lists of a project that name ids of before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from abmkit.domain.companies.ledger import Ledger, Settled
from abmkit.errors import InputError
from abmkit.io import diagnostics
from abmkit.io.columnar import parquet_batches
from abmkit.io.opening import open_input
from abmkit.sources.lists import Lists

LEDGER = "ledger.parquet"
_MOST_NAMED = 3


def read_ledger(path: Path | None, as_of: date) -> Ledger:
    """The ledger in a file, an empty one where there is none yet.

    Raises InputError for a file that is damaged or something else.
    """
    if path is None or not path.exists():
        return Ledger.of(None, as_of)
    try:
        schema, batches = parquet_batches(open_input(path))
        return Ledger.of(pa.Table.from_batches(list(batches), schema), as_of)
    except InputError as error:
        error.where = str(path)
        error.remedy = "put back that of an earlier run, or delete it: ids then start afresh"
        raise


def named_now(lists: Lists, ledger: Ledger) -> Lists:
    """The lists with the ids that accounts have now, for those they had or could have had."""
    suppression = tuple(
        replace(each, entries=_named_now(each.entries, ledger)) for each in lists.suppression
    )
    pins = lists.pin_entries
    pins = _named_now(pins, ledger) if pins is not None else None
    return replace(lists, suppression=suppression, pin_entries=pins)


def lists_now(lists: Lists, path: Path | None, as_of: date) -> Lists:
    """The lists with the ids of now by the ledger in a file, as they are without one."""
    return lists if path is None else named_now(lists, read_ledger(path, as_of))


def _named_now(entries: pa.Table, ledger: Ledger) -> pa.Table:
    at = entries.column_names.index("account_id")
    ids = entries["account_id"].combine_chunks()
    return entries.set_column(at, "account_id", ledger.now(ids))


def warn_of_changes(settled: Settled) -> None:
    """Warn of accounts that go by another id since the last run."""
    for kind, said in (("merged", "{other} into {id}"), ("split", "{id} from {other}")):
        if not settled.counts[kind]:
            continue
        rows = [row for row in settled.changes.to_pylist() if row["kind"] == kind]
        named = [said.format(id=r["account_id"], other=r["other"]) for r in rows[:_MOST_NAMED]]
        more = ", …" if len(rows) > _MOST_NAMED else ""
        diagnostics.warn(
            f"{len(rows):,} account ids {kind} since the last run: {', '.join(named)}{more}"
        )
