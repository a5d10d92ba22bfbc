"""An equal name says the less the more companies are called so, here and not elsewhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from abmkit.domain.arrays import strings
from abmkit.domain.matching import frequency
from abmkit.domain.matching.addresses import address_keys
from abmkit.domain.matching.frequency import Counts, TermFrequencies, log_strangers
from abmkit.domain.matching.profiles import profile


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("6117 Market Road, Suite 200", "6117 mark"),
        ("6117 Market Rd", "6117 mark"),
        ("Hauptstr. 12", "12 haup"),
        ("Hauptstraße 12", "12 haup"),
        ("12 rue de la République", "12 répu"),
        ("Calle del Sol, 204", "204 sol"),
        ("宁波市鄞州区工业大道272号20层", "272 大道"),
        ("工业大道272号", "272 大道"),
        ("深圳市南山区科技园", None),
        ("One Microsoft Way", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_its_house_and_street(address: str | None, key: str | None) -> None:
    assert address_keys(strings([address])).to_pylist() == [key]


def test_a_company_that_says_it_again_counts_once() -> None:
    key, company = np.array([5, 5, 5, 7]), np.array([0, 0, 1, 1])
    counts = Counts.of(key * 2 + company, 2)
    assert counts[np.array([5, 6, 7])].tolist() == [2, 0, 1]


def _strangers(names: list[str], cities: list[str], pairs: list[tuple[int, int]]) -> list[float]:
    """How many strangers are expected to share what each pair's names and places share."""
    records = pa.table(
        {"name_key": names, "city": cities, "country": ["US"] * len(names)},
        schema=pa.schema([(c, pa.string()) for c in ("name_key", "city", "country")]),
    )
    known = profile(records)
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    surest = np.full(known.count, -1)
    surest[known.row[::-1]] = known.name[::-1]
    logs = log_strangers(
        known,
        TermFrequencies.of(known),
        (left, right),
        (surest[left], surest[right]),
        np.zeros(len(pairs)),
    )
    found: list[float] = np.exp(logs).tolist()
    return found


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """Two of a rare name, forty of a common one, and two hundred others, in two cities."""
    monkeypatch.setattr(frequency, "LEARNED_FROM", 0)
    names = ["zyxomat valves"] * 2 + ["smith plumbing"] * 40
    names += [f"brand{number} valves" for number in range(200)]
    cities = ["reno" if number % 2 else "fargo" for number in range(len(names))]
    return names, cities


def test_a_common_name_has_strangers_and_a_rare_one_has_none(many) -> None:
    rare, common = _strangers(*many, [(0, 1), (2, 3)])
    assert rare < 0.1
    assert common > 30


def test_words_that_go_together_are_as_common_as_the_two(many) -> None:
    names, cities = many
    start = len(names)
    names = [*names, *(f"lyra gallery{number} furniture" for number in range(60))]
    names += [f"brand{number} vega" for number in range(200, 260)]
    names += [f"brand{number} mira" for number in range(260, 320)]
    names += ["vega mira one", "vega mira two"]
    cities = [*cities, *["reno"] * (len(names) - start)]
    together, apart = _strangers(names, cities, [(start, start + 1), (-2, -1)])
    assert together > 10
    assert apart < 5


def test_a_name_that_only_two_have_has_fewer_strangers_than_its_words(many) -> None:
    names, cities = many
    names = [*names, *(f"vega brand{number}" for number in range(200, 300))]
    names += [f"valves brand{number}" for number in range(300, 400)]
    names += ["vega valves", "vega valves", "vega valves shop", "vega valves store"]
    cities = [*cities, *["reno"] * (len(names) - len(cities))]
    same, alike = _strangers(names, cities, [(-4, -3), (-2, -1)])
    assert same <= frequency.SHAPE
    assert same < alike


def test_fewer_strangers_share_the_city_too(many) -> None:
    apart, near = _strangers(*many, [(2, 3), (2, 4)])
    assert near < apart
    assert near > 10


def test_names_without_a_word_in_common_share_nothing(many) -> None:
    assert _strangers(*many, [(0, 2)]) == [0.0]


def test_a_list_no_longer_than_those_learned_from_has_none_beyond_them(many, monkeypatch) -> None:
    monkeypatch.setattr(frequency, "LEARNED_FROM", 15_000)
    assert _strangers(*many, [(0, 1), (2, 3)]) == [0.0, 0.0]


def test_a_word_that_most_names_of_a_city_have_says_nothing_beside_the_city(many) -> None:
    names, cities = many
    names = [*names, *(f"reno brand{number}" for number in range(200, 400))]
    cities = [*cities, *["reno"] * 200]
    names += ["reno florist", "reno florist shop", "lyra florist", "lyra florist shop"]
    cities += ["reno"] * 4
    start = len(names) - 4
    of_city, of_brand = _strangers(names, cities, [(start, start + 1), (start + 2, start + 3)])
    assert of_city > 5 * of_brand
