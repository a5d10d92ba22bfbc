"""Quality of what a source gave: how full, how valid, how varied, how plausible, how fresh.

Counted batch by batch from what was loaded anyway, so that it costs a run next to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import dates, doubles, int64s
from abmkit.domain.rules.unmet import Tally
from abmkit.schema.accounts import ACCOUNTS, CANONICAL
from abmkit.schema.column import Entity
from abmkit.steps.load import Issue, Plan

MOST_COUNTED = 10_000
"""Different values are counted up to this many."""
# Revenue per head three powers of ten from the middle of its own source: another unit was meant.
_DECADES = 3
_ENOUGH_HEADS = 10
STALE = timedelta(days=2 * 365)
_SAMPLES = 3


@dataclass
class ColumnQuality:
    """One column of the accounts of a source."""

    filled: int = 0
    """Rows with a value, without those that could not be read."""
    valid: int = 0
    """Those whose value is what the column wants: of regions, ISO 3166-2 codes."""
    outliers: int = 0
    outlier_samples: list[str] = field(default_factory=list)
    values: set[Any] = field(default_factory=set)

    @property
    def distinct(self) -> int:
        """How many different values there are, at most `MOST_COUNTED`."""
        return len(self.values)

    def odd(self, values: pa.Array) -> None:
        """Counts values that can hardly be."""
        self.outliers += len(values)
        for value in values.slice(0, _SAMPLES).to_pylist():
            if len(self.outlier_samples) < _SAMPLES:
                said = f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)
                self.outlier_samples.append(said)

    def merge(self, other: ColumnQuality) -> None:
        """Count what was counted of other rows, too."""
        self.filled += other.filled
        self.valid += other.valid
        self.outliers += other.outliers
        self.outlier_samples = [*self.outlier_samples, *other.outlier_samples][:_SAMPLES]
        self.values |= other.values
        while len(self.values) > MOST_COUNTED:
            self.values.pop()


@dataclass
class SourceQuality:
    """The columns of a source's accounts; grows while they are read."""

    rows: int = 0
    columns: dict[str, ColumnQuality] = field(default_factory=dict)
    oldest: date | None = None
    newest: date | None = None
    dated: int = 0
    stale: int = 0
    """Rows that were known longer than two years before the run."""
    _heads: Counter[int] = field(default_factory=Counter)
    _head_samples: dict[int, str] = field(default_factory=dict)
    entity: Entity = ACCOUNTS

    def add(self, accounts: pa.Table, as_of: date) -> None:
        """Counts one batch of accounts."""
        self.rows += accounts.num_rows
        if not accounts.num_rows:
            return
        for name in accounts.column_names:
            declared = self.entity.by_name.get(name)
            if declared is not None and (
                declared.derived or declared.end_of or not declared.counted
            ):
                continue
            column = self.columns.setdefault(name, ColumnQuality())
            cells = accounts.column(name)
            filled = len(cells) - cells.null_count
            column.filled += filled
            column.valid += filled
            if declared is not None and declared.valid:
                fitting = pc.match_substring_regex(cells, pattern=declared.valid)
                column.valid += (pc.sum(fitting).as_py() or 0) - filled
            if filled and len(column.values) < MOST_COUNTED:
                _count_values(column.values, cells)
        self._outliers(accounts, as_of)
        self._freshness(accounts, as_of)

    def _outliers(self, accounts: pa.Table, as_of: date) -> None:
        for declared in self.entity.columns:
            least, most = declared.plausible
            most = as_of.year if declared.reader == "year" else most
            if (least, most) == (None, None) or declared.name not in accounts.column_names:
                continue
            values = accounts[declared.name].combine_chunks()
            odd = [pc.less(values, int64s([least])[0])] if least is not None else []
            odd += [pc.greater(values, int64s([most])[0])] if most is not None else []
            mask = reduce(pc.or_, odd)
            if pc.any(mask).as_py():
                self.columns[declared.name].odd(values.filter(mask))
        if {"revenue", "employees"} <= set(accounts.column_names):
            self._revenue_per_head(accounts)

    def _revenue_per_head(self, accounts: pa.Table) -> None:
        people = accounts["employees"].combine_chunks().cast(pa.float64())
        heads = pc.divide(accounts["revenue"].combine_chunks(), people)
        sound = pc.and_(pc.greater(heads, doubles([0.0])[0]), pc.less(heads, doubles([1e300])[0]))
        decades = pc.floor(pc.log10(heads.filter(sound))).cast(pa.int64())
        for count in pc.value_counts(decades).to_pylist():
            decade = count["values"]
            self._heads[decade] += count["counts"]
            if decade not in self._head_samples:
                those = heads.filter(sound).filter(pc.equal(decades, int64s([decade])[0]))
                self._head_samples[decade] = f"{those[0].as_py():,.4g}"

    def _freshness(self, accounts: pa.Table, as_of: date) -> None:
        if "as_of" not in accounts.column_names:
            return
        days = accounts["as_of"].combine_chunks()
        if days.null_count == len(days):
            return
        ends = pc.min_max(days).as_py()
        self.oldest = min(filter(None, (self.oldest, ends["min"])))
        self.newest = max(filter(None, (self.newest, ends["max"])))
        self.dated += len(days) - days.null_count
        self.stale += pc.sum(pc.less(days, dates([as_of - STALE])[0])).as_py() or 0

    def merge(self, other: SourceQuality) -> None:
        """Count what was counted of other rows, which come after these."""
        self.rows += other.rows
        for name, column in other.columns.items():
            self.columns.setdefault(name, ColumnQuality()).merge(column)
        self.oldest = min(filter(None, (self.oldest, other.oldest)), default=None)
        self.newest = max(filter(None, (self.newest, other.newest)), default=None)
        self.dated += other.dated
        self.stale += other.stale
        self._heads += other._heads
        self._head_samples = {**other._head_samples, **self._head_samples}

    def values(self, column: str) -> set[Any]:
        """The different values of a column, at most `MOST_COUNTED`."""
        return self.columns[column].values if column in self.columns else set()

    def odd_heads(self) -> tuple[int, list[str]]:
        """How many rows earn implausibly much or little per head, with samples."""
        total = self._heads.total()
        if total < _ENOUGH_HEADS:
            return 0, []
        seen = 0
        for middle in sorted(self._heads):
            seen += self._heads[middle]
            if seen * 2 >= total:
                break
        odd = [decade for decade in sorted(self._heads) if abs(decade - middle) >= _DECADES]
        samples = [self._head_samples[decade] for decade in odd]
        return sum(self._heads[decade] for decade in odd), samples[:_SAMPLES]


def _count_values(values: set[Any], cells: pa.ChunkedArray) -> None:

    if pa.types.is_list(cells.type):
        cells = pc.list_flatten(cells)
    unique = pc.unique(cells).drop_null()
    values.update(unique.slice(0, MOST_COUNTED).to_pylist())
    while len(values) > MOST_COUNTED:
        values.pop()


def counted(names: list[str]) -> list[str]:
    """The columns that the quality of a source tells of, canonical ones first."""
    order = {name: at for at, name in enumerate(CANONICAL)}
    return sorted(names, key=lambda name: order.get(name, len(order)))


@dataclass
class FileReport:
    """One file of a source: what was read of it. Counts grow while it is read."""

    path: str
    format: str
    sha256: str | None = None
    read: int = 0
    blank: int = 0
    rejected: int = 0
    filtered: int = 0
    accepted: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    repaired: dict[str, int] = field(default_factory=dict)
    """Rows that are not quite what stood in the file, counted by what was done."""
    left_out: list[str] = field(default_factory=list)
    """Columns that were not read, for they hold bytes that are no text."""
    other_tables: list[str] = field(default_factory=list)
    """Tables of the file that were not read, in words."""
    other_sheets: list[str] = field(default_factory=list)
    """Filled sheets of a workbook, or tables of a JSON file, where none was asked for."""
    notes: list[str] = field(default_factory=list)
    """Lines above and below the table that are no rows."""


@dataclass
class SourceReport:
    """One source: its files, what its columns were taken for, and the values not read."""

    name: str
    files: list[FileReport]
    plan: Plan | None
    issues: list[Issue] = field(default_factory=list)
    repairs: list[Issue] = field(default_factory=list)
    """Values that a spreadsheet had damaged and that could be told all the same."""
    unmapped_industries: dict[str, int] = field(default_factory=dict)
    quality: SourceQuality = field(default_factory=SourceQuality)
    told_by: Tally = field(default_factory=Tally)
    """The values by which the source's `when` told its rows."""

    def total(self, what: str) -> int:
        """The sum of a count over the files."""
        return sum(getattr(report, what) for report in self.files)

    def add(self, part: SourceReport) -> None:
        """Add what was found out of one of the files elsewhere."""
        self.issues = added_up(self.issues, part.issues)
        self.repairs = added_up(self.repairs, part.repairs)
        for label, count in part.unmapped_industries.items():
            self.unmapped_industries[label] = self.unmapped_industries.get(label, 0) + count
        self.quality.merge(part.quality)
        self.told_by.merge(part.told_by)


def added_up(known: list[Issue], more: Sequence[Issue]) -> list[Issue]:
    """Issues with more of them, each kind once, with how many there are and the first samples."""
    found = {(issue.column, issue.canonical, issue.note): issue for issue in known}
    for issue in more:
        key = (issue.column, issue.canonical, issue.note)
        if key in found:
            before = found[key]
            samples = tuple(dict.fromkeys((*before.samples, *issue.samples)))[:5]
            issue = replace(issue, count=before.count + issue.count, samples=samples)
        found[key] = issue
    return list(found.values())
