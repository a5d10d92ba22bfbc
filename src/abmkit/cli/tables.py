"""A command's table: read from a file or stdin, sent through a step, written to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abmkit.columns import Kind
from abmkit.config.loading import FILE, VARIABLE, Project, load_project
from abmkit.errors import InputError, UsageError
from abmkit.io import diagnostics, streams

if TYPE_CHECKING:
    from abmkit.io.engines import Engine


def project_or_default(given: Path | None) -> Project:
    """The config's project, or that of an empty config where none is given and none is here."""
    import os

    from abmkit.config.models import Config

    if given is None and not os.environ.get(VARIABLE) and not Path(FILE).is_file():
        return Project(Config(version=1))
    return load_project(given)


def stepped(
    source: str | None,
    target: Path | None,
    step: Callable[[Any, Engine], Any],
    *,
    read_as: str | None = None,
    write_as: str | None = None,
    engine: str = "duckdb",
    threads: int | None = None,
    memory_limit: str | None = None,
    own: Mapping[str, Kind] | None = None,
) -> None:
    """Read accounts, apply a step, write what it gives.

    Raises UsageError where stdin would be a terminal, InputError for rows that cannot be read.
    """
    from abmkit.io.accounts import read_accounts
    from abmkit.io.engines import engine as engine_of

    check_format(target, write_as)
    if source in (None, "-") and streams.stdin_is_terminal():
        raise UsageError("there is no input", remedy="name a file, or pipe a table in")
    with engine_of(engine, threads, memory_limit) as running:
        accounts = read_accounts(source or "-", read_as, own)
        frame = running.frame(accounts.batches, accounts.schema)
        if accounts.rejects:
            first = accounts.rejects[0]
            raise InputError(
                f"{len(accounts.rejects)} rows do not fit the header: {first.reason}",
                where=f"{accounts.name}:{first.line}" if first.line else accounts.name,
                remedy="read it with `abmkit load --rejects rejects.csv`",
            )
        schema, batches = running.batches(step(frame, running))
        emit(batches, schema, target, write_as)


def check_format(target: Path | None, format: str | None) -> None:
    """Raise for a format that is not written, before any work is done."""
    from abmkit.io.formats import format_of

    if format is not None or to_file(target):
        format_of(target if target and to_file(target) else "-", format, writing=True)


def to_file(target: Path | None) -> bool:
    """Whether the output goes to a file, not to stdout."""
    return target is not None and str(target) != "-"


def emit(batches: Any, schema: Any, target: Path | None, format: str | None) -> None:
    """Write a table to a file, or to stdout as CSV or in the format given."""
    from abmkit.io.writing import write

    if target is not None and to_file(target):
        rows = write(batches, schema, target, format)
        diagnostics.info(f"{rows:,} rows to {target}")
        return
    with streams.closed_pipe_ends_silently():
        write(batches, schema, streams.stdout_binary(), format or "csv")


def keep(table: Any, target: Path | None) -> None:
    """Write a side table, such as rejects or members, to its file; CSV for people to open."""
    from abmkit.io.writing import write

    if target is not None:
        write(table.to_batches(), table.schema, target, bom=target.suffix == ".csv")
