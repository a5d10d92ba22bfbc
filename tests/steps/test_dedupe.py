from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.companies.ledger import Ledger
from abmkit.domain.companies.trust.values import believed
from abmkit.errors import ColumnError, InputError, UsageError
from abmkit.steps.dedupe import dedupe

KEYS = ["registry_ids", "domain", "ticker", "name_key+country"]


def records_of(*rows: dict[str, Any], source: str = "crm") -> list[dict[str, Any]]:
    """Records of one source, numbered as they stand, unless they say otherwise."""
    return [
        {"source": source, "source_row": number, **row} for number, row in enumerate(rows, start=1)
    ]


def deduped(engine, records, config=None, sources=(), columns=()):
    """The accounts and the members as rows, by keys alone."""
    setting = Dedupe.model_validate({"keys": KEYS, "similar": False, **(config or {})})
    done = dedupe(engine.frame(records, columns), setting, sources=sources)
    return engine.rows(done.accounts), done.members.to_pylist()


def clusters(members) -> set[frozenset[tuple[str, int]]]:
    """The records of each account."""
    found = defaultdict(set)
    for member in members:
        found[member["account_id"]].add((member["source"], member["source_row"]))
    return {frozenset(records) for records in found.values()}


def together(engine, *rows, **config) -> list[list[int]]:
    """Which of the records, numbered from 1, are one company."""
    _, members = deduped(engine, records_of(*rows), config)
    return sorted(sorted(row for _, row in cluster) for cluster in clusters(members))


# Which records are one company ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Each kind of key, and through one another.
        ([{"domain": "a.com"}, {"domain": "a.com"}, {"domain": "b.com"}], [[1, 2], [3]]),
        ([{"registry_ids": ["cik:1", "lei:X"]}, {"registry_ids": ["lei:X"]}], [[1, 2]]),
        ([{"ticker": "AC"}, {"ticker": "AC"}, {"ticker": None}], [[1, 2], [3]]),
        (
            [{"domain": "a.com"}, {"domain": "a.com", "ticker": "AC"}, {"ticker": "AC"}],
            [[1, 2, 3]],
        ),
        # Unknown is equal to nothing.
        ([{"name_key": "a", "domain": None}, {"name_key": "b", "domain": None}], [[1], [2]]),
        # A name counts with its country.
        ([{"name_key": "a", "country": "US"}, {"name_key": "a", "country": "US"}], [[1, 2]]),
        ([{"name_key": "a", "country": "US"}, {"name_key": "a", "country": "CA"}], [[1], [2]]),
        ([{"name_key": "a"}, {"name_key": "a"}], [[1, 2]]),
        # A bare name joins the only country the name is known in …
        ([{"name_key": "a", "country": "US"}, {"name_key": "a", "country": None}], [[1, 2]]),
        # … and nobody, not even another bare name, where there are several.
        (
            [
                {"name_key": "a", "country": "US"},
                {"name_key": "a", "country": "CA"},
                {"name_key": "a", "country": None},
                {"name_key": "a", "country": None},
                {"name_key": "b", "country": None},
                {"name_key": "b", "country": None},
            ],
            [[1], [2], [3], [4], [5, 6]],
        ),
        # Companies that contradict each other in a register stay apart …
        (
            [
                {"registry_ids": ["cik:1"], "domain": "a.com"},
                {"registry_ids": ["cik:2"], "domain": "a.com"},
            ],
            [[1], [2]],
        ),
        # … with what could belong to either, which is at least one company with itself …
        (
            [
                {"registry_ids": ["cik:1"], "domain": "a.com"},
                {"registry_ids": ["cik:2"], "domain": "a.com"},
                {"registry_ids": None, "domain": "a.com"},
                {"registry_ids": None, "domain": "a.com"},
            ],
            [[1], [2], [3, 4]],
        ),
        # … also where only the transitive step would bring them together.
        (
            [
                {"registry_ids": ["cik:1"], "domain": "a.com", "ticker": None},
                {"registry_ids": None, "domain": "a.com", "ticker": "AC"},
                {"registry_ids": ["cik:2"], "domain": None, "ticker": "AC"},
            ],
            [[1, 2], [3]],
        ),
        # Another domain of a company is a key like its own.
        (
            [
                {"domain": "a.com", "other_domains": ["a.de", "a.fr"]},
                {"domain": "a.de", "other_domains": None},
                {"domain": "b.com", "other_domains": ["a.fr"]},
                {"domain": None, "other_domains": ["b.fr"]},
            ],
            [[1, 2, 3], [4]],
        ),
        # Ids of different registers say nothing of each other, nor does a second id.
        (
            [
                {"registry_ids": ["cik:1"], "domain": "a.com"},
                {"registry_ids": ["lei:2"], "domain": "a.com"},
                {"registry_ids": ["cik:1", "cik:3"], "domain": None},
            ],
            [[1, 2, 3]],
        ),
    ],
)
def test_records_that_share_a_key_are_one_company(engine, rows, expected) -> None:
    assert together(engine, *rows) == expected


@pytest.mark.parametrize(
    "rows",
    [
        # One could be of either of two that contradict each other, by different ids …
        [
            {"registry_ids": ["cik:1", "ein:1"], "domain": None, "ticker": None},
            {"registry_ids": ["ein:1", "lei:1"], "domain": None, "ticker": None},
            {"registry_ids": ["lei:1", "cik:2"], "domain": None, "ticker": None},
        ],
        # … or by the tickers of two records that a site makes one.
        [
            {"registry_ids": ["cik:1"], "domain": None, "ticker": "A"},
            {"registry_ids": None, "domain": "a.com", "ticker": "A"},
            {"registry_ids": None, "domain": "a.com", "ticker": "B"},
            {"registry_ids": ["cik:2"], "domain": None, "ticker": "B"},
        ],
    ],
)
def test_what_could_be_of_either_is_so_in_any_order_of_rows(arrow, rows) -> None:
    site = frozenset(at for at, row in enumerate(rows) if row["domain"])
    expected = {frozenset([at]) for at in range(len(rows)) if at not in site} | {site}
    for order in permutations(range(len(rows))):
        found = together(arrow, *(rows[at] for at in order))
        assert {frozenset(order[number - 1] for number in each) for each in found} == (
            expected - {frozenset()}
        )


def test_any_column_may_be_a_key(engine) -> None:
    rows = [
        {"name": "A", "crm_id": "1", "Phone2": "5", "city": "X"},
        {"name": "B", "crm_id": "1", "Phone2": "6", "city": "X"},
        {"name": "C", "crm_id": "2", "Phone2": "6", "city": "Y"},
    ]
    assert together(engine, *rows, keys=["crm_id"]) == [[1, 2], [3]]
    assert together(engine, *rows, keys=["phone2"]) == [[1], [2, 3]]
    assert together(engine, *rows, keys=["phone2", "crm_id"]) == [[1, 2, 3]]
    assert together(engine, *rows, keys=["Phone2 + city"]) == [[1], [2], [3]]
    assert together(engine, *rows, keys=["crm_id+city"]) == [[1, 2], [3]]


def test_without_keys_rows_stay_as_they_are(engine) -> None:
    rows = [{"name": "A", "domain": "a.com"}, {"name": "B", "domain": "a.com"}]
    accounts, members = deduped(engine, records_of(*rows), {"keys": []})
    assert [(r["account_id"], r["name"], r["merged_records"]) for r in accounts] == [
        ("domain:a.com", "A", 1),
        ("domain:a.com~2", "B", 1),
    ]
    assert len(clusters(members)) == 2


def test_a_key_that_no_source_has_joins_nobody(engine) -> None:
    assert together(engine, {"name": "A"}, {"name": "A"}) == [[1], [2]]


def test_a_name_counts_alone_where_no_source_knows_countries(engine) -> None:
    rows = [{"name_key": "a"}, {"name_key": "a"}, {"name_key": "b"}]
    for key in ("name_key+country", "name_key + Country"):
        assert together(engine, *rows, keys=[key]) == [[1, 2], [3]]
    assert together(engine, *rows, keys=["country"]) == [[1], [2], [3]]


def test_an_unknown_key_names_the_columns_there_are(engine) -> None:
    with pytest.raises(ColumnError, match=r"dedupe\.keys: no column 'nam'; did you mean 'name'"):
        deduped(engine, records_of({"name": "A"}), {"keys": ["domain+nam"]})


def test_an_unknown_preference_names_the_columns_there_are(engine) -> None:
    with pytest.raises(
        ColumnError, match=r"dedupe\.prefer: no column 'ownr'; did you mean 'owner'"
    ):
        deduped(engine, records_of({"owner": "A"}), {"prefer": {"ownr": "newest"}})


def test_two_records_in_one_row_of_one_source_are_an_error(engine) -> None:
    records = [*records_of({"name": "A"}), *records_of({"name": "B"})]
    with pytest.raises(InputError, match=re.escape("two records are both row 1 of source 'crm'")):
        deduped(engine, records)


def test_what_is_no_table_is_an_error() -> None:
    with pytest.raises(UsageError, match="a list is no table"):
        dedupe([{"name": "A"}])


# What an account is called ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "account_id"),
    [
        ([{"account_id": "id:9", "domain": "a.com"}, {"account_id": "id:1", "domain": "a.com"}], "id:1"),
        (
            [
                {"account_id": "domain:a.com", "domain": "a.com", "registry_ids": None},
                {"account_id": "cik:1", "domain": "a.com", "registry_ids": ["lei:X", "cik:1"]},
            ],
            "cik:1",
        ),
        ([{"ticker": "T", "domain": "b.com"}, {"ticker": "T", "domain": "a.com"}], "domain:a.com"),
        ([{"ticker": "T", "name_key": "b"}, {"ticker": "T", "name_key": "a"}], "name:a"),
        (
            [{"name_key": "a", "country": None}, {"name_key": "a", "country": "US"}],
            "name:a@US",
        ),
        ([{"ticker": "T"}, {"ticker": "T"}], "row:crm:1"),
    ],
)  # fmt: skip
def test_an_account_is_called_by_its_strongest_identity(engine, rows, account_id) -> None:
    accounts, _ = deduped(engine, records_of(*rows))
    assert [row["account_id"] for row in accounts] == [account_id]


def test_every_account_has_an_id_of_its_own(engine) -> None:
    rows = [{"account_id": f"domain:a.com{n}", "domain": "a.com"} for n in ("", "", "~2", "")]
    accounts, _ = deduped(engine, records_of(*rows), {"keys": ["ticker"]})
    assert [row["account_id"] for row in accounts] == [
        "domain:a.com", "domain:a.com~2", "domain:a.com~3", "domain:a.com~4",
    ]  # fmt: skip


# What survives ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", [None, Ledger.of(None, date(2024, 1, 1))])
def test_accounts_of_one_id_are_numbered_alike_in_any_order_of_rows(arrow, ledger) -> None:
    rows = [
        {"name_key": "acme", "domain": f"{city}{city}.com", "city": city, "account_id": "id:7"}
        for city in "klm"
    ]
    setting = Dedupe(keys=KEYS, similar=False)
    found = set()
    for order in permutations(rows):
        done = dedupe(arrow.frame(records_of(*order)), setting, ledger=ledger)
        found.add(tuple((row["account_id"], row["city"]) for row in arrow.rows(done.accounts)))
    assert found == {(("id:7", "k"), ("id:7~2", "l"), ("id:7~3", "m"))}


def merged(engine, *rows, sources=(), **config) -> dict[str, Any]:
    """The one account that records sharing a domain make."""
    same = [{"domain": "a.com", **row} for row in rows]
    records = [{"source_row": n, "source": "crm", **row} for n, row in enumerate(same)]
    (account,), _ = deduped(engine, records, {"keys": ["domain"], **config}, sources)
    return account


def test_a_field_is_from_the_first_source_that_knows_it(engine) -> None:
    rows = [
        {"source": "z", "owner": "Zoe", "segment": None},
        {"source": "b", "owner": None, "segment": "b"},
        {"source": "a", "owner": "Ann", "segment": "a"},
    ]
    assert merged(engine, *rows, sources=["z", "b"])["owner"] == "Zoe"
    assert merged(engine, *rows, sources=["z", "b"])["segment"] == "b"
    # Sources that are not in the order come after it, by name.
    assert merged(engine, *rows, sources=["b"])["owner"] == "Ann"


def test_within_a_source_the_newest_record_is_believed_and_then_the_smallest_value(engine) -> None:
    old, new = date(2020, 1, 1), date(2024, 1, 1)
    rows = [
        {"owner": "old", "as_of": old, "segment": "x"},
        {"owner": "b", "as_of": new, "segment": None},
        {"owner": "a", "as_of": new, "segment": None},
        {"owner": "0", "as_of": None, "segment": "0"},
    ]
    account = merged(engine, *rows)
    assert (account["owner"], account["segment"], account["as_of"]) == ("a", "x", new)
    # An older record of a better source is believed before a newer one.
    rows = [
        {"source": "a", "as_of": old, "owner": "a"},
        {"source": "b", "as_of": new, "owner": "b"},
    ]
    assert merged(engine, *rows, sources=["a", "b"])["owner"] == "a"


def test_a_column_may_prefer_other_sources_or_the_newest(engine) -> None:
    rows = [
        {
            "source": "a",
            "as_of": date(2020, 1, 1),
            "owner": "a",
            "employees": 1,
            "employees_max": 1,
        },
        {
            "source": "b",
            "as_of": date(2024, 1, 1),
            "owner": "b",
            "employees": 2,
            "employees_max": 2,
        },
        {
            "source": "c",
            "as_of": date(2022, 1, 1),
            "owner": "c",
            "employees": 3,
            "employees_max": 3,
        },
    ]
    prefer = {"owner": ["c", "b"], "employees": "newest"}
    account = merged(engine, *rows, sources=["a", "b", "c"], prefer=prefer)
    assert (account["owner"], account["employees"], account["employees_max"]) == ("c", 2, 2)
    # A preference for one column of a group counts for the group.
    account = merged(engine, *rows, sources=["a"], prefer={"employees_max": ["c"]})
    assert (account["owner"], account["employees"], account["employees_max"]) == ("a", 3, 3)


def test_fields_that_belong_together_survive_together(engine) -> None:
    rows = [
        {"source": "a", "employees": 100, "employees_min": None, "employees_max": None, "city": None,
         "region": "US-CA", "address": "1 Main St", "revenue": None, "revenue_min": None},
        {"source": "b", "employees": 75, "employees_min": 51, "employees_max": 100, "city": "Rome",
         "region": None, "address": None, "revenue": None, "revenue_min": 5.0},
    ]  # fmt: skip
    account = merged(engine, *rows, sources=["a", "b"])
    # a's 100 is not given b's range, nor b's city a's street.
    assert [account[c] for c in ("employees", "employees_min", "employees_max")] == [
        100,
        None,
        None,
    ]
    assert [account[c] for c in ("city", "region", "address")] == ["Rome", None, None]
    assert [account[c] for c in ("revenue", "revenue_min")] == [None, 5.0]


@pytest.mark.parametrize(
    "group",
    [
        ("name", "name_key"), ("domain", "website"), ("industry", "industry_code"),
        ("parent_name", "parent_domain", "parent_id"),
        ("city", "region", "postal_code", "address"),
        ("employees", "employees_min", "employees_max"), ("revenue", "revenue_min", "revenue_max"),
    ],
)  # fmt: skip
def test_no_field_of_a_group_is_filled_from_another_record(arrow, group) -> None:
    first, *rest = group
    one, other = (1, 2) if first in ("employees", "revenue") else ("a.com", "b.com")
    # The better source knows the first field alone.
    rows = [
        {"source": "a", "ticker": "T", first: one, **dict.fromkeys(rest)},
        {"source": "b", "ticker": "T", **dict.fromkeys(group, other)},
    ]
    records = [{"source_row": 1, **row} for row in rows]
    (account,), _ = deduped(arrow, records, {"keys": ["ticker"]}, ["a", "b"])
    assert [account[column] for column in group] == [one, *[None] * len(rest)]


def test_ids_and_names_are_gathered(engine) -> None:
    rows = [
        {"source": "a", "name": "Acme", "aliases": ["AC"], "registry_ids": ["lei:X"]},
        {"source": "b", "name": "ACME Inc", "aliases": ["Acme", "Old"], "registry_ids": ["cik:1"]},
        {"source": "b", "name": None, "aliases": None, "registry_ids": None},
    ]
    account = merged(engine, *rows, sources=["a", "b"])
    assert account["name"] == "Acme"
    assert account["aliases"] == ["AC", "ACME Inc", "Old"]
    assert account["registry_ids"] == ["cik:1", "lei:X"]
    assert (account["merged_records"], account["sources"]) == (3, ["a", "b"])


def test_names_that_are_overruled_become_aliases_though_no_source_has_any(engine) -> None:
    rows = [{"name": "Acme"}, {"name": "Acme Inc"}]
    assert merged(engine, *rows)["aliases"] == ["Acme Inc"]


def test_own_columns_survive_as_canonical_ones_do(engine) -> None:
    rows = [{"seats": None, "plan": "pro"}, {"seats": 5, "plan": "free"}]
    account = merged(engine, *rows)
    assert (account["seats"], account["plan"]) == (5, "free")


def test_members_say_which_record_gave_what(engine) -> None:
    records = [
        {"source": "crm", "source_row": 7, "name": "Acme", "domain": "a.com", "city": None, "plan": "x"},
        {"source": "dir", "source_row": 1, "name": "ACME", "domain": "a.com", "city": "Rome", "plan": "y"},
        {"source": "dir", "source_row": 2, "name": "Beta", "domain": "b.com", "city": "Bonn", "plan": None},
    ]  # fmt: skip
    accounts, members = deduped(engine, records, sources=["crm", "dir"])
    assert members == [
        {"account_id": "domain:a.com", "source": "crm", "source_row": 7,
         "fields": ["name", "domain", "plan"], "overruled": None, "evidence": None},
        {"account_id": "domain:a.com", "source": "dir", "source_row": 1, "fields": ["city"],
         "overruled": ["plan: y"], "evidence": "same domain"},
        # Its company's only record gave everything.
        {"account_id": "domain:b.com", "source": "dir", "source_row": 2, "fields": None,
         "overruled": None, "evidence": None},
    ]  # fmt: skip
    assert [(r["account_id"], r["merged_records"], r["sources"]) for r in accounts] == [
        ("domain:a.com", 2, ["crm", "dir"]),
        ("domain:b.com", 1, ["dir"]),
    ]


def test_domains_that_are_overruled_are_the_companys_other_ones(engine) -> None:
    records = records_of(
        {"domain": "b.com", "other_domains": None, "registry_ids": ["cik:1"]},
        {"domain": "a.com", "other_domains": ["c.com"], "registry_ids": ["cik:1"]},
        {"domain": "d.com", "other_domains": None, "registry_ids": None},
    )
    accounts, _ = deduped(engine, records)
    found = {row["domain"]: row["other_domains"] for row in accounts}
    assert found == {"a.com": ["b.com", "c.com"], "d.com": None}
    # Where no source names other ones, as well.
    for record in records:
        del record["other_domains"]
    accounts, _ = deduped(engine, records)
    assert {row["domain"]: row["other_domains"] for row in accounts} == {
        "a.com": ["b.com"],
        "d.com": None,
    }


def test_hosts_that_many_share_are_no_domain_of_a_company(engine) -> None:
    # As tables have them that abmkit did not load.
    rows = [
        {"domain": "GMAIL.com", "other_domains": ["ACME.org", None], "registry_ids": ["cik:1"]},
        {"domain": "acme.org", "other_domains": ["facebook.com"], "registry_ids": None},
        {"domain": "gmail.com", "other_domains": ["www.facebook.com"], "registry_ids": ["cik:2"]},
        {"domain": None, "other_domains": ["Facebook.com"], "registry_ids": None},
        {"domain": "acme.github.io", "other_domains": None, "registry_ids": None},
        {"domain": "other.github.io", "other_domains": None, "registry_ids": None},
    ]
    assert together(engine, *rows) == [[1, 2], [3], [4], [5], [6]]
    accounts, _ = deduped(engine, records_of(*rows[:2]))
    assert [(row["domain"], row["other_domains"]) for row in accounts] == [("acme.org", None)]


def test_columns_come_canonical_first_and_provenance_goes_to_the_members(engine) -> None:
    record = {"plan": "x", "name": "Acme", "source": "crm", "source_row": 1, "domain": "a.com"}
    done = dedupe(engine.frame([record]))
    assert engine.columns(done.accounts) == [
        "account_id", "name", "aliases", "domain", "other_domains", "plan", "merged_records",
        "sources",
    ]  # fmt: skip


def test_columns_of_any_type_pass_through(arrow) -> None:
    """Frames from elsewhere have types that abmkit never makes."""
    import duckdb
    import polars as pl

    rows = [{"domain": "a.com", "plan": "x"}, {"domain": "a.com", "plan": "y"}]
    frame = pl.DataFrame([*rows, {"domain": "b.com", "plan": "y"}]).with_columns(
        pl.col("plan").cast(pl.Categorical), nothing=pl.lit(None), small=pl.lit(1, pl.Int8)
    )
    relation = duckdb.connect().sql(
        "SELECT * FROM (VALUES ('a.com', 'x'), ('a.com', 'y'), ('b.com', 'y')) t(domain, word), "
        "(SELECT 'y'::ENUM('x', 'y') plan, uuid() id, 1.5::DECIMAL(5, 2) price, now() seen, null nothing)"
    )
    for native in (frame, frame.lazy(), frame.to_arrow(), frame.to_pandas(), relation):
        accounts = arrow.rows(dedupe(native, Dedupe(keys=["domain"])).accounts)
        assert [(row["domain"], row["merged_records"]) for row in accounts] == [
            ("a.com", 2),
            ("b.com", 1),
        ]
        assert accounts[1]["plan"] == "y"


def test_a_pandas_column_that_mixes_types_is_text_as_in_a_file(engine) -> None:
    if not engine.name.startswith("pandas"):
        pytest.skip("only pandas mixes types")
    frame = engine.frame([{"domain": "a.com"}, {"domain": "b.com"}])
    frame["mixed"] = [1, "a"]
    accounts = dedupe(frame).accounts
    assert dict(zip(accounts["domain"], accounts["mixed"], strict=True)) == {
        "a.com": "1", "b.com": "a",
    }  # fmt: skip


def test_records_without_a_source_are_numbered(engine) -> None:
    accounts, members = deduped(engine, [{"domain": "a.com"}, {"domain": "a.com"}])
    assert accounts == [
        {
            "account_id": "domain:a.com",
            "domain": "a.com",
            "other_domains": None,
            "merged_records": 2,
            "sources": ["input"],
        }
    ]
    assert [(m["source"], m["source_row"]) for m in members] == [("input", 1), ("input", 2)]


def test_no_records_make_no_accounts(engine) -> None:
    columns = ["name", "name_key", "domain", "country", "registry_ids", "source", "source_row"]
    assert deduped(engine, [], columns=columns) == ([], [])


# Properties ------------------------------------------------------------------------------------

SOURCES = ["crm", "dir", "web"]


def some(values: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


RECORD = st.fixed_dictionaries(
    {
        "source": st.sampled_from(SOURCES),
        # At most one id of each register.
        "registry_ids": st.one_of(
            st.none(),
            st.lists(
                st.sampled_from(["cik:1", "cik:2", "lei:1", "lei:2"]),
                min_size=1, max_size=2, unique_by=lambda text: text[:3],
            ),
        ),
        "domain": some("pqrs").map(lambda v: v and f"{v}.com"),
        "website": some("xy"),
        "ticker": some("TUV"),
        "name_key": some("abcd"),
        "name": some("ABCD"),
        "country": some(["US", "DE"]),
        "employees": st.one_of(st.none(), st.integers(1, 3)),
        "employees_min": st.one_of(st.none(), st.integers(1, 3)),
        "city": some("KL"),
        "region": some("MN"),
        "as_of": st.one_of(st.none(), st.sampled_from([date(2020, 1, 1), date(2024, 1, 1)])),
        "seats": st.one_of(st.none(), st.integers(1, 3)),
    }
)  # fmt: skip
RECORDS = st.lists(RECORD, min_size=1, max_size=14).map(
    lambda rows: [{**row, "source_row": number} for number, row in enumerate(rows, start=1)]
)


def schemes(ids) -> dict[str, str]:
    return {text[:3]: text for text in ids or ()}


@settings(max_examples=30, deadline=None)
@given(records=RECORDS, shuffle=st.randoms(use_true_random=False))
def test_every_record_is_in_one_account_in_any_order_of_rows(arrow, records, shuffle) -> None:
    accounts, members = deduped(arrow, records, sources=SOURCES)
    ids = [row["account_id"] for row in accounts]
    assert ids == sorted(set(ids))
    assert sum(row["merged_records"] for row in accounts) == len(records)
    assert sorted((m["source_row"], m["source"]) for m in members) == [
        (r["source_row"], r["source"]) for r in records
    ]
    by_id = {row["account_id"]: row for row in accounts}
    known = {record["source_row"]: record for record in records}
    found = defaultdict(list)
    for member in members:
        found[member["account_id"]].append(known[member["source_row"]])
    for account_id, several in found.items():
        account = by_id[account_id]
        assert account["merged_records"] == len(several)
        assert account["sources"] == sorted({record["source"] for record in several})
        # Contradicting ids never merge.
        for one in several:
            for other in several:
                mine, others = schemes(one["registry_ids"]), schemes(other["registry_ids"])
                assert all(mine[s] == others[s] for s in mine.keys() & others.keys())
        # Fields that belong together are one record's.
        for group in (["employees", "employees_min"], ["city", "region"], ["domain", "website"]):
            values = [account[column] for column in group]
            assert values in [[record[column] for column in group] for record in several]
    shuffle.shuffle(records)
    assert deduped(arrow, records, sources=SOURCES) == (accounts, members)


@settings(max_examples=30, deadline=None)
@given(records=RECORDS, shuffle=st.randoms(use_true_random=False))
def test_a_file_in_another_order_makes_the_same_companies(arrow, records, shuffle) -> None:
    """The rows are numbered as they stand, so nothing but their content tells them apart."""
    columns = sorted({*records[0]} - {"source_row", "seats"})
    rows = [{column: record[column] for column in columns} for record in records]

    def known() -> list[dict[str, Any]]:
        numbered = [{**row, "source_row": number} for number, row in enumerate(rows, start=1)]
        accounts, _ = deduped(arrow, numbered, sources=SOURCES)
        for account in accounts:
            if account["account_id"].startswith("row:"):
                account["account_id"] = "row"
        return sorted(accounts, key=repr)

    before = known()
    shuffle.shuffle(rows)
    assert known() == before


@settings(max_examples=25, deadline=None)
@given(records=RECORDS)
def test_a_doubled_file_changes_no_company(arrow, records) -> None:
    once = clusters(deduped(arrow, records)[1])
    copies = [{**record, "source": f"copy of {record['source']}"} for record in records]
    both = clusters(deduped(arrow, [*records, *copies])[1])
    # What unlike companies share tells nobody.
    known = believed(arrow.frame(records).combine_chunks(), KEYS).records.to_pylist()
    identified = {
        (r["source"], r["source_row"])
        for r in known
        if r["domain"] or r["ticker"] or r["registry_ids"]
    }
    originals = {frozenset(c for c in cluster if "copy" not in c[0]) for cluster in both} - {
        frozenset()
    }
    assert originals == once
    # What has a key that tells it is with its copy.
    for cluster in both:
        for source, row in cluster:
            if (source, row) in identified and contradicts_nobody(records, row):
                assert (f"copy of {source}", row) in cluster


def contradicts_nobody(records, row) -> bool:
    """Whether a record shares no key with records that contradict each other, by there being none."""
    ids = {text for record in records for text in record["registry_ids"] or ()}
    return len({text[:3] for text in ids}) == len(ids)


@settings(max_examples=30, deadline=None)
@given(records=RECORDS)
def test_deduped_accounts_stay_as_they_are(arrow, records) -> None:
    # An account shows one of the domains, tickers and names its records had. Where others share
    # those that it no longer shows, and contradict it or are told apart by country, a second look
    # can see more in common: see the example below.
    # Nothing here contradicts anything: sites of one label, share classes of one company.
    one_label = {None: None, "p.com": "p.com", "q.com": "p.de", "r.com": "p.fr", "s.com": "p.it"}
    one_stem = {None: None, "T": "T", "U": "T.A", "V": "T.B"}
    records = [
        {
            **record,
            "registry_ids": None,
            "domain": one_label[record["domain"]],
            "ticker": one_stem[record["ticker"]],
            "name": record["name_key"],
        }
        for record in records
    ]
    config = Dedupe(keys=["domain", "ticker"], similar=False)
    once = dedupe(arrow.frame(records), config, sources=SOURCES)
    twice = dedupe(once.accounts, config, sources=SOURCES)
    assert arrow.rows(twice.accounts) == arrow.rows(once.accounts)
    assert twice.members.num_rows == len(arrow.rows(once.accounts))


def test_accounts_without_anything_in_common_stay_as_they_are(engine) -> None:
    records = records_of(
        {"domain": "b.com", "name_key": "a", "country": "US", "registry_ids": None, "name": "A"},
        {
            "domain": "a.com",
            "name_key": "a",
            "country": "US",
            "registry_ids": ["cik:2"],
            "name": "B",
        },
        {
            "domain": "a.com",
            "name_key": "c",
            "country": None,
            "registry_ids": ["cik:1"],
            "name": "C",
        },
        {"domain": "c.com", "name_key": "c", "country": "DE", "registry_ids": None, "name": "C"},
    )
    once = dedupe(engine.frame(records), Dedupe(), sources=["crm"])
    twice = dedupe(once.accounts, Dedupe(), sources=["crm"])
    assert engine.rows(twice.accounts) == engine.rows(once.accounts)


@pytest.mark.xfail(
    strict=True,
    reason="b.com could be either of two companies, of which one survives under another domain",
)
def test_what_could_belong_to_two_stays_apart_the_second_time_too(arrow) -> None:
    records = records_of(
        {"domain": "b.com", "registry_ids": ["cik:1"], "ticker": None},
        {"domain": "b.com", "registry_ids": ["cik:2"], "ticker": "T"},
        {"domain": "b.com", "registry_ids": None, "ticker": None},
        {"domain": "a.com", "registry_ids": None, "ticker": "T"},
    )
    once = dedupe(arrow.frame(records), Dedupe(keys=KEYS))
    assert [row["merged_records"] for row in arrow.rows(once.accounts)] == [1, 2, 1]
    twice = dedupe(once.accounts, Dedupe(keys=KEYS))
    assert arrow.rows(twice.accounts) == arrow.rows(once.accounts)


@settings(max_examples=3, deadline=None)
@given(records=RECORDS)
def test_engines_agree(engine, arrow, records) -> None:
    assert deduped(engine, records, sources=SOURCES) == deduped(arrow, records, sources=SOURCES)


def test_the_records_given_stay_as_they_are(engine) -> None:
    records = records_of(
        {"domain": "a.com", "registry_ids": ["cik:1"], "as_of": date(2024, 1, 1), "plan": None},
        {"domain": "a.com", "registry_ids": None, "as_of": None, "plan": "x"},
    )
    frame = engine.frame(records)
    before, columns = engine.rows(frame), engine.columns(frame)
    dedupe(frame)
    assert (engine.rows(frame), engine.columns(frame)) == (before, columns)
