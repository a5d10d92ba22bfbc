"""The workbook's first page: how the market narrowed to the list, who works what, what changed,
and how to read the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from abmkit.io.writers.excel import Cells
from abmkit.reports.console.diff import cause
from abmkit.reports.excel.accounts import Seen
from abmkit.reports.excel.survey import text_width
from abmkit.reports.excel.table import BAR, FONT, GREY, INK, ROW_HEIGHT, RULE, bars, on_page
from abmkit.reports.funnel import expansion_texts
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import Changes
from abmkit.runs.funnel import Funnel, WouldReach
from abmkit.runs.result import Run

_COUNT, _SHARE, _SCORE = "#,##0", "0.0%", "0.0"
_LOST = '+#,##0;"−"#,##0'
_WIDTHS = (2, 30, 62, 16, 16, 16, 16, 16)
_FIGURES = 20
"""The column of what the chart is of, right of the page."""
_ROW_PIXELS = 20
_DENSE = 1.12
"""Letters that a digit's width holds, about."""
_MOST_TIERS = 4
"""So many fit beside each other on the page."""


@dataclass(frozen=True)
class Beside:
    """What the other sheets have, for the first page to say."""

    seen: Seen
    notes: int = 0
    """Accounts with notes."""
    people: tuple[str, ...] = ()
    """Columns about people that are not shown."""
    bench: tuple[int, int] = (0, 0)
    """How many of those next in line are shown, and how many there are."""
    bench_left_out: bool = False
    """Whether the market is too large to draw them for a workbook."""
    sheets: Sequence[tuple[str, str]] = ()
    """The sheets, each with the sentence that says what it is for."""


def write_cover(cells: Cells, run: Run, words: Words, beside: Beside) -> None:
    """Write the first page to an empty sheet; sections that have nothing to say are left out."""
    page, funnel = Page(cells), run.funnel
    as_of = words("summary.as_of", as_of=run.as_of)
    page.title(run.project.config.name, _headline(funnel, words), as_of)
    _how_to_read(page, beside, words)
    _stages(page, funnel, words)
    _owners(page, funnel, beside.seen, words)
    _tiers(page, funnel, run.project.config.tier.within, words)
    _changes(page, run.changes, words)
    _customers(page, funnel, words)
    _exclusions(page, funnel, words)
    _lists(page, funnel, words)
    _relationships(page, funnel, words)
    page.finish(words("sheet.page"))


def _how_to_read(page: Page, beside: Beside, words: Words) -> None:
    """What each sheet is for, what is the reader's to do, and what is not shown."""
    page.heading(words("workbook.how"))
    for name, sentence in beside.sheets:
        page.linked(name, words(sentence))
    page.note(None, words("workbook.how_typed"))
    nobody = sum(n for (owner, _), n in beside.seen.owners.items() if owner is None)
    if nobody:
        page.note(None, words("workbook.without_owner", count=nobody))
    away = beside.notes - beside.seen.with_notes
    if away:
        page.note(None, words("workbook.notes_away", count=away))
    if beside.people:
        page.note(None, words("workbook.people_held", count=len(beside.people)))
    shown, waiting = beside.bench
    if waiting > shown:
        page.note(None, words("workbook.bench_of", shown=shown, count=waiting))
    if beside.bench_left_out:
        page.note(None, words("workbook.bench_left_out"))


def _owners(page: Page, funnel: Funnel, seen: Seen, words: Words) -> None:
    """How many accounts of each tier each owner has, nobody first."""
    tiers = [each.id for each in funnel.tiers][:_MOST_TIERS]
    owners = sorted({owner for owner, _ in seen.owners}, key=lambda o: (o is not None, o or ""))
    if not tiers or owners in ([], [None]):
        return
    titles = [words("workbook.owner"), "", *tiers, words("summary.column_all")]
    page.section(words("workbook.who_works"), titles)
    first = page.row
    for owner in owners:
        counts = [seen.owners[owner, tier] for tier in tiers]
        every = sum(n for (each, _), n in seen.owners.items() if each == owner)
        name = words("sheet.no_owner") if owner is None else owner
        formats = [_COUNT] * (len(tiers) + 1)
        page.line((name, None, *(n or None for n in counts), every), formats, strong=owner is None)
    page.bars((first, len(tiers) + 3, page.row - 1, len(tiers) + 3), None)


def _headline(funnel: Funnel, words: Words) -> str:
    listed = sum(tier.count for tier in funnel.tiers)
    tiers = [words("summary.tier", tier=tier.id, count=tier.count) for tier in funnel.tiers]
    sentence = "summary.accounts_by_tier" if len(tiers) > 1 else "summary.accounts"
    return words(sentence, count=listed, tiers=tiers)


def _titles(words: Words, *names: str) -> list[str]:
    """The headers of a table."""
    return [words(f"summary.column_{name}") for name in names]


def _stages(page: Page, funnel: Funnel, words: Words) -> None:
    if not funnel.stages:
        return
    titles = _titles(words, "stage", "left", "accounts", "share")
    page.section(words("summary.stages"), titles)
    first = page.row
    for stage in funnel.stages:
        for reason in stage.left:
            page.note(None, words.of(reason.why), -reason.count, format=_LOST)
        name = words(f"stage.{stage.code}")
        page.line((name, None, stage.count, stage.share), (_COUNT, _SHARE), strong=True)
    page.bars((first, 4, page.row - 1, 4), 1)
    page.funnel(
        words("summary.stages"),
        [(words(f"stage.{stage.code}"), stage.count) for stage in funnel.stages],
    )


def _tiers(page: Page, funnel: Funnel, within: str | None, words: Words) -> None:
    if not funnel.tiers:
        return
    stage, strategy, accounts, least = _titles(words, "tier", "strategy", "accounts", "min_score")
    capacity = words("summary.column_capacity")
    if within:
        capacity = words("summary.column_capacity_within", within=words.within(within))
    page.section(words("summary.tiers"), (stage, strategy, accounts, capacity, least))
    for tier in funnel.tiers:
        room = words("summary.no_limit") if tier.capacity is None else tier.capacity
        room = room if tier.slots is None else words("run.slots", slots=tier.slots).strip(", ")
        page.line(
            (tier.id, tier.strategy, tier.count, room, tier.min_score), (_COUNT, _COUNT, _SCORE)
        )


def _changes(page: Page, changes: Changes | None, words: Words) -> None:
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


def _customers(page: Page, funnel: Funnel, words: Words) -> None:
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


def _exclusions(page: Page, funnel: Funnel, words: Words) -> None:
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


def _lists(page: Page, funnel: Funnel, words: Words) -> None:
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


def _relationships(page: Page, funnel: Funnel, words: Words) -> None:
    if not funnel.relationships:
        return
    name, accounts = _titles(words, "relationship", "accounts")
    page.section(words("summary.relationships"), (name, "", accounts))
    for relationship, count in funnel.relationships.items():
        page.line(
            (words.cell("relationship", relationship).replace("_", " ").capitalize(), None, count),
            (_COUNT,),
        )


class Page:
    """A sheet set as a page: one grid of columns, a margin on the left."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.sheet = cells.sheet
        self.row = 0
        """The next row, from 0."""
        self.sheet.hide_gridlines(2)
        for number, width in enumerate(_WIDTHS):
            self.sheet.set_column(number, number, width)

    def title(self, name: str, *lines: str) -> None:
        """The page's title and what stands beneath it."""
        self._put(1, name, size=20, bold=True, color=INK)
        self._end(30)
        for line in lines:
            self._put(1, line, color=GREY)
            self._end(18)

    def heading(self, text: str) -> None:
        """The beginning of a part of the page."""
        self._end()
        self._put(1, text, size=14, bold=True, color=INK)
        self._end(24)

    def section(self, heading: str, columns: Sequence[str]) -> None:
        """A heading and the header of the table beneath it."""
        self.heading(heading)
        tall = any(len(column) > _WIDTHS[3] for column in columns[2:])
        for number, column in enumerate(columns):
            self._put(1 + number, column, bold=True, color=GREY, right=number >= 2, ruled=True)
        self._end(2 * ROW_HEIGHT if tall else ROW_HEIGHT + 3)

    def line(self, values: Sequence[Any], formats: Sequence[str], *, strong: bool = False) -> None:
        """A row: two texts, then numbers in their formats."""
        for number, value in enumerate(values[:2]):
            if value is not None:
                self._put(1 + number, value, bold=strong, wrap=True)
        for number, (value, format) in enumerate(zip(values[2:], formats, strict=True)):
            if value is not None:
                self._put(3 + number, value, bold=strong, right=True, format=format)
        lines = max(
            -(-text_width(str(value or "")) // (width * _DENSE))
            for value, width in zip(values[:2], _WIDTHS[1:3], strict=True)
        )
        self._end(max(lines, 1) * ROW_HEIGHT + 1)

    def note(
        self, label: str | None, text: str, number: int | None = None, *, format: str = _COUNT
    ) -> None:
        """A row in grey, of less weight than the lines around it."""
        if label is not None:
            self._put(1, label, color=GREY)
        self._put(2, text, color=GREY, wrap=True)
        if number is not None:
            self._put(3, number, color=GREY, right=True, format=format)
        lines = -(-text_width(text) // (_WIDTHS[2] * _DENSE))
        self._end(max(lines, 1) * ROW_HEIGHT)

    def linked(self, sheet: str, text: str) -> None:
        """A row that leads to a sheet and says what it is for."""
        look = self.cells.styles(font_name=FONT, font_color="#1F5FA8", underline=1, valign="top")
        quoted = sheet.replace("'", "''")
        self.sheet.write_url(self.row, 1, f"internal:'{quoted}'!A1", look, string=sheet)
        self._put(2, text, wrap=True)
        lines = -(-text_width(text) // (_WIDTHS[2] * _DENSE))
        self._end(max(lines, 1) * ROW_HEIGHT)

    def bars(self, area: tuple[int, int, int, int], most: float | None) -> None:
        """Bars in cells, from nothing to the most there can be, or there is."""
        if most is not None:
            bars(self.sheet, area, most)
            return
        options = {"type": "data_bar", "bar_color": f"#{BAR}", "bar_solid": True,
                   "min_type": "num", "min_value": 0}  # fmt: skip
        self.sheet.conditional_format(*area, options)

    def funnel(self, title: str, stages: Sequence[tuple[str, int]]) -> None:
        """A chart of the stages, beneath what stands there, of figures that are in its sheet."""
        top = self.row
        for number, (name, count) in enumerate(stages):
            self.cells.put(top + number, _FIGURES, name, font_color="#FFFFFF")
            self.cells.put(top + number, _FIGURES + 1, count, font_color="#FFFFFF")
            self._end()
        chart = self.cells.bar_chart()
        rows = (top, top + len(stages) - 1)
        name = self.sheet.get_name()
        chart.add_series({
            "categories": [name, rows[0], _FIGURES, rows[1], _FIGURES],
            "values": [name, rows[0], _FIGURES + 1, rows[1], _FIGURES + 1],
            "fill": {"color": f"#{BAR}"}, "gap": 30,
            "data_labels": {"value": True, "num_format": _COUNT},
        })  # fmt: skip
        chart.set_title({"name": title, "name_font": {"size": 11, "color": f"#{GREY}"}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "line": {"none": True}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        height = 56 + 40 * len(stages)
        chart.set_size({"width": 760, "height": height})
        self.sheet.insert_chart(top, 1, chart, {"x_offset": 4, "y_offset": 8})
        for _ in range(-(-(height + 24) // _ROW_PIXELS) - len(stages)):
            self._end()

    def finish(self, footer: str) -> None:
        """How the page prints: on one page's width."""
        on_page(self.sheet, footer)
        self.sheet.print_area(0, 0, self.row, len(_WIDTHS) - 1)

    def _end(self, height: float = ROW_HEIGHT) -> None:
        self.sheet.set_row(self.row, height)
        self.row += 1

    def _put(
        self,
        column: int,
        value: Any,
        *,
        size: int = 11,
        bold: bool = False,
        color: str | None = None,
        right: bool = False,
        wrap: bool = False,
        ruled: bool = False,
        format: str = "General",
    ) -> None:
        look: dict[str, Any] = {"font_name": FONT, "font_size": size, "num_format": format}
        look["valign"] = "vcenter" if size > 11 else "bottom" if ruled else "top"
        if bold:
            look["bold"] = True
        if color:
            look["font_color"] = f"#{color}"
        if right:
            look["align"] = "right"
        if wrap or (ruled and right):
            look["text_wrap"] = True
        if ruled:
            look |= {"bottom": 1, "bottom_color": f"#{RULE}"}
        self.cells.put(self.row, column, value, **look)
