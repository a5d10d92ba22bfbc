"""Headers of text files as exports write them: names that stand twice, and what stands above."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from openpyxl import Workbook

from abmkit.io.reading import Records, TextSettings, read
from shell import abmkit

PLACES = ["Berlin", "Paris", "Madrid", "Rome", "Lyon", "Ghent", "Oslo", "Turin"]


def read_text(
    folder: Path, text: str | bytes, name: str = "x.csv"
) -> tuple[Records, list[list[str | None]]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    records = read(path)
    rows = [list(row.values()) for table in records.batches() for row in table.to_pylist()]
    return records, rows


def convert(folder: Path, text: str, target: str) -> tuple[str, str]:
    (folder / "in.csv").write_text(text, "utf-8")
    done = abmkit("convert", "in.csv", "--to", target, cwd=folder)
    assert done.returncode == 0
    return done.stdout.decode(errors="replace"), done.stderr.decode()


# The delimiter named ------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [";", ",", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("written", ["sep={}", '"sep={}"', "SEP={}", "sep={}{}{}"])
def test_the_line_that_names_the_delimiter_is_no_header(
    tmp_path: Path, mark: str, end: str, encoding: str, written: str
) -> None:
    rows = [
        ["公司名称", "Country", "City"],
        ["云杉食品", "Germany", "Köln"],
        ["Oak", "France", "Nice"],
    ]
    lines = [written.format(mark, mark, mark), *(mark.join(row) for row in rows)]
    records, found = read_text(tmp_path, (end.join(lines) + end).encode(encoding))
    assert (records.header, found) == (rows[0], rows[1:])
    assert (records.delimiter, records.preamble, records.rejects) == (mark, [], [])


def test_a_delimiter_that_is_named_but_not_used_is_not_believed(tmp_path: Path) -> None:
    records, rows = read_text(tmp_path, "sep=;\nname,city\nAcme; Sons,Leeds\nBolt,York\n")
    assert (records.header, rows) == (["name", "city"], [["Acme; Sons", "Leeds"], ["Bolt", "York"]])


def test_the_named_delimiter_decides_where_two_would_do(tmp_path: Path) -> None:
    lines = ["name;size, of staff", "Acme, Ltd;1,5", "Bolt, Ltd;2,5", "Cork, Ltd;3,5"]
    records, rows = read_text(tmp_path, "\n".join(["sep=;", *lines]))
    assert (records.header, rows[0]) == (["name", "size, of staff"], ["Acme, Ltd", "1,5"])


# Names that stand twice ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ["Company Name", "Country", "City", "Country"],
        ["name", "name", "city"],
        ["Account Name", "City", "State", "Country", "City", "State", "Country"],
        ["公司名称", "城市", "城市"],
        ["公司名称", "联系人", "公司名称", "联系人"],
        ["Lieferant", "Ansprechpartner", "Ansprechpartner"],
    ],
)
def test_a_header_in_which_a_name_stands_twice_is_a_header(
    tmp_path: Path, header: list[str]
) -> None:
    draw = random.Random(len(header))
    body = [[f"{draw.choice(PLACES)} {at} {n}" for at in range(len(header))] for n in "abcdef"]
    records, rows = read_text(tmp_path, "\n".join(",".join(row) for row in [header, *body]))
    assert records.header_rows == 1
    assert (records.written, rows) == (header, body)
    assert len(set(records.header)) == len(header)
    assert records.header[0] == header[0]


def test_companies_with_a_value_twice_are_no_header(tmp_path: Path) -> None:
    places = [*PLACES, *reversed(PLACES)]
    body = [[f"Firm of {place}", place, place] for place in places]
    records, rows = read_text(tmp_path, "\n".join(",".join(row) for row in body))
    assert (records.header_rows, rows) == (0, body)


def test_convert_writes_the_header_as_it_is_where_the_format_can(tmp_path: Path) -> None:
    text = "x,x,phone,phone\n1,2,3,4\n5,6,7,8\n"
    assert convert(tmp_path, text, "csv") == (text, "")
    assert convert(tmp_path, text, "tsv")[0].startswith("x\tx\tphone\tphone\n")
    out, said = convert(tmp_path, text, "jsonl")
    assert out.startswith('{"x":"1","x_2":"2","phone":"3","phone_2":"4"}')
    assert said == (
        "warning: in.csv: names that stand twice in the header are told apart: x_2, phone_2\n"
    )


# Headers of several rows --------------------------------------------------------------------------

TRAVEL = ["Dates", "Place", "Travel Air", "Travel Rail", "Travel Taxi"]
TRIPS = [["04/04/2014", "Cardiff", "", "65.60", ""], ["09/04/2014", "London", "", "", "16.00"]]
STACKED = [
    ([["Dates", "Place", "Travel", "", ""], ["", "", "Air", "Rail", "Taxi"]], TRAVEL, TRIPS),
    ([["", "", "Travel", "", ""], ["Dates", "Place", "Air", "Rail", "Taxi"]], TRAVEL, TRIPS),
    (
        [["公司名称", "营业收入", "员工数"], ["", "(万元)", "(人)"]],
        ["公司名称", "营业收入 (万元)", "员工数 (人)"],
        [["云杉食品", "12", "3"], ["雪松食品", "15", "4"]],
    ),
    (
        [["Company", "Revenue", "", ""], ["", "2021", "2022", "2023"]],
        ["Company", "Revenue 2021", "Revenue 2022", "Revenue 2023"],
        [["Acme Ltd", "12", "13", "14"], ["Bolt Ltd", "1", "2", "3"]],
    ),
    (
        [["Company", "", "Contact", ""], ["Name", "City", "Name", "Phone"]],
        ["Company Name", "City", "Contact Name", "Contact Phone"],
        [["Acme Ltd", "Leeds", "Ann", "1"], ["Bolt Ltd", "York", "Bob", "2"]],
    ),
]


def without_gaps(rows: list[list[str]]) -> list[list[str | None]]:
    return [[cell or None for cell in row] for row in rows]


@pytest.mark.parametrize(("heads", "names", "body"), STACKED)
@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize("above", [[], ["Exported for us", ""]])
def test_headers_of_several_rows_are_joined(
    tmp_path: Path,
    heads: list[list[str]],
    names: list[str],
    body: list[list[str]],
    times: int,
    above: list[str],
) -> None:
    lines = [*above, *(",".join(row) for row in [*heads, *body * times])]
    records, rows = read_text(tmp_path, "\n".join(lines))
    assert (records.header_rows, records.header) == (2, names)
    assert rows == without_gaps(body * times)


@pytest.mark.parametrize(("heads", "names", "body"), STACKED[:4])
def test_headers_of_several_rows_on_sheets_are_joined_alike(
    tmp_path: Path, heads: list[list[str]], names: list[str], body: list[list[str]]
) -> None:
    records = read(sheet(tmp_path, [*heads, *body]))
    assert records.header == names
    assert [list(row.values()) for row in records.table().to_pylist()] == without_gaps(body)


def sheet(folder: Path, rows: list[list[str]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(folder / "x.xlsx")
    return folder / "x.xlsx"


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        (["企业名称,城市,员工人数", "Company,City,Employees"], ["企业名称", "城市", "员工人数"]),
        (["Account Name,Billing Country,Website", "Name,BillingCountry,Website"], None),
        (["Q1,Q2,Q3", "Company name,Country,City"], ["Company name", "Country", "City"]),
    ],
)
def test_a_header_in_two_languages_is_one_and_no_record(
    tmp_path: Path, heads: list[str], names: list[str] | None
) -> None:
    body = [["Acme Ltd", "x", "5"], ["Bolt Ltd", "y", "6"], ["Cork Ltd", "z", "7"]]
    records, rows = read_text(tmp_path, "\n".join([*heads, *map(",".join, body)]))
    assert records.header == (names or heads[0].split(","))
    assert rows == body


def test_a_title_above_a_header_names_no_group(tmp_path: Path) -> None:
    for title in ("Members 2024,,,", "Exported by:,Ann,,", ",Members 2024,,"):
        text = f"{title}\nname,city,size,site\nAcme,Leeds,7,acme.com\nBolt,York,8,bolt.com\n"
        assert read_text(tmp_path, text)[0].header == ["name", "city", "size", "site"]


def test_a_first_row_with_gaps_is_a_record(tmp_path: Path) -> None:
    text = "name,city,,\n,,x,y\nAcme,Leeds,a,b\nBolt,York,c,d\n"
    records, rows = read_text(tmp_path, "name,city,size,note\n,,7,y\nAcme,Leeds,8,b\n")
    assert (records.header_rows, rows[0]) == (1, [None, None, "7", "y"])
    assert read_text(tmp_path, text)[1][-1] == ["Bolt", "York", "c", "d"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_how_many_rows_to_skip_and_how_many_name_columns_may_be_said(
    tmp_path: Path, format: str
) -> None:
    table = [["a", "", "7"], ["x", "y", "z"], ["1", "2", "3"], ["4", "5", "6"]]
    above = [["Made", "by", "us"], ["in", "2024", "x"]]
    if format == "xlsx":
        path = sheet(tmp_path, [*above, *table])
    else:
        path = tmp_path / "x.csv"
        path.write_text("\n".join(",".join(row) for row in [*above, *table]), "utf-8")
    for header_rows, skip_rows, names, first in (
        (2, 2, ["a x", "a y", "7 z"], ["1", "2", "3"]),
        (1, 2, ["a", "column_2", "7"], ["x", "y", "z"]),
        (0, 4, ["column_1", "column_2", "column_3"], ["1", "2", "3"]),
        (1, 3, ["x", "y", "z"], ["1", "2", "3"]),
    ):
        records = read(path, text=TextSettings(header_rows=header_rows, skip_rows=skip_rows))
        assert records.header == names
        assert list(records.table().to_pylist()[0].values()) == first


# Names of rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [" ", "\t", ",", ";"])
@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("name", ["{}", "r{}"])
def test_rows_that_begin_with_a_name_of_their_own_are_read_under_their_header(
    tmp_path: Path, mark: str, quote: str, name: str
) -> None:
    if mark == " " and not quote and name != "{}":
        pytest.skip("nothing tells a word from the next")

    def cell(text: str) -> str:
        return text if text.isdecimal() and len(text) > 1 else f"{quote}{text}{quote}"

    body = [["Acme", "GB", "120"], ["Bolt", "DE", "40"], ["Cork", "US", "75"], ["Dune", "SE", "12"]]
    rows = [[name.format(at), *row] for at, row in enumerate(body, start=1)]
    lines = [mark.join(map(cell, row)) for row in [["name", "country", "employees"], *rows]]
    records, found = read_text(tmp_path, "\n".join(lines), "x.txt")
    assert records.header == ["column_1", "name", "country", "employees"]
    assert found == rows


def test_rows_of_r_are_told_in_any_order_and_by_any_name(tmp_path: Path) -> None:
    for names in (["12", "7", "30"], ["Acme Ltd", "Bolt GmbH", "Cork Inc"]):
        body = [f'"{name}" "{country}" {size}' for name, country, size in zip(
            names, ["GB", "DE", "US"], ["120", "40", "75"], strict=True
        )]  # fmt: skip
        text = "\n".join(['"country" "employees"', *body])
        records, rows = read_text(tmp_path, text, "x.txt")
        assert records.header == ["column_1", "country", "employees"]
        assert [row[0] for row in rows] == names


def test_a_header_that_lacks_its_last_name_stands_over_the_first_column(tmp_path: Path) -> None:
    for first in ("id", "No.", "序号", "rank"):
        text = f"{first},name,city\n1,Acme,Leeds,x\n2,Bolt,York,y\n3,Cork,Hull,z\n"
        assert read_text(tmp_path, text)[0].header[:3] == [first, "name", "city"]
