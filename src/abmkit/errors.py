"""The errors abmkit raises, and the exit code each one ends a command with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from enum import IntEnum
from string import Formatter
from typing import Any

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


class _English(Formatter):
    """Fills templates; a list becomes an enumeration, a choice with `{names:or}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list | tuple):
            return (" or " if format_spec == "or" else ", ").join(map(str, value))
        return str(super().format_field(value, format_spec))


_ENGLISH = _English()


class Message(str):
    """A sentence in English that remembers its template and the values of its fields, so that
    another language can say the same: `Message("no column {name!r}", name=name)`.

    Without values it is what it is, braces too.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Message:
        """The sentence in English."""
        said = super().__new__(cls, _ENGLISH.vformat(template, (), values) if values else template)
        said.template, said.values = template, values
        return said


def message(text: str, values: dict[str, Any]) -> Message:
    """A template filled with values; a message that is one already, as it is."""
    return text if isinstance(text, Message) else Message(text, **values)


class AbmkitError(Exception):
    """What went wrong, where, and what to do about it.

    `what` and `remedy` are templates of the same values, or messages; `reports/words` says them
    in other languages.
    """

    exit_code = ExitCode.FAULT

    def __init__(
        self, what: str, *, where: str | None = None, remedy: str | None = None, **values: Any
    ) -> None:
        self.what = message(what, values)
        self.where = where
        self.remedy = remedy if remedy is None else message(remedy, values)
        super().__init__(self.what)

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


def some(names: Iterable[str]) -> Message:
    """Names in a row, the first of them where there are very many; `none` where there are none."""
    known = list(names)
    more = len(known) - _MOST_LISTED
    if more > 1:
        return Message("{names} and {more} more", names=known[:_MOST_LISTED], more=more)
    return Message("{names}", names=known) if any(known) else Message("none")


def the_columns(names: Iterable[str]) -> Message:
    """A sentence that lists columns."""
    return Message("the columns are {names}", names=some(names))


def together(first: Message | None, second: Message) -> Message:
    """Two sentences beside each other, or the second alone."""
    return Message("{first} {second}", first=first, second=second) if first else second


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
        remedy = together(close, the_columns(self.available))
        super().__init__("no column {column!r}", where=where, remedy=remedy, column=column)


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


def instead(word: str, known: Iterable[str], what: str) -> Message:
    """What to write instead of an unknown word: a close one, and those there are, called `what`."""
    names = list(known)
    listed = Message("the {things} are {names}", things=Message(what), names=some(names))
    return together(nearest(word, names), listed)


def nearest(word: str, known: Iterable[str]) -> Message | None:
    """The sentence "did you mean …?" where a known word is close, else None."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return Message("did you mean {word!r}?", word=by_folded[close[0]]) if close else None


class NoSignalError(AbmkitError):
    """What was to be learned cannot be told from chance."""

    exit_code = ExitCode.NO_SIGNAL
