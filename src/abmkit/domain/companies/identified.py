"""Which company of a list carries the ids that records have: what needs no likeness to be sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    flags,
    from_numpy,
    places_of,
    repeated,
    strings,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.frames import Frame, collected, rows_with
from abmkit.domain.identity import GIVEN, contradictory
from abmkit.domain.values.ids import id_keys, loose_id_keys, written_forms
from abmkit.domain.values.registry import SCHEMES

Ints = npt.NDArray[Any]
Elements = tuple[pa.StringArray, Ints]
"""Texts, and the row that each is of."""

IDS = ("account_id", "crm_id")
"""What systems call a company; `registry_ids` are what all of them do."""
FURTHER = "further_ids"
"""Ids that other records of a listed company have, a list: `id:…` as an `account_id`, else as a
`crm_id`."""
CRM = "crm:"
_NOBODY = -1
_SAID = {
    "account_id": "account id",
    "crm_id": "CRM id",
    "registry_ids": "registry id",
}
_BY = {"account_id": "id", "crm_id": "CRM id"}
_FOLDED = "__folded"
_BETWEEN_IDS = r"\s*[;|,，；]\s*"


@dataclass(frozen=True)
class Identified:
    """The companies that ids lead to, each as a company's number with what says so in words."""

    sure: dict[int, tuple[int, str]]
    """By record, where all ids that are somebody's are the same company's."""
    disputed: dict[int, tuple[tuple[int, ...], str]]
    """By record, where ids are of several companies or the registry has another id of theirs."""


def only_given_ids(records: pa.Table) -> pa.Table:
    """The records with those ids that their source gave, and none that abmkit made of a name."""
    if "account_id" not in records.column_names:
        return records
    at, ids = records.column_names.index("account_id"), whole(records["account_id"])
    given = pc.if_else(pc.starts_with(ids, GIVEN), ids, repeated(None, len(ids)))
    return records.set_column(at, "account_id", given)


def as_abmkit_wrote(ids: pa.StringArray) -> pa.StringArray:
    """Given ids, those that abmkit gave before (`id:domain:acme.com`) as it wrote them."""
    kinds = "|".join((*SCHEMES, "domain", "name", "row"))
    return pc.replace_substring_regex(ids, pattern=f"^{GIVEN}((?:{kinds}):)", replacement=r"\1")


def identified(records: pa.Table, listed: pa.Table, company: Ints) -> Identified:
    """The company of a list for each record that carries an id of it.

    Both tables have those there are of `account_id` (of records, one that was given), `crm_id` and
    `registry_ids`, the list also `FURTHER`. `company` numbers the company of each of its rows. What
    several companies carry is nobody's. Where only one side has ids of a kind, the kinds of
    `account_id` and `crm_id` are the same.
    """
    found: dict[int, list[tuple[int, str]]] = {}
    kinds = [(each, each) for each in IDS if each in listed.column_names]
    kinds += [(one, other) for one, other in (IDS, IDS[::-1]) if not _has(listed, one)]
    for own, other in kinds:
        wanted = _elements_of_ids(records, own)
        if len(wanted[0]):
            texts, rows = _ids_of_list(listed, other)
            _note(found, *_owners(wanted, (texts, company[rows])), _SAID[other])
    registered = _elements(records, "registry_ids")
    texts, rows = _elements(listed, "registry_ids")
    _note(found, *_same(registered, (texts, company[rows])), _SAID["registry_ids"])
    return _judged(found, registered, (texts, company[rows]))


@dataclass(frozen=True)
class IdHit:
    """An account that carries an id of an entry."""

    entry: int
    account: dict[str, Any]
    by: str
    """`id` or `CRM id`."""
    column: str
    """The account's column that has it."""


@dataclass(frozen=True)
class FoundById:
    """The accounts of a frame that carry ids of entries."""

    hits: tuple[IdHit, ...] = ()
    shared: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Entries of whose ids several accounts carry each, with these accounts."""

    @cached_property
    def _of(self) -> dict[int, list[IdHit]]:
        of: dict[int, list[IdHit]] = {}
        for hit in self.hits:
            of.setdefault(hit.entry, []).append(hit)
        return of

    def denies(self, entry: int, account: dict[str, Any]) -> bool:
        """Whether an account has another id of a kind by which the entry was found elsewhere."""
        hits = self._of.get(entry, [])
        if any(hit.account["account_id"] == account["account_id"] for hit in hits):
            return False
        return any(_given(account, hit.column) for hit in hits)


def found_by_id(frame: Frame, entries: pa.Table) -> FoundById:
    """The accounts of a frame that carry an `account_id` or `crm_id` of entries, as `identified`.

    An `account_id` of entries may be any text that people call an account by.
    """
    found: dict[int, dict[str, IdHit]] = {}
    shared: dict[int, set[str]] = {}
    kinds = [(each, each) for each in IDS]
    kinds += [(one, other) for one, other in (IDS, IDS[::-1]) if not _has_any(frame, one, entries)]
    for own, column in kinds:
        wanted = _elements_of_ids(entries, own)
        if not len(wanted[0]) or column not in frame.columns:
            continue
        accounts = _carrying(frame, column, id_keys(wanted[0]))
        if not accounts:
            continue
        ids = sorted({account["account_id"] for account in accounts})
        number = {account_id: place for place, account_id in enumerate(ids)}
        by_number = {number[account["account_id"]]: account for account in accounts}
        of = np.array([number[account["account_id"]] for account in accounts], dtype="int64")
        theirs = _apart(strings(account[column] for account in accounts), of)
        for entry, account in zip(
            *(each.tolist() for each in _owners(wanted, theirs)), strict=True
        ):
            hit = IdHit(entry, by_number[account], _BY[column], column)
            found.setdefault(entry, {}).setdefault(ids[account], hit)
        for entry, several in _of_several(wanted, theirs).items():
            shared.setdefault(entry, set()).update(ids[account] for account in several)
    hits = tuple(hit for entry in sorted(found) for _, hit in sorted(found[entry].items()))
    return FoundById(hits, {n: tuple(sorted(several)) for n, several in shared.items()})


def _has_any(frame: Frame, column: str, entries: pa.Table) -> bool:
    """Whether accounts have ids of a kind; not asked where the entries have none of it."""
    if column not in entries.column_names or entries[column].null_count == entries.num_rows:
        return True
    if column not in frame.columns:
        return False
    known = ~nw.col(column).is_null()
    if column == "account_id":
        known = nw.col(column).str.starts_with(GIVEN)
    return bool(collected(frame.filter(known).select(column).head(1)).num_rows)


def _carrying(frame: Frame, column: str, keys: pa.StringArray) -> list[dict[str, Any]]:
    """The accounts whose id may be one of these keys, in whatever way it is written."""
    forms = {form for key in keys.unique().drop_null().to_pylist() for form in written_forms(key)}
    folded = frame.with_columns(nw.col(column).str.to_lowercase().alias(_FOLDED))
    found = rows_with(folded, _FOLDED, forms)
    if forms and column == "crm_id":
        several = nw.col(column).str.contains("[;|,，；]")
        found += collected(frame.filter(several)).to_pylist()
    return found


def rows_called(records: pa.Table, names: Sequence[str]) -> dict[str, Ints]:
    """The rows of records that carry each name as an `account_id` or `crm_id`, where some do."""
    found: dict[str, list[int]] = {}
    wanted = id_keys(strings(names))
    for column in IDS:
        texts, rows = _elements_of_ids(records, column)
        if not len(texts):
            continue
        keys = id_keys(texts)
        for own, theirs in ((wanted, keys), (loose_id_keys(wanted), loose_id_keys(keys))):
            open_: dict[str, list[int]] = {key: [] for key in own.to_pylist() if key is not None}
            hit = pc.is_in(theirs, value_set=own.drop_null())
            places = zip(rows[flags(hit)].tolist(), theirs.filter(hit).to_pylist(), strict=True)
            for row, key in places:
                open_[key].append(row)
            for name, key in zip(names, own.to_pylist(), strict=True):
                if key is not None and open_[key] and (own is wanted or name not in found):
                    found.setdefault(name, []).extend(open_[key])
    return {name: np.unique(np.array(rows, dtype="int64")) for name, rows in found.items()}


def _given(account: dict[str, Any], column: str) -> bool:
    value = account.get(column)
    return value is not None and (column != "account_id" or value.startswith(GIVEN))


def _of_several(wanted: Elements, theirs: Elements) -> dict[int, set[int]]:
    """The rows of whose ids several carry each, and who these are."""
    keys, owned = id_keys(wanted[0]), id_keys(theirs[0])
    _, several = _found(keys, owned, theirs[1])
    found: dict[int, set[int]] = {}
    for place in np.flatnonzero(several).tolist():
        same = flags(pc.equal(owned, keys[place]))
        found.setdefault(int(wanted[1][place]), set()).update(theirs[1][same].tolist())
    return found


def _judged(
    found: dict[int, list[tuple[int, str]]], registered: Elements, theirs: Elements
) -> Identified:
    """What is sure and what is disputed of the companies that ids lead to."""
    own = _sets(registered, set(found))
    ids_of = _sets(theirs, {owner for hits in found.values() for owner, _ in hits})
    sure: dict[int, tuple[int, str]] = {}
    disputed: dict[int, tuple[tuple[int, ...], str]] = {}
    for row, hits in found.items():
        owners = tuple(dict.fromkeys(owner for owner, _ in hits))
        kinds = dict.fromkeys(kind for _, kind in hits)
        against = [o for o in owners if contradictory(own.get(row, ()), ids_of.get(o, ()))]
        if len(owners) == 1 and not against:
            sure[row] = (owners[0], "; ".join(f"same {kind}" for kind in kinds))
        elif len(owners) == 1:
            said = "; ".join(f"same {kind}" for kind in kinds)
            disputed[row] = (owners, f"{said}; other registry id")
        else:
            told = [" and ".join(k for o, k in hits if o == owner) for owner in owners]
            disputed[row] = (owners, f"{', '.join(told)} of different companies")
    return Identified(sure, disputed)


def _note(found: dict[int, list[tuple[int, str]]], rows: Ints, owners: Ints, kind: str) -> None:
    for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
        hits = found.setdefault(row, [])
        if (owner, kind) not in hits:
            hits.append((owner, kind))


def _has(listed: pa.Table, column: str) -> bool:
    """Whether a list has ids of a kind that were given."""
    if column not in listed.column_names:
        return False
    ids = whole(listed[column])
    if column == "account_id":
        return bool(pc.any(pc.starts_with(ids, GIVEN), min_count=0).as_py())
    return bool(ids.null_count < len(ids))


def _ids_of_list(listed: pa.Table, column: str) -> Elements:
    """The ids of a list's rows of one kind, further ones too."""
    texts, rows = _elements_of_ids(listed, column)
    further, of = _elements(listed, FURTHER)
    theirs = flags(pc.starts_with(further, GIVEN if column == "account_id" else CRM))
    bare = pc.replace_substring_regex(further, pattern=f"^{CRM}", replacement="")
    more = bare.take(from_numpy(np.flatnonzero(theirs)))
    return pa.concat_arrays([texts, more]), np.concatenate([rows, of[theirs]])


def _elements_of_ids(table: pa.Table, column: str) -> Elements:
    """The ids of a column; a cell of several is each of them, and itself."""
    if column not in table.column_names:
        return strings([]), np.empty(0, dtype="int64")
    return _apart(as_strings(whole(table[column])), np.arange(table.num_rows))


def _apart(texts: pa.StringArray, rows: Ints) -> Elements:
    """The ids in cells, each with the row that its cell is of."""
    known = np.flatnonzero(flags(pc.is_valid(texts)))
    texts, rows = texts.take(from_numpy(known)), rows[known]
    several = np.flatnonzero(flags(pc.match_substring_regex(texts, _BETWEEN_IDS)))
    if not len(several):
        return texts, rows
    parts = pc.split_pattern_regex(texts.take(from_numpy(several)), _BETWEEN_IDS)
    of = to_numpy(pc.list_parent_indices(parts)).astype("int64")
    texts = pa.concat_arrays([texts, as_strings(pc.list_flatten(parts))])
    return texts, np.concatenate([rows, rows[several[of]]])


def _elements(table: pa.Table, column: str) -> Elements:
    """The elements of a column's lists."""
    if column not in table.column_names or not pa.types.is_list(table[column].type):
        return strings([]), np.empty(0, dtype="int64")
    values = whole(table[column])
    rows = to_numpy(pc.list_parent_indices(values)).astype("int64")
    return as_strings(pc.list_flatten(values)), rows


def _owners(wanted: Elements, theirs: Elements) -> tuple[Ints, Ints]:
    """The rows whose ids somebody carries, and who: as written, else but for their case."""
    keys, owned = id_keys(wanted[0]), id_keys(theirs[0])
    place, several = _found(keys, owned, theirs[1])
    open_ = (place == _NOBODY) & ~several
    loose, more = _found(loose_id_keys(keys), loose_id_keys(owned), theirs[1])
    place = np.where(open_ & ~more, loose, place)
    hit = place != _NOBODY
    return wanted[1][hit], place[hit]


def _same(wanted: Elements, theirs: Elements) -> tuple[Ints, Ints]:
    place, _ = _found(wanted[0], theirs[0], theirs[1])
    hit = place != _NOBODY
    return wanted[1][hit], place[hit]


def _found(wanted: pa.StringArray, keys: pa.StringArray, owner: Ints) -> tuple[Ints, Ints]:
    """Who alone has each text (-1 for nobody), and where several have it."""
    known = flags(pc.is_valid(keys))
    distinct = keys.filter(pc.is_valid(keys)).unique()
    code, owner = places_of(keys, distinct)[known], owner[known]
    least = np.full(len(distinct) + 1, np.iinfo("int64").max)
    most = np.full(len(distinct) + 1, _NOBODY, dtype="int64")
    np.minimum.at(least, code, owner)
    np.maximum.at(most, code, owner)
    # The last place stands for what nobody has.
    place = np.where(flags(pc.is_valid(wanted)), places_of(wanted, distinct), _NOBODY)
    several = most[place] > least[place]
    return np.where(several, _NOBODY, most[place]), several


def _sets(elements: Elements, of: set[int]) -> dict[int, set[str]]:
    """The texts of some of the rows."""
    kept = np.flatnonzero(np.isin(elements[1], np.array(sorted(of), dtype="int64")))
    texts = elements[0].take(where_known(kept)).to_pylist()
    sets: dict[int, set[str]] = {}
    for row, text in zip(elements[1][kept].tolist(), texts, strict=True):
        sets.setdefault(row, set()).add(text)
    return sets
