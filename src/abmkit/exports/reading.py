"""A run's list as it goes to a target, and the accounts that left it since an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import int64s, strings, whole
from abmkit.errors import AbmkitError, ColumnError, InputError
from abmkit.runs.folder import HISTORY
from abmkit.runs.history.kept import Kept, history_of
from abmkit.runs.history.rollback import run_meant
from abmkit.runs.ledger import LEDGER, read_ledger, same_accounts
from abmkit.runs.reading import ACCOUNTS, read_record
from abmkit.schema.accounts import CANONICAL, STEP
from abmkit.sources.canonical import read_accounts

_WHO = ("account_id", "name", "crm_id", "tier")


@dataclass(frozen=True)
class Since:
    """What became of the list of an earlier run."""

    run: str | None
    """None where there is no such run."""
    left: tuple[Mapping[str, Any], ...] = ()
    """Of each account that left: account_id, name, crm_id."""
    problem: str | None = None
    """Why it is not known who left."""


@dataclass(frozen=True)
class Listed:
    """The target-account list of a run."""

    accounts: pa.Table
    """Its accounts, by tier and rank."""
    tiers: tuple[str, ...]
    """Its tiers, from the top."""
    record: Mapping[str, Any]


def listed(folder: Path, columns: Iterable[str], own: Mapping[str, str]) -> Listed:
    """The list of the run in a folder, as far as it is asked for.

    `own` are columns that the config names, each with its place there. Raises InputError where
    there is no run, ColumnError for an own column that there is not.
    """
    record = read_record(folder)
    accounts = read_accounts(folder / ACCOUNTS)
    names = accounts.schema.names
    for column, where in own.items():
        if column not in names and column not in CANONICAL and column not in STEP:
            raise ColumnError(column, names, where=where, possible=[*CANONICAL, *STEP])
    wanted = {*_WHO, *columns, *own, "tier_rank"}
    table = _those_listed(accounts, [name for name in names if name in wanted])
    tiers = tuple(str(each["id"]) for each in record.get("tiers") or ())
    places = {tier: at for at, tier in enumerate(tiers)}
    rank = int64s([places.get(tier, len(tiers)) for tier in table["tier"].to_pylist()])
    keys = [("_tier", "ascending")]
    keys += [("tier_rank", "ascending")] if "tier_rank" in table.column_names else []
    ordered = table.append_column("_tier", rank).sort_by([*keys, ("account_id", "ascending")])
    return Listed(ordered.drop_columns(["_tier"]).combine_chunks(), tiers, record)


def _those_listed(accounts: Any, names: list[str]) -> pa.Table:
    schema = pa.schema([accounts.schema.field(name) for name in names])
    if "tier" not in names:
        raise InputError(
            "no account has a tier", where=accounts.name, remedy="give the config [[tier.tiers]]"
        )
    kept = [batch.select(names).filter(pc.is_valid(batch["tier"])) for batch in accounts.batches]
    return pa.Table.from_batches(kept, schema)


def since(folder: Path, now: Listed, run: str | None) -> Since:
    """The accounts that left the list since a run, by default the one whose list was there before.

    Accounts are followed by the ledger: one that goes by another id by now has not left. Raises
    UsageError for a run that there is not.
    """
    try:
        before = _before(folder, now.record, run)
    except InputError as error:
        return Since(None, problem=str(error))
    if isinstance(before, Since):
        return before
    try:
        accounts = read_accounts(before.folder / ACCOUNTS)
        there = [name for name in accounts.schema.names if name in _WHO]
        then = _those_listed(accounts, there)
    except AbmkitError as error:
        return Since(None, problem=str(error))
    here = whole(now.accounts["account_id"])
    gone = then.filter(pc.invert(pc.is_in(then["account_id"], value_set=here)))
    same = same_accounts(_ledger(folder, now.record), whole(gone["account_id"]).to_pylist())
    ids, crm_ids = set(here.to_pylist()), _known(now.accounts, "crm_id")
    by_now = _crm_ids(folder, {each for every in same.values() for each in every})
    left = []
    for row in gone.sort_by("account_id").to_pylist():
        others = same[row["account_id"]]
        # What was inserted then may be known by its id now.
        found = [by_now[each] for each in sorted(others) if each in by_now]
        crm_id = found[0] if found else row.get("crm_id")
        if not others & ids and crm_id not in crm_ids:
            told = {"account_id": row["account_id"], "name": row.get("name"), "crm_id": crm_id}
            left.append(told)
    return Since(before.id, tuple(left))


def _crm_ids(folder: Path, ids: set[str]) -> dict[str, str]:
    """The ids in the CRM, as far as they are known, of accounts of a run, listed or not."""
    accounts = read_accounts(folder / ACCOUNTS)
    found: dict[str, str] = {}
    if "crm_id" not in accounts.schema.names:
        return found
    wanted = strings(sorted(ids))
    for batch in accounts.batches:
        there = pc.is_in(batch["account_id"], value_set=wanted)
        kept = batch.select(["account_id", "crm_id"]).filter(
            pc.and_(there, pc.is_valid(batch["crm_id"]))
        )
        found |= dict(
            zip(*(kept[name].to_pylist() for name in ("account_id", "crm_id")), strict=True)
        )
    return found


def _known(table: pa.Table, column: str) -> set[str]:
    if column not in table.column_names:
        return set()
    return set(whole(table[column]).drop_null().to_pylist())


def _home(folder: Path) -> Path:
    """The output folder that a run is of, which may be one of its history."""
    resolved = folder.resolve()
    return resolved.parent.parent if resolved.parent.name == HISTORY else folder


def _before(folder: Path, record: Mapping[str, Any], run: str | None) -> Kept | Since:
    history = history_of(_home(folder))
    if run is not None:
        return run_meant(history, run)
    back = history.rolled_back if _home(folder) == folder else None
    before = {"run": back["from"]} if back is not None else record.get("before")
    name = before.get("run") if isinstance(before, dict) else None
    if name is None:
        return Since(None)
    kept = history.run(name)
    if kept is None or kept.problem is not None:
        return Since(None, problem=f"the run {name} is not kept any more")
    return kept


def _ledger(folder: Path, record: Mapping[str, Any]) -> Any:
    return read_ledger(_home(folder) / LEDGER, date.fromisoformat(str(record["as_of"])))
