"""Markets of known size, counted by directories: how often the interval holds the truth.

    python tests/benchmarks/visibility.py [MARKETS]

Each setting is so many simulated markets, 1,000 by default, with a seed of its own. A market has
companies, each named by a directory with a chance: the same for all (independent); that of the
second directory with odds four times as high where the first names it (dependent); higher for some
companies than for others in all directories, by a normal effect of the log odds with a standard
deviation of 1 (unequal), or in two halves, two apart (two kinds). Printed per setting: the median
estimate over the truth, Chao's bound likewise, how often the interval holds the truth, how often it
lies below and above it, how wide it is in the middle, and how many markets gave no estimate.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import numpy.typing as npt

from abmkit.planning.visibility.estimates import estimates

TWO = ((50, (0.3, 0.4)), (300, (0.2, 0.3)), (1_000, (0.1, 0.2)), (1_000, (0.4, 0.6)), (10_000, (0.1, 0.3)))  # fmt: skip
THREE = (
    (100, (0.3, 0.4, 0.5)), (300, (0.2, 0.3, 0.3)), (1_000, (0.2, 0.3, 0.5)),
    (10_000, (0.1, 0.2, 0.4)),
)  # fmt: skip
FOUR = ((1_000, (0.2, 0.2, 0.3, 0.4)),)
KINDS = ("independent", "dependent", "unequal", "two kinds")


def market(
    chance: np.random.Generator, size: int, shares: tuple[float, ...], kind: str
) -> npt.NDArray[np.int64]:
    """The counts of the capture histories of one market."""
    odds = np.log(np.array(shares) / (1 - np.array(shares)))
    effect = np.zeros(size)
    if kind == "unequal":
        effect = chance.normal(0, 1, size)
    elif kind == "two kinds":
        effect = np.where(chance.random(size) < 0.5, 1.0, -1.0)
    named = chance.random((size, len(shares))) < 1 / (1 + np.exp(-(odds + effect[:, None])))
    if kind == "dependent":
        further = np.log(4) * (named[:, 0] - shares[0])
        named[:, 1] = chance.random(size) < 1 / (1 + np.exp(-(odds[1] + further)))
    codes = named @ (1 << np.arange(len(shares)))
    return np.bincount(codes, minlength=1 << len(shares))[1:].astype(np.int64)


def told(size: int, shares: tuple[float, ...], kind: str, markets: int) -> dict[str, float]:
    """What the estimates of so many markets are worth."""
    seed = [size, KINDS.index(kind), *(round(100 * share) for share in shares)]
    chance = np.random.default_rng(seed)
    counts = np.array([market(chance, size, shares, kind) for _ in range(markets)])
    found = estimates(counts)
    given = ~np.isnan(found.size)
    low, high = np.floor(found.low[given]), np.ceil(found.high[given])
    return {
        "estimate": float(np.median(found.size[given]) / size),
        "chao": float(np.median(found.chao[given]) / size),
        "held": float(np.mean((low <= size) & (size <= high))),
        "below": float(np.mean(high < size)),
        "above": float(np.mean(low > size)),
        "width": float(np.median(high - low) / size),
        "none": float(np.sum(~given)),
    }


def main(markets: int = 1_000) -> None:
    """Print a table."""
    print(f"{'kind':12}{'size':>7}  {'named':20}" + "".join(
        f"{name:>9}" for name in ("estimate", "chao", "held", "below", "above", "width", "none")
    ))  # fmt: skip
    for kind in KINDS:
        for size, shares in (*TWO, *THREE, *FOUR):
            start = time.perf_counter()
            row = told(size, shares, kind, markets)
            shown = "".join(f"{value:9.3f}" for value in row.values())
            named = " ".join(map(str, shares))
            print(f"{kind:12}{size:7,}  {named:20}{shown}  {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
