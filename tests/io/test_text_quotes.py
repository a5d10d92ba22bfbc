"""Quotes that are not the usual ones, cells of several lines, and tables under each other."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.io.reading import Records, read

NAMES = [
    "Bob Foods, Inc",
    "O'Neill Ltd",
    "Acme",
    "Smith's, Sons & Co",
    "云杉食品，有限",
    "L'Oréal, Paris",
]
CITIES = ["Berlin", "'s-Hertogenbosch", "Coeur d'Alene", "York", "北京"]


def read_text(folder: Path, text: str) -> tuple[Records, list[list[str | None]]]:
    (folder / "x.csv").write_text(text, "utf-8", newline="")
    records = read(folder / "x.csv")
    return records, [list(row.values()) for t in records.batches() for row in t.to_pylist()]


def quoted(text: str, quote: str = "'") -> str:
    return quote + text.replace(quote, quote * 2) + quote


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(1, 9_999)), min_size=3, max_size=30
    ),
    mark=st.sampled_from([",", ";", "\t"]),
    header=st.booleans(),
    numbers=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_single_quotes_around_columns_are_quotes(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, int]],
    mark: str,
    header: bool,
    numbers: bool,
    end: str,
) -> None:
    names = ["id", "name", "size"]
    lines = [mark.join(map(quoted, names) if header else names)]
    for at, (name, size) in enumerate(rows):
        lines.append(
            mark.join([str(at), quoted(name), str(size) if numbers else quoted(str(size))])
        )
    records, found = read_text(tmp_path_factory.mktemp("quotes"), end.join(lines) + end)
    assert records.header == names
    assert found == [[str(at), name, str(size)] for at, (name, size) in enumerate(rows)]


def test_quotes_around_the_only_column_or_both_are_quotes(tmp_path: Path) -> None:
    lines = "\n".join(["name", *(quoted(name) for name in NAMES)])
    assert [row[0] for row in read_text(tmp_path, lines)[1]] == NAMES
    lines = "\n".join(["name,city", *(f"{quoted(name)},'Berlin'" for name in NAMES)])
    assert read_text(tmp_path, lines)[1] == [[name, "Berlin"] for name in NAMES]


def test_names_with_apostrophes_keep_them(tmp_path: Path) -> None:
    text = io.StringIO()
    rows = [[name, city] for name in NAMES for city in CITIES]
    csv.writer(text).writerows([["name", "city"], *rows])
    assert read_text(tmp_path, text.getvalue())[1] == rows
    rows = [[f"Firm {at}", "'s-Hertogenbosch"] for at in range(5)] + [["'t Hooft", "'s-Gravenhage"]]
    lines = "\n".join(",".join(row) for row in [["name", "city"], *rows])
    assert read_text(tmp_path, lines)[1] == rows


def test_formulas_that_only_give_a_text_are_cells_with_or_without_quotes(tmp_path: Path) -> None:
    text = 'name,id\nAcme,="00123"\nBolt,"=""00124"""\n="Cork, Ltd",="7"\nDune,="6"\n'
    records, rows = read_text(tmp_path, text)
    assert rows == [
        ["Acme", '="00123"'],
        ["Bolt", '="00124"'],
        ['="Cork, Ltd"', '="7"'],
        ["Dune", '="6"'],
    ]
    assert (records.rejects, dict(records.repaired)) == ([], {})


@settings(max_examples=40)
@given(
    words=st.lists(st.sampled_from(["wood", "steel", "glass", "木材"]), min_size=1, max_size=30),
    lines=st.integers(2, 5),
    width=st.integers(2, 6),
    at=st.integers(0, 7),
    mark=st.sampled_from([",", ", ", ";"]),
)
def test_a_quoted_cell_of_several_lines_is_one_however_many_delimiters_it_holds(
    tmp_path_factory: pytest.TempPathFactory,
    words: list[str],
    lines: int,
    width: int,
    at: int,
    mark: str,
) -> None:
    # A line of as many delimiters as a row has is told from one by less than this test asks.
    if len(words) - 1 in range(max(width - 3, 1), 2 * width + 1):
        return
    rows = [[f"Firm {n}", *["v", "wood", "7"] * 2][:width] for n in range(8)]
    rows[at][width - 1] = "\n".join([mark.join(words)] * lines)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[f"c{n}" for n in range(width)], *rows])
    records, found = read_text(tmp_path_factory.mktemp("lines"), text.getvalue())
    assert (found, records.rejects) == (rows, [])


# Tables under each other --------------------------------------------------------------------------

TABLES = {
    "plain": ["Company,Country,City", *(f"Alpha {n} Ltd,GB,Leeds" for n in range(9))],
    "phones": ["Company,Phone", *(f"Beta {n} Ltd,0113" for n in range(6))],
    "sites": ["Company,Phone,Website", *(f"Gamma {n} Ltd,0113,g{n}.com" for n in range(6))],
    "chinese": [
        "公司名称,电话,网址,城市",
        *(f"云杉{n}有限公司,0755,g{n}.cn,深圳" for n in range(6)),
    ],
}


@pytest.mark.parametrize("first", TABLES)
@pytest.mark.parametrize("second", TABLES)
@pytest.mark.parametrize("gap", [0, 1])
def test_a_table_under_another_is_read_or_told(
    tmp_path: Path, first: str, second: str, gap: int
) -> None:
    if first == second or (gap == 0 and {first, second} == {"sites", "chinese"}):
        return
    lines = [*TABLES[first], *[""] * gap, *TABLES[second]]
    records, rows = read_text(tmp_path, "\n".join(lines))
    bodies = [TABLES[first][1:], TABLES[second][1:]]
    assert [",".join(map(str, row)) for row in rows] in bodies
    assert len(records.other_tables) == 1
