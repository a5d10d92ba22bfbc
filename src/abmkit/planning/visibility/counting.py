"""The market counted, by segment: which directories name whom, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.sections.planning.visibility import Visibility
from abmkit.domain.arrays import flags, to_numpy, whole
from abmkit.domain.cells import to_text
from abmkit.domain.frames import Frame, collected, column_in, opened
from abmkit.domain.rules.single_values import null
from abmkit.errors import UsageError, instead

Key = tuple[str | None, ...]
Counts = npt.NDArray[np.int64]

SOURCES = "sources"
_MOST_SEGMENTS, _MOST_DIRECTORIES = 10_000, 12
_WHERE = "visibility"


@dataclass(frozen=True)
class Market:
    """Accounts by segment; the whole market comes first, then the largest segments."""

    by: tuple[str, ...]
    """The columns that part it, as the accounts have them."""
    keys: tuple[Key | None, ...]
    """Each segment's values of these; None for the whole market."""
    directories: Mapping[str, tuple[str, ...]]
    """The sources of each directory: one, but for those of one origin."""
    histories: Counts
    """Per segment, how many accounts each set of directories names, by `loglinear.histories`."""
    accounts: Counts
    """Per segment, also those that no directory names."""
    complete: Counts
    missing: Mapping[str, Counts]
    """Per field, of how many accounts of each segment it is unknown."""
    homeless: Mapping[str, tuple[int, int]]
    """Per directory, how many accounts it alone names, and of how many of them the segment is
    unknown."""
    homeless_of_several: tuple[int, int]
    """The same of those that several directories name."""


@dataclass(frozen=True)
class _Groups:
    """Accounts that are alike in all that counts."""

    keys: list[Key]
    named: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    count: Counts


def counted(
    accounts: Any, config: Visibility, sources: Sequence[str] = (), *, target_market: bool = False
) -> Market:
    """The market by segment. `sources` are those of the config, which may have named nobody.

    Reads `sources`, the columns of `by` and `complete`, and for the `target_market` alone
    `excluded`. Raises UsageError where the accounts lack what this needs.
    """
    frame = opened(accounts)
    _needed(frame, SOURCES, "dedupe")
    if target_market:
        _needed(frame, "excluded", "exclude --all")
        frame = frame.filter(~nw.col("excluded").fill_null(False))
    by = [_column(frame, name, "by") for name in config.by]
    directories = _directories(frame, config, sources)
    found = _groups(frame, by, directories, config.complete)
    return _market(tuple(by), directories, config.complete, found)


def _needed(frame: Frame, column: str, command: str) -> None:
    if column not in frame.columns:
        raise UsageError(
            "visibility needs the column {column}",
            remedy="run `abmkit {command}` first, or name a run's folder",
            column=column, command=command,
        )  # fmt: skip


def _column(frame: Frame, name: str, key: str) -> str:
    where = f"{_WHERE}.{key}"
    found = column_in(frame.columns, name, where=where)
    if found is None:
        raise UsageError(
            "no account has a column {name!r}, which parts the market", where=where,
            remedy="map it in a source, or name another", name=name,
        )  # fmt: skip
    if isinstance(frame.collect_schema()[found], nw.List):
        raise UsageError(
            "{name!r} is a list, and parts nothing", where=where,
            remedy="name a column of one value", name=name,
        )  # fmt: skip
    return found


def _directories(
    frame: Frame, config: Visibility, sources: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    there = _naming(frame)
    # In the order of the config: the first are those most trusted.
    there = [name for name in sources if name in there] + sorted(set(there) - {*sources})
    known = list(dict.fromkeys([*there, *sources]))
    named = [_source(name, known, "directories") for name in config.directories] or there
    groups = [[_source(n, known, "one_origin") for n in group] for group in config.one_origin]
    directories: dict[str, tuple[str, ...]] = {}
    for name in named:
        group = next((tuple(g) for g in groups if name in g), (name,))
        members = tuple(each for each in group if each in named)
        directories.setdefault("+".join(members), members)
    if len(directories) > _MOST_DIRECTORIES:
        raise UsageError(
            "{count} directories are too many to be compared",
            where=f"{_WHERE}.directories", remedy="name the best {most} at most",
            count=len(directories), most=_MOST_DIRECTORIES,
        )  # fmt: skip
    return directories


def _naming(frame: Frame) -> list[str]:
    """The sources that name any account."""
    each = frame.select(SOURCES)
    if frame.implementation.is_pyarrow():
        # Arrow has no list to part.
        found = whole(collected(each)[SOURCES]).flatten().unique()
    else:
        found = whole(collected(each.explode(SOURCES).unique())[SOURCES])
    named: list[str] = found.drop_null().to_pylist()
    return named


def _source(name: str, known: Sequence[str], key: str) -> str:
    for each in known:
        if each.casefold() == name.casefold():
            return each
    remedy = instead(name, known, "sources")
    raise UsageError(
        "no source is called {name!r}", where=f"{_WHERE}.{key}", remedy=remedy, name=name
    )


def _groups(
    frame: Frame,
    by: Sequence[str],
    directories: Mapping[str, tuple[str, ...]],
    fields: Sequence[str],
) -> _Groups:
    schema = frame.collect_schema()
    named = {f"__named_{n}": each for n, each in enumerate(directories.values())}
    known = {f"__known_{n}": each for n, each in enumerate(fields)}
    exprs = [nw.col(name).alias(f"__by_{n}") for n, name in enumerate(by)]
    listed = nw.col(SOURCES).list
    for alias, members in named.items():
        one_of = reduce(lambda a, b: a | b, (listed.contains(name) for name in members))
        exprs.append(one_of.fill_null(False).alias(alias))
    for alias, field in known.items():
        column = column_in(schema, field, where=f"{_WHERE}.complete")
        is_known = nw.lit(False) if column is None else ~null(column, schema[column])
        exprs.append(is_known.alias(alias))
    narrow = frame.select(exprs)
    groups = collected(narrow.group_by(narrow.columns).agg(nw.len().alias("__count")))
    texts = [
        to_text(whole(groups[f"__by_{n}"]), name).to_pylist() for n, name in enumerate(by)
    ]  # fmt: skip
    keys: list[Key] = list(zip(*texts, strict=True)) if texts else [()] * groups.num_rows
    count = to_numpy(whole(groups["__count"]).cast(pa.int64()))
    return _Groups(keys, _flags(groups, named), _flags(groups, known), count)


def _flags(groups: pa.Table, names: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    each = [flags(whole(groups[name])) for name in names]
    return np.array(each, dtype=bool).reshape(len(each), groups.num_rows).T


def _market(
    by: tuple[str, ...],
    directories: Mapping[str, tuple[str, ...]],
    fields: Sequence[str],
    found: _Groups,
) -> Market:
    numbers = {key: number for number, key in enumerate(dict.fromkeys(found.keys))}
    if len(numbers) > _MOST_SEGMENTS:
        raise UsageError(
            "{count:,} segments are too many to be told apart", where=f"{_WHERE}.by",
            remedy="name columns of fewer values", count=len(numbers),
        )  # fmt: skip
    of_group = np.array([numbers[key] for key in found.keys], dtype=np.int64)
    segments = len(numbers)
    size = _sums(of_group, found.count, segments)
    # What is of no segment comes last.
    largest = sorted(numbers, key=lambda k: (None in k, -size[numbers[k]], [t or "" for t in k]))
    order = np.array([numbers[key] for key in largest], dtype=np.int64)

    def each(values: Counts) -> Counts:
        """Of the whole market, then of its segments."""
        own = _sums(of_group, values, segments)[order] if by else values[:0]
        return np.concatenate([[values.sum()], own])

    codes = found.named @ (1 << np.arange(len(directories)))
    histories = [each(found.count * (codes == code)) for code in range(1, 1 << len(directories))]
    missing = {
        field: each(found.count * ~found.known[:, n]) for n, field in enumerate(fields)
    }  # fmt: skip
    nowhere = np.array([None in key for key in found.keys], dtype=bool)
    alone = {name: codes == 1 << n for n, name in enumerate(directories)}
    several = found.named.sum(axis=1) > 1

    def homeless(which: npt.NDArray[np.bool_]) -> tuple[int, int]:
        return int(found.count[which].sum()), int(found.count[which & nowhere].sum())

    return Market(
        by,
        (None, *(largest if by else [])),
        directories,
        np.array(histories, dtype=np.int64).reshape(len(histories), -1).T,
        each(found.count),
        each(found.count * found.known.all(axis=1)),
        missing,
        {name: homeless(which) for name, which in alone.items()},
        homeless(several),
    )


def _sums(groups: Counts, values: Counts, segments: int) -> Counts:
    return np.bincount(groups, weights=values, minlength=segments).astype(np.int64)
