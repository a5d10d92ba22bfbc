"""CSV and TSV by RFC 4180: quotes only where needed, null as an empty cell, lines ended by \\n."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import compute as pc

from abmkit.domain.arrays import strings
from abmkit.domain.cells import to_text
from abmkit.io.writers import guards
from abmkit.io.writers.guards import guarded_text

DELIMITERS = {"csv": ",", "tsv": "\t"}
_ROWS = 16_384
_MOST_BYTES = 1 << 28


def write_csv(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as CSV, its header always."""
    write_delimited(batches, schema, target, "csv")


def write_tsv(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO) -> None:
    """Write a table as TSV, its header always."""
    write_delimited(batches, schema, target, "tsv")


def write_delimited(
    batches: Iterator[pa.RecordBatch],
    schema: pa.Schema,
    target: BinaryIO,
    format: str,
    *,
    header: bool = True,
    guarded: bool = False,
) -> bool:
    """Write a table as CSV or TSV, with its header and with cells guarded where asked for; gives
    whether any cell was."""
    delimiter = DELIMITERS[format]
    any_guarded = False
    if header:
        cells = [guarded_text(name) for name in schema.names] if guarded else schema.names
        any_guarded = cells != schema.names
        names = [_quoted(cell, delimiter) for cell in cells]
        target.write((delimiter.join(names) + "\n").encode())
    for batch in batches:
        for piece in sliced(batch):
            columns = [to_text(values) for values in piece.columns]
            if guarded:
                safe = [_safe(*both) for both in zip(piece.columns, columns, strict=True)]
                pairs = zip(safe, columns, strict=True)
                any_guarded = any_guarded or any(new is not old for new, old in pairs)
                columns = safe
            target.write(_lines(columns, delimiter))
    return any_guarded


def sliced(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in pieces whose text stays far below the 2 GB that one string array can hold."""
    rows = _ROWS
    while rows > 1 and batch.nbytes / max(batch.num_rows, 1) * rows > _MOST_BYTES:
        rows //= 2
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def text_bytes(texts: pa.StringArray) -> memoryview:
    """The texts of an array one after another."""
    offsets = memoryview(texts.buffers()[1]).cast("i")
    data = texts.buffers()[2]
    if data is None:
        return memoryview(b"")
    return memoryview(data)[offsets[texts.offset] : offsets[texts.offset + len(texts)]]


def _quoted(text: str, delimiter: str) -> str:
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _safe(values: Any, texts: Any) -> Any:
    return texts if pa.types.is_primitive(values.type) else guards.guarded(texts)


def _lines(texts: list[Any], delimiter: str) -> memoryview:

    columns = [_cells(text, delimiter) for text in texts]
    quotes, end, empty, between = strings(['""', "\n", "", delimiter])
    if len(columns) == 1:
        # A line with nothing on it is no row to most readers.
        columns = [pc.coalesce(columns[0], quotes)]
    options: dict[str, Any] = {"null_handling": "replace", "null_replacement": ""}
    rows = pc.binary_join_element_wise(*columns, between, **options) if columns else empty
    return text_bytes(pc.binary_join_element_wise(rows, end, empty, **options))


def _cells(text: Any, delimiter: str) -> Any:

    odd = pc.match_substring_regex(text, f'[{delimiter}"\r\n]')
    if not odd.true_count:
        return text
    mark, nothing = strings(['"', ""])
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(odd, pc.binary_join_element_wise(mark, doubled, mark, nothing), text)
