"""Ids that systems give to their records: read, and compared however they are written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import as_strings, each_distinct, only_where, scalar, unread
from abmkit.domain.identity import GIVEN
from abmkit.domain.values.unknown import Normaliser

# Beyond 15 digits a float no longer tells whole numbers apart.
_FLOAT = r"^(\d{1,15})\.0+$"
_FRACTION = r"^\d+\.\d*[1-9]\d*$"
# What a spreadsheet shows of a long number: several ids are written so.
_ROUNDED = r"^\d(?:[.,]\d+)?[eE]\+\d{1,3}$"
_SALESFORCE = r"^[0-9a-zA-Z]{15}[a-zA-Z0-5]{3}$"
# Salesforce's ids of 15 signs differ by case alone.
_BY_CASE = r"^[0-9a-zA-Z]{15}$"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_OF_ACCOUNTS = "001"


def whole_numbers(texts: pa.StringArray) -> pa.StringArray:
    """Texts of which whole numbers that went through a float (`12345.0`) are whole again."""
    texts = as_strings(texts)
    if not pc.any(pc.match_substring(texts, ".0"), min_count=0).as_py():
        return texts
    return pc.replace_substring_regex(texts, pattern=_FLOAT, replacement=r"\1")


def has_fractions(texts: pa.StringArray) -> bool:
    """Whether some texts are decimal fractions, so that `1.0` beside `1.1` is no whole number."""
    return bool(pc.any(pc.match_substring_regex(texts, _FRACTION), min_count=0).as_py())


@Normaliser
def ids(
    texts: pa.StringArray, *, fractions: bool = False
) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Ids as they are given, and which of them a spreadsheet has rounded (`1.2345E+10`).

    `12345.0` is 12345, unless the column has `fractions`, too. Zeros that are lost stay so, as do
    the digits of what is rounded, which is no key.
    """
    read = texts if fractions else whole_numbers(texts)
    if not pc.any(pc.match_substring(read, "+"), min_count=0).as_py():
        return read, unread(read, read)
    return read, pc.fill_null(pc.match_substring_regex(read, _ROUNDED), scalar(False))


def id_keys(texts: pa.StringArray) -> pa.StringArray:
    """Ids as they are equal: without abmkit's own `id:`, outer space and the signs' width.

    A Salesforce id of 18 signs is that of 15 with a check of their case
    (https://help.salesforce.com/s/articleView?id=000383751), whatever has become of the case. A
    number that a spreadsheet has rounded (`1.2345E+10`) may be any of several, and is null.
    """
    texts = as_strings(texts)
    if not pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        texts = pc.utf8_normalize(texts, form="NFKC")
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.replace_substring_regex(texts, pattern=f"^{GIVEN}", replacement="")
    texts = whole_numbers(pc.replace_substring_regex(texts, pattern=r"\s+", replacement=" "))
    said = pc.and_(pc.not_equal(texts, scalar("")), pc.is_valid(texts))
    rounded = pc.match_substring_regex(texts, _ROUNDED)
    texts = only_where(pc.and_(said, pc.invert(rounded)), texts)
    long = pc.fill_null(pc.match_substring_regex(texts, _SALESFORCE), scalar(False))
    if not pc.any(long, min_count=0).as_py():
        return texts
    return pc.replace_with_mask(texts, long, each_distinct(texts.filter(long), _salesforce))


def loose_id_keys(keys: pa.StringArray) -> pa.StringArray:
    """What `id_keys` gives without case, where case alone does not tell ids apart."""
    return pc.if_else(pc.match_substring_regex(keys, _BY_CASE), keys, pc.utf8_lower(keys))


def written_forms(key: str) -> list[str]:
    """How an id of this key may be written in a table, in lower case."""
    forms = [key, f"{key}.0"] if key.isdigit() else [key]
    if len(key) == 15 and key.isascii() and key.isalnum():
        forms.append(key + _check_of(key))
    return [f"{prefix}{form}".lower() for form in forms for prefix in ("", GIVEN)]


def _salesforce(text: str) -> str:
    """The 15 signs of an id of 18, with the case that the last three say; other ids as they are."""
    given, check = text[:15], text[15:].upper()
    if _check_of(given) == text[15:]:
        return given
    # An id of an account is known by its prefix even where its case was lost.
    if not text.startswith(_OF_ACCOUNTS) or text not in (text.upper(), text.lower()):
        return text
    capitals = "".join(f"{_CHECK.index(sign):05b}"[::-1] for sign in check)
    told = "".join(
        sign.upper() if capital == "1" else sign.lower()
        for sign, capital in zip(given, capitals, strict=True)
    )
    return told if _check_of(told) == check else text


def _check_of(text: str) -> str:
    """The three signs that say which of fifteen are capitals, five for each."""
    blocks = (text[at : at + 5] for at in (0, 5, 10))
    return "".join(
        _CHECK[sum(sign.isupper() << place for place, sign in enumerate(block))] for block in blocks
    )
