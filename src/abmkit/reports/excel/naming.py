"""Names of sheets as Excel takes them: short, without its signs, each one's own."""

from __future__ import annotations

import re

from abmkit.io.writers.excel import characters

LONGEST = 31
"""Characters of a sheet's name, as UTF-16 counts them: Excel's own limit."""
_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")
_RESERVED = {"history"}
"""What Excel calls a sheet of its own."""


class SheetNames:
    """The names given so far."""

    def __init__(self) -> None:
        self._taken = set(_RESERVED)

    def of(self, wanted: str) -> str:
        """The nearest name that Excel takes and no sheet has."""
        plain = _SIGNS.sub(" ", wanted).strip().strip("'").strip() or "-"
        name, number = _cut(plain, LONGEST), 1
        while name.casefold() in self._taken:
            number += 1
            end = f" {number}"
            name = _cut(plain, LONGEST - len(end)) + end
        self._taken.add(name.casefold())
        return name


def _cut(text: str, most: int) -> str:
    while characters(text) > most:
        text = text[:-1]
    return text.strip().strip("'") or "-"
