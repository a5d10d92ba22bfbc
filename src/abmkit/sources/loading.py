"""The sources of a project as one table of records: opened, planned, then read batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.config.sections.suppress import Suppress
from abmkit.domain.arrays import from_numpy, repeated
from abmkit.domain.identity import account_ids
from abmkit.domain.recognition.people import person_columns, person_ids
from abmkit.domain.recognition.personal import mail_masked
from abmkit.domain.recognition.proving import proven
from abmkit.domain.rules.truth import truth
from abmkit.domain.values.industries.labels import IndustryLabels, labelled
from abmkit.errors import Problems
from abmkit.io.ahead import side_by_side
from abmkit.io.columnar import InPlace
from abmkit.io.reading import expand
from abmkit.io.remote.copies import modified, sha256
from abmkit.places import Place
from abmkit.places import place as place_of
from abmkit.schema.accounts import ACCOUNTS, SUPPRESSED, in_order
from abmkit.sources.canonical import own_kinds, read_accounts
from abmkit.sources.finding import STDIN
from abmkit.sources.quality import FileReport, SourceReport, added_up
from abmkit.sources.rejects import Rejects
from abmkit.sources.tables import (
    PLANNING_ROWS,
    Cells,
    aligned,
    common_schema,
    open_source,
    read_table,
    without_unread,
)
from abmkit.steps.load import REJECTED, Plan, load, plan
from abmkit.steps.load import Loaded as LoadedBatch

__all__ = ["FileReport", "FileToLoad", "Loaded", "SourceReport", "load_sources"]

_HOLDS = "__holds"


@dataclass(frozen=True)
class FileToLoad:
    """A file of a source, and all that its rows depend on: it can be loaded by another process."""

    place: Cells
    source: Source
    config: Config
    format: str | None
    as_of: date
    industries: IndustryLabels | None

    def at(self, folder: Path) -> FileToLoad:
        """The same file for a process that works in another folder."""
        if isinstance(self.place, Path):
            return replace(self, place=folder / self.place)
        return self

    def opened(self, path: str, schema: pa.Schema) -> LoadedFile:
        """The file's rows in a schema, numbered from 1. `path` is its name in reports."""
        opened = _open(self.place, self.source, self.config, self.format, fingerprints=False)
        opened.report.path = path
        report, rejects = SourceReport(self.source.name, [opened.report], None), Rejects()
        numbered: dict[str, int] = {}
        reports = {report.name: report}
        rows = _rows([opened], schema, reports, rejects, self.as_of, self.industries, numbered)
        return LoadedFile(rows, report, rejects, numbered, opened.numbers_rows)


@dataclass(frozen=True)
class LoadedFile:
    """One file, and what is known of it once its rows have been read."""

    rows: Iterator[pa.Table]
    report: SourceReport
    rejects: Rejects
    numbered: dict[str, int]
    """How many rows were numbered, by the source's name."""
    numbers_rows: bool
    """Whether `source_row` is made here; else the file has it."""


@dataclass
class Loaded:
    """The records of all sources, one after the other, and what is known about the reading.

    `rejects` and the counts in `reports` are complete once the batches have been read.
    """

    schema: pa.Schema
    batches: Iterator[pa.Table]
    reports: list[SourceReport]
    rejects: Rejects
    files: tuple[FileToLoad, ...] = ()
    """Every file, in the order of the reports."""
    in_place: tuple[InPlace, ...] = ()
    """The files, where an engine may read all of them as they are: nothing is done to their rows
    but what is counted while the batches are read."""

    def table(self) -> pa.Table:
        """The records as an Arrow table, with all batches read."""
        return pa.concat_tables([pa.Table.from_batches([], self.schema), *self.batches])


@dataclass
class _Opened:
    """A file with its first batch at hand, and how its rows become accounts."""

    source: Source
    report: FileReport
    schema: pa.Schema
    batches: Iterator[pa.Table]
    plan: Plan | None
    as_of: date | None
    rejects: Any
    numbers_rows: bool = True
    """Whether `source_row` is the place in the source; else the file has it."""
    in_place: InPlace | None = None


def load_sources(
    project: Project,
    sources: Sequence[Source],
    *,
    as_of: date,
    format: str | None = None,
    fingerprints: bool = False,
    tables: Mapping[str, pa.Table] | None = None,
    industries: IndustryLabels | None = None,
    problems: Problems | None = None,
) -> Loaded:
    """The records of the sources, read lazily.

    A path `-` is stdin; `tables` has the cells, as text, of sources that are no files, by name.
    `fingerprints` adds each file's SHA-256 to its report. Industries get the project's own labels,
    or those of `industries`. Raises InputError for files that cannot be used and ConfigError, with
    all problems, for columns not there; `problems` takes them instead, where it is given.
    """
    found = Problems() if problems is None else problems
    if industries is None:
        with found.caught():
            industries = industry_labels(project)
    given = tables or {}
    opened: list[_Opened] = []
    to_load: list[FileToLoad] = []
    reports: list[SourceReport] = []
    for source in sources:
        places: list[Cells] = []
        if source.name in given:
            places = [given[source.name]]
        elif source.paths() == [STDIN]:
            places = [STDIN]
        else:
            with found.caught():
                places = list(expand(source.paths(), project.folder, source.query))
        files = []
        for place in places:
            with found.caught():
                files.append(_open(place, source, project.config, format, fingerprints))
                _check_when(source, files[-1].schema, as_of)
                config = project.config
                to_load.append(FileToLoad(place, source, config, format, as_of, industries))
        opened += files
        reports.append(
            SourceReport(source.name, [f.report for f in files], files[0].plan if files else None)
        )
    if problems is None:
        found.told()
    schema = common_schema([each.schema for each in opened])
    rejects = Rejects()
    by_name = {report.name: report for report in reports}
    batches = _rows(opened, schema, by_name, rejects, as_of, industries, {})
    in_place = () if industries is not None else _in_place(opened, schema)
    return Loaded(schema, batches, reports, rejects, tuple(to_load), in_place)


def _in_place(files: Sequence[_Opened], schema: pa.Schema) -> tuple[InPlace, ...]:
    """The files as they lie, with where their rows are from; none where one cannot be read so."""
    from pyarrow.parquet import read_metadata, read_schema

    found = []
    rows: dict[str, int] = {}
    for each in files:
        fits = all(
            field.type == schema.field(_spelled(schema, field.name)).type for field in each.schema
        )
        if each.in_place is None or each.source.when is not None or not fits:
            return ()
        first = rows.get(each.source.name, 0) + 1
        rows[each.source.name] = first - 1 + read_metadata(each.in_place.path).num_rows
        lying = each.in_place
        if "source" not in read_schema(lying.path).names:
            lying = replace(lying, source=each.source.name, first_row=first)
        found.append(lying)
    return tuple(found)


def _spelled(schema: pa.Schema, name: str) -> str:
    return str(next(each for each in schema.names if each.casefold() == name.casefold()))


def industry_labels(project: Project) -> IndustryLabels | None:
    """The project's own label for each label or code of a source. Raises ColumnError."""
    if project.config.industry is None:
        return None
    path = project.resolve(project.config.industry.map)
    table = read_table(path, ("from", "to"))
    pairs = zip(table["from"].to_pylist(), table["to"].to_pylist(), strict=True)
    return IndustryLabels.of((given.strip(), own.strip()) for given, own in pairs if given and own)


def _open(
    place: Cells, source: Source, config: Config, format: str | None, fingerprints: bool
) -> _Opened:
    """A place with what its rows become: as they are, or by a plan from the first ones."""
    path = None if isinstance(place, pa.Table) else place
    fingerprint = None
    if fingerprints and path is not None and path != STDIN:
        fingerprint = sha256(place_of(path))
    if source.canonical and path is not None:
        accounts = read_accounts(path, format, own_kinds(config))
        report = FileReport(str(path), format or place_of(path).suffix.lstrip("."), fingerprint)
        schema = _canonical(pa.Table.from_batches([], accounts.schema), source, 1).schema
        lying = accounts.in_place if "account_id" in accounts.schema.names else ()
        in_place = lying[0] if lying else None
        return _Opened(
            source,
            report,
            schema,
            _tables(accounts),
            None,
            None,
            lambda: accounts.rejects,
            "source" not in accounts.schema.names,
            in_place,
        )
    records, first, batches = open_source(place, source, format)
    # Some rows, not none: what a place tells (its country, its province) is a column where it does.
    sample = first.slice(0, PLANNING_ROWS)
    source, left_out = without_unread(source, records)
    entity = ACCOUNTS
    if isinstance(source, Suppress):
        # Who is to be suppressed may be called by an id or a phone alone; people are no companies.
        entity, source = SUPPRESSED, _without_people(source, records.header)
    planned = proven(plan(records.header, sample, source, config, entity=entity), first)
    report = FileReport(records.name if path is None else str(path), records.format, fingerprint)
    report.left_out = left_out
    report.encoding, report.delimiter = records.encoding, records.delimiter
    schema = load(sample, planned).accounts.schema
    day = _modified(path) if source.as_of == "mtime" else planned.as_of
    if day is not None:
        schema = load(sample, planned, as_of=day).accounts.schema

    def rejected() -> Any:
        report.blank = records.blank_rows
        report.repaired = dict(records.repaired)
        report.other_tables = records.other_tables
        report.other_sheets = [] if source.sheet or records.other_tables else records.other_sheets
        beside = (*records.notes, *records.preamble, *records.footnotes)
        report.notes = [mail_masked(text) for text in beside]
        return records.rejects

    return _Opened(source, report, schema, batches, planned, day, rejected)


def _without_people(source: Suppress, header: Sequence[str]) -> Suppress:
    """A list without the columns of people's names and ids, but for those that the config maps."""
    told = {
        each.from_
        for mapping in source.columns.values()
        for each in (mapping if isinstance(mapping, list) else [mapping])
    }
    people = [*person_columns(header), *person_ids(header)]
    ignored = [name for name in people if name not in told and name not in source.ignore]
    return source.model_copy(update={"ignore": [*source.ignore, *ignored]})


def _tables(accounts: Any) -> Iterator[pa.Table]:
    for batch in accounts.batches:
        yield pa.Table.from_batches([batch])


def _modified(path: Place | str | None) -> date | None:
    if path is None or path == STDIN:
        return None
    return modified(place_of(path)).astimezone(UTC).date()


def _rows(
    files: Sequence[_Opened],
    schema: pa.Schema,
    reports: Mapping[str, SourceReport],
    rejects: Rejects,
    as_of: date,
    industries: IndustryLabels | None,
    rows_of: dict[str, int],
) -> Iterator[pa.Table]:
    """The rows of files, one after another; `rows_of` grows by those of each source."""
    for each in files:
        report = reports[each.source.name]
        for loaded in _loads(each, rows_of.get(each.source.name, 0) + 1):
            rows_of[each.source.name] = rows_of.get(each.source.name, 0) + loaded.read
            each.report.read += loaded.read
            accounts = loaded.accounts
            report.issues = added_up(report.issues, loaded.issues)
            report.repairs = added_up(report.repairs, loaded.repairs)
            rejects.add(loaded.rejects, each.report.path)
            each.report.rejected += loaded.rejects.num_rows
            if each.source.when is not None:
                report.told_by.add(accounts, each.source.when.column_names())
                accounts, left_out = _filtered(accounts, each.source, as_of)
                each.report.filtered += left_out
            if industries is not None and "industry" in accounts.column_names:
                accounts = labelled(accounts, industries, report.unmapped_industries)
            each.report.accepted += accounts.num_rows
            report.quality.add(accounts, as_of)
            yield aligned(accounts, schema)
        unread = each.rejects()
        each.report.rejected += len(unread)
        each.report.read += len(unread)
        rejects.add_unread(unread, each.report.path, each.source.name)


def _loads(file: _Opened, first_row: int) -> Iterator[LoadedBatch]:
    """The batches of a file as accounts; where there are several, some at a time.

    Of a stream the next batch may never come, and nothing waits for it.
    """
    numbered = _numbered(file.batches, first_row)
    some = list(islice(numbered, 2 if Path(file.report.path).is_file() else 0))
    every = chain(some, numbered)
    if len(some) < 2:
        yield from (_load(file, batch) for batch in every)
        return
    with side_by_side(partial(_load, file, alone=False), every) as loaded:
        yield from loaded


def _numbered(batches: Iterable[pa.Table], first_row: int) -> Iterator[tuple[pa.Table, int]]:
    for batch in batches:
        yield batch, first_row
        first_row += batch.num_rows


def _load(file: _Opened, numbered: tuple[pa.Table, int], *, alone: bool = True) -> LoadedBatch:
    batch, first_row = numbered
    if file.plan is None:
        accounts = _canonical(batch, file.source, first_row)
        return LoadedBatch(accounts, pa.Table.from_batches([], REJECTED), (), batch.num_rows)
    return load(batch, file.plan, first_row=first_row, as_of=file.as_of, alone=alone)


def _canonical(batch: pa.Table, source: Source, first_row: int) -> pa.Table:
    """A batch that abmkit wrote, with what tells its records apart."""
    count = batch.num_rows
    if "source" not in batch.column_names:
        batch = batch.append_column("source", repeated(source.name, count))
        rows = from_numpy(np.arange(first_row, first_row + count))
        batch = batch.drop_columns([c for c in ("source_row",) if c in batch.column_names])
        batch = batch.append_column("source_row", rows)
    if "account_id" not in batch.column_names:
        batch = batch.append_column("account_id", account_ids(batch))
    return batch.select(in_order(batch.column_names))


def _section(source: Source) -> str:
    return "suppress" if isinstance(source, Suppress) else "sources"


def _check_when(source: Source, schema: pa.Schema, as_of: date) -> None:
    """Raise for a source's condition that its columns cannot serve."""
    if source.when is not None:
        columns = dict(nw.Schema.from_arrow(schema))
        truth(source.when, columns, as_of, where=f"{_section(source)}.{source.name}.when")


def _filtered(accounts: pa.Table, source: Source, as_of: date) -> tuple[pa.Table, int]:
    assert source.when is not None
    frame = nw.from_native(accounts, eager_only=True)
    where = f"{_section(source)}.{source.name}.when"
    holds = truth(source.when, dict(frame.schema), as_of, where=where).true
    # In two stages: what asks only for what is not there is a constant, and no frame filters by it.
    flagged = frame.with_columns(holds.alias(_HOLDS))
    kept = flagged.filter(nw.col(_HOLDS)).drop(_HOLDS)
    return kept.to_native(), accounts.num_rows - len(kept)
