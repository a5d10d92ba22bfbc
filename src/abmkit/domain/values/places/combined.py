"""Places written in one cell, such as `Saint Paul, Minnesota`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from abmkit.domain.arrays import distinct, each_distinct_apart, strings
from abmkit.domain.values.places.addresses import STATES_BY_ZIP
from abmkit.domain.values.places.countries import country
from abmkit.domain.values.places.regions import country_of_region, region
from abmkit.domain.values.unknown import Normaliser


class Place(NamedTuple):
    """The parts of a place, None where it does not say."""

    city: str | None = None
    region: str | None = None
    country: str | None = None


# A state with its ZIP code, or a province of Canada with its postal code.
_WITH_CODE = re.compile(r"^([A-Z]{2}) (?:(\d)\d{4}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)$")


def _pieces(text: str) -> list[str]:
    pieces = [re.sub(r"\[\w{1,3}\]$", "", part).strip() for part in re.split("[,，]", text)]
    if len(pieces) > 1:
        pieces[-1:] = _region_and_country(pieces[-1])
    return pieces


@cache
def _region_and_country(text: str) -> list[str]:
    """`Ontario Canada` as two pieces, where the one is a region of the other; `CA 91201`, too."""
    coded = _WITH_CODE.match(text)
    if coded is not None and (coded[2] is None or coded[1] in STATES_BY_ZIP[coded[2]]):
        return [coded[1], "United States" if coded[2] else "Canada"]
    words = text.split(" ")
    for at in range(1, len(words)):
        first, rest = " ".join(words[:at]), " ".join(words[at:])
        nation = country(rest) if len(rest) > 2 else None
        if nation is not None and region(first, nation).startswith(f"{nation}-"):
            return [first, rest]
    return [text]


def _american(text: str) -> str | None:
    code = region(text, "US")
    return code if code.startswith("US-") else None


def place(text: str, *, american: bool = False) -> Place:
    """City, region and country of `City, Region`, `City, Country` or `City, Region, Country`.

    Only a last part that is a country's or one region's name tells how to read the rest;
    anything else gives nothing. `american` reads `Georgia` as the state.
    """
    pieces = _pieces(text)
    if ";" in text or "；" in text or not all(pieces):
        return Place()
    if len(pieces) == 1:
        return Place(country=country(pieces[0])) if len(pieces[0]) > 3 else Place()
    last = pieces[-1]
    state = _american(last) if american else None
    if state is None:
        code = region(last, None)
        state = code if country_of_region(code) else None
    if state is not None:
        return Place(pieces[0], state, country_of_region(state)) if len(pieces) == 2 else Place()
    nation = country(last) if len(last) > 3 else None
    if nation is not None and _american(last) is not None:
        return Place()
    if nation is None:
        # "Austin, TX, US": the code of a country counts where the part before is its region.
        nation = country(last) if len(pieces) == 3 and country(last) else None
        if nation is None or not region(pieces[1], nation).startswith(f"{nation}-"):
            return Place()
    if len(pieces) == 2:
        return Place(pieces[0], None, nation)
    return Place(pieces[0], region(pieces[1], nation), nation) if len(pieces) == 3 else Place()


def mostly_american(texts: pa.StringArray) -> bool:
    """Whether most places are in states of the USA."""
    after = [_pieces(text)[1:] for text in distinct(texts) if "," in text]
    states = sum(any(_american(part) is not None for part in last) for last in after)
    return states * 2 > len(after)


@Normaliser
def parts(texts: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray, pa.StringArray]:
    """City, region and country of places; null where they don't say for sure.

    Where most places of the column are American, a name that is a state and a country is the
    state.
    """
    american = mostly_american(texts)
    city, region_, nation = each_distinct_apart(
        texts, lambda text: place(text, american=american), strings, strings, strings
    )
    return city, region_, nation
