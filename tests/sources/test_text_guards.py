"""Guards that keep a spreadsheet from changing a text are no part of what a load reads."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from abmkit.config.sections.sources import Source
from abmkit.io.reading import read
from abmkit.sources.tables import open_source, read_table

HEADER = ["企业名称", "统一社会信用代码", "电话", "邮编"]
ROWS = [
    ["北京泽维罗科技有限公司", "91310115660487643K", "13800138000", "010000"],
    ["上海食品有限公司", "9131011529141777XM", "13800138001", "020000"],
    ["Acme Ltd", "91310115011524491D", "+13800138002", "003000"],
    ["Bolt Ltd", "91310115011524492D", "13800138003", "004000"],
]
GUARDS = ['="{}"', "'{}", "`{}", "’{}", "'{}'", '=T("{}")', "‘{}"]


def guarded(cell: str, guard: str) -> str:
    return guard.format(cell) if cell else cell


def loaded(path: Path) -> tuple[list[str], list[list[str | None]]]:
    records, _, tables = open_source(path, Source(name="x", path=str(path)))
    return records.header, [list(row.values()) for t in tables for row in t.to_pylist()]


def written(folder: Path, rows: list[list[str]]) -> Path:
    with (folder / "x.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return folder / "x.csv"


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("columns", [range(4), [1], [1, 2, 3], [3]])
@pytest.mark.parametrize("gaps", [False, True])
def test_a_guard_of_all_filled_cells_of_a_column_is_taken_off(
    tmp_path: Path, guard: str, columns: range | list[int], gaps: bool
) -> None:
    rows = [list(row) for row in ROWS]
    if gaps:
        rows[1][3] = ""
    lines = [
        [guarded(cell, guard) if at in columns else cell for at, cell in enumerate(row)]
        for row in rows
    ]
    header, found = loaded(written(tmp_path, [HEADER, *lines]))
    assert header == HEADER
    assert found == [[cell or None for cell in row] for row in rows]
    assert read_table(tmp_path / "x.csv").to_pylist()[0] == dict(zip(HEADER, ROWS[0], strict=True))


@pytest.mark.parametrize("guard", GUARDS[:2])
def test_a_guard_of_the_header_is_taken_off(tmp_path: Path, guard: str) -> None:
    lines = [[guarded(cell, guard) for cell in row] for row in [HEADER, *ROWS]]
    assert loaded(written(tmp_path, lines)) == (HEADER, ROWS)


def test_a_lone_formula_that_gives_a_text_is_that_text(tmp_path: Path) -> None:
    rows = [["name", "id"], ["Acme", '="00123"'], ["Bolt", "7"], ['="A ""B"" C"', '=""']]
    found = loaded(written(tmp_path, rows))[1]
    assert found == [["Acme", "00123"], ["Bolt", "7"], ['A "B" C', None]]


def test_a_guard_of_some_numbers_among_others_is_taken_off(tmp_path: Path) -> None:
    rows = [["name", "zip"], ["Acme", "'02138"], ["Bolt", "10001"], ["Cork", "'01002"]]
    assert [row[1] for row in loaded(written(tmp_path, rows))[1]] == ["02138", "10001", "01002"]
    names = [["name", "zip"], ["'47 Brand", "1"], ["Bolt", "2"], ["Cork", "3"]]
    assert next(row[0] for row in loaded(written(tmp_path, names))[1]) == "'47 Brand"


@pytest.mark.parametrize(
    "column",
    [
        ["O'Neill Ltd", "L'Oréal", "Moth's"],
        ["'s-Hertogenbosch", "'s-Gravenhage", "'t Goy"],
        ["'Ndrangheta Watch", "Acme", "Bolt"],
        ["'s-Hertogenbosch", "'s-Hertogenbosch", None],
        ["=1+1", '="a"&"b"', "=SUM(A1)"],
    ],
)
def test_apostrophes_of_names_stay(tmp_path: Path, column: list[str | None]) -> None:
    rows = [["city", "size"], *([cell or "", str(at)] for at, cell in enumerate(column))]
    found = loaded(written(tmp_path, rows))[1]
    assert [row[0] for row in found] == column


def test_a_conversion_keeps_guards_as_they_are_written(tmp_path: Path) -> None:
    rows = [["name", "id"], ["Acme", '="00123"'], ["Bolt", '="7"']]
    path = written(tmp_path, rows)
    found = [list(row.values()) for row in read(path).table().to_pylist()]
    assert found == rows[1:]
