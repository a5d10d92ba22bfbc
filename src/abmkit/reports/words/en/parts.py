"""What is said in English of cards for some accounts, and of clusters."""

from __future__ import annotations

SENTENCES = {
    # Cards.
    "fit.card": "card {card}",
    "fit.no_card": "in no segment, and there is no card for all others",
    "doubt.segment": "{where}: nobody is in it, {earlier} takes all of it before",
    "doubt.segment_taken": "{where}: nobody is in it: the {held:,} account{held:?|s} that it holds "
    "for {held:?is|are} in segments before it",
    "doubt.no_card": "score: {count:,} of {accounts:,} accounts {count:?is|are} in no segment and "
    "{count:?has|have} no score; add [[score.criteria]], a card for all others",
    "research.of_card": "{criterion} of {card} ({best:points} points)",
    "research.segment": "who is scored as {segment}",
}
