"""`[dedupe]`: how records become companies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from abmkit.config.sections.section import Section, Share
from abmkit.errors import Message


class Dedupe(Section):
    """How records become companies."""

    keys: list[str] = ["registry_ids", "domain", "name_key+country"]
    """Columns whose equal values make two records one company, unless many unlike companies share
    the value, the name is a common one, or the records contradict each other; `+` joins columns."""
    similar: bool = True
    """Whether records that share no key are compared by name, place, site and phone."""
    same: Annotated[float, Field(gt=0, le=1)] = 0.7
    """The probability from which records that are alike are one company."""
    review: Share = 0.2
    """The probability from which a person should decide."""
    decisions: str | None = None
    """A table of what was decided: left, right, decision (`same` or `different`), by, why."""
    level: Literal["company", "group"] = "company"
    """One row per company, or one per group: the ultimate parent's, else the largest member's. At
    level group, lists find a group by the company whose row it has."""
    prefer: dict[str, list[str] | Literal["newest"]] = {}
    """Per column, the sources to believe first, or the newest `as_of`."""

    @field_validator("keys")
    @classmethod
    def _named(cls, keys: list[str]) -> list[str]:
        for key in keys:
            if not all(part.strip() for part in key.split("+")):
                raise ValueError(Message("key {key!r} names no column", key=key))
        return keys
