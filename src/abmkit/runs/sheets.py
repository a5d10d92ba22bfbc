"""What a workbook is made of beside what its run found out: rows in the order of the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from abmkit.runs.result import Rows
from abmkit.sources.notes.kept import Note


@dataclass(frozen=True)
class Bench:
    """Those who wait for a place."""

    accounts: pa.Table
    """The best of them."""
    waiting: int


@dataclass(frozen=True)
class Sheets:
    """The rows that a run's workbook is made of."""

    accounts: Rows
    """The list by owner, tier and rank, with the points of each criterion and, in `fit_codes`, what
    decided on them."""
    notes: Mapping[str, Note] = field(default_factory=dict)
    """What people typed, by the ids that accounts have now."""
    bench: Callable[[], Bench] | None = None
    """Draws those who are next in line; None where there is nobody to draw."""
    bench_left_out: bool = False
    """Whether there would be some, of a market too large to draw them for a workbook."""
    market: Rows | None = None
    """All companies, the best first, narrow; None where they are too many for a sheet."""
    people: tuple[str, ...] = ()
    """Columns about people that are not shown."""
