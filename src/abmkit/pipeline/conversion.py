"""What a conversion leaves out, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abmkit.domain.arrays import int64s, strings

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.io.records import Records


def reject_table(records: Records) -> pa.Table:
    """The rejected rows of a table that was read: file, line, reason, raw."""
    import pyarrow as pa

    rejects = records.rejects
    columns = {
        "file": strings(records.name for _ in rejects),
        "line": int64s([reject.line for reject in rejects]),
        "reason": strings(reject.reason for reject in rejects),
        "raw": strings(reject.text for reject in rejects),
    }
    return pa.table(columns)
