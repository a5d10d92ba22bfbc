"""The workbook that a rep keeps open: the list by owner, and all that is asked about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from abmkit.io.atomic import replacing
from abmkit.io.writers.excel import SHEET_ROWS, new_book
from abmkit.reports.excel.accounts import write_accounts
from abmkit.reports.excel.beside import (
    write_bench,
    write_changes,
    write_excluded,
    write_gaps,
    write_to_decide,
)
from abmkit.reports.excel.choices import Choices
from abmkit.reports.excel.cover import Beside, write_cover
from abmkit.reports.excel.lookup import write_lookup
from abmkit.reports.excel.naming import SheetNames
from abmkit.reports.words import Words
from abmkit.runs.result import Run
from abmkit.runs.sheets import Sheets


def write_workbook(
    target: BinaryIO | Path,
    run: Run,
    words: Words,
    sheets: Sheets | None = None,
    *,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write the workbook: Cover, Accounts, and of the other sheets those that have anything to say.

    Columns without a value are left out, and those that only serve machines; the order of rows is
    kept. The same run gives the same bytes. Without `sheets` the list has no notes and comes in its
    own order, and no company is looked up.

    Raises OutputError for more columns than Excel can hold, or a place that cannot be written to.
    """
    sheets = sheets or Sheets(run.target_accounts)
    names = SheetNames()
    lists = names.of(words("sheet.lists"))
    cover_name = names.of(words("sheet.cover"))
    choices = Choices(lists, run.project.config.output.statuses, words)
    with _opened(target) as file, new_book(file, run.as_of) as book:
        cover = book.sheet(cover_name)
        seen = write_accounts(book, run, sheets, words, names, choices, sheet_rows)
        told = [(book.names[1], "workbook.about_accounts")]
        bench = sheets.bench() if sheets.bench is not None else None
        steps: tuple[tuple[str, Callable[[], int]], ...] = (
            ("about_changes", lambda: write_changes(book, run, words, names)),
            ("about_bench", lambda: write_bench(book, run, bench, words, names) if bench else 0),
            ("about_decide", lambda: write_to_decide(book, run, words, names, choices)),
            ("about_excluded", lambda: write_excluded(book, run, words, names, sheet_rows)),
            ("about_gaps", lambda: write_gaps(book, seen, words, names)),
        )
        for about, write in steps:
            before = len(book.names)
            if write():
                told.append((book.names[before], f"workbook.{about}"))
        looked_up = write_lookup(book, run, sheets, words, names)
        told.append((book.names[-1], "workbook.about_look_up"))
        choices.write(book)
        looked_up.write_index(book, run, sheets)
        beside = Beside(
            seen,
            notes=sum(each.says for each in sheets.notes.values()),
            people=sheets.people,
            bench=(bench.accounts.num_rows, bench.waiting) if bench else (0, 0),
            bench_left_out=sheets.bench_left_out,
            sheets=told,
        )
        write_cover(cover, run, words, beside)


@contextmanager
def _opened(target: BinaryIO | Path) -> Iterator[BinaryIO]:
    if not isinstance(target, Path):
        yield target
        return
    with replacing(target) as file:
        yield file
