"""The plan of a load: what each column of a source becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from abmkit.domain.values.numbers.proofs import Proofs

USED = 0.8
UNSURE = 0.5
IDENTITY = frozenset(["account_id", "crm_id", "registry_ids", "name", "domain", "website"])
OwnType = Literal[
    "text", "number", "integer", "boolean", "date", "list", "capital", "capital_currency"
]
# What load makes itself, from other columns.
DERIVED = ("name_key", "source", "source_row")
AMOUNTS = ("revenue", "revenue_min", "revenue_max", "potential")
# Columns that are recognised, but no account column: what a register says of a company.
RECOGNISED_OWN: dict[str, OwnType] = {
    "registered_capital": "capital",
    "registration_status": "text",
}
INDUSTRY_SCHEMES = ("gbt4754", "naics", "isic", "sic", "nace", "isic31")


@dataclass(frozen=True)
class Recognition:
    """What a source's column was taken for, how surely (0 to 1), and why."""

    column: str
    canonical: str | None
    confidence: float
    evidence: str
    unit: str | None = None
    currency: str | None = None
    scheme: str | None = None
    split: bool = False
    """A place such as `Saint Paul, Minnesota`, from which city, region and country are read."""

    @property
    def used(self) -> bool:
        """Whether it is sure enough to be used without being asked for."""
        least = USED if self.canonical in IDENTITY else UNSURE
        return self.canonical is not None and self.confidence >= least


@dataclass(frozen=True)
class Mapped:
    """One canonical column: where its values come from and how they are read."""

    target: str
    column: str | None = None
    value: str | int | float | bool | date | None = None
    unit: str | None = None
    currency: str | None = None
    rate: float = 1.0
    scheme: str | None = None
    split: bool = False


@dataclass(frozen=True)
class Own:
    """One column of the source's own: its name in the result and its type."""

    name: str
    column: str | None = None
    value: str | int | float | bool | date | None = None
    type: OwnType = "text"
    unit: str | None = None
    rate: float = 1.0
    currency: str | None = None


@dataclass(frozen=True)
class Plan:
    """How one source's columns become canonical and own columns."""

    source: str
    mapped: tuple[Mapped, ...]
    own: tuple[Own, ...]
    ignored: tuple[str, ...]
    recognitions: tuple[Recognition, ...]
    """What each column was taken for; a column set by the config says so."""
    renamed: dict[str, str]
    """The source's columns whose names were taken: old name, new name."""
    rates: dict[str, float]
    """What one unit of each known currency is worth in the project's."""
    as_of: date | None = None
    proofs: dict[str, Proofs] = field(default_factory=dict)
    """What the source's columns prove about how their cells are to be read."""
