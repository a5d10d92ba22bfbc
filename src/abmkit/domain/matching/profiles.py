"""What records are compared by: the words of their names, and the fields that speak for or against.

Everything is numbers, so that millions of pairs are compared by whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
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
    numbered,
    repeated,
    strings,
    to_numpy,
)
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import parts
from abmkit.domain.matching.names.forms import listed_keys, other_forms
from abmkit.domain.matching.names.tokens import is_number, words
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.places.chinese import city_keys

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

UNKNOWN = -1
WORDS = 10
"""How many words of a name are compared; fewer than one name in ten thousand has more."""
FIELDS = (
    "domain", "phone", "linkedin_url", "ticker",
    "country", "region", "city", "postal_code", "industry",
)  # fmt: skip
"""The columns whose equal values speak for one company, their different ones against it."""
KINDS = (
    "name", "alias", "inverted", "listed", "former", "dba",
    "bracket", "joined", "translated", "short", "contracted", "acronym", "pinyin",
)  # fmt: skip
"""How a record comes to a name, the surest first."""
DERIVED = KINDS.index("bracket")
"""The first of the kinds that are made from a name: two names of such kinds prove nothing."""
ACRONYM = KINDS.index("acronym")
"""Initials count only where they are another record's very name."""
_MADE = KINDS.index("joined")
"""The first of the kinds that count only where what is made is a name of its own."""
_ONE_WORD = ("joined", "translated", "pinyin")
"""Kinds that count as a word of another name too."""
_AT_ONCE = 100_000
"""The forms of how many names are found at once: nearly all are left out again."""
_STEPS = 1024
"""Into how many steps a bit is divided, so that sums of bits are exact in any order."""


@dataclass(frozen=True)
class Names:
    """Distinct name keys as words: numbers, and how rare each is in bits."""

    ids: Ints
    """The words of each name, `WORDS` wide, `UNKNOWN` beyond its last."""
    rarity: Floats
    """How rare each word is in bits; 0 in the last place, which `UNKNOWN` stands for."""
    vocabulary: tuple[str, ...]
    """The text of each word."""
    numbers: Ints
    """Whether each word is a number, which tells companies apart as nothing else.

    The last place is `UNKNOWN`'s.
    """
    spelling: Ints
    """A number for each name without spaces."""
    squeezed: tuple[str, ...]
    """The text of each of those."""

    @cached_property
    def sizes(self) -> Ints:
        """How many words each name has."""
        sizes: Ints = (self.ids != UNKNOWN).sum(1).astype("int8")
        return sizes

    @cached_property
    def letters(self) -> Ints:
        """How many letters each word has."""
        return np.fromiter(map(len, self.vocabulary), "int64", len(self.vocabulary))

    @cached_property
    def ideographic(self) -> Ints:
        """Whether each word is written in ideographs."""
        flags = (text[:1] >= "\u3400" for text in self.vocabulary)
        return np.fromiter(flags, bool, len(self.vocabulary))

    @cached_property
    def signs(self) -> Ints:
        """Which signs each word has, as bits: a slip changes two of them at most."""
        # A last sign, so that every word begins somewhere.
        signs = np.frombuffer(("".join(self.vocabulary) + " ").encode("utf-32-le"), "uint32")
        bits = np.left_shift(np.uint64(1), signs.astype("uint64") & np.uint64(63))
        start = np.cumsum(self.letters) - self.letters
        found: Ints = np.bitwise_or.reduceat(bits, start) if len(start) else bits[:0]
        return found

    @cached_property
    def starts(self) -> Ints:
        """A number for the four letters that each word begins with."""
        texts = pc.utf8_slice_codeunits(strings(self.vocabulary), 0, 4)
        return to_numpy(texts.dictionary_encode().indices)

    @cached_property
    def squeezed_letters(self) -> Ints:
        """How many letters each name has without spaces, by its `spelling`."""
        return np.fromiter(map(len, self.squeezed), "int64", len(self.squeezed))


@dataclass(frozen=True)
class Profiles:
    """Records as they are compared."""

    count: int
    names: Names
    row: Ints
    """The record of each name it is known by, in order of records, the surest name first."""
    name: Ints
    """Which of the distinct names that is."""
    kind: Ints
    """Where it is from, a place in `KINDS`."""
    fields: dict[str, Ints]
    """The number of each record's value by column, `UNKNOWN` where it has none."""
    labels: Ints
    """The number of each record's site without its suffix, `UNKNOWN` where it has none."""
    registry: tuple[Ints, Ints, Ints]
    """The records that have registry ids, the ids' numbers and those of their schemes."""


def profiles(records: pa.Table) -> Profiles:
    """The records of a table as they are compared.

    Reads `name`, `name_key`, `aliases`, `registry_ids` and `FIELDS`, where they are there.
    """
    texts, split, row, name, kind = _known_names(records)
    parts.cache_clear()
    return Profiles(
        records.num_rows,
        _in_words(texts, split),
        row,
        name,
        kind,
        {name: _values(records, name) for name in FIELDS if name in records.column_names},
        _site_labels(records),
        _registry(records),
    )


def _known_names(records: pa.Table) -> tuple[pa.StringArray, pa.ListArray, Ints, Ints, Ints]:
    """The distinct keys of names, their words, and each record's: its row, which it is, its kind.

    Each key of a record once.
    """
    count = records.num_rows
    columns = records.column_names
    keys = _whole(records, "name_key") if "name_key" in columns else repeated(None, count)
    rows, kinds, texts = [np.arange(count)], [np.zeros(count, dtype="int8")], [keys]
    if "aliases" in columns:
        aliases = records["aliases"].combine_chunks()
        rows.append(to_numpy(pc.list_parent_indices(aliases)).astype("int64"))
        kinds.append(np.full(len(rows[1]), KINDS.index("alias"), dtype="int8"))
        texts.append(name_keys(as_strings(pc.list_flatten(aliases))))
    own = pa.concat_arrays(texts).drop_null().unique()
    own = pa.concat_arrays([own, listed_keys(own)]).drop_null().unique()
    split = words(own)
    if "name" in columns:
        vocabulary = pc.list_flatten(split).unique()
        for row, form_keys, kind in _forms(_whole(records, "name"), keys, own, vocabulary):
            rows.append(row)
            kinds.append(kind)
            texts.append(form_keys)
    encoded = pa.concat_arrays([own, *texts]).dictionary_encode()
    name = numbered(encoded)[len(own) :]
    row, kind = np.concatenate(rows), np.concatenate(kinds)
    # Of a name found several ways, the surest stays.
    order = np.lexsort((kind, name, row))
    kept = order[firsts(row[order], name[order]) & (name[order] != UNKNOWN)]
    # A record's surest name comes first; of equally sure ones the one it gives first.
    kept = kept[np.lexsort((kept, kind[kept], row[kept]))]
    split = pa.concat_arrays([split, words(encoded.dictionary[len(own) :])])
    return encoded.dictionary, split, row[kept], name[kept], kind[kept].astype("int64")


def _forms(
    names: pa.StringArray, keys: pa.StringArray, own: pa.StringArray, vocabulary: pa.StringArray
) -> Iterator[tuple[Ints, pa.StringArray, Ints]]:
    """Rows, other forms of their names and the forms' kinds, found once per distinct name.

    Most of what is made from names is nobody's name, and left out; `own` are the keys that are.
    """
    codes = numbered(names)
    found, first = np.unique(codes, return_index=True)
    first = np.sort(first[found != UNKNOWN])
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    places = {kind: place for place, kind in enumerate(KINDS)}
    latin = frozenset(word for word in vocabulary.to_pylist() if word.isascii())
    for start in range(0, len(first), _AT_ONCE):
        some = first[start : start + _AT_ONCE]
        distinct = from_numpy(some)
        at, forms, kinds = other_forms(names.take(distinct), keys.take(distinct), latin)
        of_kind = kinds.dictionary_encode()
        numbers = np.array([places[k] for k in of_kind.dictionary.to_pylist()], dtype="int8")
        if not len(numbers):
            continue
        kind = numbers[to_numpy(of_kind.indices)]
        counts = (kind < _MADE) | flags(pc.is_in(forms, value_set=own))
        one_word = np.isin(kind, [places[each] for each in _ONE_WORD])
        begins = pc.replace_substring_regex(forms, pattern=" .*$", replacement="")
        counts |= one_word & flags(pc.is_in(begins, value_set=vocabulary))
        forms, kind = forms.filter(from_flags(counts)), kind[counts]
        row, taken = _spread(order, sorted_codes, codes[some][to_numpy(at)[counts]])
        yield row, forms.take(from_numpy(taken)), kind[taken]


def _spread(order: Ints, codes: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """The rows that have each of the wanted codes, and which of these it is.

    `order` are the rows by their codes, and `codes` these in that order.
    """
    start = np.searchsorted(codes, wanted)
    size = np.searchsorted(codes, wanted, side="right") - start
    taken = np.repeat(np.arange(len(wanted)), size)
    within = np.arange(len(taken)) - np.repeat(np.cumsum(size) - size, size)
    return order[np.repeat(start, size) + within], taken


def _in_words(texts: pa.StringArray, split: pa.ListArray) -> Names:

    count = len(texts)
    encoded = pc.list_flatten(split).dictionary_encode()
    row = to_numpy(pc.list_parent_indices(split)).astype("int64")
    word = to_numpy(encoded.indices)
    place = np.arange(len(row)) - to_numpy(split.offsets)[row]
    near = place < WORDS
    ids = np.full((count, WORDS), UNKNOWN, dtype="int32")
    ids[row[near], place[near]] = word[near]
    counts = np.bincount(word, minlength=len(encoded.dictionary))
    vocabulary = tuple(encoded.dictionary.to_pylist())
    elsewhere, names_elsewhere = _elsewhere()
    seen = counts + np.fromiter((elsewhere.get(w, 0) for w in vocabulary), "int64", len(vocabulary))
    rarity = np.log2((count + names_elsewhere + 1) / (seen + 0.5))
    squeezed = pc.replace_substring(texts, pattern=" ", replacement="").dictionary_encode()
    return Names(
        ids,
        np.append(np.round(rarity * _STEPS) / _STEPS, 0.0).astype("float32"),
        vocabulary,
        np.array([*map(is_number, vocabulary), False]),
        to_numpy(squeezed.indices).astype("int32"),
        tuple(squeezed.dictionary.to_pylist()),
    )


@cache
def _elsewhere() -> tuple[dict[str, int], int]:
    """In how many real names each word is, and how many names that was counted in.

    A short list says little of which words are common; `tests/tables/name_words.py` counts them.
    """
    counts = {row["word"]: int(row["names"]) for row in rows("name_words.csv.gz")}
    return counts, counts.pop("", 0)


@cache
def common_words() -> tuple[str, ...]:
    """Words that more than one name in five hundred has."""
    counts, names = _elsewhere()
    return tuple(sorted(word for word, count in counts.items() if count * 500 > names))


def _values(records: pa.Table, name: str) -> Ints:

    values = _whole(records, name)
    if name == "city":
        values = city_keys(values)
    elif name in ("industry", "linkedin_url", "postal_code", "ticker"):
        values = pc.utf8_lower(values)
    return numbered(values)


def _site_labels(records: pa.Table) -> Ints:

    if "domain" not in records.column_names:
        return np.full(records.num_rows, UNKNOWN)
    sites = _whole(records, "domain")
    return numbered(pc.replace_substring_regex(sites, pattern=r"\..*$", replacement=""))


def _registry(records: pa.Table) -> tuple[Ints, Ints, Ints]:

    if "registry_ids" not in records.column_names:
        nothing = np.empty(0, dtype="int64")
        return nothing, nothing, nothing
    values = records["registry_ids"].combine_chunks()
    texts = pc.list_flatten(values)
    schemes = pc.replace_substring_regex(texts, pattern=":.*$", replacement="")
    return (
        to_numpy(pc.list_parent_indices(values)).astype("int64"),
        to_numpy(texts.dictionary_encode().indices).astype("int64"),
        to_numpy(schemes.dictionary_encode().indices).astype("int64"),
    )


def _whole(records: pa.Table, name: str) -> pa.StringArray:
    return as_strings(records[name].combine_chunks())
