"""Explain: what a run's folder knows of one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.domain.arrays import strings
from abmkit.domain.companies.ledger import Ledger
from abmkit.domain.companies.lookup import find
from abmkit.domain.frames import Frame, collected, opened, those
from abmkit.domain.rules.asked import columns_deciding
from abmkit.engines.engine import Engine
from abmkit.errors import UsageError
from abmkit.places import Place
from abmkit.runs.changes.replay import with_absent
from abmkit.runs.fingerprints import fingerprint, scorecard_fingerprint
from abmkit.runs.folder import on_this_machine
from abmkit.runs.ledger import LEDGER, read_ledger, same_accounts
from abmkit.runs.reading import ACCOUNTS, MEMBERS, LetGo, let_go, read_record
from abmkit.sources.lists import account_entries
from abmkit.steps.score import score

_MOST_NAMED = 5


class SeveralMeantError(UsageError):
    """An account that could be any of several."""


@dataclass(frozen=True)
class Explanation:
    """An account after a run, with what made it what it is."""

    account: pa.Table
    """Its one row of accounts.parquet, scored anew: `fit_reasons`, and each criterion's points."""
    records: list[dict[str, Any]]
    """Its rows of members.parquet."""
    config: Config
    config_changed: bool
    """Whether the config is not that of the run any more."""
    lacking: LetGo | None = None
    """What the run has no more, since it was compact when it was put back."""
    unread: tuple[str, ...] = ()
    """Of the columns that it has no more, those that the config reads."""


def explain(
    project: Project, engine: Engine, account: str, *, folder: Place | None = None
) -> Explanation:
    """What a run's folder knows of an account, by id, domain or name.

    Raises InputError where there is no run, UsageError where no account or several are meant.
    """
    place = on_this_machine(folder or project.resolve(project.config.output.dir))
    record = read_record(place)
    frame = opened(engine.from_parquet([place / ACCOUNTS]))
    day = date.fromisoformat(record["as_of"])
    account_id = account_meant(frame, account, read_ledger(place / LEDGER, day))
    one = frame.filter(nw.col("account_id") == account_id)
    lacking = let_go(place, record)
    config = project.config
    if lacking is not None:
        one = with_absent(one, config)
    scored = opened(score(nw.to_native(one), config.score, as_of=day, points=True, reasons=True))
    read = {name.casefold() for name in columns_deciding(config)}
    lost = lacking.columns if lacking is not None else ()
    return Explanation(
        collected(scored),
        [] if lacking is not None else _records(engine, place, account_id),
        config,
        record["config"]["sha256"] != fingerprint(project.path)
        or record["config"].get("churn_sha256") != scorecard_fingerprint(project),
        lacking,
        tuple(name for name in lost if name.casefold() in read),
    )


def _records(engine: Engine, place: Path, account_id: str) -> list[dict[str, Any]]:
    members = opened(engine.from_parquet([place / MEMBERS]))
    found = collected(members.filter(nw.col("account_id") == account_id))
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def account_meant(frame: Frame, account: str, ledger: Ledger) -> str:
    """The id of the account that is meant by an id of now or before, a domain or a name.

    Raises UsageError where none is meant, or several.
    """
    return _former(frame, account, ledger) or _the_one(frame, account)


def _former(frame: Frame, account: str, ledger: Ledger) -> str | None:
    """The id of the account that had this id before, or could have had."""
    if ":" not in account:
        return None
    text = account.strip()
    now: str = ledger.now(strings([text]))[0].as_py()
    # A list that was put back has the ids of its day, which are older than the ledger's.
    possible = sorted(same_accounts(ledger, [text])[text] - {now})
    there = those(frame.select("account_id"), "account_id", strings([now, *possible]))
    known = {*collected(there)["account_id"].to_pylist()}
    return next((each for each in (text, now, *possible) if each in known), None)


def _the_one(frame: Frame, account: str) -> str:
    looked_up = find(frame, account_entries([account.strip()]))
    found = [hit.account_id for hit in looked_up.found] or [*looked_up.possible(0)]
    if len(found) == 1:
        return found[0]
    if found:
        raise SeveralMeantError(
            "{account!r} could be any of {found}",
            remedy="name one of these ids",
            account=account,
            found=", ".join(found[:_MOST_NAMED]),
        )
    alike = frame.filter(
        nw.col("name").str.to_lowercase().str.contains(account.strip().lower(), literal=True)
    ).select(["account_id", "name"])
    rows = collected(alike.sort("account_id").head(_MOST_NAMED)).to_pylist()
    close = ", ".join(f"{row['name']} ({row['account_id']})" for row in rows)
    raise UsageError(
        "no account {account!r} in that run",
        remedy="did you mean {close}?" if close else None,
        account=account,
        close=close,
    )
