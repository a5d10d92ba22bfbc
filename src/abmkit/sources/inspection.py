"""Inspect: what a file holds, what each of its columns would become, and what looks wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.facts import Fact, fact
from abmkit.domain.recognition import personal
from abmkit.domain.recognition.content import american_states, yes_or_no
from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.mapping import plan
from abmkit.domain.recognition.plans import Plan, Recognition
from abmkit.domain.recognition.questions import Question, questions
from abmkit.domain.values.unknown import known
from abmkit.errors import ConfigError
from abmkit.io.records import Records
from abmkit.places import Place, place
from abmkit.schema.accounts import ACCOUNTS
from abmkit.sources.finding import STDIN, source_of
from abmkit.sources.plausibility import RevenueScale, revenue_scale
from abmkit.sources.tables import PLANNING_ROWS, open_source, without_unread
from abmkit.steps.load import load

How = Literal["config", "recognised", "unsure", "not recognised", "ignored"]
MOST_COUNTED = 100_000
"""Different values are counted up to this many."""
_SAMPLES = 3
_REJECTS_SHOWN = 3
_SCALE_ROWS = 20_000
_SEVERAL_STATES = 5


@dataclass
class Column:
    """One column of the file: what it would become, and what its cells are like."""

    name: str
    becomes: str | None
    """The canonical column, or the name under which the source's own one passes through."""
    how: How
    confidence: float
    """0 to 1."""
    evidence: str
    unit: str | None = None
    currency: str | None = None
    scheme: str | None = None
    split: bool = False
    """A place from which city, region and country are read."""
    without_rate: str = ""
    """The column of amounts that it would be, were there a rate for its currency."""
    filled: int = 0
    """Rows whose cell says something: not empty, `N/A`, `-`, `未知` and the like."""
    distinct: int = 0
    """How many different values there are, at most `MOST_COUNTED`."""
    unreadable: int = 0
    """Filled cells that would become unknown because nothing can be read from them."""
    unreadable_samples: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    """The first values, masked where they are about people."""


@dataclass(frozen=True)
class Notice:
    """Something in a file that a person should know of."""

    about: Literal[
        "rows",
        "header",
        "identity",
        "scale",
        "country",
        "currency",
        "unreadable",
        "sheets",
        "tables",
        "reading",
    ]
    fact: Fact | str
    """What it is, or how the reader of the file says it."""


@dataclass(frozen=True)
class ImpliedCountry:
    """The country that a column of bare region codes is in, where nothing else names one."""

    column: str
    country: str
    share: float
    """The share of the different codes that are regions of it."""

    @property
    def evidence(self) -> Fact:
        """What tells it."""
        return fact("country.states", share=self.share, column=self.column)


@dataclass
class Inspection:
    """What a file holds."""

    path: str
    format: str
    sheet: str | None
    other_sheets: tuple[str, ...]
    columns: list[Column]
    currency: str
    """The project's, in which amounts would be."""
    encoding: str | None = None
    delimiter: str | None = None
    rows: int = 0
    """Data rows that could be read as rows."""
    rejected: int = 0
    """Rows that fit no column."""
    rejects: tuple[Fact | str, ...] = ()
    """The first of them, each with its line and why."""
    blank: int = 0
    repaired: dict[str, int] = field(default_factory=dict)
    """Rows that are not quite what stood in the file, counted by what was done."""
    header_rows: int = 1
    aside: tuple[str, ...] = ()
    """Lines above and below the table that are no rows."""
    other_tables: tuple[str, ...] = ()
    nameless: int = 0
    """Rows with neither a name nor a domain nor a registry id; a load rejects them."""
    source: str | None = None
    """The source of the config that the file is."""
    scale: RevenueScale | None = None
    implied: ImpliedCountry | None = None
    notes: tuple[str, ...] = ()
    """What a person should know of how the file was read."""
    questions: tuple[Question, ...] = ()
    """What a load would ask before it reads the file."""
    warnings: list[Notice] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether the file could be loaded as it is."""
        return self.rows > self.nameless


def inspect(
    path: Place | str, *, format: str | None = None, config: Project | None = None
) -> Inspection:
    """What is in a file, or in stdin for `-`, and how a load would read it.

    With a config, the mapping of the source that the file is. Reads the whole file once, batch by
    batch. Raises InputError where the file cannot be read, ConfigError where the config names
    columns that it has not.
    """
    path = place(path)
    project = config or Project(Config(version=1))
    known_source = source_of(path, project)
    source = known_source or Source(name="file", path=STDIN)
    records, first, batches = open_source(path, source, format)
    sample = first.slice(0, PLANNING_ROWS)
    source, _ = without_unread(source, records)
    planned = _plan(records.header, sample, source, project)
    found = planned.recognitions if planned else recognise(records.header, sample)
    columns = [_column(each, planned) for each in found]
    work = _Inspecting(planned, columns)
    for batch in batches:
        work.add(batch)
    inspection = Inspection(
        path=str(path),
        format=records.format,
        sheet=records.sheet,
        other_sheets=tuple(records.other_sheets),
        columns=work.finished(),
        currency=project.config.currency,
        encoding=getattr(records, "encoding", None),
        delimiter=getattr(records, "delimiter", None),
        rows=work.rows,
        rejected=len(records.rejects),
        rejects=_rejects(records),
        blank=records.blank_rows,
        repaired=dict(records.repaired),
        header_rows=records.header_rows,
        aside=tuple(map(personal.mail_masked, (*records.preamble, *records.footnotes))),
        other_tables=tuple(records.other_tables),
        nameless=work.nameless if planned else work.rows,
        source=known_source.name if known_source else None,
        scale=work.scale,
        implied=work.implied_country(),
        notes=tuple(map(personal.mail_masked, records.notes)),
        questions=_questions(planned),
    )
    inspection.warnings = list(_warnings(inspection))
    return inspection


def _plan(header: list[str], sample: pa.Table, source: Source, project: Project) -> Plan | None:
    """The plan of a load; None where nothing in the file tells companies apart."""
    try:
        return plan(header, sample, source, project.config, ask=False)
    except ConfigError:
        if source.columns:
            raise
        return None


def _questions(planned: Plan | None) -> tuple[Question, ...]:
    if planned is None:
        return ()
    taken = {m.column for m in planned.mapped}
    config = {r.column for r in planned.recognitions if r.evidence == "config"}
    asked = {m.target for m in planned.mapped}
    return questions(planned.recognitions, asked, taken | config | set(planned.ignored))


def _column(found: Recognition, planned: Plan | None) -> Column:
    how: How = "not recognised"
    becomes = found.canonical
    if found.evidence in ("config", "ignored"):
        how = "config" if found.evidence == "config" else "ignored"
    elif found.canonical is not None:
        how = "recognised" if found.used else "unsure"
    if becomes is None and how != "ignored" and planned is not None:
        becomes = next((own.name for own in planned.own if own.column == found.column), None)
    return Column(
        found.column,
        becomes,
        how,
        found.confidence,
        found.evidence,
        found.unit,
        found.currency,
        found.scheme,
        found.split,
        found.without_rate,
    )


class _Inspecting:
    """The counts of a file's columns, growing batch by batch."""

    def __init__(self, planned: Plan | None, columns: list[Column]) -> None:
        self.plan = planned
        self.columns = columns
        self.entity = planned.entity if planned else ACCOUNTS
        self.rows = 0
        self.nameless = 0
        self.scale: RevenueScale | None = None
        self._values: list[dict[str, None]] = [{} for _ in columns]
        self._yes_or_no = [False] * len(columns)

    def add(self, batch: pa.Table) -> None:
        """Counts one batch."""
        for at, (column, cells) in enumerate(zip(self.columns, batch.columns, strict=True)):
            given = known(cells)
            column.filled += len(given) - given.null_count
            seen = self._values[at]
            if len(seen) < MOST_COUNTED:
                texts = given.drop_null().unique().to_pylist()
                seen.update(dict.fromkeys(texts[: MOST_COUNTED - len(seen)]))
            if self.rows == 0 and personal.names_people(column.name):
                self._yes_or_no[at] = yes_or_no(given) >= 0.8
        if self.plan is not None:
            loaded = load(batch, self.plan, first_row=self.rows + 1)
            self.nameless += loaded.rejects.num_rows
            by_name = {column.name: column for column in self.columns}
            for issue in loaded.issues:
                column = by_name[issue.column]
                column.unreadable += issue.count
                samples = dict.fromkeys((*column.unreadable_samples, *issue.samples))
                column.unreadable_samples = tuple(samples)[:_SAMPLES]
            if self.rows == 0:
                self.scale = revenue_scale(loaded.accounts.slice(0, _SCALE_ROWS), self.plan)
        self.rows += batch.num_rows

    def implied_country(self) -> ImpliedCountry | None:
        """The country of bare region codes: most of them, and several, are American states."""
        if self.plan is None or any(c.split for c in self.columns):
            return None
        targets = {mapped.target: mapped.column for mapped in self.plan.mapped}
        if "country" in targets or targets.get("region") is None:
            return None
        at = next(i for i, c in enumerate(self.columns) if c.name == targets["region"])
        values = list(self._values[at])[:PLANNING_ROWS]
        share = american_states(strings(values))
        if len(values) < _SEVERAL_STATES or share < 0.8:
            return None
        return ImpliedCountry(self.columns[at].name, "US", share)

    def _masked(self, name: str | None) -> bool:
        declared = self.entity.by_name.get(name or "")
        return declared is not None and declared.masked == "always"

    def finished(self) -> list[Column]:
        """The columns with their samples."""
        for at, column in enumerate(self.columns):
            values = self._values[at]
            column.distinct = len(values)
            hidden = not self._yes_or_no[at] and (
                self._masked(column.becomes) or personal.names_people(column.name)
            )
            first = [text for _, text in zip(range(_SAMPLES), values, strict=False)]
            column.samples = tuple(
                personal.masked(text) if hidden or "@" in text else text for text in first
            )
            if hidden:
                column.unreadable_samples = tuple(map(personal.masked, column.unreadable_samples))
        return self.columns


def _rejects(records: Records) -> tuple[Fact | str, ...]:
    return tuple(
        fact("reject.line", line=reject.line, reason=reject.reason)
        if reject.line
        else reject.reason
        for reject in records.rejects[:_REJECTS_SHOWN]
    )


def _asked(question: Question) -> Fact:
    """The question that a load would stop with."""
    return fact(
        "notice.question",
        asked=fact(f"question.{question.target}"),
        count=len(question.candidates),
        columns=[
            fact(
                "question.column",
                column=each.column,
                confidence=each.confidence,
                evidence=each.evidence,
            )
            for each in question.candidates
        ],
        mapping=question.mapping,
        ignore=question.ignore,
    )


def _warnings(inspection: Inspection) -> Iterator[Notice]:
    rows, nameless = inspection.rows, inspection.nameless
    if rows == 0:
        yield Notice("rows", fact("notice.no_rows"))
    elif nameless == rows:
        unsure = [
            fact("notice.unsure", column=each.name, target=each.becomes)
            for each in inspection.columns
            if each.how == "unsure" and each.becomes in ACCOUNTS.telling
        ]
        perhaps = fact("notice.perhaps", columns=unsure) if unsure else ""
        yield Notice("identity", fact("notice.no_identity", perhaps=perhaps))
    for question in inspection.questions:
        yield Notice("identity", _asked(question))
    if 0 < nameless < rows:
        yield Notice("rows", fact("notice.nameless", nameless=nameless, rows=rows))
    if (scale := inspection.scale) is not None:
        like = fact("notice.like_unit", unit=scale.unit) if scale.unit else ""
        said = fact(
            "notice.scale",
            column=scale.column,
            currency=inspection.currency,
            evidence=scale.evidence,
            like=like,
        )
        yield Notice("scale", said)
    if (implied := inspection.implied) is not None:
        said = fact("notice.country", evidence=implied.evidence, country=implied.country)
        yield Notice("country", said)
    yield from _of_columns(inspection)
    yield from _of_reading(inspection)


def _of_columns(inspection: Inspection) -> Iterator[Notice]:
    for each in inspection.columns:
        if each.without_rate:
            said = fact("notice.no_rate", column=each.name, evidence=each.evidence)
            yield Notice("currency", said)
        elif each.filled and each.unreadable * 5 > each.filled:
            share = each.unreadable / each.filled
            said = fact("notice.unreadable", share=share, column=each.name, target=each.becomes)
            yield Notice("unreadable", said)


def _of_reading(inspection: Inspection) -> Iterator[Notice]:
    for note in inspection.notes:
        yield Notice("reading", note)
    for how, count in inspection.repaired.items():
        yield Notice("rows", fact("notice.repaired", count=count, how=how))
    if aside := inspection.aside:
        first = aside[0].strip()[:60]
        yield Notice("rows", fact("notice.aside", lines=len(aside), first=first))
    if inspection.header_rows == 0:
        yield Notice("header", fact("notice.no_header"))
    for table in inspection.other_tables:
        yield Notice("tables", fact("notice.other_table", table=table))
    if inspection.other_sheets:
        yield Notice("sheets", fact("notice.other_sheets", sheets=inspection.other_sheets))
