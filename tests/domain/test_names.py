from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.names import display_name, display_names, name_key, name_keys
from abmkit.domain.values.simplified import all_simplified, simplified


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Acme   Inc. ", "Acme Inc."),
        ("Lowe&#8217;s", "Lowe’s"),
        ("Procter &amp;amp; Gamble", "Procter & Gamble"),
        ("新 希 望", "新希望"),
        ("万 科Ａ", "万科A"),
        ("中国 平安", "中国 平安"),
        ("ＴＣＬ　集团", "TCL 集团"),
        ("百度在线网络技术（北京）有限公司", "百度在线网络技术(北京)有限公司"),
        ("Zoë\u200b Ltd", "Zoë Ltd"),
        ("Café", "Café"),
        ("3M", "3M"),
    ],
)
def test_a_name_is_shown_as_a_person_would_type_it(written: str, shown: str) -> None:
    assert display_name(written) == shown


def test_a_name_that_says_unknown_is_null() -> None:
    written = strings(["N/A", "暂无", "-", "", None, " ", "未知", "null", "Nullsoft", "\u200b"])
    assert display_names(written).to_pylist() == [
        None, None, None, None, None, None, None, None, "Nullsoft", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple Inc.", "APPLE INC"),
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("Mosaic Company (The)", "MOSAIC CO"),
        ("The Coca-Cola Company", "COCA COLA CO"),
        ("Bank of America", "BANK OF AMERICA CORP /DE/"),
        ("U.S. Bancorp", "US BANCORP \\DE\\"),
        ("Wells Fargo & Company", "WELLS FARGO & COMPANY/MN"),
        ("J.M. Smucker Company (The)", "J M SMUCKER Co"),
        ("AT&T", "AT & T Inc."),
        ("Johnson & Johnson", "Johnson and Johnson"),
        ("Macy's", "Macy’s, Inc."),
        ("Nestlé S.A.", "NESTLE SA"),
        ("Ørsted A/S", "Orsted AS"),
        ("Springer Nature AG & Co. KGaA/ADR", "Springer Nature"),
        ("Grupo Bimbo, S.A.B. de C.V.", "Grupo Bimbo"),
        ("Taiwan Semiconductor Manufacturing Co., Ltd.", "Taiwan Semiconductor Manufacturing"),
        ("Gazprom PJSC", "ПАО Gazprom"),
        ("PT Bank Negara Tbk", "Bank Negara"),
        ("トヨタ自動車株式会社", "株式会社トヨタ自動車"),
        ("삼성전자 주식회사", "삼성전자"),
        ("TJX", "TJX COMPANIES INC /DE/"),
        ("Travelers Cos.", "TRAVELERS COMPANIES, INC."),
        ("Alphabet Inc. (Class A)", "Alphabet Inc. (Class C)"),
        ("百度在线网络技术（北京）有限公司", "百度在线网络技术 北京 有限责任公司"),
        ("广州佳都（集团）股份有限公司", "广州佳都集团有限公司"),
        ("*ST 中绒", "中绒"),
        ("ST康美", "康美"),
        ("万 科Ａ", "万科A"),
        ("小米集团-W", "小米集团"),
        ("萬科企業股份有限公司", "万科企业股份有限公司"),
        ("臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司"),
        ("龍湖集團 控股有限公司", "龙湖集团控股有限公司"),
        ("日産自動車 株式會社", "日産自动车株式会社"),
        ("Packaging Corporation of America", "PACKAGING CORP OF AMERICA"),
        ("Mercantile Trust Company of Ohio", "Mercantile Trust Co. of Ohio"),
        ("Interpublic Group", "INTERPUBLIC GROUP OF COMPANIES, INC."),
        ("Zions Bancorporation", "ZIONS BANCORPORATION, NATIONAL ASSOCIATION /UT/"),
        ("Mettler-Toledo International", "METTLER TOLEDO INTERNATIONAL INC/"),
        ("Charles Schwab", "Charles Schwab Corporation"),
        ("BAE Systems", "BAE Systems, Inc. /DE/"),
        ("Acuity", "ACUITY INC. (DE)"),
        ("شَرِكة", "شركة"),
    ],
)
def test_spellings_of_one_company_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ProShares Trust", "ProShares Trust II"),
        ("Churchill Capital Corp IX", "Churchill Capital Corp X"),
        ("Acme Holdings Inc", "Acme Inc"),
        ("联想集团有限公司", "联想有限公司"),
        ("小米科技有限责任公司北京分公司", "小米科技有限责任公司"),
        ("Grayscale Zcash Trust (ZEC)", "Grayscale Horizen Trust (ZEN)"),
        ("A+ Systems", "A Systems"),
        ("ハンバーガー", "ハンハーカー"),
        ("First Bank", "First Bank Group"),
    ],
)
def test_what_tells_companies_apart_stays_in_the_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Co., Ltd.", "co"),
        ("Limited", "limited"),
        ("有限公司", "有限公司"),
        ("!!!", "!!!"),
        ("The", "the"),
        ("(The)", "the"),
        ("SA", "sa"),
        ("A. O. Smith", "ao smith"),
        ("Moody's", "moodys"),
        ("ธนาคารกรุงเทพ", "ธนาคารกรุงเทพ"),
        ("टाटा मोटर्स", "टाटा मोटर्स"),
    ],
)
def test_a_name_always_has_a_key(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    "names",
    [
        ["Packaging Corporation of America", "Interpublic Group of Companies, Inc.", None],
        [
            "萬科企業股份有限公司",
            None,
            "小米科技",
            "Acme Inc",
            "ソニー",
            "Ελλάδα",
            "𠮷野家",
            "龍（中國）",
        ],
    ],
)
def test_keys_of_a_column_are_the_keys_of_its_names(names: list[str | None]) -> None:
    expected = [None if name is None else name_key(name) for name in names]
    column = strings(names)
    assert name_keys(column).to_pylist() == expected
    assert name_keys(column.slice(1)).to_pylist() == expected[1:]


@given(st.lists(st.none() | st.text(alphabet="萬龍a é𠮷々ア", max_size=6), max_size=5))
def test_signs_are_simplified_alike_in_columns_and_texts(names: list[str | None]) -> None:
    column = strings(["龍", *names])
    for part in (column, column.slice(1)):
        texts = [None if name is None else simplified(name) for name in part.to_pylist()]
        assert all_simplified(part).to_pylist() == texts
        assert all_simplified(all_simplified(part)).to_pylist() == texts


@given(st.text(max_size=40))
@example("ÞE\U0001133a0")
@example("㏠A{")
def test_names_and_keys_are_the_same_when_made_again(text: str) -> None:
    shown = display_names(strings([text]))
    assert display_names(shown).equals(shown)
    keys = name_keys(shown)
    assert keys.null_count == shown.null_count
    key = name_key(text)
    assert key is None or (key != "" and name_key(key) == key)


_SIGNS = (
    "S.A.S.",
    "S.A.",
    "-A-",
    "A",
    "e",
    "e.K.",
    "The",
    "M/s",
    "Fa.",
    "&",
    "+",
    "(HQ)",
    "株式会社",
)


@given(st.lists(st.sampled_from([*_SIGNS, "Acme", "Bank", "GmbH"]), min_size=1, max_size=6))
@example(["S.A.S.", "-A-", "e.K."])
@example(["The", "+"])
@example(["株式会社", "S.A."])
def test_keys_of_initials_and_articles_are_the_same_when_made_again(words: list[str]) -> None:
    for name in (" ".join(words), "".join(words)):
        key = name_key(name)
        assert key is not None
        assert name_key(key) == key


def _keys_by_cik(shared_data: Path) -> dict[str, set[str]]:
    companies = json.loads(
        (shared_data / "demo" / "sec_company_tickers__company_tickers.json").read_bytes()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for company in companies.values():
        found[name_key(company["title"]) or ""].add(str(company["cik_str"]))
    return found


@pytest.mark.parametrize(
    ("table", "column", "equal"),
    [
        ("derived_truth__sp500_vs_sec_by_cik.csv", "name_sp500", 437),
        ("derived_truth__fortune1000_vs_sec_by_ticker.csv", "name_fortune", 733),
    ],
)
def test_keys_find_the_sec_filer_of_most_names(
    shared_data: Path, table: str, column: str, equal: int
) -> None:
    by_key = _keys_by_cik(shared_data)
    with (shared_data / "dev" / table).open(encoding="utf-8") as rows:
        found = sum(
            row["cik"] in by_key.get(name_key(row[column]) or "", ())
            for row in csv.DictReader(rows)
        )
    assert found >= equal


def test_few_sec_filers_share_a_key_with_another(shared_data: Path) -> None:
    shared = {key for key, ciks in _keys_by_cik(shared_data).items() if len(ciks) > 1}
    assert shared == {
        "blue owl capital",
        "carnival",
        "farmers and merchants bancorp",
        "first bancorp",
        "independent bank",
        "restaurant brands international",
        "rio tinto",
        "toro",
    }


def test_no_two_listed_chinese_companies_share_a_key(shared_data: Path) -> None:
    with (shared_data / "demo" / "cn_a_share_2019__stock_basic.csv").open(encoding="utf-8") as rows:
        names = [row["name"] for row in csv.DictReader(rows)]
    assert len({name_key(name) for name in names}) == len(set(names))
