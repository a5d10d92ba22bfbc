"""The tables that normalisation reads, shipped beside the code."""

from __future__ import annotations

import csv
import gzip
from importlib.resources import files


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table such as `legal_forms.csv`, as texts by column; `.gz` is unpacked."""
    data = files("abmkit.domain").joinpath("data", table).read_bytes()
    if table.endswith(".gz"):
        data = gzip.decompress(data)
    return list(csv.DictReader(data.decode("utf-8").splitlines()))
