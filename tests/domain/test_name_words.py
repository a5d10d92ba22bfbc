from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import parts
from abmkit.domain.matching.names.classes import WordClass, is_number, word_classes
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


CITIES = ("北京", "深圳", "惠州", "哈尔滨", "衡阳", "乌鲁木齐")
DISTRICTS = (
    "北京 海淀",
    "惠州 惠阳",
    "重庆 渝北",
    "广州 番禺",
    "武汉 江夏",
    "南京 江宁",
    "沈阳 浑南",
)
ORDINALS = ("一", "二", "三", "四", "八", "十", "十二", "十九", "二十一")
NAMED = ("渝佳", "浩力", "海明智业", "圣之洁", "科林思", "正诚信达")
WORD = WordClass


def classes_of(name: str) -> list[tuple[str, WordClass]]:
    found = words_of(name)[0] or []
    return list(zip(found, map(WordClass, word_classes(found).tolist()), strict=True))


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize(
    ("what", "head"),
    [
        ("", "大学"), ("工业", "大学"), ("工程", "大学"), ("师范", "大学"), ("中医药", "大学"), ("职业", "学院"),
        ("人民", "医院"), ("中心", "医院"), ("教育", "局"), ("公安", "局"), ("水务", "局"), ("教育", "委员会"),
        ("人力资源和社会保障", "局"), ("发展和改革", "委员会"), ("设计", "研究院"), ("供电", "公司"), ("外国语", "学校"),
    ],
)  # fmt: skip
def test_an_institution_is_its_place_its_field_and_its_kind(
    city: str, what: str, head: str
) -> None:
    for written in (city, f"{city}市"):
        found = classes_of(f"{written}{what}{head}")
        assert [word for word, _ in found] == [word for word in (city, what, head) if word]
        assert found[0][1] == WORD.PLACE
        assert found[-1][1] in (WORD.KIND, WORD.GENERIC)
        assert all(kind in (WORD.TRADE, WORD.KIND) for _, kind in found[1:-1])


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("ordinal", ORDINALS)
@pytest.mark.parametrize(
    "unit",
    ["中学", "小学", "人民医院", "医院", "采油厂", "建筑工程", "公共交通", "工程局", "分公司"],
)
def test_an_ordinal_is_a_word_of_its_own(city: str, ordinal: str, unit: str) -> None:
    found = classes_of(f"{city}第{ordinal}{unit}")
    assert found[:2] == [(city, WORD.PLACE), (f"第{ordinal}", WORD.NUMBER)]
    assert "".join(word for word, _ in found[2:]) == unit


@pytest.mark.parametrize("ordinal", ORDINALS)
@pytest.mark.parametrize(
    ("before", "unit"),
    [("中建", "局"), ("长庆钻井", "公司"), ("江苏水文", "队"), ("西安房地产经营", "公司"), ("杭州", "中学"),
     ("中铁", "局"), ("大庆", "厂"), ("湖南地质", "大队")],
)  # fmt: skip
def test_a_counted_unit_is_the_same_with_and_without_the_sign_of_ordinals(
    before: str, ordinal: str, unit: str
) -> None:
    assert words_of(f"{before}{ordinal}{unit}") == words_of(f"{before}第{ordinal}{unit}")
    assert (f"第{ordinal}", WORD.NUMBER) in classes_of(f"{before}{ordinal}{unit}")


def test_an_ordinal_in_digits_is_the_same() -> None:
    for number, signs in ((3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")):
        assert words_of(f"北京市第{number}中学") == words_of(f"北京市第{signs}中学")


@pytest.mark.parametrize(
    "name", ["三一重工", "八一钢铁", "九阳", "五粮液", "第一财经", "第一创业证券", "五矿发展", "三元食品",
             "一汽-大众汽车有限公司", "七匹狼实业", "六国化工", "百度"]
)  # fmt: skip
def test_a_number_within_a_brand_is_none(name: str) -> None:
    assert all(kind != WORD.NUMBER for _, kind in classes_of(name))


@pytest.mark.parametrize("bank", ["农业", "工商", "建设"])
@pytest.mark.parametrize("place", DISTRICTS)
@pytest.mark.parametrize("form", ["", "股份有限公司", "有限责任公司"])
def test_a_branch_has_its_places(bank: str, place: str, form: str) -> None:
    city, district = place.split()
    expected = ["中国", bank, "银行", city, district, "支行"]
    for written in (f"{city}{district}", f"{city}市{district}", f"{city}市{district}区"):
        assert words_of(f"中国{bank}银行{form}{written}支行") == [expected]


@pytest.mark.parametrize("place", DISTRICTS)
def test_a_district_is_a_place_beside_its_city(place: str) -> None:
    city, district = place.split()
    for written in (f"{city}{district}", f"{city}市{district}区"):
        found = classes_of(f"{written}环境科学研究所")
        assert found[:2] == [(city, WORD.PLACE), (district, WORD.PLACE)]
        assert all(kind != WORD.CORE for _, kind in found)


@pytest.mark.parametrize("name", ["衡阳", "长沙", "南昌", "承德", "伊宁"])
@pytest.mark.parametrize("head", ["教育局", "人民医院", "环境科学研究所"])
def test_a_city_and_a_county_of_its_name_are_two_places(name: str, head: str) -> None:
    city, county = words_of(f"{name}市{head}", f"{name}县{head}")
    assert city is not None
    assert county is not None
    assert city[1:] == county[1:]
    assert city[0] != county[0]
    assert words_of("吉林省" + head) != words_of("吉林市" + head)


@pytest.mark.parametrize("brand", NAMED)
@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize(
    "trade",
    [
        "环境影响评价",
        "科技",
        "环保工程",
        "网络科技",
        "房地产开发",
        "水泥制品",
        "污水处理设备",
        "人力资源服务",
    ],
)
def test_the_core_of_a_company_is_one_word(city: str, brand: str, trade: str) -> None:
    for name in (f"{city}{brand}{trade}有限公司", f"{brand}（{city}）{trade}有限公司"):
        found = classes_of(name)
        assert [word for word, kind in found if kind == WORD.CORE] == [brand]
        assert [word for word, kind in found if kind == WORD.PLACE] == [city]
        assert "".join(word for word, kind in found if kind == WORD.TRADE) == trade


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lanzhou Jiaotong University", "PLACE CORE KIND"),
        ("Acme Environmental Technologies Group", "CORE TRADE TRADE GENERIC"),
        ("Universidad de Navarra", "KIND PLACE"),
        ("Krankenhaus Nordwest", "KIND CORE"),
        ("Siemens China", "CORE PLACE"),
        ("Fund 3", "TRADE NUMBER"),
        ("Western Northgate Capital Trust III", "CORE CORE TRADE TRADE NUMBER"),
    ],
)
def test_words_of_latin_names_have_their_classes(name: str, expected: str) -> None:
    assert " ".join(kind.name for _, kind in classes_of(name)) == expected


@given(st.lists(NAMES))
def test_every_word_has_a_class_by_its_text(names: list[str]) -> None:
    found = word_classes(names)
    assert found.dtype == "int8"
    assert len(found) == len(names)
    assert all(word_classes([name])[0] == of for name, of in zip(names, found, strict=True))


@given(NAMES.map(simplified))
def test_parts_lose_nothing_but_what_ends_places_and_legal_forms(text: str) -> None:
    if text:
        found = parts(text)
        assert found.words()
        assert all(word and word in text for word in (found.brand or text, *found.trades))


SIGNS = "".join(
    (*CITIES, *NAMED, *ORDINALS, "第市区县省有限责任公司股份和与科技环境大学医院局厂队银行支行")
)


@given(st.text(alphabet=SIGNS, min_size=1, max_size=24))
def test_no_sign_of_a_name_is_lost_but_units_and_legal_forms(text: str) -> None:
    lost = Counter(text) - Counter("".join(parts(text).words()))
    assert set(lost) <= set("市区县省校和与") | set("股份有限责任公司")
    assert set("".join(parts(text).words())) <= set(text) | {"第", "学"}


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
