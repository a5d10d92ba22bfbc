"""What the literals of rules and tables mean: each is read as a cell of its column is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from abmkit.config.sections.conditions import Condition
from abmkit.config.writing import toml_value
from abmkit.domain.arrays import strings
from abmkit.domain.values.unknown import known as known_texts
from abmkit.errors import Message
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Column

_TELLING, _MOSTLY = 3, 0.8
"""So many regions, and so large a share of them, tell the country that they are of."""
_STATES_OF = ("US", "CA", "CN", "AU", "BR", "MX", "IN", "DE", "GB", "FR", "IT", "ES", "JP")
"""Countries whose regions are written as bare codes."""
_Reader = Callable[[str, Column, Collection[str]], Iterable[str | None]]


@dataclass(frozen=True)
class Meaning:
    """What a text stands for in a column."""

    exact: tuple[str, ...]
    """The values as cells have them, among them the text as it is written."""
    read: tuple[str, ...]
    """Those of them that the column's reader made of it; none where it is no such value."""

    @property
    def value(self) -> str:
        """The one value to fill a cell with."""
        return self.read[0] if self.read else self.exact[0]


# What reads a kind of value is imported when a rule names one: a step starts before most are.


def _country(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.places.countries import country

    return [country(text)]


def _regions(text: str, _column: Column, countries: Collection[str]) -> Iterable[str | None]:
    """A region's code where one country is meant, else where the whole world has one such."""
    from abmkit.domain.values.places.regions import country_of_region, region

    found = [region(text, of) for of in (*countries, None)]
    return [each for each in found if country_of_region(each) is not None]


def _choice(text: str, column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.vocabularies import choices

    texts: list[str | None] = choices.of_known(strings([text]), column)[0].to_pylist()
    return texts


def _industry_code(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.industries.codes import code

    return [code(text)]


def _domain(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.domains import domain_of

    return [domain_of(text)]


def _website(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.domains import website_of

    return [website_of(text)]


def _registry_id(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.registry import registry_id

    return [registry_id(text)]


def _ticker(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    return [text.upper()]


def _shown(text: str, _column: Column, _countries: Collection[str]) -> Iterable[str | None]:
    from abmkit.domain.values.names import display_name

    return [display_name(text)]


_READERS: dict[str, _Reader] = {
    "country": _country,
    "region": _regions,
    "choice": _choice,
    "industry_code": _industry_code,
    "domain": _domain,
    "site": _domain,
    "domains": _domain,
    "website": _website,
    "registry_id": _registry_id,
    "ticker": _ticker,
    "shown": _shown,
    "name": _shown,
}
"""How a text becomes what a cell of a column would be, by the column's reader."""
CODED = frozenset(["country", "region", "choice", "industry_code"])
"""Readers that give codes or words of a closed set: what they read is a value that exists."""


def meaning(column: str, text: str, countries: Collection[str] = ()) -> Meaning:
    """What a text means in a column; `countries` are those that are asked for beside it."""
    declared = ACCOUNTS.by_name.get(column.casefold())
    plain = text.strip()
    read: dict[str, None] = {}
    if declared is not None and plain and declared.reader in _READERS:
        made = _READERS[declared.reader](plain, declared, countries)
        read = dict.fromkeys(each for each in made if each)
    return Meaning(tuple(dict.fromkeys([text, plain, *read])), tuple(read))


def country_implied(regions: Sequence[str]) -> str | None:
    """The one country whose regions nearly all of these texts are: `CA`, `NY`, `TX` are states."""
    from abmkit.domain.values.places.regions import country_of_region, region

    texts = {text.strip() for text in regions if text.strip()}
    if len(texts) < _TELLING:
        return None
    bare = [text for text in texts if country_of_region(region(text, None)) is None]
    if not bare:
        return None
    shares = {of: sum(region(t, of).startswith(f"{of}-") for t in texts) for of in _STATES_OF}
    best, second, *_ = sorted(_STATES_OF, key=lambda of: -shares[of])
    enough = shares[best] >= _MOSTLY * len(texts) and shares[best] > shares[second]
    return best if enough else None


def is_coded(column: str) -> bool:
    """Whether the values of a column are codes or words of a closed set."""
    declared = ACCOUNTS.by_name.get(column.casefold())
    return declared is not None and declared.reader in CODED


def is_industry_code(text: str) -> bool:
    """Whether a text is a code as `naics:5112`, which an industry may be called by."""
    from abmkit.domain.values.industries.sections import SCHEMES, split_code

    return ":" in text and split_code(text.strip())[0] in SCHEMES


def says_unknown(text: str) -> bool:
    """Whether a cell of this text would be unknown."""
    return known_texts(strings([text]))[0].as_py() is None


def countries_of(condition: Condition, known: Collection[str] = ()) -> tuple[str, ...]:
    """The countries that a condition asks for, else those `known` from around it."""
    for column, matcher in condition.columns.items():
        if column.casefold() == "country":
            from abmkit.domain.values.places.countries import country

            tests = matcher.tests()
            asked = tests.get("in", [tests.get("is")])
            read = [country(text) for text in asked if isinstance(text, str)]
            return tuple(each for each in read if each) or tuple(known)
    return tuple(known)


def spellings(column: str, text: str) -> set[str]:
    """The forms in which lists have a text: no engine folds the elements of a list."""
    exact = meaning(column, text).exact
    return {form for t in exact for form in (t, t.lower(), t.upper(), t.title(), t.capitalize())}


def lower_forms(texts: Iterable[str]) -> list[str]:
    """The texts in lower case, in each of the forms that engines give it."""
    forms = set()
    for text in texts:
        lower = text.lower()
        # Engines disagree on the lower case of letters such as İ and Σ.
        forms |= {lower, lower.replace("ς", "σ"), lower.replace("i\u0307", "i")}
    return sorted(forms)


def how_to_write(given: object) -> Message | str:
    """What to write for a text that is no number but reads as one: `; write 50_000_000`."""
    if not isinstance(given, str):
        return ""
    from abmkit.domain.values.numbers.quantities import quantities

    number = quantities(strings([given])).best[0].as_py()
    return "" if number is None else Message("; write {number}", number=toml_value(number))
