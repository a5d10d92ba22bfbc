"""The plan of a load: what each column of a source becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

from abmkit.domain.values.dates import Order
from abmkit.domain.values.numbers.damage import Range
from abmkit.domain.values.numbers.numerals import Point
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Column, Entity

DERIVED = ACCOUNTS.those(lambda column: column.derived)
USED = 0.8
UNSURE = 0.5
OwnType = Literal[
    "text", "number", "integer", "boolean", "date", "list", "capital", "capital_currency"
]


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
    entity: Entity = ACCOUNTS
    without_rate: str = ""
    """The column of amounts that it would be, were there a rate for its currency."""
    by_header: bool = False
    """Whether its header says by itself what it is."""

    @property
    def used(self) -> bool:
        """Whether it is sure enough to be used without being asked for."""
        least = USED if self.canonical in self.entity.identifying else UNSURE
        return self.canonical is not None and self.confidence >= least


@dataclass(frozen=True)
class Asked:
    """A column that says whether somebody may be contacted."""

    column: str
    answers: str
    """What its cells say, as `Column.answers` has it."""
    any_purpose: bool = False
    """Whether a yes is one to whatever is asked for, also where the header names a way: a person
    said so."""


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
    assumed: str | None = None
    """The currency of amounts that name none, in which others may stand beside them."""


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


def own_type(beside: Column) -> OwnType:
    """The type of a column that is recognised and stays the source's own."""
    return cast(OwnType, beside.reader)


@dataclass(frozen=True)
class Proofs:
    """What a sample of a column proves; what is None or empty is open."""

    point: Point | None = None
    order: Order | None = None
    ranges: frozenset[Range] = frozenset()
    zeros_lost: bool | None = None
    fractions: bool = False
    """Whether some cells are decimal fractions, so that `1.0` is no whole number."""
    inverted: bool = False
    na: bool = False
    """Whether `NA` is a value as others are: Namibia, Naples, North America."""
    several: bool = False
    """Whether some cells hold more than one value."""


@dataclass(frozen=True)
class Unused:
    """A column whose header says what it is, and which is not used for that."""

    column: str
    """The source's column."""
    target: str
    """The canonical column that it would be, and that no other gives."""
    evidence: str
    """Why it is not used."""
    samples: tuple[str, ...] = ()
    """Some of its texts, masked where they are personal."""
    currency: str = ""
    """The currency for which the project has no rate, where that is why."""


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
    entity: Entity = ACCOUNTS
    asked: tuple[Asked, ...] = ()
    """The source's columns that say whether a company may be contacted; they stay its own, too."""
    email: str | None = None
    """The source's column of e-mail addresses, whose domain is a company's that names no site."""
    unused: tuple[Unused, ...] = ()
    """The columns that would be expected to be used, and are not."""
