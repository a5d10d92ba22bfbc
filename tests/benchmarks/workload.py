"""Canonical accounts at any size, the project that makes a list of them, and hand-written peers.

    python tests/benchmarks/workload.py make FOLDER ROWS
    python tests/benchmarks/workload.py copy|sql FOLDER
    python tests/benchmarks/workload.py measure FOLDER [MEMORY_LIMIT]

`make` writes `accounts.parquet` (11 columns, the same rows for the same number) and `abmkit.toml`:
three exclusion rules, seven criteria, four tiers with capacity by country. `copy` is what reading
and writing that table costs DuckDB; `sql` is the whole run by hand: what an engineer would write
who knows the config by heart, with the same five files. `measure` runs all of them in turn, each as
a process of its own, and prints processor seconds, their ratio to the peer, and the peak of memory.
Timings inform; nothing here is a test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

CONFIG = """
version = 1
name = "Scale"
[[sources]]
name = "all"
path = "accounts.parquet"
canonical = true
[dedupe]
keys = []
[[exclude.rules]]
id = "micro"
reason = "Under 10 people"
when = { employees = { below = 10 } }
[[exclude.rules]]
id = "trial"
reason = "Trial plan in a small company"
when = { plan = "trial", employees = { below = 200 } }
[[exclude.rules]]
id = "competitor"
reason = "Not a buyer"
when = { relationship = ["competitor", "partner"] }
[score]
missing = 0.5
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { between = [200, 2000] } }, points = 25 },
  { when = { employees = { between = [50, 199] } }, points = 12 },
]
[[score.criteria]]
id = "industry"
bands = [
  { when = { industry = ["Software", "Internet"] }, points = 20 },
  { when = { industry = "Banking" }, points = 10 },
]
[[score.criteria]]
id = "country"
bands = [
  { when = { country = ["US", "DE", "GB"] }, points = 15 },
  { when = { country = "CN" }, points = 8 },
]
[[score.criteria]]
id = "revenue"
bands = [
  { when = { revenue = { above = 100000000 } }, points = 15 },
  { when = { revenue = { above = 10000000 } }, points = 8 },
]
[[score.criteria]]
id = "technologies"
bands = [{ when = { technologies = { contains = ["salesforce", "hubspot"] } }, points = 10 }]
[[score.criteria]]
id = "young"
bands = [{ when = { founded_year = { at_least = 2010 } }, points = 10 }]
[[score.criteria]]
id = "plan"
bands = [{ when = { plan = "pro" }, points = 5 }]
[tier]
within = "country"
rank_by = ["fit_score", "revenue"]
[[tier.tiers]]
id = "A"
strategy = "1:1"
min_score = 80
capacity = 50
[[tier.tiers]]
id = "B"
strategy = "1:few"
min_score = 65
capacity = 500
[[tier.tiers]]
id = "C"
strategy = "1:many"
min_score = 50
capacity = 5000
[[tier.tiers]]
id = "D"
strategy = "1:many"
min_score = 40
capacity = 20000
[output]
formats = ["parquet"]
"""

_PICK = "list_value({values})[1 + (hash(i, {salt}) % {count})::INT]"


def _pick(values: list[str | None], salt: int) -> str:
    texts = ", ".join("NULL" if v is None else f"'{v}'" for v in values)
    return _PICK.format(values=texts, salt=salt, count=len(values))


def _unit(salt: int) -> str:
    return f"((hash(i, {salt}) % 1000003) / 1000003.0)"


_COUNTRIES = ["US"] * 6 + ["CN"] * 4 + ["DE", "DE", "GB", "GB", "FR", "JP", "IN", "BR", None]
_INDUSTRIES = ["Software", "Internet", "Banking", "Retail", "Food", "Energy", "Media", None]
_TECHNOLOGIES = ["salesforce", "hubspot", "sap", "oracle", "shopify", "marketo"]
ROWS = f"""
SELECT 'domain:' || domain AS account_id, * FROM (
  SELECT
    'Company ' || to_hex(hash(i, 1) % 16777216) || ' ' || i::VARCHAR AS name,
    'c' || i::VARCHAR || lower(to_hex(hash(i, 15) % 16777216)) || '.com' AS domain,
    {_pick(_COUNTRIES, 2)} AS country,
    {_pick(_INDUSTRIES, 3)} AS industry,
    CASE WHEN hash(i, 4) % 10 > 0 THEN exp({_unit(5)} * 11)::BIGINT END AS employees,
    CASE WHEN hash(i, 6) % 10 > 2 THEN round(exp(10 + {_unit(7)} * 12)) END AS revenue,
    CASE WHEN hash(i, 8) % 10 > 1 THEN 1900 + (hash(i, 9) % 124)::BIGINT END AS founded_year,
    CASE WHEN hash(i, 10) % 10 > 3 THEN
      list_distinct([{_pick(_TECHNOLOGIES, 11)}, {_pick(_TECHNOLOGIES, 12)}]) END AS technologies,
    {_pick(["prospect"] * 8 + ["competitor", "partner", None, None], 13)} AS relationship,
    {_pick(["pro", "free", "trial", "team", None], 14)} AS plan
  FROM range({{rows}}) t(i)
)"""


def make(folder: Path, rows: int) -> None:
    """Write the accounts and their config."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abmkit.toml").write_text(CONFIG)
    connection = _connected(folder)
    connection.execute(
        f"COPY ({ROWS.format(rows=rows)}) TO '{folder / 'accounts.parquet'}' (COMPRESSION zstd)"
    )


def _connected(folder: Path) -> Any:
    import duckdb

    config: dict[str, Any] = {
        "preserve_insertion_order": False,
        "temp_directory": str(folder / "spill"),
    }
    return duckdb.connect(":memory:", config=config)


def copy(folder: Path) -> None:
    """Read the table and write it again."""
    _connected(folder).execute(
        f"COPY (FROM '{folder / 'accounts.parquet'}') TO '{folder / 'copy.parquet'}' (COMPRESSION zstd)"
    )


SCORED = """
SELECT *,
  list_filter([
    CASE WHEN employees < 10 THEN 'micro' END,
    CASE WHEN plan = 'trial' AND employees < 200 THEN 'trial' END,
    CASE WHEN relationship IN ('competitor', 'partner') THEN 'competitor' END],
    lambda x: x IS NOT NULL) AS rules,
  CASE WHEN employees BETWEEN 200 AND 2000 THEN 2500 WHEN employees BETWEEN 50 AND 199 THEN 1200
       WHEN employees IS NULL THEN 1250 ELSE 0 END
  + CASE WHEN industry IN ('Software', 'Internet') THEN 2000 WHEN industry = 'Banking' THEN 1000
         WHEN industry IS NULL THEN 1000 ELSE 0 END
  + CASE WHEN country IN ('US', 'DE', 'GB') THEN 1500 WHEN country = 'CN' THEN 800
         WHEN country IS NULL THEN 750 ELSE 0 END
  + CASE WHEN revenue > 100000000 THEN 1500 WHEN revenue > 10000000 THEN 800
         WHEN revenue IS NULL THEN 750 ELSE 0 END
  + CASE WHEN list_has_any(technologies, ['salesforce', 'hubspot']) THEN 1000
         WHEN technologies IS NULL THEN 500 ELSE 0 END
  + CASE WHEN founded_year >= 2010 THEN 1000 WHEN founded_year IS NULL THEN 500 ELSE 0 END
  + CASE WHEN plan = 'pro' THEN 500 WHEN plan IS NULL THEN 250 ELSE 0 END AS score,
  [employees IS NULL, industry IS NULL, country IS NULL, revenue IS NULL, technologies IS NULL,
   founded_year IS NULL, plan IS NULL] AS unknown
FROM '{accounts}'"""

FITTED = """
SELECT * EXCLUDE (rules, score, unknown), 1::BIGINT AS merged_records, ['all'] AS sources,
  len(rules) > 0 AS excluded,
  CASE WHEN len(rules) > 0 THEN rules END AS exclusions,
  score / 100.0 AS fit_score,
  (score - unknown[1]::INT * 1250 - unknown[2]::INT * 1000 - unknown[3]::INT * 750
   - unknown[4]::INT * 750 - unknown[5]::INT * 500 - unknown[6]::INT * 500
   - unknown[7]::INT * 250) / 100.0 AS fit_low,
  (score + unknown[1]::INT * 1250 + unknown[2]::INT * 1000 + unknown[3]::INT * 750
   + unknown[4]::INT * 750 + unknown[5]::INT * 500 + unknown[6]::INT * 500
   + unknown[7]::INT * 250) / 100.0 AS fit_high,
  (100 - unknown[1]::INT * 25 - unknown[2]::INT * 20 - unknown[3]::INT * 15 - unknown[4]::INT * 15
   - unknown[5]::INT * 10 - unknown[6]::INT * 10 - unknown[7]::INT * 5) / 100.0 AS fit_known
FROM scored"""

# The best by score come first, so each tier is a stretch of ranks.
PLACED = """
CREATE TEMP TABLE candidates AS
SELECT account_id, coalesce(country, '') AS place, score,
  row_number() OVER (PARTITION BY country
                     ORDER BY score DESC, revenue DESC NULLS LAST, account_id) AS rank
FROM scored WHERE len(rules) = 0 AND score >= 4000;
CREATE TEMP TABLE ends AS
WITH counted AS (
  SELECT place, count(*) FILTER (score >= 8000) AS c80, count(*) FILTER (score >= 6500) AS c65,
    count(*) FILTER (score >= 5000) AS c50, count(*) AS c40 FROM candidates GROUP BY place),
a AS (SELECT *, least(c80, 50) AS a FROM counted),
b AS (SELECT *, a + least(c65 - a, 500) AS b FROM a),
c AS (SELECT *, b + least(c50 - b, 5000) AS c FROM b)
SELECT *, c + least(c40 - c, 20000) AS d FROM c;
CREATE TEMP TABLE ranked AS
SELECT account_id, place, score,
  CASE WHEN rank <= a THEN 'A' WHEN rank <= b THEN 'B' WHEN rank <= c THEN 'C' ELSE 'D' END AS tier,
  rank - CASE WHEN rank <= a THEN 0 WHEN rank <= b THEN a WHEN rank <= c THEN b ELSE c END
    AS tier_rank
FROM candidates JOIN ends USING (place) WHERE rank <= d;
CREATE TEMP TABLE rooms AS
SELECT place,
  count(*) FILTER (tier = 'A') >= 50 AS full_a, min(score) FILTER (tier = 'A') AS last_a,
  count(*) FILTER (tier = 'B') >= 500 AS full_b, min(score) FILTER (tier = 'B') AS last_b,
  count(*) FILTER (tier = 'C') >= 5000 AS full_c, min(score) FILTER (tier = 'C') AS last_c,
  count(*) FILTER (tier = 'D') >= 20000 AS full_d, min(score) FILTER (tier = 'D') AS last_d
FROM ranked GROUP BY place"""

ACCOUNTS = """
SELECT f.*, r.tier,
  CASE r.tier WHEN 'A' THEN '1:1' WHEN 'B' THEN '1:few' WHEN 'C' THEN '1:many'
              WHEN 'D' THEN '1:many' END AS strategy,
  r.tier_rank,
  CASE WHEN excluded THEN 'excluded'
       WHEN fit_score < 40 THEN concat('score ', replace(format('{{:g}}', fit_score), '.0', ''),
                                       ', D asks for 40')
       ELSE concat(
         CASE WHEN fit_score >= 80 AND coalesce(r.tier, 'E') > 'A' AND full_a
              THEN 'A is full (50); ' ELSE '' END,
         CASE WHEN fit_score >= 65 AND coalesce(r.tier, 'E') > 'B' AND full_b
              THEN 'B is full (500); ' ELSE '' END,
         CASE WHEN fit_score >= 50 AND coalesce(r.tier, 'E') > 'C' AND full_c
              THEN 'C is full (5000); ' ELSE '' END,
         CASE WHEN r.tier IS NULL THEN 'D is full (20000)'
              ELSE concat('score ', format('{{:g}}', fit_score), ' reaches ',
                          CASE r.tier WHEN 'A' THEN '80' WHEN 'B' THEN '65' WHEN 'C' THEN '50'
                                      ELSE '40' END) END) END AS tier_reason,
  CASE WHEN excluded THEN NULL
       WHEN r.tier = 'B' THEN greatest(CASE WHEN full_a THEN last_a ELSE 8000 END / 100 - fit_score, 0)
       WHEN r.tier = 'C' THEN greatest(CASE WHEN full_b THEN last_b ELSE 6500 END / 100 - fit_score, 0)
       WHEN r.tier = 'D' THEN greatest(CASE WHEN full_c THEN last_c ELSE 5000 END / 100 - fit_score, 0)
       WHEN r.tier IS NULL
       THEN greatest(CASE WHEN full_d THEN last_d ELSE 4000 END / 100 - fit_score, 0)
  END AS points_to_next_tier,
  CASE WHEN excluded OR fit_high = fit_score THEN NULL
       WHEN coalesce(r.tier, 'E') > 'A' AND fit_high > CASE WHEN full_a THEN last_a ELSE 7999 END / 100
       THEN 'A'
       WHEN coalesce(r.tier, 'E') > 'B' AND fit_high > CASE WHEN full_b THEN last_b ELSE 6499 END / 100
       THEN 'B'
       WHEN coalesce(r.tier, 'E') > 'C' AND fit_high > CASE WHEN full_c THEN last_c ELSE 4999 END / 100
       THEN 'C'
       WHEN r.tier IS NULL AND fit_high > CASE WHEN full_d THEN last_d ELSE 3999 END / 100
       THEN 'D' END AS tier_at_best
FROM ({fitted}) f LEFT JOIN ranked r USING (account_id)
LEFT JOIN rooms ON coalesce(f.country, '') = rooms.place"""

REASONS = """
concat(
  CASE WHEN employees IS NULL THEN 'employees unknown: 12.5 of 25'
       WHEN employees BETWEEN 200 AND 2000 THEN format('employees {:,} in 200–2,000: 25 of 25', employees)
       WHEN employees BETWEEN 50 AND 199 THEN format('employees {:,} in 50–199: 12 of 25', employees)
       ELSE format('employees {:,} in no band: 0 of 25', employees) END, '; ',
  CASE WHEN industry IS NULL THEN 'industry unknown: 10 of 20'
       WHEN industry IN ('Software', 'Internet') THEN concat('industry ', industry, ': 20 of 20')
       WHEN industry = 'Banking' THEN concat('industry ', industry, ': 10 of 20')
       ELSE concat('industry ', industry, ' in no band: 0 of 20') END, '; ',
  CASE WHEN country IS NULL THEN 'country unknown: 7.5 of 15'
       WHEN country IN ('US', 'DE', 'GB') THEN concat('country ', country, ': 15 of 15')
       WHEN country = 'CN' THEN 'country CN: 8 of 15'
       ELSE concat('country ', country, ' in no band: 0 of 15') END, '; ',
  CASE WHEN revenue IS NULL THEN 'revenue unknown: 7.5 of 15'
       WHEN revenue > 1e8 THEN format('revenue {:.3g}M above 100M: 15 of 15', revenue / 1e6)
       WHEN revenue > 1e7 THEN format('revenue {:.3g}M above 10M: 8 of 15', revenue / 1e6)
       ELSE format('revenue {:.3g}M in no band: 0 of 15', revenue / 1e6) END, '; ',
  CASE WHEN technologies IS NULL THEN 'technologies unknown: 5 of 10'
       WHEN list_has_any(technologies, ['salesforce', 'hubspot'])
       THEN 'technologies contains salesforce or hubspot: 10 of 10'
       ELSE 'technologies in no band: 0 of 10' END, '; ',
  CASE WHEN founded_year IS NULL THEN 'founded_year unknown: 5 of 10'
       WHEN founded_year >= 2010 THEN format('founded_year {} at least 2010: 10 of 10', founded_year)
       ELSE format('founded_year {} in no band: 0 of 10', founded_year) END, '; ',
  CASE WHEN plan IS NULL THEN 'plan unknown: 2.5 of 5' WHEN plan = 'pro' THEN 'plan pro: 5 of 5'
       ELSE concat('plan ', plan, ' in no band: 0 of 5') END)"""

LEDGER = """
SELECT 'account' AS kind, account_id AS key, account_id, DATE '{today}' AS since,
  NULL::VARCHAR AS was, NULL::DATE AS changed FROM '{accounts}'
UNION ALL
SELECT 'key', 'domain:' || domain, min(account_id), DATE '{today}', NULL, NULL
FROM '{accounts}' GROUP BY domain HAVING count(*) = 1"""


def sql(folder: Path) -> None:
    """The run by hand: the same five files, as an engineer writes it once the config is fixed."""
    source, out = folder / "accounts.parquet", folder / "sql"
    out.mkdir(exist_ok=True)
    db = _connected(folder)
    accounts = out / "accounts.parquet"

    def write(query: str, name: str) -> None:
        db.execute(f"COPY ({query}) TO '{out / name}.parquet' (COMPRESSION zstd)")

    db.execute(f"CREATE TEMP VIEW scored AS {SCORED.format(accounts=source)}")
    db.execute(PLACED)
    write(ACCOUNTS.format(fitted=FITTED), "accounts")
    listed = f"SELECT *, {REASONS} AS fit_reasons FROM '{accounts}' WHERE tier IS NOT NULL"
    write(f"{listed} ORDER BY tier, tier_rank, fit_score DESC, account_id", "target-accounts")
    write(f"FROM '{accounts}' WHERE excluded", "excluded")
    write(
        "SELECT account_id, 'all' AS source, file_row_number + 1 AS source_row,"
        " NULL::VARCHAR[] AS fields, NULL::VARCHAR[] AS overruled, NULL::VARCHAR AS evidence"
        f" FROM read_parquet('{source}', file_row_number = true)",
        "members",
    )
    write(LEDGER.format(accounts=source, today=date.today()), "ledger")


def measure(folder: Path, memory_limit: str | None) -> None:
    """Each command beside its peer: seconds of processors and by the clock, ratio, peak RSS."""
    limit = ["--memory-limit", memory_limit] if memory_limit else []
    peer = [sys.executable, __file__]
    abmkit = [sys.executable, "-m", "abmkit"]
    config = ["-c", str(folder / "abmkit.toml")]
    accounts, made = str(folder / "accounts.parquet"), folder / "steps"
    made.mkdir(exist_ok=True)
    steps = {"exclude": accounts, "score": accounts, "tier": str(made / "score.parquet")}
    shutil.rmtree(folder / "out", ignore_errors=True)
    print(f"{'':24}{'CPU s':>8}{'clock s':>9}{'ratio':>7}{'peak GB':>9}")
    by_hand = _told("by hand, five files", [*peer, "sql", str(folder)])
    run = [*abmkit, "run", str(folder / "abmkit.toml"), "-o", str(folder / "out"), *limit]
    _told("run", run, by_hand)
    for step, source in steps.items():
        target = str(made / f"{step}.parquet")
        command = [*abmkit, step, source, *config, "-o", target, *limit]
        spent = _spent(command)
        _row(step, spent, _spent([*peer, "read-and-write", source, target])[0])
    _told("copy of the input", [*peer, "copy", str(folder)])


def _told(name: str, command: list[str], peer: float | None = None) -> float:
    spent = _spent(command)
    _row(name, spent, peer)
    return spent[0]


def _row(name: str, spent: tuple[float, float, float], peer: float | None) -> None:
    ratio = f"{spent[0] / peer:7.2f}" if peer else " " * 7
    print(f"{name:24}{spent[0]:8.1f}{spent[1]:9.1f}{ratio}{spent[2]:9.2f}", flush=True)


def _spent(command: list[str]) -> tuple[float, float, float]:
    """The processor seconds, the seconds by the clock and the peak RSS in GB of a command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    seconds = usage.ru_utime + usage.ru_stime
    return seconds, time.perf_counter() - started, usage.ru_maxrss / 1e6


def read_and_write(source: Path, target: Path) -> None:
    """What a step cannot do without: its input read, its output written."""
    db = _connected(target.parent)
    again = target.with_suffix(".copy.parquet")
    db.execute(f"COPY (FROM '{target}') TO '{again}' (COMPRESSION zstd)")
    columns = [row[0] for row in db.execute(f"DESCRIBE FROM '{source}'").fetchall()]
    every = ", ".join(f'max("{name}")' for name in columns)
    db.execute(f"SELECT {every} FROM '{source}'").fetchall()


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    action, folder = arguments[0], Path(arguments[1])
    if action == "make":
        make(folder, int(arguments[2]))
    elif action == "measure":
        measure(folder, arguments[2] if len(arguments) > 2 else None)
    elif action == "read-and-write":
        read_and_write(folder, Path(arguments[2]))
    else:
        {"copy": copy, "sql": sql}[action](folder)


if __name__ == "__main__":
    main(sys.argv[1:])
