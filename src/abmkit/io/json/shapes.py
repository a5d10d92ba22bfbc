"""Where the table is in a JSON document: the shapes in which programs export one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from abmkit.domain.recognition.header_words import known_header, unwrapped
from abmkit.domain.recognition.tables.accounts_value import accounts_value
from abmkit.errors import InputError, instead, some

# Keys under which a table's column names stand beside its rows, as in `{"fields": …, "data": …}`.
_COLUMN_KEYS = ("columns", "fields", "header", "headers", "column_names", "columnNames")
_ROW_KEYS = ("data", "rows", "values", "records", "items", "index")
_DEEPEST = 4
_DEEPEST_TABLE = 12
_LOOKED_AT = 20
# What stands in no header: long numbers, addresses.
_OF_VALUES = re.compile(r"\d{5}|\d\.\d|@|://|^\s*\d+\s*$")
_LONGEST_HEADER = 60
# Of a table of companies, and by how much it has to be more like one than the next.
_SURELY, _CLEARLY = 6.0, 3.0


@dataclass(frozen=True)
class JsonTable:
    """The rows of a document, the key they stand under, and the keys of other tables."""

    rows: list[Any]
    key: str | None = None
    others: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Those that nobody asked not to read, in words."""


def table_of(document: Any, name: str, wanted: str | None = None) -> JsonTable:
    """The rows of the table in a document, each an object where it can be one.

    Raises InputError for a document with several tables, and for a wanted key that is not there.
    """
    if isinstance(document, list):
        return JsonTable(_with_header(document))
    tables = _tables(document)
    if wanted is not None:
        tables = _deep(document) | tables
        if wanted not in tables:
            remedy = instead(wanted, tables, "tables")
            raise InputError("no table {wanted!r}", where=name, remedy=remedy, wanted=wanted)
        return JsonTable(tables[wanted], wanted, [key for key in tables if key != wanted])
    whole = _by_columns(document)
    if whole is not None:
        return JsonTable(whole)
    if document and all(isinstance(value, dict) for value in document.values()):
        inner = _only(document)
        if inner is not None and _wraps(inner):
            return table_of(inner, name)
        if inner is not None or _alike(document) or not _deep(document):
            return JsonTable(_keyed(document))
    if not tables:
        for value in document.values():
            if isinstance(value, dict) and not _deep(value) and _is_keyed(value):
                return table_of(value, name)
        tables = _deep(document)
    if len(tables) > 1:
        best = _like_companies(tables)
        if best is not None:
            others = [key for key in tables if key != best]
            unread = [f"{key} ({len(tables[key]):,} rows)" for key in others]
            return JsonTable(tables[best], best, others, unread)
        raise InputError(
            "holds {count} tables ({tables})",
            where=name,
            remedy="save the one you want on its own, or name it as the source's sheet",
            count=len(tables),
            tables=some(tables),
        )
    if tables:
        return JsonTable(next(iter(tables.values())))
    return JsonTable([document])


def _deep(document: dict[str, Any], path: str = "", depth: int = 0) -> dict[str, list[Any]]:
    """The tables in a document by their path, those of the same path within a table aside."""
    found: dict[str, list[Any]] = {}
    for key, value in document.items():
        name = f"{path}{key}"
        if _mostly_objects(value):
            found[name] = value
        elif isinstance(value, dict) and depth < _DEEPEST_TABLE:
            found |= _deep(value, f"{name}.", depth + 1)
    return found


def _alike(document: dict[str, Any]) -> bool:
    """Whether objects by key are rows of one table: most of them share a key with the others."""
    seen = Counter(key for row in document.values() for key in row)
    return sum(any(seen[key] > 1 for key in row) for row in document.values()) * 2 >= len(document)


def _like_companies(tables: dict[str, list[Any]]) -> str | None:
    """The one table that names companies, or that does so best; None where that is not clear."""
    worths = {key: _worth(rows) for key, rows in tables.items()}
    first, second = sorted(worths.values(), reverse=True)[:2]
    if first < _SURELY or first - second < _CLEARLY:
        return None
    return next(key for key, worth in worths.items() if worth == first)


def _worth(rows: list[Any]) -> float:
    objects = [row for row in rows[:_LOOKED_AT] if isinstance(row, dict)]
    names = list(dict.fromkeys(unwrapped(name) for row in objects for name in _paths(row)))
    return accounts_value("", names, [names] * len(objects), hidden=False)


def _paths(row: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in row.items():
        if isinstance(value, dict) and value:
            yield from _paths(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def _tables(document: dict[str, Any]) -> dict[str, list[Any]]:
    found = {}
    for key, value in document.items():
        if _mostly_objects(value):
            found[key] = value
    return found


def _mostly_objects(value: Any) -> bool:
    """A list of objects, even if something else strayed among them."""
    if not isinstance(value, list) or not value:
        return False
    return sum(isinstance(row, dict) for row in value) * 2 >= len(value)


def _only(document: dict[str, Any]) -> dict[str, Any] | None:
    values = list(document.values())
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else None


def _wraps(inner: dict[str, Any], depth: int = 0) -> bool:
    """Whether an object only leads to a table: beside one it says nothing but counts and pages."""
    if depth > _DEEPEST:
        return False
    beside = [value for value in inner.values() if not isinstance(value, list | dict)]
    if any(isinstance(value, str) and not value.replace(".", "").isdigit() for value in beside):
        return False
    if len(_tables(inner)) == 1 or _by_columns(inner) is not None or _is_keyed(inner):
        return True
    deeper = _only(inner)
    return deeper is not None and _wraps(deeper, depth + 1)


def _is_keyed(value: dict[str, Any]) -> bool:
    return len(value) > 1 and all(isinstance(row, dict) for row in value.values())


def _keyed(found: dict[str, dict[str, Any]]) -> list[Any]:
    """Objects by key; the key becomes a column unless it only counts."""
    if all(key.isdecimal() for key in found) or any("key" in value for value in found.values()):
        return list(found.values())
    return [{"key": key, **value} for key, value in found.items()]


def _with_header(rows: list[Any]) -> list[Any]:
    """Rows written as arrays under a first one with the columns' names."""
    if len(rows) < 2 or not all(isinstance(row, list) for row in rows):
        return rows
    named = None if _is_a_value(rows) else _named(rows[0], rows[1:])
    if named is not None:
        return named
    width = max(len(row) for row in rows)
    return _named([f"column_{at + 1}" for at in range(width)], rows) or rows


def _is_a_value(rows: list[list[Any]]) -> bool:
    """Whether the first row is one as the others are: none of it is a header that is known, and
    something in it is a number, an address or a long text, or stands in its column again."""
    first = [cell for cell in rows[0] if type(cell) is str]
    if any(known_header(cell) for cell in first):
        return False
    if any(_OF_VALUES.search(cell) or len(cell) > _LONGEST_HEADER for cell in first):
        return True
    below = [
        {row[at] for row in rows[1:] if at < len(row) and type(row[at]) is str}
        for at in range(len(rows[0]))
    ]
    return any(cell in seen for cell, seen in zip(rows[0], below, strict=True) if type(cell) is str)


def _named(header: Any, rows: list[Any]) -> list[Any] | None:
    if not isinstance(header, list) or not header or not rows:
        return None
    if not all(type(cell) is str and cell for cell in header) or len(set(header)) < len(header):
        return None
    if any(not isinstance(row, list) or len(row) > len(header) for row in rows):
        return None
    return [dict(zip(header, row, strict=False)) for row in rows]


def _by_columns(document: dict[str, Any]) -> list[Any] | None:
    """The rows of a document that holds them column by column, or beside their columns' names."""
    for names in _COLUMN_KEYS:
        for key in _ROW_KEYS:
            if isinstance(document.get(key), list) and names in document:
                rows = _named(document[names], document[key])
                if rows is not None:
                    return rows
    values = list(document.values())
    if len(values) > 1 and all(isinstance(value, list) and value for value in values):
        plain = not any(isinstance(cell, list | dict) for value in values for cell in value)
        if plain and len({len(value) for value in values}) == 1 and len(values[0]) > 1:
            return [dict(zip(document, cells, strict=True)) for cells in zip(*values, strict=True)]
    if len(values) > 1 and all(isinstance(value, dict) and value for value in values):
        places = list(values[0])
        numbered = all(place.isdecimal() for place in places)
        if numbered and not any(key.isdecimal() for key in document):
            alike = all(list(value) == places for value in values)
            plain = not any(isinstance(c, list | dict) for value in values for c in value.values())
            if alike and plain:
                return [{key: document[key][place] for key in document} for place in places]
    return None
