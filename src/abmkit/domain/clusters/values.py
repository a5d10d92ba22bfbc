"""The values that accounts are grouped by, and compared by: texts, flags, bands of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import elements_of, flags, numbered, to_numpy, whole
from abmkit.errors import UsageError

Ints = npt.NDArray[Any]

UNKNOWN = -1


@dataclass(frozen=True, order=True)
class Band:
    """Numbers from `least` to below `most`."""

    least: float
    """Below 0 where there is no lower end."""
    most: float
    """Infinite where there is no upper one."""


Value = str | bool | Band
"""What is the same for several accounts."""

_EDGES: dict[str, list[float]] = {
    # People by the size classes of the European Union's Recommendation 2003/361/EC, then on.
    "employees": [10, 50, 250, 1_000, 5_000, 10_000, 50_000, 100_000],
    "founded_year": [1900, 1950, *range(1980, 2100, 10)],
}
_POWERS = [10.0**power for power in range(0, 16)]
"""Where there are no edges of its own, a number is of the order of magnitude that it has."""


@dataclass(frozen=True)
class Values:
    """A column's values, by number: what each account has, or, of a list, has among others."""

    column: str
    values: list[Value]
    """In their order."""
    row: Ints
    """The accounts that have one, as places; of a list an account may stand several times."""
    number: Ints
    """Which value it has."""
    count: int
    """How many accounts there are."""

    @property
    def of_each(self) -> Ints:
        """The number of each account's one value, `UNKNOWN` where there is none."""
        found = np.full(self.count, UNKNOWN, dtype="int64")
        found[self.row] = self.number
        return found


def values_of(column: str, found: pa.ChunkedArray | pa.Array) -> Values:
    """The values of a column of accounts, texts told apart whatever their case."""
    array = whole(found)
    if pa.types.is_list(array.type):
        row, texts = elements_of(array)
        return _texts(column, row, texts.cast(pa.string()), len(array))
    known = np.flatnonzero(flags(array.is_valid()))
    if pa.types.is_boolean(array.type):
        return Values(column, [False, True], known, flags(array)[known].astype("int64"), len(array))
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        numbers = to_numpy(pc.fill_null(array.cast(pa.float64()), float("nan")))
        return _bands(column, numbers)
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        array = pc.year(array)
    texts = array.cast(pa.string()).drop_null()
    return _texts(column, known, texts, len(array))


def check_single(column: str, array: pa.ChunkedArray, where: str) -> None:
    """Raise `UsageError` for a column by which accounts cannot be grouped."""
    if pa.types.is_list(array.type):
        raise UsageError(
            "{column} holds lists",
            where=where,
            remedy="name a column with one value",
            column=column,
        )


def _texts(column: str, row: Ints, texts: pa.StringArray, count: int) -> Values:
    number = numbered(texts)
    seen = np.bincount(number[number >= 0])
    spelled: list[str] = texts.dictionary_encode().dictionary.to_pylist() if len(texts) else []
    shown: dict[str, str] = {}
    for _, text in sorted((-int(n), text) for n, text in zip(seen, spelled, strict=True)):
        shown.setdefault(_key(text), text)
    keys = sorted(shown)
    place = {key: n for n, key in enumerate(keys)}
    by_number = np.array([place[_key(text)] for text in spelled], dtype="int64")
    mapped = by_number[number] if len(number) else number
    return Values(column, [shown[key] for key in keys], row, mapped, count)


def _key(text: str) -> str:
    return text.strip().casefold()


def _bands(column: str, numbers: npt.NDArray[Any]) -> Values:
    known = np.flatnonzero(np.isfinite(numbers))
    edges = _EDGES.get(column.casefold(), _POWERS)
    bands: list[Value] = [Band(low, high) for low, high in pairwise([-1.0, *edges, float("inf")])]
    found = np.searchsorted(np.array(edges), numbers[known], side="right").astype("int64")
    return Values(column, bands, known, found, len(numbers))


def in_order(values: Values, rows: Ints) -> Ints:
    """The number of each of some accounts' values, with what is unknown as the last value."""
    found = values.of_each[rows]
    return np.where(found == UNKNOWN, len(values.values), found)


def named(values: Values, numbers: Sequence[int]) -> tuple[Value | None, ...]:
    """The values of such numbers; None for what is unknown."""
    return tuple(values.values[n] if n < len(values.values) else None for n in numbers)
