"""A scorecard from cases: predictors in fine steps, few bands, points that are the score."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.score import Band, Criterion, Score
from abmkit.domain.arrays import to_numpy, whole
from abmkit.domain.rules.codes import NO_BAND, SEPARATOR
from abmkit.domain.rules.scorecards import scorecard
from abmkit.learning.additive import UNKNOWN, Fit, Term, fit
from abmkit.learning.bands import MOST_BANDS, Banded, Shape, banded, rising
from abmkit.learning.predictors import Predictor, in_steps
from abmkit.steps.score import score

Floats = npt.NDArray[Any]

_FULL = 100
_AS_OF = date(2000, 1, 1)


@dataclass(frozen=True)
class Learned:
    """A scorecard with what it was made of."""

    score: Score
    """Its criteria, which are the config's."""
    intercept: float
    per_point: float
    scored: Floats
    """The score of every account, those that had no part in it, too."""
    contrary: tuple[str, ...] = ()
    """The columns left out because their points would run against their own rates."""

    @property
    def log_odds(self) -> Floats:
        """The log-odds that the score of every account means."""
        return self.intercept + self.per_point * self.scored


@dataclass(frozen=True)
class _Named:
    """A criterion before it has points: its conditions, in order."""

    id: str
    conditions: tuple[Condition, ...]
    expert: tuple[float, ...] | None = None
    """The expert's points of each band, and at last of unknown."""
    direction: str | None = None
    places: npt.NDArray[Any] | None = None
    """The band of each case, where that need not be asked of `score`."""


def learn(
    accounts: pa.Table,
    came: Floats,
    rows: npt.NDArray[Any],
    found: Sequence[Predictor],
    *,
    expert: Score | None = None,
    trusted: bool = True,
    directions: Mapping[str, str] | None = None,
    most: int = MOST_BANDS,
    exact: bool = False,
    as_of: date = _AS_OF,
) -> Learned | None:
    """The scorecard of those rows; None where nothing tells their outcomes apart.

    Columns that the expert's criteria read keep the expert's bands; where the expert is `trusted`,
    their points are where the cases begin from. `directions` are as in `Learn.directions`. Not
    `exact`, the band of a single value is taken for granted where `score` would find the same, as
    it does but for values that a rule reads otherwise than they are written.
    """
    given = _given(expert) if expert is not None else []
    if not trusted:
        given = [replace(each, expert=None) for each in given]
    theirs = {name.casefold() for each in given for name in _columns(each)}
    own = [p for p in found if p.column.casefold() not in theirs]
    steps = [made for p in own if (made := in_steps(p, rows)) is not None]
    given_terms = _terms(accounts, given, as_of)
    fine = [
        *given_terms,
        *(Term(each.codes, each.count, each.predictor.labels is None) for each in steps),
    ]
    first = fit([term.those(rows) for term in fine], came[rows])
    shapes = [
        Shape(each, first.effects[at][:-1], first.information[at][:-1])
        for at, each in enumerate(steps, start=len(given))
    ]
    room = max(most - sum(len(each.conditions) for each in given), 0)
    named = [*given, *_named(banded(shapes, directions or {}, len(rows), room), given, exact)]
    terms = [*given_terms, *_terms(accounts, named[len(given) :], as_of)]
    if not named:
        return None
    effects, settled = _settled(named, terms, rows, came)
    asked, contrary = {name.casefold() for name in directions or {}}, []
    while (wrong := _contrary(named, terms, effects, rows, came, asked)) is not None:
        contrary += _columns(named.pop(wrong))[:1]
        terms.pop(wrong)
        effects, settled = _settled(named, terms, rows, came)
    card = _pointed(named, terms, effects, settled, came, rows)
    return None if card is None else replace(card, contrary=tuple(contrary))


def _given(expert: Score) -> list[_Named]:
    """The expert's criteria; what none of the bands of one column takes becomes a band."""
    made = []
    for criterion in scorecard(expert):
        conditions = [when for when, _ in criterion.bands]
        points = [float(each) for _, each in criterion.bands]
        if len(criterion.columns) == 1:
            conditions.append(Condition.model_validate({criterion.columns[0]: {"known": True}}))
            points.append(0.0)
        unknown = criterion.missing if criterion.missing is not None else np.mean(points)
        made.append(_Named(criterion.id, tuple(conditions), (*points, float(unknown))))
    return made


def _columns(criterion: _Named) -> list[str]:
    return [name for when in criterion.conditions for name in when.column_names()]


def _named(made: Sequence[Banded], given: Sequence[_Named], exact: bool) -> list[_Named]:
    taken = {each.id.casefold() for each in given}
    found = []
    for each in made:
        text = each.predictor.column
        if each.predictor.element is not None:
            text = f"{text}_{each.predictor.element}"
        base = "_".join("".join(c if c.isalnum() else " " for c in text).split()) or "column"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.casefold())
        conditions = tuple(map(Condition.model_validate, each.conditions()))
        places = None if exact or each.predictor.ranges else each.places()
        found.append(_Named(name, conditions, direction=each.direction, places=places))
    return found


def _as_criterion(
    named: _Named, points: Sequence[float], missing: float | None = None
) -> Criterion:
    bands = [
        Band(when=when, points=earned)
        for when, earned in zip(named.conditions, points, strict=True)
    ]
    return Criterion(id=named.id, bands=bands, missing=missing)


def _terms(accounts: pa.Table, named: Sequence[_Named], as_of: date) -> list[Term]:
    """The band of each case, as `score` finds it; none of the bands is a step of its own."""
    if not named:
        return []
    asked = [each for each in named if each.places is None]
    card = Score(criteria=[_as_criterion(each, [1.0] * len(each.conditions)) for each in asked])
    told = iter(bands_of(accounts, card, as_of) if asked else [])
    places = [next(told) if each.places is None else each.places for each in named]
    terms = []
    for each, place in zip(named, places, strict=True):
        expert = None
        if each.expert is not None:
            expert = np.array([*each.expert[:-1], 0.0, each.expert[-1]])
        terms.append(Term(place, len(each.conditions) + 1, each.direction is not None, expert))
    return terms


def bands_of(accounts: pa.Table, card: Score, as_of: date) -> list[npt.NDArray[Any]]:
    """Of each criterion the number of each account's band, from 0: as many as there are bands where
    none is true, `UNKNOWN` where one is unknown."""
    columns = {c.casefold() for each in scorecard(card) for c in each.columns}
    ends = {f"{column}_{end}" for column in columns for end in ("min", "max")}
    wanted = [
        name for name in accounts.column_names
        if name.casefold() in columns | ends | {"account_id", "industry_code"}
    ]  # fmt: skip
    scored = score(accounts.select(wanted), card, as_of=as_of, reasons=True)
    codes = whole(scored["fit_reasons"]).dictionary_encode()
    rows = [code.split(SEPARATOR) for code in codes.dictionary.to_pylist()]
    read = np.array(
        [
            [
                len(criterion.bands) if text.strip() == NO_BAND
                else int(text) - 1 if text.strip().isdigit() else UNKNOWN
                for criterion, text in zip(card.criteria, row, strict=True)
            ]
            for row in rows
        ],
        dtype=np.int64,
    )  # fmt: skip
    return list(read[to_numpy(codes.indices)].T)


def _settled(
    named: Sequence[_Named], terms: Sequence[Term], rows: npt.NDArray[Any], came: Floats
) -> tuple[list[Floats], Fit]:
    """The effect of each band; those that must go one way do."""
    plain = [Term(t.steps, t.count, False, t.expert) for t in terms]
    made = fit([term.those(rows) for term in plain], came[rows])
    effects = []
    for each, found, weights in zip(named, made.effects, made.information, strict=True):
        bands = len(each.conditions)
        own = found.copy()
        if each.direction is not None:
            sign = -1.0 if each.direction == "up" else 1.0
            own[:bands] = sign * rising(sign * own[:bands], np.maximum(weights[:bands], 1e-9))
        effects.append(own)
    return effects, made


def _contrary(
    named: Sequence[_Named],
    terms: Sequence[Term],
    effects: Sequence[Floats],
    rows: npt.NDArray[Any],
    came: Floats,
    asked: Container[str],
) -> int | None:
    """The criterion that runs most against its own rates, None where none does.

    Beside a column that says nearly the same, another may earn points for the contrary of what its
    bands show. Nobody would sign that, and cards are no worse without: on x_education, AUC 0.904
    after 0.903 in five folds with fewer bands. The expert's criteria stay, and whose direction is
    `asked` for.
    """
    worst, found = 0.0, None
    for number, (each, term, own) in enumerate(zip(named, terms, effects, strict=True)):
        if each.expert is not None or any(name.casefold() in asked for name in _columns(each)):
            continue
        bands = len(each.conditions)
        there = rows[(term.steps[rows] != UNKNOWN) & (term.steps[rows] < bands)]
        cases = np.bincount(term.steps[there], minlength=bands)
        won = np.bincount(term.steps[there], came[there], minlength=bands)
        odds, share = np.log((won + 0.5) / (cases - won + 0.5)), cases / max(cases.sum(), 1)
        together = float(share @ ((odds - share @ odds) * own[:bands]))
        if together < worst:
            worst, found = together, number
    return found


def _pointed(
    named: Sequence[_Named],
    terms: Sequence[Term],
    effects: Sequence[Floats],
    made: Fit,
    came: Floats,
    rows: npt.NDArray[Any],
) -> Learned | None:
    """The card in whole points whose best are 100 together, and what a point is worth."""
    lows, spans = [], []
    for each, own, weights in zip(named, effects, made.information, strict=True):
        bands = len(each.conditions)
        # Beside its bands, what no case is in has no effect of its own.
        met = own[(np.arange(len(own)) < bands) | (weights > 0)]
        lows.append(float(met.min()))
        spans.append(float(own[:bands].max() - met.min()))
    total = sum(spans)
    if total <= 1e-9:
        return None
    criteria: list[tuple[Criterion, Term]] = []
    best = _whole([span / total * _FULL for span in spans])
    for each, term, own, low, span, most in zip(
        named, terms, effects, lows, spans, best, strict=True
    ):
        if most:
            bands = len(each.conditions)
            points = [round((e - low) / span * most) for e in own[:bands].tolist()]
            missing = min(max((float(own[bands + 1]) - low) / span, 0.0), 1.0)
            criteria.append((_as_criterion(each, points, round(missing, 2)), term))
    criteria.sort(key=lambda pair: -max(band.points for band in pair[0].bands))
    card = Score(criteria=[criterion for criterion, _ in criteria])
    scored = np.zeros(len(came))
    for criterion, (_, term) in zip(scorecard(card), criteria, strict=True):
        earned = [*(points for _, points in criterion.bands), 0, criterion.missing or 0]
        scored += np.array(earned)[term.steps] / 100
    intercept, per_point = slope(scored[rows], came[rows])
    return Learned(card, intercept, per_point, scored)


def _whole(exact: Sequence[float]) -> list[int]:
    """Whole numbers with the same sum, those with the largest remainders rounded up."""
    given = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (given[at] - exact[at], at))
    for at in order[: _FULL - sum(given)]:
        given[at] += 1
    return given


def slope(scored: Floats, came: Floats) -> tuple[float, float]:
    """The intercept and the slope of outcomes by a number, neither of them running away."""
    center, spread = float(np.mean(scored)), float(np.std(scored)) or 1.0
    by = (scored - center) / spread
    share = (came.sum() + 0.5) / (len(came) + 1)
    beta = np.array([np.log(share / (1 - share)), 0.0])
    design = np.stack([np.ones(len(by)), by], 1)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weights = np.maximum(likely * (1 - likely), 1e-9)
        curved = design.T @ (design * weights[:, None]) + np.diag([1e-6, 1e-2])
        step = np.linalg.solve(curved, design.T @ (came - likely) - np.array([1e-6, 1e-2]) * beta)
        beta += step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    per = max(float(beta[1]), 0.0) / spread
    return float(beta[0]) - per * center, per
