"""What a user may say about a text instead of having it detected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Settings of a delimited text; None is detected."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_rows: int | None = None
    skip_rows: int = 0


DETECTED = TextSettings()
