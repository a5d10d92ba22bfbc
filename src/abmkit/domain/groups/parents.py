"""Which company each account names as its parent: an account here, or one that is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    flags,
    from_flags,
    from_numpy,
    numbered,
    only_where,
    places_of,
    repeated,
    strings,
    to_numpy,
)
from abmkit.domain.groups.outside import NOBODY, made_distinct, outside_parents
from abmkit.domain.identity import GIVEN, joined
from abmkit.domain.values.ids import id_keys
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.registry import SCHEMES

Ints = npt.NDArray[Any]

PARENT = ("parent_id", "parent_domain", "parent_name")
"""The columns that name a parent, the surest first."""
FOUND_BEFORE = ("parent_account_id", "ultimate_parent_id")
"""The columns in which a parent was found before."""
KEYS = ("account_id", "crm_id", "registry_ids", "domain", "name_key", "aliases", "country")
"""The columns that a company is found by where another names it as its parent."""
_IDS = ("account_id", "given_id", "crm_id", "registry_id", "registry_value")


Keyed = tuple[pa.Table, Ints]
"""A table with those there are of `KEYS`, and the number of the account that each row is of."""


@dataclass(frozen=True)
class Parents:
    """Each account's parent as a number: an account's row, or beyond those one of `outside`."""

    number: Ints
    """(n_accounts,) int64: -1 where no parent is known."""
    outside: pa.StringArray
    """What parents that are no accounts are called: `lei:…`, `id:…`, `domain:…`, `name:…`."""
    ambiguous: Ints
    """The rows whose parent could be any of several companies, so is none."""


def named_parents(accounts: pa.Table, keyed: Sequence[Keyed]) -> Parents:
    """The parent that each account names.

    `accounts` has those there are of `PARENT`, `FOUND_BEFORE`, `account_id` and `country`; `keyed`
    are the tables that accounts are found in.

    A `parent_id` is an `account_id`, a source's own id, a `crm_id`, or a registry id with or
    without its scheme; it comes before `parent_domain`, that before `parent_name`, whose aliases
    come last. A name that several accounts have is the one's in the account's own country. What
    finds several accounts, or one of another id in the register that `parent_id` is of, finds
    none. An account that names itself names nobody. Accounts that name the same company that is no
    account have the same parent, which is known by its id, else its domain, else its name.
    """
    named, index = _NamedParents.of(accounts), _KeyIndex(keyed)
    ultimate, _ = matched(named.ultimate, *index.by("account_id"))
    search = _Search(named, index, accounts.num_rows, ultimate)
    search.look(named.found_before, "account_id")
    # A parent that was found to be no account before is none now.
    outside_before = flags(pc.and_(pc.is_valid(named.ultimate), pc.is_null(named.found_before)))
    outside_before &= ultimate == NOBODY
    search.settled |= outside_before
    for texts, column in named.ids:
        search.look(texts, column)
    search.look(named.domain, "domain")
    search.look_by_name()
    parent, own = search.parent, search.own
    doubt = search.doubt & (parent == NOBODY) & ~own
    waiting = (parent == NOBODY) & ~own & ~doubt
    labels = named.labels(outside_before)
    parent, outside, unclear = outside_parents(parent, waiting, labels, accounts.num_rows)
    ids = index.by("account_id")[0]
    return Parents(parent, made_distinct(outside, ids), np.flatnonzero(doubt | unclear))


class _Search:
    """The search for each account's parent, the surest way first."""

    def __init__(self, named: _NamedParents, index: _KeyIndex, count: int, ultimate: Ints) -> None:
        self._named, self._index = named, index
        self._itself = np.arange(count)
        self.parent = np.full(count, NOBODY, dtype="int64")
        """The account that was found."""
        self.own = ultimate == self._itself
        """Whether the account names itself."""
        self.settled = self.own.copy()
        """Whether nothing less sure is asked any more."""
        self.doubt = np.zeros(count, dtype=bool)
        """Whether several accounts were found."""

    def look(self, texts: pa.StringArray, column: str, *, where: Ints | None = None) -> None:
        """Settle what the texts find; a group may share a domain, so its own says nothing."""
        open_ = ~self.settled & flags(texts.is_valid())
        if where is not None:
            open_ &= where
        if not open_.any():
            return
        hit, several = matched(texts, *self._index.by(column))
        if column not in _IDS:
            contradicted = self._index.contradict(hit, self._named.scheme)
            hit = np.where(~several & contradicted, NOBODY, hit)
        one = open_ & (hit != NOBODY) & ~several
        self.doubt[open_ & (hit != NOBODY) & several] = True
        self.own[one & (hit == self._itself)] = True
        other = one & (hit != self._itself)
        self.parent[other] = hit[other]
        self.settled[one if column != "domain" else other] = True

    def look_by_name(self) -> None:
        """Settle what names find, then what aliases do, in the account's own country first."""
        named, undecided = self._named, ~self.settled
        for column in ("name_key", "alias"):
            if not (undecided & flags(pc.is_valid(named.name))).any():
                break
            _, several = matched(named.name, *self._index.by(column))
            in_country = undecided & several
            self.look(named.name_in_country, f"{column}@country", where=in_country)
            self.look(named.name, column, where=undecided)
            undecided &= ~several


def matched(wanted: pa.StringArray, keys: pa.StringArray, of: Ints) -> tuple[Ints, Ints]:
    """The smallest number whose key each wanted text is (-1 for none), and where others are, too.

    Nulls are equal to nothing.
    """
    encoded = wanted.dictionary_encode()
    distinct = len(encoded.dictionary)
    if not distinct or not len(keys):
        return np.full(len(wanted), NOBODY), np.zeros(len(wanted), dtype=bool)
    codes = places_of(keys, encoded.dictionary)
    use = codes != NOBODY
    beyond = int(of.max()) + 1
    # The last place stands for null.
    least = np.full(distinct + 1, beyond, dtype="int64")
    most = np.full(distinct + 1, NOBODY, dtype="int64")
    np.minimum.at(least, codes[use], of[use])
    np.maximum.at(most, codes[use], of[use])
    rows = numbered(encoded)
    return np.where(most == NOBODY, NOBODY, least)[rows], (most > least)[rows]


def text(table: pa.Table, column: str) -> pa.StringArray:
    """A column as text, null throughout where the table does not have it."""
    if column not in table.column_names:
        return repeated(None, table.num_rows)
    return table[column].combine_chunks().cast(pa.string())


@dataclass(frozen=True)
class _NamedParents:
    """What each account says of its parent, in the ways in which a company is found."""

    found_before: pa.StringArray
    ultimate: pa.StringArray
    given: pa.StringArray
    scheme: pa.StringArray
    ids: tuple[tuple[pa.StringArray, str], ...]
    domain: pa.StringArray
    name: pa.StringArray
    name_in_country: pa.StringArray

    @classmethod
    def of(cls, accounts: pa.Table) -> _NamedParents:
        count = accounts.num_rows
        found_before, ultimate = (text(accounts, column) for column in FOUND_BEFORE)
        given = text(accounts, "parent_id")
        given_name = text(accounts, "parent_name")
        open_ = pc.and_(pc.is_null(ultimate), pc.is_valid(given_name))
        # Keys take time, and a name is looked at only where nothing was found before.
        asked = pc.any(open_).as_py() or not _are_here(found_before, accounts)
        name = name_keys(given_name) if asked else repeated(None, count)
        country = text(accounts, "country")
        return cls(
            found_before,
            ultimate,
            given,
            _scheme(given),
            (
                (given, "account_id"),
                (id_keys(given), "given_id"),
                (id_keys(given), "crm_id"),
                (_with_scheme(given), "registry_id"),
                (_bare(given), "registry_value"),
            ),
            text(accounts, "parent_domain"),
            name,
            joined(name, repeated("@", count), country),
        )

    def labels(self, outside_before: Ints) -> list[tuple[pa.StringArray, pa.StringArray]]:
        """The keys of a parent that is no account, surest first, and what it is called by each."""
        count = len(self.given)
        before = only_where(from_flags(outside_before), self.ultimate)
        kinds = "|".join((*SCHEMES, "id", "domain", "name"))
        has_kind = pc.match_substring_regex(self.given, pattern=f"^(?:{kinds}):")
        called = pc.if_else(has_kind, self.given, joined(repeated(GIVEN, count), self.given))
        by_id = pc.coalesce(_with_scheme(self.given), id_keys(self.given), self.given)
        return [
            (before, before),
            (by_id, called),
            (self.domain, joined(repeated("domain:", count), self.domain)),
            (self.name, joined(repeated("name:", count), self.name)),
        ]


def _are_here(ids: pa.StringArray, accounts: pa.Table) -> bool:
    """Whether all parents that were found before are among the accounts."""
    known = ids.drop_null()
    return bool(
        pc.all(pc.is_in(known, value_set=text(accounts, "account_id"))).as_py() is not False
    )


class _KeyIndex:
    """What companies are found by, as texts with the number of the account that each is of."""

    def __init__(self, tables: Sequence[Keyed]) -> None:
        self._tables = tables
        self._keys: dict[str, tuple[pa.StringArray, Ints]] = {}

    def by(self, column: str) -> tuple[pa.StringArray, Ints]:
        """All texts of a kind and whose they are."""
        if column not in self._keys:
            parts = [_keys(table, of, column) for table, of in self._tables]
            texts = pa.concat_arrays([strings([]), *(texts for texts, _ in parts)])
            numbers = np.concatenate([np.empty(0, dtype="int64"), *(of for _, of in parts)])
            self._keys[column] = texts, numbers
        return self._keys[column]

    def contradict(self, hit: Ints, scheme: pa.StringArray) -> Ints:
        """Where the account found has an id of a scheme, and so another than the one looked for."""
        if scheme.null_count == len(scheme):
            return np.zeros(len(hit), dtype=bool)
        ids, of = self.by("registry_id")
        encoded = _scheme(ids).dictionary_encode()
        code = places_of(scheme, encoded.dictionary)
        size = len(encoded.dictionary)
        held = np.zeros((max(hit.max(initial=0), of.max(initial=0)) + 1, size + 1), dtype=bool)
        held[of, numbered(encoded)] = True
        against: Ints = (hit != NOBODY) & (code != NOBODY) & held[hit, code]
        return against


def _keys(table: pa.Table, of: Ints, column: str) -> tuple[pa.StringArray, Ints]:
    """The texts of one table that companies are found by in one way."""
    rows: Ints | None = None
    if column in ("registry_id", "registry_value"):
        ids, rows = _elements(table, "registry_ids")
        return (_with_scheme(ids) if column == "registry_id" else _bare(_value(ids))), of[rows]
    kind, _, place = column.partition("@")
    if kind == "alias":
        aliases, rows = _elements(table, "aliases")
        texts, of = name_keys(aliases), of[rows]
    elif kind in ("given_id", "crm_id"):
        texts = id_keys(text(table, "account_id" if kind == "given_id" else kind))
    else:
        texts = text(table, kind)
    if place:
        countries = text(table, place)
        countries = countries if rows is None else countries.take(from_numpy(rows))
        texts = joined(texts, repeated("@", len(texts)), countries)
    return texts, of


def _elements(table: pa.Table, column: str) -> tuple[pa.StringArray, Ints]:
    """The elements of a column's lists, and the row of each."""
    if column not in table.column_names:
        return strings([]), np.empty(0, dtype="int64")
    values = table[column].combine_chunks()
    rows = to_numpy(pc.list_parent_indices(values)).astype("int64")
    return pc.list_flatten(values).cast(pa.string()), rows


def _scheme(ids: pa.StringArray) -> pa.StringArray:
    """What stands before the colon; null where there is none."""
    has = pc.match_substring(ids, pattern=":")
    first = pc.replace_substring_regex(ids, pattern="(?s):.*$", replacement="")
    return pc.ascii_lower(pc.utf8_trim_whitespace(only_where(has, first)))


def _value(ids: pa.StringArray) -> pa.StringArray:
    """What stands after the first colon, all where there is none."""
    return pc.replace_substring_regex(ids, pattern="^[^:]*:", replacement="")


def _bare(values: pa.StringArray) -> pa.StringArray:
    """What is left of an id whatever zeros lead it and however it is divided."""
    plain = pc.ascii_upper(pc.replace_substring_regex(values, pattern=r"[\s.\-–/]", replacement=""))
    digits = pc.replace_substring_regex(plain, pattern=r"^CIK(\d+)$", replacement=r"\1")
    return pc.ascii_ltrim(digits, characters="0")


def _with_scheme(ids: pa.StringArray) -> pa.StringArray:
    """Ids as `scheme:value` with the value bare; null for those that name no scheme."""
    return joined(_scheme(ids), repeated(":", len(ids)), _bare(_value(ids)))


def entries_named(accounts: pa.Table, entries: pa.Table) -> Ints:
    """The first entry of a list that each account names as its parent, -1 where it names none.

    The entries have those there are of `KEYS`. One of another id in the register that
    `parent_id` is of is not meant.
    """
    before = [name for name in FOUND_BEFORE if name in accounts.column_names]
    named = _NamedParents.of(accounts.drop_columns(before))
    index = _KeyIndex([(entries, np.arange(entries.num_rows))])
    entry = np.full(accounts.num_rows, NOBODY, dtype="int64")
    for texts, column in [*named.ids, (named.domain, "domain"), (named.name, "name_key")]:
        hit, several = matched(texts, *index.by(column))
        if column not in _IDS:
            hit = np.where(~several & index.contradict(hit, named.scheme), NOBODY, hit)
        entry = np.where(entry == NOBODY, hit, entry)
    return entry
