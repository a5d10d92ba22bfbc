"""What verbs give to a notebook beside a table: what a run made, and words with their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from abmkit.reports.words import Words
    from abmkit.runs.funnel import Funnel
    from abmkit.runs.result import Run


@dataclass(frozen=True)
class RunResult:
    """What a run made: all that it found out, its folder and files, and its record."""

    run: Run = field(repr=False)
    folder: Path
    files: tuple[Path, ...]
    record: dict[str, Any] = field(repr=False)
    kept: Path
    """Its folder in the history, or where it was looked at."""
    words: Words = field(repr=False, compare=False)
    """The language that it is shown in."""

    @property
    def funnel(self) -> Funnel:
        """How the market narrowed to the list."""
        return self.run.funnel

    @property
    def target_accounts(self) -> pa.Table:
        """The list, by tier and rank, with `fit_reasons`."""
        return self.run.target_accounts.table()

    def _repr_html_(self) -> str:
        from abmkit.reports.notebook.run import run_html

        return run_html(self.run, self.folder, self.files, self.words)


class Told(str):
    """What a verb says, with the same as tables. A notebook shows it as it stands on a screen."""

    frames: Mapping[str, pd.DataFrame]
    """The tables, by what they are of."""

    @classmethod
    def of(cls, text: str, tables: Mapping[str, pa.Table]) -> Told:
        """A text with its tables."""
        import pandas as pd

        told = cls(text)
        told.frames = {
            name: table.to_pandas(types_mapper=pd.ArrowDtype) for name, table in tables.items()
        }
        return told

    @property
    def frame(self) -> pd.DataFrame:
        """The first of the tables. Raises AttributeError where there is none."""
        if not self.frames:
            raise AttributeError("what was said has no table")
        return next(iter(self.frames.values()))

    def _repr_html_(self) -> str:
        from abmkit.reports.notebook.run import text_html

        return text_html(self)
