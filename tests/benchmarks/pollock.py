"""The Pollock benchmark: how much of a polluted CSV file comes out as it should.

    python tests/benchmarks/pollock.py [FOLDER] [--readers abmkit,duckdb,lenient] [--every N]

FOLDER holds `polluted.tar.xz` and `weights.json`. No reader is told anything about the files. Needs
`pip install price-parser`, and `clevercsv` for that reader.

The measure is that of Vitagliano et al., "Pollock: A Data Loading Benchmark", VLDB 2023, as its own
code computes it (github HPI-Information-Systems/Pollock, `evaluate.py`, `pollock/metrics.py`). Each
reader gives the rows of the CSV file that it would write; of these and of the clean file, as
multisets,

    header    the normalised cells of the first row, whatever that row is
    records   the other rows, each its normalised cells run together
    cells     the cells of all rows, as they stand

    score     success + the precision, recall and F1 of header, records and cells: 0 to 10

- A reader that fails gets 0. A clean file that is empty gives 10 to any that does not fail, one
  without records full marks for its records.
- Normalised: numbers, dates and times by their value, a text with a price in it (`price-parser`) as
  that price, other text in lower case.
- Simple, the score is the mean of the files; weighted, each file counts by its share of the weights
  of the files that are there (the weights name 584 more).

With the authors' loaded files of pandas and CleverCSV it gives the published 9.895 / 9.431 and
9.193 / 9.454. "DuckDB 1.2 (Auto)" is `lenient` here: the authors read with `strict_mode=False`,
`ignore_errors=True`, `null_padding=True` and write typed columns with pandas. What they publish of
other readers was read with each file's parameters.
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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

Rows = list[list[str]]
MEASURES = 10
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pollock"


def by_abmkit(path: Path) -> Rows:
    """The table as `abmkit convert` writes it: without a header where the file has none."""
    from abmkit.io.input import EmptyInput
    from abmkit.io.reading import read

    try:
        records = read(path)
    except EmptyInput:
        return []
    rows = [tuple(row.values()) for table in records.batches() for row in table.to_pylist()]
    return _texts([records.header, *rows] if records.header_rows else rows)


def by_duckdb(path: Path) -> Rows:
    """The table as DuckDB's sniffer reads it."""
    import duckdb

    found = duckdb.connect().execute(f"select * from read_csv('{path}', all_varchar = true)")
    return _texts([[column[0] for column in found.description or ()], *found.fetchall()])


def by_lenient_duckdb(path: Path) -> Rows:
    """The table as DuckDB reads it when told to put up with faults, written by pandas."""
    import duckdb

    found = duckdb.connect().read_csv(
        str(path), strict_mode=False, ignore_errors=True, null_padding=True
    )
    return _parsed(found.df().to_csv(index=False))


def by_pandas(path: Path) -> Rows:
    """The table as pandas reads it."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return _texts([list(map(str, frame.columns)), *frame.to_numpy().tolist()])


def by_clevercsv(path: Path) -> Rows:
    """The table as CleverCSV detects and reads it."""
    import clevercsv

    text = path.read_text(encoding="utf-8")
    dialect = clevercsv.Sniffer().sniff(text)
    return _texts(clevercsv.reader(io.StringIO(text, newline=""), dialect))


READERS: dict[str, Callable[[Path], Rows]] = {
    "abmkit": by_abmkit,
    "duckdb": by_duckdb,
    "lenient": by_lenient_duckdb,
    "pandas": by_pandas,
    "clevercsv": by_clevercsv,
}


def _texts(rows: Iterable[Sequence[str | None]]) -> Rows:
    """Rows as a CSV file gives them back: no value is empty text, every line break a newline."""
    return [[re.sub(r"\r\n?", "\n", cell or "") for cell in row] for row in rows]


def _parsed(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text)))


def wanted(path: Path) -> Rows:
    """What must come out of a file: its clean namesake."""
    return _parsed(path.read_text(encoding="utf-8-sig"))


def measures(found: Rows | None, target: Rows) -> list[float]:
    """Success, then precision, recall and F1 of header, records and cells; zeros for a failure."""
    if found is None:
        return [0.0] * MEASURES
    if not target:
        return [1.0] * MEASURES
    ours, theirs = ([list(map(normalised, row)) for row in rows] for rows in (found, target))
    return [
        1.0,
        *_agreement(ours[0] if ours else (), theirs[0]),
        *_agreement(map("".join, ours[1:]), map("".join, theirs[1:])),
        *_agreement((c for row in found for c in row), (c for row in target for c in row)),
    ]


@cache
def normalised(cell: str) -> str:
    """A cell by its value, in the order of the original's `normalize_cell`."""
    from dateutil import parser
    from price_parser import Price

    for read in (_whole, float, _time, lambda text: parser.parse(text, parserinfo=_dates())):
        try:
            return str(read(cell))
        except (ValueError, OverflowError, TypeError):
            continue
    price = Price.fromstring(cell)
    if price.currency is None or price.amount is None:
        return cell.lower()
    return f"{price.currency}{price.amount_float}"


def _whole(text: str) -> int:
    if text in ("True", "true", "False", "false"):
        return int(text.lower() == "true")
    number = int(text)
    # The original's way with 0 and 1 that are written otherwise.
    return bool(number) if number in (0, 1) and text != str(number) else number


def _time(text: str) -> object:
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(text, form).time()
        except ValueError:
            continue
    raise ValueError(text)


@cache
def _dates() -> object:
    from dateutil import parser

    return type("Dates", (parser.parserinfo,), {"JUMP": [" ", ".", ",", ";", "-", "/", "'"]})()


def _agreement(found: Iterable[str], true: Iterable[str]) -> tuple[float, float, float]:
    ours, theirs = Counter(found), Counter(true)
    if not theirs:
        return 1.0, 1.0, 1.0
    common = sum((ours & theirs).values())
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / ours.total(), common / theirs.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def pollution(name: str) -> str:
    """The class of a file's pollution: its name without rows and columns."""
    name = re.sub(r"(row|col|quote)\d+", r"\1", name.removesuffix(".csv"))
    return re.sub(r"^row_field_delimiter_\d+", "row_field_delimiter", name)


def unpacked(archive: Path, folder: Path) -> None:
    """The benchmark's files."""
    with tarfile.open(archive) as packed:
        # Python 3.11 learnt the filter with its fourth patch.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        packed.extractall(folder, **safely)


def scored(
    reader: Callable[[Path], Rows],
    folder: Path,
    names: Sequence[str],
    failures: Counter[str] | None = None,
) -> dict[str, list[float]]:
    """The measures of each file under one reader; why it failed is counted in `failures`."""
    found = {}
    for name in names:
        try:
            rows: Rows | None = reader(folder / "csv" / name)
        except Exception as error:
            rows = None
            if failures is not None:
                failures[_reason(error)] += 1
        found[name] = measures(rows, wanted(folder / "clean" / name))
    return found


def _reason(error: Exception) -> str:
    """The kind of an error, with the first line of its message without places and numbers."""
    said = re.sub(r'"[^"]*"|\d+', "…", str(error).split("\n")[0])
    return f"{type(error).__name__}: {said[:90]}"


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
            failures: Counter[str] = Counter()
            results[reader] = scored(READERS[reader], folder, names, failures)
            took = time.perf_counter() - began
            said = f"{simple(results[reader]):.3f} simple, {weighted(results[reader], weights):.3f}"
            print(f"{reader:10} {said} weighted, {len(names)} files in {took:.0f} s", flush=True)
            for reason, count in failures.most_common(5):
                print(f"{count:12} failed: {reason}", flush=True)
    classes: dict[str, list[str]] = defaultdict(list)
    for name in names:
        classes[pollution(name)].append(name)
    print(f"\n{'':36}{'files':>6}" + "".join(f"{reader:>11}" for reader in results))
    for kind, members in sorted(classes.items()):
        means = (simple({name: found[name] for name in members}) for found in results.values())
        print(f"{kind:36}{len(members):6}" + "".join(f"{mean:11.3f}" for mean in means))


if __name__ == "__main__":
    sys.exit(main())
