"""What of a source was not read, in words, a line each."""

from __future__ import annotations

from collections.abc import Iterator

from abmkit.reports.convert import keep, other_tables
from abmkit.reports.words import Words
from abmkit.sources.loading import SourceReport
from abmkit.steps.load import Issue

_SAMPLES = 3


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
        if file.left_out:
            yield words("load.left_out", source=source, columns=file.left_out)
        yield from other_tables(source, file.other_tables, words)
    if rejected := report.total("rejected"):
        yield words(
            "load.rejected", source=source, count=rejected, place="", keep=keep(words, kept)
        )


def _samples(issue: Issue) -> str:
    return ", ".join(repr(sample) for sample in issue.samples[:_SAMPLES])
