"""Sheets of an xlsx or OpenDocument archive, with wide gaps closed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import unescape

from abmkit.io.excel.reach import Reach, closed, letters, number, too_sparse

_CHUNK = 1 << 20
# Longer than any reference.
_OVERLAP = 64
_COLUMN = re.compile(rb' r="([A-Za-z]+)')
_ROW = re.compile(rb' r="[A-Za-z]*(\d+)')
# References written in other ways than every program writes them: the sheet is looked at closely.
# One byte is found at once, and without it there is no such form.
_UNUSUAL = (
    (b"'", (b"r='", b"r= '", b"r ='")),
    (b"\n", (b"\nr", b"r\n", b"r=\n")),
    (b"\t", (b"\tr", b"r\t", b"r=\t")),
    (b"\r", (b"\rr", b"r\r", b"r=\r")),
    (b"=", (b" r =", b" r= ")),
)
_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_REFERENCE = re.compile(rb"(\sr\s*=\s*[\"'])([A-Za-z]*)(\d+)")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*?\buniqueCount\s*=\s*[\"'](\d+)")


def excel_part(archive: zipfile.ZipFile, part: str, name: str) -> tuple[bytes, Reach] | None:
    """A sheet's XML with wide gaps closed; None where it can be held as it is.

    Raises InputError where cells are scattered all over the sheet.
    """
    with archive.open(part) as stream:
        if not too_sparse(*_reach_at_most(stream)):
            return None
    data = archive.read(part)
    rows: set[int] = set()
    columns: set[int] = set()
    filled = 0
    for tag, row, column in _cells(data):
        if column is not None and _is_filled(data, tag):
            rows.add(row)
            columns.add(column)
            filled += 1
    found = closed(rows, columns, filled, name)
    if found is None:
        return None
    parts, end = [], 0
    for tag, row, column in _cells(data):
        reference = _REFERENCE.search(tag[2])
        if reference is not None:
            named = letters(found.columns.new(column)).encode() if column is not None else b""
            start = tag.start(2)
            parts.append(data[end : start + reference.end(1)])
            parts.append(b"%s%d" % (named, found.rows.new(row) + 1))
            end = start + reference.end()
    parts.append(data[end:])
    return b"".join(parts), found


def _reach_at_most(stream: IO[bytes]) -> tuple[int, int, int]:
    """No less than the rows and columns a sheet reaches over, and the cells it may hold."""
    row, column, cells = 0, 0, 0
    before = b""
    while chunk := stream.read(_CHUNK):
        data = before + chunk
        if any(rare in data and any(form in data for form in forms) for rare, forms in _UNUSUAL):
            return 1 << 20, 1 << 14, 0
        named = _COLUMN.findall(data)
        cells += len(named)
        column = max(column, *(number(name[:8]) for name in set(named)), 0)
        row = max(row, *(int(digits[:12]) for digits in set(_ROW.findall(data))), 0)
        before = data[-_OVERLAP:]
    # Cells without references stand wherever the ones before them end.
    return row, column + 1 if cells else 1 << 14, cells


def _cells(data: bytes) -> Iterator[tuple[re.Match[bytes], int, int | None]]:
    """The tags of rows and cells in order, with the row and, for a cell, its column, from 0."""
    row, column = -1, -1
    for tag in _TAG.finditer(data):
        found = _REFERENCE.search(tag[2])
        if tag[1] == b"row":
            row, column = int(found[3][:12]) - 1 if found else row + 1, -1
            yield tag, row, None
        else:
            if found and found[2]:
                column = number(found[2][:8])
                yield tag, int(found[3][:12]) - 1, column
            else:
                column += 1
                yield tag, row, column


def _is_filled(data: bytes, tag: re.Match[bytes]) -> bool:
    return not tag[2].endswith(b"/") and data[tag.end() : tag.end() + 2] != b"</"


def strings_part(archive: zipfile.ZipFile, part: str) -> bytes | None:
    """The shared strings without a count that is beyond what they could be; None if it is not."""
    with archive.open(part) as stream:
        found = _STRINGS.search(stream.read(1 << 12))
    if found is None or int(found[1][:20]) <= archive.getinfo(part).file_size:
        return None
    data = archive.read(part)
    return data[: found.start(1)] + b"0" + data[found.end(1) :]


# OpenDocument ------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])"
    rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_SPAN = re.compile(rb"(\stable:number-(?:rows|columns)-repeated\s*=\s*[\"'])(\d+)")
_NAME = re.compile(rb"\stable:name\s*=\s*(\"[^\"]*\"|'[^']*')")
# A gap before a filled cell, or a filled cell many times over.
_WIDE = re.compile(
    rb"columns-repeated=[\"']\d{3,}[\"'][^>]*/>"
    rb"(?:\s*<table:(?:covered-)?table-cell\b[^>]*/>)*"
    rb"\s*<table:(?:covered-)?table-cell\b[^>]*[^/]>"
)
_HIGH = re.compile(rb"rows-repeated=[\"']\d{4,}[\"']")


def open_document(data: bytes, name: str) -> tuple[bytes, dict[str, Reach]] | None:
    """A document's content with wide gaps closed, and what moved by sheet; None for no gaps.

    Raises InputError where cells are scattered all over a sheet.
    """
    if not _has_gaps(data):
        return None
    found: dict[str, Reach] = {}
    parts, end = [], 0
    for sheet, tokens in _sheets(data):
        high: dict[int, int] = {}
        wide: dict[int, int] = {}
        filled = 0
        for tag, row, down, column, across in tokens:
            if column is not None and _is_filled(data, tag):
                high[row] = down
                wide[column] = max(across, wide.get(column, 1))
                filled += down * across
        reach = closed(_places(high, 1 << 20), _places(wide, 1 << 14), filled, name)
        if reach is None:
            continue
        found[sheet] = reach
        for tag, row, down, column, across in tokens:
            if tag.start() < end:
                continue
            if column is None:
                count, times = reach.rows.new(row + down) - reach.rows.new(row), down
            else:
                count = reach.columns.new(column + across) - reach.columns.new(column)
                times = across
            span = _SPAN.search(tag[3])
            if count == 0:
                parts.append(data[end : tag.start()])
                end = _element_end(data, tag)
            elif count != times and span is not None:
                parts.append(data[end : tag.start(3) + span.end(1)])
                parts.append(b"%d" % count)
                end = tag.start(3) + span.end()
    parts.append(data[end:])
    return (b"".join(parts), found) if found else None


def _places(spans: dict[int, int], most: int) -> set[int]:
    return {at for start, times in spans.items() for at in range(start, start + min(times, most))}


def _element_end(data: bytes, tag: re.Match[bytes]) -> int:
    if tag[3].endswith(b"/"):
        return tag.end()
    closing = b"</table:" + tag[2] + b">"
    end = data.find(closing, tag.end())
    return end + len(closing) if end >= 0 else len(data)


def _has_gaps(data: bytes) -> bool:
    if _WIDE.search(data) is not None:
        return True
    for gap in _HIGH.finditer(data):
        text = data.find(b"<text:p", gap.end())
        if 0 <= text < data.find(b"</table:table>", gap.end()):
            return True
    return False


_Token = tuple[re.Match[bytes], int, int, int | None, int]


def _sheets(data: bytes) -> Iterator[tuple[str, list[_Token]]]:
    """Sheets with their rows and cells: row, how often, column (None for a row), how often."""
    name = ""
    tokens: list[_Token] = []
    row, down, column = 0, 1, 0
    for tag in _TOKEN.finditer(data):
        closing, kind = tag[1] == b"/", tag[2]
        if kind == b"table":
            if closing:
                yield name, tokens
            said = _NAME.search(tag[3])
            name, tokens, row = "", [], 0
            if said is not None:
                text = said[1][1:-1].decode("utf-8", errors="replace")
                name = unescape(text, {"&quot;": '"', "&apos;": "'"})
        elif kind == b"table-row":
            if not closing:
                down, column = _times(tag), 0
                tokens.append((tag, row, down, None, 1))
            if closing or tag[3].endswith(b"/"):
                row += down
        elif not closing:
            across = _times(tag)
            tokens.append((tag, row, down, column, across))
            column += across


def _times(tag: re.Match[bytes]) -> int:
    found = _SPAN.search(tag[3])
    return int(found[2][:12]) if found else 1
