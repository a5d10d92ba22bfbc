"""Rules, literals and rows of tables that meet nobody: found once, said once, left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.commands.work import Work
    from abmkit.config.project import Config
    from abmkit.config.sections.sources import Source
    from abmkit.domain.facts import Fact
    from abmkit.domain.rules.tiers.capacities import Capacities
    from abmkit.domain.rules.unmet import Unmet
    from abmkit.runs.review import ToDecide
    from abmkit.sources.loading import SourceReport
    from abmkit.steps.assign import AssignCount

TERRITORY = "territory"
_MOST_LINES = 3
_MOST_SAMPLES = 3


@dataclass(frozen=True)
class Missed:
    """Something of the config that meets no account."""

    kind: str
    """`unknown` (a column that nobody knows), `source` (of which no row is taken), `literal`,
    `absent` (a code that exists, but not here), `beside` (such a one beside others), `rule`,
    `band`, `row`, or `spare` (a row that need not meet anybody)."""
    where: str
    """The rule, or the table that the row is of."""
    why: Fact
    row: int | None = None
    """Of a table, from 1."""


def columns_read(config: Config, tables: dict[str, pa.Table]) -> list[str]:
    """The columns that rules and tables of the config read or fill."""
    from abmkit.domain.rules.asked import asked

    names = [name for each in asked(config) for name in each.condition.column_names()]
    for rule in config.assign:
        filled = tables[rule.table].column_names if rule.table in tables else [rule.column]
        names += [*rule.on, *(str(name) for name in filled if name is not None)]
    # A code stands for the industry that it is of; an interval is told by its ends, too.
    ends = [f"{name}_{end}" for name in names for end in ("min", "max")]
    slots = ["territory", "owner"] if config.tier.capacities else []
    return [*dict.fromkeys([*names, *ends, *_parting(config), *slots, "industry_code"])]


def _parting(config: Config, slots: Capacities | None = None) -> dict[str, str]:
    """The columns by whose values tiers part accounts, each with where it is named. An owner may be
    unknown of all: they are dealt one."""
    tiers = config.tier
    by = tiers.clusters.by if tiers.clusters is not None else []
    parting = dict.fromkeys(by, "tier.clusters.by")
    parting |= {tiers.within: "tier.within"} if tiers.within else {}
    if slots is not None and TERRITORY in slots.keys:
        parting.setdefault(TERRITORY, "tier.capacities")
    return parting


def missed(
    work: Work, accounts: Any, counts: Sequence[AssignCount] = (), steps: Sequence[str] = ()
) -> list[Missed]:
    """What of the config meets none of the accounts: of some steps, or of all.

    `accounts` are those that the rules meet, `counts` whom the rules of `assign` met before.
    """
    from abmkit.domain.frames import opened
    from abmkit.domain.rules.asked import asked, held_counts, never_known
    from abmkit.domain.rules.unmet import unmet_literals
    from abmkit.schema.accounts import STEP

    config = work.config
    every = asked(config, steps)
    read = [name for each in every for name in each.condition.column_names()]
    slots = work.lists.capacities if "tier" in (steps or ["tier"]) else None
    if slots is not None and slots.unread:
        # What else would tell two rows apart is told, too.
        columns = list(slots.unread)
        work.warn(work.words("capacity.unread", table=slots.table, columns=columns))
    parting = _parting(config, slots) if "tier" in (steps or ["tier"]) else {}
    nobody_knows = never_known(accounts, [*read, *parting])
    # Of columns that no source gives, a project's sources tell.
    there = {name.casefold() for name in opened(accounts).columns}
    untold = [n for n in nobody_knows if steps or n in parting or n.casefold() in there]
    found = list(_unknown(untold, every, parting))
    literals = unmet_literals(accounts, ((each.where, each.condition) for each in every))
    found += [Missed(_kind(each), each.where, _literal(each)) for each in literals]
    told = {each.where for each in literals if not each.beside}
    told |= {e.where for e in every if set(e.condition.column_names()) <= {*nobody_knows}}
    # What a step makes is known only after it.
    made = {name for name in STEP if name not in there}
    later = [
        each
        for each in every
        if each.step != "assign" and made.isdisjoint(each.condition.column_names())
    ]
    held = zip(later, held_counts(accounts, later, work.as_of), strict=True)
    found += list(_rules(((e.where, e.band, count) for e, count in held), told))
    if "exclude" in (steps or ["exclude"]):
        found += _rules(_leaving(work, accounts, made), told)
    met = ((f"assign.{each.number}", None, each.accounts) for each in counts)
    found += list(_rules(met, told))
    found += _slots(accounts, slots, nobody_knows)
    return found + list(_rows(config, counts))


def missed_by_sources(
    reports: Sequence[SourceReport], sources: Sequence[Source], section: str
) -> list[Missed]:
    """What conditions of sources or lists, all read, name that none of their rows has."""
    from abmkit.domain.facts import fact
    from abmkit.domain.rules.unmet import unmet_literals

    found: list[Missed] = []
    by_name = {source.name: source.when for source in sources}
    for report in reports:
        when, where = by_name.get(report.name), f"{section}.{report.name}.when"
        if when is None:
            continue
        literals = unmet_literals(report.told_by, [(where, when)])
        found += [Missed(_kind(e), where, _literal(e, "unmet.in_rows")) for e in literals]
        rows = report.total("filtered")
        if rows and not report.total("accepted"):
            found.append(Missed("source", where, fact("unmet.source", where=where, rows=rows)))
    return found


def _slots(
    accounts: Any, slots: Capacities | None, nobody_knows: Sequence[str]
) -> Iterator[Missed]:
    """Rows of the table of capacities whose slots no account could have."""
    from abmkit.domain.facts import fact
    from abmkit.steps.tier import slots_of_nobody

    if slots is None or TERRITORY in nobody_knows:
        return
    for row in slots_of_nobody(accounts, slots):
        keys = ", ".join(text for text in (row.tier, row.territory, row.owner) if text)
        why = fact("unmet.row", table=slots.table, row=row.row, keys=keys)
        yield Missed("row", slots.table, why, row.row)


def _unknown(
    nobody: Sequence[str], every: Sequence[Any], parting: Mapping[str, str]
) -> Iterator[Missed]:
    from abmkit.domain.facts import fact

    for name in nobody:
        readers = [e.where for e in every if name in e.condition.column_names()]
        readers += [parting[name]] if name in parting else []
        where = list(dict.fromkeys(readers))
        yield Missed("unknown", where[0], fact("unmet.unknown", rules=where, column=name))


def _kind(each: Unmet) -> str:
    return "beside" if each.beside else "absent" if each.exists else "literal"


def _literal(each: Unmet, sentence: str = "unmet.literal") -> Fact:
    from abmkit.domain.facts import fact

    asked = "unmet.is" if each.test in ("is", "in", "not_in") else f"condition.{each.test}"
    what = fact(asked, literal=repr(each.literal))
    near: Fact | str = ""
    if each.unknown:
        near = fact("unmet.reads_unknown")
    elif each.near:
        values = [fact("unmet.has", value=value, count=count) for value, count in each.near]
        near = fact("unmet.near" if each.close else "unmet.commonest", values=values)
    told: dict[str, Any] = {"column": each.column, "asked": what, "near": near}
    told["literal"] = each.literal
    return fact(sentence, where=each.where, **told)


def _leaving(work: Work, accounts: Any, made: set[str]) -> list[tuple[str, None, int]]:
    """For how many accounts the scorecard of churn holds, where what it asks for is made."""
    from abmkit.config.sections.exclude import Exclude
    from abmkit.domain.rules.scorecards import FULL, least_above
    from abmkit.steps.exclude import exclusion_counts

    churn = work.config.exclude.churn
    if churn is not None and least_above(churn.outcome, churn.max_probability) > FULL:
        return []  # That is said of the config.
    columns = {name for each in churn.card.criteria for band in each.bands
               for name in band.when.column_names()} if churn else set()  # fmt: skip
    if churn is None or not made.isdisjoint(columns):
        return []
    (count,) = exclusion_counts(accounts, Exclude(churn=churn), as_of=work.as_of).rules
    return [("exclude.churn", None, count.true)]


def _rules(held: Iterable[tuple[str, int | None, int | None]], told: set[str]) -> Iterator[Missed]:
    from abmkit.domain.facts import fact

    for where, band, count in held:
        if count != 0 or where in told:
            continue
        if band is None:
            yield Missed("rule", where, fact("unmet.rule", where=where))
        else:
            yield Missed("band", where, fact("unmet.band", where=where, band=band))


def _rows(config: Config, counts: Sequence[AssignCount]) -> Iterator[Missed]:
    from abmkit.domain.facts import fact

    for each in counts:
        table = str(config.assign[each.number - 1].table)
        # A table of all countries or states may have some that nobody is in.
        few = 2 * len(each.unmet) < each.rows
        for row in each.unmet:
            why = fact("unmet.row", table=table, row=row.number, keys=row.keys)
            yield Missed("spare" if row.exists and few else "row", table, why, row.number)


def warn_of_missed(
    work: Work, found: Sequence[Missed], *, every: bool = False, spare: bool = False
) -> None:
    """Say it: a line each for what may be misspelt, one line for all the others of a kind.

    `every` one of the lines where nothing else would tell the rest; `spare` also of what need not
    be a slip.
    """
    words = work.words
    for kinds in (("source",), ("unknown",), ("literal", "absent")):
        those = [each for each in found if each.kind in kinds]
        shown = those if every else those[:_MOST_LINES]
        work.warn(words.of(each.why) for each in shown)
        if len(those) > len(shown):
            work.warn(words("unmet.more_literals", count=len(those) - len(shown)))
    beside = [each for each in found if each.kind == "beside"] if spare else []
    for where in dict.fromkeys(each.where for each in beside):
        named = [each.why.values["literal"] for each in beside if each.where == where]
        more = words("list.and_more") if len(named) > _MOST_SAMPLES else ""
        work.warn(words("unmet.beside", where=where, literals=named[:_MOST_SAMPLES], more=more))
    for kind in ("rule", "band"):
        those = [each for each in found if each.kind == kind]
        if len(those) == 1:
            work.warn(words.of(those[0].why))
        elif those:
            called = [_called(each) for each in those]
            named = called if every else called[:_MOST_SAMPLES]
            more = words("list.and_more") if len(called) > len(named) else ""
            work.warn(words(f"unmet.{kind}s", count=len(those), samples=named, more=more))
    rows = [each for each in found if each.kind in ("row", *(["spare"] if spare else []))]
    for table in dict.fromkeys(each.where for each in rows):
        keys = [str(each.why.values["keys"]) for each in rows if each.where == table]
        more = words("list.and_more") if len(keys) > _MOST_SAMPLES else ""
        samples = [words("unmet.key", keys=key) for key in keys[:_MOST_SAMPLES]]
        work.warn(words("unmet.rows", table=table, count=len(keys), samples=samples, more=more))


def _called(each: Missed) -> str:
    band = each.why.values.get("band")
    return each.where if band is None else f"{each.where} {band}"


def left_to_decide(found: Sequence[Missed]) -> Iterator[ToDecide]:
    """Rules, and rows of tables, that meet nobody, for a person to look at."""
    from abmkit.domain.facts import fact
    from abmkit.runs.review import ToDecide

    for each in found:
        if each.kind == "row":
            keys = str(each.why.values["keys"])
            yield ToDecide("row", keys, evidence=each.why, list=each.where, row=each.row)
        elif each.kind not in ("absent", "beside", "spare"):
            yield ToDecide("rule", each.where, evidence=each.why)
    for where in dict.fromkeys(each.where for each in found if each.kind == "absent"):
        yield ToDecide("rule", where, evidence=fact("unmet.rule", where=where))
