from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.phones import phone, phones


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(415) 555-2671", "US", "+14155552671"),
        ("+1 415-555-2671 ext. 5", None, "+14155552671"),
        ("010-82612345", "CN", "+861082612345"),
        ("０１０－８２６１２３４５", "CN", "+861082612345"),
        ("400-820-8820", "CN", "+864008208820"),
        ("0086 10 8261 2345", None, "+861082612345"),
        ("传真; 010-82612345", "CN", "+861082612345"),
        ("030 123456", "DE", "+4930123456"),
        ("030 123456", None, None),
        ("123", "US", None),
        ("1.39E+10", "CN", None),
        ("call us", "US", None),
    ],
)
def test_a_phone_is_dialled_from_its_country(
    text: str, country: str | None, number: str | None
) -> None:
    assert phone(text, country) == number


def test_each_row_has_its_own_country() -> None:
    read, unreadable = phones(
        strings(["030 123456", "020 7183 8750", "030 123456", "-"]),
        strings(["DE", "GB", None, "DE"]),
    )
    assert read.to_pylist() == ["+4930123456", "+442071838750", None, None]
    assert unreadable.to_pylist() == [False, False, True, False]


@settings(deadline=None)
@given(st.text(max_size=24), st.sampled_from(["CN", "US", "DE", "XX", None]))
def test_a_phone_is_the_same_when_made_again(text: str, country: str | None) -> None:
    number = phone(text, country)
    assert number is None or phone(number, country) == phone(number) == number


@settings(deadline=None)
@given(st.text(alphabet="+0123456789 -()/;ext", max_size=20))
def test_no_heap_of_digits_stops_the_reading(text: str) -> None:
    number = phone(text, "CN")
    assert number is None or phone(number) == number
