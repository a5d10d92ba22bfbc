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
from abmkit.domain.values.places import country_forms as forms
from abmkit.domain.values.unknown import Normaliser

# Languages whose names for countries are tried when English, Chinese and the table have none.
_LANGUAGES = (
    "de fr es pt it nl ja ko ru pl sv da nb_NO fi cs sk hu tr el uk ro bg hr sl sr lt lv et ca vi "
    "th id ms ar he fa hi zh_HK zh zh_Hant nb"
)


_APOSTROPHES = re.compile("[’`´]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_FOOTNOTE = re.compile(r"\[\w{1,3}\]$")


def folded(text: str) -> str:
    """A place's name as it is compared: case, width, accents, commas and footnotes aside."""
    if text.isascii():
        text = text.lower().replace("`", "'")
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", text))
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", text))
    text = text.strip()
    if text.endswith("]"):
        text = _FOOTNOTE.sub("", text)
    return " ".join(text.replace(",", " ").replace("，", " ").split())


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
    # Many languages call a country the same.
    for name, code in dict.fromkeys(names):
        codes.setdefault(folded(name), set()).add(code)
    return {
        name: next(iter(several)) for name, several in codes.items() if len(several) == 1 and name
    }


def _names_in(*languages: str) -> dict[str, str]:
    """Codes by the names that countries have in these languages."""
    return unambiguous(pair for language in languages for pair in _named(language))


def _named(language: str) -> list[tuple[str, str]]:
    """The names that countries have in a language, with their codes."""
    further = _further_names().get(language, [])
    return [*translated(_english_names(), "iso3166-1", language), *further]


@cache
def _english_names() -> list[tuple[str, str]]:
    import pycountry

    return [
        (name, country.alpha_2)
        for country in pycountry.countries
        for name in (country.name, getattr(country, "common_name", country.name))
    ]


@cache
def _further_names() -> dict[str, list[tuple[str, str]]]:
    """Names of CLDR that the translations of the standard lack, by language."""
    names: dict[str, list[tuple[str, str]]] = {}
    for row in rows("country_names_local.csv"):
        names.setdefault(row["language"], []).append((row["name"], row["code"]))
    return names


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
    return _names_in("zh_CN", "zh_TW", "zh", "zh_Hant") | unambiguous(english) | own


@cache
def _local_names() -> dict[str, str]:
    return _names_in(*_LANGUAGES.split())


@cache
def _by_words() -> tuple[dict[forms.Key, str], dict[forms.Key, str]]:
    """Codes by the words of names, and by those that tell a country from others."""
    return forms.by_words({name: code for name, code in country_names().items() if len(name) > 3})


@cache
def _accented() -> dict[str, str]:
    """Codes by the local names that would be codes without their accents: `Áo` is Austria."""
    names = (_named(language) for language in _LANGUAGES.split())
    return {
        name.casefold(): code
        for pairs in names
        for name, code in pairs
        if not name.isascii() and len(folded(name)) < 4 and folded(name).isascii()
    }


def _one(text: str) -> str | None:
    name = folded(text)
    names = country_names()
    if len(name) < 4 and not text.isascii() and text.casefold() in _accented():
        return _accented()[text.casefold()]
    code = names.get(name) or names.get(name.removeprefix("the ")) or _local_names().get(name)
    if code is not None or not 3 <= len(name) <= forms.LONGEST:
        return code
    by_words, by_core = _by_words()
    key = forms.words(name)
    # `u s a` and `u.s.a` are codes that are parted.
    joined = "".join(key) if len(key) == 1 and re.fullmatch(r"(?:\w[. ]*)+", name) else ""
    return by_words.get(key) or by_core.get(forms.core(key)) or names.get(joined)


def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name or code, None where it is none."""
    plain = forms.without_flags(text)
    return _one(plain) or forms.of_parts(unicodedata.normalize("NFKC", plain), _one)


@Normaliser
def countries(texts: pa.StringArray) -> pa.StringArray:
    """Countries as ISO 3166-1 alpha-2, from codes and English, Chinese and local names.

    For columns that hold countries: in a column of regions, `CA` and `DE` are states.
    """
    return each_distinct(texts, country)
