"""`[tier.clusters]`: how the accounts of `1:few` are grouped."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from abmkit.config.sections.section import Section
from abmkit.errors import Message


class Clusters(Section):
    """Accounts of tiers whose strategy is `1:few`, in groups that are worked together.

    A group that is too large is divided by the next column, then evenly by account_id; those that
    are too small are joined with others of the same coarser value, then with the nearest. No group
    spans two values of `tier.within`.
    """

    by: Annotated[list[str], Field(min_length=1)] = ["industry", "region"]
    """What they are grouped by, coarse to fine: any columns of one value; numbers by size."""
    min_size: Annotated[int, Field(ge=1)] = 5
    """The least accounts of a group."""
    max_size: Annotated[int, Field(ge=1)] = 15
    """The most accounts of a group."""

    @field_validator("by")
    @classmethod
    def _each_once(cls, by: list[str]) -> list[str]:
        folded = [name.casefold() for name in by]
        twice = [name for name in by if folded.count(name.casefold()) > 1]
        if twice:
            raise ValueError(Message("{twice!r} is named twice", twice=twice[0]))
        return by

    @model_validator(mode="after")
    def _some_size(self) -> Clusters:
        if self.min_size > self.max_size:
            raise ValueError(
                Message(
                    "min_size = {min_size} is above max_size = {max_size}: swap them",
                    min_size=self.min_size,
                    max_size=self.max_size,
                )
            )
        return self
