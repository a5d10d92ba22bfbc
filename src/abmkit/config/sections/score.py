"""`[score]`: criteria, their bands and points."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Section, Share


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


class Score(Section):
    """Fit with the ideal customer profile, 0 to 100."""

    missing: Share | Literal["skip"] = 0.5
    """The share of its best points that an unknown criterion earns, or `skip`."""
    criteria: list[Criterion] = []
    """What is scored; the best points are scaled to 100 together."""

    @field_validator("criteria")
    @classmethod
    def _something_to_earn(cls, criteria: list[Criterion]) -> list[Criterion]:
        for criterion in criteria:
            if max(band.points for band in criterion.bands) == 0:
                raise ValueError(f"criterion {criterion.id!r} has nothing to earn: every band is 0")
        return criteria
