"""What the workbook's columns are called, for who reads it again."""

from __future__ import annotations

from collections.abc import Sequence

from abmkit.reports.excel.choices import VERDICTS
from abmkit.reports.words import Words

_ACCOUNTS = {
    "account_id": "workbook.account_id", "name": "workbook.name", "mark": "workbook.mark",
    "status": "workbook.status", "next_step": "workbook.next_step", "date": "workbook.date",
    "note": "workbook.note", "owner": "workbook.owner", "tier": "workbook.kept",
}  # fmt: skip
_DECISIONS = {
    "left": "workbook.one_id", "right": "workbook.other_id", "decision": "workbook.decision",
    "by": "workbook.by", "why": "workbook.reason",
}  # fmt: skip


def titles(languages: Sequence[Words], *, folded: bool = True) -> dict[str, str]:
    """The titles of columns in some languages, and which columns they are."""
    found = {
        words(title): name
        for words in languages
        for name, title in (_ACCOUNTS | _DECISIONS).items()
    }
    if not folded:
        return found
    return {" ".join(title.split()).casefold(): name for title, name in found.items()}


def verdicts(languages: Sequence[Words]) -> dict[str, str]:
    """The decisions in some languages, and what they are kept as."""
    return {words(f"verdict.{each}").casefold(): each for words in languages for each in VERDICTS}
