"""The sheets that reps work on: the list by owner, what they fill in, and what was found out."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from abmkit.domain.rules.scorecards import all_criteria, cards
from abmkit.io.writers.excel import Book
from abmkit.reports.excel.choices import Choices, status_shown
from abmkit.reports.excel.columns import (
    DATE,
    KEPT,
    MARK,
    NEXT,
    NOTE,
    OWNER,
    PLACE,
    STATUS,
    TO_FILL,
    UNKNOWN,
    WHY,
    Shown,
    fitting,
    list_columns,
    people_values,
)
from abmkit.reports.excel.naming import SheetNames
from abmkit.reports.excel.survey import Kept, kept
from abmkit.reports.excel.table import Table
from abmkit.reports.excel.why import Plain
from abmkit.reports.words import Words
from abmkit.runs.result import Run
from abmkit.runs.sheets import Sheets
from abmkit.schema.accounts import INTERVALS
from abmkit.sources.notes.kept import Note, mark_of

_ASKED_OF_ALL = ("domain", "industry", "country", "city", "employees", "revenue")
"""What a rep wants to know of every account, whether the scorecard asks for it or not."""
MOST_LACKING = 2_000
"""So many accounts are named of which something is unknown."""


@dataclass(frozen=True)
class Lacking:
    """An account of the list of which something is unknown that the scorecard asks."""

    points: float
    """What it could gain, were all of it as good as can be."""
    name: str
    tier: str
    owner: str | None
    unknown: tuple[str, ...]
    at_best: str | None


@dataclass
class Seen:
    """What was counted while the list was written."""

    rows: int = 0
    owners: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    """Accounts by owner and tier."""
    known: Counter[str] = field(default_factory=Counter)
    """How many accounts know each column that is asked."""
    asked: dict[str, int] = field(default_factory=dict)
    """The columns that are asked, with the hundredths of points that hang on each at most."""
    lacking: list[Lacking] = field(default_factory=list)
    all_lacking: int = 0
    with_notes: int = 0


def write_accounts(
    book: Book,
    run: Run,
    sheets: Sheets,
    words: Words,
    names: SheetNames,
    choices: Choices,
    sheet_rows: int,
) -> Seen:
    """Write the list, on as many sheets as its owners or its rows need."""
    with kept(sheets.accounts) as table:
        return _Writer(book, run, sheets, words, names, choices, sheet_rows).written(table)


class _Writer:
    def __init__(
        self,
        book: Book,
        run: Run,
        sheets: Sheets,
        words: Words,
        names: SheetNames,
        choices: Choices,
        sheet_rows: int,
    ) -> None:
        self.book, self.run, self.sheets, self.words = book, run, sheets, words
        self.names, self.choices, self.sheet_rows = names, choices, sheet_rows
        self.config = run.project.config
        self.by_owner = self.config.output.sheets == "owner"
        self.seen = Seen(asked=_asked(run))
        self.tables: list[Table] = []
        self._owner: str | None = None

    def written(self, table: Kept) -> Seen:
        output = self.config.output
        columns = list_columns(
            table.survey, self.words, self.config.currency, personal=output.personal
        )
        if not table.survey.rows:
            cells = self.book.sheet(self.names.of(self.words("sheet.accounts")))
            cells.put(0, 0, self.words("sheet.none"))
            return self.seen
        assert table.survey.schema is not None
        plain = Plain(self.config, table.survey.schema.names, self.words)
        for batch in table.batches():
            self._count(batch)
            for row, values in self._rows(batch, columns, plain):
                self._table(columns, row.get(OWNER)).add(values)
        self._finish(columns)
        return self.seen

    def _table(self, columns: Sequence[Shown], owner: str | None) -> Table:
        """The sheet that the next row goes to."""
        last = self.tables[-1] if self.tables else None
        another = self.by_owner and owner != self._owner
        if last is None or another or last.rows >= self.sheet_rows:
            wanted = self.words("sheet.accounts")
            if self.by_owner:
                wanted = owner or self.words("sheet.no_owner")
            last = Table(self.book, self.names.of(wanted), columns, self.words)
            self.tables.append(last)
            self._owner = owner
        return last

    def _rows(
        self, batch: pa.RecordBatch, columns: Sequence[Shown], plain: Plain
    ) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        """The rows of a batch, with the values of their cells."""
        there = set(batch.schema.names)
        made = {
            each.column: people_values(each, batch, self.run.reasons, self.words)
            for each in columns
            if each.column in there and each.column not in INTERVALS
        }
        none = [None] * batch.num_rows
        for number, row in enumerate(batch.to_pylist()):
            told = plain.told(row)
            note = self.sheets.notes.get(str(row.get("account_id")))
            own = self._own(row, note)
            own |= {
                WHY: told.why,
                UNKNOWN: self.words("list.comma").join(told.unknown) or None,
                PLACE: plain.place(row),
                **{name: plain.size(name, row) for name in INTERVALS},
            }
            self._look(row, told.unknown, note)
            yield (
                row,
                [
                    own[each.column] if each.column in own else made.get(each.column, none)[number]
                    for each in columns
                ],
            )

    def _own(self, row: Mapping[str, Any], note: Note | None) -> dict[str, Any]:
        """What a rep fills in, as it was last."""
        pin = self.run.pinned.accounts.get(str(row.get("account_id")))
        # What the cells hold, which is what they are read again beside: a long text is cut.
        texts = {
            each: text and fitting(text, self.words)
            for each in ("next_step", "note")
            for text in (getattr(note, each, None),)
        }
        given = {
            "status": note.status if note else None,
            "next_step": texts["next_step"],
            "date": note.date if note else None,
            "note": texts["note"],
            "owner": row.get(OWNER),
            "tier": pin.tier if pin else None,
        }
        day = given["date"]
        return {
            STATUS: status_shown(given["status"], self.words),
            NEXT: given["next_step"],
            DATE: None if day is None else date.fromisoformat(day),
            NOTE: given["note"],
            KEPT: given["tier"],
            OWNER: given["owner"],
            MARK: mark_of(given),
        }

    def _look(self, row: Mapping[str, Any], unknown: tuple[str, ...], note: Note | None) -> None:
        seen, tier, owner = self.seen, str(row.get("tier") or ""), row.get(OWNER)
        seen.rows += 1
        seen.owners[owner, tier] += 1
        seen.with_notes += note is not None and note.says
        if not unknown:
            return
        seen.all_lacking += 1
        points = (row.get("fit_high") or 0) - (row.get("fit_score") or 0)
        name = str(row.get("name") or row.get("account_id"))
        at_best = row.get("tier_at_best")
        seen.lacking.append(Lacking(points, name, tier, owner, unknown, at_best))
        if len(seen.lacking) > 2 * MOST_LACKING:
            seen.lacking = _worst(seen.lacking)

    def _count(self, batch: pa.RecordBatch) -> None:
        for name in self.seen.asked:
            if name in batch.schema.names:
                values = batch.column(name)
                self.seen.known[name] += len(values) - values.null_count

    def _finish(self, columns: Sequence[Shown]) -> None:
        self.seen.lacking = _worst(self.seen.lacking)
        tiers = [each.id for each in self.run.funnel.tiers]
        owners = sorted({owner for owner, _ in self.seen.owners if owner is not None})
        last = max(n for n, each in enumerate(columns, 1) if each.column in TO_FILL)
        self.choices.lists(tiers, owners)
        for table in self.tables:
            table.finish(tiers, printed=last)
            table.mark_empty(OWNER)
            for column, options in self.choices.of_accounts().items():
                table.choice(column, options)
            table.sheet.set_tab_color(f"#{_TAB}")


_TAB = "BF9000"


def _worst(lacking: Sequence[Lacking]) -> list[Lacking]:
    return heapq.nsmallest(MOST_LACKING, lacking, key=lambda each: (-each.points, each.name))


def _asked(run: Run) -> dict[str, int]:
    """The columns that the scorecard asks, and those that are asked of all."""
    points: Counter[str] = Counter()
    for card in cards(run.project.config.score):
        of_card: Counter[str] = Counter()
        for criterion in all_criteria([card]):
            for name in criterion.columns:
                of_card[name] += criterion.best
        for name, hundredths in of_card.items():
            points[name] = max(points[name], hundredths)
    return dict.fromkeys(_ASKED_OF_ALL, 0) | dict(points)
