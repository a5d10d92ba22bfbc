"""Whether a source's amounts can be what they say: revenue against the people who earn it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa

from abmkit.domain.facts import Fact, fact
from abmkit.domain.recognition.plans import Plan
from abmkit.domain.values.names import HAN

# A year's revenue per employee of a company, in any large currency: below, the amounts are in
# thousands or millions. US manufacturers and Chinese listed companies have some 100,000 to 600,000.
LEAST_PER_HEAD = 5_000
_USUAL_PER_HEAD = 300_000
_NEAR = 30
_ENOUGH = 5
_NAMES = 500
_UNITS = {"thousand": 1e3, "million": 1e6}
_CHINESE_UNITS = {"万": 1e4, "亿": 1e8}


@dataclass(frozen=True)
class RevenueScale:
    """Revenue that is too small for its employees to be in whole units of money."""

    column: str
    """The source's column."""
    per_head: float
    """The middle revenue per employee as the column reads."""
    unit: str | None
    """The unit that would make it usual; None where none does."""

    @property
    def evidence(self) -> Fact:
        """What is odd."""
        return fact("scale.per_head", per_head=self.per_head)


def revenue_scale(accounts: pa.Table, plan: Plan) -> RevenueScale | None:
    """What is odd about a source's revenue; None where nothing is or nobody can tell.

    Reads `revenue` and `employees`. A column whose unit is known is believed.
    """
    mapped = next((m for m in plan.mapped if m.target == "revenue"), None)
    if mapped is None or mapped.column is None or mapped.unit is not None:
        return None
    if not {"revenue", "employees"} <= set(accounts.column_names):
        return None
    revenue = accounts["revenue"].combine_chunks()
    employees = accounts["employees"].combine_chunks().cast(pa.float64())
    heads = [
        money / people
        for money, people in zip(revenue.to_pylist(), employees.to_pylist(), strict=True)
        if money is not None and people and money > 0
    ]
    if len(heads) < _ENOUGH:
        return None
    middle = sorted(heads)[len(heads) // 2]
    if middle >= LEAST_PER_HEAD:
        return None
    return RevenueScale(mapped.column, middle, _unit(middle, mostly_chinese(accounts["name"])))


def mostly_chinese(names: pa.ChunkedArray) -> bool:
    """Whether most of the first names are in Chinese."""
    texts = [text for text in names.slice(0, _NAMES).to_pylist() if text]
    return sum(re.search(f"[{HAN}]", text) is not None for text in texts) * 2 > len(texts)


def _unit(per_head: float, chinese: bool) -> str | None:
    units = {**_CHINESE_UNITS, **_UNITS} if chinese else _UNITS

    def distance(unit: str) -> float:
        ratio = per_head * units[unit] / _USUAL_PER_HEAD
        return max(ratio, 1 / ratio)

    best = min(units, key=distance)
    return best if distance(best) <= _NEAR else None
