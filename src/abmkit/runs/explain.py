"""Explain: why one account stands where it stands, from a run's folder."""

from __future__ import annotations

import json
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from abmkit.config.loading import Project
from abmkit.domain.arrays import strings
from abmkit.domain.companies.lookup import find
from abmkit.domain.frames import Frame, collected, opened
from abmkit.domain.rules import wording
from abmkit.engines.engine import Engine
from abmkit.errors import InputError, UsageError
from abmkit.runs.folder import RECORD
from abmkit.runs.ledger import LEDGER, read_ledger
from abmkit.runs.record import fingerprint
from abmkit.schema.accounts import INTERVALS
from abmkit.sources.lists import account_entries
from abmkit.steps.score import score

_MOST_NAMED = 5
# What goes without saying: it comes with the column that it belongs to.
_UNSAID = {"name_key", *(f"{name}_{end}" for name in INTERVALS for end in ("min", "max"))}


def explain(project: Project, engine: Engine, account: str, *, folder: Path | None = None) -> str:
    """What a run's folder says of an account, by id, domain or name, in lines for a terminal.

    Raises InputError where there is no run, UsageError where no account or several are meant.
    """
    place = folder or project.resolve(project.config.output.dir)
    record = _record(place)
    frame = opened(engine.from_parquet([place / "accounts.parquet"]))
    day = date.fromisoformat(record["as_of"])
    account_id = _former(frame, account, place, day) or _the_one(frame, account)
    one = frame.filter(nw.col("account_id") == account_id)
    scored = opened(score(nw.to_native(one), project.config.score, as_of=day, reasons=True))
    (row,) = collected(scored).to_pylist()
    members = opened(engine.from_parquet([place / "members.parquet"]))
    records = collected(members.filter(nw.col("account_id") == account_id)).to_pylist()
    lines = [
        _title(row),
        *_standing(row, project),
        *_group(row),
        *_fit(row),
        *_origin(row, records),
    ]
    if record["config"]["sha256"] != fingerprint(project.path):
        lines += ["", "The config has changed since that run; its points are the new config's."]
    return "\n".join(lines)


def _record(place: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((place / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            "there is no run in this folder", where=str(place), remedy="make one with `abmkit run`"
        ) from None
    return record


def _former(frame: Frame, account: str, place: Path, day: date) -> str | None:
    """The id of the account that had this id before, or could have had."""
    if ":" not in account:
        return None
    now: str = read_ledger(place / LEDGER, day).now(strings([account.strip()]))[0].as_py()
    known = frame.filter(nw.col("account_id") == now).select("account_id")
    return now if collected(known).num_rows else None


def _the_one(frame: Frame, account: str) -> str:
    looked_up = find(frame, account_entries([account.strip()]))
    found = [hit.account_id for hit in looked_up.found] or list(looked_up.ambiguous.get(0, ()))
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


def _title(row: dict[str, Any]) -> str:
    place = ", ".join(str(row[c]) for c in ("city", "region", "country") if row.get(c))
    known = [row["account_id"], row.get("domain"), place or None]
    return f"{row.get('name') or row['account_id']} ({' · '.join(k for k in known if k)})"


def _standing(row: dict[str, Any], project: Project) -> list[str]:
    """The tier or the reasons for none."""
    config = project.config
    within = config.tier.within
    lines = [""]
    if row["excluded"]:
        reasons = {rule.id: rule.reason for rule in config.exclude.rules}
        reasons |= {each.name: each.reason for each in config.suppress}
        lines.append("Excluded")
        lines += [f"  {name}: {reasons.get(name, '')}" for name in row["exclusions"]]
    if row["tier"] is not None:
        strategy = f", {row['strategy']}" if row["strategy"] else ""
        place = f" in {row[within]}" if within and row.get(within) else ""
        lines.append(f"Tier {row['tier']}{strategy}, rank {row['tier_rank']}{place}")
    elif not row["excluded"]:
        lines.append("Not on the list")
    if row["tier_reason"] and not (row["excluded"] and row["tier"] is None):
        lines.append(f"  {row['tier_reason']}")
    missing = row["points_to_next_tier"]
    if missing is not None:
        said = f"{wording.number(missing)} points" if missing else "level with the last account"
        lines.append(f"  {said} {'to' if missing else 'of'} the next tier")
    return lines


def _group(row: dict[str, Any]) -> list[str]:
    """The group that the account belongs to, and who is a customer there already."""
    top = row.get("ultimate_parent_id")
    if top is None:
        return []
    place = "its head" if top == row["account_id"] else f"under {top}"
    parent = row.get("parent_account_id")
    through = f" through {parent}" if parent not in (None, top) else ""
    count = row["group_accounts"]
    told = [f"{count:,} account{'s' * (count != 1)} here"]
    for name in INTERVALS:
        known = row.get(f"group_{name}")
        told += [] if known is None else [f"{wording.number(known)} {name}"]
    lines = ["", f"In a group, {place}{through}", f"  {', '.join(told)}"]
    if row.get("expand_from"):
        lines.append(_filled(f"to expand into from {', '.join(row['expand_from'])}"))
    return lines


def _fit(row: dict[str, Any]) -> list[str]:
    if row["fit_score"] is None:
        return ["", "Fit unknown"]
    known = wording.number(row["fit_known"] * 100)
    span = f"{wording.number(row['fit_low'])} to {wording.number(row['fit_high'])}"
    between = "" if row["fit_low"] == row["fit_high"] else f", could be {span}"
    head = f"Fit {wording.number(row['fit_score'])} of 100, {known}% of the points known{between}"
    reasons = (row.get("fit_reasons") or "").split("; ")
    return ["", head, *(f"  {reason}" for reason in reasons if reason)]


def _origin(row: dict[str, Any], records: list[dict[str, Any]]) -> list[str]:
    """Which record gave which fields."""
    count = len(records)
    lines = ["", f"From {count} record{'s' * (count != 1)}"]
    for record in records:
        where = f"{record['source']} row {record['source_row']}"
        if record["fields"] is None:
            gave = "everything" if count == 1 else "nothing that another did not know"
        else:
            shown = [name for name in record["fields"] if name not in _UNSAID]
            gave = ", ".join(shown) or "nothing that another did not know"
        if record.get("company_id") not in (None, row["account_id"]):
            gave = f"a part of the group, {record['company_id']}"
        lines.append(_filled(f"{where}: {gave}"))
        if record.get("evidence"):
            lines.append(_filled(f"merged: {record['evidence']}"))
        if record.get("overruled"):
            lines.append(_filled(f"overruled: {', '.join(record['overruled'])}"))
    if row.get("other_domains"):
        lines.append(_filled(f"also at {', '.join(row['other_domains'])}"))
    if row.get("aliases"):
        lines.append(_filled(f"also called {', '.join(row['aliases'])}"))
    return lines


def _filled(text: str) -> str:

    return textwrap.fill(text, 80, initial_indent="  ", subsequent_indent="    ")
