"""JSON lines: one object a row, with JSON's own types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import compute as pc

from abmkit.domain.arrays import each_distinct, strings
from abmkit.domain.cells import plain, to_text, with_items
from abmkit.io.writers.csv import sliced, text_bytes


def write(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as JSON lines: numbers as in CSV, lists as arrays, null for what is unknown."""
    for batch in batches:
        for piece in sliced(batch):
            target.write(_lines(piece))


def _lines(batch: pa.RecordBatch) -> memoryview:

    parts: list[Any] = []
    null, end, nothing = strings(["null", "}\n", ""])
    for at, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
        key = ("," if at else "{") + _quoted(name) + ":"
        parts += [strings([key])[0], pc.coalesce(_values(plain(column)), null)]
    return text_bytes(pc.binary_join_element_wise(*parts, end, nothing))


def _values(values: Any) -> Any:

    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return to_text(values)
    if pa.types.is_floating(kind):
        text = to_text(values)
        endless = pc.match_substring(text, "inf")
        return pc.if_else(endless, strings([None])[0], text) if endless.true_count else text
    opening, closing, comma, nothing = strings(["[", "]", ",", ""])
    if pa.types.is_list(kind):
        missing = strings(["null"])[0]
        items = with_items(values, lambda found: pc.coalesce(_values(found), missing))
        return pc.binary_join_element_wise(opening, pc.binary_join(items, comma), closing, nothing)
    if pa.types.is_nested(kind):
        return to_text(values)
    text = to_text(values)
    if pc.any(pc.match_substring_regex(text, r"[\x00-\x1f\x7f]")).as_py():
        return each_distinct(text, _quoted)
    escaped = pc.replace_substring_regex(text, r'(["\\])', r"\\\1")
    mark = strings(['"'])[0]
    return pc.binary_join_element_wise(mark, escaped, mark, nothing)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
