"""Workbooks as their owners saved them."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from abmkit.config.loading import Project, parse_config
from abmkit.domain.recognition.sheet_layout import Area, layout
from abmkit.errors import InputError
from abmkit.io import input as packed
from abmkit.io.reading import Records, read
from abmkit.sources.loading import load_sources

COMPANIES = [
    ["Acme GmbH", "Germany", 120, "acme.de"],
    ["Beta Ltd", "United Kingdom", 80, "beta.co.uk"],
    ["Gamma SA", "France", 2500, "gamma.fr"],
]
HEADER = ["Company Name", "Country", "Employees", "Website"]


def rows_of(records: Records) -> list[list[str | None]]:
    return [list(row.values()) for table in records.batches() for row in table.to_pylist()]


def saved(folder: Path, rows: list[list[Any]], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(folder / "x.xlsx")
    return folder / "x.xlsx"


def texts(rows: list[list[Any]]) -> list[list[str | None]]:
    return [[None if cell is None else str(cell) for cell in row] for row in rows]


def test_titles_above_the_header_are_no_records_and_are_told(tmp_path: Path) -> None:
    above = [["Members 2024"], [], ["Exported by:", "Ann"], HEADER]
    records = read(saved(tmp_path, [*above, *COMPANIES], ("A1:D1",)))
    assert records.header == HEADER
    assert rows_of(records) == texts(COMPANIES)
    assert records.notes == ["above the table: Members 2024; Exported by: Ann"]


def test_totals_and_notes_below_are_rejected_with_their_row(tmp_path: Path) -> None:
    below = [["Total", None, 2700, None], [], ["Source: chamber of commerce"]]
    records = read(saved(tmp_path, [HEADER, *COMPANIES, *below]))
    assert rows_of(records) == texts(COMPANIES)
    assert [(r.line, r.text, r.reason) for r in records.rejects] == [
        (5, "Total\t2700", "a total, not a record"),
        (7, "Source: chamber of commerce", "a note below the table, not a record"),
    ]


def test_a_company_of_which_only_the_name_is_known_is_a_record(tmp_path: Path) -> None:
    last = [["Delta AG", None, None, None], ["Epsilon BV", None, None, None]]
    records = read(saved(tmp_path, [HEADER, *COMPANIES, *last]))
    assert rows_of(records) == texts([*COMPANIES, *last])
    assert records.rejects == []


def test_a_company_called_total_is_a_record(tmp_path: Path) -> None:
    total = ["Total", "France", 100_000, "total.com"]
    assert rows_of(read(saved(tmp_path, [HEADER, *COMPANIES, total]))) == texts([*COMPANIES, total])


def test_merged_values_fill_their_area(tmp_path: Path) -> None:
    rows = [["Region", "Company", "Country"], ["EMEA", "Acme", "DE"], [None, "Beta", "FR"]]
    records = read(saved(tmp_path, rows, ("A2:A3",)))
    assert rows_of(records) == [["EMEA", "Acme", "DE"], ["EMEA", "Beta", "FR"]]


def test_a_heading_merged_over_the_table_is_rejected(tmp_path: Path) -> None:
    rows = [HEADER, ["Germany", None, None, None], COMPANIES[0], COMPANIES[1]]
    records = read(saved(tmp_path, rows, ("A2:D2",)))
    assert rows_of(records) == texts(COMPANIES[:2])
    assert [reject.text for reject in records.rejects] == ["Germany"]


@pytest.mark.parametrize(
    ("rows", "areas", "names"),
    [
        (
            [["Firm", "", "Money", ""], ["Name", "City", "2022", "2023"], ["A", "B", "1", "2"]],
            [Area(0, 0, 0, 1), Area(0, 2, 0, 3)],
            ["Name", "City", "Money 2022", "Money 2023"],
        ),
        (
            [["企业名称", "联系人", ""], ["", "姓名", "电话"], ["云杉食品有限公司", "王", "1"]],
            [Area(0, 0, 1, 0), Area(0, 1, 0, 2)],
            ["企业名称", "姓名", "联系人 电话"],
        ),
        (
            [["公司名称", "营业收入"], ["", "(万元)"], ["云杉食品有限公司", "12"]],
            [],
            ["公司名称", "营业收入 (万元)"],
        ),
        (
            [["Report"], ["", "Company", "City"], ["", "A", "B"]],
            [],
            ["", "Company", "City"],
        ),
    ],
)
def test_several_header_rows_are_one(
    rows: list[list[str]], areas: list[Area], names: list[str]
) -> None:
    found = layout(rows, areas)
    assert found is not None
    assert found.names == names
    assert found.body == len(rows) - 1


def test_a_table_without_a_header_keeps_its_first_row(tmp_path: Path) -> None:
    records = read(saved(tmp_path, COMPANIES))
    assert records.header == ["column_1", "column_2", "column_3", "column_4"]
    assert rows_of(records) == texts(COMPANIES)
    assert records.notes == ["no row is a header: the columns are numbered"]


def test_the_sheet_with_the_accounts_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Read me"
    book.active.append(["This file lists our members"])
    people = book.create_sheet("Contacts")
    for row in (["Company", "First Name", "Last Name", "Email"], ["Acme", "A", "B", "a@acme.de"]):
        people.append(row)
    accounts = book.create_sheet("Companies")
    for row in (HEADER, *COMPANIES):
        accounts.append(row)
    old = book.create_sheet("Old")
    old.append(["gone"])
    old.sheet_state = "hidden"
    book.save(tmp_path / "x.xlsx")
    records = read(tmp_path / "x.xlsx")
    assert records.sheet == "Companies"
    assert records.other_sheets == ["Read me", "Contacts", "Old"]
    assert records.notes == ["hidden sheets: Old"]
    assert read(tmp_path / "x.xlsx", sheet="Contacts").header[1] == "First Name"


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(tmp_path / "x.xlsx")
    records = read(tmp_path / "x.xlsx")
    assert rows_of(records) == texts(COMPANIES)
    assert records.notes == [
        "1 hidden row read like the others",
        "1 hidden column read like the others",
    ]


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("A", "A", "1 hidden column"),
        ("B", "C", "2 hidden columns"),
        ("D", "XFD", "1 hidden column"),
    ],
)
def test_hidden_columns_are_counted_where_they_hold_something(
    tmp_path: Path, first: str, last: str, count: str
) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append(row)
    book.active.column_dimensions.group(first, last, hidden=True)
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").notes == [f"{count} read like the others"]


def test_a_hidden_column_before_the_table_is_not_told(tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES):
        book.active.append([None, *row])
    book.active.column_dimensions.group("A", "B", hidden=True)
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").notes == ["1 hidden column read like the others"]


def test_hidden_rows_of_a_long_sheet_are_counted_once(tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES * 5_000):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].replace(b"<row ", b'<row hidden="1" ')
    # It is looked through in pieces of this size.
    assert len(sheet) > 1 << 20
    members["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert read(tmp_path / "x.xlsx").notes == ["15,001 hidden rows read like the others"]


def test_formulas_that_were_never_calculated_are_told(tmp_path: Path) -> None:
    records = read(saved(tmp_path, [HEADER, ["Acme", "DE", "=60*2", "acme.de"]]))
    assert rows_of(records) == [["Acme", "DE", None, "acme.de"]]
    assert records.notes == [
        "1 formula without a stored result: open the file in Excel and save it again"
    ]


def test_cells_with_an_error_are_unknown_and_told(tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, *COMPANIES, ["Delta AG", "#N/A", "#REF!", "delta.ch"]):
        book.active.append(row)
    for cell in ("B5", "C5"):
        book.active[cell].data_type = "e"
    book.save(tmp_path / "x.xlsx")
    records = read(tmp_path / "x.xlsx")
    assert rows_of(records)[3] == ["Delta AG", None, None, "delta.ch"]
    assert records.notes == ["2 cells with an error such as #N/A read as unknown"]


def test_a_hidden_sheet_is_read_where_it_is_the_only_one_and_told(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["nothing of note"])
    accounts = book.create_sheet("Accounts")
    accounts.sheet_state = "hidden"
    for row in (HEADER, *COMPANIES):
        accounts.append(row)
    book.save(tmp_path / "x.xlsx")
    records = read(tmp_path / "x.xlsx")
    assert (records.sheet, records.notes) == ("Accounts", ["the sheet 'Accounts' is hidden"])


def test_dates_are_dates_whether_formatted_or_only_day_numbers(tmp_path: Path) -> None:
    rows = [["company", "as of date", "founded"], ["A", date(2024, 1, 2), 1998], ["B", 45294, 2001]]
    assert rows_of(read(saved(tmp_path, rows))) == [
        ["A", "2024-01-02", "1998"],
        ["B", "2024-01-03", "2001"],
    ]


def test_a_workbook_made_to_do_harm_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "_HARMLESS_BYTES", 1 << 20)
    path = saved(tmp_path, [HEADER, *COMPANIES])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 30_000_000)
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        read(path)


def test_the_one_table_in_an_archive_is_read_whatever_is_packed_beside_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("licence.txt", "free to use")
        archive.writestr("logo.png", b"\x89PNG")
        archive.write(saved(tmp_path, [HEADER, *COMPANIES]), "list/companies.xlsx")
    assert rows_of(read(tmp_path / "x.zip")) == texts(COMPANIES)


# Files of others ---------------------------------------------------------------------------------

# Refused for a reason, by what the message says.
REFUSED = {
    "is protected by a password": {
        "issue_385.xls", "pass_protected.ods", "pass_protected.xlsb", "pass_protected.xlsx",
    },
    "is damaged or not a workbook": {"issue252.xlsx"},
    "claims to have more cells": {"issue_594_dos.ods"},
    "is not an old Excel workbook": {"too_small.xls"},
    # Pictures, macros, charts and errors only: no sheet has a cell with a value.
    "is empty": {
        "capitalized_wbook_stream.xls", "empty_sheet.xlsx", "errors.xlsx", "issue127.ods",
        "issue127.xls", "issue127.xlsb", "issue127.xlsx", "issue281.xlsm", "issue343.xls",
        "issue_666_lost_sheets.xlsb", "issue_666_panic.xlsb", "misc_biff5_parsing.xls",
        "picture.ods", "picture.xls", "picture.xlsb", "picture.xlsx",
        "pictures_in_cell_and_over_cell.xlsx", "vba.xlsm",
    },
}  # fmt: skip


def test_every_golden_spreadsheet_is_read_or_refused_for_its_reason(shared_data: Path) -> None:
    folder = shared_data / "golden" / "spreadsheets" / "calamine"
    if not folder.is_dir():
        pytest.skip(f"no spreadsheets at {folder}")
    refused: dict[str, str] = {}
    paths = [path for path in sorted(folder.glob("*.*")) if path.suffix != ".txt"]
    for path in paths:
        try:
            rows_of(read(path))
        except InputError as error:
            refused[path.name] = str(error)
    assert len(paths) == 127
    assert not [text for text in refused.values() if "\n" in text]
    expected = {name: reason for reason, names in REFUSED.items() for name in names}
    assert set(refused) == set(expected)
    assert [name for name, text in refused.items() if expected[name] not in text] == []


GOLDEN = {
    # Values that calamine's own tests state, through this reader.
    "date.xlsx": [["2021-01-01", "15"], ["2021-01-02", "16"], ["255:10:10", "17"]],
    "date_1904.xlsb": [["2021-01-01", "15"], ["2021-01-02", "16"], ["255:10:10", "17"]],
    "temperature-in-middle.xlsx": [["celsius", "22.2222"], ["fahrenheit", "72"]],
    "header-row.xlsx": [["put data here", "1", "2", "3"]],
    "merged_range.xls": None,
    "minimal_package.xlsx": None,
    "issue_530.xlsx": None,
}
HEADERS = {
    "temperature-in-middle.xlsx": ["label", "value"],
    "header-row.xlsx": ["Columns", "Column A", "Column B", "Column C"],
    "merged_range.xls": ["A1", "B1", "C1", "C1_2", "E1", "F1", "G1", "H1"],
    "minimal_package.xlsx": ["BKG_NUM", "BKG_DT", "BKG_TM"],
    "issue_530.xlsx": ["领域", "平台", "小微"],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_spreadsheets_give_their_table(shared_data: Path, name: str) -> None:
    path = shared_data / "golden" / "spreadsheets" / "calamine" / name
    if not path.is_file():
        pytest.skip(f"no file {path}")
    records = read(path)
    if name in HEADERS:
        assert records.header[: len(HEADERS[name])] == HEADERS[name]
    rows = rows_of(records)
    assert rows
    if GOLDEN[name] is not None:
        assert rows == GOLDEN[name]


# The A-share list --------------------------------------------------------------------------------


def accounts_of(path: Path, folder: Path) -> list[dict[str, Any]]:
    data = {"version": 1, "sources": [{"name": "list", "path": str(path)}]}
    project = Project(parse_config(data), folder / "abmkit.toml")
    loaded = load_sources(project, project.config.sources, as_of=date(2024, 1, 1))
    table = loaded.table()
    assert len(loaded.rejects) == 0
    return table.to_pylist()


@pytest.mark.parametrize("merged", ["groups", "two rows high"])
def test_the_a_share_list_gives_the_same_accounts_from_a_messy_workbook(
    shared_data: Path, tmp_path: Path, merged: str
) -> None:
    origin = shared_data / "demo" / "cn_a_share_2019__stock_basic.csv"
    with origin.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    book = Workbook()
    sheet = book.active
    sheet.append(["A股上市公司名录(2019)"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    if merged == "groups":
        sheet.append(["基本信息", *[None] * 3, "财务", *[None] * (len(header) - 5)])
        sheet.merge_cells("A2:D2")
        sheet.merge_cells(start_row=2, start_column=5, end_row=2, end_column=len(header))
        sheet.append(header)
    else:
        sheet.append(header)
        sheet.append([None] * len(header))
        for column in range(1, len(header) + 1):
            sheet.merge_cells(start_row=2, start_column=column, end_row=3, end_column=column)
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(tmp_path / "list.xlsx")
    assert accounts_of(tmp_path / "list.xlsx", tmp_path) == accounts_of(origin, tmp_path)


def test_damaged_workbooks_are_refused_or_read_never_a_traceback(
    shared_data: Path, tmp_path: Path
) -> None:
    import random

    chance = random.Random(7)
    folder = shared_data / "golden" / "spreadsheets" / "calamine"
    sound = [p for p in sorted(folder.glob("*.*")) if 0 < p.stat().st_size < 30_000]
    outcomes = set()
    for _ in range(150):
        origin = chance.choice([path for path in sound if path.suffix != ".txt"])
        data = bytearray(origin.read_bytes())
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"x{origin.suffix}"
        path.write_bytes(data)
        try:
            rows_of(read(path))
            outcomes.add("read")
        except InputError as error:
            outcomes.add("refused" if "\n" not in str(error) else f"several lines: {error}")
    assert outcomes == {"read", "refused"}


# Several tables on one sheet ---------------------------------------------------------------------

PEOPLE = [["First Name", "Last Name", "Phone"], ["Ann", "Ash", "1"], ["Bob", "Birch", "2"]]
CODES = [["Code", "Meaning"], ["A", "active"], ["X", "closed"]]


def sheet_of(book: Path, *placed: tuple[int, int, list[list[Any]]]) -> Records:
    sheet = Workbook()
    for row, column, table in placed:
        for down, cells in enumerate(table):
            for across, value in enumerate(cells):
                sheet.active.cell(row + down, column + across, value)
    sheet.save(book / "x.xlsx")
    return read(book / "x.xlsx")


@pytest.mark.parametrize("gap", [1, 3])
def test_a_table_below_the_accounts_is_named_and_not_read(tmp_path: Path, gap: int) -> None:
    records = sheet_of(tmp_path, (1, 1, [HEADER, *COMPANIES]), (5 + gap, 1, PEOPLE))
    assert records.header == HEADER
    assert rows_of(records) == texts(COMPANIES)
    assert records.other_tables == [
        f"line {5 + gap}: 2 rows of 3 columns (First Name, Last Name, Phone)"
    ]
    assert records.rejects == []


def test_accounts_below_another_table_are_read_with_the_rows_of_the_file(tmp_path: Path) -> None:
    total = ["Total", None, 2700, None]
    records = sheet_of(tmp_path, (1, 1, PEOPLE), (5, 1, [["Members"], HEADER, *COMPANIES, total]))
    assert records.header == HEADER
    assert rows_of(records) == texts(COMPANIES)
    assert records.notes == ["above the table: Members"]
    assert records.other_tables == ["line 1: 2 rows of 3 columns (First Name, Last Name, Phone)"]
    assert [(r.line, r.text) for r in records.rejects] == [(10, "Total\t2700")]


@pytest.mark.parametrize("first", [1, 2])
def test_a_table_beside_the_accounts_is_named_and_not_read(tmp_path: Path, first: int) -> None:
    long = [[f"C{at} GmbH", "Germany", at, f"c{at}.de"] for at in range(20)]
    records = sheet_of(tmp_path, (1, 1, [HEADER, *long]), (first, 7, CODES))
    assert records.header == HEADER
    assert rows_of(records) == texts(long)
    assert records.other_tables == [f"line {first}: 2 rows of 2 columns (Code, Meaning)"]


def test_accounts_beside_another_table_are_read(tmp_path: Path) -> None:
    long = [[f"C{at} GmbH", "Germany", at, f"c{at}.de"] for at in range(20)]
    records = sheet_of(tmp_path, (1, 1, CODES), (1, 4, [HEADER, *long]))
    assert records.header == HEADER
    assert rows_of(records) == texts(long)
    assert records.other_tables == ["line 1: 2 rows of 2 columns (Code, Meaning)"]


def test_a_blank_column_within_a_table_does_not_divide_it(tmp_path: Path) -> None:
    rows = [[*row[:2], None, *row[2:]] for row in [HEADER, *COMPANIES]]
    records = sheet_of(tmp_path, (1, 1, rows))
    assert records.header == HEADER
    assert rows_of(records) == texts(COMPANIES)


def test_blank_rows_between_records_do_not_divide_a_table(tmp_path: Path) -> None:
    spaced = [row for company in COMPANIES for row in (company, company, [])]
    words = [[name, country, "Software", "x"] for name, country, *_ in COMPANIES]
    records = sheet_of(tmp_path, (1, 1, [HEADER, *spaced]), (12, 1, words))
    assert len(rows_of(records)) == 9
    assert records.other_tables == []


def test_a_header_that_comes_again_continues_the_table(tmp_path: Path) -> None:
    records = sheet_of(tmp_path, (1, 1, [HEADER, *COMPANIES]), (6, 1, [HEADER, *COMPANIES]))
    assert rows_of(records) == texts([*COMPANIES, *COMPANIES])
    assert [reject.reason for reject in records.rejects] == ["the header again"]
    assert records.other_tables == []
