"""Literals of rules are read as cells of their columns are, on every engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from abmkit.config.sections.conditions import Condition
from abmkit.domain.frames import opened
from abmkit.domain.rules.literals import country_implied, meaning
from abmkit.domain.rules.truth import truth
from abmkit.domain.rules.unmet import unmet_literals
from abmkit.errors import UsageError

TODAY = date(2026, 7, 1)
ACCOUNTS = [
    {
        "country": "NL", "region": "NL-NH", "relationship": "customer", "industry": "Banking & Cards",
        "industry_code": "naics:522110", "company_type": "startup", "ownership": "state",
        "listed": True, "domain": "oranje.nl", "as_of": date(2024, 5, 6), "plan": "Gold",
        "technologies": ["SAP", "Zendesk"],
    },
    {
        "country": "BR", "region": "BR-SP", "relationship": "partner", "industry": "Forestry",
        "industry_code": "isic:0210", "company_type": "sme", "ownership": "private",
        "listed": False, "domain": "mata.com.br", "as_of": date(2025, 5, 6), "plan": "silver",
        "technologies": ["HubSpot"],
    },
    {
        "country": "CN", "region": "CN-ZJ", "relationship": "prospect", "industry": "水泥",
        "industry_code": None, "company_type": "group", "ownership": "foreign", "listed": None,
        "domain": "shuini.cn", "as_of": None, "plan": None, "technologies": None,
    },
]  # fmt: skip
WHEN = [
    ({"country": "The Netherlands"}, [0]),
    ({"country": "荷兰"}, [0]),
    ({"country": "nld"}, [0]),
    ({"country": ["Brasil", "China"]}, [1, 2]),
    ({"country": {"not_in": ["Brazil"]}}, [0, 2]),
    ({"none": [{"country": "Niederlande"}]}, [1, 2]),
    ({"region": "浙江省"}, [2]),
    ({"region": "Zhejiang"}, [2]),
    ({"country": "Brazil", "region": "São Paulo"}, [1]),
    ({"country": "Brazil", "region": "SP"}, [1]),
    ({"country": ["Brazil", "China"], "any": [{"region": "SP"}, {"region": "ZJ"}]}, [1, 2]),
    ({"relationship": "Existing customer"}, [0]),
    ({"relationship": ["合作伙伴", "Prospects"]}, [1, 2]),
    ({"industry": "FORESTRY"}, [1]),
    ({"industry": ["banking & cards", "水泥"]}, [0, 2]),
    ({"industry": "naics:52"}, [0]),
    ({"industry": ["naics:52", "forestry"]}, [0, 1]),
    ({"industry_code": "NAICS 522110"}, [0]),
    ({"company_type": "Start-Up"}, [0]),
    ({"ownership": "民营企业"}, [1]),
    ({"listed": "yes"}, [0]),
    ({"listed": "否"}, [1]),
    ({"domain": "https://www.oranje.nl/over"}, [0]),
    ({"as_of": "2024-05-06"}, [0]),
    ({"plan": "gold"}, [0]),
    ({"plan": [" SILVER ", "x"]}, [1]),
    ({"plan": {"not_in": ["GOLD"]}}, [1]),
    ({"technologies": {"contains": "sap"}}, [0]),
]


@pytest.mark.parametrize(("when", "met"), WHEN)
def test_a_literal_is_read_as_a_cell(engine, when, met) -> None:
    frame = opened(engine.frame(ACCOUNTS))
    held = truth(Condition.model_validate(when), dict(frame.collect_schema()), TODAY)
    rows = engine.rows(frame.with_columns(t=held.true).to_native())
    assert [number for number, row in enumerate(rows) if row["t"]] == met


@pytest.mark.parametrize("when", [when for when, _ in WHEN])
def test_what_is_met_is_not_said_to_be_missing(arrow, when) -> None:
    found = unmet_literals(arrow.frame(ACCOUNTS), [("x", Condition.model_validate(when))])
    assert [each.literal for each in found] == [t for t in when.get("plan", []) if t == "x"]


def test_of_several_near_values_the_commonest_is_named(arrow) -> None:
    rows = [{"plan": "Software and services for all"}] * 5 + [{"plan": "Embedded software"}]
    (found,) = unmet_literals(
        arrow.frame(rows), [("x", Condition.model_validate({"plan": "software"}))]
    )
    assert found.near == (("Software and services for all", 5),)


def test_a_long_list_of_texts_is_folded_too(engine) -> None:
    texts = [f"plan {number}" for number in range(500)] + ["GOLD"]
    frame = opened(engine.frame(ACCOUNTS))
    held = truth(Condition.model_validate({"plan": texts}), dict(frame.collect_schema()), TODAY)
    rows = engine.rows(frame.with_columns(t=held.true).to_native())
    assert [row["t"] for row in rows] == [True, False, False]


@pytest.mark.parametrize(
    ("when", "literal", "near", "close"),
    [
        ({"industry": "Forrestry"}, "Forrestry", ("Forestry", 1), True),
        ({"industry": ["Forestry", "Bankng & Cards"]}, "Bankng & Cards", ("Banking & Cards", 1), True),
        ({"country": ["China", "Brasill"]}, "Brasill", ("BR", 1), True),
        ({"relationship": "costumer"}, "costumer", ("customer", 1), True),
        ({"plan": {"starts_with": "gold"}}, "gold", ("Gold", 1), True),
        ({"technologies": {"contains": "hubspot"}}, "hubspot", ("HubSpot", 1), True),
        ({"region": "SP"}, "SP", ("BR-SP", 1), True),
        ({"none": [{"any": [{"plan": "glod"}]}]}, "glod", ("Gold", 1), True),
        ({"country": "Malta"}, "Malta", ("BR", 1), False),
    ],
)  # fmt: skip
def test_what_no_account_has_is_found_with_what_is_near(engine, when, literal, near, close) -> None:
    (found,) = unmet_literals(engine.frame(ACCOUNTS), [("x", Condition.model_validate(when))])
    assert (found.literal, found.near[0], found.close) == (literal, near, close)


@pytest.mark.parametrize(
    "when",
    [
        # A country that exists is no slip of the pen where another of the list is there.
        {"country": ["Netherlands", "Malta", "Chile"]},
        {"relationship": ["customer", "competitor"]},
        # Of many keywords some are nobody's.
        {"industry": {"contains": ["forest", "wood", "timber"]}},
        # Numbers and flags are no names.
        {"listed": True},
    ],
)
def test_what_is_no_slip_is_not_told(arrow, when) -> None:
    found = unmet_literals(arrow.frame(ACCOUNTS), [("x", Condition.model_validate(when))])
    assert [each for each in found if not each.beside] == []


def test_a_literal_that_says_unknown_says_so(arrow) -> None:
    (found,) = unmet_literals(
        arrow.frame(ACCOUNTS), [("x", Condition.model_validate({"plan": "n/a"}))]
    )
    assert found.unknown


def test_a_number_in_quotes_says_how_it_is_written(arrow) -> None:
    frame = opened(arrow.frame([{"revenue": 1.0, "revenue_min": 1.0, "revenue_max": 1.0}]))
    with pytest.raises(UsageError, match=r"'50M' is no number; write 50_000_000"):
        truth(Condition.model_validate({"revenue": "50M"}), dict(frame.collect_schema()), TODAY)


@pytest.mark.parametrize(
    ("regions", "country"),
    [
        (["CA", "NY", "TX"], "US"),
        (["ON", "QC", "BC", "AB"], "CA"),
        (["NSW", "VIC", "QLD"], "AU"),
        (["CA", "NY"], None),
        (["North", "South", "East"], None),
    ],
)
def test_regions_together_tell_the_country_they_are_of(regions, country) -> None:
    assert country_implied(regions) == country


def test_a_text_that_is_no_such_value_means_itself() -> None:
    meant: Any = meaning("country", "Atlantis")
    assert (meant.exact, meant.read, meant.value) == (("Atlantis",), (), "Atlantis")
