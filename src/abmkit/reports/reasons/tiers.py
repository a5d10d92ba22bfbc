"""The reasons of tiers, and of their changes, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from abmkit.config.sections.tier import Tier, Tiers
from abmkit.domain.frames import opened
from abmkit.domain.rules.codes import (
    ASKS,
    BELOW,
    CLOSED,
    DAYS,
    EXCLUDED,
    FULL,
    MARGIN,
    MOVES,
    NO_TIER,
    NO_TIERS,
    PINNED,
    REACHES,
    ROOM,
    SEPARATOR,
)
from abmkit.reports.conditions import condition_text
from abmkit.reports.reasons.numbers import with_score_text
from abmkit.reports.reasons.sentences import day_in_place, in_place
from abmkit.reports.words import Words

_SCORE, _PIN = "__score_text", "__pin"


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
    least = [nw.lit(words.number(each.min_score)) for each in config.tiers]
    reaches = in_place(words, "tier.reaches", score=score, least=_per_tier(least, config))
    last = config.tiers[-1]
    below = in_place(
        words, "tier.below", score=score, tier=last.id, least=words.number(last.min_score)
    )
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
        for text in _passed_over(place, each, config, words)
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
        margin = words.number(stability.margin)
        return in_place(
            words, "tier.within_margin", score=score, margin=margin, tier=nw.col("tier")
        )
    if by == DAYS:
        since = day_in_place(words, nw.col("tier_since"))
        days = words.number(stability.min_days)
        return in_place(words, "tier.for_days", score=score, since=since, days=days)
    return in_place(words, "tier.waits", score=score, most=str(stability.max_moves))


def _change_text(config: Tiers, words: Words) -> nw.Expr:
    """Why an account moved."""
    code, score = nw.col("change_reason"), nw.col(_SCORE)
    nothing = nw.lit(None).cast(nw.String)
    if not config.tiers:
        return nw.when(code == EXCLUDED).then(nw.lit(words("tier.excluded")))
    least = [nw.lit(words.number(each.min_score)) for each in config.tiers]
    margin = config.stability.margin if config.stability else 0
    to_stay = [nw.lit(words.number(max(each.min_score - margin, 0))) for each in config.tiers]
    told = {
        EXCLUDED: nw.lit(words("tier.excluded")),
        PINNED: in_place(words, "change.pinned", tier=nw.col("tier")),
        REACHES: in_place(
            words, "tier.reaches", score=score, least=_per_tier(least, config)
        ),
        ROOM: in_place(words, "change.room", tier=nw.col("tier"), score=score),
        BELOW: in_place(
            words, "tier.below", score=score, tier=nw.col("previous_tier"),
            least=_per_tier(to_stay, config, "previous_tier"),
        ),
        NO_TIER: in_place(words, "change.no_tier", tier=nw.col("previous_tier")),
    }  # fmt: skip
    blocks = [
        text
        for place, each in enumerate(config.tiers, start=1)
        for text in _passed_over(place, each, config, words, "change_reason")
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
    place: int, each: Tier, config: Tiers, words: Words, column: str = "tier_reason"
) -> list[nw.Expr]:
    """Why an account whose score reaches a tier is below it; nothing where that cannot be."""
    blocks = {}
    table = config.capacities
    asked = [words("tier.known", share=each.min_known * 100)] if each.min_known else []
    asked += [condition_text(each.when, words)] if each.when else []
    if asked:
        every = words("condition.and").join(asked)
        blocks[f"{ASKS}{place}{SEPARATOR}"] = words("tier.asks", tier=each.id, asked=every)
    if each.capacity is not None:
        blocks[f"{FULL}{place}{SEPARATOR}"] = words(
            "tier.full", tier=each.id, capacity=each.capacity
        )
    elif table is not None:
        blocks[f"{FULL}{place}{SEPARATOR}"] = words("tier.full_for", tier=each.id)
        blocks[f"{CLOSED}{place}{SEPARATOR}"] = words("tier.closed", tier=each.id, table=table)
    chosen = None
    for code, text in blocks.items():
        blocked = nw.col(column).str.contains(code, literal=True)
        told = nw.lit(text)
        chosen = nw.when(blocked).then(told) if chosen is None else chosen.when(blocked).then(told)
    return [] if chosen is None else [chosen.otherwise(nw.lit(None).cast(nw.String))]


def _score_text(words: Words) -> nw.Expr:
    score = nw.col("fit_score").cast(nw.Float64)
    known = in_place(words, "tier.score", score=nw.col(_SCORE).fill_null(""))
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
        told = in_place(words, f"tier.{name}", **{name: value})
        parts[name] = nw.when(value != "").then(told).otherwise(nw.lit(""))
        rest = rest.str.replace_all(r"^[^;]*;", "")
    text = in_place(words, "tier.pinned", tier=nw.col("tier"), **parts)
    return text.str.strip_chars_end(words("reason.separator"))
