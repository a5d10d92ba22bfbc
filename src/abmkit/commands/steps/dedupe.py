"""Dedupe: one row per company."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.verb import Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError, instead
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.sections.dedupe import Dedupe
    from abmkit.domain.companies.ledger import Ledger
    from abmkit.steps.dedupe import Deduped


def deduped(
    work: Work,
    records: Any,
    setting: Dedupe,
    ledger: Ledger | None,
    *,
    every_pair: bool = False,
) -> Deduped:
    """The companies that records are, by a setting and a ledger; what a person should know is
    warned of."""
    from abmkit.reports.ids import id_changes
    from abmkit.reports.trust import doubts
    from abmkit.steps.dedupe import dedupe

    found = dedupe(
        records,
        setting,
        sources=[source.name for source in work.config.sources],
        decisions=work.lists.decisions,
        ledger=ledger,
        ordered=work.ordered,
        every_pair=every_pair,
        once=work.engine.spool,
    )
    if found.settled is not None:
        work.warn(id_changes(found.settled, work.words))
    work.warn(work.words("protect.overridden", **asdict(each)) for each in found.overridden)
    work.warn(found.unclear)
    work.warn(doubts(found.not_believed, work.words))
    return found


def similar_counts(found: Deduped) -> dict[str, int]:
    """How many pairs were merged by likeness, left to a person, and were too many to be merged."""
    verdicts = found.pairs["verdict"].to_pylist()
    counts = {verdict: verdicts.count(verdict) for verdict in ("merged", "review")}
    return {**counts, "giants": len(found.giants)}


def problems(checking: Checking) -> None:
    """Keys whose columns are not there; adds the columns of groups where parents are known."""
    from abmkit.domain.frames import DTYPES
    from abmkit.domain.groups.hierarchy import ADDED, has_parents
    from abmkit.schema.accounts import STEP

    setting, sources = checking.config.dedupe, [s.name for s in checking.config.sources]
    keys = [part.strip() for key in setting.keys for part in key.split("+")]
    checking.named(keys, "dedupe.keys")
    checking.named(setting.prefer, "dedupe.prefer")
    for column, preferred in setting.prefer.items():
        for name in preferred if isinstance(preferred, list) else []:
            if sources and name not in sources:
                where = f"dedupe.prefer.{column}"
                remedy = instead(name, sources, "sources")
                checking.add(
                    UsageError("no source {name!r}", where=where, remedy=remedy, name=name)
                )
    if has_parents(list(checking.sources)):
        checking.columns |= {name: DTYPES[STEP[name]] for name in ADDED}


@verb(
    reads="accounts", gives="table", config="if there", sections=("dedupe",),
    lists=("decisions",), ledger=True, dated=True, engine=True, problems=problems,
)  # fmt: skip
def dedupe(
    work: Work,
    records: Any,
    *,
    members: Annotated[
        Place | None,
        Option("--members", "Each record's account and what it gave.", metavar="FILE"),
    ] = None,
    pairs: Annotated[
        Place | None,
        Option("--pairs", "Pairs merged or left to a person: how likely, and why.", metavar="FILE"),
    ] = None,
    ledger_out: Annotated[
        Place | None, Option("--ledger-out", "Where to keep the ids from now on.", metavar="FILE")
    ] = None,
    level: Annotated[
        str | None, Option("--level", "company or group, else the config's.", metavar="LEVEL")
    ] = None,
) -> None:
    """Make one row per company, in account_id order.

    Records that share a key of the config are one company, unless unlike companies share it or
    their registry ids, tickers or sites contradict each other; a name counts as far as it is rare.
    So are those that are likely one by name, place, site, phone and ticker. What a
    person decided (dedupe.decisions) wins. Fields survive from the first source that knows them.
    With --ledger a company keeps the account_id that it had; without one, or when it is deleted,
    ids start afresh.
    """
    from abmkit.domain.companies.ledger import Ledger

    setting = _at_level(work.config.dedupe, level)
    file = work.ledger_file
    if isinstance(file, Path) and not file.exists():
        work.warn(work.words("ids.no_ledger", file=file))
    ledger = work.ledger
    if ledger is None and ledger_out is not None:
        ledger = Ledger.of(None, work.as_of)
    work.progress("dedupe")
    found = deduped(work, records, setting, ledger, every_pair=pairs is not None)
    work.diagnostics.done()
    work.keep(found.members, members)
    work.keep(found.pairs, pairs)
    if found.settled is not None:
        work.keep(found.settled.ledger, ledger_out)
    for decision, missing in found.unfollowed:
        work.warn(work.words("decision.no_record", decision=decision.left, called=missing))
    work.output.frame(found.accounts, work.engine)


def _at_level(setting: Dedupe, level: str | None) -> Dedupe:
    """The config's setting, at the level of `--level` where it is given. Raises UsageError."""
    if level is None:
        return setting
    if level not in ("company", "group"):
        raise UsageError(
            "there is no level {level!r}", remedy="say --level company or group", level=level
        )
    return setting.model_copy(update={"level": level})
