"""One shape of rejects, whoever did not take a row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from abmkit.domain.arrays import int64s, strings
from abmkit.io.reading import read
from abmkit.io.records import Reject
from abmkit.sources.rejects import REJECTS, Rejects, reject_table, rejects_of


def test_rows_that_were_not_read_and_rows_that_were_not_taken_are_one_table() -> None:
    rejects = Rejects()
    assert (len(rejects), rejects.table().schema) == (0, REJECTS)
    loaded = pa.table(
        {
            "source": strings(["crm"]),
            "row": int64s([3]),
            "reason": strings(["no name, domain or registry id"]),
            "raw": strings([",N/A"]),
        }
    )
    rejects.add(loaded, "crm.csv")
    unread = [Reject(7, "a,b,c", "3 cells for 2 columns"), Reject(None, "[]", "is not an object")]
    rejects.add_unread(unread, "crm.csv", "crm")
    assert len(rejects) == 3
    assert rejects.table().schema == REJECTS
    assert [tuple(row.values()) for row in rejects.table().to_pylist()] == [
        ("crm", "crm.csv", 3, "no name, domain or registry id", ",N/A"),
        ("crm", "crm.csv", 7, "line 7: 3 cells for 2 columns", "a,b,c"),
        ("crm", "crm.csv", None, "is not an object", "[]"),
    ]


def test_rejects_of_nothing_keep_their_columns() -> None:
    assert rejects_of([], "x.csv").schema == REJECTS


def test_what_a_table_did_not_give_has_no_source(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"a": "1"}\n[2]\n')
    records = read(tmp_path / "x.jsonl")
    assert records.table().to_pydict() == {"a": ["1"]}
    (row,) = reject_table(records).to_pylist()
    assert (row["source"], row["row"], row["raw"]) == (None, 2, "[2]")
    assert row["reason"] == "line 2: is not an object"


def test_a_table_of_no_rows_keeps_its_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("company,country\n")
    assert read(tmp_path / "x.csv").table().to_pydict() == {"company": [], "country": []}
