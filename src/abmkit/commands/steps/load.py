"""Load: sources to canonical accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.allowed import most_allowed
from abmkit.commands.meeting import missed_by_sources, warn_of_missed
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import InputError, UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.sources.loading import Loaded, SourceReport

Rejects = Annotated[
    Place | None, Option("--rejects", "Rows not taken: file, row, why.", metavar="FILE")
]
MaxRejects = Annotated[
    str | None,
    Option("--max-rejects", "Fail (exit 3) above this count or share: 5%.", metavar="N"),
]
FRAME = "input"
"""What a frame is called as a source."""


def loaded_from(work: Work, files: Any) -> Loaded:
    """The accounts of files, of a frame of text, or of the config's sources, read lazily."""
    from abmkit.config.sections.sources import Source
    from abmkit.sources.finding import sources_of
    from abmkit.sources.loading import load_sources

    tables = None
    sources: Sequence[Source]
    if files is None or (isinstance(files, list | tuple) and not files):
        sources = work.config.sources
        if not sources:
            raise UsageError("there is nothing to load", remedy="give a file, a frame or a config")
    elif isinstance(files, str | Place | list | tuple):
        sources = sources_of([files] if isinstance(files, str | Place) else files, work.project)
    else:
        from abmkit.domain.cells import as_texts
        from abmkit.sources.given import rows_given

        sources = [Source(name=FRAME, path=FRAME)]
        rows, told = rows_given(files)
        work.warn(map(work.words.of, told))
        tables = {FRAME: as_texts(rows)}
    return load_sources(work.project, sources, as_of=work.as_of, format=work.format, tables=tables)


def held(work: Work, loaded: Loaded) -> Any:
    """The records as a frame of the engine, which reads files as they are where it can.

    On a cluster executors load them.
    """
    from abmkit.engines.spark import SparkEngine

    if isinstance(work.engine, SparkEngine):
        from abmkit.sources.cluster.loading import loaded_on_cluster

        return loaded_on_cluster(loaded, work.engine)
    if loaded.in_place:
        frame = work.engine.in_place(loaded.in_place, loaded.schema)
        if frame is not None:
            # They are counted all the same.
            for _ in work.watched(loaded.batches):
                pass
            return frame
    return work.engine.frame(work.watched(loaded.batches), loaded.schema)


def check_rejects(
    reports: Sequence[SourceReport], allowed: str | None, name: str = "", file: str = ""
) -> None:
    """Raise InputError where more rows were rejected than `100` or `5%` allows, of a suppression
    list where its `name` and its `file` are given."""
    if allowed is None:
        return
    read = sum(report.total("read") for report in reports)
    rejected = sum(report.total("rejected") for report in reports)
    most = most_allowed(allowed, read, "--max-rejects")
    if rejected > most:
        raise InputError(
            "suppression list {name}: {rejected:,} of {read:,} rows rejected, more than "
            "--max-rejects {allowed}"
            if name
            else "{rejected:,} of {read:,} rows rejected, more than --max-rejects {allowed}",
            remedy="see why with `abmkit load {file} --rejects rejects.csv`"
            if name
            else "see why with `abmkit load --rejects rejects.csv`, without --max-rejects",
            file=file,
            name=name,
            rejected=rejected,
            read=read,
            allowed=allowed,
        )


@verb(
    reads="any table",
    gives="table",
    config="unless files",
    sections=("sources", "industry"),
    dated=True,
    threads=True,
)
def load(
    work: Work,
    files: Annotated[
        list[Place] | None,
        Argument("[FILE]...", "Files, or - for stdin; else all sources.", frames=True),
    ] = None,
    *,
    rejects: Rejects = None,
    max_rejects: MaxRejects = None,
) -> None:
    """Read company directories into accounts with canonical columns.

    Columns are mapped by the config, or recognised by English and Chinese headers; the domain of an
    e-mail address is that of a company without a site. A row without name, domain or registry id is
    a reject; a value that can't be read is unknown and counted.
    """
    from abmkit.reports.load import reading_warnings
    from abmkit.reports.quality import industry_warnings

    loaded = loaded_from(work, files)

    def check() -> None:
        for report in loaded.reports:
            work.warn(reading_warnings(report, work.words, kept=rejects is not None))
        table = work.config.industry.map if work.config.industry else None
        work.warn(industry_warnings(loaded.reports, table, work.words) if table else [])
        check_rejects(loaded.reports, max_rejects)

    guard = None if max_rejects is None else check
    if not work.output.table_on_stdout:
        work.progress("load")
    work.output.rows(loaded.schema, work.watched(loaded.batches), check=guard)
    work.diagnostics.done()
    if guard is None:
        check()
    work.keep(loaded.rejects.table(), rejects)
    found = missed_by_sources(loaded.reports, work.config.sources, "sources")
    warn_of_missed(work, found, every=True)
