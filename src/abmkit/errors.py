"""The errors abmkit raises, and the exit code each one ends a command with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from enum import IntEnum

_MOST_LISTED = 20


class ExitCode(IntEnum):
    """How a command ends; scripts and cron rely on these numbers."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    INPUT = 3
    GUARD = 4
    NO_SIGNAL = 5
    INTERRUPTED = 130


class AbmkitError(Exception):
    """What went wrong, where, and what to do about it."""

    exit_code = ExitCode.FAULT

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        text = f"{located}; {self.remedy}" if self.remedy else located
        # Names of columns, sheets and files may have line breaks in them.
        return " ".join(text.splitlines())


class UsageError(AbmkitError):
    """The command or function was called in a way that cannot work."""

    exit_code = ExitCode.USAGE


class Several(AbmkitError):
    """Several problems, all of them at once."""

    def __init__(self, problems: Sequence[AbmkitError]) -> None:
        self.problems = tuple(problems)
        if not problems:
            raise ValueError("needs a problem: without one nothing would be said")
        super().__init__("\n".join(str(problem) for problem in problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ConfigError(Several):
    """One or more problems in a config."""

    exit_code = ExitCode.USAGE


def some(names: Iterable[str]) -> str:
    """Names in a row, the first of them where there are very many; `none` where there are none."""
    known = list(names)
    more = len(known) - _MOST_LISTED
    if more > 1:
        return f"{', '.join(known[:_MOST_LISTED])} and {more} more"
    return ", ".join(known) or "none"


def the_columns(names: Iterable[str]) -> str:
    """A sentence that lists columns."""
    return f"the columns are {some(names)}"


class ColumnError(AbmkitError):
    """A rule or option names a column that is not there."""

    exit_code = ExitCode.USAGE

    def __init__(
        self,
        column: str,
        available: Iterable[str],
        *,
        where: str | None = None,
        possible: Iterable[str] = (),
    ) -> None:
        self.column = column
        self.available = tuple(available)
        close = nearest(column, self.available) or nearest(column, possible)
        listed = the_columns(self.available)
        remedy = f"{close} {listed}" if close else listed
        super().__init__(f"no column {column!r}", where=where, remedy=remedy)


class InputError(AbmkitError):
    """An input file or stream that cannot be used."""

    exit_code = ExitCode.INPUT


class InputErrors(Several, InputError):
    """Several inputs that cannot be used."""

    exit_code = ExitCode.INPUT


class Problems:
    """Problems as they are found, so that all of them are told at once."""

    def __init__(self) -> None:
        self.found: list[AbmkitError] = []

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep what goes wrong here, and go on."""
        try:
            yield
        except Several as error:
            self.found += error.problems
        except AbmkitError as error:
            self.found.append(error)

    def told(self) -> None:
        """Raise what was found, each problem once: an InputError where it is all of inputs."""
        distinct = {str(problem): problem for problem in self.found}
        problems = list(distinct.values())
        if len(problems) == 1:
            raise problems[0]
        if problems and all(isinstance(problem, InputError) for problem in problems):
            raise InputErrors(problems)
        if problems:
            raise ConfigError(problems)


class OutputError(AbmkitError):
    """A place that cannot be written to."""

    exit_code = ExitCode.USAGE


class GuardError(AbmkitError):
    """A guard the user set stopped the run."""

    exit_code = ExitCode.GUARD


def instead(word: str, known: Iterable[str], what: str) -> str:
    """What to write instead of an unknown word: a close one, and those there are, called `what`."""
    names = list(known)
    close = nearest(word, names)
    listed = f"the {what} are {some(names)}"
    return f"{close} {listed}" if close else listed


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The sentence "did you mean …?" where a known word is close, else None."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[close[0]]!r}?" if close else None


class NoSignalError(AbmkitError):
    """What was to be learned cannot be told from chance."""

    exit_code = ExitCode.NO_SIGNAL
