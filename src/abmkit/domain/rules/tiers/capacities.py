"""The table of capacities: so many slots per tier, territory and owner, and who may take which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TERRITORY, OWNER = "territory", "owner"
KEYS = (TERRITORY, OWNER)
"""The columns of accounts that slots may be for."""
BETWEEN = "\x1f"
"""Stands between the territory and the owner of a class of accounts."""


@dataclass(frozen=True)
class Slots:
    """A row of the table."""

    tier: str
    capacity: int | None
    """How many; None for any number."""
    territory: str | None
    """For whom, as cells of accounts are read; None for all."""
    owner: str | None
    row: int = field(compare=False)
    """Of the table, from 1."""

    @property
    def key(self) -> tuple[str | None, str | None]:
        """The territory and the owner as they are compared."""
        return folded(self.territory), folded(self.owner)


@dataclass(frozen=True)
class AccountClass:
    """Accounts of one territory and one owner, either of which may be unknown."""

    territory: str | None
    owner: str | None

    @classmethod
    def of(cls, text: str) -> AccountClass:
        """The class that a step has written as one text."""
        territory, _, owner = text.partition(BETWEEN)
        return cls(territory or None, owner or None)


def folded(text: str | None) -> str | None:
    """A territory or an owner as it is compared: whatever its case."""
    return text.strip().casefold() or None if text is not None else None


@dataclass(frozen=True)
class Capacities:
    """The slots of all tiers that the table names."""

    table: str
    """What the config calls it."""
    rows: tuple[Slots, ...]
    """By tier, territory and owner: the order of the file means nothing."""
    unread: tuple[str, ...] = field(default=(), compare=False)
    """Columns of the table that say nothing here."""

    @classmethod
    def of(cls, table: str, rows: Iterable[Slots], unread: Iterable[str] = ()) -> Capacities:
        """Those of rows in any order."""

        def place(each: Slots) -> tuple[Any, ...]:
            return each.tier, *((key is not None, key or "") for key in each.key)

        return cls(table, tuple(sorted(rows, key=place)), tuple(unread))

    @cached_property
    def tiers(self) -> frozenset[str]:
        """The tiers whose capacity it says."""
        return frozenset(each.tier for each in self.rows)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns of accounts that any of its rows asks for."""
        return tuple(k for k in KEYS if any(getattr(each, k) is not None for each in self.rows))

    def of_tier(self, tier: str) -> TierSlots:
        """The slots of a tier."""
        return TierSlots(tuple(each for each in self.rows if each.tier == tier))


@dataclass(frozen=True)
class TierSlots:
    """The rows of one tier."""

    rows: tuple[Slots, ...]

    @property
    def capacities(self) -> list[int | None]:
        """How many slots each row has."""
        return [each.capacity for each in self.rows]

    @cached_property
    def _by_key(self) -> dict[tuple[str | None, str | None], int]:
        return {each.key: number for number, each in enumerate(self.rows)}

    @cached_property
    def _by_territory(self) -> dict[str | None, list[int]]:
        """The rows for somebody, by territory."""
        found: dict[str | None, list[int]] = {}
        for number, each in enumerate(self.rows):
            if each.owner is not None:
                found.setdefault(each.key[0], []).append(number)
        return found

    def open_to(self, each: AccountClass) -> list[int]:
        """The rows whose slots accounts of a class may take: those for their own owner first, of
        their territory first. Whose owner is unknown may be dealt any owner of their territory."""
        territory, owner = folded(each.territory), folded(each.owner)
        places = [territory, None] if territory is not None else [None]
        if owner is None:
            rows = [row for place in places for row in self._by_territory.get(place, ())]
        else:
            rows = [self._by_key[p, owner] for p in places if (p, owner) in self._by_key]
        return rows + [self._by_key[p, None] for p in places if (p, None) in self._by_key]

    def most(self, each: AccountClass) -> float:
        """How many slots there are for accounts of a class at best."""
        capacities = [self.rows[row].capacity for row in self.open_to(each)]
        return float("inf") if None in capacities else float(sum(c or 0 for c in capacities))
