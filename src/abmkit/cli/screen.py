"""Where a command's results go: the table to a file or to stdout, words to the screen."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from abmkit.io import streams
from abmkit.io.atomic import Together, replacing_folder
from abmkit.io.diagnostics import Diagnostics
from abmkit.io.streams import Look
from abmkit.places import Place, Remote

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.engines.engine import Engine


@dataclass(frozen=True)
class Screen:
    """A command's output."""

    diagnostics: Diagnostics
    target: Place | None = None
    """The file that the table goes to; stdout where none is named, or `-`."""
    format: str | None = None
    """The table's format, else by the target's name, else CSV."""
    guarded: bool = True
    """Whether CSV in a file is safe to open in a spreadsheet; on stdout it is as it is."""
    files: Together = field(default_factory=Together)
    """The files of the command, which take their places when it is done."""

    @property
    def table_on_stdout(self) -> bool:
        """Whether the table goes where words would go."""
        return self.target is None or str(self.target) == streams.STDIO

    @property
    def _written(self) -> Place | str:
        return streams.STDIO if self.table_on_stdout or self.target is None else self.target

    def check_format(self) -> None:
        """Raise for a format that is not written, before any work is done."""
        from abmkit.io.formats import format_of

        if self.format is not None or not self.table_on_stdout:
            format_of(self._written, self.format, writing=True)

    def frame(self, frame: Any, engine: Engine) -> None:
        """Write a frame of an engine; one that writes Parquet itself does."""
        target = self.target
        if target is None or self.table_on_stdout or not self._is_parquet(target):
            self.rows(*engine.batches(frame))
            return
        from pyarrow.parquet import read_metadata

        if engine.name == "spark":
            if isinstance(target, Remote):
                self.rows(*engine.batches(frame))
                return
            with replacing_folder(target) as folder:
                engine.store(frame, folder)
                files = folder.glob("*.parquet")
                rows = sum(read_metadata(file).num_rows for file in files)
            self.diagnostics.info(f"{rows:,} rows to {target}")
            return
        with self.files.replacing(target) as file:
            engine.store(frame, Path(file.name))
            rows = read_metadata(file.name).num_rows
        self.diagnostics.info(f"{rows:,} rows to {target}")

    def _is_parquet(self, target: Place) -> bool:
        """Whether a target is a Parquet file, not a device or a packed one."""
        from abmkit.io.formats import compression_of, format_of

        regular = isinstance(target, Remote) or (
            not target.exists() or target.is_file() or target.is_dir()
        )
        packed = compression_of(target) is not None
        return regular and not packed and format_of(target, self.format, writing=True) == "parquet"

    @property
    def takes_names_twice(self) -> bool:
        """Whether one name may stand over two columns of what is written."""
        from abmkit.io.formats import format_of
        from abmkit.io.writing import TAKE_NAMES_TWICE

        return format_of(self._written, self.format, writing=True) in TAKE_NAMES_TWICE

    def rows(
        self,
        schema: pa.Schema,
        batches: Iterable[Any],
        *,
        header: bool | Sequence[str] = True,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Write Arrow tables or batches; without `header` CSV and TSV have no line of names.

        With a `check`, which raises where the table may not be used, nothing is seen before it.
        """
        from abmkit.io.writing import write

        if self.table_on_stdout:
            format = self.format or "csv"
            with streams.closed_pipe_ends_silently():
                if check is None:
                    write(batches, schema, streams.stdout_binary(), format, header=header)
                    return
                with tempfile.TemporaryFile(prefix="abmkit-") as held:
                    write(batches, schema, cast(BinaryIO, held), format, header=header)
                    check()
                    held.seek(0)
                    shutil.copyfileobj(held, streams.stdout_binary(), 1 << 20)
            return
        assert self.target is not None
        rows = write(
            batches, schema, self.target, self.format, header=header, guarded=self.guarded,
            files=self.files,
        )  # fmt: skip
        if check is not None:
            check()
        self.diagnostics.info(f"{rows:,} rows to {self.target}")

    def words(self, text: str, *, aside: bool = False, needed: bool = True) -> None:
        """Say something on stdout; `aside`, where stdout carries data, to who watches stderr.

        What is not `needed` is not missed where stdout is closed, nor said where quiet is wanted.
        """
        self.diagnostics.done()
        self.diagnostics.tell()
        if self.diagnostics.quiet and not needed:
            return
        if aside:
            self.diagnostics.aside(text)
        else:
            streams.write_line(text, needed=needed)

    def tables(self, made: Callable[[], Mapping[str, pa.Table]]) -> None:
        """Tables of what is said are nothing for a screen."""

    def paint(self, text: str, look: Look | None) -> str:
        """A text in the colours of its look, where stdout is a screen that has them."""
        return streams.painted(text, look) if streams.stdout_has_colours() else text

    def value(self, value: Any) -> None:
        """What a notebook is given is nothing for a screen."""
