"""The commands that start and check a project: init, inspect, check, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abmkit.cli import options
from abmkit.cli.printing import say
from abmkit.cli.tables import project_or_default
from abmkit.config.loading import load_project
from abmkit.errors import UsageError


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The project's folder; this one by default.")
    ] = Path(),
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Your own company lists, one or more."),
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
    from abmkit.reports.console.init import next_steps, starter_report
    from abmkit.reports.init import write_starter
    from abmkit.reports.words import words

    english = words("en")
    if not files:
        if customers is not None:
            raise UsageError(
                "--customers goes with --from", remedy="name your company lists with --from FILE"
            )
        from abmkit.starter.starting import start_sample

        written = start_sample(folder)
        say(next_steps([path.name for path in written], folder, english, sample=True))
        return
    from abmkit.starter.starting import start_from

    started = start_from(folder, files, customers, as_of=options.day(as_of))
    write_starter(started, english)
    say(starter_report(started, english))
    say(next_steps([started.path.name], folder, english, sample=False))


def inspect(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or - for stdin.")],
    config: options.Config = None,
    read_as: options.From = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what a file holds and how each column would be read, and what to paste to change it."""
    from abmkit.reports.console.inspect import columns_to_paste, inspection_data, inspection_text
    from abmkit.reports.words import words
    from abmkit.sources.inspection import inspect as inspected

    project = project_or_default(config)
    found = [inspected(file, format=read_as, config=project) for file in files]
    if as_json:
        import json

        data = [inspection_data(each) for each in found]
        say(json.dumps(data[0] if len(data) == 1 else data, indent=2, ensure_ascii=False))
        return
    for each in found:
        english = words("en")
        say(f"{inspection_text(each, english)}\n\n{columns_to_paste(each, english)}")


def check(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="[CONFIG]", help="The config; else ./abmkit.toml."),
    ] = None,
    config_option: options.Config = None,
    as_of: options.AsOf = None,
) -> None:
    """Check a config and its inputs without running: every problem at once.

    Reads the sources once and shows how full, valid, varied and fresh their columns are.
    """
    from abmkit.runs.run import check as check_project

    project = load_project(config or config_option)
    say("\n".join(check_project(project, as_of=options.day(as_of))))


def schema() -> None:
    """Print the JSON Schema of the config, for editors."""
    from abmkit.config.schema import schema_text

    say(schema_text().rstrip("\n"))
