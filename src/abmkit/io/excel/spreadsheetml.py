"""The parts of an xlsx workbook: its sheets, what stands beside their cells, wide gaps closed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO
from xml.etree import ElementTree

from abmkit.domain.values.numbers.formats import keeps_digits
from abmkit.io.excel.extras import Extras, Formatted, Look
from abmkit.io.excel.reach import Reach, closed, letters, number, too_sparse
from abmkit.io.input import BROKEN_ARCHIVE

_CHUNK = 1 << 20
# Longer than any tag that is looked for, so that none is missed between two chunks.
_OVERLAP = 1 << 10
_MOST_CODES = 250
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"[^>]*(?<!/)>')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_FIRST = re.compile(rb'\bmin="(\d{1,6})"')
_LAST = re.compile(rb'\bmax="(\d{1,6})"')
_NEVER_CALCULATED = re.compile(rb"(?:</f>|<f/>|<f [^>]*/>)(?:<v\s*/>|<v></v>)?</c>")
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="e"')
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
# In any spelling. Other attributes that end in r match as well: then it is looked at closely.
_REFERENCE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]*)(\d+)")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_PLACE = re.compile(rb"(\sr\s*=\s*[\"'])([A-Za-z]*)(\d+)")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*?\buniqueCount\s*=\s*[\"'](\d+)")


def look(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Look], dict[str, bytes]]:
    """What is seen of a workbook's sheets, and its parts that have to be changed.

    Raises InputError where cells are scattered all over a sheet.
    """
    looks: dict[str, Look] = {}
    new: dict[str, bytes] = {}
    of_part = {part: sheet for sheet, part in sheets(archive).items()}
    for folded, part in part_names(archive).items():
        with suppress(*BROKEN_ARCHIVE):
            if folded.endswith("sharedstrings.xml"):
                strings = _strings(archive, part)
                if strings is not None:
                    new[part] = strings
            elif folded.endswith(".xml") or part in of_part:
                closed_part = _closed(archive, part, name)
                if closed_part is not None:
                    new[part], reach = closed_part
                    looks[of_part.get(part, part)] = Look(reach=reach)
    return looks, new


def part_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The members of an archive by their name as links spell it."""
    return {name.casefold().replace("\\", "/").lstrip("/"): name for name in archive.namelist()}


def targets(archive: zipfile.ZipFile, names: dict[str, str], book: str) -> dict[str, str]:
    """The members that a workbook's part links to, by the link's id."""
    folder, _, file = book.replace("\\", "/").lstrip("/").rpartition("/")
    links = names.get(f"{folder}/_rels/{file}.rels".lstrip("/").casefold())
    linked = {}
    for entry in ElementTree.fromstring(archive.read(links)) if links is not None else ():
        target = entry.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if path.casefold() in names:
            linked[entry.get("Id", "")] = names[path.casefold()]
    return linked


def sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts of the sheets, by the sheets' names; none where the workbook's own are broken."""
    names = part_names(archive)
    book = next((name for folded, name in names.items() if folded.endswith("workbook.xml")), None)
    parts: dict[str, str] = {}
    with suppress(ElementTree.ParseError):
        linked = {} if book is None else targets(archive, names, book)
        for entry in (
            ElementTree.fromstring(archive.read(book)).iterfind(".//{*}sheet") if book else ()
        ):
            link = entry.get(f"{_OFFICE}id") or entry.get(f"{_STRICT}id") or ""
            if link in linked:
                parts.setdefault(entry.get("name", ""), linked[link])
    return parts


# Number formats ---------------------------------------------------------------------------------


def formatted(archive: zipfile.ZipFile, sheet: str, reach: Reach) -> Formatted:
    """The cells of a sheet whose number formats keep digits."""
    part = sheets(archive).get(sheet)
    codes = _digit_codes(archive) if part is not None else {}
    if part is None or not codes:
        return Formatted()
    found = Formatted(list(dict.fromkeys(codes.values()))[:_MOST_CODES])
    number_of = {code: at for at, code in enumerate(dict.fromkeys(codes.values()))}
    styles = b"|".join(b"%d" % style for style in codes)
    cell = re.compile(
        rb"<(?:\w+:)?c\b(?=[^>]*\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"'])(?=[^>]*\ss=[\"'](%b)[\"'])[^>]*[^/]>"
        % styles
    )
    rare = re.compile(rb"\ss=[\"'](?:%b)[\"']" % styles)
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            data = before + chunk
            if rare.search(data):
                for column, row, style in cell.findall(data):
                    at = number_of[codes[int(style)]]
                    if at < _MOST_CODES:
                        place = reach.rows.new(int(row) - 1), reach.columns.new(number(column))
                        found.add(*place, at)
            before = data[-_OVERLAP:]
    return found


def _digit_codes(archive: zipfile.ZipFile) -> dict[int, str]:
    """The format codes that keep digits, by the number of the style that has them."""
    part = next((n for f, n in part_names(archive).items() if f.endswith("styles.xml")), None)
    if part is None:
        return {}
    styles = ElementTree.fromstring(archive.read(part))
    codes = {
        each.get("numFmtId", ""): each.get("formatCode", "")
        for each in styles.iterfind(".//{*}numFmts/{*}numFmt")
    }
    wanted = {id: code for id, code in codes.items() if keeps_digits(code)}
    cells = enumerate(styles.iterfind(".//{*}cellXfs/{*}xf")) if wanted else ()
    return {
        style: wanted[xf.get("numFmtId", "")]
        for style, xf in cells
        if xf.get("numFmtId", "") in wanted
    }


# Beside the cells --------------------------------------------------------------------------------


def extras(archive: zipfile.ZipFile, sheet: str) -> Extras:
    """What stands beside the cells of a sheet."""
    beside = Extras()
    part = sheets(archive).get(sheet)
    if part is None:
        return beside
    # A pattern is looked for where the bytes are that it cannot do without: that is far faster.
    patterns = {
        "hidden_rows": (b' hidden="', _HIDDEN_ROW),
        "never_calculated": (b"<f", _NEVER_CALCULATED),
        "errors": (b't="e"', _ERROR),
    }
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            data = before + chunk
            for name, (rare, pattern) in patterns.items():
                if rare not in data:
                    continue
                # A match that ends in what was kept from before has been counted.
                new = sum(match.end() > len(before) for match in pattern.finditer(data))
                setattr(beside, name, getattr(beside, name) + new)
            if b"<col" in data or b":col" in data:
                beside.hidden_columns += _hidden_columns(data, len(before))
            before = data[-_OVERLAP:]
    return beside


def _hidden_columns(data: bytes, counted: int) -> Iterator[tuple[int, int]]:
    """Hidden columns that stand together, of those that end after so many bytes."""
    for match in _HIDDEN_COLUMN.finditer(data):
        first, last = _FIRST.search(match[0]), _LAST.search(match[0])
        if match.end() > counted and first is not None and last is not None:
            yield int(first[1]) - 1, int(last[1]) - 1


# Wide gaps ---------------------------------------------------------------------------------------


def _closed(archive: zipfile.ZipFile, part: str, name: str) -> tuple[bytes, Reach] | None:
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
    reach = closed(rows, columns, filled, name)
    if not reach:
        return None
    parts, end = [], 0
    for tag, row, column in _cells(data):
        reference = _PLACE.search(tag[2])
        if reference is not None:
            named = letters(reach.columns.new(column)).encode() if column is not None else b""
            start = tag.start(2)
            parts.append(data[end : start + reference.end(1)])
            parts.append(b"%s%d" % (named, reach.rows.new(row) + 1))
            end = start + reference.end()
    parts.append(data[end:])
    return b"".join(parts), reach


def _reach_at_most(stream: IO[bytes]) -> tuple[int, int, int]:
    """No less than the rows and columns a sheet reaches over, and the cells it may hold."""
    lowest, rightmost, cells = 0, -1, 0
    before = b""
    while chunk := stream.read(_CHUNK):
        references = _REFERENCE.findall(before + chunk)
        columns = [column for column, _ in references if column]
        cells += len(columns)
        rightmost = max(rightmost, *(number(column[:8]) for column in set(columns)), -1)
        lowest = max(lowest, *(int(row[:12]) for row in {row for _, row in references}), 0)
        # Longer than any reference.
        before = (before + chunk)[-64:]
    # Cells without references stand wherever the ones before them end.
    return lowest, rightmost + 1 if cells else 1 << 14, cells


def _cells(data: bytes) -> Iterator[tuple[re.Match[bytes], int, int | None]]:
    """The tags of rows and cells in order, with the row and, for a cell, its column, from 0."""
    row, column = -1, -1
    for tag in _TAG.finditer(data):
        place = _PLACE.search(tag[2])
        if tag[1] == b"row":
            row, column = int(place[3][:12]) - 1 if place else row + 1, -1
            yield tag, row, None
        else:
            if place and place[2]:
                column = number(place[2][:8])
                yield tag, int(place[3][:12]) - 1, column
            else:
                column += 1
                yield tag, row, column


def _is_filled(data: bytes, tag: re.Match[bytes]) -> bool:
    return not tag[2].endswith(b"/") and data[tag.end() : tag.end() + 2] != b"</"


def _strings(archive: zipfile.ZipFile, part: str) -> bytes | None:
    """The shared strings without a count that is beyond what they could be; None if it is not."""
    with archive.open(part) as stream:
        claim = _STRINGS.search(stream.read(1 << 12))
    if claim is None or int(claim[1][:20]) <= archive.getinfo(part).file_size:
        return None
    data = archive.read(part)
    return data[: claim.start(1)] + b"0" + data[claim.end(1) :]
