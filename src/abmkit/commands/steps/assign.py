"""Assign: territories, owners and segments by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abmkit.commands.verb import verb
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking


def assigned(work: Work, accounts: Any) -> Any:
    """The accounts with what the config's rules fill."""
    from abmkit.steps.assign import assign

    tables = work.lists.assign_tables
    rules = work.config.assign
    return assign(accounts, rules, tables, as_of=work.as_of, ordered=work.ordered)


def problems(checking: Checking) -> None:
    """Rules that ask of columns that are not there; adds the columns that rules fill."""
    import narwhals as nw

    for number, rule in enumerate(checking.config.assign, start=1):
        if rule.when is not None and rule.table is None:
            checking.condition(rule.when, f"assign.{number}.when")
    for rule in checking.config.assign:
        filled = checking.tables[rule.table].column_names if rule.table else [rule.column]
        for name in filled:
            checking.columns.setdefault(str(name), nw.String())


@verb(
    reads="accounts", gives="table", sections=("assign",), lists=("assign",), dated=True,
    engine=True, problems=problems,
)  # fmt: skip
def assign(work: Work, accounts: Any) -> None:
    """Fill territories, owners and segments by rule, where they are unknown."""
    work.output.frame(assigned(work, accounts), work.engine)
