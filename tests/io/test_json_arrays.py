"""JSON whose rows are arrays: a first row of values is no header."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from abmkit.io.reading import read


def rows_of(path: Path, document: Any) -> tuple[list[str], int]:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    records = read(path)
    return records.header, sum(table.num_rows for table in records.batches())


@pytest.mark.parametrize(
    "rows",
    [
        [["杭州橡禹科技", "美国"], ["宁波甲乙贸易", "美国"], ["上海丙丁", "德国"]],
        [["Acme Ltd", "jo@acme.com"], ["Beta Inc", "al@beta.com"]],
        [["Acme Ltd", "https://acme.com"], ["Beta Inc", "https://beta.com"]],
        [["Acme Ltd", "Berlin", "10115"], ["Beta Inc", "Ulm", "89073"]],
    ],
)
def test_a_first_row_of_values_is_kept(tmp_path: Path, rows: list[list[str]]) -> None:
    header, count = rows_of(tmp_path / "a.json", rows)
    assert count == len(rows)
    assert header[0] == "column_1"


@pytest.mark.parametrize(
    "header", [["Company", "City"], ["公司名称", "城市"], ["Firma XY", "Ort der Firma"]]
)
def test_a_first_row_of_names_is_the_header(tmp_path: Path, header: list[str]) -> None:
    rows = [["Acme Ltd", "Berlin"], ["Beta Inc", "Ulm"]]
    assert rows_of(tmp_path / "a.json", [header, *rows]) == (header, 2)
