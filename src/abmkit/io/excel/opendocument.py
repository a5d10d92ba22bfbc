"""Sheets of OpenDocument workbooks: what calamine does not tell, and wide gaps closed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.io.excel.book import damaged, protected
from abmkit.io.excel.extras import Look

_CONTENT = "content.xml"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = f"{{{_SPACE}table:1.0}}"
_TYPE, _VALUE = f"{{{_SPACE}office:1.0}}value-type", f"{{{_SPACE}office:1.0}}value"
_GROUPED = re.compile(r"\d[-)/]")
_MOST_ALIKE = 10_000
_SHEET, _ROW, _COLUMN = f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-column"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_REPEATED = {"rows": f"{_TABLE}number-rows-repeated", "columns": f"{_TABLE}number-columns-repeated"}
_SPANNED = {"rows": f"{_TABLE}number-rows-spanned", "columns": f"{_TABLE}number-columns-spanned"}
_NAME, _VISIBILITY = f"{_TABLE}name", f"{_TABLE}visibility"
_HIDDEN = ("collapse", "filter")
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
# calamine knows elements by these prefixes.
for _prefix in ("office", "style", "table", "text"):
    ElementTree.register_namespace(_prefix, f"{_SPACE}{_prefix}:1.0")


def look(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Look], dict[str, bytes]]:
    """What is seen of a workbook's sheets, and its parts that have to be changed.

    Raises InputError for a workbook that is damaged or encrypted, and where cells are scattered
    all over a sheet.
    """
    try:
        with archive.open(_CONTENT) as content:
            sheets = _look_at(content, name)
        if not any(sheet.reach for sheet in sheets.values()):
            return sheets, {}
        return sheets, {_CONTENT: _closed(archive.read(_CONTENT), sheets)}
    except (ElementTree.ParseError, ValueError) as error:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise protected(name) from error
        raise damaged(name, error) from error


def _look_at(content: IO[bytes], name: str) -> dict[str, Look]:
    sheets: dict[str, Look] = {}
    sheet, row, column = Look(), 0, 0
    for event, element in ElementTree.iterparse(content, events=("start", "end")):
        if event == "start":
            if element.tag == _SHEET:
                sheet, row, column = Look(), 0, 0
                sheets.setdefault(element.get(_NAME, ""), sheet)
        elif element.tag == _COLUMN:
            times = _count(element, _REPEATED["columns"])
            if element.get(_VISIBILITY) in _HIDDEN:
                sheet.extras.hidden_columns.append((column, column + times - 1))
            column += times
        elif element.tag == _ROW:
            row += _look_at_row(sheet, element, row)
            element.clear()
        elif element.tag == _SHEET:
            sheet.finish(name)
    return sheets


def _look_at_row(sheet: Look, element: ElementTree.Element, row: int) -> int:
    """Note the cells of a row; gives how often it is repeated."""
    down = _count(element, _REPEATED["rows"])
    if element.get(_VISIBILITY) in _HIDDEN and any(map(len, element)):
        sheet.extras.hidden_rows += down
    for cell, column, across in _cells(element):
        rows, columns = _count(cell, _SPANNED["rows"]), _count(cell, _SPANNED["columns"])
        if rows > 1 or columns > 1:
            area = Area(row, column, row + rows - 1, column + columns - 1)
            sheet.extras.merged.append(area)
        if len(cell) or cell.get(_TYPE) is not None:
            sheet.rows.update(range(row, row + min(down, _MOST_ROWS)))
            sheet.columns.update(range(column, column + min(across, _MOST_COLUMNS)))
            sheet.filled += down * across
            text = _digits(cell)
            if text is not None and down * across <= _MOST_ALIKE:
                for at in range(row, row + down):
                    for beside in range(column, column + across):
                        sheet.texts[at, beside] = text
    return down


def _digits(cell: ElementTree.Element) -> str | None:
    """What a cell shows of a whole number, where it shows more digits or groups of them."""
    if cell.get(_TYPE) != "float" or cell.get(_VALUE, "").strip("0123456789"):
        return None
    text = "".join(cell.itertext()).strip()
    digits = re.sub(r"\D", "", text)
    value = cell.get(_VALUE, "")
    if not digits or digits.lstrip("0") != value.lstrip("0") or re.search(r"[.,%$€£¥]", text):
        return None
    return text if len(digits) > len(value) or _GROUPED.search(text) else None


def _closed(content: bytes, sheets: dict[str, Look]) -> bytes:
    """A document's content with the wide gaps closed that were seen."""
    document = ElementTree.fromstring(content)
    for table in document.iter(_SHEET):
        reach, row = sheets[table.get(_NAME, "")].reach, 0
        for parent, element in list(_rows(table)):
            down = _count(element, _REPEATED["rows"])
            kept = reach.rows.new(row + down) - reach.rows.new(row)
            _keep(parent, element, _REPEATED["rows"], kept)
            row += down
            for cell, column, across in list(_cells(element)):
                kept = reach.columns.new(column + across) - reach.columns.new(column)
                _keep(element, cell, _REPEATED["columns"], kept)
    packed: bytes = ElementTree.tostring(document, "utf-8")
    return packed


def _keep(
    parent: ElementTree.Element, element: ElementTree.Element, repeated: str, times: int
) -> None:
    if not times:
        parent.remove(element)
    elif times != _count(element, repeated):
        element.set(repeated, str(times))


def _rows(
    parent: ElementTree.Element,
) -> Iterator[tuple[ElementTree.Element, ElementTree.Element]]:
    """The rows of a sheet in order, each with what holds it: the sheet or a group of rows."""
    for element in parent:
        if element.tag == _ROW:
            yield parent, element
        else:
            yield from _rows(element)


def _cells(row: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, int, int]]:
    """The cells of a row with their column and how often they are repeated."""
    column = 0
    for cell in row:
        if cell.tag in _CELLS:
            across = _count(cell, _REPEATED["columns"])
            yield cell, column, across
            column += across


def _count(element: ElementTree.Element, attribute: str) -> int:
    return int(element.get(attribute, "1")[:12])
