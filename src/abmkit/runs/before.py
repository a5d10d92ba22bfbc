"""What protected somebody in the run before, and does so no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from abmkit.domain.facts import Fact, fact
from abmkit.runs.folder import RECORD
from abmkit.schema.accounts import ACCOUNTS, SUPPRESSED
from abmkit.sources.lists import Lists
from abmkit.sources.loading import SourceReport

_PROTECTING = ACCOUNTS.those(lambda column: column.protected)


def run_before(folder: Path) -> dict[str, Any]:
    """The record of the run before in a folder; empty where there is none that can be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _parts(before: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """The lists or inputs of a record, less what has no name as a record's have."""
    parts = before.get(key)
    for each in parts if isinstance(parts, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield each


def lists_lost(before: dict[str, Any], lists: Lists) -> Iterator[Fact]:
    """Lists, entries, and columns that entries are found by, which the run before had."""
    now = {
        each.name: (each, report)
        for each, report in zip(lists.suppression, lists.suppression_reports, strict=True)
    }
    for old in _parts(before, "lists"):
        name, entries = old["name"], old.get("entries")
        if not isinstance(entries, int):
            continue
        if name not in now:
            if entries:
                yield fact("suppression.list_lost", list=name, before=entries)
            continue
        each, report = now[name]
        if each.entries.num_rows < entries:
            yield fact(
                "suppression.fewer", list=name, entries=each.entries.num_rows, before=entries
            )
        for column, target in _lost(old, report):
            if target in SUPPRESSED.telling:
                yield fact("suppression.column_lost", list=name, column=column, target=target)


def flags_lost(before: dict[str, Any], reports: Sequence[SourceReport]) -> Iterator[Fact]:
    """Columns of sources that said in the run before who must not be contacted or is no target."""
    now = {report.name: report for report in reports}
    for old in _parts(before, "inputs"):
        report = now.get(old["name"])
        if report is None or report.plan is None:
            continue
        asked = {each.column for each in report.plan.asked}
        lost = [(column, "do_not_contact") for column in old.get("asked") or ()]
        lost = [each for each in lost if each[0] not in asked]
        lost += [each for each in _lost(old, report) if each[1] in _PROTECTING]
        for column, target in lost:
            yield fact("protect.column_lost", source=report.name, column=column, target=target)


def _lost(old: dict[str, Any], report: SourceReport) -> Iterator[tuple[str, str]]:
    """The columns that gave something that no column gives now, and what that was."""
    if report.plan is None:
        return
    mapped = {each.target for each in report.plan.mapped}
    columns = old.get("columns")
    for column, target in columns.items() if isinstance(columns, dict) else ():
        if target not in mapped:
            yield column, target
