"""How much of each segment is known well enough, beside how large it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from abmkit.config.sections.planning.visibility import MarketFigure, Visibility
from abmkit.domain.rules.literals import meaning
from abmkit.errors import UsageError, instead
from abmkit.planning.visibility.counting import Key, Market, counted
from abmkit.planning.visibility.doubts import Doubt, doubts
from abmkit.planning.visibility.estimates import Estimates, estimates

FIGURE, ESTIMATE = "figure", "estimate"
MARKET, SEGMENT = "market", "segment"
_VAGUE = 5
"""What may be so many times as much as it may be measures nothing."""


@dataclass(frozen=True)
class Estimated:
    """A segment's size, by how often its directories name the same companies."""

    size: int
    low: int
    high: int
    """Between these it is, 95 times of 100, where the assumptions hold."""
    chao: int
    """By Chao's bound: what it is at least where some companies are easier to find."""
    method: str


@dataclass(frozen=True)
class Segment:
    """How much of a segment is known well enough."""

    key: Key | None
    """Its values of the columns that part the market; None for the whole."""
    accounts: int
    in_several: int
    """Those that more than one directory names."""
    estimated: Estimated | None
    figure: int | None
    figure_source: str | None
    complete: int
    target: float | None
    missing: dict[str, int]
    """Of how many accounts each field is unknown, the most first; those that lack none left out."""
    doubts: tuple[Doubt, ...]

    @property
    def size(self) -> int | None:
        """What visibility is measured by: the figure, else the estimate."""
        if self.figure is not None:
            return self.figure
        return self.estimated.size if self.measured_by == ESTIMATE and self.estimated else None

    @property
    def measured_by(self) -> str | None:
        """`FIGURE` or `ESTIMATE`; None where the one is not known and the other says nothing."""
        if self.figure is not None:
            return FIGURE
        told = self.estimated is not None and self.estimated.high <= _VAGUE * self.estimated.low
        return ESTIMATE if told else None

    @property
    def visibility(self) -> float | None:
        """The share of the segment of which a complete record is known."""
        return self.complete / self.size if self.size else None

    @property
    def to_target(self) -> int | None:
        """How many complete records lack to the target."""
        if self.size is None or self.target is None:
            return None
        # What is 80.000…1 by the way floats are multiplied is 80.
        return max(0, int(np.ceil(round(self.target * self.size, 6))) - self.complete)


@dataclass(frozen=True)
class Visible:
    """The market and its segments: the whole first, then the largest."""

    by: tuple[str, ...]
    directories: tuple[str, ...]
    fields: tuple[str, ...]
    segments: tuple[Segment, ...]
    nobody: tuple[Key, ...]
    """Segments with a figure of which no account is known."""
    unnamed: int
    """How many accounts no directory names."""


def visibility(
    accounts: Any, config: Visibility, sources: Sequence[str] = (), *, target_market: bool = False
) -> Visible:
    """How large each segment is and how much of it is known well enough.

    Of all accounts, also excluded ones, for those belong to the market, or of the `target_market`
    alone. `sources` are the names of the config's. Reads `sources` and the columns of `by` and
    `complete`. Raises UsageError for accounts that were not deduped, for a source, a column or a
    segment's column that there is not.
    """
    market = counted(accounts, config, sources, target_market=target_market)
    figures = dict(_figures(config, market))
    nobody = tuple(key for key in figures if key is not None and key not in market.keys)
    found = estimates(market.histories)
    # Of which segment they are is not known: there is no such segment that could have a size.
    nowhere = [key is not None and None in key for key in market.keys]
    for ends in (found.size, found.low, found.high, found.chao):
        ends[nowhere] = np.nan
    sizes = [figures[key].size if key in figures else None for key in market.keys]
    told = doubts(market, found, sizes)
    segments = [
        _segment(market, found, row, figures.get(key), told[row], config.target)
        for row, key in enumerate(market.keys)
    ]
    segments += [_unseen(key, figures[key], config) for key in nobody]
    unnamed = int(market.accounts[0] - market.histories[0].sum())
    fields = tuple(config.complete)
    directories = tuple(market.directories)
    return Visible(market.by, directories, fields, tuple(segments), nobody, unnamed)


def _segment(
    market: Market,
    found: Estimates,
    row: int,
    figure: MarketFigure | None,
    told: tuple[Doubt, ...],
    target: float | None,
) -> Segment:
    histories, accounts = market.histories[row], int(market.accounts[row])
    several = [(code & (code - 1)) > 0 for code in range(1, len(histories) + 1)]
    missing = {field: int(counts[row]) for field, counts in market.missing.items()}
    return Segment(
        market.keys[row],
        accounts,
        int(histories[several].sum()),
        _estimated(found, row, accounts),
        figure.size if figure else None,
        figure.source if figure else None,
        int(market.complete[row]),
        figure.target if figure and figure.target is not None else target,
        {f: n for f, n in sorted(missing.items(), key=lambda each: -each[1]) if n},
        told,
    )


def _estimated(found: Estimates, row: int, accounts: int) -> Estimated | None:
    if np.isnan(found.size[row]):
        return None

    def at_least_known(value: float) -> int:
        # An account that no directory names is one of those that were estimated.
        return max(accounts, int(value))

    return Estimated(
        at_least_known(round(found.size[row])),
        at_least_known(np.floor(found.low[row])),
        at_least_known(np.ceil(found.high[row])),
        at_least_known(round(found.chao[row])),
        str(found.method[row]),
    )


def _unseen(key: Key, figure: MarketFigure, config: Visibility) -> Segment:
    target = figure.target if figure.target is not None else config.target
    return Segment(key, 0, 0, None, figure.size, figure.source, 0, target, {}, ())


def _figures(config: Visibility, market: Market) -> list[tuple[Key | None, MarketFigure]]:
    """The figures of the config by their segments, which are read as the accounts' values are."""
    folded = {_folded(key): key for key in market.keys if key is not None}
    found: dict[Key | None, MarketFigure] = {}
    for number, each in enumerate(config.segments, start=1):
        where = f"visibility.segments.{number}"
        key = _key(each, market.by, where)
        if key is not None:
            key = folded.get(_folded(key), key)
        if key in found:
            raise UsageError(
                "is the segment of an earlier one", where=where, remedy="put the two together"
            )
        found[key] = each
    return list(found.items())


def _key(figure: MarketFigure, by: Sequence[str], where: str) -> Key | None:
    if not figure.segment:
        return None
    values = {name.casefold(): value for name, value in figure.segment.items()}
    for name in figure.segment:
        if name.casefold() not in {each.casefold() for each in by}:
            remedy = instead(name, by, "columns of visibility.by") if by else "add it to by"
            raise UsageError(
                "{name!r} does not part the market", where=f"{where}.segment", remedy=remedy,
                name=name,
            )  # fmt: skip
    lacking = [name for name in by if name.casefold() not in values]
    if lacking:
        raise UsageError(
            "says nothing of {name!r}, which parts the market, too",
            where=f"{where}.segment", remedy="give its {name}", name=lacking[0],
        )  # fmt: skip
    return tuple(_meant(name, values[name.casefold()]) for name in by)


def _meant(column: str, text: str) -> str:
    return meaning(column, text).value


def _folded(key: Key) -> Key:
    return tuple(text.strip().casefold() if text is not None else None for text in key)
