"""How a language writes what is no sentence: numbers, columns, codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from abmkit.reports.numbers import Scale
from abmkit.schema.column import Column


class Forms(NamedTuple):
    """What is a language's own beside its sentences."""

    scales: tuple[Scale, ...]
    """The units of its large numbers."""
    label: Callable[[Column], str]
    """What a declared column is called, `""` where it has no name in this language."""
    within: Callable[[str], str]
    """A column's name within a sentence, where readers know none of the program's names."""
    codes: Callable[[str], Mapping[str, str]]
    """What the codes of a column, such as `CN`, are called; empty where they stay as they are."""
    phrase: Callable[[str], str]
    """What readers of files and recognition say in English of what they found."""
    joined: Callable[[str, str], str]
    """What comes of a sentence's text and a value beside it, which may need a space, or none."""


def no_codes(column: str) -> Mapping[str, str]:
    """Codes that stay as they are."""
    return {}
