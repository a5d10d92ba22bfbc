"""Why an account is excluded as churn-prone, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.exclude import Exclude
from abmkit.config.sections.score import Rate
from abmkit.domain.frames import opened
from abmkit.domain.rules.scorecards import (
    MOST_TOLD,
    reason_width,
    scorecard,
    seen_interval,
    telling_bands,
)
from abmkit.reports.conditions import condition_text
from abmkit.reports.reasons.sentences import in_place
from abmkit.reports.words import Words

_SEEN = "__seen"


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
    expected = in_place(words, "churn.expected", outcome=outcome.name, share=percent)
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
    why = in_place(words, "churn.why", seen=nw.col(_SEEN), bands=told)
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
