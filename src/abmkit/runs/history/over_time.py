"""One account through all runs that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from abmkit.config.project import Config
from abmkit.domain.arrays import strings
from abmkit.domain.companies.ledger import Ledger
from abmkit.domain.frames import Frame, collected, column_in, opened, those
from abmkit.engines.engine import Engine
from abmkit.errors import AbmkitError, InputError, UsageError
from abmkit.places import Place
from abmkit.runs.changes.replay import config_of
from abmkit.runs.explain import SeveralMeantError, account_meant
from abmkit.runs.folder import on_this_machine
from abmkit.runs.history.kept import History, Kept, history_of
from abmkit.runs.ledger import LEDGER, read_ledger, same_accounts
from abmkit.runs.reading import ACCOUNTS

_TOLD = (
    "account_id", "name", "domain", "owner", "excluded", "exclusions", "churn_reason", "fit_score",
    "fit_known", "tier", "strategy", "tier_rank", "tier_reason", "change", "change_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Then:
    """What one run says of an account."""

    run: Kept
    rows: tuple[Mapping[str, Any], ...]
    """Its rows: none where the run did not have it, several where it was several companies."""
    within: str | None = None
    """The column that capacity was counted by."""
    reasons: Mapping[str, str] | None = None
    """What the run's config says of each exclusion."""
    problem: str | None = None
    """Why the run cannot be read."""


@dataclass(frozen=True)
class OverTime:
    """An account in all runs that are kept, the oldest first."""

    account_id: str
    """The id that it has now."""
    name: str | None
    then: tuple[Then, ...]
    history: History


def over_time(engine: Engine, account: str, folder: Place) -> OverTime:
    """What each kept run says of an account, by its id of any time, its domain or its name.

    Raises InputError where there is no run, UsageError where no run knows it or several accounts
    are meant. A run that cannot be read does not stop the others.
    """
    place = on_this_machine(folder)
    history = history_of(place)
    days = [run.day for run in history.runs if run.day is not None]
    if not days:
        raise InputError("no run of this folder can be read", where=str(place))
    ledger = read_ledger(place / LEDGER, date.fromisoformat(max(days)))
    meant = _meant(history, account, ledger, engine)
    ids = same_accounts(ledger, [meant])[meant]
    then = tuple(_then(run, ids, engine) for run in history.runs)
    now = str(ledger.now(strings([meant]))[0])
    names = [row.get("name") for each in then for row in each.rows]
    return OverTime(now, names[-1] if names else None, then, history)


def _accounts(run: Kept, engine: Engine) -> Frame:
    """The accounts of a run. Raises InputError for a run that cannot be read."""
    if run.problem is not None:
        raise run.problem
    path: Path = run.folder / ACCOUNTS
    if not path.exists():
        raise InputError("has no accounts any more", where=str(run.folder))
    try:
        return opened(engine.from_parquet([path]))
    except AbmkitError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0]
        raise InputError("cannot be read: {reason}", where=str(path), reason=reason) from error


def _meant(history: History, account: str, ledger: Ledger, engine: Engine) -> str:
    """The id that an account has in the newest run that knows it."""
    close = None
    for run in reversed(history.runs):
        try:
            return account_meant(_accounts(run, engine), account, ledger)
        except InputError:
            continue
        except SeveralMeantError:
            raise
        except UsageError as error:
            close = close or error.remedy
    raise UsageError(
        "no account {account!r} in any run that is kept", remedy=close, account=account
    )


def _then(run: Kept, ids: set[str], engine: Engine) -> Then:
    try:
        frame = _accounts(run, engine)
    except AbmkitError as error:
        return Then(run, (), problem=str(error))
    assert run.record is not None
    config = config_of(run.record)
    within = column_in(frame.columns, config.tier.within) if config and config.tier.within else None
    there = [name for name in (*_TOLD, within) if name in frame.columns]
    found = those(frame.select(list(dict.fromkeys(there))), "account_id", strings(sorted(ids)))
    rows = collected(found).to_pylist()
    rows.sort(key=lambda row: str(row["account_id"]))
    return Then(run, tuple(rows), within, _reasons(config) if config else None)


def _reasons(config: Config) -> dict[str, str]:
    rules = {rule.id: rule.reason for rule in config.exclude.rules}
    return rules | {each.name: each.reason for each in config.suppress}
