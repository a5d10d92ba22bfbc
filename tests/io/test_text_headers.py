"""Headers of text files as exports write them: names that stand twice, and what stands above."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from abmkit.io.reading import Records, read

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
    command = [sys.executable, "-m", "abmkit", "convert", "in.csv", "--to", target]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
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
