"""Where a table stands on a sheet: the titles above it, its header rows, what ends it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from abmkit.domain.recognition.header_words import known_header
from abmkit.domain.recognition.tables.asides import is_export_note
from abmkit.domain.recognition.tables.header_names import carried, completes, groups, joined

LOOKED_AT = 100
"""The rows from the top among which a header is looked for."""
_MOST_HEADER_ROWS = 3
# Without a header, more sparse rows than these at the top are records, not titles.
_MOST_TITLES = 3
# A row that fills so much of the usual width is part of the table, not a title above it.
_TABLE_SHARE = 0.6

_DATE = r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?:[T ]\d{1,2}:.*)?"
_VALUE = re.compile(
    rf"[-+(]?[$€£¥]?\s?\d[\d\s,.']*%?\)?|{_DATE}|\S+@\S+\.\w+|https?://\S+|www\.\S+|"
    r"[a-z0-9][a-z0-9\-]*\.(?:com|net|org|io|cn|de|co\.uk|fr|jp|eu)/?|true|false",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\*|†|source\b|notes?\b|disclaimer|copyright|©|\(c\)|exported|generated|report(?:ed)?\b|"
    r"data as of|as of\b|page \d|end of|\d+ (?:records?|rows?|companies)\b|注\s*[:：]|"
    r"備註|备注|说明|說明|数据来源|资料来源|資料來源|来源|制表|导出|打印|以上|声明|共\s*\d"
)
_LONG = 80


class Area(NamedTuple):
    """Merged cells: rows and columns from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Layout:
    """Where a table begins, how many rows its header has, and what its columns are called."""

    first: int
    """The first row of the header, or of the records where there is no header."""
    header_rows: int
    names: list[str]
    """The header's cells as one row; empty texts where a column has no name."""
    titles: list[str]
    """The texts of the rows above."""
    groups: list[str]
    """The texts of the upper header rows that stand above several columns."""

    @property
    def body(self) -> int:
        """The first row after the header."""
        return self.first + self.header_rows


def spread(row: list[str], at: int, areas: Sequence[Area], grid: Sequence[list[str]]) -> list[str]:
    """A row in which merged cells fill their area with the text of its first cell."""
    filled = row
    for area in areas:
        if area.top <= at <= area.bottom and area.top < len(grid):
            anchor = grid[area.top]
            text = anchor[area.left] if area.left < len(anchor) else ""
            if text:
                filled = list(filled) if filled is row else filled
                filled.extend([""] * (area.right + 1 - len(filled)))
                filled[area.left : area.right + 1] = [text] * (area.right + 1 - area.left)
    return filled


def layout(
    grid: Sequence[list[str]], areas: Sequence[Area] = (), header_rows: int | None = None
) -> Layout | None:
    """Where the table stands among the first rows of a sheet; None where all are blank.

    A row is the header where it fills most of the table's usual width and holds words rather than
    values, first of all where two of them are known headers. Rows above are titles; up to three
    rows are one header where merged cells, gaps or units tie them together. How many rows are may
    be said: then they are the first ones.
    """
    full = [spread(row, at, areas, grid) for at, row in enumerate(grid)]
    counts = [_count(row) for row in full]
    used = [at for at, count in enumerate(counts) if count]
    if not used:
        return None
    if header_rows is not None:
        return _given(full, used[0], header_rows)
    several = sorted(counts[at] for at in used if not _title(full[at], counts[at]))
    usual = several[len(several) // 2] if several else 1
    header = _header(full, used, counts, usual)
    if header is None:
        whole = [at for at in used if usual == 1 or not _title(full[at], counts[at])]
        first = next((at for at in whole if counts[at] >= _TABLE_SHARE * usual), used[0])
        if used.index(first) > _MOST_TITLES:
            first = used[0]
        return Layout(first, 0, [""] * max(map(len, full)), _titles(full, first), [])
    top, bottom = header, header
    while bottom - top + 1 < _MOST_HEADER_ROWS and _continues(full, areas, bottom):
        bottom += 1
    while bottom - top + 1 < _MOST_HEADER_ROWS and _groups(grid, full, areas, top):
        top -= 1
    rows = [carried(full[at]) if at < bottom else list(full[at]) for at in range(top, bottom + 1)]
    names = joined(rows, alone=_is_whole(grid[bottom], rows))
    over = list(dict.fromkeys(t.strip() for row in rows[:-1] for t in row if t.strip()))
    over = [text for text in over if text not in names]
    return Layout(top, bottom - top + 1, names, _titles(full, top), over)


def _is_whole(lowest: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the lowest row names all columns itself, and all stand under a group."""
    used = [
        at for at in range(max(map(len, rows))) if any("".join(row[at : at + 1]) for row in rows)
    ]
    named = all("".join(lowest[at : at + 1]).strip() for at in used)
    return named and all("".join(row[at : at + 1]).strip() for row in rows[:-1] for at in used)


def _given(full: Sequence[list[str]], first: int, header_rows: int) -> Layout:
    """The layout where the user says how many rows the header has."""
    if not header_rows:
        return Layout(first, 0, [""] * max(map(len, full)), [], [])
    rows = [list(row) for row in full[first : first + header_rows]]
    names = joined(rows, own=len(rows) > 1)
    names += [""] * (max(map(len, full)) - len(names))
    return Layout(first, len(rows), names, [], [])


def _count(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and not cell.isspace())


def _title(row: Sequence[str], count: int) -> bool:
    """One text, however wide its cell is merged, or what a form says: `Exported by: Ann`."""
    cells = [cell.strip() for cell in row if cell.strip()]
    labels = cells[::2]
    return (
        count <= 1
        or len(set(cells)) == 1
        or (len(cells) % 2 == 0 and all(label.endswith((":", "：")) for label in labels))
    )


def _known(row: Sequence[str]) -> int:
    """How many different headers that recognition knows a row holds."""
    return sum(known_header(text) for text in {cell.strip() for cell in row} if text)


def _wordy(row: Sequence[str]) -> bool:
    """Whether a row holds words as a header does; years in a row are words, too."""
    cells = [cell.strip() for cell in row if cell.strip()]
    values = [cell for cell in cells if _VALUE.fullmatch(cell)]
    if len(values) <= len(cells) * 0.2:
        return True
    years = [int(cell) for cell in values if re.fullmatch(r"(?:19|20)\d\d", cell)]
    running = len(years) > 1 and len({b - a for a, b in pairwise(years)}) == 1
    return running and years[0] != years[1] and len(years) == len(values) < len(cells)


def _header(
    full: Sequence[list[str]], used: Sequence[int], counts: Sequence[int], usual: int
) -> int | None:
    for at in used:
        known = _known(full[at])
        if known >= 2 and counts[at] >= 0.5 * usual and _wordy(full[at]):
            return at
    for at in used:
        if usual > 1 and _title(full[at], counts[at]):
            continue
        if at and completes(full[at - 1], full[at]):
            return at - 1
        if counts[at] >= _TABLE_SHARE * usual:
            return at if _known(full[at]) or _wordy(full[at]) else None
    return None


def _continues(full: Sequence[list[str]], areas: Sequence[Area], bottom: int) -> bool:
    """Whether the row after a header row belongs to the header."""
    if bottom + 1 >= len(full):
        return False
    row, below = full[bottom], full[bottom + 1]
    if completes(row, below):
        return True
    if not _count(below) or not _wordy(below):
        return False
    units = [cell.strip() for cell in below if cell.strip()]
    if all(re.fullmatch(r"[(（\[].*[)）\]]", unit) for unit in units):
        return True
    if _known(row) >= 2 and not any(area.top <= bottom < area.bottom for area in areas):
        return False
    for area in areas:
        if area.top <= bottom < area.bottom and area.left < len(row) and row[area.left].strip():
            return True
        if area.bottom == bottom and area.right > area.left:
            under = {cell.strip() for cell in below[area.left : area.right + 1] if cell.strip()}
            if len(under) > 1:
                return True
    gaps = [at for at in range(len(below)) if not (row[at : at + 1] or [""])[0].strip()]
    filled = sum(1 for at in gaps if below[at].strip())
    return bool(gaps) and filled == len(gaps) and _known(below) >= 2


def _groups(
    grid: Sequence[list[str]], full: Sequence[list[str]], areas: Sequence[Area], top: int
) -> bool:
    """Whether the row above a header row names groups of its columns."""
    if top == 0:
        return False
    above, width = full[top - 1], max(_count(full[top]), 1)
    if completes(above, full[top]) or groups(above, full[top]):
        return True
    texts = {cell.strip() for cell in above if cell.strip()}
    if len(texts) < 2 or not _wordy(above):
        return False
    if any(area.top < top <= area.bottom for area in areas):
        return True
    if any(
        area.top <= top - 1 <= area.bottom and 0 < area.right - area.left < width for area in areas
    ):
        return True
    raw, leaves = grid[top - 1], full[top]
    if any(
        text.strip() and not "".join(leaves[at : at + 1]).strip() for at, text in enumerate(raw)
    ):
        return False
    return _count(raw) < width and not any(re.search(r"[:：]", cell) for cell in raw)


def _titles(full: Sequence[list[str]], first: int) -> list[str]:
    rows = [dict.fromkeys(c.strip() for c in row if c.strip()) for row in full[:first]]
    return [" ".join(row) for row in rows if row]


# Below the table ---------------------------------------------------------------------------------


def is_note(text: str) -> bool:
    """Whether a lone text below a table reads like a remark, not like a company's name."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return len(folded) > _LONG or _NOTE.match(folded) is not None or is_export_note(text)
