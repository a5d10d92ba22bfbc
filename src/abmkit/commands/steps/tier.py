"""Tier: which accounts are on the list, and how closely each is worked."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.clustering import (
    cluster_doubts,
    cluster_problems,
    clustered,
    warn_of_clusters,
)
from abmkit.commands.meeting import missed, warn_of_missed
from abmkit.commands.steps.assign import filled
from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config
    from abmkit.domain.facts import Fact
    from abmkit.domain.rules.pins import Pinned
    from abmkit.domain.rules.tiers.capacities import Capacities
    from abmkit.domain.rules.tiers.stability import Previous
    from abmkit.steps.tiers.counts import RoomCounts


def pins_of(work: Work, accounts: Any) -> Pinned:
    """The accounts that the config's pins mean."""
    from abmkit.domain.rules.pins import pinned_by

    lists, tiers = work.lists, work.config.tier
    return pinned_by(accounts, lists.pins, lists.pin_entries, tiers, as_of=work.as_of)


def slots_of(work: Work) -> Capacities | None:
    """The slots of tiers, where the config names a table of them."""
    return work.lists.capacities


def tiered(
    work: Work,
    accounts: Any,
    pinned: Pinned,
    previous: Previous | None = None,
    *,
    sound: bool = False,
) -> Any:
    """The accounts with their tier, in whatever order, its reason in codes; `sound` as in tier."""
    from abmkit.steps.tier import tier

    once = work.engine.spool
    done = tier(
        accounts,
        work.config.tier,
        pinned,
        previous,
        as_of=work.as_of,
        capacities=slots_of(work),
        ordered=False,
        sound=sound,
        once=once,
    )
    return clustered(work, done)


def reasons_in_words(work: Work, tiered: Any) -> Any:
    """Tiered accounts, in their order, with the reason of their tier in words."""
    from abmkit.reports.reasons import tier_in_words

    return tier_in_words(tiered, work.config.tier, work.words)


def warn_of_places(
    work: Work, tiered: Any, pinned: Pinned, *, counted: bool = True
) -> RoomCounts | None:
    """Warn of tiers with more pins than capacity, of places and owners left blank, and of accounts
    that no row of the table of capacities is for; gives how full tiers are.

    Where there is no such table that is only `counted` where it is wanted.
    """
    from abmkit.domain.rules.pins import crowded
    from abmkit.reports.funnel import slot_warnings
    from abmkit.runs.blanks import blanks
    from abmkit.steps.tier import room_counts

    tiers, slots = work.config.tier, slots_of(work)
    found = [*crowded(tiered, pinned, tiers), *blanks(tiered, tiers, filled(work), slots)]
    work.warn(map(work.words.of, found))
    warn_of_clusters(work, tiered)
    if slots is None and not (counted and any(each.capacity is not None for each in tiers.tiers)):
        return None
    rooms = room_counts(tiered, tiers, pinned, slots, as_of=work.as_of)
    work.warn(slot_warnings(rooms, slots, work.words))
    return rooms


def doubts(config: Config) -> list[Fact]:
    """Tiers that ask for more than the one tried before them, and a config without tiers."""
    from abmkit.domain.facts import fact

    tiers = config.tier.tiers
    found = [
        fact("doubt.tier", tier=lower.id, least=lower.min_score, above=upper.id)
        for upper, lower in pairwise(tiers)
        if lower.min_score > upper.min_score and lower.when is None
    ]
    if config.sources and not tiers:
        found.append(fact("doubt.no_tiers"))
    first, stability = config.tier.rank_by[0], config.tier.stability
    if stability is not None and stability.margin and first != "fit_score":
        found.append(fact("doubt.margin", column=first))
    return [*found, *cluster_doubts(config.tier)]


def problems(checking: Checking) -> None:
    """What tiers ask of columns that are not there."""
    import narwhals as nw

    from abmkit.schema.accounts import STEP

    tiers = checking.config.tier
    for each in tiers.tiers:
        if each.when is not None:
            checking.condition(each.when, f"tier.tiers.{each.id}.when")
    checking.columns |= {name: nw.Float64() for name in STEP}
    if tiers.within is not None:
        checking.named([tiers.within], "tier.within")
    checking.named(tiers.rank_by, "tier.rank_by")
    cluster_problems(checking)


def _list_of_before(work: Work, accounts: Any, listed: Any) -> Previous | None:
    """The list of before, where one is given; warns of one that says nothing of anybody here."""
    from abmkit.domain.frames import collected, opened, those
    from abmkit.runs.changes.previous import previous_list

    if listed is None:
        if work.config.tier.stability is not None:
            work.warn(work.words("tier.no_previous"))
        return None
    before = previous_list(listed, accounts, work.engine, work.ledger)
    ids = before.accounts["account_id"].combine_chunks()
    if not collected(
        those(opened(accounts).select("account_id"), "account_id", ids).head(1)
    ).num_rows:
        work.warn(work.words("tier.other_accounts", count=len(before)))
    return before


@verb(
    reads="accounts", gives="table", sections=("tier",), lists=("pins", "capacities"), ledger=True,
    dated=True, engine=True, problems=problems, doubts=doubts,
)  # fmt: skip
def tier(
    work: Work,
    accounts: Any,
    *,
    listed: Annotated[bool, Option("--listed", "Only the accounts that are in a tier.")] = False,
    previous: Annotated[
        Place | None,
        Option(
            "--previous",
            "The list of before, or a run's folder: what was counts as [tier.stability] says.",
            metavar="LIST",
            frames=True,
        ),
    ] = None,
) -> None:
    """Put accounts into tiers up to capacity: the list by tier and rank, then the rest.

    With a list of before says what became of each account's tier, since when it is in it, and why;
    with [tier.clusters] in which group accounts of 1:few are, and what that shares. Accounts
    without an owner get one where a table of capacities has slots of somebody's for them.
    """
    import narwhals as nw

    from abmkit.domain.frames import opened
    from abmkit.domain.rules.pins import beaten_by_exclusions
    from abmkit.reports.console.run import rising_text, rooms_text
    from abmkit.steps.tier import in_list_order
    from abmkit.steps.tiers.rising import rising

    accounts = work.engine.spool(accounts)
    pinned = beaten_by_exclusions(accounts, pins_of(work, accounts))
    for pin, why in pinned.unfollowed:
        work.warn(work.words("pin.not_followed", account=pin.account, why=why))
    warn_of_missed(work, missed(work, accounts, steps=("tier",)), every=True)
    before = _list_of_before(work, accounts, previous)
    frame = tiered(work, accounts, pinned, before)
    watched = work.diagnostics.interactive
    rooms = warn_of_places(work, frame, pinned, counted=watched)
    could_rise = rising(frame) if watched else None
    if listed:
        frame = nw.to_native(opened(frame).filter(~nw.col("tier").is_null()))
    # What is sorted is wide enough without words.
    frame = in_list_order(frame, work.config.tier)
    work.output.frame(reasons_in_words(work, frame), work.engine)
    if rooms is not None:
        work.output.words(rooms_text(rooms, work.words), aside=True, needed=False)
    if could_rise is not None and could_rise.count:
        work.output.words(rising_text(could_rise, work.words), aside=True, needed=False)
