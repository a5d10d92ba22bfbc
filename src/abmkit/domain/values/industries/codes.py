"""Industry codes read against the official lists, and their titles.

Schemes: GB/T 4754-2017, NAICS (2007 to 2022), ISIC Rev. 4 (`isic`) and Rev. 3.1 (`isic31`), NACE
Rev. 2 and 2.1 (`nace`), SIC 1987 with the codes that the SEC adds (`sic`). A code is kept as
`scheme:code`, digits without dots and without the letter of their section: `nace:6201`,
`gbt4754:39`; a section is its letter, `gbt4754:C`, a sector of NAICS its range, `naics:31-33`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct, each_distinct, unread
from abmkit.domain.data import rows
from abmkit.domain.values.industries.sections import SCHEMES, section_of
from abmkit.domain.values.unknown import Normaliser

_SCHEME = re.compile(
    r"^(?:(GB/?T[ _]?4754(?:[-_ ]20\d\d)?)|(NAICS(?:[ _]?20\d\d)?)|(ISIC31|ISIC REV\.? ?3\.1)|"
    r"(ISIC(?: REV\.? ?4)?)|(NACE(?: REV\.? ?2(?:\.1)?)?)|((?:US )?SIC))(?:\s*[:：]\s*|\s+)"
)
_SCHEME_ORDER = ("gbt4754", "naics", "isic31", "isic", "nace", "sic")
_CODE = re.compile(
    r"([A-V](?![A-Z]))?[ .\-]?(\d\d-\d\d(?!\d)|\d{1,2}(?:\.\d{1,3}){1,3}|\d{1,8}(?:\.0+)?)?"
    r"([A-Z](?![A-Z0-9]))?(?=$|[^A-Z0-9])"
)
_LONGEST = {"gbt4754": 4, "naics": 6, "isic": 4, "isic31": 4, "sic": 4, "nace": 4}
# National extensions of international codes (NAF 62.01Z, UK SIC 62012, SIC with 8 digits).
_EXTENDED = ("isic", "nace", "sic")
_MOSTLY, _HARDLY = 0.95, 0.8


@cache
def titles(scheme: str) -> Mapping[str, str]:
    """The codes of a scheme with their titles; empty where only a broader code has one."""
    return _titles().get(scheme, {})


@cache
def _titles() -> dict[str, dict[str, str]]:
    by_scheme: dict[str, dict[str, str]] = {scheme: {} for scheme in SCHEMES}
    for row in rows("industry_codes.csv.gz"):
        by_scheme[row["scheme"]][row["code"]] = row["title"]
    # The list of SIC leaves out its three-digit groups.
    sic, naics = by_scheme["sic"], by_scheme["naics"]
    for group in [code[:3] for code in sic if len(code) == 4]:
        sic.setdefault(group, "")
    for sector in [code for code in naics if "-" in code]:
        first, _, last = sector.partition("-")
        for number in range(int(first), int(last) + 1):
            naics.setdefault(str(number), naics[sector])
    return by_scheme


def code(text: str, scheme: str | None = None) -> str | None:
    """The code that a text is, as `scheme:code`; None where its scheme has none such.

    A text may name the scheme itself (`NAICS 5112`, `isic:6201`), carry a title (`7372 Software`,
    `C39计算机`) or several codes, of which the first counts. Zeros lost in front and zeros that
    fill up a broader code (`541000`) are seen through.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    named = _SCHEME.match(plain)
    if named is not None:
        scheme = _SCHEME_ORDER[next(i for i, part in enumerate(named.groups()) if part)]
        plain = plain[named.end() :]
    match = _CODE.match(plain)
    if scheme is None or match is None or not (match[1] or match[2]):
        return None
    letter, digits = match[1], match[2]
    if letter is not None and scheme == "naics":
        return None
    if digits is None:
        # A lone letter before a word is an article, not a section.
        lone = letter is not None and not re.match(r"\s[A-Z]", plain[match.end() :])
        return f"{scheme}:{letter}" if lone and letter in titles(scheme) else None
    listed = _listed(_bare(digits, scheme), scheme)
    if listed is None or (letter is not None and not _in_section(listed, letter, scheme)):
        return None
    return f"{scheme}:{listed}"


def _bare(digits: str, scheme: str) -> str:
    whole, dot, rest = digits.partition(".")
    # `6201.0` is a number that was a code; `62.0` is a group of NACE.
    if dot and not rest.strip("0") and (scheme != "nace" or len(whole) > 2):
        return whole
    return digits.replace(".", "")


def _listed(digits: str, scheme: str) -> str | None:
    known_codes = titles(scheme)
    if digits in known_codes:
        return digits
    if "-" in digits:
        return None
    if scheme in _EXTENDED and len(digits) > 4:
        digits = digits[:4]
    if len(digits) > _LONGEST[scheme]:
        return None
    padded = f"0{digits}"
    candidates = [digits]
    if scheme != "naics" and len(padded) <= _LONGEST[scheme]:
        candidates.append(padded)
    for candidate in candidates:
        if candidate in known_codes:
            return candidate
    for candidate in candidates:
        shorter = candidate
        while shorter.endswith("0") and len(shorter) > 2:
            shorter = shorter[:-1]
            if shorter in known_codes:
                return shorter
    return None


def _in_section(digits: str, letter: str, scheme: str) -> bool:
    # From J on, the letters of NACE Rev. 2.1 are other than those of Rev. 2.
    return scheme == "nace" or section_of(scheme, digits) == letter


def _whole(texts: pa.StringArray) -> pa.StringArray:
    """Codes that went through a float (`541512.0`) as they were; `62.0` is one of NACE's own."""
    return pc.replace_substring_regex(texts, pattern=r"^(\d{4,6})\.0$", replacement=r"\1")


@Normaliser
def codes(
    texts: pa.StringArray, scheme: str | None = None
) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Codes as `scheme:code`, and where a text is none that the official list has."""
    read = each_distinct(_whole(texts), lambda text: code(text, scheme))
    return read, unread(texts, read)


@Normaliser
def scheme_of(texts: pa.StringArray) -> str | None:
    """The one scheme that nearly all of the codes belong to; None where several could be.

    At least 95 % of the different codes are its, and fewer than 80 % any other's. Codes of two
    digits and letters tell nothing, as every scheme has them.
    """
    telling = [text for text in distinct(_whole(texts)) if len(re.sub(r"\D", "", text)) >= 3]
    if len(telling) < 3:
        return None
    shares = {
        scheme: sum(code(text, scheme) is not None for text in telling) / len(telling)
        for scheme in SCHEMES
        if scheme != "isic31"
    }
    best = max(shares, key=lambda scheme: shares[scheme])
    others = [share for scheme, share in shares.items() if scheme != best]
    return best if shares[best] >= _MOSTLY and max(others) < _HARDLY else None


def title(coded: str) -> str | None:
    """The title of `scheme:code`, or that of the nearest broader code which has one."""
    scheme, _, value = coded.partition(":")
    known_titles = titles(scheme)
    while value:
        if known_titles.get(value):
            return known_titles[value]
        value = value[:-1]
    return None


def titles_of(coded: pa.StringArray) -> pa.StringArray:
    """The titles of codes, null where there is none."""
    return each_distinct(coded, title)
