"""No key is certain against the rest of what is known: shared values, namesakes, contradictions."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from typing import Any

import pytest

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import strings
from abmkit.domain.companies.linkage import company_labels
from abmkit.domain.companies.trust.values import believed
from abmkit.domain.values.domains import domains_and_websites
from abmkit.domain.values.names import name_keys
from abmkit.steps.dedupe import Deduped, dedupe

SEEDS = range(4)
COUNTRIES = ("US", "DE", "FR", "GB", "IT", "ES", "NL")
ENDS = ("ax", "olo", "enta", "ik", "um", "aro", "is", "eth", "ovan", "ultz")
STARTS = (
    "Br",
    "Quel",
    "Zand",
    "Morv",
    "Thask",
    "Pluv",
    "Grond",
    "Wex",
    "Fidd",
    "Yarl",
    "Dosk",
    "Hemb",
)
TRADES = ("Bakery", "Roofing", "Dental", "Freight", "Tools", "Legal")


def coined(chance: random.Random, count: int) -> list[str]:
    """Names of which none is like another."""
    starts = chance.sample(STARTS, len(STARTS))
    return [
        starts[n % 12] + ENDS[(n // 12 + n) % 10] + f"{'abcdefgh'[n // 12]}" for n in range(count)
    ]


def records_of(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of one source with the keys of their names, and sites and links of their `url`."""
    keys = name_keys(strings(row.get("name") for row in rows)).to_pylist()
    sites, links = domains_and_websites(strings(row.get("url") for row in rows))
    every = zip(rows, keys, sites.to_pylist(), links.to_pylist(), strict=True)
    return [
        {
            "source": "crm",
            "source_row": number,
            "name_key": key,
            "domain": site,
            "website": link,
            **{column: value for column, value in row.items() if column != "url"},
        }
        for number, (row, key, site, link) in enumerate(every, start=1)
    ]


def done(engine, *rows: dict[str, Any], **config) -> Deduped:
    return dedupe(engine.frame(records_of(*rows)), Dedupe.model_validate(config))


def groups(deduped: Deduped) -> list[list[int]]:
    """The numbers of the records of each company."""
    found = defaultdict(list)
    for member in deduped.members.to_pylist():
        found[member["account_id"]].append(member["source_row"])
    return sorted(sorted(rows) for rows in found.values())


def alone(count: int) -> list[list[int]]:
    return [[number] for number in range(1, count + 1)]


# Sites -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 8, 30])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_site_on_which_unlike_companies_have_pages_is_no_identity(arrow, seed, count) -> None:
    chance = random.Random(seed)
    names = coined(chance, count)
    rows = [
        {"name": name, "url": f"https://www.fairground.com/m/{name.lower()}", "country": country}
        for name, country in zip(names, chance.choices(COUNTRIES, k=count), strict=True)
    ]
    found = done(arrow, *rows)
    assert groups(found) == alone(count)
    accounts = arrow.rows(found.accounts)
    assert {row["domain"] for row in accounts} == {None}
    assert {row["website"] for row in accounts} == {row["url"] for row in records_urls(rows)}
    assert not any("fairground" in row["account_id"] for row in accounts)
    (told,) = found.not_believed
    assert (told.key, told.value, told.count) == ("domain", "fairground.com", count)


def records_urls(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"url": row["url"]} for row in rows]


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_that_bear_names_with_a_word_in_common_are_of_several_companies(arrow, seed) -> None:
    chance = random.Random(seed)
    word = coined(chance, 1)[0]
    rows = [
        {
            "name": f"{word} {trade}",
            "url": f"listing.net/m/{word}-{trade}".lower(),
            "country": place,
        }
        for trade, place in zip(TRADES, COUNTRIES, strict=False)
    ]
    assert groups(done(arrow, *rows)) == alone(len(TRADES))


@pytest.mark.parametrize("page", ["{site}/shops/{name}", "{name}.my.{site}"])
@pytest.mark.parametrize("seed", SEEDS)
def test_who_bears_the_label_of_a_site_owns_it_and_a_visitor_does_not(arrow, seed, page) -> None:
    owner, visitor = coined(random.Random(seed), 2)
    site = f"{owner.lower()}.com"
    url = page.format(site=site, name=visitor.lower())
    found = done(
        arrow,
        {"name": f"{owner} Inc", "url": site, "country": "US"},
        {"name": f"{visitor} Candles", "url": url, "country": "US"},
    )
    assert groups(found) == alone(2)
    rows = {row["name"]: row for row in arrow.rows(found.accounts)}
    assert rows[f"{owner} Inc"]["account_id"] == f"domain:{site}"
    assert rows[f"{visitor} Candles"]["domain"] is None
    assert rows[f"{visitor} Candles"]["account_id"].startswith("name:")


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_stores_of_a_chain_are_one_company_with_its_site(arrow, seed, count) -> None:
    (brand,) = coined(random.Random(seed), 1)
    rows = [
        {"name": f"{brand} Store {n}", "url": f"{brand.lower()}.com/stores/{n}", "country": "US"}
        for n in range(count)
    ]
    found = done(arrow, *rows)
    assert len(groups(found)) == 1
    assert found.not_believed == ()
    assert arrow.rows(found.accounts)[0]["domain"] == f"{brand.lower()}.com"


@pytest.mark.parametrize("link", ["acme.com", "acme.com/en/index.html", "www.acme.com/about-us"])
@pytest.mark.parametrize("seed", SEEDS)
def test_two_names_at_the_root_of_a_site_are_one_company(arrow, seed, link) -> None:
    old, new = coined(random.Random(seed), 2)
    found = done(arrow, {"name": old, "url": "acme.com"}, {"name": new, "url": link})
    assert groups(found) == [[1, 2]]


@pytest.mark.parametrize("seed", SEEDS)
def test_three_unlike_names_at_the_root_of_a_site_are_three_but_for_its_owner(arrow, seed) -> None:
    owner, *names = coined(random.Random(seed), 5)
    rows = [{"name": name, "url": f"{owner.lower()}.com"} for name in (owner, *names)]
    found = done(arrow, *rows, {"name": f"{owner} GmbH", "url": f"{owner.lower()}.com"})
    assert groups(found) == [[1, 6], [2], [3], [4], [5]]
    assert found.not_believed[0].count == 4


def test_sites_are_taken_off_on_every_engine(engine) -> None:
    names = coined(random.Random(1), 5)
    rows = [{"name": name, "url": f"https://fairground.com/x/{name}"} for name in names]
    rows.append({"name": "Solidarov", "url": "solidarov.com"})
    accounts = engine.rows(done(engine, *rows).accounts)
    assert sorted(str(row["domain"]) for row in accounts) == [*["None"] * 5, "solidarov.com"]


# Other values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["phone", "ticker", "registry_ids", "linkedin_url", "vendor"])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_many_unlike_companies_share_is_no_identity(arrow, seed, column) -> None:
    value: Any = ["cik:7"] if column == "registry_ids" else "7777777"
    names = coined(random.Random(seed), 9)
    rows = [{"name": name, column: value, "country": "US"} for name in names]
    found = done(arrow, *rows, keys=["name_key+country", column])
    assert groups(found) == alone(9)
    assert [each.key for each in found.not_believed] == [column]
    assert not any("cik:7" in row["account_id"] for row in arrow.rows(found.accounts))


@pytest.mark.parametrize("column", ["phone", "ticker", "registry_ids", "vendor"])
def test_what_spellings_of_one_name_share_is_believed(arrow, column) -> None:
    value: Any = ["cik:7"] if column == "registry_ids" else "7777777"
    names = ("Quelovan Systems", "Quelovan", "QUELOVAN SYSTEM INC", "Quelovann Systems", "Q.S. Inc")
    found = done(arrow, *({"name": name, column: value} for name in names), keys=[column])
    assert len(groups(found)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_which_values_are_believed_is_the_same_in_any_order(arrow, seed) -> None:
    chance = random.Random(seed)
    names = [*coined(chance, 8), *(f"Quelax {trade}" for trade in TRADES)]
    rows = records_of(
        *(
            {
                "name": name,
                "url": chance.choice(["a.com", f"a.com/m/{name}", "quelax.com", f"b.a.com/{name}"]),
                "phone": chance.choice(["1", "2", "3", None]),
            }
            for name in names * 2
        )
    )
    results = []
    for _ in range(3):
        chance.shuffle(rows)
        found = believed(arrow.frame(rows).combine_chunks(), ["domain"])
        kept = found.records.select(["source_row", "domain", "phone"]).sort_by("source_row")
        results.append((kept.to_pylist(), found.not_believed))
    assert results[0] == results[1] == results[2]


# Namesakes ---------------------------------------------------------------------------------------


def crowd(count: int, country: str, common: str) -> list[dict[str, Any]]:
    """Companies of a country, half of which have one word in their name."""
    names = [f"{STARTS[n % 12]}{ENDS[n // 12 % 10]}{n}" for n in range(count)]
    return [
        {"name": f"{name} {common}" if n % 2 else name, "country": country}
        for n, name in enumerate(names)
    ]


def labels_of(arrow, rows: list[dict[str, Any]]) -> list[int]:
    records = arrow.frame(records_of(*rows)).combine_chunks()
    return company_labels(records, ["name_key+country"]).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_common_name_in_common_needs_something_else_that_agrees(arrow, seed) -> None:
    common = coined(random.Random(seed), 1)[0]
    pair = [{"name": common, "country": "US"}, {"name": f"{common} Inc", "country": "US"}]
    others = crowd(1200, "US", common)
    one, other = labels_of(arrow, [*pair, *others])[:2]
    assert one != other
    for agrees in ({"address": "7 Main St"}, {"phone": "+12085550100"}):
        one, other = labels_of(arrow, [*({**row, **agrees} for row in pair), *others])[:2]
        assert one == other
    # A hotline in two cities may be two outlets'; a city may well have two of so common a name.
    for agrees in ({"phone": "+12085550100"}, {"city": "Boise"}):
        cities = [{"city": "Boise"}, {"city": "Reno", **agrees}]
        rows = [{**row, **agrees, **city} for row, city in zip(pair, cities, strict=True)]
        one, other = labels_of(arrow, [*rows, *others])[:2]
        assert one != other


@pytest.mark.parametrize("seed", SEEDS)
def test_a_less_common_name_in_common_is_enough_in_one_city(arrow, seed) -> None:
    one, two, common = coined(random.Random(seed), 3)
    pair = [
        {"name": f"{one} {two}", "country": "US"},
        {"name": f"{one} {two} Inc", "country": "US"},
    ]
    others = [
        *crowd(1200, "US", common),
        *({"name": f"{one} {n}x", "country": "US"} for n in range(60)),
    ]
    for agrees in ({"city": "Boise"}, {"postal_code": "83702"}):
        first, second = labels_of(arrow, [*({**row, **agrees} for row in pair), *others])[:2]
        assert first == second


@pytest.mark.parametrize("elsewhere", [0, 12])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_name_of_one_city_alone_is_one_company_there(arrow, seed, elsewhere) -> None:
    one, two, common = coined(random.Random(seed), 3)
    pair = [{"name": f"{one} {two}", "country": "US", "city": "Boise"}] * 2
    pair = [{**row, "phone": f"+1208555010{n}"} for n, row in enumerate(pair)]
    cities = ["Boise", *(f"City {n}" for n in range(14))]
    words = [one] * 40 + [two] * 40
    others = [
        {"name": f"{word} {STARTS[n % 12]}{n}", "country": "US", "city": cities[n % 15]}
        for n, word in enumerate(words)
    ]
    others += [{**row, "city": cities[n % 15]} for n, row in enumerate(crowd(1200, "US", common))]
    others += [
        {"name": f"{one} {two}", "country": "US", "city": cities[n + 1]} for n in range(elsewhere)
    ]
    first, second = labels_of(arrow, [*pair, *others])[:2]
    assert (first == second) is (elsewhere == 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rare_name_in_common_is_enough_among_as_many(arrow, seed) -> None:
    one, two, common = coined(random.Random(seed), 3)
    pair = [{"name": f"{one} {two}", "country": "US"}, {"name": f"{one} {two}", "country": None}]
    first, second = labels_of(arrow, [*pair, *crowd(1200, "US", common)])[:2]
    assert first == second


@pytest.mark.parametrize(
    ("differs", "apart"),
    [
        ({"url": ("flexaa.com", "withflexbb.com")}, True),
        ({"url": ("flexaa.com", "flexaa.co.uk")}, False),
        ({"city": ("Boise", "Tampa"), "phone": ("+12085550100", "+18135550100")}, True),
        ({"registry_ids": (["cik:1"], ["cik:2"])}, True),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_differs_overrules_a_name_in_common(arrow, seed, differs, apart) -> None:
    names = coined(random.Random(seed), 2)
    pair = [
        {"name": name, "country": "US", **{key: both[side] for key, both in differs.items()}}
        for side, name in enumerate((" ".join(names), f"{' '.join(names)} Co."))
    ]
    one, other = labels_of(arrow, pair)
    assert (one != other) is apart


def test_a_doubled_row_makes_no_name_more_common(arrow) -> None:
    pair = [{"name": "Quelax Morvum", "country": "US"}] * 2
    assert len(set(labels_of(arrow, pair * 500))) == 1


# Contradictions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tickers", "apart"),
    [
        (("600028", "000852"), True),
        (("QUEL", "ZAND"), True),
        (("BRK.A", "BRK.B"), False),
        (("GOOG", "GOOGL"), False),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_tickers_keep_unlike_companies_of_one_site_apart(arrow, seed, tickers, apart) -> None:
    names = coined(random.Random(seed), 2)
    rows = [
        {"name": name, "ticker": ticker, "url": "jiagroup.com"}
        for name, ticker in zip(names, tickers, strict=True)
    ]
    assert (len(groups(done(arrow, *rows, similar=False))) == 2) is apart


def test_codes_of_one_exchange_keep_parts_of_a_group_apart(arrow) -> None:
    found = done(
        arrow,
        {"ticker": "600028", "name": "甲石油化工股份有限公司", "url": "http://www.jiagroup.com"},
        {"ticker": "000852", "name": "甲石油机械股份有限公司", "url": "http://sofe.jiagroup.com"},
    )
    assert groups(found) == alone(2)
    for pair in found.pairs.to_pylist():
        assert pair["verdict"] == "review"
        assert "same domain; different ticker" in pair["evidence"]
        # A decision can name each.
        assert pair["left"] != pair["right"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_name_on_different_sites_is_left_to_a_person(arrow, seed) -> None:
    name = " ".join(coined(random.Random(seed), 2))
    found = done(
        arrow,
        {"name": f"{name} Co.", "url": "flexaa.com", "country": "US"},
        {"name": name, "url": "withflexbb.com", "country": "US"},
    )
    assert groups(found) == alone(2)
    (pair,) = found.pairs.to_pylist()
    assert pair["verdict"] == "review"
    assert pair["evidence"].startswith("same name; same country; different domain")


@pytest.mark.parametrize("column", ["registry_ids", "linkedin_url"])
def test_an_id_that_somebody_gave_joins_a_company_with_two_sites(arrow, column) -> None:
    value: Any = ["cik:7"] if column == "registry_ids" else "https://www.linkedin.com/company/q"
    rows = [{"name": "Quelax", "url": url, column: value} for url in ("quelax.com", "zandolo.com")]
    assert groups(done(arrow, *rows, keys=[column, "name_key"])) == [[1, 2]]


# What is shown together --------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["ticker", "crm_id", "linkedin_url"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_id_is_never_shown_beside_another_records_unlike_name(arrow, seed, column) -> None:
    names = sorted(coined(random.Random(seed), 2))
    first = {"name": names[0], "url": "shared.com"}
    second = {"name": names[1], "url": "shared.com", column: "TABA"}
    (row,) = arrow.rows(done(arrow, first, second).accounts)
    assert (row["name"], row[column], row["aliases"]) == (names[0], None, [names[1]])
    (row,) = arrow.rows(done(arrow, {**first, column: "TAB"}, second).accounts)
    assert (row["name"], row[column]) == (names[0], "TAB")
    # A spelling of the name is the same company's.
    (row,) = arrow.rows(done(arrow, first, {**second, "name": f"{names[0]} Zz Inc"}).accounts)
    assert row[column] == "TABA"


@pytest.mark.parametrize("kind", ["site", "registry id", "names of one word"])
def test_a_company_with_thousands_of_codes_and_sites_is_found_soon(arrow, kind: str) -> None:
    count = 3_000
    rows = [{"name": "Quelax Holding", "ticker": f"{n:06}"} for n in range(count)]
    for n, row in enumerate(rows):
        if kind == "registry id":
            row |= {"registry_ids": ["cik:1"], "url": f"https://q{n}x.com"}
        else:
            row["url"] = "https://quelax.com"
        if kind == "names of one word":
            row |= {"name": f"Quelax {STARTS[n % 12]}{n}", "ticker": f"Q{n:05}"}
    start = time.process_time()
    found = done(arrow, *rows)
    assert time.process_time() - start < 10
    assert len(groups(found)) == 1
