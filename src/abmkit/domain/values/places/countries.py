"""Countries as ISO 3166-1 codes, from their names in many languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from gettext import translation

import pyarrow as pa

from abmkit.domain.arrays import each_distinct
from abmkit.domain.data import rows
from abmkit.domain.values.unknown import Normaliser

# Languages whose names for countries are tried when English, Chinese and the table have none.
_LANGUAGES = (
    "de fr es pt it nl ja ko ru pl sv da nb_NO fi cs sk hu tr el uk ro bg hr sl sr lt lv et ca vi "
    "th id ms ar he fa hi zh_HK"
)


def folded(text: str) -> str:
    """A place's name as it is compared: case, width, accents, commas and footnotes aside."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKD", text.replace("’", "'"))
    text = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", text))
    text = re.sub(r"\[\w{1,3}\]$", "", text.strip())
    return " ".join(re.sub(r"[,，]", " ", text).split())


def translated(
    names: Iterable[tuple[str, str]], standard: str, language: str
) -> list[tuple[str, str]]:
    """Names with their codes, the names in another language by the translations of a standard."""
    import pycountry

    catalogue = translation(standard, pycountry.LOCALES_DIR, languages=[language], fallback=True)
    return [(catalogue.gettext(name), code) for name, code in names]


def unambiguous(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by folded name, without the names that several have."""
    codes: dict[str, set[str]] = {}
    for name, code in names:
        codes.setdefault(folded(name), set()).add(code)
    return {
        name: next(iter(several)) for name, several in codes.items() if len(several) == 1 and name
    }


def _names_in(*languages: str) -> dict[str, str]:
    """Codes by the names that countries have in these languages."""
    import pycountry

    english = [
        (name, country.alpha_2)
        for country in pycountry.countries
        for name in (country.name, getattr(country, "common_name", country.name))
    ]
    return unambiguous(
        pair for language in languages for pair in translated(english, "iso3166-1", language)
    )


@cache
def country_names() -> dict[str, str]:
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
    own = {folded(row["name"]): row["code"] for row in rows("country_names.csv")}
    return _names_in("zh_CN", "zh_TW") | unambiguous(english) | own


@cache
def _local_names() -> dict[str, str]:
    return _names_in(*_LANGUAGES.split())


def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name or code, None where it is none."""
    name = folded(text)
    names = country_names()
    return names.get(name) or names.get(name.removeprefix("the ")) or _local_names().get(name)


@Normaliser
def countries(texts: pa.StringArray) -> pa.StringArray:
    """Countries as ISO 3166-1 alpha-2, from codes and English, Chinese and local names.

    For columns that hold countries: in a column of regions, `CA` and `DE` are states.
    """
    return each_distinct(texts, country)
