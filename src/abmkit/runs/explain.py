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
from abmkit.domain.companies.lookup import find
from abmkit.domain.frames import Frame, collected, opened
from abmkit.engines.engine import Engine
from abmkit.errors import UsageError
from abmkit.places import Place
from abmkit.runs.fingerprints import fingerprint, scorecard_fingerprint
from abmkit.runs.folder import on_this_machine
from abmkit.runs.ledger import LEDGER, read_ledger
from abmkit.runs.reading import ACCOUNTS, read_record
from abmkit.sources.lists import account_entries
from abmkit.steps.score import score

_MOST_NAMED = 5


@dataclass(frozen=True)
class Explanation:
    """An account after a run, with what made it what it is."""

    account: pa.Table
    """Its one row of accounts.parquet, scored anew with `fit_reasons`."""
    records: list[dict[str, Any]]
    """Its rows of members.parquet."""
    config: Config
    config_changed: bool
    """Whether the config is not that of the run any more."""


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
    account_id = _former(frame, account, place, day) or _the_one(frame, account)
    one = frame.filter(nw.col("account_id") == account_id)
    scored = opened(score(nw.to_native(one), project.config.score, as_of=day, reasons=True))
    members = opened(engine.from_parquet([place / "members.parquet"]))
    return Explanation(
        collected(scored),
        collected(members.filter(nw.col("account_id") == account_id)).to_pylist(),
        project.config,
        record["config"]["sha256"] != fingerprint(project.path)
        or record["config"].get("churn_sha256") != scorecard_fingerprint(project),
    )


def _former(frame: Frame, account: str, place: Path, day: date) -> str | None:
    """The id of the account that had this id before, or could have had."""
    if ":" not in account:
        return None
    now: str = read_ledger(place / LEDGER, day).now(strings([account.strip()]))[0].as_py()
    known = frame.filter(nw.col("account_id") == now).select("account_id")
    return now if collected(known).num_rows else None


def _the_one(frame: Frame, account: str) -> str:
    looked_up = find(frame, account_entries([account.strip()]))
    found = [hit.account_id for hit in looked_up.found] or [*looked_up.possible(0)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{account!r} could be any of {', '.join(found[:_MOST_NAMED])}",
            remedy="name one of these ids",
        )
    alike = frame.filter(
        nw.col("name").str.to_lowercase().str.contains(account.strip().lower(), literal=True)
    ).select(["account_id", "name"])
    rows = collected(alike.sort("account_id").head(_MOST_NAMED)).to_pylist()
    close = ", ".join(f"{row['name']} ({row['account_id']})" for row in rows)
    raise UsageError(
        f"no account {account!r} in that run", remedy=f"did you mean {close}?" if close else None
    )
