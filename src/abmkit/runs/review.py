"""What a person should decide: pairs that may be one company, entries and pins not found.

The table is a file of decisions waiting to be filled in: `same` or `different` in the column
`decision`, kept as `[dedupe] decisions`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, int64s, strings
from abmkit.domain.rules.pins import Pinned
from abmkit.sources.lists import Lists
from abmkit.steps.dedupe import Deduped
from abmkit.steps.exclude import Suppressed

COLUMNS = (
    "kind", "left_name", "right_name", "decision", "by", "why", "probability", "evidence",
    "left_place", "right_place", "left", "right", "list", "row",
)  # fmt: skip
"""What a person reads first comes first; `left` and `right` are what decisions call the two."""
_TYPED = {"probability": doubles, "row": int64s}


def review_table(
    lists: Lists, deduped: Deduped, suppressed: Suppressed, pinned: Pinned
) -> pa.Table:
    """One row per thing to decide: companies that may be one, entries, pins, old decisions."""
    rows = [_pair(row) for row in deduped.pairs.to_pylist() if row["verdict"] == "review"]
    for giant in deduped.giants:
        evidence = f"one of {len(giant):,} names that are alike: too many for one company"
        rows += [
            {"kind": "company", "left": giant[0], "right": other, "evidence": evidence}
            for other in giant[1:]
        ]
    entries = {each.name: each.entries.to_pylist() for each in lists.suppression}
    for name, number, why in suppressed.not_found:
        entry = entries[name][number]
        said = entry.get("name") or entry.get("domain") or _first(entry.get("registry_ids"))
        rows.append(
            {
                "kind": "suppression",
                "left": said,
                "evidence": why,
                "list": name,
                "row": entry.get("source_row"),
            }
        )
    for pin, why in pinned.unfollowed:
        rows.append({"kind": "pin", "left": pin.account, "evidence": why, "list": pin.tier})
    for decision, missing in deduped.unfollowed:
        rows.append(
            {
                "kind": "decision",
                "left": decision.left,
                "right": decision.right,
                "decision": decision.verdict,
                "by": decision.by,
                "why": decision.why,
                "evidence": f"no record is called {missing}: an id, a site or a name would find it",
            }
        )
    for row in rows:
        for side in ("left", "right"):
            row[f"{side}_name"] = row.get(f"{side}_name") or row.get(side)
    return pa.Table.from_arrays(
        [_TYPED.get(name, strings)([row.get(name) for row in rows]) for name in COLUMNS],
        names=list(COLUMNS),
    )


def kinds_of(review: pa.Table) -> dict[str, int]:
    """How many things of each kind there are to decide."""
    return dict(sorted(Counter(review["kind"].to_pylist()).items()))


def _pair(row: dict[str, Any]) -> dict[str, Any]:
    shown = {side: _place(row, side) for side in ("left", "right")}
    return {
        "kind": "company",
        "left": row["left"],
        "right": row["right"],
        "probability": round(row["probability"], 3),
        "evidence": row["evidence"],
        "left_name": row.get("left_name"),
        "right_name": row.get("right_name"),
        "left_place": shown["left"],
        "right_place": shown["right"],
    }


def _place(row: dict[str, Any], side: str) -> str | None:
    """The site and the place that tell a company from its namesakes."""
    parts = [row.get(f"{side}_{column}") for column in ("domain", "city", "region", "country")]
    return ", ".join(part for part in parts if part) or None


def _first(texts: list[str] | None) -> str | None:
    return texts[0] if texts else None
