"""The sheet that looks up any company of the market: on the list or not, and why.

It is formulas over a hidden sheet that has a row per company, so that it needs neither macros nor
the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from abmkit.config.sections.exclude import CHURN
from abmkit.io.writers.excel import Book, Cells
from abmkit.reports.excel.columns import CHURN_REASON, fitting
from abmkit.reports.excel.naming import SheetNames
from abmkit.reports.excel.table import FONT, GREY, INK, RULE, on_page
from abmkit.reports.excel.why import Plain
from abmkit.reports.words import Words
from abmkit.runs.result import Run
from abmkit.runs.sheets import Sheets

_COLUMNS = (
    "account_id", "site", "name", "stands", "tier", "owner", "fit", "place", "why_so", "search",
)  # fmt: skip
"""Those of the hidden sheet, from A."""
_SHOWN = ("name", "stands", "tier", "owner", "fit", "why_so", "site", "place", "account_id")
_OTHERS = ("name", "stands", "tier", "owner", "fit", "why_so", "place")
_MOST_OTHERS = 12
_WIDTHS = (2, 34, 30, 9, 20, 9, 60, 28)
_LAST_LETTER = "L"
_INPUT = "$C$4"


def write_lookup(book: Book, run: Run, sheets: Sheets, words: Words, names: SheetNames) -> LookedUp:
    """Write the sheet; its companies come last in the workbook, by `write_index`."""
    cells = book.sheet(names.of(words("sheet.look_up")))
    sheet = cells.sheet
    sheet.hide_gridlines(2)
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    sheet.set_row(0, 30)
    cells.put(0, 1, words("sheet.look_up"), font_name=FONT, font_size=20, bold=True,
              font_color=f"#{INK}", valign="vcenter")  # fmt: skip
    on_page(sheet, words("sheet.of_sheet"), landscape=True)
    market = run.funnel.count("market") if run.funnel.stages else 0
    if sheets.market is None:
        told = words("workbook.too_many", count=market)
        cells.put(2, 1, told, font_name=FONT, font_color=f"#{GREY}")
        return LookedUp(cells, None, words)
    cells.put(1, 1, words("workbook.look_up_how", count=market), font_name=FONT,
              font_color=f"#{GREY}")  # fmt: skip
    return LookedUp(cells, names.of(words("sheet.index")), words)


class LookedUp:
    """A sheet for a look-up that waits for the companies it is to find."""

    def __init__(self, cells: Cells, index: str | None, words: Words) -> None:
        self.cells = cells
        self.index = index
        self.words = words

    def write_index(self, book: Book, run: Run, sheets: Sheets) -> None:
        """Write the companies, and the formulas that find them."""
        if self.index is None or sheets.market is None:
            return
        cells, row = book.sheet(self.index), 0
        plain: Plain | None = None
        for batch in sheets.market:
            plain = plain or Plain(run.project.config, batch.schema.names, self.words)
            for values in _companies(batch, run, plain, self.words):
                for number, value in enumerate(values):
                    if value is not None:
                        cells.put(row, number, value)
                row += 1
        cells.sheet.hide()
        self._formulas(max(row, 1))

    def _formulas(self, rows: int) -> None:
        words, put = self.words, self.cells.put
        sheet, style = self.cells.sheet, self.cells.styles
        label = {"font_name": FONT, "font_color": f"#{GREY}", "valign": "top"}
        put(3, 1, words("workbook.look_up_ask"), **{**label, "valign": "vcenter"})
        sheet.set_row(3, 24)
        put(3, 2, None, bg_color="#FFF9E5", border=1, border_color="#BF9000", font_size=12,
            bold=True, valign="vcenter", num_format="@")  # fmt: skip
        self._find(rows)
        nobody = words("workbook.nobody").replace('"', '""')
        sheet.write_formula(
            4, 2, f'=IF($L$4="","",IF($L$7=0,"{nobody}",""))', style(font_color="#C00000"), ""
        )
        for number, name in enumerate(_SHOWN):
            put(6 + number, 1, words(f"workbook.{name}"), **label)
            long = name in ("why_so", "name", "stands", "place", "account_id", "site")
            look = style(
                font_name=FONT, bold=name in ("name", "stands"), valign="top", align="left",
                num_format="0.0" if name == "fit" else "General",
                text_wrap=long and name != "account_id",
            )  # fmt: skip
            if name == "why_so":
                sheet.set_row(6 + number, 62)
            sheet.write_formula(6 + number, 2, self._value(name, "$L$7", rows), look, "")
        head = 6 + len(_SHOWN) + 1
        put(head, 1, words("workbook.others"), font_name=FONT, font_size=14, bold=True,
            font_color=f"#{INK}")  # fmt: skip
        for number, name in enumerate(_OTHERS):
            put(head + 1, 1 + number, words(f"workbook.{name}"), font_name=FONT, bold=True,
                font_color=f"#{GREY}", bottom=1, bottom_color=f"#{RULE}")  # fmt: skip
        for row in range(head + 2, head + 2 + _MOST_OTHERS):
            at = f"$L${row + 1}"
            self._next(row, head + 2, rows)
            for number, name in enumerate(_OTHERS):
                look = style(font_name=FONT, valign="top", align="left",
                             num_format="0.0" if name == "fit" else "General")  # fmt: skip
                sheet.write_formula(row, 1 + number, self._value(name, at, rows), look, "")
        sheet.set_column(f"{_LAST_LETTER}:{_LAST_LETTER}", 12, None, {"hidden": True})
        sheet.print_area(0, 0, head + 2 + _MOST_OTHERS, len(_WIDTHS) - 1)
        sheet.set_selection(3, 2, 3, 2)

    def _area(self, name: str, rows: int) -> str:
        letter = "ABCDEFGHIJ"[_COLUMNS.index(name)]
        sheet = (self.index or "").replace("'", "''")
        return f"'{sheet}'!${letter}$1:${letter}${rows}"

    def _find(self, rows: int) -> None:
        """What is asked for as ids, sites and names are written, and the row that has it."""
        sheet = self.cells.sheet
        sheet.write_formula("L4", f"=TRIM({_INPUT})", None, "")
        bare = "LOWER($L$4)"
        for begin in ("https://", "http://", "www."):
            bare = f'SUBSTITUTE({bare},"{begin}","")'
        sheet.write_formula("L5", f'=IF(RIGHT({bare},1)="/",LEFT({bare},LEN({bare})-1),{bare})',
                            None, "")  # fmt: skip
        plain = "$L$4"
        for sign in ("~", "*", "?"):
            plain = f'SUBSTITUTE({plain},"{sign}","~{sign}")'
        sheet.write_formula("L6", f"={plain}", None, "")
        tried = "0"
        for asked, name in (
            ('"*"&$L$6&"*"', "search"), ("$L$6", "name"), ("$L$5", "site"), ("$L$6", "account_id"),
        ):  # fmt: skip
            tried = f"IFERROR(MATCH({asked},{self._area(name, rows)},0),{tried})"
        sheet.write_formula("L7", f'=IF($L$4="",0,{tried})', None, 0)

    def _next(self, row: int, first: int, rows: int) -> None:
        """The next company whose names have what is asked for."""
        area, asked = self._area("search", rows), '"*"&$L$6&"*"'
        if row == first:
            formula = f"=IF(LEN($L$4)<2,0,IFERROR(MATCH({asked},{area},0),0))"
        else:
            before, end = f"$L${row}", area.rpartition(":")[2]
            sheet = area.partition("!")[0]
            rest = f"INDEX({area},{before}+1):{sheet}!{end}"
            formula = f"=IF({before}=0,0,IFERROR({before}+MATCH({asked},{rest},0),0))"
        self.cells.sheet.write_formula(row, 11, formula, None, 0)

    def _value(self, name: str, at: str, rows: int) -> str:
        found = f"INDEX({self._area(name, rows)},{at})"
        return f'=IF({at}=0,"",IF({found}="","",{found}))'


def _companies(
    batch: pa.RecordBatch, run: Run, plain: Plain, words: Words
) -> Iterator[tuple[Any, ...]]:
    """A row of the hidden sheet for each company."""
    reasons = run.reasons
    for row in batch.to_pylist():
        name = row.get("name") or row["account_id"]
        names = [name, *(row.get("aliases") or ()), row.get("ticker")]
        searched = words("list.comma").join(dict.fromkeys(each for each in names if each))
        yield (
            row["account_id"],
            row.get("domain"),
            fitting(name, words),
            words(f"stands.{_standing(row)}"),
            row.get("tier"),
            row.get("owner"),
            row.get("fit_score"),
            plain.place(row),
            fitting(_why(row, reasons, words), words) or None,
            # MATCH finds nothing in a text that is longer.
            searched[:_LONGEST_SEARCHED],
        )


_LONGEST_SEARCHED = 255


def _standing(row: Mapping[str, Any]) -> str:
    if row.get("tier") is not None:
        return "listed"
    return "excluded" if row.get("excluded") else "not_listed"


def _why(row: Mapping[str, Any], reasons: Mapping[str, str], words: Words) -> str:
    if _standing(row) != "excluded":
        return row.get("tier_reason") or ""
    own = {CHURN: row.get(CHURN_REASON)}
    told = [own.get(id) or reasons.get(id, id) for id in row.get("exclusions") or ()]
    return words("reason.separator").join(dict.fromkeys(told))
