"""Bench: the next best accounts, which wait for a place on the list or for a better tier."""

from __future__ import annotations

from typing import Annotated, Any

from abmkit.commands.steps.tier import pins_of, slots_of
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError


@verb(
    reads="accounts", of_run=True, gives="table", sections=("tier",), lists=("pins", "capacities"),
    dated=True, engine=True, result_of="abmkit.planning.bench.bench",
)  # fmt: skip
def bench(
    work: Work,
    accounts: Any,
    *,
    territory: Annotated[
        str | None, Option("--territory", "Only accounts of this territory.", metavar="NAME")
    ] = None,
    owner: Annotated[
        str | None,
        Option(
            "--owner",
            "Only accounts of this owner, and those without one that could be dealt to him.",
            metavar="NAME",
        ),
    ] = None,
    tier: Annotated[
        str | None, Option("--tier", "Only accounts that wait for this tier.", metavar="ID")
    ] = None,
    top: Annotated[
        int, Option("-n/--top", "How many accounts to give; 0 for all.", metavar="N")
    ] = 20,
) -> None:
    """Draw the next best accounts from the bench: those that wait for a place on the list.

    They are not excluded, and in no tier, or meet a better one than theirs that has no room; the
    best come first. Adds bench_for (the tier that they wait for), bench_points (the points that
    they lack to be in it; 0 where they are level, empty where points do not help) and bench_why.
    """
    import narwhals as nw

    from abmkit.domain.frames import like, opened
    from abmkit.planning.bench import Asked
    from abmkit.planning.bench import bench as drawn
    from abmkit.reports.console.bench import bench_text

    if top < 0:
        raise UsageError(
            "{top} accounts cannot be given", where="--top", remedy="write 20", top=top
        )
    accounts = work.engine.spool(accounts)
    asked = Asked(territory, owner, tier, top or None)
    found = drawn(
        accounts, work.config.tier, asked, pins_of(work, accounts), slots_of(work), as_of=work.as_of
    )
    if work.engine.name == "pandas":
        # A notebook gets the kind of frame that it gave.
        rows = like(opened(accounts), found.accounts)
        work.output.frame(nw.to_native(rows), work.engine)
    else:
        work.output.rows(found.accounts.schema, found.accounts.to_batches())
    text = bench_text(found, asked, work.words)
    work.output.words(text, aside=work.output.table_on_stdout, needed=False)
