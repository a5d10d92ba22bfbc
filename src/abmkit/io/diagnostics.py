"""What is said beside the data: the only module that writes to stderr."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TextIO

from abmkit.io.streams import has_colours, painted
from abmkit.places import without_secrets

Level = Literal["error", "warning", "info"]
LogFormat = Literal["text", "json"]
_SECONDS_BETWEEN = 0.5
_MARKS: Mapping[Level, str] = {"error": "error: ", "warning": "warning: "}
LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")


@dataclass
class Diagnostics:
    """Errors, warnings and progress on stderr.

    Errors are always written. Warnings are unless `quiet`, each once and the most harmful first:
    they wait for `tell`, an error or the end of the command. Information and progress are written
    only to a terminal or when `forced`, never when `quiet`. With `log_format` json each is one
    object a line with its time, level, message and fields, and progress is left out.
    """

    quiet: bool = False
    log_format: LogFormat = "text"
    forced: bool = False
    stream: TextIO | None = None
    marks: Mapping[Level, str] = field(default_factory=lambda: dict(_MARKS))
    """What stands before an error and a warning."""
    _warnings: dict[str, tuple[int, dict[str, object]]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _line: _Line | None = None
    _rows: int = 0

    @property
    def out(self) -> TextIO | None:
        """The stream written to; stderr as it is now where none was given, None if closed."""
        return self.stream or sys.stderr

    @property
    def interactive(self) -> bool:
        """Whether somebody is watching: information and progress are shown."""
        if self.quiet or self.log_format == "json":
            return False
        return self.forced or (self.out is not None and self.out.isatty())

    @property
    def warnings(self) -> list[str]:
        """All that was warned of, the most harmful first."""
        return sorted(self._warnings, key=lambda text: self._warnings[text][0])

    def error(self, text: str, **fields: object) -> None:
        """Say what went wrong."""
        self.tell()
        self._write("error", text, fields)

    def warn(self, text: str, harm: int = 0, **fields: object) -> None:
        """Keep what may not be as expected; the smaller its `harm`, the later it is told."""
        self._warnings.setdefault(text, (-harm, fields))

    def tell(self) -> None:
        """Say what was warned of and not told yet."""
        for text in self.warnings:
            if text not in self._told and not self.quiet:
                self._write("warning", text, self._warnings[text][1])
            self._told.add(text)

    def info(self, text: str, **fields: object) -> None:
        """Say what was done, to somebody who watches."""
        if self.interactive or (self.log_format == "json" and not self.quiet):
            self._write("info", text, fields)

    def aside(self, text: str) -> None:
        """Say what would be on stdout if that carried no data, to somebody who watches."""
        if self.interactive:
            self.done()
            self._put(f"{text}\n")

    def progress(self, text: str | Callable[[float, int], str]) -> None:
        """Show what is going on, in one line that the next message replaces.

        What makes its text of the seconds since and of the rows that were counted is shown anew
        while it lasts.
        """
        self.done()
        if self.interactive:
            self._rows = 0
            self._line = _Line(self, text)

    def advance(self, rows: int) -> None:
        """Count rows of what is going on."""
        self._rows += rows

    def done(self) -> None:
        """Clear the line of progress."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _write(self, level: Level, text: str, fields: dict[str, object]) -> None:
        self.done()
        # What a config or a library says may have a URL in it that was never taken for a place.
        text = without_secrets(text)
        if self.log_format == "json":
            now = datetime.now().astimezone().isoformat(timespec="milliseconds")
            entry = {"time": now, "level": level, "message": text, **fields}
            self._put(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        elif level == "info":
            self._put(f"{text}\n")
        else:
            mark = self.marks[level]
            mark = painted(mark, level) if has_colours(self.out) else mark
            self._put(f"{mark}{text}\n")

    def _put(self, text: str) -> None:
        # A closed stderr is no reason to fail: there is nobody left to tell.
        if self.out is not None:
            with suppress(OSError, ValueError):
                self.out.write(text)
                self.out.flush()


class _Line:
    """A line that tells what is going on, until it is closed."""

    def __init__(self, said: Diagnostics, text: str | Callable[[float, int], str]) -> None:
        self._said, self._text = said, text
        self._since = time.monotonic()
        self._closed = threading.Event()
        self._show()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        if not isinstance(text, str):
            self._thread.start()

    def _show(self) -> None:
        text = self._text
        if not isinstance(text, str):
            text = text(time.monotonic() - self._since, self._said._rows)
        self._said._put(f"\r\x1b[K{text}")

    def _keep(self) -> None:
        while not self._closed.wait(_SECONDS_BETWEEN):
            self._show()

    def close(self) -> None:
        """Clear the line."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()
        self._said._put("\r\x1b[K")


@contextmanager
def without_panics() -> Iterator[None]:
    """Keep what Rust prints of a panic, which becomes an error of its own, off stderr.

    Rust writes it to the descriptor, where nothing else in Python can stop it. What others print
    meanwhile is passed on.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):
        yield
        return
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        finally:
            with suppress(OSError, AttributeError, ValueError):
                sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            aside.seek(0)
            text = aside.read()
            if text and b"panicked at" not in text:
                os.write(2, text)
