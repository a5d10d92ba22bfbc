"""Scorecards: criteria with points in whole hundredths, which are 100.00 together at best."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, sqrt

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.config.sections.score import GENERAL, Outcome, Score
from abmkit.config.sections.score import Criterion as CriterionConfig

FULL = 10_000


@dataclass(frozen=True)
class Criterion:
    """One criterion: its conditions with the hundredths they earn."""

    id: str
    bands: tuple[tuple[Condition, int], ...]
    best: int
    missing: int | None
    """What it earns when unknown; None leaves it out of the scale."""
    number: int
    """Its place among the criteria of all cards, from 0."""
    asked: int
    """That of the first that asks the same: what its bands hold of is found out once."""

    @property
    def columns(self) -> list[str]:
        """The columns its bands read."""
        return list(dict.fromkeys(n for when, _ in self.bands for n in when.column_names()))


@dataclass(frozen=True)
class Card:
    """The criteria that score some accounts."""

    id: str
    criteria: tuple[Criterion, ...]
    when: Condition | None = None
    """Whom it is for, where no card before it is; None for all of them."""

    @property
    def where(self) -> str:
        """Where it stands in a config."""
        return f"{segment_place(self.id)}.criteria" if self.when is not None else "score.criteria"


def segment_place(id: str) -> str:
    """What errors call the place of a segment."""
    return f"score.segments.{id}"


def cards(score: Score) -> tuple[Card, ...]:
    """The cards of a config in the order in which they are tried; the general one is the last.

    Of each the points are scaled so that the best sum to 100.00: once, here, by largest remainder,
    so that sums are whole numbers on every engine.
    """
    made: list[Card] = []
    before: list[Criterion] = []
    parts: list[tuple[str, Condition | None, list[CriterionConfig], float | str | None]]
    parts = [(each.id, each.when, each.criteria, each.missing) for each in score.segments]
    if score.criteria:
        parts.append((GENERAL, None, score.criteria, None))
    for id, when, criteria, missing in parts:
        share = score.missing if missing is None else missing
        made.append(Card(id, _scaled(criteria, share, before), when))
        before += made[-1].criteria
    return tuple(made)


def scorecard(score: Score) -> tuple[Criterion, ...]:
    """The criteria of a config that has one card."""
    (*_, card) = cards(score) or (Card(GENERAL, ()),)
    return card.criteria


def all_criteria(made: Sequence[Card]) -> list[Criterion]:
    """The criteria of all cards, by their numbers."""
    return [criterion for card in made for criterion in card.criteria]


def _scaled(
    criteria: Sequence[CriterionConfig], missing: float | str, before: Sequence[Criterion]
) -> tuple[Criterion, ...]:
    """The criteria of one card; those of the cards before it may ask the same."""
    raw = [_exactly(max(band.points for band in c.bands)) for c in criteria]
    made = list(before)
    for config, best_raw, best in zip(criteria, raw, _largest_remainder(raw), strict=True):
        share = config.missing if config.missing is not None else missing
        asks = [band.when for band in config.bands]
        same = (each.asked for each in made if [when for when, _ in each.bands] == asks)
        points = (_rounded(_exactly(band.points) * best / best_raw) for band in config.bands)
        made.append(
            Criterion(
                id=config.id,
                bands=tuple(zip(asks, points, strict=True)),
                best=best,
                missing=None if isinstance(share, str) else _rounded(_exactly(share) * best),
                number=len(made),
                asked=next(same, len(made)),
            )
        )
    return tuple(made[len(before) :])


def _exactly(value: float) -> Fraction:
    # 0.1 is meant as one tenth, not as the double nearest to it.
    return Fraction(repr(value))


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def _largest_remainder(weights: list[Fraction]) -> list[int]:
    total = sum(weights)
    if not total:
        return []
    exact = [weight * FULL / total for weight in weights]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: FULL - sum(whole)]:
        whole[i] += 1
    return whole


def code_width(criteria: Sequence[Criterion]) -> int:
    """How many characters a criterion's reason takes: as many as the greatest band's number."""
    return len(str(max(len(criterion.bands) for criterion in criteria)))


def telling_bands(criteria: Sequence[Criterion]) -> list[tuple[int, int]]:
    """The bands that earn more than an average account does there, as (criterion, band), both from
    0; what stands out most comes first.

    An average account is what an unknown criterion is taken for, half of the best if it is left
    out.
    """
    gains = {
        (c, b): points - (criterion.best / 2 if criterion.missing is None else criterion.missing)
        for c, criterion in enumerate(criteria)
        for b, (_, points) in enumerate(criterion.bands)
    }
    return sorted((band for band, gain in gains.items() if gain > 0), key=lambda b: -gains[b])


MOST_TOLD = 2
"""How many bands say why an account is like those that something came about with."""


def reason_width(criteria: Sequence[Criterion], outcome: Outcome) -> int:
    """How many characters each number takes that says what an account is like."""
    return len(str(max(len(telling_bands(criteria)), len(outcome.rates))))


# What a score foretells --------------------------------------------------------------------------


def probability(outcome: Outcome, hundredths: int) -> float:
    """How likely a score in hundredths makes what a scorecard foretells."""
    odds = outcome.intercept + outcome.per_point * hundredths / 100
    # The power of what is below 0 does not overflow.
    return 1 / (1 + exp(-odds)) if odds > 0 else exp(odds) / (1 + exp(odds))


def least_above(outcome: Outcome, most: float) -> int:
    """The least hundredths that are likelier than that; beyond the scale where none are."""
    return bisect_right(range(FULL + 1), most, key=lambda h: probability(outcome, h))


def seen_interval(positives: int, cases: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % confidence: Wilson's score interval.

    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    """
    share, z = positives / cases, 1.959963984540054
    middle = share + z * z / (2 * cases)
    reach = z * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    scale = 1 + z * z / cases
    return max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0)


# Bands that are never reached --------------------------------------------------------------------


def unreachable_bands(criterion: CriterionConfig) -> Iterator[tuple[int, int]]:
    """Bands that an earlier one always beats, as (band, earlier band), both from 0.

    Found where the two ask the same, or ask one column for a number and the earlier asks less.
    """
    for later, band in enumerate(criterion.bands):
        for earlier in range(later):
            if _covers(criterion.bands[earlier].when, band.when):
                yield later, earlier
                break


def _covers(wide: Condition, narrow: Condition) -> bool:
    if wide == narrow:
        return True
    if wide.any or wide.none or not set(wide.columns) <= set(narrow.columns):
        return False
    return all(
        _matcher_covers(matcher, narrow.columns[column]) for column, matcher in wide.columns.items()
    )


def _matcher_covers(wide: Matcher, narrow: Matcher) -> bool:
    if wide == narrow:
        return True
    choices, fewer = _choices(wide), _choices(narrow)
    if choices is not None and fewer is not None:
        return fewer <= choices
    outer, inner = _interval(wide), _interval(narrow)
    return outer is not None and inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]


def _choices(matcher: Matcher) -> set[object] | None:
    tests = matcher.tests()
    if set(tests) == {"is"}:
        return {tests["is"]}
    return set(tests["in"]) if set(tests) == {"in"} else None


_Bound = tuple[float, int]


def _interval(matcher: Matcher) -> tuple[_Bound, _Bound] | None:
    """The numbers a matcher takes, its ends nudged up or down where they are left out."""
    low: _Bound = (float("-inf"), 0)
    high: _Bound = (float("inf"), 0)
    for test, literal in matcher.tests().items():
        values = literal if isinstance(literal, list) else [literal]
        if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            return None
        if test in ("above", "at_least"):
            low = max(low, (values[0], 1 if test == "above" else 0))
        elif test in ("below", "at_most"):
            high = min(high, (values[0], -1 if test == "below" else 0))
        elif test in ("between", "is"):
            low, high = max(low, (values[0], 0)), min(high, (values[-1], 0))
        else:
            return None
    return low, high
