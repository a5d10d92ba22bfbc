"""The tables beside the sources: suppression lists, pins, territory tables, industry labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.config.sections.suppress import Suppress
from abmkit.domain.arrays import strings, whole
from abmkit.domain.companies.decisions import Decision
from abmkit.domain.companies.identified import as_abmkit_wrote, only_given_ids
from abmkit.domain.recognition.parsers import as_lists
from abmkit.domain.rules.pins import Pin
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.registry import registry_ids
from abmkit.errors import InputError
from abmkit.schema.answers import YES
from abmkit.sources.loading import SourceReport, load_sources
from abmkit.sources.tables import read_table
from abmkit.steps.suppression import SuppressionList

_VERDICTS: dict[str, Literal["same", "different"]] = {
    "same": "same",
    "different": "different",
    "相同": "same",
    "同一": "same",
    "不同": "different",
}


@dataclass(frozen=True)
class Lists:
    """What a project has beside its sources, read."""

    suppression: tuple[SuppressionList, ...]
    suppression_reports: tuple[SourceReport, ...]
    pins: tuple[Pin, ...]
    pin_entries: pa.Table | None
    assign_tables: dict[str, pa.Table]
    decisions: tuple[Decision, ...]


def load_lists(project: Project, *, as_of: date, only: Sequence[str] = ()) -> Lists:
    """The lists of a project: `only` some of `suppress`, `pins`, `assign`, `decisions`, or all."""
    wanted = set(only) or {"suppress", "pins", "assign", "decisions"}
    config = project.config
    suppression = []
    reports = []
    for each in config.suppress if "suppress" in wanted else []:
        suppressed, report = _suppression(project, each, as_of)
        suppression.append(suppressed)
        reports.append(report)
    pins = []
    if "pins" in wanted and config.tier.pins is not None:
        pins = read_pins(project.resolve(config.tier.pins))
    tables = {}
    if "assign" in wanted:
        named = [rule.table for rule in config.assign if rule.table is not None]
        tables = {name: read_table(project.resolve(name)) for name in named}
    decisions: Sequence[Decision] = ()
    if "decisions" in wanted and config.dedupe.decisions is not None:
        decisions = read_decisions(project.resolve(config.dedupe.decisions))
    return Lists(
        tuple(suppression),
        tuple(reports),
        tuple(pins),
        _pin_entries(pins),
        tables,
        tuple(decisions),
    )


def _suppression(
    project: Project, each: Suppress, as_of: date
) -> tuple[SuppressionList, SourceReport]:
    loaded = load_sources(project, [each], as_of=as_of, fingerprints=True)
    entries = loaded.table()
    # An id that abmkit made from a name or a domain says no more than these do.
    entries = only_given_ids(entries)
    at = entries.column_names.index("account_id")
    ids = as_abmkit_wrote(whole(entries["account_id"]))
    entries = entries.set_column(at, "account_id", ids)
    settings = project.config.dedupe
    suppressed = SuppressionList(
        each.name,
        each.reason,
        entries,
        each.until,
        each.subsidiaries,
        settings if settings.similar else None,
    )
    return suppressed, loaded.reports[0]


def read_pins(path: Path) -> list[Pin]:
    """The pins in a table with the columns account, tier, and perhaps by, why, until, override.

    Raises ColumnError for a missing column, InputError for a date that is none.
    """
    table = read_table(path, ("account", "tier"))
    columns = {name.casefold(): table[name].to_pylist() for name in table.column_names}
    pins = []
    for number in range(table.num_rows):
        cell = {name: (values[number] or "").strip() for name, values in columns.items()}
        if not cell["account"]:
            continue
        pins.append(
            Pin(
                cell["account"],
                cell["tier"],
                cell.get("by") or None,
                cell.get("why") or None,
                _day(cell.get("until", ""), path, number + 1),
                cell.get("override", "").casefold() in YES,
            )
        )
    return pins


def read_decisions(path: Path) -> list[Decision]:
    """The decisions in a table with the columns left, right, decision, and perhaps by, why.

    A row without a decision is one still to be taken, so that a run's review.csv can be filled in
    and kept. Raises ColumnError for a missing column, InputError for a decision that is none.
    """
    table = read_table(path, ("left", "right", "decision"))
    rows = [{k: (v or "").strip() for k, v in row.items()} for row in table.to_pylist()]
    decisions = []
    for number, row in enumerate(rows, start=1):
        said = row["decision"].casefold()
        if not said:
            continue
        verdict = _VERDICTS.get(said)
        if verdict is None or not row["left"] or not row["right"]:
            wrong = f"decision {row['decision']!r}" if verdict is None else "one side is empty"
            raise InputError(
                f"{wrong}", where=f"{path}: row {number}", remedy="write same or different"
            )
        why = row.get("why") or None
        decisions.append(Decision(row["left"], row["right"], verdict, row.get("by") or None, why))
    return decisions


def _day(text: str, path: Path, row: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"until {text!r} is no date", where=f"{path}: row {row}", remedy="write 2027-01-31"
        ) from None


def _pin_entries(pins: Sequence[Pin]) -> pa.Table | None:
    """What each pin could mean: an id of any kind, a domain or a name."""
    return account_entries([pin.account for pin in pins]) if pins else None


def account_entries(named: Sequence[str]) -> pa.Table:
    """What people call accounts by, as entries to look up: an id, a domain or a name."""
    texts = strings(named)
    sites = [t if t and "." in t and " " not in t else None for t in named]
    registered = as_lists(registry_ids(texts)[0])
    return pa.Table.from_arrays(
        [texts, texts, registered, domains(strings(sites)), name_keys(texts)],
        names=["account_id", "crm_id", "registry_ids", "domain", "name_key"],
    )
