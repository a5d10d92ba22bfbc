"""What records are compared by: the words of their names, and the fields that speak for or against.

Everything is numbers, so that millions of pairs are compared by whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import as_strings, flags, from_numpy, int64s, repeated, to_numpy
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
    "name", "alias", "inverted", "listed", "former", "dba",
    "bracket", "joined", "short", "acronym", "pinyin",
)  # fmt: skip
"""How a record comes to a name, the surest first."""
DERIVED = KINDS.index("bracket")
"""The first of the kinds that are made from a name: two names of such kinds prove nothing."""
ACRONYM = KINDS.index("acronym")
"""Initials count only where they are another record's very name."""


@dataclass(frozen=True)
class Names:
    """Distinct name keys as words: numbers, and how rare each is in bits."""

    texts: tuple[str, ...]
    """The key of each name."""
    ids: Ints
    """The words of each name, `WORDS` wide, `UNKNOWN` beyond its last."""
    bits: Floats
    """How rare each of them is, 0 beyond the last."""
    vocabulary: tuple[str, ...]
    """The text of each word."""
    numbers: Ints
    """Whether each word is a number, which tells companies apart as nothing else."""
    counts: Ints
    """In how many names each word is."""

    @cached_property
    def sizes(self) -> Ints:
        """How many words each name has."""
        sizes: Ints = (self.ids != UNKNOWN).sum(1)
        return sizes

    @cached_property
    def letters(self) -> Ints:
        """How many letters each word has."""
        import numpy as np

        return np.fromiter(map(len, self.vocabulary), "int64", len(self.vocabulary))

    @cached_property
    def ideographic(self) -> Ints:
        """Whether each word is written in ideographs."""
        import numpy as np

        flags = (text[0] >= "\u3400" for text in self.vocabulary)
        return np.fromiter(flags, bool, len(self.vocabulary))

    @cached_property
    def squeezed(self) -> tuple[str, ...]:
        """Each name without spaces."""
        return tuple(text.replace(" ", "") for text in self.texts)


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
    encoded = texts.dictionary_encode()
    return Profiles(
        records.num_rows,
        _in_words(encoded.dictionary),
        row,
        to_numpy(encoded.indices).astype("int64"),
        kind,
        {name: _values(records, name) for name in FIELDS if name in records.column_names},
        _site_labels(records),
        _registry(records),
    )


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


def _in_words(texts: pa.StringArray) -> Names:
    import numpy as np
    import pyarrow.compute as pc

    count = len(texts)
    split = words(texts)
    encoded = pc.list_flatten(split).dictionary_encode()
    row = to_numpy(pc.list_parent_indices(split)).astype("int64")
    word = to_numpy(encoded.indices).astype("int64")
    place = np.arange(len(row)) - np.searchsorted(row, row)
    near = place < WORDS
    ids = np.full((count, WORDS), UNKNOWN, dtype="int32")
    ids[row[near], place[near]] = word[near]
    counts = np.bincount(word, minlength=len(encoded.dictionary))
    vocabulary = tuple(encoded.dictionary.to_pylist())
    elsewhere, names_elsewhere = _elsewhere()
    seen = counts + np.fromiter((elsewhere.get(w, 0) for w in vocabulary), "int64", len(vocabulary))
    rarity = np.log2((count + names_elsewhere + 1) / (seen + 0.5))
    return Names(
        tuple(texts.to_pylist()),
        ids,
        np.where(ids != UNKNOWN, rarity[ids] if len(rarity) else 0.0, 0.0),
        vocabulary,
        np.fromiter((is_number(text) for text in vocabulary), bool, len(vocabulary)),
        counts,
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
