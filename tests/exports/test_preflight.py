"""Pre-flight on rows that are wrong on purpose, and files as large as a target takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.output import Export
from abmkit.exports.configured import configured
from abmkit.exports.files import files_of
from abmkit.exports.preflight import checked
from abmkit.exports.target import Rule, Target, target
from abmkit.reports.exports import doubts, stops
from abmkit.reports.words import words


def accounts(*rows: dict[str, Any]) -> pa.Table:
    columns = ("account_id", "name", "domain", "country", "region", "crm_id", "tier")
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
    )


def limited(name: str, **limits: int) -> Target:
    found = target(name)
    rules = {rule: Rule(value, True, "here", found.read) for rule, value in limits.items()}
    return replace(found, rules={**found.rules, **rules})


def test_each_row_that_would_be_refused_has_its_reason_in_the_order_of_the_list() -> None:
    found = checked(
        target("demandbase"),
        accounts(
            {"account_id": "1", "name": "A", "domain": "a.com"},
            {"account_id": "2", "domain": "b.com"},
            {"account_id": "3", "name": "C"},
            {"account_id": "4", "name": "  \n ", "domain": "d.com"},
        ),
        ["A"],
    )
    assert [(each.account_id, each.code, each.columns) for each in found.skipped] == [
        ("2", "missing", ("Account Name",)),
        ("3", "missing", ("Account Domain",)),
        ("4", "missing", ("Account Name",)),
    ]
    assert found.parts[0].table["Account Name"].to_pylist() == ["A"]


def test_of_rows_of_one_name_only_the_first_is_kept_where_the_target_counts_that_one() -> None:
    twice = accounts(
        {"account_id": "1", "name": "Acme", "domain": "a.com"},
        {"account_id": "2", "name": "ACME", "domain": "b.com"},
    )
    found = checked(target("marketo-named-accounts"), twice, [])
    assert [each.account_id for each in found.skipped] == ["2"]
    assert checked(target("6sense"), twice, []).skipped == ()


def test_ids_of_a_crm_differ_by_case_and_stand_once() -> None:
    found = checked(
        target("salesforce-accounts"),
        accounts(
            *(
                {"account_id": i, "name": i, "crm_id": c}
                for i, c in zip("123", ("aB", "AB", "aB"), strict=True)
            )
        ),
        [],
    )
    assert [each.account_id for each in found.skipped] == ["3"]
    assert found.parts[0].table["Account ID"].to_pylist() == ["aB", "AB"]


def test_a_record_that_is_too_long_is_left_out() -> None:
    found = checked(
        limited("salesforce-accounts", record_bytes=200),
        accounts({"account_id": "1", "name": "A"}, {"account_id": "2", "name": "国" * 60}),
        [],
    )
    assert [(each.account_id, each.code) for each in found.skipped] == [("2", "too_long")]


def test_rows_are_counted_by_what_they_are_matched_by() -> None:
    found = checked(
        target("hubspot-companies"),
        accounts(
            {"account_id": "1", "name": "A", "domain": "a.com", "crm_id": "9"},
            {"account_id": "2", "name": "B", "domain": "b.com"},
            {"account_id": "3", "name": "C"},
            {"account_id": "4"},
        ),
        ["A"],
    )
    assert found.matched_by == (
        (("Record ID",), 1), (("Company domain name",), 1), (("Name",), 1),
    )  # fmt: skip
    assert [each.account_id for each in found.weak] == ["3"]
    assert [each.account_id for each in found.skipped] == ["4"]
    assert [part.name for part in found.parts] == ["update", "insert"]


def test_values_are_those_of_the_target() -> None:
    row = {"account_id": "1", "name": "A", "domain": "a.com", "country": "US", "region": "US-CA"}
    each = accounts(
        {**row, "tier": "B"}, {**row, "account_id": "2", "domain": "b.com", "tier": "D"}
    )
    tiers = ["A", "B", "C", "D"]
    web = checked(target("marketo-web-personalization"), each, tiers).parts[0].table
    assert web.to_pylist()[0] == {
        "Name": "A", "Domain": "a.com", "Country": "United States", "US State": "CA",
    }  # fmt: skip
    hubspot = checked(target("hubspot-companies"), each, tiers).parts[0].table
    assert hubspot["Ideal customer profile tier"].to_pylist() == ["tier_2", None]
    assert hubspot["State/Region"].to_pylist() == ["California", "California"]


def test_days_and_flags_are_written_as_the_target_reads_them() -> None:
    day = pa.array([20_000, None], pa.int32()).cast(pa.date32())
    listed = accounts(*({"account_id": n, "name": n, "domain": f"{n}.com"} for n in "ab"))
    listed = listed.append_column("listed", pa.array([True, None]))
    listed = listed.append_column("since", day)
    own = Export(fields={"Since": "since", "Listed": "listed"})

    def written(name: str) -> list[tuple[str | None, str | None]]:
        (part,) = checked(configured(target(name), own), listed, []).parts
        return [(row["Since"], row["Listed"]) for row in part.table.to_pylist()]

    assert written("demandbase") == [("10/04/2024", "true"), (None, None)]
    assert written("apollo-accounts") == [("2024-10-04", "True"), (None, None)]


def test_limits_stop_unless_forced_and_what_is_not_sure_is_only_said() -> None:
    listed = accounts(*({"account_id": str(n), "name": f"N{n}"} for n in range(30)))
    say = words("en")
    for rule, value in (("fewest_rows", 31), ("total_rows", 29), ("most_columns", 3)):
        found = checked(limited("zoho-accounts", **{rule: value}), listed, [])
        (stop,) = stops(found, say, force=False)
        assert f"{value}" in stop
        assert "(here, read " in stop
        assert [*stops(found, say, force=True)] == []
        assert any(stop in doubt for doubt in doubts(found, say, force=True))
    linkedin = checked(target("linkedin-companies"), listed, [])
    assert [*stops(linkedin, say, force=False)] == []
    (doubt,) = doubts(linkedin, say, force=False)
    assert "may take at least 300 rows, here are 30; that is not sure" in doubt


def test_what_google_takes_together_only_is_all_there_or_not_at_all() -> None:
    rows = pa.table(
        {"account_id": ["1"], "name": ["A"], "email": [" Test@Example.com"], "first_name": ["Ann"],
         "country": ["US"]}
    )  # fmt: skip
    (part,) = checked(target("google-customer-match"), rows, []).parts
    (row,) = part.table.to_pylist()
    assert row["Email"] == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    assert {row[name] for name in ("First Name", "Country", "Zip")} == {None}


@pytest.mark.parametrize(
    ("rows", "most", "fewest", "sizes"),
    [
        (120, 50, None, [50, 50, 20]),
        (100, 50, None, [50, 50]),
        (50, 50, None, [50]),
        (1, 50, None, [1]),
        (101, 50, 30, [34, 33, 34]),
    ],
)
def test_a_list_is_split_by_the_rows_that_a_file_takes(
    rows: int, most: int, fewest: int | None, sizes: list[int]
) -> None:
    limits = {"most_rows": most} | ({"fewest_rows": fewest} if fewest else {})
    listed = accounts(*({"account_id": str(n), "name": f"N{n}"} for n in range(rows)))
    found = files_of(checked(limited("zoho-accounts", **limits), listed, []))
    assert [file.table.num_rows for file in found] == sizes
    one = len(sizes) == 1
    assert [file.name for file in found] == (
        ["zoho-accounts.csv"] if one else [f"zoho-accounts-{n + 1}.csv" for n in range(len(sizes))]
    )
    names = [name for file in found for name in file.table["Account Name"].to_pylist()]
    assert names == [f"N{n}" for n in range(rows)]


@settings(max_examples=20, deadline=None)
@given(
    names=st.lists(st.text(alphabet='a"国,\n=', min_size=1, max_size=30), min_size=1, max_size=40),
    most=st.integers(min_value=260, max_value=900),
)
def test_no_file_is_larger_than_the_target_takes(names: list[str], most: int) -> None:
    import io

    from abmkit.io.writing import write

    listed = accounts(*({"account_id": str(n), "name": name} for n, name in enumerate(names)))
    found = checked(limited("zoho-accounts", most_bytes=most), listed, [])
    written = files_of(found)
    for file in written:
        target_file = io.BytesIO()
        write(file.table.to_batches(), file.table.schema, target_file, "csv")
        assert len(target_file.getvalue()) <= most
    assert sum(file.table.num_rows for file in written) + len(found.skipped) == len(names)
