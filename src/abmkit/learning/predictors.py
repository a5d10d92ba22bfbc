"""What may tell outcomes apart: columns as rules read them, and their values in fine steps."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import elements_of, flags, to_numpy, whole
from abmkit.domain.facts import Fact, fact
from abmkit.domain.recognition.people import person_columns, person_ids
from abmkit.domain.values.dates import days_of
from abmkit.domain.values.numbers.plain import plain_numbers
from abmkit.domain.values.numbers.rounding import rounded
from abmkit.learning.additive import UNKNOWN
from abmkit.schema.accounts import ACCOUNTS, INTERVALS, POINTS_PREFIX, STEP

Rows = npt.NDArray[Any]

LEAST_STEPS, MOST_STEPS = 4, 24
_CASES_OF_A_STEP = 25
_LEAST_OF_A_LABEL = 10
_MOST_LABELS = 40
_TOLD_POOLED = 0.1
_FEW_LABELS = 2
_READ_AS_NUMBERS = 0.95
_READ_AS_DATES = 0.9
_MOST_DISTINCT = 0.5
_ELEMENTS = 10
_COUNTS_ROWS = re.compile(
    r"(?:^|[\W_])(?:id|ids|no|nr|num|number|code|key|ref)$|(?:Id|ID)$|编号|编码|代码|号$",
    re.IGNORECASE,
)
"""Headers of numbers that only count rows, where each row has another."""
_AMOUNT = re.compile(
    r"[-+(]?\s*(?:[A-Z]{2,3})?\s*[^\w\s]?\s*[-+]?[\d.,'\s]*\d\s*[)]?\s*"
    r"(?:[^\w\s]|[A-Za-z万亿元]{1,3})?\s*[)]?"
)
"""Numbers with a sign of money or percent, in brackets, or with a short unit."""
_NO_PROFILE = frozenset(
    ["relationship", "owner", "channel_partner", "parent_name", "parent_domain", "parent_id",
     "address", "postal_code", "description", "phone", "linkedin_url", "as_of", "source",
     "source_row", "name_key", "aliases", "website", "other_domains", "employees_min",
     "employees_max", "revenue_min", "revenue_max"]
)  # fmt: skip
"""Canonical columns that say who a company is or who works it, and not what it is like."""


@dataclass(frozen=True)
class Predictor:
    """A column whose values may tell outcomes apart."""

    column: str
    values: Rows
    """Numbers with NaN where unknown; else the number of each label, or `UNKNOWN`."""
    labels: tuple[str, ...] | None = None
    """The labels, as most rows write them; None for numbers."""
    element: str | None = None
    """For a column of lists, the one that is looked for; it then has two labels."""
    ranges: bool = False
    """Whether there are ranges beside its values, which may lie in no one band."""
    ends: tuple[float, ...] = ()
    """Where the values are mostly ranges, where these begin: a band may only begin there."""

    @property
    def title(self) -> str:
        """Its column, and the element that is looked for."""
        return self.column if self.element is None else f"{self.column} {self.element}"

    @property
    def known(self) -> Rows:
        """Where the value is known."""
        return ~np.isnan(self.values) if self.labels is None else self.values != UNKNOWN


@dataclass(frozen=True)
class Steps:
    """A predictor in fine steps."""

    predictor: Predictor
    codes: Rows
    """Of each case the number of its step, or `UNKNOWN`."""
    edges: tuple[float, ...] = ()
    """Of numbers: where each step but the first begins."""
    groups: tuple[tuple[int, ...], ...] = ()
    """Of labels: those of each step; the last are all others."""

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.edges) + 1 if self.predictor.labels is None else len(self.groups)


def predictors(
    accounts: pa.Table, *, ignore: Collection[str] = ()
) -> tuple[list[Predictor], list[Fact]]:
    """The columns that may tell outcomes apart, and what is said of those that cannot."""
    found: list[Predictor] = []
    said: list[Fact] = []
    alike: list[str] = []
    for name in profile(accounts.column_names, ignore):
        read = _read(name, whole(accounts[name]), accounts)
        if isinstance(read, Fact):
            said.append(read)
        elif any(len(np.unique(each.values)) > 1 for each in read):
            found += read
        else:
            alike.append(name)
    if who := _saying_who(accounts, ignore):
        said.append(fact("learn.who", columns=who))
    if alike:
        said.append(fact("learn.alike", columns=alike))
    return found, said


def distinct(
    found: Sequence[Predictor], first: Collection[str] = ()
) -> tuple[list[Predictor], list[Fact]]:
    """One predictor of those that part the cases alike, and what is said of the others.

    Two would halve what each of them tells. Columns in `first` stay before others.
    """
    kept: dict[tuple[bool, bytes], Predictor] = {}
    said: list[Fact] = []
    for each in sorted(found, key=lambda p: p.column.casefold() not in first):
        _, at, parts = np.unique(each.values, return_index=True, return_inverse=True)
        if each.labels is not None:
            parts = np.argsort(np.argsort(at))[parts]
        key = (each.labels is None, (parts * each.known - ~each.known).tobytes())
        if key in kept:
            said.append(fact("learn.same", column=each.title, other=kept[key].title))
        else:
            kept[key] = each
    chosen = {id(each) for each in kept.values()}
    return [each for each in found if id(each) in chosen], said


def _saying_who(accounts: pa.Table, ignore: Collection[str]) -> list[str]:
    """The columns with values that say who a company is, or who works it, but for its name."""
    left = {*profile(accounts.column_names), *(name.casefold() for name in ignore)}
    given = [
        name for name in accounts.column_names
        if name not in left and name.casefold() not in left | ACCOUNTS.identifying | {*STEP}
        and not name.casefold().startswith(POINTS_PREFIX)
        and accounts[name].null_count < accounts.num_rows
    ]  # fmt: skip
    declared = [ACCOUNTS.by_name.get(name.casefold()) for name in given]
    return [
        name for name, column in zip(given, declared, strict=True)
        if column is None or not (column.derived or column.end_of)
    ]  # fmt: skip


def profile(names: Sequence[str], ignore: Collection[str] = ()) -> list[str]:
    """The columns that say what a company is like, and not which it is or who works it."""
    apart = {*ACCOUNTS.identifying, *_NO_PROFILE, *STEP, *(name.casefold() for name in ignore)}
    people = {*person_columns(names), *person_ids(names)}
    return [
        name
        for name in names
        if name not in people
        and name.casefold() not in apart
        and not name.casefold().startswith(POINTS_PREFIX)
    ]


def _read(name: str, values: pa.Array, accounts: pa.Table) -> list[Predictor] | Fact:
    known = len(values) - values.null_count
    if pa.types.is_list(values.type):
        return _elements(name, values)
    if pa.types.is_boolean(values.type):
        codes = np.where(flags(values.fill_null(False)), 1, 0)
        codes[~flags(values.is_valid())] = UNKNOWN
        return [Predictor(name, codes, ("false", "true"))]
    if pa.types.is_temporal(values.type):
        return fact("learn.a_date", column=name)
    if not pa.types.is_string(values.type):
        ranges = bool({f"{name}_min", f"{name}_max"} & {*accounts.column_names})
        return [Predictor(name, as_doubles(values), ranges=ranges, ends=_ends(name, accounts))]
    as_numbers = as_doubles(values)
    numbers = as_numbers[~np.isnan(as_numbers)]
    different = len(np.unique(numbers))
    if known and different > 2 and len(numbers) >= _READ_AS_NUMBERS * known:
        if different > 0.9 * len(numbers) and _COUNTS_ROWS.search(name):
            return fact("learn.counts_rows", column=name)
        return [Predictor(name, as_numbers)]
    texts = values.drop_null().unique().to_pylist()
    days = [day for day in days_of(texts).values() if day is not None]
    if texts and len(days) >= _READ_AS_DATES * len(texts):
        return fact("learn.a_date", column=name)
    codes, labels = _labelled(values)
    amounts = sum(bool(_AMOUNT.fullmatch(label.strip())) for label in labels)
    if len(labels) > _MOST_LABELS and amounts >= _READ_AS_NUMBERS * len(labels):
        return fact("learn.no_plain_numbers", column=name, sample=labels[-1])
    if len(labels) > max(_MOST_DISTINCT * known, 2):
        return fact("learn.too_many_values", column=name, count=len(labels))
    return [Predictor(name, codes, labels)]


def as_doubles(values: pa.Array) -> Rows:
    """A column's numbers, those in texts too, and days as numbers; NaN for what is none."""
    if pa.types.is_string(values.type):
        values = plain_numbers(values)
    elif pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    doubles = to_numpy(values.cast(pa.float64()).fill_null(float("nan")))
    return np.where(np.isfinite(doubles), doubles, np.nan)


def _labelled(values: pa.StringArray) -> tuple[Rows, tuple[str, ...]]:
    """The number of each row's label, whatever its case, and the labels as most write them."""
    texts = values.to_pylist()
    written: dict[str, dict[str, int]] = {}
    for text in texts:
        if text is not None:
            spelled = written.setdefault(text.casefold(), {})
            spelled[text] = spelled.get(text, 0) + 1
    order = {folded: place for place, folded in enumerate(sorted(written))}
    labels = tuple(
        min(spelled, key=lambda text: (-spelled[text], text))
        for spelled in (written[folded] for folded in order)
    )
    codes = [UNKNOWN if text is None else order[text.casefold()] for text in texts]
    return np.array(codes, dtype=np.int64), labels


def _elements(name: str, values: pa.ListArray) -> list[Predictor]:
    """A predictor for each of the commonest elements of lists."""
    rows, elements = elements_of(values)
    texts = np.array([text.casefold() for text in elements.to_pylist()], dtype=object)
    unknown = ~flags(values.is_valid())
    counted: dict[str, int] = {}
    for text in texts.tolist():
        counted[text] = counted.get(text, 0) + 1
    common = sorted(counted, key=lambda text: (-counted[text], text))[:_ELEMENTS]
    found = []
    for element in common:
        codes = np.zeros(len(values), dtype=np.int64)
        codes[rows[texts == element]] = 1
        codes[unknown] = UNKNOWN
        found.append(Predictor(name, codes, ("no", "yes"), element))
    return found


def _ends(name: str, accounts: pa.Table) -> tuple[float, ...]:
    low, high = f"{name}_min", f"{name}_max"
    if name not in INTERVALS or not {low, high} <= set(accounts.column_names):
        return ()
    least, most = (as_doubles(whole(accounts[end])) for end in (low, high))
    ranges = (least < most) | (np.isnan(least) ^ np.isnan(most))
    if np.sum(ranges) * 3 < np.sum(~np.isnan(least) | ~np.isnan(most)):
        return ()
    begins = least[ranges]
    return tuple(np.unique(begins[~np.isnan(begins)]).tolist())


# Fine steps --------------------------------------------------------------------------------------


def in_steps(predictor: Predictor, rows: Rows) -> Steps | None:
    """A predictor in steps that the cases of these rows fill; None where they have but one.

    The more cases, the finer the steps.
    """
    seen = predictor.values[rows][predictor.known[rows]]
    if predictor.labels is None:
        most = min(max(len(rows) // _CASES_OF_A_STEP, LEAST_STEPS), MOST_STEPS)
        edges = _edges(np.sort(seen), predictor.ends, most)
        codes = np.searchsorted(edges, predictor.values, side="right")
        codes[~predictor.known] = UNKNOWN
        found = Steps(predictor, codes, tuple(edges))
    else:
        many = np.bincount(seen, minlength=len(predictor.labels))
        least = min(_LEAST_OF_A_LABEL, max(2, len(rows) // 20))
        common = [c for c in np.argsort(-many, kind="stable").tolist() if many[c] >= least]
        common = common[:_MOST_LABELS]
        others = sorted(set(range(len(many))) - set(common))
        step = np.full(len(many) + 1, len(common), dtype=np.int64)
        step[common] = np.arange(len(common))
        step[UNKNOWN] = UNKNOWN
        groups = (*((c,) for c in common), tuple(others))
        found = Steps(predictor, step[predictor.values], groups=groups)
    return found if len(np.unique(found.codes[rows])) > 1 else None


def all_in_steps(found: Sequence[Predictor]) -> tuple[list[Steps], list[Fact]]:
    """The predictors in steps that all cases fill, and what is said of labels of few cases: that
    they count as one, where they are a good part of the cases, or that there are no others."""
    steps: list[Steps] = []
    said: list[Fact] = []
    for each in found:
        made = in_steps(each, np.arange(len(each.values)))
        if made is not None:
            steps.append(made)
            few = len(made.groups[-1]) if made.groups else 0
            cases = int(np.sum(made.codes == made.count - 1))
            if few > 1 and cases >= _TOLD_POOLED * int(np.sum(each.known)):
                said.append(fact("pooled.labels", column=each.title, count=few))
        elif each.labels is not None and len(each.labels) > _FEW_LABELS:
            said.append(fact("learn.few_of_each", column=each.title, count=len(each.labels)))
    return steps, said


def _edges(ordered: Rows, ends: Sequence[float], most: int) -> Rows:
    """Where steps begin: at quantiles, rounded as a person would, or where ranges do."""
    if not len(ordered):
        return np.zeros(0)
    places = np.unique(np.linspace(0, len(ordered) - 1, most + 1).astype(int)[1:-1])
    wanted = np.unique(ordered[places])
    if ends:
        allowed = np.array(ends)
        wanted = np.unique([allowed[np.abs(allowed - value).argmin()] for value in wanted])
    else:
        wanted = np.unique([_edge(value) for value in wanted.tolist()])
    return np.asarray(wanted[(wanted > ordered[0]) & (wanted <= ordered[-1])])


def _edge(value: float) -> float:
    """Where a step begins: a small whole number or a year as it is, else with two digits."""
    if (abs(value) < 100 and float(value).is_integer()) or 1800 < value < 2100:
        return float(round(value))
    return float(rounded(value))
