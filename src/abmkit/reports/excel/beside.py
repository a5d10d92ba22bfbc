"""The sheets beside the list: what changed, who is next in line, what to decide, who is excluded,
and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from abmkit.domain.arrays import whole
from abmkit.io.writers.excel import Book
from abmkit.reports.console.diff import cause, changes_table
from abmkit.reports.excel.accounts import MOST_LACKING, Seen
from abmkit.reports.excel.choices import Choices
from abmkit.reports.excel.columns import (
    PLACE,
    TIER,
    Shown,
    clean_link,
    excluded_columns,
    people_values,
)
from abmkit.reports.excel.naming import SheetNames
from abmkit.reports.excel.survey import kept
from abmkit.reports.excel.table import FONT, INK, Table, bars, on_page
from abmkit.reports.excel.why import Plain
from abmkit.reports.review import review_table
from abmkit.reports.words import Words
from abmkit.runs.result import Run
from abmkit.runs.sheets import Bench
from abmkit.schema.accounts import INTERVALS

_SCORE, _COUNT = "0.0", "#,##0"


def _titled(words: Words, *columns: Shown) -> list[Shown]:
    """Columns with their titles: those that are put as names of sentences."""
    return [
        Shown(
            c.column, words(c.title), c.width, c.format, c.wrapped, c.link, c.number, c.fill,
            c.folded,
        )
        for c in columns
    ]  # fmt: skip


def write_changes(book: Book, run: Run, words: Words, names: SheetNames) -> int:
    """Write who came, left and moved; gives how many that are."""
    if run.changes is None or not run.changes.moves:
        return 0
    columns = _titled(
        words,
        Shown("name", "workbook.name", 40), Shown("change", "workbook.change", 12),
        Shown("from", "workbook.from_tier", 9), Shown("to", "workbook.to_tier", 9),
        Shown("cause", "workbook.cause", 22), Shown("why", "workbook.why_change", 80, wrapped=True),
        Shown("score_before", "workbook.score_before", 11, _SCORE, number=True),
        Shown("score", "workbook.score_now", 11, _SCORE, number=True),
        Shown("account_id", "workbook.account_id", 28, folded=True),
    )  # fmt: skip
    table = Table(book, names.of(words("sheet.changes")), columns, words)
    for row in changes_table(run.changes, words).to_pylist():
        causes = (row["cause"] or "").split(";")
        row["change"] = words(f"change.{row['change']}").capitalize()
        row["cause"] = cause([each for each in causes if each], words)
        row["name"] = row["name"] or row["account_id"]
        table.add([row[each.column] for each in columns])
    table.finish(printed=len(columns) - 1)
    return table.rows


def write_bench(book: Book, run: Run, found: Bench, words: Words, names: SheetNames) -> int:
    """Write the best of those who just missed, and why; gives how many that are."""
    rows = found.accounts
    if not rows.num_rows:
        return 0
    there = {n for n in rows.column_names if whole(rows[n]).null_count < rows.num_rows}
    columns = [
        each
        for each in _titled(
            words,
            Shown("name", "workbook.name", 40), Shown("bench_for", "workbook.waits_for", 10),
            Shown("tier", "workbook.tier_now", 9),
            Shown("fit_score", "workbook.score_now", 11, _SCORE, number=True),
            Shown("bench_points", "workbook.lacks", 12, _SCORE, number=True),
            Shown("bench_why", "workbook.why_not", 70, wrapped=True),
            Shown("owner", "workbook.owner", 20), Shown("territory", "workbook.territory", 18),
            Shown(PLACE, "workbook.place", 26),
            Shown("domain", "workbook.site", 26, link=clean_link),
            Shown("account_id", "workbook.account_id", 28, folded=True),
        )
        if each.column == PLACE or each.column in there
    ]  # fmt: skip
    plain = Plain(run.project.config, rows.column_names, words)
    table = Table(book, names.of(words("sheet.bench")), columns, words)
    for row in rows.to_pylist():
        row[PLACE] = plain.place(row)
        row["name"] = row.get("name") or row["account_id"]
        table.add([row[each.column] for each in columns])
    table.finish(printed=len(columns) - 1)
    return table.rows


def write_to_decide(book: Book, run: Run, words: Words, names: SheetNames, choices: Choices) -> int:
    """Write what a person should decide, as `review.csv` has it; gives how much that is."""
    if not run.review:
        return 0
    columns = _titled(
        words,
        Shown("kind", "workbook.kind", 20), Shown("left_name", "workbook.one", 34),
        Shown("right_name", "workbook.other", 34),
        Shown("decision", "workbook.decision", 12, fill=True),
        Shown("by", "workbook.by", 14, fill=True), Shown("why", "workbook.reason", 24, fill=True),
        Shown("probability", "workbook.probability", 11, "0%", number=True),
        Shown("evidence", "workbook.evidence", 60, wrapped=True),
        Shown("left_place", "workbook.one_place", 28),
        Shown("right_place", "workbook.other_place", 28),
        Shown("list", "workbook.list", 18), Shown("row", "workbook.row", 8, "0", number=True),
        Shown("left", "workbook.one_id", 28, folded=True),
        Shown("right", "workbook.other_id", 28, folded=True),
    )  # fmt: skip
    table = Table(book, names.of(words("sheet.decide")), columns, words)
    for row in review_table(run.review, words).to_pylist():
        row["kind"] = words(f"decide.{row['kind']}")
        if row["decision"] is not None:
            row["decision"] = words(f"verdict.{row['decision']}")
        table.add([row[each.column] for each in columns])
    table.finish(printed=8)
    table.choice("decision", choices.of_decisions())
    return table.rows


def write_excluded(book: Book, run: Run, words: Words, names: SheetNames, sheet_rows: int) -> int:
    """Write who was excluded and why, the best first; gives how many that are."""
    config = run.project.config
    with kept(run.excluded) as rows:
        if not rows.survey.rows:
            return 0
        assert rows.survey.schema is not None
        columns = excluded_columns(rows.survey, words, config.currency)
        plain = Plain(config, rows.survey.schema.names, words)
        written, table = 0, None
        for batch in rows.batches():
            there = set(batch.schema.names)
            values = {
                each.column: people_values(each, batch, run.reasons, words)
                for each in columns
                if each.column in there and each.column not in INTERVALS
            }
            for number, row in enumerate(batch.to_pylist()):
                if table is None or table.rows >= sheet_rows:
                    if table is not None:
                        table.finish(printed=_printed(columns))
                    table = Table(book, names.of(words("sheet.excluded")), columns, words)
                made = {name: plain.size(name, row) for name in INTERVALS}
                made[PLACE] = plain.place(row)
                table.add(
                    [
                        made[c.column] if c.column in made else values[c.column][number]
                        for c in columns
                    ]
                )
                written += 1
        assert table is not None
        table.finish(printed=_printed(columns))
        return written


def _printed(columns: Sequence[Shown]) -> int:
    return len(columns) - (columns[-1].column == "account_id")


def write_gaps(book: Book, seen: Seen, words: Words, names: SheetNames) -> bool:
    """Write what is known of the list's accounts, and of which accounts what is missing; gives
    whether anything is."""
    gaps = [(name, seen.rows - seen.known[name], points) for name, points in seen.asked.items()]
    gaps = [each for each in gaps if each[1]]
    if not gaps:
        return False
    # What is missing most, where most hangs on it.
    gaps.sort(key=lambda each: (-each[1] * each[2], -each[1], each[0]))
    columns = _titled(
        words,
        Shown("name", "workbook.name", 40), Shown("points", "workbook.could_gain", 16, _SCORE),
        Shown(TIER, "workbook.tier", 14), Shown("at_best", "workbook.at_best", 16),
        Shown("owner", "workbook.owner", 24), Shown("what", "workbook.missing", 60),
    )  # fmt: skip
    cells = book.sheet(names.of(words("sheet.gaps")))
    sheet = cells.sheet
    for number, each in enumerate(columns):
        sheet.set_column(number, number, each.width)
    page = _Page(cells)
    page.head(
        [words(f"workbook.gap_{n}") for n in ("field", "missing", "known", "share", "points")]
    )
    first = page.row
    for name, missing, points in gaps:
        label = words.label(name)
        known = seen.rows - missing
        # Rounded down: what one account lacks is not known of all.
        share = known * 1_000 // seen.rows / 1_000
        page.line([label, missing, known, share, points / 100 or None],
                  ["General", _COUNT, _COUNT, "0.0%", _SCORE])  # fmt: skip
    bars(sheet, (first, 3, page.row - 1, 3), 1)
    if seen.lacking:
        page.row += 1
        if seen.all_lacking > MOST_LACKING:
            page.note(words("workbook.worst_of", shown=MOST_LACKING, count=seen.all_lacking))
        page.head([each.title for each in columns])
        top = page.row - 1
        for one in seen.lacking:
            unknown = words("list.comma").join(one.unknown)
            values = [one.name, one.points, one.tier, one.at_best, one.owner, unknown]
            page.line(values, ["General", _SCORE, *["General"] * 4])
        sheet.autofilter(top, 0, page.row - 1, len(columns) - 1)
    page.finish(words)
    return True


class _Page:
    """Two tables on one sheet, one beneath the other."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells
        self.row = 0

    def head(self, titles: Sequence[str]) -> None:
        for number, title in enumerate(titles):
            align = "left" if number in (0,) else "center"
            self.cells.put(
                self.row, number, title, bold=True, font_color="#FFFFFF", bg_color=f"#{INK}",
                text_wrap=True, valign="vcenter", align=align,
            )  # fmt: skip
        self.cells.sheet.set_row(self.row, 32)
        self.row += 1

    def line(self, values: Sequence[Any], formats: Sequence[str]) -> None:
        for number, (value, format) in enumerate(zip(values, formats, strict=True)):
            look: dict[str, Any] = {"valign": "top", "font_name": FONT}
            look |= {"num_format": format} if format != "General" else {"align": "left"}
            if number == 0:
                look["bold"] = True
            elif format == "General":
                look["indent"] = 1
            self.cells.put(self.row, number, value, **look)
        self.row += 1

    def note(self, text: str) -> None:
        self.cells.put(self.row, 0, text, font_color="#7F7F7F")
        self.row += 1

    def finish(self, words: Words) -> None:
        self.cells.sheet.hide_gridlines(0)
        on_page(self.cells.sheet, words("sheet.of_sheet"), landscape=True)
