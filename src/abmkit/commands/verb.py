"""What a verb is: declared once; the command line, the notebook, `run` and `check` are made of it.

A verb is a function with a `Verb` in front of it. Its first parameter is the `Work` it does; then
come its arguments and, by keyword, its options, each with its declaration beside its type:
`keep_all: Annotated[bool, Option("--all", "Write the excluded accounts too.")] = False`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter, cleandoc, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config
    from abmkit.domain.facts import Fact

List = Literal["suppress", "pins", "capacities", "assign", "decisions"]


@dataclass(frozen=True)
class Argument:
    """What a verb is about, named by its place."""

    metavar: str
    help: str
    frames: bool = False
    """Whether a function takes a frame in place of a file."""


@dataclass(frozen=True)
class Option:
    """A choice, named by its flag."""

    flag: str
    help: str
    metavar: str | None = None
    many: bool = False
    """Several values may follow the flag: `--from a.csv b.csv`."""
    notebook: Any = None
    """The default of the function for notebooks, where it is another than the command's."""
    frames: bool = False
    """Whether a function takes a frame in place of a file."""
    streams: bool = False
    """Whether it is about the streams of a command, which a function has not."""


@dataclass(frozen=True)
class Taken:
    """A parameter of a verb with its declaration."""

    name: str
    declared: Argument | Option
    type: Any
    default: Any

    @property
    def needed(self) -> bool:
        """Whether it must be given."""
        return self.default is Parameter.empty


@dataclass(frozen=True)
class Verb:
    """A verb: what it needs beside its own arguments and options, and what it gives."""

    act: Callable[..., None]
    reads: Literal["accounts", "any table"] | None = None
    """What it takes from a file, stdin or a frame: `accounts` that abmkit made come as a frame."""
    of_run: bool = False
    """Whether the command's accounts are those of the project's newest run where none are named."""
    result_of: str = ""
    """The function that tells of its columns, where it is no step of its name."""
    gives: Literal["table", "folder", "words"] = "words"
    """A table; the files of a run's folder; or only what it says."""
    config: Literal["needed", "if there", "unless files", "named", "none"] = "needed"
    """Whether it can do without a config; `named` takes it as its first argument."""
    sections: tuple[str, ...] = ()
    """The sections of the config that it reads."""
    lists: tuple[List, ...] = ()
    """The tables beside the sources that it reads."""
    ledger: bool = False
    """Whether it follows ids of before."""
    dated: bool = False
    """Whether it matters what day it is."""
    engine: bool = False
    """Whether the user may choose the engine that it runs on."""
    threads: bool = False
    """Whether it works in several threads without an engine."""
    ordered: bool = True
    """Whether the order of rows matters to it."""
    problems: Callable[[Checking], None] | None = None
    """Finds what of the config cannot work on the columns there are, and adds its own."""
    doubts: Callable[[Config], list[Fact]] | None = None
    """What is allowed in the config, but hardly meant."""
    one_by_one: Callable[[Config, Mapping[str, Any]], bool] | None = None
    """Whether an account's row needs no other account, with this config and these options: it
    reads them once then, in any number at a time, and asks `Work.once_over` for what is told of
    all."""
    writes_scorecards: bool = False
    """Whether it writes the scorecards that a config names: they may not be there yet."""
    faithful: bool = False
    """Whether its table has every cell as it was, also where a spreadsheet would run it."""

    @property
    def name(self) -> str:
        """The word it is called by, everywhere."""
        return self.act.__name__

    @property
    def subject(self) -> str:
        """What the function calls the accounts that it reads."""
        return list(signature(self.act).parameters)[1]

    @property
    def help(self) -> str:
        """What it does."""
        return cleandoc(self.act.__doc__ or "")

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """Its own arguments and options, in order."""
        hints = get_type_hints(self.act, include_extras=True)
        return tuple(
            _taken(parameter, hints[name])
            for name, parameter in signature(self.act).parameters.items()
            if get_origin(hints[name]) is Annotated
        )

    @property
    def in_notebooks(self) -> tuple[Taken, ...]:
        """What its function takes of that."""
        return tuple(
            each
            for each in self.taken
            if isinstance(each.declared, Argument) or not each.declared.streams
        )

    @property
    def arguments(self) -> tuple[Taken, ...]:
        """What is named by its place."""
        return tuple(each for each in self.taken if isinstance(each.declared, Argument))

    @property
    def options(self) -> tuple[Taken, ...]:
        """What is named by a flag."""
        return tuple(each for each in self.taken if isinstance(each.declared, Option))


def _taken(parameter: Parameter, hint: Any) -> Taken:
    type_, *declared = get_args(hint)
    (declaration,) = (each for each in declared if isinstance(each, Argument | Option))
    return Taken(parameter.name, declaration, type_, parameter.default)


def verb(**needs: Any) -> Callable[[Callable[..., None]], Verb]:
    """Make a verb of a function: `@verb(reads="accounts", gives="table", …)`, see `Verb`."""
    return lambda act: Verb(act, **needs)
