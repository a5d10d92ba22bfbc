"""What `check` says: the quality of each source, a line per column, and what is wrong with some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from abmkit.reports.console.width import WIDTH, fit, pad, wrap
from abmkit.reports.quality import column_quality
from abmkit.reports.words import Words
from abmkit.sources.loading import SourceReport
from abmkit.sources.quality import STALE
from abmkit.steps.suppression import SuppressionList

_GAP = "  "
_WIDTHS = (20, 16, 7, 7, 8, 10)


def check_text(
    sources: Sequence[SourceReport], lists: Sequence[SuppressionList], as_of: date, words: Words
) -> str:
    """What a run would read: sources with their quality, and lists to suppress by."""
    lines = [quality_text(report, as_of, words) + "\n" for report in sources]
    lines += [
        wrap(
            words("check.to_suppress", list=each.name, entries=each.entries.num_rows)
            + _left_out(each, words),
            hanging=_GAP,
        )
        for each in lists
    ]
    return "\n".join([*lines, words("check.no_problems")])


def _left_out(each: SuppressionList, words: Words) -> str:
    count = each.left_out
    return words("list.comma") + words("check.filtered", count=count) if count else ""


def quality_text(report: SourceReport, as_of: date, words: Words, width: int = WIDTH) -> str:
    """A source's quality for a terminal: a line per column, then what is wrong with some."""
    rows = report.quality.rows
    lines = [wrap(_head(report, as_of, words), width, hanging=_GAP)]
    names = ("column", "becomes", "filled", "valid", "distinct", "unreadable")
    lines.append(_line([words(f"table.{name}") for name in names]))
    for each in column_quality(report):
        more = "+" if each["distinct_at_least"] else ""
        cells = (
            each["column"] or "",
            each["as"],
            _share(each["filled"], rows),
            _share(each["valid"], rows),
            f"{each['distinct']:,}{more}",
            f"{each['unreadable']:,}" if each["unreadable"] else "",
        )
        lines.append(_line(cells))
    lines += [wrap(text, width, hanging="    ") for text in _problems(report, words)]
    return "\n".join(line.rstrip() for line in lines)


def _problems(report: SourceReport, words: Words) -> Iterator[str]:
    for each in column_quality(report):
        if each["unreadable"]:
            samples = list(map(repr, each["unreadable_samples"]))
            yield words(
                "check.unreadable", column=each["column"], target=each["as"], samples=samples
            )
        if each["outliers"]:
            yield words(
                "check.implausible",
                column=each["as"],
                count=each["outliers"],
                samples=each["outlier_samples"],
            )
    odd, heads = report.quality.odd_heads()
    if odd:
        yield words("check.heads", count=odd, samples=heads)


def _line(cells: Sequence[str]) -> str:
    name, becomes, *counts = cells
    shown = [fit(name, _WIDTHS[0]), fit(becomes, _WIDTHS[1])]
    shown += [pad(text, width, right=True) for text, width in zip(counts, _WIDTHS[2:], strict=True)]
    return _GAP + _GAP.join(shown)


def _share(count: int, rows: int) -> str:
    return f"{count / rows:.0%}" if rows else "–"


def _head(report: SourceReport, as_of: date, words: Words) -> str:
    quality = report.quality
    parts = [
        words("check.rows", source=report.name, rows=quality.rows),
        words("check.files", files=len(report.files)),
    ]
    if rejected := report.total("rejected"):
        parts.append(words("check.rejected", count=rejected))
    if filtered := report.total("filtered"):
        parts.append(words("check.filtered", count=filtered))
    if quality.oldest and quality.newest:
        span = words.day(quality.newest)
        if quality.oldest != quality.newest:
            span = words("check.span", oldest=quality.oldest, newest=quality.newest)
        stale = words("check.stale") if quality.newest < as_of - STALE else ""
        parts.append(words("check.as_of", span=span, stale=stale))
    return words("list.dot").join(parts)
