"""What a run found out: one value, complete before its record, workbook and report are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.domain.rules.pins import Pinned
from abmkit.runs.changes.moves import Changes
from abmkit.runs.folder import RunFolder
from abmkit.runs.funnel import Funnel
from abmkit.runs.overview.accounts import NOTHING, Overview
from abmkit.runs.parts import Parts
from abmkit.runs.review import ToDecide
from abmkit.sources.canonical import read_accounts
from abmkit.sources.lists import Lists
from abmkit.sources.loading import SourceReport


@dataclass(frozen=True)
class Rows:
    """Rows that are read as often as they are asked for, so that nobody needs to hold them."""

    opened: Callable[[], tuple[pa.Schema, Iterable[pa.RecordBatch]]]
    """Gives their schema and, read once, themselves."""

    @classmethod
    def of_file(cls, path: Path, folder: RunFolder) -> Rows:
        """Those of a Parquet file of a run, whose folder is there as long as they are."""

        def opened() -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
            assert folder.path in path.parents
            accounts = read_accounts(path)
            return accounts.schema, accounts.batches

        return cls(opened)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return iter(self.opened()[1])

    def table(self) -> pa.Table:
        """All of them."""
        schema, batches = self.opened()
        return pa.Table.from_batches(list(batches), schema)


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
    parts: Parts
    """How accounts are parted by cards and clusters."""
    pinned: Pinned
    target_accounts: Rows
    """The list, by tier and rank, with `fit_reasons`."""
    excluded: Rows
    """The excluded accounts; the best first while the run is on."""
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
    id: str = ""
    """What its folder in the history is called."""
    before: str | None = None
    """The run that it is compared with, and held still from."""
    changes: Changes | None = None
    """What changed since; None where there was no list before."""
    overview: Overview = NOTHING
    """What its accounts are like as a whole."""

    @property
    def reasons(self) -> dict[str, str]:
        """What the config says of each exclusion rule and suppression list, by its id."""
        config = self.project.config
        rules = {rule.id: rule.reason for rule in config.exclude.rules}
        return rules | {each.name: each.reason for each in config.suppress}
