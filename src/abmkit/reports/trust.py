"""Shared values that were not believed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abmkit.domain.companies.trust.values import NotBelieved
from abmkit.reports.words import Words

_MOST_NAMED = 5


def doubts(not_believed: Sequence[NotBelieved], words: Words) -> Iterator[str]:
    """Values that companies share and none is known by, those of most companies first."""
    for each in not_believed[:_MOST_NAMED]:
        yield words("keys.shared", key=each.key, value=each.value, count=each.count)
    rest = not_believed[_MOST_NAMED:]
    if rest:
        keys = list(dict.fromkeys(each.key for each in rest))
        companies = sum(each.count for each in rest)
        yield words("keys.shared_more", keys=keys, count=len(rest), companies=companies)
