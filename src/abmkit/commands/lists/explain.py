"""Explain: why an account stands where it stands."""

from __future__ import annotations

from typing import Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place


@verb(sections=("score", "tier", "exclude", "suppress", "output"))
def explain(
    work: Work,
    account: Annotated[str, Argument("ACCOUNT", "Its account_id, domain or name.")],
    *,
    over_time: Annotated[
        bool, Option("--over-time", "Where it stood in each run that is kept, and why.")
    ] = False,
    output: Annotated[
        Place | None,
        Option("-o/--output", "The folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
) -> None:
    """Say why an account stands where it stands, after a run.

    Shows where its fields come from, what excluded it, each criterion's points, and its tier; or
    over time, through all runs that are kept and whatever its id was: day, tier, rank, fit, owner,
    what excluded it, what changed and why.
    """
    if over_time:
        from abmkit.reports.console.history.over_time import over_time_text
        from abmkit.runs.history.over_time import over_time as through_time

        folder = output or work.project.resolve(work.config.output.dir)
        found = through_time(work.engine, account, folder)
        work.output.words(over_time_text(found, work.words))
        return
    from abmkit.reports.console.explain import explanation_text
    from abmkit.reports.notebook.tables import explanation_tables
    from abmkit.runs.explain import explain as explained

    explanation = explained(work.project, work.engine, account, folder=output)
    work.output.words(explanation_text(explanation, work.words))
    work.output.tables(lambda: explanation_tables(explanation, work.words))
