"""`[[suppress]]`: lists of companies to exclude."""

from __future__ import annotations

from datetime import date
from typing import Literal

from abmkit.config.sections.sources import Source


class Suppress(Source):
    """A list of companies to exclude: a row is found by an id that its account carries, too
    (`crm_id`, `account_id`, `registry_ids`), else by site or name."""

    reason: str
    """Why, in the words the list's readers will see."""
    subsidiaries: Literal["suppress", "keep", "expand"] = "keep"
    """What becomes of the group: `suppress` takes all below what is on the list, however far;
    `expand` keeps the rest of the group, marked in `expand_from` (land and expand)."""
    until: date | None = None
    """The last day on which the list counts."""

    def counts_on(self, day: date) -> bool:
        """Whether it still counts on a day."""
        return self.until is None or day <= self.until
