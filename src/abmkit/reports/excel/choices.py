"""What can be chosen in the workbook, on a hidden sheet of lists, however long these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from abmkit.io.writers.excel import Book
from abmkit.reports.excel.columns import DATE, KEPT, OWNER, STATUS
from abmkit.reports.words import Words

STATUSES = (
    "not_started", "contacted", "replied", "meeting", "opportunity", "not_now", "no_fit",
)  # fmt: skip
"""The usual ones, by their codes, in the order in which an account goes through them."""
VERDICTS = ("same", "different")
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def status_shown(status: str | None, words: Words) -> str | None:
    """A status as it is chosen: a usual one in the reader's language, one's own as it is."""
    return words(f"status.{status}") if status in STATUSES else status


class Choices:
    """The lists of what can be chosen, and the rules that refer to them."""

    def __init__(self, sheet: str, statuses: Sequence[str] | None, words: Words) -> None:
        self._sheet = sheet
        self._words = words
        shown = [status_shown(each, words) or each for each in statuses or STATUSES]
        self._lists: dict[str, Sequence[str]] = {
            STATUS: shown,
            "decision": [words(f"verdict.{each}") for each in VERDICTS],
        }

    def lists(self, tiers: Sequence[str], owners: Sequence[str]) -> None:
        """The tiers and the owners there are."""
        self._lists |= {KEPT: tiers, OWNER: owners}

    def of_accounts(self) -> dict[str, dict[str, Any]]:
        """The rules of the accounts' columns, those that have any."""
        words = self._words
        rules = {
            STATUS: self._of_list(STATUS, words("workbook.choose_status")),
            KEPT: self._of_list(KEPT, words("workbook.choose_tier")),
            OWNER: {**self._of_list(OWNER, ""), "show_error": False},
            DATE: {
                "validate": "date",
                "criteria": "between",
                "minimum": _FIRST_DAY,
                "maximum": _LAST_DAY,
                "error_title": words("workbook.not_taken"),
                "error_message": words("workbook.choose_date"),
            },
        }
        return {
            column: rule for column, rule in rules.items() if column == DATE or self._lists[column]
        }

    def of_decisions(self) -> dict[str, Any]:
        """The rule of a decision."""
        return self._of_list("decision", self._words("workbook.choose_verdict"))

    def _of_list(self, column: str, message: str) -> dict[str, Any]:
        at = list(self._lists).index(column)
        letter, rows = "ABCDEFGH"[at], len(self._lists[column])
        sheet = self._sheet.replace("'", "''")
        rule: dict[str, Any] = {
            "validate": "list",
            "source": f"='{sheet}'!${letter}$1:${letter}${max(rows, 1)}",
        }
        if message:
            rule |= {"error_title": self._words("workbook.not_taken"), "error_message": message}
        return rule

    def write(self, book: Book) -> None:
        """Write the lists to their sheet, which nobody needs to see."""
        cells = book.sheet(self._sheet)
        columns = list(self._lists.values())
        for row in range(max(map(len, columns))):
            for at, values in enumerate(columns):
                if row < len(values):
                    cells.put(row, at, values[row])
        cells.sheet.hide()


def statuses_read(own: Sequence[str] | None, languages: Sequence[Words]) -> Mapping[str, str]:
    """What a status may be called in any language, in lower case, and what it is kept as."""
    if own:
        return {" ".join(each.split()).casefold(): each for each in own}
    return {words(f"status.{code}").casefold(): code for words in languages for code in STATUSES}
