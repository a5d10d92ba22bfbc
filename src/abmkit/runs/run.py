"""Run: from the sources to the target-account list, in one go, with everything on record."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.loading import Project
from abmkit.domain.companies.decisions import Decision
from abmkit.domain.companies.ledger import Ledger, Settled
from abmkit.domain.frames import Frame, opened
from abmkit.domain.rules.pins import pinned_by
from abmkit.engines.engine import Engine
from abmkit.errors import ConfigError, InputError, UsageError
from abmkit.io import diagnostics
from abmkit.reports.quality import industry_warnings, quality_text, quality_warnings
from abmkit.runs.checking import config_warnings, rule_problems
from abmkit.runs.folder import RunFolder
from abmkit.runs.funnel import Funnel, count_funnel, would_reach
from abmkit.runs.ledger import LEDGER, named_now, read_ledger, warn_of_changes
from abmkit.runs.record import record_of
from abmkit.runs.review import kinds_of, review_table
from abmkit.schema.accounts import STEP
from abmkit.sources.lists import Lists, industry_labels, load_lists
from abmkit.sources.loading import Loaded, load_sources
from abmkit.steps.assign import assign
from abmkit.steps.dedupe import Deduped, dedupe
from abmkit.steps.exclude import exclude, exclusion_counts, suppressed_by
from abmkit.steps.score import score
from abmkit.steps.tier import in_list_order, tier


@dataclass(frozen=True)
class RunResult:
    """What a run made: its folder and files, the funnel, the list, and the record."""

    folder: Path
    files: tuple[Path, ...]
    funnel: Funnel
    target_accounts: pa.Table
    """The list, by tier and rank, with `fit_reasons`."""
    record: dict[str, Any]


@dataclass
class _Clock:
    """The seconds that each part of a run took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        diagnostics.progress(f"{part} …")
        started = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - started, 3)


def run(
    project: Project,
    engine: Engine,
    *,
    as_of: date,
    output: Path | None = None,
    max_rejects: str | None = None,
) -> RunResult:
    """Load, dedupe, assign, exclude, score and tier a project's sources into its output folder.

    `max_rejects` is a count (`100`) or a share (`5%`) of the rows read. Raises ConfigError with all
    problems of the config, InputError for sources that cannot be used or with too many rejects,
    OutputError where the folder cannot be written.
    """
    config = project.config
    if not config.sources:
        raise UsageError(
            "there are no sources", where=str(project.path or "config"), remedy="add [[sources]]"
        )
    folder = RunFolder.at(output or project.resolve(config.output.dir))
    ledger = read_ledger(folder.path / LEDGER, as_of)
    clock = _Clock()
    for warning in config_warnings(config):
        diagnostics.warn(warning)
    with clock.timed("load"):
        lists = load_lists(project, as_of=as_of)
        loaded = load_sources(
            project,
            config.sources,
            as_of=as_of,
            fingerprints=True,
            industries=industry_labels(project),
        )
        check_rules(project, loaded, lists)
        records = loaded.frame(engine)
        check_rejects(loaded, max_rejects)
        warn_of_sources(project, loaded)
    with clock.timed("dedupe"):
        deduped, settled = _companies(project, records, lists.decisions, ledger)
        lists = named_now(lists, Ledger.of(settled.ledger, as_of))
    with clock.timed("assign"):
        accounts = assign(
            deduped.accounts,
            config.assign,
            lists.assign_tables,
            as_of=as_of,
            ordered=False,
        )
        accounts = engine.spool(accounts)
    with clock.timed("exclude"):
        suppressed = suppressed_by(accounts, lists.suppression, as_of=as_of)
        rules, list_counts = exclusion_counts(
            accounts, config.exclude, lists.suppression, as_of=as_of, suppressed=suppressed
        )
        pinned = pinned_by(accounts, lists.pins, lists.pin_entries, config.tier, as_of=as_of)
        accounts = exclude(
            accounts,
            config.exclude,
            lists.suppression,
            as_of=as_of,
            suppressed=suppressed,
            ordered=False,
        )
    with folder.writing() as files:
        with clock.timed("score and tier"):
            accounts = score(accounts, config.score, as_of=as_of)
            accounts = tier(accounts, config.tier, pinned, as_of=as_of, ordered=False)
            accounts = engine.store(accounts, files.path("accounts.parquet"))
        with clock.timed("report"):
            customers = would_reach(accounts, config, lists.suppression, suppressed, as_of=as_of)
            funnel = count_funnel(
                accounts,
                config,
                records=sum(report.total("read") for report in loaded.reports),
                rejected=sum(report.total("rejected") for report in loaded.reports),
                filtered=sum(report.total("filtered") for report in loaded.reports),
                rules=rules,
                lists=list_counts,
                customers=customers,
            )
        with clock.timed("write"):
            listed = target_accounts(accounts, project, engine, as_of=as_of)
            excluded = _best_first(opened(accounts).filter(nw.col("excluded")))
            engine.store(excluded, files.path("excluded.parquet"))
            files.table("members.parquet", deduped.members)
            files.table(LEDGER, settled.ledger)
            files.table("rejects.csv", loaded.reject_table())
            review = review_table(lists, deduped, suppressed, pinned)
            files.table("review.csv", review)
            for format in config.output.formats:
                files.target_accounts(
                    format, listed, engine.batches(excluded), project, funnel, as_of
                )
        record = record_of(
            project,
            engine.name,
            loaded,
            lists,
            funnel,
            pinned,
            as_of,
            clock.seconds,
        )
        similar = similar_counts(deduped)
        to_decide = kinds_of(review)
        record = {**record, "ids": settled.counts, "similar": similar, "review": to_decide}
        files.record(record)
    diagnostics.current().done()
    return RunResult(folder.path, files.placed, funnel, listed, record)


def _companies(
    project: Project, records: Any, decisions: Sequence[Decision], ledger: Ledger
) -> tuple[Deduped, Settled]:
    """The companies of all sources with the ids they keep; what a person should know is warned."""
    deduped = dedupe(
        records,
        project.config.dedupe,
        sources=[source.name for source in project.config.sources],
        decisions=decisions,
        ledger=ledger,
        ordered=False,
    )
    settled = deduped.settled
    assert settled is not None
    warn_of_changes(settled)
    for said in deduped.unclear:
        diagnostics.warn(said)
    return deduped, settled


def _best_first(excluded: Frame) -> Any:
    """Those that were excluded, the best of them first: they are the ones to argue about."""
    by_score = excluded.sort("fit_score", "account_id", descending=[True, False], nulls_last=True)
    return nw.to_native(by_score)


def similar_counts(deduped: Deduped) -> dict[str, int]:
    """How many pairs were merged by likeness, left to a person, and were too many to be merged."""
    verdicts = deduped.pairs["verdict"].to_pylist()
    counts = {verdict: verdicts.count(verdict) for verdict in ("merged", "review")}
    return {**counts, "giants": len(deduped.giants)}


def target_accounts(accounts: Any, project: Project, engine: Engine, *, as_of: date) -> pa.Table:
    """The tiered accounts that are on the list, in its order, with their reasons."""
    listed = opened(accounts).filter(~nw.col("tier").is_null())
    scored = score(nw.to_native(listed), project.config.score, as_of=as_of, reasons=True)
    schema, batches = engine.batches(in_list_order(scored, project.config.tier))
    return pa.Table.from_batches(list(batches), schema)


def check_rules(project: Project, loaded: Loaded, lists: Lists) -> None:
    """Raise ConfigError with every rule that the sources' columns cannot serve."""
    columns = nw.Schema.from_arrow(loaded.schema).items()
    known = {name: dtype for name, dtype in columns if name not in STEP}
    problems = rule_problems(project.config, known, lists.assign_tables)
    if problems:
        raise ConfigError([_placed(problem, project) for problem in problems])


def _placed(problem: Any, project: Project) -> Any:
    problem.where = ": ".join(part for part in (str(project.path or ""), problem.where) if part)
    return problem


def check_rejects(loaded: Loaded, allowed: str | None) -> None:
    """Raise InputError where more rows were rejected than `100` or `5%` allows."""
    if allowed is None:
        return
    read = sum(report.total("read") for report in loaded.reports)
    rejected = sum(report.total("rejected") for report in loaded.reports)
    try:
        share = allowed.endswith("%")
        most = float(allowed.rstrip("%")) * (read / 100 if share else 1)
    except ValueError:
        raise UsageError(
            f"{allowed!r} is neither a count nor a share",
            where="--max-rejects",
            remedy="write it like 100 or 5%",
        ) from None
    if rejected > most:
        raise InputError(
            f"{rejected:,} of {read:,} rows rejected, more than --max-rejects {allowed}",
            remedy="see why with `abmkit load --rejects rejects.csv`",
        )


def all_accounts(result: RunResult, project: Project, engine: Engine) -> Any:
    """Every account of a run, excluded ones too: the list in its order, then the rest."""
    return in_list_order(
        engine.from_parquet([result.folder / "accounts.parquet"]), project.config.tier
    )


def warn_of_sources(project: Project, loaded: Loaded) -> None:
    """Warn of industry labels nobody mapped and of what else would spoil a list."""
    table = project.config.industry.map if project.config.industry else None
    for warning in industry_warnings(loaded.reports, table):
        diagnostics.warn(warning)
    for warning in quality_warnings(loaded.reports, project.config):
        diagnostics.warn(warning)


def check(project: Project, *, as_of: date) -> list[str]:
    """What a run would read and warn of, with the quality of each source; nothing is written.

    Reads the sources once. Raises ConfigError with all problems, InputError for files that cannot
    be used.
    """
    for warning in config_warnings(project.config):
        diagnostics.warn(warning)
    lists = load_lists(project, as_of=as_of)
    loaded = load_sources(
        project, project.config.sources, as_of=as_of, industries=industry_labels(project)
    )
    check_rules(project, loaded, lists)
    for _ in loaded.batches:
        pass
    warn_of_sources(project, loaded)
    said = [quality_text(report, as_of) + "\n" for report in loaded.reports]
    said += [f"{each.name}: {each.entries.num_rows:,} to suppress" for each in lists.suppression]
    return [*said, "no problems found"]
