"""Single values held against a literal, as three-valued expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, reduce
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import strings
from abmkit.domain.rules.literals import is_coded, lower_forms, meaning, spellings
from abmkit.domain.values.dates import exact_date
from abmkit.domain.values.industries.crosswalks import branch
from abmkit.domain.values.numbers.plain import PLAIN
from abmkit.domain.values.vocabularies import boolean
from abmkit.errors import Message
from abmkit.schema.answers import NO, YES

ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
Test = Callable[[nw.Expr], nw.Expr]


@dataclass(frozen=True)
class Truth:
    """Where a condition is true and where it is false, neither ever null; elsewhere unknown."""

    true: nw.Expr
    false: nw.Expr
    by: str | None = None
    """The column where it is unknown just where that is; None where it is not so simple."""
    by_known: nw.Expr | None = None
    """Where the value of that column is known."""

    @property
    def unknown(self) -> nw.Expr:
        """Where the condition is neither true nor false."""
        return ~(self.true | self.false) if self.by_known is None else ~self.by_known


@dataclass(frozen=True)
class Data:
    """What conditions are held against, and how their literals are to be read."""

    schema: Mapping[str, nw.dtypes.DType]
    as_of: date
    where: str | None
    countries: tuple[str, ...] = ()
    """The countries asked for, whose regions are meant."""


def all_of(parts: Sequence[Truth]) -> Truth:
    """True where all are true, false where one is false."""
    if len(parts) == 1:
        return parts[0]
    return Truth(
        true=reduce(lambda a, b: a & b, (part.true for part in parts)),
        false=reduce(lambda a, b: a | b, (part.false for part in parts)),
    )


def any_of(parts: Sequence[Truth]) -> Truth:
    """True where one is true, false where all are false."""
    if len(parts) == 1:
        return parts[0]
    return Truth(
        true=reduce(lambda a, b: a | b, (part.true for part in parts)),
        false=reduce(lambda a, b: a & b, (part.false for part in parts)),
    )


def null(column: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """Where a column has no value; a double that is no number is none."""
    empty = nw.col(column).is_null()
    return empty | nw.col(column).is_nan().fill_null(False) if dtype.is_float() else empty


def never() -> nw.Expr:
    """What holds nowhere."""
    return nw.lit(False)


class Misfit(Exception):
    """A literal that its column's type cannot be held against."""


def single_value(column: str, test: str, literal: Any, data: Data) -> Truth:
    """A test of a column that is there. Raises `Misfit` where the two do not fit."""
    dtype, as_of = data.schema[column], data.as_of
    if isinstance(dtype, nw.List):
        return _list(column, test, literal)
    if test in ("contains", "starts_with", "under", "matches"):
        if dtype != nw.String:
            raise Misfit(
                Message("{test} reads text, and the column holds {dtype}", test=test, dtype=dtype)
            )
        if test == "under":
            return _under(column, _texts(test, literal))
        value, passes = nw.col(column), _text_test(test, literal)
    elif test == "older_than_days":
        if dtype != nw.String and dtype not in (nw.Date, nw.Datetime):
            raise Misfit(
                Message("{test} reads dates, and the column holds {dtype}", test=test, dtype=dtype)
            )
        day = as_of - timedelta(days=min(literal, (as_of - _LONG_AGO).days))
        value, reading = _read(column, dtype, day)
        passes = _compare("below", reading)
    else:
        literals = [_as_cell(item, dtype) for item in several(literal)]
        kinds = {_kind(item) for item in literals}
        if len(kinds) > 1:
            raise Misfit(
                Message("{test} = {literal!r} mixes kinds of values", test=test, literal=literal)
            )
        if dtype.is_float() or any(isinstance(item, float) for item in literals):
            literals = [float(item) if _kind(item) is float else item for item in literals]
        value, _ = _read(column, dtype, literals[0])
        if dtype == nw.String and kinds == {str} and test in EQUAL:
            passes = _equal(column, literals, data, negated=test == "not_in")
        else:
            readings = [_read(column, dtype, item)[1] for item in literals]
            passes = _compare(test, readings if isinstance(literal, list) else readings[0])
    known = ~value.is_null()
    if dtype.is_float():
        known = known & ~null(column, dtype)
    holds = passes(value).fill_null(False)
    read = None if _is_read(dtype, literal) else column
    return held_by(read, known, holds)


def held_by(column: str | None, known: nw.Expr, holds: nw.Expr) -> Truth:
    """What holds of values that are known, of a column where nothing else decides on that."""
    return Truth(true=known & holds, false=known & ~holds, by=column, by_known=known)


def _is_read(dtype: nw.dtypes.DType, literal: Any) -> bool:
    """Whether a literal decides how a column's texts are read, so that some of them are unknown."""
    return dtype == nw.String and any(_kind(item) is not str for item in several(literal))


def several(literal: Any) -> list[Any]:
    """One literal or a list of them, as a list."""
    return literal if isinstance(literal, list) else [literal]


def _as_cell(literal: Any, dtype: nw.dtypes.DType) -> Any:
    """A text as a cell of a column of flags or of days is read."""
    if not isinstance(literal, str):
        return literal
    if dtype == nw.Boolean:
        answer = boolean(literal)
        return literal if answer is None else answer
    if dtype in (nw.Date, nw.Datetime):
        return exact_date(literal) or literal
    return literal


EQUAL = ("is", "in", "not_in")
_LAST_CASED = 0x1E944
"""Behind the last letter of Unicode that has another case."""
_LONG_AGO = date(1000, 1, 1)
"""Days before it are written with less than four digits on their way to some engines."""
_FEW = 4


def _equal(column: str, texts: Sequence[str], data: Data, *, negated: bool) -> Test:
    """Whether a value is one of the texts, each as a cell has it and whatever its case."""
    meant = [meaning(column, text, data.countries) for text in texts]
    exact = sorted({value for each in meant for value in each.exact})
    # What is read as a code stands so in every cell.
    as_written = [each.exact[-1] for each in meant if not (each.read and is_coded(column))]
    lowered = lower_forms(as_written)

    def passes(value: nw.Expr) -> nw.Expr:
        hit = _one_of(value, exact)
        if lowered:
            hit = hit | _one_of(value.str.to_lowercase(), lowered)
        return ~hit if negated else hit

    return passes


def _one_of(value: nw.Expr, texts: Sequence[str]) -> nw.Expr:
    """Whether a value is one of some texts; a few are sooner held against it one by one."""
    if len(texts) > _FEW:
        return value.is_in(texts)
    return reduce(lambda a, b: a | b, (value == text for text in texts))


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
        raise Misfit(
            Message(
                "{literal!r} cannot be held against a column of {dtype}",
                literal=literal,
                dtype=dtype,
            )
        )
    if dtype == nw.Datetime:
        return value.cast(nw.Date), literal
    return (value.cast(nw.Float64) if isinstance(literal, float) else value), literal


def _yes(folded: nw.Expr) -> nw.Expr:
    return nw.when(~folded.is_null()).then(folded.is_in(list(YES)))


def number_in(column: str) -> nw.Expr:
    """The number that a text column's value is, as a double; null where it is none."""
    text = nw.col(column).str.strip_chars()
    digits = nw.when(text.str.contains(PLAIN).fill_null(False)).then(
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
        raise Misfit(Message("{test} = [] names no text", test=test))
    return texts


def _text_test(test: str, literal: str | list[str]) -> Test:
    if test == "matches":
        return lambda value: value.str.contains(_checked(str(literal)))
    if test == "contains":
        any_of = "(?i)" + "|".join(_in_any_case(text) for text in _texts(test, literal))
        return lambda value: value.str.contains(any_of)
    beginnings = _texts(test, literal)
    return lambda value: _begins(value, beginnings)


def _in_any_case(text: str) -> str:
    """A pattern for a text whatever its case.

    Engines disagree on the lower case of letters such as İ and Σ, and `(?i)` is about ASCII alone
    for some: the forms of other letters are written out.
    """
    return "".join(
        re.escape(letter)
        if letter.isascii() or letter.lower() == letter.upper()
        else f"[{_forms().get(_fold(letter), letter)}]"
        for letter in text
    )


@cache
def _forms() -> dict[str, str]:
    """The letters that are one whatever their case, by the one that stands for them."""
    forms: dict[str, str] = {}
    for letter in map(chr, range(_LAST_CASED)):
        if letter.lower() != letter.upper():
            folded = _fold(letter)
            forms[folded] = forms.get(folded, "") + letter
    return forms


def _fold(letter: str) -> str:
    """The one letter that stands for all its forms."""
    return next((x for x in (letter.casefold(), letter.lower()) if len(x) == 1), letter)


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
    divided = value.is_in(partly).fill_null(False) if partly else never()
    return Truth(true=known & holds, false=known & ~holds & ~divided)


def _checked(pattern: str) -> str:
    """The pattern, which RE2 can read; Python's own expressions can do more than engines can."""
    try:
        pc.match_substring_regex(strings([""]), pattern)
    except pa.ArrowInvalid as error:
        raise Misfit(
            Message(
                "matches = {pattern!r} is no RE2 expression: {reason}",
                pattern=pattern,
                reason=error.args[0],
            )
        ) from None
    return pattern


def _list(column: str, test: str, literal: Any) -> Truth:
    if test != "contains":
        raise Misfit(Message("a list takes contains or known, not {test}", test=test))
    known = ~nw.col(column).is_null()
    forms = {form for text in _texts(test, literal) for form in spellings(column, text)}
    holds = reduce(
        lambda a, b: a | b, (nw.col(column).list.contains(form) for form in sorted(forms))
    ).fill_null(False)
    return held_by(column, known, holds)
