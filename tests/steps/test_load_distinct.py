"""A column of few different texts is read text by text, with what reading every row gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.recognition import readings
from abmkit.io.reading import read
from abmkit.steps.load import Loaded, load, plan

CONFIG = Config(version=1, currency="USD", rates={"CNY": 0.14, "EUR": 1.1})
AS_OF = date(2026, 11, 30)
TEXTS = {
    "Company": ["Acme Inc", "北京木瓦有限公司", "N/A", "Bolt & Co.", "unknown"],
    "Country": ["US", "中国", "Deutschland", "Narnia", "-", "NA"],
    "Employees": [
        "11-50",
        "50-99人",
        "1.200",
        "12",
        "many",
        "10000人以上",
        "未知",
        "5-Oct",
        "1,200",
    ],
    "Revenue": ["US$ 7.02 bn", "0.51亿元", "¥5", "12.5", "1,234.5", "£3m", "1.234,5", "n/a", "5x"],
    "Founded": ["1970年", "1987", "n.d.", "2001-05-04"],
    "Industry": ["Software", "软件和信息技术服务业", "N/A", "Banking"],
    "City": ["Berlin", "上海市", "Austin, TX", ""],
    "Region": ["CA", "NY", "Bayern", "?"],
    "Phone": ["+1 650 253 0001", "010-62512345", "123"],
    "Ticker": ["AAPL", "NAN", "TBC", "1"],
    "Relationship": ["Customer", "prospect", "foe"],
    "Do not contact": ["yes", "no", "maybe", ""],
    "As of": ["2026-01-02", "01.02.2026", "13/02/2026", "soon"],
    "Technologies": ["SAP; Oracle", "Oracle", "N/A"],
    "own": ["a", "b", "N/A", "NA"],
    "own number": ["1", "2.5", "x"],
}
ROWS = 40
MAPPED = {
    "name": "Company", "country": "Country", "employees": "Employees", "revenue": "Revenue",
    "founded_year": "Founded", "industry": "Industry", "city": "City", "region": "Region",
    "phone": "Phone", "ticker": "Ticker", "relationship": "Relationship", "as_of": "As of",
    "technologies": "Technologies", "do_not_contact": "Do not contact",
    "own_number": {"from": "own number", "type": "number"},
}  # fmt: skip


def both_ways(table: pa.Table, columns: dict[str, object]) -> tuple[Loaded, Loaded]:
    """A table as it is loaded by its different texts, and by all its rows."""
    source = Source(name="s", path="s", columns=columns)
    planned = plan(table.column_names, table, source, CONFIG)
    made = []
    for least, repeating in ((1, True), (1, False)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(readings, "MANY", least)
            patch.setattr(readings, "repeats", lambda _texts, found=repeating: found)
            made.append(load(table, planned, as_of=AS_OF))
    return made[0], made[1]


def check(one: Loaded, other: Loaded) -> None:
    assert one.accounts.equals(other.accounts)
    assert one.accounts.schema == other.accounts.schema
    assert one.issues == other.issues
    assert one.repairs == other.repairs
    assert one.rejects.equals(other.rejects)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {
            name: st.lists(st.sampled_from([*texts, None]), min_size=ROWS, max_size=ROWS)
            for name, texts in TEXTS.items()
        }
    )
)
def test_what_stands_often_is_read_once(columns: dict[str, list[str | None]]) -> None:
    table = pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})
    check(*both_ways(table, MAPPED))


FILES = (
    "demo/fortune1000_2021__Fortune_1000.csv",
    "demo/cn_a_share_2019__stock_basic.csv",
    "demo/cn_companies_standup__companies.json",
    "demo/sp500__constituents.csv",
    "demo/crm_sales_maven__accounts.csv",
)


@pytest.mark.parametrize("file", FILES)
def test_real_columns_are_read_the_same_either_way(shared_data: Path, file: str) -> None:
    table = read(shared_data / file).table()
    one, other = both_ways(table, {})
    assert one.accounts.num_rows
    check(one, other)
