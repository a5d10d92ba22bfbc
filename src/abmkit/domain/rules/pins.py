"""Pins: accounts that a person has put into a tier by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.companies.lookup import find
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import column_in, missing_account_id, opened, rows_with
from abmkit.domain.rules.codes import PINNED, SEPARATOR
from abmkit.errors import nearest

RELEASED = "-"
"""The tier of a pin that takes its account out of those that come after it."""


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


def pin_code(pin: Pin) -> str:
    """A pin as the reason for a tier: `pinned;by;until;why`, where `;` and `%` within are `%3B` and
    `%25`."""
    until = pin.until.isoformat() if pin.until else ""
    values = (pin.by or "", until, pin.why or "")
    return SEPARATOR.join([PINNED, *(v.replace("%", "%25").replace(";", "%3B") for v in values)])


@dataclass(frozen=True)
class Pinned:
    """The pins by the account they mean, and those that can't be followed, each with why."""

    accounts: dict[str, Pin]
    unfollowed: tuple[tuple[Pin, Fact], ...]


def pinned_by(
    accounts: Any, pins: Sequence[Pin], entries: pa.Table | None, tiers: Tiers, *, as_of: date
) -> Pinned:
    """The accounts that pins name, and the pins that no one account was found for.

    `entries` is a row per pin with those there are of `account_id`, `crm_id`, `registry_ids`,
    `domain`, `name_key`.
    """
    if not pins or entries is None:
        return Pinned({}, ())
    frame = opened(accounts)
    missing_account_id(frame.columns, "a pin")
    looked_up = find(frame, entries)
    hits: dict[int, list[str]] = {}
    for hit in looked_up.found:
        hits.setdefault(hit.entry, []).append(hit.account_id)
    alone = dict(unfollowed_by_themselves(pins, tiers, as_of=as_of))
    followed: dict[str, Pin] = {}
    unfollowed = []
    for number, pin in enumerate(pins):
        meant = hits.get(number) or list(looked_up.possible(number))
        if pin.tier == RELEASED and (len(meant) != 1 or meant[0] in followed):
            continue
        if pin in alone:
            unfollowed.append((pin, alone[pin]))
        elif not meant:
            unfollowed.append((pin, fact("pin.no_account")))
        elif len(meant) > 1:
            unfollowed.append((pin, fact("pin.several", accounts=meant)))
        elif meant[0] in followed:
            released = followed[meant[0]].tier == RELEASED
            why = "pin.released" if released else "pin.already"
            unfollowed.append((pin, fact(why, account=meant[0])))
        else:
            followed[meant[0]] = pin
    followed = {account: pin for account, pin in followed.items() if pin.tier != RELEASED}
    return Pinned(followed, tuple(unfollowed))


def unfollowed_by_themselves(
    pins: Sequence[Pin], tiers: Tiers, *, as_of: date
) -> list[tuple[Pin, Fact]]:
    """The pins that can't be followed whatever accounts there are, each with why."""
    known = [tier.id for tier in tiers.tiers]
    found = []
    for pin in pins:
        if pin.until is not None and as_of > pin.until:
            found.append((pin, fact("pin.ended", until=pin.until.isoformat())))
        elif pin.tier not in (*known, RELEASED):
            near = nearest(pin.tier, known)
            meant = f"; {near}" if near else ""
            found.append((pin, fact("pin.no_tier", tier=pin.tier, meant=meant)))
    return found


def beaten_by_exclusions(accounts: Any, pinned: Pinned) -> Pinned:
    """The pins, those unfollowed whose account is excluded and that do not override.

    Reads `account_id`, `excluded` and `exclusions`.
    """
    frame = opened(accounts)
    meek = {account for account, pin in pinned.accounts.items() if not pin.override}
    columns = [name for name in ("excluded", "exclusions") if name in frame.columns]
    if not meek or "excluded" not in columns:
        return pinned
    rows = rows_with(frame.select(["account_id", *columns]), "account_id", meek)
    why = {row["account_id"]: row.get("exclusions") or [] for row in rows if row["excluded"]}
    beaten = [
        (pin, fact("pin.excluded", exclusions=list(why[account])))
        for account, pin in pinned.accounts.items()
        if account in why
    ]
    followed = {account: pin for account, pin in pinned.accounts.items() if account not in why}
    return Pinned(followed, (*pinned.unfollowed, *beaten))


def crowded(accounts: Any, pinned: Pinned, tiers: Tiers) -> list[Fact]:
    """Tiers, and places in them, that have more pins than capacity, on tiered accounts."""
    frame = opened(accounts)
    within = column_in(frame.columns, tiers.within) if tiers.within else None
    columns = list(dict.fromkeys(["account_id", "tier", *([within] if within else [])]))
    rows = rows_with(frame.select(columns), "account_id", set(pinned.accounts))
    found = []
    for tier in tiers.tiers:
        places = Counter(
            str(row[within]) if within and row[within] is not None else ""
            for row in rows
            if row["tier"] == tier.id == pinned.accounts[row["account_id"]].tier
        )
        for value, count in sorted(places.items()):
            if tier.capacity is not None and count > tier.capacity:
                place: Fact | str = fact("pin.place", value=value) if value else ""
                values = {"pins": count, "capacity": tier.capacity, "place": place}
                found.append(fact("pin.crowded", tier=tier.id, **values))
    return found
