"""Everything that the program says to people, in English, by subject.

A language is a room like this one: the same names, with the same fields in any order.
"""

from __future__ import annotations

from abmkit.reports.words.en import (
    backtest,
    config,
    exports,
    files,
    history,
    learn,
    page,
    parts,
    planning,
    results,
)

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
    **page.SENTENCES,
}
