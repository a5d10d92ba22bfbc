"""Texts about people rather than companies: which columns hold them, and their form alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice

from abmkit.schema.column import Column
from abmkit.schema.people import PEOPLE

SAMPLES = 5
"""So many texts stand for those of a column."""
_LOOKED_AT = 50
_PLAIN = re.compile(r"[^\W\d_][^\d@]{0,30}")
"""What an answer looks like, and no address or number."""
_MAIL = re.compile(r"[^\s<>()\[\]:,;]+@[^\s<>()\[\],;]+")


def names_people(header: str) -> bool:
    """Whether a header says that its column holds people or ways to reach them."""
    return _mentions().search(header.replace("_", " ")) is not None


@cache
def _mentions() -> re.Pattern[str]:
    told = "|".join(column.mentions for column in PEOPLE.columns if column.mentions)
    return re.compile(told, re.IGNORECASE)


def mail_masked(text: str) -> str:
    """A text with the mail addresses in it masked, the rest as it is."""
    return _MAIL.sub(lambda found: masked(found[0]), text)


def shown(texts: Iterable[str], header: str, declared: Column | None) -> tuple[str, ...]:
    """The first texts of a column, masked where it, or what it becomes, holds people."""
    hidden = names_people(header) or (declared is not None and bool(declared.masked))
    said = (masked(text) if hidden or "@" in text else text for text in islice(texts, _LOOKED_AT))
    return tuple(dict.fromkeys(said))[:SAMPLES]


def answer_shown(text: str) -> str:
    """An answer as it is, such as `not yet`; one that may name somebody by its form."""
    return text if _PLAIN.fullmatch(text) else masked(text)


def masked(text: str) -> str:
    """A text of which only the form stays: `+86 138…` becomes `+99 999…`."""
    return "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in text)
