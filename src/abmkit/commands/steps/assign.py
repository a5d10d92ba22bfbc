"""Assign: territories, owners and segments by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from abmkit.commands.meeting import missed, warn_of_missed
from abmkit.commands.verb import verb
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.config.project import Config
    from abmkit.steps.assign import AssignCount


def assigned(work: Work, accounts: Any) -> Any:
    """The accounts with what the config's rules fill, and the owners that people typed."""
    from abmkit.steps.assign import assign, with_owners

    tables = work.lists.assign_tables
    owners = work.lists.notes.owners() if work.lists.notes else None
    if owners is not None:
        accounts = with_owners(accounts, owners, ordered=work.ordered)
    rules = work.config.assign
    return assign(accounts, rules, tables, as_of=work.as_of, ordered=work.ordered)


def filled(work: Work) -> set[str]:
    """The columns that the config's rules fill."""
    columns = {rule.column for rule in work.config.assign if rule.column is not None}
    return columns.union(*(table.column_names for table in work.lists.assign_tables.values()))


def assign_met(work: Work, accounts: Any) -> list[AssignCount]:
    """Whom the config's rules meet, on accounts as they are before."""
    from abmkit.steps.assign import assign_counts

    rules = work.config.assign
    return assign_counts(accounts, rules, work.lists.assign_tables, as_of=work.as_of)


def problems(checking: Checking) -> None:
    """Rules that ask of columns that are not there; adds the columns that rules fill."""
    import narwhals as nw

    from abmkit.steps.assign import assign_problems

    rules, tables = checking.config.assign, checking.tables
    for number, rule in enumerate(rules, start=1):
        if rule.when is not None and rule.table is None:
            checking.condition(rule.when, f"assign.{number}.when")
    found, columns = assign_problems(checking.none(), rules, tables, as_of=checking.as_of)
    for problem in found:
        checking.add(problem)
    for rule in rules:
        table = tables.get(rule.table or "")
        columns += [*(table.column_names if table is not None else [rule.column or ""])]
    for name in filter(None, columns):
        checking.columns.setdefault(name, nw.String())


def without_tables(config: Config, _own: Mapping[str, Any]) -> bool:
    """Whether no rule joins a table: to keep the order of rows, that takes all of them."""
    return all(rule.table is None for rule in config.assign)


@verb(
    reads="accounts", gives="table", sections=("assign",), lists=("assign",), dated=True,
    engine=True, problems=problems, one_by_one=without_tables,
)  # fmt: skip
def assign(work: Work, accounts: Any) -> None:
    """Fill territories, owners and segments by rule, where they are unknown."""
    if work.passing is None:
        accounts = work.engine.spool(accounts)
    work.output.frame(assigned(work, accounts), work.engine)
    if (over := work.once_over(accounts)) is not None:
        found = missed(work, over, assign_met(work, over), ("assign",))
        warn_of_missed(work, found, every=True)
