"""The command line: parse, call, print."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentError, ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from abmkit.cli.building import command_of
from abmkit.cli.speech import Speech
from abmkit.commands import VERBS
from abmkit.commands.language import LANGUAGES, language
from abmkit.commands.verb import Option
from abmkit.errors import AbmkitError, ExitCode, Message, UsageError
from abmkit.io import streams
from abmkit.io.atomic import no_room
from abmkit.io.diagnostics import LOG_FORMATS, Diagnostics, LogFormat

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_NOT_NEEDED = {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""Threads for algebra that no command does, and a search through all that is installed: both cost
every start. What the environment says already stays."""
_HELP = (
    "Target-account lists for account-based marketing: from messy company directories to a "
    "tiered list, with a reason for every account."
)
_EPILOG = "Every command also takes --lang, --quiet, --log-format json and --debug."
_ENGLISH = Speech("en")
# Typer's options belong to one command and stand behind it; these may stand anywhere, and count
# for what is said of a command that cannot be parsed, too.
_COMMON = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
_COMMON.add_argument("--quiet", action="store_true")
_COMMON.add_argument("--debug", action="store_true")
_COMMON.add_argument("--log-format", default="text")
_COMMON.add_argument("--lang")
_TAKES: dict[str | None, Sequence[str]] = {"--log-format": LOG_FORMATS, "--lang": LANGUAGES}


def app(
    diagnostics: Diagnostics, only: str | None = None, speech: Speech = _ENGLISH
) -> typer.Typer:
    """All verbs, or one, as commands that say what they have to say to these diagnostics."""
    made = typer.Typer(
        name="abmkit",
        help=speech.help(_HELP),
        epilog=speech.help(_EPILOG),
        cls=_in(speech, TyperGroup),
        add_completion=only is None,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(invoke_without_command=True)(_about)
    for verb in VERBS:
        if only in (None, verb.name):
            page = _in(speech, TyperCommand)
            made.command(verb.name, cls=page)(command_of(verb, diagnostics, speech))
    return made


def _in(speech: Speech, kind: type[Any]) -> type[Any]:
    """A command whose help is laid out for a language."""
    if speech.is_own:
        return kind
    from abmkit.cli.pages import context_of

    return type(kind.__name__, (kind,), {"context_class": context_of(speech)})


def _about(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
    lang: str | None = typer.Option(
        None, "--lang", metavar="LANGUAGE", help="What people read is in it: en or zh."
    ),
    quiet: bool = typer.Option(False, "--quiet", help="Say nothing but errors."),
    log_format: str | None = typer.Option(
        None, "--log-format", metavar="FORMAT", help="What goes to stderr: text or json."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show where a fault is."),
) -> None:
    """Say the version, where asked. The rest is read before: it may stand anywhere."""
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
    said, debug, speech = Diagnostics(), "--debug" in arguments, _ENGLISH
    try:
        with suppress(UsageError):
            # What is wrong with the environment counts where no option says otherwise.
            speech = Speech(language())
        common, rest = _parsed(arguments)
        speech = Speech(language(common.lang, _config_named(rest)))
        said.marks = {level: speech.of_typer(mark) for level, mark in said.marks.items()}
        said.quiet, said.log_format = common.quiet, _log_format(common.log_format)
        with streams.closed_pipe_ends_silently():
            typed = rest[0] if rest and rest[0] in {verb.name for verb in VERBS} else None
            made = app(said, only=typed, speech=speech)
            result = made(_spread(rest or ["--help"]), prog_name="abmkit", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.DONE
    except AbmkitError as error:
        if debug:
            raise
        for line in speech.lines(error):
            said.error(line, exit_code=int(error.exit_code))
        return error.exit_code
    except typer.TyperException as error:
        told = speech.of_typer(_lowered(error.format_message()))
        see = "; see --help" if speech.is_own else f"；{speech.of_typer('see --help')}"
        said.error(told + see, exit_code=error.exit_code)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Typer makes an exit of a pipe that nobody reads any more.
        return ExitCode.DONE
    except Exception as error:
        if debug:
            raise
        return _fault(error, said, speech)
    finally:
        said.tell()


def _fault(error: Exception, said: Diagnostics, speech: Speech) -> int:
    """Say what nobody foresaw, in English whatever the language: it is for who mends it."""
    full = no_room(error)
    if full is not None:
        for line in speech.lines(full):
            said.error(line, exit_code=int(full.exit_code))
        return int(full.exit_code)
    first = (str(error).splitlines() or [""])[0][:200]
    said.error(
        f"a fault in abmkit: {type(error).__name__}: {first}; see where with --debug",
        exit_code=int(ExitCode.FAULT),
    )
    return ExitCode.FAULT


def _config_named(rest: Sequence[str]) -> str | None:
    """The config that a command line names, before it is parsed: what is wrong with it, too, is
    said in the config's language."""
    for number, argument in enumerate(rest):
        if argument in ("-c", "--config"):
            return next(iter(rest[number + 1 :]), None)
        if argument.startswith("--config="):
            return argument.partition("=")[2]
    named = {verb.name for verb in VERBS if verb.config == "named"}
    if rest and rest[0] in named:
        return next((each for each in rest[1:2] if not each.startswith("-")), None)
    return None


def _parsed(arguments: Sequence[str]) -> tuple[Any, list[str]]:
    """The options that every command has, wherever they stand, and the rest of the line."""
    try:
        common, rest = _COMMON.parse_known_args(arguments)
    except ArgumentError as error:
        takes = _TAKES.get(error.argument_name, [Message("nothing")])
        raise UsageError(
            "takes {takes:or}", where=error.argument_name, remedy="see --help", takes=takes
        ) from None
    return common, rest


def _log_format(named: str) -> LogFormat:
    for known in LOG_FORMATS:
        if named == known:
            return known
    raise UsageError(
        "{format!r} is no format", where="--log-format", remedy="{formats:or}", format=named,
        formats=LOG_FORMATS,
    )  # fmt: skip


def _lowered(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}".rstrip(".")


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
