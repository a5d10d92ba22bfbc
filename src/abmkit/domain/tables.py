"""The tables that normalisation reads, shipped beside the code."""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table such as `legal_forms.csv`, as texts by column."""
    text = files("abmkit.domain").joinpath("data", table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
