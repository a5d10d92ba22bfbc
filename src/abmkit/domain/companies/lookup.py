"""Finding companies in a frame of accounts: by ids, domain, or name and country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.companies.identified import IdHit, found_by_id
from abmkit.domain.frames import Frame, collected, is_spark, like, rows_with
from abmkit.domain.identity import ID_COLUMNS, contradictory
from abmkit.domain.values.phones import NATIONAL
from abmkit.schema.accounts import kind_of

_TEXT = "__text"
_COLUMNS = (*ID_COLUMNS, "other_domains", "phone")


@dataclass(frozen=True)
class EntryMatch:
    """An account that an entry of a list means."""

    entry: int
    """The row of the entry."""
    account_id: str
    by: str
    """By what it was found: `id`, `CRM id`, `registry id`, `domain`, `name` or `phone`."""


@dataclass(frozen=True)
class Lookup:
    """What was found, and what could mean several accounts, so was not."""

    found: tuple[EntryMatch, ...]
    """By entry, then by account."""
    ambiguous: dict[int, tuple[str, ...]]
    """Entries whose name could be any of several accounts."""
    disputed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Entries whose ids are of different accounts, or of one that a registry denies."""
    shared: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Entries that nothing else finds and whose id several accounts carry."""

    def possible(self, entry: int) -> tuple[str, ...]:
        """The accounts that an entry could mean, where it was found for none of them."""
        those = (self.disputed, self.ambiguous, self.shared)
        return next((several[entry] for several in those if entry in several), ())


def find(frame: Frame, entries: pa.Table) -> Lookup:
    """The accounts that the entries mean, in no order that depends on the frame's.

    Both have those they know of `account_id`, `crm_id`, `registry_ids`, `domain`, `other_domains`,
    `name_key`, `country`. An id is certain: what it finds comes first, and an account that carries
    another one of its kind is not found by less. An id that several accounts carry is nobody's;
    ids of different accounts find none. An entry and an account that contradict each other in a
    registry scheme are never the same. A name whose country is unknown on one side counts where
    the accounts of that name are in one country. A `phone` finds all that have it, for an entry
    that says nothing else.
    """
    wanted = [_Entry.of(i, row) for i, row in enumerate(entries.to_pylist())]
    if "account_id" not in frame.columns or not wanted:
        return Lookup((), {})
    if frame.collect_schema().get("domain") == nw.String:
        # A table that abmkit did not load may have them in capitals.
        frame = frame.with_columns(nw.col("domain").str.to_lowercase())
    by_id = found_by_id(_narrow(frame), entries)
    matches: dict[tuple[int, str], EntryMatch] = {}
    ambiguous: dict[int, tuple[str, ...]] = {}

    def note(entry: _Entry, account: dict[str, Any], by: str) -> None:
        number, account_id = entry.number, account["account_id"]
        if not entry.contradicts(account) and not by_id.denies(number, account):
            matches.setdefault((number, account_id), EntryMatch(number, account_id, by))

    for hit in by_id.hits:
        note(wanted[hit.entry], hit.account, hit.by)
    registered = list(_having(frame, "registry_ids", _by(wanted, lambda e: e.registry_ids)))
    for entry, account in registered:
        note(entry, account, "registry id")
    by_site = _by(wanted, lambda entry: entry.sites)
    for column in ("domain", "other_domains"):
        for entry, account in _having(frame, column, by_site):
            note(entry, account, "domain")
    for entry, accounts in _of_the_name(frame, wanted):
        if len({a.get("country") for a in accounts} - {None}) > 1 and entry.country is None:
            ambiguous[entry.number] = tuple(sorted(a["account_id"] for a in accounts))
            continue
        for account in accounts:
            note(entry, account, "name")
    by_phone = _by([e for e in wanted if e.only_phone], lambda e: [e.only_phone or ""])
    for entry, account in _dialled(frame, by_phone):
        note(entry, account, "phone")
    disputed = _disputed(by_id.hits, wanted, registered)
    found = [match for match in matches.values() if match.entry not in disputed]
    settled = {match.entry for match in found} | {*disputed}
    ambiguous, shared = (
        {number: ids for number, ids in several.items() if number not in settled}
        for several in (ambiguous, by_id.shared)
    )
    in_order = sorted(found, key=lambda match: (match.entry, match.account_id))
    return Lookup(tuple(in_order), ambiguous, disputed, shared)


def _disputed(
    hits: Sequence[IdHit],
    entries: Sequence[_Entry],
    registered: Sequence[tuple[_Entry, dict[str, Any]]],
) -> dict[int, tuple[str, ...]]:
    """The entries of whose ids one says another account than the rest, with these accounts."""
    meant: dict[int, set[str]] = defaultdict(set)
    denied: set[int] = set()
    for hit in hits:
        meant[hit.entry].add(hit.account["account_id"])
        if entries[hit.entry].contradicts(hit.account):
            denied.add(hit.entry)
    for entry, account in registered:
        if entry.number in meant:
            meant[entry.number].add(account["account_id"])
    return {n: tuple(sorted(ids)) for n, ids in meant.items() if len(ids) > 1 or n in denied}


@dataclass(frozen=True)
class _Entry:
    number: int
    registry_ids: frozenset[str]
    sites: frozenset[str]
    name_key: str | None
    country: str | None
    only_phone: str | None
    """Where nothing else is said of who it is."""

    @classmethod
    def of(cls, number: int, row: dict[str, Any]) -> _Entry:
        ids = frozenset(row.get("registry_ids") or ())
        sites = frozenset([*filter(None, [row.get("domain")]), *(row.get("other_domains") or ())])
        name_key, country = row.get("name_key"), row.get("country")
        own = any(row.get(column) for column in ("account_id", "crm_id"))
        phone = None if ids or sites or name_key or own else row.get("phone")
        return cls(number, ids, sites, name_key, country, phone)

    def contradicts(self, account: dict[str, Any]) -> bool:
        return contradictory(self.registry_ids, account.get("registry_ids") or ())


def _narrow(frame: Frame) -> Frame:
    return frame.select([column for column in _COLUMNS if column in frame.columns])


def _by(
    entries: list[_Entry], texts_of: Callable[[_Entry], Iterable[str]]
) -> dict[str, list[_Entry]]:
    by_text = defaultdict(list)
    for entry in entries:
        for text in texts_of(entry):
            by_text[text].append(entry)
    return by_text


def _having(
    frame: Frame, column: str, entries_of: dict[str, list[_Entry]]
) -> Iterator[tuple[_Entry, dict[str, Any]]]:
    """Entries and the accounts of which a column, a text or a list of texts, has what they have."""
    if not entries_of or column not in frame.columns:
        return
    if kind_of(column) != "list":
        for account in rows_with(_narrow(frame), column, set(entries_of)):
            for entry in entries_of[account[column]]:
                yield entry, account
        return
    known = _narrow(frame).filter(~nw.col(column).is_null())
    if is_spark(known):
        known = _sharing(known, column, set(entries_of))
    for account in collected(known).to_pylist():
        for text in account[column]:
            for entry in entries_of.get(text.lower() if column == "other_domains" else text, ()):
                yield entry, account


def _sharing(known: Frame, column: str, texts: set[str]) -> Frame:
    """The accounts of which a list has one of the texts, whatever its case: few of a cluster's."""
    table = pa.Table.from_arrays([strings(sorted({text.lower() for text in texts}))], [_TEXT])
    elements = known.select("account_id", column).explode(column)
    elements = elements.with_columns(nw.col(column).str.to_lowercase().alias(_TEXT))
    hit = elements.join(like(elements, table), on=_TEXT, how="semi")  # type: ignore[arg-type]
    return known.join(hit, on="account_id", how="semi")  # type: ignore[arg-type]


def _dialled(
    frame: Frame, entries_of: dict[str, list[_Entry]]
) -> Iterator[tuple[_Entry, dict[str, Any]]]:
    """Entries and the accounts of which the phone is theirs; one without a country's code is that
    of a number that ends with it."""
    abroad = {phone: those for phone, those in entries_of.items() if phone.startswith("+")}
    yield from _having(frame, "phone", abroad)
    at_home = [(phone, those) for phone, those in entries_of.items() if phone not in abroad]
    if not at_home or "phone" not in frame.columns:
        return
    ends = defaultdict(list)
    for phone, those in at_home:
        ends[phone[-NATIONAL:]].append((phone, those))
    for account in collected(_narrow(frame).filter(~nw.col("phone").is_null())).to_pylist():
        for phone, those in ends.get(account["phone"][-NATIONAL:], ()):
            if account["phone"].endswith(phone):
                for entry in those:
                    yield entry, account


def _of_the_name(
    frame: Frame, entries: list[_Entry]
) -> Iterator[tuple[_Entry, list[dict[str, Any]]]]:
    """Each named entry with the accounts of its name that its country and ids allow."""
    if "name_key" not in frame.columns:
        return
    named = [entry for entry in entries if entry.name_key is not None]
    by_name = defaultdict(list)
    for account in rows_with(_narrow(frame), "name_key", {str(e.name_key) for e in named}):
        by_name[account["name_key"]].append(account)
    for entry in named:
        accounts = by_name[entry.name_key]
        countries = {str(a["country"]) for a in accounts if a.get("country") is not None}
        same = [
            account
            for account in accounts
            if not entry.contradicts(account) and _may_be_in(entry, account, countries)
        ]
        if same:
            yield entry, same


def _may_be_in(entry: _Entry, account: dict[str, Any], countries: set[str]) -> bool:
    """Whether an entry's country is an account's, `countries` being those the name is known in."""
    if account.get("country") is None:
        return countries <= {entry.country} if entry.country else len(countries) <= 1
    return entry.country in (None, account["country"])
