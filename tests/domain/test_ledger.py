"""Ids that companies keep from run to run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.companies.decisions import Decision
from abmkit.domain.companies.ledger import Ledger
from abmkit.errors import InputError
from abmkit.steps.dedupe import dedupe

DAYS = [date(2026, month, 1) for month in range(1, 13)]
COLUMNS = [
    "source",
    "source_row",
    "registry_ids",
    "domain",
    "other_domains",
    "ticker",
    "name_key",
    "country",
]


def table_of(records: Iterable[dict[str, Any]]) -> pa.Table:
    """Records as an Arrow table."""
    texts = pa.list_(pa.string())
    types = {"source_row": pa.int64(), "registry_ids": texts, "other_domains": texts}
    rows = list(records)
    return pa.table(
        {
            name: pa.array([r.get(name) for r in rows], types.get(name, pa.string()))
            for name in COLUMNS
        }
    )


def record(row: int, **known: Any) -> dict[str, Any]:
    return {"source": "crm", "source_row": row, **known}


class Months:
    """Runs of one project, month by month."""

    def __init__(self, **config: Any) -> None:
        self.config = Dedupe.model_validate({"similar": False, **config})
        self.rows: pa.Table | None = None
        self.month = 0

    def run(self, *records: dict[str, Any]) -> list[str]:
        """The id of each record's account."""
        ledger = Ledger.of(self.rows, DAYS[self.month])
        done = dedupe(table_of(records), self.config, ledger=ledger)
        assert done.settled is not None
        self.rows, self.month, self.settled = done.settled.ledger, self.month + 1, done.settled
        ids = done.accounts["account_id"].to_pylist()
        assert len(set(ids)) == len(ids)
        of = {(m["source"], m["source_row"]): m["account_id"] for m in done.members.to_pylist()}
        return [of[each["source"], each["source_row"]] for each in records]

    def changes(self) -> list[tuple[str, str, str]]:
        """What the last run changed: kind, account, other."""
        rows = self.settled.changes.to_pylist()
        assert {row["since"] for row in rows} <= {DAYS[self.month - 1]}
        return [(row["kind"], row["account_id"], row["other"]) for row in rows]

    def counts(self) -> dict[str, int]:
        return {name: count for name, count in self.settled.counts.items() if count}

    def now(self, *ids: str) -> list[str]:
        """What these ids mean after the last run."""
        from abmkit.domain.arrays import strings

        found: list[str] = Ledger.of(self.rows, DAYS[self.month]).now(strings(ids)).to_pylist()
        return found


NAME = {"name_key": "acme", "country": "US"}
SITE = {"domain": "acme.com"}
CIK = {"registry_ids": ["cik:1"]}


def test_the_first_run_gives_the_ids_that_there_are_without_a_ledger() -> None:
    records = [record(1, **NAME), record(2, **SITE), record(3, **CIK), record(4, name_key="acme")]
    months = Months(keys=[])
    assert months.run(*records) == ["name:acme@US", "domain:acme.com", "cik:1", "name:acme"]
    assert months.counts() == {"new": 4}


def test_a_decision_follows_an_id_that_no_record_has_any_more() -> None:
    first, second = record(1, **SITE, **CIK), record(2, domain="zeta.com", name_key="zeta")
    months = Months()
    assert months.run(first, second) == ["cik:1", "domain:zeta.com"]
    without = record(1, **SITE)
    done = dedupe(
        table_of([without, second]),
        months.config,
        decisions=[Decision("cik:1", "zeta.com", "same"), Decision("cik:9", "zeta.com", "same")],
        ledger=Ledger.of(months.rows, DAYS[1]),
    )
    assert done.accounts["account_id"].to_pylist() == ["cik:1"]
    assert [name for _, name in done.unfollowed] == ["cik:9"]


def test_a_decision_about_an_id_of_before_means_no_stranger_of_the_same_name() -> None:
    months = Months()
    months.run(record(1, **NAME, **SITE, **CIK), record(2, domain="zeta.com"))
    done = dedupe(
        table_of(
            [
                record(1, **NAME, **SITE),
                record(2, domain="zeta.com"),
                record(3, name_key="acme", country="CA"),
            ]
        ),
        months.config,
        decisions=[Decision("cik:1", "zeta.com", "same")],
        ledger=Ledger.of(months.rows, DAYS[1]),
    )
    assert done.accounts["account_id"].to_pylist() == ["cik:1", "name:acme@CA"]


def test_a_company_is_known_by_its_other_domains() -> None:
    months = Months()
    assert months.run(record(1, **SITE, other_domains=["acme.de"])) == ["domain:acme.com"]
    assert months.run(record(1, domain="acme.de")) == ["domain:acme.com"]


def test_a_company_keeps_its_first_id_when_a_stronger_identity_appears() -> None:
    months = Months()
    assert months.run(record(1, name_key="acme")) == ["name:acme"]
    assert months.run(record(1, **NAME)) == ["name:acme"]
    assert months.run(record(1, **NAME, **SITE)) == ["name:acme"]
    assert months.run(record(1, **NAME, **SITE, **CIK)) == ["name:acme"]
    assert months.run(record(1, **CIK)) == ["name:acme"]
    assert months.run(record(1, name_key="zeta", **SITE)) == ["name:acme"]
    assert months.counts() == {"kept": 1}
    assert months.changes() == []


def test_sources_gain_and_lose_rows_and_ids_stay() -> None:
    months = Months()
    first = [record(1, **NAME), record(2, **SITE), record(3, name_key="beta", country="DE")]
    before = months.run(*first)
    linked = record(4, name_key="gamma", domain="gamma.com")
    assert months.run(linked, *first)[1:] == before
    assert months.run(first[2], first[0]) == [before[2], before[0]]
    assert months.run(*first, linked) == [*before, "domain:gamma.com"]


def test_a_company_that_vanishes_returns_under_its_id() -> None:
    months = Months()
    months.run(record(1, **NAME), record(2, name_key="beta"))
    months.run(record(2, name_key="beta"))
    assert months.run(record(1, **NAME, **SITE)) == ["name:acme@US"]


def test_where_ids_meet_the_earliest_stays_and_the_other_can_be_found() -> None:
    months = Months()
    months.run(record(1, **NAME))
    months.run(record(1, **NAME), record(2, **SITE))
    assert months.run(record(1, **NAME), record(2, **NAME, **SITE)) == ["name:acme@US"] * 2
    assert months.changes() == [("merged", "name:acme@US", "domain:acme.com")]
    assert months.counts() == {"kept": 1, "merged": 1}
    assert months.now("domain:acme.com", "name:acme", "nobody") == ["name:acme@US"] * 2 + ["nobody"]
    # It stays merged when the source that was first is gone.
    assert months.run(record(2, **SITE)) == ["name:acme@US"]
    assert months.changes() == []


def test_of_equally_old_ids_the_one_of_the_strongest_key_stays() -> None:
    months = Months()
    months.run(record(1, **NAME), record(2, **SITE), record(3, **CIK))
    assert months.run(record(1, **NAME, **SITE, **CIK)) == ["cik:1"]
    assert months.changes() == [
        ("merged", "cik:1", "domain:acme.com"),
        ("merged", "cik:1", "name:acme@US"),
    ]


def test_what_was_merged_and_parts_again_takes_back_its_id() -> None:
    months = Months()
    apart = [record(1, **NAME), record(2, **SITE)]
    months.run(apart[0])
    months.run(*apart)
    months.run(*apart, record(3, **NAME, **SITE))
    assert months.run(*apart) == ["name:acme@US", "domain:acme.com"]
    assert months.changes() == [("split", "domain:acme.com", "name:acme@US")]
    assert months.run(*apart) == ["name:acme@US", "domain:acme.com"]
    assert months.changes() == []
    assert months.run(apart[1]) == ["domain:acme.com"]


def test_of_a_company_that_splits_the_strongest_part_keeps_the_id() -> None:
    months = Months()
    months.run(record(1, **NAME, **SITE, **CIK))
    other = {"name_key": "acme", "country": "US"}
    ids = months.run(record(1, **SITE, name_key="beta"), record(2, **other), record(3, **CIK))
    assert ids == ["domain:acme.com", "name:acme@US", "cik:1"]
    assert months.changes() == [
        ("split", "domain:acme.com", "cik:1"),
        ("split", "name:acme@US", "cik:1"),
    ]
    again = months.run(record(1, **SITE, name_key="beta"), record(2, **other), record(3, **CIK))
    assert again == ids
    assert months.counts() == {"kept": 3}


def test_an_id_is_never_given_to_another_company() -> None:
    months = Months()
    months.run(record(1, **NAME))
    months.run(record(1, **NAME, **CIK))
    months.run(record(1, **CIK))
    # The name is another company's now, the id that was made of it is not.
    ids = months.run(record(1, **CIK), record(2, **NAME, registry_ids=["cik:2"]))
    assert ids == ["name:acme@US", "cik:2"]
    ids = months.run(record(1, **CIK), record(2, **NAME, registry_ids=["cik:2"]), record(3, **SITE))
    assert ids == ["name:acme@US", "cik:2", "domain:acme.com"]
    months = Months()
    months.run(record(1, **NAME))
    months.run(record(1, **NAME, **CIK))
    ids = months.run(record(2, **NAME, registry_ids=["cik:2"]))
    assert ids == ["cik:2"]
    assert months.run(record(3, name_key="acme", country="US")) == ["cik:2"]


def test_a_bare_name_does_not_drag_an_id_to_another_company() -> None:
    for other in ({"country": "CA"}, {"domain": "acme.ca"}, {"registry_ids": ["cik:2"]}):
        months = Months()
        months.run(record(1, **NAME, **SITE, **CIK))
        (found,) = months.run(record(1, name_key="acme", **other))
        assert found != "cik:1"
        assert months.changes() == []
        assert months.run(record(1, **SITE), record(2, name_key="acme", **other)) == [
            "cik:1",
            found,
        ]


def test_a_bare_name_merges_what_is_known_by_nothing_else() -> None:
    months = Months()
    months.run(record(1, name_key="acme"), record(2, **SITE))
    assert (
        months.run(record(1, name_key="acme"), record(2, name_key="acme", **SITE))
        == ["domain:acme.com"] * 2
    )
    assert months.changes() == [("merged", "domain:acme.com", "name:acme")]
    # … and not what is.
    months = Months()
    months.run(record(1, name_key="acme", **CIK), record(2, **SITE))
    assert months.run(record(2, name_key="acme", **SITE)) == ["domain:acme.com"]
    assert months.changes() == []


def test_companies_that_nothing_tells_apart_keep_their_ids() -> None:
    months = Months(keys=[])
    rows = [record(n, domain="acme.com") for n in range(1, 4)] + [record(9), record(10)]
    ids = ["domain:acme.com", "domain:acme.com~2", "domain:acme.com~3", "row:crm:9", "row:crm:10"]
    for expected in ({"new": 5}, {"kept": 5}, {"kept": 5}):
        assert months.run(*rows) == ids
        assert months.counts() == expected


@pytest.mark.parametrize(
    "rows",
    [
        pa.table({"key": ["a"]}),
        pa.table({"kind": ["key"], "key": ["a"], "account_id": ["b"], "since": [DAYS[0]],
                  "was": pa.nulls(1, pa.string()), "changed": pa.nulls(1, pa.date32())}),
        pa.table({c: ["a"] for c in ("kind", "key", "account_id", "since", "was", "changed")}),
        pa.table({"kind": ["account"], "key": ["a"], "account_id": [None], "since": [DAYS[0]],
                  "was": pa.nulls(1, pa.string()), "changed": pa.nulls(1, pa.date32())}),
    ],
)  # fmt: skip
def test_another_table_is_no_ledger(rows: pa.Table) -> None:
    with pytest.raises(InputError, match="is no ledger of ids"):
        Ledger.of(rows, DAYS[0])


# Properties --------------------------------------------------------------------------------------


def companies_of(size: int = 8) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {},
        optional={
            "registry_ids": st.lists(
                st.sampled_from(["cik:1", "cik:2", "cik:3", "lei:1"]),
                min_size=1,
                max_size=2,
                unique=True,
            ),
            "domain": st.sampled_from(["a.com", "b.com", "c.com"]),
            "name_key": st.sampled_from(["a", "b", "c"]),
            "country": st.sampled_from(["US", "CA"]),
        },
    )
    return st.lists(one, min_size=1, max_size=size)


def numbered(rows: list[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    return [{"source": source, "source_row": n, **row} for n, row in enumerate(rows, start=1)]


@settings(max_examples=25)
@given(st.lists(companies_of(), min_size=1, max_size=4), companies_of())
def test_an_unchanged_input_changes_nothing(earlier, last) -> None:
    months = Months()
    for rows in earlier:
        months.run(*numbered(rows, "crm"))
    ids = months.run(*numbered(last, "crm"))
    rows = months.rows
    assert months.run(*numbered(last, "crm")) == ids
    assert months.settled.counts["kept"] == len(set(ids))
    assert months.rows.equals(rows)


@settings(max_examples=25)
@given(companies_of(), companies_of(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(first, second, random) -> None:
    first, second = numbered(first, "crm"), numbered(second, "crm")
    straight, shuffled = Months(), Months()
    straight.run(*first)
    ids = straight.run(*second)
    shuffled.run(*random.sample(first, len(first)))
    mixed = random.sample(second, len(second))
    found = dict(zip((r["source_row"] for r in mixed), shuffled.run(*mixed), strict=True))
    assert [found[each["source_row"]] for each in second] == ids
    assert shuffled.rows.equals(straight.rows)


@settings(max_examples=25)
@given(companies_of(), companies_of())
def test_a_source_more_changes_no_id_but_by_what_is_recorded(crm, other) -> None:
    """A record's id stays, or what became of its account is recorded."""
    months = Months()
    before = months.run(*(rows := numbered(crm, "crm")))
    after = months.run(*rows, *numbered(other, "directory"))[: len(rows)]
    told = {name for _, *both in months.changes() for name in both}
    for old, new in zip(before, after, strict=True):
        assert old == new or old in told or (before.count(old) > 1 and old in after)


def test_the_ledger_does_without_pandas() -> None:
    script = """
import sys
from datetime import date
import numpy as np, pyarrow as pa
from abmkit.domain.arrays import int64s, strings
from abmkit.domain.companies.ledger import Ledger, settle
columns = [strings(["s"] * 3), int64s([1, 2, 3]), strings(["a.com", "b.com", "c.com"])]
table = pa.Table.from_arrays(columns, names=["source", "source_row", "domain"])
rows = None
for labels in ([0, 1, 2], [0, 1, 1], [0, 1, 2]):
    rows = settle(table, np.array(labels), Ledger.of(rows, date(2026, 1, 1))).ledger
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
