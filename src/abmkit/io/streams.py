"""The process's own streams for data: the only module that writes to stdout."""

from __future__ import annotations

import atexit
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Literal, NoReturn, TextIO

from abmkit.errors import InputError, OutputError
from abmkit.io.atomic import no_room

STDIO = "-"
"""What stands for stdin and stdout in place of a file."""
Look = Literal["heading", "faint", "accent", "good", "warning", "error"]
_LOOKS: dict[Look, str] = {
    "heading": "1", "faint": "2", "accent": "36", "good": "32", "warning": "33", "error": "1;31",
}  # fmt: skip
"""What a terminal is told for it (ECMA-48, SGR)."""


def has_colours(stream: TextIO | None) -> bool:
    """Whether a stream shows colours: a terminal does, but for NO_COLOR; FORCE_COLOR makes any."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def stdout_has_colours() -> bool:
    """Whether stdout shows colours."""
    return has_colours(sys.stdout)


def painted(text: str, look: Look | None) -> str:
    """A text in the colours of its look, each line by itself."""
    if look is None:
        return text
    return "\n".join(f"\x1b[{_LOOKS[look]}m{line}\x1b[0m" for line in text.split("\n"))


def prepare() -> None:
    """Make the process's streams safe to use, whatever it was started with.

    A stream that was closed is none for Python, and the next file that is opened gets its number:
    what a library writes to stdout would then be in that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    was = sys.stdout
    raw: io.RawIOBase = _Closed() if was is None else _Stdout(1, "w", closefd=False)
    encoding = "utf-8" if was is None else was.encoding
    errors = None if was is None else was.errors
    watched = was is not None and was.isatty()
    buffered = io.BufferedWriter(raw, 1 << 16)
    sys.stdout = io.TextIOWrapper(buffered, encoding, errors, line_buffering=watched)


class _Stdout(io.FileIO):
    """Stdout whose own errors are told from those of what is read while it is written."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            raise
        except OSError as error:
            full = no_room(error, "stdout")
            if full is not None:
                raise full from error
            reason = (error.strerror or str(error)).lower()
            raise OutputError(
                "cannot be written: {reason}", where="stdout", reason=reason
            ) from error


class _Closed(io.RawIOBase):
    """What stands for stdout where there is none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OutputError("is closed", where="stdout", remedy="name a file with -o, or open it")


def write_line(text: str, *, needed: bool = True) -> None:
    """A text for people on stdout, and the end of its line.

    What is not needed is not missed where stdout is closed.
    """
    if not needed and _is_closed():
        return
    with closed_pipe_ends_silently():
        print(text, file=sys.stdout)


def _is_closed() -> bool:
    return isinstance(getattr(getattr(sys.stdout, "buffer", None), "raw", None), _Closed)


def stdout_binary() -> BinaryIO:
    """Stdout for bytes."""
    sys.stdout.flush()
    return sys.stdout.buffer


def stdin_binary() -> BinaryIO:
    """Stdin for bytes. Raises InputError where it is closed."""
    if sys.stdin is None:
        raise InputError("is closed", where="stdin", remedy="name a file, or pipe a table in")
    return sys.stdin.buffer


def stdin_is_terminal() -> bool:
    """Whether somebody would have to type the input."""
    return sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()


def end_process(code: int) -> NoReturn:
    """End the process with this code; what was written is out by then.

    Python's own way out takes DuckDB's binding down while Narwhals still holds its types, and the
    binding then writes a page about leaks to stderr.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError, OutputError):
            stream.flush()
    os._exit(code)


class KeptOpen:
    """A stream for writing that stays open when pyarrow, done with it, closes what it was given."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        """Write to the stream."""
        return self._stream.write(data)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream open."""


@contextmanager
def closed_pipe_ends_silently() -> Iterator[None]:
    """Let the reader of a pipe go away (`| head`): what is inside just ends."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit and would complain; give it somewhere to go.
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
