"""The workbook's first page: how the market narrowed to the list, and what took the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from abmkit.io.writers.excel import fill, guard, is_guarded
from abmkit.reports.console.diff import cause
from abmkit.reports.funnel import expansion_texts
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import Changes
from abmkit.runs.funnel import Funnel, WouldReach
from abmkit.runs.result import Run

_COUNT, _SHARE, _SCORE = "#,##0", "0.0%", "0.0"
_LOST = '+#,##0;"−"#,##0'
_WIDTHS = (2, 30, 62, 16, 16, 16, 16, 16)
_INK, _GREY, _RULE, _BAR = "1F3864", "7F7F7F", "BFBFBF", "9DC3E6"
_LINE_HEIGHT = 15.0


def write_summary(sheet: Any, run: Run, words: Words) -> None:
    """Write the summary to an empty sheet; sections that have nothing to say are left out."""
    page, funnel = _Page(sheet), run.funnel
    as_of = words("summary.as_of", as_of=run.as_of)
    page.title(run.project.config.name, _headline(funnel, words), as_of)
    _stages(page, funnel, words)
    _tiers(page, funnel, run.project.config.tier.within, words)
    _changes(page, run.changes, words)
    _customers(page, funnel, words)
    _exclusions(page, funnel, words)
    _lists(page, funnel, words)
    _relationships(page, funnel, words)
    page.finish(words("sheet.page"))


def _headline(funnel: Funnel, words: Words) -> str:
    listed = sum(tier.count for tier in funnel.tiers)
    tiers = [words("summary.tier", tier=tier.id, count=tier.count) for tier in funnel.tiers]
    sentence = "summary.accounts_by_tier" if len(tiers) > 1 else "summary.accounts"
    return words(sentence, count=listed, tiers=tiers)


def _titles(words: Words, *names: str) -> list[str]:
    """The headers of a table."""
    return [words(f"summary.column_{name}") for name in names]


def _stages(page: _Page, funnel: Funnel, words: Words) -> None:
    if not funnel.stages:
        return
    titles = _titles(words, "stage", "left", "accounts", "share")
    page.section(words("summary.stages"), titles)
    first = page.row + 1
    for stage in funnel.stages:
        for reason in stage.left:
            page.note(None, words.of(reason.why), -reason.count, format=_LOST)
        name = words(f"stage.{stage.code}")
        page.line((name, None, stage.count, stage.share), (_COUNT, _SHARE), strong=True)
    page.bars(f"E{first}:E{page.row}")


def _tiers(page: _Page, funnel: Funnel, within: str | None, words: Words) -> None:
    if not funnel.tiers:
        return
    stage, strategy, accounts, least = _titles(words, "tier", "strategy", "accounts", "min_score")
    capacity = words("summary.column_capacity")
    if within:
        capacity = words("summary.column_capacity_within", within=within.replace("_", " "))
    page.section(words("summary.tiers"), (stage, strategy, accounts, capacity, least))
    for tier in funnel.tiers:
        room = words("summary.no_limit") if tier.capacity is None else tier.capacity
        room = room if tier.slots is None else words("run.slots", slots=tier.slots).strip(", ")
        page.line(
            (tier.id, tier.strategy, tier.count, room, tier.min_score), (_COUNT, _COUNT, _SCORE)
        )


def _changes(page: _Page, changes: Changes | None, words: Words) -> None:
    if changes is None:
        return
    day = changes.day_before
    title = words("summary.changes_at_first")
    if day is not None:
        title = words("summary.changes", day=day)
    page.section(title, _titles(words, "change", "causes", "accounts", "share"))
    for kind, count in changes.kinds.items():
        by = Counter(move.causes for move in changes.moves if move.change == kind)
        causes = words("list.comma").join(
            words("moves.cause", cause=cause(names, words), count=n)
            for names, n in by.most_common()
        )
        share = count / changes.listed_before if changes.listed_before else None
        page.line((words(f"change.{kind}").capitalize(), causes, count, share), (_COUNT, _SHARE))
    if not changes.moves:
        page.note(None, words("summary.nobody_moved"))


def _customers(page: _Page, funnel: Funnel, words: Words) -> None:
    if not funnel.customers:
        return
    titles = _titles(
        words, "list", "reached", "accounts", "in_tier", "share", "median", "median_of_all"
    )
    page.section(words("summary.customers"), titles)
    for each in funnel.customers:
        reached = sum(each.tiers.values())
        share = reached / each.accounts if each.accounts else None
        page.line(
            (
                each.reason or each.list,
                _reach(each, words),
                each.accounts,
                reached,
                share,
                each.median_score,
                each.median_score_of_all,
            ),
            (_COUNT, _COUNT, _SHARE, _SCORE, _SCORE),
        )


def _reach(each: WouldReach, words: Words) -> str:
    tiers = [
        words("summary.tier", tier=tier, count=count) for tier, count in each.tiers.items() if count
    ]
    rest = each.accounts - sum(each.tiers.values())
    if rest > 0:
        tiers.append(words("summary.in_none", count=rest))
    return words("list.comma").join(tiers)


def _exclusions(page: _Page, funnel: Funnel, words: Words) -> None:
    if not funnel.rules and not funnel.lists:
        return
    titles = _titles(words, "rule", "reason", "accounts", "alone", "unknown")
    page.section(words("summary.exclusions"), titles)
    rules = [(r.id, words.of(r.reason), r.true, r.true_alone, r.unknown) for r in funnel.rules]
    lists = [
        (x.name, x.reason, x.accounts, x.true_alone, None) for x in funnel.lists if not x.expired
    ]
    for entry in (*lists, *rules):
        page.line(entry, (_COUNT, _COUNT, _COUNT))
    page.note(None, words("summary.unknown_stays"))


def _lists(page: _Page, funnel: Funnel, words: Words) -> None:
    if not funnel.lists:
        return
    titles = _titles(words, "list", "reason", "entries", "found", "not_found")
    page.section(words("summary.lists"), titles)
    for each in funnel.lists:
        reason = words("summary.expired", reason=each.reason) if each.expired else each.reason
        page.line(
            (each.name, reason, each.entries, each.found, each.entries - each.found),
            (_COUNT, _COUNT, _COUNT),
        )
    for text in expansion_texts(funnel.lists, words):
        page.note(None, words("run.expand", parts=text))


def _relationships(page: _Page, funnel: Funnel, words: Words) -> None:
    if not funnel.relationships:
        return
    name, accounts = _titles(words, "relationship", "accounts")
    page.section(words("summary.relationships"), (name, "", accounts))
    for relationship, count in funnel.relationships.items():
        page.line((relationship.replace("_", " ").capitalize(), None, count), (_COUNT,))


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

    def finish(self, footer: str) -> None:
        """How the page prints: on one page's width."""
        self.sheet.page_margins = narrow_margins()
        setup = self.sheet.page_setup
        setup.orientation, setup.fitToWidth, setup.fitToHeight = "portrait", 1, 0
        self.sheet.oddFooter.center.text = footer

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
