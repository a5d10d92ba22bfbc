"""review.csv: what a person should decide, waiting to be filled in.

It is a file of decisions: `same` or `different` in the column `decision`, kept as `[dedupe]
decisions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, int64s, strings
from abmkit.reports.console.explain import place_of
from abmkit.reports.words import Words
from abmkit.runs.review import ToDecide

COLUMNS = (
    "kind", "left_name", "right_name", "decision", "by", "why", "probability", "evidence",
    "left_place", "right_place", "left", "right", "list", "row",
)  # fmt: skip
"""What a person reads first comes first; `left` and `right` are what decisions call the two."""
_TYPED = {"probability": doubles, "row": int64s}


def review_table(review: Sequence[ToDecide], words: Words) -> pa.Table:
    """One row per thing to decide."""
    rows = [_row(each, words) for each in review]
    return pa.Table.from_arrays(
        [_TYPED.get(name, strings)([row[name] for row in rows]) for name in COLUMNS],
        names=list(COLUMNS),
    )


def _row(each: ToDecide, words: Words) -> dict[str, Any]:
    return {
        **asdict(each),
        "evidence": None if each.evidence is None else words.found(each.evidence),
        "left_name": each.left_name or each.left,
        "right_name": each.right_name or each.right,
        "left_place": _place(each.left_place, words),
        "right_place": _place(each.right_place, words),
    }


def _place(where: Mapping[str, str | None], words: Words) -> str | None:
    parts = (where.get("domain"), place_of(where, words))
    return words("list.comma").join(part for part in parts if part) or None
