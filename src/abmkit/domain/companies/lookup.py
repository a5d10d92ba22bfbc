"""Finding companies in a frame of accounts: by id, registry id, domain, or name and country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.frames import Frame, collected, like
from abmkit.domain.identity import ID_COLUMNS, contradictory
from abmkit.schema.accounts import kind_of

_COLUMNS = (*ID_COLUMNS, "other_domains")


@dataclass(frozen=True)
class EntryMatch:
    """An account that an entry of a list means."""

    entry: int
    """The row of the entry."""
    account_id: str
    by: str
    """By what it was found: `id`, `registry id`, `domain` or `name`."""


@dataclass(frozen=True)
class Lookup:
    """What was found, and the names that could mean several accounts, so were not."""

    found: tuple[EntryMatch, ...]
    """By entry, then by account."""
    ambiguous: dict[int, tuple[str, ...]]


def find(frame: Frame, entries: pa.Table) -> Lookup:
    """The accounts that the entries mean, in no order that depends on the frame's.

    Both have those they know of `account_id`, `registry_ids`, `domain`, `other_domains`,
    `name_key`, `country`. An entry and an account that contradict each other in a registry scheme
    are never the same. A name whose country is unknown on one side counts where the accounts of
    that name are in one country.
    """
    wanted = [_Entry.of(i, row) for i, row in enumerate(entries.to_pylist())]
    if "account_id" not in frame.columns or not wanted:
        return Lookup((), {})
    if frame.collect_schema().get("domain") == nw.String:
        # A table that abmkit did not load may have them in capitals.
        frame = frame.with_columns(nw.col("domain").str.to_lowercase())
    matches: dict[tuple[int, str], EntryMatch] = {}
    ambiguous: dict[int, tuple[str, ...]] = {}

    def note(entry: _Entry, account: dict[str, Any], by: str) -> None:
        if not entry.contradicts(account):
            number, account_id = entry.number, account["account_id"]
            matches.setdefault((number, account_id), EntryMatch(number, account_id, by))

    by_id = _by(wanted, lambda entry: [entry.account_id] if entry.account_id else [])
    by_registry = _by(wanted, lambda entry: entry.registry_ids)
    by_site = _by(wanted, lambda entry: entry.sites)
    for by, column, entries_of in (
        ("id", "account_id", by_id),
        ("registry id", "registry_ids", by_registry),
        ("domain", "domain", by_site),
        ("domain", "other_domains", by_site),
    ):
        if column in frame.columns:
            for entry, account in _having(frame, column, entries_of):
                note(entry, account, by)
    for entry, accounts in _of_the_name(frame, wanted):
        if len({a.get("country") for a in accounts} - {None}) > 1 and entry.country is None:
            ambiguous[entry.number] = tuple(sorted(a["account_id"] for a in accounts))
            continue
        for account in accounts:
            note(entry, account, "name")
    sure = {number for number, _ in matches}
    ambiguous = {number: ids for number, ids in ambiguous.items() if number not in sure}
    in_order = sorted(matches.values(), key=lambda match: (match.entry, match.account_id))
    return Lookup(tuple(in_order), ambiguous)


@dataclass(frozen=True)
class _Entry:
    number: int
    account_id: str | None
    registry_ids: frozenset[str]
    sites: frozenset[str]
    name_key: str | None
    country: str | None

    @classmethod
    def of(cls, number: int, row: dict[str, Any]) -> _Entry:
        ids = frozenset(row.get("registry_ids") or ())
        sites = frozenset([*filter(None, [row.get("domain")]), *(row.get("other_domains") or ())])
        name_key, country = row.get("name_key"), row.get("country")
        return cls(number, row.get("account_id"), ids, sites, name_key, country)

    def contradicts(self, account: dict[str, Any]) -> bool:
        return contradictory(self.registry_ids, account.get("registry_ids") or ())


def _narrow(frame: Frame) -> Frame:
    return frame.select([column for column in _COLUMNS if column in frame.columns])


def _rows_with(frame: Frame, column: str, keys: set[str]) -> list[dict[str, Any]]:
    """The accounts whose column is one of the keys."""
    if not keys:
        return []
    if frame.implementation.is_pyarrow():
        # Arrow's joins take no list columns.
        hits = frame.filter(nw.col(column).is_in(sorted(keys)))
    else:
        table = pa.Table.from_arrays([strings(sorted(keys))], names=[column])
        hits = frame.join(like(frame, table), on=column, how="inner")  # type: ignore[arg-type]
    rows: list[dict[str, Any]] = collected(hits).to_pylist()
    return rows


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
    if not entries_of:
        return
    if kind_of(column) != "list":
        for account in _rows_with(_narrow(frame), column, set(entries_of)):
            for entry in entries_of[account[column]]:
                yield entry, account
        return
    known = _narrow(frame).filter(~nw.col(column).is_null())
    for account in collected(known).to_pylist():
        for text in account[column]:
            for entry in entries_of.get(text.lower() if column == "other_domains" else text, ()):
                yield entry, account


def _of_the_name(
    frame: Frame, entries: list[_Entry]
) -> Iterator[tuple[_Entry, list[dict[str, Any]]]]:
    """Each named entry with the accounts of its name that its country and ids allow."""
    if "name_key" not in frame.columns:
        return
    named = [entry for entry in entries if entry.name_key is not None]
    by_name = defaultdict(list)
    for account in _rows_with(_narrow(frame), "name_key", {str(e.name_key) for e in named}):
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
