"""All workloads beside their peers, in one table of ratios.

    python tests/benchmarks/all.py [--rows N] [--only NAME…] [--folder FOLDER]

Makes each workload of N rows (100,000 by default) and takes it through abmkit and through its peer,
each a process of its own, one after the other: `run` and its steps (workload.py), `load` and
`convert` (loading.py), five steps in a pipe (pipeline.py), `dedupe` by keys alone (keys.py) and by
likeness (duplicates.py; its peer needs `pip install splink cleanco`). Prints the seconds of
processors and by the clock and the peak memory of both, and their ratios. What is made stays in
FOLDER where one is named, and is not made again. Timings inform; nothing here is a test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duplicates
import keys
import loading
import pipeline
import workload
from duplicates import timed

HERE = Path(__file__).parent
ABMKIT = [sys.executable, "-m", "abmkit"]
HEAD = f"{'':22}{'CPU s':>8}{'clock':>8}{'GB':>6}   {'beside':20}{'CPU s':>8}{'clock':>8}{'GB':>6}"
Command = list[str]
Pair = tuple[str, Command, str, Command]
"""What is measured, its command, its peer, the peer's command; ours is run first."""


def peer(script: str, *arguments: str) -> Command:
    """A script of this folder."""
    return [sys.executable, str(HERE / script), *arguments]


def lists(folder: Path) -> Iterator[Pair]:
    """A run and its steps."""
    config = ["-c", "abmkit.toml"]
    (folder / "steps").mkdir(exist_ok=True)
    command = [*ABMKIT, "run", "abmkit.toml", "-o", "out"]
    yield "run", command, "SQL, five files", peer("workload.py", "sql", ".")
    steps = {"exclude": "accounts", "score": "accounts", "tier": "steps/score"}
    for step, name in steps.items():
        source, target = f"{name}.parquet", f"steps/{step}.parquet"
        again = peer("workload.py", "read-and-write", source, target)
        yield step, [*ABMKIT, step, source, *config, "-o", target], "read and write", again


def files(folder: Path) -> Iterator[Pair]:
    """Messy rows."""
    found = loading.commands(folder / "messy.csv", folder)
    yield "load", found["load"], "pyarrow, CSV to file", found["pyarrow"]
    yield "convert", found["convert"], "DuckDB, CSV to file", found["duckdb"]


def piped(_folder: Path) -> Iterator[Pair]:
    """Five steps in a pipe."""
    found = pipeline.commands()
    yield "pipe, Arrow between", found["arrow"], "pandas", found["pandas"]
    yield "pipe, CSV between", found["csv"], "csvkit", found.get("csvkit", found["pandas"])


def companies(_folder: Path) -> Iterator[Pair]:
    """Records that share keys."""
    command = [*ABMKIT, "dedupe", "records.parquet", "--quiet", "-o", "deduped.parquet"]
    yield "dedupe by keys", command, "DuckDB, group by", peer("keys.py", "by-hand", ".")


def alike(_folder: Path) -> Iterator[Pair]:
    """Records of companies with noise."""
    line = "load --quiet --to arrow | {} dedupe - --from arrow --quiet -o deduped.parquet"
    abmkit = f"{sys.executable} -m abmkit"
    command = ["bash", "-o", "pipefail", "-c", f"{abmkit} {line.format(abmkit)}"]
    bare = peer("peers.py", "dedupe", "records.csv", "edges.parquet")
    yield "load and dedupe", command, "bare Splink", bare


WORKLOADS: dict[str, tuple[Callable[[Path, int], None], Callable[[Path], Iterator[Pair]]]] = {
    "workload": (workload.make, lists),
    "loading": (lambda folder, rows: loading.make(folder / "messy.csv", rows, 7), files),
    "pipes": (pipeline.make, piped),
    "keys": (keys.make, companies),
    "duplicates": (lambda folder, rows: duplicates.make(folder, rows, 4, "invented"), alike),
}


def measure(place: Path, rows: int, names: list[str]) -> None:
    """Makes what is not there, and prints a line for each pair."""
    print(f"{rows:,} rows\n{HEAD}   {'ratio: CPU':>10}{'clock':>7}{'GB':>6}", flush=True)
    for name in names:
        make, pairs = WORKLOADS[name]
        folder = place / f"{name}-{rows}"
        if not folder.exists():
            folder.mkdir(parents=True)
            make(folder, rows)
        for what, ours, beside, theirs in pairs(folder):
            one = timed(silent(ours), folder)
            line = f"{what:22}{told(one)}   {beside:20}"
            try:
                other = timed(silent(theirs), folder)
            except SystemExit:
                print(f"{line}cannot run here", flush=True)
                continue
            clock, cpu, peak = (a / b for a, b in zip(one, other, strict=True))
            print(f"{line}{told(other)}   {cpu:10.2f}{clock:7.2f}{peak:6.2f}", flush=True)


def silent(command: Command) -> Command:
    """The same command without what it says."""
    return ["bash", "-c", 'exec "$0" "$@" > said.txt 2>&1', *command]


def told(spent: tuple[float, float, float]) -> str:
    """Seconds of processors, seconds by the clock and peak memory, in columns."""
    clock, cpu, peak = spent
    return f"{cpu:8.2f}{clock:8.2f}{peak:6.2f}"


def main() -> None:
    """Reads the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=list(WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="abmkit-") as made:
        measure((given.folder or Path(made)).resolve(), given.rows, given.only)


if __name__ == "__main__":
    main()
