"""Sheets of binary workbooks (xlsb): what calamine does not tell, and wide gaps closed.

Records by [MS-XLSB] 2.4.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree import ElementTree

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.domain.values.numbers.formats import keeps_digits
from abmkit.io.excel.extras import Formatted, Look
from abmkit.io.excel.spreadsheetml import part_names, targets
from abmkit.io.input import BROKEN_ARCHIVE

_U32, _TWO = struct.Struct("<I"), struct.Struct("<II")
_ROW, _COLUMNS, _MERGED = 0, 60, 176
_SHEET = 156
_ERRORS = (3, 11)
_NUMBERS = (2, 5)
_FORMAT, _STYLE, _STYLES, _STYLES_END = 44, 47, 617, 618
_MOST_CODES = 250
_LAST_CELL = 11


def look(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Look], dict[str, bytes]]:
    """What is seen of a workbook's sheets, and its parts that have to be changed.

    Raises InputError where cells are scattered all over a sheet.
    """
    looks: dict[str, Look] = {}
    new: dict[str, bytes] = {}
    names = part_names(archive)
    of_part: dict[str, str] = {}
    main = next((name for folded, name in names.items() if folded.endswith("workbook.bin")), None)
    with suppress(ElementTree.ParseError):
        if main is not None:
            links = targets(archive, names, main)
            ids = _sheet_links(archive.read(main))
            of_part = {links[id]: sheet for sheet, id in ids.items() if id in links}
    codes = _digit_codes(archive, names)
    for folded, part in names.items():
        if part in of_part or "/worksheets/sheet" in folded:
            with suppress(*BROKEN_ARCHIVE):
                data, sheet = _look_at(archive.read(part), name, codes)
                looks[of_part.get(part, part)] = sheet
                if data is not None:
                    new[part] = data
    return looks, new


def _look_at(part: bytes, name: str, codes: dict[int, str]) -> tuple[bytes | None, Look]:
    """A sheet's records with wide gaps closed where there are any, and what is seen of it."""
    data = bytearray(part)
    found = list(dict.fromkeys(codes.values()))[:_MOST_CODES]
    numbers = {style: found.index(code) for style, code in codes.items() if code in found}
    sheet = Look(formatted=Formatted(found))
    extras = sheet.extras
    row = 0
    for kind, at, size in _records(data):
        if kind == _ROW and size >= 12:
            row = _U32.unpack_from(data, at)[0]
            if data[at + 11] & 0x10:
                sheet.hidden.add(row)
        elif 2 <= kind <= _LAST_CELL and size >= 8:
            sheet.rows.add(row)
            sheet.columns.add(_U32.unpack_from(data, at)[0])
            sheet.filled += 1
            extras.errors += kind in _ERRORS
            if numbers and kind in _NUMBERS:
                column, style = _TWO.unpack_from(data, at)
                if (number := numbers.get(style & 0xFFFFFF)) is not None:
                    sheet.formatted.add(row, column, number)
        elif kind == _COLUMNS and size >= 18 and data[at + 16] & 1:
            extras.hidden_columns.append(_TWO.unpack_from(data, at))
        elif kind == _MERGED and size >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", data, at)
            extras.merged.append(Area(top, left, bottom, right))
    sheet.finish(name)
    if not sheet.reach:
        return None, sheet
    rows, columns = sheet.reach.rows, sheet.reach.columns
    for kind, at, size in _records(data):
        if kind == _ROW and size >= 12:
            _U32.pack_into(data, at, rows.new(_U32.unpack_from(data, at)[0]))
        elif 1 <= kind <= _LAST_CELL and size >= 8:
            _U32.pack_into(data, at, columns.new(_U32.unpack_from(data, at)[0]))
    return bytes(data), sheet


def _digit_codes(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[int, str]:
    """The format codes that keep digits, by the number of the style that has them."""
    part = next((name for folded, name in names.items() if folded.endswith("styles.bin")), None)
    codes: dict[int, str] = {}
    styles: dict[int, str] = {}
    style, of_cells = 0, False
    with suppress(*BROKEN_ARCHIVE):
        data = bytearray(archive.read(part)) if part is not None else bytearray()
        for kind, at, size in _records(data):
            if kind == _FORMAT and size >= 6:
                length = min(_U32.unpack_from(data, at + 2)[0], size // 2)
                text = data[at + 6 : at + 6 + 2 * length].decode("utf-16-le", errors="replace")
                codes[int.from_bytes(data[at : at + 2], "little")] = text
            elif kind in (_STYLES, _STYLES_END):
                of_cells = kind == _STYLES
            elif kind == _STYLE and of_cells and size >= 4:
                code = codes.get(int.from_bytes(data[at + 2 : at + 4], "little"), "")
                if keeps_digits(code):
                    styles[style] = code
                style += 1
    return styles


def _records(data: bytearray) -> Iterator[tuple[int, int, int]]:
    """Records: their kind, where and how long their data is; numbers come 7 bits a byte."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > end:
            return
        yield kind, at, size
        at += size


def _sheet_links(book: bytes) -> dict[str, str]:
    """The sheets that an xlsb workbook's own part names, with the ids of their links."""
    links: dict[str, str] = {}
    data = bytearray(book)
    for kind, at, size in _records(data):
        if kind == _SHEET and size >= 16:
            texts = []
            start = at + 8
            for _ in range(2):
                length = min(_U32.unpack_from(data, start)[0], size)
                text = data[start + 4 : min(start + 4 + 2 * length, at + size)]
                texts.append(text.decode("utf-16-le", errors="replace"))
                start = min(start + 4 + 2 * length, at + size - 4)
            links.setdefault(texts[1], texts[0])
    return links
