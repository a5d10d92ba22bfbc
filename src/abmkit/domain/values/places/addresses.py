"""City, region, postal code and country of addresses, where their form makes them certain."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, only_where, scalar, strings
from abmkit.domain.identity import joined
from abmkit.domain.values.places.countries import country
from abmkit.domain.values.places.regions import region

_CITY = r"(?P<city>[^,\d]{2,40}?)"
_END = r"\.?\s*$"
_OF_PROVINCES = "AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT"
_FIVE = r"(?P<postal>\d{5})[ \t]+" + _CITY
_FOUR = r"(?P<postal>[1-9]\d{3})[ \t]+" + _CITY
# The first digits of the ZIP codes of each state:
# https://pe.usps.com/text/pub28/ and https://en.wikipedia.org/wiki/ZIP_Code
STATES_BY_ZIP = {
    "0": "CT MA ME NH NJ NY PR RI VT VI", "1": "DE NY PA", "2": "DC MD NC SC VA WV",
    "3": "AL FL GA MS TN", "4": "IN KY MI OH", "5": "IA MN MT ND SD WI", "6": "IL KS MO NE",
    "7": "AR LA OK TX", "8": "AZ CO ID NM NV UT WY", "9": "AK CA HI OR WA GU",
}  # fmt: skip


class _Form(NamedTuple):
    country: str
    pattern: str


_FORMS = (
    _Form(
        "US",
        rf"(?:^|,)\s*{_CITY},?\s+(?P<region>[A-Z]{{2}})\.?,?\s+(?P<postal>\d{{5}}(?:-\d{{4}})?)"
        rf"(?:,?\s*(?:USA|U\.S\.A|US|U\.S|United States(?: of America)?))?{_END}",
    ),
    _Form(
        "CA",
        rf"(?:^|,)\s*{_CITY},?\s+\(?(?P<region>{_OF_PROVINCES})\)?,?\s+"
        rf"(?P<postal>[A-Z]\d[A-Z] ?\d[A-Z]\d)(?:,?\s*(?:Canada|CA))?{_END}",
    ),
    # Where the street runs into the city, only what follows is certain.
    _Form(
        "US",
        rf",\s*(?P<region>[A-Z]{{2}})\.?,?\s+(?P<postal>\d{{5}}(?:-\d{{4}})?)"
        rf"(?:,?\s*(?:USA|U\.S\.A|US|U\.S|United States(?: of America)?))?{_END}",
    ),
    _Form(
        "CA",
        rf"[,\s]\(?(?P<region>{_OF_PROVINCES})\)?,?\s+"
        rf"(?P<postal>[A-Z]\d[A-Z] ?\d[A-Z]\d)(?:,?\s*(?:Canada|CA))?{_END}",
    ),
    _Form(
        "AU",
        rf",\s*{_CITY},?\s+(?P<region>NSW|VIC|QLD|SA|WA|TAS|NT|ACT),?\s+(?P<postal>\d{{4}})"
        rf"(?:,?\s*(?:Australia|AU))?{_END}",
    ),
    _Form(
        "GB",
        r"(?:^|[,\s])(?P<postal>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})"
        rf"(?:,?\s*(?:UK|U\.K|United Kingdom|Great Britain|GB|England|Scotland|Wales))?{_END}",
    ),
    _Form("DE", rf"(?:^|,)\s*(?:D-?)?{_FIVE},?\s+(?:Germany|Deutschland|德国){_END}"),
    _Form("FR", rf"(?:^|,)\s*(?:F-?)?{_FIVE}(?:\s+cedex(?:\s+\d+)?)?,?\s+(?:France|法国){_END}"),
    _Form("IT", rf"(?:^|,)\s*{_FIVE}(?:\s+\(?[A-Z]{{2}}\)?)?,?\s+(?:Italy|Italia){_END}"),
    _Form("ES", rf"(?:^|,)\s*{_FIVE},?\s+(?:Spain|España){_END}"),
    _Form("AT", rf"(?:^|,)\s*(?:A-?)?{_FOUR},?\s+(?:Austria|Österreich){_END}"),
    _Form("CH", rf"(?:^|,)\s*(?:CH-?)?{_FOUR},?\s+(?:Switzerland|Schweiz|Suisse){_END}"),
    _Form(
        "NL",
        rf"(?:^|,)\s*(?P<postal>[1-9]\d{{3}} ?[A-Z]{{2}})[ \t]+{_CITY},?\s+"
        rf"(?:(?:The )?Netherlands|Nederland){_END}",
    ),
)


class Located(NamedTuple):
    """What addresses say for certain, null elsewhere."""

    city: pa.StringArray
    region: pa.StringArray
    postal_code: pa.StringArray
    country: pa.StringArray


@cache
def _states_with_zips() -> pa.StringArray:
    return strings(
        f"{state}{zip_}" for zip_, states in STATES_BY_ZIP.items() for state in states.split()
    )


def located(addresses: pa.StringArray) -> Located | None:
    """City, region, postal code and country; None where no address has a form that tells them.

    An American ZIP code must be one of its state's; a code of five digits needs its country's name.
    """
    nothing = pa.nulls(len(addresses), pa.string())
    found = Located(nothing, nothing, nothing, nothing)
    for form in _FORMS:
        parts = pc.extract_regex(addresses, pattern=form.pattern)
        if parts.null_count == len(parts):
            continue
        given = {field.name: parts.field(at) for at, field in enumerate(parts.type)}
        there = pc.and_(pc.is_valid(parts), pc.is_null(found.country))
        if form.country == "US":
            first = pc.utf8_slice_codeunits(given["postal"], 0, 1)
            of_state = pc.is_in(joined(given["region"], first), value_set=_states_with_zips())
            there = pc.and_(there, of_state)
        new = Located(
            pc.utf8_trim_whitespace(given.get("city", nothing)),
            joined(scalar(f"{form.country}-"), given["region"]) if "region" in given else nothing,
            given["postal"],
            pc.if_else(there, scalar(form.country), nothing),
        )
        found = Located(
            *(pc.coalesce(o, only_where(there, n)) for o, n in zip(found, new, strict=True))
        )
    nation = pc.coalesce(found.country, _last_countries(addresses))
    return found._replace(country=nation) if nation.null_count < len(nation) else None


def _last_countries(addresses: pa.StringArray) -> pa.StringArray:
    """The countries that addresses end with by their names, those of American states aside."""
    (last,) = pc.extract_regex(addresses, pattern=r",\s*(?P<last>[^,\d]{4,40}?)\.?\s*$").flatten()

    def named(text: str) -> str | None:
        return None if region(text, "US").startswith("US-") else country(text)

    return each_distinct(last, named)
