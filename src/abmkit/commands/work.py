"""The work of a verb: what it is done with, and where what it gives goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from abmkit.errors import UsageError
from abmkit.io.atomic import Together

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.commands.verb import Verb
    from abmkit.config.loading import Project
    from abmkit.config.project import Config
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.engines.engine import Engine
    from abmkit.io.diagnostics import Diagnostics
    from abmkit.reports.words import Words
    from abmkit.sources.lists import Lists


class Output(Protocol):
    """Where a verb's results go: files and the screen, or back to a notebook."""

    @property
    def table_on_stdout(self) -> bool:
        """Whether the table goes where words would go."""

    def frame(self, frame: Any, engine: Engine) -> None:
        """The verb's table, as a frame of the engine."""

    @property
    def takes_names_twice(self) -> bool:
        """Whether one name may stand over two columns of the verb's table."""

    def rows(
        self,
        schema: pa.Schema,
        batches: Iterable[Any],
        *,
        header: bool | Sequence[str] = True,
        check: Callable[[], None] | None = None,
    ) -> None:
        """The verb's table, as Arrow tables or batches; without `header` columns are nameless.

        Names as `header` are those of the file, for formats in which one may stand twice.

        With a `check`, which raises where the table may not be used, none is given before it.
        """

    def words(self, text: str, *, aside: bool = False, needed: bool = True) -> None:
        """What the verb says; `aside` where that would be in the way of a table, not `needed`
        where the verb is good for something else."""

    def value(self, value: Any) -> None:
        """What a notebook is given in place of words."""


def day_of(given: Any, where: str) -> date:
    """The day that is meant, by a date or its text; today where none is. Raises UsageError."""
    if given is None:
        return datetime.now().astimezone().date()
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise UsageError(
            f"{given!r} is no date", where=where, remedy="write it like 2026-01-31"
        ) from None


@dataclass
class Work(ExitStack):
    """What a verb works with. Everything is read when it is first asked for, and once."""

    verb: Verb
    find_project: Callable[[], Project]
    open_engine: Callable[[], Engine]
    as_of: date
    output: Output
    diagnostics: Diagnostics
    ledger_file: Path | None = None
    format: str | None = None
    """The input's format, where it is given."""
    raw_csv: bool = False
    """Whether CSV files are for systems: as they are, without marks for people."""
    files: Together = field(default_factory=Together)
    """The files that the verb writes beside each other: all are put in place, or none."""

    def __post_init__(self) -> None:
        super().__init__()
        self.enter_context(self.files)

    @property
    def ordered(self) -> bool:
        """Whether steps keep the order of rows."""
        return self.verb.ordered

    @cached_property
    def project(self) -> Project:
        """The config with its folder."""
        found = self.find_project()
        if found.config.industry is None:
            return found
        from abmkit.sources.own_labels import with_own_labels

        return with_own_labels(found)

    @property
    def config(self) -> Config:
        """The config."""
        return self.project.config

    @cached_property
    def engine(self) -> Engine:
        """The engine, open until the work is done."""
        return self.enter_context(self.open_engine())

    @cached_property
    def ledger(self) -> Ledger | None:
        """The ids given before; None where no ledger is named."""
        if self.ledger_file is None:
            return None
        from abmkit.runs.ledger import read_ledger

        return read_ledger(self.ledger_file, self.as_of)

    @cached_property
    def lists(self) -> Lists:
        """The tables beside the sources that the verb needs; for a verb that follows a ledger by
        the ids that accounts have now."""
        from abmkit.sources.lists import load_lists

        lists = load_lists(self.project, as_of=self.as_of, only=self.verb.lists)
        ledger = self.ledger if self.verb.ledger else None
        if ledger is None:
            return lists
        from abmkit.runs.ledger import named_now

        return named_now(lists, ledger)

    def follow(self, ledger: pa.Table, members: pa.Table) -> None:
        """From here on name accounts in lists by the ids that a ledger gives them, and by those
        of all their records."""
        from abmkit.domain.companies.ledger import Ledger
        from abmkit.runs.ledger import called_now, named_now

        named = named_now(self.lists, Ledger.of(ledger, self.as_of))
        self.lists = called_now(named, members)

    @cached_property
    def words(self) -> Words:
        """The sentences of the language that people read."""
        from abmkit.reports.words import words

        return words("en")

    def warn(self, texts: str | Iterable[str]) -> None:
        """Say what may not be as expected, in the order of harm once all of it is known."""
        from abmkit.reports.words.harm import harm_of

        for text in [texts] if isinstance(texts, str) else texts:
            self.diagnostics.warn(text, harm_of(text))

    def keep(self, table: pa.Table, path: Path | None) -> None:
        """Write a side table, such as rejects or members, to its file."""
        self.keep_rows(table.schema, table.to_batches(), path)

    def keep_rows(self, schema: pa.Schema, batches: Iterable[Any], path: Path | None) -> None:
        """Write rows to a file beside the verb's table; CSV for people to open."""
        from abmkit.io.writing import write

        if path is not None:
            bom = path.suffix == ".csv" and not self.raw_csv
            guarded = not self.raw_csv
            write(batches, schema, path, bom=bom, guarded=guarded, files=self.files)
