"""Conditions on columns as three-valued expressions: true, false or unknown, on every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.domain.frames import column_in, own_name
from abmkit.domain.rules.literals import countries_of, how_to_write, is_industry_code
from abmkit.domain.rules.single_values import (
    EQUAL,
    Data,
    Misfit,
    Truth,
    all_of,
    any_of,
    held_by,
    never,
    null,
    several,
    single_value,
)
from abmkit.errors import Message, UsageError
from abmkit.schema.accounts import INTERVALS

__all__ = ["Truth", "interval_ends", "is_interval", "known_value", "truth"]


def truth(
    condition: Condition,
    schema: Mapping[str, nw.dtypes.DType],
    as_of: date,
    *,
    where: str | None = None,
) -> Truth:
    """Where a condition is true, false and unknown, for a frame of this schema.

    Raises `ColumnError` for a column that is neither canonical nor there, `UsageError` for a
    matcher that does not fit its column's type. Literals are read as cells of their columns are
    (`United States` is `US`); texts are equal whatever their case.
    """
    return _truth(condition, Data(schema, as_of, where))


def _truth(condition: Condition, data: Data) -> Truth:
    data = replace(data, countries=countries_of(condition, data.countries))
    parts = [_column(column, matcher, data) for column, matcher in condition.columns.items()]
    choices = [_truth(part, data) for part in condition.any]
    ruled_out = [_truth(part, data) for part in condition.none]
    if choices:
        parts.append(any_of(choices))
    if ruled_out:
        neither = any_of(ruled_out)
        parts.append(Truth(true=neither.false, false=neither.true))
    return all_of(parts)


def _column(name: str, matcher: Matcher, data: Data) -> Truth:
    schema, where = data.schema, data.where
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
            elif name.casefold() == "industry" and _names_codes(test, literal):
                parts.append(_industry(test, literal, data))
            elif column is not None:
                parts.append(single_value(column, test, literal, data))
            else:
                parts.append(Truth(true=never(), false=never()))
    except Misfit as misfit:
        raise UsageError(
            "{name}: {misfit}", where=where, name=name, misfit=misfit.args[0]
        ) from None
    return all_of(parts)


def known_value(name: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr:
    """Where a column's value, or an end of its interval, is known; never null."""
    present = _present(name, schema)
    if not present:
        return never()
    return reduce(lambda a, b: a | b, (~null(column, schema[column]) for column in present))


def is_interval(name: str, schema: Mapping[str, nw.dtypes.DType]) -> bool:
    """Whether a column is compared as an interval, its value or an end of it being there."""
    return name.casefold() in INTERVALS and bool(_present(name, schema))


def _present(name: str, schema: Mapping[str, nw.dtypes.DType]) -> list[str]:
    """Those columns that say something of the named one, as the data spells them."""
    ends = ("", "_min", "_max") if name.casefold() in INTERVALS else ("",)
    spelled = [_spelled(f"{name}{end}", schema) for end in ends]
    return [column for column in spelled if column is not None]


def _spelled(name: str, schema: Mapping[str, nw.dtypes.DType]) -> str | None:
    alike = (c for c in schema if name.casefold() in (c.casefold(), own_name(c).casefold()))
    return next(alike, None)


def _names_codes(test: str, literal: Any) -> bool:
    return test in EQUAL and any(
        isinstance(text, str) and is_industry_code(text) for text in several(literal)
    )


def _industry(test: str, literal: Any, data: Data) -> Truth:
    """An industry by labels and by codes, under which an account's own code may lie."""
    codes = [text for text in several(literal) if is_industry_code(str(text))]
    labels = [text for text in several(literal) if text not in codes]
    parts = [_column("industry_code", Matcher(under=codes), data)]
    if labels:
        parts.append(_column("industry", Matcher.model_validate({"in": labels}), data))
    either = any_of(parts)
    return Truth(true=either.false, false=either.true) if test == "not_in" else either


# Intervals ---------------------------------------------------------------------------------------

_BY_INTERVAL = ("is", "in", "not_in", "above", "at_least", "below", "at_most", "between")
BEYOND = 1e300
"""What stands for an open end of an interval, or its negative."""


def _interval(column: str, test: str, literal: Any, schema: Mapping[str, nw.dtypes.DType]) -> Truth:
    known = known_value(column, schema)
    low, high = interval_ends(column, schema)
    values = literal if isinstance(literal, list) else [literal]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Misfit(
                Message(
                    "{test} = {literal!r} is no number{how}",
                    test=test,
                    literal=literal,
                    how=how_to_write(value),
                )
            )
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
    if _present(column, schema) == [_spelled(column, schema)]:
        return held_by(_spelled(column, schema), known, true)
    return Truth(true=known & true, false=known & false)


def interval_ends(column: str, schema: Mapping[str, nw.dtypes.DType]) -> tuple[nw.Expr, nw.Expr]:
    """The least and the most a value can be, as doubles; an open end is beyond every number."""
    exact = _as_double(column, schema)
    if not {_spelled(f"{column}_{end}", schema) for end in ("min", "max")} - {None}:
        return exact.fill_null(-BEYOND), exact.fill_null(BEYOND)
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
