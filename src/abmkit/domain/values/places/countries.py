"""Countries as ISO 3166-1 codes, regions as ISO 3166-2 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, scalar
from abmkit.domain.data import rows
from abmkit.domain.values.names import display_name
from abmkit.domain.values.places.chinese import chinese_place
from abmkit.domain.values.unknown import Normaliser, still_known

_HAN = "[\u3400-\u9fff]"
# Languages whose names for countries are tried when English, Chinese and the table have none.
_LANGUAGES = (
    "de fr es pt it nl ja ko ru pl sv da nb_NO fi cs sk hu tr el uk ro bg hr sl sr lt lv et ca vi "
    "th id ms ar he fa hi zh_HK"
)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKD", text.replace("’", "'"))
    text = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", text))
    text = re.sub(r"\[\w{1,3}\]$", "", text.strip())
    return " ".join(re.sub(r"[,，]", " ", text).split())


def _translated(language: str) -> list[tuple[str, str]]:
    import gettext

    import pycountry

    catalogue = gettext.translation(
        "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
    )
    return [
        (catalogue.gettext(text), country.alpha_2)
        for country in pycountry.countries
        for text in (country.name, getattr(country, "common_name", country.name))
    ]


def _unambiguous(names: list[tuple[str, str]]) -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for name, code in names:
        codes.setdefault(_folded(name), set()).add(code)
    return {name: next(iter(found)) for name, found in codes.items() if len(found) == 1 and name}


@cache
def _names() -> dict[str, str]:
    """Codes, English and Chinese names; the project's own table last, as it is the most exact."""
    import pycountry

    english = [
        (text, country.alpha_2)
        for country in pycountry.countries
        for text in (
            country.name,
            getattr(country, "common_name", country.name),
            getattr(country, "official_name", country.name),
            country.alpha_2,
            country.alpha_3,
        )
    ]
    chinese = _unambiguous([*_translated("zh_CN"), *_translated("zh_TW")])
    own = {_folded(row["name"]): row["code"] for row in rows("country_names.csv")}
    return chinese | _unambiguous(english) | own


@cache
def _local_names() -> dict[str, str]:
    return _unambiguous([pair for language in _LANGUAGES.split() for pair in _translated(language)])


def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name or code, None where it is none."""
    folded = _folded(text)
    found = _names().get(folded) or _names().get(folded.removeprefix("the "))
    return found or _local_names().get(folded)


@Normaliser
def countries(texts: pa.StringArray) -> pa.StringArray:
    """Countries as ISO 3166-1 alpha-2, from codes and English, Chinese and local names.

    For columns that hold countries: in a column of regions, `CA` and `DE` are states.
    """
    return each_distinct(texts, country)


def _region_name(text: str) -> str:
    return re.sub(
        r"^(?:state|province|region) of | (?:state|province|prefecture|sheng|shi|region)$",
        "",
        _folded(text).replace(".", "").replace("-", " "),
    )


@cache
def _regions_of(code: str) -> dict[str, str]:
    """Names and codes of a country's regions; a name that two regions bear is left out."""
    import pycountry

    regions_there = [each for each in pycountry.subdivisions if each.country_code == code]
    named = [
        (_region_name(part), region.code)
        for region in regions_there
        for part in re.split(r"\s*[\[\]/]\s*", region.name)
        if part
    ]
    found = _unambiguous(named)
    for region in regions_there:
        found[region.code.partition("-")[2].casefold()] = region.code
    if code == "CN":
        found |= _chinese_provinces()
    return found | _other_names().get(code, {})


@cache
def _other_names() -> dict[str, dict[str, str]]:
    """Names of regions in other languages, and old ones, by country."""
    found: dict[str, dict[str, str]] = {}
    for row in rows("region_names.csv"):
        names = found.setdefault(row["code"][:2], {})
        names |= {_region_name(name): row["code"] for name in row["names"].split("|")}
    return found


@cache
def _in_chinese_and_japanese(code: str) -> dict[str, str]:
    """A country's regions as Chinese and Japanese write them: 加利福尼亚州, 神奈川県."""
    import gettext

    import pycountry

    there = [each for each in pycountry.subdivisions if each.country_code == code]
    named = []
    for language in ("zh_CN", "zh_TW", "ja"):
        catalogue = gettext.translation(
            "iso3166-2", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for each in there:
            name = catalogue.gettext(each.name)
            # 北海道 and 京都 are names as they are.
            cut = re.sub("[州省县縣県府]$", "", name)
            named += [(name, each.code), (cut if len(cut) > 1 else name, each.code)]
            if code == "JP":
                named.append((cut + ("府" if cut in ("大阪", "京都") else "県"), each.code))
    return _unambiguous([pair for pair in named if re.search(_HAN, pair[0])])


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
    import pycountry

    named = [
        (_region_name(part), region.code)
        for region in pycountry.subdivisions
        for part in re.split(r"\s*[\[\]/]\s*", region.name)
        if len(part) > 3
    ]
    others = {
        name: code
        for names in _other_names().values()
        for name, code in names.items()
        if len(name) > 3 or re.search(_HAN, name)
    }
    # A name that is another region's elsewhere stays that region's own.
    found = {**others, **_unambiguous(named), **_chinese_provinces(), "washington dc": "US-DC"}
    found |= {
        name: code for name, code in _in_chinese_and_japanese("JP").items() if name[-1] in "県府"
    }
    return {name: code for name, code in found.items() if name not in _names()}


def region(text: str, of: str | None) -> str:
    """The ISO 3166-2 code of a region of a country, else the text as it is written.

    Without a country a full name counts where it is one region's in the whole world. A Chinese
    city, or a province and city in one, stands for its province.
    """
    written = display_name(text) or text
    upper = written.upper()
    name = _region_name(written)
    if of is not None:
        if re.fullmatch(rf"{of}-[A-Z0-9]{{1,3}}", upper):
            return _regions_of(of).get(upper.partition("-")[2].casefold(), written)
        found = _regions_of(of).get(name)
        if found is None and of != "CN" and re.search(_HAN, written):
            found = _in_chinese_and_japanese(of).get(_folded(written))
        return found or (_chinese_region(written, of) if of == "CN" else None) or written
    if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", upper):
        return _regions_of(upper[:2]).get(upper[3:].casefold(), written)
    return _regions_anywhere().get(name) or _chinese_region(written, None) or written


def _chinese_region(text: str, of: str | None) -> str | None:

    found = chinese_place(text, english=of == "CN")
    return found.region if found else None


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
