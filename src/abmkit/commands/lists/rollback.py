"""Rollback: an earlier list in place again."""

from __future__ import annotations

from typing import Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place


@verb(config="if there", sections=("output",))
def rollback(
    work: Work,
    run: Annotated[
        str,
        Argument(
            "RUN", "An id or how it begins, the day of a list, previous (or -- -1), or newest."
        ),
    ],
    *,
    output: Annotated[
        Place | None,
        Option("-o/--output", "The folder; else the config's output.dir.", metavar="DIR"),
    ] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", "Say what would change, and write nothing.")
    ] = False,
) -> None:
    """Put the list of an earlier run in place again, with all files that are kept of it.

    Each file takes its place in one step, run.json last. What that run does not give back is
    removed: nothing of another run stays beside it. The ledger stays, so ids do. The history keeps
    every run and says what was put back when; the next run takes this list as the list of before.
    """
    from abmkit.reports.console.history.rollback import already_text, rollback_text
    from abmkit.runs.folder import HISTORY, being_written, on_this_machine
    from abmkit.runs.history.kept import history_of
    from abmkit.runs.history.rollback import changes_by, put_in_place, rollback_to, run_meant

    place = on_this_machine(output or work.project.resolve(work.config.output.dir))
    history = history_of(place)
    target = run_meant(history, run)
    if target.id == history.in_place and history.cut_off is None:
        work.output.words(already_text(target, work.words), needed=dry_run)
        return
    if being_written(place / HISTORY):
        work.warn(work.words("history.busy_rollback"))
    changes = changes_by(history, target, work.engine)
    planned = rollback_to(history, target)
    if not dry_run:
        put_in_place(history, planned)
    text = rollback_text(planned, changes, work.words, dry_run=dry_run)
    work.output.words(text, needed=dry_run)
