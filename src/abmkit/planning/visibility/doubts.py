"""What makes an estimate of a segment's size hard to believe, the most harmful first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from abmkit.planning.visibility.counting import Counts, Market
from abmkit.planning.visibility.estimates import ENOUGH, Estimates, contained
from abmkit.planning.visibility.loglinear import histories

ORDER = (
    "one_directory", "no_overlap", "contained", "blind", "unlike", "left_out", "one_origin",
    "few_shared", "wide", "small", "figure_low", "figure_apart",
)  # fmt: skip
"""The codes, the most harmful first. Without an estimate: nobody or only one directory names
anybody, no account is in two. A floor, not an estimate: all that one of two directories names is in
the other; one does not say which segment its accounts are of; segments are found unlike often. One
directory less: it is contained in another; two name the same far oftener than chance. Too little:
the validity condition is not met, the interval is wide, the segment small. And what a figure says
beside."""
FLOORS = ("contained", "blind", "unlike")
"""Those by which an estimate is a floor, and what is visible of it a ceiling."""

_TIMES_AT_LEAST = 3.0
"""The odds that a directory names what another does, over those that it names anything else, at
their least: heterogeneous catchability alone gives less (two to three times, simulated)."""
_BLIND = 0.2
_VALID = 4
"""The product of what two directories name is to be so many times the size at least (Robson and
Regier, 1964: the estimate is then biased by some 2 % at most)."""
_WIDE = 2.0
_SMALL = 30
_NORMAL = 1.959964


@dataclass(frozen=True)
class Doubt:
    """What is to be held against an estimate."""

    code: str
    """One of `ORDER`."""
    directories: tuple[str, ...] = ()
    share: float | None = None
    """How much of the one is in the other, or of a directory's accounts is in no segment."""
    times: float | None = None
    """How many times likelier two name the same."""
    count: int | None = None
    """The figure, or the sum of the segments."""


def doubts(market: Market, found: Estimates, figures: list[int | None]) -> list[tuple[Doubt, ...]]:
    """Per segment, the whole market first, what is to be held against its estimate."""
    blind = tuple(_blind(market))
    each: list[tuple[Doubt, ...]] = []
    for row, key in enumerate(market.keys):
        told = list(_of_figure(market, found, row, figures[row]))
        if key is None or None not in key:
            told += _of_segment(market, found, row)
        if key is None:
            told += _unlike(market, found)
        elif not np.isnan(found.size[row]):
            told += blind
        each.append(tuple(sorted(told, key=lambda doubt: ORDER.index(doubt.code))))
    return each


def _of_segment(market: Market, found: Estimates, row: int) -> Iterator[Doubt]:
    names = list(market.directories)
    counts = market.histories[row]
    which = histories(len(names)).astype(bool)
    named = [int(counts[which[:, n]].sum()) for n in range(len(names))]
    active = [n for n, size in enumerate(named) if size]
    if len(active) < 2:
        yield Doubt("one_directory", tuple(names[n] for n in active))
        return
    if np.isnan(found.size[row]):
        yield Doubt("no_overlap", tuple(names[n] for n in active))
        return
    inside = contained(counts)
    for (small, large), share in inside.items():
        code = "contained" if found.used[row][small] else "left_out"
        yield Doubt(code, (names[small], names[large]), share)
    reach = 0
    for a, b in combinations(np.flatnonzero(found.used[row]).tolist(), 2):
        reach = max(reach, named[a] * named[b])
        times = _times(counts, which, a, b)
        if times is not None and (a, b) not in inside and (b, a) not in inside:
            yield Doubt("one_origin", (names[a], names[b]), times=times)
    if reach < _VALID * found.size[row]:
        yield Doubt("few_shared")
    if found.high[row] > _WIDE * found.low[row]:
        yield Doubt("wide")
    if counts.sum() < _SMALL:
        yield Doubt("small")


def _times(counts: Counts, which: np.ndarray, a: int, b: int) -> float | None:
    """How many times likelier one directory names what the other does, among the accounts that a
    third one names; None where that may be little."""
    third = np.delete(which, [a, b], axis=1).any(axis=1)
    if not third.any():
        return None
    cells = [
        counts[third & (which[:, a] == x) & (which[:, b] == y)].sum() + 0.5
        for x, y in ((1, 1), (0, 0), (1, 0), (0, 1))
    ]
    both, neither, one, other = cells
    log = float(np.log(both * neither / (one * other)))
    error = float(np.sqrt(sum(1 / cell for cell in cells)))
    least = np.exp(log - _NORMAL * error)
    return float(np.exp(log)) if least > _TIMES_AT_LEAST else None


def _blind(market: Market) -> Iterator[Doubt]:
    """Directories that do not say which segment their own accounts are of, as others do: where each
    is as often silent, all segments lack alike, and the estimates are not bent."""
    several, without = market.homeless_of_several
    usual = without / several if several else 0.0
    for name, (alone, homeless) in market.homeless.items():
        if market.by and homeless >= max(ENOUGH, (usual + _BLIND) * alone):
            yield Doubt("blind", (name,), homeless / alone)


def _unlike(market: Market, found: Estimates) -> Iterator[Doubt]:
    """Where the segments together are more than the whole: some are found oftener than others."""
    parts = found.size[1:]
    total = np.where(np.isnan(parts), market.accounts[1:], parts).sum()
    if len(parts) > 1 and total > found.high[0]:
        yield Doubt("unlike", count=round(float(total)))


def _of_figure(market: Market, found: Estimates, row: int, figure: int | None) -> Iterator[Doubt]:
    if figure is None:
        return
    if figure < market.accounts[row]:
        yield Doubt("figure_low", count=figure)
    elif not np.isnan(found.size[row]) and not found.low[row] <= figure <= found.high[row]:
        yield Doubt("figure_apart", count=figure)
