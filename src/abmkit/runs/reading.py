"""A run's folder, read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from abmkit.domain.matching.similar import COLUMNS
from abmkit.errors import InputError
from abmkit.runs.folder import RECORD
from abmkit.schema.accounts import GATHERED
from abmkit.sources.canonical import read_accounts

_STANDING = ("account_id", "tier", "owner", "territory", "excluded", "exclusions")
"""What a run says of an account, beside what it is compared by."""

_SCORE = "fit_score"
EXCLUDED = "excluded.parquet"


def read_record(folder: Path, remedy: str = "make one with `abmkit run`") -> dict[str, Any]:
    """The record of a run. Raises InputError where there is no run in the folder."""
    try:
        record: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            "there is no run in this folder", where=str(folder), remedy=remedy
        ) from None
    return record


def excluded_batches(folder: Path) -> Iterator[pa.RecordBatch]:
    """The accounts that a run excluded, the best first."""
    return read_accounts(folder / EXCLUDED).batches


def accounts_to_match(folder: Path) -> pa.Table:
    """A run's accounts as they are matched: what tells them apart, and where they stand.

    The best come first; the file promises no order. Raises InputError where there is no run.
    """
    read_record(folder, "make one with `abmkit run`, or name a file")
    accounts = read_accounts(folder / "accounts.parquet")
    known = (*COLUMNS, *GATHERED, *_STANDING)
    wanted = [name for name in accounts.schema.names if name in known]
    batches = [batch.select([*wanted, _SCORE]) for batch in accounts.batches]
    schema = pa.schema([accounts.schema.field(name) for name in (*wanted, _SCORE)])
    table = pa.Table.from_batches(batches, schema)
    best_first = table.sort_by([(_SCORE, "descending"), ("account_id", "ascending")])
    return best_first.select(wanted).combine_chunks()
