"""What a first config decides, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abmkit.domain.facts import Fact
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
class StarterRule:
    """An exclusion rule, with the accounts that it would take."""

    id: str
    when: dict[str, Any]
    reason: Fact
    accounts: int = 0
    spares_customers: bool = False
    """Whether none of these is a customer, which is worth saying."""

    def table(self) -> dict[str, Any]:
        """The rule as a config has it, its reason by name."""
        return {"id": self.id, "reason": self.reason.code, "when": self.when}


@dataclass(frozen=True)
class Starter:
    """A config made from the user's files, and what was decided in it."""

    path: Path
    """Where the config goes."""
    data: dict[str, Any]
    """The config, its reasons by name."""
    sources: tuple[SourceDraft, ...]
    customer_list: SourceDraft | None
    records: int
    accounts: int
    """Companies: records after dedupe."""
    customers: CustomersFound | None
    labels: tuple[SameLabel, ...]
    """Industry labels that mean the same in several sources, for `industries.csv`."""
    kept_labels: tuple[tuple[str, int], ...]
    """The labels beside them that stay as they are, each with its accounts."""
    rules: tuple[StarterRule, ...]
    """The exclusion rules in force."""
    examples: tuple[StarterRule, ...]
    """Exclusion rules worth a thought."""
    criteria: tuple[ProfileCriterion, ...]
    learned: bool
    """Whether the criteria come from customers; else they are a guess to edit."""
    other_industries: tuple[str, ...]
    """Labels that earn nothing, the commonest first."""
    tiers: tuple[StarterTier, ...]
    customers_reach: dict[str, int]
    """Per tier, the customers that would reach it were they not suppressed."""
    warnings: tuple[Fact, ...] = ()
