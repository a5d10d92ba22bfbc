"""Arrow arrays from Python values, and Python functions over an array's distinct values.

pyarrow turns to pandas to build arrays from lists, and importing pandas takes longer than most
commands do; these builders don't.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class SomeRows:
    """Some rows of a table, of which a column is taken when it is asked for."""

    table: pa.Table
    row: pa.Int64Array

    @property
    def num_rows(self) -> int:
        """How many rows they are."""
        return len(self.row)

    @property
    def column_names(self) -> list[str]:
        """The columns of the table."""
        names: list[str] = self.table.column_names
        return names

    def __getitem__(self, column: str) -> pa.ChunkedArray:
        return self.table[column].take(self.row)


def strings(values: Iterable[str | None]) -> pa.StringArray:
    """A string array of texts, None for null."""
    builder = pa.lib.StringBuilder()
    builder.append_values(list(values))
    return builder.finish()


def scalar(value: str | bool | int | float) -> pa.Scalar:
    """A value as kernels take it, of type string, bool, int64 or double."""
    builders: dict[type, Callable[[list[Any]], pa.Array]] = {
        str: strings, bool: bools, int: int64s, float: doubles,
    }  # fmt: skip
    return builders[type(value)]([value])[0]


def as_strings(values: pa.Array) -> pa.StringArray:
    """Texts as a string array, whether it has large offsets or not: kernels don't mix the two."""
    return values.cast(pa.string())


def _fixed(type_: pa.DataType, code: str, values: Sequence[Any], zero: Any) -> pa.Array:
    known = bools([value is not None for value in values])
    data = array(code, [zero if value is None else value for value in values])
    return pa.Array.from_buffers(
        type_, len(values), [known.buffers()[1], pa.py_buffer(data.tobytes())]
    )


def int64s(values: Sequence[int | None]) -> pa.Int64Array:
    """An int64 array, None for null."""
    return _fixed(pa.int64(), "q", values, 0)


def doubles(values: Sequence[float | None]) -> pa.DoubleArray:
    """A double array, None for null."""
    return _fixed(pa.float64(), "d", values, 0.0)


def dates(values: Sequence[date | None]) -> pa.Date32Array:
    """A date32 array, None for null."""
    days = [None if value is None else value.toordinal() - _EPOCH for value in values]
    return _fixed(pa.date32(), "i", days, 0)


def bools(values: Sequence[bool | None]) -> pa.BooleanArray:
    """A boolean array, None for null."""

    def bits(flags: list[bool]) -> pa.Buffer:
        packed = np.packbits(np.fromiter(flags, dtype=bool, count=len(flags)), bitorder="little")
        return pa.py_buffer(packed.tobytes())

    return pa.Array.from_buffers(
        pa.bool_(),
        len(values),
        [bits([value is not None for value in values]), bits([bool(value) for value in values])],
    )


def lists(values: Iterable[Sequence[str] | None]) -> pa.ListArray:
    """A list<string> array; None and empty both give null."""
    rows = [row or None for row in values]
    offsets = array("i", [0])
    for row in rows:
        offsets.append(offsets[-1] + (len(row) if row else 0))
    return pa.Array.from_buffers(
        pa.list_(pa.string()),
        len(rows),
        [bools([row is not None for row in rows]).buffers()[1], pa.py_buffer(offsets.tobytes())],
        children=[strings(item for row in rows if row for item in row)],
    )


def no_lists(count: int) -> pa.ListArray:
    """A list<string> array of nulls."""
    return pa.nulls(count, pa.list_(pa.string()))


def lists_of(rows: npt.NDArray[Any], texts: pa.StringArray, count: int) -> pa.ListArray:
    """For each of `count` rows the texts that it is named for, as they come; null without any."""
    order = from_numpy(np.argsort(rows, kind="stable"))
    sizes = np.bincount(rows, minlength=count)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype("int32")
    return pa.Array.from_buffers(
        pa.list_(texts.type),
        count,
        [from_flags(sizes > 0).buffers()[1], pa.py_buffer(offsets)],
        children=[texts.take(order)],
    )


def elements_of(values: pa.ListArray) -> tuple[npt.NDArray[Any], pa.Array]:
    """The known elements of lists, and before them the row that each is of."""
    elements, rows = pc.list_flatten(values), pc.list_parent_indices(values)
    if elements.null_count:
        known = pc.is_valid(elements)
        elements, rows = elements.filter(known), rows.filter(known)
    return to_numpy(rows).astype("int64"), elements


def known_elements(values: pa.ListArray) -> pa.ListArray:
    """Lists without nulls; null where nothing is left."""
    return lists_of(*elements_of(values), len(values))


def sets_of(rows: npt.NDArray[Any], texts: pa.StringArray, count: int) -> pa.ListArray:
    """The same with each row's texts in their order, each once."""
    number = numbered(texts)
    _, first = np.unique(number, return_index=True)
    place = order_of(texts.take(from_numpy(first)))[number]
    # By row, then by text, so that equal ones are beside each other.
    order = np.lexsort((place, rows))
    rows, place = rows[order], place[order]
    once = firsts(rows, place)
    return lists_of(rows[once], texts.take(from_numpy(order[once])), count)


def each_distinct(
    values: pa.Array,
    function: Callable[[str], Any],
    build: Callable[[list[Any]], pa.Array] = strings,
) -> pa.Array:
    """The function's result for every value, calling it once per distinct text; null stays null."""
    encoded = whole(values).dictionary_encode()
    results = build([function(text) for text in encoded.dictionary.to_pylist()])
    return results.take(encoded.indices)


def each_distinct_apart(
    values: pa.Array,
    function: Callable[[str], tuple[Any, ...]],
    *builds: Callable[[list[Any]], pa.Array],
) -> list[pa.Array]:
    """The same for a function of several results: an array of each."""
    encoded = whole(values).dictionary_encode()
    results = [function(text) for text in encoded.dictionary.to_pylist()]
    return [
        build([result[place] for result in results]).take(encoded.indices)
        for place, build in enumerate(builds)
    ]


def distinct(values: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Each value once, in the order of their first appearance; null is none."""
    values_once: list[Any] = values.unique().drop_null().to_pylist()
    return values_once


def each_other(
    done: pa.StringArray, values: pa.StringArray, function: Callable[[str], str | None]
) -> pa.StringArray:
    """What is done already, and the function's result for the values where it is null."""
    rest = pc.and_(pc.is_null(done), pc.is_valid(values))
    return filled_where(rest, values, lambda texts: each_distinct(texts, function), done)


def filled_where(
    mask: pa.BooleanArray,
    values: pa.Array,
    function: Callable[[pa.Array], pa.Array],
    done: pa.Array | None = None,
) -> pa.Array:
    """What the function makes of the values where the mask is true, what is done elsewhere.

    Nothing is done where that is not given. A mask that is null somewhere is false there.
    """
    mask = pc.fill_null(mask, scalar(False))
    made = function(values.filter(mask))
    if len(made) == len(values):
        return made
    if done is None:
        done = pa.nulls(len(values), made.type)
    return pc.replace_with_mask(done, mask, made) if len(made) else done


def last_words(texts: pa.StringArray) -> pa.StringArray:
    """What stands after the last space of each text, all of it without a space; null stays null."""
    parts = pc.split_pattern(texts, " ", max_splits=1, reverse=True)
    last = np.where(flags(texts.is_valid()), to_numpy(parts.offsets.cast(pa.int64()))[1:] - 1, -1)
    return parts.values.take(where_known(last))


def to_numpy(values: pa.Array) -> npt.NDArray[Any]:
    """A view on a fixed-width array without nulls, or with nulls as whatever stands there."""
    values = whole(values)
    names = {pa.int32(): "int32", pa.int64(): "int64", pa.uint64(): "uint64"}
    code = names.get(values.type, "float64")
    data = values.buffers()[1]
    if data is None or len(values) == 0:
        return np.zeros(len(values), dtype=code)
    return np.frombuffer(data, dtype=code)[values.offset : values.offset + len(values)]


def from_numpy(values: npt.NDArray[Any]) -> pa.Array:
    """An int64 or double array of a numpy array's values."""
    whole = values.dtype.kind in "iu"
    data = np.ascontiguousarray(values, dtype="int64" if whole else "float64")
    return pa.Array.from_buffers(
        pa.int64() if whole else pa.float64(), len(data), [None, pa.py_buffer(data)]
    )


def repeated(text: str | None, count: int) -> pa.StringArray:
    """The same text, count times."""
    return pa.repeat(strings([text])[0], count)


def where_known(places: npt.NDArray[Any]) -> pa.Int64Array:
    """Row numbers to take, with null for the negative ones."""
    known = np.packbits(places >= 0, bitorder="little")
    data = np.ascontiguousarray(places, dtype="int64")
    return pa.Array.from_buffers(pa.int64(), len(data), [pa.py_buffer(known), pa.py_buffer(data)])


def whole(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    # Of no chunks at all, pyarrow makes an array with the help of pandas.
    return values.combine_chunks() if values.num_chunks else pa.nulls(0, values.type)


def places_of(texts: pa.StringArray, among: pa.StringArray) -> npt.NDArray[Any]:
    """The place of each text among others, -1 where it is not there."""
    places = pc.index_in(texts, value_set=among).cast("int64")
    return to_numpy(pc.fill_null(places, scalar(-1)))


def order_of(values: pa.Array) -> npt.NDArray[Any]:
    """The place of each value in their order."""
    return to_numpy(pc.rank(values, tiebreaker="first")).astype("int64") - 1


def numbered(values: pa.Array) -> npt.NDArray[Any]:
    """A number for each distinct value, in order of their first appearance; -1 for null."""
    indices = values.dictionary_encode().indices.cast(pa.int64())
    return to_numpy(pc.fill_null(indices, scalar(-1)))


def firsts(*columns: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Where sorted rows begin to be others: flags, true for the first of each that are equal."""
    fresh: npt.NDArray[Any] = np.zeros(len(columns[0]), dtype=bool)
    fresh[:1] = True
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return fresh


def distinct_numbers(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The numbers in order, each once.

    numpy's `unique` hashes whole numbers, which takes ten times as long where there are many.
    """
    ordered = np.sort(numbers)
    once: npt.NDArray[Any] = ordered[firsts(ordered)]
    return once


def give_back() -> None:
    """Give the memory that Arrow keeps for its next arrays back to the system."""
    pa.default_memory_pool().release_unused()


def unread(known: pa.Array, read: pa.Array) -> pa.BooleanArray:
    """Where a known text gave no value."""
    return pc.and_(pc.is_valid(known), pc.is_null(read))


def only_where(mask: pa.BooleanArray, values: pa.Array) -> pa.Array:
    """The values where the mask is true, null elsewhere."""
    return pc.if_else(mask, values, pa.nulls(1, values.type)[0])


def flags(values: pa.Array) -> npt.NDArray[Any]:
    """A boolean array as numpy flags, null as False."""
    data = pc.fill_null(whole(values), scalar(False)).cast(pa.uint8()).buffers()[1]
    if data is None:
        return np.zeros(len(values), dtype=bool)
    return np.frombuffer(data, dtype="uint8")[: len(values)].astype(bool)


def from_flags(values: npt.NDArray[Any]) -> pa.BooleanArray:
    """A boolean array of numpy flags."""
    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])
