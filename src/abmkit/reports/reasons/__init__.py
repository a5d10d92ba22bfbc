"""The reasons of scores, tiers and exclusions in words, as columns of any kind of frame."""

from __future__ import annotations

from abmkit.reports.reasons.churn import churn_in_words
from abmkit.reports.reasons.fit import fit_in_words
from abmkit.reports.reasons.tiers import tier_in_words

__all__ = ["churn_in_words", "fit_in_words", "tier_in_words"]
