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


def column_word(name: str, words: Words) -> str:
    """A column within a sentence."""
    return (
        column_title(name, words)
        if ACCOUNTS.column(name) is None
        else column_title(name, words).lower()
    )


def nobodys(name: str, words: Words) -> str:
    """What stands for a column's value where it is unknown."""
    return words("page.no_value", column=column_word(name, words))


def percent(share: float, words: Words) -> str:
    """A share to the whole; what is not quite none or all is not called so."""
    if 0 < share < _LEAST:
        return words("page.hardly_any")
    if 1 - _LEAST < share < 1:
        return words("page.nearly_all")
    return words("page.whole_percent", share=share)


_LEAST = 0.005
