"""Init: a project that runs as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError
from abmkit.places import Place


@verb(config="none", dated=True)
def init(
    work: Work,
    folder: Annotated[
        Path, Argument("[DIR]", "The project's folder; this one by default.")
    ] = Path(),
    *,
    files: Annotated[
        list[Place] | None,
        Option("--from", "Your own company lists, one or more.", metavar="FILE", many=True),
    ] = None,
    customers: Annotated[
        Place | None, Option("--customers", "Your customers, a list too.", metavar="FILE")
    ] = None,
) -> None:
    """Start a project that runs as it is, from a sample or from your own files.

    From your own files: sources and columns as recognised, bands from your customers' quartiles,
    customers suppressed, tiers sized to the data. Every line can be edited.
    """
    from abmkit.reports.console.init import next_steps, starter_report
    from abmkit.reports.init import write_starter
    from abmkit.reports.notebook.tables import starter_tables
    from abmkit.starter.starting import start_from, start_sample

    folder = Path(folder)
    if folder.is_file():
        raise UsageError(
            "is a file, not a folder",
            where=str(folder),
            remedy="to begin from it: abmkit init DIR --from {folder}",
            folder=folder,
        )
    for file in [*(files or ()), *([customers] if customers else ())]:
        if str(file) == "-":
            raise UsageError(
                "a project needs files that are there at every run, not stdin",
                where="--from" if file != customers else "--customers",
                remedy="save it as a file first",
            )
    if files:
        started = start_from(folder, files, customers, as_of=work.as_of)
        write_starter(started, work.words, work.language)
        work.output.words(starter_report(started, work.words), needed=False)
        steps = next_steps([started.path.name], folder, work.words, sample=False)
        work.output.words(steps, needed=False)
        work.output.tables(lambda: starter_tables(started))
        return
    if customers is not None:
        raise UsageError(
            "--customers goes with --from", remedy="name your company lists with --from FILE"
        )
    written = start_sample(folder, work.language)
    names = [path.name for path in written]
    work.output.words(next_steps(names, folder, work.words, sample=True), needed=False)
