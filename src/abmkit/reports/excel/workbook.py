"""The workbook for sales: a summary, the target-account list, and who was excluded and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from abmkit.io.atomic import replacing
from abmkit.io.writers.excel import (
    SHEET_ROWS,
    checked_columns,
    fill,
    guard,
    is_guarded,
    new_book,
    save,
)
from abmkit.reports.excel.columns import (
    NAME,
    SCORE,
    TIER,
    Kept,
    Shown,
    excluded_columns,
    kept,
    list_columns,
    people_values,
    printed,
    text_width,
)
from abmkit.reports.excel.summary import narrow_margins, write_summary
from abmkit.reports.words import Words
from abmkit.runs.funnel import TierCount
from abmkit.runs.result import Run

_ROW_HEIGHT = 15.0
_MOST_LINES = 2
_HEADER_FILL, _HEADER_TEXT, _LINK = "1F3864", "FFFFFF", "1F5FA8"
_BAR = "9DC3E6"
_FONT = "Calibri"
_LINKS = 16_000
"""Per column: four columns link, Excel holds 65,530 a sheet, and openpyxl keeps all in memory."""
_CENTRED = (TIER, "tier_rank", "strategy")
_TIER_FILLS = ("C6E0B4", "DDEBF7", "EDEDED")
"""From the top tier down; tiers beyond them are as the last."""
_LONGEST_LITERAL = 255
"""Of a text in a formula of Excel's."""


def write_workbook(
    target: BinaryIO | Path, run: Run, words: Words, *, sheet_rows: int = SHEET_ROWS
) -> None:
    """Write the workbook: the sheets Summary, Accounts and Excluded, more where they overflow.

    Columns without a value are left out, and those that only serve machines; the order of rows is
    kept. The same run gives the same bytes.

    Raises OutputError for more columns than Excel can hold, or a place that cannot be written to.
    """
    currency = run.project.config.currency
    with (
        _opened(target) as file,
        kept(run.target_accounts) as listed,
        kept(run.excluded) as others,
        new_book() as book,
    ):
        write_summary(book.create_sheet(words("sheet.summary")), run, words)
        tables = (
            ("sheet.accounts", listed, list_columns(listed.survey, currency)),
            ("sheet.excluded", others, excluded_columns(others.survey, currency)),
        )
        for title, table, columns in tables:
            checked_columns(len(columns))
            _Sheets(book, words(title), columns, run, words).write(table, sheet_rows)
        save(book, file, run.as_of)


@contextmanager
def _opened(target: BinaryIO | Path) -> Iterator[BinaryIO]:
    if not isinstance(target, Path):
        yield target
        return
    with replacing(target) as file:
        yield file


class _Sheets:
    """A table on as many sheets as its rows need, each with header, filter and formats."""

    def __init__(
        self, book: Any, title: str, columns: Sequence[Shown], run: Run, words: Words
    ) -> None:
        self.book = book
        self.title = title
        self.columns = columns
        self.wrapped = [number for number, each in enumerate(columns) if each.wrapped]
        self.tiers = run.funnel.tiers
        self.reasons = run.reasons
        self.words = words
        self.written = 0

    def write(self, table: Kept, sheet_rows: int) -> None:
        """Write all rows, and the header where there are none."""
        sheet, row = self._begun(), 1
        cells = [_Cells(sheet, each) for each in self.columns]
        for batch in table.batches():
            values = [people_values(each, batch, self.reasons) for each in self.columns]
            for line in zip(*values, strict=True):
                if row > sheet_rows:
                    self._finished(sheet, row)
                    sheet, row = self._begun(), 1
                    cells = [_Cells(sheet, each) for each in self.columns]
                row += 1
                self._append(sheet, row, cells, line)
        self._finished(sheet, row)

    def _append(self, sheet: Any, row: int, cells: Sequence[_Cells], line: Sequence[Any]) -> None:
        values = [each.of(value) for each, value in zip(cells, line, strict=True)]
        if not self.wrapped:
            sheet.append(values)
            return
        lines = max(cells[number].lines(line[number]) for number in self.wrapped)
        sheet.row_dimensions[row].height = lines * _ROW_HEIGHT
        sheet.append(values)
        # The row is on disk by now; its height need not stay in memory.
        del sheet.row_dimensions[row]

    def _begun(self) -> Any:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        self.written += 1
        suffix = "" if self.written == 1 else f" {self.written}"
        sheet = self.book.create_sheet(f"{self.title}{suffix}")
        names = [each.column for each in self.columns]
        frozen = names.index(NAME) + 1 if NAME in names else min(len(names), 1)
        sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for number, each in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(number)].width = each.width
        sheet.row_dimensions[1].height = 2 * _ROW_HEIGHT + 4
        headers = [_header(sheet, each) for each in self.columns]
        sheet.append(headers or [self.words("sheet.none")])
        return sheet

    def _finished(self, sheet: Any, row: int) -> None:
        from openpyxl.utils import get_column_letter

        if not self.columns:
            return
        last = get_column_letter(len(self.columns))
        sheet.auto_filter.ref = f"A1:{last}{row}"
        sheet.print_options.gridLines = True
        sheet.page_margins = narrow_margins()
        sheet.print_title_rows = "1:1"
        sheet.print_area = f"A1:{get_column_letter(printed(self.columns))}{row}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.oddFooter.center.text = self.words("sheet.of_sheet")
        for number, each in enumerate(self.columns, 1):
            letter = get_column_letter(number)
            cells = f"{letter}2:{letter}{max(row, 2)}"
            if each.column == SCORE:
                sheet.conditional_formatting.add(cells, _score_bar())
            if each.column == TIER:
                for rule in _tier_fills(self.tiers):
                    sheet.conditional_formatting.add(cells, rule)


class _Cells:
    """The cells of one column of a sheet: one per look, filled anew for each row."""

    def __init__(self, sheet: Any, shown: Shown) -> None:
        self.shown = shown
        self.sheet = sheet
        self.links_left = _LINKS
        self.plain = self._styled()
        self.guarded = guard(self._styled())
        self.linked = self._styled(linked=True)

    def _styled(self, *, linked: bool = False) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font

        cell = WriteOnlyCell(self.sheet)
        cell.alignment = Alignment(
            horizontal=_horizontal(self.shown),
            vertical="center",
            wrap_text=self.shown.wrapped or None,
            indent=_indent(self.shown),
        )
        cell.number_format = self.shown.format
        if self.shown.column == NAME:
            cell.font = Font(_FONT, 11, bold=True)
        if linked:
            cell.font = Font(_FONT, 11, color=_LINK, underline="single")
        return cell

    def of(self, value: Any) -> Any:
        """The cell with a row's value; None where it has none."""
        if value is None:
            return None
        if is_guarded(value):
            return fill(self.guarded, value)
        address = self.shown.link(value) if self.shown.link and self.links_left else None
        if address is None:
            return fill(self.plain, value)
        self.links_left -= 1
        fill(self.linked, value).hyperlink = address
        return self.linked

    def lines(self, value: Any) -> int:
        """How many lines a wrapped text is given, at most two: the list stays a list."""
        if not self.shown.wrapped or not isinstance(value, str):
            return 1
        parts = value.split("\n")
        needed = sum(math.ceil(text_width(part) / self.shown.width) or 1 for part in parts)
        return min(max(needed, 1), _MOST_LINES)


def _horizontal(shown: Shown) -> str:
    if shown.column in _CENTRED:
        return "center"
    return "right" if shown.number else "left"


def _indent(shown: Shown) -> int:
    # Numbers stand right and text left: without room between, one runs into the other.
    return 0 if shown.column in _CENTRED else 1


def _header(sheet: Any, shown: Shown) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = fill(WriteOnlyCell(sheet), shown.title)
    cell.font = Font(_FONT, 11, bold=True, color=_HEADER_TEXT)
    cell.fill = PatternFill("solid", start_color=_HEADER_FILL)
    cell.alignment = Alignment(
        horizontal=_horizontal(shown), vertical="center", wrap_text=True, indent=_indent(shown)
    )
    return guard(cell) if is_guarded(shown.title) else cell


def _score_bar() -> Any:
    from openpyxl.formatting.rule import DataBarRule

    return DataBarRule("num", 0, "num", 100, color=_BAR, minLength=0, maxLength=100)


def _tier_fills(tiers: Sequence[TierCount]) -> Iterator[Any]:
    """A fill per tier, by the cell's value, so that it follows when someone moves an account."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill

    for number, tier in enumerate(tiers):
        literal = tier.id.replace('"', '""')
        if len(literal) <= _LONGEST_LITERAL:
            colour = _TIER_FILLS[min(number, len(_TIER_FILLS) - 1)]
            tint = PatternFill("solid", start_color=colour, end_color=colour)
            yield CellIsRule(operator="equal", formula=[f'"{literal}"'], fill=tint)
