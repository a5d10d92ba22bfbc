"""Workbooks that claim more than they hold, or are broken: an error or a table, never an abort."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from spreadsheets import COMPANIES, HEADER, NOTE, START, changed, rows_of, workbook

from abmkit.errors import InputError
from abmkit.io.diagnostics import without_panics
from abmkit.io.excel.calamine import guarded, looked_at
from abmkit.io.excel.reach import Moves, letters, number
from abmkit.io.opening import open_input
from abmkit.io.reading import read


def test_a_stray_cell_below_leaves_the_table_and_is_rejected_with_its_row(tmp_path: Path) -> None:
    records = read(workbook(tmp_path / "x.xlsx", XFD1048576="stray"))
    assert [row[:3] for row in rows_of(records)] == COMPANIES
    assert [(r.line, r.text) for r in records.rejects] == [(1_048_576, "stray")]
    assert records.notes == [NOTE.format("XFD1048576")]


def test_a_stray_cell_beside_a_record_is_one_of_its_values(tmp_path: Path) -> None:
    book = workbook(tmp_path / "x.xlsx", XFD2="beside", A1048576="below")
    records = read(book)
    assert rows_of(records) == [[*COMPANIES[0], "beside"], [*COMPANIES[1], None]]
    assert [(r.line, r.text) for r in records.rejects] == [(1_048_576, "below")]


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        (b" r='XFD1048576'", b" r='1048576'"),
        (b'\nr="xfd1048576"', b'\nr="1048576"'),
        (b' r\n="XFD1048576"', b' r\n="1048576"'),
        (b' r=\t"XFD1048576"', b' r=\t"1048576"'),
        (b' r = "XFD1048576"', b' r = "1048576"'),
        (b'\rr="XFD1048576"', b'\rr="1048576"'),
    ],
)
def test_references_of_every_spelling_are_seen(tmp_path: Path, cell: bytes, row: bytes) -> None:
    def odd(sheet: bytes) -> bytes:
        sheet = sheet.replace(b' r="XFD1048576"', cell)
        return sheet.replace(b'<row r="1048576"', b"<row" + row)

    path = changed(workbook(tmp_path / "x.xlsx", XFD1048576="s"), "xl/worksheets/sheet1.xml", odd)
    assert [row[:3] for row in rows_of(read(path))] == COMPANIES


def test_a_sheet_s_part_may_have_any_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", XFD1048576="stray")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            renamed = data.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.dat")
            archive.writestr(name.replace("sheet1.xml", "sheet1.dat"), renamed)
    # In a process of its own: it would end where the sheet is not looked at first.
    done = subprocess.run(
        [sys.executable, "-c", START, "convert", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "Acme GmbH,DE,acme.de,")


def test_merged_cells_beyond_a_gap_move_with_it(tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append(row)
    book.active["A1000000"], book.active["B1000000"] = "Gamma SA", "FR"
    book.active["C1000000"] = "gamma.fr"
    book.active["B1000001"], book.active["C1000001"] = "ES", "gamma.es"
    book.active["XFD1000002"] = "x"
    book.active.merge_cells("A1000000:A1000001")
    book.save(tmp_path / "x.xlsx")
    rows = [row[:3] for row in rows_of(read(tmp_path / "x.xlsx"))]
    assert rows[2:4] == [["Gamma SA", "FR", "gamma.fr"], ["Gamma SA", "ES", "gamma.es"]]


def test_a_table_beyond_a_gap_is_named_with_its_row(tmp_path: Path) -> None:
    names = ["First Name", "Last Name", "Phone", *"abcdefg"]
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append(row)
    for down in range(3):
        for across, name in enumerate(names, start=1):
            book.active.cell(1_000_000 + down, across, f"{name}{down or ''}")
    book.save(tmp_path / "x.xlsx")
    (other,) = read(tmp_path / "x.xlsx").other_tables
    assert other.startswith("line 1000000: 2 rows of 10 columns (First Name, Last Name, Phone,")


def test_formatted_rows_far_below_are_nothing_special(tmp_path: Path) -> None:
    def formatted(sheet: bytes) -> bytes:
        far = b'<row r="1048576" ht="9"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"></c></row>'
        return sheet.replace(b"</sheetData>", far + b"</sheetData>")

    path = changed(workbook(tmp_path / "x.xlsx"), "xl/worksheets/sheet1.xml", formatted)
    records = read(path)
    assert (rows_of(records), records.notes) == (COMPANIES, [])


def test_cells_scattered_all_over_a_sheet_are_refused(tmp_path: Path) -> None:
    book = Workbook(write_only=False)
    chance = random.Random(1)
    for _ in range(4_000):
        book.active.cell(chance.randrange(1, 1_048_577), chance.randrange(1, 16_385), "x")
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match="has 4,000 cells scattered over"):
        read(tmp_path / "x.xlsx")


def test_shared_strings_that_claim_to_be_many_are_read(tmp_path: Path) -> None:
    def claim(_: bytes) -> bytes:
        space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return b'<sst xmlns="%s" uniqueCount="99999999999"><si><t>a</t></si></sst>' % space

    path = changed(workbook(tmp_path / "x.xlsx"), "xl/sharedStrings.xml", claim)
    assert rows_of(read(path)) == COMPANIES


def test_a_workbook_that_cannot_be_opened_is_not_tried_again_as_it_was(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx")
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    changed(
        path,
        "xl/sharedStrings.xml",
        lambda _: b'<sst xmlns="%s" uniqueCount="99999999999">' % space,
    )
    with pytest.raises(InputError, match="is damaged or not a workbook"):
        read(path)


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>
<office:spreadsheet><table:table table:name="A &amp; B">{}</table:table></office:spreadsheet>
</office:body></office:document-content>"""


def opendocument(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def ods_row(*cells: str, gap: int = 0, last: str = "", rows: int = 1) -> str:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    empty = f'<table:table-cell table:number-columns-repeated="{gap}"/>' if gap else ""
    inner = "".join(map(cell, cells)) + empty + (cell(last) if last else "")
    return f'<table:table-row table:number-rows-repeated="{rows}">{inner}</table:table-row>'


def test_a_stray_cell_in_opendocument_leaves_the_table(tmp_path: Path) -> None:
    rows = "".join(ods_row(*row) for row in (HEADER, *COMPANIES))
    blank = ods_row(gap=1024, rows=600_000) + ods_row(gap=1024, rows=1)
    end = ods_row(gap=16_383, last="stray") + ods_row(gap=16_384, rows=400_000)
    records = read(opendocument(tmp_path / "x.ods", rows + blank + end))
    assert [row[:3] for row in rows_of(records)] == COMPANIES
    assert [(r.line, r.text) for r in records.rejects] == [(600_005, "stray")]
    assert records.notes == [NOTE.format("XFD600005")]


def test_an_ordinary_end_of_an_opendocument_sheet_is_nothing_special(tmp_path: Path) -> None:
    rows = "".join(ods_row(*row, gap=16_381) for row in (HEADER, *COMPANIES))
    path = opendocument(tmp_path / "x.ods", rows + ods_row(gap=16_384, rows=1_048_573))
    records = read(path)
    assert (rows_of(records), records.notes) == (COMPANIES, [])


def test_hidden_columns_and_rows_of_an_opendocument_sheet_are_those_that_hold_something(
    tmp_path: Path,
) -> None:
    hidden = 'table:visibility="collapse"'
    columns = (
        f'<table:table-column/><table:table-column table:number-columns-repeated="99" {hidden}/>'
    )
    rows = [ods_row(*row) for row in (HEADER, *COMPANIES)]
    rows[1] = rows[1].replace("<table:table-row", f"<table:table-row {hidden}")
    below = ods_row(gap=1024, rows=1_048_573).replace(
        "<table:table-row", f"<table:table-row {hidden}"
    )
    records = read(opendocument(tmp_path / "x.ods", columns + "".join(rows) + below))
    assert rows_of(records) == COMPANIES
    assert records.notes == [
        "1 hidden row read like the others",
        "2 hidden columns read like the others",
    ]


def test_what_rust_says_of_a_panic_stays_off_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    with without_panics():
        os.write(2, b"thread '<unnamed>' panicked at src/xls.rs:1\nnote: run with\n")
    assert capfd.readouterr().err == ""
    with without_panics():
        os.write(2, b"something else\n")
    assert capfd.readouterr().err == "something else\n"


def test_stderr_is_put_aside_for_a_sheet_and_not_for_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES * 2_000):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    swaps: list[int] = []
    swap = os.dup2

    def counted(kept: int, descriptor: int) -> int:
        swaps.append(descriptor)
        return swap(kept, descriptor)

    monkeypatch.setattr(os, "dup2", counted)
    assert len(rows_of(read(tmp_path / "x.xlsx"))) == 4_000
    # Aside and back: for the workbook, for its one sheet.
    assert swaps == [2] * 4


def test_who_stops_the_reading_of_a_workbook_is_heard(tmp_path: Path) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(open_input(workbook(tmp_path / "x.xlsx")), stopped)


def test_the_command_line_ends_with_3_and_one_line(tmp_path: Path) -> None:
    workbook(tmp_path / "x.xlsx")
    data = (tmp_path / "x.xlsx").read_bytes()
    (tmp_path / "x.xlsx").write_bytes(data[:100] + data[140:])
    done = subprocess.run(
        [sys.executable, "-c", START, "convert", str(tmp_path / "x.xlsx")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("column", [0, 25, 26, 701, 702, 16_383, 65_535])
def test_columns_have_names(column: int) -> None:
    assert number(letters(column).encode()) == column


def test_closed_gaps_can_be_undone() -> None:
    moves = Moves(((5, 2_000), (2_010, 900_000)))
    places = [0, 5, 2_000, 2_010, 900_000, 1_000_000]
    assert [moves.new(at) for at in places] == [0, 5, 8, 18, 21, 100_021]
    assert [moves.old(moves.new(at)) for at in places] == places


def test_a_repacked_workbook_is_held_in_memory_only_where_it_must_be(tmp_path: Path) -> None:
    safe, _ = looked_at(open_input(workbook(tmp_path / "a.xlsx")), "xlsx")
    assert safe is None
    safe, _ = looked_at(open_input(workbook(tmp_path / "b.xlsx", XFD1048576="x")), "xlsx")
    assert safe is not None
