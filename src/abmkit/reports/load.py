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
    yield from unused_columns(report, words)
    for issue in report.issues:
        note = words("load.note", note=issue.note) if issue.note else ""
        yield words(
            "load.unreadable",
            source=source,
            count=issue.count,
            column=issue.column,
            target=issue.canonical,
            samples=_samples(issue, words),
            note=note,
        )
    for repair in report.repairs:
        yield words(
            "load.repaired",
            source=source,
            count=repair.count,
            column=repair.column,
            note=repair.note,
            samples=_samples(repair, words),
        )
    for file in report.files:
        for how, count in file.repaired.items():
            yield words("load.rows_repaired", source=source, count=count, how=how)
        if file.left_out:
            yield words("load.left_out", source=source, columns=file.left_out)
    yield from left_aside(report, words)
    if rejected := report.total("rejected"):
        yield words(
            "load.rejected", source=source, count=rejected, place="", keep=keep(words, kept)
        )


def left_aside(report: SourceReport, words: Words) -> Iterator[str]:
    """The tables and sheets of a source's files that are not read."""
    for file in report.files:
        yield from other_tables(report.name, file.other_tables, words)
        if file.other_sheets:
            yield words("load.other_sheets", source=report.name, sheets=file.other_sheets)


def unused_columns(report: SourceReport, words: Words) -> Iterator[str]:
    """The columns whose header says what they are, and which are not used for it."""
    for each in report.plan.unused if report.plan else ():
        if each.currency:
            yield words(
                "load.no_rate",
                source=report.name,
                column=each.column,
                target=each.target,
                currency=each.currency,
                own=_own_currency(report),
            )
            continue
        such = [repr(text) for text in each.samples[:_SAMPLES]]
        yield words(
            "load.not_used",
            source=report.name,
            column=each.column,
            target=each.target,
            evidence=each.evidence.removeprefix("header, "),
            samples=words("load.such_as", samples=such) if such else "",
        )


def _own_currency(report: SourceReport) -> str:
    """The project's currency: the one of which one is worth one."""
    assert report.plan is not None
    return next(code for code, rate in reversed(report.plan.rates.items()) if rate == 1.0)


def _samples(issue: Issue, words: Words) -> str:
    return words("list.comma").join(repr(sample) for sample in issue.samples[:_SAMPLES])
