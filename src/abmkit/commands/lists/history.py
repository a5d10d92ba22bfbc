"""History: the runs that are kept."""

from __future__ import annotations

from typing import Annotated

from abmkit.commands.verb import Argument, verb
from abmkit.commands.work import Work
from abmkit.places import Place


@verb(
    gives="table", config="unless files", sections=("output",),
    result_of="abmkit.reports.console.history.runs.history_table",
)  # fmt: skip
def history(
    work: Work,
    folder: Annotated[
        Place | None, Argument("[DIR]", "A run's folder; else the config's output.dir.")
    ] = None,
) -> None:
    """List the runs that are kept, the newest first, and which one's list is in place.

    Per run: its id, the day that it is of, how many accounts it had and how many of them on the
    list, by tier; how many entered, left and moved since the run before, and whether config or
    inputs had changed; its bytes on disk, and whether it is kept whole or compact. What is kept is
    said in [output.keep]. An earlier list comes back with `abmkit rollback`.
    """
    from abmkit.reports.console.history.runs import history_doubts, history_table, history_text
    from abmkit.runs.folder import on_this_machine
    from abmkit.runs.history.kept import history_of

    place = on_this_machine(folder or work.project.resolve(work.config.output.dir))
    found = history_of(place)
    work.warn(map(work.words.of, history_doubts(found)))
    table = history_table(found)
    work.output.rows(table.schema, table.to_batches())
    aside = work.output.table_on_stdout
    work.output.words(history_text(found, work.words), aside=aside, needed=False)


def keep_history(work: Work, folder: Place) -> None:
    """Make earlier runs compact and remove those that the config does not keep; what goes is said,
    and what goes wrong."""
    from abmkit.runs.folder import on_this_machine
    from abmkit.runs.history.keeping import keep

    work.progress("history")
    done = keep(on_this_machine(folder), work.config.output.keep)
    work.warn(map(work.words.of, done.problems))
    if done.removed:
        told = work.words("history.removed", runs=len(done.removed), ids=list(done.removed))
        work.diagnostics.info(told)
    work.diagnostics.done()
