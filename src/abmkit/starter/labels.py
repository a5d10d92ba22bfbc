"""Industry labels of further sources as those of the first, told by the companies they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

_ENOUGH_SHARED = 5
_MOSTLY = 0.6


@dataclass(frozen=True)
class SameLabel:
    """A source's label and the first source's for mostly the same companies."""

    given: str
    own: str
    shared: int
    """The companies that have both."""
    of: int
    """The companies that have the given label and any of the first source's."""


def same_labels(records: pa.Table, members: pa.Table, order: Sequence[str]) -> list[SameLabel]:
    """The labels of further sources that are mostly one label of the first source with any.

    At least five companies are shared, and three in five of them agree. A label that the first
    source has, too, keeps its meaning.
    """
    if "industry" not in records.column_names:
        return []
    keys = ("source", "source_row")
    companies = dict(
        zip(
            zip(*(members[key].to_pylist() for key in keys), strict=True),
            members["account_id"].to_pylist(),
            strict=True,
        )
    )
    labels: dict[str, dict[str, str]] = {name: {} for name in order}
    rows = zip(*(records[key].to_pylist() for key in (*keys, "industry")), strict=True)
    for source, row, label in rows:
        if label is not None and source in labels:
            labels[source].setdefault(companies[source, row], label)
    first, *others = [name for name in order if labels[name]] or [""]
    if not others:
        return []
    own_labels = set(labels[first].values())
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for source in others:
        for company, label in labels[source].items():
            if company in labels[first] and label not in own_labels:
                pairs[label][labels[first][company]] += 1
    found = []
    for label in sorted(pairs):
        own, shared = min(pairs[label].items(), key=lambda pair: (-pair[1], pair[0]))
        total = pairs[label].total()
        if shared >= _ENOUGH_SHARED and shared >= _MOSTLY * total:
            found.append(SameLabel(label, own, shared, total))
    return found


def kept_labels(accounts: pa.Table) -> list[tuple[str, int]]:
    """The labels that accounts have once those that mean the same are one, the commonest first."""
    counts = Counter(label for label in accounts["industry"].to_pylist() if label)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
