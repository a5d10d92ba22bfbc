"""The headers that vendors, CRMs and registers export, as a table: header, what it becomes.

`?` after the column: taken for it, but not surely without its values. Nothing: the source's own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from abmkit.domain.recognition.headers import recognise
from abmkit.domain.recognition.plans import USED, Recognition


def _exports() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    path = Path(__file__).parent.parent / "data" / "vendor_headers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["vendor"]][row["header"]] = row["becomes"]
    return found


EXPORTS = _exports()


def said(found: Recognition) -> str:
    if found.canonical is None:
        return ""
    return found.canonical if found.confidence >= USED else f"{found.canonical}?"


@pytest.mark.parametrize("vendor", EXPORTS)
def test_the_headers_of_an_export_become_what_they_mean(vendor: str) -> None:
    expected = EXPORTS[vendor]
    assert {found.column: said(found) for found in recognise(list(expected))} == expected


@pytest.mark.parametrize("vendor", EXPORTS)
def test_every_export_says_surely_which_company_a_row_is(vendor: str) -> None:
    assert {"name", "domain", "website", "registry_ids"} & set(EXPORTS[vendor].values())


def test_more_than_ten_vendors_are_listed() -> None:
    assert len(EXPORTS) > 15
    assert sum(map(len, EXPORTS.values())) > 450


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("企業名稱", "企业名称"), ("統一社會信用代碼", "统一社会信用代码"), ("員工總數", "员工总数"),
        ("營業收入(萬元)", "营业收入(万元)"), ("所屬行業", "所属行业"), ("聯繫電話", "联系电话"),
        ("註冊地址", "注册地址"), ("參保人數", "参保人数"), ("經營範圍", "经营范围"),
    ],
)  # fmt: skip
def test_traditional_headers_mean_what_simplified_ones_do(
    traditional: str, simplified: str
) -> None:
    (one,), (other,) = recognise([traditional]), recognise([simplified])
    assert one.canonical is not None
    assert (one.canonical, one.scheme) == (other.canonical, other.scheme)


@pytest.mark.parametrize(
    ("header", "canonical", "unit", "currency"),
    [
        ("Revenue (in 000s USD)", "revenue", "thousand", "USD"),
        ("Sales ($M)", "revenue", "million", "USD"),
        ("D-U-N-S® Number", None, None, None),
        ("Contact Phone", None, None, None),
        ("Location Name", None, None, None),
        ("Parent Country/Region", None, None, None),
    ],
)
def test_what_stands_around_a_known_word_counts(
    header: str, canonical: str | None, unit: str | None, currency: str | None
) -> None:
    (found,) = recognise([header])
    assert (found.canonical, found.unit, found.currency) == (canonical, unit, currency)
