"""A small project: folders of CSV and Parquet files, lists, rules and tiers."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

CONFIG = """
version = 1
currency = "USD"

[[sources]]
name = "crm"
path = "crm"

[[sources]]
name = "directory"
path = "directory"

[dedupe]
keys = ["registry_ids", "domain", "name_key+country"]

[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Existing customer"

[[assign]]
column = "territory"
value = "DACH"
when = { country = ["DE", "AT", "CH"] }

[[exclude.rules]]
id = "micro"
reason = "Under 10 people"
when = { employees = { below = 10 } }

[score]
missing = 0.5
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { between = [200, 2000] } }, points = 25 },
  { when = { employees = { between = [50, 200] } }, points = 12 },
]
[[score.criteria]]
id = "place"
bands = [{ when = { country = ["US", "DE"] }, points = 15 }]

[tier]
within = "territory"
rank_by = ["fit_score", "revenue"]
[[tier.tiers]]
id = "A"
min_score = 60
capacity = 5
[[tier.tiers]]
id = "B"
min_score = 40
capacity = 20
[[tier.tiers]]
id = "C"
min_score = 20
"""
TABLES_ALONE = '[output]\nformats = ["parquet", "csv"]\nreport = false\n'
"""No workbook and no page, which are the driver's."""
_WORDS = [
    "Apex",
    "Bolt",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Grove",
    "Harbor",
    "Iris",
    "Juniper",
    "Krypton",
    "Lumen",
    "阿里",
    "光明",
]
_TRADES = [
    "Software",
    "Foods",
    "Logistics",
    "Energy",
    "Labs",
    "Systems",
    "Trading",
    "Medical",
    "科技",
    "集团",
]
_COUNTRIES = ["United States", "DE", "Austria", "China", "", "GB"]


def project(folder: Path, rows: int = 120) -> Path:
    """The config of a project in a folder: two files of CSV with unlike headers, two of Parquet."""
    chance = random.Random(rows)
    (folder / "crm").mkdir(parents=True)
    (folder / "directory").mkdir()
    companies = [_company(chance, number) for number in range(rows)]
    _csv(folder / "crm" / "part-1.csv", "Company;Website;Country;Employees;Revenue", companies, 0)
    _csv(folder / "crm" / "part-2.csv", "Name;Domain;Country;Staff;Sales", companies, 1)
    for part in range(2):
        some = companies[part::3]
        table = pa.table(
            {
                "name": [name for name, *_ in some],
                "domain": [site for _, site, *_ in some],
                "employees": pa.array([int(size) if size else None for *_, size, _ in some]),
                "segment": [chance.choice(["x", None]) for _ in some],
            }
        )
        parquet.write_table(table, folder / "directory" / f"part-{part}.parquet")
    (folder / "directory" / "_SUCCESS").touch()
    lines = [f"{name},{site}" for name, site, *_ in companies[5::17]]
    (folder / "customers.csv").write_text("\n".join(["Company,Website", *lines]), "utf-8")
    config = folder / "abmkit.toml"
    config.write_text(CONFIG, "utf-8")
    return config


def _company(chance: random.Random, number: int) -> tuple[str, str, str, str, str]:
    name = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {chance.choice(_TRADES)}"
    site = f"company{number // 2}.com" if chance.random() < 0.7 else ""
    size = chance.choice(["", "8", "60", "120", "250", "1500"])
    return name, site, chance.choice(_COUNTRIES), size, chance.choice(["", "1200000", "350000"])


def _csv(path: Path, header: str, companies: list[tuple[str, ...]], start: int) -> None:
    lines = [";".join(each) for each in companies[start::2]]
    # A row that names nobody, and one of several lines.
    lines += [";;US;5;", '"Quoted\nOver Lines";q.com;US;300;']
    path.write_text("\n".join([header, *lines]), "utf-8")
