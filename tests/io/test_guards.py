"""CSV files that are safe to open: what a spreadsheet would run, guarded and read back."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.io.reading import read
from abmkit.io.writers.guards import guarded, guarded_text, unguarded, unguarded_text
from abmkit.io.writing import write
from abmkit.sources.canonical import read_accounts

RUN = [
    "=cmd|' /C calc'!A0", "+1-1", "-Minus Ltd", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1+1",
    "＝1+1", "＋1-1", "－A1", "＠SUM(1)", "\u00a0@x", "\ufeff=1", "-2+3", "+44 20 7946 0958", "=",
    "'=1+1", "''@x",
]  # fmt: skip
PLAIN = [
    "-5", "+5", "-1,234.50", "+16502530000", "-1.5e-3", "-12%", "-.5", "-", "--", "+", "Acme",
    "'t Hooft BV", "'", "''", "a=b", "1-2", "", "o'=1", "'quoted'",
]  # fmt: skip


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded_text(text) == f"'{text}"
    assert guarded(strings([text])).to_pylist() == [f"'{text}"]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_phones_and_names_are_not(text: str) -> None:
    assert guarded_text(text) == text
    assert guarded(strings([text])).to_pylist() == [text]


signs = st.text(st.sampled_from("'=+-@＝＋－＠ \t\r\n\u00a0\ufeff19.,e%aÉ公"), max_size=8)


@given(st.lists(signs | st.none(), max_size=5))
def test_the_guard_comes_off_as_it_went_on(texts: list[str | None]) -> None:
    cells = guarded(strings(texts))
    assert cells.to_pylist() == [None if t is None else guarded_text(t) for t in texts]
    assert unguarded(cells).to_pylist() == texts
    # What is not guarded is not touched, whoever wrote it.
    loose = [t for t in texts if t is not None and guarded_text(t) == t]
    assert [unguarded_text(t) for t in loose] == loose


@pytest.mark.parametrize("name", ["x.csv", "x.tsv"])
def test_a_guarded_file_is_read_as_it_was(tmp_path, name) -> None:
    columns = {"name": [*RUN, *filter(None, PLAIN)]}
    columns["=own"] = columns["name"]
    table = pa.table({key: strings(values) for key, values in columns.items()})
    write([table], table.schema, tmp_path / name, guarded=True)
    assert read(tmp_path / name).table().to_pydict() == columns
    accounts = read_accounts(tmp_path / name)
    assert pa.Table.from_batches(list(accounts.batches)).to_pydict() == columns


def test_lists_and_names_of_columns_are_guarded_too_and_numbers_are_not(tmp_path) -> None:
    schema = pa.schema([("@x", pa.list_(pa.string())), ("n", pa.float64()), ("s", pa.string())])
    table = pa.Table.from_pylist([{"@x": ["=1", "b"], "n": -1.5, "s": None}], schema)
    write([table], table.schema, tmp_path / "x.csv", guarded=True)
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert rows == [["'@x", "n", "s"], ["'=1;b", "-1.5", ""]]


def test_a_byte_order_mark_says_that_cells_are_guarded(tmp_path) -> None:
    harmless = pa.table({"name": strings(["+16502530000", "'t Hooft", "-5"])})
    write([harmless], harmless.schema, tmp_path / "x.csv", guarded=True)
    assert (tmp_path / "x.csv").read_text() == "name\n+16502530000\n't Hooft\n-5\n"
    # Without the mark nothing is taken off.
    table = pa.table({"name": strings(["'=1+1", "@x"])})
    for name, safe in (("raw.csv", False), ("packed.csv.gz", True)):
        write([table], table.schema, tmp_path / name, guarded=safe)
        assert read(tmp_path / name).table().to_pydict() == table.to_pydict()


def test_a_long_file_is_marked_too(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("abmkit.io.writing._CHUNK", 7)
    table = pa.table({"name": strings([f"Firm {at}" for at in range(500)] + ["=1"])})
    write([table], table.schema, tmp_path / "x.csv", guarded=True)
    text = (tmp_path / "x.csv").read_text("utf-8")
    assert text == "\ufeffname\n" + "".join(f"Firm {at}\n" for at in range(500)) + "'=1\n"
