"""The commands that work on a whole project: run and explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abmkit.cli import options
from abmkit.cli.printing import say
from abmkit.cli.tables import check_format, emit
from abmkit.config.loading import load_project


def run(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="[CONFIG]", help="The config; else ./abmkit.toml."),
    ] = None,
    config_option: options.Config = None,
    output: options.OutputFolder = None,
    to_stdout: Annotated[
        bool, typer.Option("--stdout", help="Also write every account with its tier to stdout.")
    ] = False,
    write_as: options.To = None,
    max_rejects: options.MaxRejects = None,
    as_of: options.AsOf = None,
    engine: options.Engine = "duckdb",
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Make the target-account list of a project, with everything on record.

    Writes target-accounts.{parquet,xlsx,csv}, accounts.parquet, excluded.parquet, members.parquet,
    rejects.csv, review.csv and run.json into the output folder, and prints the funnel. Its
    ledger.parquet keeps every company's account_id for the next run; delete it to start afresh.
    """
    from abmkit.cli.printing import run_report
    from abmkit.engines.engine import engine as engine_of
    from abmkit.runs.run import all_accounts
    from abmkit.runs.run import run as run_project

    check_format(None, write_as)
    project = load_project(config or config_option)
    with engine_of(engine, threads, memory_limit, preserve_insertion_order=False) as running:
        result = run_project(
            project, running, as_of=options.day(as_of), output=output, max_rejects=max_rejects
        )
        say(run_report(project, result), aside=to_stdout)
        if to_stdout:
            schema, batches = running.batches(all_accounts(result, project, running))
            emit(batches, schema, None, write_as)


def explain(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Its account_id, domain or name.")
    ],
    config: options.Config = None,
    output: options.OutputFolder = None,
) -> None:
    """Say why an account stands where it stands, after a run.

    Shows where its fields come from, what excluded it, each criterion's points, and its tier.
    """
    from abmkit.engines.engine import engine as engine_of
    from abmkit.runs.explain import explain as explained

    project = load_project(config)
    with engine_of("duckdb") as running:
        text = explained(project, running, account, folder=output)
    say(text)
