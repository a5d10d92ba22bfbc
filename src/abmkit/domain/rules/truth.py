"""Conditions on columns as three-valued expressions: true, false or unknown, on every engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.domain.arrays import strings
from abmkit.domain.frames import column_in
from abmkit.domain.values.industries.crosswalks import branch
from abmkit.errors import UsageError
from abmkit.schema.accounts import INTERVALS
from abmkit.schema.answers import NO, YES

NUMBER = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True)
class Truth:
    """Where a condition is true and where it is false, neither ever null; elsewhere unknown."""

    true: nw.Expr
    false: nw.Expr

    @property
    def unknown(self) -> nw.Expr:
        """Where the condition is neither true nor false."""
        return ~(self.true | self.false)


Test = Callable[[nw.Expr], nw.Expr]


def truth(
    condition: Condition,
    schema: Mapping[str, nw.dtypes.DType],
    as_of: date,
    *,
    where: str | None = None,
) -> Truth:
    """Where a condition is true, false and unknown, for a frame of this schema.

    Raises `ColumnError` for a column that is neither canonical nor there, `UsageError` for a
    matcher that does not fit its column's type.
    """
    columns = [
        _column(column, matcher, schema, as_of, where)
        for column, matcher in condition.columns.items()
    ]
    any_of = [truth(part, schema, as_of, where=where) for part in condition.any]
    none_of = [truth(part, schema, as_of, where=where) for part in condition.none]
    parts = list(columns)
    if any_of:
        parts.append(_any(any_of))
    if none_of:
        neither = _any(none_of)
        parts.append(Truth(true=neither.false, false=neither.true))
    return _all(parts)


def _all(parts: Sequence[Truth]) -> Truth:
    return Truth(
        true=reduce(lambda a, b: a & b, (part.true for part in parts)),
        false=reduce(lambda a, b: a | b, (part.false for part in parts)),
    )


def _any(parts: Sequence[Truth]) -> Truth:
    return Truth(
        true=reduce(lambda a, b: a | b, (part.true for part in parts)),
        false=reduce(lambda a, b: a & b, (part.false for part in parts)),
    )


def _column(
    name: str,
    matcher: Matcher,
    schema: Mapping[str, nw.dtypes.DType],
    as_of: date,
    where: str | None,
) -> Truth:
    column = column_in(schema, name, where=where)
    tests = matcher.tests()
    known = known_value(name, schema)
    parts = []
    if "known" in tests:
        wanted = tests.pop("known")
        parts.append(Truth(true=known, false=~known) if wanted else Truth(true=~known, false=known))
    try:
        for test, literal in tests.items():
            if is_interval(name, schema) and test in _BY_INTERVAL:
                parts.append(_interval(name, test, literal, schema))
            elif column is not None:
                parts.append(_value(column, schema[column], test, literal, as_of))
            else:
                parts.append(Truth(true=_never(), false=_never()))
    except _Misfit as misfit:
        raise UsageError(f"{name}: {misfit}", where=where) from None
    return _all(parts)


def known_value(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Where a column's value, or an end of its interval, is known; never null."""
    present = _present(name, schema)
    if not present:
        return _never()
    return reduce(lambda a, b: a | b, (~_null(column, schema[column]) for column in present))


def is_interval(name: str, schema: Mapping[str, nw.dtypes.DType]) -> bool:
    """Whether a column is compared as an interval, its value or an end of it being there."""
    return name.casefold() in INTERVALS and bool(_present(name, schema))


def _present(name: str, schema: Mapping[str, nw.dtypes.DType]) -> list[str]:
    """Those columns that say something of the named one, as the data spells them."""
    ends = ("", "_min", "_max") if name.casefold() in INTERVALS else ("",)
    spelled = [_spelled(f"{name}{end}", schema) for end in ends]
    return [column for column in spelled if column is not None]


def _spelled(name: str, schema: Mapping[str, nw.dtypes.DType]) -> str | None:
    return next((column for column in schema if column.casefold() == name.casefold()), None)


def _null(column: str, dtype: nw.dtypes.DType) -> nw.Expr:
    null = nw.col(column).is_null()
    return null | nw.col(column).is_nan().fill_null(False) if dtype.is_float() else null


def _never() -> nw.Expr:
    return nw.lit(False)


# Intervals ---------------------------------------------------------------------------------------

_BY_INTERVAL = ("is", "in", "not_in", "above", "at_least", "below", "at_most", "between")
BEYOND = 1e300
"""What stands for an open end of an interval, or its negative."""


def _interval(column: str, test: str, literal: Any, schema: Mapping[str, nw.dtypes.DType]) -> Truth:
    known = known_value(column, schema)
    low, high = interval_ends(column, schema)
    values = literal if isinstance(literal, list) else [literal]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise _Misfit(f"{test} = {literal!r} is no number")
    if test in ("is", "in", "not_in"):
        hit = reduce(lambda a, b: a | b, ((low == v) & (high == v) for v in values))
        miss = reduce(lambda a, b: a & b, ((low > v) | (high < v) for v in values))
        true, false = (miss, hit) if test == "not_in" else (hit, miss)
    elif test == "above":
        true, false = low > literal, high <= literal
    elif test == "at_least":
        true, false = low >= literal, high < literal
    elif test == "below":
        true, false = high < literal, low >= literal
    elif test == "at_most":
        true, false = high <= literal, low > literal
    else:
        first, last = literal
        true, false = (low >= first) & (high <= last), (low > last) | (high < first)
    return Truth(true=known & true, false=known & false)


def interval_ends(column: str, schema: Mapping[str, nw.dtypes.DType]) -> tuple[nw.Expr, nw.Expr]:
    """The least and the most a value can be, as doubles; an open end is beyond every number."""
    exact = _as_double(column, schema)
    low, high = (_as_double(f"{column}_{end}", schema) for end in ("min", "max"))
    single = low.is_null() & high.is_null()
    return (
        nw.when(single).then(exact).otherwise(low.fill_null(-BEYOND)).fill_null(-BEYOND),
        nw.when(single).then(exact).otherwise(high.fill_null(BEYOND)).fill_null(BEYOND),
    )


def _as_double(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    column = _spelled(name, schema)
    if column is None:
        return nw.lit(None).cast(nw.Float64)
    value = nw.col(column).cast(nw.Float64)
    return value if not schema[column].is_float() else nw.when(~value.is_nan()).then(value)


# Single values -----------------------------------------------------------------------------------


class _Misfit(Exception):
    """A literal that its column's type cannot be held against."""


def _value(column: str, dtype: nw.dtypes.DType, test: str, literal: Any, as_of: date) -> Truth:
    if isinstance(dtype, nw.List):
        return _list(column, test, literal)
    if test in ("contains", "starts_with", "under", "matches"):
        if dtype != nw.String:
            raise _Misfit(f"{test} reads text, and the column holds {dtype}")
        if test == "under":
            return _under(column, _texts(test, literal))
        value, passes = nw.col(column), _text_test(test, literal)
    elif test == "older_than_days":
        if dtype != nw.String and dtype not in (nw.Date, nw.Datetime):
            raise _Misfit(f"{test} reads dates, and the column holds {dtype}")
        day = as_of - timedelta(days=min(literal, (as_of - date.min).days))
        value, reading = _read(column, dtype, day)
        passes = _compare("below", reading)
    else:
        literals = literal if isinstance(literal, list) else [literal]
        kinds = {_kind(item) for item in literals}
        if len(kinds) > 1:
            raise _Misfit(f"{test} = {literal!r} mixes kinds of values")
        if dtype.is_float() or any(isinstance(item, float) for item in literals):
            literals = [float(item) if _kind(item) is float else item for item in literals]
        value, _ = _read(column, dtype, literals[0])
        readings = [_read(column, dtype, item)[1] for item in literals]
        passes = _compare(test, readings if isinstance(literal, list) else readings[0])
    known = ~value.is_null()
    if dtype.is_float():
        known = known & ~_null(column, dtype)
    holds = passes(value).fill_null(False)
    return Truth(true=known & holds, false=known & ~holds)


def _kind(literal: Any) -> type:
    for kind in (bool, int, float, date):
        if isinstance(literal, kind):
            return float if kind is int else kind
    return str


def _read(column: str, dtype: nw.dtypes.DType, literal: Any) -> tuple[nw.Expr, Any]:
    """A column as the literal's kind reads it, null where it can't be, and the literal so read."""
    kind, value = _kind(literal), nw.col(column)
    if dtype == nw.String:
        if kind is float:
            return number_in(column), float(literal)
        if kind is bool:
            folded = value.str.strip_chars().str.to_lowercase()
            known = nw.when(folded.is_in([*YES, *NO])).then(folded)
            return _yes(known), bool(literal)
        if kind is date:
            iso = value.str.contains(ISO_DATE).fill_null(False)
            return nw.when(iso).then(value.str.slice(0, 10)), literal.isoformat()
        return value, literal
    fits = (
        (kind is float and dtype.is_numeric())
        or (kind is bool and dtype == nw.Boolean)
        or (kind is date and dtype in (nw.Date, nw.Datetime))
    )
    if not fits:
        raise _Misfit(f"{literal!r} cannot be held against a column of {dtype}")
    if dtype == nw.Datetime:
        return value.cast(nw.Date), literal
    return (value.cast(nw.Float64) if isinstance(literal, float) else value), literal


def _yes(folded: nw.Expr) -> nw.Expr:
    return nw.when(~folded.is_null()).then(folded.is_in(list(YES)))


def number_in(column: str) -> nw.Expr:
    """The number that a text column's value is, as a double; null where it is none."""
    text = nw.col(column).str.strip_chars()
    digits = nw.when(text.str.contains(NUMBER).fill_null(False)).then(
        text.str.replace_all(",", "", literal=True)
    )
    return digits.cast(nw.Float64)


def _compare(test: str, literal: Any) -> Test:
    comparisons: dict[str, Test] = {
        "is": lambda value: value == literal,
        "in": lambda value: value.is_in(literal),
        "not_in": lambda value: ~value.is_in(literal),
        "above": lambda value: value > literal,
        "at_least": lambda value: value >= literal,
        "below": lambda value: value < literal,
        "at_most": lambda value: value <= literal,
        "between": lambda value: (value >= literal[0]) & (value <= literal[1]),
    }
    return comparisons[test]


def _texts(test: str, literal: str | list[str]) -> list[str]:
    texts = [literal] if isinstance(literal, str) else literal
    if not texts:
        raise _Misfit(f"{test} = [] names no text")
    return texts


def _text_test(test: str, literal: str | list[str]) -> Test:
    if test == "matches":
        return lambda value: value.str.contains(_checked(str(literal)))
    if test == "contains":
        # Engines disagree on the lower case of letters such as İ and Σ, but not on folding them.
        any_of = "(?i)" + "|".join(re.escape(text) for text in _texts(test, literal))
        return lambda value: value.str.contains(any_of)
    beginnings = _texts(test, literal)
    return lambda value: _begins(value, beginnings)


def _begins(value: nw.Expr, texts: Sequence[str]) -> nw.Expr:
    return reduce(lambda a, b: a | b, (value.str.starts_with(text) for text in texts))


def _under(column: str, codes: list[str]) -> Truth:
    """Industry codes under branches; unknown for another scheme's code that is partly under one."""
    branches = [branch(code) for code in codes]
    also = sorted({code for under in branches for code in under.also})
    partly = sorted({code for under in branches for code in under.partly} - {*also})
    value = nw.col(column)
    holds = _begins(value, [prefix for under in branches for prefix in under.prefixes])
    if also:
        holds = holds | value.is_in(also)
    holds = holds.fill_null(False)
    known = ~value.is_null()
    divided = value.is_in(partly).fill_null(False) if partly else _never()
    return Truth(true=known & holds, false=known & ~holds & ~divided)


def _checked(pattern: str) -> str:
    """The pattern, which RE2 can read; Python's own expressions can do more than engines can."""
    try:
        pc.match_substring_regex(strings([""]), pattern)
    except pa.ArrowInvalid as error:
        raise _Misfit(f"matches = {pattern!r} is no RE2 expression: {error.args[0]}") from None
    return pattern


def _list(column: str, test: str, literal: Any) -> Truth:
    if test != "contains":
        raise _Misfit(f"a list takes contains or known, not {test}")
    known = ~nw.col(column).is_null()
    holds = reduce(
        lambda a, b: a | b, (nw.col(column).list.contains(text) for text in _texts(test, literal))
    ).fill_null(False)
    return Truth(true=known & holds, false=known & ~holds)
