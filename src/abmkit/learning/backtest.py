"""Backtest: what a scorecard would have done with accounts whose outcome is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.score import Outcome, Score
from abmkit.domain.arrays import whole
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import collected, opened
from abmkit.domain.rules.scorecards import probability, seen_interval
from abmkit.errors import AbmkitError, InputError, UsageError
from abmkit.learning.ceiling import Ceiling, ceiling
from abmkit.learning.history import History
from abmkit.learning.metrics import (
    Calibration,
    Gain,
    Measured,
    auc,
    average_precision,
    by_level,
    calibration,
    gains,
    leveled,
    measured,
    permuted,
    stability_index,
)
from abmkit.learning.predictors import as_doubles
from abmkit.steps.score import score
from abmkit.steps.tier import reached

Array = npt.NDArray[Any]
_ENOUGH = 20
"""So many cases of each kind, or the later part is not judged by itself."""
_BY_CHANCE, _TOO_GOOD = 0.05, 0.95
_PERIODS, _CASES_OF_A_PERIOD = 4, 100


@dataclass(frozen=True)
class Ranking:
    """A way to put accounts in order, and how well it does."""

    code: str
    """`card`, `against`, `ceiling`, `size` or `random`."""
    name: str
    """The library of the ceiling, the column of the size."""
    auc: Measured
    precision: Measured
    """The average precision."""
    gains: tuple[Gain, ...]
    """By tenths of the judged cases, the best first."""


@dataclass(frozen=True)
class TierResult:
    """The accounts that would be in a tier, capacity aside."""

    tier: str | None
    """None for those in none."""
    accounts: int
    worked: int
    """Those that have an outcome."""
    judged: int
    positives: int
    """Of the judged."""
    interval: tuple[float, float] | None
    """Of the rate at which it came about; None where nobody was judged."""

    @property
    def rate(self) -> float | None:
        """How often it came about."""
        return self.positives / self.judged if self.judged else None

    @property
    def coverage(self) -> float | None:
        """The share that was ever worked."""
        return self.worked / self.accounts if self.accounts else None


@dataclass(frozen=True)
class Period:
    """Accounts between two days, the last included."""

    first: date
    last: date
    accounts: int
    stability: float | None
    """The population stability index of their scores against those of the first period."""
    rate: float | None
    auc: float | None
    """Null where it came about with all or nobody."""


@dataclass(frozen=True)
class Backtest:
    """What a scorecard would have done."""

    outcome: str
    accounts: int
    worked: int
    """Those that have an outcome."""
    judged: int
    positives: int
    """Of the judged."""
    since: date | None
    """The first day of the judged, where only the later part is judged."""
    earlier: int
    """Cases with an outcome that are not judged."""
    rankings: tuple[Ranking, ...]
    chance: Measured
    """The AUC of the scorecard with outcomes dealt out at random: its mean and middle 95 %."""
    as_good_by_chance: float
    """How often that was as good as the real one; Phipson, B. and Smyth, G. K. (2010)."""
    tiers: tuple[TierResult, ...]
    calibration: Calibration | None
    periods: tuple[Period, ...]
    told: tuple[Fact, ...]
    expected: Array | None = field(repr=False, compare=False)
    """What the scorecard foretold of each judged case, where it foretells."""
    came: Array = field(repr=False, compare=False)
    """Whether it came about, of the same."""

    @property
    def rate(self) -> float:
        """How often it came about among the judged."""
        return self.positives / self.judged


def backtest(
    history: History,
    config: Config,
    *,
    as_of: date,
    against: Config | None = None,
    size: str | None = None,
) -> Backtest:
    """Judge the config's scorecard, and beside it `against`'s, a column of size and a black box.

    Cases with an outcome are judged, of dated ones only the later part. Raises InputError where all
    of them came out alike, UsageError without criteria, ColumnError for a column that a scorecard
    asks for and is not there.
    """
    _check(history, config.score)
    judged, since, doubts = _judged(history)
    scored, scores = _scored(history, config.score, as_of)
    before = None if against is None else _scored_before(history, against.score, as_of)
    came = history.outcome[judged]
    box = ceiling(history, judged, config.learn)
    rankings = list(_rankings(history, judged, scores, before, box, size))
    tiers = list(_tiers(scored, config, history, judged, as_of))
    doubts += [*_own_data(config.score.outcome, history, judged), *_survivors(history)]
    doubts += [*_of_ceiling(box, rankings), *_upside_down(tiers)]
    chance = permuted(scores[judged], came)
    by_chance = float(((chance >= rankings[0].auc.value).sum() + 1) / (len(chance) + 1))
    doubts += _in_vain(rankings, by_chance)
    expected = _expected(config.score.outcome, scores[judged])
    foretells = expected is not None and not np.isnan(expected).all()
    return Backtest(
        outcome=history.outcome_is,
        accounts=len(history.outcome),
        worked=int(history.known.sum()),
        judged=len(came),
        positives=int(came.sum()),
        since=since,
        earlier=int(history.known.sum()) - len(came),
        rankings=tuple(rankings),
        chance=Measured(float(chance.mean()), *map(float, np.percentile(chance, (2.5, 97.5)))),
        as_good_by_chance=by_chance,
        tiers=tuple(tiers),
        calibration=_calibrated(expected, came) if foretells else None,
        periods=tuple(_periods(history, scores)),
        # How many have no outcome is told as what it means here.
        told=(*(each for each in history.told if each.code != "history.unknown"), *doubts),
        expected=expected,
        came=came,
    )


def _check(history: History, card: Score) -> None:
    if not card.scores:
        remedy = "name a config with criteria with -c"
        raise UsageError("there are no criteria", where="score", remedy=remedy)
    if len(np.unique(history.outcome[history.known])) < 2:
        raise InputError(
            "{cases:,} cases have an outcome, and all of them the same",
            where=history.outcome_is,
            remedy="a backtest needs accounts with which it came about, and others",
            cases=history.known.sum(),
        )


def _scored(history: History, card: Score, as_of: date) -> tuple[pa.Table, Array]:
    """The accounts scored, and their scores; NaN where that is unknown."""
    scored = collected(opened(score(history.accounts, card, as_of=as_of)))
    return scored, as_doubles(whole(scored["fit_score"]))


def _scored_before(history: History, card: Score, as_of: date) -> Array:
    """The scores of an earlier scorecard, whose problems are told apart from the other's."""
    try:
        return _scored(history, card, as_of)[1]
    except AbmkitError as error:
        error.where = f"--against: {error.where}"
        raise


def _of_ceiling(box: Ceiling | None, rankings: Sequence[Ranking]) -> Iterator[Fact]:
    """What the black box was not given, and whether it was given too much."""
    if box is None:
        yield fact("backtest.no_ceiling")
        return
    if box.refused:
        yield fact("backtest.ceiling_without", columns=list(box.refused))
    (found,) = (each.auc.value for each in rankings if each.code == "ceiling")
    if found > _TOO_GOOD:
        yield fact("backtest.too_good", auc=found)


def _judged(history: History) -> tuple[Array, date | None, list[Fact]]:
    """Which cases are judged, and from which day on where that is not all."""
    known = history.known
    if history.dates is None:
        return known, None, []
    told = []
    if undated := int((known & np.isnan(history.days)).sum()):
        told.append(fact("backtest.undated", count=undated))
    latest = history.latest
    came = history.outcome[latest]
    if min(came.sum(), len(came) - came.sum()) >= _ENOUGH:
        return latest, history.those(latest).first_day, told
    told.append(fact("backtest.not_out_of_time", least=_ENOUGH))
    return known, None, told


_EPOCH = date(1970, 1, 1).toordinal()


def _day(number: float) -> date:
    return date.fromordinal(_EPOCH + int(number))


def _own_data(outcome: Outcome | None, history: History, judged: Array) -> Iterator[Fact]:
    """Whether the scorecard may have learned from the cases that it is judged by."""
    if outcome is None:
        return
    seen = (sum(each.cases for each in outcome.rates), sum(e.positives for e in outcome.rates))
    for cases in (history.known, judged):
        of = history.outcome[cases]
        if seen == (len(of), int(of.sum())):
            rates = np.array([(each.positives, each.cases) for each in outcome.rates], dtype=float)
            left_out = auc(rates[:, 0], rates[:, 1] - rates[:, 0])
            yield fact("backtest.own_data", cases=seen[0], positives=seen[1], auc=left_out)
            return
    if not outcome.rates:
        yield fact("backtest.perhaps_own_data")


def _survivors(history: History) -> Iterator[Fact]:
    worked, accounts = int(history.known.sum()), len(history.outcome)
    if worked == accounts:
        yield fact("backtest.all_worked")
    else:
        yield fact("backtest.not_worked", count=accounts - worked, accounts=accounts)


# Rankings ----------------------------------------------------------------------------------------


def _rankings(
    history: History,
    judged: Array,
    scores: Array,
    before: Array | None,
    box: Ceiling | None,
    size: str | None,
) -> Iterator[Ranking]:
    """The scorecard first, then what it is held against."""
    came, groups = history.outcome[judged], history.groups[judged]
    yield _ranking("card", "", scores[judged], came, groups)
    if before is not None:
        yield _ranking("against", "", before[judged], came, groups)
    if box is not None:
        yield _ranking("ceiling", box.library, box.expected, came, groups)
    if size is not None:
        values = as_doubles(whole(history.accounts[size]))
        yield _ranking("size", size, values[judged], came, groups)
    yield _ranking("random", "", np.zeros(len(came)), came, groups)


def _ranking(code: str, name: str, scores: Array, came: Array, groups: Array) -> Ranking:
    area, precision = measured(scores, came, groups, (auc, average_precision))
    return Ranking(code, name, area, precision, tuple(gains(scores, came)))


# Tiers, probabilities, periods -------------------------------------------------------------------


def _tiers(
    scored: pa.Table, config: Config, history: History, judged: Array, as_of: date
) -> Iterator[TierResult]:
    if not config.tier.tiers:
        return
    tiered = collected(opened(reached(scored, config.tier, as_of=as_of)))
    tier_of = np.array(tiered["tier"].to_pylist(), dtype=object)
    for tier in [*(each.id for each in config.tier.tiers), None]:
        inside = np.array([each == tier for each in tier_of], dtype=bool)
        count = int((inside & judged).sum())
        positives = int(history.outcome[inside & judged].sum())
        yield TierResult(
            tier,
            int(inside.sum()),
            int((inside & history.known).sum()),
            count,
            positives,
            seen_interval(positives, count) if count else None,
        )


def _upside_down(tiers: Sequence[TierResult]) -> Iterator[Fact]:
    """Tiers that do worse than the next one below them, by more than chance would have it."""
    judged = [each for each in tiers if each.rate is not None and each.tier]
    for upper, lower in pairwise(judged):
        assert lower.interval is not None
        if upper.rate is not None and lower.interval[0] > upper.rate:
            yield fact(
                "backtest.upside_down",
                upper=upper.tier,
                lower=lower.tier,
                low=round(100 * lower.interval[0]),
                rate=upper.rate,
            )


def _in_vain(rankings: Sequence[Ranking], by_chance: float) -> Iterator[Fact]:
    """Whether the scorecard does no better than chance or than what is simpler."""
    card = rankings[0].auc.value
    if by_chance > _BY_CHANCE:
        yield fact("backtest.by_chance", auc=card)
    for each in rankings:
        if each.code == "size" and each.auc.value >= card:
            yield fact("backtest.by_size", column=each.name, size=each.auc.value, auc=card)


def _expected(outcome: Outcome | None, scores: Array) -> Array | None:
    """What the scorecard foretells; NaN where it has no score."""
    if outcome is None:
        return None
    return np.array(
        [np.nan if np.isnan(s) else probability(outcome, round(s * 100)) for s in scores]
    )


def _calibrated(expected: Array | None, came: Array) -> Calibration:
    assert expected is not None
    known = ~np.isnan(expected)
    return calibration(expected[known], came[known])


def _periods(history: History, scores: Array) -> Iterator[Period]:
    """Periods of about as many accounts each, where there are enough."""
    if history.dates is None:
        return
    days = as_doubles(history.dates)
    dated = ~np.isnan(days)
    parts = min(_PERIODS, int(dated.sum()) // _CASES_OF_A_PERIOD)
    if parts < 2:
        return
    edges = np.quantile(days[dated], np.linspace(0, 1, parts + 1)[1:-1], method="inverted_cdf")
    period = np.searchsorted(np.unique(edges), days, side="left")
    first: Array | None = None
    for number in np.unique(period[dated]):
        inside = dated & (period == number)
        known = inside & history.known
        came = history.outcome[known]
        area = auc(*by_level(leveled(scores[known]), came)) if len(came) else float("nan")
        yield Period(
            first=_day(days[inside].min()),
            last=_day(days[inside].max()),
            accounts=int(inside.sum()),
            stability=None if first is None else stability_index(first, scores[inside]),
            rate=float(came.mean()) if len(came) else None,
            auc=None if np.isnan(area) else area,
        )
        first = scores[inside] if first is None else first
