"""Records of invented companies with noisy duplicates: how well, how fast they are found.

    python tests/benchmarks/duplicates.py make FOLDER [--companies N] [--seed S] [--of census|other]
    python tests/benchmarks/duplicates.py run FOLDER [--only abmkit|splink]
    python tests/benchmarks/duplicates.py score MEMBERS FOLDER/truth.csv

`make` writes N records (a million by default), a fifth of them noisy duplicates, to
`records.csv`, a config, and apart from them `truth.csv`: of each row the company, the family of
similar but different companies, the noise in its name and what else the pair has in common. Names
are recombined from real ones (see pools.py); the same seed writes the same bytes. `--of census`
makes them of another population with other noise (census.py), whose mistakes were read at a
million; `--of other` of that population mixed otherwise, of which nobody read anything.

`run` takes the records through `abmkit load` and `abmkit dedupe` as whole commands, and through the
bare Splink of peers.py in a process of its own; prints seconds, peak memory and quality of each.
Splink's threshold is the one with the best F1 by the truth, a favour that abmkit does not get.

`score` reads source_row and account_id, as `abmkit dedupe --members` writes them. Quality is of
pairs: of the pairs put together how many are one company, and of a company's pairs how many were
put together. Timings inform; nothing here is a test.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

SHARE = 0.2
MORE = (0.78, 0.15, 0.05, 0.02)  # a company with duplicates has 1, 2, 3, 4 of them
CONFIG = """
version = 1
name = "Duplicates"
[[sources]]
name = "records"
path = "records.csv"
"""


Drawn = Iterator[tuple[int, int, str, list[tuple[list[str], str]]]]
"""Companies: number, family, relation, and records of each with their noise, the first without."""


def _invented(chance: random.Random) -> tuple[Sequence[str], Drawn]:
    """The columns and the companies of invented.py, with the noise of noise.py."""
    from invented import Maker
    from noise import COLUMNS, record

    maker = Maker(chance)
    mean = sum(share * (at + 1) for at, share in enumerate(MORE))
    share = SHARE / mean / (1 - SHARE)

    def drawn() -> Drawn:
        for number in count():
            made = maker.company(number)
            records = [(record(made, chance, noisy=False)[0], "original")]
            if chance.random() < share:
                for _ in range(chance.choices((1, 2, 3, 4), MORE)[0]):
                    other, kinds = record(made, chance, noisy=True)
                    noise = "+".join(kinds) if kinds else "same name"
                    records.append((other, f"{'zh' if made.chinese else 'en'}:{noise}"))
            yield made.number, made.family, made.relation, records

    return COLUMNS, drawn()


def _census(chance: random.Random, other: bool = False) -> tuple[Sequence[str], Drawn]:
    """The columns and the companies of census.py, or of its `other` mix."""
    import census

    mix = census.OTHER if other else census.USUAL
    maker = census.Census(chance, mix)
    mean = sum(share * (at + 1) for at, share in enumerate(mix.more))
    share = SHARE / mean / (1 - SHARE)

    def drawn() -> Drawn:
        for number in count():
            made = maker.company(number)
            records = [(census.record(made, chance, mix)[0], "original")]
            if chance.random() < share:
                for _ in range(chance.choices(range(1, len(mix.more) + 1), mix.more)[0]):
                    later, changed = maker.later(made)
                    other, noise = census.record(later, chance, mix)
                    kinds = "+".join([noise, *changed])
                    records.append((other, f"{'zh' if made.chinese else 'en'}:{kinds}"))
            yield made.number, made.family, made.relation, records

    return census.COLUMNS, drawn()


POPULATIONS = {"invented": _invented, "census": _census, "other": partial(_census, other=True)}


def make(folder: Path, rows: int, seed: int, of: str = "invented") -> None:
    """Writes records.csv, truth.csv and abmkit.toml."""
    chance = random.Random(seed)
    columns, companies = POPULATIONS[of](chance)
    lines: list[str] = []
    truths: list[tuple[int, int, str, str]] = []
    relations: dict[int, str] = {}
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    number = 0
    while len(lines) < rows:
        number, family, relation, records = next(companies)
        if relation:
            relations[family] = relation
        first = records[0][0]
        for values, noise in records:
            common = "" if values is first else _common(columns, first, values)
            writer.writerow(values)
            lines.append(buffer.getvalue())
            buffer.seek(0)
            buffer.truncate()
            truths.append((number, family, sys.intern(noise), sys.intern(common)))
    order = list(range(rows))
    chance.shuffle(order)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abmkit.toml").write_text(CONFIG, "utf-8")
    with (
        (folder / "records.csv").open("w", encoding="utf-8", newline="") as records,
        (folder / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        to_truth = csv.writer(truth)
        csv.writer(records).writerow(columns)
        to_truth.writerow(("row", "company", "family", "relation", "noise", "common"))
        for row, at in enumerate(order, 1):
            records.write(lines[at])
            company, family, noise, common = truths[at]
            to_truth.writerow((row, company, family, relations.get(family, ""), noise, common))
    print(f"{rows:,} records of {number + 1:,} companies in {folder}")


def _common(columns: Sequence[str], first: Sequence[str], other: Sequence[str]) -> str:
    """What the two records share beside the name."""
    place = columns.index("city")
    site = bool(first[1] and other[1]) and _stem(first[1]) == _stem(other[1])
    phone = bool(first[2] and other[2]) and first[2][-4:] == other[2][-4:]
    city = bool(first[place] and other[place])
    return "+".join(n for n, has in (("site", site), ("phone", phone), ("city", city)) if has)


def _stem(site: str) -> str:
    host = site.lower().partition("//")[2] or site.lower()
    for start in ("www.", "shop.", "en.", "info.", "m."):
        host = host.removeprefix(start)
    return host.split("/")[0].split("?")[0]


def pairs(*labels: Any) -> int:
    """How many pairs of rows agree in all the labels."""
    import numpy as np

    key = np.zeros(len(labels[0]), dtype=np.int64)
    for label in labels:
        _, codes = np.unique(label, return_inverse=True)
        _, key = np.unique(key * (int(codes.max()) + 1) + codes, return_inverse=True)
    sizes = np.bincount(key).astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def quality(clusters: Any, companies: Any) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs."""
    true, given, both = pairs(companies), pairs(clusters), pairs(clusters, companies)
    precision = both / given if given else 1.0
    recall = both / true if true else 1.0
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def score(clusters: Any, truth: Any, detail: bool = True) -> tuple[float, float, float]:
    """Prints the quality of a clustering, and by kind of noise and of family."""
    import numpy as np

    companies, families = truth["company"].to_numpy(), truth["family"].to_numpy()
    found = quality(clusters, companies)
    sizes = np.unique(clusters, return_counts=True)[1]
    print(
        "  precision {:.4f}  recall {:.4f}  F1 {:.4f}".format(*found),
        f"  clusters {len(sizes):,}, largest {sizes.max():,}",
    )
    if not detail:
        return found
    wrong = pairs(clusters) - pairs(clusters, companies)
    print(f"  wrong pairs {wrong:,}")
    for relation in sorted(set(truth["relation"]) - {""}):
        rows = (truth["relation"] == relation).to_numpy()
        own, kin = companies[rows], families[rows]
        made = pairs(clusters[rows], kin) - pairs(clusters[rows], own)
        of = pairs(kin) - pairs(own)
        print(f"    {relation}: {made:,} of {of:,} pairs of such families")
        wrong -= made
    print(f"    of no common family: {wrong:,}")
    original = (truth["noise"] == "original").to_numpy()
    first = np.empty(int(companies.max()) + 1, dtype=clusters.dtype)
    first[companies[original]] = clusters[original]
    noisy = truth[~original]
    hit = clusters[~original] == first[noisy["company"].to_numpy()]
    language = noisy["noise"].str[:2]
    print("  noisy records that met their company's first record:")
    for name in ("en", "zh"):
        rows = (language == name).to_numpy()
        print(f"    {name}: {hit[rows].mean():.3f} of {rows.sum():,}")
        kinds = noisy["noise"][rows].str[3:].str.split("+")
        for kind in sorted(set(kinds.explode())):
            has = kinds.map(lambda found, kind=kind: kind in found).to_numpy()
            print(f"      {kind}: {hit[rows][has].mean():.3f} of {has.sum():,}")
    print("  by what else the two records share:")
    for common, rows in noisy.groupby("common").indices.items():
        print(f"    {common or 'nothing'}: {hit[rows].mean():.3f} of {len(rows):,}")
    return found


def clusters_of(members: Path, rows: int) -> Any:
    """Cluster codes by row, from a file of members (source_row, account_id)."""
    import numpy as np
    import pandas as pd

    if members.suffix == ".parquet":
        frame = pd.read_parquet(members, columns=["source_row", "account_id"])
    else:
        frame = pd.read_csv(members, usecols=["source_row", "account_id"], encoding="utf-8-sig")
    if len(frame) != rows or frame["source_row"].nunique() != rows:
        print(
            f"  members tell of {frame['source_row'].nunique():,} rows of {rows:,}; the rest alone"
        )
    codes = pd.factorize(frame["account_id"])[0]
    result = np.arange(rows, dtype=np.int64) + len(frame) + 1
    result[frame["source_row"].to_numpy() - 1] = codes
    return result


def best_threshold(edges: Any, companies: Any) -> tuple[float, Any]:
    """The match probability whose connected components have the best F1, and those components."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = len(companies)
    left = edges["unique_id_l"].to_numpy() - 1
    right = edges["unique_id_r"].to_numpy() - 1
    weight = edges["match_weight"].to_numpy()
    best: tuple[float, float, Any] = (-1.0, 0.0, None)
    for least in np.arange(-4, 24, 1.0):
        keep = weight >= least
        ones = np.ones(int(keep.sum()), dtype=np.int8)
        graph = coo_array((ones, (left[keep], right[keep])), shape=(rows, rows))
        found = connected_components(graph, directed=False)[1]
        f1 = quality(found, companies)[2]
        if f1 > best[0]:
            best = f1, float(least), found
    return best[1], best[2]


def timed(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor time and peak memory in GB of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, processor, usage.ru_maxrss / 1e6


def run(folder: Path, only: str | None) -> None:
    """Both, one after the other, on the same records."""
    import pandas as pd

    truth = pd.read_csv(folder / "truth.csv", keep_default_na=False)
    abmkit = str(Path(sys.executable).with_name("abmkit"))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place)
        if only != "splink":
            loaded, members = str(made / "loaded.parquet"), made / "members.parquet"
            load = timed([abmkit, "load", "--quiet", "-o", loaded], folder)
            dedupe = timed(
                [
                    abmkit,
                    "dedupe",
                    loaded,
                    "--quiet",
                    "--members",
                    str(members),
                    "-o",
                    str(made / "o.parquet"),
                ],
                folder,
            )
            print("abmkit load {:.1f} s ({:.1f} s of processor), {:.2f} GB;".format(*load), end=" ")
            print("dedupe {:.1f} s ({:.1f} s), {:.2f} GB;".format(*dedupe), end=" ")
            print(f"both {load[0] + dedupe[0]:.1f} s ({load[1] + dedupe[1]:.1f} s)")
            score(clusters_of(members, len(truth)), truth)
        if only != "abmkit":
            edges, stages = made / "edges.parquet", Path(__file__).with_name("peers.py")
            found_in = timed(
                [sys.executable, str(stages), "dedupe", "records.csv", str(edges)], folder
            )
            print("bare Splink {:.1f} s ({:.1f} s of processor), {:.2f} GB".format(*found_in))
            least, found = best_threshold(pd.read_parquet(edges), truth["company"].to_numpy())
            print(f"  best F1 by the truth at match weight {least}")
            score(found, truth)


def main() -> None:
    """Reads the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--companies", type=int, default=1_000_000)
    making.add_argument("--seed", type=int, default=4)
    making.add_argument("--of", choices=list(POPULATIONS), default="invented")
    running = commands.add_parser("run")
    running.add_argument("folder", type=Path)
    running.add_argument("--only", choices=["abmkit", "splink"])
    scoring = commands.add_parser("score")
    scoring.add_argument("members", type=Path)
    scoring.add_argument("truth", type=Path)
    given = parser.parse_args()
    if given.command == "make":
        make(given.folder, given.companies, given.seed, given.of)
    elif given.command == "run":
        run(given.folder.resolve(), given.only)
    else:
        import pandas as pd

        truth = pd.read_csv(given.truth, keep_default_na=False)
        score(clusters_of(given.members, len(truth)), truth)


if __name__ == "__main__":
    main()
