"""Which record of a company each of its fields comes from, and the row that this makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    elements_of,
    flags,
    from_flags,
    from_numpy,
    int64s,
    lists,
    lists_of,
    no_lists,
    numbered,
    order_of,
    places_of,
    repeated,
    scalar,
    sets_of,
    strings,
    to_numpy,
    whole,
)
from abmkit.domain.companies.trust.likeness import names_of, unlike
from abmkit.domain.recognition.people import permission_columns
from abmkit.domain.values.permissions import objections
from abmkit.schema.accounts import ACCOUNTS, CANONICAL, GATHERED, in_order

Ints = npt.NDArray[Any]

# Columns that say one thing together survive together; whether the first is known decides first.
TOGETHER = ACCOUNTS.surviving_together
OTHERS = {"name": "aliases", "domain": "other_domains"}
"""Where what is overruled goes: a company has one name and one domain, and is known by all."""
RECORD = ("source", "source_row")
"""What tells a record from all others."""
_OF_ONE_RECORD = ("domain", "website", "ticker", "crm_id", "linkedin_url")
"""What says which company it is: never one record's beside a name that is unlike its own."""
_FAR_PAST = -(10**7)


def field_groups(columns: Iterable[str]) -> list[tuple[str, ...]]:
    """The columns in the groups in which they survive, single columns as groups of one."""
    names = list(columns)
    together = {column: group for group in TOGETHER for column in group}
    groups = (tuple(c for c in together.get(name, (name,)) if c in names) for name in names)
    return list(dict.fromkeys(groups))


def preference(
    records: pa.Table, sources: Sequence[str], prefer: Sequence[str] | Literal["newest"] = ()
) -> Ints:
    """How early each record is asked: by the order of its source, then the newest `as_of`.

    Sources that are not named come last, by name. `prefer` names sources to ask before the others,
    or puts the newest `as_of` before the order of sources.
    """
    names = records["source"].combine_chunks().dictionary_encode()
    known = names.dictionary.to_pylist()
    first = [] if prefer == "newest" else list(prefer)
    order = {name: place for place, name in enumerate(dict.fromkeys([*first, *sources]))}
    by_name = sorted(known, key=lambda name: (order.get(name, len(order)), name))
    place = {name: number for number, name in enumerate(by_name)}
    source = np.array([place[name] for name in known], dtype="int64")[to_numpy(names.indices)]
    age = -_days(records)
    keys = (source, age) if prefer == "newest" else (age, source)
    by_preference = np.lexsort(keys)
    changes = np.zeros(len(by_preference), dtype="int64")
    for key in keys:
        changes[1:] |= np.diff(key[by_preference]) != 0
    ranks = np.empty(len(by_preference), dtype="int64")
    ranks[by_preference] = np.cumsum(changes)
    return ranks


def _days(records: pa.Table) -> Ints:

    if "as_of" not in records.column_names:
        return np.zeros(records.num_rows, dtype="int64")
    days = records["as_of"].combine_chunks().cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    return to_numpy(pc.fill_null(days, int64s([_FAR_PAST])[0]))


def survivors(
    records: pa.Table,
    companies: Ints,
    group: Sequence[str],
    asked: Ints,
    before: Ints | None = None,
    ties: Sequence[str] = (),
    protecting: Ints | None = None,
) -> Ints:
    """The record that each company's group of fields comes from, by the company's number.

    The first asked of those that know the group's first field, or any other where none does; of
    equals the one with the smallest values, of `ties` after those of the group, then the first.
    `before` is a rank, (n_records,): those at 2 are asked only where a company has no others, those
    at 0 before those at 1. What protects comes before all that is only preferred: the least of
    `protecting`, (n_records,).
    """
    known = [_known(records[column]) for column in group]
    # 0 where the deciding field is known, 1 where another is, 2 where nothing is.
    unknown = np.where(known[0], 0, np.where(np.any(known, axis=0), 1, 2))
    values = [_ranks(records[column]) for column in dict.fromkeys((*group, *ties))]
    nearer = np.zeros(len(asked), dtype="int64") if before is None else before
    safe = np.zeros(len(asked), dtype="int64") if protecting is None else protecting
    order = np.lexsort((*values[::-1], asked, nearer, safe, unknown, nearer > 1, companies))
    _, start = np.unique(companies[order], return_index=True)
    return order[start]


def _known(values: pa.Array | pa.ChunkedArray) -> Any:

    return flags(pc.is_valid(values))


def _ranks(values: pa.ChunkedArray) -> Ints:
    """The place of each value among the distinct ones, nulls last; lists are not compared."""
    if pa.types.is_nested(values.type):
        return np.zeros(len(values), dtype="int64")
    encoded = values.combine_chunks().dictionary_encode()
    # The last place stands for null.
    places: Ints = np.append(order_of(encoded.dictionary), len(encoded.dictionary))
    ranks: Ints = places[numbered(encoded)]
    return ranks


@dataclass(frozen=True)
class GoldenRecords:
    """One row per company, and what became of the records that it is made of."""

    accounts: pa.Table
    """A row per company, in the order of their numbers."""
    fields: pa.ListArray
    """(n_records,) the columns that each record gave, in canonical order."""
    overruled: pa.ListArray
    """(n_records,) what each record knew otherwise, as `city: Saint Paul`."""
    overridden: tuple[Overridden, ...] = ()
    """Where a preference of the config keeps what protects less."""


@dataclass(frozen=True)
class Overridden:
    """A column in which the preferred sources protect companies less than other records do."""

    column: str
    companies: int
    kept: str
    """What one of these companies has."""
    lost: str
    """What another record says of it."""


def golden_records(
    records: pa.Table,
    companies: Ints,
    sources: Sequence[str],
    prefer: Mapping[str, Sequence[str] | Literal["newest"]],
) -> GoldenRecords:
    """The row of each company, each field from the record that knows it best.

    `companies` numbers the companies from 0 without a gap. A preference for a column counts for the
    group it survives in. Where names are unlike, site, ticker, CRM id and LinkedIn page come from
    the record whose name survives, else from one whose name is like it, else they are unknown: an
    id is never shown beside the name of another record that may be another company's. Of values
    that protect, the one that protects most survives, from whatever record, but where `prefer`
    names the column.
    """
    default = preference(records, sources)
    overridden: list[Overridden] = []
    columns: dict[str, pa.Array] = {}
    taken: list[tuple[str, Ints]] = []
    groups = field_groups(c for c in records.column_names if c not in GATHERED)

    def asked_for(group: Sequence[str]) -> Ints:
        wish = next((prefer[column] for column in group if column in prefer), None)
        return default if wish is None else preference(records, sources, wish)

    named = next((group for group in groups if "name" in group or "name_key" in group), None)
    naming = before = None
    if named is not None and "name_key" in records.column_names:
        # Of records of one name that with the smallest ids, in whatever order they are.
        ids = [column for column in _OF_ONE_RECORD if column in records.column_names]
        naming = survivors(records, companies, named, asked_for(named), ties=ids)
        before = _strangers_last(records, companies, naming)
    for group in groups:
        own = before if set(group) & set(_OF_ONE_RECORD) else None
        if naming is not None and group == named:
            winner = naming
        else:
            rank, asked = protection(records, group[0]), asked_for(group)
            wished = any(column in prefer for column in group)
            safe = survivors(records, companies, group, asked, own, protecting=rank)
            winner = safe
            if wished and rank is not None:
                winner = survivors(records, companies, group, asked, own)
                overridden += _overridden(records, group[0], rank, winner, safe)
        for column in group:
            values = records[column].combine_chunks().take(from_numpy(winner))
            columns[column] = values
            taken.append((column, winner[_known(values)]))
    for column in GATHERED:
        if column in records.column_names:
            columns[column] = _gathered(records[column], companies)
            taken.append((column, np.flatnonzero(_known(records[column]))))
    for column, others in OTHERS.items():
        if column in columns:
            columns[others] = _with_others(columns, others, records, column, companies)
    table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    fields = _fields(taken, records.num_rows)
    overruled = _overruled(table, records, companies)
    return GoldenRecords(table, fields, overruled, tuple(overridden))


def protection(records: pa.Table, column: str) -> Ints | None:
    """(n_records,) how early each record's value comes among those that protect a company; None for
    a column that has none.

    A source's own column is one where its name says that somebody objects or consents.
    """
    values = records[column].combine_chunks()
    declared = ACCOUNTS.column(column)
    if declared is not None:
        if not declared.protected:
            return None
        order = [str(value).casefold() for value in declared.protected]
        texts = pc.utf8_lower(as_strings(values.cast(pa.string())))
        places = places_of(texts, strings(order))
        return np.where(places < 0, len(order), places)
    asked = permission_columns([column], of_companies=True)
    if not asked or pa.types.is_nested(values.type) or pa.types.is_null(values.type):
        return None
    texts = as_strings(values.cast(pa.string()))
    refused, _ = objections(texts, asked[0].answers, column)
    return np.where(flags(pc.fill_null(refused, scalar(False))), 0, 1)


def _overridden(
    records: pa.Table, column: str, rank: Ints, kept: Ints, safest: Ints
) -> list[Overridden]:
    less = np.flatnonzero(rank[kept] > rank[safest])
    if not len(less):
        return []
    one, other = (str(records[column][int(rows[less[0]])].as_py()) for rows in (kept, safest))
    return [Overridden(column, len(less), one, other)]


def _strangers_last(records: pa.Table, companies: Ints, named: Ints) -> Ints | None:
    """(n_records,) a rank: 2 where a record's name is unlike the one that survives, 0 for whose
    name survives in a company that has such, 1 for the rest; None where there are none.

    `named` are the records that the names of companies come from.
    """
    keys = as_strings(records["name_key"].combine_chunks()).dictionary_encode()
    name = numbered(keys)
    ids = [column for column in _OF_ONE_RECORD if column in records.column_names]
    has_id = np.any([_known(records[column]) for column in ids], axis=0) if ids else name < name
    own, other = name, name[named[companies]]
    differing = np.flatnonzero(has_id & (own != other) & (own >= 0) & (other >= 0))
    if not len(differing):
        return None
    size = len(keys.dictionary)
    pairs, place = np.unique(own[differing] * size + other[differing], return_inverse=True)
    used, spot = np.unique(np.concatenate([pairs // size, pairs % size]), return_inverse=True)
    names = names_of(keys.dictionary.take(from_numpy(used)))
    sides = spot.reshape(2, -1).tolist()
    are_unlike = [unlike(names[one], names[two]) for one, two in zip(*sides, strict=True)]
    strangers = differing[np.array(are_unlike, dtype=bool)[place.reshape(-1)]]
    if not len(strangers):
        return None
    rank = np.ones(len(name), dtype="int64")
    mixed = np.unique(companies[strangers])
    rank[named[mixed]] = 0
    rank[strangers] = 2
    return rank


# What says nothing by itself, or is kept elsewhere.
_KEPT_ELSEWHERE = {"account_id", "name", "name_key", "website", "as_of", *RECORD}
_ENDS = ("_min", "_max")


def _overruled(table: pa.Table, records: pa.Table, companies: Ints) -> pa.ListArray:
    """For each record what it knew otherwise than its company's row has it."""
    own = from_numpy(companies)
    rows, texts = [], []
    for name in in_order(sorted(table.column_names)):
        values = records[name].combine_chunks()
        plain = not pa.types.is_nested(values.type) and not pa.types.is_null(values.type)
        if name in _KEPT_ELSEWHERE or name.startswith("__") or name.endswith(_ENDS) or not plain:
            continue
        other = flags(pc.not_equal(values, table[name].combine_chunks().take(own)))
        if other.any():
            overruled = np.flatnonzero(other)
            known = as_strings(values.take(from_numpy(overruled)))
            names = repeated(name, len(overruled))
            texts.append(pc.binary_join_element_wise(names, known, strings([": "])[0]))
            rows.append(overruled)
    count = records.num_rows
    if not rows:
        return no_lists(count)
    return lists_of(np.concatenate(rows), pa.concat_arrays(texts), count)


def _gathered(values: pa.ChunkedArray, companies: Ints) -> pa.ListArray:
    row, texts = elements_of(whole(values))
    return sets_of(companies[row], texts, int(companies.max(initial=-1)) + 1)


def _with_others(
    columns: Mapping[str, pa.Array], others: str, records: pa.Table, column: str, companies: Ints
) -> pa.ListArray:
    """The list of other names, or domains, with those of records that were overruled."""
    own = columns[column]
    known = whole(records[column])
    of, texts = companies[flags(pc.is_valid(known))], as_strings(known.drop_null())
    if others in columns:
        before, listed = elements_of(columns[others])
        of, texts = np.concatenate([before, of]), pa.concat_arrays([listed, texts])
    is_own = pc.fill_null(pc.equal(texts, as_strings(own.take(from_numpy(of)))), scalar(False))
    other = ~flags(is_own)
    return sets_of(of[other], texts.filter(from_flags(other)), len(own))


def _fields(taken: Sequence[tuple[str, Ints]], count: int) -> pa.ListArray:
    """For each record the columns it gave, in canonical order."""
    order = {column: place for place, column in enumerate(CANONICAL)}
    own = [
        (column, rows)
        for column, rows in taken
        if column not in RECORD and not column.startswith("__")
    ]
    by_place = sorted(own, key=lambda field: (order.get(field[0], len(order)), field[0]))
    bits = np.zeros((count, len(by_place)), dtype=bool)
    for place, (_, rows) in enumerate(by_place):
        bits[rows, place] = True
    distinct, inverse = np.unique(np.packbits(bits, axis=1), axis=0, return_inverse=True)
    unpacked = np.unpackbits(distinct, axis=1)[:, : len(by_place)].astype(bool)
    names = [[by_place[place][0] for place in np.flatnonzero(row)] for row in unpacked]
    return lists(names).take(from_numpy(inverse.reshape(-1)))
