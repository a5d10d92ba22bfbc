"""What `similar` says: by what accounts are alike, and what their customers have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.domain.arrays import distinct, strings
from abmkit.domain.frames import attached, collected, opened
from abmkit.domain.rules.codes import SEPARATOR
from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words
from abmkit.steps.similar import BETWEEN, Lookalikes

_CODE, _TEXT = "similar_by", "__similar_by"
_MOST_FIELDS = 6
_TELLS = 1.05
"""A field is named from so many times as frequent on."""


def similar_in_words(accounts: Any, words: Words) -> Any:
    """Similar accounts, in their order, with `similar_by` in words."""
    frame = opened(accounts)
    columns = frame.columns
    codes = distinct(collected(frame.select(_CODE))[_CODE])
    texts = strings(_by_text(code, words) for code in codes)
    table = pa.Table.from_arrays([strings(codes), texts], names=[_CODE, _TEXT])
    told = attached(frame, table, _CODE).with_columns(nw.col(_TEXT).alias(_CODE))
    return nw.to_native(told.select(columns))


def _by_text(code: str, words: Words) -> str:
    parts = (each.rpartition(BETWEEN) for each in code.split(SEPARATOR))
    return words("similar.between").join(
        words("similar.by", field=field_name(name, words), times=times) for name, _, times in parts
    )


def field_name(name: str, words: Words) -> str:
    """A field as people read it: its label, or a source's own name for it."""
    return words.label(name.replace("%3B", SEPARATOR).replace("%25", "%"))


def similar_text(found: Lookalikes, known: int, given: int, words: Words) -> str:
    """What was found, in sum; `known` customers are among the accounts, `given` accounts told."""
    return "\n".join(map(wrap, _lines(found, known, given, words)))


def _lines(found: Lookalikes, known: int, given: int, words: Words) -> Iterator[str]:
    yield words("similar.companies", companies=found.companies, found=known)
    fields = [
        words("similar.by", field=field_name(each.field, words), times=f"{each.times:.1f}")
        for each in found.tells[:_MOST_FIELDS]
        if each.times >= _TELLS
    ]
    if fields:
        yield words("similar.tells", fields=fields)
    yield words("similar.given", alike=found.alike, given=given)
    if found.excluded:
        yield words("similar.excluded", count=found.excluded)
