"""The tables beside the sources: suppression lists, pins, territory tables, industry labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.loading import Project
from abmkit.config.sections.sources import ColumnMapping
from abmkit.config.sections.suppress import Suppress
from abmkit.domain.arrays import only_where, scalar, strings, to_numpy, whole
from abmkit.errors import InputError, Message, Problems, UsageError
from abmkit.places import Place
from abmkit.schema.accounts import ENTRIES

# What reads a list is imported where there is one: a step without any starts sooner.
if TYPE_CHECKING:
    from abmkit.domain.companies.decisions import Decision
    from abmkit.domain.rules.pins import Pin
    from abmkit.domain.rules.tiers.capacities import Capacities
    from abmkit.sources.loading import Loaded, SourceReport
    from abmkit.sources.notes.kept import Notes
    from abmkit.steps.suppression import SuppressionList

_CUSTOMERS = "customers"
_WEIGHT = "weight of customers"
"""The column that the weights of customers are read into."""
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
    suppression_rejects: tuple[pa.Table, ...] = ()
    """Of each suppression list the rows that name nobody: source, file, row, reason, raw."""
    capacities: Capacities | None = None
    """The slots of tiers, where a table has them."""
    notes: Notes | None = None
    """What people typed into the workbook, where they did."""


@dataclass(frozen=True)
class CustomerList:
    """Customers as companies to be found among accounts."""

    list: SuppressionList
    report: SourceReport
    weight: npt.NDArray[Any] | None = None
    """How much each counts, not below 0; None where all count the same."""
    weighed_by: str | None = None
    without_weight: int = 0
    """How many count as the middle one does, their weight being unknown."""


def load_lists(
    project: Project,
    *,
    as_of: date,
    only: Sequence[str] = (),
    problems: Problems | None = None,
) -> Lists:
    """The lists of a project: `only` some of `suppress`, `pins`, `capacities`, `assign` and
    `decisions`, or all.

    Raises InputError and ConfigError with all that is wrong with them; `problems` takes it instead,
    where it is given, and those that could not be read are left out.
    """
    found = Problems() if problems is None else problems
    wanted = set(only) or {"suppress", "pins", "capacities", "assign", "decisions"}
    config = project.config
    suppression, reports, rejects = [], [], []
    for each in config.suppress if "suppress" in wanted else []:
        with found.caught():
            suppressed, loaded = suppression_list(project, each, as_of)
            suppression.append(suppressed)
            reports.append(loaded.reports[0])
            rejects.append(loaded.rejects.table())
    pins, notes = _pins_and_notes(project, wanted, found)
    capacities = None
    if "capacities" in wanted and config.tier.capacities is not None:
        with found.caught():
            capacities = read_capacities(project)
    tables = {}
    for rule in config.assign if "assign" in wanted else []:
        if rule.table is not None and rule.table not in tables:
            from abmkit.sources.tables import read_table

            with found.caught():
                tables[rule.table] = read_table(project.resolve(rule.table))
    decisions: Sequence[Decision] = ()
    if "decisions" in wanted and config.dedupe.decisions is not None:
        with found.caught():
            decisions = read_decisions(project.resolve(config.dedupe.decisions))
    if problems is None:
        found.told()
    return Lists(
        tuple(suppression),
        tuple(reports),
        tuple(pins),
        _pin_entries(pins),
        tables,
        tuple(decisions),
        tuple(rejects),
        capacities,
        notes,
    )


def _pins_and_notes(
    project: Project, wanted: set[str], problems: Problems
) -> tuple[list[Pin], Notes | None]:
    """The pins of a project, and the notes of which some are pins: what was typed comes first."""
    pins: list[Pin] = []
    notes = None
    if "pins" in wanted and project.config.tier.pins is not None:
        with problems.caught():
            pins = read_pins(project.resolve(project.config.tier.pins))
    if wanted & {"pins", "assign"}:
        with problems.caught():
            notes = notes_of(project)
    if notes is not None and "pins" in wanted:
        pins = [*notes.pins(), *pins]
    return pins, notes


def notes_of(project: Project) -> Notes | None:
    """What people typed into the workbook of a project; None where there is nothing.

    Raises InputError for a file that is none of notes.
    """
    place = project.resolve(project.config.output.notes)
    if not isinstance(place, Path) or not place.exists():
        return None
    from abmkit.sources.notes.kept import read_notes

    return read_notes(place)


def suppression_list(
    project: Project,
    each: Suppress,
    as_of: date,
    tables: Mapping[str, pa.Table] | None = None,
) -> tuple[SuppressionList, Loaded]:
    """The companies of a list, and how it was read; `tables` as in `load_sources`."""
    from abmkit.domain.companies.identified import as_abmkit_wrote, only_given_ids
    from abmkit.sources.loading import load_sources
    from abmkit.steps.suppression import SuppressionList

    loaded = load_sources(project, [each], as_of=as_of, fingerprints=True, tables=tables)
    entries = loaded.table()
    # An id that abmkit made from a name or a domain says no more than these do.
    entries = only_given_ids(entries)
    at = entries.column_names.index("account_id")
    ids = as_abmkit_wrote(whole(entries["account_id"]))
    entries = entries.set_column(at, "account_id", ids)
    if "phone" in entries.column_names:
        entries = _without_national_numbers(entries)
    settings = project.config.dedupe
    suppressed = SuppressionList(
        each.name,
        each.reason,
        entries,
        each.until,
        each.subsidiaries,
        settings if settings.similar else None,
        loaded.reports[0].total("filtered"),
    )
    return suppressed, loaded


def read_customers(
    project: Project, customers: Place | str | pa.Table, weight: str | None, as_of: date
) -> CustomerList:
    """The customers of a file, or of a table of text cells; `weight` names the column of weights.

    Raises InputError for a file that cannot be used and for weights below 0 or none at all,
    ConfigError for a column that is not there.
    """
    from abmkit.sources.finding import sources_of
    from abmkit.steps.suppression import SuppressionList

    given = isinstance(customers, pa.Table)
    settings: dict[str, Any] = {"name": _CUSTOMERS, "path": _CUSTOMERS}
    if not given:
        (source,) = sources_of([customers], project)
        settings = {**dict(source), "name": _CUSTOMERS}
    if weight is not None:
        mapping = ColumnMapping.model_validate({"from": weight, "type": "number"})
        settings["columns"] = {**settings.get("columns", {}), _WEIGHT: mapping}
    listed = Suppress.model_validate({"reason": _CUSTOMERS, **settings})
    tables = {_CUSTOMERS: customers} if given else None
    found, loaded = suppression_list(project, listed, as_of, tables)
    report = loaded.reports[0]
    if weight is None:
        return CustomerList(found, report)
    weights = whole(found.entries[_WEIGHT])
    entries = found.entries.drop_columns([_WEIGHT])
    unknown = weights.null_count
    if unknown == len(weights):
        raise InputError("no customer has a weight", where=f"--weight {weight}")
    if pc.min(weights).as_py() < 0:
        raise InputError("a weight is below 0", where=f"--weight {weight}")
    middle = scalar(float(np.median(to_numpy(weights.drop_null()))))
    known = to_numpy(pc.fill_null(weights, middle)).astype("float64")
    plain = SuppressionList(found.name, found.reason, entries, similar=found.similar)
    return CustomerList(plain, report, known, weight, unknown)


def _without_national_numbers(entries: pa.Table) -> pa.Table:
    """Numbers without a country's code are kept where nothing else says who an entry is."""
    at, phones = entries.column_names.index("phone"), whole(entries["phone"])
    told = [name for name in ENTRIES.identity if name in entries.column_names]
    alone = reduce(pc.and_, [pc.is_null(whole(entries[name])) for name in told])
    kept = pc.or_(pc.starts_with(phones, "+"), alone)
    return entries.set_column(at, "phone", only_where(kept, phones))


def read_pins(path: Place) -> list[Pin]:
    """The pins in a table with the columns account, tier, and perhaps by, why, until, override.

    Raises ColumnError for a missing column, InputError for dates and overrides that are none.
    """
    from abmkit.domain.rules.pins import Pin
    from abmkit.sources.tables import read_table

    table = read_table(path, ("account", "tier"))
    columns = {name.casefold(): table[name].to_pylist() for name in table.column_names}
    pins = []
    problems = Problems()
    for number in range(table.num_rows):
        cell = {name: (values[number] or "").strip() for name, values in columns.items()}
        if not cell["account"]:
            continue
        until, override = None, False
        with problems.caught():
            until = _day(cell.get("until", ""), path, number + 1)
        with problems.caught():
            override = _override(cell.get("override", ""), path, number + 1)
        by, why = cell.get("by") or None, cell.get("why") or None
        pins.append(Pin(cell["account"], cell["tier"], by, why, until, override))
    problems.told()
    return pins


def read_capacities(project: Project) -> Capacities:
    """The slots of tiers in the table that the config names.

    Raises ColumnError for a missing column, InputError for rows that cannot be read, UsageError for
    a tier whose capacity the config says, too.
    """
    from abmkit.domain.rules.tiers.reading import capacities_of
    from abmkit.sources.tables import read_table

    tiers = project.config.tier
    table = str(tiers.capacities)
    path = project.resolve(table)
    found = capacities_of(read_table(path), table, tiers, str(path))
    problems = Problems()
    for each in tiers.tiers:
        if each.id in found.tiers and each.capacity is not None:
            what = Message("{table} says the capacity of tier {id}, too", table=table, id=each.id)
            where = f"tier.tiers.{each.id}.capacity"
            where = f"{project.path}: {where}" if project.path else where
            problems.found.append(UsageError(what, where=where, remedy="say it in one of them"))
    problems.told()
    return found


def read_decisions(path: Place) -> list[Decision]:
    """The decisions in a table with the columns left, right, decision, and perhaps by, why.

    A row without a decision is one still to be taken, so that a run's review.csv can be filled in
    and kept. Raises ColumnError for a missing column, InputError for a decision that is none.
    """
    from abmkit.domain.companies.decisions import Decision
    from abmkit.sources.tables import read_table

    table = read_table(path, ("left", "right", "decision"))
    rows = [{k: (v or "").strip() for k, v in row.items()} for row in table.to_pylist()]
    decisions = []
    problems = Problems()
    for number, row in enumerate(rows, start=1):
        said = row["decision"].casefold()
        if not said:
            continue
        verdict = _VERDICTS.get(said)
        if verdict is None or not row["left"] or not row["right"]:
            wrong = (
                Message("decision {decision!r}", decision=row["decision"])
                if verdict is None
                else "one side is empty"
            )
            where = Message("{path}: row {row}", path=path, row=number)
            problems.found.append(InputError(wrong, where=where, remedy="write same or different"))
            continue
        why = row.get("why") or None
        decisions.append(Decision(row["left"], row["right"], verdict, row.get("by") or None, why))
    problems.told()
    return decisions


def _day(text: str, path: Place, row: int) -> date | None:
    from abmkit.domain.values.dates import exact_date

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        if (read := exact_date(text)) is not None:
            return read
        raise InputError(
            "until {text!r} is no date",
            where=Message("{path}: row {row}", path=path, row=row),
            remedy="write 2027-01-31",
            text=text,
        ) from None


def _override(text: str, path: Place, row: int) -> bool:
    from abmkit.domain.values.vocabularies import boolean

    answer = boolean(text) if text else False
    if answer is None:
        raise InputError(
            "override {text!r} is neither yes nor no",
            where=Message("{path}: row {row}", path=path, row=row),
            remedy="write yes, or leave it empty",
            text=text,
        )
    return answer


def _pin_entries(pins: Sequence[Pin]) -> pa.Table | None:
    """What each pin could mean: an id of any kind, a domain or a name."""
    return account_entries([pin.account for pin in pins]) if pins else None


def account_entries(named: Sequence[str]) -> pa.Table:
    """What people call accounts by, as entries to look up: an id, a domain or a name."""
    from abmkit.domain.recognition.parsers import as_lists
    from abmkit.domain.values.domains import domains
    from abmkit.domain.values.names import name_keys
    from abmkit.domain.values.registry import registry_ids

    texts = strings(named)
    sites = [t if t and "." in t and " " not in t else None for t in named]
    registered = as_lists(registry_ids(texts)[0])
    return pa.Table.from_arrays(
        [texts, texts, registered, domains(strings(sites)), name_keys(texts)],
        names=["account_id", "crm_id", "registry_ids", "domain", "name_key"],
    )
