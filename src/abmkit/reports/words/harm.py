"""How much harm there is in what is warned of: what a person should read first."""

from __future__ import annotations

from abmkit.reports.words import Sentence

_WORST_FIRST = (
    # Somebody is on the list who must not be.
    ("protect.", "suppression.", "relationship.", "unmet.source"),
    # Companies are missing.
    (
        "load.rejected",
        "quality.rejected",
        "match.rejected",
        "match.never_answered",
        "match.unclear",
        "match.unanswered",
        "load.other_",
    ),
    # What the user asked for does not happen.
    (
        "rule.",
        "unmet.",
        "quality.not_given",
        "quality.kept",
        "blank.",
        "pin.",
        "doubt.",
        "decision.",
        "assign.",
        "tier.",
    ),
    # Values are missing.
    ("unused.", "load.unreadable", "quality.unreadable", "quality.unmapped", "quality.half_known"),
    # One company may be two, or two one.
    ("ids.", "keys.", "quality.labels_differ"),
    # Values may be wrong.
    ("quality.", "load.", "convert."),
)


def harm_of(text: str) -> int:
    """The rank of a warning among others: the greater, the more harm; 0 of what says no name."""
    if not isinstance(text, Sentence):
        return 0
    for rank, beginnings in enumerate(_WORST_FIRST):
        if text.code.startswith(beginnings):
            return len(_WORST_FIRST) - rank
    return 0
