"""What a run found out: one value, complete before its record, workbook and report are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.domain.rules.pins import Pinned
from abmkit.runs.funnel import Funnel
from abmkit.runs.review import ToDecide
from abmkit.sources.lists import Lists
from abmkit.sources.loading import SourceReport


@dataclass(frozen=True)
class Run:
    """All that a run found out, before anything of it is put in words."""

    project: Project
    as_of: date
    engine: str
    """The engine's name."""
    sources: tuple[SourceReport, ...]
    lists: Lists
    funnel: Funnel
    pinned: Pinned
    target_accounts: pa.Table
    """The list, by tier and rank, with `fit_reasons`."""
    excluded: Callable[[], Iterable[pa.RecordBatch]]
    """The excluded accounts, the best first, as often as they are asked for."""
    members: pa.Table
    ledger: pa.Table
    rejects: pa.Table
    review: tuple[ToDecide, ...]
    """What a person should decide."""
    ids: Mapping[str, int]
    """How many ids were kept, given, merged and split since the run before."""
    similar: Mapping[str, int]
    """How many pairs were merged by likeness, left to a person, and were too many to be merged."""
    seconds: Mapping[str, float]
    """What each part has taken; what is written of the run adds to it."""
    warnings: tuple[str, ...]

    @property
    def reasons(self) -> dict[str, str]:
        """What the config says of each exclusion rule and suppression list, by its id."""
        config = self.project.config
        rules = {rule.id: rule.reason for rule in config.exclude.rules}
        return rules | {each.name: each.reason for each in config.suppress}
