"""A learned scorecard as a config that a person can read, argue with and edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.config.sections.score import Criterion, Outcome
from abmkit.config.writing import toml_value
from abmkit.domain.rules.scorecards import seen_interval
from abmkit.learning.lesson import BandCount, Lesson, Weighed
from abmkit.reports.console.outcomes.learn import cases_text, chance_text, held_text
from abmkit.reports.console.toml import comment_lines, with_comments
from abmkit.reports.words import Words

_WIDTH = 110


def card_text(lesson: Lesson, what: str, history: str, words: Words) -> str:
    """The scorecard of a lesson that has one, as TOML. `what` was learned, from which `history`."""
    card = lesson.card
    assert card is not None
    assert card.outcome is not None
    told = cases_text(lesson, card.outcome.name, words)
    head = [words("card.learned", what=what, history=history, cases=told)]
    if lesson.held is not None:
        head.append(words("card.held", held=held_text(lesson.held, words)))
    if lesson.chance is not None and not lesson.chance.told:
        head.append(words("card.forced", chance=chance_text(lesson.chance, words)))
    if lesson.refused:
        head.append(words("card.refused", told=[words.of(f) for f in lesson.refused.values()]))
    head.append(words("card.edit"))
    lines = [line for text in head for line in comment_lines(text, _WIDTH)]
    lines += ["version = 1", f"name = {toml_value(what)}", ""]
    for criterion, weighed in zip(card.criteria, lesson.criteria, strict=True):
        lines += [*_criterion(criterion, weighed, words), ""]
    return "\n".join([*lines, *_outcome(card.outcome, words)]) + "\n"


def _criterion(criterion: Criterion, weighed: Weighed, words: Words) -> Iterator[str]:
    whom = words("card.whom", whom=words(f"learn.whom.{weighed.whom}"))
    if weighed.whom != "data":
        whom += ": " + words("card.was", expert=weighed.expert, data=weighed.data)
    yield "[[score.criteria]]"
    counts = weighed.bands
    unknown = words("card.unknown", told=_count(counts[-1], words))
    heads = [(f"id = {toml_value(criterion.id)}", whom)]
    if criterion.missing is not None:
        heads.append((f"missing = {toml_value(criterion.missing)}", unknown))
    yield from with_comments(heads, _WIDTH)
    bands = [
        (f"  {{ when = {toml_value(_as_data(b.when))}, points = {toml_value(b.points)} }},",
         _count(count, words))
        for b, count in zip(criterion.bands, counts, strict=False)
    ]  # fmt: skip
    yield "bands = ["
    yield from with_comments(bands, _WIDTH)
    others = counts[-2]
    closing = words("card.else", told=_count(others, words)) if others.cases else ""
    yield from with_comments([("]", closing)], _WIDTH)


def _count(count: BandCount, words: Words) -> str:
    if not count.cases:
        return words("card.nobody")
    low, high = seen_interval(count.positives, count.cases)
    share = count.positives / count.cases
    return words(
        "card.band", positives=count.positives, cases=count.cases, share=share * 100,
        low=low * 100, high=high * 100,
    )  # fmt: skip


def _outcome(outcome: Outcome, words: Words) -> Iterator[str]:
    yield from comment_lines(words("card.outcome"), _WIDTH)
    yield "[score.outcome]"
    yield f"name = {toml_value(outcome.name)}"
    yield f"intercept = {toml_value(outcome.intercept)}"
    yield f"per_point = {toml_value(outcome.per_point)}"
    yield "rates = ["
    for rate in outcome.rates:
        yield f"  {toml_value(rate.model_dump())},"
    yield "]"


def _as_data(when: Condition) -> dict[str, Any]:
    """A condition as a config writes it."""
    # A bare list under a column of this name would be conditions.
    data: dict[str, Any] = {
        column: m.tests() if column in ("any", "none") else _matcher(m)
        for column, m in when.columns.items()
    }
    for name, among in (("any", when.any), ("none", when.none)):
        if among:
            data[name] = [_as_data(part) for part in among]
    return data


def _matcher(matcher: Matcher) -> Any:
    tests: Mapping[str, Any] = matcher.tests()
    if set(tests) <= {"is", "in"} and len(tests) == 1:
        return next(iter(tests.values()))
    return dict(tests)
