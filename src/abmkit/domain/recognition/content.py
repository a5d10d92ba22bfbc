"""What the known texts of a column look like, as the share of them that do."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, cached_property

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct
from abmkit.domain.data import rows
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import HAN, display_name, name_key
from abmkit.domain.values.numbers.amounts import amount
from abmkit.domain.values.numbers.quantities import quantities
from abmkit.domain.values.places.combined import mostly_american, place
from abmkit.domain.values.places.countries import countries
from abmkit.domain.values.places.regions import country_of_region, region
from abmkit.domain.values.registry import registry_ids
from abmkit.domain.values.vocabularies import booleans, choices, listed
from abmkit.schema.column import Column


def share_of(values: pa.Array, reader: Callable[[pa.Array], pa.Array]) -> float:
    """The share of known values that a reader can read; 0 where none is known."""
    count = len(values) - values.null_count
    if count == 0:
        return 0.0
    return float((len(values) - reader(values).null_count) / count)


def companies(values: pa.Array) -> float:
    """The share of values that look like a company's name, by their legal form or script."""

    def shortened(text: str) -> str | None:
        shown = display_name(text)
        key = name_key(text)
        if shown is None or key is None:
            return None
        forms = len(re.findall(r"\w", shown)) - len(re.findall(r"\w", key))
        han = len(re.findall(f"[{HAN}]", shown))
        return shown if (forms >= 2 and len(key) > 1) or (han >= 4 and "公司" in shown) else None

    return share_of(values, lambda given: each_distinct(given, shortened))


def web_domains(values: pa.Array) -> float:
    """The share of values with a domain that identifies a company."""
    return share_of(values, domains.of_known)


def country_names(values: pa.Array) -> float:
    """The share of values that are countries, by name or code."""
    return share_of(values, countries.of_known)


def region_names(values: pa.Array) -> float:
    """The share of values that are names of regions, told without knowing the country."""

    def named(text: str) -> str | None:
        found = region(text, None)
        return found if country_of_region(found) else None

    return share_of(values, lambda given: each_distinct(given, named))


def whole_places(values: pa.Array) -> float:
    """The share of values that are a city with its region or country: `Austin, TX 78701`."""
    american = mostly_american(values)

    def split(text: str) -> str | None:
        return text if place(text, american=american).city else None

    return share_of(values, lambda given: each_distinct(given, split))


def american_states(values: pa.Array) -> float:
    """The share of values that are states of the USA, by name or code."""
    return share_of(
        values,
        lambda given: each_distinct(
            given, lambda text: text if region(text, "US").startswith("US-") else None
        ),
    )


def people(values: pa.Array) -> float:
    """The share of values that count people: ranges, open ends, or numbers of people."""

    def counted(text: str) -> str | None:
        read = amount(text, whole=True)
        if read is None or read.currencies:
            return None
        marked = read.least != read.most or re.search("人|employee|people|staff|名", text)
        return text if marked else None

    return share_of(values, lambda given: each_distinct(given, counted))


def readable_numbers(values: pa.Array) -> float:
    """The share of values that are quantities."""
    return share_of(values, lambda given: quantities.of_known(given).best)


def yes_or_no(values: pa.Array) -> float:
    """The share of values that are yes or no."""
    return share_of(values, lambda given: booleans.of_known(given)[0])


def listed_or_not(values: pa.Array) -> float:
    """The share of values that say whether a company is listed."""
    return share_of(values, lambda given: listed.of_known(given)[0])


def registry(values: pa.Array, scheme: str) -> float:
    """The share of values that are ids of a registry."""
    return share_of(values, lambda given: registry_ids.of_known(given, scheme)[0])


_ADDRESS = re.compile(
    r"://|^www\.|^[\w\-]+(\.[\w\-]+)*\.(com|net|org|cn|io|co|eu|uk|de|fr|jp|hk)/?$"
)


def web_addresses(values: pa.Array) -> float:
    """The share of values that are written as web addresses; `notes.md` is not."""
    texts = [text for text in values.to_pylist() if text]
    found = sum(bool(_ADDRESS.search(text.casefold())) and "@" not in text for text in texts)
    return found / len(texts) if texts else 0.0


def mailboxes(values: pa.Array) -> float:
    """The share of values that are e-mail addresses; nearly all differ, so all are matched."""
    count = len(values) - values.null_count
    found = pc.match_substring_regex(values, r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$")
    return float((pc.sum(found).as_py() or 0) / count) if count else 0.0


def distinct(values: pa.Array) -> int:
    """How many different values there are."""
    return len(values.dictionary_encode().dictionary)


def different(values: pa.Array) -> float:
    """How many different values there are, as a share of the filled ones."""
    filled = len(values) - values.null_count
    return distinct(values) / filled if filled else 0.0


def different_domains(values: pa.Array) -> float:
    """How many different domains there are, as a share of those that can be read."""
    found = domains.of_known(values).drop_null()
    return distinct(found) / len(found) if len(found) else 0.0


def _like(pattern: str) -> Callable[[pa.Array], float]:
    """A test for the share of known values that match a pattern as a whole, the case aside."""
    matched = re.compile(pattern, re.IGNORECASE)

    def share(values: pa.Array) -> float:
        return share_of(
            values,
            lambda given: each_distinct(given, lambda t: t if matched.fullmatch(t) else None),
        )

    return share


@cache
def _given_names() -> frozenset[str]:
    return frozenset(row["name"] for row in rows("given_names.csv"))


def person_names(values: pa.Array) -> float:
    """The share of values that are written as people's names: `Mary Jones`, `Jones, Mary`."""

    def person(text: str) -> str | None:
        words = re.sub(r"^([^,]+),\s*(.+)$", r"\2 \1", text.casefold()).split()
        return text if 2 <= len(words) <= 4 and words[0] in _given_names() else None

    return share_of(values, lambda given: each_distinct(given, person))


bare_numbers = _like(r"[-+(]?[$€£¥]?\s?\d[\d\s,.']*[)%]?")
tickers = _like(r"[\w.:/\-]{1,9}(?:[ :][\w.\-]{1,12})?")
years = _like(r"(?:.*\D)?(?:1[0-9]|20)\d\d(?:\D.*)?|(?:1[6-9]|20)\d{6}|\d{5}")
phones = _like(r"(?:.*\D)?(?:\d[\s().\-/+]*){6,}.*|\*+.*|\d+\*+\d*")
linkedin = _like(r".*(?:linkedin|lnkd|/company/).*")
linkedin_companies = _like(r".*linkedin\.[a-z.]+/(?:company|school|sales/company)/.*")
salesforce_accounts = _like(r"001[a-z0-9]{12}(?:[a-z0-9]{3})?")
addresses_of_any_kind = _like(r"\S+@\S+\.\w+|https?://\S+|www\.\S+")
states_of_affairs = _like(
    r"active|inactive|open|closed(?: won| lost)?|won|lost|new|pending|in progress|done|"
    r"approved|rejected|draft|enabled|disabled|live|dead|archived"
)
# The bands in which LinkedIn, Crunchbase, Apollo and others count people.
people_bands = _like(
    r"(?:1|2)\s?[-–]\s?10|11\s?[-–]\s?50|51\s?[-–]\s?(?:100|200)|101\s?[-–]\s?250|"
    r"201\s?[-–]\s?500|251\s?[-–]\s?500|501\s?[-–]\s?1,?000|1,?001\s?[-–]\s?5,?000|"
    r"5,?001\s?[-–]\s?10,?000|10,?00[01]\s?\+|self-employed|.*\d\s*人.*"
)


class Cells:
    """The cells of a column as they are looked at; each test is made once."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values
        self.count = len(values) - values.null_count
        """How many say something."""
        self._shares: dict[tuple[str, str, str | None], float] = {}

    @cached_property
    def signs(self) -> frozenset[str]:
        """The signs in them."""
        return frozenset("".join(text for text in self.values.to_pylist() if text))

    def share(self, test: str, column: Column | None = None, scheme: str | None = None) -> float:
        """The share of the known cells that pass a test, by its name in `TESTS`."""
        key = (test, column.name if column else "", scheme)
        if key not in self._shares:
            needed = _SIGNS.get(test)
            possible = needed is None or not needed.isdisjoint(self.signs)
            self._shares[key] = TESTS[test](self, column, scheme) if possible else 0.0
        return self._shares[key]


_SIGNS = {
    **dict.fromkeys(
        ["web_domains", "web_addresses", "sites", "sites_of_their_own"], frozenset(".。．｡")
    ),
    "mailboxes": frozenset("@"),
    "registry": frozenset("0123456789０１２３４５６７８９"),
}
"""Signs without which nothing passes a test: to look for them takes less time than the test."""

Test = Callable[[Cells, "Column | None", "str | None"], float]


def _plain(function: Callable[[pa.Array], float]) -> Test:
    return lambda cells, _column, _scheme: function(cells.values)


def _vocabulary(cells: Cells, column: Column | None, _scheme: str | None) -> float:
    if column is None:
        return 0.0
    meant, unread = choices.of_known(cells.values, column)
    if column.protected and meant.null_count == len(meant):
        return 0.0  # Words that mean nothing else make no relationship.
    return float(1 - (pc.sum(unread).as_py() or 0) / cells.count) if cells.count else 0.0


def _registry(cells: Cells, _column: Column | None, scheme: str | None) -> float:
    return registry(cells.values, scheme) if scheme else 0.0


def _regions(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
    return max(cells.share("region_names"), cells.share("american_states"))


def _several_regions(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
    share = cells.share("region_names")
    return share if distinct(cells.values) > 4 else 0.0


def _spelled_countries(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
    """Countries by more than a code, which many a column of short texts would be."""
    texts = [text for text in cells.values.to_pylist() if text]
    if len(set(texts)) < 2 or sum(len(text) > 3 for text in texts) <= 0.9 * len(texts):
        return 0.0
    first = cells.values.drop_null().unique().slice(0, _FIRST)
    return cells.share("country_names") if country_names(first) > _SPELLED else 0.0


# The first values of a column tell soon enough that it has no countries.
_FIRST, _SPELLED = 20, 0.5


def _different_companies(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
    """Companies' names of which most differ; what names a site is none, `Inc` in it or not."""
    if cells.share("linkedin_companies") >= 0.8 or cells.share("web_addresses") >= 0.8:
        return 0.0
    return cells.share("companies") if different(cells.values) >= 0.8 else 0.0


def _sites(least: float) -> Test:
    """A test for web addresses, at least a share of whose domains differ.

    A domain of its own in nearly every row is the company's; one that repeats is not.
    """

    def test(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
        share = cells.share("web_domains")
        if share < 0.8 or cells.share("web_addresses") < 0.8:
            return 0.0
        return share if cells.share("different_domains") >= least else 0.0

    return test


def _sites_that_repeat(cells: Cells, _column: Column | None, _scheme: str | None) -> float:
    if not cells.share("sites"):
        return 0.0
    different_ones = cells.share("different_domains")
    return 1 - different_ones if different_ones < 0.5 else 0.0


TESTS: dict[str, Test] = {
    "addresses_of_any_kind": _plain(addresses_of_any_kind),
    "american_states": _plain(american_states),
    "bare_numbers": _plain(bare_numbers),
    "companies": _plain(companies),
    "country_names": _plain(country_names),
    "different_companies": _different_companies,
    "different_domains": _plain(different_domains),
    "listed_or_not": _plain(listed_or_not),
    "linkedin": _plain(linkedin),
    "linkedin_companies": _plain(linkedin_companies),
    "mailboxes": _plain(mailboxes),
    "people": _plain(people),
    "people_bands": _plain(people_bands),
    "person_names": _plain(person_names),
    "phones": _plain(phones),
    "readable_numbers": _plain(readable_numbers),
    "region_names": _plain(region_names),
    "regions": _regions,
    "registry": _registry,
    "salesforce_accounts": _plain(salesforce_accounts),
    "several_regions": _several_regions,
    "sites": _sites(0.0),
    "sites_of_their_own": _sites(0.8),
    "sites_often_their_own": _sites(0.5),
    "sites_that_repeat": _sites_that_repeat,
    "spelled_countries": _spelled_countries,
    "states_of_affairs": _plain(states_of_affairs),
    "tickers": _plain(tickers),
    "vocabulary": _vocabulary,
    "web_addresses": _plain(web_addresses),
    "web_domains": _plain(web_domains),
    "whole_places": _plain(whole_places),
    "years": _plain(years),
    "yes_or_no": _plain(yes_or_no),
}
"""The tests of what values look like, by the names that columns are declared with."""
