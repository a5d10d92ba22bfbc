"""Which columns of accounts are compared, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    each_distinct,
    flags,
    scalar,
    to_numpy,
    whole,
)
from abmkit.domain.kinds import is_list, is_text
from abmkit.domain.lookalikes.labels import compared_labels
from abmkit.domain.lookalikes.numbers import Ranges, compared_numbers
from abmkit.domain.lookalikes.ratios import Compared, Floats
from abmkit.domain.lookalikes.texts import compared_sets, elements, words
from abmkit.domain.values.industries.crosswalks import crosswalk
from abmkit.domain.values.industries.sections import SECTIONS, section_of, split_code
from abmkit.domain.values.numbers.plain import plain_numbers
from abmkit.schema.accounts import ACCOUNTS, INTERVALS

_LEVELS = {"region": ("country", "region", "city")}
"""Labels that lie in one another, the broadest first, by what they are called together."""
_LABELS = ("industry", "company_type", "ownership", "listed", "segment", "territory")
_NUMBERS = ("employees", "revenue", "founded_year", "potential")
_MOSTLY = 0.95
_FEW_NUMBERS = 12
"""A text column of no more different numbers has labels."""
_MOST_LABELS = 1000
_OFTEN = 5
"""So often a label of a source's own column stands there on the average, or it is none."""


@dataclass(frozen=True)
class Field:
    """Columns that are compared as one."""

    name: str
    columns: tuple[str, ...]
    """Those there are; what is known of a company's is taken from one record whole."""
    compare: Callable[[pa.Table, pa.Table, Floats], Compared | None]
    """Of accounts, of companies and the weights of these; None where nothing can be compared."""


def fields_of(schema: pa.Schema) -> list[Field]:
    """The fields that can be compared of accounts with these columns, each of which has one."""
    there = set(schema.names)
    found = []
    for name in _NUMBERS:
        ends = tuple(f"{name}_{end}" for end in ("min", "max")) if name in INTERVALS else ()
        columns = tuple(each for each in (name, *ends) if each in there)
        found.append(Field(name, columns, partial(_ranges, name)))
    if "industry_code" in there:
        found.append(Field("industry_code", ("industry_code",), _codes))
    for name in (*_LABELS, *_LEVELS):
        columns = tuple(each for each in _LEVELS.get(name, (name,)) if each in there)
        found.append(Field(name, columns, partial(_labels, name, columns)))
    for name, read in (("technologies", elements), ("description", words)):
        columns = (name,) if name in there else ()
        found.append(Field(name, columns, partial(_sets, name, read)))
    own = (field for field in schema if ACCOUNTS.column(field.name) is None)
    return [field for field in (*found, *_own(own)) if field.columns]


def _own(columns: Iterable[pa.Field]) -> Iterator[Field]:
    """The fields that sources' own columns are."""
    for each in columns:
        name, kinds = each.name, pa.types
        compare: Callable[[pa.Table, pa.Table, Floats], Compared | None]
        if is_text(each.type):
            compare = partial(_own_texts, name)
        elif kinds.is_boolean(each.type):
            compare = partial(_labels, name, (name,))
        elif is_list(each.type) and is_text(each.type.value_type):
            compare = partial(_sets, name, elements)
        elif kinds.is_integer(each.type) or kinds.is_floating(each.type) or _is_time(each.type):
            compare = partial(_ranges, name)
        else:
            continue
        yield Field(name, (name,), compare)


def _is_time(type_: pa.DataType) -> bool:
    return bool(pa.types.is_date(type_) or pa.types.is_timestamp(type_))


# Reading -----------------------------------------------------------------------------------------


def _column(table: pa.Table, name: str) -> pa.Array:
    return whole(table[name])


def _text(table: pa.Table, name: str) -> pa.StringArray:
    return pc.utf8_lower(as_strings(_column(table, name)))


def _doubles(values: pa.Array) -> Floats:
    if pa.types.is_date(values.type):
        values = values.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    return to_numpy(pc.fill_null(values.cast(pa.float64()), scalar(float("nan"))))


def _ranges(name: str, market: pa.Table, companies: pa.Table, weight: Floats) -> Compared | None:
    return compared_numbers(name, _read_ranges(market, name), _read_ranges(companies, name), weight)


def _read_ranges(table: pa.Table, name: str) -> Ranges:
    value = _doubles(_column(table, name)) if name in table.column_names else None
    low, high = (
        _doubles(_column(table, f"{name}_{end}")) if f"{name}_{end}" in table.column_names else None
        for end in ("min", "max")
    )
    unknown = np.full(table.num_rows, np.nan)
    value, low, high = (unknown if each is None else each for each in (value, low, high))
    exact = np.isnan(low) & np.isnan(high)
    ends = np.where(np.isnan(low), high, low)
    return Ranges(
        np.where(np.isnan(value), ends, value),
        np.where(exact, value, np.where(np.isnan(low), -np.inf, low)),
        np.where(exact, value, np.where(np.isnan(high), np.inf, high)),
    )


def _labels(
    name: str, columns: Sequence[str], market: pa.Table, companies: pa.Table, weight: Floats
) -> Compared:
    ours, theirs = ([_text(table, each) for each in columns] for table in (market, companies))
    return compared_labels(name, ours, theirs, weight)


def _codes(market: pa.Table, companies: pa.Table, weight: Floats) -> Compared:
    ours, theirs = (_branches(_text(table, "industry_code")) for table in (market, companies))
    return compared_labels("industry_code", ours, theirs, weight)


def _branches(codes: pa.StringArray) -> list[pa.StringArray]:
    """The section and the division of ISIC that codes of any scheme lie in, what they begin with in
    their own, and they themselves."""
    return [each_distinct(codes, partial(_branch, level)) for level in range(4)]


def _branch(level: int, code: str) -> str | None:
    scheme, value = split_code(code)
    if scheme not in SECTIONS:
        return None if level < 2 else code
    if level == 3:
        return code
    if level == 2:
        return f"{scheme}:{value[:3]}" if value[:3].isdigit() else None
    divisions = {each.partition(":")[2][:2] for each in crosswalk(code, "isic")}
    if level == 1:
        return "/".join(sorted(divisions)) or None
    sections = {section_of("isic", each) for each in divisions if each.isdigit()}
    return "/".join(sorted(each for each in sections if each)) or None


def _sets(
    name: str,
    read: Callable[[pa.Array], tuple[Floats, pa.StringArray]],
    market: pa.Table,
    companies: pa.Table,
    weight: Floats,
) -> Compared:
    return compared_sets(name, _column(market, name), _column(companies, name), read, weight)


def _own_texts(name: str, market: pa.Table, companies: pa.Table, weight: Floats) -> Compared | None:
    """Texts of a source's own: numbers where nearly all are, labels where each is there often."""
    texts = as_strings(_column(market, name))
    different = pc.unique(texts).drop_null()
    known = len(texts) - texts.null_count
    if (
        np.count_nonzero(flags(plain_numbers(different).is_valid()))
        >= _MOSTLY * len(different)
        > _FEW_NUMBERS
    ):
        one, other = (
            Ranges(*[_doubles(plain_numbers(as_strings(_column(table, name))))] * 3)
            for table in (market, companies)
        )
        return compared_numbers(name, one, other, weight)
    if 1 < len(different) <= min(_MOST_LABELS, known / _OFTEN):
        return _labels(name, (name,), market, companies, weight)
    return None
