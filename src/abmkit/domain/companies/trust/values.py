"""Values that are nobody's identity, found by the unlike names of the companies that share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    firsts,
    flags,
    from_flags,
    from_numpy,
    give_back,
    numbered,
    only_where,
    repeated,
    strings,
    to_numpy,
    whole,
)
from abmkit.domain.companies.trust.judging import Holder, strangers
from abmkit.domain.companies.trust.keyed import (
    UNKNOWN,
    Keyed,
    by_key,
    is_name,
    texts_of,
    without_entries,
)
from abmkit.domain.companies.trust.likeness import Name, names_of
from abmkit.domain.companies.trust.pages import page_of
from abmkit.domain.identity import joined

Ints = npt.NDArray[Any]

ALWAYS = ("registry_ids", "domain", "ticker", "phone", "linkedin_url")
"""What is looked at whether it is a key or not: records are compared by it as well."""
READ = ("name_key", "website", *ALWAYS, "other_domains")
"""The columns that tell which values are believed."""
_GIVEN_IDS = ("registry_ids", "ticker", "linkedin_url", "crm_id", "account_id")
"""Ids that somebody gave: a company keeps them through more names than a site or a switchboard."""
_NEED, _NEED_OF_IDS = 2, 3
"""How many names must be unlike the most frequent one, and one another."""
_MORE = r"^[a-z]+://(?:[^/]+/[^/]|[^/.]{4,}\.[^/.]+\.[^/.]+|(?:[^/.]+\.){3})"
"""A link that may name a page: with a path, or with more than two labels and `www`."""


@dataclass(frozen=True)
class NotBelieved:
    """A value of a key that is no identity."""

    key: str
    value: str
    count: int
    """How many names share it for which it is not used."""


@dataclass(frozen=True)
class Believed:
    """Records without the values that are nobody's identity."""

    records: pa.Table
    """As they were, but for those values, which are null, or missing in lists."""
    not_believed: tuple[NotBelieved, ...] = ()
    """Values that are not used, those of most names first."""
    without_site: Ints | None = None
    """(n_records,) bool: those that lost a `domain`; None where no site is doubted."""


def believed(records: pa.Table, keys: Sequence[str]) -> Believed:
    """Records without those values of `keys`, and of `ALWAYS`, that unlike companies share.

    Reads `name_key` and, for pages on a site, `website`; without names all is believed. The order
    of records makes no difference.
    """
    columns = records.column_names
    if "name_key" not in columns or records["name_key"].null_count == records.num_rows:
        return Believed(records)
    name = numbered(whole(records["name_key"]))
    found: list[NotBelieved] = []
    result = records
    for key in dict.fromkeys([*keys, *(name for name in ALWAYS if name in columns)]):
        if not is_name(key):
            entries, told = _not_believed(records, key, name)
            if told:
                found += told
                result = without_entries(result, key, entries)
                result = _without_ids(result, key, {each.value for each in told})
    give_back()
    found.sort(key=lambda each: (-each.count, each.key, each.value))
    lost = None
    if any(each.key == "domain" for each in found):
        lost = flags(pc.is_valid(records["domain"])) & ~flags(pc.is_valid(result["domain"]))
    return Believed(result, tuple(found), lost)


def believed_between(records: pa.Table, listed: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Records and a list without the sites that are nobody's in the two together.

    Of records only those with a `website` are judged: what people write beside an address of
    theirs is no company's name often enough.
    """
    columns = ("name_key", "domain", "other_domains", "website")
    if "domain" not in listed.column_names:
        return records, listed
    if "domain" not in records.column_names:
        return records, believed(listed, ["domain"]).records
    if "website" in records.column_names and "website" in listed.column_names:
        linked = pc.is_valid(whole(records["website"]))
        judged = records.filter(linked).select([c for c in columns if c in records.column_names])
        shared = [c for c in judged.column_names if c in listed.column_names]
        both = pa.concat_tables([judged.select(shared), listed.select(shared)]).combine_chunks()
        result = believed(both, ["domain"])
        if result.without_site is not None:
            lost = np.zeros(records.num_rows, dtype=bool)
            lost[np.flatnonzero(flags(linked))] = result.without_site[: judged.num_rows]
            records = without_entries(records, "domain", np.flatnonzero(lost))
            lost = np.flatnonzero(result.without_site[judged.num_rows :])
            listed = without_entries(listed, "domain", lost)
    return records, believed(listed, ["domain"]).records


def _not_believed(records: pa.Table, key: str, name: Ints) -> tuple[Ints, list[NotBelieved]]:
    """The entries of a key whose value is not believed, and what to tell of it."""
    keyed = _suspects(records, key, name)
    held = _Held.of(records, key, keyed, name)
    need = _NEED_OF_IDS if key in _GIVEN_IDS else _NEED
    told, strange_entries = [], [np.empty(0, dtype="int64")]
    bounds = np.flatnonzero(np.append(firsts(keyed.value), True)).tolist()
    for start, end in pairwise(bounds):
        holders, which = held.holders(start, end)
        # What half a file has was filled in, whatever it is.
        fewer = _NEED if 2 * (end - start) >= records.num_rows else need
        strange = np.array(strangers(holders, held.label(start), fewer), dtype=bool)
        if strange.any():
            strange_entries.append(keyed.entry[start:end][strange[which]])
            names = {holders[at].name for at in np.flatnonzero(strange).tolist()}
            told.append(NotBelieved(key, held.values[start], len(names)))
    return np.concatenate(strange_entries), told


def _without_ids(records: pa.Table, key: str, values: set[str]) -> pa.Table:
    """Records of which none has an id that was made of a value that it has no more."""
    if "account_id" not in records.column_names or key not in ("domain", "registry_ids"):
        return records
    kind = "domain:" if key == "domain" else ""
    made = strings(f"{kind}{value}" for value in sorted(values))
    given = as_strings(whole(records["account_id"]))
    # What several companies' ids were made of has a number after it.
    base = pc.replace_substring_regex(given, pattern=r"~\d+$", replacement="")
    gone = flags(pc.is_in(base, value_set=made))
    if key == "domain":
        gone &= ~flags(pc.equal(base, joined(repeated(kind, len(base)), whole(records["domain"]))))
    else:
        ids = whole(records[key])
        row = to_numpy(pc.list_parent_indices(ids)).astype("int64")
        still = flags(pc.equal(as_strings(pc.list_flatten(ids)), base.take(from_numpy(row))))
        gone[row[still]] = False
    place = records.column_names.index("account_id")
    return records.set_column(place, "account_id", only_where(from_flags(~gone), given))


def _suspects(records: pa.Table, key: str, name: Ints) -> Keyed:
    """The named entries, by value and name, of values that as many names share as may be unlike."""
    keyed = by_key(records, key)
    of_entry = name[keyed.row]
    # Values of one entry, most of them, are nobody else's.
    shared = np.bincount(keyed.value, minlength=1)[keyed.value] > 1
    order = np.flatnonzero((of_entry != UNKNOWN) & shared)
    order = order[np.lexsort((of_entry[order], keyed.value[order]))]
    fresh = firsts(keyed.value[order], of_entry[order])
    size = int(keyed.value.max(initial=-1)) + 1
    names = np.bincount(keyed.value[order[fresh]], minlength=size)
    several = names > _NEED
    if key == "domain" and "website" in records.column_names:
        # Two names are enough where one of them has a page.
        two = order[(names == 2)[keyed.value[order]]]
        links = as_strings(whole(records["website"])).take(from_numpy(keyed.row[two]))
        several[keyed.value[two[flags(pc.match_substring_regex(links, pattern=_MORE))]]] = True
    some = order[several[keyed.value[order]]]
    return Keyed(keyed.row[some], keyed.value[some], keyed.entry[some])


@dataclass(frozen=True)
class _Held:
    """What suspect entries say: their value, their name and, of a site, their link."""

    values: list[str]
    links: list[str | None]
    names: list[Name]
    name: list[int]
    """The place of each entry's name among the names."""
    of_sites: bool

    @classmethod
    def of(cls, records: pa.Table, key: str, keyed: Keyed, name: Ints) -> _Held:
        rows = from_numpy(keyed.row)
        keys = as_strings(whole(records["name_key"])).take(rows).dictionary_encode()
        of_sites = key == "domain"
        links: list[str | None] = [None] * len(keyed.row)
        if of_sites and "website" in records.column_names:
            links = whole(records["website"]).take(rows).to_pylist()
        values = texts_of(records, key, keyed.entry)
        return cls(
            values, links, names_of(keys.dictionary), to_numpy(keys.indices).tolist(), of_sites
        )

    def label(self, entry: int) -> str | None:
        """What an entry's site is called without its suffix."""
        return self.values[entry].partition(".")[0] if self.of_sites else None

    def holders(self, start: int, end: int) -> tuple[list[Holder], list[int]]:
        """The different holders among entries of one value, and which of them each entry is."""
        places: dict[tuple[int, str], int] = {}
        which = []
        for entry in range(start, end):
            page = page_of(self.links[entry], self.values[entry]) if self.of_sites else ""
            which.append(places.setdefault((self.name[entry], page), len(places)))
        return [Holder(self.names[name], page) for name, page in places], which
