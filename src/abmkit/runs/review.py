"""What a person should decide: pairs that may be one company, entries and pins not found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from abmkit.domain.facts import Fact, fact
from abmkit.domain.rules.pins import Pinned
from abmkit.sources.lists import Lists
from abmkit.steps.dedupe import Deduped
from abmkit.steps.suppression import Suppressed


@dataclass(frozen=True)
class ToDecide:
    """One thing for a person to decide: about which two, and what is known of it."""

    kind: str
    """`company`, `suppression`, `pin`, `decision`, `rule` or `row`."""
    left: str | None
    """What decisions call the one."""
    right: str | None = None
    evidence: Fact | str | None = None
    """Why it is asked; what matching found is text already."""
    probability: float | None = None
    left_name: str | None = None
    right_name: str | None = None
    left_place: Mapping[str, str | None] = field(default_factory=dict)
    """The site and the place that tell it from its namesakes: domain, city, region, country."""
    right_place: Mapping[str, str | None] = field(default_factory=dict)
    decision: str | None = None
    """What was decided before, which names nothing now."""
    by: str | None = None
    why: str | None = None
    list: str | None = None
    """The suppression list of an entry, the tier of a pin, the table of a row."""
    row: int | None = None


def to_decide(
    lists: Lists, deduped: Deduped, suppressed: Suppressed, pinned: Pinned
) -> tuple[ToDecide, ...]:
    """What to decide: companies that may be one, entries, pins, old decisions."""
    found = [_pair(row) for row in deduped.pairs.to_pylist() if row["verdict"] == "review"]
    for giant in deduped.giants:
        evidence = fact("review.giant", count=len(giant))
        found += [ToDecide("company", giant[0], other, evidence) for other in giant[1:]]
    entries = {each.name: each.entries.to_pylist() for each in lists.suppression}
    for missing in suppressed.not_found:
        entry = entries[missing.list][missing.entry]
        named = entry.get("name") or entry.get("domain") or _first(entry.get("registry_ids"))
        named = named or entry.get("crm_id") or entry.get("account_id")
        found.append(
            ToDecide(
                "suppression",
                named,
                evidence=missing.why,
                list=missing.list,
                row=entry.get("source_row"),
            )
        )
    for rejected in lists.suppression_rejects:
        found += [
            ToDecide(
                "suppression",
                None,
                evidence=fact("suppression.row_rejected", reason=row["reason"]),
                left_name=row["raw"],
                list=row["source"],
                row=row["row"],
            )
            for row in rejected.to_pylist()
        ]
    found += [
        ToDecide("pin", pin.account, evidence=why, list=pin.tier) for pin, why in pinned.unfollowed
    ]
    found += [
        ToDecide(
            "decision",
            decision.left,
            decision.right,
            fact("review.no_record", called=called),
            decision=decision.verdict,
            by=decision.by,
            why=decision.why,
        )
        for decision, called in deduped.unfollowed
    ]
    return tuple(found)


def kinds_of(review: Sequence[ToDecide]) -> dict[str, int]:
    """How many things of each kind there are to decide."""
    return dict(sorted(Counter(each.kind for each in review).items()))


def _pair(row: dict[str, Any]) -> ToDecide:
    return ToDecide(
        "company",
        row["left"],
        row["right"],
        row["evidence"],
        round(row["probability"], 3),
        left_name=row.get("left_name"),
        right_name=row.get("right_name"),
        left_place=_place(row, "left"),
        right_place=_place(row, "right"),
    )


def _place(row: dict[str, Any], side: str) -> dict[str, str | None]:
    return {each: row.get(f"{side}_{each}") for each in ("domain", "city", "region", "country")}


def _first(texts: list[str] | None) -> str | None:
    return texts[0] if texts else None
