"""`[exclude]`: profiles that are not wanted."""

from __future__ import annotations

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Name, Section


class ExclusionRule(Section):
    """A profile that is not wanted."""

    id: Name
    """Short name, kept with each account it excludes."""
    reason: str
    """Why, in the words the list's readers will see."""
    when: Condition
    """Which accounts."""


class Exclude(Section):
    """Which accounts are not wanted, and why."""

    rules: list[ExclusionRule] = []
    """Profiles to exclude; all that hold are kept as reasons."""
