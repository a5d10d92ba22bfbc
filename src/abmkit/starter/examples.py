"""Exclusion rules worth a thought, built from values that are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa

from abmkit.domain.facts import fact
from abmkit.domain.values.numbers.rounding import rounded
from abmkit.starter.profile import ProfileCriterion, quantile
from abmkit.starter.result import StarterRule

_ENOUGH = 12
_UNWANTED = ("competitor", "distributor", "partner")
_SIZES = ("employees", "revenue")


def example_rules(
    accounts: pa.Table, customers: Collection[str], sizes: Sequence[str]
) -> Iterator[StarterRule]:
    """Rules with how many accounts they would drop.

    `sizes` are columns of the sources' own that say how large a company is.
    """
    yield from _too_small(accounts, customers, [*_SIZES, *sizes])
    yield from _foreign_industry(accounts, customers)


def no_buyers(accounts: pa.Table) -> Iterator[StarterRule]:
    """The rule against competitors, distributors and partners, where there are such accounts."""
    if "relationship" not in accounts.column_names:
        return
    counts = Counter(v for v in accounts["relationship"].to_pylist() if v)
    unwanted = [v for v in _UNWANTED if counts[v]]
    if unwanted:
        dropped = sum(counts[v] for v in unwanted)
        yield StarterRule("not-a-buyer", {"relationship": unwanted}, fact("rule.no_buyer"), dropped)


def not_to_be_contacted(accounts: pa.Table) -> Iterator[StarterRule]:
    """The rule against those who asked not to be contacted, where there are such accounts."""
    if "do_not_contact" in accounts.column_names:
        asked = sum(v is True for v in accounts["do_not_contact"].to_pylist())
        if asked:
            why = fact("rule.do_not_contact")
            yield StarterRule("do-not-contact", {"do_not_contact": True}, why, asked)


def _too_small(
    accounts: pa.Table, customers: Collection[str], sizes: Sequence[str]
) -> Iterator[StarterRule]:
    size = next((column for column in sizes if column in accounts.column_names), None)
    if size is None:
        return
    values = accounts[size].to_pylist()
    known = [v for v in values if v is not None]
    pairs = zip(accounts["account_id"].to_pylist(), values, strict=True)
    mine = [v for i, v in pairs if v is not None and i in customers]
    least = rounded(min([quantile(known, 0.05), *mine])) if len(known) >= _ENOUGH else 0
    if dropped := sum(v < least for v in known):
        why = fact("rule.too_small", column=size, least=least)
        yield StarterRule("too-small", {size: {"below": least}}, why, dropped, bool(mine))


def _foreign_industry(accounts: pa.Table, customers: Collection[str]) -> Iterator[StarterRule]:
    if "industry" not in accounts.column_names or not customers:
        return
    industries = accounts["industry"].to_pylist()
    everyone = Counter(v for v in industries if v)
    pairs = zip(accounts["account_id"].to_pylist(), industries, strict=True)
    theirs = {v for i, v in pairs if i in customers}
    foreign = sorted((v for v in everyone if v not in theirs), key=lambda v: (-everyone[v], v))
    if foreign:
        label = foreign[0]
        why = fact("rule.foreign_industry", label=label)
        when = {"industry": [label]}
        yield StarterRule("not-our-industry", when, why, everyone[label], True)


def other_labels(accounts: pa.Table, criteria: Sequence[ProfileCriterion]) -> list[str]:
    """The industry labels that earn nothing where industry is a criterion, commonest first."""
    of_industry = [c for c in criteria if c.column == "industry"]
    used = {label for c in of_industry for band in c.bands for label in band.when["industry"]}
    if not of_industry:
        return []
    counts = Counter(v for v in accounts["industry"].to_pylist() if v)
    by_count = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [label for label, _ in by_count if label not in used]
