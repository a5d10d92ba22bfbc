"""The Pollock benchmark: how much of a polluted CSV file comes out as it should.

    python tests/benchmarks/pollock.py [FOLDER] [--readers abmkit,duckdb,pandas,clevercsv] [--every N]

FOLDER holds `polluted.tar.xz` and `weights.json`. Per file: whether it loads, and precision, recall
and F1 of its header, its records and its cells as multisets (Vitagliano et al., "Pollock: A Data
Loading Benchmark", VLDB 2023). The score is the sum of the ten means over the files; weighted, each
file counts by its weight. No reader is told anything about the files.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

Row = Sequence[str | None]
Table = tuple[Sequence[str], Sequence[Row]]
MEASURES = 10
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pollock"


def by_abmkit(path: Path) -> Table:
    """The table as `abmkit convert` gives it."""
    from abmkit.io.opening import EmptyInput
    from abmkit.io.reading import read

    try:
        records = read(path)
    except EmptyInput:
        return (), ()
    rows = [tuple(row.values()) for table in records.batches() for row in table.to_pylist()]
    return (records.header if records.header_rows else ()), rows


def by_duckdb(path: Path) -> Table:
    """The table as DuckDB's sniffer reads it."""
    import duckdb

    found = duckdb.connect().execute(f"select * from read_csv('{path}', all_varchar = true)")
    names = [column[0] for column in found.description or ()]
    made_up = all(re.fullmatch(r"column\d+", name) for name in names)
    return (() if made_up else names), found.fetchall()


def by_lenient_duckdb(path: Path) -> Table:
    """The table as DuckDB reads it when told to put up with faults."""
    import duckdb

    lenient = "all_varchar = true, ignore_errors = true, null_padding = true, strict_mode = false"
    found = duckdb.connect().execute(f"select * from read_csv('{path}', {lenient})")
    names = [column[0] for column in found.description or ()]
    made_up = all(re.fullmatch(r"column\d+", name) for name in names)
    return (() if made_up else names), found.fetchall()


def by_pandas(path: Path) -> Table:
    """The table as pandas reads it."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [str(name) for name in frame.columns], frame.to_numpy().tolist()


def by_clevercsv(path: Path) -> Table:
    """The table as CleverCSV detects and reads it."""
    import clevercsv

    text = path.read_text(encoding="utf-8")
    dialect = clevercsv.Detector().detect(text)
    rows = list(clevercsv.reader(io.StringIO(text, newline=""), dialect))
    headed = bool(rows) and clevercsv.Detector().has_header(text)
    return (rows[0], rows[1:]) if headed else ((), rows)


READERS: dict[str, Callable[[Path], Table]] = {
    "abmkit": by_abmkit,
    "duckdb": by_duckdb,
    "lenient": by_lenient_duckdb,
    "pandas": by_pandas,
    "clevercsv": by_clevercsv,
}


def wanted(path: Path) -> Table:
    """What must come out of a file: its clean namesake."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    # The one clean file without a header is that of the file whose header was taken away.
    headed = bool(rows) and "no_header" not in path.name
    return (rows[0], rows[1:]) if headed else ((), rows)


def measures(found: Table | None, target: Table) -> list[float]:
    """Success, then precision, recall and F1 of header, records and cells; zeros for a failure."""
    if found is None:
        return [0.0] * MEASURES
    (header, rows), (true_header, true_rows) = map(_normal, (found, target))
    return [
        1.0,
        *_agreement(header, true_header),
        *_agreement(rows, true_rows),
        *_agreement((c for row in rows for c in row), (c for row in true_rows for c in row)),
    ]


def _normal(table: Table) -> tuple[list[str], list[tuple[str, ...]]]:
    header, rows = table
    return [_value(cell) for cell in header], [tuple(map(_value, row)) for row in rows]


def _value(cell: str | None) -> str:
    text = unicodedata.normalize("NFC", "" if cell is None else str(cell))
    return re.sub(r"\r\n?", "\n", text).strip()


def _agreement(found: Iterable[object], true: Iterable[object]) -> tuple[float, float, float]:
    ours, theirs = Counter(found), Counter(true)
    if not ours and not theirs:
        return 1.0, 1.0, 1.0
    common = sum((ours & theirs).values())
    precision = common / ours.total() if ours else 0.0
    recall = common / theirs.total() if theirs else 0.0
    both = precision + recall
    return precision, recall, (2 * precision * recall / both if both else 0.0)


def pollution(name: str) -> str:
    """The class of a file's pollution: its name without rows and columns."""
    name = re.sub(r"(row|col|quote)\d+", r"\1", name.removesuffix(".csv"))
    return re.sub(r"^row_field_delimiter_\d+", "row_field_delimiter", name)


def unpacked(archive: Path, folder: Path) -> None:
    """The benchmark's files."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def scored(
    reader: Callable[[Path], Table], folder: Path, names: Sequence[str]
) -> dict[str, list[float]]:
    """The measures of each file under one reader."""
    found = {}
    for name in names:
        try:
            table: Table | None = reader(folder / "csv" / name)
        except Exception:
            table = None
        found[name] = measures(table, wanted(folder / "clean" / name))
    return found


def simple(results: dict[str, list[float]]) -> float:
    """The sum of the ten means."""
    return sum(map(sum, results.values())) / len(results)


def weighted(results: dict[str, list[float]], weights: dict[str, float]) -> float:
    """The sum of the ten means, each file by its weight among those that are there."""
    total = sum(weights[name] for name in results)
    return sum(weights[name] * sum(values) for name, values in results.items()) / total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--every", type=int, default=1, help="only every nth file of a row class")
    given = parser.parse_args()
    weights = json.loads((given.folder / "weights.json").read_text())
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        unpacked(given.folder / "polluted.tar.xz", folder)
        names = sorted(path.name for path in (folder / "csv").iterdir())
        of_rows = [name for name in names if name.startswith("row_")]
        names = [name for name in names if name not in set(of_rows)] + of_rows[:: given.every]
        results = {}
        for reader in given.readers.split(","):
            began = time.perf_counter()
            results[reader] = scored(READERS[reader], folder, names)
            took = time.perf_counter() - began
            said = f"{simple(results[reader]):.3f} simple, {weighted(results[reader], weights):.3f}"
            print(f"{reader:10} {said} weighted, {len(names)} files in {took:.0f} s", flush=True)
    classes: dict[str, list[str]] = defaultdict(list)
    for name in names:
        classes[pollution(name)].append(name)
    print(f"\n{'':36}{'files':>6}" + "".join(f"{reader:>11}" for reader in results))
    for kind, members in sorted(classes.items()):
        means = (simple({name: found[name] for name in members}) for found in results.values())
        print(f"{kind:36}{len(members):6}" + "".join(f"{mean:11.3f}" for mean in means))


if __name__ == "__main__":
    sys.exit(main())
