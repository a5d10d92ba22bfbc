"""A run's folder, read again."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_numpy, lists
from abmkit.domain.companies.identified import CRM, FURTHER, IDS
from abmkit.domain.facts import Fact, fact
from abmkit.domain.identity import GIVEN
from abmkit.domain.matching.similar import COLUMNS
from abmkit.errors import InputError, Message
from abmkit.runs.folder import COMPACT, RECORD
from abmkit.runs.ledger import LEDGER, crm_ids_merged, read_ledger
from abmkit.schema.accounts import GATHERED
from abmkit.sources.canonical import read_accounts

_STANDING = ("account_id", "tier", "owner", "territory", "excluded", "exclusions")
"""What a run says of an account, beside what it is compared by."""

_SCORE = "fit_score"
ACCOUNTS = "accounts.parquet"
EXCLUDED = "excluded.parquet"
MEMBERS = "members.parquet"


_MAKE_ONE = Message("make one with `abmkit run`")
_OR_A_FILE = Message("make one with `abmkit run`, or name a file")


def no_run(folder: Path, remedy: Message = _MAKE_ONE) -> InputError:
    """That there is no run in a folder; where a folder in it has one, that is named."""
    inside = sorted(folder.glob(f"*/{RECORD}"))
    return InputError(
        "there is no run in this folder",
        where=str(folder),
        remedy=Message("its runs are in {folder}: name that", folder=inside[0].parent)
        if inside
        else remedy,
    )


def read_record(folder: Path, remedy: Message = _MAKE_ONE) -> dict[str, Any]:
    """The record of a run. Raises InputError where there is no run in the folder, or its record is
    damaged."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        date.fromisoformat(record["as_of"])
    except FileNotFoundError:
        raise no_run(folder, remedy) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            "is damaged, or no record of a run",
            where=str(folder / RECORD),
            remedy="put an earlier list back: see `abmkit history` and `abmkit rollback`",
        ) from None
    return dict(record)


@dataclass(frozen=True)
class LetGo:
    """What a run that is kept compact has no more."""

    files: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Those of its accounts."""


def doubts_of(folder: Path) -> list[Fact]:
    """What is to be said to who reads the accounts of the run in a folder: what they lack."""
    lacking = let_go(folder, read_record(folder)) if (folder / COMPACT).exists() else None
    return [] if lacking is None else [fact("history.lacking", columns=len(lacking.columns))]


def let_go(folder: Path, record: dict[str, Any]) -> LetGo | None:
    """What the run in a folder, with this record, has no more; None where it is whole."""
    try:
        found = json.loads((folder / COMPACT).read_text(encoding="utf-8"))
        if found["run"] != record.get("run"):
            # What was written since is whole.
            return None
        return LetGo(tuple(found["files"]), tuple(found["columns"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return LetGo()


def accounts_of(folder: Path) -> tuple[Path, str]:
    """Where the accounts of a folder's newest run are, and the day that it is of.

    Raises InputError where there is no run.
    """
    record = read_record(folder, _OR_A_FILE)
    return folder / ACCOUNTS, str(record["as_of"])


def accounts_to_match(folder: Path, *, whole: bool = False) -> pa.Table:
    """A run's accounts as they are matched: what tells them apart, and where they stand.

    The `whole` accounts have all that is known of them.

    The best come first; the file promises no order. `FURTHER` has the ids that their records and
    they themselves had beside. Raises InputError where there is no run.
    """
    record = read_record(folder, _OR_A_FILE)
    accounts = read_accounts(folder / ACCOUNTS)
    known = (*COLUMNS, *GATHERED, *IDS, *_STANDING)
    wanted = [name for name in accounts.schema.names if name in known or (whole and name != _SCORE)]
    batches = [batch.select([*wanted, _SCORE]) for batch in accounts.batches]
    schema = pa.schema([accounts.schema.field(name) for name in (*wanted, _SCORE)])
    table = pa.Table.from_batches(batches, schema)
    best_first = table.sort_by([(_SCORE, "descending"), ("account_id", "ascending")])
    table = best_first.select(wanted).combine_chunks()
    return table.append_column(FURTHER, _further_ids(folder, table, record["as_of"]))


def _further_ids(folder: Path, accounts: pa.Table, day: str) -> pa.ListArray:
    """The ids beside its own by which each account of a run is known: those that its records have
    in a CRM, and those that they or it had in the run or before."""
    further: dict[str, set[str]] = defaultdict(set)
    members = _members(folder)
    if members is not None:
        for crm_id, account in zip(*crm_ids_merged(members), strict=True):
            further[account].add(CRM + crm_id)
    keys = read_ledger(folder / LEDGER, date.fromisoformat(day)).keys
    given = np.flatnonzero(flags(pc.starts_with(keys.keys, GIVEN)))
    merged = np.flatnonzero(keys.root != np.arange(len(keys.ids)))
    for texts, places, accounts_now in (
        (keys.keys, given, keys.root[keys.owner[given]]),
        (keys.ids, merged, keys.root[merged]),
    ):
        now = keys.ids.take(from_numpy(accounts_now)).to_pylist()
        for account, text in zip(now, texts.take(from_numpy(places)).to_pylist(), strict=True):
            further[account].add(GIVEN + text.removeprefix(GIVEN))
    ids = accounts["account_id"].to_pylist()
    return lists(sorted(further.get(account, set()) - {account}) for account in ids)


def _members(folder: Path) -> pa.Table | None:
    """The account of each record of a run, and what of the record was overruled."""
    path = folder / MEMBERS
    if not path.exists():
        return None
    columns = ["account_id", "overruled"]
    members = read_accounts(path)
    schema = pa.schema([members.schema.field(name) for name in columns])
    return pa.Table.from_batches([b.select(columns) for b in members.batches], schema)
