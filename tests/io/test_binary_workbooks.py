"""xls and xlsb workbooks: what their records say beside the cells, and damage in them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from spreadsheets import COMPANIES, HEADER, NOTE, changed, rows_of
from xlrd.compdoc import CompDoc

from abmkit.errors import InputError
from abmkit.io.reading import read


def golden(shared_data: Path, name: str) -> Path:
    path = shared_data / "golden" / "spreadsheets" / "calamine" / name
    if not path.is_file():
        pytest.skip(f"no file {path}")
    return path


BOUND_SHEET, DIMENSIONS, NUMBER, ROW, ERROR = 0x85, 0x200, 0x203, 0x208, 0x205
CELLS = {NUMBER, 0xFD, 0x27E}


def old_workbook(path: Path, change: Callable[[bytearray], None]) -> bytes:
    """An xls file with its workbook stream, which stands in one piece, rewritten in place."""
    data = path.read_bytes()
    whole = CompDoc(data, io.StringIO()).get_named_stream("Workbook")
    start, stream = data.index(whole), bytearray(whole)
    change(stream)
    return data[:start] + bytes(stream) + data[start + len(whole) :]


def records_of(stream: bytearray, at: int = 0) -> Iterator[tuple[int, int]]:
    """Records: their kind, and where their data is."""
    while at < len(stream) - 3:
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4
        at += 4 + size


def test_a_stray_cell_in_an_old_workbook_leaves_the_table(
    shared_data: Path, tmp_path: Path
) -> None:
    origin = golden(shared_data, "date.xls")

    def stray(stream: bytearray) -> None:
        cells = [at for kind, at in records_of(stream) if kind in CELLS]
        struct.pack_into("<HH", stream, cells[-1], 65_535, 255)

    (tmp_path / "x.xls").write_bytes(old_workbook(origin, stray))
    records = read(tmp_path / "x.xls")
    rows = rows_of(records)
    assert [row[:2] for row in rows[:1]] == rows_of(read(origin))[:1]
    assert records.notes[-1] == NOTE.format("IV65536")


def test_an_old_workbook_that_claims_to_be_large_is_read(shared_data: Path, tmp_path: Path) -> None:
    origin = golden(shared_data, "date.xls")

    def claim(stream: bytearray) -> None:
        at = next(at for kind, at in records_of(stream) if kind == DIMENSIONS)
        struct.pack_into("<IIHH", stream, at, 0, 0xFFFFFFFF, 0, 0xFFFF)

    (tmp_path / "x.xls").write_bytes(old_workbook(origin, claim))
    assert rows_of(read(tmp_path / "x.xls")) == rows_of(read(origin))


def test_an_old_workbook_whose_sectors_run_in_a_circle_is_refused(
    shared_data: Path, tmp_path: Path
) -> None:
    data = bytearray(golden(shared_data, "date.xls").read_bytes())
    fat, directory = struct.unpack_from("<I", data, 76)[0], struct.unpack_from("<I", data, 48)[0]
    struct.pack_into("<I", data, 512 + 512 * fat + 4 * directory, directory)
    (tmp_path / "x.xls").write_bytes(data)
    with pytest.raises(InputError, match="damaged or not a workbook: directory corruption"):
        read(tmp_path / "x.xls")


def test_an_old_workbook_whose_list_of_sectors_runs_in_a_circle_is_read_all_the_same(
    shared_data: Path, tmp_path: Path
) -> None:
    origin = golden(shared_data, "date.xls")
    data = bytearray(origin.read_bytes())
    # The rest of the list is in sector 0, and the rest of that as well.
    struct.pack_into("<I", data, 68, 0)
    struct.pack_into("<I", data, 512 + 508, 0)
    (tmp_path / "x.xls").write_bytes(data)
    assert rows_of(read(tmp_path / "x.xls")) == rows_of(read(origin))


def test_an_old_workbook_whose_list_of_sectors_claims_to_be_long_is_read(
    shared_data: Path, tmp_path: Path
) -> None:
    origin = golden(shared_data, "date.xls")
    data = bytearray(origin.read_bytes())
    struct.pack_into("<I", data, 44, 0xFFFF)
    (tmp_path / "x.xls").write_bytes(data)
    assert rows_of(read(tmp_path / "x.xls")) == rows_of(read(origin))


def test_an_old_workbook_whose_records_contradict_each_other_is_refused(
    shared_data: Path, tmp_path: Path
) -> None:
    def beyond(stream: bytearray) -> None:
        cell = [at for kind, at in records_of(stream) if kind in CELLS][-1]
        struct.pack_into("<HH", stream, cell, 65_535, 65_535)

    data = old_workbook(golden(shared_data, "date.xls"), beyond)
    (tmp_path / "x.xls").write_bytes(data)
    with pytest.raises(InputError, match="a workbook: its records contradict each other; open it"):
        read(tmp_path / "x.xls")


def binary_record(kind: int, data: bytes) -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def binary_workbook(
    path: Path, origin: Path, cells: list[tuple[int, int, str]], *more: bytes
) -> Path:
    """An xlsb file with one sheet of texts; rows marked `-` before their first text are hidden."""
    sheet = binary_record(0x81, b"") + binary_record(0x94, struct.pack("<4I", 0, 0, 0, 0))
    sheet += binary_record(0x91, b"")
    row = -1
    for at, column, text in cells:
        hidden = text.startswith("-")
        if at != row:
            row = at
            sheet += binary_record(
                0, struct.pack("<IIHBB", at, 0, 300, 0, 0x10 * hidden) + b"\0" * 5
            )
        if text == "#N/A":
            sheet += binary_record(3, struct.pack("<IIB", column, 0, 0x2A))
            continue
        text = text.lstrip("-")
        wide = struct.pack("<I", len(text)) + text.encode("utf-16-le")
        sheet += binary_record(6, struct.pack("<II", column, 0) + wide)
    sheet += binary_record(0x92, b"") + b"".join(more) + binary_record(0x82, b"")
    path.write_bytes(origin.read_bytes())
    with zipfile.ZipFile(origin) as archive:
        part = sorted(
            n for n in archive.namelist() if "/worksheets/sheet" in n and n.endswith(".bin")
        )
    return changed(path, part[0], lambda _: sheet)


TABLE = [
    (at, column, text)
    for at, row in enumerate((HEADER, *COMPANIES))
    for column, text in enumerate(row)
]


def test_a_stray_cell_in_a_binary_workbook_leaves_the_table(
    shared_data: Path, tmp_path: Path
) -> None:
    origin = golden(shared_data, "date.xlsb")
    path = binary_workbook(tmp_path / "x.xlsb", origin, [*TABLE, (0x100000, 4_000_000_000, "far")])
    records = read(path)
    assert [row[:3] for row in rows_of(records)] == COMPANIES
    assert [(r.line, r.text) for r in records.rejects] == [(1_048_577, "far")]


def test_hidden_rows_and_merged_cells_of_a_binary_workbook_are_read(
    shared_data: Path, tmp_path: Path
) -> None:
    origin = golden(shared_data, "date.xlsb")
    cells = [
        *TABLE,
        (3, 0, "-Gamma SA"),
        (3, 1, "FR"),
        (3, 2, "gamma.fr"),
        (4, 1, "ES"),
        (4, 2, "g.es"),
    ]
    hidden = binary_record(60, struct.pack("<4IH", 2, 16_383, 0, 0, 1))
    merged = binary_record(176, struct.pack("<4I", 3, 4, 0, 0))
    records = read(binary_workbook(tmp_path / "x.xlsb", origin, cells, hidden, merged))
    assert rows_of(records)[2:] == [["Gamma SA", "FR", "gamma.fr"], ["Gamma SA", "ES", "g.es"]]
    assert records.notes == [
        "1 hidden row read like the others",
        "1 hidden column read like the others",
    ]


def test_cells_with_an_error_in_binary_workbooks_are_told(
    shared_data: Path, tmp_path: Path
) -> None:
    told = "1 cell with an error such as #N/A read as unknown"
    cells = [*TABLE, (3, 0, "Gamma SA"), (3, 1, "#N/A"), (3, 2, "gamma.fr")]
    records = read(binary_workbook(tmp_path / "x.xlsb", golden(shared_data, "date.xlsb"), cells))
    assert (rows_of(records)[2], records.notes) == (["Gamma SA", None, "gamma.fr"], [told])

    def wrong(stream: bytearray) -> None:
        cell = [at for kind, at in records_of(stream) if kind == NUMBER][-1]
        struct.pack_into("<H", stream, cell - 4, ERROR)
        stream[cell + 6 : cell + 8] = b"\x2a\x01"

    (tmp_path / "x.xls").write_bytes(old_workbook(golden(shared_data, "date.xls"), wrong))
    assert told in read(tmp_path / "x.xls").notes


def test_hidden_rows_of_an_old_workbook_are_told(shared_data: Path, tmp_path: Path) -> None:
    origin = golden(shared_data, "date.xls")

    def hide(stream: bytearray) -> None:
        row = [at for kind, at in records_of(stream) if kind == ROW]
        stream[row[1] + 12] |= 0x20

    (tmp_path / "x.xls").write_bytes(old_workbook(origin, hide))
    records = read(tmp_path / "x.xls")
    assert records.notes == [
        *read(origin).notes, "1 hidden row read like the others",
    ]  # fmt: skip
    assert rows_of(records) == rows_of(read(origin))


def test_sheets_of_an_old_workbook_may_be_named_by_numbers(
    shared_data: Path, tmp_path: Path
) -> None:
    def renamed_and_hidden(stream: bytearray) -> None:
        records = list(records_of(stream))
        sheets = [at for kind, at in records if kind == BOUND_SHEET]
        for name, at in zip((b"1", b"0"), sheets, strict=True):
            stream[at + 6 : at + 9] = b"\x01\0" + name
        row = next(at for kind, at in records if kind == ROW)
        stream[row + 12] |= 0x20

    origin = golden(shared_data, "xls_formula.xls")
    (tmp_path / "x.xls").write_bytes(old_workbook(origin, renamed_and_hidden))
    records = read(tmp_path / "x.xls", sheet="1")
    assert "1 hidden row read like the others" in records.notes
    assert "1 hidden row read like the others" not in read(tmp_path / "x.xls", sheet="0").notes
