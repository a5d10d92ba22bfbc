"""Similar: which accounts resemble the best customers, and whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.sources.lists import CustomerList
    from abmkit.steps.similar import Lookalikes
    from abmkit.steps.suppression import Met

_MOST_NAMED = 3


@verb(
    reads="accounts", of_run=True, gives="table", config="if there", sections=("dedupe",),
    dated=True, engine=True,
)  # fmt: skip
def similar(
    work: Work,
    accounts: Any,
    customers: Annotated[
        Place,
        Argument("CUSTOMERS", "The best customers, any table of companies.", frames=True),
    ],
    *,
    top: Annotated[
        int, Option("-n/--top", "How many accounts to give; 0 for all.", metavar="N")
    ] = 100,
    weight: Annotated[
        str | None,
        Option(
            "--weight", "The customers' column that says how much each counts.", metavar="COLUMN"
        ),
    ] = None,
) -> None:
    """Find the accounts that resemble the best customers, and say whom, and by what.

    The customers are found among the accounts as those of a suppression list are, and left out.
    Adds similarity (0 to 1: 0.5 says nothing, 0.9 that what is known of an account is nine times as
    frequent among the customers as in the market), similar_to (the customers it resembles most) and
    similar_by (the fields that say so). How much a field counts is learned from these customers;
    what is unknown says nothing.
    """
    from abmkit.domain.frames import missing_account_id, opened
    from abmkit.reports.console.similar import similar_in_words, similar_text
    from abmkit.sources.lists import read_customers
    from abmkit.steps.similar import Customers
    from abmkit.steps.similar import similar as found_similar
    from abmkit.steps.suppression import entries_met

    if top < 0:
        raise UsageError(
            "{top} accounts cannot be given", where="--top", remedy="write 100", top=top
        )
    accounts = work.engine.spool(accounts)
    missing_account_id(opened(accounts).columns, "similar")
    work.progress("match")
    listed = read_customers(work.project, _file_or_rows(work, customers), weight, work.as_of)
    met = entries_met(accounts, listed.list)
    known = Customers(listed.list.entries, met.accounts, listed.weight)
    found = found_similar(accounts, known, top=top or None)
    work.diagnostics.done()
    _warn(work, listed, met, found)
    frame = work.engine.spool(similar_in_words(found.accounts, work.words))
    work.output.frame(frame, work.engine)
    among = len(met.accounts)
    text = similar_text(found, among, found.given, work.words)
    work.output.words(text, aside=work.output.table_on_stdout, needed=False)


def _file_or_rows(work: Work, customers: Any) -> Any:
    """A file, or the rows of a frame as text."""
    from abmkit.domain.cells import as_texts
    from abmkit.sources.given import rows_given

    if isinstance(customers, str | Place):
        return customers
    rows, told = rows_given(customers)
    work.warn(map(work.words.of, told))
    return as_texts(rows)


def _warn(work: Work, listed: CustomerList, met: Met, found: Lookalikes) -> None:
    """Warn of customers that are not among the accounts, and of what could be chance."""
    from abmkit.reports.load import reading_warnings

    words, entries = work.words, listed.list.entries
    work.warn(reading_warnings(listed.report, words, kept=True))
    if met.not_found:
        named = "name" if "name" in entries.column_names else "account_id"
        names = [entries[named][number].as_py() for number in [*met.not_found][:_MOST_NAMED]]
        more = words("list.and_more") if len(met.not_found) > _MOST_NAMED else ""
        work.warn(
            words(
                "similar.not_found",
                count=len(met.not_found),
                entries=entries.num_rows,
                names=[name or "?" for name in names],
                more=more,
            )
        )
    if found.unknown:
        work.warn(words("similar.unknown", count=found.unknown, entries=entries.num_rows))
    if listed.without_weight:
        count, column = listed.without_weight, listed.weighed_by
        work.warn(words("similar.no_weight", count=count, column=column))
    if found.by_chance:
        work.warn(words("similar.chance", companies=found.companies))
