"""What a person decided: whom the file means, and how it is read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.domain.arrays import lists, strings
from abmkit.domain.companies.decisions import Decision, decided
from abmkit.domain.values.names import name_keys
from abmkit.errors import ColumnError, InputError
from abmkit.sources.lists import read_decisions

NAMES = ["Acme Inc", "Acme Software", "Globex", "杭州海康威视数字技术股份有限公司", None]


@pytest.fixture(scope="module")
def records() -> pa.Table:
    """Five records with ids, sites and names."""
    columns = {
        "account_id": strings(["id:7", None, None, None, None]),
        "registry_ids": lists([["cik:1800", "lei:X"], None, ["cik:2"], None, None]),
        "domain": strings(["acme.com", "acme.com", "globex.co.uk", None, None]),
        "name_key": name_keys(strings(NAMES)),
        "country": strings(["US", None, "GB", "CN", None]),
        "other_domains": lists([None, None, None, ["hikvision.com"], None]),
        "source": strings(["crm"] * 5),
    }
    rows = pa.array([1, 2, 3, 4, 5], pa.int64())
    return pa.Table.from_arrays([*columns.values(), rows], names=[*columns, "source_row"])


@pytest.mark.parametrize(
    ("called", "rows"),
    [
        ("id:7", [0]),
        ("cik:1800", [0]),
        ("lei:X", [0]),
        ("domain:acme.com", [0, 1]),
        ("acme.com", [0, 1]),
        ("https://www.Acme.com/about", [0, 1]),
        ("globex.co.uk", [2]),
        ("www.hikvision.com", [3]),
        ("name:globex@GB", [2]),
        ("GLOBEX", [2]),
        ("Acme, Inc.", [0]),
        ("杭州海康威視數字技術股份有限公司", [3]),
    ],
)
def test_a_company_is_called_by_its_id_its_site_or_its_name(records, called, rows) -> None:
    found = decided(records, [Decision(called, "cik:2", "same")])
    assert [each.tolist() for each in found.together] == [sorted({*rows, 2})]


def test_a_decision_that_names_nobody_is_told(records) -> None:
    lost = Decision("Hooli", "acme.com", "same")
    right = Decision("acme.com", "Nowhere Ltd", "different")
    found = decided(records, [lost, right])
    assert found.unfollowed == ((lost, "Hooli"), (right, "Nowhere Ltd"))
    assert (found.together, found.apart) == ((), ())


def test_a_record_that_both_sides_mean_is_on_neither(records) -> None:
    (sides,) = decided(records, [Decision("acme.com", "Acme Inc", "different")]).apart or [None]
    assert sides is None or [side.tolist() for side in sides] == [[1], [0]]
    (sides,) = decided(records, [Decision("Acme Software", "Acme Inc", "different")]).apart
    assert [side.tolist() for side in sides] == [[1], [0]]


def decisions_in(folder: Path, text: str) -> list[Decision]:
    path = folder / "decisions.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_decisions(path)


def test_decisions_are_read_in_english_and_chinese_and_blank_rows_skipped(tmp_path) -> None:
    text = (
        "Left,Right,Decision,By,Why\n"
        "a.com,b.com,Same,Ann,one owner\n"
        "a.com,c.com,,,\n"
        "a.com,d.com, DIFFERENT ,,\n"
        "甲公司,乙公司,相同,李,\n"
        "甲公司,丙公司,不同,,\n"
        ",,,,\n"
    )
    assert decisions_in(tmp_path, text) == [
        Decision("a.com", "b.com", "same", "Ann", "one owner"),
        Decision("a.com", "d.com", "different"),
        Decision("甲公司", "乙公司", "same", "李"),
        Decision("甲公司", "丙公司", "different"),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a.com,b.com,maybe", r"decision 'maybe'.*row 2|row 2.*decision 'maybe'"),
        ("a.com,,same", r"one side is empty"),
    ],
)
def test_a_decision_that_is_none_names_its_row(tmp_path, row: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        decisions_in(tmp_path, f"left,right,decision\na.com,b.com,same\n{row}\n")
    assert "row 2" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_column_is_named(tmp_path) -> None:
    with pytest.raises(ColumnError, match="no column 'decision'; did you mean 'decison'"):
        decisions_in(tmp_path, "left,right,decison\na.com,b.com,same\n")
