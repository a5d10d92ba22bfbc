"""`[learn]`: what a person knows before anything is learned."""

from __future__ import annotations

from typing import Literal

from abmkit.config.sections.section import Section


class Learn(Section):
    """How scorecards are learned from outcomes."""

    directions: dict[str, Literal["up", "down"]] = {}
    """Columns of which more must never count less (`up`) or never count more (`down`)."""
    ignore: list[str] = []
    """Columns that are not learned from."""
    keep: list[str] = []
    """Columns that are learned from though they look as if known only after the outcome."""
