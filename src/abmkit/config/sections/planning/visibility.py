"""`[visibility]`: how large the market is, and how much of it is known well enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, field_validator

from abmkit.config.sections.section import Section, Share


class MarketFigure(Section):
    """What somebody says of a segment's size, `[[visibility.segments]]`."""

    segment: dict[str, str] = {}
    """The segment: its value of each column of `by`, as in `{ country = "US" }`; the whole market
    where none is given."""
    size: Annotated[int, Field(ge=1)] | None = None
    """How many companies there are, by somebody who counted. Then visibility is measured by it, not
    by the estimate."""
    source: str | None = None
    """Who says so: a census, a register, a report."""
    target: Share | None = None
    """The share of the segment that is to be visible; else that of `[visibility]`."""


class Visibility(Section):
    """How large the market is, and how much of it is known well enough to be worked."""

    by: list[str] = []
    """The columns whose values part the market into segments: `["country", "industry"]`; `assign`
    fills `segment` by rules. None: the market as a whole."""
    directories: list[str] = []
    """The sources that list companies without regard to each other; all where none are named. A CRM
    is none: it has whom somebody sold to."""
    one_origin: list[Annotated[list[str], Field(min_length=2)]] = []
    """Sources that have theirs from the same place, as lists of names: each counts as one."""
    complete: Annotated[list[str], Field(min_length=1)] = [
        "name", "domain", "country", "industry", "employees",
    ]  # fmt: skip
    """The fields that must be known for a record to be complete."""
    target: Share | None = None
    """The share of each segment that is to be visible."""
    segments: list[MarketFigure] = []
    """Figures of the segments' sizes, and targets of their own."""

    @field_validator("by", "directories", "complete")
    @classmethod
    def _each_once(cls, names: list[str]) -> list[str]:
        _told_apart(names)
        return names

    @field_validator("one_origin")
    @classmethod
    def _in_one_group(cls, groups: list[list[str]]) -> list[list[str]]:
        _told_apart([name for group in groups for name in group])
        return groups


def _told_apart(names: Sequence[str]) -> None:
    folded = [name.casefold() for name in names]
    twice = [name for name in names if folded.count(name.casefold()) > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is named twice")
