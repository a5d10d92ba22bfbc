"""Suppression: which accounts are on which lists of companies to exclude, and who was not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import int64s
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import (
    Frame,
    collected,
    is_spark,
    missing_account_id,
    opened,
)
from abmkit.schema.accounts import GATHERED

# What looks companies up is imported where there is a list.
if TYPE_CHECKING:
    from abmkit.domain.companies.lookup import Lookup
    from abmkit.domain.groups.families import Part

_LISTS, _PART = "__lists", "__part"
_EXPAND = "expand_from"


@dataclass(frozen=True)
class SuppressionList:
    """A list of companies to exclude: loaded entries and what the config says of them."""

    name: str
    reason: str
    entries: pa.Table
    """Canonical accounts, at least one of `domain`, `name_key`, `registry_ids`, `account_id`,
    `crm_id`."""
    until: date | None = None
    subsidiaries: str = "keep"
    similar: Dedupe | None = None
    """How likely an account must be an entry's company that no id, site or name finds; else none
    is looked for."""
    left_out: int = 0
    """Rows that its `when` leaves out."""

    def counts_on(self, day: date) -> bool:
        """Whether the list still counts on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class NotFound:
    """An entry of a suppression list that no account was found for."""

    list: str
    entry: int
    """Its number in the list, from 0."""
    why: Fact


@dataclass(frozen=True)
class Suppressed:
    """Which accounts are on which suppression lists, and which entries were not found."""

    accounts: dict[str, tuple[str, ...]]
    not_found: tuple[NotFound, ...]
    found: dict[str, int]
    inherited: dict[str, int] = field(default_factory=dict)
    """Per list, how many accounts are on it by a parent alone."""
    beside: dict[str, dict[str, Part]] = field(default_factory=dict)
    """Per list to expand from, the other accounts in the groups of its companies."""


def suppressed_by(accounts: Any, lists: Sequence[SuppressionList], *, as_of: date) -> Suppressed:
    """The accounts that suppression lists name, and the entries that no account was found for.

    Raises `UsageError` where there are lists and no column `account_id`.
    """
    frame = opened(accounts)
    current = [each for each in lists if each.counts_on(as_of)]
    if not current:
        return Suppressed({}, (), {})
    from abmkit.domain.groups.families import Families

    missing_account_id(frame.columns, "a suppression list")
    families = None
    if any(each.subsidiaries != "keep" for each in current):
        families = Families.of(frame)
    names = defaultdict(list)
    beside: dict[str, dict[str, Part]] = {}
    inherited: dict[str, int] = {}
    sold_to: set[str] = set()
    not_found: list[NotFound] = []
    found_entries = {}
    for each in current:
        met = entries_met(frame, each)
        hits = {account_id for those in met.accounts.values() for account_id in those}
        if each.subsidiaries == "expand" and families:
            beside[each.name] = families.beside(hits, each.entries)
        if each.subsidiaries == "suppress" and families:
            below = families.below(hits, each.entries)
            inherited[each.name] = len(below - hits)
            hits |= below
        if each.subsidiaries == "expand":
            sold_to |= hits
        for account_id in sorted(hits):
            names[account_id].append(each.name)
        found_entries[each.name] = len(met.accounts)
        not_found += [NotFound(each.name, entry, why) for entry, why in met.not_found.items()]
    return Suppressed(
        {account_id: tuple(on) for account_id, on in names.items()},
        tuple(not_found),
        found_entries,
        inherited,
        _expandable(beside, sold_to),
    )


@dataclass(frozen=True)
class Met:
    """Which accounts the entries of a list are, by the number of the entry."""

    accounts: dict[int, tuple[str, ...]]
    not_found: dict[int, Fact]
    """Why no account is one, in the order of the entries."""


def entries_met(accounts: Any, each: SuppressionList) -> Met:
    """The accounts that the entries of one list are: by ids, sites and names, then by likeness."""
    from abmkit.domain.companies.lookup import find

    frame = opened(accounts)
    looked_up = find(frame, each.entries)
    found: dict[int, set[str]] = defaultdict(set)
    for hit in looked_up.found:
        found[hit.entry].add(hit.account_id)
    # Of whom ids say different things, likeness does not decide.
    alike = _alike(frame, each, {*found, *looked_up.disputed})
    for number, account_id in alike.sure.items():
        found[number].add(account_id)
    missing = (number for number in range(each.entries.num_rows) if number not in found)
    return Met(
        {number: tuple(sorted(found[number])) for number in sorted(found)},
        {number: alike.maybe.get(number) or _why_not(looked_up, number) for number in missing},
    )


def _why_not(looked_up: Lookup, number: int) -> Fact:
    for why, several in (
        ("disputed", looked_up.disputed),
        ("several", looked_up.ambiguous),
        ("shared", looked_up.shared),
    ):
        if number in several:
            return fact(f"suppression.{why}", accounts=list(several[number]))
    return fact("suppression.not_found")


@dataclass(frozen=True)
class _Alike:
    """What is alike to entries of a list that were not found."""

    sure: dict[int, str]
    """The account that an entry is likely to mean."""
    maybe: dict[int, Fact]
    """Which account an entry may mean, how likely, and by what evidence."""


def _alike(frame: Frame, each: SuppressionList, found: set[int]) -> _Alike:
    missing = [number for number in range(each.entries.num_rows) if number not in found]
    if each.similar is None or not missing:
        return _Alike({}, {})
    from abmkit.domain.companies.identified import IDS
    from abmkit.domain.companies.listed import on_list
    from abmkit.domain.matching.similar import COLUMNS

    entries = each.entries.take(int64s(missing))
    known = [column for column in frame.columns if column in (*IDS, *COLUMNS, *GATHERED)]
    accounts = _worth_comparing(entries, frame.select(known)).sort_by("account_id")
    likely = on_list(entries, accounts, review=each.similar.review)
    ids = accounts["account_id"].to_pylist()
    called = "name" if "name" in accounts.column_names else "name_key"
    sure: dict[int, str] = {}
    maybe: dict[int, Fact] = {}
    rows = zip(
        missing,
        likely.account.tolist(),
        likely.probability.tolist(),
        likely.evidence.to_pylist(),
        strict=True,
    )
    for number, account, probability, evidence in rows:
        if probability >= each.similar.same:
            sure[number] = ids[account]
        elif probability >= each.similar.review:
            maybe[number] = fact(
                "suppression.maybe",
                name=accounts[called][account].as_py(),
                account=ids[account],
                probability=probability,
                evidence=evidence,
            )
    return _Alike(sure, maybe)


def _worth_comparing(entries: pa.Table, accounts: Frame) -> pa.Table:
    """The accounts that are worth comparing with entries; on a cluster executors tell them."""
    from abmkit.domain.companies.listed import worth_comparing

    if not is_spark(accounts):
        return worth_comparing(entries, collected(accounts))
    native = nw.to_native(accounts)
    worth: Frame = nw.from_native(native.mapInArrow(partial(_worth, entries), native.schema))
    return collected(worth)


def _worth(entries: pa.Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from abmkit.domain.companies.listed import worth_comparing

    for batch in batches:
        yield from worth_comparing(entries, pa.Table.from_batches([batch])).to_batches()


def _expandable(beside: dict[str, dict[str, Part]], on: set[str]) -> dict[str, dict[str, Part]]:
    """The parts that are on no list to expand from themselves."""
    return {
        name: {account_id: part for account_id, part in parts.items() if account_id not in on}
        for name, parts in beside.items()
    }
