"""What a match says in sum: how many people and companies are on the list, and who has nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_flags, from_numpy, numbered
from abmkit.domain.recognition.people import people
from abmkit.sources.matching import Matched

Flags = npt.NDArray[Any]

STATUSES = ("on_list", "target_market", "excluded", "review", "none")


@dataclass(frozen=True)
class Count:
    """The rows of one status."""

    status: str
    """One of `STATUSES`."""
    rows: int
    people: int
    companies: int


@dataclass(frozen=True)
class Reach:
    """How far into a tier or territory of the list the file reaches."""

    label: str | None
    """None for the accounts that have none."""
    accounts: int
    """Accounts of the list."""
    reached: int
    """Of these, accounts with somebody in the file."""
    people: int


@dataclass(frozen=True)
class MatchSummary:
    """A match in numbers."""

    rows: int
    people: int
    held_back: int
    unanswered: int
    """Of those held back, who have said nothing where consent is asked for."""
    rejected: int
    found: tuple[Count, ...]
    tiers: tuple[Reach, ...]
    territories: tuple[Reach, ...]
    accounts: int
    """Accounts of the list."""
    nobody: tuple[dict[str, str | None], ...]
    """Those with nobody in the file: account_id, name, tier, owner, territory."""
    by_email: bool
    """Whether people were told apart by their e-mail addresses; else each row is one."""


def match_summary(matched: Matched) -> MatchSummary:
    """The summary of a match."""
    table = matched.table
    emails = table[matched.email].combine_chunks() if matched.email is not None else None
    status = np.array(table["match_status"].to_pylist(), dtype=object)
    if matched.whole_run:
        of_run = np.array(table["match_list_status"].to_pylist(), dtype=object)
        status = np.where(status == "matched", of_run, status)
    else:
        status = np.where(status == "matched", "on_list", status)
    ids = table["match_account_id"].combine_chunks()
    found = [
        Count(name, int(at.sum()), _people(emails, at), _distinct(ids, at))
        for name in STATUSES
        if (at := status == name).any() or name in ("on_list", "none")
    ]
    listed = matched.accounts
    if matched.whole_run:
        tiered = "tier" in listed.column_names
        listed = listed.filter(pc.is_valid(listed["tier"])) if tiered else listed.slice(0, 0)
    listed = listed.take(_first_of_each(listed["account_id"].combine_chunks()))
    on_list = status == "on_list"
    reached = set(ids.filter(_mask(on_list)).to_pylist())
    nobody = [
        {name: row.get(name) for name in ("account_id", "name", "tier", "owner", "territory")}
        for row in listed.to_pylist()
        if row["account_id"] not in reached
    ]
    return MatchSummary(
        table.num_rows,
        people(emails, table.num_rows),
        matched.held_back,
        int(matched.permission.silent.sum()),
        matched.rejects.num_rows,
        tuple(found),
        _reach(table, listed, "tier", on_list, emails),
        _reach(table, listed, "territory", on_list, emails),
        listed.num_rows,
        tuple(nobody),
        emails is not None,
    )


def _first_of_each(ids: pa.StringArray) -> pa.Array:

    return from_numpy(np.sort(np.unique(numbered(ids), return_index=True)[1]))


def _reach(
    table: pa.Table, listed: pa.Table, column: str, on_list: Flags, emails: pa.StringArray | None
) -> tuple[Reach, ...]:

    if column not in listed.column_names:
        return ()
    of_account = listed[column].to_pylist()
    of_row = np.array(table[f"match_{column}"].to_pylist(), dtype=object)
    ids = table["match_account_id"].combine_chunks()
    labels = sorted({label for label in of_account if label is not None})
    rows = []
    for label in [*labels, *([None] if None in of_account and labels else [])]:
        at = on_list & (of_row == label)
        reached, accounts = _distinct(ids, at), of_account.count(label)
        rows.append(Reach(label or None, accounts, reached, _people(emails, at)))
    return tuple(rows)


def _people(emails: pa.StringArray | None, at: Flags) -> int:
    count = int(at.sum())
    return people(None if emails is None else emails.filter(_mask(at)), count)


def _distinct(ids: pa.StringArray, at: Flags) -> int:
    return len(ids.filter(_mask(at)).drop_null().unique())


def _mask(at: Flags) -> pa.BooleanArray:
    return from_flags(at.astype(bool))
