"""The ledger of ids in its file, and the lists of a project that name ids of before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from abmkit.domain.companies.ledger import Ledger
from abmkit.errors import InputError
from abmkit.io.columnar import parquet_batches
from abmkit.io.opening import open_input
from abmkit.sources.lists import Lists

LEDGER = "ledger.parquet"


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


def _named_now(entries: pa.Table, ledger: Ledger) -> pa.Table:
    at = entries.column_names.index("account_id")
    ids = entries["account_id"].combine_chunks()
    return entries.set_column(at, "account_id", ledger.now(ids))
