"""A million generated companies through `abmkit run`, beside the same rules as one SQL script.

    python tests/benchmarks/million.py make FOLDER [ROWS]
    /usr/bin/time -v abmkit run FOLDER/abmkit.toml
    /usr/bin/time -v python tests/benchmarks/million.py sql FOLDER

Timings inform; nothing here is a test.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

RULES = """
[[exclude.rules]]
id = "micro"
reason = "Under 10 people"
when = { employees = { below = 10 } }
[[exclude.rules]]
id = "trial"
reason = "Left during the trial"
when = { plan = "trial", status = ["left", "expired"] }
[score]
missing = 0.5
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { between = [200, 2000] } }, points = 40 },
  { when = { employees = { between = [50, 200] } }, points = 20 },
]
[[score.criteria]]
id = "industry"
bands = [{ when = { industry = ["Software", "Energy"] }, points = 35 }]
[[score.criteria]]
id = "revenue"
bands = [{ when = { revenue = { at_least = 10_000_000 } }, points = 25 }]
[tier]
within = "country"
rank_by = ["fit_score", "revenue"]
[[tier.tiers]]
id = "A"
min_score = 80
capacity = 200
[[tier.tiers]]
id = "B"
min_score = 60
capacity = 1000
"""
CONFIG = f"""
version = 1
name = "A million"
[[sources]]
name = "directory"
path = "companies.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Already a customer"
{RULES}[output]
dir = "out"
formats = ["parquet", "xlsx", "csv"]
"""

SQL = """
SET preserve_insertion_order = false;
CREATE TEMP TABLE records AS
SELECT *, lower(regexp_replace(website, '^https?://(www\\.)?', '')) AS domain,
  lower(trim(regexp_replace(name, ' (Inc|Ltd|GmbH|LLC)$', ''))) AS name_key,
  TRY_CAST(employees AS BIGINT) AS people, TRY_CAST(revenue AS DOUBLE) AS amount
FROM read_csv('{folder}/companies.csv', all_varchar = true);
CREATE TEMP TABLE accounts AS
SELECT coalesce(domain, name_key || '@' || country) AS account_id,
  first(name ORDER BY row) AS name, first(name_key ORDER BY row) AS name_key,
  first(domain ORDER BY row) AS domain, first(website ORDER BY row) AS website,
  first(country ORDER BY row) AS country, first(city ORDER BY row) AS city,
  first(industry ORDER BY row) FILTER (industry IS NOT NULL) AS industry,
  first(people ORDER BY row) FILTER (people IS NOT NULL) AS employees,
  first(amount ORDER BY row) FILTER (amount IS NOT NULL) AS revenue,
  first(plan ORDER BY row) AS plan, first(status ORDER BY row) AS status,
  first(founded ORDER BY row) AS founded, count(*) AS merged_records
FROM (SELECT *, row_number() OVER () AS row FROM records) GROUP BY ALL;
CREATE TEMP TABLE customers AS SELECT lower(name) AS name_key FROM read_csv('{folder}/customers.csv');
CREATE TEMP TABLE scored AS
SELECT a.*, list_filter([
    CASE WHEN name_key IN (SELECT name_key FROM customers) THEN 'customers' END,
    CASE WHEN employees < 10 THEN 'micro' END,
    CASE WHEN plan = 'trial' AND status IN ('left', 'expired') THEN 'trial' END
  ], lambda x: x IS NOT NULL) AS exclusions,
  (CASE WHEN employees BETWEEN 200 AND 2000 THEN 4000 WHEN employees BETWEEN 50 AND 200 THEN 2000
        WHEN employees IS NULL THEN 2000 ELSE 0 END
  + CASE WHEN industry IN ('Software', 'Energy') THEN 3500 WHEN industry IS NULL THEN 1750 ELSE 0 END
  + CASE WHEN revenue >= 10000000 THEN 2500 WHEN revenue IS NULL THEN 1250 ELSE 0 END
  ) / 100.0 AS fit_score
FROM accounts a;
CREATE TEMP TABLE a_tier AS SELECT account_id FROM (
  SELECT account_id, row_number() OVER (PARTITION BY country
    ORDER BY fit_score DESC, revenue DESC NULLS LAST, account_id) AS rank
  FROM scored WHERE len(exclusions) = 0 AND fit_score >= 80) WHERE rank <= 200;
CREATE TEMP TABLE b_tier AS SELECT account_id FROM (
  SELECT account_id, row_number() OVER (PARTITION BY country
    ORDER BY fit_score DESC, revenue DESC NULLS LAST, account_id) AS rank
  FROM scored WHERE len(exclusions) = 0 AND fit_score >= 60
    AND account_id NOT IN (SELECT account_id FROM a_tier)) WHERE rank <= 1000;
COPY (SELECT s.*, CASE WHEN a.account_id IS NOT NULL THEN 'A' WHEN b.account_id IS NOT NULL THEN 'B' END
  AS tier FROM scored s LEFT JOIN a_tier a USING (account_id) LEFT JOIN b_tier b USING (account_id))
TO '{folder}/sql.parquet' (FORMAT parquet, COMPRESSION zstd);
"""


def make(folder: Path, rows: int) -> None:
    """Write the config, the companies (one in eight a duplicate) and 2,000 customers."""
    chance = random.Random(20260101)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    words = [
        a + b
        for a in ["Nor", "Vel", "Kas", "Tri", "Lum", "Bor", "Den", "Fal", "Mar", "Qui"]
        for b in ["tek", "dyn", "lab", "via", "ron", "sol", "wic", "gen", "mor", "pax"]
    ]
    countries = ["US", "DE", "GB", "FR", "CN", "JP", "CA", "NL", "SE", "IT"]
    industries = ["Software", "Energy", "Retail", "Banking", "Chemicals", "Media", ""]
    forms = ["Inc", "Ltd", "GmbH", "LLC"]
    with (folder / "companies.csv").open("w", encoding="utf-8") as file:
        file.write("name,website,country,city,industry,employees,revenue,plan,status,founded\n")
        for row in range(rows):
            number = row if chance.random() > 0.125 else chance.randrange(row + 1)
            name = f"{words[number % 100]} {words[number // 100 % 100]} {number}"
            country = countries[number % 10]
            site = f"https://www.{name.lower().replace(' ', '-')}.com" if number % 4 else ""
            people = "" if chance.random() < 0.2 else str(int(chance.lognormvariate(4.5, 1.6)) + 1)
            amount = "" if chance.random() < 0.3 else str(int(chance.lognormvariate(15.5, 2)))
            file.write(
                f"{name} {forms[number % 4]},{site},{country},City {number % 500},"
                f"{chance.choice(industries)},{people},{amount},"
                f"{chance.choice(['paid', 'trial', 'free'])},"
                f"{chance.choice(['active', 'left', 'expired'])},{1900 + number % 120}\n"
            )
    with (folder / "customers.csv").open("w", encoding="utf-8") as file:
        file.write("name\n")
        for number in range(0, rows, max(rows // 2000, 1)):
            file.write(f"{words[number % 100]} {words[number // 100 % 100]} {number}\n")


def sql(folder: Path) -> None:
    """The same rules by hand."""
    import duckdb

    duckdb.connect().execute(SQL.format(folder=folder))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
    else:
        sql(Path(sys.argv[2]))
