"""The quality of a source as a record, as warnings, and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from abmkit.config.project import Config
from abmkit.domain.values.industries.labels import folded
from abmkit.reports.console.inspect import WIDTH, fitted, wrapped
from abmkit.schema.accounts import CANONICAL
from abmkit.sources.loading import SourceReport
from abmkit.sources.quality import MOST_COUNTED, STALE, ColumnQuality, counted

_SHOWN = 3
_FEW_SHARED = 0.5
_MOSTLY_UNREADABLE = 0.2
_HALF = 0.5
_MANY_REJECTS = 0.1
_SAMPLES = 3
_GAP = "  "
_WIDTHS = (20, 16, 7, 7, 8, 10)


def quality_data(report: SourceReport) -> dict[str, Any]:
    """A source's quality as plain data, for the record of a run."""
    quality = report.quality
    odd, samples = quality.odd_heads()
    return {
        "rows": quality.rows,
        "columns": list(_columns(report)),
        "revenue_per_employee": {"outliers": odd, "samples": samples},
        "freshness": {
            "known": quality.dated,
            "oldest": quality.oldest.isoformat() if quality.oldest else None,
            "newest": quality.newest.isoformat() if quality.newest else None,
            "older_than_two_years": quality.stale,
        },
    }


def _columns(report: SourceReport) -> Iterator[dict[str, Any]]:
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


def quality_warnings(reports: Sequence[SourceReport], config: Config) -> list[str]:
    """What of the sources' quality would spoil a list, a line each."""
    used = _used(config)
    return [line for report in reports for line in _findings(report, used)]


def _used(config: Config) -> set[str]:
    """The columns that rules and criteria read."""
    conditions = [rule.when for rule in config.exclude.rules]
    conditions += [band.when for criterion in config.score.criteria for band in criterion.bands]
    return {name.casefold() for condition in conditions for name in condition.column_names()}


def _findings(report: SourceReport, used: set[str]) -> Iterator[str]:
    rows = report.quality.rows
    read, rejected = report.total("read"), report.total("rejected")
    if rejected > _MANY_REJECTS * read:
        yield f"{report.name}: {rejected:,} of {read:,} rows rejected"
    columns = list(_columns(report))
    for each in columns:
        name, filled = each["as"], each["filled"]
        if each["unreadable"] > _MOSTLY_UNREADABLE * filled:
            samples = ", ".join(map(repr, each["unreadable_samples"]))
            share = each["unreadable"] / filled
            yield f"{report.name}: {share:.0%} of {each['column']!r} not read as {name}: {samples}"
        elif name in used and filled < _HALF * rows:
            share = filled / rows
            yield f"{report.name}: {name}, which rules read, is known in {share:.0%} of rows"
        if each["outliers"]:
            samples = ", ".join(each["outlier_samples"])
            yield f"{report.name}: {each['outliers']:,} implausible {name}: {samples}"
    odd, heads = report.quality.odd_heads()
    if odd:
        said = ", ".join(heads)
        yield f"{report.name}: {odd:,} rows with an implausible revenue per employee: {said}"
    canonical = [each["filled"] for each in columns if each["as"] in CANONICAL and each["column"]]
    if rows and canonical and (share := sum(canonical) / len(canonical) / rows) < _HALF:
        yield f"{report.name}: its {len(canonical)} columns are {share:.0%} full on average"


def quality_text(report: SourceReport, as_of: date, width: int = WIDTH) -> str:
    """A source's quality for a terminal: a line per column, then what is wrong with some."""
    rows = report.quality.rows
    lines = [wrapped(_head(report, as_of), "  ", width)]
    header = ("column", "becomes", "filled", "valid", "distinct", "unreadable")
    lines.append("  " + _line(header))
    columns = list(_columns(report))
    for each in columns:
        more = "+" if each["distinct_at_least"] else ""
        cells = (
            each["column"] or "",
            each["as"],
            _share(each["filled"], rows),
            _share(each["valid"], rows),
            f"{each['distinct']:,}{more}",
            f"{each['unreadable']:,}" if each["unreadable"] else "",
        )
        lines.append("  " + _line(cells))
    for each in columns:
        if each["unreadable"]:
            samples = ", ".join(map(repr, each["unreadable_samples"]))
            said = f"  ! {each['column']}: not read as {each['as']}: {samples}"
            lines.append(wrapped(said, "    ", width))
        if each["outliers"]:
            samples = ", ".join(each["outlier_samples"])
            said = f"  ! {each['as']}: {each['outliers']:,} implausible: {samples}"
            lines.append(wrapped(said, "    ", width))
    odd, heads = report.quality.odd_heads()
    if odd:
        said = f"  ! revenue per employee: {odd:,} implausible: {', '.join(heads)}"
        lines.append(wrapped(said, "    ", width))
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str]) -> str:
    name, becomes, *counts = cells
    shown = [fitted(name, _WIDTHS[0]), fitted(becomes, _WIDTHS[1])]
    shown += [count.rjust(width) for count, width in zip(counts, _WIDTHS[2:], strict=True)]
    return _GAP.join(shown)


def _share(count: int, rows: int) -> str:
    return f"{count / rows:.0%}" if rows else "–"


def _head(report: SourceReport, as_of: date) -> str:
    quality = report.quality
    files = len(report.files)
    parts = [f"{report.name}: {quality.rows:,} rows", f"{files} file{'s' * (files != 1)}"]
    if rejected := report.total("rejected"):
        parts.append(f"{rejected:,} rejected")
    if filtered := report.total("filtered"):
        parts.append(f"{filtered:,} left out by when")
    if quality.oldest and quality.newest:
        same = quality.oldest == quality.newest
        span = f"{quality.newest}" if same else f"{quality.oldest} to {quality.newest}"
        stale = " (over two years ago)" if quality.newest < as_of - STALE else ""
        parts.append(f"as of {span}{stale}")
    return " · ".join(parts)


def industry_warnings(reports: Sequence[SourceReport], table: str | None) -> list[str]:
    """What a person should know of industry labels: those without one, or sources that differ.

    `table` is the project's `[industry] map`, None where it has none.
    """
    if table is not None:
        return [_unmapped(report, table) for report in reports if report.unmapped_industries]
    labels = {
        report.name: frozenset(map(folded, values))
        for report in reports
        if (values := report.quality.values("industry"))
    }
    said = []
    for first, second in pairwise(labels):
        shared = labels[first] & labels[second]
        if len(shared) < _FEW_SHARED * min(len(labels[first]), len(labels[second])):
            said.append(
                f"{first} has {len(labels[first])} industry labels, {second} "
                f"{len(labels[second])}, and they share {len(shared)}: give both the project's "
                "own with [industry] map"
            )
    return said


def _unmapped(report: SourceReport, table: str) -> str:
    counts = sorted(report.unmapped_industries.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{label!r} ({count:,})" for label, count in counts[:_SHOWN])
    more = ", …" if len(counts) > _SHOWN else ""
    labels = f"{len(counts):,} industry label{'s' * (len(counts) != 1)}"
    rows = sum(report.unmapped_industries.values())
    return f"{report.name}: {labels} of {rows:,} rows are not in {table}: {shown}{more}"
