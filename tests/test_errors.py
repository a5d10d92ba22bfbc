"""Errors are one line, however wide the file and whatever its names hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from abmkit.errors import ColumnError, ConfigError, InputError
from abmkit.io.reading import read


def test_columns_are_listed_as_far_as_a_line_goes() -> None:
    wide = ColumnError("nme", [f"c{at}" for at in range(1, 101)])
    assert str(wide).endswith("the columns are c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, "
                              "c13, c14, c15, c16, c17, c18, c19, c20 and 80 more")  # fmt: skip
    assert str(ColumnError("nme", ["a", "b"])).endswith("the columns are a, b")


def test_sheets_are_listed_as_far_as_a_line_goes(tmp_path: Path) -> None:
    book = Workbook()
    for at in range(100):
        book.create_sheet(f"Region {at}")
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=r"the sheets are Sheet, Region 0, .* and 81 more$"):
        read(tmp_path / "x.xlsx", sheet="nowhere")


def test_tables_of_json_are_listed_as_far_as_a_line_goes(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({f"t{at}": [{"a": 1}] for at in range(100)}))
    with pytest.raises(InputError, match=r"holds 100 tables \(t0, .* t19 and 80 more\)"):
        read(tmp_path / "x.json")
    with pytest.raises(InputError, match=r"the tables are t0, .* t19 and 80 more$"):
        read(tmp_path / "x.json", sheet="nowhere")
    (tmp_path / "x.json").write_text('{"a": 1}')
    with pytest.raises(InputError, match=r"no table 'a'; the tables are none$"):
        read(tmp_path / "x.json", sheet="a")


def test_line_breaks_within_names_do_not_break_the_line() -> None:
    error = ColumnError("siz", ["name", "Staff\r\n(total)"], where="a\nb.csv")
    assert str(error) == "a b.csv: no column 'siz'; the columns are name, Staff (total)"
    assert str(ConfigError([error, error])) == f"{error}\n{error}"
