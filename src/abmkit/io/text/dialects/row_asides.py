"""What stands among and below the rows of a text and is none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from abmkit.domain.recognition.tables.asides import (
    POSSIBLE,
    is_export_note,
    is_note_label,
    is_total,
)
from abmkit.io.text.dialects.cell_kinds import TYPED, Profile, kind
from abmkit.io.text.dialects.lines import Line
from abmkit.io.text.dialects.table_layout import Layout

TOTAL = "a total, not a record"
NOTE = "a note, not a record"
POSSIBLE_TOTAL = re.compile(
    rf"(?:{POSSIBLE})|(?i:\btotals?\W*$|(?:汇总|小计|合计|彙總|小計|合計)\W*$)"
)
_LONG_NOTE = 60
_MOST_NOTES = 40
_MOST_WEIGHED = 2_000
_DIGITS = re.compile(r"[^\d.-]")


def notes_from(records: Sequence[Line], layout: Layout) -> int:
    """Where the notes below the table begin; the end where there are none."""
    end = at = len(records)
    while at > 0:
        record = records[at - 1]
        if not record.blank:
            if not _is_note(records, at - 1, layout):
                break
            end = at - 1
        at -= 1
    return end


def lacks_text(cells: Sequence[str], columns: Sequence[Profile]) -> bool:
    """Whether a row is blank where rows nearly always hold words."""
    return any(
        not cell.strip()
        and column.count >= 3
        and column.filled >= min(0.9 * column.count, column.count - 1)
        and column.main() not in TYPED
        for cell, column in zip(cells, columns, strict=False)
    )


def _is_note(records: Sequence[Line], at: int, layout: Layout) -> bool:
    record, width, filled = records[at], layout.width, records[at].filled
    first = next((cell for cell in record.raw if cell.strip(' "')), "").strip(' "')
    said = is_export_note(first)
    if width < 2:
        return said
    if len(record.raw) == 1:
        lone = width > 2 and not _separable(record.text, width)
        return lone or said or _below_gap(records, at)
    if filled == 1 and width > 2:
        return said or len(first) > _LONG_NOTE or _below_gap(records, at)
    cells = record.cells(layout.dialect)
    if is_total(cells) and _adds_up(cells, records[:at], layout):
        return True
    if kind(first) in TYPED:
        return False
    # A sentence with commas in it, or what was done and by whom.
    sentence = said and all(cell[:1] in ("", " ") for cell in record.raw[1:])
    return sentence or (filled <= 2 and is_note_label(first)) or (said and 2 * filled <= width)


def _separable(text: str, width: int) -> bool:
    """Whether another delimiter might cut the text."""
    return any(text.count(mark) >= width - 1 for mark in ",;\t| ")


def _below_gap(records: Sequence[Line], at: int) -> bool:
    """Whether a text stands below a blank line alone, or with others of which one is a note."""
    first = at
    while first > 0 and not records[first - 1].blank and at - first < _MOST_NOTES:
        first -= 1
    if first == 0 or not records[first - 1].blank:
        return False
    beside = [record for record in records[first : first + _MOST_NOTES] if not record.blank]
    if first == at and (at + 1 == len(records) or records[at + 1].blank):
        return True
    lone = all(record.filled == 1 for record in records[first : at + 1])
    return lone and any(is_export_note(record.text) for record in beside)


def _adds_up(cells: Sequence[str], rows: Sequence[Line], layout: Layout) -> bool:
    """Whether a row may be the sum of those above: none of its numbers is below one of theirs."""
    if is_total(cells, sure=True) or lacks_text(cells, layout.columns):
        return True
    above = [row.cells(layout.dialect) for row in rows[-_MOST_WEIGHED:] if not row.blank]
    for at, cell in enumerate(cells[1:], start=1):
        value = _number(cell)
        others = [_number(row[at]) for row in above if len(row) == layout.width]
        known = [other for other in others if other is not None]
        if value is not None and known and value < max(known):
            return False
    return True


def _number(text: str) -> float | None:
    try:
        return float(_DIGITS.sub("", text))
    except ValueError:
        return None
