"""The accounts of a run in counts: how scores spread, who works what, what is known, and by whom.

Each count is one pass of the engine over few columns; what comes back is as long as there are
groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import narwhals as nw

from abmkit.config.project import Config
from abmkit.domain.frames import Frame, collected, column_in, opened
from abmkit.domain.rules.asked import asked
from abmkit.domain.rules.truth import known_value
from abmkit.schema.accounts import ACCOUNTS, STEP

BIN = 5
"""How many points a bar of the scores' distribution is wide."""
_BINS = 100 // BIN
_USUAL = ("domain", "country", "region", "city", "industry", "employees", "revenue", "owner")
"""What people ask of an account, whether rules read it or not."""
_MOST_SOURCES = 16


@dataclass(frozen=True)
class ScoreBin:
    """The accounts of the target market with a score from `least` on, below that of the next."""

    least: int
    listed: int
    others: int


@dataclass(frozen=True)
class Worked:
    """How many accounts of a tier are of one place and owner; null where that is unknown."""

    tier: str
    place: str | None
    """The value of the column that capacity is counted by, or of `territory`."""
    owner: str | None
    accounts: int


@dataclass(frozen=True)
class Completeness:
    """Of how many accounts of a segment each column is known."""

    segment: str | None
    accounts: int
    known: Mapping[str, int]


@dataclass(frozen=True)
class Overlap:
    """How many accounts just these sources know."""

    sources: tuple[str, ...]
    accounts: int
    listed: int


@dataclass(frozen=True)
class Overview:
    """What the accounts of a run are like; nothing where there is nothing to count."""

    scores: tuple[ScoreBin, ...] = ()
    unscored: int = 0
    """Accounts of the target market without a score."""
    place: str = "territory"
    """The column of `Worked.place`."""
    worked: tuple[Worked, ...] = ()
    segments_by: str | None = None
    """The column whose values are segments; None where accounts have none."""
    completeness: tuple[Completeness, ...] = ()
    """Of the target market, the largest segment first."""
    overlaps: tuple[Overlap, ...] = ()
    """Of all accounts, the most frequent first; none where there is one source."""


NOTHING = Overview()
"""Where nothing is counted."""


def overview_of(accounts: Any, config: Config) -> Overview:
    """What tiered accounts are like as a whole; nothing where no report is to tell it.

    Reads `excluded`, `tier`, `fit_score`, `owner`, `territory` or the column that capacity is
    counted by, `sources`, `fit_card` or `segment`, and the columns that decide on tiers.
    """
    if not config.output.report:
        return NOTHING
    frame = opened(accounts)
    market = frame.filter(~nw.col("excluded"))
    place = column_in(frame.columns, config.tier.within or "territory")
    scores, unscored = _scores(market) if config.score.scores else ((), 0)
    by = _segment_column(frame.columns, config)
    return Overview(
        scores=scores,
        unscored=unscored,
        place=place or "territory",
        worked=_worked(frame, place),
        segments_by=by,
        completeness=_completeness(market, by, config),
        overlaps=_overlaps(frame, [source.name for source in config.sources]),
    )


def _counted(frame: Frame, by: Sequence[str]) -> list[dict[str, Any]]:
    """How many rows there are of each combination of some columns."""
    counted = frame.group_by(list(by)).agg(nw.len().alias("count"))
    return [dict(row) for row in collected(counted).to_pylist()]


def _scores(market: Frame) -> tuple[tuple[ScoreBin, ...], int]:
    score = nw.col("fit_score").cast(nw.Float64)
    known = market.filter(~nw.col("fit_score").is_null()).select(
        (score / BIN).floor().cast(nw.Int64).alias("bin"),
        (~nw.col("tier").is_null()).alias("listed"),
    )
    counts: dict[tuple[int, bool], int] = {}
    for row in _counted(known, ["bin", "listed"]):
        # 100 is of the last, with what is just below it.
        key = min(max(row["bin"], 0), _BINS - 1), row["listed"]
        counts[key] = counts.get(key, 0) + row["count"]
    bins = tuple(
        ScoreBin(n * BIN, counts.get((n, True), 0), counts.get((n, False), 0)) for n in range(_BINS)
    )
    unscored = market.filter(nw.col("fit_score").is_null()).select(nw.len().alias("count"))
    return (bins if counts else ()), int(collected(unscored)["count"][0].as_py())


def _worked(frame: Frame, place: str | None) -> tuple[Worked, ...]:
    names = {"place": place, "owner": "owner" if "owner" in frame.columns else None}
    listed = frame.filter(~nw.col("tier").is_null()).select(
        "tier", *(_text(frame, name).alias(as_) for as_, name in names.items())
    )
    rows = _counted(listed, ["tier", "place", "owner"])
    found = (Worked(row["tier"], row["place"], row["owner"], row["count"]) for row in rows)
    return tuple(sorted(found, key=lambda each: (each.tier, each.place or "", each.owner or "")))


def _text(frame: Frame, name: str | None) -> nw.Expr:
    if name is None:
        return nw.lit(None).cast(nw.String)
    column = nw.col(name)
    return column if frame.collect_schema()[name] == nw.String else column.cast(nw.String)


def _segment_column(columns: Sequence[str], config: Config) -> str | None:
    """Segments are who is scored by one card, else what `segment` says, else who is of a place."""
    cards = ["fit_card"] if config.score.segments else []
    wanted = [*cards, "segment", config.tier.within or "territory"]
    return next((found for name in wanted if (found := column_in(columns, name))), None)


def _completeness(market: Frame, by: str | None, config: Config) -> tuple[Completeness, ...]:
    schema = dict(market.collect_schema())
    asks, others = _wanted(schema, config)
    names = [*asks, *others]
    if not names:
        return ()
    known = {f"__known_{n}": known_value(name, schema) for n, name in enumerate(names)}
    segment = _text(market, by).alias("__segment")
    flags = market.select(segment, *(flag.cast(nw.Int64).alias(n) for n, flag in known.items()))
    sums = flags.group_by("__segment").agg(
        nw.len().alias("__count"), *(nw.col(name).sum() for name in known)
    )
    found = [
        Completeness(
            row["__segment"],
            row["__count"],
            {name: int(row[flag]) for name, flag in zip(names, known, strict=True)},
        )
        for row in collected(sums).to_pylist()
    ]
    # What only people ask for, and nobody knows, would say nothing.
    nobodys = {name for name in others if not any(each.known[name] for each in found)}
    told = [
        replace(each, known={n: c for n, c in each.known.items() if n not in nobodys})
        for each in found
    ]
    if not any(each.known for each in told):
        return ()
    return tuple(sorted(told, key=lambda each: (-each.accounts, each.segment or "")))


def _wanted(schema: Mapping[str, Any], config: Config) -> tuple[list[str], list[str]]:
    """The columns whose gaps matter: those that rules read, and what else people ask for; none of
    a step, and not the name, which every account has or is called by."""
    read = [
        column_in(schema, n) or n for each in asked(config) for n in each.condition.column_names()
    ]
    rules = [n for n in dict.fromkeys(read) if n in schema or n in ACCOUNTS.kinds]
    rules = [n for n in rules if n not in STEP and n != "name"]
    ranked = (column_in(schema, name) for name in config.tier.rank_by)
    usual = dict.fromkeys(name for name in (*ranked, *_USUAL) if name is not None)
    return rules, [n for n in usual if n in schema and n not in STEP and n not in rules]


def _overlaps(frame: Frame, sources: Sequence[str]) -> tuple[Overlap, ...]:
    if not 1 < len(sources) <= _MOST_SOURCES or "sources" not in frame.columns:
        return ()
    flags = {f"__source_{n}": name for n, name in enumerate(sources)}
    has = {
        flag: nw.col("sources").list.contains(name).fill_null(False) for flag, name in flags.items()
    }
    any_ = reduce(lambda a, b: a | b, (nw.col(flag) for flag in flags))
    listed = (~nw.col("tier").is_null()).alias("__listed")
    told = frame.select(listed, *(expr.alias(flag) for flag, expr in has.items())).filter(any_)
    counts: dict[tuple[str, ...], list[int]] = {}
    for row in _counted(told, ["__listed", *flags]):
        who = tuple(name for flag, name in flags.items() if row[flag])
        found = counts.setdefault(who, [0, 0])
        found[0] += row["count"]
        found[1] += row["count"] if row["__listed"] else 0
    overlaps = (Overlap(who, accounts, listed) for who, (accounts, listed) in counts.items())
    return tuple(sorted(overlaps, key=lambda each: (-each.accounts, each.sources)))
