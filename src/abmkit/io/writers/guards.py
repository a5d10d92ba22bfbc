"""Cells that a spreadsheet would run, guarded in CSV and TSV files, and the guard taken off again.

The guard is an apostrophe in front, as OWASP says (CSV injection, CWE-1236). A text that has
apostrophes before a sign of its own gets one more, so that what is read is what was written: one
is taken off where, and only where, the rest is what would be guarded. A file with guarded cells
has a byte order mark; in one without it every cell is as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from abmkit.domain.arrays import scalar
from abmkit.io.records import Records, unique_names

_SIGNS = "=+\\-@＝＋－＠"
_BLANKS = "\\s\u00a0\u200b\u3000\ufeff"
_RUN = f"(?:[\t\r\n]|[{_BLANKS}]*[{_SIGNS}])"
# Numbers, phones in E.164 and lone signs are run by none.
_PLAIN = r"(?:[+-]?(?:[0-9][0-9.,]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?%?|[+-]+)"
_GUARD = "'"


def guarded_text(text: str) -> str:
    """A text as a cell that is safe to open."""
    run = re.match(f"'*{_RUN}", text) and not re.fullmatch(_PLAIN, text)
    return _GUARD + text if run else text


def unguarded_text(text: str) -> str:
    """The text that `guarded_text` made a cell of."""
    return text[1:] if text[:1] == _GUARD and guarded_text(text[1:]) == text else text


def guarded(texts: pa.StringArray) -> pa.StringArray:
    """Texts as cells that are safe to open; null stays null."""
    return _where(texts, f"^'*{_RUN}", f"^{_PLAIN}$", "^", _GUARD)


def unguarded(texts: Any) -> Any:
    """The texts that `guarded` made the cells of."""
    if not pc.any(pc.starts_with(texts, _GUARD)).as_py():
        return texts
    return _where(texts, f"^''*{_RUN}", f"^'{_PLAIN}$", "^'", "")


def without_guards(records: Records) -> Records:
    """A table whose cells and names are what was written, before they were guarded."""
    header = [unguarded_text(name) for name in records.header]
    if header != records.header:
        records.header = unique_names(header)
    produce = records._produce

    def unguarded_tables(read: Records) -> Iterator[pa.Table]:
        for table in produce(read):
            columns = [unguarded(column) for column in table.columns]
            yield pa.Table.from_arrays(columns, schema=read.schema())

    records._produce = unguarded_tables
    return records


def _where(texts: Any, wanted: str, but: str, old: str, new: str) -> Any:
    hits = pc.match_substring_regex(texts, wanted)
    if not pc.any(hits).as_py():
        return texts
    hits = pc.and_(hits, pc.invert(pc.match_substring_regex(texts, but)))
    if not pc.any(hits).as_py():
        return texts
    changed = pc.replace_substring_regex(texts, old, new, max_replacements=1)
    return pc.if_else(pc.fill_null(hits, scalar(False)), changed, texts)
