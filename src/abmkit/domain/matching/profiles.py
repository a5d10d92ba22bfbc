"""Profiles: what records are compared by, their names and the fields that speak for or against.

Everything is numbers, so that millions of pairs are compared by whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    SomeRows,
    as_strings,
    distinct_numbers,
    firsts,
    flags,
    from_flags,
    from_numpy,
    give_back,
    numbered,
    repeated,
    to_numpy,
)
from abmkit.domain.identity import site_labels
from abmkit.domain.matching.addresses import address_keys
from abmkit.domain.matching.names.chinese import parts
from abmkit.domain.matching.names.forms import DERIVED, KINDS, MADE, ONE_WORD, other_forms
from abmkit.domain.matching.names.short import MOST, full_names, short_keys
from abmkit.domain.matching.names.tokens import UNKNOWN, Names, tokenised, words
from abmkit.domain.values.names import HAN, name_keys
from abmkit.domain.values.places.chinese import city_keys

Ints = npt.NDArray[Any]

FIELDS = (
    "domain", "phone", "linkedin_url", "ticker",
    "country", "region", "city", "postal_code", "address", "industry",
)  # fmt: skip
"""The columns whose equal values speak for one company, their different ones against it."""
_AT_ONCE = 100_000
"""The forms of how many names are made at once: nearly all are left out again."""
_PARTS = 8
"""In how many parts at most the forms of all names are made."""


@dataclass(frozen=True)
class RegistryIds:
    """The registry ids of records, an entry for each id of each record, in order of records."""

    row: Ints
    """(n_ids,) int64: the record that has it."""
    id: Ints
    """(n_ids,) int64: a number for the id, equal for equal ids."""
    scheme: Ints
    """(n_ids,) int64: a number for its scheme."""


@dataclass(frozen=True)
class Profiles:
    """Records as they are compared.

    A record has several names (its own, aliases, other forms): `row`, `name` and `kind` have an
    entry for each, in order of records, the surest of a record first.
    """

    count: int
    """How many records they are."""
    names: Names
    """The distinct names of all records."""
    row: Ints
    """(n_record_names,) int32: the record whose name it is."""
    name: Ints
    """(n_record_names,) int32: which of the distinct `names` it is."""
    kind: Ints
    """(n_record_names,) int8: how the record comes to it, a place in `KINDS`."""
    short: Ints
    """(n_record_names,) bool: whether it may be the short form of a Chinese name."""
    full: Ints
    """(n_record_names,) bool: whether it is one that may have a short form."""
    fields: dict[str, Ints]
    """By column (n_records,) int32: a number for each value, `UNKNOWN` without."""
    site_labels: Ints
    """(n_records,) int32: a number for each site without its suffix, `UNKNOWN` without."""
    tickers: tuple[str, ...]
    """The text of each ticker, by its number among `fields`, in capitals."""
    registry: RegistryIds
    company: Ints
    """(n_records,) int: a number for the company that each record is of already."""

    @cached_property
    def companies_of_values(self) -> dict[str, Ints]:
        """By column (n_values,) int64: how many companies have each value.

        A company that says it again makes a value no more common.
        """
        company = self.company - self.company.min(initial=0)
        size = int(company.max(initial=0)) + 1
        counts = {}
        for column, values in self.fields.items():
            known = values != UNKNOWN
            numbers = values[known].astype("int64") * size + company[known]
            once = distinct_numbers(numbers) // size
            counts[column] = np.bincount(once, minlength=int(values.max(initial=0)) + 1)
        return counts


def profile(records: pa.Table | SomeRows, company: Ints | None = None) -> Profiles:
    """The records of a table as they are compared; without `company` each is one of its own.

    Reads `name`, `name_key`, `aliases`, `registry_ids` and `FIELDS`, where they are there.
    """
    names, row, name, kind, full = _names_of_records(records)
    # Hardly any name is taken apart again, and all of them would take much memory.
    parts.cache_clear()
    may_be_short = short_keys(names.squeezed)[names.spelling]
    return Profiles(
        records.num_rows,
        names,
        row,
        name,
        kind,
        may_be_short[name] & ~full & (kind < DERIVED),
        full,
        {column: _values(records, column) for column in FIELDS if column in records.column_names},
        _site_labels(records),
        _tickers(records),
        _registry(records),
        np.arange(records.num_rows) if company is None else company,
    )


def _names_of_records(records: pa.Table | SomeRows) -> tuple[Names, Ints, Ints, Ints, Ints]:
    """The distinct names, and `row`, `name`, `kind` and `full` as profiles have them.

    Each key of a record once.
    """
    count = records.num_rows
    columns = records.column_names
    keys = _whole(records, "name_key") if "name_key" in columns else repeated(None, count)
    rows, kinds, texts = [np.arange(count)], [np.zeros(count, dtype="int8")], [keys]
    # Without the name as it was written the key must do.
    written = _whole(records, "name") if "name" in columns else keys
    full = [full_names(written) | _long(keys)]
    if "aliases" in columns:
        aliases = records["aliases"].combine_chunks()
        others = as_strings(pc.list_flatten(aliases))
        rows.append(to_numpy(pc.list_parent_indices(aliases)).astype("int64"))
        kinds.append(np.full(len(rows[1]), KINDS.index("alias"), dtype="int8"))
        texts.append(name_keys(others))
        full.append(full_names(others) | _long(texts[1]))
    own = pa.concat_arrays(texts).drop_null().unique()
    split = words(own)
    give_back()
    if "name" in columns:
        vocabulary = pc.list_flatten(split).unique()
        for row, form_keys, kind in _forms(written, keys, own, vocabulary):
            rows.append(row)
            kinds.append(kind)
            texts.append(form_keys)
            full.append(full_names(form_keys) | _long(form_keys))
    encoded = pa.concat_arrays([own, *texts]).dictionary_encode()
    name = _numbers(encoded)[len(own) :]
    row, kind, is_full = np.concatenate(rows), np.concatenate(kinds), np.concatenate(full)
    # Of a name that a record has in several ways, the surest stays.
    order = np.lexsort((kind, name, row))
    kept = order[firsts(row[order], name[order]) & (name[order] != UNKNOWN)]
    # A record's surest name comes first; of equally sure ones the one it gives first.
    kept = kept[np.lexsort((kept, kind[kept], row[kept]))]
    split = pa.concat_arrays([split, words(encoded.dictionary[len(own) :])])
    names = tokenised(encoded.dictionary, split)
    return names, row[kept].astype("int32"), name[kept], kind[kept], is_full[kept]


def _long(keys: pa.StringArray) -> Ints:
    """Which keys are of ideographs and longer than short names are."""
    return flags(pc.match_substring_regex(keys, pattern=f"^[{HAN}]{{{MOST + 1},}}$"))


def _forms(
    names: pa.StringArray, keys: pa.StringArray, own: pa.StringArray, vocabulary: pa.StringArray
) -> Iterator[tuple[Ints, pa.StringArray, Ints]]:
    """Rows, other forms of their names and the forms' kinds, made once per distinct name.

    Most of what is made from names is nobody's name, and left out; `own` are the keys that are.
    """
    codes = numbered(names)
    distinct_codes, first = np.unique(codes, return_index=True)
    first = np.sort(first[distinct_codes != UNKNOWN])
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    kind_numbers = {kind: number for number, kind in enumerate(KINDS)}
    latin = frozenset(word for word in vocabulary.to_pylist() if word.isascii())
    # All names are looked through for each part, so that parts are few.
    at_once = max(_AT_ONCE, len(first) // _PARTS)
    for start in range(0, len(first), at_once):
        some = first[start : start + at_once]
        distinct = from_numpy(some)
        made = other_forms(names.take(distinct), keys.take(distinct), latin)
        encoded = made.kind.dictionary_encode()
        numbers = np.array([kind_numbers[k] for k in encoded.dictionary.to_pylist()], dtype="int8")
        if not len(numbers):
            continue
        kind = numbers[to_numpy(encoded.indices)]
        counts = (kind < MADE) | flags(pc.is_in(made.key, value_set=own))
        one_word = np.isin(kind, [kind_numbers[name] for name in ONE_WORD])
        first_words = pc.replace_substring_regex(made.key, pattern=" .*$", replacement="")
        counts |= one_word & flags(pc.is_in(first_words, value_set=vocabulary))
        forms, kind = made.key.filter(from_flags(counts)), kind[counts]
        form_codes = codes[some][to_numpy(made.row)[counts]]
        row, form = _rows_with(form_codes, order, sorted_codes)
        yield row, forms.take(from_numpy(form)), kind[form]


def _rows_with(wanted: Ints, order: Ints, sorted_codes: Ints) -> tuple[Ints, Ints]:
    """The rows that have each of the wanted codes, and which of these it is.

    `order` are the rows by their codes, and `sorted_codes` the codes in that order.
    """
    start = np.searchsorted(sorted_codes, wanted)
    size = np.searchsorted(sorted_codes, wanted, side="right") - start
    which = np.repeat(np.arange(len(wanted)), size)
    within = np.arange(len(which)) - np.repeat(np.cumsum(size) - size, size)
    return order[np.repeat(start, size) + within], which


def _values(records: pa.Table | SomeRows, column: str) -> Ints:
    """A number for each value of a column, equal where two records say the same."""
    values = _whole(records, column)
    if column == "city":
        values = city_keys(values)
    elif column == "address":
        values = address_keys(values)
    elif column in ("industry", "linkedin_url", "postal_code", "ticker"):
        values = pc.utf8_lower(values)
    return _numbers(values)


def _numbers(values: pa.Array) -> Ints:
    """int32: a number for each distinct value, as of `numbered`: there are no more than rows."""
    return numbered(values).astype("int32")


def _site_labels(records: pa.Table | SomeRows) -> Ints:
    """(n_records,) int32: a number for each site without its suffix, `UNKNOWN` without."""
    if "domain" not in records.column_names:
        return np.full(records.num_rows, UNKNOWN, dtype="int32")
    return _numbers(site_labels(_whole(records, "domain")))


def _tickers(records: pa.Table | SomeRows) -> tuple[str, ...]:
    """The text of each ticker in capitals, by its number."""
    if "ticker" not in records.column_names:
        return ()
    tickers = pc.utf8_lower(_whole(records, "ticker"))
    return tuple(pc.utf8_upper(tickers.dictionary_encode().dictionary).to_pylist())


def _registry(records: pa.Table | SomeRows) -> RegistryIds:

    if "registry_ids" not in records.column_names:
        nothing = np.empty(0, dtype="int64")
        return RegistryIds(nothing, nothing, nothing)
    values = records["registry_ids"].combine_chunks()
    texts = pc.list_flatten(values)
    schemes = pc.replace_substring_regex(texts, pattern=":.*$", replacement="")
    return RegistryIds(
        to_numpy(pc.list_parent_indices(values)).astype("int64"),
        to_numpy(texts.dictionary_encode().indices).astype("int64"),
        to_numpy(schemes.dictionary_encode().indices).astype("int64"),
    )


def _whole(records: pa.Table | SomeRows, column: str) -> pa.StringArray:
    return as_strings(records[column].combine_chunks())
