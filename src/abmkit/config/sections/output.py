"""`[output]`: where a run's files go."""

from __future__ import annotations

from typing import Literal

from abmkit.config.sections.section import Section


class Output(Section):
    """Where a run's files go."""

    dir: str = "out"
    """The folder, relative to the config."""
    formats: list[Literal["parquet", "xlsx", "csv"]] = ["parquet", "xlsx", "csv"]
    """The formats of the target-account list."""
    raw_csv: bool = False
    """CSV files for systems: no mark for Excel, no `'` before what a spreadsheet would run."""
