"""review.csv: what a person should decide, waiting to be filled in.

It is a file of decisions: `same` or `different` in the column `decision`, kept as `[dedupe]
decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, int64s, strings
from abmkit.domain.facts import Fact
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
        "evidence": _evidence(each.evidence, words),
        "left_name": each.left_name or each.left,
        "right_name": each.right_name or each.right,
    }


def _evidence(found: Fact | str | None, words: Words) -> str | None:
    if found is None:
        return None
    return words.forms.phrase(found) if isinstance(found, str) else words.of(found)
