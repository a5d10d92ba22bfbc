"""Rows as they come, and what is left out of them: one table for all verbs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import int64s, repeated, strings
from abmkit.io.ahead import ahead
from abmkit.io.records import Records, Reject
from abmkit.places import Place, Remote, place


@contextmanager
def rows_of(records: Records, path: Place | str) -> Iterator[Iterator[pa.Table]]:
    """The rows of a table; those of a file are read while the ones before them are written.

    The next rows of a stream may never come, and nothing may wait for them then.
    """
    found = place(path)
    if isinstance(found, Remote) or found.is_file():
        with ahead(records.batches()) as batches:
            yield batches
    else:
        yield records.batches()


REJECTS = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)
"""The one shape of rejects: `row` is a row of the source's data, or the line of the file where the
row could not be read at all and the reason says so."""


@dataclass
class Rejects:
    """What was not taken of sources, while they are read."""

    _tables: list[pa.Table] = field(default_factory=list)
    _by_line: list[bool] = field(default_factory=list)
    """Whether the numbers of each table's rows are lines of a file."""

    def add(self, rejects: pa.Table, file: str) -> None:
        """Add the rows that `load` did not take of a file: source, row, reason, raw."""
        if rejects.num_rows:
            named = rejects.add_column(1, "file", repeated(file, rejects.num_rows))
            self._tables.append(named.cast(REJECTS))
            self._by_line.append(False)

    def add_unread(self, rejects: Sequence[Reject], file: str, source: str | None = None) -> None:
        """Add the rows of a file that could not be read."""
        if rejects:
            self._tables.append(rejects_of(rejects, file, source))
            self._by_line.append(True)

    def merge(self, other: Rejects, rows_before: int) -> None:
        """Add what was not taken of a file before which a source has so many rows."""
        place = REJECTS.get_field_index("row")
        for table, by_line in zip(other._tables, other._by_line, strict=True):
            if not by_line:
                rows = pc.add(table["row"], int64s([rows_before])[0])
                table = table.set_column(place, "row", rows)
            self._tables.append(table)
            self._by_line.append(by_line)

    def __len__(self) -> int:
        return sum(table.num_rows for table in self._tables)

    def table(self) -> pa.Table:
        """All rows so far, in order."""
        return pa.concat_tables([pa.Table.from_batches([], REJECTS), *self._tables])


def reject_table(records: Records) -> pa.Table:
    """The rows of a table that could not be read."""
    return rejects_of(records.rejects, records.name)


def rejects_of(rejects: Sequence[Reject], file: str, source: str | None = None) -> pa.Table:
    """The rows of a file that could not be read, with the line they begin on where it is known."""
    columns = [
        repeated(source, len(rejects)),
        repeated(file, len(rejects)),
        int64s([reject.line for reject in rejects]),
        strings(
            f"line {reject.line}: {reject.reason}" if reject.line else reject.reason
            for reject in rejects
        ),
        strings(reject.text for reject in rejects),
    ]
    return pa.Table.from_arrays(columns, schema=REJECTS)
