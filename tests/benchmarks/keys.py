"""Dedupe by keys alone beside a hand-written DuckDB group-by of the same keys.

    python tests/benchmarks/keys.py make FOLDER [--rows N]
    python tests/benchmarks/keys.py run FOLDER

`make` writes N canonical accounts (a million by default; 20 million is what the bar is for), a
quarter of them records of a company that is there already, to `records.parquet`: eleven columns,
three in four with a domain, all with a name and a country. `run` takes them through `abmkit dedupe`
with `similar = false`, and through SQL that joins what shares a domain or a name in a country,
transitively, and keeps the first known value of each column: each a process of its own, with
seconds, seconds of processor time and peak memory. Timings inform; nothing here is a test.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from duplicates import timed

CONFIG = """
version = 1
name = "Keys"
[[sources]]
name = "records"
path = "records.parquet"
canonical = true
[dedupe]
similar = false
"""

MAKE = """
COPY (
  WITH drawn AS (
    SELECT range + 1 AS row,
      CASE WHEN hash(range) % 4 = 0 THEN hash(range, 1) % (range + 1) ELSE range END::BIGINT AS number
    FROM range({rows}))
  SELECT row AS source_row, 'records' AS source,
    format('Company {{:x}} {{:x}}', hash(number) % 1000003, number) AS name,
    lower(format('company {{:x}} {{:x}}', hash(number) % 1000003, number)) AS name_key,
    CASE WHEN hash(row, 2) % 4 > 0 THEN format('c{{:x}}.com', number) END AS domain,
    ['US', 'DE', 'GB', 'FR', 'CN', 'JP', 'CA', 'NL', 'SE', 'IT'][1 + number % 10] AS country,
    CASE WHEN hash(row, 3) % 5 > 0 THEN 'City ' || number % 500 END AS city,
    CASE WHEN hash(row, 4) % 3 > 0 THEN ['Software', 'Energy', 'Retail'][1 + number % 3] END AS industry,
    CASE WHEN hash(row, 5) % 5 > 0 THEN (hash(number, 6) % 5000)::BIGINT END AS employees,
    CASE WHEN hash(row, 7) % 3 > 0 THEN (hash(number, 8) % 100000000)::DOUBLE END AS revenue,
    DATE '2026-01-01' - (hash(row, 9) % 900)::INTEGER AS as_of
  FROM drawn) TO '{folder}/records.parquet' (FORMAT parquet, COMPRESSION zstd)
"""
LABEL = """
CREATE OR REPLACE TABLE fresh AS
SELECT row, least(label, of_domain, of_name) AS label FROM (
  SELECT row, label,
    coalesce(min(label) OVER (PARTITION BY coalesce(domain, row::VARCHAR)), label) AS of_domain,
    min(label) OVER (PARTITION BY name_key, country) AS of_name
  FROM labels JOIN keys USING (row))
"""
GATHER = """
COPY (SELECT min(domain) AS account_id, {first}, count(*) AS merged_records
  FROM read_parquet('{folder}/records.parquet') JOIN labels ON row = source_row GROUP BY label)
TO '{folder}/by_hand.parquet' (FORMAT parquet, COMPRESSION zstd)
"""
COLUMNS = ("name", "name_key", "domain", "country", "city", "industry", "employees", "revenue")


def make(folder: Path, rows: int) -> None:
    """Writes records.parquet and abmkit.toml."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abmkit.toml").write_text(CONFIG, "utf-8")
    duckdb.connect().execute(MAKE.format(folder=folder, rows=rows))


def by_hand(folder: Path) -> None:
    """The companies by SQL: the least row that shares a key, until nothing changes."""
    import duckdb

    database = duckdb.connect()
    database.execute("SET preserve_insertion_order = false")
    database.execute(
        "CREATE TABLE keys AS SELECT source_row AS row, domain, name_key, country "
        f"FROM read_parquet('{folder}/records.parquet')"
    )
    database.execute("CREATE TABLE labels AS SELECT row, row AS label FROM keys")
    changed = True
    while changed:
        database.execute(LABEL)
        found = database.execute(
            "SELECT count(*) FROM labels JOIN fresh USING (row) WHERE labels.label <> fresh.label"
        ).fetchone()
        changed = bool(found and found[0])
        database.execute("CREATE OR REPLACE TABLE labels AS FROM fresh")
    first = ", ".join(
        f"first({column} ORDER BY as_of DESC) FILTER ({column} IS NOT NULL) AS {column}"
        for column in COLUMNS
    )
    database.execute(GATHER.format(folder=folder, first=first))


def run(folder: Path) -> None:
    """Both, one after the other, on the same records."""
    abmkit = str(Path(sys.executable).with_name("abmkit"))
    ours = timed(
        [abmkit, "dedupe", "records.parquet", "--quiet", "-o", str(folder / "deduped.parquet")],
        folder,
    )
    print("abmkit {:.1f} s ({:.1f} s of processor), {:.2f} GB".format(*ours), flush=True)
    peer = timed([sys.executable, __file__, "by-hand", str(folder)], folder)
    print("DuckDB {:.1f} s ({:.1f} s of processor), {:.2f} GB".format(*peer))
    print(f"  {ours[0] / peer[0]:.2f} times as long, {ours[1] / peer[1]:.2f} of processor time")


def main() -> None:
    """Reads the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("make", "run", "by-hand"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        if name == "make":
            command.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.command == "make":
        make(folder, given.rows)
    elif given.command == "run":
        run(folder)
    else:
        by_hand(folder)


if __name__ == "__main__":
    main()
