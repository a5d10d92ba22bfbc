"""Explain: why an account stands where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work


@verb(sections=("score", "tier", "exclude", "suppress", "output"))
def explain(
    work: Work,
    account: Annotated[str, Argument("ACCOUNT", "Its account_id, domain or name.")],
    *,
    output: Annotated[
        Path | None,
        Option("-o/--output", "The folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
) -> None:
    """Say why an account stands where it stands, after a run.

    Shows where its fields come from, what excluded it, each criterion's points, and its tier.
    """
    from abmkit.reports.console.explain import explanation_text
    from abmkit.runs.explain import explain as explained

    folder = None if output is None else Path(output)
    explanation = explained(work.project, work.engine, account, folder=folder)
    work.output.words(explanation_text(explanation, work.words))
