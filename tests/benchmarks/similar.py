"""Customers that are hidden and looked for: `similar` beside simpler ways to find them.

    python tests/benchmarks/similar.py [--data ../shared/data] [--splits N] [SET…]

Of each set some customers are named and the rest hidden in the market, at random, N times (20 by
default). Printed is how many of the hidden are among the first 100 accounts, as a share of those
that could be (at most 100), with a 95 % interval from drawing customers anew (bootstrap): what
another handful of customers of this kind would give, not how exactly these are measured. Beside it:
the nearest by size and industry alone and by all fields (Gower's similarity, fields counting the
same, mean of the five nearest), the biggest accounts, and any.

The fields that define a set are taken out. Sets marked `*` were looked at while the method was
chosen; the others had no part in it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import abmkit
from abmkit.domain.lookalikes.fields import fields_of
from abmkit.steps.similar import Customers, similar

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST = 100
NAMED = (10, 30, 100)
SIZE = ("employees", "revenue", "总资产")
Scores = Callable[[pa.Table, Any, np.random.Generator], Any]


@dataclass(frozen=True)
class Set:
    """A market and the customers in it."""

    name: str
    market: pa.Table
    customers: Any


def loaded(path: Path, columns: dict[str, Any] | None = None) -> pa.Table:
    """A file's accounts, each company once."""
    source: dict[str, Any] = {"name": "market", "path": str(path), "columns": columns or {}}
    config = {"version": 1, "currency": "USD", "sources": [source]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = abmkit.load(config=config)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    _, first = np.unique(np.array(table["account_id"].to_pylist()), return_index=True)
    return table.take(pa.array(np.sort(first))).combine_chunks()


def where(table: pa.Table, column: str, has: Callable[[Any], bool]) -> Any:
    return np.flatnonzero([value is not None and has(value) for value in table[column].to_pylist()])


def without(table: pa.Table, *names: str) -> pa.Table:
    return table.drop_columns([name for name in names if name in table.column_names])


def fortune(_: Path) -> Iterator[Set]:
    folder = EXAMPLES / "fortune"
    million = {"from": "revenue", "unit": "million", "currency": "USD"}
    profit = {"from": "profit", "type": "number"}
    columns = {
        "name": "company", "revenue": million, "profit_musd": profit, "country": {"value": "US"},
    }  # fmt: skip
    table = loaded(folder / "fortune_1000.csv", columns)
    table = without(table, "rank", "rank_change", "prev_rank", "CEO", "Market Cap")
    with (folder / "sp500.csv").open(encoding="utf-8") as file:
        tickers = {row["Symbol"] for row in csv.DictReader(file)}
    with (folder / "customers.csv").open(encoding="utf-8") as file:
        names = {row["company"] for row in csv.DictReader(file)}
    yield Set("*S&P 500 members", table, where(table, "ticker", tickers.__contains__))
    yield Set("*examples/fortune customers", table, where(table, "name", names.__contains__))
    for mark, column in (("*", "ceo_founder"), ("", "ceo_woman"), ("", "newcomer")):
        members = where(table, column, lambda value: value == "yes")
        yield Set(f"{mark}Fortune, {column}", without(table, column), members)
    for sector in ("Technology", "Health Care", "Retailing", "Energy"):
        members = where(table, "industry", lambda value, sector=sector: value == sector)
        yield Set(f"Fortune, {sector} (hidden)", without(table, "industry"), members)


def a_share(_: Path) -> Iterator[Set]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = abmkit.load(config=EXAMPLES / "a-share" / "abmkit.toml")
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    with (EXAMPLES / "a-share" / "customers.csv").open(encoding="utf-8-sig") as file:
        codes = {row["股票代码"] for row in csv.DictReader(file)}
    yield Set("*examples/a-share customers", table, where(table, "ticker", codes.__contains__))
    chinext = where(table, "ticker", lambda code: code.startswith("300"))
    yield Set("*A shares on ChiNext", table, chinext)
    yield Set("A shares, ST", table, where(table, "name", lambda name: "ST" in name))
    for mark, label in (("*", "医药"), ("", "金融"), ("", "电子"), ("", "汽车")):
        members = where(table, "industry", lambda value, label=label: value == label)
        yield Set(f"{mark}A shares, {label} (hidden)", without(table, "industry"), members)


def described(data: Path) -> Iterator[Set]:
    path = data / "demo" / "cn_companies_standup__companies.json"
    table = loaded(path, {"description": "businessArea"})
    bare = without(table, "industry", "sourceFile", "id", "products", "coreProduct")
    for mark, label in (
        ("*", "人工智能"),
        ("*", "网络安全"),
        ("", "区块链"),
        ("", "物联网"),
        ("", "半导体"),
    ):
        members = where(table, "industry", lambda value, label=label: value == label)
        yield Set(f"{mark}Described, {label} (hidden)", bare, members)


def sp500(_: Path) -> Iterator[Set]:
    table = loaded(EXAMPLES / "fortune" / "sp500.csv")
    old = where(table, "Date added", lambda day: day[:4].isdigit() and int(day[:4]) < 1980)
    yield Set("S&P 500 before 1980", without(table, "Date added"), old)


def rows(data: Path) -> Iterator[Set]:
    """Rows of other things as if they were companies."""
    after = ("Tags", "Lead Quality", "Last Activity", "Last Notable Activity")
    for name, file, column, yes, drop in (
        ("x_education, converted", "x_education_leads.csv", "Converted", "1",
         ("Prospect ID", "Lead Number", *after)),
        ("telco, left", "telco_churn_ibm.csv", "Churn", "Yes", ("customerID",)),
    ):  # fmt: skip
        with (data / "dev" / file).open(encoding="utf-8-sig") as opened:
            records = list(csv.DictReader(opened))
        columns = {
            key: pa.array([(record[key] or "").strip() or None for record in records], pa.string())
            for key in records[0] if key not in drop
        }  # fmt: skip
        ids = pa.array([f"row:{number:06}" for number in range(len(records))])
        table = pa.table({"account_id": ids, **columns})
        yield Set(name, without(table, column), where(table, column, lambda v, y=yes: v == y))


def by_similar(market: pa.Table, named: Any, _: Any) -> Any:
    ids = market["account_id"].to_pylist()
    entries = market.take(pa.array(named))
    known = Customers(entries, {n: (ids[row],) for n, row in enumerate(named.tolist())})
    found = similar(market, known, top=FIRST).accounts["account_id"].to_pylist()
    score = np.zeros(market.num_rows)
    score[np.isin(ids, found)] = 1
    return score


def by_gower(only: tuple[str, ...] | None) -> Scores:
    """Gower's similarity: numbers by their distance as a share of the range of their ranks, labels
    by being equal."""

    def scores(market: pa.Table, named: Any, _: Any) -> Any:
        added = np.zeros((market.num_rows, len(named)))
        known = np.zeros_like(added)
        for field in fields_of(market.schema):
            if only is not None and field.name not in only:
                continue
            compared = field.compare(market, market.take(pa.array(named)), np.ones(len(named)))
            if compared is None:
                continue
            alike = compared.likeness(np.arange(market.num_rows))
            added += alike
            known += alike != 0
        near = added / np.maximum(known, 1)
        return np.sort(near, axis=1)[:, -5:].mean(axis=1)

    return scores


def by_size(market: pa.Table, _named: Any, _: Any) -> Any:
    for name in SIZE:
        if name in market.column_names and market[name].null_count < market.num_rows:
            return np.nan_to_num(np.array(market[name].to_pylist(), dtype="float64"), nan=-1)
    return np.zeros(market.num_rows)


WAYS: dict[str, Scores] = {
    "similar": by_similar,
    "size+industry": by_gower((*SIZE, "industry", "industry_code")),
    "all fields": by_gower(None),
    "biggest": by_size,
    "any": lambda market, _named, random: random.random(market.num_rows),
}


def measured(each: Set, named: int, splits: int) -> dict[str, tuple[float, float, float]]:
    """Of each way the share found, with its interval."""
    size = len(each.customers)
    hits = {way: np.full((splits, size), np.nan) for way in WAYS}
    hidden = size - named
    for split in range(splits):
        random = np.random.default_rng(split)
        order = random.permutation(size)
        known = np.sort(each.customers[order[:named]])
        tie = random.random(each.market.num_rows)
        for way, scores in WAYS.items():
            score = np.array(scores(each.market, known, random), dtype="float64")
            score[known] = -np.inf
            first = np.lexsort((tie, -score))[:FIRST]
            found = np.isin(each.customers[order[named:]], first)
            hits[way][split, order[named:]] = found * hidden / min(hidden, FIRST)
    random = np.random.default_rng(0)
    drawn = random.integers(0, size, (2000, size))
    told = {}
    for way, hit in hits.items():
        of_each = np.nanmean(hit, axis=0)
        means = np.nanmean(of_each[drawn], axis=1)
        told[way] = (float(np.nanmean(of_each)), *np.nanquantile(means, [0.025, 0.975]).tolist())
    return told


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--splits", type=int, default=20)
    given = parser.parse_args()
    print(f"{'':34}{'market':>7}{'custom.':>8}{'named':>6}  " + "".join(f"{w:>22}" for w in WAYS))
    everything = []
    for make in (fortune, a_share, described, sp500, rows):
        for each in make(given.data):
            if given.sets and not any(word in each.name for word in given.sets):
                continue
            for named in NAMED:
                if named + 10 > len(each.customers):
                    continue
                told = measured(each, named, given.splits)
                everything.append({"set": each.name, "named": named, **told})
                cells = "".join(f"{a:>9.3f} ({b:.2f}–{c:.2f})" for a, b, c in told.values())
                print(
                    f"{each.name:34}{each.market.num_rows:>7}{len(each.customers):>8}{named:>6}  "
                    + cells,
                    flush=True,
                )
    for mark, those in (
        ("looked at", [e for e in everything if e["set"].startswith("*")]),
        ("not looked at", [e for e in everything if not e["set"].startswith("*")]),
    ):
        if those:
            means = {way: np.mean([each[way][0] for each in those]) for way in WAYS}
            print(
                f"mean of {len(those)} sets {mark}: "
                + ", ".join(f"{w} {m:.3f}" for w, m in means.items())
            )
    json.dump(everything, sys.stderr)


if __name__ == "__main__":
    main()
