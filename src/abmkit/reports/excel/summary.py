"""The workbook's first page: how the market narrowed to the list, and what took the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from abmkit.io.writers.excel import fill, guard, is_guarded
from abmkit.runs.funnel import Funnel, WouldReach, expansions

_COUNT, _SHARE, _SCORE = "#,##0", "0.0%", "0.0"
_LOST = '#,##0;"−"#,##0'
_WIDTHS = (2, 30, 62, 16, 16, 16, 16, 16)
_INK, _GREY, _RULE, _BAR = "1F3864", "7F7F7F", "BFBFBF", "9DC3E6"
_LINE_HEIGHT = 15.0


def write_summary(
    sheet: Any, name: str, as_of: date, funnel: Funnel, within: str | None = None
) -> None:
    """Write the summary to an empty sheet; sections that have nothing to say are left out."""
    page = _Page(sheet)
    page.title(name, _headline(funnel), f"As of {as_of.isoformat()}")
    _stages(page, funnel)
    _tiers(page, funnel, within)
    _customers(page, funnel)
    _exclusions(page, funnel)
    _lists(page, funnel)
    _relationships(page, funnel)
    page.finish()


def _headline(funnel: Funnel) -> str:
    listed = sum(tier.count for tier in funnel.tiers)
    words = f"{listed:,} target accounts"
    if len(funnel.tiers) > 1:
        words += " (" + ", ".join(f"{tier.id} {tier.count:,}" for tier in funnel.tiers) + ")"
    return words


def _stages(page: _Page, funnel: Funnel) -> None:
    if not funnel.stages:
        return
    page.section("From market to list", ("Stage", "What took the rest", "Accounts", "Share"))
    first = page.row + 1
    overlap = False
    for before, stage in pairwise((None, *funnel.stages)):
        assert stage is not None
        for reason in stage.left:
            page.note(None, reason.text, -reason.count, format=_LOST)
        if before is not None and sum(r.count for r in stage.left) > before.count - stage.count:
            overlap = True
        page.line((stage.name, None, stage.count, stage.share), (_COUNT, _SHARE), strong=True)
    page.bars(f"E{first}:E{page.row}")
    if overlap:
        page.note(None, "An account may have left for several reasons at once.")


def _tiers(page: _Page, funnel: Funnel, within: str | None) -> None:
    if not funnel.tiers:
        return
    capacity = f"Capacity per {within.replace('_', ' ')}" if within else "Capacity"
    page.section("Tiers", ("Tier", "Strategy", "Accounts", capacity, "Minimum score"))
    for tier in funnel.tiers:
        page.line(
            (tier.id, tier.strategy, tier.count, _or_dash(tier.capacity), tier.min_score),
            (_COUNT, _COUNT, _SCORE),
        )


def _customers(page: _Page, funnel: Funnel) -> None:
    if not funnel.customers:
        return
    page.section(
        "Where your customers would rank",
        (
            "List",
            "Tiers they would reach",
            "Accounts",
            "In a tier",
            "Share",
            "Median score",
            "Median of all",
        ),
    )
    for each in funnel.customers:
        reached = sum(each.tiers.values())
        share = reached / each.accounts if each.accounts else None
        page.line(
            (
                each.reason or each.list,
                _reach(each),
                each.accounts,
                reached,
                share,
                each.median_score,
                each.median_score_of_all,
            ),
            (_COUNT, _COUNT, _SHARE, _SCORE, _SCORE),
        )


def _reach(each: WouldReach) -> str:
    told = [f"{tier} {count:,}" for tier, count in each.tiers.items() if count]
    rest = each.accounts - sum(each.tiers.values())
    return ", ".join([*told, *([f"none {rest:,}"] if rest > 0 else [])])


def _exclusions(page: _Page, funnel: Funnel) -> None:
    if not funnel.rules and not funnel.lists:
        return
    page.section(
        "Why accounts were excluded",
        ("Rule or list", "Reason", "Accounts", "For this alone", "Cannot tell"),
    )
    rules = [(r.id, r.reason, r.true, r.true_alone, r.unknown) for r in funnel.rules]
    lists = [
        (x.name, x.reason, x.accounts, x.true_alone, None) for x in funnel.lists if not x.expired
    ]
    for entry in (*lists, *rules):
        page.line(entry, (_COUNT, _COUNT, _COUNT))
    page.note(None, "“Cannot tell”: what the rule asks for is unknown; such accounts stay.")


def _lists(page: _Page, funnel: Funnel) -> None:
    if not funnel.lists:
        return
    page.section("Suppression lists", ("List", "Reason", "Entries", "Found", "Not found"))
    for each in funnel.lists:
        reason = f"{each.reason} (expired: no longer counts)" if each.expired else each.reason
        page.line(
            (each.name, reason, each.entries, each.found, each.entries - each.found),
            (_COUNT, _COUNT, _COUNT),
        )
    for said in expansions(funnel.lists):
        page.note(None, f"{said}.")


def _relationships(page: _Page, funnel: Funnel) -> None:
    if not funnel.relationships:
        return
    page.section("Relationships known", ("Relationship", "", "Accounts"))
    for relationship, count in funnel.relationships.items():
        page.line((relationship.replace("_", " ").capitalize(), None, count), (_COUNT,))


def _or_dash(value: int | None) -> int | str:
    return "no limit" if value is None else value


def narrow_margins() -> Any:
    """Margins that leave the paper to the table, in inches."""
    from openpyxl.worksheet.page import PageMargins

    return PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)


class _Page:
    """A sheet set as a page: one grid of columns, a margin on the left."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        self.sheet = sheet
        self.row = 0
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for number, width in enumerate(_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def title(self, name: str, *lines: str) -> None:
        """The page's title and what stands beneath it."""
        self._append([None, self._cell(name, size=20, bold=True, color=_INK)], height=30)
        for line in lines:
            self._append([None, self._cell(line, size=11, color=_GREY)], height=18)

    def section(self, heading: str, columns: Sequence[str]) -> None:
        """A heading and the header of the table beneath it."""
        self._append([])
        self._append([None, self._cell(heading, size=14, bold=True, color=_INK)], height=24)
        tall = any(len(column) > _WIDTHS[3] for column in columns[2:])
        cells = [
            self._cell(column, bold=True, color=_GREY, right=number >= 2, ruled=True)
            for number, column in enumerate(columns)
        ]
        self._append([None, *cells], height=2 * _LINE_HEIGHT if tall else _LINE_HEIGHT + 3)

    def line(self, values: Sequence[Any], formats: Sequence[str], *, strong: bool = False) -> None:
        """A row: two texts, then numbers in their formats."""
        texts = [
            None if value is None else self._cell(value, bold=strong, wrap=True)
            for value in values[:2]
        ]
        numbers = [
            None
            if value is None
            else self._cell(value, bold=strong, right=True, format=number_format)
            for value, number_format in zip(values[2:], formats, strict=True)
        ]
        lines = max(
            -(-len(str(value or "")) // width)
            for value, width in zip(values[:2], _WIDTHS[1:3], strict=True)
        )
        self._append([None, *texts, *numbers], height=max(lines, 1) * _LINE_HEIGHT + 1)

    def note(
        self, label: str | None, text: str, number: int | None = None, *, format: str = _COUNT
    ) -> None:
        """A row in grey, of less weight than the lines around it."""
        cells: list[Any] = [None, None if label is None else self._cell(label, color=_GREY)]
        cells.append(self._cell(text, color=_GREY))
        if number is not None:
            cells.append(self._cell(number, color=_GREY, right=True, format=format))
        self._append(cells)

    def bars(self, cells: str) -> None:
        """Bars for shares."""
        from openpyxl.formatting.rule import DataBarRule

        self.sheet.conditional_formatting.add(
            cells, DataBarRule("num", 0, "num", 1, color=_BAR, minLength=0, maxLength=100)
        )

    def finish(self) -> None:
        """How the page prints: on one page's width."""
        self.sheet.page_margins = narrow_margins()
        setup = self.sheet.page_setup
        setup.orientation, setup.fitToWidth, setup.fitToHeight = "portrait", 1, 0
        self.sheet.oddFooter.center.text = "Page &P of &N"

    def _append(self, cells: Sequence[Any], *, height: float = _LINE_HEIGHT) -> None:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        self.sheet.append(list(cells))

    def _cell(
        self,
        value: Any,
        *,
        size: int = 11,
        bold: bool = False,
        color: str | None = None,
        right: bool = False,
        wrap: bool = False,
        ruled: bool = False,
        format: str = "General",
    ) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, Side

        cell = fill(WriteOnlyCell(self.sheet), value)
        cell.font = Font("Calibri", size, bold=bold, color=color)
        cell.alignment = Alignment(
            horizontal="right" if right else None,
            vertical="center" if size > 11 else "bottom" if ruled else "top",
            wrap_text=(wrap or (ruled and right)) or None,
        )
        if ruled:
            cell.border = Border(bottom=Side("thin", color=_RULE))
        cell.number_format = format
        return guard(cell) if is_guarded(value) else cell
