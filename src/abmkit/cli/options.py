"""The options that several commands share, each declared once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from abmkit.errors import UsageError

Input = Annotated[
    str | None, typer.Argument(metavar="INPUT", help="A file, or - for stdin, the default.")
]
Config = Annotated[
    Path | None,
    typer.Option(
        "-c", "--config", metavar="FILE", help="The config; else ABMKIT_CONFIG, else ./abmkit.toml."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write; stdout by default."),
]
OutputFolder = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="The folder; else the config's output.dir."),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="The input's format, else by its name."),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="FORMAT", help="csv, tsv, jsonl, parquet, arrow or xlsx."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="The day it is; today by default.")
]
Ledger = Annotated[
    Path | None,
    typer.Option(
        "--ledger", metavar="FILE", help="The ids given before, as run keeps them: ledger.parquet."
    ),
]
Engine = Annotated[str, typer.Option("--engine", metavar="NAME", help="duckdb or pandas.")]
Threads = Annotated[
    int | None, typer.Option("--threads", metavar="N", help="Threads to use; all by default.")
]
MemoryLimit = Annotated[
    str | None,
    typer.Option("--memory-limit", metavar="SIZE", help="Memory DuckDB may use, such as 4GB."),
]
MaxRejects = Annotated[
    str | None,
    typer.Option("--max-rejects", metavar="N", help="Fail (exit 3) above this count or share: 5%."),
]


def day(text: str | None) -> date:
    """The day that `--as-of` names; today where it is not given. Raises UsageError."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no date", where="--as-of", remedy="write it like 2026-01-31"
        ) from None
