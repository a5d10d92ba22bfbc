"""Run: from the sources to the target-account list, in one go, with everything on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.allowed import most_allowed
from abmkit.commands.clock import Clock
from abmkit.commands.lists.history import keep_history
from abmkit.commands.lists.since import (
    MAX_CHANGE,
    MaxChange,
    Since,
    changes_since,
    check_change,
    list_of_before,
)
from abmkit.commands.meeting import Missed, left_to_decide, missed, warn_of_missed
from abmkit.commands.project.check import (
    checked_sources,
    missed_in_files,
    warn_of_config,
    warn_of_sources,
)
from abmkit.commands.result import RunResult
from abmkit.commands.steps import STEPS
from abmkit.commands.steps.assign import assign_met, assigned
from abmkit.commands.steps.dedupe import deduped, similar_counts
from abmkit.commands.steps.exclude import check_lists, excluded_by_config
from abmkit.commands.steps.load import MaxRejects, check_rejects, held
from abmkit.commands.steps.score import scored, warn_of_cards
from abmkit.commands.steps.tier import pins_of, reasons_in_words, tiered, warn_of_places
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.commands.workbook.sheets import sheets_of
from abmkit.errors import UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.domain.rules.pins import Pinned
    from abmkit.runs.folder import RunFiles
    from abmkit.runs.result import Rows, Run
    from abmkit.runs.sheets import Sheets
    from abmkit.sources.loading import Loaded
    from abmkit.steps.dedupe import Deduped
    from abmkit.steps.exclude import ExclusionCounts
    from abmkit.steps.suppression import Suppressed


@dataclass(frozen=True)
class _Accounts:
    """The companies before they are scored, and what is known of them by then."""

    loaded: Loaded
    deduped: Deduped
    suppressed: Suppressed
    pinned: Pinned
    flagged: Any
    """The accounts with `excluded` and `exclusions`."""
    counts: ExclusionCounts
    """How often each rule and each list holds."""
    missed: Sequence[Missed]
    """What of the config meets nobody."""
    ids: Ledger


@verb(
    gives="folder",
    config="named",
    sections=tuple(dict.fromkeys([*(s for step in STEPS for s in step.sections), "output"])),
    lists=tuple(dict.fromkeys(each for step in STEPS for each in step.lists)),
    dated=True,
    engine=True,
    ordered=False,
)
def run(
    work: Work,
    *,
    output: Annotated[
        Place | None,
        Option("-o/--output", "The folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
    to_stdout: Annotated[
        bool,
        Option("--stdout", "Also write every account with its tier to stdout.", streams=True),
    ] = False,
    max_rejects: MaxRejects = None,
    dry_run: Annotated[
        bool, Option("--dry-run", "Say what would change, and write nothing.")
    ] = False,
    max_change: MaxChange = None,
) -> None:
    """Make the target-account list of a project, with everything on record.

    Writes target-accounts.{parquet,xlsx,csv}, accounts.parquet, excluded.parquet, members.parquet,
    changes.csv (who came, left and moved since the run before), rejects.csv, review.csv,
    report.html (all of it as a page) and run.json into the output folder, and prints the funnel.
    Its ledger.parquet keeps every company's account_id for the next run; delete it to start afresh.
    """
    from abmkit.reports.console.run import run_report
    from abmkit.steps.tier import in_list_order

    result = run_into(work, output, max_rejects, dry_run=dry_run, max_change=max_change)
    work.output.value(result)
    report = run_report(result.run, result.files, work.words, work.output.paint)
    work.output.words(report, aside=to_stdout, needed=False)
    if to_stdout:
        accounts = work.engine.from_parquet([result.kept / "accounts.parquet"])
        work.output.frame(in_list_order(accounts, work.config.tier), work.engine)


def run_into(
    work: Work,
    output: Place | None,
    max_rejects: str | None = None,
    *,
    dry_run: bool = False,
    max_change: str | None = None,
) -> RunResult:
    """Load, dedupe, assign, exclude, score and tier a project's sources into an output folder.

    `max_rejects` is a count (`100`) or a share (`5%`) of the rows read, `max_change` of the list of
    before. A `dry_run` writes nothing there. Raises ConfigError with all problems of the config,
    InputError for sources that cannot be used or with too many rejects, OutputError where the
    folder cannot be written, GuardError for a list that changes too much.
    """
    from abmkit.runs.before import run_before
    from abmkit.runs.folder import HISTORY, LIST, RunFolder, on_this_machine, passing_folder
    from abmkit.runs.ledger import LEDGER
    from abmkit.runs.reading import EXCLUDED
    from abmkit.runs.result import Rows

    if not work.config.sources:
        raise UsageError(
            "there are no sources",
            where=str(work.project.path or "config"),
            remedy="add [[sources]]",
        )
    if max_change is not None:
        # What is no number is told before hours of work, not after.
        most_allowed(max_change, 0, MAX_CHANGE)
    place = on_this_machine(output if output else work.project.resolve(work.config.output.dir))
    folder = passing_folder() if dry_run else RunFolder.at(place)
    work.ledger_file = place / LEDGER
    # What is put in place there is seen by all executors, and so is what comes before.
    work.engine.scratch_in(folder.path / HISTORY)
    ledger = work.ledger
    clock = Clock(work)
    warn_of_config(work)
    before = run_before(place)
    accounts = _before_scores(work, clock, ledger, max_rejects, before)
    since = list_of_before(work, place, before, accounts.flagged, accounts.ids)
    raw_csv = work.raw_csv or work.config.output.raw_csv
    with folder.writing(raw_csv=raw_csv) as files:
        found, sheets = _scored(work, clock, accounts, files, since)
        check_change(work, found.changes, max_change)
        record = _written(work, clock, found, sheets, files)
    work.diagnostics.done()
    if not dry_run:
        keep_history(work, place)
    # The engine goes with the work; what it wrote stays.
    lasting = replace(
        found,
        target_accounts=Rows.of_file(files.final / f"{LIST}.parquet", folder),
        excluded=Rows.of_file(files.final / EXCLUDED, folder),
    )
    written = () if dry_run else files.placed
    return RunResult(lasting, place, written, record, files.final, work.words)


def _before_scores(
    work: Work,
    clock: Clock,
    ledger: Ledger | None,
    max_rejects: str | None,
    before: dict[str, Any],
) -> _Accounts:
    """Everything up to which accounts are excluded; `before` is the record of the run before."""
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.domain.rules.pins import beaten_by_exclusions
    from abmkit.runs.before import flags_lost, lists_lost
    from abmkit.steps.exclude import exclusion_counts

    with clock.timed("load"):
        loaded = checked_sources(work, fingerprints=True)
        check_lists(work.lists, max_rejects)
        work.warn(map(work.words.of, lists_lost(before, work.lists)))
        records = held(work, loaded)
        check_rejects(loaded.reports, max_rejects)
        work.warn(map(work.words.of, flags_lost(before, loaded.reports)))
        warn_of_sources(work, loaded)
    with clock.timed("dedupe"):
        companies = deduped(work, records, work.config.dedupe, ledger)
        assert companies.settled is not None
        if work.lists.suppression or work.lists.pins or work.lists.notes:
            work.follow(companies.settled.ledger, companies.members)
    with clock.timed("assign"):
        accounts = assigned(work, companies.accounts)
        # What costs a join is done once.
        joined = work.config.dedupe.keys or work.config.assign or work.lists.notes
        accounts = work.engine.spool(accounts) if joined else work.engine.cut(accounts)
        nobody = missed(work, accounts, assign_met(work, companies.accounts))
        nobody = [*missed_in_files(work, loaded), *nobody]
        warn_of_missed(work, nobody)
    with clock.timed("exclude"):
        pinned = pins_of(work, accounts)
        excluded = excluded_by_config(work, accounts)
        counts = exclusion_counts(
            accounts,
            work.config.exclude,
            work.lists.suppression,
            as_of=work.as_of,
            suppressed=excluded.suppressed,
        )
    flagged, suppressed = excluded.accounts, excluded.suppressed
    pinned = beaten_by_exclusions(flagged, pinned)
    ids = Ledger(companies.settled.ledger, work.as_of)
    return _Accounts(loaded, companies, suppressed, pinned, flagged, counts, nobody, ids)


def _scored(
    work: Work, clock: Clock, known: _Accounts, files: RunFiles, since: Since | None
) -> tuple[Run, Sheets | None]:
    """All that is found out, the accounts written on the way."""
    from abmkit.runs.folder import LIST
    from abmkit.runs.funnel import RowCounts, count_funnel, would_reach
    from abmkit.runs.overview.accounts import overview_of
    from abmkit.runs.parts import parts_of
    from abmkit.runs.reading import EXCLUDED
    from abmkit.runs.result import Run
    from abmkit.runs.review import to_decide

    lists, as_of = work.lists, work.as_of
    with clock.timed("score and tier"):
        accounts = _in_tiers(work, known, files, since)
        rooms = warn_of_places(work, accounts, known.pinned)
    with clock.timed("report"):
        customers = would_reach(
            accounts, work.config, lists.suppression, known.suppressed, as_of=as_of
        )
        rows = RowCounts.of(known.loaded.reports)
        funnel = count_funnel(accounts, work.config, rows, known.counts, customers, rooms)
        changes = None if since is None else changes_since(work, since, accounts, known.pinned)
        overview = overview_of(accounts, work.config)
    with clock.timed("write"):
        placed = "parquet" in work.config.output.formats
        listed = _target_accounts(work, accounts)
        listed = work.engine.store(listed, files.path(f"{LIST}.parquet", placed=placed))
        excluded = work.engine.store(_excluded(accounts), files.path(EXCLUDED))
        ids = _settled(work, known, files)
        sheets = sheets_of(work, accounts, listed, known.pinned, funnel.count("market"))
    return Run(
        project=work.project,
        as_of=as_of,
        engine=work.engine.name,
        sources=tuple(known.loaded.reports),
        lists=lists,
        funnel=funnel,
        parts=parts_of(accounts, work.config.score),
        pinned=known.pinned,
        target_accounts=_rows(work, listed),
        excluded=_rows(work, _best_first(excluded)),
        rejects=known.loaded.rejects.table(),
        review=(
            *to_decide(lists, known.deduped, known.suppressed, known.pinned),
            *left_to_decide(known.missed),
        ),
        ids=ids,
        similar=similar_counts(known.deduped),
        seconds=clock.seconds,
        warnings=tuple(work.diagnostics.warnings),
        id=files.final.name,
        before=None if since is None else since.before.run,
        changes=changes,
        overview=overview,
    ), sheets


def _in_tiers(work: Work, known: _Accounts, files: RunFiles, since: Since | None) -> Any:
    """The accounts with all step columns, as they are written."""
    # Tiers ask for many counts.
    accounts = work.engine.cut(scored(work, known.flagged))
    previous = None if since is None else since.previous
    done = tiered(work, accounts, known.pinned, previous, sound=True)
    done = reasons_in_words(work, done)
    accounts = work.engine.store(done, files.path("accounts.parquet"))
    warn_of_cards(work, accounts)
    return accounts


def _settled(work: Work, known: _Accounts, files: RunFiles) -> Mapping[str, int]:
    """Write which records make which account, and the ids given; gives how many there are."""
    from abmkit.runs.ledger import LEDGER
    from abmkit.runs.reading import MEMBERS

    settled = known.deduped.settled
    assert settled is not None
    for name, frame in ((MEMBERS, known.deduped.members), (LEDGER, settled.ledger)):
        work.engine.store(frame, files.path(name))
    return settled.counts


def _written(
    work: Work, clock: Clock, found: Run, sheets: Sheets | None, files: RunFiles
) -> dict[str, Any]:
    """The files of a run but for the accounts; gives the record, which is put in place last."""
    from abmkit.reports.console.diff import changes_table
    from abmkit.reports.excel.workbook import write_workbook
    from abmkit.reports.html.page import write_page
    from abmkit.reports.record import record_of
    from abmkit.reports.review import review_table
    from abmkit.runs.folder import LIST, REPORT

    with clock.timed("write"):
        files.table("rejects.csv", found.rejects)
        files.table("review.csv", review_table(found.review, work.words))
        files.table("changes.csv", changes_table(found.changes, work.words))
        for format in work.config.output.formats:
            name = f"{LIST}.{format}"
            if sheets is not None and format == "xlsx":
                with files.open(name) as file:
                    write_workbook(file, found, work.words, sheets)
            elif format != "parquet":
                files.rows(name, *found.target_accounts.opened())
        if work.config.output.report:
            with files.open(REPORT) as file:
                write_page(file, found, work.words)
    record = record_of(found, work.words)
    files.record(record)
    return record


def _rows(work: Work, frame: Any) -> Rows:
    """The rows of a frame of the engine."""
    from abmkit.runs.result import Rows

    return Rows(lambda: work.engine.batches(frame))


def _target_accounts(work: Work, accounts: Any) -> Any:
    """The tiered accounts that are on the list, in its order, with their reasons."""
    import narwhals as nw

    from abmkit.domain.frames import opened
    from abmkit.steps.tier import in_list_order

    listed = nw.to_native(opened(accounts).filter(~nw.col("tier").is_null()))
    told = scored(work, listed, reasons=True)
    return in_list_order(told, work.config.tier)


def _excluded(accounts: Any) -> Any:
    """Those that were excluded."""
    import narwhals as nw

    from abmkit.domain.frames import opened

    return nw.to_native(opened(accounts).filter(nw.col("excluded")))


def _best_first(excluded: Any) -> Any:
    """Excluded accounts, the best of them first: they are the ones to argue about."""
    import narwhals as nw

    from abmkit.domain.frames import opened

    by = ("fit_score", "account_id")
    return nw.to_native(opened(excluded).sort(*by, descending=[True, False], nulls_last=True))
