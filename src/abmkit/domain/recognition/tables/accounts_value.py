"""How much a sheet, or a table of a document, looks like the table of accounts among several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.personal import names_people
from abmkit.domain.recognition.plans import USED

_IDENTITY = frozenset(["name", "domain", "website", "registry_ids"])
_TOLD_BY_NAME = re.compile(
    r"account|compan|firm|organi[sz]ation|prospect|target|企业|公司|客户|客戶|企業|名录|名單|名单",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"contact|people|person|opportunit|deal|activit|lookup|legend|readme|notes?\b|pivot|summary|"
    r"联系人|商机|说明|汇总|字典|活动",
    re.IGNORECASE,
)
_PERSON = re.compile(r"first ?name|last ?name|surname|job ?title|姓名|职位|職位", re.IGNORECASE)


def accounts_value(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, hidden: bool
) -> float:
    """A figure to compare the tables of one file by: the greater, the more like accounts.

    What tells companies apart counts most, then how many columns are known; people, one row only
    and a sheet that is hidden or named after something else count against it.
    """
    names = [cell for cell in header if cell]
    known = {found.canonical for found in recognise(names) if found.confidence >= USED}
    known.discard(None)
    worth = 6.0 * bool(known & _IDENTITY) + min(len(known), 8)
    worth -= 3.0 * sum(_PERSON.search(cell) is not None for cell in names)
    worth -= 0.5 * sum(names_people(cell) for cell in names)
    if _TOLD_BY_NAME.search(name):
        worth += 2
    if _OF_SOMETHING_ELSE.search(name):
        worth -= 4
    if known and len(rows) > 1:
        worth += 1
    if not rows:
        worth -= 6
    return worth - 3.0 * hidden
