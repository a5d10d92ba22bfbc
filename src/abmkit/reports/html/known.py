"""The parts of the page that tell what is known, of whom, and by which source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from abmkit.reports.html.saying import nobodys, percent
from abmkit.reports.html.tables import Cell, Section, Table, cell, columns, row, widths
from abmkit.reports.words import Words
from abmkit.runs.overview.accounts import Overview
from abmkit.runs.result import Run
from abmkit.sources.quality import ColumnQuality

_MOST_SEGMENTS, _MOST_COMBINATIONS = 30, 20


def completeness_section(run: Run, words: Words) -> Section | None:
    """How complete the target market is, per segment, and the sources are, column by column."""
    overview = run.overview
    if not any(each.accounts for each in overview.completeness):
        return None
    tables = [_missing(overview, words), *_segments(overview, words), *_sources(run, words)]
    note = (words("page.known_note"),)
    return Section("completeness", words("page.completeness"), tuple(tables), notes=note)


def _names(overview: Overview) -> list[str]:
    """The columns, what is missing most first."""
    known = Counter[str]()
    for each in overview.completeness:
        known.update(each.known)
    order = list(overview.completeness[0].known)
    return sorted(order, key=lambda name: (known[name], order.index(name)))


def _missing(overview: Overview, words: Words) -> Table:
    accounts = sum(each.accounts for each in overview.completeness)
    rows = []
    for name in _names(overview):
        missing = accounts - sum(each.known[name] for each in overview.completeness)
        share = missing / accounts
        told = cell(words("page.percent", share=share), share)
        rows.append(row(words.label(name), missing, told))
    titles = [words(f"page.column_{name}") for name in ("column", "missing", "missing_share")]
    return Table(words("page.missing_table"), columns(*titles), tuple(rows))


def _segments(overview: Overview, words: Words) -> Iterator[Table]:
    segments = overview.completeness
    if overview.segments_by is None or len(segments) < 2:
        return
    title = words.label(overview.segments_by)
    names = [name for name in _names(overview) if name != overview.segments_by]
    shown = segments[:_MOST_SEGMENTS]
    rows = [
        row(
            words.cell(overview.segments_by, each.segment)
            if each.segment
            else nobodys(overview.segments_by, words),
            each.accounts,
            *(_share(each.known[name], each.accounts, words) for name in names),
        )
        for each in shown
    ]
    titles = (title, words("page.column_accounts"), *(words.label(name) for name in names))
    left = len(segments) - len(shown)
    notes = (words("page.more_rows", count=left),) if left else ()
    by = words.within(overview.segments_by)
    yield Table(words("page.segments_table", column=by), columns(*titles), tuple(rows), notes)


def _share(known: int, of: int, words: Words) -> Cell:
    share = known / of if of else 0.0
    return cell(percent(share, words), share)


def _sources(run: Run, words: Words) -> Iterator[Table]:
    """Per source which columns its rows have: those of the tables above."""
    sources = [each for each in run.sources if each.quality.rows]
    # In the order of the tables above; what assign fills no source has.
    names = [
        name
        for name in _names(run.overview)
        if any(_filled(each.quality.columns.get(name)) for each in sources)
    ]
    if not sources or not names:
        return
    rows = [
        row(
            words.label(name),
            *(
                _share(_filled(each.quality.columns.get(name)), each.quality.rows, words)
                for each in sources
            ),
        )
        for name in names
    ]
    titles = (words("page.column_column"), *(each.name for each in sources))
    counts = row(words("page.source_rows"), *(each.quality.rows for each in sources), kind="stage")
    yield Table(words("page.sources_table"), columns(*titles), (counts, *rows))


def _filled(quality: ColumnQuality | None) -> int:
    return quality.filled if quality is not None else 0


def overlap_section(run: Run, words: Words) -> Section | None:
    """Which sources know whom; nothing where there is one source."""
    overlaps = run.overview.overlaps
    if not overlaps:
        return None
    known, only, listed = Counter[str](), Counter[str](), Counter[str]()
    for each in overlaps:
        known.update(dict.fromkeys(each.sources, each.accounts))
        listed.update(dict.fromkeys(each.sources, each.listed))
        if len(each.sources) == 1:
            only[each.sources[0]] += each.accounts
    names = [source.name for source in run.project.config.sources if known[source.name]]
    lengths = widths([known[name] for name in names])
    rows = [
        row(name, cell(known[name], length), only[name], listed[name])
        for name, length in zip(names, lengths, strict=True)
    ]
    titles = [words(f"page.column_{name}") for name in ("source", "accounts", "only", "listed")]
    counts = Table(words("page.source_counts"), columns(*titles), tuple(rows))
    return Section("overlap", words("page.overlap"), (counts, _combinations(run.overview, words)))


def _combinations(overview: Overview, words: Words) -> Table:
    shown = overview.overlaps[:_MOST_COMBINATIONS]
    lengths = widths([each.accounts for each in shown])
    rows = [
        row(_together(each.sources, words), cell(each.accounts, length), each.listed)
        for each, length in zip(shown, lengths, strict=True)
    ]
    left = len(overview.overlaps) - len(shown)
    notes = (words("page.more_rows", count=left),) if left else ()
    titles = [words(f"page.column_{name}") for name in ("sources", "accounts", "listed")]
    return Table(words("page.combinations"), columns(*titles), tuple(rows), notes)


def _together(sources: Sequence[str], words: Words) -> str:
    text, *others = sources
    for each in others:
        text = words("page.with", first=text, others=each)
    return text
