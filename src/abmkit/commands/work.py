"""The work of a verb: what it is done with, and where what it gives goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

from abmkit.errors import AbmkitError, Problems, UsageError
from abmkit.io.atomic import Together
from abmkit.places import Place

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.commands.passing import Passing
    from abmkit.commands.verb import Verb
    from abmkit.config.loading import Project
    from abmkit.config.project import Config
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.engines.engine import Engine
    from abmkit.io.diagnostics import Diagnostics
    from abmkit.io.streams import Look
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

    def tables(self, made: Callable[[], Mapping[str, pa.Table]]) -> None:
        """What the verb says as tables, the main one first, made where somebody wants them."""

    def paint(self, text: str, look: Look | None) -> str:
        """A text as it looks where words go: in colours on a screen that has them."""

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
            "{given!r} is no date", where=where, remedy="write it like 2026-01-31", given=given
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
    ledger_file: Place | None = None
    format: str | None = None
    """The input's format, where it is given."""
    raw_csv: bool = False
    """Whether CSV files are for systems: as they are, without marks for people."""
    files: Together = field(default_factory=Together)
    """The files that the verb writes beside each other: all are put in place, or none."""
    language: str = "en"
    """The language of what people read."""
    passing: Passing | None = None
    """What is kept of accounts that go by once; None of those that stay."""

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
        """The engine, open until the work is done. Raises ConfigError for what it cannot do."""
        opened = self.enter_context(self.open_engine())
        if opened.name == "spark":
            from abmkit.domain.rules.asked import read_otherwise

            problems = Problems()
            problems.found += read_otherwise(self.config)
            problems.told()
        return opened

    @cached_property
    def ledger(self) -> Ledger | None:
        """The ids given before; None where no ledger is named."""
        if self.ledger_file is None:
            return None
        from abmkit.runs.ledger import read_ledger

        return read_ledger(self.ledger_file, self.as_of, self.engine)

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

    def follow(self, ledger: Any, members: Any) -> None:
        """From here on name accounts in lists by the ids that a ledger gives them, and by those
        of all their records; both are tables, or frames of which what is needed is read."""
        import pyarrow as pa

        from abmkit.domain.companies.ledger import Ledger
        from abmkit.runs.ledger import called_now, members_overruled, named_now

        if not isinstance(members, pa.Table):
            members = members_overruled(members)
        named = named_now(self.lists, Ledger(ledger, self.as_of))
        self.lists = called_now(named, members)

    @cached_property
    def words(self) -> Words:
        """The sentences of the language that people read."""
        from abmkit.reports.words import words

        return words(self.language)

    def told(self, error: AbmkitError) -> str:
        """An error in that language, where it stops nothing."""
        from abmkit.reports.words.messages import messages

        return "\n".join(messages(self.language).lines(error))

    def once_over(self, accounts: Any) -> Any | None:
        """The accounts as far as rules read them, once the verb has given its table.

        Where they went by, that is what was kept of them; None where not all of them did, for
        nobody reads the table any more.
        """
        if self.passing is None:
            return accounts
        return self.passing.frame(self.engine) if self.passing.over else None

    def progress(self, part: str, expected: float | None = None, later: float = 0.0) -> None:
        """Show what is going on, for how long, how fast, and how long it may last still."""
        if self.diagnostics.interactive:
            from abmkit.commands.progress import progress_text

            self.diagnostics.progress(partial(progress_text, self.words, part, expected, later))

    def watched(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Batches as they come, their rows counted for who watches."""
        for batch in batches:
            self.diagnostics.advance(batch.num_rows)
            yield batch

    def warn(self, texts: str | Iterable[str]) -> None:
        """Say what may not be as expected, in the order of harm once all of it is known."""
        from abmkit.reports.words.harm import harm_of

        for text in [texts] if isinstance(texts, str) else texts:
            self.diagnostics.warn(text, harm_of(text))

    def keep(self, table: Any, path: Place | None) -> None:
        """Write a side table, such as rejects or members, or a frame, to its file."""
        if path is not None:
            self.keep_rows(*self.rows_of(table), path)

    def table_of(self, table: Any) -> pa.Table:
        """An Arrow table, or the rows of a frame of the engine as one."""
        import pyarrow as pa

        schema, batches = self.rows_of(table)
        return pa.Table.from_batches(list(batches), schema)

    def rows_of(self, table: Any) -> tuple[pa.Schema, Iterable[Any]]:
        """The schema and the rows of an Arrow table, or of a frame of the engine."""
        import pyarrow as pa

        if isinstance(table, pa.Table):
            return table.schema, table.to_batches()
        return self.engine.batches(table)

    def keep_rows(self, schema: pa.Schema, batches: Iterable[Any], path: Place | None) -> None:
        """Write rows to a file beside the verb's table; CSV for people to open."""
        from abmkit.io.writing import write

        if path is not None:
            bom = path.suffix == ".csv" and not self.raw_csv
            guarded = not self.raw_csv
            write(batches, schema, path, bom=bom, guarded=guarded, files=self.files)
