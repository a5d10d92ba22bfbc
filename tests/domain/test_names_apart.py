"""What tells companies apart in their names, and what does not, whatever the names are."""

from __future__ import annotations

from itertools import combinations, product

import pyarrow as pa
import pytest

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import strings
from abmkit.domain.companies.listed import NOBODY, on_list
from abmkit.domain.values.names import display_names, name_keys
from abmkit.steps.dedupe import dedupe

CITIES = ("北京", "武汉", "兰州", "成都", "惠州", "大连")
BRANDS = ("渝佳", "浩力", "博瑞", "天衡", "科达", "远信", "明泽", "华讯")
TRADES = ("环境科技", "机械", "医疗器械", "信息技术")


def table(names: list[str], **columns: str) -> pa.Table:
    shown = display_names(strings(names))
    made = {"name": shown, "name_key": name_keys(shown)}
    made |= {column: strings([value] * len(names)) for column, value in columns.items()}
    return pa.table(made)


def accounts_of(names: list[str], **columns: str) -> int:
    return int(dedupe(table(names, **columns)).accounts.num_rows)


def found(query: str, listed: list[str], least: float = 0.7) -> str | None:
    matches = on_list(table([query]), table(listed), review=0.2)
    account, probability = matches.account.tolist()[0], float(matches.probability[0])
    return listed[account] if account != NOBODY and probability >= least else None


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize(
    "names",
    [
        ("{0}大学", "{0}工业大学", "{0}交通大学", "{0}医科大学"),
        ("{0}大学", "{0}大学附属医院", "{0}大学出版社"),
        ("{0}市第一中学", "{0}市第二中学", "{0}市第十一中学"),
        ("{0}市第一人民医院", "{0}市第三人民医院", "{0}市人民医院"),
        ("{0}市教育局", "{0}市财政局", "{0}市卫生局"),
        ("{0}市环境科学研究所", "{0}市朝阳区环境科学研究所"),
        ("中国建筑第三工程局有限公司{0}分公司", "中国建筑第八工程局有限公司{0}分公司"),
        ("{0}油田有限责任公司第一采油厂", "{0}油田有限责任公司第二采油厂"),
    ],
)
@pytest.mark.parametrize("placed", [True, False])
def test_institutions_and_units_of_one_city_stay_apart(
    city: str, names: tuple[str, ...], placed: bool
) -> None:
    own = [name.format(city) for name in names]
    columns = {"city": f"{city}市"} if placed else {}
    assert accounts_of(own, **columns) == len(own)


@pytest.mark.parametrize("bank", ["中国农业银行", "招商银行", "中国工商银行"])
def test_branches_of_a_bank_stay_apart(bank: str) -> None:
    places = ("北京朝阳", "北京海淀", "北京西城", "上海浦东")
    names = [f"{bank}股份有限公司{place}支行" for place in places]
    assert accounts_of(names) == len(names)
    assert accounts_of(names, city="北京市") == len(names)


@pytest.mark.parametrize(("city", "trade"), list(product(CITIES[:4], TRADES)))
def test_companies_of_one_city_and_trade_stay_apart(city: str, trade: str) -> None:
    names = [f"{city}{brand}{trade}有限公司" for brand in BRANDS]
    assert accounts_of(names, city=f"{city}市") == len(names)


@pytest.mark.parametrize(
    "name", ["中国移动通信集团{}有限公司", "中国电信股份有限公司{}分公司", "{}银行股份有限公司"]
)
@pytest.mark.parametrize("columns", [{}, {"country": "CN"}])
def test_companies_of_one_trade_in_two_places_stay_apart(
    name: str, columns: dict[str, str]
) -> None:
    names = [name.format(place) for place in ("云南", "西藏", "贵州", "青海", "甘肃")]
    assert accounts_of(names, **columns) == len(names)
    for other in names[1:]:
        place = {**columns, "city": "北京"}
        matches = on_list(table(names[:1], **place), table([other], **place), review=0.0)
        assert float(matches.probability[0]) <= 0.5


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("青羊区", "成都", 1),
        ("岳阳楼区", "岳阳市", 1),
        ("四川", "成都市青羊区", 1),
        ("青羊区", "绵阳", 2),
        ("成都青羊区", "成都武侯区", 2),
        ("四川成都", "四川绵阳", 2),
    ],
)
@pytest.mark.parametrize("brand", BRANDS[:4])
def test_a_district_may_be_its_city_s_and_no_other_s(
    brand: str, one: str, other: str, count: int
) -> None:
    names = [f"{place}{brand}环境科技有限公司" for place in (one, other)]
    assert accounts_of(names, country="CN", phone="+862885550100") == count


@pytest.mark.parametrize("brand", BRANDS)
def test_a_company_and_another_of_its_brand_stay_apart(brand: str) -> None:
    names = [f"{brand}股份有限公司", f"{brand}信息技术股份有限公司", f"{brand}置业有限公司"]
    assert accounts_of(names) == 3


@pytest.mark.parametrize("county", ["衡阳", "南昌", "长沙", "邢台"])
def test_a_city_and_the_county_of_its_name_stay_apart(county: str) -> None:
    offices = ("人力资源和社会保障局", "教育局", "人民医院")
    names = [f"{county}{unit}{office}" for office in offices for unit in "县市"]
    assert accounts_of(names) == len(names)


@pytest.mark.parametrize(
    "names",
    [
        ("Lanzhou University", "Lanzhou Jiaotong University"),
        ("Boston College", "Boston Baptist College"),
        ("Universidad de Chile", "Universidad Católica de Chile"),
        ("Kyoto Hospital", "Kyoto Katsura Hospital"),
        ("Halmore Trust I", "Halmore Trust II", "Halmore Trust III"),
        ("Series Brenwick 2004-1", "Series Brenwick 2004-2"),
        ("Tanuki Pumps", "Talus Pumps", "Oak Pumps", "Corvid Pumps"),
        ("Aroma Roofing", "Marlow Roofing", "Vesta Roofing", "Brio Roofing"),
    ],
)
@pytest.mark.parametrize("columns", [{}, {"country": "GB"}, {"country": "GB", "city": "Leeds"}])
def test_what_tells_apart_in_latin_names_weighs(
    names: tuple[str, ...], columns: dict[str, str]
) -> None:
    assert accounts_of(list(names), **columns) == len(names)


@pytest.mark.parametrize("others", [0, 10, 300])
def test_what_tells_apart_does_so_in_a_file_of_any_size(others: int) -> None:
    among = [f"{a}{b}{c}有限公司" for a, b, c in product(CITIES, BRANDS, TRADES)][:others]
    names = ["武汉大学", "武汉工程大学", "中国建筑第三工程局有限公司", "中国建筑第八工程局有限公司"]
    assert accounts_of([*names, *among]) == len(names) + len(among)


FULL = [
    "山东恒邦冶炼股份有限公司",
    "深圳赛格股份有限公司",
    "抚顺特殊钢股份有限公司",
    "贵州轮胎股份有限公司",
    "浙江大华技术股份有限公司",
    "北京东方雨虹防水技术股份有限公司",
    "广州汽车集团股份有限公司",
    "上海浦东发展银行股份有限公司",
    "宝山钢铁股份有限公司",
    "中国第一重型机械股份公司",
    "新疆八一钢铁股份有限公司",
    "天津膜天膜科技股份有限公司",
]


@pytest.mark.parametrize(
    ("short", "place"),
    [
        ("恒邦股份", 0), ("深赛格", 1), ("抚顺特钢", 2), ("黔轮胎A", 3), ("*ST大华股份", 4),
        ("东方雨虹", 5), ("广汽集团", 6), ("浦发银行", 7), ("宝钢股份", 8), ("中国一重", 9),
        ("*ST八钢", 10), ("津膜科技", 11),
    ],
)  # fmt: skip
def test_a_short_name_is_the_full_one_in_which_its_signs_stand_in_order(
    short: str, place: int
) -> None:
    assert found(short, FULL) == FULL[place]


def test_a_short_name_that_fits_two_is_neither_for_certain() -> None:
    listed = ["广东南洋电缆集团股份有限公司", "浙江南洋科技股份有限公司", *FULL]
    assert found("南洋股份", listed) is None
    assert found("南洋股份", listed, least=0.3) is not None


@pytest.mark.parametrize("short", ["招商证券", "湖南中烟"])
def test_a_short_name_is_not_that_of_a_branch(short: str) -> None:
    listed = [f"{short}股份有限公司{city}建国路证券营业部" for city in CITIES]
    assert found(short, listed) is None
    assert found(short, [*listed, f"{short}股份有限公司"]) == f"{short}股份有限公司"


LATIN = {
    "Petrus Resources Ltd.": ("Petrus Res Ltd", "PETRUS RESOURCES"),
    "Halvard Natural Foods Inc": ("Halvard Natl Foods", "HALVARD NATURAL FOODS"),
    "Brackwater Services plc": ("Brackwater Svcs", "BRACKWATER SERVICE"),
    "Tormund International Group": ("Tormund Intl Grp", "Tormund Intl Group"),
    "Ostrava Manufacturing AS": ("OSTRAVA MFG", "Ostrava Manufactur"),
    "Merrow Shipbuilders & Engineers": ("Merrow Shipbuilders & En", "MERROW SHIPBLDRS & ENGRS"),
    "PulteraGroup Inc": ("Pultera Group", "PULTERA GROUP INC"),
    "Huhtamäki Oyj": ("HUHTAMAEKI OYJ", "Huhtamaki"),
    "Bechtner AG": ("BECHTNER AG O.N.", "Bechtner INH O.N."),
    "Quorvia Therapeutics Inc": ("QUORVIA THERAPEUT  DL-,01", "Quorvia Therap."),
}


@pytest.mark.parametrize(("name", "written"), [(n, w) for n, ws in LATIN.items() for w in ws])
def test_variants_of_a_name_meet_on_a_list(name: str, written: str) -> None:
    assert found(written, list(LATIN), least=0.5) == name


@pytest.mark.parametrize("name", ["First Bancorp", "Bancorp", "First Financial Bancorp"])
@pytest.mark.parametrize("columns", [{}, {"country": "US"}])
def test_a_record_that_says_the_same_again_is_the_same_however_common_its_name(
    name: str, columns: dict[str, str]
) -> None:
    words = [f"{start}{end}" for start in ("Vel", "Cor", "Har", "Mon") for end in ("ton", "wick")]
    others = [f"First {one} {other} Financial Bancorp" for one, other in product(words, words)]
    alone = accounts_of([name, *others], **columns)
    assert accounts_of([name, *others, name, name], **columns) == alone


@pytest.mark.parametrize("again", [1, 2, 5])
@pytest.mark.parametrize("others", [0, 40])
def test_a_repeated_record_changes_no_probability(again: int, others: int) -> None:
    names = ["Abac Auto Parts", "Abac Auto Parts & Rebuild Center"]
    names += [f"{brand}{trade}" for brand, trade in product(BRANDS, TRADES)][:others]
    columns = {"country": "CA", "city": "Brampton"}

    def likely(records: list[str]) -> list[float]:
        pairs = dedupe(table(records, **columns), Dedupe(review=1e-6)).pairs.to_pylist()
        own = (pair for pair in pairs if "abac" in pair["left_name"].casefold())
        return [pair["probability"] for pair in own if "abac" in pair["right_name"].casefold()]

    once = likely(names)
    assert len(once) == 1
    assert likely([*names, *[names[1].upper()] * again]) == pytest.approx(once, abs=1e-9)


@pytest.mark.parametrize(("one", "other"), list(combinations(BRANDS[:4], 2)))
def test_the_evidence_says_what_differs(one: str, other: str) -> None:
    names = [f"重庆{one}环境科技有限公司", f"重庆{other}环境科技有限公司"]
    matches = on_list(table(names[:1]), table(names[1:]), review=0.0)
    (evidence,) = matches.evidence.to_pylist()
    assert "different first words" in evidence
    assert f"differ in {one} / {other}" in evidence
