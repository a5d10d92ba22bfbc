"""What an ideal customer looks like: what customers have in common, or a guess without them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from math import floor, log10, sqrt
from typing import Any

import pyarrow as pa

from abmkit.domain.facts import Fact, fact
from abmkit.domain.values.industries.labels import folded
from abmkit.domain.values.numbers.rounding import rounded
from abmkit.schema.accounts import INTERVALS

ENOUGH_CUSTOMERS = 8
"""Fewer known values of customers than this say nothing."""
_ENOUGH_OF_A_LABEL = 5
_LIFT, _STRONG_LIFT = 1.2, 2.0
_MOST_LABELS = 6
# Standard deviations by which customers must differ from chance; 2 is one time in forty.
_BEYOND_CHANCE = 2.0
_POINTS, _STEP = 100, 5
_NUMBERS = {"employees": "size", "revenue": "revenue", "founded_year": "age"}
_LABELS = {"industry": "industry", "country": "country", "region": "region"}
_TYPES = {"company_type": "type", "ownership": "ownership"}
_MOSTLY_KNOWN = 0.9
_LEAST_WEIGHT = 0.25  # of the strongest criterion's
# A guess is not made from what few companies say of themselves.
_OFTEN_KNOWN = 0.25
# Labels that say no kind.
_NO_KIND = frozenset(
    ["other", "others", "misc", "miscellaneous", "general", "various", "其他", "其它", "其他行业",
     "其它行业", "综合", "其他业务"]
)  # fmt: skip
_GUESSED_WEIGHTS = {
    "size": 30.0,
    "revenue": 30.0,
    "industry": 25.0,
    "country": 15.0,
    "region": 15.0,
}


@dataclass(frozen=True)
class ProfileBand:
    """A condition as a config has it, and the share of the criterion's points that it earns."""

    when: dict[str, Any]
    share: float


@dataclass(frozen=True)
class ProfileCriterion:
    """One thing that tells an ideal customer, with the reasons for it."""

    id: str
    column: str
    bands: tuple[ProfileBand, ...]
    why: tuple[Fact, ...]
    separation: float
    """By how much more of its points customers earn than the others, 0 to 1."""
    points: int = 0

    def points_of(self, band: ProfileBand) -> int:
        """What a band earns."""
        return round(self.points * band.share)


def customer_profile(accounts: pa.Table, customers: Collection[str]) -> list[ProfileCriterion]:
    """What tells these customers from the other accounts, strongest first; 100 points together.

    Numbers become bands between the customers' quartiles (all points) and between their first and
    last tenth (half); labels count where at least five customers have them, 1.2 times as often as
    all accounts do and more often than chance would have it. Points follow by how much more of a
    criterion customers earn than the others do. Nothing where customers are too few.
    """
    ids = accounts["account_id"].to_pylist()
    mine = [i in customers for i in ids]
    spread = [
        found
        for column, name in _NUMBERS.items()
        if (found := _numbers(accounts, column, name, mine)) is not None
    ]
    # How large customers are is what a list's readers ask first, so it always counts a little.
    numbers = [each for each, apart in spread if apart or each.column in INTERVALS]
    places = [c for name in ("country", "region") if (c := _labels(accounts, name, mine))]
    kinds = [c for name in ("industry", *_TYPES) if (c := _labels(accounts, name, mine))]
    chosen = numbers + kinds + sorted(places, key=lambda c: -c.separation)[:1]
    chosen.sort(key=lambda c: -c.separation)
    least = _LEAST_WEIGHT * max((c.separation for c in chosen), default=0.0)
    return _weighed(chosen, [max(c.separation, least, 0.02) for c in chosen])


def guessed_profile(accounts: pa.Table, sizes: Sequence[str] = ()) -> list[ProfileCriterion]:
    """A first profile where no customers are known: larger is better, the commonest labels count.

    `sizes` are columns of the sources' own that say how large a company is.
    """
    found: list[ProfileCriterion] = []
    for column, name in {
        "employees": "size",
        "revenue": "revenue",
        **dict.fromkeys(sizes, "size"),
    }.items():
        values = _known(accounts, column)
        often = len(values) >= max(ENOUGH_CUSTOMERS, _OFTEN_KNOWN * accounts.num_rows)
        if often and len(set(values)) >= 4:
            edge = _edge(accounts, column)
            low, middle, high = (edge(quantile(values, q), 0) for q in (0.25, 0.5, 0.75))
            edges = sorted({low, middle, high}, reverse=True)
            shares = (1.0, 0.6, 0.3)
            bands = tuple(
                ProfileBand({column: {"at_least": least}}, share)
                for least, share in zip(edges, shares, strict=False)
            )
            why = fact("profile.larger")
            found.append(ProfileCriterion(name, column, bands, (why,), 0.0))
    for column in ("industry", "country", "region"):
        texts = _texts(accounts, column)
        counts = Counter(t for t in texts if folded(t) not in _NO_KIND).most_common()
        if len(texts) < _OFTEN_KNOWN * accounts.num_rows:
            continue
        if len(counts) < 2 or counts[0][1] > 0.95 * len(texts):
            continue
        if column == "region" and any(c.id == "country" for c in found):
            continue
        most = 5 if column == "industry" else 3
        top = [label for label, _ in counts[: min(most, len(counts) // 2)]]
        why = fact("profile.commonest", count=len(counts))
        band = ProfileBand({column: top}, 1.0)
        found.append(ProfileCriterion(column, column, (band,), (why,), 0.0))
    return _weighed(found, [_GUESSED_WEIGHTS[c.id] for c in found])


def size_columns(accounts: pa.Table, own: Sequence[str]) -> list[str]:
    """The first of the sources' own columns whose name and numbers say how large a company is."""
    for pattern in _SIZES:
        for column in own:
            if column not in accounts.column_names or re.search(_NO_SIZE, column, re.IGNORECASE):
                continue
            if re.search(pattern, column, re.IGNORECASE):
                texts = [t.strip() for t in accounts[column].to_pylist() if isinstance(t, str)]
                if len(texts) * 2 > accounts.num_rows and _are_amounts(texts):
                    return [column]
    return []


def _are_amounts(texts: Sequence[str]) -> bool:
    """Whether texts are numbers that count something: no dates, no numbers of rows or records."""
    read = [t.replace(",", "") for t in texts if re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", t)]
    if len(read) < 0.9 * len(texts):
        return False
    dates = sum(re.fullmatch(_DATE, t) is not None for t in read)
    whole = sorted({int(t) for t in read if t.isdigit()})
    in_a_row = len(whole) == len(texts) and whole[-1] - whole[0] < 2 * len(whole)
    return dates < 0.9 * len(read) and not in_a_row


_DATE = r"(?:18|19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?"
_NO_SIZE = (
    r"(?:^|[ _.-])(?:id|no|nr|code|key|number|date|day|year|time|phone|zip|rep|owner)(?:$|[ _.-])"
    r"|id$|date$|_at$|日期|时间|年份|编号|编码|代码|电话|排名|rank"
)
_SIZES = (
    r"market[ _]?cap|市值",
    r"total[ _]?assets|总资产|資產總|资产总",
    r"registered[ _]?capital|注册资本|註冊資本",
    r"funding|融资|raised",
    r"turnover|sales|营业|营收",
    r"assets|资产|capital|stores|locations|门店",
)


# Numbers -----------------------------------------------------------------------------------------


def _numbers(
    accounts: pa.Table, column: str, name: str, mine: Sequence[bool]
) -> tuple[ProfileCriterion, bool] | None:
    """Bands around the customers' values, and whether they tell customers from the others."""
    if column not in accounts.column_names:
        return None
    values = accounts[column].to_pylist()
    theirs = sorted(v for v, m in zip(values, mine, strict=True) if m and v is not None)
    others = [v for v, m in zip(values, mine, strict=True) if not m and v is not None]
    if len(theirs) < ENOUGH_CUSTOMERS or len(others) < ENOUGH_CUSTOMERS:
        return None
    edge = _edge(accounts, column)
    low, high = edge(quantile(theirs, 0.25), 0), edge(quantile(theirs, 0.75), 1)
    least, most = edge(quantile(theirs, 0.1), 0), edge(quantile(theirs, 0.9), 1)
    if low >= high:
        return None
    bands = [ProfileBand({column: {"between": [low, high]}}, 1.0)]
    if least < low or most > high:
        bands.append(ProfileBand({column: {"between": [least, most]}}, 0.5))

    def earned(value: float) -> float:
        return 1.0 if low <= value <= high else 0.5 if least <= value <= most else 0.0

    inside = sum(low <= v <= high for v in theirs)
    share = sum(low <= v <= high for v in others) / len(others)
    separation = _mean(map(earned, theirs)) - _mean(map(earned, others))
    apart = _beyond_chance(inside, len(theirs), share)
    known = (len(theirs) + len(others)) / len(values)
    why = fact(
        "profile.between",
        inside=inside,
        customers=len(theirs),
        between=fact(f"profile.between_{column}", low=low, high=high),
        share=share,
        little="" if apart else fact("profile.little"),
        known=fact("profile.known", share=known) if known < _MOSTLY_KNOWN else "",
    )
    # What few companies say of themselves can tell few of them apart.
    separation *= known
    return ProfileCriterion(name, column, tuple(bands), (why,), separation), apart


def _edge(accounts: pa.Table, column: str) -> Callable[[float, int], float]:
    """What turns a quantile into the end of a band: two digits, or the ends that ranges have.

    Where a source counts in ranges, a band's ends must be ends of ranges: 51–200 is in no band that
    begins at 60.
    """
    if column == "founded_year":
        return lambda value, _: int(5 * round(value / 5))
    ends = [f"{column}_min", f"{column}_max"]
    if not set(ends) <= set(accounts.column_names):
        return lambda value, _: rounded(value)
    low, high = (accounts[end].to_pylist() for end in ends)
    ranges = [(a, b) for a, b in zip(low, high, strict=True) if a is not None and b is not None]
    real = [(a, b) for a, b in ranges if a < b]
    if len(real) * 3 < len(ranges) or not real:
        return lambda value, _: rounded(value)
    choices = [sorted({pair[end] for pair in real}) for end in (0, 1)]
    return lambda value, end: min(
        choices[end], key=lambda choice: abs(log10(max(choice, 1) / max(value, 1)))
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies, between neighbours in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


# Labels ------------------------------------------------------------------------------------------


def _labels(accounts: pa.Table, column: str, mine: Sequence[bool]) -> ProfileCriterion | None:
    """The labels that customers have more often than all accounts do."""
    if column not in accounts.column_names:
        return None
    pairs = [
        (v, m) for v, m in zip(accounts[column].to_pylist(), mine, strict=True) if v is not None
    ]
    theirs = Counter(value for value, m in pairs if m)
    everyone = Counter(value for value, _ in pairs)
    customers = sum(theirs.values())
    if customers < ENOUGH_CUSTOMERS or len(everyone) < 2:
        return None
    lifts: dict[str, float] = {}
    for label, count in theirs.items():
        share = everyone[label] / len(pairs)
        if count < _ENOUGH_OF_A_LABEL or not _beyond_chance(count, customers, share):
            continue
        lifts[label] = count / customers / share
    ordered = sorted((x for x in lifts if lifts[x] > _LIFT), key=lambda x: (-lifts[x], x))
    if not ordered:
        return None
    strong = [x for x in ordered if lifts[x] >= _STRONG_LIFT][:_MOST_LABELS]
    some = [x for x in ordered if x not in strong][:_MOST_LABELS]
    bands = [ProfileBand({column: labels}, 1.0) for labels in (strong or some,)]
    if strong and some:
        bands.append(ProfileBand({column: some}, 0.5))
    shares = {label: band.share for band in bands for label in band.when[column]}
    others = [value for value, m in pairs if not m]
    separation = sum(shares.get(x, 0) * n for x, n in theirs.items()) / customers - _mean(
        shares.get(x, 0) for x in others
    )
    why = tuple(
        fact(
            "profile.are" if column == "company_type" else "profile.are_in",
            count=theirs[label],
            customers=customers,
            label=label,
            share=everyone[label] / len(pairs),
        )
        for label in ordered[:3]
    )
    return ProfileCriterion(column, column, tuple(bands), why, separation)


def _beyond_chance(count: int, of: int, share: float) -> bool:
    """Whether so many are more than chance gives at this share."""
    return count - of * share > _BEYOND_CHANCE * sqrt(of * share * (1 - share))


# Points ------------------------------------------------------------------------------------------


def _weighed(
    criteria: Sequence[ProfileCriterion], weights: Sequence[float]
) -> list[ProfileCriterion]:
    """The criteria with points in steps of five that are 100 together, each at least five."""
    units = _POINTS // _STEP
    total = sum(weights)
    if not criteria or not total:
        return []
    exact = [weight / total * (units - len(criteria)) for weight in weights]
    given = [int(each) for each in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: (given[i] - exact[i], i))
    for i in by_rest[: units - len(criteria) - sum(given)]:
        given[i] += 1
    return [replace(c, points=(g + 1) * _STEP) for c, g in zip(criteria, given, strict=True)]


def _known(accounts: pa.Table, column: str) -> list[float]:
    if column not in accounts.column_names:
        return []
    return [v for v in accounts[column].to_pylist() if isinstance(v, int | float)]


def _texts(accounts: pa.Table, column: str) -> list[str]:
    if column not in accounts.column_names:
        return []
    return sorted(v for v in accounts[column].to_pylist() if isinstance(v, str))


def _mean(values: Any) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
