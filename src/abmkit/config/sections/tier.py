"""`[tier]`: tiers, their capacity, pins, and what holds them still."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from abmkit.config.sections.clusters import Clusters
from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Name, Section, Share
from abmkit.errors import Message


class Tier(Section):
    """A level of attention."""

    id: Name
    """Its name on the list."""
    strategy: Literal["1:1", "1:few", "1:many"] | None = None
    """How its accounts are worked."""
    min_score: Annotated[float, Field(ge=0, le=100)] = 0
    """The least fit score."""
    min_known: Share = 0
    """The least share of points whose value is known."""
    capacity: Annotated[int, Field(ge=0)] | None = None
    """How many accounts can be worked, per value of `within`; no limit where none is given. Not
    of a tier that the table of `capacities` names."""
    when: Condition | None = None
    """Which accounts may enter at all."""


def _count_or_share(value: Any) -> Any:
    count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if value is not None and not count and not re.fullmatch(r"\d+(\.\d+)?%", str(value)):
        raise ValueError(
            Message(
                "{value!r} is neither a count nor a share: write it like 50 or '5%'", value=value
            )
        )
    return value


class Stability(Section):
    """What holds tiers still from run to run: what was is worth something, given a list of before.

    Capacity is never exceeded for it, and exclusions and pins count at once.
    """

    margin: Annotated[float, Field(ge=0, le=100)] = 0
    """Points: who is in a tier leaves it only below `min_score` less these, and gives its place
    only to who has so many more. Of `min_known` as many hundredths are remitted."""
    min_days: Annotated[int, Field(ge=0)] = 0
    """An account stays in the tier that it entered for at least so many days."""
    max_moves: Annotated[int | str, BeforeValidator(_count_or_share)] | None = None
    """At most so many moves a run, a count or a share of the list of before, such as `5%`.
    Who is gone, excluded or pinned moves in any case, and first; then the most deserving."""


class Tiers(Section):
    """Who works which accounts how closely."""

    within: str | None = None
    """Capacity is counted per value of this column; unknown is a value of its own."""
    rank_by: Annotated[list[str], Field(min_length=1)] = ["fit_score", "potential", "revenue"]
    """Best first, by these columns; then by `account_id`."""
    capacities: str | None = None
    """A table of slots, so many a row: tier, capacity (blank is no limit), territory and owner
    (blank is any). Whose owner is unknown is dealt one of its territory who has a free slot."""
    pins: str | None = None
    """A table of named accounts: account (an id of any kind, a site or a name), tier, by, why,
    until, override."""
    stability: Stability | None = None
    """What holds tiers still from run to run."""
    clusters: Clusters | None = None
    """How the accounts of `1:few` are grouped."""
    tiers: list[Tier] = []
    """Tried from the top."""
