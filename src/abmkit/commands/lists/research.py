"""Research: which unknown field of which account to look up next."""

from __future__ import annotations

from typing import Annotated, Any

from abmkit.commands.steps.tier import pins_of, slots_of, tiered
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError


@verb(
    reads="accounts", of_run=True, gives="table", sections=("score", "tier", "exclude"),
    lists=("pins", "capacities"), dated=True, engine=True,
    result_of="abmkit.planning.research.worth_looking_up",
)  # fmt: skip
def research(
    work: Work,
    accounts: Any,
    *,
    top: Annotated[
        int, Option("-n/--top", "How many fields to give; 0 for all.", metavar="N")
    ] = 100,
) -> None:
    """List which unknown fields to look up next: those that could change an account's tier.

    One row per field: the tier that the account is in, the best and the worst it could be in were
    the field known (research_best, research_worst), how likely that is to change it
    (research_chance) and by how many tiers it is expected to rise (research_change), by what is
    known of accounts of the same industry and country. Those expected to move most come first. Fill
    in the field's column, and the file is a source: what it needs in the config is printed.
    """
    from abmkit.planning.research import worth_looking_up
    from abmkit.planning.research.sheet import decided_by, sheet
    from abmkit.reports.console.research import research_text
    from abmkit.steps.score import score

    if top < 0:
        raise UsageError("{top} fields cannot be given", where="--top", remedy="write 100", top=top)
    config, words = work.config, work.words
    scored = work.engine.spool(score(accounts, config.score, as_of=work.as_of))
    placed = work.engine.spool(tiered(work, scored, pins_of(work, scored)))
    slots = slots_of(work)
    found = worth_looking_up(placed, config, as_of=work.as_of, top=top or None, capacities=slots)
    why = {
        name: words("research.why", field=name, deciders=decided_by(config, name))
        for name in dict.fromkeys(found.field)
    }
    table = sheet(found, placed, config, why)
    work.output.rows(table.schema, table.to_batches())
    text = research_text(found, config, words)
    work.output.words(text, aside=work.output.table_on_stdout, needed=False)
