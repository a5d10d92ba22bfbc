"""Where a command's results go: the table to a file or to stdout, words to the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abmkit.io import streams
from abmkit.io.diagnostics import Diagnostics

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.engines.engine import Engine


@dataclass(frozen=True)
class Screen:
    """A command's output."""

    diagnostics: Diagnostics
    target: Path | None = None
    """The file that the table goes to; stdout where none is named, or `-`."""
    format: str | None = None
    """The table's format, else by the target's name, else CSV."""

    @property
    def table_on_stdout(self) -> bool:
        """Whether the table goes where words would go."""
        return self.target is None or str(self.target) == streams.STDIO

    def check_format(self) -> None:
        """Raise for a format that is not written, before any work is done."""
        from abmkit.io.formats import format_of

        if self.format is not None or not self.table_on_stdout:
            target = streams.STDIO if self.table_on_stdout else str(self.target)
            format_of(target, self.format, writing=True)

    def frame(self, frame: Any, engine: Engine) -> None:
        """Write a frame of an engine."""
        self.rows(*engine.batches(frame))

    @property
    def takes_names_twice(self) -> bool:
        """Whether one name may stand over two columns of what is written."""
        from abmkit.io.formats import format_of
        from abmkit.io.writing import TAKE_NAMES_TWICE

        target = streams.STDIO if self.table_on_stdout else str(self.target)
        return format_of(target, self.format, writing=True) in TAKE_NAMES_TWICE

    def rows(
        self, schema: pa.Schema, batches: Iterable[Any], *, header: bool | Sequence[str] = True
    ) -> None:
        """Write Arrow tables or batches; without `header` CSV and TSV have no line of names."""
        from abmkit.io.writing import write

        if self.table_on_stdout:
            with streams.closed_pipe_ends_silently():
                stdout = streams.stdout_binary()
                write(batches, schema, stdout, self.format or "csv", header=header)
            return
        assert self.target is not None
        rows = write(batches, schema, self.target, self.format, header=header)
        self.diagnostics.info(f"{rows:,} rows to {self.target}")

    def words(self, text: str, *, aside: bool = False) -> None:
        """Say something on stdout; `aside`, where stdout carries data, to who watches stderr."""
        self.diagnostics.done()
        if aside:
            self.diagnostics.aside(text)
        else:
            streams.write_line(text)

    def value(self, value: Any) -> None:
        """What a notebook is given is nothing for a screen."""
