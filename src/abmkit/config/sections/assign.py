"""`[[assign]]`: territories, owners and segments by rule or table."""

from __future__ import annotations

from pydantic import model_validator

from abmkit.config.sections.conditions import Condition
from abmkit.config.sections.section import Section
from abmkit.errors import Message


class Assign(Section):
    """A rule that fills a column where it is unknown; the first that holds wins."""

    column: str | None = None
    """The column to fill."""
    value: str | int | float | bool | None = None
    """What to fill it with."""
    when: Condition | None = None
    """Where; everywhere when none is given."""
    table: str | None = None
    """A table to join instead."""
    on: list[str] = []
    """The columns joined on; the table's other columns are filled."""

    @model_validator(mode="after")
    def _rule_or_table(self) -> Assign:
        if self.table is not None:
            if not self.on or self.column is not None or self.value is not None:
                raise ValueError(
                    Message("a table takes on = [columns], and neither column nor value")
                )
        elif self.column is None or self.value is None or self.on:
            raise ValueError(Message("give column and value, or table and on"))
        return self
