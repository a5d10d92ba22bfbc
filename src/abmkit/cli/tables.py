"""A command's table: read from a file or stdin, sent through a step, written to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from abmkit.cli import options
from abmkit.config.loading import FILE, VARIABLE, Project, load_project
from abmkit.errors import InputError, UsageError
from abmkit.io import diagnostics, streams

if TYPE_CHECKING:
    from abmkit.engines.engine import Engine


def project_or_default(given: Path | None) -> Project:
    """The config's project, or that of an empty config where none is given and none is here."""
    import os

    from abmkit.config.project import Config

    if given is None and not os.environ.get(VARIABLE) and not Path(FILE).is_file():
        return Project(Config(version=1))
    return load_project(given)


@dataclass(frozen=True)
class Step:
    """What a step command does: with which project, and what of the frame it reads."""

    project: Project
    act: Callable[[Any, Engine], Any]


def stepping(prepare: Callable[..., Step]) -> Callable[..., None]:
    """A command that reads accounts, sends them through a step, and writes what it gives.

    Its options are those of `prepare`, and what every step has: input and output with their
    formats, and the engine with its limits.
    """

    def command(
        source: options.Input = None,
        output: options.Output = None,
        read_as: options.From = None,
        write_as: options.To = None,
        engine: options.Engine = "duckdb",
        threads: options.Threads = None,
        memory_limit: options.MemoryLimit = None,
        **own: Any,
    ) -> None:
        check_format(output, write_as)
        if source in (None, "-") and streams.stdin_is_terminal():
            raise UsageError("there is no input", remedy="name a file, or pipe a table in")
        from abmkit.engines.engine import engine as engine_of

        step = prepare(**own)
        with engine_of(engine, threads, memory_limit) as running:
            _through(step, running, source or "-", output, read_as, write_as)

    first, *rest = _parameters(command)
    every = [first, *_parameters(prepare), *rest]
    named = wraps(prepare)(command)
    named.__signature__ = Signature(every)  # type: ignore[attr-defined]
    named.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
    del named.__wrapped__
    return named


def _parameters(function: Callable[..., object]) -> list[Parameter]:
    """A function's own parameters with their annotations read, those that take the rest aside."""
    hints = get_type_hints(function, include_extras=True)
    return [
        parameter.replace(annotation=hints[name])
        for name, parameter in signature(function).parameters.items()
        if parameter.kind is not Parameter.VAR_KEYWORD
    ]


def _through(
    step: Step,
    running: Engine,
    source: str,
    output: Path | None,
    read_as: str | None,
    write_as: str | None,
) -> None:
    """Read, apply, write. Raises InputError for rows that cannot be read."""
    from abmkit.sources.canonical import read_accounts
    from abmkit.sources.loading import own_kinds

    accounts = read_accounts(source, read_as, own_kinds(step.project.config))
    frame = running.frame(accounts.batches, accounts.schema)
    if accounts.rejects:
        first = accounts.rejects[0]
        raise InputError(
            f"{len(accounts.rejects)} rows do not fit the header: {first.reason}",
            where=f"{accounts.name}:{first.line}" if first.line else accounts.name,
            remedy="read it with `abmkit load --rejects rejects.csv`",
        )
    schema, batches = running.batches(step.act(frame, running))
    emit(batches, schema, output, write_as)


def check_format(target: Path | None, format: str | None) -> None:
    """Raise for a format that is not written, before any work is done."""
    from abmkit.io.formats import format_of

    if format is not None or to_file(target):
        format_of(target if target and to_file(target) else "-", format, writing=True)


def to_file(target: Path | None) -> bool:
    """Whether the output goes to a file, not to stdout."""
    return target is not None and str(target) != "-"


def emit(
    batches: Any, schema: Any, target: Path | None, format: str | None, *, header: bool = True
) -> None:
    """Write a table to a file, or to stdout as CSV or in the format given.

    Without `header`, CSV and TSV have no line of names.
    """
    from abmkit.io.writing import write

    if target is not None and to_file(target):
        rows = write(batches, schema, target, format, header=header)
        diagnostics.info(f"{rows:,} rows to {target}")
        return
    with streams.closed_pipe_ends_silently():
        write(batches, schema, streams.stdout_binary(), format or "csv", header=header)


def keep(table: Any, target: Path | None) -> None:
    """Write a side table, such as rejects or members, to its file; CSV for people to open."""
    from abmkit.io.writing import write

    if target is not None:
        write(table.to_batches(), table.schema, target, bom=target.suffix == ".csv")
