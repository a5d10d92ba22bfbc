"""A conversion's rows as they come, and what it leaves out, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from abmkit.domain.arrays import int64s, strings
from abmkit.io.ahead import ahead
from abmkit.io.records import Records, Reject


@contextmanager
def rows_of(records: Records, path: str) -> Iterator[Iterator[pa.Table]]:
    """The rows of a table; those of a file are read while the ones before them are written.

    The next rows of a stream may never come, and nothing may wait for them then.
    """
    if Path(path).is_file():
        with ahead(records.batches()) as batches:
            yield batches
    else:
        yield records.batches()


def reject_table(records: Records) -> pa.Table:
    """The rejected rows of a table that was read: file, line, reason, raw."""
    return rejects_of(records.rejects, records.name)


def rejects_of(rejects: Sequence[Reject], file: str) -> pa.Table:
    """Rejects of a file as a table: file, line, reason, raw."""
    columns = {
        "file": strings(file for _ in rejects),
        "line": int64s([reject.line for reject in rejects]),
        "reason": strings(reject.reason for reject in rejects),
        "raw": strings(reject.text for reject in rejects),
    }
    return pa.table(columns)
