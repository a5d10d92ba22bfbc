"""Digits that a workbook's number format keeps: `00000` shows 2138 as 02138."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from abmkit.io.excel.xlsb import _digit_codes
from abmkit.io.reading import read

FORMATS = {
    "Zip": "00000", "DUNS": "000000000", "Register": '"HRB "00000', "Zip4": "00000-0000",
    "Phone": "[<=9999999]###-####;(###) ###-####", "Founded": "0", "Revenue": "#,##0",
}  # fmt: skip
NUMBERS = [
    [2138, 12345678, 42, 21380001, 2125551234, 1990, 1234567],
    [10001, 1, 12345, 100010002, 5551234, 2001, 7],
    [None, None, None, None, None, None, 2.5],
]
TEXTS = [
    ["02138", "012345678", "HRB 00042", "02138-0001", "(212) 555-1234", "1990", "1234567"],
    ["10001", "000000001", "HRB 12345", "10001-0002", "555-1234", "2001", "7"],
    [None, None, None, None, None, None, "2.5"],
]


@pytest.mark.parametrize(("top", "left"), [(1, 1), (4, 3)])
@pytest.mark.parametrize("rows", [1, 3_000])
def test_cells_are_the_text_that_excel_shows(
    tmp_path: Path, top: int, left: int, rows: int
) -> None:
    book = Workbook()
    sheet = book.create_sheet("Accounts", 0)
    for at, name in enumerate(["Company Name", *FORMATS]):
        sheet.cell(top, left + at, name)
    for row in range(3 * rows):
        sheet.cell(top + 1 + row, left, f"Firm {row}")
        for at, (value, code) in enumerate(zip(NUMBERS[row % 3], FORMATS.values(), strict=True)):
            cell = sheet.cell(top + 1 + row, left + 1 + at, value)
            cell.number_format = code
    book.save(tmp_path / "x.xlsx")
    table = read(tmp_path / "x.xlsx").table()
    found = [list(row.values()) for row in table.to_pylist()]
    assert found == [[f"Firm {row}", *TEXTS[row % 3]] for row in range(3 * rows)]


CELL = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
CONTENT = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="A">{}</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_open_document_says_what_is_shown(tmp_path: Path) -> None:
    rows = [["Company Name", "Zip", "Phone", "Revenue", "Share", "Count"]] + [
        [f"Firm {at}", ("2138", "02138"), ("2125551234", "(212) 555-1234"),
         ("1234567", "1,234,567"), ("5", "5%"), ("1234567", "1 234 567")]
        for at in range(3)
    ]  # fmt: skip
    cells = "".join(
        "<table:table-row>"
        + "".join(
            CELL.format("string", "", cell)
            if isinstance(cell, str)
            else CELL.format("float", f'office:value="{cell[0]}"', cell[1])
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", CONTENT.format(cells))
    (first, *_) = read(tmp_path / "x.ods").table().to_pylist()
    assert [*first.values()] == ["Firm 0", "02138", "(212) 555-1234", "1234567", "5", "1234567"]


def record(kind: int, data: bytes) -> bytes:
    """A record of an xlsb part: its kind and size by 7 bits a byte, and its data."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def test_binary_workbooks_have_the_codes_by_style(tmp_path: Path) -> None:
    code = "00000"
    text = struct.pack("<HI", 164, len(code)) + code.encode("utf-16-le")
    styles = [struct.pack("<HH", 0, each) + bytes(12) for each in (0, 164, 14)]
    part = record(44, text) + record(47, styles[1]) + record(617, b"\3\0\0\0")
    part += b"".join(record(47, each) for each in styles) + record(618, b"")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("xl/styles.bin", part)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert _digit_codes(archive, {"xl/styles.bin": "xl/styles.bin"}) == {1: "00000"}
