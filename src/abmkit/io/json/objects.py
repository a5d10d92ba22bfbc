"""JSON and JSON lines: objects become rows, their keys columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.cells import decimal_text, joined
from abmkit.errors import InputError, Message
from abmkit.io.input import Input, cut_off
from abmkit.io.json.decoding import (
    BROKEN,
    HALF,
    document_text,
    half_lines,
    lines_encoding,
    text_lines,
    whole_characters,
)
from abmkit.io.json.shapes import JsonTable, table_of
from abmkit.io.records import Records, Reject, Repair, unique_names
from abmkit.io.text.dialects.encodings import Encoding

_ROWS = 20_000


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=lambda _: None)


def read(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of JSON: an array of objects, or objects by key, or one object a line.

    The columns are all keys there are, nested ones by their path with dots, in the order they are
    met. Where objects stand under several keys, `sheet` says which. Raises
    InputError for JSON that is broken or holds no objects.
    """
    path = source.file()
    table = JsonTable([])
    if format == "jsonl":
        encoding = lines_encoding(source)
        name = encoding.name
        header = list(dict.fromkeys(chain.from_iterable(_flat_lines(source, encoding, None))))
    else:
        text, name = document_text(source, path.read_bytes())
        objects, table = _objects(source, text, sheet)
        halves = half_lines(text)
        del text
        rejected: list[Reject] = []
        repairs: list[Repair] = []
        try:
            rows = list(_flat_all(objects, rejected))
            if halves:
                rows = [_whole(row, repairs, halves) for row in rows]
        except RecursionError as error:
            raise _too_deep(source) from error
        header = list(dict.fromkeys(chain.from_iterable(rows)))
    if not header:
        raise InputError("holds no objects with values", where=source.name)

    def produce(records: Records) -> Iterator[pa.Table]:
        if format == "jsonl":
            yield from _tables(records, header, _flat_lines(source, encoding, records))
        else:
            records.rejects.extend(rejected)
            for repair in repairs:
                records.note_repair(repair)
            yield from _tables(records, header, rows)

    return Records(
        source.name,
        format,
        unique_names(header),
        produce,
        source.close,
        encoding=name,
        sheet=table.key,
        other_sheets=table.others,
        other_tables=table.unread,
    )


def _objects(source: Input, text: str, wanted: str | None) -> tuple[list[Any], JsonTable]:
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if _ends(text, error):
            raise cut_off(source.name) from error
        remedy = (
            "one object a line? read it with --from jsonl" if error.msg == "Extra data" else None
        )
        raise InputError(
            "is broken JSON: {reason}",
            where=Message(
                "{name}, line {line}, column {column}",
                name=source.name,
                line=error.lineno,
                column=error.colno,
            ),
            remedy=remedy,
            reason=error.msg,
        ) from error
    except RecursionError as error:
        raise _too_deep(source) from error
    if not isinstance(document, list | dict):
        raise InputError("holds no objects", where=source.name)
    table = table_of(document, source.name, wanted)
    return table.rows, table


def _ends(text: str, error: json.JSONDecodeError) -> bool:
    """Whether the text of JSON is over where more of it should come."""
    rest = text[error.pos :].strip()
    return not rest or (error.msg.startswith("Unterminated") and "\n" not in rest)


def _too_deep(source: Input) -> InputError:
    return InputError("is nested too deeply", where=source.name)


def _flat_all(objects: list[Any], rejected: list[Reject]) -> Iterator[dict[str, str]]:
    for at, value in enumerate(objects, start=1):
        if isinstance(value, dict):
            yield _flat(value)
        else:
            shown = whole_characters(json.dumps(value, ensure_ascii=False))
            rejected.append(Reject(None, shown, f"element {at} is not an object"))


def _flat_lines(
    source: Input, encoding: Encoding, records: Records | None
) -> Iterator[dict[str, str]]:
    """The rows of JSON lines; what is no object is rejected into the records, if given."""
    for number, line, odd in text_lines(source, encoding):
        if not line.strip():
            continue
        value, reason = None, "is not an object"
        try:
            value = _DECODER.decode(line)
        except json.JSONDecodeError as error:
            reason = f"is broken JSON: {error.msg}, column {error.colno}"
        except RecursionError:
            reason = "is nested too deeply"
        shown = line.rstrip("\r\n")
        if odd == BROKEN:
            value, reason = None, odd
        if isinstance(value, dict):
            if odd is not None and records is not None:
                records.note_repair(Repair(number, shown, odd))
            row = _flat(value)
            if "\\u" in line and half_lines(line):
                repairs: list[Repair] = []
                row = _whole(row, repairs, [number])
                if records is not None and repairs:
                    records.note_repair(repairs[0])
            yield row
        elif records is not None:
            records.rejects.append(Reject(number, shown, reason))


def _whole(row: dict[str, str], repairs: list[Repair], lines: list[int]) -> dict[str, str]:
    """A row without halves of characters; where there are any, it is repaired."""
    mended = {whole_characters(key): whole_characters(cell) for key, cell in row.items()}
    if mended != row:
        repairs.append(Repair(lines[min(len(repairs), len(lines) - 1)], "", HALF))
    return mended


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, str]:
    row: dict[str, str] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict):
            row.update(_flat(inner, f"{name}.") if inner else {name: ""})
        else:
            row[name] = _cell(inner)
    return row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return decimal_text(value) if "e" in value.lower() else str(value)
    if isinstance(value, str):
        return value
    if any(isinstance(item, dict | list) for item in value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return joined(text for item in value if (text := _cell(item)))


def _tables(
    records: Records, header: list[str], rows: Iterable[dict[str, str]]
) -> Iterator[pa.Table]:

    schema = records.schema()
    waiting: list[dict[str, str]] = []

    def table() -> pa.Table:
        columns = [strings(row.get(name) or None for row in waiting) for name in header]
        return pa.Table.from_arrays(columns, schema=schema)

    for row in rows:
        if not any(row.values()):
            records.blank_rows += 1
            continue
        waiting.append(row)
        if len(waiting) == _ROWS:
            yield table()
            waiting.clear()
    if waiting:
        yield table()
