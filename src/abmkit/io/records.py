"""A table as it stands in a file: text cells, and the rows that fitted no column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pyarrow as pa

from abmkit.errors import AbmkitError


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read: the line it begins on (if known), its text, and why."""

    line: int | None
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A row that is not quite what stood in the file: its line, its text, what was done."""

    line: int
    text: str
    reason: str


MOST_REPAIRS_KEPT = 1_000


@dataclass
class Records(AbstractContextManager["Records"]):
    """A table whose cells are the text they were; an empty cell is null.

    `rejects`, `blank_rows`, `repairs`, `footnotes` and `other_tables` grow while the batches are
    read. Rows without any filled cell are no rows: they are only counted.
    """

    name: str
    format: str
    header: list[str]
    _produce: Callable[[Records], Iterator[pa.Table]]
    _close: Callable[[], None] = lambda: None
    sheet: str | None = None
    other_sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person should know of how the file was read, one sentence each."""
    left_out: list[str] = field(default_factory=list)
    """Columns that are not read: they hold bytes that are no text."""
    rejects: list[Reject] = field(default_factory=list)
    blank_rows: int = 0
    encoding: str | None = None
    """Python's name of a text's encoding."""
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    written: list[str] = field(default_factory=list)
    """The header as the file has it, where a name in it stands twice; `header` tells them apart."""
    header_rows: int = 1
    """How many rows name the columns; 0 where the file names none and `column_1` … are ours."""
    preamble: list[str] = field(default_factory=list)
    """Lines above the header that are no rows."""
    footnotes: list[str] = field(default_factory=list)
    """Lines below the last row that are no rows."""
    other_tables: list[str] = field(default_factory=list)
    """The tables of the file that are not read, in words."""
    repairs: list[Repair] = field(default_factory=list)
    """The first rows that were repaired."""
    repaired: Counter[str] = field(default_factory=Counter)
    """How many rows were repaired, by what was done."""
    _begun: bool = False

    def batches(self) -> Iterator[pa.Table]:
        """The rows in order, some thousands at a time, every column a string column.

        A table can be read once. Raises InputError where the file turns out to be unreadable.
        """
        if self._begun:
            raise AbmkitError("the batches of a table were asked for twice", where=self.name)
        self._begun = True
        return self._rows()

    def table(self) -> pa.Table:
        """All rows as one table. Raises InputError where the file turns out to be unreadable."""
        return pa.concat_tables([pa.Table.from_batches([], self.schema()), *self.batches()])

    def _rows(self) -> Iterator[pa.Table]:
        try:
            yield from self._produce(self)
        finally:
            self.close()

    def note_repair(self, repair: Repair) -> None:
        """Count a repaired row; the first ones are kept."""
        self.repaired[repair.reason] += 1
        if len(self.repairs) < MOST_REPAIRS_KEPT:
            self.repairs.append(repair)

    def schema(self) -> pa.Schema:
        """The header as an Arrow schema of strings."""
        return pa.schema([pa.field(name, pa.string()) for name in self.header])

    def close(self) -> None:
        """Let go of the file."""
        self._close()

    def __exit__(self, *_: object) -> None:
        self.close()


def written_names(cells: list[str]) -> list[str]:
    """A header's cells as they are written where a name stands twice, else nothing."""
    trimmed = [cell.strip() or f"column_{at}" for at, cell in enumerate(cells, start=1)]
    return trimmed if trimmed != unique_names(cells) else []


def unique_names(cells: list[str]) -> list[str]:
    """Column names from a header's cells: `column_3` for an empty one, `name_2` for a second.

    Names that differ only in case count as the same, as they do in the engines.
    """
    trimmed = [cell.strip() or f"column_{at}" for at, cell in enumerate(cells, start=1)]
    given = {name.casefold() for name in trimmed}
    taken: set[str] = set()
    names = []
    for name in trimmed:
        candidate, copy = name, 1
        while candidate.casefold() in taken or (copy > 1 and candidate.casefold() in given):
            copy += 1
            candidate = f"{name}_{copy}"
        taken.add(candidate.casefold())
        names.append(candidate)
    return names
