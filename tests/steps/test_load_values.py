"""What load makes of values as directories have them, and of tables that abmkit wrote."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import doubles, int64s, strings
from abmkit.domain.values.lists import items as list_items
from abmkit.domain.values.names import name_key
from abmkit.io.reading import read
from abmkit.io.writing import write
from abmkit.sources.canonical import read_accounts
from abmkit.steps.load import Loaded, Plan, load, plan

PROJECT = Config(version=1, currency="USD", rates={"CNY": 0.5})


def loaded(table: pa.Table, sample: pa.Table | None = None, **source: Any) -> Loaded:
    setting = Source.model_validate({"name": "crm", "path": "crm.csv", **source})
    made = plan(table.column_names, table if sample is None else sample, setting, PROJECT)
    return load(table, made)


def texts(**columns: list[str | None]) -> pa.Table:
    return pa.Table.from_arrays([strings(v) for v in columns.values()], names=list(columns))


def test_a_phone_is_read_in_the_country_of_its_row() -> None:
    result = loaded(
        texts(name=["A", "B", "C"], country=["Germany", "中国", None],
              phone=["030 123456", "010-82612345", "030 123456"])
    )  # fmt: skip
    assert result.accounts["phone"].to_pylist() == ["+4930123456", "+861082612345", None]
    (issue,) = result.issues
    assert (issue.canonical, issue.count, issue.samples) == ("phone", 1, ("999 999999",))


def test_an_inverted_name_is_kept_in_both_orders() -> None:
    result = loaded(texts(name=["SMITH A O CORP", "HUNT J B TRANSPORT SERVICES INC", "Acme"]))
    assert result.accounts["name"].to_pylist()[0] == "SMITH A O CORP"
    aliases = result.accounts["aliases"].to_pylist()
    assert aliases == [["A O SMITH CORP"], ["J B HUNT TRANSPORT SERVICES INC"], None]
    assert name_key(aliases[0][0]) == name_key("A. O. Smith Corporation")


def test_a_source_without_inverted_names_gets_no_aliases() -> None:
    assert "aliases" not in loaded(texts(name=["Acme Corp"])).accounts.column_names


def test_ranges_that_became_dates_are_repaired_and_told() -> None:
    result = loaded(texts(name=list("ABCD"), employees=["10-Jan", "11-50", "Oct-49", "51-200"]))
    assert result.accounts["employees_max"].to_pylist() == [10, 50, None, 200]
    (issue,) = result.issues
    assert (issue.samples, issue.note) == (
        ("Oct-49",),
        "ranges that a spreadsheet turned into dates",
    )
    (repair,) = result.repairs
    assert (repair.canonical, repair.count, repair.samples) == ("employees", 1, ("10-Jan",))


def test_the_sample_of_the_plan_proves_what_a_batch_alone_does_not() -> None:
    batch = texts(name=["A"], revenue=["1.234"], as_of=["03/04/2024"])
    whole = texts(name=["A", "B"], revenue=["1.234", "12,5"], as_of=["03/04/2024", "16/10/2024"])
    revenue = {"revenue": "revenue"}
    assert loaded(batch, columns=revenue).accounts["revenue"].to_pylist() == [None]
    result = loaded(batch, whole, columns=revenue)
    assert result.accounts["revenue"].to_pylist() == [1234.0]
    assert result.accounts["as_of"].to_pylist() == [date(2024, 4, 3)]


def test_leading_zeros_come_back_where_the_column_lost_them() -> None:
    ids = {"registry_ids": {"from": "ein", "scheme": "ein"}}
    lost = loaded(texts(name=list("AB"), ein=["911144442", "43029599"]), columns=ids)
    assert lost.accounts["registry_ids"].to_pylist() == [["ein:911144442"], ["ein:043029599"]]
    kept = loaded(texts(name=list("AB"), ein=["043029598", "43029599"]), columns=ids)
    assert kept.accounts["registry_ids"].to_pylist() == [["ein:043029598"], None]
    codes = loaded(texts(name=list("ABC"), ticker=["600336", "720", "300001"]))
    assert codes.accounts["ticker"].to_pylist() == ["600336", "000720", "300001"]
    hong_kong = loaded(texts(name=list("ABC"), ticker=["600336", "720", "80700"]))
    assert hong_kong.accounts["ticker"].to_pylist() == ["600336", "720", "80700"]


def test_a_city_that_stands_for_its_province_is_a_city_too() -> None:
    result = loaded(texts(name=list("AB"), country=["中国"] * 2, region=["深圳", "广东"]))
    assert result.accounts["region"].to_pylist() == ["CN-GD", "CN-GD"]
    assert result.accounts["city"].to_pylist() == ["深圳", None]


def test_registered_capital_has_a_currency_of_its_own() -> None:
    result = loaded(texts(name=list("ABC"), 注册资本=["500万美元", "1000万元人民币", "若干"]))
    assert result.accounts["registered_capital"].to_pylist() == [5e6, 1e7, None]
    assert result.accounts["registered_capital_currency"].to_pylist() == ["USD", "CNY", None]
    (issue,) = result.issues
    assert (issue.column, issue.samples) == ("注册资本", ("若干",))


def test_an_own_date_is_read_in_the_order_that_its_column_proves() -> None:
    since = {"since": {"from": "since", "type": "date"}}
    result = loaded(texts(name=list("AB"), since=["03/04/2024", "16/10/2024"]), columns=since)
    assert result.accounts["since"].to_pylist() == [date(2024, 4, 3), date(2024, 10, 16)]


def test_an_id_in_scientific_notation_is_unknown_and_says_why() -> None:
    ids = {"registry_ids": {"from": "code", "scheme": "uscc"}}
    (issue,) = loaded(texts(name=["A"], code=["9.11E+17"]), columns=ids).issues
    assert issue.note == "digits lost to a spreadsheet's rounding"


def test_most_values_of_a_messy_directory_are_read(shared_data: Path) -> None:
    path = shared_data / "demo" / "cn_companies_standup__companies.json"
    rows = json.loads(path.read_bytes())
    names = list(dict.fromkeys(key for row in rows for key in row))
    table = pa.Table.from_arrays([strings([r.get(n) for r in rows]) for n in names], names=names)
    result = loaded(table)
    assert result.accounts.num_rows == len(rows) == 4486
    # Of 2,414 sizes: products shifted into the column, a site's or a park's people, schools. Of
    # 1,593 sites: sizes shifted into the column.
    unread = {issue.canonical: issue.count for issue in result.issues}
    assert unread == {"employees": 116, "website": 80}


ACCOUNTS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(
                ["Acme Inc.", "新希望", "Zoë’s & Co", "*ST中绒", "3M", "O'Neil; Sons"]
            ),
            "domain": st.sampled_from(["acme.com", "食狮.中国", "a-b.co.uk", None]),
            "country": st.sampled_from(["US", "CN", "DE", None]),
            "employees": st.one_of(st.none(), st.integers(0, 10_000_000)),
            "revenue": st.one_of(st.none(), st.floats(0, 1e13, allow_nan=False)),
            "founded_year": st.one_of(st.none(), st.integers(1000, 2024)),
        }
    ),
    min_size=1,
    max_size=8,
)


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    build = {"employees": int64s, "founded_year": int64s, "revenue": doubles}
    return pa.table({name: build.get(name, strings)([r[name] for r in rows]) for name in rows[0]})


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "parquet"])
@settings(max_examples=25, deadline=None)
@given(rows=ACCOUNTS)
def test_a_written_table_comes_back(
    tmp_path_factory: Any, format: str, rows: list[dict[str, Any]]
) -> None:
    table = _table(rows)
    path = tmp_path_factory.mktemp("written") / f"accounts.{format}"
    write(table.to_batches(), table.schema, path)
    canonical = read_accounts(path, format)
    back = pa.Table.from_batches(list(canonical.batches), canonical.schema)
    known = [name for name in table.column_names if name in back.column_names]
    assert back.select(known).to_pylist() == table.select(known).to_pylist()
    records = read(path)
    cells = pa.concat_tables(list(records.batches()))
    result = loaded(cells)
    assert result.issues == ()
    for name in table.column_names:
        given_values = table[name].to_pylist()
        if name in result.accounts.column_names:
            values = result.accounts[name].to_pylist()
            if name == "revenue":
                assert values == [
                    None if v is None else pytest.approx(v, abs=1e-6) for v in given_values
                ]
            else:
                assert values == given_values, name
        else:
            assert set(given_values) == {None}, name


@pytest.mark.parametrize(
    "said", ["官网建设中", " 網站建設中 ", "暂无官网", "没有网站", "Website under construction"]
)
def test_a_site_that_is_not_there_yet_is_unknown(said: str) -> None:
    result = loaded(texts(name=["A", "B"], website=[said, "www.acme.com"]))
    assert result.accounts["website"].to_pylist() == [None, "https://www.acme.com"]
    assert result.issues == ()


def test_na_is_what_the_other_values_of_its_column_make_it() -> None:
    result = loaded(
        texts(
            name=["Kavango Timber", "Cape Freight", "Okahandja Tours", "NA"],
            domain=["a.com", "b.com", "c.com", "d.com"],
            country=["NA", "ZA", "BW", "NA"],
            industry=["NA", "Freight", "Travel", "na"],
            territory=["NA", "EMEA", "APAC", "LATAM"],
            Pod=["NA", "North", "n/a", "NaN"],
            Seats=["NA", "12", "7", "3"],
        )
    )
    of = {name: result.accounts[name].to_pylist() for name in result.accounts.column_names}
    assert of["country"] == ["NA", "ZA", "BW", "NA"]
    assert of["territory"] == ["NA", "EMEA", "APAC", "LATAM"]
    assert of["Pod"] == ["NA", "North", None, None]
    assert of["Seats"] == [None, "12", "7", "3"]
    assert of["industry"] == [None, "Freight", "Travel", None]
    assert of["name"][3] is None
    assert not result.issues


def test_na_among_names_of_countries_and_owners_is_unknown() -> None:
    result = loaded(
        texts(name=["A", "B", "C"], country=["NA", "France", "Spain"], owner=["NA", "Bo", "Di"])
    )
    assert result.accounts["country"].to_pylist() == [None, "FR", "ES"]
    assert result.accounts["owner"].to_pylist() == [None, "Bo", "Di"]


STACKS = [
    '["Marketo","SAP ERP"]', "['Marketo', 'SAP ERP']", '{Marketo,"SAP ERP"}', "{Marketo,SAP ERP}",
    "Marketo\nSAP ERP", "Marketo\r\nSAP ERP", "• Marketo\n• SAP ERP", "- Marketo\n- SAP ERP",
    "1. Marketo\n2. SAP ERP", "Marketo | SAP ERP", "Marketo、SAP ERP", "Marketo;SAP ERP;",
    '[{"name": "Marketo"}, {"name": "SAP ERP"}]', '[{"id": 7, "Title": "Marketo"}, "SAP ERP"]',
    '{"crm": ["Marketo"], "erp": ["SAP ERP"]}', '{"Marketo": true, "SAP ERP": true, "X": false}',
    '"Marketo", "SAP ERP"', "('Marketo', 'SAP ERP')", "[Marketo, SAP ERP]", '[null, "Marketo", '
    '"SAP ERP"]', "Marketo<br/>SAP ERP", '{"crm": "Marketo", "erp": "SAP ERP"}',
]  # fmt: skip


@pytest.mark.parametrize("cell", STACKS)
def test_a_list_in_a_cell_is_a_list_however_it_is_written(cell: str) -> None:
    result = loaded(texts(name=["A"], technologies=[cell]))
    assert result.accounts["technologies"].to_pylist() == [["Marketo", "SAP ERP"]]


@pytest.mark.parametrize(
    "name", ["1. FC Köln", "(株)日立製作所 (旧)", "(Oracle) and (SAP)", "- Dash"]
)
def test_one_text_keeps_what_it_begins_and_ends_with(name: str) -> None:
    assert list_items(name, ";") == [name]


def test_what_belongs_to_a_part_of_a_list_does_not_part_it() -> None:
    cells = ['{"a, b","say \\"c\\""}', "AI (ML, NLP), C++", '["broken, "half', "[]", "{}"]
    result = loaded(texts(name=list("ABCDE"), technologies=cells))
    read = result.accounts["technologies"].to_pylist()
    assert read == [["a, b", 'say "c"'], ["AI (ML, NLP)", "C++"], ["broken", "half"], None, None]


@given(st.lists(st.text("ab c,;'\"\\\n{}[]", min_size=1), min_size=1))
def test_a_json_list_gives_its_own_parts(parts: list[str]) -> None:
    shown = [" ".join(part.split()) for part in parts]
    found = list_items(json.dumps(parts), ";")
    assert [" ".join(part.split()) for part in found] == shown
    assert [" ".join(part.split()) for part in list_items(repr(parts), ";")] == shown


KINDS = {
    "Public": (None, True, None), "Private": (None, False, "private"),
    "Public Company": (None, True, None), "Privately Held": (None, False, "private"),
    "Nonprofit": ("public_sector", None, None), "Self-Employed": (None, False, "private"),
    "Government Agency": ("public_sector", None, "state"), "Partnership": (None, False, None),
    "Subsidiary": (None, None, None), "上市公司": (None, True, None), "事业单位": ("public_sector",
    None, None), "Educational": ("public_sector", None, None), "For Profit": (None, None, None),
}  # fmt: skip


def test_words_for_a_companys_kind_say_whether_it_is_listed_and_whose_it_is() -> None:
    result = loaded(texts(name=list("ABCDEFGHIJKLM"), **{"Company Type": list(KINDS)}))
    told = ("company_type", "listed", "ownership")
    read = zip(*(result.accounts[name].to_pylist() for name in told), strict=True)
    for (word, expected), found in zip(KINDS.items(), read, strict=True):
        assert found == expected, word
    assert not result.issues


def test_ownership_and_ipo_status_say_whether_a_company_is_listed() -> None:
    crm = loaded(texts(name=list("ABC"), Ownership=["Public", "Private", "Subsidiary"]))
    assert crm.accounts["listed"].to_pylist() == [True, False, None]
    assert crm.accounts["ownership"].to_pylist() == [None, "private", None]
    base = loaded(texts(name=list("ABC"), **{"IPO Status": ["Public", "Private", "Delisted"]}))
    assert base.accounts["listed"].to_pylist() == [True, False, False]
    assert not crm.issues
    assert not base.issues


def test_a_year_needs_no_order_of_day_and_month() -> None:
    result = loaded(texts(name=list("ABC"), founded=["11/8/1901", "3-4-1987", "1/22/1919"]))
    assert result.accounts["founded_year"].to_pylist() == [1901, 1987, 1919]


def amounts(table: pa.Table, **rates: float) -> tuple[list[Any], Plan]:
    source = Source.model_validate({"name": "crm", "path": "crm.csv"})
    made = plan(table.column_names, table, source, Config(version=1, currency="USD", rates=rates))
    accounts = load(table, made).accounts
    return accounts["revenue"].to_pylist() if "revenue" in accounts.column_names else [], made


def test_money_of_a_chinese_list_is_in_yuan_unless_something_says_otherwise() -> None:
    cells = ["1200万", "¥3亿", "500万美元", "2000000", "RMB 10万"]
    read, _ = amounts(texts(企业名称=list("甲乙丙丁戊"), 年营业额=cells), CNY=0.5, JPY=0.01)
    assert read == [6e6, 1.5e8, 5e6, 1e6, 5e4]
    mixed = texts(Name=["甲公司", "乙公司"], Revenue=["3亿", "1200万"])
    assert amounts(mixed, CNY=0.5)[0] == [1.5e8, 6e6]
    dollars = texts(企业名称=["甲"], **{"年营业额(百万美元)": ["3"]})
    assert amounts(dollars, CNY=0.5)[0] == [3e6]
    other = texts(企业名称=["甲"], 年营业额=["3"], 币种=["USD"])
    assert amounts(other, CNY=0.5)[0] == [3]
    japanese = texts(会社名=["株式会社甲"], 売上高=["3億"])
    assert amounts(japanese, CNY=0.5)[0] == [3e8]


@pytest.mark.parametrize(
    "cells", [["500万美元", "300万美元"], ["$5M", "$3M"], ["500万港元", "9亿日元"]]
)
def test_amounts_that_name_another_currency_are_not_in_yuan(cells: list[str]) -> None:
    table = texts(公司名称=["云杉食品有限公司", "长江百货有限公司"], 年营业额=cells)
    read, made = amounts(table, HKD=0.1, JPY=0.01)
    assert not made.unused
    assert None not in read


def test_yuan_without_a_rate_are_not_dollars() -> None:
    read, made = amounts(texts(企业名称=["甲"], 年营业额=["1200万"]))
    assert read == []
    assert [r.without_rate for r in made.recognitions] == ["", "revenue"]
    (told,) = made.unused
    assert (told.column, told.target, told.currency) == ("年营业额", "revenue", "CNY")


def test_amounts_in_a_currency_without_a_rate_say_which() -> None:
    result = loaded(texts(name=list("AB"), revenue=["£5m", "$5m"]))
    (issue,) = result.issues
    assert issue.note == "there is no rate for GBP: rates = { GBP = … }"


def test_a_chinese_address_tells_city_region_and_country() -> None:
    result = loaded(
        texts(
            企业名称=list("甲乙丙丁戊己庚"),
            地址=[
                "深圳市福田区福保街道1号", "浙江省杭州市滨江区江南大道2号", "北京市海淀区上地3号",
                "内蒙古自治区呼和浩特市赛罕区4号", "上海路100号", "香港九龙弥敦道5号", "中国广东佛山市6号",
            ],
            电话=["0755-83691118", "0571-87654321", "010-82612345", "13800138000", None, None, None],
        )
    )  # fmt: skip
    of = {name: result.accounts[name].to_pylist() for name in result.accounts.column_names}
    assert of["region"] == ["CN-GD", "CN-ZJ", "CN-BJ", "CN-NM", None, None, "CN-GD"]
    assert of["city"] == ["深圳市", "杭州市", "北京市", "呼和浩特市", None, None, "佛山市"]
    assert of["country"] == ["CN", "CN", "CN", "CN", None, None, "CN"]
    assert of["phone"][:4] == [
        "+8675583691118",
        "+8657187654321",
        "+861082612345",
        "+8613800138000",
    ]
    assert not result.issues


def test_a_dialling_code_tells_china_for_a_chinese_name_alone() -> None:
    result = loaded(
        texts(
            企业名称=["甲科技有限公司", "Acme Ltd", "株式会社ミライ", "乙商行"],
            电话=["0755-83691118", "0755-83691118", "03-1234-5678", "(02)2345-6789"],
        )
    )
    assert result.accounts["country"].to_pylist() == ["CN", None, None, None]
    assert result.accounts["phone"].to_pylist() == ["+8675583691118", None, None, None]


def test_what_a_row_says_of_its_place_stands_against_its_address() -> None:
    result = loaded(
        texts(
            名称=["甲", "乙"],
            国家=["日本", None],
            省份=[None, "江苏"],
            地址=["广州市1号", "广州市2号"],
        )
    )
    assert result.accounts["region"].to_pylist() == [None, "CN-JS"]
    assert "city" not in result.accounts.column_names


ADDRESSES = {
    "12 Main St, Austin, TX 78701, USA": ("Austin", "US-TX", "78701", "US"),
    "1 Elm Ave, Suite 400, Salt Lake City, UT 84101-1234": (
        "Salt Lake City", "US-UT", "84101-1234", "US",
    ),
    "80 King St W, Toronto, ON M5H 1A1, Canada": ("Toronto", "CA-ON", "M5H 1A1", "CA"),
    "5 George St, Sydney NSW 2000": ("Sydney", "AU-NSW", "2000", "AU"),
    "10 High Street, Leeds, LS1 4AP, UK": (None, None, "LS1 4AP", "GB"),
    "Hauptstr. 1, 10115 Berlin, Germany": ("Berlin", None, "10115", "DE"),
    "4 rue X, 75008 Paris, France": ("Paris", None, "75008", "FR"),
    "Via Roma 1, Milano, MI 20121": (None, None, None, None),
    "Hauptstr. 1, 10115 Berlin": (None, None, None, None),
    "No. 1 Jianguo Road, Beijing 100022, China": (None, None, None, "CN"),
    "9 Rustaveli Ave, Tbilisi, Georgia": (None, None, None, None),
    "PO Box 12345": (None, None, None, None),
    "Room 9, Tower, Plaza, HK 12345": (None, None, None, None),
}  # fmt: skip


def test_an_address_tells_what_its_form_makes_certain() -> None:
    names = [f"Firm {at}" for at in range(len(ADDRESSES))]
    result = loaded(texts(name=names, address=list(ADDRESSES)))
    told = ("city", "region", "postal_code", "country")
    read = zip(*(result.accounts[name].to_pylist() for name in told), strict=True)
    for (address, expected), found in zip(ADDRESSES.items(), read, strict=True):
        assert found == expected, address
