from __future__ import annotations

import gzip
import json
from io import BytesIO

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.errors import InputError
from abmkit.io.reading import read
from abmkit.io.records import Reject
from abmkit.io.writing import write


def read_bytes(folder, data, name="x.csv"):
    path = folder / name
    path.write_bytes(data)
    records = read(path)
    rows = [tuple(row.values()) for table in records.batches() for row in table.to_pylist()]
    return records, rows


def test_cells_are_the_text_they_were(tmp_path):
    _, rows = read_bytes(tmp_path, b"a,b,c\n01234,NA,nan\n1e5,  x , true\n")
    assert rows == [("01234", "NA", "nan"), ("1e5", "  x ", " true")]


def test_an_empty_cell_is_null_quoted_or_not(tmp_path):
    _, rows = read_bytes(tmp_path, b'a,b,c\n,"",x\n')
    assert rows == [(None, None, "x")]


def test_quotes_delimiters_and_line_breaks_within_values_are_kept(tmp_path):
    _, rows = read_bytes(tmp_path, b'a,b\n"x, ""y""","line\r\nbreak"\n')
    assert rows == [('x, "y"', "line\r\nbreak")]


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    records, _ = read_bytes(tmp_path, b"\xef\xbb\xbfname,domain\nAcme,acme.com\n")
    assert records.header == ["name", "domain"]


def test_headers_are_made_unique_and_complete(tmp_path):
    records, _ = read_bytes(tmp_path, b'name,Name,,"name", name_2 \n1,2,3,4,5\n')
    assert records.header == ["name", "Name_3", "column_3", "name_4", "name_2"]


@pytest.mark.parametrize(("name", "delimiter"), [("x.tsv", "\t"), ("x.txt", "|"), ("x.csv", ";")])
def test_other_delimiters_are_recognised(tmp_path, name, delimiter):
    text = "name,a\nx y,b\n".replace(",", delimiter)
    records, rows = read_bytes(tmp_path, text.encode(), name)
    assert (records.header, rows) == (["name", "a"], [("x y", "b")])


def test_a_row_with_too_many_cells_is_rejected_with_its_line(tmp_path):
    records, rows = read_bytes(tmp_path, b"a,b\n1,2\n1,2,3\n4,5\n")
    assert rows == [("1", "2"), ("4", "5")]
    assert records.rejects == [Reject(3, "1,2,3", "too many cells: 3, the header has 2")]


def test_lines_stay_right_after_line_breaks_in_cells_and_blank_lines(tmp_path):
    data = b'"a\nx",b\n"one\ntwo",2\n\n  \nshort\n,\n"v\r\nw","y\nz"\n1,"2\n3",4\n5,6\nlast'
    records, rows = read_bytes(tmp_path, data)
    assert rows == [
        ("one\ntwo", "2"),
        ("short", None),
        ("v\r\nw", "y\nz"),
        ("5", "6"),
        ("last", None),
    ]
    assert [(r.line, r.text) for r in records.rejects] == [(12, '1,"2\n3",4')]
    assert [(r.line, r.reason) for r in records.repairs] == [
        (7, "cells missing at the end"),
        (15, "cells missing at the end"),
    ]
    assert records.blank_rows == 3


def test_lines_stay_right_in_a_file_of_many_blocks(tmp_path):
    lines = [f"{n},x{'y' * 90}" if n % 1000 else f"{n},1,2,3" for n in range(1, 120_001)]
    records, rows = read_bytes(tmp_path, ("id,text\n" + "\n".join(lines)).encode())
    assert len(rows) == 120_000 - 120
    assert [r.line for r in records.rejects] == [
        int(r.text.split(",")[0]) + 1 for r in records.rejects
    ]


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    records, rows = read_bytes(tmp_path, b"a,b")
    assert (records.header, rows, records.rejects) == (["a", "b"], [], [])


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_says_so(tmp_path, data):
    with pytest.raises(InputError, match=r"x\.csv: is empty"):
        read_bytes(tmp_path, data)


def test_a_quote_that_is_never_closed_is_part_of_its_cell(tmp_path):
    records, rows = read_bytes(tmp_path, b'a,b\n1,2\n3,"four\n5,6\n7,8\n')
    assert rows == [("1", "2"), ("3", '"four'), ("5", "6"), ("7", "8")]
    assert [(r.line, r.reason) for r in records.repairs] == [(3, "a stray quote")]
    records, rows = read_bytes(tmp_path, b'a,b\n1,2\n3,"four\n' + b"5,6\n" * 100_000)
    assert len(rows) == 100_001
    assert records.rejects == [Reject(3, '3,"four', "quotes that do not match")]


def test_gzip_zstandard_and_zip_are_opened(tmp_path):
    import zipfile

    import zstandard

    data = b"a,b\n1,2\n"
    for name, packed in {
        "x.csv.gz": gzip.compress(data),
        "x.csv.zst": zstandard.compress(data),
    }.items():
        assert read_bytes(tmp_path, packed, name)[1] == [("1", "2")]
    for name in ("x.zip", "x.csv.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("folder/x.csv", data)
            archive.writestr("__MACOSX/x.csv", b"")
        assert [t.num_rows for t in read(tmp_path / name).batches()] == [1]


def test_a_damaged_gzip_file_is_an_input_error(tmp_path):
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 2_000_000)[:-20]
    with pytest.raises(InputError, match="the gz file is damaged: it is cut off"):
        read_bytes(tmp_path, packed, "x.csv.gz")


def test_csv_spectrum_is_read_right(shared_data, tmp_path):
    folder = shared_data / "golden" / "csv_small" / "csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        if path.stem == "location_coordinates":  # its CSV and JSON hold different phone numbers
            continue
        wanted = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        wanted = [wanted] if isinstance(wanted, dict) else wanted
        rows = [row for t in read(path).batches() for row in t.to_pylist()]
        # One case tests cells padded with spaces in the header; names are trimmed here.
        wanted = [{k.strip(): v or None for k, v in row.items()} for row in wanted]
        assert rows == [row for row in wanted if any(row.values())], path.name


CELLS = st.one_of(
    st.none(), st.text(st.sampled_from("ab,;\"\n\r\t '新=#\\"), min_size=1, max_size=6)
)


@example([("'=", None), (None, "'=1")], "csv")
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(["csv", "tsv"]))
def test_any_text_comes_back_from_csv(tmp_path_factory, rows, format):
    path = tmp_path_factory.mktemp("csv") / f"x.{format}"
    names = ["first", 'odd, "name"\t']
    table = pa.table([strings(column) for column in zip(*rows, strict=True)], names=names)
    write([table], table.schema, path)
    back = [tuple(row.values()) for t in read(path).batches() for row in t.to_pylist()]
    assert back == [row for row in rows if any(cell is not None for cell in row)]


def test_csv_quotes_only_what_needs_it():
    table = pa.table({"a": strings([" x ", 'q"', "n\nl", "c,d", None]), "b": strings(["1"] * 5)})
    out = BytesIO()
    assert write([table], table.schema, out, "csv") == 5
    assert out.getvalue() == b'a,b\n x ,1\n"q""",1\n"n\nl",1\n"c,d",1\n,1\n'


def test_a_null_in_a_single_column_is_still_a_row():
    table = pa.table({"a": strings(["x", None])})
    out = BytesIO()
    write([table], table.schema, out, "csv")
    assert out.getvalue() == b'a\nx\n""\n'


def test_a_byte_order_mark_is_written_when_asked_for():
    out = BytesIO()
    write([], pa.schema([("名", pa.string())]), out, "csv", bom=True)
    assert out.getvalue() == b"\xef\xbb\xbf\xe5\x90\x8d\n"


def test_batches_can_be_asked_for_once(tmp_path):
    records, _ = read_bytes(tmp_path, b"a\n1\n")
    with pytest.raises(Exception, match="twice"):
        records.batches()
