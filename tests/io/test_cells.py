from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from abmkit.domain.arrays import bools, dates, doubles, int64s, lists, strings
from abmkit.domain.cells import from_text, joined, plain, split, to_text, typed, typed_schema
from abmkit.errors import InputError
from abmkit.io.reading import read

SOME_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ITEMS = st.text(st.sampled_from("ab;\\ 新\n"), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (523_964_000_000.0, "523964000000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (80 / 3, "26.666666666666668"),
        (1e22, "10000000000000000000000"),
        (5e-324, "0." + "0" * 323 + "5"),
        (math.nan, None),
        (None, None),
    ],
)
def test_a_number_is_written_in_the_fewest_digits_without_an_exponent(number, text):
    assert to_text(doubles([number])).to_pylist() == [text]


def test_each_type_has_one_text():
    assert to_text(bools([True, False, None])).to_pylist() == ["true", "false", None]
    assert to_text(dates([date(2021, 6, 1), None])).to_pylist() == ["2021-06-01", None]
    assert to_text(lists([["a;b", "c\\d"], None])).to_pylist() == ["a\\;b;c\\\\d", None]
    assert to_text(int64s([1902, None])).to_pylist() == ["1902", None]
    assert to_text(pa.array(["a", None, "a"]).dictionary_encode()).to_pylist() == ["a", None, "a"]
    assert to_text(pa.array([Decimal("1.50"), Decimal("100.00")])).to_pylist() == ["1.5", "100"]
    assert to_text(pa.array([[1, 2], []])).to_pylist() == ["1;2", None]
    assert to_text(pa.array([{"a": 1}])).to_pylist() == ['{"a":1}']


def test_a_moment_at_midnight_is_written_as_a_date():
    moments = pa.array([datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5)])
    assert to_text(moments).to_pylist() == ["2024-01-02", "2024-01-02T03:04:05"]


def test_a_slice_is_written_like_the_whole():
    values = lists([["a"], ["b;c"], None, ["d"]])
    assert to_text(values.slice(1, 3)).to_pylist() == ["b\\;c", None, "d"]


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=8))
def test_any_number_comes_back_from_its_text(numbers):
    values = doubles(numbers)
    text = to_text(values)
    assert from_text(text, "double").to_pylist() == numbers
    assert not any("e" in t for t in text.to_pylist() if t)


@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), max_size=8))
def test_any_whole_number_comes_back_from_its_text(numbers):
    assert from_text(to_text(int64s(numbers)), "int64").to_pylist() == numbers


@given(st.lists(st.one_of(st.none(), st.lists(ITEMS, min_size=1, max_size=4)), max_size=8))
def test_any_list_comes_back_from_its_text(rows):
    assert from_text(to_text(lists(rows)), "list").to_pylist() == rows


@given(st.lists(st.one_of(st.none(), st.dates()), max_size=8))
def test_any_date_comes_back_from_its_text(days):
    assert from_text(to_text(dates(days)), "date").to_pylist() == days


@given(st.lists(st.one_of(st.none(), st.booleans()), max_size=8))
def test_any_flag_comes_back_from_its_text(flags):
    assert from_text(to_text(bools(flags)), "bool").to_pylist() == flags


@given(st.lists(st.one_of(st.none(), SOME_TEXT), max_size=8))
def test_any_text_comes_back_as_it_was(texts):
    assert from_text(to_text(strings(texts)), "string").to_pylist() == texts


@given(st.lists(ITEMS, min_size=1, max_size=5))
def test_splitting_undoes_joining(items):
    assert split(joined(items)) == items


def test_what_spreadsheets_and_pandas_make_of_values_is_read():
    assert from_text(strings(["12.0", "7", "1e3", ""]), "int64").to_pylist() == [12, 7, 1000, None]
    assert from_text(strings(["5.23964e+11", "nan"]), "double").to_pylist() == [5.23964e11, None]
    assert from_text(strings(["TRUE", "False"]), "bool").to_pylist() == [True, False]
    assert from_text(strings(["2024-01-02 00:00:00"]), "date").to_pylist() == [date(2024, 1, 2)]
    assert from_text(strings(["a;", ";", ";b"]), "list").to_pylist() == [["a"], None, ["b"]]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("about 50", "int64", "a whole number"),
        ("12.5", "int64", "a whole number"),
        ("9223372036854775808", "int64", "a whole number"),
        ("infinity and beyond", "double", "a number"),
        ("1_000", "double", "a number"),
        ("maybe", "bool", "true or false"),
        ("2024-13-01", "date", "a date (YYYY-MM-DD)"),
        ("2024-01-02 10:00", "date", "a date (YYYY-MM-DD)"),
    ],
)
def test_an_unreadable_cell_names_its_column_and_the_remedy(text, kind, expected):
    with pytest.raises(InputError) as caught:
        from_text(strings([None, text]), kind, "employees", "x.csv")
    assert str(caught.value) == (
        f"x.csv: column 'employees': {text!r} is not {expected}; run `abmkit load` first"
    )


def test_columns_get_their_types_by_name():
    table = pa.table(
        {
            "employees": pa.array([1.0, math.nan]),
            "revenue": pa.array([5, None], pa.int32()),
            "postal_code": pa.array([10115, None]),
            "registry_ids": pa.array([["a"], []], pa.large_list(pa.large_string())),
            "listed": pa.array(["true", None], pa.large_string()),
            "as_of": pa.array([datetime(2024, 1, 2), None]),
            "points_size": pa.array(["25", "12.5"]),
            "own": pa.array(["a", "b"]).dictionary_encode(),
            "seats": pa.array(["3", None]),
            "nothing": pa.nulls(2),
        }
    )
    result = typed(table, {"seats": "int64"})
    assert result.to_pydict() == {
        "employees": [1, None],
        "revenue": [5.0, None],
        "postal_code": ["10115", None],
        "registry_ids": [["a"], None],
        "listed": [True, None],
        "as_of": [date(2024, 1, 2), None],
        "points_size": [25.0, 12.5],
        "own": ["a", "b"],
        "seats": [3, None],
        "nothing": [None, None],
    }
    assert result.schema == typed_schema(table.schema, {"seats": "int64"})


def test_what_other_programs_keep_in_parquet_has_a_text():
    import uuid

    moments = pa.array([1_704_153_845_123_456_789, None], pa.timestamp("ns"))
    assert to_text(moments).to_pylist() == ["2024-01-02T00:04:05.123456", None]
    known = uuid.UUID(int=255)
    ids = pa.array([known.bytes, None], pa.uuid())
    assert to_text(ids).to_pylist() == [str(known), None]
    assert to_text(pa.array(["Zoë".encode()], pa.binary(4))).to_pylist() == ["Zoë"]
    table = pa.table({"seen": moments, "id": ids, "raw": pa.array([b"a", None])})
    result = typed(table)
    assert result["id"].to_pylist() == [str(known), None]
    assert result["raw"].to_pylist() == ["a", None]
    assert result.schema == typed_schema(table.schema)


@pytest.mark.parametrize("kind", [pa.binary(), pa.binary(2), pa.list_(pa.binary())])
def test_bytes_that_are_no_text_are_left_out(tmp_path, kind):
    value = [b"\xff\xfe"] if pa.types.is_list(kind) else b"\xff\xfe"
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"name": ["A"], "logo": pa.array([value], kind)}), path)
    with read(path) as records:
        (batch,) = records.batches()
    assert batch.column_names == ["name"]


def test_a_type_without_a_text_names_its_column_and_file(tmp_path):
    table = pa.table({"gap": pa.array([pa.MonthDayNano([1, 2, 3])])})
    with pa.ipc.new_file(tmp_path / "x.arrow", table.schema) as out:
        out.write_table(table)
    with read(tmp_path / "x.arrow") as records:
        print(records.schema())
        assert [b.column_names for b in records.batches()]


def test_not_a_number_is_unknown():
    assert plain(pa.array([1.0, math.nan])).to_pylist() == [1.0, None]
