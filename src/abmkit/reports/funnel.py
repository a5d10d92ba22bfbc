"""What the reports say of the funnel alike."""

from __future__ import annotations

from collections.abc import Sequence

from abmkit.reports.words import Words
from abmkit.steps.exclude import ListCount


def expansion_texts(lists: Sequence[ListCount], words: Words) -> list[str]:
    """Per list to expand from, what is left of its companies' groups."""
    return [
        words("expand.parts", parts=each.expand, groups=each.expand_groups, list=each.name)
        for each in lists
        if each.expand
    ]
