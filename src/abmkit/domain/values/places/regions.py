"""Regions as ISO 3166-2 codes: states, provinces, prefectures."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, scalar
from abmkit.domain.data import rows
from abmkit.domain.values.names import display_name
from abmkit.domain.values.places.chinese import IDEOGRAPH, chinese_place
from abmkit.domain.values.places.countries import (
    country_names,
    folded,
    translated,
    unambiguous,
)
from abmkit.domain.values.unknown import Normaliser, still_known


def _region_name(text: str) -> str:
    return re.sub(
        r"^(?:state|province|region) of | (?:state|province|prefecture|sheng|shi|region)$",
        "",
        folded(text).replace(".", "").replace("-", " "),
    )


def _subdivisions(of: str | None = None) -> list[Any]:
    """What ISO 3166-2 lists of a country, or of the world."""
    import pycountry

    return [listed for listed in pycountry.subdivisions if of in (None, listed.country_code)]


def _unambiguous_names(subdivisions: list[Any], *, longer_than: int = 0) -> dict[str, str]:
    """Codes by name, of which one may have several: `Bolzano [Bozen]`."""
    return unambiguous(
        (_region_name(name), listed.code)
        for listed in subdivisions
        for name in re.split(r"\s*[\[\]/]\s*", listed.name)
        if len(name) > longer_than
    )


@cache
def _regions_of(country: str) -> dict[str, str]:
    """Names and codes of a country's regions; a name that two regions bear is left out."""
    subdivisions = _subdivisions(country)
    regions_there = _unambiguous_names(subdivisions)
    for listed in subdivisions:
        regions_there[listed.code.partition("-")[2].casefold()] = listed.code
    if country == "CN":
        regions_there |= _chinese_provinces()
    return regions_there | _other_names().get(country, {})


@cache
def _other_names() -> dict[str, dict[str, str]]:
    """Names of regions in other languages, and old ones, by country."""
    by_country: dict[str, dict[str, str]] = {}
    for row in rows("region_names.csv"):
        names = by_country.setdefault(row["code"][:2], {})
        names |= {_region_name(name): row["code"] for name in row["names"].split("|")}
    return by_country


@cache
def _in_chinese_and_japanese(country: str) -> dict[str, str]:
    """A country's regions as Chinese and Japanese write them: 加利福尼亚州, 神奈川県."""
    listed = [(each.name, each.code) for each in _subdivisions(country)]
    named = []
    for language in ("zh_CN", "zh_TW", "ja"):
        for name, code in translated(listed, "iso3166-2", language):
            # 北海道 and 京都 are names as they are.
            cut = re.sub("[州省县縣県府]$", "", name)
            named += [(name, code), (cut if len(cut) > 1 else name, code)]
            if country == "JP":
                named.append((cut + ("府" if cut in ("大阪", "京都") else "県"), code))
    return unambiguous((name, code) for name, code in named if IDEOGRAPH.search(name))


@cache
def _chinese_provinces() -> dict[str, str]:
    return {
        _region_name(row[column]): row["code"]
        for row in rows("chinese_provinces.csv")
        for column in ("short", "full", "english")
    }


@cache
def _regions_anywhere() -> dict[str, str]:
    """Full names that one region in the world bears, and no country."""
    others = {
        name: code
        for names in _other_names().values()
        for name, code in names.items()
        if len(name) > 3 or IDEOGRAPH.search(name)
    }
    # A name that is another region's elsewhere stays that region's own.
    listed = _unambiguous_names(_subdivisions(), longer_than=3)
    anywhere = {**others, **listed, **_chinese_provinces(), "washington dc": "US-DC"}
    anywhere |= {
        name: code for name, code in _in_chinese_and_japanese("JP").items() if name[-1] in "県府"
    }
    return {name: code for name, code in anywhere.items() if name not in country_names()}


def region(text: str, of: str | None) -> str:
    """The ISO 3166-2 code of a region of a country, else the text as it is written.

    Without a country a full name counts where it is one region's in the whole world. A Chinese
    city, or a province and city in one, stands for its province.
    """
    written = display_name(text) or text
    upper = written.upper()
    name = _region_name(written)
    if of is None:
        if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", upper):
            return _regions_of(upper[:2]).get(upper[3:].casefold(), written)
        return _regions_anywhere().get(name) or _chinese_region(written) or written
    if re.fullmatch(rf"{of}-[A-Z0-9]{{1,3}}", upper):
        return _regions_of(of).get(upper.partition("-")[2].casefold(), written)
    code = _regions_of(of).get(name)
    if code is None and of == "CN":
        code = _chinese_region(written, english=True)
    elif code is None and IDEOGRAPH.search(written):
        code = _in_chinese_and_japanese(of).get(folded(written))
    return code or written


def _chinese_region(text: str, *, english: bool = False) -> str | None:
    place = chinese_place(text, english=english)
    return place.region if place else None


@Normaliser
def regions(texts: pa.StringArray, country: pa.Array | None = None) -> pa.StringArray:
    """Regions as ISO 3166-2 where recognised in the row's country, else as written.

    `country` holds ISO 3166-1 alpha-2 codes. A bare code (`CA`) needs the country to be known.
    """
    if country is None:
        return still_known(each_distinct(texts, lambda text: region(text, None)), texts)
    between = "\x1f"
    keyed = pc.binary_join_element_wise(pc.coalesce(country, scalar("")), texts, scalar(between))

    def in_country(key: str) -> str:
        of, _, text = key.partition(between)
        return region(text, of or None)

    return still_known(each_distinct(keyed, in_country), texts)


def country_of_region(code: str) -> str | None:
    """The country of an ISO 3166-2 code, None for a region as written."""
    match = re.fullmatch(r"([A-Z]{2})-[A-Z0-9]{1,3}", code)
    return match[1] if match and code in _regions_of(match[1]).values() else None
