"""Conditions in words, for the people who read a list."""

from __future__ import annotations

from typing import Any

from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.reports.words import Words

_MOST_CHOICES = 4


def condition_text(when: Condition, words: Words) -> str:
    """A condition in words: `employees in 200–2,000 and country is US or CA`."""
    parts = [
        words("condition.column", column=column, asked=_asked(matcher, column, words))
        for column, matcher in when.columns.items()
    ]
    for name, among in (("condition.any", when.any), ("condition.none", when.none)):
        if among:
            inside = words("condition.or").join(condition_text(part, words) for part in among)
            parts.append(words(name, conditions=inside))
    return words("condition.and").join(parts)


def requirement_text(when: Condition, column: str, words: Words) -> str | None:
    """What a condition asks of one column alone: `in 200–2,000`; None where it asks more."""
    if when.any or when.none or list(when.columns) != [column]:
        return None
    return _asked(when.columns[column], column, words)


def _asked(matcher: Matcher, column: str, words: Words) -> str:
    parts = []
    for test, literal in matcher.tests().items():
        if test == "between":
            first, last = (words.cell(column, end) for end in literal)
            parts.append(words("condition.between", first=first, last=last))
        elif test == "known":
            parts.append(words("value.known" if literal else "value.unknown"))
        elif test == "older_than_days":
            parts.append(words("condition.older_than_days", days=literal))
        else:
            parts.append(words(f"condition.{test}", literal=_choice(literal, column, words)))
    return words("condition.and").join(parts)


def _choice(values: Any, column: str, words: Words) -> str:
    literals = values if isinstance(values, list) else [values]
    texts = [words.cell(column, literal) for literal in literals]
    if len(texts) > _MOST_CHOICES:
        shown = texts[: _MOST_CHOICES - 1]
        texts = [*shown, words("list.more", count=len(texts) - len(shown))]
    return words.either(texts)
