"""What a target takes of a list, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abmkit.exports.files import ExportFile
from abmkit.exports.preflight import CLEAR, INSERT, UPDATE, Preflight
from abmkit.exports.reading import Since
from abmkit.reports.console.width import wrap
from abmkit.reports.exports import held_texts, reason
from abmkit.reports.words import Words

_NAMED = 5


def export_text(
    found: Preflight,
    gone: Since | None,
    files: Sequence[ExportFile],
    written: Sequence[str],
    words: Words,
) -> str:
    """Counts of what is written, left out and held back, and the files."""
    target = found.target
    title = words("export.title", title=target.title, read=target.read, source=target.source)
    lines = [wrap(title), "", *_counts(found, gone, words), *_skipped(found, words)]
    lines += ["", *_matches(found, words)] if found.rows else []
    if found.held:
        held = words("export.held_back", count=len(found.held), reasons=held_texts(found, words))
        lines += ["", wrap(held)]
    notes = [wrap(words("export.note", note=note), hanging="  ") for note in target.notes]
    lines += ["", *notes] if notes else []
    lines += ["", *_files(files, written, words)]
    return "\n".join(lines)


def _counts(found: Preflight, gone: Since | None, words: Words) -> Iterator[str]:
    counts = {part.name: part.table.num_rows for part in found.parts}
    yield words("export.written", count=found.rows)
    if found.target.id is None:
        return
    yield words("export.update", count=counts.get(UPDATE, 0), id=found.target.id)
    yield words("export.insert", count=counts.get(INSERT, 0))
    if gone is None or gone.problem is not None:
        return
    if gone.run is None:
        yield words("export.first")
    elif CLEAR in counts or not gone.left:
        told = words("export.clear", count=counts.get(CLEAR, 0), run=gone.run)
        yield wrap(told, hanging="  ")
    else:
        yield words("export.left", count=len(gone.left), run=gone.run)


def _skipped(found: Preflight, words: Words) -> Iterator[str]:
    yield words("export.skipped", count=len(found.skipped))
    for (code, columns), count in found.reasons.most_common():
        why = words("export.reason", count=count, reason=reason(code, columns, words))
        names = [
            each.name or each.account_id or "?"
            for each in found.skipped
            if (each.code, each.columns) == (code, columns)
        ]
        more = words("list.and_more") if count > _NAMED else ""
        told = words("export.example", reason=why, names=names[:_NAMED], more=more)
        yield wrap(told, indent="  ", hanging="    ")


def _matches(found: Preflight, words: Words) -> Iterator[str]:
    yield words("export.matches")
    weak = {each.columns for each in found.weak}
    for columns, count in found.matched_by:
        if count:
            told = words(
                "export.by", count=count, rows=found.rows, columns=" + ".join(columns),
                weak=words("export.weakly") if columns in weak else "",
            )  # fmt: skip
            yield wrap(told, indent="  ", hanging="    ")


def _files(files: Sequence[ExportFile], written: Sequence[str], words: Words) -> Iterator[str]:
    if written:
        yield from written
        return
    if files:
        yield words("export.would_be")
        for each in files:
            yield "  " + words("export.file", name=each.name, count=each.table.num_rows)
    yield words("export.nothing_written")


def export_warnings(
    found: Preflight, gone: Since | None, not_emptied: Sequence[str], words: Words
) -> Iterator[str]:
    """What is to be known of the files before they are used."""
    name = found.target.name
    if gone is None:
        return
    if found.rows and not any(part.name == UPDATE for part in found.parts):
        yield words("export.no_ids", target=name)
    if not_emptied:
        yield words("export.not_emptied", target=name, fields=list(not_emptied))
    if gone.problem is not None:
        yield words("export.before_unknown", target=name, why=gone.problem)
    elif gone.left and all(each.off is None for each in found.target.columns):
        yield words("export.nothing_to_clear", target=name, count=len(gone.left))
