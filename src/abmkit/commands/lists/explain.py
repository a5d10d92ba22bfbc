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
    output: Annotated[
        Place | None,
        Option("-o/--output", "The folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
) -> None:
    """Say why an account stands where it stands, after a run.

    Shows where its fields come from, what excluded it, each criterion's points, and its tier.
    """
    from abmkit.reports.console.explain import explanation_text
    from abmkit.runs.explain import explain as explained

    explanation = explained(work.project, work.engine, account, folder=output)
    work.output.words(explanation_text(explanation, work.words))
