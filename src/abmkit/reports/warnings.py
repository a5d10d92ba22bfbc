"""What of tables and ids may not be as expected, in words, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abmkit.domain.companies.ledger import Settled
from abmkit.io.records import Records
from abmkit.reports.words import Words
from abmkit.sources.loading import SourceReport
from abmkit.steps.load import Issue

_SAMPLES = 3
_MOST_NAMED = 3
_LONGEST = 60


def reading_warnings(report: SourceReport, words: Words, *, kept: bool) -> Iterator[str]:
    """What of a source was not read, repaired, left aside or rejected, and perhaps not kept."""
    source = report.name
    for issue in report.issues:
        note = words("load.note", note=issue.note) if issue.note else ""
        yield words(
            "load.unreadable",
            source=source,
            count=issue.count,
            column=issue.column,
            target=issue.canonical,
            samples=_samples(issue),
            note=note,
        )
    for repair in report.repairs:
        yield words(
            "load.repaired",
            source=source,
            count=repair.count,
            column=repair.column,
            note=repair.note,
            samples=_samples(repair),
        )
    for file in report.files:
        for how, count in file.repaired.items():
            yield words("load.rows_repaired", source=source, count=count, how=how)
        yield from _other_tables(source, file.other_tables, words)
    if rejected := report.total("rejected"):
        yield words(
            "load.rejected", source=source, count=rejected, place="", keep=_keep(words, kept)
        )


def conversion_warnings(records: Records, words: Words, *, kept: bool) -> Iterator[str]:
    """What of a table was not taken as it stood, and perhaps not kept."""
    name = records.name
    for how, count in records.repaired.most_common():
        lines = ", ".join(str(r.line) for r in records.repairs if r.reason == how and r.line)
        shown = _shortened(lines)
        yield words("convert.rows_repaired", source=name, count=count, how=how, lines=shown)
    yield from _other_tables(name, records.other_tables, words)
    if records.rejects:
        first = records.rejects[0]
        line = words("convert.line", line=first.line) if first.line else ""
        place = words("convert.first", line=line, reason=first.reason)
        count = len(records.rejects)
        yield words("load.rejected", source=name, count=count, place=place, keep=_keep(words, kept))


def conversion_notes(records: Records, words: Words) -> Iterator[str]:
    """What was made of a table that is no cause for concern."""
    if records.header_rows == 0:
        yield words("convert.no_header", source=records.name)
    if aside := len(records.preamble) + len(records.footnotes):
        yield words("convert.aside", source=records.name, lines=aside)


def id_changes(settled: Settled, words: Words) -> Iterator[str]:
    """Accounts that go by another id since the last run."""
    for kind in ("merged", "split"):
        count = settled.counts[kind]
        if not count:
            continue
        rows = [row for row in settled.changes.to_pylist() if row["kind"] == kind]
        named = [
            words(f"ids.{kind}_one", id=row["account_id"], other=row["other"])
            for row in rows[:_MOST_NAMED]
        ]
        more = words("list.and_more") if len(rows) > _MOST_NAMED else ""
        yield words(f"ids.{kind}", count=len(rows), named=named, more=more)


def _other_tables(source: str, tables: Iterable[str], words: Words) -> Iterator[str]:
    for table in tables:
        yield words("load.other_table", source=source, table=table)


def _samples(issue: Issue) -> str:
    return ", ".join(repr(sample) for sample in issue.samples[:_SAMPLES])


def _keep(words: Words, kept: bool) -> str:
    return "" if kept else words("load.keep")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(",")[0] + ", …"
