"""The command line: parse, call, print."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentError, ArgumentParser
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from abmkit.cli.building import command_of
from abmkit.commands import VERBS
from abmkit.commands.verb import Option
from abmkit.errors import AbmkitError, ExitCode, Message, UsageError
from abmkit.io import streams
from abmkit.io.atomic import no_room
from abmkit.io.diagnostics import LOG_FORMATS, Diagnostics

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_NOT_NEEDED = {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""Threads for algebra that no command does, and a search through all that is installed: both cost
every start. What the environment says already stays."""
_HELP = (
    "Target-account lists for account-based marketing: from messy company directories to a "
    "tiered list, with a reason for every account."
)
_EPILOG = "Every command also takes --quiet, --log-format json and --debug."
# Typer's options belong to one command and stand behind it; these may stand anywhere, and count
# for what is said of a command that cannot be parsed, too.
_COMMON = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
_COMMON.add_argument("--quiet", action="store_true")
_COMMON.add_argument("--debug", action="store_true")
_COMMON.add_argument("--log-format", default="text")


def app(diagnostics: Diagnostics, only: str | None = None) -> typer.Typer:
    """All verbs, or one, as commands that say what they have to say to these diagnostics."""
    made = typer.Typer(
        name="abmkit",
        help=_HELP,
        epilog=_EPILOG,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(invoke_without_command=True)(_about)
    for verb in VERBS:
        if only in (None, verb.name):
            made.command(verb.name)(command_of(verb, diagnostics))
    return made


def _about(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    """Say the version, where asked."""
    if version:
        from importlib.metadata import version as version_of

        streams.write_line(f"abmkit {version_of('abmkit')}")
        raise typer.Exit


def main() -> NoReturn:
    """The command that was typed, from parsing it to the process's end."""
    # What a command imports stays: looking for garbage in it costs a tenth of a short command.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    for name, value in _NOT_NEEDED.items():
        os.environ.setdefault(name, value)
    streams.prepare()
    streams.end_process(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line; gives its exit code and says what went wrong in one line on stderr."""
    said, debug = Diagnostics(), "--debug" in arguments
    try:
        common, rest = _parsed(arguments)
        said.quiet, said.log_format = common.quiet, common.log_format
        with streams.closed_pipe_ends_silently():
            typed = rest[0] if rest and rest[0] in {verb.name for verb in VERBS} else None
            made = app(said, only=typed)
            result = made(_spread(rest), prog_name="abmkit", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.DONE
    except AbmkitError as error:
        if debug:
            raise
        for line in str(error).splitlines():
            said.error(line, exit_code=int(error.exit_code))
        return error.exit_code
    except typer.TyperException as error:
        said.error(_lowered(error.format_message()), exit_code=error.exit_code)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Typer makes an exit of a pipe that nobody reads any more.
        return ExitCode.DONE
    except Exception as error:
        if debug:
            raise
        full = no_room(error)
        if full is not None:
            said.error(str(full), exit_code=int(full.exit_code))
            return int(full.exit_code)
        first = (str(error).splitlines() or [""])[0][:200]
        said.error(
            f"a fault in abmkit: {type(error).__name__}: {first}; see where with --debug",
            exit_code=int(ExitCode.FAULT),
        )
        return ExitCode.FAULT
    finally:
        said.tell()


def _parsed(arguments: Sequence[str]) -> tuple[Any, list[str]]:
    """The options that every command has, wherever they stand, and the rest of the line."""
    try:
        common, rest = _COMMON.parse_known_args(arguments)
    except ArgumentError as error:
        takes = Message("nothing") if error.argument_name != "--log-format" else LOG_FORMATS
        raise UsageError(
            "takes {takes:or}", where=error.argument_name, remedy="see --help", takes=takes
        ) from None
    if common.log_format not in LOG_FORMATS:
        raise UsageError(
            "{format!r} is no format",
            where="--log-format",
            remedy="{formats:or}",
            formats=LOG_FORMATS,
            format=common.log_format,
        )
    return common, rest


def _lowered(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}".rstrip(".") + "; see --help"


def _spread(arguments: list[str]) -> list[str]:
    """`init --from a.csv b.xlsx` as it is meant: every file after `--from` is one of them."""
    many = {
        each.declared.flag
        for verb in VERBS
        if [verb.name] == arguments[:1]
        for each in verb.options
        if isinstance(each.declared, Option) and each.declared.many
    }
    spread: list[str] = []
    flag = None
    for argument in arguments:
        if argument.startswith("-") and argument != streams.STDIO:
            flag = argument if argument in many else None
            if flag is None:
                spread.append(argument)
        else:
            spread += [flag, argument] if flag else [argument]
    return spread
