"""Everything that the program says to people, in English, by subject.

A language is a room like this one: the same names, with the same fields in any order.
"""

from __future__ import annotations

from operator import add, attrgetter

from abmkit.reports.numbers import MILLIONS
from abmkit.reports.words.en import (
    backtest,
    config,
    files,
    history,
    learn,
    parts,
    planning,
    results,
    visibility,
)
from abmkit.reports.words.en.outputs import consent, exports, notebook, page, workbook
from abmkit.reports.words.forms import Forms, no_codes

SENTENCES = {
    **results.SENTENCES,
    **files.SENTENCES,
    **config.SENTENCES,
    **learn.SENTENCES,
    **backtest.SENTENCES,
    **planning.SENTENCES,
    **history.SENTENCES,
    **exports.SENTENCES,
    **parts.SENTENCES,
    **workbook.SENTENCES,
    **notebook.SENTENCES,
    **consent.SENTENCES,
    **visibility.SENTENCES,
    **page.SENTENCES,
}


def _within(column: str) -> str:
    return column.replace("_", " ")


FORMS = Forms(
    scales=MILLIONS,
    label=attrgetter("label"),
    within=_within,
    codes=no_codes,
    phrase=str,
    joined=add,
)
"""How English writes what is no sentence."""
