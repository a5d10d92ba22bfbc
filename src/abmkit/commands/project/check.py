"""Check: whether a config and its inputs can run, and what a run would read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abmkit.commands.checking import Checking
from abmkit.commands.steps import STEPS
from abmkit.commands.steps.assign import filled
from abmkit.commands.steps.exclude import warn_of_lists
from abmkit.commands.steps.score import warn_of_cards
from abmkit.commands.targets import check_targets
from abmkit.commands.verb import verb
from abmkit.commands.work import Work
from abmkit.errors import AbmkitError

if TYPE_CHECKING:
    from abmkit.commands.meeting import Missed
    from abmkit.sources.loading import Loaded


def warn_of_config(work: Work) -> None:
    """Warn of what the config allows, but hardly means."""
    for step in STEPS:
        if step.doubts is not None:
            work.warn(map(work.words.of, step.doubts(work.config)))


def warn_of_sources(work: Work, loaded: Loaded) -> None:
    """Warn of industry labels nobody mapped and of what else would spoil a list."""
    from abmkit.reports.load import unused_columns
    from abmkit.reports.quality import columns_renamed, industry_warnings, quality_warnings

    for report in loaded.reports:
        work.warn(unused_columns(report, work.words))
    work.warn(columns_renamed(loaded.reports, work.config, filled(work), work.words))
    industry = work.config.industry
    work.warn(industry_warnings(loaded.reports, industry.map if industry else None, work.words))
    work.warn(quality_warnings(loaded.reports, work.config, work.words))


def checked_sources(work: Work, *, fingerprints: bool = False) -> Loaded:
    """The sources of a project, opened, when they, its lists and its rules are all sound.

    Raises InputError or ConfigError with everything that is wrong with any of them: what `run`
    refuses, `check` refuses.
    """
    from abmkit.errors import ConfigError, Problems
    from abmkit.sources.lists import load_lists
    from abmkit.sources.loading import load_sources

    problems = Problems()
    project, as_of = work.project, work.as_of
    work.lists = load_lists(project, as_of=as_of, only=work.verb.lists, problems=problems)
    loaded = load_sources(
        project, work.config.sources, as_of=as_of, fingerprints=fingerprints, problems=problems
    )
    sound = not problems.found
    # A scorecard by itself has no sources that could lack a column.
    whole = sound and bool(work.config.sources)
    of_rules = [_in_file(p, work) for p in _rule_problems(work, loaded, whole=whole)]
    if sound and of_rules:
        raise ConfigError(of_rules)
    problems.found += of_rules
    problems.told()
    return loaded


def _rule_problems(work: Work, loaded: Loaded, *, whole: bool) -> list[AbmkitError]:
    """Every rule that the sources' columns cannot serve."""
    import narwhals as nw

    from abmkit.schema.accounts import STEP

    columns = nw.Schema.from_arrow(loaded.schema).items()
    known = {name: dtype for name, dtype in columns if name not in STEP}
    checking = Checking(work.config, known, work.lists.assign_tables, whole)
    for step in STEPS:
        if step.problems is not None:
            step.problems(checking)
    return checking.problems


def _in_file(problem: AbmkitError, work: Work) -> AbmkitError:
    path = str(work.project.path or "")
    problem.where = ": ".join(part for part in (path, problem.where) if part)
    return problem


def _pin_doubts(work: Work) -> list[str]:
    """What of the pins no accounts are needed to see."""
    from abmkit.domain.rules.pins import unfollowed_by_themselves

    found = unfollowed_by_themselves(work.lists.pins, work.config.tier, as_of=work.as_of)
    return [work.words("pin.not_followed", account=pin.account, why=why) for pin, why in found]


@verb(
    config="named",
    sections=tuple(dict.fromkeys(section for step in STEPS for section in step.sections)),
    lists=tuple(dict.fromkeys(each for step in STEPS for each in step.lists)),
    dated=True,
)
def check(work: Work) -> None:
    """Check a config and its inputs without running: every problem at once.

    Reads the sources once and shows how full, valid, varied and fresh their columns are.
    """
    from abmkit.reports.console.check import check_text
    from abmkit.reports.notebook.tables import quality_tables

    warn_of_config(work)
    check_targets(work)
    loaded = checked_sources(work)
    lists = work.lists
    warn_of_lists(work)
    work.warn(_pin_doubts(work))
    _warn_of_nobody(work, loaded)
    warn_of_sources(work, loaded)
    text = check_text(loaded.reports, lists.suppression, work.as_of, work.words)
    work.output.words(text, needed=False)
    work.output.tables(lambda: quality_tables(loaded.reports, lists.suppression))


def missed_in_files(work: Work, loaded: Loaded) -> list[Missed]:
    """What the conditions of sources and of suppression lists name that no row of them has."""
    from abmkit.commands.meeting import missed_by_sources

    config, lists = work.config, work.lists.suppression_reports
    of_lists = missed_by_sources(lists, config.suppress, "suppress")
    return [*of_lists, *missed_by_sources(loaded.reports, config.sources, "sources")]


def _warn_of_nobody(work: Work, loaded: Loaded) -> None:
    """Read all rows, and warn of rules, literals and rows of tables that none of them meets."""
    import pyarrow as pa

    from abmkit.commands.meeting import columns_read, missed, warn_of_missed
    from abmkit.commands.steps.assign import assign_met, assigned

    wanted = {name.casefold() for name in columns_read(work.config, work.lists.assign_tables)}
    names = [name for name in loaded.schema.names if name.casefold() in wanted]
    if not wanted or not loaded.reports:
        for _ in loaded.batches:
            pass
        warn_of_missed(work, missed_in_files(work, loaded), every=True, spare=True)
        return
    names = list(dict.fromkeys(["account_id", *names]))
    schema = pa.schema([loaded.schema.field(name) for name in names])
    narrow = (batch.select(names) for batch in loaded.batches)
    records = work.engine.frame(narrow, schema)
    accounts = work.engine.spool(assigned(work, records))
    found = missed(work, accounts, assign_met(work, records))
    warn_of_cards(work, accounts)
    warn_of_missed(work, [*missed_in_files(work, loaded), *found], every=True, spare=True)
