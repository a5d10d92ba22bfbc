"""Check: whether a config and its inputs can run, and what a run would read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abmkit.commands.checking import Checking
from abmkit.commands.steps import STEPS
from abmkit.commands.steps.exclude import warn_of_lists
from abmkit.commands.verb import verb
from abmkit.commands.work import Work
from abmkit.errors import AbmkitError, ConfigError

if TYPE_CHECKING:
    from abmkit.sources.lists import Lists
    from abmkit.sources.loading import Loaded


def warn_of_config(work: Work) -> None:
    """Warn of what the config allows, but hardly means."""
    for step in STEPS:
        if step.doubts is not None:
            work.warn(map(work.words.of, step.doubts(work.config)))


def warn_of_sources(work: Work, loaded: Loaded) -> None:
    """Warn of industry labels nobody mapped and of what else would spoil a list."""
    from abmkit.reports.load import unused_columns
    from abmkit.reports.quality import columns_not_given, industry_warnings, quality_warnings

    for report in loaded.reports:
        work.warn(unused_columns(report, work.words))
    work.warn(columns_not_given(loaded.reports, work.config, work.words))
    industry = work.config.industry
    work.warn(industry_warnings(loaded.reports, industry.map if industry else None, work.words))
    work.warn(quality_warnings(loaded.reports, work.config, work.words))


def check_rules(work: Work, loaded: Loaded, lists: Lists) -> None:
    """Raise ConfigError with every rule that the sources' columns cannot serve."""
    import narwhals as nw

    from abmkit.schema.accounts import STEP

    columns = nw.Schema.from_arrow(loaded.schema).items()
    known = {name: dtype for name, dtype in columns if name not in STEP}
    checking = Checking(work.config, known, lists.assign_tables)
    for step in STEPS:
        if step.problems is not None:
            step.problems(checking)
    if checking.problems:
        raise ConfigError([_in_file(problem, work) for problem in checking.problems])


def _in_file(problem: AbmkitError, work: Work) -> AbmkitError:
    path = str(work.project.path or "")
    problem.where = ": ".join(part for part in (path, problem.where) if part)
    return problem


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
    from abmkit.sources.loading import load_sources

    warn_of_config(work)
    lists = work.lists
    warn_of_lists(work)
    loaded = load_sources(work.project, work.config.sources, as_of=work.as_of)
    check_rules(work, loaded, lists)
    for _ in loaded.batches:
        pass
    warn_of_sources(work, loaded)
    text = check_text(loaded.reports, lists.suppression, work.as_of, work.words)
    work.output.words(text)
