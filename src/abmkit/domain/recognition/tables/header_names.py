"""Headers of several rows: which rows are one header, and the one name a column has by them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from abmkit.domain.recognition.header_words import known_header
from abmkit.schema.people import PEOPLE

_VALUE = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d\s,.'/:-]*%?\)?|\S+@\S+\.\w+|https?://\S+|www\.\S+")
_YEAR = re.compile(r"(?:(?:fy|cy)\s?)?(?:19|20)\d\d(?:年|[aefq]\d?|\s?[qh]\d)?|[qh][1-4]", re.I)
_UNIT = re.compile(r"[(（\[【][^()（）]*[)）\]】]|[%％‰]|(?:in |单位|單位).{1,12}")
_BRACKETED = re.compile(r"[(（\[].*[)）\]]|\d{2,4}(?:年|[aefq]\d?)?")
_OF_ANOTHER = re.compile(
    r"contact|person|parent|owner|representative|ceo|联系|法人|法定代表|母公司|股东|负责人|聯繫|聯絡",
    re.IGNORECASE,
)
_LONGEST = 40


def completes(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether two rows are one header: the lower has names where the upper has gaps, or units.

    Each column has a name by one of them, and the lower none under what stands alone in the upper.
    """
    above, below = _bare(upper, lower)
    filled = [cell for cell in below if cell]
    if not filled or not any(above) or any(map(_is_value, filled)) or any(map(_is_value, above)):
        return False
    if all(_UNIT.fullmatch(cell) for cell in filled):
        return all(up for up, low in zip(above, below, strict=True) if low)
    if not all(up or low for up, low in zip(above, below, strict=True)) or all(above):
        return False
    if sum(map(bool, above)) < 2:
        # A title, which stands alone above a blank corner.
        return False
    gaps = [at for at, cell in enumerate(above) if not cell]
    spanned = {at for at, cell in enumerate(above[:-1]) if cell and not above[at + 1]}
    alone = [at for at, cell in enumerate(above) if cell and at not in spanned]
    if any(below[at] and not _UNIT.fullmatch(below[at]) for at in alone):
        return False
    names = [cell for at, cell in enumerate(below) if cell and at in spanned.union(gaps)]
    # Under a group of several columns all have names; a row that leaves more blank is a record.
    return len(names) >= len(gaps) and any(not c for c in below)


def groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row names groups of the columns whose names stand in full in the row below."""
    above, below = _bare(upper, lower)
    texts = [(at, cell) for at, cell in enumerate(above) if cell]
    if not texts or any(_is_value(cell) or len(cell) > _LONGEST for _, cell in texts):
        return False
    if any(":" in cell or "：" in cell or not below[at] for at, cell in texts):
        return False
    if len(texts) == 1 and (texts[0][0] == 0 or re.search(r"\d", texts[0][1])):
        # A title stands in the first cell.
        return False
    spans = any(not above[at + 1] and below[at + 1] for at, _ in texts if at + 1 < len(above))
    return spans and sum(map(bool, below)) > len(texts)


def joined(rows: Sequence[Sequence[str]], *, own: bool = False, alone: bool = False) -> list[str]:
    """One name a column: the lowest text, with what stands above it where that is needed.

    It is needed where the lowest text occurs twice, is a unit or a year, says nothing by itself, or
    would be taken for the company's own although it stands under a person or another company. The
    rows are those in which a text stands over every column that it is for; with `own` a text goes
    over the gaps to its right, and what stands right over a name is always part of it. With `alone`
    the lowest row is a header by itself, of which also what says nothing needs no more.
    """
    width = max(len(row) for row in rows)
    full = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    spread = [*map(carried, full[:-1]), full[-1]] if own else full
    stacks = []
    for at in range(width):
        texts = [row[at] for row in spread]
        if own and not any(row[at] for row in full):
            texts = []
        stacks.append([text for text in dict.fromkeys(texts) if text])
    lowest = Counter(stack[-1] for stack in stacks if stack)
    several = own and any(sum(map(bool, row)) > 1 for row in full[:-1])
    names = []
    for at, stack in enumerate(stacks):
        leaf, above = stack[-1] if stack else "", " ".join(stack[:-1])
        over = several and full[-1][at] != "" and any(row[at] for row in full[:-1])
        needed = above and (over or _needs(leaf, above, lowest[leaf], alone=alone))
        names.append(f"{above} {leaf}" if needed else leaf)
    return names


def _needs(leaf: str, above: str, times: int, *, alone: bool) -> bool:
    return (
        times > 1
        or _BRACKETED.fullmatch(leaf) is not None
        or _YEAR.fullmatch(leaf) is not None
        or _UNIT.fullmatch(leaf) is not None
        or (known_header(leaf) and _OF_ANOTHER.search(above) is not None)
        or not (alone or _says_something(leaf))
    )


@cache
def _says_something(name: str) -> bool:
    """Whether recognition makes something of a name that stands alone."""
    from abmkit.domain.recognition.headers import recognise

    if known_header(name):
        return True
    return any(
        found.canonical is not None
        for found in (*recognise([name]), *recognise([name], None, PEOPLE))
    )


def _bare(upper: Sequence[str], lower: Sequence[str]) -> tuple[list[str], list[str]]:
    width = max(len(upper), len(lower))
    above, below = ([cell.strip() for cell in row] for row in (upper, lower))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    used = [at for at in range(width) if above[at] or below[at]]
    if not used:
        return [], []
    first, last = used[0], used[-1] + 1
    return above[first:last], below[first:last]


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None and _YEAR.fullmatch(cell) is None


def carried(row: list[str]) -> list[str]:
    """An upper header row with its texts carried on over the gaps to their right."""
    last, filled = "", []
    for cell in row:
        last = cell.strip() or last
        filled.append(last)
    return filled
