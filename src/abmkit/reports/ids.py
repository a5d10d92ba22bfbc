"""Ids that changed, in words."""

from __future__ import annotations

from collections.abc import Iterator

from abmkit.domain.companies.ledger import Settled
from abmkit.reports.words import Words

_MOST_NAMED = 3


def id_changes(settled: Settled, words: Words) -> Iterator[str]:
    """Accounts that go by another id since the last run."""
    for kind in ("merged", "split"):
        count = settled.counts[kind]
        if not count:
            continue
        rows = [row for row in settled.changes.to_pylist() if row["kind"] == kind]
        named = [
            words(f"ids.{kind}_one", id=row["account_id"], other=row["other"])
            for row in rows[:_MOST_NAMED]
        ]
        more = words("list.and_more") if len(rows) > _MOST_NAMED else ""
        yield words(f"ids.{kind}", count=len(rows), named=named, more=more)
