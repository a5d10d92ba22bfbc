"""What was found out, apart from the words that tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """Something found out: which sentence tells it, and the values that go into that."""

    code: str
    values: Mapping[str, Any]


def fact(code: str, /, **values: Any) -> Fact:
    """A fact by the name of its sentence and its values; a value may be a fact itself."""
    return Fact(code, values)
