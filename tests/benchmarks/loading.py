"""`load` and `convert` on files of any size, beside what reading and writing them costs others.

    python tests/benchmarks/loading.py make FILE ROWS [SEED]
    python tests/benchmarks/loading.py time FILE [NAME…]

`make` writes messy rows as CSV, the same for the same seed: names, sites, ranges and money in two
languages, with a country, a city and an industry, some 130 bytes a row. `time` runs each of
`pyarrow` (reads the CSV, writes Parquet), `duckdb` (copies it, every cell as text), `load` and
`convert` as a process of its own, and prints its seconds by the clock and of processors, and its
peak memory.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import messy

CONFIG = 'version = 1\nname = "messy"\ncurrency = "USD"\nrates = { CNY = 0.14 }\n'
PYARROW = """
import sys
from pyarrow import csv, parquet
with csv.open_csv(sys.argv[1]) as rows, parquet.ParquetWriter(sys.argv[2], rows.schema) as out:
    for batch in rows:
        out.write_batch(batch)
"""
DUCKDB = """
import sys, duckdb
duckdb.sql("SET enable_progress_bar = false")
duckdb.sql(f"COPY (FROM read_csv('{sys.argv[1]}', all_varchar = true)) TO '{sys.argv[2]}'")
"""
_COUNTRIES = ["US", "United States", "中国", "China", "Germany", "DE", "UK", "", "法国", "Japan"]
_CITIES = ["Berlin", "上海市", "New York", "深圳", "London", "", "Paris", "苏州市", "Austin, TX"]
_TRADES = ["Software", "软件和信息技术服务业", "Manufacturing", "批发业", "Banking", "N/A", "IT"]


def make(path: Path, rows: int, seed: int) -> None:
    """Messy rows as CSV."""
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*messy.COLUMNS, "country", "city", "industry"])
        for number in range(rows):
            where = (chance.choice(each) for each in (_COUNTRIES, _CITIES, _TRADES))
            out.writerow([*messy._record(chance, number), *where])


def commands(file: Path, folder: Path) -> dict[str, list[str]]:
    """What is measured on a file, by its name; each writes to `out.parquet` in a folder."""
    config, out = folder / "abmkit.toml", folder / "out.parquet"
    config.write_text(CONFIG)
    ours = [sys.executable, "-m", "abmkit"]
    return {
        "pyarrow": [sys.executable, "-c", PYARROW, str(file), str(out)],
        "duckdb": [sys.executable, "-c", DUCKDB, str(file), str(out)],
        "load": [*ours, "load", str(file), "-c", str(config), "-o", str(out), "--quiet"],
        "convert": [*ours, "convert", str(file), "-o", str(out), "--quiet"],
    }


def measure(name: str, file: Path) -> None:
    """The time and memory of one of them."""
    with tempfile.TemporaryDirectory(prefix="abmkit-") as folder:
        command = commands(file, Path(folder))[name]
        start = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = time.perf_counter() - start
        print(
            f"{name:8} {clock:7.1f} s  {used.ru_utime + used.ru_stime:7.1f} s of processors  "
            f"{used.ru_maxrss / 1e6:5.2f} GB  exit {process.returncode}",
            flush=True,
        )


if __name__ == "__main__":
    what, target, *rest = sys.argv[1:]
    if what == "make":
        make(Path(target), int(rest[0]), int(rest[1]) if len(rest) > 1 else 7)
    else:
        for each in rest or ["pyarrow", "load", "duckdb", "convert"]:
            measure(each, Path(target))
