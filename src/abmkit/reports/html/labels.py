"""What columns are called on the page."""

from __future__ import annotations

from abmkit.reports.words import Words
from abmkit.schema.accounts import ACCOUNTS


def column_title(name: str, words: Words) -> str:
    """A column as people read it; a source's own as the source calls it."""
    declared = ACCOUNTS.column(name)
    if declared is None:
        return name
    own = declared.chinese if words("page.language").startswith("zh") else declared.label
    return own or declared.label or name
