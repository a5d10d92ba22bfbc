"""The sets with known answers that identity is measured and trained on.

Three kinds. A *list* task: names, and the companies of a list that they are (None: nobody there). A
*file*: records of which some are one company. *Pairs*: two names and whether they are one company.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from abmkit.domain.arrays import lists, strings
from abmkit.domain.values.names import display_names, name_keys

DATA = Path(os.environ.get("ABMKIT_TEST_DATA", "../shared/data"))
WRONG_TICKERS = {"TEN", "LB", "CNR", "GEN", "RBC"}
"""Answers of the Fortune 1000 that are known to be wrong."""


@dataclass(frozen=True)
class ListTask:
    """Names to find on a list."""

    name: str
    queries: list[str]
    truth: list[str]
    """The company that each query is."""
    listed: list[str]
    """The names on the list."""
    companies: list[str]
    """The company of each of them."""


@dataclass(frozen=True)
class FileTask:
    """Records of which some are one company."""

    name: str
    records: pa.Table
    """As `load` gives them."""
    truth: list[str | None]
    """The company of each record, None where nobody knows."""


@dataclass(frozen=True)
class PairTask:
    """Two names and whether they are one company."""

    name: str
    left: list[str]
    right: list[str]
    same: list[bool] = field(default_factory=list)


def read_csv(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def sec() -> tuple[list[str], list[str]]:
    """Names and companies (CIK) of SEC's filers."""
    path = DATA / "demo/sec_company_tickers__company_tickers.json"
    rows = list(json.loads(path.read_text(encoding="utf-8")).values())
    return [row["title"] for row in rows], [str(row["cik_str"]) for row in rows]


def list_tasks() -> list[ListTask]:
    listed, ciks = sec()
    tasks = []
    for name, file, column in (
        ("S&P 500", "derived_truth__sp500_vs_sec_by_cik", "name_sp500"),
        ("Fortune 1000", "derived_truth__fortune1000_vs_sec_by_ticker", "name_fortune"),
    ):
        rows = [
            row for row in read_csv(f"dev/{file}.csv") if row.get("ticker") not in WRONG_TICKERS
        ]
        truth = [str(int(row["cik"])) for row in rows]
        tasks.append(ListTask(name, [row[column] for row in rows], truth, listed, ciks))
    for name in ("listed_names", "ashare_short_full"):
        rows = read_csv(f"dev/{name}__dev.csv")
        names = list(dict.fromkeys(row["name"] for row in rows))
        asked = [row for row in rows if row["query"] and row.get("plausible", "1") == "1"]
        queries, truth = [row["query"] for row in asked], [row["name"] for row in asked]
        tasks.append(ListTask(name, queries, truth, names, names))
    return tasks


def file_tasks() -> list[FileTask]:
    rows = read_csv("dev/names_places__dev.csv")
    named = {
        "name": "company_name",
        "legal": "company_legal_names",
        "city": "main_city",
        "country": "main_country_code",
    }
    columns = {ours: [row[theirs] or None for row in rows] for ours, theirs in named.items()}
    tasks = [FileTask("names_places", table(columns), [row["truth"] or None for row in rows])]
    rows = read_csv("dev/cn_institutes__dev.csv")
    columns = {key: [row[key] or None for row in rows] for key in ("name", "city")}
    tasks.append(FileTask("cn_institutes", table(columns), [row["certificate"] for row in rows]))
    for name, names in (
        ("cn_organisations", [row["name"] for row in read_csv("dev/cn_organisations__dev.csv")]),
        ("A-share", [row["name"] for row in read_csv("demo/cn_a_share_2019__stock_basic.csv")]),
    ):
        tasks.append(FileTask(name, table({"name": names}), [str(n) for n in range(len(names))]))
    listed, ciks = sec()
    tasks.append(FileTask("SEC filers", table({"name": list(listed)}), list(ciks)))
    return [*tasks, generated(60_000, 11)]


def generated(rows: int, seed: int) -> FileTask:
    """Invented companies with noisy duplicates (`duplicates.py`), sites, phones and places."""
    from duplicates import make

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, rows, seed)
        program = Path(sys.executable).with_name("abmkit")
        command = [program, "load", "-c", folder / "abmkit.toml", "-o", folder / "records.parquet"]
        subprocess.run(command, check=True, capture_output=True)
        records = pq.read_table(folder / "records.parquet")
        with (folder / "truth.csv").open(encoding="utf-8") as lines:
            truth = [row["company"] for row in csv.DictReader(lines)]
    order = [row - 1 for row in records["source_row"].to_pylist()]
    return FileTask("generated", records, [truth[row] for row in order])


def table(columns: dict[str, list[str | None]]) -> pa.Table:
    """Records as `load` makes them, of names and places alone."""
    shown = display_names(strings(columns["name"]))
    made = {"name": shown, "name_key": name_keys(shown)}
    if "legal" in columns:
        legal = display_names(strings(columns["legal"]))
        made["aliases"] = lists(
            [[text] if text is not None else None for text in legal.to_pylist()]
        )
    for column in ("city", "country"):
        if column in columns:
            made[column] = strings(columns[column])
    return pa.table(made)


def pair_tasks() -> list[PairTask]:
    sanctions = read_csv("dev/opensanctions_name_bench__cases_org_only.csv")
    matcher = read_csv("dev/company_name_matcher_pairs__test_data.csv")
    emm = read_csv("dev/emm_name_pairs__unittest_sample_namepairs.csv")

    def task(
        name: str, rows: list[dict[str, str]], left: str, right: str, same: str, yes: str
    ) -> PairTask:
        return PairTask(
            name,
            [row[left] for row in rows],
            [row[right] for row in rows],
            [row[same].casefold() == yes for row in rows],
        )

    return [
        task("OpenSanctions", sanctions, "name1", "name2", "is_match", "true"),
        task("company_name_matcher", matcher, "Name_x", "Name_y", "Targets", "1"),
        task("emm", emm, "gt_name", "name", "correct", "true"),
    ]


def f1(right: int, given: int, wanted: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = right / given if given else 1.0, right / wanted
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def calibration_error(probability: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """The expected calibration error: the mean distance of a probability's bin from its share of
    right answers, by how many it has (Naeini et al., 2015)."""
    sums = [[0.0, 0.0, 0] for _ in range(bins)]
    for value, good in zip(probability, right, strict=True):
        place = min(int(value * bins), bins - 1)
        sums[place][0] += value
        sums[place][1] += good
        sums[place][2] += 1
    return sum(abs(value - good) for value, good, _ in sums) / max(len(probability), 1)
