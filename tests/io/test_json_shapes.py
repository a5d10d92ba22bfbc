"""JSON in the shapes in which programs export a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from abmkit.errors import InputError
from abmkit.io.reading import read

ACME, BETA = {"name": "Acme", "country": "DE"}, {"name": "Beta", "country": "FR"}
ROWS = [ACME, BETA]


def rows_of(path: Path, sheet: str | None = None) -> list[dict[str, Any]]:
    return [row for table in read(path, sheet=sheet).batches() for row in table.to_pylist()]


def written(folder: Path, document: Any) -> Path:
    (folder / "x.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder / "x.json"


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        {"data": ROWS},
        {"total": 2, "next": None, "companies": ROWS, "facets": []},
        {"response": {"count": "2", "results": ROWS}},
        {"payload": {"body": {"items": ROWS}}},
        {"0": ACME, "1": BETA},
        {"count": 2, "data": {"0": ACME, "1": BETA}},
        {"fields": ["name", "country"], "data": [["Acme", "DE"], ["Beta", "FR"]]},
        {"columns": ["name", "country"], "index": [0, 1], "data": [["Acme", "DE"], ["Beta", "FR"]]},
        [["name", "country"], ["Acme", "DE"], ["Beta", "FR"]],
        {"name": ["Acme", "Beta"], "country": ["DE", "FR"]},
        {"name": {"0": "Acme", "1": "Beta"}, "country": {"0": "DE", "1": "FR"}},
    ],
)
def test_the_same_table_comes_out_of_every_shape(tmp_path: Path, document: Any) -> None:
    assert rows_of(written(tmp_path, document)) == ROWS


def test_records_by_key_keep_the_key(tmp_path: Path) -> None:
    path = written(tmp_path, {"acme.de": {"n": 1}, "beta.fr": {"n": 2}})
    assert rows_of(path) == [{"key": "acme.de", "n": "1"}, {"key": "beta.fr", "n": "2"}]


def test_one_company_with_offices_is_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, {"acme.de": {"name": "Acme", "offices": [{"city": "Ulm"}]}})
    assert rows_of(path) == [{"key": "acme.de", "name": "Acme", "offices": '[{"city":"Ulm"}]'}]


def test_nested_objects_become_dotted_columns_whatever_each_row_has(tmp_path: Path) -> None:
    rows = [{"name": "A", "location": {"country": "DE"}}, {"name": "B", "location": None}]
    assert rows_of(written(tmp_path, rows)) == [
        {"name": "A", "location.country": "DE", "location": None},
        {"name": "B", "location.country": None, "location": None},
    ]


def test_what_strays_among_the_objects_is_rejected(tmp_path: Path) -> None:
    records = read(written(tmp_path, {"data": [ACME, "and so on", BETA, ["x"]]}))
    assert [row for table in records.batches() for row in table.to_pylist()] == ROWS
    assert [reject.text for reject in records.rejects] == ['"and so on"', '["x"]']


def test_several_tables_are_named_and_one_can_be_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, {"companies": ROWS, "people": [{"name": "Ann"}]})
    with pytest.raises(InputError, match=r"holds 2 tables \(companies, people\)"):
        read(path)
    records = read(path, sheet="companies")
    assert (records.sheet, records.other_sheets) == ("companies", ["people"])
    assert rows_of(path, "people") == [{"name": "Ann"}]
    with pytest.raises(InputError, match=r"no table 'peple'; did you mean 'people'\?"):
        read(path, sheet="peple")


@pytest.mark.parametrize("depth", [300, 2_000, 100_000])
def test_deep_nesting_is_an_input_error_or_a_row(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a":' * depth + "1" + "}]" * depth)
    try:
        found = len(rows_of(path))
    except InputError as error:
        found = str(error)
    assert found == 1 or "nested too deeply" in str(found)


def test_utf_16_json_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps([{"名称": "云杉"}], ensure_ascii=False), "utf-16")
    assert rows_of(tmp_path / "x.json") == [{"名称": "云杉"}]


CHINESE = [
    {"名称": "云杉食品有限公司", "城市": "上海"},
    {"名称": "新希望集团有限公司", "城市": "成都"},
    {"名称": "深圳电子科技股份有限公司", "城市": "深圳"},
]
GERMAN = [{"name": "Müller & Söhne", "city": "Köln"}, {"name": "Bäckerei Groß", "city": "München"}]


@pytest.mark.parametrize(
    ("rows", "encoding", "told"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-32", "utf-32-le"),
        (GERMAN, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_json_is_read_in_the_encoding_it_was_written_in(
    tmp_path: Path, rows: list[Any], encoding: str, told: str, suffix: str
) -> None:
    path = tmp_path / f"x.{suffix}"
    if suffix == "json":
        text = json.dumps(rows, ensure_ascii=False)
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(text.encode(encoding))
    records = read(path)
    assert records.encoding == told
    assert [row for table in records.batches() for row in table.to_pylist()] == rows


def test_utf_8_with_a_damaged_byte_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    text = json.dumps(CHINESE * 20, ensure_ascii=False).encode()
    (tmp_path / "x.json").write_bytes(text[:20] + b"\xff" + text[20:])
    with pytest.raises(InputError, match=r"holds bytes in no known encoding \(line 1\)"):
        read(tmp_path / "x.json")


def test_a_line_in_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in CHINESE]
    odd = json.dumps(CHINESE[0], ensure_ascii=False).encode("gb18030")
    (tmp_path / "x.jsonl").write_bytes(b"\n".join([*lines, odd]))
    records = read(tmp_path / "x.jsonl")
    rows = [row for table in records.batches() for row in table.to_pylist()]
    assert rows == [*CHINESE, CHINESE[0]]
    assert records.repaired == {"in another encoding": 1}
