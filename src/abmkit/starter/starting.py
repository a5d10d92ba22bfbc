"""The first config of a project: a sample that runs as it is, or one made from the user's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.loading import FILE, Project, parse_config
from abmkit.config.project import Config
from abmkit.config.sections.score import Score
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import collected, opened
from abmkit.domain.values.industries.labels import IndustryLabels
from abmkit.engines.engine import Engine, engine
from abmkit.errors import UsageError
from abmkit.places import Place, place
from abmkit.sources.inspection import Inspection, inspect
from abmkit.sources.lists import load_lists
from abmkit.sources.loading import load_sources
from abmkit.sources.plausibility import mostly_chinese
from abmkit.starter.drafts import (
    ROUGH_RATES,
    SourceDraft,
    draft,
    local_money,
    money,
    source_names,
    with_numbers,
)
from abmkit.starter.examples import (
    example_rules,
    no_buyers,
    not_to_be_contacted,
    other_labels,
)
from abmkit.starter.labels import SameLabel, kept_labels, same_labels
from abmkit.starter.profile import ProfileCriterion, customer_profile, guessed_profile, size_columns
from abmkit.starter.result import CustomersFound, Starter, StarterRule
from abmkit.starter.tiers import tier_counts, tiers_for
from abmkit.steps.dedupe import dedupe
from abmkit.steps.suppression import suppressed_by

CUSTOMERS = "customers"
LABELS = "industries.csv"
_CUSTOMER = fact("rule.customer")
MISSING = 0.3
_SAMPLE_FILES = ("companies.csv", "customers.csv", "pins.csv", FILE)


def start_sample(folder: Path, language: str = "en") -> list[Path]:
    """Writes a commented sample config with small fictional files; returns what was written.

    A language's comments are in a config of its own, in a folder of its name. Raises UsageError
    where one of the files is there already.
    """
    for name in (FILE, *_SAMPLE_FILES):
        _refuse_to_overwrite(folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in _SAMPLE_FILES:
        sample = package_files("abmkit.starter").joinpath("sample")
        own = sample.joinpath(language, name)
        (folder / name).write_bytes((own if own.is_file() else sample.joinpath(name)).read_bytes())
        written.append(folder / name)
    return written


def start_from(
    folder: Path, files: Sequence[Place], customers: Place | None = None, *, as_of: date
) -> Starter:
    """Decides on a config made from the user's own files, which runs as it is; writes nothing.

    Sources are mapped as recognised; what recognition can't know is decided where the values say
    it, and noted. The ideal customer profile comes from the customers that are found among the
    companies, else it is a guess from the sources. Tiers are sized to the data.

    Raises UsageError where there is a config already, InputError for files that can't be used.
    `abmkit.reports.init` writes the config.
    """
    path = folder / FILE
    for name in (FILE, LABELS):
        _refuse_to_overwrite(folder / name)
    if not files:
        raise UsageError("no file to start from", remedy="name one after --from")
    rates = Project(Config(version=1, rates=ROUGH_RATES))
    inspections = [inspect(file, config=rates) for file in files]
    names = source_names(files)
    drafts = [draft(folder, *each) for each in zip(files, names, inspections, strict=True)]
    listed = None
    if customers is not None:
        inspections.append(inspect(customers, config=rates))
        listed = draft(folder, customers, CUSTOMERS, inspections[-1])
    # Paths relative to a folder lead somewhere only once it is there.
    folder.mkdir(parents=True, exist_ok=True)
    every = [*drafts, *([listed] if listed else [])]
    with engine("duckdb") as duckdb:
        work = _Starting(duckdb, path, drafts, listed, money(inspections), as_of)
        return work.starter(_warnings(inspections, every))


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise UsageError(
            "is there already",
            where=str(path),
            remedy="give another folder (`abmkit init DIR`), or move it away first",
        )


@dataclass
class _Companies:
    """The companies as they load, and which of them are customers."""

    records: int
    accounts: pa.Table
    customers: set[str]
    found: CustomersFound | None
    rules: list[StarterRule]


class _Starting:
    """A config on its way: what is decided, one thing after the other."""

    def __init__(
        self,
        engine: Engine,
        path: Path,
        drafts: list[SourceDraft],
        listed: SourceDraft | None,
        money: dict[str, Any],
        as_of: date,
    ) -> None:
        self.engine = engine
        self.path, self.drafts, self.listed = path, drafts, listed
        self.as_of = as_of
        name = path.parent.resolve().name or "abmkit"
        self.decided: dict[str, Any] = {"version": 1, "name": name, **money}
        self.labels: list[SameLabel] = []
        self.sizes: list[str] = []
        self.doubts: list[Fact] = []

    def data(self) -> dict[str, Any]:
        """The config so far."""
        data = {**self.decided, "sources": [each.table() for each in self.drafts]}
        if self.listed is not None:
            data["suppress"] = [{**self.listed.table(), "reason": _CUSTOMER.code}]
        return data

    def project(self) -> Project:
        """The config so far, as it will be read."""
        return Project(parse_config(self.data(), str(self.path)), self.path)

    def records(self) -> pa.Table:
        """The records of all sources."""
        project = self.project()
        industries = IndustryLabels.of((each.given, each.own) for each in self.labels)
        sources = project.config.sources
        return load_sources(project, sources, as_of=self.as_of, industries=industries).table()

    def companies(self) -> _Companies:
        """The companies, one row each; decides on number columns, keys and industry labels."""
        records = self.records()
        if not any(_is_known(records, column) for column in ("employees", "revenue")):
            self.sizes = size_columns(records, [n for each in self.drafts for n in each.own])
            self.drafts = [with_numbers(each, self.sizes) for each in self.drafts]
            records = self.records() if self.sizes else records
        if "currency" not in self.decided:
            records = self._in_local_money(records)
        self.decided["dedupe"] = {"keys": _keys(records)}
        config = self.project().config.dedupe
        order = [each.name for each in self.drafts]
        deduped = dedupe(self.engine.from_table(records), config, sources=order)
        self.labels = same_labels(records, deduped.members, order)
        if self.labels:
            records = self.records()
            deduped = dedupe(self.engine.from_table(records), config, sources=order)
        return self._with_customers(records.num_rows, collected(opened(deduped.accounts)))

    def _in_local_money(self, records: pa.Table) -> pa.Table:
        """The records, where no file says a currency, in that of the country they are in."""
        known = records["country"].drop_null().to_pylist() if _has(records, "country") else []
        # What few companies say of their country says nothing of the others.
        local = local_money(known) if 2 * len(known) >= records.num_rows else None
        currency = local or ("CNY" if mostly_chinese(records["name"]) else "USD")
        self.decided["currency"] = currency
        if any(each.has_amounts for each in self.drafts):
            self.doubts.append(fact("init.currency", currency=currency))
            return self.records()
        return records

    def _with_customers(self, records: int, accounts: pa.Table) -> _Companies:
        lists = load_lists(self.project(), as_of=self.as_of, only=["suppress"])
        frame = self.engine.from_table(accounts)
        suppressed = suppressed_by(frame, lists.suppression, as_of=self.as_of)
        customers = set(suppressed.accounts)
        rules = [*not_to_be_contacted(accounts), *no_buyers(accounts)]
        marked = _marked_as_customers(accounts)
        if marked:
            rules.insert(0, StarterRule(CUSTOMERS, {"relationship": "customer"}, _CUSTOMER))
        found = None
        if self.listed is not None:
            entries = lists.suppression[0].entries.num_rows
            found = CustomersFound(entries, suppressed.found.get(CUSTOMERS, 0), len(customers))
        elif marked:
            found = CustomersFound(len(marked), len(marked), len(marked))
        return _Companies(records, accounts, customers | marked, found, rules)

    def starter(self, warnings: list[Fact]) -> Starter:
        """Everything decided, in one place."""
        known = self.companies()
        accounts, customers = known.accounts, known.customers
        criteria = customer_profile(accounts, customers)
        learned = bool(criteria)
        if not criteria:
            criteria = guessed_profile(accounts, self.sizes)
        score = _score(criteria)
        frame = self.engine.from_table(accounts)
        bars = tiers_for(frame, Score.model_validate(score), customers, as_of=self.as_of)
        self.decided |= {
            "exclude": {"rules": [rule.table() for rule in known.rules]},
            "score": score,
            "tier": {"rank_by": _ranks(accounts, self.sizes), "tiers": [t.table() for t in bars]},
        }
        tiers, reach = tier_counts(frame, self.project().config, customers, as_of=self.as_of)
        if self.labels:
            self.decided["industry"] = {"map": LABELS}
        return Starter(
            path=self.path,
            data=self.data(),
            sources=tuple(self.drafts),
            customer_list=self.listed,
            records=known.records,
            accounts=accounts.num_rows,
            customers=known.found,
            labels=tuple(self.labels),
            kept_labels=tuple(kept_labels(accounts)) if self.labels else (),
            rules=tuple(known.rules),
            examples=tuple(example_rules(accounts, customers, self.sizes)),
            criteria=tuple(criteria),
            learned=learned,
            other_industries=tuple(other_labels(accounts, criteria)),
            tiers=tiers,
            customers_reach=reach,
            warnings=(*warnings, *self.doubts, *_more_warnings(known.found, learned, criteria)),
        )


# Decisions ---------------------------------------------------------------------------------------


def _is_known(table: pa.Table, column: str) -> bool:
    """Whether at least a tenth of the rows know a column."""
    if column not in table.column_names:
        return False
    known = table.num_rows - table[column].null_count
    return bool(known and known * 10 >= table.num_rows)


def _keys(records: pa.Table) -> list[str]:
    """The keys to dedupe by that the data has; a ticker where two sources know it."""
    keys = [key for key in ("registry_ids", "domain") if _has(records, key)]
    if (
        _has(records, "ticker")
        and len(records.filter(pc.is_valid(records["ticker"]))["source"].unique()) > 1
    ):
        keys.append("ticker")
    return [*keys, "name_key+country"]


def _has(table: pa.Table, column: str) -> bool:
    return column in table.column_names and bool(table[column].null_count < table.num_rows)


def _marked_as_customers(accounts: pa.Table) -> set[str]:
    if "relationship" not in accounts.column_names:
        return set()
    pairs = zip(
        accounts["account_id"].to_pylist(), accounts["relationship"].to_pylist(), strict=True
    )
    return {account_id for account_id, relationship in pairs if relationship == "customer"}


def _score(criteria: Sequence[ProfileCriterion]) -> dict[str, Any]:
    return {
        "missing": MISSING,
        "criteria": [
            {"id": c.id, "bands": [{"when": b.when, "points": c.points_of(b)} for b in c.bands]}
            for c in criteria
        ],
    }


def _ranks(accounts: pa.Table, sizes: Sequence[str]) -> list[str]:
    known = [c for c in ("potential", "revenue", "employees") if _is_known(accounts, c)]
    return ["fit_score", *known, *sizes]


def _warnings(inspections: Sequence[Inspection], drafts: Sequence[SourceDraft]) -> list[Fact]:
    """What is odd about the files, less what the config has an answer to."""
    found = []
    for inspection, each in zip(inspections, drafts, strict=True):
        name = place(inspection.path).name
        settled = {"identity", "country", *(["scale"] if "revenue" in each.why else [])}
        found += [
            fact("init.notice", file=name, text=notice.fact)
            for notice in inspection.warnings
            if notice.about not in settled
        ]
        found += [
            fact(
                "init.decided",
                file=name,
                target=target,
                setting=_setting(each.decided[target]),
                why=why,
            )
            for target, why in each.doubts.items()
        ]
    return found


def _setting(setting: dict[str, Any]) -> Fact:
    if "value" in setting:
        return fact("setting.value", value=setting["value"])
    if "unit" in setting:
        return fact("setting.unit", unit=setting["unit"])
    return fact("setting.column", column=setting["from"])


def _more_warnings(
    found: CustomersFound | None, learned: bool, criteria: Sequence[ProfileCriterion]
) -> list[Fact]:
    warnings = []
    if found is not None and found.found < found.entries:
        warnings.append(fact("init.some_found", found=found.found, entries=found.entries))
    if found is not None and not learned:
        warnings.append(fact("init.too_few"))
    if not criteria:
        warnings.append(fact("init.nothing_tells"))
    return warnings
