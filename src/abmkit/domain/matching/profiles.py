"""What records are compared by: the words of their names, and the fields that speak for or against.

Everything is numbers, so that millions of pairs are compared by whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import (
    as_strings,
    flags,
    from_flags,
    from_numpy,
    int64s,
    repeated,
    strings,
    to_numpy,
)
from abmkit.domain.chinese_places import city_keys
from abmkit.domain.matching.forms import other_forms
from abmkit.domain.matching.words import is_number, words
from abmkit.domain.names import name_keys
from abmkit.domain.tables import rows

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

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
    "name", "alias", "inverted", "former", "dba", "bracket", "joined", "short", "acronym", "pinyin",
)  # fmt: skip
"""How a record comes to a name, the surest first."""
DERIVED = KINDS.index("bracket")
"""The first of the kinds that are made from a name: two names of such kinds prove nothing."""
ACRONYM = KINDS.index("acronym")
"""Initials count only where they are another record's very name."""
_MADE = KINDS.index("joined")
"""The first of the kinds that count only where what is made is a name of its own."""
_ONE_WORD = ("joined", "pinyin")
"""Kinds that count as a word of another name too."""
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
        import numpy as np

        return np.fromiter(map(len, self.vocabulary), "int64", len(self.vocabulary))

    @cached_property
    def signs(self) -> Ints:
        """Which signs each word has, as bits: a slip changes two of them at most."""
        import numpy as np

        # A last sign, so that every word begins somewhere.
        signs = np.frombuffer(("".join(self.vocabulary) + " ").encode("utf-32-le"), "uint32")
        bits = np.left_shift(np.uint64(1), signs.astype("uint64") & np.uint64(63))
        start = np.cumsum(self.letters) - self.letters
        found: Ints = np.bitwise_or.reduceat(bits, start) if len(start) else bits[:0]
        return found

    @cached_property
    def starts(self) -> Ints:
        """A number for the four letters that each word begins with."""
        import pyarrow.compute as pc

        texts = pc.utf8_slice_codeunits(strings(self.vocabulary), 0, 4)
        return to_numpy(texts.dictionary_encode().indices)

    @cached_property
    def squeezed_letters(self) -> Ints:
        """How many letters each name has without spaces, by its `spelling`."""
        import numpy as np

        return np.fromiter(map(len, self.squeezed), "int64", len(self.squeezed))


@dataclass(frozen=True)
class Profiles:
    """Records as they are compared."""

    count: int
    names: Names
    row: Ints
    """The record of each name it is known by, in order of records."""
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
    texts, row, kind = _known_names(records)
    texts, name, split, row, kind = _that_count(texts, row, kind)
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


def _that_count(
    texts: pa.StringArray, row: Ints, kind: Ints
) -> tuple[pa.StringArray, Ints, pa.ListArray, Ints, Ints]:
    """Distinct names, which of them each row has, their words; rows and kinds of those that count.

    Most of the names that are made from others are nobody's; those are left out.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = texts.dictionary_encode()
    name = to_numpy(encoded.indices).astype("int64")
    count = len(encoded.dictionary)
    own = np.zeros(count, dtype=bool)
    own[name[kind < _MADE]] = True
    own_texts = encoded.dictionary.filter(from_flags(own))
    split = words(own_texts)
    one_word = np.zeros(count, dtype=bool)
    one_word[name[np.isin(kind, [KINDS.index(each) for each in _ONE_WORD])]] = True
    made = np.flatnonzero(one_word & ~own)
    made_texts = encoded.dictionary.take(from_numpy(made))
    a_word = flags(pc.is_in(made_texts, value_set=pc.list_flatten(split).unique()))
    made = made[a_word]
    place = np.full(count, UNKNOWN, dtype="int64")
    place[own] = np.arange(len(own_texts))
    place[made] = np.arange(len(made)) + len(own_texts)
    kept = np.flatnonzero(place[name] != UNKNOWN)
    made_texts = made_texts.filter(from_flags(a_word))
    split = pa.concat_arrays([split, words(made_texts)])
    texts = pa.concat_arrays([own_texts, made_texts])
    return texts, place[name[kept]], split, row[kept], kind[kept]


def _known_names(records: pa.Table) -> tuple[pa.StringArray, Ints, Ints]:
    """The keys of every name each record is known by, their records and kinds; each key once."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = records.num_rows
    columns = records.column_names
    keys = _whole(records, "name_key") if "name_key" in columns else repeated(None, count)
    shown = _whole(records, "name") if "name" in columns else repeated(None, count)
    parts = [(keys, np.arange(count), np.zeros(count, dtype="int64"))]
    if "aliases" in columns:
        aliases = records["aliases"].combine_chunks()
        rows = to_numpy(pc.list_parent_indices(aliases)).astype("int64")
        alias_keys = name_keys(as_strings(pc.list_flatten(aliases)))
        parts.append((alias_keys, rows, np.full(len(rows), KINDS.index("alias"))))
    # Forms are found once per distinct name.
    codes = numbered(shown)
    found, first = np.unique(codes, return_index=True)
    first = first[found != UNKNOWN]
    distinct = from_numpy(first)
    form_row, form_keys, form_kinds = other_forms(shown.take(distinct), keys.take(distinct))
    of_kind = form_kinds.dictionary_encode()
    kinds = np.array([KINDS.index(k) for k in of_kind.dictionary.to_pylist()], dtype="int64")
    rows, taken = _spread(codes, codes[first][to_numpy(form_row).astype("int64")])
    form_kind = kinds[to_numpy(of_kind.indices)] if len(kinds) else rows
    parts.append((form_keys.take(from_numpy(taken)), rows, form_kind[taken]))
    texts = pa.concat_arrays([part[0] for part in parts])
    row = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([part[2] for part in parts])
    known = np.flatnonzero(flags(pc.is_valid(texts)))
    texts, row, kind = texts.take(from_numpy(known)), row[known], kind[known]
    codes = numbered(texts)
    # Of a name found several ways, the surest stays.
    order = np.lexsort((kind, codes, row))
    once = np.ones(len(order), dtype=bool)
    once[1:] = (np.diff(row[order]) != 0) | (np.diff(codes[order]) != 0)
    kept = order[once]
    return texts.take(from_numpy(kept)), row[kept], kind[kept]


def _spread(codes: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """The rows that have each of the wanted codes, and which of these it is."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    start = np.searchsorted(codes[order], wanted)
    size = np.searchsorted(codes[order], wanted, side="right") - start
    taken = np.repeat(np.arange(len(wanted)), size)
    within = np.arange(len(taken)) - np.repeat(np.cumsum(size) - size, size)
    return order[np.repeat(start, size) + within], taken


def _in_words(texts: pa.StringArray, split: pa.ListArray) -> Names:
    import numpy as np
    import pyarrow.compute as pc

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


def _values(records: pa.Table, name: str) -> Ints:
    import pyarrow.compute as pc

    values = _whole(records, name)
    if name == "city":
        values = city_keys(values)
    elif name in ("industry", "linkedin_url", "postal_code", "ticker"):
        values = pc.utf8_lower(values)
    return numbered(values)


def _site_labels(records: pa.Table) -> Ints:
    import numpy as np
    import pyarrow.compute as pc

    if "domain" not in records.column_names:
        return np.full(records.num_rows, UNKNOWN)
    sites = _whole(records, "domain")
    return numbered(pc.replace_substring_regex(sites, pattern=r"\..*$", replacement=""))


def _registry(records: pa.Table) -> tuple[Ints, Ints, Ints]:
    import numpy as np
    import pyarrow.compute as pc

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


def numbered(values: pa.Array) -> Ints:
    """A number for each distinct value, `UNKNOWN` for null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    indices = values.dictionary_encode().indices.cast(pa.int64())
    return to_numpy(pc.fill_null(indices, int64s([UNKNOWN])[0]))
