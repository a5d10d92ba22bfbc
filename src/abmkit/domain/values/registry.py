"""Ids in public registers: checked, written one way, with their scheme in front."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pyarrow as pa

from abmkit.domain.arrays import distinct, each_distinct, unread
from abmkit.domain.values.ids import whole_numbers
from abmkit.domain.values.numbers.damage import zeros_lost
from abmkit.domain.values.unknown import Normaliser


def _plain(text: str) -> str:
    return re.sub(r"[\s.\-–/]", "", unicodedata.normalize("NFKC", text)).upper()


def _cik(text: str) -> str | None:
    digits = re.sub(r"\.0+$", "", text.strip()).removeprefix("CIK").lstrip("0 ")
    return digits if re.fullmatch(r"[1-9]\d{0,9}", digits) else None


def _ein(text: str) -> str | None:
    plain = _plain(text)
    if not re.fullmatch(r"\d{9}", plain):
        return None
    from stdnum.us import ein

    return str(ein.compact(plain)) if ein.is_valid(plain) else None


def _lei(text: str) -> str | None:
    from stdnum import lei

    plain = _plain(text)
    # The checksum alone is right for 1 and for 98, too.
    return plain if re.fullmatch(r"[0-9A-Z]{18}\d{2}", plain) and lei.is_valid(plain) else None


def _uscc(text: str) -> str | None:
    from stdnum.cn import uscc

    plain = _plain(text)
    return plain if uscc.is_valid(plain) else None


def _vat(text: str) -> str | None:
    from stdnum.ch import vat as swiss
    from stdnum.eu import vat
    from stdnum.gb import vat as british

    plain = _plain(text)
    if vat.is_valid(plain):
        return str(vat.compact(plain))
    if plain.startswith("GB") and british.is_valid(plain):
        return "GB" + str(british.compact(plain))
    if plain.startswith("CHE") and swiss.is_valid(plain):
        return str(swiss.compact(plain))
    return None


SCHEMES: dict[str, Callable[[str], str | None]] = {
    "cik": _cik,
    "ein": _ein,
    "lei": _lei,
    "uscc": _uscc,
    "vat": _vat,
}
# Schemes whose checksum tells them from any other text of their length.
_TELLING = {18: "uscc", 20: "lei"}


def registry_id(text: str, scheme: str | None = None) -> str | None:
    """`scheme:value` of one id, None where it is none of that scheme or its checksum is wrong.

    Without a scheme, the text may bring its own (`cik:1800`) or have a telling checksum.
    """
    prefix, colon, rest = unicodedata.normalize("NFKC", text).strip().partition(":")
    if colon and prefix.strip().casefold() in SCHEMES:
        if scheme not in (None, prefix.strip().casefold()):
            return None
        scheme, text = prefix.strip().casefold(), rest
    if scheme is None:
        scheme = _TELLING.get(len(_plain(text)))
        if scheme is None:
            return None
    value = SCHEMES[scheme](unicodedata.normalize("NFKC", text).strip().upper())
    return f"{scheme}:{value}" if value else None


def ein_zeros_lost(texts: list[str]) -> bool | None:
    """Whether a column of EINs has lost its leading zeros; None where it is empty."""
    plain = [text.replace("-", "") if text[2:3] == "-" else text for text in texts]
    return zeros_lost(plain, 9, [8]) if plain else None


@Normaliser
def registry_ids(
    texts: pa.StringArray, scheme: str | None = None, *, zeros_lost: bool | None = None
) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Ids as `cik:1045810`, `uscc:…`, and where a text is none of the scheme.

    LEI, USCC and VAT numbers are held against their checksums, CIK and EIN against their form.
    An EIN of eight digits gets its zero back where the column has lost its leading zeros:
    `zeros_lost` says so of more of the column than `texts` (None: the texts decide).
    Raises KeyError for a scheme that is not in `SCHEMES`.
    """
    if scheme is not None:
        SCHEMES[scheme]
    plain = whole_numbers(texts)
    if scheme == "ein" and zeros_lost is None:
        zeros_lost = ein_zeros_lost(distinct(plain))

    def one(text: str) -> str | None:
        padded = scheme == "ein" and zeros_lost and text.isdigit()
        return registry_id(text.zfill(9) if padded else text, scheme)

    read = each_distinct(plain, one)
    return read, unread(texts, read)
