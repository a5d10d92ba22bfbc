"""The quality of a source as a record and as warnings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from abmkit.config.project import Config
from abmkit.domain.rules.asked import asked
from abmkit.domain.values.industries.labels import folded
from abmkit.reports.load import left_aside
from abmkit.reports.words import Words
from abmkit.schema.accounts import ACCOUNTS, CANONICAL
from abmkit.sources.loading import SourceReport
from abmkit.sources.quality import MOST_COUNTED, ColumnQuality, counted

_SHOWN = 3
_FEW_SHARED = 0.5
_MOSTLY_UNREADABLE = 0.2
_HALF = 0.5
_MANY_REJECTS = 0.1
_SAMPLES = 3


def quality_data(report: SourceReport) -> dict[str, Any]:
    """A source's quality as plain data, for the record of a run."""
    quality = report.quality
    odd, samples = quality.odd_heads()
    return {
        "rows": quality.rows,
        "columns": list(column_quality(report)),
        "revenue_per_employee": {"outliers": odd, "samples": samples},
        "freshness": {
            "known": quality.dated,
            "oldest": quality.oldest.isoformat() if quality.oldest else None,
            "newest": quality.newest.isoformat() if quality.newest else None,
            "older_than_two_years": quality.stale,
        },
    }


def column_quality(report: SourceReport) -> Iterator[dict[str, Any]]:
    """What is known of each column that the source gives, in the accounts' order."""
    quality = report.quality
    given = _given(report)
    unreadable: dict[str, tuple[int, tuple[str, ...]]] = {}
    for issue in report.issues:
        before, samples = unreadable.get(issue.canonical, (0, ()))
        shown = (*samples, *issue.samples)[:_SAMPLES]
        unreadable[issue.canonical] = (before + issue.count, shown)
    for name in counted([*dict.fromkeys([*quality.columns, *unreadable])]):
        column = quality.columns.get(name, ColumnQuality())
        # What load makes or what no file of the source gives says nothing about the source.
        if name not in given and not column.filled:
            continue
        count, samples = unreadable.get(name, (0, ()))
        unmapped = sum(report.unmapped_industries.values()) if name == "industry" else 0
        filled = column.filled + count
        yield {
            "column": given.get(name),
            "as": name,
            # A rejected row is counted among the unreadable, but not among the rows.
            "filled": min(filled, max(quality.rows, count)),
            "valid": max(column.valid - unmapped, 0),
            "distinct": column.distinct,
            "distinct_at_least": column.distinct >= MOST_COUNTED,
            "unreadable": count,
            "unreadable_samples": list(samples),
            "outliers": column.outliers,
            "outlier_samples": column.outlier_samples,
        }


def _given(report: SourceReport) -> dict[str, str | None]:
    """The source's columns by what they became."""
    if report.plan is None:
        return {}
    given = {own.name: own.column for own in report.plan.own}
    for mapped in report.plan.mapped:
        given.setdefault(mapped.target, mapped.column)
    return given


def quality_warnings(reports: Sequence[SourceReport], config: Config, words: Words) -> list[str]:
    """What of the sources' quality would spoil a list, a line each."""
    used = _used(config)
    return [line for report in reports for line in _findings(report, used, words)]


def _used(config: Config) -> set[str]:
    """The columns that rules and criteria read."""
    rules = asked(config, ("exclude", "score"))
    return {name.casefold() for each in rules for name in each.condition.column_names()}


def columns_renamed(
    reports: Sequence[SourceReport], config: Config, filled: Collection[str], words: Words
) -> Iterator[str]:
    """The own columns that rules and criteria mean by the name of a canonical one, a line each.

    `filled` are the columns that the rules of `assign` fill.
    """
    given = {name for report in reports for name in report.quality.columns} | {*filled}
    read: dict[str, list[str]] = {}
    for each in asked(config):
        for name in each.condition.column_names():
            declared = ACCOUNTS.by_name.get(name.casefold())
            if not reports or declared is None or declared.derived or not declared.counted:
                continue
            if (declared.end_of or declared.name) not in given and declared.name not in given:
                read.setdefault(declared.name, []).append(each.where)
    for column, places in read.items():
        said = list(dict.fromkeys(places))
        yield words("quality.not_given", column=column, places=said)
        for report in reports:
            for own, name in (report.plan.renamed if report.plan else {}).items():
                if own.casefold() == column:
                    yield words("quality.kept", own=own, source=report.name, name=name, places=said)


def _findings(report: SourceReport, used: set[str], words: Words) -> Iterator[str]:
    rows, source = report.quality.rows, report.name
    read, rejected = report.total("read"), report.total("rejected")
    if rejected > _MANY_REJECTS * read:
        yield words("quality.rejected", source=source, rejected=rejected, read=read)
    yield from left_aside(report, words)
    yield from _unclear(report, words)
    columns = list(column_quality(report))
    for each in columns:
        name, filled = each["as"], each["filled"]
        if name == "do_not_contact":
            continue
        if each["unreadable"] and name in CANONICAL and ACCOUNTS.by_name[name].protected:
            yield words(
                "protect.unread",
                source=source,
                count=each["unreadable"],
                column=each["column"],
                target=name,
                samples=list(map(repr, each["unreadable_samples"])),
            )
        elif each["unreadable"] > _MOSTLY_UNREADABLE * filled:
            yield words(
                "quality.unreadable",
                source=source,
                share=each["unreadable"] / filled,
                column=each["column"],
                target=name,
                samples=list(map(repr, each["unreadable_samples"])),
            )
        elif name in used and filled < _HALF * rows:
            yield words("quality.half_known", source=source, column=name, share=filled / rows)
        if each["outliers"]:
            yield words(
                "quality.implausible",
                source=source,
                column=name,
                count=each["outliers"],
                samples=each["outlier_samples"],
            )
    odd, heads = report.quality.odd_heads()
    if odd:
        yield words("quality.heads", source=source, count=odd, samples=heads)
    canonical = [each["filled"] for each in columns if each["as"] in CANONICAL and each["column"]]
    if rows and canonical and (share := sum(canonical) / len(canonical) / rows) < _HALF:
        yield words("quality.sparse", source=source, columns=len(canonical), share=share)


def _unclear(report: SourceReport, words: Words) -> Iterator[str]:
    """What nobody understands of who may be contacted."""
    for issue in report.issues:
        if issue.canonical == "do_not_contact":
            yield words(
                "protect.unclear",
                source=report.name,
                count=issue.count,
                column=issue.column,
                samples=list(map(repr, issue.samples[:_SAMPLES])),
            )


def industry_warnings(
    reports: Sequence[SourceReport], table: str | None, words: Words
) -> list[str]:
    """What a person should know of industry labels: those without one, or sources that differ.

    `table` is the project's `[industry] map`, None where it has none.
    """
    if table is not None:
        return [_unmapped(report, table, words) for report in reports if report.unmapped_industries]
    labels = {
        report.name: frozenset(map(folded, values))
        for report in reports
        if (values := report.quality.values("industry"))
    }
    return [
        words(
            "quality.labels_differ",
            first=first,
            firsts=len(labels[first]),
            second=second,
            seconds=len(labels[second]),
            shared=len(shared),
        )
        for first, second in pairwise(labels)
        if len(shared := labels[first] & labels[second])
        < _FEW_SHARED * min(len(labels[first]), len(labels[second]))
    ]


def _unmapped(report: SourceReport, table: str, words: Words) -> str:
    counts = sorted(report.unmapped_industries.items(), key=lambda each: (-each[1], each[0]))
    shown = [words("quality.label", label=label, count=count) for label, count in counts[:_SHOWN]]
    return words(
        "quality.unmapped",
        source=report.name,
        labels=len(counts),
        rows=sum(report.unmapped_industries.values()),
        table=table,
        shown=shown,
        more=words("list.and_more") if len(counts) > _SHOWN else "",
    )
