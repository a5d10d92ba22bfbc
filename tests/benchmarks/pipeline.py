"""Five steps in a pipe beside the same job by csvkit and by a pandas script.

    python tests/benchmarks/pipeline.py make FOLDER ROWS
    python tests/benchmarks/pipeline.py starts FOLDER
    python tests/benchmarks/pipeline.py run FOLDER [NAME…]

`make` writes companies as CSV, each once, and a config. `run` takes them through `load | exclude |
score | assign | tier` with Arrow and with CSV between the steps, through csvkit's `csvsql` (SQLite;
`pip install csvkit`, or CSVSQL names it) and through pandas, the last two without what `load` makes
of names, sites and numbers: seconds by the clock and of processors for all processes of the pipe,
and the peak memory of the largest of them. `starts` gives each step on the rows that the one before
it made: how long until its first row is out, and what it costs in all, beside what Python takes to
import DuckDB. Timings inform; nothing here is a test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import million
from duplicates import timed

CONFIG = f"""
version = 1
name = "Pipes"
[[assign]]
column = "territory"
value = "DACH"
when = {{ country = ["DE", "AT", "CH"] }}
[[assign]]
column = "territory"
value = "Rest"
{million.RULES}"""
STEPS = ("load", "exclude", "score", "assign", "tier")
SCORE = """
SELECT *, CASE WHEN country IN ('DE', 'AT', 'CH') THEN 'DACH' ELSE 'Rest' END AS territory,
  CASE WHEN employees BETWEEN 200 AND 2000 THEN 40 WHEN employees BETWEEN 50 AND 199 THEN 20
       WHEN employees IS NULL THEN 20 ELSE 0 END
  + CASE WHEN industry IN ('Software', 'Energy') THEN 35 WHEN industry IS NULL THEN 17.5 ELSE 0 END
  + CASE WHEN revenue >= 10000000 THEN 25 WHEN revenue IS NULL THEN 12.5 ELSE 0 END AS fit_score
FROM companies WHERE coalesce(employees, 10) >= 10
  AND NOT coalesce(plan = 'trial' AND status IN ('left', 'expired'), 0)
"""
RANK = (
    "row_number() OVER (PARTITION BY country ORDER BY fit_score DESC, revenue DESC, website, name)"
)
SQL = f"""
WITH scored AS ({SCORE}),
a AS (SELECT name FROM (SELECT name, {RANK} AS n FROM scored WHERE fit_score >= 80) WHERE n <= 200),
b AS (SELECT name FROM (SELECT name, {RANK} AS n FROM scored
      WHERE fit_score >= 60 AND name NOT IN (SELECT name FROM a)) WHERE n <= 1000)
SELECT *, CASE WHEN name IN (SELECT name FROM a) THEN 'A'
  WHEN name IN (SELECT name FROM b) THEN 'B' END AS tier
FROM scored ORDER BY tier IS NULL, tier, fit_score DESC
"""
PANDAS = """
import sys
import numpy as np, pandas as pd
rows = pd.read_csv(sys.argv[1], dtype_backend="pyarrow")
site = rows["website"].str.replace(r"^https?://(www[.])?", "", regex=True).str.lower()
rows.insert(0, "domain", site.str.replace(r"[/?#].*$", "", regex=True))
bare = rows["name"].str.replace(r" (Inc|Ltd|GmbH|LLC)$", "", regex=True).str.lower()
rows.insert(1, "name_key", bare)
trial = (rows["plan"] == "trial") & rows["status"].isin(["left", "expired"])
rows = rows[~((rows["employees"] < 10).fillna(False) | trial.fillna(False))].copy()
people, amount = rows["employees"].astype("float64"), rows["revenue"].astype("float64")
size = np.select([people.between(200, 2000), people.between(50, 199), people.isna()], [40, 20, 20], 0)
industry = rows["industry"]
trade = np.select([industry.isin(["Software", "Energy"]), industry.isna()], [35, 17.5], 0)
money = np.select([amount >= 1e7, amount.isna()], [25, 12.5], 0)
rows["fit_score"] = size + trade + money
rows["territory"] = np.where(rows["country"].isin(["DE", "AT", "CH"]), "DACH", "Rest")
rows = rows.sort_values(["fit_score", "revenue", "name"], ascending=[False, False, True])
rows["tier"] = None
for tier, least, capacity in (("A", 80, 200), ("B", 60, 1000)):
    open_ = rows[(rows["fit_score"] >= least) & rows["tier"].isna()]
    chosen = open_.groupby("country").head(capacity).index
    rows.loc[chosen, "tier"] = tier
rows.sort_values(["tier", "fit_score"], ascending=[True, False]).to_csv(sys.argv[2], index=False)
"""


def make(folder: Path, rows: int) -> None:
    """Companies, each once, and what is asked of them."""
    million.make(folder, rows)
    (folder / "abmkit.toml").write_text(CONFIG, "utf-8")
    companies, once = folder / "companies.csv", folder / "once.csv"
    seen = set()
    with companies.open(encoding="utf-8") as given, once.open("w", encoding="utf-8") as out:
        for line in given:
            name = line.partition(",")[0]
            if name not in seen:
                seen.add(name)
                out.write(line)
    once.replace(companies)


def pipe(to: str) -> str:
    """The steps as a line of shell, in a format between them."""
    abmkit = f"{sys.executable} -m abmkit"
    last = len(STEPS) - 1
    return " | ".join(
        f"{abmkit} {step} {'companies.csv' if not at else '-'} -c abmkit.toml --quiet "
        + (f"--to {to}" if at < last else "-o out.csv")
        for at, step in enumerate(STEPS)
    )


def commands() -> dict[str, list[str]]:
    """What is measured, by its name."""
    csvsql = os.environ.get("CSVSQL") or shutil.which("csvsql")
    found = {
        "arrow": ["bash", "-o", "pipefail", "-c", pipe("arrow")],
        "csv": ["bash", "-o", "pipefail", "-c", pipe("csv")],
        "pandas": [sys.executable, "-c", PANDAS, "companies.csv", "pandas.csv"],
    }
    if csvsql:
        line = f'{csvsql} --tables companies --query "$0" companies.csv > csvkit.csv'
        found["csvkit"] = ["bash", "-c", line, SQL]
    return found


def run(folder: Path, names: list[str]) -> None:
    """Seconds by the clock, seconds of processors and peak memory of each."""
    for name, command in commands().items():
        if not names or name in names:
            clock, spent, peak = timed(command, folder)
            print(
                f"{name:8} {clock:7.2f} s  {spent:7.2f} s of processors  {peak:5.2f} GB", flush=True
            )


def starts(folder: Path) -> None:
    """How long each step takes until its first row is out, and in all."""
    rows = b""
    total = clocks = 0.0
    floor = [sys.executable, "-c", "import duckdb"]
    for name in ("duckdb", *STEPS):
        command = floor
        if name != "duckdb":
            source = "companies.csv" if name == STEPS[0] else "-"
            command = [sys.executable, "-m", "abmkit", name, source, "-c", "abmkit.toml", "--quiet"]
            command += ["--to", "arrow"]
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(rows)
        process.stdin.close()
        first = process.stdout.read(1)
        began = time.perf_counter() - start
        rows = first + process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        ended, spent = time.perf_counter() - start, used.ru_utime + used.ru_stime
        if name != "duckdb":
            total, clocks = total + spent, clocks + ended
        print(
            f"{name:8} first row {began:5.2f} s  all {ended:5.2f} s  {spent:5.2f} s of processors"
        )
    print(f"together {clocks:.2f} s, {total:.2f} s of processors")


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    if what == "make":
        make(Path(place), int(rest[0]))
    elif what == "starts":
        starts(Path(place))
    else:
        run(Path(place), rest)
