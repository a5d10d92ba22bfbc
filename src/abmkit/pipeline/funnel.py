"""The funnel: how the market narrows to the list, step by step, with what took the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from abmkit.config.models import Config
from abmkit.domain.frames import collected, opened
from abmkit.steps.exclude import ListCount, RuleCount, Suppressed

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Reason:
    """Why some left at a stage, and how many."""

    text: str
    count: int


@dataclass(frozen=True)
class Stage:
    """What is left at one narrowing."""

    name: str
    count: int
    share: float | None
    """Of the total addressable market, 0 to 1; null where there is no market."""
    left: tuple[Reason, ...] = ()
    """What took the rest since the stage before."""


@dataclass(frozen=True)
class TierCount:
    """How many accounts a tier has, and how many it could have."""

    id: str
    strategy: str | None
    count: int
    min_score: float
    capacity: int | None
    """Per value of `within`."""


@dataclass(frozen=True)
class WouldReach:
    """The tiers that the accounts of a suppression list would reach, capacity aside."""

    list: str
    reason: str
    accounts: int
    tiers: dict[str, int]
    """Per tier from the top; accounts that reach none are not counted."""
    median_score: float | None
    median_score_of_all: float | None


@dataclass(frozen=True)
class Funnel:
    """The market from all records to the list, and what is known beyond it."""

    stages: tuple[Stage, ...]
    tiers: tuple[TierCount, ...]
    rules: tuple[RuleCount, ...]
    lists: tuple[ListCount, ...]
    customers: tuple[WouldReach, ...]
    relationships: dict[str, int]
    """Accounts by `relationship` (open opportunities, customers …), those that are known."""
