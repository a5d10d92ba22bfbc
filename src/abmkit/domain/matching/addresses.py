"""Addresses as they are compared: the number of the house and how its street's name begins."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import only_where, repeated
from abmkit.domain.identity import joined

_IDEOGRAPHIC = r"(?P<street>[\x{4e00}-\x{9fff}]{2})(?P<number>[0-9]+)(?:号|號|-|$)"
_UNIT = r"(?:\b(?:suite|ste|unit|apt|room|rm|floor|fl|po box|p\.o\. box)\b|#).*$"
"""From where on an address says only where in the house."""
_KIND = (
    r"\b(?:street|str|st|avenue|avenida|ave|av|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct"
    r"|place|plaza|pl|square|sq|highway|hwy|parkway|pkwy|rue|calle|paseo|via|viale|piazza|chemin"
    r"|north|south|east|west|n|s|e|w|the|of|de|del|della|di|la|las|le|les|los|des|du|d)\b"
)
_NUMBER = r"(?P<number>[0-9]+)"
_STREET = r"(?P<street>\pL{4}|\pL{3}\b)"
"""Four letters, so that Hauptstr. is Hauptstraße."""


def address_keys(addresses: pa.StringArray) -> pa.StringArray:
    """What of each address tells its house: `6117 mark` of 6117 Market Road, Suite 2; null where
    it has no number or no street."""
    plain = pc.utf8_lower(addresses)
    found = pc.extract_regex(plain, pattern=_IDEOGRAPHIC)
    ideographic = _key(pc.struct_field(found, "number"), pc.struct_field(found, "street"))
    outside = pc.replace_substring_regex(plain, pattern=_UNIT, replacement="")
    named = pc.replace_substring_regex(outside, pattern=_KIND, replacement=" ")
    number = pc.struct_field(pc.extract_regex(outside, pattern=_NUMBER), "number")
    street = pc.struct_field(pc.extract_regex(named, pattern=_STREET), "street")
    spelled = only_where(pc.utf8_is_alpha(street), street)
    return pc.coalesce(ideographic, _key(number, spelled))


def _key(number: pa.StringArray, street: pa.StringArray) -> pa.StringArray:
    return joined(number, repeated(" ", len(number)), street)
