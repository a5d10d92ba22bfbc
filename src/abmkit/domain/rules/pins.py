"""Pins: accounts that a person has put into a tier by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.companies.lookup import find
from abmkit.domain.frames import missing_account_id, opened


@dataclass(frozen=True)
class Pin:
    """A named account, put in a tier by hand."""

    account: str
    """Its id, domain or name."""
    tier: str
    by: str | None = None
    why: str | None = None
    until: date | None = None
    override: bool = False
    """Whether the pin counts against an exclusion too."""

    def words(self) -> str:
        """Who pinned the account where, why and until when."""
        by = f" by {self.by}" if self.by else ""
        why = f": {self.why}" if self.why else ""
        until = f" (until {self.until.isoformat()})" if self.until else ""
        return f"pinned to {self.tier}{by}{why}{until}"


@dataclass(frozen=True)
class Pinned:
    """The pins by the account they mean, and those that can't be followed, each with why."""

    accounts: dict[str, Pin]
    unfollowed: tuple[tuple[Pin, str], ...]


def pinned_by(
    accounts: Any, pins: Sequence[Pin], entries: pa.Table | None, tiers: Tiers, *, as_of: date
) -> Pinned:
    """The accounts that pins name, and the pins that no one account was found for.

    `entries` is a row per pin with those there are of `account_id`, `domain`, `name_key`.
    """
    if not pins or entries is None:
        return Pinned({}, ())
    frame = opened(accounts)
    missing_account_id(frame.columns, "a pin")
    looked_up = find(frame, entries)
    hits: dict[int, list[str]] = {}
    for hit in looked_up.found:
        hits.setdefault(hit.entry, []).append(hit.account_id)
    hits |= {number: list(ids) for number, ids in looked_up.ambiguous.items()}
    known = {tier.id for tier in tiers.tiers}
    followed: dict[str, Pin] = {}
    unfollowed = []
    for number, pin in enumerate(pins):
        found = hits.get(number, [])
        if pin.until is not None and as_of > pin.until:
            unfollowed.append((pin, f"it ended on {pin.until.isoformat()}"))
        elif pin.tier not in known:
            unfollowed.append((pin, f"there is no tier {pin.tier!r}"))
        elif len(found) != 1:
            why = f"it could be any of {', '.join(found)}" if found else "no such account"
            unfollowed.append((pin, why))
        elif found[0] in followed:
            unfollowed.append((pin, f"{found[0]} is pinned already"))
        else:
            followed[found[0]] = pin
    return Pinned(followed, tuple(unfollowed))
