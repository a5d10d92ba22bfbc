"""What was learned from a history, for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from abmkit.learning.chance import DEALS, Chance
from abmkit.learning.lesson import MOST, Held, Lesson
from abmkit.reports.console.width import fit, pad, wrap
from abmkit.reports.words import Words

_NAME, _NUMBER = 34, 8


def lesson_text(lesson: Lesson, name: str, words: Words) -> str:
    """A lesson in lines: the cases, how sure it is, each criterion, and what was refused."""
    lines = [cases_text(lesson, name, words)]
    if lesson.cases > MOST:
        lines.append(words("learn.sampled", count=MOST))
    if lesson.chance is not None:
        lines.append(chance_text(lesson.chance, words))
    if lesson.held is not None:
        lines.append(held_text(lesson.held, words))
    if lesson.late is not None:
        late = lesson.late
        lines.append(
            words(
                "learn.late", cases=late.cases, day=lesson.from_day, area=late.area, low=late.low,
                high=late.high,
            )
        )  # fmt: skip
    elif lesson.held is not None:
        lines.append(words("learn.late_few" if lesson.dated else "learn.late_missing"))
    if lesson.expert_held is not None:
        lines.append(words("learn.expert_held", area=lesson.expert_held))
    parts = ["\n".join(wrap(line, hanging="  ") for line in lines)]
    if lesson.criteria:
        parts.append("\n".join(_criteria(lesson, words)))
    if lesson.refused:
        told = [wrap(f"- {words.of(why)}", hanging="  ") for why in lesson.refused.values()]
        parts.append("\n".join([words("leak.refused"), *told, words("leak.keep")]))
    return "\n\n".join(parts)


def cases_text(lesson: Lesson, name: str, words: Words) -> str:
    """How many cases there are."""
    return words(
        "learn.cases", cases=lesson.cases, positives=lesson.positives, name=name,
        outcome=lesson.outcome_is,
    )  # fmt: skip


def chance_text(chance: Chance, words: Words) -> str:
    """How likely chance alone would tell as much."""
    p, least = f"{chance.p_value:.3g}", f"{chance.least:.3g}"
    text = words("learn.chance", p=p, deals=DEALS, least=least)
    if chance.by_expert is not None:
        text += words("learn.chance_expert", p=f"{chance.by_expert:.2g}")
    return text


def held_text(held: Held, words: Words) -> str:
    """How a card does on cases left out."""
    return words("learn.held", area=held.area, low=held.low, high=held.high, error=held.error)


def _criteria(lesson: Lesson, words: Words) -> Iterator[str]:
    expert = any(each.whom != "data" for each in lesson.criteria)
    columns = ["expert", "data", "points", "bands"] if expert else ["points", "bands"]
    head = "".join(pad(words(f"learn.column.{c}"), _NUMBER, right=True) for c in columns)
    whom = f"  {words('learn.column.whom')}" if expert else ""
    yield (fit(words("learn.column.criterion"), _NAME) + head + whom).rstrip()
    for each in lesson.criteria:
        numbers = {
            "expert": f"{each.expert:.0f}" if each.whom != "data" else "",
            "data": f"{each.data:.0f}",
            "points": f"{each.points:.0f}",
            "bands": str(len(each.bands) - 2),
        }
        row = "".join(pad(numbers[column], _NUMBER, right=True) for column in columns)
        told = f"  {words(f'learn.whom.{each.whom}')}" if expert else ""
        yield fit(each.id, _NAME) + row + told
