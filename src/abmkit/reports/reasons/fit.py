"""The reasons of scores in words, as a column of any kind of frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, column_in, opened
from abmkit.domain.rules.codes import (
    NO_BAND,
    UNDECIDED,
    UNKNOWN,
)
from abmkit.domain.rules.scorecards import Card, Criterion, all_criteria, cards, code_width
from abmkit.domain.rules.truth import BEYOND, interval_ends, is_interval, known_value
from abmkit.reports.conditions import requirement_text
from abmkit.reports.numbers import YEARS
from abmkit.reports.reasons.numbers import with_number_texts
from abmkit.reports.reasons.sentences import codes_in_place, day_in_place, in_place
from abmkit.reports.words import Words


def fit_in_words(accounts: Any, config: Score, words: Words) -> Any:
    """Scored accounts with `fit_reasons` in words, where the column is there.

    Reads `fit_reasons`, and where there are segments `fit_card`, as `abmkit.steps.score.score`
    gives them, and the columns that the criteria name. With segments the text begins with the card.
    It is the same on every engine; lazy frames stay lazy.
    """
    frame = opened(accounts)
    made = cards(config)
    if not made or "fit_reasons" not in frame.columns:
        return accounts
    columns = frame.columns
    criteria = all_criteria(made)
    width = code_width(criteria)
    most = max(len(card.criteria) for card in made)
    frame = _with_values(frame, criteria, words).with_columns(
        nw.col("fit_reasons").str.slice(c * (width + 1), width).alias(_code(c)) for c in range(most)
    )
    text = _card_text(made[-1], width, words)
    if config.segments:
        text = nw.lit(words("fit.no_card"))
        for card in made[::-1]:
            told = nw.col("fit_card") == card.id
            text = nw.when(told).then(_card_text(card, width, words, name=True)).otherwise(text)
    return nw.to_native(frame.with_columns(text.alias("fit_reasons")).select(columns))


def _card_text(card: Card, width: int, words: Words, *, name: bool = False) -> nw.Expr:
    """What each criterion of a card says."""
    texts = [_criterion_text(c, each, width, words) for c, each in enumerate(card.criteria)]
    if name:
        texts.insert(0, nw.lit(words("fit.card", card=card.id)))
    return nw.concat_str(texts, separator=words("reason.separator"), ignore_nulls=True)


def _code(c: int) -> str:
    return f"__code_{c}"


def _text(name: str) -> str:
    return f"__text_{name}"


def _criterion_text(c: int, criterion: Criterion, width: int, words: Words) -> nw.Expr:
    """What a criterion's columns say, and what that earned."""
    best = criterion.best
    code = nw.col(_code(c))
    assumed = (
        words("fit.left_out")
        if criterion.missing is None
        else words("fit.assumed", points=criterion.missing, best=best)
    )
    endings = {
        UNDECIDED: words("fit.undecided", assumed=assumed),
        UNKNOWN: words("fit.unknown", assumed=assumed),
        NO_BAND: words("fit.no_band", best=best),
    }
    for band, (when, hundredths) in enumerate(criterion.bands, start=1):
        met = ""
        if len(criterion.columns) == 1 and _is_worth_telling(when):
            asked = requirement_text(when, criterion.columns[0], words)
            met = words("fit.met", asked=asked) if asked else ""
        endings[str(band)] = words("fit.earned", met=met, points=hundredths, best=best)
    first, *others = endings.items()
    ending = nw.when(code == first[0].rjust(width)).then(nw.lit(first[1]))
    for sign, text in others:
        ending = ending.when(code == sign.rjust(width)).then(nw.lit(text))
    subject = nw.concat_str(
        [nw.col(_text(name)) for name in criterion.columns],
        separator=words("list.comma"),
        ignore_nulls=True,
    )
    return nw.concat_str([subject, ending.otherwise(nw.lit(""))], ignore_nulls=True)


def _is_worth_telling(when: Any) -> bool:
    """Whether a requirement says more than the value beside it does: numbers do, labels don't."""
    tests = {test for matcher in when.columns.values() for test in matcher.tests()}
    return not tests <= {"is", "in", "under", "known"}


def _with_values(frame: Frame, criteria: Sequence[Criterion], words: Words) -> Frame:
    """The frame with each column that a criterion reads in words, "unknown" where it is."""
    schema = dict(frame.collect_schema())
    names = list(dict.fromkeys(name for c in criteria for name in c.columns))
    numbers = {}
    for name in names:
        column = column_in(schema, name)
        if is_interval(name, schema):
            low, high = interval_ends(name, schema)
            numbers[f"{_text(name)}_low"] = low
            # The same number is not written twice.
            numbers[f"{_text(name)}_high"] = nw.when(low != high).then(high)
        elif column is not None and schema[column].is_numeric():
            numbers[_text(name)] = nw.when(known_value(column, schema)).then(nw.col(column))
    if numbers:
        frame = with_number_texts(frame, numbers, words.forms.scales)
    return frame.with_columns(_value(name, schema, words).alias(_text(name)) for name in names)


def _value(name: str, schema: Mapping[str, nw.dtypes.DType], words: Words) -> nw.Expr:
    column = column_in(schema, name)
    unknown = nw.lit(words("value.of", column=name, value=words("value.unknown")))
    if is_interval(name, schema):
        text = _interval_text(name, schema, words)
    elif column is None:
        return unknown
    elif isinstance(schema[column], nw.List):
        return (
            nw.when(known_value(name, schema))
            .then(nw.lit(words("value.list", column=name)))
            .otherwise(unknown)
        )
    else:
        text = _single_text(column, schema[column], name, words)
    known = in_place(words, "value.of", column=name, value=text)
    return nw.when(known_value(name, schema)).then(known).otherwise(unknown)


def _single_text(column: str, dtype: nw.dtypes.DType, name: str, words: Words) -> nw.Expr:
    if dtype.is_numeric():
        text = nw.col(_text(name))
        return text.str.replace_all(",", "", literal=True) if column in YEARS else text
    if dtype == nw.Boolean:
        yes, no = nw.lit(words("value.yes")), nw.lit(words("value.no"))
        return nw.when(nw.col(column)).then(yes).otherwise(no)
    if dtype == nw.String:
        return codes_in_place(words, name, nw.col(column))
    return day_in_place(words, nw.col(column))


def _interval_text(name: str, schema: Mapping[str, nw.dtypes.DType], words: Words) -> nw.Expr:
    low, high = interval_ends(name, schema)
    least, most = nw.col(f"{_text(name)}_low"), nw.col(f"{_text(name)}_high")
    return (
        nw.when(low == high)
        .then(least)
        .when(high >= BEYOND)
        .then(in_place(words, "value.from", least=least))
        .when(low <= -BEYOND)
        .then(in_place(words, "value.up_to", most=most))
        .otherwise(in_place(words, "value.range", least=least, most=most))
    )
