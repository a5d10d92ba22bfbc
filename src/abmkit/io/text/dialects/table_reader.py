"""The rows of a messy table: what fits is taken, what doesn't is repaired, noted or rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType

from abmkit.domain.recognition.tables.asides import is_export_note, is_total
from abmkit.io.text.dialects.cell_kinds import TYPED, kind, profiles
from abmkit.io.text.dialects.header_row import is_header
from abmkit.io.text.dialects.lines import Line, logical
from abmkit.io.text.dialects.repair import MOST_DOUBT, Repairer
from abmkit.io.text.dialects.row_asides import NOTE, POSSIBLE_TOTAL, TOTAL, lacks_text, notes_from
from abmkit.io.text.dialects.table_layout import Layout, names_columns

_OTHER_TABLE_ROWS = 2
_BACK_ROWS = 3
_FIRST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that was not taken as it stood: its line, its text, and what was made of it."""

    line: int
    text: str
    reason: str


@dataclass
class OtherTable:
    """A table of the text that is not read."""

    line: int
    names: list[str]
    rows: int = 0

    @property
    def width(self) -> int:
        """Its columns."""
        return len(self.names)

    def __str__(self) -> str:
        shown = ", ".join(self.names[:6]) + (", …" if len(self.names) > 6 else "")
        return f"line {self.line}: {self.rows:,} rows of {self.width} columns ({shown})"


@dataclass
class Stretch:
    """What a stretch of text held, besides its rows."""

    rows: list[list[str]] = field(default_factory=list)
    rejects: list[Odd] = field(default_factory=list)
    repaired: list[Odd] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    repeated_headers: int = 0
    other_rows: int = 0
    blank: int = 0
    lines: int = 0
    """How many lines were used up."""


class TableReader:
    """Reads the rows of one table, stretch by stretch."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.repairer = Repairer(layout.dialect, layout.columns)
        self.others: list[OtherTable] = []
        self._elsewhere: OtherTable | None = None
        self._first: list[str] = []

    @property
    def elsewhere(self) -> bool:
        """Whether the text has gone over to another table."""
        return self._elsewhere is not None

    def read(
        self,
        lines: Sequence[str],
        first: int,
        *,
        complete: bool,
        other: Set[int] = frozenset(),
        broken: Set[int] = frozenset(),
        mended: Mapping[int, str] = MappingProxyType({}),
    ) -> Stretch:
        """What lines hold, the first of them having this number.

        `other` and `broken` are the lines in another encoding than the text's, and in none;
        `mended` says what was done to those that went through a wrong one before.
        """
        layout = self.layout
        records = list(
            logical(
                lines, layout.dialect, first, layout.width, complete=complete,
                apart=self.repairer.apart,
            )
        )  # fmt: skip
        found = Stretch(lines=sum(record.lines for record in records))
        end = notes_from(records, layout) if complete and not self.elsewhere else len(records)
        at = 0
        while at < end:
            record = records[at]
            reach = range(record.number, record.number + record.lines)
            if broken and not broken.isdisjoint(reach):
                found.rejects.append(Odd(record.number, record.text, "bytes in no known encoding"))
                at += 1
                continue
            if other and not other.isdisjoint(reach):
                found.repaired.append(Odd(record.number, record.text, "in another encoding"))
            for line in mended.keys() & set(reach) if mended else ():
                found.repaired.append(Odd(line, record.text, mended[line]))
            at += self._take(records, at, found)
        for record in records[end:]:
            if record.blank:
                found.blank += 1
                continue
            found.footnotes.append(record.text)
            if len(record.raw) == layout.width > 1:
                # In the form of a row: whoever misses it finds it among the rejects.
                total = is_total(record.cells(layout.dialect))
                found.rejects.append(Odd(record.number, record.text, TOTAL if total else NOTE))
        return found

    def _take(self, records: Sequence[Line], at: int, found: Stretch) -> int:
        """Take one record or a header that comes again; how many records that used."""
        layout, record = self.layout, records[at]
        if record.blank:
            found.blank += 1
            return 1
        fits = record.clean and len(record.raw) == layout.width
        cells = record.cells(layout.dialect) if fits else []
        again = fits and bool(layout.header_cells) and cells == layout.header_cells[0]
        if self._elsewhere is not None:
            if not again and not self._back(records, at):
                self._elsewhere.rows += 1
                found.other_rows += 1
                return 1
            self._elsewhere = None
        if again:
            used = layout.header_rows
            if self._copy(records[at + used : at + used + _FIRST_ROWS]):
                self._leave(record, cells)
            found.repeated_headers += 1
            return used
        reason = self._aside(record, cells, found) if fits or record.filled == 1 else None
        if reason is not None:
            found.rejects.append(Odd(record.number, record.text, reason))
            return 1
        if fits:
            after_gap = at > 0 and records[at - 1].blank
            if after_gap and layout.header_cells and is_header(cells, layout.columns, sure=True):
                self._leave(record, cells)
                return 1
            if self._of_other_header(record, cells):
                self._leave(record, cells)
                return 1
            self._keep(record, cells, found)
        elif self._begins_other(records, at):
            self._leave(record, record.cells(layout.dialect))
        else:
            self._repair(record, found)
        return 1

    def _aside(self, record: Line, cells: list[str], found: Stretch) -> str | None:
        """Why a record among the rows is none of them: a total, or a note; None where it is one."""
        if record.filled == 1 and is_export_note(record.text.strip(self.layout.dialect.delimiter)):
            return NOTE
        if cells and POSSIBLE_TOTAL.search(cells[0] or next(filter(None, cells), "")):
            before = found.rows[-1] if found.rows else ()
            lacks = lacks_text(cells, self.layout.columns)
            if is_total(cells, before, sure=not lacks):
                return TOTAL
        return None

    def _keep(self, record: Line, cells: list[str], found: Stretch) -> None:
        if len(self._first) < _FIRST_ROWS:
            self._first.append(record.text)
        found.rows.append(cells)

    def _repair(self, record: Line, found: Stretch) -> None:
        width, count = self.layout.width, len(record.raw)
        if record.filled == 1 and count == 1 and width > 2 and not self._separable(record.text):
            repaired = None
        else:
            repaired = self.repairer.repair(record.text)
        if repaired is None and not any(cell.strip() for cell in record.raw[width:]):
            cells = record.cells(self.layout.dialect)
            if count > 1 or width <= 2:
                self._keep(record, (cells + [""] * width)[:width], found)
                found.repaired.append(Odd(record.number, record.text, "cells missing at the end"))
                return
        if repaired is not None and repaired.doubt <= MOST_DOUBT:
            self._keep(record, repaired.cells, found)
            found.repaired.append(Odd(record.number, record.text, repaired.reason))
            return
        if count == width:
            reason = "quotes that do not match"
        else:
            many = "too many" if count > width else "too few"
            reason = f"{many} cells: {count}, the header has {width}"
        found.rejects.append(Odd(record.number, record.text, reason))

    def _separable(self, text: str) -> bool:
        """Whether another delimiter might cut the text."""
        return any(text.count(mark) >= self.layout.width - 1 for mark in ",;\t| ")

    def _leave(self, record: Line, names: list[str]) -> None:
        self._elsewhere = OtherTable(record.number, names)
        self.others.append(self._elsewhere)

    def _copy(self, records: Sequence[Line]) -> bool:
        """Whether the rows under a header that comes again are the table's first ones again."""
        dialect = self.layout.dialect
        now = [record.cells(dialect) for record in records if not record.blank]
        then = [line.cells(dialect) for line in logical(self._first, dialect)]
        return bool(now) and now == then[: len(now)]

    def _back(self, records: Sequence[Line], at: int) -> bool:
        assert self._elsewhere is not None
        width = self.layout.width
        if self._elsewhere.width == width:
            return False
        near = records[at : at + _BACK_ROWS]
        if len(near) < _BACK_ROWS:
            return False
        return all(r.clean and len(r.raw) == width and not r.blank for r in near) and not any(
            self.repairer.columns[i].main() in TYPED
            and kind(cell) != self.repairer.columns[i].main()
            for r in near
            for i, cell in enumerate(r.cells(self.layout.dialect))
            if cell.strip()
        )

    def _of_other_header(self, record: Line, cells: list[str]) -> bool:
        """Whether a row begins as the header does and goes on as another table's."""
        if not self.layout.header_cells:
            return False
        first = self.layout.header_cells[0][0].strip().casefold()
        return (
            first != ""
            and cells[0].strip().casefold() == first
            and names_columns(record, self.layout.dialect)
        )

    def _begins_other(self, records: Sequence[Line], at: int) -> bool:
        """Whether a record of another width is the header of another table."""
        record, dialect = records[at], self.layout.dialect
        width = len(record.raw)
        if width < 2 or width == self.layout.width or not record.clean:
            return False
        following = [r for r in records[at + 1 : at + 9] if not r.blank]
        alike = [r for r in following if r.clean and len(r.raw) == width]
        if len(alike) < _OTHER_TABLE_ROWS or 2 * len(alike) < len(following):
            return False
        cells = record.cells(dialect)
        if any(kind(cell) in TYPED for cell in cells):
            return False
        columns = profiles([r.evidence(dialect) for r in alike], width)
        known = {name.casefold() for name in self.layout.header if name}
        familiar = sum(cell.strip().casefold() in known for cell in cells)
        after_gap = at > 0 and records[at - 1].blank
        return (
            2 * familiar > width
            or names_columns(record, dialect)
            or is_header(cells, columns, sure=True)
            or (after_gap and is_header(cells, columns))
        )
