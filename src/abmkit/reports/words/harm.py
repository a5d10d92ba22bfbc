"""How much harm there is in what is warned of: what a person should read first."""

from __future__ import annotations

from abmkit.domain.facts import Fact
from abmkit.reports.words import Sentence

WORST_FIRST: tuple[tuple[str, ...], ...] = (
    # Somebody is on the list who must not be.
    ("protect.", "suppression.", "unmet.source"),
    # Companies are missing.
    (
        "load.rejected", "quality.rejected", "match.rejected", "match.never_answered",
        "match.unclear", "match.unanswered", "load.other_", "init.some_found", "notice.nameless",
        "notice.other_",
    ),
    # What the user asked for does not happen.
    (
        "unmet.", "capacity.", "quality.not_given", "quality.kept", "blank.", "pin.", "doubt.",
        "decision.", "tier.", "history.", "export.", "notes.", "consent.",
    ),
    # Values are missing.
    (
        "load.not_used", "load.no_rate", "load.left_out", "load.unreadable", "quality.unreadable",
        "quality.unmapped", "quality.half_known", "frame.", "notice.unreadable", "notice.no_rate",
    ),
    # One company may be two, or two one.
    ("ids.", "keys.", "quality.labels_differ"),
    # Values may be wrong.
    ("quality.", "load.", "convert.", "init.currency", "notice.scale", "init.decided"),
    # A profile says little.
    ("init.nothing_tells", "init.too_few", "backtest.", "visibility."),
)  # fmt: skip
"""The beginnings of the names of sentences."""


def harm_of(told: str | Fact) -> int:
    """The rank of a warning among others: the greater, the more harm; 0 of what says no name.

    A fact that only says where another was found has the rank of that.
    """
    if isinstance(told, Fact):
        inner = told.values.get("text")
        code = inner.code if isinstance(inner, Fact) else told.code
    elif isinstance(told, Sentence):
        code = told.code
    else:
        return 0
    for rank, beginnings in enumerate(WORST_FIRST):
        if code.startswith(beginnings):
            return len(WORST_FIRST) - rank
    return 0
