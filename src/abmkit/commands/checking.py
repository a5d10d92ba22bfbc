"""Checking a config's rules against the columns there are, step by step, before any work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from abmkit.errors import AbmkitError, ColumnError

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from abmkit.config.project import Config
    from abmkit.config.sections.conditions import Condition
    from abmkit.config.sections.score import Score


@dataclass
class Checking:
    """The columns as they are before a step, and what was found to be wrong so far."""

    config: Config
    sources: Mapping[str, Any]
    """The columns of the sources with their Narwhals types."""
    tables: Mapping[str, pa.Table]
    """The tables that `assign` joins, those that could be read."""
    whole: bool = True
    """Whether all sources and tables could be read, so that a column not there is nowhere."""
    columns: dict[str, Any] = field(init=False)
    """The columns that the next step finds; each step adds its own."""
    problems: list[AbmkitError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = dict(self.sources)

    def condition(self, when: Condition, where: str) -> None:
        """Find the problems of a condition, column by column, so that all of them are told."""
        from abmkit.config.sections.conditions import Condition
        from abmkit.domain.rules.truth import truth

        for column, matcher in when.columns.items():
            one = Condition.model_validate({column: matcher})
            self._caught(partial(truth, one, self.columns, self.as_of, where=where))
        for part in (*when.any, *when.none):
            self.condition(part, where)

    def cards(self, score: Score, within: str = "") -> None:
        """Find the problems of segments and of scorecards' bands; `within` is said before each."""
        from abmkit.domain.rules.scorecards import cards, segment_place

        for segment in score.segments:
            self.condition(segment.when, f"{within}{segment_place(segment.id)}.when")
        for card in cards(score):
            for criterion in card.criteria:
                for number, (when, _) in enumerate(criterion.bands, start=1):
                    place = f"{within}{card.where}.{criterion.id}.bands.{number}.when"
                    self.condition(when, place)

    @property
    def as_of(self) -> date:
        """A day, where one is needed: what is checked does not depend on it."""
        from datetime import date

        return date(2000, 1, 1)

    def none(self) -> Any:
        """A relation of no rows with the columns that the next step finds.

        Of an Arrow table Narwhals imports pandas to make a constant.
        """
        import duckdb
        import narwhals as nw
        import pyarrow as pa

        schema = nw.Schema(self.columns).to_arrow()
        none = pa.Table.from_batches([], schema)
        return duckdb.connect().from_arrow(none) if len(schema) else none

    def add(self, problem: AbmkitError) -> None:
        """Keep a problem, but for a column not there where not all could be read."""
        if self.whole or not isinstance(problem, ColumnError):
            self.problems.append(problem)

    def named(self, names: Iterable[str], where: str) -> None:
        """Find the columns that are not there."""
        from abmkit.domain.frames import column_in

        for name in names:
            self._caught(partial(column_in, self.columns, name, where=where))

    def _caught(self, act: Callable[[], object]) -> None:
        try:
            act()
        except AbmkitError as problem:
            self.add(problem)
