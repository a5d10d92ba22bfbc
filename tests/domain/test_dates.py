from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.dates import dates, years
from abmkit.domain.values.vocabularies import booleans


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1888", 1888),
        ("1902 (1888)", 1902),
        ("1998 (1923 / 1874)", 1998),
        ("1904/1946/1959", 1904),
        ("2022 (Johnson & Johnson spinoff)", 2022),
        ("2010年", 2010),
        ("2010年5月", 2010),
        ("２０１０年", 2010),
        ("成立于1998年", 1998),
        ("est. 1923", 1923),
        ("2010.0", 2010),
        ("2010-05-01", 2010),
        ("2010-05", 2010),
        ("20001229", 2000),
        ("3 May 2010", 2010),
        ("1990s", None),
        ("98", None),
        ("0", None),
        ("9999", None),
        ("25 years", None),
        ("12345", None),
        ("before 1990", None),
    ],
)
def test_a_founding_year_is_read_where_it_is_clear(text: str, year: int | None) -> None:
    read, unreadable = years(strings([text]))
    assert read.to_pylist() == [year]
    assert unreadable.to_pylist() == [year is None]


def test_a_year_after_the_source_is_unreadable() -> None:
    read, _ = years(strings(["2021", "2022", "2023"]), as_of=date(2021, 6, 1))
    assert read.to_pylist() == [2021, 2022, None]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2000-12-29", date(2000, 12, 29)),
        ("2000/12/29", date(2000, 12, 29)),
        ("2000.1.9", date(2000, 1, 9)),
        ("20001229", date(2000, 12, 29)),
        ("2000年12月29日", date(2000, 12, 29)),
        ("2024-10-16T09:30:00Z", date(2024, 10, 16)),
        ("2024-10-16 00:00:00", date(2024, 10, 16)),
        ("16-10-2024", date(2024, 10, 16)),
        ("10/16/2024", date(2024, 10, 16)),
        ("05/05/2024", date(2024, 5, 5)),
        ("16 Oct 2024", date(2024, 10, 16)),
        ("October 16, 2024", date(2024, 10, 16)),
        ("03-04-2024", None),
        ("2024-02-30", None),
        ("2024-10", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_where_it_is_clear(text: str, day: date | None) -> None:
    read, unreadable = dates(strings([text]))
    assert read.to_pylist() == [day]
    assert unreadable.to_pylist() == [day is None]


def test_one_clear_date_proves_the_order_of_its_column() -> None:
    read, _ = dates(strings(["03-04-2024", "16-10-2024"]))
    assert read.to_pylist() == [date(2024, 4, 3), date(2024, 10, 16)]
    read, _ = dates(strings(["03/04/2024", "10/16/2024"]))
    assert read.to_pylist() == [date(2024, 3, 4), date(2024, 10, 16)]


def test_a_column_that_proves_both_orders_proves_none() -> None:
    read, _ = dates(strings(["03-04-2024", "16-10-2024", "10-16-2024"]))
    assert read.to_pylist() == [None, date(2024, 10, 16), date(2024, 10, 16)]


def test_yes_and_no_are_read_in_english_and_chinese() -> None:
    read, unreadable = booleans(strings(["yes", "是", "TRUE", "1", "no", "否", "0", "maybe", "-"]))
    assert read.to_pylist() == [True, True, True, True, False, False, False, None, None]
    assert unreadable.to_pylist() == [False] * 7 + [True, False]


@given(st.text(max_size=30))
def test_no_text_stops_the_reading(text: str) -> None:
    cells = strings([text])
    years(cells)
    dates(cells)
    booleans(cells)
