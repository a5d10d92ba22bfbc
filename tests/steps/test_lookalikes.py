"""Which accounts resemble some companies, and whom, and by what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.lookalikes.ratios import Ratios, of_labels, of_numbers, of_sets
from abmkit.errors import InputError, UsageError
from abmkit.steps.similar import Customers, similar
from frames import Engine, table_of

SECTORS = ("Software", "Retail", "Energy", "Banks")


def market(size: int = 400, **more: Any) -> list[dict[str, Any]]:
    """Accounts of four sectors, sizes and countries that have nothing to do with each other."""
    return [
        {
            "account_id": f"x:{number:04}",
            "name": f"Company {number:04}",
            "industry": SECTORS[number % 4],
            "employees": 10 * (1 + (number * 7) % 101),
            "country": ("US", "DE", "CN")[number % 3],
            **more,
        }
        for number in range(size)
    ]


def customers(rows: list[dict[str, Any]], *, weight: Any = None, at: Any = None) -> Customers:
    """Accounts as customers that were found."""
    at = range(len(rows)) if at is None else at
    found = {place: (rows[n]["account_id"],) for place, n in enumerate(at)}
    entries = table_of([{"name": rows[n]["name"]} for n in at])
    return Customers(entries, found, weight)


def of_sector(rows: list[dict[str, Any]], sector: str, count: int) -> list[int]:
    return [n for n, row in enumerate(rows) if row.get("industry") == sector][:count]


def found(rows: list[dict[str, Any]], known: Customers, **options: Any) -> list[dict[str, Any]]:
    return similar(table_of(rows), known, **options).accounts.to_pylist()


def test_the_accounts_most_like_the_customers_come_first_and_say_why() -> None:
    rows = market()
    at = of_sector(rows, "Software", 30)
    best = found(rows, customers(rows, at=at), top=50)
    assert len(best) == 50
    assert {row["industry"] for row in best} == {"Software"}
    assert all(row["similarity"] > 0.8 for row in best)
    assert all(row["similar_by"].startswith("industry=") for row in best)
    names = {rows[n]["name"] for n in at}
    assert all(set(row["similar_to"]) <= names and row["similar_to"] for row in best)


def test_customers_and_excluded_accounts_are_no_answer() -> None:
    rows = market()
    at = of_sector(rows, "Software", 30)
    out = set(of_sector(rows, "Software", 60)) - set(at)
    told = similar(
        table_of([{**row, "excluded": n in out} for n, row in enumerate(rows)]),
        customers(rows, at=at),
    )
    ids = {row["account_id"] for row in told.accounts.to_pylist()}
    assert ids == {row["account_id"] for n, row in enumerate(rows) if n not in out | set(at)}
    assert told.excluded == len(out)


def test_the_nearest_customers_are_named() -> None:
    # Customers are banks that are large and shops that are small; each account is near its own.
    rows = market()
    banks, shops = of_sector(rows, "Banks", 40), of_sector(rows, "Retail", 40)
    for n, row in enumerate(rows):
        row["employees"] = (100_000 if row["industry"] == "Banks" else 10) + n * 7 % 101
    best = found(rows, customers(rows, at=[*banks[:20], *shops[:20]]), top=100)
    sector = {row["name"]: row["industry"] for row in rows}
    assert {row["industry"] for row in best} == {"Banks", "Retail"}
    assert all(sector[near] == row["industry"] for row in best for near in row["similar_to"])


def test_what_is_unknown_says_nothing() -> None:
    rows = market()
    rows[-1] = {"account_id": "x:nothing", "name": "Nothing known"}
    at = of_sector(rows, "Software", 30)
    by_id = {row["account_id"]: row for row in found(rows, customers(rows, at=at))}
    nothing = by_id["x:nothing"]
    assert (nothing["similarity"], nothing["similar_to"], nothing["similar_by"]) == (
        0.5,
        None,
        None,
    )
    assert (
        min(row["similarity"] for row in by_id.values())
        < 0.5
        < max(row["similarity"] for row in by_id.values())
    )


def test_an_account_is_no_less_alike_for_a_field_nobody_knows_of_it() -> None:
    rows = market()
    at = of_sector(rows, "Software", 30)
    place = of_sector(rows, "Software", 60)[-1]
    rows[place]["country"] = None
    (one,) = (
        r
        for r in found(rows, customers(rows, at=at))
        if r["account_id"] == rows[place]["account_id"]
    )
    assert one["similarity"] > 0.8


def test_a_field_tells_only_where_customers_differ_by_it() -> None:
    rows = market()
    told = similar(table_of(rows), customers(rows, at=of_sector(rows, "Software", 40)))
    assert told.tells[0].field == "industry"
    assert told.tells[0].times > 2
    assert all(each.times < 1.1 for each in told.tells[1:])
    assert not told.by_chance


def test_what_any_companies_have_in_common_is_called_chance() -> None:
    rows = market()
    random = np.random.default_rng(0)
    for _ in range(10):
        at = np.sort(random.choice(len(rows), 20, replace=False)).tolist()
        assert similar(table_of(rows), customers(rows, at=at)).by_chance


def test_customers_that_count_more_are_resembled_more() -> None:
    rows = market()
    software, energy = of_sector(rows, "Software", 20), of_sector(rows, "Energy", 20)
    at = [*software, *energy]
    weight = np.array([1.0] * 20 + [50.0] * 20)
    best = found(rows, customers(rows, at=at, weight=weight), top=40)
    assert {row["industry"] for row in best} == {"Energy"}
    best = found(rows, customers(rows, at=at, weight=weight[::-1]), top=40)
    assert {row["industry"] for row in best} == {"Software"}


def test_weights_that_are_all_the_same_change_nothing() -> None:
    rows = market()
    at = of_sector(rows, "Software", 20)
    plain = found(rows, customers(rows, at=at))
    assert found(rows, customers(rows, at=at, weight=np.full(20, 7.0))) == plain


def test_a_range_is_between_its_ends() -> None:
    rows = market()
    at = [n for n, row in enumerate(rows) if 300 <= row["employees"] < 500][:40]
    for row in rows:
        row["employees_min"] = row["employees_max"] = row["employees"]
    for name, low, high in (("inside", 350, 450), ("open", 300, None), ("outside", 800, 900)):
        best = {"employees": 350, "employees_min": low, "employees_max": high}
        rows.append({"account_id": name, "name": name, **best})
    by_id = {row["account_id"]: row["similarity"] for row in found(rows, customers(rows, at=at))}
    assert by_id["inside"] > by_id["open"] > by_id["outside"]
    assert by_id["inside"] > 0.6 > 0.4 > by_id["outside"]


def test_codes_of_several_schemes_are_one_industry() -> None:
    codes = ["naics:541511", "naics:522110", "isic:1010", "sic:1311"]
    rows = market()
    for n, row in enumerate(rows):
        row["industry_code"] = codes[n % 4]
        del row["industry"]
    rows.append({"account_id": "x:isic", "name": "Isic", "industry_code": "isic:6201"})
    rows.append({"account_id": "x:bank", "name": "Bank", "industry_code": "isic:6419"})
    at = [n for n, row in enumerate(rows) if row["industry_code"] == "naics:541511"][:40]
    by_id = {row["account_id"]: row["similarity"] for row in found(rows, customers(rows, at=at))}
    assert by_id["x:isic"] > 0.7
    assert by_id["x:bank"] < 0.5


def test_technologies_and_words_of_descriptions_tell_in_chinese_too() -> None:
    rows = market()
    for n, row in enumerate(rows):
        row["description"] = "工业机器人和智能传感器" if n % 4 == 0 else "连锁超市与日用百货零售"
        row["technologies"] = ["AWS", "Python"] if n % 4 == 0 else ["SAP"]
        del row["industry"]
    rows.append({"account_id": "x:robot", "name": "R", "description": "智能机器人"})
    rows.append({"account_id": "x:shop", "name": "S", "description": "百货零售"})
    rows.append({"account_id": "x:aws", "name": "A", "technologies": ["aws"]})
    told = similar(table_of(rows), customers(rows, at=range(0, 160, 4)))
    by_id = {row["account_id"]: row["similarity"] for row in told.accounts.to_pylist()}
    assert {each.field for each in told.tells[:2]} == {"description", "technologies"}
    assert by_id["x:robot"] > 0.6 > 0.5 > by_id["x:shop"]
    assert by_id["x:aws"] > 0.6


def test_customers_outside_the_market_count_by_what_their_list_says() -> None:
    rows = market()
    entries = table_of([{"name": f"Own {n}", "industry": "Software"} for n in range(20)])
    told = similar(table_of(rows), Customers(entries, {}), top=50)
    best = told.accounts.to_pylist()
    assert {row["industry"] for row in best} == {"Software"}
    assert all(near.startswith("Own") for row in best for near in row["similar_to"])
    assert told.companies == 20


def test_what_the_market_knows_of_a_customer_is_believed_before_its_list() -> None:
    rows = market()
    at = of_sector(rows, "Software", 20)
    entries = table_of([{"name": rows[n]["name"], "industry": "Banks"} for n in at])
    known = Customers(entries, {i: (rows[n]["account_id"],) for i, n in enumerate(at)})
    assert {row["industry"] for row in found(rows, known, top=50)} == {"Software"}


def test_columns_of_a_source_count_where_their_labels_are_few() -> None:
    rows = market()
    for n, row in enumerate(rows):
        row |= {
            "plan": "pro" if n % 5 == 0 else "free",
            "code": f"C{n}",
            "seats": str(n * 37 % 101),
        }
    told = similar(table_of(rows), customers(rows, at=range(0, 400, 10)))
    fields = {each.field for each in told.tells if each.times > 1.1}
    assert "plan" in fields
    assert "code" not in {each.field for each in told.tells}
    best = told.accounts.to_pylist()[:30]
    assert {row["plan"] for row in best} == {"pro"}


def test_a_name_with_the_signs_of_a_code_is_escaped() -> None:
    rows = market()
    for n, row in enumerate(rows):
        row["a;b%=c"] = "yes" if n % 4 == 0 else "no"
        del row["industry"]
    best = found(rows, customers(rows, at=range(0, 160, 4)), top=5)
    assert all(row["similar_by"].startswith("a%3Bb%25=c=") for row in best)


def test_every_engine_and_any_order_of_rows_give_the_same(engine: Engine) -> None:
    rows = market(120, technologies=["AWS"], excluded=False)
    rows[5]["employees"] = rows[6]["industry"] = rows[7]["technologies"] = None
    at = of_sector(rows, "Software", 15)
    known = customers(rows, at=at)
    expected = found(rows, known, top=20)
    order = np.random.default_rng(1).permutation(len(rows)).tolist()
    shuffled = Customers(
        known.entries.take(pa.array(range(14, -1, -1))),
        {place: known.accounts[14 - place] for place in range(15)},
    )
    frame = engine.frame([rows[n] for n in order])
    told = engine.rows(similar(frame, shuffled, top=20).accounts)
    assert told == expected


def test_on_its_own_output_it_replaces_what_it_added() -> None:
    rows = market()
    at = of_sector(rows, "Software", 20)
    known = customers(rows, at=at)
    once = similar(table_of(rows), known).accounts
    kept = [row for n, row in enumerate(rows) if n in at]
    again = similar(pa.concat_tables([once, table_of(kept)], promote_options="default"), known)
    assert again.accounts.to_pylist() == once.to_pylist()


def test_too_few_customers_no_id_and_ids_twice_are_refused() -> None:
    rows = market(20)
    with pytest.raises(InputError, match="1 of 1 customers"):
        similar(table_of(rows), customers(rows, at=[0]))
    with pytest.raises(UsageError, match="account_id"):
        similar(table_of([{"name": "a"}]), customers(rows, at=[0, 1]))
    with pytest.raises(InputError, match="stands there twice"):
        similar(table_of([*rows, rows[0]]), customers(rows, at=[0, 1, 2]))


labels = st.lists(st.integers(0, 4), min_size=2, max_size=40)


@given(labels, st.lists(st.integers(1, 50), min_size=5, max_size=5))
def test_labels_are_as_frequent_among_all_as_all(value: list[int], sizes: list[int]) -> None:
    share = np.array(sizes) / sum(sizes)
    ratios = of_labels(np.array(value), share, np.ones(len(value)), Ratios.nothing(5, len(value)))
    assert share @ ratios.of_value == pytest.approx(1)
    assert (ratios.of_value > 0).all()
    assert (ratios.left_out > 0).all()


@given(labels, st.lists(st.integers(1, 50), min_size=5, max_size=5))
def test_numbers_are_as_frequent_among_all_as_all(value: list[int], sizes: list[int]) -> None:
    share = np.array(sizes) / sum(sizes)
    ratios = of_numbers(np.eye(5)[value], share, np.ones(len(value)))
    assert share @ ratios.of_value == pytest.approx(1)
    assert (ratios.left_out > 0).all()


@given(labels)
def test_elements_are_as_frequent_among_all_as_all(value: list[int]) -> None:
    share = np.full(5, 0.2)
    rows = np.arange(len(value)) // 2
    ratios = of_sets(rows, np.array(value), share, np.ones(int(rows.max()) + 1))
    assert share @ ratios.of_value == pytest.approx(1)
    assert (ratios.left_out > 0).all()


def test_what_one_company_has_is_not_foretold_by_itself() -> None:
    # Each has a label of its own: alone it would be very frequent among them.
    share = np.full(20, 0.05)
    ratios = of_labels(np.arange(10), share, np.ones(10), Ratios.nothing(20, 10))
    assert (ratios.left_out <= 1.01).all()
    assert ratios.of_value.max() < 1.5
