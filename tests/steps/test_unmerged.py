"""Records of which each is a company as it is: the same as where they are looked at together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import int64s
from abmkit.domain.companies.ids import company_ids
from abmkit.domain.companies.ledger import Ledger, settle
from abmkit.domain.companies.rows import in_record_order
from abmkit.domain.frames import collected, opened
from abmkit.errors import InputError
from abmkit.steps.dedupe import dedupe

DAY = date(2024, 1, 1)
SCHEMA = pa.schema(
    {
        "account_id": pa.string(),
        "registry_ids": pa.list_(pa.string()),
        "name": pa.string(),
        "name_key": pa.string(),
        "domain": pa.string(),
        "other_domains": pa.list_(pa.string()),
        "country": pa.string(),
        "source": pa.string(),
        "source_row": pa.int64(),
    }
)
IDS = st.sampled_from(["domain:a.com", "domain:a.com~2", "id:7", "id:8", "name:acme", "row:crm:1"])
MAYBE = st.none()
RECORD = st.fixed_dictionaries(
    {
        "account_id": IDS,
        "registry_ids": MAYBE | st.lists(st.sampled_from(["cik:1", "cik:2", "lei:9"]), min_size=1),
        "name": st.sampled_from(["Acme", "Bolt"]),
        "name_key": MAYBE | st.sampled_from(["acme", "bolt"]),
        "domain": MAYBE | st.sampled_from(["a.com", "b.com", "c.com"]),
        "other_domains": MAYBE | st.lists(st.sampled_from(["a.com", "d.com"]), min_size=1),
        "country": MAYBE | st.sampled_from(["US", "DE"]),
        "source": st.sampled_from(["crm", "web"]),
    }
)


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    numbered = [{**row, "source_row": number} for number, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(numbered, SCHEMA)


def deduped(table: pa.Table) -> Any:
    """What dedupe makes of a relation where nothing is to be merged."""
    connection = duckdb.connect()
    frame = connection.from_arrow(table)
    done = dedupe(frame, Dedupe(keys=[]), ledger=Ledger.of(None, DAY))
    assert done.settled is not None
    return (
        collected(opened(done.accounts)),
        collected(opened(done.members)),
        collected(opened(done.settled.ledger)),
        done,
    )


@given(st.lists(RECORD, min_size=1, max_size=12))
@settings(max_examples=10, deadline=None)
def test_ids_and_ledger_are_those_of_records_looked_at_together(rows: list[dict[str, Any]]) -> None:
    table = table_of(rows)
    accounts, members, ledger, done = deduped(table)
    records = in_record_order(table)
    together = settle(records, np.arange(records.num_rows), Ledger.of(None, DAY))
    ids = company_ids(records, np.arange(records.num_rows))
    own = {(m["source"], m["source_row"]): m["account_id"] for m in members.to_pylist()}
    assert [own[row["source"], row["source_row"]] for row in records.to_pylist()] == ids.to_pylist()
    assert sorted(accounts["account_id"].to_pylist()) == sorted(ids.to_pylist())

    assert rows_of(ledger) == rows_of(together.ledger)
    assert done.settled.counts == together.counts


DOMAINS = [f"{letter}.com" for letter in "abcdef"]
NAMES = ["acme", "bolt", "dune", "echo"]
LATER = st.fixed_dictionaries(
    {
        "account_id": MAYBE
        | IDS
        | st.sampled_from([f"domain:{domain}" for domain in DOMAINS])
        | st.sampled_from([f"name:{name}@US" for name in NAMES]),
        "registry_ids": MAYBE
        | st.lists(st.sampled_from(["cik:1", "cik:2", "cik:3", "lei:9", None]), max_size=2),
        "name": st.just("Acme"),
        "name_key": MAYBE | st.sampled_from(NAMES),
        "domain": MAYBE | st.sampled_from([*DOMAINS, "A.com"]),
        "other_domains": MAYBE | MAYBE | st.lists(st.sampled_from([*DOMAINS, None]), max_size=2),
        "country": MAYBE | st.sampled_from(["US", "DE"]),
        "source": st.sampled_from(["crm", "web"]),
    }
)
PLAIN = st.sampled_from(range(8)).map(
    lambda number: {
        "account_id": f"domain:{number}.com",
        "registry_ids": [f"cik:1{number}"] if number % 3 else None,
        "name": "Acme",
        "name_key": f"plain{number // 2}",
        "domain": f"{number}.com",
        "other_domains": None,
        "country": "US",
        "source": "crm",
    }
)
"""Companies that hardly change from night to night."""
NIGHT = st.lists(LATER | PLAIN, min_size=1, max_size=9)


def rows_of(found: pa.Table) -> list[Any]:
    return sorted(tuple(map(str, row.values())) for row in found.to_pylist())


def compare_nights(nights: list[list[dict[str, Any]]], native: Any) -> None:
    """Each night's ids and ledger are those of all records and the whole ledger together."""
    before: Any = None
    for number, rows in enumerate(nights):
        table, day = table_of(rows), DAY + timedelta(number)
        records = in_record_order(collected(opened(table)))
        whole = None if before is None else collected(opened(before))
        together = settle(records, np.arange(records.num_rows), Ledger.of(whole, day))
        found = dedupe(native(table), Dedupe(keys=[]), ledger=Ledger.of(before, day))
        assert found.settled is not None
        members = collected(opened(found.members)).to_pylist()
        own = {(m["source"], m["source_row"]): m["account_id"] for m in members}
        ids = [own[row["source"], row["source_row"]] for row in records.to_pylist()]
        assert ids == together.ids.to_pylist()
        ledger = collected(opened(found.settled.ledger))
        assert rows_of(ledger) == rows_of(together.ledger)
        assert found.settled.counts == together.counts
        assert found.settled.changes.equals(together.changes)
        before = native(ledger)


@given(st.lists(NIGHT, min_size=2, max_size=3))
@settings(max_examples=5, deadline=None)
def test_every_night_gives_the_ids_of_all_looked_at_together(
    nights: list[list[dict[str, Any]]],
) -> None:
    connection = duckdb.connect()
    compare_nights(nights, connection.from_arrow)


@given(st.lists(NIGHT, min_size=2, max_size=2))
@settings(max_examples=4, deadline=None)
def test_so_it_is_in_pandas(nights: list[list[dict[str, Any]]]) -> None:
    compare_nights(nights, lambda table: table.to_pandas(types_mapper=pd.ArrowDtype))


def test_a_record_is_its_company_and_nothing_else_changes() -> None:
    rows = [
        {"account_id": "domain:a.com", "domain": "a.com", "name": "Acme", "source": "crm"},
        {"account_id": "domain:b.com", "domain": "b.com", "name": "Acme", "source": "web"},
    ]
    accounts, members, _, done = deduped(table_of(rows))
    assert accounts["name"].to_pylist() == ["Acme", "Acme"]
    assert accounts["merged_records"].to_pylist() == [1, 1]
    assert accounts["sources"].to_pylist() == [["crm"], ["web"]]
    assert "source" not in accounts.column_names
    assert accounts["aliases"].to_pylist() == [None, None]
    assert members.column_names == [
        "account_id", "source", "source_row", "fields", "overruled", "evidence",
    ]  # fmt: skip
    assert done.pairs.num_rows == 0
    assert {"left", "right", "verdict"} <= set(done.pairs.column_names)


@pytest.mark.parametrize("before", [None, 3])
def test_what_was_merged_before_stays_counted(before: int | None) -> None:
    table = table_of([{"account_id": "id:1", "name": "Acme", "source": "crm"}])
    table = table.append_column("merged_records", pa.array([before], pa.int64()))
    table = table.append_column("sources", pa.array([["a", "b"] if before else None]))
    accounts = deduped(table)[0]
    assert accounts["merged_records"].to_pylist() == [before or 1]
    assert accounts["sources"].to_pylist() == [["a", "b"] if before else ["crm"]]


def test_records_without_an_id_are_named_as_ever() -> None:
    rows = [
        {"account_id": None, "domain": "a.com", "name": "Acme", "source": "crm"},
        {"account_id": "domain:a.com", "domain": "a.com", "name": "Acme", "source": "crm"},
    ]
    accounts = deduped(table_of(rows))[0]
    assert sorted(accounts["account_id"].to_pylist()) == ["domain:a.com", "domain:a.com~2"]


def test_records_of_no_source_are_those_of_the_input() -> None:
    named: list[tuple[str, str | None]] = [("Acme", None), ("Bolt", None), ("Cord", "crm")]
    rows = [{"account_id": "id:1", "name": name, "source": source} for name, source in named]
    for keys in ([], ["name"]):
        found = dedupe(duckdb.connect().from_arrow(table_of(rows)), Dedupe(keys=keys))
        accounts = collected(opened(found.accounts))
        ids = accounts["account_id"].to_pylist()
        assert len(set(ids)) == 3
        assert accounts["sources"].to_pylist().count(["input"]) == 2


@pytest.mark.parametrize("keys", [[], ["domain"]])
def test_a_record_without_a_row_beside_others_is_refused(keys: list[str]) -> None:
    rows = [{"account_id": "id:1", "name": name, "source": "crm"} for name in ("Acme", "Bolt")]
    table = table_of(rows)
    table = table.set_column(
        table.column_names.index("source_row"), "source_row", int64s([1, None])
    )
    with pytest.raises(InputError, match="1 records have no source_row, 1 have one"):
        dedupe(duckdb.connect().from_arrow(table), Dedupe(keys=keys))


def test_two_records_of_one_id_and_one_place_are_refused() -> None:
    rows = [{"account_id": "id:1", "name": name, "source": "crm"} for name in ("Acme", "Bolt")]
    table = table_of(rows)
    table = table.set_column(table.column_names.index("source_row"), "source_row", int64s([1, 1]))
    with pytest.raises(InputError, match="are both row 1 of source 'crm'"):
        deduped(table)
