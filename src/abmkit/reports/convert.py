"""What of a table was not taken as it stood, in words, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abmkit.io.records import Records
from abmkit.reports.words import Words

_LONGEST = 60
_MOST_NAMED = 5


def conversion_warnings(
    records: Records, words: Words, *, kept: bool, as_written: bool, asked: bool = False
) -> Iterator[str]:
    """What of a table was not taken as it stood, and perhaps not kept.

    `as_written` where the header could be written as it is, names that stand in it twice and all;
    `asked` where the user said which sheet to read.
    """
    name = records.name
    if records.written and not as_written:
        pairs = zip(records.header, records.written, strict=True)
        renamed = [name for name, written in pairs if name != written]
        more = ["…"] if len(renamed) > _MOST_NAMED else []
        yield words("convert.renamed", source=name, names=[*renamed[:_MOST_NAMED], *more])
    for how, count in records.repaired.most_common():
        lines = ", ".join(str(r.line) for r in records.repairs if r.reason == how and r.line)
        shown = _shortened(lines)
        yield words("convert.rows_repaired", source=name, count=count, how=how, lines=shown)
    if records.left_out:
        yield words("load.left_out", source=name, columns=records.left_out)
    yield from other_tables(name, records.other_tables, words)
    if records.other_sheets and not (asked or records.other_tables):
        yield words("load.other_sheets", source=name, sheets=records.other_sheets)
    if records.rejects:
        first = records.rejects[0]
        line = words("convert.line", line=first.line) if first.line else ""
        place = words("convert.first", line=line, reason=first.reason)
        count = len(records.rejects)
        yield words("load.rejected", source=name, count=count, place=place, keep=keep(words, kept))


def conversion_notes(records: Records, words: Words) -> Iterator[str]:
    """What was made of a table that is no cause for concern."""
    if records.header_rows == 0:
        yield words("convert.no_header", source=records.name)
    if aside := len(records.preamble) + len(records.footnotes):
        yield words("convert.aside", source=records.name, lines=aside)


def other_tables(source: str, tables: Iterable[str], words: Words) -> Iterator[str]:
    """The tables beside the one that is read."""
    for table in tables:
        yield words("load.other_table", source=source, table=table)


def keep(words: Words, kept: bool) -> str:
    """How to keep what was rejected, where it is not kept."""
    return "" if kept else words("load.keep")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(",")[0] + ", …"
