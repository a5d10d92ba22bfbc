"""What a person should decide: list entries and pins for which no one account was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abmkit.domain.arrays import int64s, strings
from abmkit.domain.pins import Pinned
from abmkit.pipeline.lists import Lists
from abmkit.steps.exclude import Suppressed

if TYPE_CHECKING:
    import pyarrow as pa


def review_table(lists: Lists, suppressed: Suppressed, pinned: Pinned) -> pa.Table:
    """The columns kind, list, row, entry, why: one row per thing to decide."""
    import pyarrow as pa

    rows: list[tuple[str, str, int | None, str | None, str]] = []
    entries = {each.name: each.entries.to_pylist() for each in lists.suppression}
    for name, number, why in suppressed.not_found:
        entry = entries[name][number]
        said = entry.get("name") or entry.get("domain") or _first(entry.get("registry_ids"))
        rows.append(("suppression", name, entry.get("source_row"), said, why))
    for pin, why in pinned.unfollowed:
        rows.append(("pin", pin.tier, None, pin.account, why))
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return pa.Table.from_arrays(
        [
            strings(columns[0]),
            strings(columns[1]),
            int64s(columns[2]),
            strings(columns[3]),
            strings(columns[4]),
        ],
        names=["kind", "list", "row", "entry", "why"],
    )


def _first(texts: list[str] | None) -> str | None:
    return texts[0] if texts else None
