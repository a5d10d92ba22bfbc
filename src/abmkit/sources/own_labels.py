"""Rules that call industries as sources do, where the project has labels of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.config.sections.exclude import Churn
from abmkit.domain.rules.asked import asked
from abmkit.domain.values.industries.labels import IndustryLabels
from abmkit.errors import AbmkitError
from abmkit.sources.loading import industry_labels

_EQUAL = ("is", "in", "not_in")


def with_own_labels(project: Project) -> Project:
    """The project, industries in its rules called by its own labels as those of accounts are.

    Without a table of labels, and where that cannot be read, it stays as it is.
    """
    config = project.config
    read = {name.casefold() for each in asked(config) for name in each.condition.column_names()}
    if config.industry is None or "industry" not in read:
        return project
    try:
        labels = industry_labels(project)
    except AbmkitError:
        return project  # What is wrong with the table is told where sources are read.
    assert labels is not None
    return replace(project, config=_labelled(config, labels))


def _labelled(part: Any, labels: IndustryLabels) -> Any:
    """A part of the config with all conditions in it; a source's `when` reads its own labels."""
    if isinstance(part, Condition):
        return _condition(part, labels)
    if isinstance(part, list):
        return [_labelled(each, labels) for each in part]
    if not hasattr(part, "model_fields_set"):
        return part
    kept = ("sources", "suppress") if isinstance(part, Config) else ()
    names = [name for name in type(part).model_fields if name not in kept]
    if isinstance(part, Churn) and part.is_read:
        return part.with_card(_labelled(part.card, labels))
    return part.model_copy(update={name: _labelled(getattr(part, name), labels) for name in names})


def _condition(condition: Condition, labels: IndustryLabels) -> Condition:
    columns = {
        name: _matcher(matcher, labels) if name.casefold() == "industry" else matcher
        for name, matcher in condition.columns.items()
    }
    parts = {name: [_condition(each, labels) for each in getattr(condition, name)]
             for name in ("any", "none")}  # fmt: skip
    return condition.model_copy(update={"columns": columns, **parts})


def _matcher(matcher: Matcher, labels: IndustryLabels) -> Matcher:
    tests = {test: literal for test, literal in matcher.tests().items() if test in _EQUAL}
    own = {test: _own(literal, labels) for test, literal in tests.items()}
    fields = {"is": "is_", "in": "in_", "not_in": "not_in"}
    return matcher.model_copy(update={fields[test]: literal for test, literal in own.items()})


def _own(literal: Any, labels: IndustryLabels) -> Any:
    if isinstance(literal, Sequence) and not isinstance(literal, str):
        return list(dict.fromkeys(_own(each, labels) for each in literal))
    return (labels.of_label(literal) or literal) if isinstance(literal, str) else literal
