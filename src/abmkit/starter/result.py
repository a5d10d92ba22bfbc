"""What a first config decides, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from abmkit.starter.drafts import SourceDraft
from abmkit.starter.labels import SameLabel
from abmkit.starter.profile import ProfileCriterion
from abmkit.starter.tiers import StarterTier


@dataclass(frozen=True)
class CustomersFound:
    """How many entries of the customers' list are among the accounts."""

    entries: int
    found: int
    accounts: int


@dataclass(frozen=True)
class Starter:
    """A config made from the user's files, and what was decided in it."""

    path: Path
    text: str
    sources: tuple[SourceDraft, ...]
    customer_list: SourceDraft | None
    records: int
    accounts: int
    """Companies: records after dedupe."""
    customers: CustomersFound | None
    labels: tuple[SameLabel, ...]
    """Industry labels that mean the same in several sources, written to `industries.csv`."""
    criteria: tuple[ProfileCriterion, ...]
    learned: bool
    """Whether the criteria come from customers; else they are a guess to edit."""
    tiers: tuple[StarterTier, ...]
    customers_reach: dict[str, int]
    """Per tier, the customers that would reach it were they not suppressed."""
    warnings: tuple[str, ...] = ()
