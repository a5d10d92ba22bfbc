from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import parts
from abmkit.domain.matching.names.classes import is_number
from abmkit.domain.matching.names.tokens import words
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.simplified import simplified


def words_of(*names: str | None) -> list[list[str] | None]:
    return words(name_keys(strings(names))).to_pylist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Expeditors Intl. of Washington", "EXPEDITORS INTERNATIONAL OF WASHINGTON INC"),
        ("Acme Mfg Svcs", "Acme Manufacturing Service"),
        ("Uber Tech", "Uber Technologies, Inc."),
        ("Cognizant Technology", "Cognizant Technologies"),
        ("First Natl Bancorp", "First National Bancorporation"),
        ("IQVIA Holding", "IQVIA HOLDINGS INC."),
        ("Marsh McLennan", "MARSH & MCLENNAN COMPANIES, INC."),
        ("Bank of the Ozarks", "Ozarks Bank"),
        ("A. O. Smith", "SMITH A O CORP"),
        ("1st Source", "First Source"),
        ("Churchill Capital Corp IX", "Churchill Capital Corporation 9"),
        ("深圳市腾讯计算机系统有限公司", "深圳腾讯计算机系统"),
        ("廣東省深圳市騰訊科技", "广东深圳腾讯科技"),
        ("有研新材", "有研新材料股份有限公司股份"),
        ("百度在线网络技术（北京）有限公司", "北京百度在线网络技术有限公司"),
    ],
)
def test_both_spellings_are_the_same_words(one: str, other: str) -> None:
    first, second = words_of(one, other)
    assert first is not None
    assert second is not None
    assert set(first) == set(second) - ({"股份"} - set(first))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("北京小米科技有限责任公司", "北京 小米 科技"),
        ("珠海格力电器股份有限公司", "珠海 格力 电器"),
        ("中国平安保险(集团)股份有限公司", "中国 平安 保险 集团"),
        ("阿里巴巴集团控股有限公司", "阿里巴巴 集团 控股"),
        ("深圳市新产业生物医学工程股份有限公司", "深圳 新产业 生物 医学 工程"),
        ("广东省深圳市南山区小佩网络科技有限公司", "广东 深圳 南山 小佩 网络 科技"),
        ("百济神州（北京）生物科技有限公司", "百济神州 北京 生物 科技"),
        ("贵州茅台酒股份有限公司", "贵州 茅台 酒"),
        ("广州白云山医药", "广州 白云山 医药"),
        ("中国电信股份有限公司广东分公司", "中国 电信 广东 分公司"),
        ("平安区块链", "平安 区块链"),
        ("同仁堂", "同仁堂"),
        ("中国银行", "中国 银行"),
        ("北京", "北京"),
        ("TCL集团", "tcl 集团"),
        ("IBM中国", "ibm 中国"),
        ("ソニーグループ株式会社", "ソニー グループ"),
        ("삼성전자", "삼성 전자"),
        ("Газпром нефть", "газпром нефть"),
        ("The", "the"),
        ("Bank of America", "bank america"),
        ("Delta Delta Corp Gamma", "delta corp gamma"),
    ],
)
def test_a_name_is_split_into_its_words(name: str, expected: str) -> None:
    assert words_of(name) == [expected.split()]


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        # The README of companynameparser 0.1.8 (Apache-2.0).
        ("武汉海明智业电子商务", "海明智业"),
        ("泉州益念食品", "益念"),
        ("常州途畅互联网科技", "途畅"),
        ("昆明享亚教育信息咨询", "享亚"),
        ("深圳光明区三晟", "三晟"),
    ],
)
def test_the_brand_is_what_place_and_trade_leave(name: str, brand: str) -> None:
    assert parts(name).brand == brand


def test_numbers_tell_companies_apart() -> None:
    for one, other in (("Trust I", "Trust II"), ("Fund 2005-6", "Fund 2006-3"), ("AA V", "AA VI")):
        first, second = words_of(one, other)
        assert first is not None
        assert second is not None
        assert {w for w in first if is_number(w)} != {w for w in second if is_number(w)}
    assert not any(map(is_number, words_of("Mix Civil Vi Holding")[0] or []))


def test_null_stays_null() -> None:
    assert words_of(None, "Acme", None) == [None, ["acme"], None]
    assert words_of() == []
    assert words_of(None) == [None]


def test_no_spelling_leads_to_another() -> None:
    table = {row["abbreviation"]: row["word"] for row in rows("abbreviations.csv")}
    assert not set(table) & set(table.values())


NAMES = st.text(max_size=30) | st.text(
    alphabet="北京市小米科技集团有限公司酒新大區龍A aIVX9&(（)）- ー的ソ삼я'/.", max_size=20
)


@given(st.lists(st.none() | NAMES, max_size=6))
def test_a_known_key_has_words_and_rows_do_not_depend_on_each_other(
    names: list[str | None],
) -> None:
    keys = name_keys(strings(names))
    found = words(keys)
    found.validate(full=True)
    for key, row in zip(keys.to_pylist(), found.to_pylist(), strict=True):
        assert (key is None) == (row is None)
        assert row is None or (row and len(set(row)) == len(row))
        assert words(strings([key])).to_pylist() == [row]
    assert words(keys.slice(1)).to_pylist() == found.to_pylist()[1:]


@given(NAMES.map(simplified))
def test_parts_lose_nothing_but_what_ends_places_and_legal_forms(text: str) -> None:
    if text:
        found = parts(text)
        assert found.words()
        assert all(word and word in text for word in (found.brand or text, *found.trades))


def test_chinese_companies_are_split_as_people_would(shared_data: Path) -> None:
    table = shared_data / "demo" / "cn_a_share_2019__stock_basic.csv"
    with table.open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    keys = name_keys(strings(names))
    branded = [bool(parts(key).brand) for key in keys.to_pylist()]
    assert sum(branded) / len(branded) > 0.95


def test_pandas_is_not_imported() -> None:
    code = (
        "import sys\n"
        "from abmkit.domain.arrays import strings\n"
        "from abmkit.domain.matching.names.forms import other_forms\n"
        "from abmkit.domain.matching.names.tokens import words\n"
        "from abmkit.domain.values.names import name_keys\n"
        "names = strings(['Smith (Jo) A B II', '北京小米科技', None, 'X dba Y'])\n"
        "words(name_keys(names)); other_forms(names, name_keys(names))\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
