from __future__ import annotations

import pytest

from abmkit.domain.values.numbers.formats import keeps_digits, shown

US_PHONE = "[<=9999999]###-####;(###) ###-####"


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00000", 2138, "02138"), ("00000", 10001, "10001"), ("00000", 123456, "123456"),
        ("000000000", 12345678, "012345678"), ('"HRB "00000', 42, "HRB 00042"),
        ("00000-0000", 21380001, "02138-0001"), ("000-00-0000", 12345678, "012-34-5678"),
        (US_PHONE, 5551234, "555-1234"), (US_PHONE, 2125551234, "(212) 555-1234"),
        ("00\\-0000000", 123456789, "12-3456789"), ("[$-409]00000", 42, "00042"),
        ("0000_)", 7, "0007"), ("00000;-00000;0;@", 7, "00007"), ("000000;[Red]-000000", 1, "000001"),
        ("00 00 00", 1234, "00 12 34"), ("[>=100000]000-000;00000", 999, "00999"),
        ("00000", 0, "00000"),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows(code: str, value: float, text: str) -> None:
    assert keeps_digits(code)
    assert shown(value, code) == text


@pytest.mark.parametrize(
    "code",
    [
        "General", "0", "#,##0", "0.00", "#,##0.00", "0%", "0.00%", "0.00E+00", "yyyy-mm-dd", "d/m/yy",
        "hh:mm:ss", '"$"#,##0', '0" people"', "[$€-2] #,##0", '#,##0"元"', "_(* #,##0_)", "@", "mm:ss",
        "000.0", "00,000", "# ?/?", "0,,", "", '"total"', "[h]:mm", "#", "0;(0)", "0_);(0)",
    ],
)  # fmt: skip
def test_an_amount_and_a_date_stay_numbers(code: str) -> None:
    assert not keeps_digits(code)


@pytest.mark.parametrize("value", [-5, 2.5, 1e15, 1e300])
def test_what_is_no_id_stays_a_number(value: float) -> None:
    assert shown(value, "00000") is None
