"""`[score]`: criteria, their bands and points."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Name, Section, Share
from abmkit.errors import Message


class Band(Section):
    """Points for a condition."""

    when: Condition
    """The condition; the first band that is true earns its points."""
    points: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """What it earns, before the scale to 100."""


class Criterion(Section):
    """One thing that makes an account fit."""

    id: Annotated[str, Field(pattern=r"^[^\s;+]+$")]
    """Short name; `--points` adds the column `points_<id>`."""
    bands: Annotated[list[Band], Field(min_length=1)]
    """Tried in order; 0 points when all are false."""
    missing: Share | Literal["skip"] | None = None
    """As `score.missing`, for this criterion alone."""

    @model_validator(mode="after")
    def _something_to_earn(self) -> Criterion:
        if max(band.points for band in self.bands) == 0:
            raise ValueError(
                Message("criterion {id!r} has nothing to earn: every band is 0", id=self.id)
            )
        return self


GENERAL = "general"
"""The card of those that are in no segment."""


class Segment(Section):
    """Accounts that are scored by a card of their own."""

    id: Name
    """Its name, which the column `fit_card` gives to its accounts."""
    when: Condition
    """Who is in it; an account is in the first that is true of it. Unknown decides nothing."""
    criteria: Annotated[list[Criterion], Field(min_length=1)]
    """Its card, as `score.criteria`; scaled to 100 by itself."""
    missing: Share | Literal["skip"] | None = None
    """As `score.missing`, for this card alone."""

    @field_validator("id")
    @classmethod
    def _not_the_general(cls, id: str) -> str:
        if id.casefold() == GENERAL:
            raise ValueError(
                Message(
                    "{id!r} is what the card of [[score.criteria]] is called: write another id",
                    id=id,
                )
            )
        return id


class Rate(Section):
    """How often it came about among cases that had such a score and no part in its making."""

    at_least: Annotated[float, Field(ge=0, le=100)]
    """The least score; the next rate's is beyond the highest."""
    cases: Annotated[int, Field(ge=0)]
    """How many cases there were."""
    positives: Annotated[int, Field(ge=0)]
    """With how many of them it came about."""


class Outcome(Section):
    """What a learned scorecard foretells, and how likely a score makes it.

    Its odds are `exp(intercept + per_point * fit_score)`.
    """

    name: Annotated[str, Field(min_length=1)]
    """What is foretold, to be read after a number of accounts: `won`, `left within a year`."""
    intercept: Annotated[float, Field(allow_inf_nan=False)]
    """The logarithm of the odds at a score of 0."""
    per_point: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """By how much it grows with each point."""
    rates: list[Rate] = []
    """What was seen, by score, lowest first."""


class Score(Section):
    """Fit with the ideal customer profile, 0 to 100."""

    missing: Share | Literal["skip"] = 0.5
    """The share of its best points that an unknown criterion earns, or `skip`."""
    criteria: list[Criterion] = []
    """What is scored; the best points are scaled to 100 together. With segments, the card of
    those that are in none."""
    segments: list[Segment] = []
    """Cards for some accounts; the first whose `when` holds counts."""
    outcome: Outcome | None = None
    """What the score foretells, where it was learned from outcomes."""

    @model_validator(mode="after")
    def _one_card_foretells(self) -> Score:
        if self.outcome is not None and self.segments:
            raise ValueError(
                Message(
                    "an outcome was learned for one card, and [[score.segments]] has others: "
                    "remove [score.outcome], or the segments"
                )
            )
        return self

    @property
    def scores(self) -> bool:
        """Whether there is any card."""
        return bool(self.criteria or self.segments)
