"""The process's own streams for data: the only module that writes to stdout."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NoReturn

STDIO = "-"
"""What stands for stdin and stdout in place of a file."""


def write_line(text: str) -> None:
    """A text for people on stdout, and the end of its line."""
    with closed_pipe_ends_silently():
        print(text, file=sys.stdout)


def stdout_binary() -> BinaryIO:
    """Stdout for bytes."""
    sys.stdout.flush()
    return sys.stdout.buffer


def stdin_binary() -> BinaryIO:
    """Stdin for bytes."""
    return sys.stdin.buffer


def stdin_is_terminal() -> bool:
    """Whether somebody would have to type the input."""
    return sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()


def end_process(code: int) -> NoReturn:
    """End the process with this code, once all that was written is out.

    Python's own way out takes DuckDB's binding down while Narwhals still holds its types, and the
    binding then writes a page about leaks to stderr.
    """
    atexit._run_exitfuncs()
    with closed_pipe_ends_silently():
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
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
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
