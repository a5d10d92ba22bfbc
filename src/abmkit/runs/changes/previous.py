"""The list of before, as a file, a frame or a run's folder has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import from_flags, places_of, strings, whole
from abmkit.domain.cells import typed
from abmkit.domain.companies.ledger import Ledger
from abmkit.domain.frames import collected, opened, those
from abmkit.domain.rules.tiers.stability import COLUMNS, Previous
from abmkit.engines.engine import Engine
from abmkit.errors import UsageError
from abmkit.places import Place
from abmkit.runs.folder import RECORD
from abmkit.runs.ledger import same_accounts
from abmkit.runs.reading import ACCOUNTS as RUNS_ACCOUNTS
from abmkit.runs.reading import read_record
from abmkit.schema.accounts import ACCOUNTS
from abmkit.sources.canonical import read_accounts, with_known_types


def previous_list(listed: Any, accounts: Any, engine: Engine, ledger: Ledger | None) -> Previous:
    """The list of before in a run's folder, a file of any format, or a frame; where there is a
    ledger, by the ids that its accounts have now among `accounts`.

    Raises InputError for what cannot be read, UsageError for a table without ids or tiers.
    """
    if not isinstance(listed, Place):
        return renamed(Previous.of(with_known_types(listed)), accounts, ledger)
    if isinstance(listed, Path) and listed.is_dir() and (listed / RECORD).exists():
        return renamed(_previous_run(listed, engine), accounts, ledger)
    try:
        return renamed(Previous.of(narrow_rows(listed, COLUMNS)), accounts, ledger)
    except UsageError as error:
        error.where = error.where or str(listed)
        raise


def _previous_run(folder: Path, engine: Engine) -> Previous:
    """The list of the run in a folder."""
    day = date.fromisoformat(read_record(folder)["as_of"])
    return Previous.of(engine.from_parquet([folder / RUNS_ACCOUNTS]), day)


def renamed(previous: Previous, accounts: Any, ledger: Ledger | None) -> Previous:
    """The same list by the ids that its accounts have now: those of it that are none of the
    accounts are looked up."""
    if ledger is None or not previous:
        return previous
    ids = whole(previous.accounts["account_id"])
    there = collected(those(opened(accounts).select("account_id"), "account_id", ids))
    gone = ids.filter(from_flags(places_of(ids, whole(there["account_id"])) < 0))
    now = zip(gone.to_pylist(), ledger.now(gone).to_pylist(), strict=True)
    return previous.renamed({before: then for before, then in now if before != then})


def followed(previous: Previous, accounts: Any, ledger: Ledger | None) -> Previous:
    """The same list by the ids that its accounts have among others, which may be older or newer
    ones; by a ledger of any later run."""
    if ledger is None or not previous or ledger.is_empty():
        return previous
    ids = whole(previous.accounts["account_id"])
    frame = opened(accounts).select("account_id")
    there = collected(those(frame, "account_id", ids))
    gone = ids.filter(from_flags(places_of(ids, whole(there["account_id"])) < 0))
    same = same_accounts(ledger, gone.to_pylist())
    possible = strings(sorted({other for others in same.values() for other in others}))
    found = {*collected(those(frame, "account_id", possible))["account_id"].to_pylist()}
    meant = {before: min(others & found, default=before) for before, others in same.items()}
    return previous.renamed({before: then for before, then in meant.items() if before != then})


def narrow_rows(path: Place, columns: Iterable[str]) -> pa.Table:
    """Some columns of a file's rows; a workbook of a run has them under their labels, in any
    language."""
    accounts = read_accounts(path)
    wanted = set(columns)
    labels = {label: name for name in wanted for label in _labels(name)}
    there = {name: labels.get(name, name) for name in accounts.schema.names}
    names = [name for name, meant in there.items() if meant in wanted]
    schema = pa.schema([accounts.schema.field(name) for name in names])
    table = pa.Table.from_batches([batch.select(names) for batch in accounts.batches], schema)
    return typed(table.rename_columns([there[name] for name in names]), None, accounts.name)


def _labels(name: str) -> Iterator[str]:
    column = ACCOUNTS.column(name)
    labels = (column.label, column.chinese) if column is not None else ()
    yield from filter(None, labels)
    yield name
