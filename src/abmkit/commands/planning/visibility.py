"""Visibility: how large the market is, and how much of it is known well enough."""

from __future__ import annotations

from typing import Annotated, Any

from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work


@verb(
    reads="accounts", of_run=True, gives="table", config="if there", sections=("visibility",),
    engine=True,
    result_of="abmkit.planning.visibility.visibility",
)  # fmt: skip
def visibility(
    work: Work,
    accounts: Any,
    *,
    by: Annotated[
        list[str] | None,
        Option("--by", "Columns whose values are the segments.", metavar="COLUMN", many=True),
    ] = None,
    target_market: Annotated[
        bool, Option("--target-market", "Leave out what the rules and lists exclude.")
    ] = False,
) -> None:
    """Estimate how large the market is, and say how much of it is known well enough.

    By segment: how many companies there are, by how often independent directories name the same
    ones (Chapman for two, log-linear models for more, with intervals), beside what the config says
    of it; market visibility, the complete records over that, against a target; and what is missing
    most. Excluded accounts belong to the market. What makes an estimate hard to believe is warned
    of, the worst first.
    """
    import narwhals as nw

    from abmkit.domain.frames import like, opened
    from abmkit.planning.visibility import visibility as seen
    from abmkit.reports.console.planning.visibility import (
        visibility_table,
        visibility_text,
        visibility_warnings,
    )

    config = work.config.visibility
    if by:
        config = config.model_copy(update={"by": by})
    sources = [source.name for source in work.config.sources]
    found = seen(accounts, config, sources, target_market=target_market)
    work.warn(visibility_warnings(found, work.words))
    table = visibility_table(found, work.words)
    if work.engine.name == "pandas":
        # A notebook gets the kind of frame that it gave.
        work.output.frame(nw.to_native(like(opened(accounts), table)), work.engine)
    else:
        work.output.rows(table.schema, table.to_batches())
    text = visibility_text(found, work.words)
    work.output.words(text, aside=work.output.table_on_stdout, needed=False)
