from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.errors import InputError, UsageError
from abmkit.io import input as packed
from abmkit.io.formats import format_of
from abmkit.io.reading import expand, read
from abmkit.io.records import unique_names
from abmkit.io.writing import write

ROWS = {
    "cn_a_share_2019__stock_basic.csv": 3621,
    "cn_companies_standup__companies.json": 4486,
    "crm_sales_maven__accounts.csv": 85,
    "fortune1000_2021__Fortune_1000.csv": 1000,
    "ravenstack_accounts.csv": 500,
    "sec_company_tickers__company_tickers.json": 10077,
    "sp500__constituents.csv": 503,
}


def rows_of(path, **options):
    return [row for table in read(path, **options).batches() for row in table.to_pylist()]


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_real_files_are_read_whole(shared_data, name, rows):
    records = read(shared_data / "demo" / name)
    assert sum(t.num_rows for t in records.batches()) == rows
    assert records.rejects == []


def test_numbers_in_json_stay_as_they_were_written(shared_data):
    path = shared_data / "demo" / "sec_company_tickers__company_tickers.json"
    assert rows_of(path)[0] == {"cik_str": "1045810", "ticker": "NVDA", "title": "NVIDIA CORP"}


def test_json_of_every_shape_becomes_rows(tmp_path):
    path = tmp_path / "x.json"
    shapes = {
        '[{"a":1,"b":{"c":"x","d":[1,"y;z",null]}},{"e":true}]': [
            {"a": "1", "b.c": "x", "b.d": "1;y\\;z", "e": None},
            {"a": None, "b.c": None, "b.d": None, "e": "true"},
        ],
        '{"acme.com":{"n":1.50},"b.com":{"n":1e-7}}': [
            {"key": "acme.com", "n": "1.50"},
            {"key": "b.com", "n": "0.0000001"},
        ],
        '{"count":1,"data":[{"a":"x"}]}': [{"a": "x"}],
        '{"name":"Acme","n":null}': [{"name": "Acme", "n": None}],
    }
    for text, rows in shapes.items():
        path.write_text(text)
        assert rows_of(path) == rows


def test_what_is_no_object_is_rejected_with_its_line(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"a":1}\n\n[1]\n{"a":2\n{"b":3}\n{}\n')
    records = read(path)
    assert [t.to_pylist() for t in records.batches()] == [
        [{"a": "1", "b": None}, {"a": None, "b": "3"}]
    ]
    assert [(r.line, r.text) for r in records.rejects] == [(3, "[1]"), (4, '{"a":2')]
    assert records.blank_rows == 1


def test_broken_json_names_line_and_column(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('[{"a":1},\n{"a":}]')
    with pytest.raises(InputError, match=r"x\.json, line 2, column 6: is broken JSON"):
        read(path)
    path.write_text('{"a":1}\n{"a":2}')
    with pytest.raises(InputError, match="--from jsonl"):
        read(path)


def test_a_workbook_gives_whole_numbers_and_iso_dates(tmp_path):
    from datetime import date, datetime

    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Firms")
    for row in (
        [],
        ["name", "founded", "share", "as_of", "at", "ok", None],
        ["Acme", 1902, 0.1, date(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5), True, None],
        [None] * 7,
        ["B", 5.23964e11, 1e-7, None, None, False, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    records = read(tmp_path / "x.xlsx")
    rows = [row for t in records.batches() for row in t.to_pylist()]
    assert records.sheet == "Firms"
    assert rows == [
        {
            "name": "Acme",
            "founded": "1902",
            "share": "0.1",
            "as_of": "2024-01-02",
            "at": "2024-01-02T03:04:05",
            "ok": "true",
        },
        {
            "name": "B",
            "founded": "523964000000",
            "share": "0.0000001",
            "as_of": None,
            "at": None,
            "ok": "false",
        },
    ]
    with pytest.raises(InputError, match=r"no sheet 'firm'; did you mean 'Firms'\?"):
        read(tmp_path / "x.xlsx", sheet="firm")
    with pytest.raises(InputError, match="the sheet 'Empty' is empty"):
        read(tmp_path / "x.xlsx", sheet="Empty")


def test_a_file_under_a_wrong_suffix_says_what_it_is(tmp_path, accounts_table):
    for name, title in {
        "x.xlsx": "an Excel workbook",
        "x.parquet": "Parquet",
        "x.arrow": "Arrow IPC",
    }.items():
        write([accounts_table], accounts_table.schema, tmp_path / name)
        wrong = tmp_path / f"{name}.csv"
        (tmp_path / name).rename(wrong)
        with pytest.raises(
            InputError, match=rf"is {title} whatever its suffix says, not CSV; read it with --from"
        ):
            read(wrong)
        assert len(rows_of(wrong, format=name.partition(".")[2])) == 4
    (tmp_path / "y.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="is not Parquet; read it with --from csv"):
        read(tmp_path / "y.parquet")
    for text in ('{"name": "Acme"}\n', '\ufeff[\n  {"name": "Acme"}]\n'):
        (tmp_path / "y.csv").write_text(text, "utf-8")
        with pytest.raises(InputError, match="is JSON, not text with delimiters; read it with"):
            read(tmp_path / "y.csv")
        assert rows_of(tmp_path / "y.csv", format="json") == [{"name": "Acme"}]
    (tmp_path / "z.xls").write_text("<html><table></table></html>")
    with pytest.raises(InputError, match=r"is a web page \(HTML\)"):
        read(tmp_path / "z.xls")


def test_a_new_workbook_under_the_old_suffix_is_read(tmp_path, accounts_table):
    write([accounts_table], accounts_table.schema, tmp_path / "x.xlsx")
    (tmp_path / "x.xlsx").rename(tmp_path / "x.xls")
    assert len(rows_of(tmp_path / "x.xls")) == 4


def test_a_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "customers.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match=r"no such file; did you mean '.*customers\.csv'\?"):
        read(tmp_path / "custmers.csv")
    with pytest.raises(InputError, match="there is no folder"):
        read(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


def test_a_zip_with_several_tables_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        archive.writestr("b.csv", "a\n1\n")
    with pytest.raises(InputError, match=r"holds 2 files \(a\.csv, b\.csv\), not one"):
        read(tmp_path / "x.zip")


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_an_archive_made_to_do_harm_is_refused(tmp_path, monkeypatch, kind):
    import gzip

    monkeypatch.setattr(packed, "_HARMLESS_BYTES", 1 << 20)
    data = b"a,b\n" + b"1,2\n" * 3_000_000
    path = tmp_path / f"x.csv.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(data))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.csv", data)
    with pytest.raises(InputError, match="more than 200 times its size"):
        rows_of(path)


def test_nothing_is_left_of_what_was_refused(tmp_path, monkeypatch):
    import gzip
    import tempfile

    monkeypatch.setattr(packed, "_HARMLESS_BYTES", 1 << 20)
    (tmp_path / "left").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "left"))
    (tmp_path / "x.xlsx.gz").write_bytes(gzip.compress(b"PK\3\4" + b"\0" * 30_000_000))
    with pytest.raises(InputError, match="more than 200 times its size"):
        read(tmp_path / "x.xlsx.gz")
    assert list((tmp_path / "left").iterdir()) == []


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(UsageError, match=r"no format 'parqet'; did you mean 'parquet'\?"):
        format_of("x.csv", "parqet")
    with pytest.raises(InputError, match=r"did you mean '\.csv'\? .*--from csv"):
        format_of("x.csvv")
    with pytest.raises(UsageError, match=r"ending in \.xls cannot be written"):
        format_of("x.xls", writing=True)
    with pytest.raises(InputError, match="the file's name says no format"):
        format_of("README")
    assert format_of("-") == "csv"
    assert format_of("x.PARQUET") == "parquet"
    assert format_of("x.csv.gz") == "csv"


def test_globs_are_expanded_in_order_from_the_base(tmp_path):
    for name in ("b.csv", "a.csv", "c.tsv"):
        (tmp_path / name).touch()
    assert expand(["*.csv", "c.tsv", "a.csv"], tmp_path) == [
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        tmp_path / "c.tsv",
    ]
    with pytest.raises(InputError, match="matches no file"):
        expand(["*.xlsx"], tmp_path)
    with pytest.raises(InputError, match=r"did you mean '.*a\.csv'"):
        expand(["aa.csv"], tmp_path)


def test_names_stay_unique_whatever_the_header_holds():
    assert unique_names(["a", "A", "a_2", "", "column_4"]) == [
        "a",
        "A_3",
        "a_2",
        "column_4",
        "column_4_2",
    ]


STDIN = """
import json, sys
from abmkit.errors import AbmkitError
from abmkit.io.reading import read
try:
    records = read("-", format=sys.argv[1] if len(sys.argv) > 1 else None)
    rows = [row for table in records.batches() for row in table.to_pylist()]
    print(json.dumps([records.format, rows, "pandas" in sys.modules]))
except AbmkitError as error:
    print(json.dumps(str(error)))
"""


def from_stdin(data: bytes, *arguments: str):
    done = subprocess.run(
        [sys.executable, "-c", STDIN, *arguments], input=data, capture_output=True, check=True
    )
    assert done.stderr == b""
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name", ["x.csv", "x.csv.gz", "x.csv.zst", "x.parquet", "x.arrow", "x.xlsx"]
)
def test_stdin_is_read_whatever_it_holds(tmp_path: Path, name):
    table = pa.table({"a": ["1", "2"], "b": ["x", "y"]})
    write([table], table.schema, tmp_path / name)
    format = name.split(".")[1]
    rows = [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    assert from_stdin((tmp_path / name).read_bytes()) == [format, rows, False]


def test_stdin_takes_a_format():
    assert from_stdin(b"a\tb\n1\t2\n", "tsv") == ["tsv", [{"a": "1", "b": "2"}], False]
    assert from_stdin(b'{"a":1}\n', "jsonl") == ["jsonl", [{"a": "1"}], False]


def test_empty_stdin_is_an_error():
    assert from_stdin(b"").startswith("stdin: is empty")
