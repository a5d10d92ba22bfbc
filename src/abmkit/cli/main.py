"""The command line: parse, call, print."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from abmkit.cli import project, running, steps
from abmkit.cli.convert import convert
from abmkit.cli.match import match
from abmkit.errors import AbmkitError, ExitCode, UsageError
from abmkit.io import diagnostics, streams

_LOG_FORMATS = ("text", "json")

app = typer.Typer(
    name="abmkit",
    help="Target-account lists for account-based marketing: from messy company directories to a "
    "tiered list, with a reason for every account.",
    epilog="Every command also takes --quiet, --log-format json and --debug.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    project.init,
    project.inspect,
    convert,
    steps.load,
    steps.dedupe,
    steps.assign,
    steps.exclude,
    steps.score,
    steps.tier,
    running.run,
    running.explain,
    match,
    project.check,
    project.schema,
):
    app.command(command.__name__)(command)


@app.callback(invoke_without_command=True)
def about(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    """Say the version, where asked."""
    if version:
        from importlib.metadata import version as version_of

        print(f"abmkit {version_of('abmkit')}")
        raise typer.Exit


def main() -> NoReturn:
    """The command that was typed, from parsing it to the process's end."""
    streams.end_process(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run a command line; gives its exit code and says what went wrong in one line on stderr."""
    arguments, debug, log_format = _configured(arguments)
    try:
        if log_format not in _LOG_FORMATS:
            raise UsageError(
                f"{log_format!r} is no format", where="--log-format", remedy="text or json"
            )
        with streams.closed_pipe_ends_silently():
            result = app(_spread(arguments), prog_name="abmkit", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.DONE
    except AbmkitError as error:
        if debug:
            raise
        for line in str(error).splitlines():
            diagnostics.error(line, exit_code=int(error.exit_code))
        return error.exit_code
    except typer.TyperException as error:
        diagnostics.error(_lowered(error.format_message()), exit_code=error.exit_code)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.DONE
    except Exception as error:
        if debug:
            raise
        first = (str(error).splitlines() or [""])[0][:200]
        diagnostics.error(
            f"a fault in abmkit: {type(error).__name__}: {first}; see where with --debug",
            exit_code=int(ExitCode.FAULT),
        )
        return ExitCode.FAULT


def _lowered(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}".rstrip(".") + "; see --help"


def _spread(arguments: list[str]) -> list[str]:
    """`init --from a.csv b.xlsx` as it is meant: every file after `--from` is one of them."""
    if arguments[:1] != ["init"]:
        return arguments
    spread: list[str] = []
    naming_files = False
    for argument in arguments:
        if argument.startswith("-"):
            naming_files = argument == "--from"
            if not naming_files:
                spread.append(argument)
        elif naming_files:
            spread += ["--from", argument]
        else:
            spread.append(argument)
    return spread


def _configured(arguments: list[str]) -> tuple[list[str], bool, str]:
    """Take the options that every command has off the line, wherever they stand on it."""
    rest: list[str] = []
    quiet, debug, log_format = False, False, "text"
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument == "--quiet":
            quiet = True
        elif argument == "--debug":
            debug = True
        elif argument == "--log-format":
            log_format = next(remaining, "")
        elif argument.startswith("--log-format="):
            log_format = argument.partition("=")[2]
        else:
            rest.append(argument)
    chosen = diagnostics.Diagnostics(
        quiet=quiet, log_format="json" if log_format == "json" else "text"
    )
    diagnostics.configure(chosen)
    return rest, debug, log_format
