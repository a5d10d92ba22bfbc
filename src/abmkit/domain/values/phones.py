"""Telephone numbers in E.164."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, scalar, unread, whole
from abmkit.domain.identity import joined
from abmkit.domain.values.ids import whole_numbers
from abmkit.domain.values.unknown import Normaliser

_BETWEEN = re.compile(r"[;；,，、|\n]|(?<=\d)\s*/\s*(?=[\d+(])")
_ABROAD = re.compile(r"^\s*(?:\(?\+|00(?=[1-9]))")


def phone(text: str, country: str | None = None) -> str | None:
    """The first valid number of a text in E.164, without extension; None where there is none.

    `country` is the ISO 3166-1 code of where a number without a country's own code is dialled.
    """
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_valid_number,
        parse,
    )

    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        if country is None and not _ABROAD.match(part):
            continue
        # From anywhere but North America 00 begins a number abroad.
        abroad = re.sub(r"^\s*00(?=[1-9])", "+", part)
        try:
            number = parse(abroad, country)
        except NumberParseException:
            continue
        if is_valid_number(number):
            return str(format_number(number, PhoneNumberFormat.E164))
    return None


NATIONAL = 8
"""The fewest digits by which a number is known without its country's code."""


@Normaliser
def national_numbers(texts: pa.StringArray) -> pa.StringArray:
    """The digits of numbers without a country's code or the 0 before an area's, null for fewer than
    `NATIONAL` or more than 13."""

    def digits(text: str) -> str | None:
        first = _BETWEEN.split(unicodedata.normalize("NFKC", text))[0]
        plain = re.sub(r"\D", "", re.sub(r"(?i)\s*(?:ext|x|转)\.?\s*\d+$", "", first)).lstrip("0")
        return plain if NATIONAL <= len(plain) <= 13 else None

    return each_distinct(whole_numbers(texts), digits)


# An area code with its zero and seven or eight digits, or a mobile number.
_IN_CHINA = (
    r"^(?:\(?\+?86\)?[-\s]*)?(?:[(（]?0(?:10|2\d|[3-9]\d\d)[)）]?[-\s—–]*\d{3,4}[-\s]?\d{4}|"
    r"1[3-9]\d[-\s]?\d{4}[-\s]?\d{4})(?:\D|$)"
)
_HAN, _NOT_CHINESE = r"\p{Han}{2}", r"\p{Hiragana}|\p{Katakana}|\p{Hangul}"


def dialled_in_china(texts: pa.StringArray, names: pa.StringArray) -> pa.BooleanArray:
    """Where a company with a Chinese name has a number as it is dialled in China."""
    chinese = pc.and_not(
        pc.match_substring_regex(names, _HAN), pc.match_substring_regex(names, _NOT_CHINESE)
    )
    return pc.fill_null(pc.and_(chinese, pc.match_substring_regex(texts, _IN_CHINA)), scalar(False))


@Normaliser
def phones(
    texts: pa.StringArray, countries: pa.Array | None = None
) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Numbers in E.164, and where a text could not be read as one.

    `countries` holds each row's country; without one only numbers with their own country code are
    read. `6502530000.0` is 6502530000.
    """
    plain = whole_numbers(texts)
    if countries is None:
        read = each_distinct(plain, phone)
    else:
        dialled = joined(pc.fill_null(whole(countries), scalar("  ")), plain)
        read = each_distinct(dialled, lambda key: phone(key[2:], key[:2].strip() or None))
    return read, unread(texts, read)
