"""What a history teaches: a scorecard, what it is worth on cases it has not seen, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from abmkit.config.sections.learn import Learn
from abmkit.config.sections.score import Outcome, Rate, Score
from abmkit.domain.arrays import to_numpy, whole
from abmkit.domain.facts import Fact, fact
from abmkit.domain.rules.scorecards import scorecard
from abmkit.learning.additive import UNKNOWN
from abmkit.learning.card import Learned, bands_of, learn, slope
from abmkit.learning.chance import Chance, by_chance, folds
from abmkit.learning.history import History
from abmkit.learning.leaks import after_the_fact
from abmkit.learning.metrics import auc, auc_of, calibration, measured
from abmkit.learning.predictors import Predictor, all_in_steps, distinct, predictors
from abmkit.steps.score import score

Floats = npt.NDArray[Any]

LEAST = 10
"""Fewer cases of either outcome say nothing."""
MOST = 50_000
"""So many cases, drawn by chance, say all that a card of few bands can hold."""
_FOLDS = 5
_FEW, _REPEATS = 500, 4


@dataclass(frozen=True)
class Held:
    """How a card does on cases that had no part in its making."""

    area: float
    """The area under the ROC curve."""
    low: float
    high: float
    """Its 95 % interval, by drawing groups of cases again."""
    error: float
    """The expected calibration error: how far off probabilities are, in ten equal parts."""
    cases: int
    positives: int


@dataclass(frozen=True)
class BandCount:
    """The cases of a band."""

    cases: int
    positives: int


@dataclass(frozen=True)
class Weighed:
    """A criterion as the expert has it, as the cases alone would, and as it is now."""

    id: str
    whom: Literal["expert", "data", "both"]
    expert: float
    data: float
    points: float
    """The best points of it, of 100."""
    bands: tuple[BandCount, ...]
    """The cases of each band, then of none of them, then of unknown."""


@dataclass(frozen=True)
class Lesson:
    """What was learned, and on what grounds."""

    cases: int
    positives: int
    outcome_is: str
    chance: Chance | None
    """None where there are too few cases to say."""
    card: Score | None
    """The scorecard with what it foretells."""
    held: Held | None = None
    late: Held | None = None
    """The same for the latest cases, by a card of the earlier ones; None without dates."""
    dated: bool = False
    """Whether the cases have dates."""
    from_day: date | None = None
    """The first day of the latest cases."""
    expert_held: float | None = None
    """The area under the curve of the expert's own card."""
    criteria: tuple[Weighed, ...] = ()
    expected: tuple[float, ...] = field(default=(), repr=False)
    """The probability of each case, by a card of the others."""
    came: tuple[bool, ...] = field(default=(), repr=False)
    """What came of the same."""
    refused: Mapping[str, Fact] | None = None
    said: tuple[Fact, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are enough cases of both outcomes."""
        return min(self.positives, self.cases - self.positives) >= LEAST


@dataclass(frozen=True)
class _Class:
    """What cards are learned with, again and again."""

    history: History
    found: Sequence[Predictor]
    expert: Score | None
    directions: Mapping[str, str]
    as_of: date

    def learned(
        self, rows: npt.NDArray[Any], *, trusted: bool = True, exact: bool = False
    ) -> Learned | None:
        return learn(
            self.history.accounts, self.history.outcome, rows, self.found, expert=self.expert,
            trusted=trusted, directions=self.directions, exact=exact, as_of=self.as_of,
        )  # fmt: skip

    def scored(self, card: Score) -> Floats:
        made = score(self.history.accounts, card, as_of=self.as_of)["fit_score"]
        found = to_numpy(whole(made).fill_null(float("nan")))
        return np.where(np.isnan(found), np.nanmean(found) if len(found) else 0.0, found)


def lesson_of(
    history: History,
    name: str,
    *,
    as_of: date,
    expert: Score | None = None,
    asked: Learn | None = None,
    lacking: Sequence[str] = (),
    force: bool = False,
    seed: int = 1,
) -> Lesson:
    """What a history teaches about an outcome of this name, such as `won`.

    No card where there are fewer than `LEAST` cases of either outcome, nor, unless by `force`,
    where outcomes cannot be told from chance. Columns known only after the outcome are refused, and
    so are those that prospects are `lacking`; `asked` says otherwise, column by column.
    """
    asked = asked or Learn()
    ignore, keep = asked.ignore, asked.keep
    known = history.those(history.known)
    cases, positives = len(known.outcome), int(known.outcome.sum())
    found, said = predictors(known.accounts, ignore=ignore)
    lesson = Lesson(cases, positives, known.outcome_is, None, None, said=(*known.told, *said))
    lesson = replace(lesson, dated=known.dates is not None)
    if not lesson.enough:
        return lesson
    refused, doubted = after_the_fact(
        known.accounts, found, known.outcome, known.groups, known.dates, lacking=lacking,
        ignore=ignore, keep=keep,
    )  # fmt: skip
    found = [each for each in found if each.column not in refused]
    known = _drawn(known, seed)
    if cases > MOST:
        found = predictors(known.accounts, ignore=[*ignore, *refused])[0]
    found, copies = distinct(found, _read_by(expert))
    class_ = _Class(known, found, expert, asked.directions, as_of)
    given = class_.scored(expert) if expert is not None and expert.criteria else None
    steps, few = all_in_steps(found)
    chance = by_chance(steps, known.outcome, known.groups, expert=given, seed=seed)
    # What is said of a column that is refused is why.
    said = [each for each in lesson.said if each.values.get("column") not in refused]
    said += [*copies, *doubted, *_in_vain(found, asked, expert), *few]
    lesson = replace(lesson, chance=chance, refused=refused, said=tuple(said))
    if given is not None:
        lesson = replace(lesson, expert_held=auc_of(given, known.outcome))
    if not chance.told and not force:
        return lesson
    return _taught(lesson, class_, name, seed)


def _read_by(expert: Score | None) -> set[str]:
    """The columns that the expert's card reads."""
    return set() if expert is None else {c.casefold() for e in scorecard(expert) for c in e.columns}


def _in_vain(found: Sequence[Predictor], asked: Learn, expert: Score | None) -> Iterator[Fact]:
    """What cannot be asked of these columns."""
    words = {each.column.casefold() for each in found if each.labels is not None}
    theirs = _read_by(expert)
    for where, columns in (("--direction", asked.directions), ("--ignore", asked.ignore)):
        for column in columns:
            if column.casefold() in theirs:
                yield fact("history.by_card", column=column, where=where)
            elif where == "--direction" and column.casefold() in words:
                yield fact("history.no_order", column=column)
    if not found:
        yield fact("history.nothing")


def _drawn(history: History, seed: int) -> History:
    if len(history.outcome) <= MOST:
        return history
    drawn = np.random.default_rng(seed).permutation(len(history.outcome))[:MOST]
    return history.those(np.sort(drawn))


def _taught(lesson: Lesson, class_: _Class, name: str, seed: int) -> Lesson:
    """The lesson with its card, and how that does on cases left out."""
    came = class_.history.outcome
    every = np.arange(len(came))
    card = class_.learned(every, exact=True)
    if card is None:
        return lesson
    held_out = _held_out(class_, seed)
    area = float(np.mean([auc_of(odds, came) for odds in held_out]))
    # Of the first repeat: what is calibrated by it is one case, one probability.
    odds = held_out[0]
    intercept, stretch = slope(odds, came)
    groups = class_.history.groups
    likely = _cross_fitted(odds, came, folds(groups, came, _FOLDS, seed))
    outcome = Outcome(
        name=name,
        intercept=round(intercept + stretch * card.intercept, 4),
        per_point=round(stretch * card.per_point, 5),
    )
    if card.per_point > 0:
        as_scores = np.clip((odds - card.intercept) / card.per_point, 0, 100)
        outcome = outcome.model_copy(update={"rates": _rates(as_scores, came)})
    contrary = [fact("learn.contrary", columns=list(card.contrary))] if card.contrary else []
    lesson = replace(
        lesson,
        said=(*lesson.said, *contrary),
        card=card.score.model_copy(update={"outcome": outcome}),
        held=_held(odds, likely, came, groups, area),
        criteria=_weighed(class_, card),
        expected=tuple(likely.tolist()),
        came=tuple((came > 0).tolist()),
    )
    return _with_late(lesson, class_)


def _held_out(class_: _Class, seed: int) -> list[Floats]:
    """The log-odds of each case by a card of the others, as often as it is repeated."""
    came, groups = class_.history.outcome, class_.history.groups
    found = []
    for repeat in range(_REPEATS if len(came) < _FEW else 1):
        fold = folds(groups, came, _FOLDS, seed + repeat)
        odds = np.zeros(len(came))
        for number in range(_FOLDS):
            test, train = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
            both = 0 < came[train].sum() < len(train)
            card = class_.learned(train) if both else None
            if card is not None:
                odds[test] = card.log_odds[test]
            else:
                share = (came[train].sum() + 0.5) / (len(train) + 1)
                odds[test] = np.log(share / (1 - share))
        found.append(odds)
    return found


def _cross_fitted(odds: Floats, came: Floats, fold: npt.NDArray[Any]) -> Floats:
    """The probability of each case, calibrated by the others."""
    likely = np.empty(len(came))
    for number in np.unique(fold):
        test = fold == number
        intercept, stretch = slope(odds[~test], came[~test])
        likely[test] = 1 / (1 + np.exp(-(intercept + stretch * odds[test])))
    return likely


def _rates(scores: Floats, came: Floats) -> list[Rate]:
    """What was seen by score, in ranges of round ends with enough cases each."""
    least = max(LEAST * 2, len(came) // 12)
    ends = [0.0]
    for end in range(5, 100, 5):
        below = (scores >= ends[-1]) & (scores < end)
        if below.sum() >= least and (scores >= end).sum() >= least:
            ends.append(float(end))
    rates = []
    for low, high in zip(ends, [*ends[1:], 101.0], strict=True):
        there = (scores >= low) & (scores < high)
        cases, positives = int(there.sum()), int(came[there].sum())
        rates.append(Rate(at_least=low, cases=cases, positives=positives))
    return rates


def _weighed(class_: _Class, card: Learned) -> tuple[Weighed, ...]:
    """Each criterion by the expert, by the cases alone and as it is, and the cases of its bands."""
    came = class_.history.outcome
    expert = {} if class_.expert is None else {c.id: c for c in scorecard(class_.expert)}
    alone = class_.learned(np.arange(len(came)), trusted=False) if expert else None
    data = {} if alone is None else {c.id: c.best / 100 for c in scorecard(alone.score)}
    places = bands_of(class_.history.accounts, card.score, class_.as_of)
    found = []
    for each, place in zip(scorecard(card.score), places, strict=True):
        theirs = expert.get(each.id)
        whom: Literal["expert", "data", "both"] = "data"
        if theirs is not None:
            now = [points for _, points in each.bands][: len(theirs.bands)]
            before = [points for _, points in theirs.bands]
            moved = max(abs(a - b) for a, b in zip(now, before, strict=True))
            whom = "both" if moved >= 100 else "expert"
        counts = []
        for band in [*range(len(each.bands) + 1), UNKNOWN]:
            there = place == band
            counts.append(BandCount(int(there.sum()), int(came[there].sum())))
        worth = each.best / 100
        found.append(
            Weighed(
                each.id,
                whom,
                theirs.best / 100 if theirs is not None else 0.0,
                data.get(each.id, 0.0) if expert else worth,
                worth,
                tuple(counts),
            )
        )
    return tuple(found)


def _with_late(lesson: Lesson, class_: _Class) -> Lesson:
    """The lesson with how a card of the earlier cases does on the latest, where there are dates."""
    history, came = class_.history, class_.history.outcome
    late = np.flatnonzero(history.latest)
    early = np.flatnonzero(~np.isnan(history.days) & ~history.latest)
    if any(not LEAST <= came[rows].sum() <= len(rows) - LEAST for rows in (late, early)):
        return lesson
    card = class_.learned(early)
    if card is None:
        return lesson
    odds = card.log_odds[late]
    held = _held(odds, 1 / (1 + np.exp(-odds)), came[late], history.groups[late])
    return replace(lesson, late=held, from_day=history.those(late).first_day)


def _held(
    odds: Floats, likely: Floats, came: Floats, groups: npt.NDArray[Any], area: float | None = None
) -> Held:
    """How log-odds do, and probabilities; `area` where it is known better, of several repeats."""
    (measure,) = measured(odds, came, groups, (auc,))
    return Held(
        measure.value if area is None else area,
        measure.low,
        measure.high,
        calibration(likely, came).error,
        len(came),
        int(came.sum()),
    )
