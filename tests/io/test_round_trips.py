from __future__ import annotations

import json
from io import BytesIO

import pyarrow as pa
import pytest

from abmkit.errors import InputError, UsageError
from abmkit.io.formats import FORMATS, OUTPUTS
from abmkit.io.reading import read
from abmkit.io.writing import write
from abmkit.sources.canonical import read_accounts

FILES = [
    *(f"x{FORMATS[name].suffixes[0]}" for name in OUTPUTS),
    "x.csv.gz",
    "x.tsv.zst",
    "x.jsonl.gz",
]


def read_back(path, format=None):
    accounts = read_accounts(path, format)
    return pa.Table.from_batches(list(accounts.batches), accounts.schema)


@pytest.mark.parametrize("name", FILES)
def test_accounts_come_back_from_every_format(tmp_path, accounts_table, name):
    rows = write(accounts_table.to_batches(1), accounts_table.schema, tmp_path / name)
    back = read_back(tmp_path / name)
    assert rows == 4
    assert back.schema == accounts_table.schema
    assert back.to_pydict() == accounts_table.to_pydict()


@pytest.mark.parametrize("name", FILES)
def test_a_table_without_rows_comes_back(tmp_path, accounts_table, name):
    write([], accounts_table.schema, tmp_path / name)
    if "jsonl" in name:
        with pytest.raises(InputError):
            read_back(tmp_path / name)
        return
    assert read_back(tmp_path / name).num_rows == 0


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "parquet", "arrow"])
def test_the_same_table_gives_the_same_bytes_however_it_is_cut(accounts_table, format):
    written = []
    for size in (1, 3):
        out = BytesIO()
        batches = accounts_table.to_batches(size) if format != "arrow" else [accounts_table]
        write(batches, accounts_table.schema, out, format)
        written.append(out.getvalue())
    assert written[0] == written[1]


@pytest.mark.parametrize("format", ["csv", "parquet", "arrow", "jsonl", "xlsx"])
def test_a_stream_written_to_stays_open(accounts_table, format):
    out = BytesIO()
    write([accounts_table], accounts_table.schema, out, format)
    assert not out.closed


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.xlsx", "x.jsonl"])
def test_every_format_is_the_same_text_when_read_raw(tmp_path, accounts_table, name):
    write([accounts_table], accounts_table.schema, tmp_path / "x.csv")
    write([accounts_table], accounts_table.schema, tmp_path / name)
    as_csv, other = (
        [row for t in read(tmp_path / n).batches() for row in t.to_pylist()]
        for n in ("x.csv", name)
    )
    assert other == as_csv


def test_json_lines_have_the_types_of_json(accounts_table):
    out = BytesIO()
    write([accounts_table], accounts_table.schema, out, "jsonl")
    rows = [json.loads(line) for line in out.getvalue().decode().splitlines() if line]
    assert rows[0]["registry_ids"] == ["cik:1;2", "a\\b"]
    assert rows[1]["employees"] is None
    assert rows[1]["name"] == "新 希 望\n集团"
    assert "新 希 望" in out.getvalue().decode()
    assert rows[0]["revenue"] == 523964000000
    assert rows[0]["listed"] is True
    assert rows[0]["as_of"] == "2024-02-29"


def test_text_that_looks_like_a_formula_stays_text_in_excel(tmp_path, accounts_table):
    from openpyxl import load_workbook

    write([accounts_table], accounts_table.schema, tmp_path / "x.xlsx")
    sheet = load_workbook(tmp_path / "x.xlsx").active
    column = [cell.value for cell in sheet[1]].index("description") + 1
    cells = [sheet.cell(row, column) for row in range(2, 6)]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert cells[0].value == "=1+1"


def test_rows_beyond_a_sheet_go_to_the_next(tmp_path, accounts_table):
    from abmkit.io.writers.xlsx import write as write_workbook

    with (tmp_path / "x.xlsx").open("wb") as file:
        write_workbook(iter(accounts_table.to_batches()), accounts_table.schema, file, sheet_rows=3)
    first = read(tmp_path / "x.xlsx")
    assert sum(t.num_rows for t in first.batches()) == 3
    assert first.other_sheets == ["Accounts 2"]
    assert sum(t.num_rows for t in read(tmp_path / "x.xlsx", sheet="Accounts 2").batches()) == 1


def test_text_too_long_for_excel_is_an_error_not_cut(tmp_path):
    table = pa.table({"description": ["x" * 40_000]})
    with pytest.raises(Exception, match="Excel holds 32767; write csv or parquet"):
        write([table], table.schema, tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_zip_is_not_written(tmp_path, accounts_table):
    with pytest.raises(UsageError, match=r"csv is not written as \.zip"):
        write([accounts_table], accounts_table.schema, tmp_path / "x.csv.zip")
    with pytest.raises(UsageError, match=r"parquet is not written as \.gz"):
        write([accounts_table], accounts_table.schema, tmp_path / "x.parquet.gz")


def test_a_cell_that_does_not_fit_its_column_names_file_and_column(tmp_path):
    (tmp_path / "x.csv").write_text("name,employees\nAcme,50-100\n")
    with pytest.raises(
        InputError, match=r"x\.csv: column 'employees': '50-100' is not a whole number; run `abmkit"
    ):
        read_back(tmp_path / "x.csv")
