"""What `visibility` gives: a row per segment, the same for a terminal, and its doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, int64s, lists, strings
from abmkit.planning.visibility import Visible
from abmkit.planning.visibility.counting import Key
from abmkit.planning.visibility.doubts import FLOORS, ORDER, Doubt
from abmkit.planning.visibility.visible import ESTIMATE, MARKET, SEGMENT, Segment
from abmkit.reports.console.width import WIDTH, fit, measure, pad, wrap
from abmkit.reports.words import Words

_MOST_ROWS, _MOST_NAMED = 20, 3
_MADE: dict[str, Callable[[list[Any]], pa.Array]] = {
    "accounts": int64s, "in_several": int64s, "estimate": int64s, "estimate_low": int64s,
    "estimate_high": int64s, "estimate_chao": int64s, "estimate_by": strings, "figure": int64s,
    "figure_source": strings, "complete": int64s, "visibility": doubles, "measured_by": strings,
    "target": doubles, "to_target": int64s, "missing_most": strings, "missing": int64s,
    "doubts": lists, "doubt": strings,
}  # fmt: skip
"""The columns, and what makes each."""


def visibility_table(found: Visible, words: Words) -> pa.Table:
    """A row per segment: `scope` (`market`, `segment`), its values, and what is known of it.

    `estimate` with its 95 % interval and by what method; `estimate_chao`, what it is at least where
    some companies are easier to find than others; the `figure` of the config; `visibility` (0 to
    1), `complete` records over the figure, else over the estimate (`measured_by`); `to_target`,
    how many complete records lack; the field that is `missing_most`, and of how many accounts;
    `doubts` by their codes, the worst first, and the worst in words.
    """
    columns = {"scope": strings(MARKET if s.key is None else SEGMENT for s in found.segments)}
    for number, name in enumerate(found.by):
        values = (s.key[number] if s.key is not None else None for s in found.segments)
        columns[_apart(name)] = strings(values)
    rows = [_row(found, segment, words) for segment in found.segments]
    columns |= {name: make([row[name] for row in rows]) for name, make in _MADE.items()}
    return pa.table(columns)


def _apart(name: str) -> str:
    """A column that parts the market under a name that is none of those beside it."""
    return f"segment_{name}" if name.casefold() in {"scope", *_MADE} else name


def _row(found: Visible, segment: Segment, words: Words) -> dict[str, Any]:
    estimated = segment.estimated
    worst = next(iter(segment.missing.items()), (None, None))
    doubts = list(dict.fromkeys(doubt.code for doubt in segment.doubts))
    return {
        "accounts": segment.accounts,
        "in_several": segment.in_several,
        "estimate": estimated.size if estimated else None,
        "estimate_low": estimated.low if estimated else None,
        "estimate_high": estimated.high if estimated else None,
        "estimate_chao": estimated.chao if estimated else None,
        "estimate_by": estimated.method if estimated else None,
        "figure": segment.figure,
        "figure_source": segment.figure_source,
        "complete": segment.complete,
        "visibility": None if segment.visibility is None else round(segment.visibility, 4),
        "measured_by": segment.measured_by,
        "target": segment.target,
        "to_target": segment.to_target,
        "missing_most": worst[0],
        "missing": worst[1],
        "doubts": doubts or None,
        "doubt": _told(found, segment.doubts[0], [segment.key], words) if doubts else None,
    }


# For a terminal -----------------------------------------------------------------------------------


def visibility_text(found: Visible, words: Words) -> str:
    """The segments, for a terminal of 80 columns, and what is missing."""
    by = words("visibility.by", columns=list(found.by)) if found.by else ""
    title = words("visibility.title", by=by, fields=list(found.fields))
    lines = [wrap(title), "", *_lines(found, words)]
    market = found.segments[0]
    lines += ["", *(wrap(text, hanging="  ") for text in _missing(market, words))]
    lines += [wrap(text, hanging="  ") for text in _below(found, words)]
    estimated = any(segment.estimated for segment in found.segments)
    method = words("visibility.method", directories=list(found.directories))
    return "\n".join([*lines, "", wrap(method if estimated else words("visibility.no_method"))])


def _lines(found: Visible, words: Words) -> Iterator[str]:
    """The table: the columns that say anything, and the segments that have most accounts."""
    shown = found.segments[: _MOST_ROWS + 1]
    cells = [list(_cells(segment, words)) for segment in shown]
    heads = [words(f"visibility.head_{name}") for name in _HEADS]
    kept = [n for n in range(len(heads)) if any(row[n] for row in cells)]
    widths = {n: max(measure(text) for text in (heads[n], *(r[n] for r in cells))) for n in kept}
    first = max(16, WIDTH - sum(width + 2 for width in widths.values()))
    first = min(first, max(measure(_name(found.by, s.key, words)) for s in shown))

    def line(name: str, row: Sequence[str]) -> str:
        rest = "".join(f"  {pad(row[n], widths[n], right=True)}" for n in kept)
        return f"{fit(name, first)}{rest}".rstrip()

    yield line("", heads)
    for segment, row in zip(shown, cells, strict=True):
        yield line(_name(found.by, segment.key, words), row)
    if len(found.segments) > len(shown):
        yield words("visibility.more", count=len(found.segments) - len(shown))
    if any(_is_floor(segment) for segment in shown):
        yield words("visibility.at_most_means")


_HEADS = ("known", "size", "range", "figure", "complete", "visible", "target")


def _cells(segment: Segment, words: Words) -> Iterator[str]:
    estimated = segment.estimated
    yield f"{segment.accounts:,}"
    yield f"{estimated.size:,}" if estimated else ""
    low_high = (estimated.low, estimated.high) if estimated else None
    yield words("visibility.range", low=low_high[0], high=low_high[1]) if low_high else ""
    yield f"{segment.figure:,}" if segment.figure is not None else ""
    yield f"{segment.complete:,}"
    sentence = "visibility.at_most" if _is_floor(segment) else "visibility.share"
    yield words(sentence, share=segment.visibility) if segment.visibility is not None else ""
    yield words("visibility.share", share=segment.target) if segment.target is not None else ""


def _is_floor(segment: Segment) -> bool:
    by_estimate = segment.measured_by == ESTIMATE
    return by_estimate and any(doubt.code in FLOORS for doubt in segment.doubts)


def _name(by: Sequence[str], key: Key | None, words: Words) -> str:
    if key is None:
        return words("visibility.market")
    told = [
        text if text is not None else words("visibility.unknown", column=column.replace("_", " "))
        for column, text in zip(by, key, strict=True)
    ]
    return words("visibility.between").join(told)


def _missing(market: Segment, words: Words) -> Iterator[str]:
    """What lacks of the whole market: companies, and fields of those that are known."""
    if market.size is not None and market.size > market.accounts:
        sentence = "unseen" if market.measured_by == ESTIMATE else "unseen_figure"
        yield words(f"visibility.{sentence}", count=market.size - market.accounts)
    fields = [
        words("visibility.field", field=field, count=count)
        for field, count in list(market.missing.items())[:_MOST_NAMED]
    ]
    if fields:
        yield words("visibility.missing", told=fields)
    if market.to_target:
        known = market.accounts - market.complete
        yield words("visibility.to_target", records=market.to_target, known=known)


def _below(found: Visible, words: Words) -> Iterator[str]:
    """The segments to which most lacks."""
    below = sorted(
        (s for s in found.segments[1:] if s.to_target), key=lambda s: -(s.to_target or 0)
    )
    told = [
        words("visibility.lacking", segment=_name(found.by, s.key, words), count=s.to_target)
        for s in below[:_MOST_NAMED]
    ]
    if told:
        yield words("visibility.below", segments=told)


# What is to be doubted ----------------------------------------------------------------------------


def visibility_warnings(found: Visible, words: Words) -> Iterator[str]:
    """What makes the estimates hard to believe, the worst first, each kind once."""
    if found.nobody:
        yield _of_nobody(found, words)
    every = [(doubt, segment.key) for segment in found.segments for doubt in segment.doubts]
    for code in ORDER:
        those = [(doubt, key) for doubt, key in every if doubt.code == code]
        for names in dict.fromkeys(doubt.directories for doubt, _ in those):
            # Of the whole market, else of the largest segment, are the numbers.
            alike = [(doubt, key) for doubt, key in those if doubt.directories == names]
            yield _told(found, alike[0][0], [key for _, key in alike], words)
    if found.unnamed:
        yield words("visibility.unnamed", count=found.unnamed)


def _of_nobody(found: Visible, words: Words) -> str:
    there = [s.key for s in found.segments[1:] if s.key is not None and s.key not in found.nobody]
    return words(
        "visibility.nobody", segments=_names(found, found.nobody, words), by=list(found.by),
        values=[_name(found.by, key, words) for key in there[:_MOST_NAMED]],
        more=words("list.and_more") if len(there) > _MOST_NAMED else "",
    )  # fmt: skip


def _names(found: Visible, keys: Sequence[Key | None], words: Words) -> str:
    names = [_name(found.by, key, words) for key in keys[:_MOST_NAMED]]
    more = words("list.and_more") if len(keys) > _MOST_NAMED else ""
    return words("visibility.several_segments", names=names, more=more)


def _told(found: Visible, doubt: Doubt, keys: Sequence[Key | None], words: Words) -> str:
    nobody = doubt.code == "one_directory" and not doubt.directories
    first, second = (*doubt.directories, "", "")[:2]
    return words(
        f"visibility.doubt_{'nobody' if nobody else doubt.code}",
        segments=_names(found, keys, words), directories=list(doubt.directories),
        several=len(doubt.directories), first=first, second=second, share=doubt.share,
        times=doubt.times, count=doubt.count, by=list(found.by),
    )  # fmt: skip
