"""What calamine does not tell of a workbook, read from the parts of its archive."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.io.input import BROKEN_ARCHIVE, refuse_bomb

_CHUNK = 1 << 20
# Longer than any tag that is looked for, so that none is missed between two chunks.
_OVERLAP = 1 << 10
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"[^>]*(?<!/)>')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_FIRST = re.compile(rb'\bmin="(\d{1,6})"')
_LAST = re.compile(rb'\bmax="(\d{1,6})"')
_NEVER_CALCULATED = re.compile(rb"(?:</f>|<f/>|<f [^>]*/>)(?:<v\s*/>|<v></v>)?</c>")
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="e"')
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HIDDEN = ("collapse", "filter")


@dataclass
class Extras:
    """What stands beside the cells of one sheet."""

    hidden_rows: int = 0
    """Those with cells in them."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """The first and the last of those that stand together, from 0, used or not."""
    never_calculated: int = 0
    """Formulas without a stored result; their cells read as empty."""
    errors: int = 0
    """Cells such as `#N/A` and `#REF!`; they read as empty."""
    merged: list[Area] = field(default_factory=list)
    """Merged areas, where calamine does not give them (OpenDocument)."""

    def notes(self, columns: Iterable[int]) -> Iterator[str]:
        """One sentence for each; `columns` are those of the sheet that are read, from 0."""
        if self.hidden_rows:
            yield f"{_several(self.hidden_rows, 'hidden row')} read like the others"
        hidden = sum(
            any(first <= column <= last for first, last in self.hidden_columns)
            for column in columns
        )
        if hidden:
            yield f"{_several(hidden, 'hidden column')} read like the others"
        if self.never_calculated:
            said = _several(self.never_calculated, "formula")
            yield f"{said} without a stored result: open the file in Excel and save it again"
        if self.errors:
            yield f"{_several(self.errors, 'cell')} with an error such as #N/A read as unknown"


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def check_size(path: Path, name: str) -> None:
    """Refuses a workbook that would unpack to far more than a table could.

    Raises InputError. Files that are no archive pass: opening them says what is wrong.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except BROKEN_ARCHIVE:
        return
    refuse_bomb(name, path.stat().st_size, unpacked)


def extras(path: Path, format: str, sheet: str) -> Extras:
    """What the archive says of one sheet; nothing where it is no archive or cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            if format == "xlsx":
                return _of_excel(archive, sheet)
            return _of_opendocument(archive, sheet) if format == "ods" else Extras()
    except (*BROKEN_ARCHIVE, ElementTree.ParseError, KeyError, ValueError):
        # Only the cells are worth a failure, and those are read elsewhere.
        return Extras()


def _of_excel(archive: zipfile.ZipFile, sheet: str) -> Extras:
    found = Extras()
    part = excel_sheets(archive).get(sheet)
    if part is None:
        return found
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
                setattr(found, name, getattr(found, name) + new)
            if b"<col" in data or b":col" in data:
                found.hidden_columns += _hidden_columns(data, len(before))
            before = data[-_OVERLAP:]
    return found


def _hidden_columns(data: bytes, counted: int) -> Iterator[tuple[int, int]]:
    """Hidden columns that stand together, of those that end after so many bytes."""
    for match in _HIDDEN_COLUMN.finditer(data):
        first, last = _FIRST.search(match[0]), _LAST.search(match[0])
        if match.end() > counted and first is not None and last is not None:
            yield int(first[1]) - 1, int(last[1]) - 1


def part_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The members of an archive by their name as links spell it."""
    return {name.casefold().replace("\\", "/").lstrip("/"): name for name in archive.namelist()}


def targets(archive: zipfile.ZipFile, names: dict[str, str], book: str) -> dict[str, str]:
    """The members that a workbook's part links to, by the link's id."""
    folder, _, file = book.replace("\\", "/").lstrip("/").rpartition("/")
    links = names.get(f"{folder}/_rels/{file}.rels".lstrip("/").casefold())
    found = {}
    for entry in ElementTree.fromstring(archive.read(links)) if links is not None else ():
        target = entry.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if path.casefold() in names:
            found[entry.get("Id", "")] = names[path.casefold()]
    return found


def excel_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts of an xlsx workbook's sheets, by the sheets' names."""
    names = part_names(archive)
    book = next((name for folded, name in names.items() if folded.endswith("workbook.xml")), None)
    if book is None:
        return {}
    linked = targets(archive, names, book)
    found: dict[str, str] = {}
    for entry in ElementTree.fromstring(archive.read(book)).iter():
        if entry.tag.endswith("}sheet"):
            link = entry.get(f"{_OFFICE}id") or entry.get(f"{_STRICT}id") or ""
            if link in linked:
                found.setdefault(entry.get("name", ""), linked[link])
    return found


def _of_opendocument(archive: zipfile.ZipFile, sheet: str) -> Extras:
    found = Extras()
    inside, row, column, place = False, 0, 0, 0
    with archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    inside, row, place = element.get(f"{_TABLE}name") == sheet, 0, 0
                elif inside and element.tag == f"{_TABLE}table-column":
                    repeated = int(element.get(f"{_TABLE}number-columns-repeated", 1))
                    if element.get(f"{_TABLE}visibility") in _HIDDEN:
                        found.hidden_columns.append((place, place + repeated - 1))
                    place += repeated
                elif element.tag == f"{_TABLE}table-row":
                    column = 0
                elif inside and element.tag in (
                    f"{_TABLE}table-cell",
                    f"{_TABLE}covered-table-cell",
                ):
                    rows = int(element.get(f"{_TABLE}number-rows-spanned", 1))
                    columns = int(element.get(f"{_TABLE}number-columns-spanned", 1))
                    if rows > 1 or columns > 1:
                        area = Area(row, column, row + rows - 1, column + columns - 1)
                        found.merged.append(area)
                    column += int(element.get(f"{_TABLE}number-columns-repeated", 1))
            elif element.tag == f"{_TABLE}table-row":
                repeated = int(element.get(f"{_TABLE}number-rows-repeated", 1))
                if inside and element.get(f"{_TABLE}visibility") in _HIDDEN:
                    found.hidden_rows += repeated if any(map(len, element)) else 0
                row += repeated
                element.clear()
    return found
