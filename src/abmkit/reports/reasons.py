"""The reasons of scores and tiers in words, as columns of any kind of frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.exclude import Exclude
from abmkit.config.sections.score import Rate, Score
from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.frames import Frame, column_in, opened
from abmkit.domain.rules.codes import (
    ASKS,
    BELOW,
    DAYS,
    EXCLUDED,
    FULL,
    MARGIN,
    MOVES,
    NO_BAND,
    NO_TIER,
    NO_TIERS,
    PINNED,
    REACHES,
    ROOM,
    SEPARATOR,
    UNDECIDED,
    UNKNOWN,
)
from abmkit.domain.rules.scorecards import (
    MOST_TOLD,
    Criterion,
    code_width,
    reason_width,
    scorecard,
    seen_interval,
    telling_bands,
)
from abmkit.domain.rules.truth import BEYOND, interval_ends, is_interval, known_value
from abmkit.reports.conditions import YEARS, condition_text, requirement_text
from abmkit.reports.numbers import number, with_number_texts, with_score_text
from abmkit.reports.words import Words

_SCORE, _PIN, _SEEN = "__score_text", "__pin", "__seen"


def fit_in_words(accounts: Any, config: Score, words: Words) -> Any:
    """Scored accounts with `fit_reasons` in words, where the column is there.

    Reads `fit_reasons` as `abmkit.steps.score.score` gives it, and the columns that the criteria
    name. The text is the same on every engine; lazy frames stay lazy.
    """
    frame = opened(accounts)
    criteria = scorecard(config)
    if not criteria or "fit_reasons" not in frame.columns:
        return accounts
    columns = frame.columns
    width = code_width(criteria)
    frame = _with_values(frame, criteria, words).with_columns(
        nw.col("fit_reasons").str.slice(c * (width + 1), width).alias(_code(c))
        for c in range(len(criteria))
    )
    texts = [_criterion_text(c, criterion, width, words) for c, criterion in enumerate(criteria)]
    joined = nw.concat_str(texts, separator=words("reason.separator"), ignore_nulls=True)
    joined = joined.alias("fit_reasons")
    return nw.to_native(frame.with_columns(joined).select(columns))


def _in_place(words: Words, sentence: str, **values: nw.Expr | str) -> nw.Expr:
    """A sentence as an expression, its fields filled with texts or columns of texts."""
    pieces: list[nw.Expr] = []
    for text, field in words.pieces(sentence):
        pieces += [nw.lit(text)] if text else []
        if field is not None:
            value = values[field]
            pieces.append(nw.lit(value) if isinstance(value, str) else value)
    # What is null is not shown; to look for it, DuckDB would compute each piece once more.
    return nw.concat_str(pieces, ignore_nulls=True)


# Scores ------------------------------------------------------------------------------------------


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
        frame = with_number_texts(frame, numbers)
    return frame.with_columns(_value(name, schema, words).alias(_text(name)) for name in names)


def _value(name: str, schema: Mapping[str, nw.dtypes.DType], words: Words) -> nw.Expr:
    column = column_in(schema, name)
    unknown = nw.lit(words("value.of", column=name, value=words("value.unknown")))
    if is_interval(name, schema):
        text = _interval_text(name, schema, words)
    elif column is None:
        return unknown
    elif isinstance(schema[column], nw.List):
        return nw.when(known_value(name, schema)).then(nw.lit(name)).otherwise(unknown)
    else:
        text = _single_text(column, schema[column], name, words)
    known = _in_place(words, "value.of", column=name, value=text)
    return nw.when(known_value(name, schema)).then(known).otherwise(unknown)


def _single_text(column: str, dtype: nw.dtypes.DType, name: str, words: Words) -> nw.Expr:
    if dtype.is_numeric():
        text = nw.col(_text(name))
        return text.str.replace_all(",", "", literal=True) if column in YEARS else text
    if dtype == nw.Boolean:
        yes, no = nw.lit(words("value.yes")), nw.lit(words("value.no"))
        return nw.when(nw.col(column)).then(yes).otherwise(no)
    if dtype == nw.String:
        return nw.col(column)
    return nw.col(column).dt.to_string("%Y-%m-%d")


def _interval_text(name: str, schema: Mapping[str, nw.dtypes.DType], words: Words) -> nw.Expr:
    low, high = interval_ends(name, schema)
    least, most = nw.col(f"{_text(name)}_low"), nw.col(f"{_text(name)}_high")
    return (
        nw.when(low == high)
        .then(least)
        .when(high >= BEYOND)
        .then(_in_place(words, "value.from", least=least))
        .when(low <= -BEYOND)
        .then(_in_place(words, "value.up_to", most=most))
        .otherwise(_in_place(words, "value.range", least=least, most=most))
    )


# Churn -------------------------------------------------------------------------------------------


def churn_in_words(accounts: Any, config: Exclude, words: Words) -> Any:
    """Accounts with `churn_reason` in words, where the column is there.

    Reads `churn_reason` as `abmkit.steps.exclude.exclude` gives it, and `churn_probability`. The
    text is the same on every engine; lazy frames stay lazy.
    """
    frame = opened(accounts)
    churn = config.churn
    if churn is None or "churn_reason" not in frame.columns:
        return accounts
    columns = frame.columns
    criteria, outcome = scorecard(churn.card), churn.outcome
    width, code = reason_width(criteria, outcome), nw.col("churn_reason")
    percent = (nw.col("churn_probability").fill_null(0.0) * 100 + 0.5).floor()
    percent = percent.cast(nw.Int64).cast(nw.String)
    expected = _in_place(words, "churn.expected", outcome=outcome.name, share=percent)
    rates = [_rate_text(rate, outcome.name, words) for rate in outcome.rates]
    bands = [_band_text(criteria[c].bands[b][0], words) for c, b in telling_bands(criteria)]
    nothing = nw.lit(None).cast(nw.String)
    frame = frame.with_columns(
        _numbered(code.str.slice(0, width), rates, width, expected).alias(_SEEN),
        *(
            _numbered(code.str.slice(width * (1 + n), width), bands, width, nothing).alias(_told(n))
            for n in range(MOST_TOLD)
        ),
    )
    told = nw.concat_str(
        [nw.col(_told(n)) for n in range(MOST_TOLD)],
        separator=words("list.comma"),
        ignore_nulls=True,
    )
    why = _in_place(words, "churn.why", seen=nw.col(_SEEN), bands=told)
    text = nw.when(code.str.len_chars() > width).then(why).otherwise(nw.col(_SEEN))
    text = nw.when(~code.is_null()).then(text)
    return nw.to_native(frame.with_columns(text.alias("churn_reason")).select(columns))


def _told(number: int) -> str:
    return f"__told_{number}"


def _rate_text(rate: Rate, outcome: str, words: Words) -> str | None:
    """How often it came about; None where there was no case."""
    if not rate.cases:
        return None
    low, high = (round(100 * end) for end in seen_interval(rate.positives, rate.cases))
    share = rate.positives / rate.cases
    return words("churn.seen", outcome=outcome, share=share, low=low, high=high, cases=rate.cases)


def _band_text(when: Condition, words: Words) -> str:
    """A band in words; what takes every known value is what the bands before it left."""
    tests = [matcher.tests() for matcher in when.columns.values()]
    if tests == [{"known": True}] and not (when.any or when.none):
        return words("churn.other", column=next(iter(when.columns)))
    return condition_text(when, words)


def _numbered(
    code: nw.Expr, texts: Sequence[str | None], width: int, otherwise: nw.Expr
) -> nw.Expr:
    """The text of a number from 1, or another where it has none."""
    numbered = [(str(n).rjust(width), text) for n, text in enumerate(texts, start=1) if text]
    if not numbered:
        return otherwise
    (first, text), *others = numbered
    chosen = nw.when(code == first).then(nw.lit(text))
    for each, text in others:
        chosen = chosen.when(code == each).then(nw.lit(text))
    return chosen.otherwise(otherwise)


# Tiers -------------------------------------------------------------------------------------------


def tier_in_words(accounts: Any, config: Tiers, words: Words) -> Any:
    """Tiered accounts with `tier_reason`, and `change_reason` where it is there, in words.

    Reads both as `abmkit.steps.tier.tier` gives them, `tier`, `fit_score` and, where there was a
    list of before, `previous_tier` and `tier_since`. The text is the same on every engine; lazy
    frames stay lazy.
    """
    frame = opened(accounts)
    columns = frame.columns
    code = nw.col("tier_reason")
    # Where the score is not told, its text costs nothing.
    frame = with_score_text(frame, _SCORE, where=code != EXCLUDED)
    # Few are pinned: what is null costs eager engines nothing to take apart.
    pinned = nw.when(code.str.starts_with(f"{PINNED}{SEPARATOR}")).then(code)
    frame = frame.with_columns(pinned.alias(_PIN), _score_text(words).alias(_SCORE))
    texts = [_tier_text(config, words, columns).alias("tier_reason")]
    if "change_reason" in columns:
        texts.append(_change_text(config, words).alias("change_reason"))
    frame = frame.with_columns(texts)
    return nw.to_native(frame.select(columns))


def _tier_text(config: Tiers, words: Words, columns: Sequence[str]) -> nw.Expr:
    code = nw.col("tier_reason")
    if not config.tiers:
        return nw.when(code == NO_TIERS).then(nw.lit(words("tier.no_tiers")))
    score = nw.col(_SCORE)
    least = [nw.lit(number(each.min_score)) for each in config.tiers]
    reaches = _in_place(words, "tier.reaches", score=score, least=_per_tier(least, config))
    last = config.tiers[-1]
    below = _in_place(words, "tier.below", score=score, tier=last.id, least=number(last.min_score))
    nothing = nw.lit(None).cast(nw.String)
    standing = (
        nw.when(code.str.ends_with(REACHES))
        .then(reaches)
        .when(code.str.ends_with(MARGIN))
        .then(_held(MARGIN, config, words))
        .when(code.str.ends_with(DAYS))
        .then(_held(DAYS, config, words) if "tier_since" in columns else nothing)
        .when(code.str.ends_with(MOVES))
        .then(_held(MOVES, config, words))
        .when(code.str.ends_with(BELOW))
        .then(below)
        .otherwise(nothing)
    )
    passed = [
        text
        for place, each in enumerate(config.tiers, start=1)
        for text in _passed_over(place, each, words)
    ]
    placed = nw.concat_str(
        [*passed, standing], separator=words("reason.separator"), ignore_nulls=True
    )
    return (
        nw.when(code == EXCLUDED)
        .then(nw.lit(words("tier.excluded")))
        # Most, and told in one go; the same as what follows would say.
        .when(code == BELOW)
        .then(below)
        .when(~nw.col(_PIN).is_null())
        .then(_pinned(words))
        .otherwise(placed.fill_null(""))
    )


def _held(by: str, config: Tiers, words: Words) -> nw.Expr:
    """What holds an account where its score alone would not have it."""
    stability = config.stability
    if stability is None:
        return nw.lit(None).cast(nw.String)
    score = nw.col(_SCORE)
    if by == MARGIN:
        margin = number(stability.margin)
        return _in_place(
            words, "tier.within_margin", score=score, margin=margin, tier=nw.col("tier")
        )
    if by == DAYS:
        since = nw.col("tier_since").dt.to_string("%Y-%m-%d")
        days = number(stability.min_days)
        return _in_place(words, "tier.for_days", score=score, since=since, days=days)
    return _in_place(words, "tier.waits", score=score, most=str(stability.max_moves))


def _change_text(config: Tiers, words: Words) -> nw.Expr:
    """Why an account moved."""
    code, score = nw.col("change_reason"), nw.col(_SCORE)
    nothing = nw.lit(None).cast(nw.String)
    if not config.tiers:
        return nw.when(code == EXCLUDED).then(nw.lit(words("tier.excluded")))
    least = [nw.lit(number(each.min_score)) for each in config.tiers]
    margin = config.stability.margin if config.stability else 0
    to_stay = [nw.lit(number(max(each.min_score - margin, 0))) for each in config.tiers]
    told = {
        EXCLUDED: nw.lit(words("tier.excluded")),
        PINNED: _in_place(words, "change.pinned", tier=nw.col("tier")),
        REACHES: _in_place(
            words, "tier.reaches", score=score, least=_per_tier(least, config)
        ),
        ROOM: _in_place(words, "change.room", tier=nw.col("tier"), score=score),
        BELOW: _in_place(
            words, "tier.below", score=score, tier=nw.col("previous_tier"),
            least=_per_tier(to_stay, config, "previous_tier"),
        ),
        NO_TIER: _in_place(words, "change.no_tier", tier=nw.col("previous_tier")),
    }  # fmt: skip
    blocks = [
        text
        for place, each in enumerate(config.tiers, start=1)
        for text in _passed_over(place, each, words, "change_reason")
    ]
    chosen = nw.when(code.is_null()).then(nothing)
    for reason, text in told.items():
        chosen = chosen.when(code == reason).then(text)
    return chosen.otherwise(nw.concat_str(blocks, ignore_nulls=True) if blocks else nothing)


def _per_tier(texts: Sequence[nw.Expr], config: Tiers, column: str = "tier") -> nw.Expr:
    first, *others = zip(config.tiers, texts, strict=True)
    chosen = nw.when(nw.col(column) == first[0].id).then(first[1])
    for each, text in others:
        chosen = chosen.when(nw.col(column) == each.id).then(text)
    return chosen.otherwise(nw.lit(""))


def _passed_over(
    place: int, each: Tier, words: Words, column: str = "tier_reason"
) -> list[nw.Expr]:
    """Why an account whose score reaches a tier is below it; nothing where that cannot be."""
    blocks = {}
    asked = [words("tier.known", share=each.min_known * 100)] if each.min_known else []
    asked += [condition_text(each.when, words)] if each.when else []
    if asked:
        every = words("condition.and").join(asked)
        blocks[f"{ASKS}{place}{SEPARATOR}"] = words("tier.asks", tier=each.id, asked=every)
    if each.capacity is not None:
        blocks[f"{FULL}{place}{SEPARATOR}"] = words(
            "tier.full", tier=each.id, capacity=each.capacity
        )
    chosen = None
    for code, text in blocks.items():
        blocked = nw.col(column).str.contains(code, literal=True)
        told = nw.lit(text)
        chosen = nw.when(blocked).then(told) if chosen is None else chosen.when(blocked).then(told)
    return [] if chosen is None else [chosen.otherwise(nw.lit(None).cast(nw.String))]


def _score_text(words: Words) -> nw.Expr:
    score = nw.col("fit_score").cast(nw.Float64)
    known = _in_place(words, "tier.score", score=nw.col(_SCORE).fill_null(""))
    unknown = nw.lit(words("tier.score_unknown"))
    return nw.when((~score.is_nan()).fill_null(False)).then(known).otherwise(unknown)


def _pinned(words: Words) -> nw.Expr:
    """Who pinned the account where, why and until when."""
    rest = nw.col(_PIN).str.replace_all(f"^{PINNED}{SEPARATOR}", "")
    parts = {}
    for name in ("by", "until", "why"):
        value = rest.str.replace_all(r"(?s);.*", "")
        value = value.str.replace_all("%3B", ";", literal=True)
        value = value.str.replace_all("%25", "%", literal=True)
        told = _in_place(words, f"tier.{name}", **{name: value})
        parts[name] = nw.when(value != "").then(told).otherwise(nw.lit(""))
        rest = rest.str.replace_all(r"^[^;]*;", "")
    text = _in_place(words, "tier.pinned", tier=nw.col("tier"), **parts)
    return text.str.strip_chars_end(words("reason.separator"))
