"""Literals of rules that no account has, with what is there that comes nearest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.domain.frames import Frame, collected, opened
from abmkit.domain.rules.literals import (
    countries_of,
    is_coded,
    is_industry_code,
    lower_forms,
    meaning,
    says_unknown,
    spellings,
)
from abmkit.domain.rules.single_values import EQUAL
from abmkit.errors import AbmkitError
from abmkit.schema.accounts import ACCOUNTS

_MOST_VALUES = 20_000
"""So many different values of a column are looked at, the commonest."""
_VALUE = "__value"
_SAMPLE, _LEAST, _MANY = 2_000, 1_000, 0.5
"""Where so large a share of so many values are different, the column is not counted."""
_MOST_NEAR = 3_000
"""Among so many of them a near one is looked for."""
_SLIP, _CLOSE = 0.8, 0.6
"""How like a text is that is a slip of the pen, and one that may be."""
_TEXT_TESTS = ("is", "in", "not_in", "contains", "starts_with", "under")


@dataclass(frozen=True)
class Unmet:
    """A literal that no account has."""

    where: str
    """The rule, such as `score.criteria.industry`."""
    column: str
    test: str
    literal: str
    near: tuple[tuple[str, int], ...] = ()
    """The nearest value that is there with its accounts, else the commonest ones."""
    close: bool = False
    """Whether that is a value that may be meant."""
    unknown: bool = False
    """Whether a cell of this text would be unknown."""
    exists: bool = False
    """Whether it is a code or a word that there is, though no account has it."""
    beside: bool = False
    """Whether it is such a one beside others that are met: hardly a slip."""


def unmet_literals(accounts: Any, conditions: Iterable[tuple[str, Condition]]) -> list[Unmet]:
    """What the conditions ask for by name that no account has; each is named by where it stands.

    `accounts` are a frame, or a `Tally` of what was read of them.

    Every column is counted once, by the engine. A country, region or word of a closed set that
    exists is told only where the rule names nothing else that is there.
    """
    there = accounts if isinstance(accounts, Tally) else _Columns(opened(accounts))
    found: dict[tuple[str, str, str], Unmet] = {}
    for where, condition in conditions:
        for each in _in_condition(there, where, condition, ()):
            found.setdefault((where, each.column, each.literal), each)
    return list(found.values())


class Tally:
    """The values of columns, added up batch by batch where rows are not kept."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        self._cut: set[str] = set()

    def add(self, rows: pa.Table, columns: Iterable[str]) -> None:
        """Count the texts of these columns."""
        wanted = {name.casefold() for name in columns}
        for name in rows.column_names:
            if name.casefold() in wanted and pa.types.is_string(rows.schema.field(name).type):
                counts = self._counts.setdefault(name.casefold(), {})
                counted = pc.value_counts(rows[name].combine_chunks().drop_null())
                for each in counted.to_pylist() if len(counts) < _MOST_VALUES else []:
                    counts[each["values"]] = counts.get(each["values"], 0) + each["counts"]
                if len(counts) >= _MOST_VALUES:
                    self._cut.add(name.casefold())

    def merge(self, other: Tally) -> None:
        """Add what was counted of other rows."""
        for name, more in other._counts.items():
            counts = self._counts.setdefault(name, {})
            for text, count in more.items():
                counts[text] = counts.get(text, 0) + count
            if len(counts) >= _MOST_VALUES:
                self._cut.add(name)
        self._cut |= other._cut

    def values(self, name: str) -> _Values | None:
        """A column's values; None where it was not counted."""
        counts = self._counts.get(name.casefold())
        if counts is None:
            return None
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return _Values(dict(ordered), whole=name.casefold() not in self._cut)

    def has(self, name: str, texts: Iterable[str]) -> bool:
        """Whether a text may stand beyond what was counted."""
        return True


class _Columns:
    """The values that columns have, counted when they are first asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._schema = dict(frame.collect_schema())
        self._counted: dict[str, _Values | None] = {}

    def values(self, name: str) -> _Values | None:
        """A column's values; None where it is not there or holds neither texts nor lists."""
        column = next((c for c in self._schema if c.casefold() == name.casefold()), None)
        if column is None:
            return None
        if column not in self._counted:
            self._counted[column] = self._count(column)
        return self._counted[column]

    def has(self, name: str, texts: Iterable[str]) -> bool:
        """Whether a column of very many values has one of these texts, whatever its case."""
        column = next(c for c in self._schema if c.casefold() == name.casefold())
        value = nw.col(column)
        hit = value.is_in(list(texts)) | value.str.to_lowercase().is_in(lower_forms(texts))
        return bool(collected(self._frame.filter(hit).select(column).head(1)).num_rows)

    def _count(self, column: str) -> _Values | None:
        dtype = self._schema[column]
        # DuckDB groups by a name as SQL reads it, in which a dot is between two.
        known = self._frame.select(nw.col(column).alias(_VALUE))
        if isinstance(dtype, nw.List) and isinstance(self._frame, nw.LazyFrame):
            known = known.filter(~nw.col(_VALUE).is_null()).explode(_VALUE)
        elif isinstance(dtype, nw.List):
            rows = collected(known.filter(~nw.col(_VALUE).is_null()))[_VALUE]
            elements = rows.combine_chunks().flatten()
            counted = pc.value_counts(elements)
            pairs = zip(*(counted.field(n).to_pylist() for n in (0, 1)), strict=True)
            counts = {str(value): count for value, count in pairs if value is not None}
            return _Values(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))
        elif dtype != nw.String:
            return None
        known = known.filter(~nw.col(_VALUE).is_null())
        sample = collected(known.head(_SAMPLE))[_VALUE]
        many = pc.count_distinct(sample).as_py() > _MANY * max(len(sample), _LEAST)
        grouped = (known.head(_MOST_VALUES) if many else known).group_by(_VALUE)
        counts_of = grouped.agg(nw.len().alias("__accounts"))
        common = counts_of.sort(["__accounts", _VALUE], descending=[True, False])
        table = collected(common.head(_MOST_VALUES))
        pairs = zip(table[_VALUE].to_pylist(), table["__accounts"].to_pylist(), strict=True)
        return _Values(dict(pairs), whole=not many and table.num_rows < _MOST_VALUES)


@dataclass(frozen=True)
class _Values:
    """The values of a column with their accounts, the commonest first."""

    counts: Mapping[str, int]
    whole: bool = True
    """Whether these are all there are."""

    @cached_property
    def folded(self) -> dict[str, str]:
        """The values by their folded form."""
        return {value.casefold(): value for value in reversed(list(self.counts))}

    def alike(self, near: str) -> Iterator[int]:
        """The accounts of a value, for each of its spellings."""
        folded = near.casefold()
        return (count for value, count in self.counts.items() if value.casefold() == folded)


def _in_condition(
    there: _Columns | Tally, where: str, condition: Condition, countries: tuple[str, ...]
) -> Iterator[Unmet]:
    countries = countries_of(condition, countries)
    for column, matcher in condition.columns.items():
        yield from _in_matcher(there, where, column, matcher, countries)
    for part in (*condition.any, *condition.none):
        yield from _in_condition(there, where, part, countries)


def _in_matcher(
    there: _Columns | Tally, where: str, column: str, matcher: Matcher, countries: tuple[str, ...]
) -> Iterator[Unmet]:
    for test, literal in matcher.tests().items():
        several = literal if isinstance(literal, list) else [literal]
        texts = [text for text in several if isinstance(text, str)]
        if test not in _TEXT_TESTS or not texts:
            continue
        missed = [t for t in texts if _meets(there, column, test, t, countries) is False]
        for text in missed:
            exists = _exists(column, test, text, countries)
            alone = len(missed) == len(texts)
            # One of many keywords may well be nobody's.
            if not alone and test not in EQUAL:
                continue
            beside = exists and not alone
            close, near = _nearest(there, column, text, countries)
            # A value that exists is spelled as it should be.
            close = close and not exists
            yield Unmet(
                where,
                column,
                test,
                text,
                near,
                close,
                says_unknown(text) and not exists,
                exists,
                beside,
            )


def _meets(
    there: _Columns | Tally, column: str, test: str, text: str, countries: tuple[str, ...]
) -> bool | None:
    """Whether an account has what a literal asks for; None where that was not counted."""
    if column.casefold() == "industry" and test in EQUAL and is_industry_code(text):
        return _meets(there, "industry_code", "under", text, countries)
    values = there.values(column)
    if values is None or not values.counts:
        return None
    if test in EQUAL:
        meant = meaning(column, text, countries).exact
        hit = any(each in values.counts or each.casefold() in values.folded for each in meant)
    elif test == "contains" and ACCOUNTS.kind_of(column.casefold()) == "list":
        hit = any(form in values.counts for form in spellings(column, text))
    elif test == "contains":
        hit = any(text.casefold() in value for value in values.folded)
    elif test == "starts_with":
        hit = any(value.startswith(text) for value in values.counts)
    else:
        hit = _under(text, values.counts)
    if not hit and not values.whole and test in EQUAL:
        return there.has(column, meaning(column, text, countries).exact)
    return hit or (False if values.whole else None)


def _under(code: str, values: Mapping[str, int]) -> bool:
    from abmkit.domain.values.industries.crosswalks import branch

    try:
        meant = branch(code)
    except AbmkitError:
        return True  # It is an error of its own.
    prefixes = tuple(meant.prefixes)
    also = {*meant.also, *meant.partly}
    return any(value.startswith(prefixes) or value in also for value in values)


def _exists(column: str, test: str, text: str, countries: tuple[str, ...]) -> bool:
    """Whether a text is a code or a word of its column, had by an account or not."""
    if test == "under" or is_industry_code(text):
        return True
    return test in EQUAL and is_coded(column) and bool(meaning(column, text, countries).read)


def _nearest(
    there: _Columns | Tally, column: str, text: str, countries: tuple[str, ...]
) -> tuple[bool, tuple[tuple[str, int], ...]]:
    """Whether a value comes close to a text, and that one; else the commonest values."""
    values = there.values(column)
    if values is None:
        return False, ()
    counts = values.counts
    names = {value.casefold(): value for value in reversed(list(counts)[:_MOST_NEAR])}
    names = _other_names(column, text, counts) | names
    folded = text.strip().casefold()
    found = get_close_matches(folded, names, n=1, cutoff=_SLIP)
    if not found and len(folded) > 2:
        found = [name for name in names if folded in name or (len(name) > 3 and name in folded)]
        found.sort(key=lambda name: -sum(values.alike(names[name])))
    found = found or get_close_matches(folded, names, n=1, cutoff=_CLOSE)
    if found:
        near = names[found[0]]
        return True, ((near, sum(values.alike(near))),)
    return False, tuple(list(counts.items())[:3])


def _other_names(column: str, text: str, counts: Mapping[str, int]) -> dict[str, str]:
    """What people call the values that are there: countries, regions, words of a closed set."""
    declared = ACCOUNTS.by_name.get(column.casefold())
    if declared is None:
        return {}
    if declared.reader == "country":
        from abmkit.domain.values.places.countries import country_names

        return {
            name: code for name, code in country_names().items() if code in counts and len(name) > 3
        }
    if declared.reader == "region":
        from abmkit.domain.values.places.regions import region

        nations = dict.fromkeys(code[:2] for code in counts if code[2:3] == "-")
        codes = [region(text, nation) for nation in nations]
        return {text.strip().casefold(): code for code in reversed(codes) if code in counts}
    return {
        word: value
        for value, words in declared.values.items()
        if value in counts
        for word in words.split(", ")
    }
