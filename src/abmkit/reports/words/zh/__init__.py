"""Everything that the program says to people, in Chinese, by subject: the same names as in English.

Words that are kept: 企业 for an account of the market, 目标客户 for one on the list, 现有客户 for
a customer, 企业名录 (名录) for a source, 剔除 for a row that cannot be used, 排除 for a company
not wanted, 匹配度 for the fit score, 评分卡, 评分项, 分档 and 分 for what it is made of, 级 and
名额 for tiers and their capacity, 候补 for who waits, 指名客户 for a pin, 客群 for a cluster.
Spaces are those of `spaces`.
"""

from __future__ import annotations

from operator import attrgetter

from abmkit.reports.numbers import MYRIADS
from abmkit.reports.words.forms import Forms
from abmkit.reports.words.zh import (
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
from abmkit.reports.words.zh.forms.codes import codes
from abmkit.reports.words.zh.forms.phrases import phrase
from abmkit.reports.words.zh.forms.spaces import joined
from abmkit.reports.words.zh.outputs import consent, exports, notebook, page, workbook
from abmkit.schema.accounts import ACCOUNTS

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
    declared = ACCOUNTS.column(column)
    return (declared.chinese if declared is not None else "") or column


FORMS = Forms(
    scales=MYRIADS,
    label=attrgetter("chinese"),
    within=_within,
    codes=codes,
    phrase=phrase,
    joined=joined,
)
"""How Chinese writes what is no sentence."""
