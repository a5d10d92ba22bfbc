"""A table on a sheet of the workbook: header, filter, looks, what folds away, and how it prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from abmkit.io.writers.excel import Book, Cells, checked_columns, is_guarded
from abmkit.reports.excel.columns import NAME, TIER, Shown
from abmkit.reports.excel.survey import SCORE, text_width
from abmkit.reports.words import Words

FONT = "Calibri"
INK, GREY, RULE, BAR = "1F3864", "7F7F7F", "BFBFBF", "9DC3E6"
_TO_FILL_INK, _TO_FILL = "7F6000", "FFF9E5"
"""What is the reader's to fill in stands on another ground."""
_NOBODY = "FCE4D6"
_HEADER_TEXT, _LINK = "FFFFFF", "1F5FA8"
_TIER_FILLS = ("C6E0B4", "DDEBF7", "EDEDED")
"""From the top tier down; tiers beyond them are as the last."""
ROW_HEIGHT = 15.0
_MOST_LINES = 2
_LINKS = 16_000
"""Per column: four columns link, and Excel holds 65,530 a sheet."""
_CENTRED = (TIER, "tier_rank", "strategy", "kept_tier")
_LONGEST_LITERAL = 255
"""Of a text in a formula of Excel's."""


class Table:
    """Rows of columns on one sheet, written from the first to the last."""

    def __init__(self, book: Book, title: str, columns: Sequence[Shown], words: Words) -> None:
        checked_columns(len(columns))
        self.cells: Cells = book.sheet(title)
        self.sheet = self.cells.sheet
        self.title = title
        self.columns = columns
        self.words = words
        self.rows = 0
        """Rows beneath the header."""
        self._wrapped = [n for n, each in enumerate(columns) if each.wrapped]
        self._links = dict.fromkeys(range(len(columns)), _LINKS)
        self._looks = [_look(each) for each in columns]
        # A cell costs as much as its look is asked for: most have one of these.
        self._plain = [book.styles(**look) for look in self._looks]
        self._begin()

    def _begin(self) -> None:
        sheet = self.sheet
        names = [each.column for each in self.columns]
        frozen = names.index(NAME) + 1 if NAME in names else 1
        sheet.freeze_panes(1, min(frozen, len(names)))
        for number, each in enumerate(self.columns):
            after = self.columns[number + 1] if number + 1 < len(self.columns) else None
            options: dict[str, Any] = {}
            if each.folded:
                options = {"level": 1, "hidden": True}
            elif each.hidden:
                options = {"hidden": True}
            elif after is not None and after.folded:
                options = {"collapsed": True}
            sheet.set_column(number, number, each.width, None, options)
        # The sign that unfolds stands before what it unfolds.
        sheet.outline_settings(True, True, False, False)
        sheet.set_row(0, 2 * ROW_HEIGHT + 4)
        for number, each in enumerate(self.columns):
            self.cells.put(0, number, each.title, **_header_look(each))

    def add(self, values: Sequence[Any]) -> None:
        """One more row."""
        self.rows += 1
        row, sheet = self.rows, self.sheet
        if self._wrapped:
            lines = max(self._lines(n, values[n]) for n in self._wrapped)
            sheet.set_row(row, lines * ROW_HEIGHT)
        for number, (each, value) in enumerate(zip(self.columns, values, strict=True)):
            if value is None:
                if each.fill:
                    sheet.write_blank(row, number, None, self._plain[number])
            elif each.link and isinstance(value, str) and self._linked(row, number, value):
                pass
            elif type(value) is str and not is_guarded(value):
                look = self._plain[number]
                if each.number:
                    # A range among numbers stands as they do.
                    look = self.cells.styles(**{**self._looks[number], "align": "right"})
                self.cells.text(row, number, value, look)
            elif type(value) in (int, float):
                look = self._plain[number]
                if not each.number and each.column not in _CENTRED:
                    look = self.cells.styles(**{**self._looks[number], "align": "right"})
                sheet.write_number(row, number, value, look)
            else:
                self.cells.put(row, number, value, **self._looks[number])

    def _linked(self, row: int, number: int, value: str) -> bool:
        link = self.columns[number].link
        address = link(value) if link is not None and self._links[number] else None
        if address is None or is_guarded(value):
            return False
        self._links[number] -= 1
        look = {**self._looks[number], "font_color": _LINK, "underline": 1}
        self.sheet.write_url(row, number, address, self.cells.styles(**look), string=value)
        return True

    def _lines(self, number: int, value: Any) -> int:
        """How many lines a wrapped text is given, at most two: the list stays a list."""
        if not isinstance(value, str):
            return 1
        width = self.columns[number].width - 1
        needed = sum(math.ceil(text_width(part) / width) or 1 for part in value.split("\n"))
        return min(max(needed, 1), _MOST_LINES)

    def place(self, column: str) -> int | None:
        """The number of a column, from 0; None where it is not there."""
        return next((n for n, each in enumerate(self.columns) if each.column == column), None)

    def finish(self, tiers: Sequence[str] = (), *, printed: int | None = None) -> None:
        """The filter, the looks that follow values, and how it prints: so many columns of it."""
        sheet, last = self.sheet, max(self.rows, 1)
        if not self.columns:
            return
        sheet.autofilter(0, 0, self.rows, len(self.columns) - 1)
        on_page(sheet, self.words("sheet.of_sheet"), landscape=True)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(0)
        sheet.print_area(0, 0, self.rows, (printed or len(self.columns)) - 1)
        if (score := self.place(SCORE)) is not None:
            bars(sheet, (1, score, last, score), 100)
        if (tier := self.place(TIER)) is not None:
            for number, id in enumerate(tiers):
                if len(id) <= _LONGEST_LITERAL:
                    colour = _TIER_FILLS[min(number, len(_TIER_FILLS) - 1)]
                    look = self.cells.styles(bg_color=f"#{colour}")
                    literal = id.replace('"', '""')
                    sheet.conditional_format(
                        1, tier, last, tier,
                        {"type": "cell", "criteria": "==", "value": f'"{literal}"', "format": look},
                    )  # fmt: skip

    def mark_empty(self, column: str) -> None:
        """A column's empty cells stand out, for as long as they are empty."""
        if (at := self.place(column)) is not None and self.rows:
            look = self.cells.styles(bg_color=f"#{_NOBODY}")
            options = {"type": "blanks", "format": look}
            self.sheet.conditional_format(1, at, self.rows, at, options)

    def choice(self, column: str, options: Mapping[str, Any]) -> None:
        """What may be typed into a column."""
        if (at := self.place(column)) is not None and self.rows:
            self.sheet.data_validation(1, at, self.rows, at, dict(options))


def on_page(sheet: Any, footer: str, *, landscape: bool = False) -> None:
    """How a sheet prints: on one page's width, with narrow margins."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&C{footer}", {"margin": 0.3})


def bars(sheet: Any, area: tuple[int, int, int, int], most: float) -> None:
    """Bars in cells, from nothing to the most there can be."""
    sheet.conditional_format(
        *area,
        {
            "type": "data_bar", "bar_color": f"#{BAR}", "bar_solid": True, "min_type": "num",
            "min_value": 0, "max_type": "num", "max_value": most,
        },
    )  # fmt: skip


def _look(shown: Shown) -> dict[str, Any]:
    look: dict[str, Any] = {"valign": "vcenter", "font_name": FONT, "align": _align(shown)}
    if shown.column not in _CENTRED and not shown.number:
        # Numbers stand right and text left: without room between, one runs into the other.
        look["indent"] = 1
    if shown.format != "General":
        look["num_format"] = shown.format
    if shown.wrapped:
        look["text_wrap"] = True
    if shown.column == NAME:
        look["bold"] = True
    if shown.fill:
        look |= {"bg_color": f"#{_TO_FILL}", "border": 4, "border_color": f"#{RULE}"}
    return look


def _align(shown: Shown) -> str:
    if shown.column in _CENTRED:
        return "center"
    return "right" if shown.number else "left"


def _header_look(shown: Shown) -> dict[str, Any]:
    ground, ink = (_TO_FILL_INK, "FFF2CC") if shown.fill else (INK, _HEADER_TEXT)
    if shown.folded:
        ground = GREY
    look = _look(Shown(shown.column, shown.title, shown.width, number=shown.number))
    return {
        **look, "bold": True, "text_wrap": True, "font_color": f"#{ink}", "bg_color": f"#{ground}",
    }  # fmt: skip
