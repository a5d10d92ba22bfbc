"""Exclude: which accounts are not wanted, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.meeting import missed, missed_by_sources, warn_of_missed
from abmkit.commands.steps.load import check_rejects
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config
    from abmkit.domain.facts import Fact
    from abmkit.sources.lists import Lists
    from abmkit.steps.suppression import Suppressed


@dataclass(frozen=True)
class Excluded:
    """The accounts, flagged, with reasons in words, and which suppression lists they are on."""

    accounts: Any
    suppressed: Suppressed


def excluded_by_config(work: Work, accounts: Any, *, some: bool = False) -> Excluded:
    """The accounts flagged by the config's rules and lists; with `some` lists of which only some
    entries are accounts are warned of, too."""
    warn_of_lists(work)
    found = _excluded(work, accounts)
    _warn_of_excluded(work, found, some=some)
    return found


def _excluded(work: Work, accounts: Any) -> Excluded:
    from abmkit.reports.reasons import churn_in_words
    from abmkit.steps.exclude import exclude
    from abmkit.steps.suppression import suppressed_by

    lists, rules = work.lists.suppression, work.config.exclude
    suppressed = suppressed_by(accounts, lists, as_of=work.as_of)
    flagged = exclude(
        accounts, rules, lists, as_of=work.as_of, suppressed=suppressed, ordered=work.ordered
    )
    return Excluded(churn_in_words(flagged, rules, work.words), suppressed)


def _warn_of_excluded(work: Work, found: Excluded, *, some: bool) -> None:
    from abmkit.reports.trust import found_warnings, unguarded_warnings
    from abmkit.steps.protection import unguarded

    work.warn(found_warnings(work.lists, found.suppressed, work.as_of, work.words, some=some))
    work.warn(unguarded_warnings(unguarded(found.accounts, work.config), work.words))


def warn_of_lists(work: Work) -> None:
    """Warn of suppression lists, and rows of them, that exclude nobody as they are."""
    from abmkit.reports.trust import list_warnings

    if work.lists.suppression:
        work.warn(list_warnings(work.lists, work.as_of, work.words))


def check_lists(lists: Lists, allowed: str | None) -> None:
    """Raise InputError for a suppression list of which more rows name nobody than is allowed."""
    for report in lists.suppression_reports:
        file = report.files[0].path if report.files else ""
        check_rejects([report], allowed, report.name, file)


def problems(checking: Checking) -> None:
    """Rules that ask of columns that are not there."""
    from abmkit.domain.frames import DTYPES

    for rule in checking.config.exclude.rules:
        checking.condition(rule.when, f"exclude.rules.{rule.id}.when")
    if (churn := checking.config.exclude.churn) is not None:
        checking.cards(churn.card, f"{churn.scorecard}: ")
        checking.columns["churn_probability"] = DTYPES["double"]
    if any(each.subsidiaries == "expand" for each in checking.config.suppress):
        checking.columns["expand_from"] = DTYPES["list"]


def doubts(config: Config) -> list[Fact]:
    """A threshold of churn that no score passes, or every one, and bands that nothing reaches."""
    from abmkit.domain.facts import fact
    from abmkit.domain.rules.scorecards import FULL, least_above, probability, unreachable_bands

    churn = config.exclude.churn
    if churn is None:
        return []
    found = [
        fact("doubt.churn_band", scorecard=churn.scorecard, criterion=criterion.id,
             band=later + 1, earlier=earlier + 1)
        for criterion in churn.card.criteria
        for later, earlier in unreachable_bands(criterion)
    ]  # fmt: skip
    limit = least_above(churn.outcome, churn.max_probability)
    ends = {"low": probability(churn.outcome, 0), "high": probability(churn.outcome, FULL)}
    if limit > FULL:
        found.append(fact("doubt.churn_nobody", most=churn.max_probability * 100, **ends))
    if limit == 0:
        found.append(fact("doubt.churn_everybody", most=churn.max_probability * 100, **ends))
    return found


def without_lists(config: Config, own: Mapping[str, Any]) -> bool:
    """Whether rules alone exclude, into one table: a list is looked up among all accounts."""
    return not config.suppress and own["excluded"] is None


@verb(
    reads="accounts", gives="table", sections=("exclude", "suppress"), lists=("suppress",),
    ledger=True, dated=True, engine=True, problems=problems, doubts=doubts,
    one_by_one=without_lists,
)  # fmt: skip
def exclude(
    work: Work,
    accounts: Any,
    *,
    keep_all: Annotated[
        bool,
        Option("--all", "Write the excluded accounts too, with their reasons.", notebook=True),
    ] = False,
    excluded: Annotated[
        Place | None,
        Option("--excluded", "The excluded accounts, with reasons.", metavar="FILE"),
    ] = None,
) -> None:
    """Leave out accounts that are not wanted; an unknown value never excludes.

    All rules and lists that hold are kept as reasons in the column exclusions. A
    scorecard of churn adds churn_probability, and churn_reason where it excludes.
    """
    import narwhals as nw

    from abmkit.domain.frames import opened

    found = _excluded(work, accounts)
    flagged = found.accounts
    if excluded is not None:
        left_out = nw.to_native(opened(flagged).filter(nw.col("excluded")))
        work.keep_rows(*work.engine.batches(left_out), excluded)
    if not keep_all:
        flagged = nw.to_native(opened(flagged).filter(~nw.col("excluded")))
    work.output.frame(flagged, work.engine)
    over = work.once_over(accounts)
    if over is None:
        return
    reports, lists = work.lists.suppression_reports, work.config.suppress
    nobody = missed_by_sources(reports, lists, "suppress")
    nobody += missed(work, over, steps=("exclude",))
    warn_of_missed(work, nobody, every=True)
    warn_of_lists(work)
    _warn_of_excluded(work, found if over is accounts else _excluded(work, over), some=True)
