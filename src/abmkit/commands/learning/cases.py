"""The cases that verbs learn from and judge by: what says what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.lists.match import companies_listed
from abmkit.commands.verb import Option
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.learning.history import History

Outcome = Annotated[
    str,
    Option(
        "--outcome", "Which column says it, and which values.", metavar="COLUMN[=VALUE[/OTHER]]"
    ),
]
Day = Annotated[str | None, Option("--date", "When each outcome was known.", metavar="COLUMN")]
Id = Annotated[str | None, Option("--id", "Whose rows belong together.", metavar="COLUMN")]


def cases_of(
    work: Work, given: Any, outcome: str, day: str | None, id: str | None, listed: Any = None
) -> History:
    """The history in a file or frame, with what is known of the accounts on a list."""
    from abmkit.learning.history import read_history

    accounts = None if listed is None else companies_listed(work, listed, whole=True)[0]
    return read_history(
        given, work.project, outcome, date_column=day, id_column=id, listed=accounts,
        format=work.format,
    )  # fmt: skip
