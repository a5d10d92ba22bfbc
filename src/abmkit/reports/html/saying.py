"""What the parts of the page say alike."""

from __future__ import annotations

from abmkit.reports.words import Words

_LEAST = 0.005


def nobodys(name: str, words: Words) -> str:
    """What stands for a column's value where it is unknown."""
    return words("page.no_value", column=words.within(name))


def percent(share: float, words: Words) -> str:
    """A share to the whole; what is not quite none or all is not called so."""
    if 0 < share < _LEAST:
        return words("page.hardly_any")
    if 1 - _LEAST < share < 1:
        return words("page.nearly_all")
    return words("page.whole_percent", share=share)
