"""Conditions on columns as three-valued expressions: true, false or unknown, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

import narwhals as nw

from abmkit.columns import INTERVALS
from abmkit.config.conditions import Condition, Matcher
from abmkit.domain.codes import prefixes_under
from abmkit.domain.frames import column_in
from abmkit.errors import UsageError

NUMBER = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
YES = ("true", "yes", "y", "t", "1", "是", "有")
NO = ("false", "no", "n", "f", "0", "否", "无")


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
    if tests and column is None:
        parts.append(Truth(true=_never(), false=_never()))
    elif tests and column is not None:
        dtype = schema[column]
        try:
            for test, literal in tests.items():
                if column in INTERVALS and test in _BY_INTERVAL:
                    parts.append(_interval(column, test, literal, schema))
                else:
                    parts.append(_value(column, dtype, test, literal, as_of))
        except _Misfit as misfit:
            raise UsageError(f"{name}: {misfit}", where=where) from None
    return _all(parts)


def known_value(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Where a column's value, or an end of its interval, is known; never null."""
    columns = [name, f"{name}_min", f"{name}_max"] if name in INTERVALS else [name]
    spelled = {column.casefold(): column for column in schema}
    present = [spelled[c.casefold()] for c in columns if c.casefold() in spelled]
    if not present:
        return _never()
    return reduce(lambda a, b: a | b, (~_null(column, schema[column]) for column in present))


def _null(column: str, dtype: nw.dtypes.DType) -> nw.Expr:
    null = nw.col(column).is_null()
    return null | nw.col(column).is_nan().fill_null(False) if dtype.is_float() else null


def _never() -> nw.Expr:
    return nw.lit(False)


# Intervals ---------------------------------------------------------------------------------------

_BY_INTERVAL = ("is", "in", "not_in", "above", "at_least", "below", "at_most", "between")
BEYOND = 1e300
"""What stands for an open end of an interval, or its negative."""


def _interval(
    column: str, test: str, literal: Any, schema: Mapping[str, nw.dtypes.DType]
) -> Truth:
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


def interval_ends(
    column: str, schema: Mapping[str, nw.dtypes.DType]
) -> tuple[nw.Expr, nw.Expr]:
    """The least and the most a value can be, as doubles; an open end is beyond every number."""
    exact = _as_double(column, schema)
    low, high = (_as_double(f"{column}_{end}", schema) for end in ("min", "max"))
    single = low.is_null() & high.is_null()
    return (
        nw.when(single).then(exact).otherwise(low.fill_null(-BEYOND)).fill_null(-BEYOND),
        nw.when(single).then(exact).otherwise(high.fill_null(BEYOND)).fill_null(BEYOND),
    )


def _as_double(column: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    if column not in schema:
        return nw.lit(None).cast(nw.Float64)
    value = nw.col(column).cast(nw.Float64)
    return value if not schema[column].is_float() else nw.when(~value.is_nan()).then(value)


# Single values -----------------------------------------------------------------------------------


class _Misfit(Exception):
    """A literal that its column's type cannot be held against."""


def _value(
    column: str, dtype: nw.dtypes.DType, test: str, literal: Any, as_of: date
) -> Truth:
    if isinstance(dtype, nw.List):
        return _list(column, test, literal)
    if test in ("contains", "starts_with", "under", "matches"):
        if dtype != nw.String:
            raise _Misfit(f"{test} reads text, and the column holds {dtype}")
        value, found = nw.col(column), _text_test(test, literal)
    elif test == "older_than_days":
        day = as_of - timedelta(days=literal)
        value, reading = _read(column, dtype, day)
        found = _compare("below", reading)
    else:
        literals = literal if isinstance(literal, list) else [literal]
        kinds = {_kind(item) for item in literals}
        if len(kinds) > 1:
            raise _Misfit(f"{test} = {literal!r} mixes kinds of values")
        value, _ = _read(column, dtype, literals[0])
        readings = [_read(column, dtype, item)[1] for item in literals]
        found = _compare(test, readings if isinstance(literal, list) else readings[0])
    known = ~value.is_null()
    if dtype.is_float():
        known = known & ~_null(column, dtype)
    holds = found(value).fill_null(False)
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
    return (value.cast(nw.Date) if dtype == nw.Datetime else value), literal


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


def _texts(literal: str | list[str]) -> list[str]:
    return [literal] if isinstance(literal, str) else literal


def _text_test(test: str, literal: str | list[str]) -> Test:
    if test == "matches":
        return lambda value: value.str.contains(str(literal))
    if test == "contains":
        return _any_text(
            [t.lower() for t in _texts(literal)],
            lambda value, text: value.str.to_lowercase().str.contains(text, literal=True),
        )
    beginnings = _texts(literal)
    if test == "under":
        beginnings = [prefix for code in beginnings for prefix in prefixes_under(code)]
    return _any_text(beginnings, lambda value, text: value.str.starts_with(text))


def _any_text(texts: list[str], found: Callable[[nw.Expr, str], nw.Expr]) -> Test:
    return lambda value: reduce(lambda a, b: a | b, (found(value, text) for text in texts))


def _list(column: str, test: str, literal: Any) -> Truth:
    if test != "contains":
        raise _Misfit(f"a list takes contains or known, not {test}")
    known = ~nw.col(column).is_null()
    holds = reduce(
        lambda a, b: a | b, (nw.col(column).list.contains(text) for text in _texts(literal))
    ).fill_null(False)
    return Truth(true=known & holds, false=known & ~holds)
