"""The commands that start and check a project: init, inspect, check, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abmkit.cli import options
from abmkit.cli.printing import say
from abmkit.config.loading import load_project


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The project's folder; this one by default.")
    ] = Path(),
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Your own company lists; give it per file."),
    ] = None,
    customers: Annotated[
        Path | None, typer.Option("--customers", metavar="FILE", help="Your customers, a list too.")
    ] = None,
    as_of: options.AsOf = None,
) -> None:
    """Start a project that runs as it is, from a sample or from your own files.

    From your own files: sources and columns as recognised, bands from your customers' quartiles,
    customers suppressed, tiers sized to the data. Every line can be edited.
    """
    raise NotImplementedError


def inspect(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or - for stdin.")],
    config: options.Config = None,
    read_as: options.From = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what a file holds and how each column would be read, and what to paste to change it."""
    raise NotImplementedError


def check(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG]", help="The config; ./abmkit.toml by default.")
    ] = None,
    config_option: options.Config = None,
    as_of: options.AsOf = None,
) -> None:
    """Check a config and its inputs without running: every problem at once."""
    from abmkit.pipeline.run import check as check_project

    project = load_project(config or config_option)
    say("\n".join(check_project(project, as_of=options.day(as_of))))


def schema() -> None:
    """Print the JSON Schema of the config, for editors."""
    from abmkit.config.schema import schema_text

    say(schema_text().rstrip("\n"))
