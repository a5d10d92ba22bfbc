"""The steps as commands: load, dedupe, assign, exclude, score, tier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abmkit.cli import options
from abmkit.cli.tables import Step, check_format, emit, keep, project_or_default, stepping
from abmkit.config.loading import load_project
from abmkit.errors import UsageError
from abmkit.io import diagnostics

if TYPE_CHECKING:
    from abmkit.config.loading import Project
    from abmkit.config.sections.dedupe import Dedupe
    from abmkit.config.sections.sources import Source
    from abmkit.engines.engine import Engine

Rejects = Annotated[
    Path | None, typer.Option("--rejects", metavar="FILE", help="Rows not taken: file, row, why.")
]


def load(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Files, or - for stdin; else all sources."),
    ] = None,
    config: options.Config = None,
    output: options.Output = None,
    rejects: Rejects = None,
    max_rejects: options.MaxRejects = None,
    read_as: options.From = None,
    write_as: options.To = None,
    as_of: options.AsOf = None,
) -> None:
    """Read company directories into accounts with canonical columns.

    Columns are mapped by the config, or recognised by English and Chinese headers. A row without
    name, domain or registry id is a reject; a value that can't be read is unknown and counted.
    """
    from abmkit.reports.quality import industry_warnings
    from abmkit.runs.run import check_rejects
    from abmkit.sources.lists import industry_labels
    from abmkit.sources.loading import load_sources

    check_format(output, write_as)
    project = project_or_default(config) if files else load_project(config)
    loaded = load_sources(
        project,
        _sources_of(files, project) if files else project.config.sources,
        as_of=options.day(as_of),
        format=read_as,
        industries=industry_labels(project),
    )
    emit(loaded.batches, loaded.schema, output, write_as)
    keep(loaded.reject_table(), rejects)
    for report in loaded.reports:
        for issue in report.issues:
            samples = ", ".join(repr(sample) for sample in issue.samples[:3])
            diagnostics.warn(
                f"{report.name}: {issue.count:,} of {issue.column!r} not read as "
                f"{issue.canonical}: {samples}" + (f" ({issue.note})" if issue.note else "")
            )
        for repair in report.repairs:
            samples = ", ".join(repr(sample) for sample in repair.samples[:3])
            diagnostics.warn(
                f"{report.name}: {repair.count:,} of {repair.column!r} repaired: {repair.note}: "
                f"{samples}"
            )
        for file in report.files:
            for done, count in file.repaired.items():
                diagnostics.warn(f"{report.name}: {count:,} rows repaired: {done}")
            for said in file.other_tables:
                diagnostics.warn(f"{report.name}: another table is not read: {said}")
        rejected = report.total("rejected")
        if rejected:
            say = "" if rejects else "; keep them with --rejects FILE"
            diagnostics.warn(f"{report.name}: {rejected:,} rows rejected{say}")
    table = project.config.industry.map if project.config.industry else None
    for warning in industry_warnings(loaded.reports, table) if table else []:
        diagnostics.warn(warning)
    check_rejects(loaded, max_rejects)


def _sources_of(files: list[str], project: Project) -> list[Source]:
    """The config's source that a file belongs to, or a new one named after the file."""
    from abmkit.config.sections.sources import Source
    from abmkit.io.reading import expand

    configured = {
        path.resolve(): source
        for source in project.config.sources
        for path in expand(source.paths(), project.folder)
    }
    sources: dict[str, Source] = {}
    for file in files:
        if file == "-":
            sources["stdin"] = Source(name="stdin", path="-")
            continue
        path = Path(file).expanduser()
        source = configured.get(path.resolve())
        stem = "-".join(path.name.split(".")[0].split()) or "input"
        name = source.name if source else stem
        while name in sources:
            name += "-2"
        here = Source(name=name, path=str(path.resolve()))
        place = here.model_dump(include={"name", "path"})
        sources[name] = source.model_copy(update=place) if source else here
    return list(sources.values())


@stepping
def dedupe(
    config: options.Config = None,
    members: Annotated[
        Path | None,
        typer.Option("--members", metavar="FILE", help="Each record's account and what it gave."),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs", metavar="FILE", help="Pairs merged or left to a person: how likely, and why."
        ),
    ] = None,
    ledger: options.Ledger = None,
    ledger_out: Annotated[
        Path | None,
        typer.Option("--ledger-out", metavar="FILE", help="Where to keep the ids from now on."),
    ] = None,
    as_of: options.AsOf = None,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="company or group, else the config's."),
    ] = None,
) -> Step:
    """Make one row per company, in account_id order.

    Records that share a key of the config are one company, unless their registry ids contradict
    each other; so are those that are likely one by name, place, site, phone and ticker. What a
    person decided (dedupe.decisions) wins. Fields survive from the first source that knows them.
    With --ledger a company keeps the account_id that it had; without one, or when it is deleted,
    ids start afresh.
    """
    from abmkit.runs.ledger import read_ledger
    from abmkit.sources.lists import load_lists
    from abmkit.steps import dedupe as step

    project = project_or_default(config)
    setting = _at_level(project.config.dedupe, level)
    order = [each.name for each in project.config.sources]
    day = options.day(as_of)
    decisions = load_lists(project, as_of=day, only=["decisions"]).decisions
    given = None
    if ledger is not None or ledger_out is not None:
        if ledger is not None and not ledger.exists():
            diagnostics.warn(f"{ledger}: no ledger there yet, ids start afresh")
        given = read_ledger(ledger, day)

    def act(frame: Any, _: Engine) -> Any:
        diagnostics.progress("comparing records …")
        found = step.dedupe(
            frame,
            setting,
            sources=order,
            decisions=decisions,
            ledger=given,
            every_pair=pairs is not None,
        )
        diagnostics.current().done()
        keep(found.members, members)
        keep(found.pairs, pairs)
        if found.settled is not None:
            keep(found.settled.ledger, ledger_out)
        for said in found.unclear:
            diagnostics.warn(said)
        for decision, missing in found.unfollowed:
            diagnostics.warn(f"decision on {decision.left}: nothing here is called {missing}")
        return found.accounts

    return Step(project, act)


def _at_level(setting: Dedupe, level: str | None) -> Dedupe:
    """The config's setting, at the level of `--level` where it is given. Raises UsageError."""
    if level is None:
        return setting
    if level not in ("company", "group"):
        raise UsageError(f"there is no level {level!r}", remedy="say --level company or group")
    return setting.model_copy(update={"level": level})


@stepping
def assign(config: options.Config = None, as_of: options.AsOf = None) -> Step:
    """Fill territories, owners and segments by rule, where they are unknown."""
    from abmkit.sources.lists import load_lists
    from abmkit.steps import assign as step

    project, day = load_project(config), options.day(as_of)
    tables = load_lists(project, as_of=day, only=["assign"]).assign_tables
    rules = project.config.assign
    return Step(project, lambda frame, _: step.assign(frame, rules, tables, as_of=day))


@stepping
def exclude(
    config: options.Config = None,
    keep_all: Annotated[
        bool, typer.Option("--all", help="Write the excluded accounts too, with their reasons.")
    ] = False,
    excluded: Annotated[
        Path | None,
        typer.Option("--excluded", metavar="FILE", help="The excluded accounts, with reasons."),
    ] = None,
    ledger: options.Ledger = None,
    as_of: options.AsOf = None,
) -> Step:
    """Leave out accounts that are not wanted; an unknown value never excludes.

    All rules and lists that hold are kept as reasons in the column exclusions.
    """
    import narwhals as nw

    from abmkit.domain.frames import opened
    from abmkit.io.writing import write
    from abmkit.runs.ledger import lists_now
    from abmkit.sources.lists import load_lists
    from abmkit.steps import exclude as step

    project, day = load_project(config), options.day(as_of)
    lists = lists_now(load_lists(project, as_of=day, only=["suppress"]), ledger, day).suppression

    def act(frame: Any, running: Engine) -> Any:
        flagged = step.exclude(frame, project.config.exclude, lists, as_of=day)
        if excluded is not None:
            left_out = opened(flagged).filter(nw.col("excluded"))
            schema, batches = running.batches(nw.to_native(left_out))
            write(batches, schema, excluded, bom=excluded.suffix == ".csv")
        if keep_all:
            return flagged
        return nw.to_native(opened(flagged).filter(~nw.col("excluded")))

    return Step(project, act)


@stepping
def score(
    config: options.Config = None,
    points: Annotated[
        bool, typer.Option("--points", help="Add each criterion's points; they sum to the score.")
    ] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Add the score's reasons in words.")
    ] = False,
    as_of: options.AsOf = None,
) -> Step:
    """Score the fit with the ideal customer profile, 0 to 100."""
    from abmkit.steps import score as step

    project, day = load_project(config), options.day(as_of)
    card = project.config.score
    return Step(
        project,
        lambda frame, _: step.score(frame, card, as_of=day, points=points, reasons=reasons),
    )


@stepping
def tier(
    config: options.Config = None,
    listed: Annotated[
        bool, typer.Option("--listed", help="Only the accounts that are in a tier.")
    ] = False,
    ledger: options.Ledger = None,
    as_of: options.AsOf = None,
) -> Step:
    """Put accounts into tiers up to capacity: the list by tier and rank, then the rest."""
    import narwhals as nw

    from abmkit.domain.frames import opened
    from abmkit.domain.rules.pins import pinned_by
    from abmkit.runs.ledger import lists_now
    from abmkit.sources.lists import load_lists
    from abmkit.steps import tier as step

    project, day = load_project(config), options.day(as_of)
    lists = lists_now(load_lists(project, as_of=day, only=["pins"]), ledger, day)
    tiers = project.config.tier

    def act(frame: Any, running: Engine) -> Any:
        pinned = pinned_by(frame, lists.pins, lists.pin_entries, tiers, as_of=day)
        for pin, why in pinned.unfollowed:
            diagnostics.warn(f"pin {pin.account!r}: {why}")
        tiered = step.tier(running.spool(frame), tiers, pinned, as_of=day, ordered=False)
        if listed:
            tiered = nw.to_native(opened(tiered).filter(~nw.col("tier").is_null()))
        return step.in_list_order(tiered, tiers)

    return Step(project, act)
