"""Backtest: what the scorecard would have done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from abmkit.commands.learning.cases import Day, Id, Outcome, cases_of
from abmkit.commands.steps.score import warn_of_cards
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.config.project import Config
    from abmkit.config.sections.exclude import Churn
    from abmkit.learning.backtest import Backtest
    from abmkit.learning.history import History


@verb(reads="any table", gives="words", sections=("score", "tier", "exclude", "learn"), dated=True)
def backtest(
    work: Work,
    history: Annotated[
        Place, Argument("HISTORY", "Accounts whose outcome is known, any table.", frames=True)
    ],
    *,
    outcome: Outcome,
    date: Day = None,
    id: Id = None,
    against: Annotated[
        Place | None,
        Option("--against", "A config whose scorecard is judged beside it.", metavar="FILE"),
    ] = None,
    churn: Annotated[
        bool, Option("--churn", "Judge the scorecard of [exclude.churn], and its thresholds.")
    ] = False,
    to: Annotated[str, Option("--to", "text or json.", metavar="FORMAT")] = "text",
    charts: Annotated[
        Place | None, Option("--charts", "Charts, as a page of HTML.", metavar="FILE")
    ] = None,
) -> None:
    """Say what the scorecard would have done with accounts whose outcome is known.

    By tenths and tiers: how often it came about, and how much of it the best hold; beside chance,
    size, an earlier card and the best black box that is installed. Rows without an outcome count
    as never worked. With dates the later part is judged, and whether scores are stable.
    """
    from abmkit.learning.backtest import backtest as backtested
    from abmkit.reports.charts.backtest import check_charts, write_charts

    if to not in ("text", "json"):
        raise UsageError("{to!r} is no format", where="--to", remedy="write text or json", to=to)
    if charts is not None:
        check_charts()
    config = _of_churn(work.config) if churn else work.config
    before = None if against is None else _config(against)
    cases = cases_of(work, history, outcome, date, id)
    if not churn:
        warn_of_cards(work, cases.accounts)
    work.progress("backtest")
    result = backtested(cases, config, as_of=work.as_of, against=before, size=_size(cases))
    work.diagnostics.done()
    work.warn(map(work.words.of, result.told))
    if not (churn or config.tier.tiers):
        work.warn(work.words("backtest.no_tiers"))
    told = _json if to == "json" else _text
    work.output.words(told(work, result, config.exclude.churn if churn else None))
    if charts is not None:
        with work.files.replacing(charts) as file:
            file.write(write_charts(result, work.words).encode())


def _of_churn(config: Config) -> Config:
    """The config with the scorecard of churn in place of that of fit, and without tiers."""
    from abmkit.config.sections.tier import Tiers

    churn = config.exclude.churn
    if churn is None:
        remedy = "name its scorecard there, or judge that file with -c"
        raise UsageError("there is no [exclude.churn]", where="--churn", remedy=remedy)
    return config.model_copy(update={"score": churn.card, "tier": Tiers()})


def _config(path: Place) -> Config:
    from abmkit.config.loading import load_project

    if not isinstance(path, Path):
        raise UsageError("is no file of this machine", where=f"--against {path}")
    return load_project(path).config


def _size(cases: History) -> str | None:
    """The column that says how large an account is: people, revenue, else one of its own."""
    from abmkit.schema.accounts import ACCOUNTS
    from abmkit.starter.profile import size_columns

    accounts = cases.accounts
    for name in ("employees", "revenue"):
        if name in accounts.column_names and accounts[name].null_count < accounts.num_rows:
            return name
    own = [name for name in accounts.column_names if ACCOUNTS.column(name) is None]
    return next(iter(size_columns(accounts, own)), None)


def _json(work: Work, result: Backtest, churn: Churn | None) -> str:
    from abmkit.reports.console.outcomes.backtest import backtest_data

    return json.dumps(backtest_data(result, work.words, churn), indent=2, ensure_ascii=False)


def _text(work: Work, result: Backtest, churn: Churn | None) -> str:
    """The results for a screen, for churn with what thresholds would have done."""
    from abmkit.reports.console.outcomes.backtest import backtest_text, foretold
    from abmkit.reports.console.outcomes.churn import churn_text

    text = backtest_text(result, work.words)
    if churn is None:
        return text
    curve = churn_text(*foretold(result), churn.outcome.name, work.words, churn)
    return f"{text}\n\n{curve}"
